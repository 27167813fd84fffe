//! A walk over several histories at once, as far back as a moment.

use std::cell::OnceCell;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::model::change::titled;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::notes::claim::TitleKey;
use crate::model::presence::sieve::{Sieve, beginning, may_take_back};
use crate::model::trailer::{PullRequest, Relation, markers};
use crate::ports::git::{Git, Outlined, cut_off};

/// The newer commits of some histories.
pub(super) struct Walk<'g> {
    pub(super) git: &'g Git,
    commits: HashMap<CommitId, Walked, RandomState>,
    /// Their names, the newest first.
    order: Vec<CommitId>,
    /// Those whose messages may say that they take something back, the newest first.
    takers: Vec<CommitId>,
    /// The merges that one of those may mean, once that was asked.
    meant: OnceCell<HashSet<CommitId>>,
}

/// A commit that was walked over.
struct Walked {
    outlined: Outlined,
    seconds: i64,
    /// A bit for each history that has it.
    bits: u64,
    /// Whether its message may say that it takes something back.
    may_take_back: bool,
    /// Whether the sieve lets it through; `None`: it was not asked.
    may_pick: Option<bool>,
}

/// The own history of a branch, from first parent to first parent.
pub(super) struct Steps {
    /// The oldest first.
    chain: Vec<CommitId>,
    /// With which of them each commit came, by their places.
    came: HashMap<CommitId, usize, RandomState>,
}

impl<'g> Walk<'g> {
    /// Reads the histories of commits, each with its bit, back to a moment, in seconds since 1970-01-01 UTC. What is come to by another
    /// history than `main` is held against a sieve at once, for to read it again takes as long.
    pub(super) fn back_to(
        git: &'g Git,
        tips: &[(CommitId, u64)],
        not_before: i64,
        (main, sieve): (u64, &Sieve),
    ) -> Result<Self> {
        let mut walk =
            Self { git, commits: HashMap::default(), order: Vec::new(), takers: Vec::new(), meant: OnceCell::new() };
        let ends = if git.is_shallow() { cut_off(git) } else { HashSet::new() };
        let is_plain = git.is_plain();
        let mut open: BinaryHeap<(i64, CommitId, u64)> = BinaryHeap::new();
        let mut next = tips.to_vec();
        loop {
            for (id, bits) in next.drain(..) {
                let seconds = match walk.commits.entry(id) {
                    Entry::Occupied(known) => known.get().seconds,
                    Entry::Vacant(new) => {
                        let (outlined, seconds, (may_take_back, may_pick)) =
                            git.passed(id, is_plain, |message, outline| {
                                let may_pick = (bits & main == 0).then(|| sieve.lets_through(id, outline));
                                (may_take_back(message), may_pick)
                            })?;
                        new.insert(Walked { outlined, seconds, bits: 0, may_take_back, may_pick }).seconds
                    }
                };
                if seconds >= not_before {
                    open.push((seconds, id, bits));
                }
            }
            let Some((_, id, bits)) = open.pop() else { break };
            let Some(known) = walk.commits.get_mut(&id) else { continue };
            if known.bits == 0 {
                walk.order.push(id);
                walk.takers.extend(known.may_take_back.then_some(id));
            }
            let more = bits & !known.bits;
            known.bits |= bits;
            if more != 0 && !ends.contains(&id) {
                next.extend(known.outlined.parents.iter().map(|parent| (*parent, more)));
            }
        }
        Ok(walk)
    }

    /// Returns the bits of the histories that have a commit, as far as they were read.
    pub(super) fn bits(&self, id: CommitId) -> u64 {
        self.commits.get(&id).map_or(0, |known| known.bits)
    }

    /// Returns the commits with such bits, the oldest first.
    pub(super) fn with(&self, wanted: impl Fn(u64) -> bool) -> impl Iterator<Item = CommitId> {
        self.order.iter().rev().copied().filter(move |id| wanted(self.bits(*id)))
    }

    /// Says whether one of the wanted commits may say that it takes something back.
    pub(super) fn has_takers(&self, wanted: impl Fn(CommitId) -> bool) -> bool {
        self.takers.iter().any(|id| wanted(*id))
    }

    /// Returns the own history of a commit, from first parent to first parent, as far as it was read, and what came there with each step.
    pub(super) fn steps(&self, tip: CommitId) -> Steps {
        let mut chain = Vec::new();
        let mut next = Some(tip);
        while let Some(id) = next.filter(|id| self.bits(*id) != 0) {
            chain.push(id);
            next = self.parents(id).first().copied();
        }
        chain.reverse();
        let mut came: HashMap<CommitId, usize, RandomState> = HashMap::default();
        for (step, id) in chain.iter().enumerate() {
            let mut open = vec![*id];
            while let Some(id) = open.pop() {
                if self.bits(id) != 0 && !came.contains_key(&id) {
                    came.insert(id, step);
                    open.extend(self.parents(id));
                }
            }
        }
        Steps { chain, came }
    }

