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
        let holdings = graph.holdings(flaw.commits());
        assert_eq!(flaw.judge_all(&holdings), flaw.judge(&holdings, graph.ids()));
        flaw.judge(&holdings, &all).into_iter().map(|judged| judged.has).collect()
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
        let all_of = |parts: &Vec<Vec<usize>>| !parts.is_empty() && parts.iter().all(|part| part.iter().any(stands));
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
    assert_eq!(graph.history_of(id(9)).into_iter().filter(|is_there| *is_there).count(), 10);
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
