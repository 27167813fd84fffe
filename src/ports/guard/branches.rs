//! What lies on the branches that an advisory names: before it says which commits repair it, nothing else tells the fix.

use std::collections::HashSet;

use crate::model::advisory::Advisory;
use crate::model::advisory::lines::CommitName;
use crate::model::branch::{BranchName, BranchSpec};
use crate::model::commit::CommitId;
use crate::model::config::Config;
use crate::model::error::{Error, Result};
use crate::ports::git::Git;

use super::places::mains;

/// So many commits are guarded. A branch with more of its own is none of a fix, or its beginning is not known.
const MOST: usize = 5000;

/// Whether the commits are here by which the fix of an advisory is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix {
    /// They are, as far as branches tell.
    Told,
    /// Nothing names them, and a branch that they may be on is not here, or none that is here has a commit of its own: what is merged already
    /// looks like that, as does a branch on which nobody began.
    Lost,
}

/// A branch that an advisory names.
struct Branch {
    name: String,
    is_here: bool,
    /// The commits on it that main and the lines lack.
    own: Vec<CommitId>,
}

/// Takes the commits of the branches of an advisory, which main and the lines lack, for its fix.
///
/// # Errors
/// When a branch cannot be read, or history is missing.
pub(super) fn with_fixes(git: &Git, config: &Config, advisory: &mut Advisory) -> Result<Fix> {
    let branches = branches(git, config, advisory)?;
    let mut known: HashSet<CommitName> = advisory.fixed.iter().cloned().collect();
    let is_named = !known.is_empty();
    for commit in branches.iter().flat_map(|branch| &branch.own) {
        let name: CommitName = commit.to_string().parse().expect("because a commit has a whole name");
        if known.insert(name.clone()) {
            advisory.fixed.push(name);
        }
    }
    let is_lost = known.is_empty() && !branches.is_empty() || branches.iter().any(|branch| !branch.is_here);
    Ok(if is_lost && !is_named { Fix::Lost } else { Fix::Told })
}

/// Returns the branches of an advisory that are here and tell nothing of its fix, where nothing else does.
///
/// # Errors
/// As a look at a push.
pub fn bare_branches(git: &Git, config: &Config, advisory: &Advisory) -> Result<Vec<String>> {
    let branches = if advisory.fixed.is_empty() { branches(git, config, advisory)? } else { Vec::new() };
    let is_told = branches.iter().any(|branch| !branch.own.is_empty());
    Ok(branches.into_iter().filter(|branch| branch.is_here && !is_told).map(|branch| branch.name).collect())
}

fn branches(git: &Git, config: &Config, advisory: &Advisory) -> Result<Vec<Branch>> {
    let names: Vec<&String> = advisory.embargo.iter().flat_map(|terms| &terms.branches).collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let lines = config.lines.iter().filter_map(|line| match &line.branch {
        BranchSpec::Standing(branch) => Some(branch.clone()),
        BranchSpec::PerRelease(_) => None,
    });
    let mut landed = Vec::new();
    for branch in mains(git, config).into_iter().chain(lines) {
        landed.extend(git.all_tips(&branch)?);
    }
    let read = |name: &String| {
        let tips = name.parse::<BranchName>().map_or_else(|_| Ok(Vec::new()), |branch| git.all_tips(&branch))?;
        let own = tips.iter().map(|tip| of_its_own(git, *tip, &landed)).collect::<Result<Vec<_>>>()?.concat();
        Ok(Branch { name: name.clone(), is_here: !tips.is_empty(), own })
    };
    names.into_iter().map(read).collect()
}

/// Returns the commits up to a tip that lie on no branch where changes land. Such a branch that holds the tip, as main does where the fix
/// is merged and not pushed, hides nothing.
fn of_its_own(git: &Git, tip: CommitId, landed: &[CommitId]) -> Result<Vec<CommitId>> {
    let hidden: Vec<CommitId> = landed.iter().copied().filter(|other| !git.is_ancestor(tip, *other)).collect();
    match (hidden.is_empty(), landed.is_empty()) {
        // Nothing tells where the branch began.
        (true, true) => Ok(vec![tip]),
        (true, false) => Ok(Vec::new()),
        (false, _) => {
            let own = git.all_outgoing(&hidden, &[tip])?;
            match own.len() {
                0..=MOST => Ok(own),
                _ => Err(Error::undecided(format!(
                    "a branch that an advisory names has more than {MOST} commits of its own, so that nothing can be guarded"
                ))
                .hint("name a branch of the fix alone in 'branches', or fetch main and the lines that it began from")),
            }
        }
    }
}
