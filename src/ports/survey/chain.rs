//! Picks put one onto the other in memory, path policies applied.

use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Forecast, Outcome};
use crate::model::path::{PathPolicies, PathPolicy};
use crate::model::plan::{PolicyName, PolicyPath};
use crate::ports::git::{Change, Git, Objects, Pick, Treeish, Worker, changes, cut_off, empty_tree};

/// One pick of a chain.
#[derive(Debug, Clone)]
pub struct Link {
    /// What it gives, policies applied. After a clean or empty link the next one goes onto its tree.
    pub forecast: Forecast,
    /// The paths that a policy decided.
    pub by_policy: Vec<PolicyPath>,
}

/// Returns a commit as what a pick is put onto.
///
/// # Errors
/// When the commit cannot be read.
pub fn tip(git: &Git, commit: CommitId) -> Result<Treeish> {
    Ok(Treeish { tree: git.commit(commit)?.tree, commit: Some(commit) })
}

/// Returns what the fix changed, to be put onto `ours`; a merge is taken relative to its first parent.
///
/// # Errors
/// When the first parent cannot be read, or a shallow clone has cut it off.
pub fn pick_onto(git: &Git, fix: &Commit, ours: Treeish) -> Result<Pick> {
    Ok(Pick { base: base_of(git, fix)?, ours, theirs: Treeish { tree: fix.tree, commit: Some(fix.id) } })
}

/// Returns what a fix is compared with: its first parent, or the empty tree for a root commit.
///
/// # Errors
/// When the first parent cannot be read, or a shallow clone has cut it off.
pub fn base_of(git: &Git, fix: &Commit) -> Result<Treeish> {
    if git.is_shallow() && cut_off(git).contains(&fix.id) {
        return Err(Error::undecided(format!(
            "what '{}' changed cannot be told: this clone ends at it",
            fix.id.short()
        ))
        .hint("deepen it with 'git fetch --deepen=100' or 'git fetch --unshallow'"));
    }
    Ok(match fix.parents.first() {
        Some(parent) => Treeish { tree: git.commit(*parent)?.tree, commit: Some(*parent) },
        None => Treeish { tree: empty_tree(), commit: None },
    })
}

/// Returns the paths in which a commit differs from what it is compared with, sorted.
///
/// # Errors
/// As [`base_of`]; also when a tree cannot be read.
pub fn changed_by(git: &Git, objects: &mut Objects, commit: &Commit) -> Result<Vec<Change>> {
    changes(objects, base_of(git, commit)?.tree, commit.tree)
}

/// Works out one pick onto `ours` and lets the policies decide their paths.
///
/// A path with the policy `keep-line` or `regenerate` that the fix touches keeps the line's entry, whether or not it
/// would have merged; a conflict that is only about such paths is none.
///
/// # Errors
/// When an object is missing or git fails.
pub fn link(worker: &mut Worker<'_>, git: &Git, policies: &PathPolicies, fix: &Commit, ours: Treeish) -> Result<Link> {
    let pick = pick_onto(git, fix, ours)?;
    let forecast = worker.forecast(&pick)?;
    let touched = changes(worker.objects(), pick.base.tree, pick.theirs.tree)?;
    let by_policy: Vec<PolicyPath> = touched.iter().filter_map(|change| decided(policies, change)).collect();
    if by_policy.is_empty() {
        return Ok(Link { forecast, by_policy });
    }
    let tree = keep(worker, ours.tree, forecast.tree, &touched, policies)?;
    let kept = |path: &String| by_policy.iter().any(|decided| decided.path == *path);
    let files: Vec<String> = forecast.files.into_iter().filter(|path| !kept(path)).collect();
    let conflicts = forecast.conflicts.into_iter().filter(|conflict| !kept(&conflict.path)).collect();
    let outcome = match forecast.outcome {
        Outcome::Conflict if !files.is_empty() => Outcome::Conflict,
        Outcome::Conflict | Outcome::Clean | Outcome::Empty if tree == ours.tree => Outcome::Empty,
        Outcome::Conflict | Outcome::Clean | Outcome::Empty => Outcome::Clean,
    };
    Ok(Link { forecast: Forecast { outcome, tree, files, conflicts }, by_policy })
}

fn decided(policies: &PathPolicies, change: &Change) -> Option<PolicyPath> {
    let policy = match policies.policy_of(&change.path) {
        PathPolicy::ThreeWay => return None,
        PathPolicy::KeepLine => PolicyName::KeepLine,
        PathPolicy::Regenerate(_) => PolicyName::Regenerate,
    };
    Some(PolicyPath { path: String::from_utf8_lossy(&change.path).into_owned(), policy })
}

fn keep(
    worker: &mut Worker<'_>,
    ours: TreeId,
    merged: TreeId,
    touched: &[Change],
    policies: &PathPolicies,
) -> Result<TreeId> {
    let mut edits = Vec::new();
    for change in touched.iter().filter(|change| decided(policies, change).is_some()) {
        edits.push((change.path.as_slice(), worker.objects().at(ours, &change.path)?));
    }
    worker.objects().edit(merged, &edits)
}
