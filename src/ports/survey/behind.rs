//! The history behind commits, as far as it matters, of which each commit is read no further than a glance.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::ports::git::{Git, Glanced, cut_off};

/// The commits behind some others.
pub struct Behind {
    /// The commits, each once, in no order.
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
    let mut ahead = git.glanced_behind(tips, not_before)?;
    let mut seen: HashMap<CommitId, usize, RandomState> = HashMap::default();
    let mut open: Vec<(CommitId, usize)> = tips.iter().map(|tip| (*tip, PATIENCE)).collect();
    let mut found = Behind { commits: Vec::new(), cut: Vec::new() };
    while let Some((id, patience)) = open.pop() {
        let before = seen.get(&id).copied();
        if before.is_some_and(|before| before >= patience) {
            continue;
        }
        let commit = ahead.remove(&id).map_or_else(|| git.glanced(id), Ok)?;
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