    /// Returns the commits that the history with a bit has on its own, the oldest first: main, whose steps these are, does not have them,
    /// or got them by merging that history after it had left main.
    pub(super) fn beside(&self, bit: u64, main: &Steps) -> impl Iterator<Item = CommitId> {
        let left = main.chain.iter().rposition(|id| self.bits(*id) & bit != 0);
        let is_own = move |id: &CommitId| main.came.get(id).is_none_or(|step| Some(*step) > left);
        self.with(move |bits| bits & bit != 0).filter(is_own)
    }

    /// Returns the merges that a commit may say that it takes back: by their names, by their pull requests, or by their titles. Messages
    /// of merges are read only where one is not meant by a name.
    ///
    /// # Errors
    /// When a commit is missing.
    pub(super) fn meant_merges(&self) -> Result<&HashSet<CommitId>> {
        if let Some(known) = self.meant.get() {
            return Ok(known);
        }
        let names: HashSet<u32> = self.order.iter().map(|id| beginning(*id)).collect();
        let (mut named, mut requests, mut titles) = (HashSet::new(), HashSet::new(), HashSet::new());
        for taker in &self.takers {
            let stated: Vec<Relation> =
                markers(&self.git.commit(*taker)?.message).into_iter().map(|marker| marker.relation).collect();
            let by_name = stated.iter().filter_map(|relation| relation.clone().reverted()?.beginning());
            let by_name: Vec<u32> = by_name.filter(|name| names.contains(name)).collect();
            for relation in stated.into_iter().filter(|_| by_name.is_empty()) {
                if let Relation::RevertsPullRequest(request) = &relation {
                    requests.insert(request.number);
                } else if let Relation::RevertsSubject(title) = relation {
                    titles.insert(TitleKey::of(&title));
                }
            }
            named.extend(by_name);
        }
        let by_message = !requests.is_empty() || !titles.is_empty();
        let mut meant = HashSet::new();
        for merge in self.order.iter().filter(|id| self.parents(**id).len() > 1) {
            let is_meant = named.contains(&beginning(*merge))
                || by_message && {
                    let commit = self.git.commit(*merge)?;
                    let is_asked_for = |request: &PullRequest| requests.contains(&request.number);
                    let is_called = |title: &str| titles.contains(&TitleKey::of(title));
                    markers(&commit.message).iter().any(|one| one.relation.landed_by().is_some_and(is_asked_for))
                        || is_called(commit.subject())
                        || is_called(&titled(&commit.message))
                };
            meant.extend(is_meant.then_some(*merge));
        }
        Ok(self.meant.get_or_init(|| meant))
    }

    /// Says whether the message of a commit may say that it takes something back.
    pub(super) fn may_take_back(&self, id: CommitId) -> bool {
        self.commits.get(&id).is_some_and(|known| known.may_take_back)
    }

    /// Says whether a commit may be a pick, as the sieve has it.
    ///
    /// # Errors
    /// When it is missing.
    pub(super) fn may_pick(&self, id: CommitId, sieve: &Sieve) -> Result<bool> {
        match self.commits.get(&id).and_then(|known| known.may_pick) {
            Some(known) => Ok(known),
            None => Ok(self.git.glance([id], |id, outline| sieve.lets_through(id, outline))? == [true]),
        }
    }

    /// Returns the outline of a commit; `None`: it was not read.
    pub(super) fn outlined(&self, id: CommitId) -> Option<&Outlined> {
        self.commits.get(&id).map(|known| &known.outlined)
    }

    /// Returns a commit and what comes before it, as far as it was read.
    pub(super) fn history(&self, tip: CommitId) -> HashSet<CommitId> {
        let (mut seen, mut open) = (HashSet::new(), vec![tip]);
        while let Some(id) = open.pop() {
            if self.bits(id) != 0 && seen.insert(id) {
                open.extend(self.parents(id));
            }
        }
        seen
    }

    /// Returns the parents of a commit; `None`: it was not read.
    pub(super) fn known_parents(&self, id: CommitId) -> Option<&[CommitId]> {
        self.outlined(id).map(|known| known.parents.as_slice())
    }

    /// Returns the parents of a commit; of one that was not read, none.
    pub(super) fn parents(&self, id: CommitId) -> &[CommitId] {
        self.known_parents(id).unwrap_or_default()
    }
}
