//! Which commits have which others in their history, and which of them therefore have a flaw: worked out for all in one pass.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::runs::Has;
use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;

/// Where commits stand.
type Places = HashMap<CommitId, usize, RandomState>;

/// Commits and their parents, parents before children.
pub struct Graph {
    ids: Vec<CommitId>,
    parents: Vec<Vec<usize>>,
    places: Places,
}

impl Graph {
    /// Takes commits with their parents, in any order, each once. Parents that are not among them are left out, as if history began
    /// there.
    pub fn new(commits: impl IntoIterator<Item = (CommitId, impl AsRef<[CommitId]>)>) -> Self {
        let (ids, named): (Vec<CommitId>, Vec<_>) = commits.into_iter().unzip();
        let mut places: Places = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let known = |own: &[CommitId]| -> Vec<usize> { own.iter().filter_map(|id| places.get(id).copied()).collect() };
        let mut parents: Vec<Vec<usize>> = named.iter().map(|own| known(own.as_ref())).collect();
        let order = in_order(&parents);
        let mut place = vec![None; ids.len()];
        order.iter().enumerate().for_each(|(at, from)| place[*from] = Some(at));
        // Commits that are each behind the other, as grafts may make them, stand nowhere.
        places.retain(|_, at| place[*at].inspect(|place| *at = *place).is_some());
        parents.iter_mut().flatten().for_each(|at| *at = place[*at].unwrap_or(*at));
        Self {
            ids: order.iter().map(|at| ids[*at]).collect(),
            // What has a place has parents that have one.
            parents: order.iter().map(|at| std::mem::take(&mut parents[*at])).collect(),
            places,
        }
    }

    /// Returns the commits, parents before children.
    pub fn ids(&self) -> &[CommitId] {
        &self.ids
    }

    /// Returns the places of the parents of the commit at a place.
    pub fn parents(&self, at: usize) -> &[usize] {
        self.parents.get(at).map_or(&[], Vec::as_slice)
    }

    /// Returns the place of a commit among [`Self::ids`].
    pub fn place(&self, id: CommitId) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// Says for each place whether a commit or one of its ancestors stands there.
    pub fn history_of(&self, tip: CommitId) -> Vec<bool> {
        let mut open: Vec<usize> = self.place(tip).into_iter().collect();
        let mut found = vec![false; self.ids.len()];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut found[at], true) {
                open.extend(&self.parents[at]);
            }
        }
        found
    }

    /// Works out for every commit which of the wanted ones are in its history, itself included.
    pub fn holdings(&self, wanted: impl IntoIterator<Item = CommitId>) -> Holdings<'_> {
        let mut bits: HashMap<usize, usize> = HashMap::new();
        let mut order = Vec::new();
        for id in wanted {
            if let Some(place) = self.place(id)
                && !bits.contains_key(&place)
            {
                bits.insert(place, order.len());
                order.push(id);
            }
        }
        let width = order.len().div_ceil(64).max(1);
        let mut masks = vec![0_u64; width * self.ids.len()];
        for (at, parents) in self.parents.iter().enumerate() {
            let (before, own) = masks.split_at_mut(at * width);
            for parent in parents {
                let theirs = &before[parent * width..(parent + 1) * width];
                own[..width].iter_mut().zip(theirs).for_each(|(own, theirs)| *own |= theirs);
            }
            if let Some(bit) = bits.get(&at) {
                own[bit / 64] |= 1 << (bit % 64);
            }
        }
        Holdings { graph: self, bits, wanted: order, width, masks }
    }
}

