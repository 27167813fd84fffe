//! The history behind commits, as far as it matters, of which each commit is read no further than a glance.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::model::advisory::contain::Graph;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::ports::git::{AllGlanced, Git, Glanced, cut_off};

/// The commits behind some others.
pub struct Behind {
    /// The commits, each once, in an order that is always the same.
    pub commits: Vec<Glanced>,
    /// Those among them whose parents a shallow clone lacks.
    pub cut: Vec<CommitId>,
}

/// One commit with a wrong date hides nothing behind it: so many that are too old are passed in a row (git's own walk passes five, `SLOP`
/// in its `revision.c`).
const PATIENCE: usize = 8;

/// Reads some commits and what is behind them, as far as it is not older than a moment, in seconds since 1970-01-01 UTC. The commits
/// themselves are read however old they are.
///
/// # Errors
/// When a commit is missing, in other places than where a shallow clone ends.
pub fn behind(git: &Git, tips: &[CommitId], not_before: i64) -> Result<Behind> {
    let ends = if git.is_shallow() { cut_off(git) } else { HashSet::new() };
    let AllGlanced { commits, names } = git.glanced_behind(tips, not_before)?;
    if names.len() > commits.len() {
        require_all(git, tips, &commits, &ends)?;
    }
    let mut found = Behind { commits, cut: Vec::new() };
    let mut open: Vec<(CommitId, usize)> = Vec::new();
    for commit in &found.commits {
        match (commit.committed >= not_before, ends.contains(&commit.id())) {
            (true, true) => found.cut.push(commit.id()),
            (false, false) => open.extend(commit.parents().iter().map(|parent| (*parent, PATIENCE - 1))),
            (true, false) | (false, true) => {}
        }
    }
    let mut seen: HashMap<CommitId, usize, RandomState> = HashMap::default();
    while let Some((id, patience)) = open.pop() {
        let before = seen.get(&id).copied();
        if names.contains(&id) || before.is_some_and(|before| before >= patience) {
            continue;
        }
        let commit = git.glanced(id)?;
        let is_recent = commit.committed >= not_before;
        seen.insert(id, if is_recent { PATIENCE } else { patience });
        let left = if is_recent { Some(PATIENCE) } else { patience.checked_sub(1) };
        match left {
            Some(_) if ends.contains(&id) => found.cut.extend((is_recent && before.is_none()).then_some(id)),
            Some(left) => open.extend(commit.parents().iter().map(|parent| (*parent, left))),
            None => {}
        }
        if before.is_none() {
            found.commits.push(commit);
        }
    }
    Ok(found)
}

/// Puts each commit in its place in the graph. What stands nowhere there is left out.
pub fn in_order(commits: Vec<Glanced>, graph: &Graph) -> Vec<Glanced> {
    let mut placed: Vec<Option<Glanced>> = graph.ids().iter().map(|_| None).collect();
    for commit in commits {
        if let Some(place) = graph.place(commit.id()) {
            placed[place] = Some(commit);
        }
    }
    placed.into_iter().map(|one| one.expect("because the graph was made of these commits")).collect()
}

/// Returns the commits that main has, and the others. `on_main` says of each place in the graph whether main has what stands there.
pub fn sides<'c>(commits: &'c [Glanced], on_main: &[bool]) -> (Vec<&'c Glanced>, Vec<&'c Glanced>) {
    let side = |is_on_main: bool| {
        commits.iter().zip(on_main).filter(move |(_, own)| **own == is_on_main).map(|(one, _)| one).collect()
    };
    (side(true), side(false))
}

/// Requires that all is here that is wanted: the tips, and the parents of what was read, those of the ends of a shallow clone left out.
fn require_all(git: &Git, tips: &[CommitId], commits: &[Glanced], ends: &HashSet<CommitId>) -> Result<()> {
    let here: HashSet<CommitId> = commits.iter().map(Glanced::id).collect();
    let followed = commits.iter().filter(|one| !ends.contains(&one.id())).flat_map(Glanced::parents);
    let mut missing = tips.iter().chain(followed).filter(|id| !here.contains(id));
    missing.try_for_each(|id| git.glanced(*id).map(drop))
}
