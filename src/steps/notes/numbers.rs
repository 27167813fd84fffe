//! By which pull requests the commits of a line came there.

use std::collections::{HashMap, HashSet};

use crate::model::change::own_pull_request;
use crate::model::commit::{Commit, CommitId};
use crate::model::notes::{OwnRequest, RequestBase};

/// The numbers of the merges that brought commits to a line.
pub(super) struct Merged(HashMap<CommitId, u64>);

impl Merged {
    /// Reads them from the commits of a release, parents before children; `brought` has what merges among them brought.
    pub(super) fn of(commits: &[Commit], brought: &HashMap<CommitId, Vec<CommitId>>) -> Self {
        let mut numbers = HashMap::new();
        // Of merges inside of merges, the inner one brought a commit.
        for merge in commits.iter().filter(|commit| commit.is_merge()) {
            let Some(number) = own_pull_request(&merge.message) else { continue };
            for commit in brought.get(&merge.id).into_iter().flatten() {
                numbers.entry(*commit).or_insert(number);
            }
        }
        Self(numbers)
    }

    /// Returns the pull request that a commit names as its own, else that of the merge that brought it. `main` has the numbers of
    /// changes of main: a pick keeps them in its title.
    pub(super) fn request(&self, commit: &Commit, main: &HashSet<u64>) -> Option<OwnRequest> {
        let own = own_pull_request(&commit.message).map(|number| OwnRequest {
            number,
            base: if main.contains(&number) { RequestBase::Main } else { RequestBase::Line },
        });
        let merged = || self.0.get(&commit.id).map(|number| OwnRequest { number: *number, base: RequestBase::Line });
        own.or_else(merged)
    }
}