/// Returns the places of commits, parents before children. `parents` has the places of the parents of each.
fn in_order(parents: &[Vec<usize>]) -> Vec<usize> {
    // The children of all, those of one next to each other: where they end, and, once they are put there, where they begin.
    let mut ends = vec![0; parents.len() + 1];
    parents.iter().flatten().for_each(|parent| ends[*parent] += 1);
    (1..ends.len()).for_each(|at| ends[at] += ends[at - 1]);
    let mut children = vec![0; parents.iter().map(Vec::len).sum()];
    for (child, parent) in parents.iter().enumerate().rev().flat_map(|(child, of)| of.iter().map(move |of| (child, of)))
    {
        ends[*parent] -= 1;
        children[ends[*parent]] = child;
    }
    let mut missing: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut order = Vec::with_capacity(parents.len());
    order.extend((0..parents.len()).filter(|at| missing[*at] == 0));
    let mut next = 0;
    while let Some(at) = order.get(next).copied() {
        next += 1;
        for child in &children[ends[at]..ends[at + 1]] {
            missing[*child] -= 1;
            if missing[*child] == 0 {
                order.push(*child);
            }
        }
    }
    order
}

/// Which of some commits each commit of a graph has in its history.
pub struct Holdings<'g> {
    graph: &'g Graph,
    bits: HashMap<usize, usize>,
    wanted: Vec<CommitId>,
    width: usize,
    masks: Vec<u64>,
}

impl Holdings<'_> {
    /// Returns the graph.
    pub fn graph(&self) -> &Graph {
        self.graph
    }

    /// Says whether a commit has another one, which was wanted, in its history, or is that one.
    pub fn holds(&self, commit: CommitId, wanted: CommitId) -> bool {
        let bit = self.graph.place(wanted).and_then(|place| self.bits.get(&place));
        match (self.mask(commit), bit) {
            (Some(mask), Some(bit)) => mask[bit / 64] & (1 << (bit % 64)) != 0,
            (_, None) | (None, _) => false,
        }
    }

    /// Returns the wanted commits that a commit has.
    pub fn held_by(&self, commit: CommitId) -> Vec<CommitId> {
        let Some(mask) = self.mask(commit) else { return Vec::new() };
        let has = |bit: usize| mask[bit / 64] & (1 << (bit % 64)) != 0;
        self.wanted.iter().enumerate().filter(|(bit, _)| has(*bit)).map(|(_, id)| *id).collect()
    }

    /// Says whether a commit has any of the wanted ones.
    pub fn holds_any(&self, commit: CommitId) -> bool {
        self.mask(commit).is_some_and(|mask| mask.iter().any(|word| *word != 0))
    }

    fn mask(&self, commit: CommitId) -> Option<&[u64]> {
        self.mask_at(self.graph.place(commit)?)
    }

    fn mask_at(&self, place: usize) -> Option<&[u64]> {
        self.masks.get(place * self.width..(place + 1) * self.width)
    }

    /// Returns the bits of some commits; those that were not wanted have none, as no commit has them.
    fn bits_of<'i>(&self, ids: impl IntoIterator<Item = &'i CommitId>) -> Vec<u64> {
        let mut mask = vec![0; self.width];
        for id in ids {
            if let Some(bit) = self.graph.place(*id).and_then(|place| self.bits.get(&place)) {
                mask[bit / 64] |= 1 << (bit % 64);
            }
        }
        mask
    }
}

/// That a commit took another one back. It does so only where the other one is in its own history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TakenBack {
    /// What was taken back.
    pub commit: CommitId,
    /// By what.
    pub by: CommitId,
}

/// What brought a flaw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bringers {
    /// It is there from the first commit on.
    Always,
    /// Each of these alone, picks included.
    These(Vec<CommitId>),
}

/// The commits that a flaw comes and goes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What brought it.
    pub introduced: Bringers,
    /// The parts of the fix, all of which are needed; any one of the commits of a part will do.
    pub parts: Vec<Vec<CommitId>>,
    /// Other whole fixes, each of them in parts in the same way.
    pub ways: Vec<Vec<Vec<CommitId>>>,
    /// What took which of all these back, or another one that took something back.
    pub taken_back: Vec<TakenBack>,
}

/// What history says of one commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Whether it has the flaw.
    pub has: Has,
    /// Whether it has the fix, or took back what brought the flaw.
    pub repaired: bool,
}

