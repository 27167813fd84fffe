//! The commits between which a flaw is there, as a range of commits tells of it.
//!
//! OSV (schema 1.7, "Evaluation", type `GIT`): a commit is affected where it has one that introduced the flaw in its history, and none that
//! fixed it. So what fixes must have the whole fix, and nothing behind it may have the flaw again.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::contain::Graph;
use super::runs::Has;
use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;

/// A range of commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CommitRange {
    /// The first commits that have the flaw, or may have it, sorted. Empty: it is there from the first commit on.
    pub introduced: Vec<CommitId>,
    /// The first commits behind those that have the whole fix, with nothing behind them that has the flaw, sorted.
    pub fixed: Vec<CommitId>,
}

impl CommitRange {
    /// Returns its commits: those that introduced the flaw, then those that fixed it.
    pub fn commits(&self) -> impl Iterator<Item = CommitId> {
        self.introduced.iter().chain(&self.fixed).copied()
    }
}

/// Whether the flaw is there from the first commit on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// From the first commit on.
    Beginning,
    /// From some commits on.
    Commits,
}

/// Works out the range from what holds for each commit of a graph, given in the order of the graph. `None`: no range says the same of
/// all of `asked`, as where a fix was taken back and landed again.
pub fn commit_range(graph: &Graph, has: &[Has], since: Since, asked: &[CommitId]) -> Option<CommitRange> {
    let count = graph.ids().len();
    let flawed: Vec<bool> = has.iter().map(|one| *one != Has::NoFlaw).collect();
    let (mut reached, mut introduced) = (vec![false; count], Vec::new());
    for at in 0..count {
        let before = since == Since::Beginning || graph.parents(at).iter().any(|parent| reached[*parent]);
        reached[at] = before || flawed[at];
        if flawed[at] && !before {
            introduced.push(graph.ids()[at]);
        }
    }
    let mut comes_back = flawed.clone();
    for at in (0..count).rev().filter(|at| comes_back[*at]).collect::<Vec<_>>() {
        let mut open = vec![at];
        while let Some(next) = open.pop() {
            for parent in graph.parents(next).iter().copied().filter(|parent| !comes_back[*parent]).collect::<Vec<_>>()
            {
                comes_back[parent] = true;
                open.push(parent);
            }
        }
    }
    let (mut covered, mut fixed) = (vec![false; count], Vec::new());
    for at in 0..count {
        let before = graph.parents(at).iter().any(|parent| covered[*parent]);
        let is_first = reached[at] && !comes_back[at] && !before;
        covered[at] = before || is_first;
        if is_first {
            fixed.push(graph.ids()[at]);
        }
    }
    let is_told = |id: &CommitId| graph.place(*id).is_none_or(|at| flawed[at] == (reached[at] && !covered[at]));
    let is_empty = introduced.is_empty() && since == Since::Commits;
    introduced.arrange();
    fixed.arrange();
    (!is_empty && asked.iter().all(is_told)).then_some(CommitRange { introduced, fixed })
}

/// Which of the commits of a range each version has in its history.
pub type Held = HashMap<semver::Version, Vec<CommitId>>;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(number: usize) -> CommitId {
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&(number as u64 + 1).to_be_bytes());
        CommitId::from_bytes(bytes)
    }

    /// The parents of each commit are older; `marks` has `f` for the flaw, `?` for what is not known.
    fn ranged(parents: &[&[usize]], marks: &str, since: Since) -> Option<(Vec<usize>, Vec<usize>)> {
        let graph = Graph::new(
            parents.iter().enumerate().map(|(at, own)| (id(at), own.iter().map(|one| id(*one)).collect::<Vec<_>>())),
        );
        let of = |at: usize| match marks.as_bytes()[at] {
            b'f' => Has::Flaw,
            b'?' => Has::Unknown,
            _ => Has::NoFlaw,
        };
        let number = |one: &CommitId| (0..parents.len()).find(|at| id(*at) == *one).expect("one of them");
        let has: Vec<Has> = graph.ids().iter().map(|one| of(number(one))).collect();
        let all: Vec<CommitId> = (0..parents.len()).map(id).collect();
        let range = commit_range(&graph, &has, since, &all)?;
        Some((range.introduced.iter().map(number).collect(), range.fixed.iter().map(number).collect()))
    }

    #[test]
    fn only_what_has_the_whole_fix_ends_a_range() {
        // 0 sound, 1 the bug, 2 half of the fix, 3 the other half; 4 and 5 the same on a line, whose 6 is behind.
        let history: [&[usize]; 7] = [&[], &[0], &[1], &[2], &[1], &[4], &[5]];
        assert_eq!(ranged(&history, ".ff.f..", Since::Commits), Some((vec![1], vec![3, 5])));
        assert_eq!(ranged(&history, "fff.f..", Since::Beginning), Some((vec![], vec![3, 5])));
        // Halves from two sides meet in a merge.
        let merged: [&[usize]; 5] = [&[], &[0], &[1], &[1], &[2, 3]];
        assert_eq!(ranged(&merged, ".fff.", Since::Commits), Some((vec![1], vec![4])));
        // What was taken back and landed again is in no range.
        let line: [&[usize]; 5] = [&[], &[0], &[1], &[2], &[3]];
        assert_eq!(ranged(&line, "ff.f.", Since::Beginning), None);
        assert_eq!(ranged(&line, ".f??.", Since::Commits), Some((vec![1], vec![4])));
        assert_eq!(ranged(&line, ".....", Since::Commits), None);
    }

    proptest! {
        #[test]
        fn a_range_says_of_every_commit_what_holds_for_it(
            story in (2..16_usize).prop_flat_map(|count| (
                (0..count).map(|at| if at == 0 { Just(vec![]).boxed() } else {
                    prop_oneof![3 => (at.saturating_sub(2)..at).prop_map(|one| vec![one]), 1 => (0..at, 0..at).prop_map(|(a, b)| vec![a, b])].boxed()
                }).collect::<Vec<_>>(),
                proptest::collection::vec("[f.]", count),
            ))
        ) {
            let (parents, marks) = story;
            let slices: Vec<&[usize]> = parents.iter().map(Vec::as_slice).collect();
            if let Some((introduced, fixed)) = ranged(&slices, &marks.concat(), Since::Commits) {
                for (tip, mark) in marks.iter().enumerate() {
                    let (mut open, mut seen) = (vec![tip], std::collections::BTreeSet::new());
                    while let Some(at) = open.pop() {
                        if seen.insert(at) {
                            open.extend(&parents[at]);
                        }
                    }
                    let is_in = introduced.iter().any(|one| seen.contains(one)) && !fixed.iter().any(|one| seen.contains(one));
                    prop_assert_eq!(is_in, mark == "f");
                }
            }
        }
    }
}
