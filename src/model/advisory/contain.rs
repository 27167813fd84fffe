//! Which commits have which others in their history, and which of them therefore have a flaw: worked out for all in one pass.

use std::collections::{HashMap, HashSet, VecDeque};

use super::runs::Has;
use crate::model::commit::CommitId;

/// Commits and their parents, parents before children.
pub struct Graph {
    ids: Vec<CommitId>,
    parents: Vec<Vec<usize>>,
    places: HashMap<CommitId, usize>,
}

impl Graph {
    /// Takes commits with their parents, in any order, each once. Parents that are not among them are left out, as if history began
    /// there.
    pub fn new(commits: impl IntoIterator<Item = (CommitId, Vec<CommitId>)>) -> Self {
        let given: Vec<(CommitId, Vec<CommitId>)> = commits.into_iter().collect();
        let at: HashMap<CommitId, usize> = given.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        let mut missing: Vec<usize> = Vec::with_capacity(given.len());
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); given.len()];
        for (child, (_, parents)) in given.iter().enumerate() {
            let known: Vec<usize> = parents.iter().filter_map(|parent| at.get(parent).copied()).collect();
            known.iter().for_each(|parent| children[*parent].push(child));
            missing.push(known.len());
        }
        let mut ready: VecDeque<usize> = (0..given.len()).filter(|at| missing[*at] == 0).collect();
        let mut graph = Self { ids: Vec::new(), parents: Vec::new(), places: HashMap::with_capacity(given.len()) };
        while let Some(next) = ready.pop_front() {
            let (id, parents) = &given[next];
            let known = parents.iter().filter_map(|parent| graph.places.get(parent).copied()).collect();
            graph.places.insert(*id, graph.ids.len());
            graph.ids.push(*id);
            graph.parents.push(known);
            for child in &children[next] {
                missing[*child] -= 1;
                if missing[*child] == 0 {
                    ready.push_back(*child);
                }
            }
        }
        graph
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

    /// Returns a commit with all its ancestors.
    pub fn history_of(&self, tip: CommitId) -> HashSet<CommitId> {
        let mut open: Vec<usize> = self.place(tip).into_iter().collect();
        let mut found = HashSet::new();
        while let Some(at) = open.pop() {
            if found.insert(self.ids[at]) {
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

    fn mask(&self, commit: CommitId) -> Option<&[u64]> {
        let place = self.graph.place(commit)?;
        self.masks.get(place * self.width..(place + 1) * self.width)
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
        let place = |id: CommitId| holdings.graph().place(id);
        let in_history = |one: &&TakenBack| one.commit != one.by && holdings.holds(one.by, one.commit);
        let mut taken: Vec<TakenBack> = self.taken_back.iter().filter(in_history).copied().collect();
        // The newest first: whether something that took back stands is then known before it is asked.
        taken.sort_by_key(|one| std::cmp::Reverse(place(one.by)));
        commits.iter().map(|commit| self.judge_one(holdings, &taken, *commit)).collect()
    }

    fn judge_one(&self, holdings: &Holdings<'_>, taken: &[TakenBack], commit: CommitId) -> Judged {
        if holdings.graph().place(commit).is_none() {
            return Judged { has: Has::Unknown, repaired: false };
        }
        let mut gone: HashSet<CommitId> = HashSet::new();
        for one in taken {
            if holdings.holds(commit, one.by) && !gone.contains(&one.by) {
                gone.insert(one.commit);
            }
        }
        let holds = |id: &CommitId| holdings.holds(commit, *id);
        let stands = |id: &CommitId| holds(id) && !gone.contains(id);
        let (brought, is_there) = match &self.introduced {
            Bringers::Always => (true, true),
            Bringers::These(all) => (all.iter().any(holds), all.iter().any(stands)),
        };
        let all_of = |parts: &Vec<Vec<CommitId>>| !parts.is_empty() && parts.iter().all(|part| part.iter().any(stands));
        let is_fixed = all_of(&self.parts) || self.ways.iter().any(all_of);
        let has = if is_there && !is_fixed { Has::Flaw } else { Has::NoFlaw };
        Judged { has, repaired: is_fixed || brought && !is_there }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> CommitId {
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&(number as u64 + 1).to_be_bytes());
        CommitId::from_bytes(bytes)
    }

    fn ids(numbers: &[usize]) -> Vec<CommitId> {
        numbers.iter().map(|number| id(*number)).collect()
    }

    /// A history as numbers: the parents of each commit are older.
    #[derive(Debug, Clone)]
    struct Story {
        parents: Vec<Vec<usize>>,
        always: bool,
        introduced: Vec<usize>,
        parts: Vec<Vec<usize>>,
        ways: Vec<Vec<Vec<usize>>>,
        reverts: Vec<(usize, usize)>,
        turned: bool,
    }

    impl Story {
        fn flaw(&self) -> Flaw {
            let introduced = if self.always { Bringers::Always } else { Bringers::These(ids(&self.introduced)) };
            Flaw {
                introduced,
                parts: self.parts.iter().map(|part| ids(part)).collect(),
                ways: self.ways.iter().map(|way| way.iter().map(|part| ids(part)).collect()).collect(),
                taken_back: self.reverts.iter().map(|(by, of)| TakenBack { commit: id(*of), by: id(*by) }).collect(),
            }
        }

        fn judged(&self) -> Vec<Has> {
            let mut nodes: Vec<(CommitId, Vec<CommitId>)> =
                self.parents.iter().enumerate().map(|(at, parents)| (id(at), ids(parents))).collect();
            if self.turned {
                nodes.reverse();
            }
            let graph = Graph::new(nodes);
            let flaw = self.flaw();
            let all = ids(&(0..self.parents.len()).collect::<Vec<_>>());
            flaw.judge(&graph.holdings(flaw.commits()), &all).into_iter().map(|judged| judged.has).collect()
        }

        fn history(&self, tip: usize) -> BTreeSet<usize> {
            let mut all = BTreeSet::from([tip]);
            self.parents[tip].iter().for_each(|parent| all.extend(self.history(*parent)));
            all
        }

        /// By the words of the rule, without any cleverness.
        fn by_force(&self, tip: usize) -> Has {
            let has = self.history(tip);
            let stands = |of: &usize| self.stands(&has, *of);
            let brought = self.always || self.introduced.iter().any(stands);
            let all_of =
                |parts: &Vec<Vec<usize>>| !parts.is_empty() && parts.iter().all(|part| part.iter().any(stands));
            let fixed = all_of(&self.parts) || self.ways.iter().any(all_of);
            if brought && !fixed { Has::Flaw } else { Has::NoFlaw }
        }

        fn stands(&self, has: &BTreeSet<usize>, of: usize) -> bool {
            let takes = |(by, target): &(usize, usize)| {
                *target == of && *by != of && self.history(*by).contains(&of) && self.stands(has, *by)
            };
            has.contains(&of) && !self.reverts.iter().any(takes)
        }
    }

    fn story() -> impl Strategy<Value = Story> {
        (2..24_usize).prop_flat_map(|count| {
            let parents: Vec<_> = (0..count)
                .map(|at| match at {
                    0 => Just(Vec::new()).boxed(),
                    _ => prop_oneof![
                        6 => (at.saturating_sub(3)..at).prop_map(|one| vec![one]),
                        2 => (0..at, 0..at).prop_map(|(a, b)| vec![a, b]),
                        1 => Just(Vec::new()),
                    ]
                    .boxed(),
                })
                .collect();
            let some = |most: usize| proptest::collection::vec(0..count, 0..most);
            let reverts = prop_oneof![Just(0_usize), Just(8)]
                .prop_flat_map(move |most| proptest::collection::vec((0..count, 0..count), 0..=most));
            let parts = proptest::collection::vec(some(4), 0..3);
            let ways = proptest::collection::vec(proptest::collection::vec(some(3), 0..3), 0..2);
            (parents, proptest::bool::weighted(0.2), some(4), parts, ways, reverts, any::<bool>()).prop_map(
                |(parents, always, introduced, parts, ways, reverts, turned)| Story {
                    parents,
                    always,
                    introduced,
                    parts,
                    ways,
                    reverts,
                    turned,
                },
            )
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_commit_is_judged_as_by_brute_force(story in story()) {
            let forced: Vec<Has> = (0..story.parents.len()).map(|tip| story.by_force(tip)).collect();
            prop_assert_eq!(story.judged(), forced);
        }

        #[test]
        fn without_reverts_it_is_what_has_the_bug_less_what_has_each_part(story in story()) {
            let story = Story { reverts: Vec::new(), always: false, ways: Vec::new(), ..story };
            let containing = |of: &[usize]| -> BTreeSet<usize> {
                let tips = 0..story.parents.len();
                tips.filter(|tip| of.iter().any(|one| story.history(*tip).contains(one))).collect()
            };
            let mut flawed = containing(&story.introduced);
            let parts: Vec<BTreeSet<usize>> = story.parts.iter().map(|part| containing(part)).collect();
            if !parts.is_empty() {
                flawed.retain(|tip| !parts.iter().all(|part| part.contains(tip)));
            }
            let judged = story.judged();
            let found: BTreeSet<usize> = (0..judged.len()).filter(|at| judged[*at] == Has::Flaw).collect();
            prop_assert_eq!(found, flawed);
        }
    }

    #[test]
    fn more_than_one_word_of_bits_is_kept_apart() {
        let count = 200;
        let line: Vec<(CommitId, Vec<CommitId>)> =
            (0..count).map(|at| (id(at), at.checked_sub(1).map(id).into_iter().collect())).collect();
        let graph = Graph::new(line);
        let holdings = graph.holdings((0..count).map(id));
        for at in 0..count {
            assert_eq!(holdings.held_by(id(at)).len(), at + 1);
            assert!(holdings.holds(id(at), id(at)) && !holdings.holds(id(at), id(at + 1)));
        }
        assert_eq!(graph.history_of(id(9)).len(), 10);
    }

    #[test]
    fn a_revert_that_is_taken_back_takes_nothing_and_strangers_are_not_known() {
        let line: Vec<(CommitId, Vec<CommitId>)> =
            (0..5).map(|at| (id(at), if at == 0 { Vec::new() } else { ids(&[at - 1]) })).collect();
        let graph = Graph::new(line);
        let taken = |commit, by| TakenBack { commit: id(commit), by: id(by) };
        let flaw = Flaw {
            introduced: Bringers::These(ids(&[0])),
            parts: vec![ids(&[1])],
            ways: Vec::new(),
            taken_back: vec![taken(1, 2), taken(2, 3)],
        };
        let judged = flaw.judge(&graph.holdings(flaw.commits()), &ids(&[0, 1, 2, 3, 77]));
        let has: Vec<Has> = judged.iter().map(|one| one.has).collect();
        assert_eq!(has, [Has::Flaw, Has::NoFlaw, Has::Flaw, Has::NoFlaw, Has::Unknown]);
        let repaired: Vec<bool> = judged.iter().map(|one| one.repaired).collect();
        assert_eq!(repaired, [false, true, false, true, false]);
    }
}