impl Flaw {
    /// Returns all commits that [`Graph::holdings`] has to be asked about.
    pub fn commits(&self) -> Vec<CommitId> {
        let brought: &[CommitId] = match &self.introduced {
            Bringers::Always => &[],
            Bringers::These(all) => all,
        };
        let fixes = self.parts.iter().chain(self.ways.iter().flatten()).flatten();
        let taken = self.taken_back.iter().flat_map(|one| [&one.commit, &one.by]);
        brought.iter().chain(fixes).chain(taken).copied().collect()
    }

    /// Judges commits: whether each has a commit that brought the flaw, and not the whole fix. What is not in the graph is not known.
    pub fn judge(&self, holdings: &Holdings<'_>, commits: &[CommitId]) -> Vec<Judged> {
        let asked = self.asked(holdings);
        commits.iter().map(|commit| asked.judge(holdings.mask(*commit))).collect()
    }

    /// As [`Self::judge`], for all commits of the graph in its order.
    pub fn judge_all(&self, holdings: &Holdings<'_>) -> Vec<Judged> {
        let asked = self.asked(holdings);
        (0..holdings.graph().ids().len()).map(|place| asked.judge(holdings.mask_at(place))).collect()
    }

    fn asked(&self, holdings: &Holdings<'_>) -> Asked {
        let place = |id: CommitId| holdings.graph().place(id);
        let in_history = |one: &&TakenBack| one.commit != one.by && holdings.holds(one.by, one.commit);
        let mut taken: Vec<TakenBack> = self.taken_back.iter().filter(in_history).copied().collect();
        // The newest first: whether something that took back stands is then known before it is asked.
        taken.arrange_by_key(|one| std::cmp::Reverse(place(one.by)));
        Asked::of(self, holdings, &taken)
    }
}

/// A flaw as bits of the commits that it comes and goes with.
struct Asked {
    /// `None`: it is there from the first commit on.
    introduced: Option<Vec<u64>>,
    parts: Vec<Vec<u64>>,
    /// Other whole fixes, each in parts.
    ways: Vec<Vec<Vec<u64>>>,
    /// What took something back, and what that was, the newest first.
    taken: Vec<(Vec<u64>, Vec<u64>)>,
}

impl Asked {
    fn of(flaw: &Flaw, holdings: &Holdings<'_>, taken: &[TakenBack]) -> Self {
        let bits = |parts: &[Vec<CommitId>]| parts.iter().map(|part| holdings.bits_of(part)).collect();
        Self {
            introduced: match &flaw.introduced {
                Bringers::Always => None,
                Bringers::These(all) => Some(holdings.bits_of(all)),
            },
            parts: bits(&flaw.parts),
            ways: flaw.ways.iter().map(|way| bits(way)).collect(),
            taken: taken.iter().map(|one| (holdings.bits_of([&one.by]), holdings.bits_of([&one.commit]))).collect(),
        }
    }

    /// Judges a commit by the bits of what it has; `None` is one that is not in the graph.
    fn judge(&self, mask: Option<&[u64]>) -> Judged {
        let Some(has) = mask else { return Judged { has: Has::Unknown, repaired: false } };
        let mut stands = has.to_vec();
        for (by, of) in &self.taken {
            // What was itself taken back took nothing, and stands no longer when it is asked.
            if meet(&stands, by) {
                stands.iter_mut().zip(of).for_each(|(own, gone)| *own &= !gone);
            }
        }
        let (brought, is_there) = match &self.introduced {
            None => (true, true),
            Some(all) => (meet(has, all), meet(&stands, all)),
        };
        let all_of = |parts: &Vec<Vec<u64>>| !parts.is_empty() && parts.iter().all(|part| meet(&stands, part));
        let is_fixed = all_of(&self.parts) || self.ways.iter().any(all_of);
        let has = if is_there && !is_fixed { Has::Flaw } else { Has::NoFlaw };
        Judged { has, repaired: is_fixed || brought && !is_there }
    }
}

/// Says whether two masks have a bit in common.
fn meet(mask: &[u64], of: &[u64]) -> bool {
    mask.iter().zip(of).any(|(own, asked)| own & asked != 0)
}

#[cfg(test)]
mod tests;
