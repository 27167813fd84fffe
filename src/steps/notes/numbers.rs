//! By which pull requests, and by which merges, the commits of a line came there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::change::own_pull_request;
use crate::model::commit::{Commit, CommitId};
use crate::model::notes::fork::is_of_fork;
use crate::model::notes::{OwnRequest, RequestBase};

/// The merges that brought commits to a line.
pub(super) struct Merged {
    /// Those of each commit, the innermost first.
    merges: HashMap<CommitId, Vec<Arc<Commit>>>,
    /// What each brought that is no merge.
    members: HashMap<CommitId, Arc<[CommitId]>>,
}

/// How a commit came to a line: by a merge, and what came with it.
#[derive(Clone)]
pub(super) struct Arrival {
    pub(super) merge: Arc<Commit>,
    /// The commits that the merge brought and that are no merges.
    pub(super) members: Arc<[CommitId]>,
}

impl Merged {
    /// Reads them from the commits of a release, parents before children; `brought` has what merges among them brought.
    pub(super) fn of(commits: &[Commit], brought: &HashMap<CommitId, Vec<CommitId>>) -> Self {
        let mut merges: HashMap<CommitId, Vec<Arc<Commit>>> = HashMap::new();
        for merge in commits.iter().filter(|commit| commit.is_merge()).cloned().map(Arc::new) {
            for commit in brought.get(&merge.id).into_iter().flatten() {
                merges.entry(*commit).or_default().push(Arc::clone(&merge));
            }
        }
        let is_merge: HashSet<CommitId> = commits.iter().filter(|one| one.is_merge()).map(|one| one.id).collect();
        let plain = |ids: &Vec<CommitId>| ids.iter().copied().filter(|id| !is_merge.contains(id)).collect();
        Self { merges, members: brought.iter().map(|(merge, ids)| (*merge, plain(ids))).collect() }
    }

    /// Returns the pull request that a commit names as its own, else that of the merge that brought it. `main` has the numbers of
    /// changes of main: a pick keeps them in its title.
    pub(super) fn request(&self, commit: &Commit, main: &HashSet<u64>) -> Option<OwnRequest> {
        let own = own_pull_request(&commit.message).map(|number| OwnRequest {
            number,
            base: if main.contains(&number) { RequestBase::Main } else { RequestBase::Line },
        });
        // Of merges inside of merges, the inner one brought a commit.
        let number = || self.all(commit).iter().find_map(|merge| own_pull_request(&merge.message));
        own.or_else(|| number().map(|number| OwnRequest { number, base: RequestBase::Line }))
    }

    /// Returns the merges whose messages speak of a commit: the one that brought it, and those of private forks of advisories. What else
    /// is around these brings other commits as well.
    pub(super) fn about(&self, commit: &Commit) -> impl Iterator<Item = &Commit> {
        let all = self.all(commit).iter().enumerate();
        all.filter(|(at, merge)| *at == 0 || is_of_fork(&merge.message)).map(|(_, merge)| merge.as_ref())
    }

    /// Returns how a commit came to the line; `None`: by no merge.
    pub(super) fn arrival(&self, commit: &Commit) -> Option<Arrival> {
        let merge = self.all(commit).first()?;
        let members = self.members.get(&merge.id)?;
        Some(Arrival { merge: Arc::clone(merge), members: Arc::clone(members) })
    }

    fn all(&self, commit: &Commit) -> &[Arc<Commit>] {
        self.merges.get(&commit.id).map(Vec::as_slice).unwrap_or_default()
    }
}
