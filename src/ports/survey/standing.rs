//! What a line still has of what came to it: some of it is taken back, and brought again.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId};
use crate::model::config::Config;
use crate::model::error::Result;
use crate::model::notes::reverts::{Claim, Origins, Settled, brought_by, claims, claims_of_a_part, settle};
use crate::ports::git::Git;

use super::undone::Undone;

/// The commits of a history that say that they take back what is looked for, or one another.
pub(super) struct Takers {
    claims: Vec<Claim>,
    of_a_part: Vec<Claim>,
    /// What merges among them brought, as far as it matters.
    brought: HashMap<CommitId, Vec<CommitId>>,
    undone: Undone,
    /// Where each commit is, the oldest first.
    order: HashMap<CommitId, usize>,
}

impl Takers {
    /// Finds them among commits, parents before children: those that carry something, each that may take something back, and the merges that such a one may mean.
    /// `origins` says what of main one was picked from; `unsaid` are those that do so without a word. `None`: nothing takes back a carrier.
    ///
    /// # Errors
    /// When git fails, for example because an object is missing.
    pub(super) fn of<'p>(
        (git, config): (&Git, &Config),
        commits: &[Commit],
        origins: &Origins,
        carriers: &HashSet<CommitId>,
        unsaid: Vec<Claim>,
        parents: impl Fn(CommitId) -> Option<&'p [CommitId]>,
    ) -> Result<Option<Self>> {
        let merges: HashMap<CommitId, &Commit> =
            commits.iter().filter(|commit| commit.is_merge()).map(|commit| (commit.id, commit)).collect();
        let mut came: HashMap<CommitId, HashSet<CommitId>> = HashMap::new();
        let mut concerned = carriers.clone();
        let mut of_concern = |claim: &Claim| {
            for id in claim.of.iter().chain([&claim.by]) {
                if let Some(merge) = merges.get(id) {
                    came.entry(*id).or_insert_with(|| brought_by(&merge.parents, &parents));
                }
            }
            let concerns = |id: &CommitId| {
                concerned.contains(id) || came.get(id).is_some_and(|came| !came.is_disjoint(&concerned))
            };
            let counts = claim.of.iter().any(concerns);
            if counts {
                concerned.insert(claim.by);
            }
            counts
        };
        let order: HashMap<CommitId, usize> = commits.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
        let mut whole = claims(commits, origins);
        whole.extend(unsaid);
        whole.arrange_by_key(|claim| order.get(&claim.by).copied());
        whole.retain(&mut of_concern);
        let mut of_a_part = claims_of_a_part(commits, origins);
        of_a_part.retain(&mut of_concern);
        if whole.is_empty() && of_a_part.is_empty() {
            return Ok(None);
        }
        let all: Vec<Claim> = whole.iter().chain(&of_a_part).cloned().collect();
        concerned.extend(all.iter().flat_map(|claim| claim.of.iter().copied()));
        let brought = came.into_iter().map(|(merge, came)| (merge, came.intersection(&concerned).copied().collect()));
        let brought = brought.collect();
        Ok(Some(Self {
            claims: whole,
            of_a_part,
            brought,
            undone: Undone::of_product(git, config, commits, &all)?,
            order,
        }))
    }

    /// Says what stands in a part of the history; `has` says what is in it.
    pub(super) fn within(&self, has: impl Fn(CommitId) -> bool) -> Standing<'_> {
        let of = |claims: &[Claim]| claims.iter().filter(|claim| has(claim.by)).cloned().collect::<Vec<Claim>>();
        let (claims, of_a_part) = (of(&self.claims), of(&self.of_a_part));
        let Settled { pairs, doubtful } = settle(&claims, &self.brought, |by, of| self.undone.is_whole(by, of));
        let gone = pairs.iter().map(|pair| (pair.commit, pair.by)).collect();
        let mut standing = Standing { gone, unsure: HashMap::new(), order: Some(&self.order) };
        let doubts: HashSet<CommitId> = doubtful.iter().map(|pair| pair.by).collect();
        let is_doubt = |claim: &&Claim| doubts.contains(&claim.by);
        for claim in claims.iter().filter(is_doubt).chain(&of_a_part) {
            let undone = claim.of.iter().filter(|of| self.undone.is_of_a_part(claim.by, **of));
            for of in undone.flat_map(|of| self.brought.get(of).into_iter().flatten().chain([of])) {
                standing.unsure.insert(*of, claim.by);
            }
        }
        standing
    }
}

/// What became of the commits of a history.
#[derive(Default)]
pub(super) struct Standing<'t> {
    /// What was taken back, and by what.
    gone: HashMap<CommitId, CommitId>,
    /// What something takes back in part, or not exactly, and what does.
    unsure: HashMap<CommitId, CommitId>,
    order: Option<&'t HashMap<CommitId, usize>>,
}

/// Whether a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    Yes,
    No,
    /// That commit takes some of it back.
    Unsure(CommitId),
}

impl Standing<'_> {
    /// Says whether a change stands by one of the commits that carry it.
    pub(super) fn of(&self, carriers: &[CommitId]) -> Stands {
        let left: Vec<CommitId> = carriers.iter().copied().filter(|id| !self.gone.contains_key(id)).collect();
        let at = |id: CommitId| self.order.and_then(|order| order.get(&id)).copied();
        let takers: Vec<CommitId> = carriers.iter().filter_map(|id| self.gone.get(id)).copied().collect();
        // What came before another carrier was taken back may have gone with it.
        let is_later = |id: &CommitId| takers.iter().all(|by| at(*by) < at(*id));
        let is_sure = |id: &CommitId| !self.unsure.contains_key(id) && is_later(id);
        let doubt = |id: &CommitId| self.unsure.get(id).or_else(|| takers.first()).copied();
        match left.iter().any(is_sure) {
            true => Stands::Yes,
            false => left.iter().find_map(doubt).map_or(Stands::No, Stands::Unsure),
        }
    }
}
