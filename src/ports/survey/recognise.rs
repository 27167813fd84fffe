//! By which signs commits of lines are known as picks of wanted commits.

use std::collections::{HashMap, HashSet};

use crate::model::change::title;
use crate::model::commit::{Commit, CommitId};
use crate::model::config::Config;
use crate::model::error::Result;
use crate::model::notes::reverts::Origin;
use crate::model::presence::sieve::Sieve;
use crate::model::presence::{Certainty, Key, Origins, all_keys};

use super::walk::Walk;

/// The commits whose picks are looked for.
pub(super) struct Recognise<'r> {
    pub(super) origins: Origins,
    /// Those whose picks are known by their names alone.
    pub(super) named: Origins,
    pub(super) sieve: Sieve,
    /// The numbers of the pull requests that brought them.
    pub(super) requests: &'r HashMap<CommitId, u64>,
    /// What is of the product.
    pub(super) config: &'r Config,
}

impl Recognise<'_> {
    /// Returns by what a revert may call one of the commits: also as the merge of its pull request is called.
    pub(super) fn names(&self, origin: CommitId, all: &[Commit]) -> Origin {
        let number = self.requests.get(&origin);
        let brought = |one: &Commit| one.is_merge() && number.is_some() && self.requests.get(&one.id) == number;
        let is_it = |one: &&Commit| one.id == origin || brought(one);
        let merges = all.iter().filter(|one| one.id != origin && brought(one)).map(|merge| merge.id);
        let commits = std::iter::once(origin).chain(merges).collect();
        let titles = all.iter().filter(is_it).map(title).collect();
        Origin { commits, numbers: number.copied().into_iter().collect(), titles }
    }
}

/// Returns for each commit that is wanted those of a line's own commits that are picks of it. `own` has the oldest first.
///
/// # Errors
/// When a commit is missing or git fails.
pub(super) fn picks(
    walk: &Walk<'_>,
    own: &[CommitId],
    recognise: &Recognise<'_>,
    wanted: &HashSet<CommitId>,
) -> Result<HashMap<CommitId, Vec<CommitId>>> {
    let mut like: Vec<Commit> = Vec::new();
    for id in own {
        if walk.may_pick(*id, &recognise.sieve)? {
            like.push(walk.git.commit(*id)?);
        }
    }
    let mut all = recognise.origins.matches(&like, &HashMap::new(), &all_keys());
    all.extend(recognise.named.matches(&like, &HashMap::new(), &[Key::Trailer].into()));
    let mut found: HashMap<CommitId, Vec<CommitId>> = HashMap::new();
    for one in all.iter().filter(|one| one.certainty == Certainty::Yes && wanted.contains(&one.origin)) {
        found.entry(one.origin).or_default().push(one.pick);
    }
    Ok(found)
}
