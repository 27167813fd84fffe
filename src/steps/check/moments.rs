//! Since when commits are there, as far as their history tells.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::commit::CommitId;
use crate::ports::git::Git;

/// So many commits in front of one are looked at, where none of them is known yet.
const MOST_IN_FRONT: usize = 1000;

/// When commits came to their branch. Whoever makes a commit chooses its date; but no commit was there before those that it
/// stands on.
#[derive(Default)]
pub(super) struct Moments {
    known: RefCell<HashMap<CommitId, i64>>,
}

impl Moments {
    /// Returns the date of a commit, or that of the newest one in front of it on its branch where that is later, in seconds since
    /// 1970-01-01 UTC. `None`: it cannot be read.
    pub(super) fn of(&self, git: &Git, id: CommitId) -> Option<i64> {
        let mut known = self.known.borrow_mut();
        let mut walked = Vec::new();
        let mut newest = None;
        let mut next = Some(id);
        while let Some(at) = next.filter(|_| walked.len() < MOST_IN_FRONT) {
            newest = known.get(&at).copied();
            // A shallow clone ends somewhere.
            let Some(commit) = git.commit(at).ok().filter(|_| newest.is_none()) else { break };
            walked.push((at, commit.committer.seconds));
            next = commit.parents.first().copied();
        }
        for (at, seconds) in walked.into_iter().rev() {
            let latest = newest.map_or(seconds, |newest: i64| newest.max(seconds));
            known.insert(at, latest);
            newest = Some(latest);
        }
        newest
    }
}
