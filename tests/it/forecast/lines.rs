//! Three-way merges of one text, line by line: where repeated lines let two implementations part.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::forecast;
use crate::support::Repo;
use crate::support::oracle::{Answer, Outcome, Pair, git_merge_tree};
use crate::support::stream::{Entry, Stream, Tree};

/// How many merges are tried.
const CASES: usize = 1500;
/// How many attempts are made to find a smaller case that fails.
const SHRINKS: usize = 150;

/// A text and its two descendants, each by the numbers of its lines.
#[derive(Debug, Clone)]
struct Case {
    base: Vec<u16>,
    ours: Vec<u16>,
    theirs: Vec<u16>,
    final_newline: [bool; 3],
    /// Whether both sides add the text, so that they have no base.
    added_by_both: bool,
}

/// One edit of a text: at a place, so many lines go and these come.
type Edit = (prop::sample::Index, usize, Vec<u16>);

/// How large the texts are and how many distinct lines they have.
#[derive(Debug, Clone, Copy)]
struct Scale {
    alphabet: u16,
    lines: usize,
    edits: usize,
    lines_of_an_edit: usize,
}

fn scales() -> impl Strategy<Value = Scale> {
    let small = Scale { alphabet: 0, lines: 24, edits: 4, lines_of_an_edit: 4 };
    // In long texts some lines stand so often, or differ so much, that git takes other paths through its diff.
    let large = Scale { alphabet: 0, lines: 400, edits: 10, lines_of_an_edit: 30 };
    let with = |scale: Scale, alphabet| Scale { alphabet, ..scale };
    prop_oneof![
        // Two to four distinct lines make repeats everywhere; thousands make most lines unique.
        5 => (2u16..5).prop_map(move |alphabet| with(small, alphabet)),
        3 => Just(with(small, 5000)),
        1 => (2u16..60).prop_map(move |alphabet| with(large, alphabet)),
        1 => Just(with(large, 5000)),
    ]
}

fn cases() -> impl Strategy<Value = Case> {
    scales().prop_flat_map(|Scale { alphabet, lines, edits, lines_of_an_edit }| {
        let some = |most: usize| prop::collection::vec(0..alphabet, 0..=most);
        let edit = (any::<prop::sample::Index>(), 0..lines_of_an_edit, some(lines_of_an_edit));
        let edits = || prop::collection::vec(edit.clone(), 0..edits);
        let newlines = prop::array::uniform3(prop::bool::weighted(0.9));
        (some(lines), edits(), edits(), newlines, prop::bool::weighted(0.07)).prop_map(
            |(base, ours, theirs, final_newline, added_by_both)| {
                let (ours, theirs) = (edited(&base, &ours), edited(&base, &theirs));
                Case { base, ours, theirs, final_newline, added_by_both }
            },
        )
    })
}

fn edited(base: &[u16], edits: &[Edit]) -> Vec<u16> {
    let mut lines = base.to_vec();
    for (place, gone, come) in edits {
        let start = place.index(lines.len() + 1);
        let end = (start + gone).min(lines.len());
        lines.splice(start..end, come.iter().copied());
    }
    lines
}

impl Case {
    fn texts(&self) -> [String; 3] {
        let sides = [&self.base, &self.ours, &self.theirs];
        std::array::from_fn(|side| {
            let mut text: String = sides[side].iter().map(|number| format!("line {number}\n")).collect();
            if !self.final_newline[side] {
                text.pop();
            }
            text
        })
    }
}

/// What the forecast and git say, for each case.
fn answers(cases: &[Case]) -> Vec<(Answer, Answer)> {
    let repo = Repo::new();
    let mut stream = Stream::default();
    let mut marks = Vec::new();
    for case in cases {
        let mut trees = case.texts().map(|text| Tree::from([("text".to_owned(), Entry::File(text.into_bytes()))]));
        if case.added_by_both {
            trees[0].clear();
        }
        let base = stream.commit(&[], &trees[0]);
        marks.push([base, stream.commit(&[base], &trees[1]), stream.commit(&[base], &trees[2])]);
    }
    let commits = stream.write_to(&repo);
    let pair = |[base, ours, theirs]: [_; 3]| Pair {
        fix: commits[theirs],
        onto: commits[ours],
        base: commits[base],
        parents: 1,
    };
    let pairs: Vec<Pair> = marks.into_iter().map(pair).collect();
    forecast(&repo, &pairs).into_iter().zip(git_merge_tree(&repo, &pairs)).collect()
}

/// Looks for the smallest case that still fails, and tells it with its three texts.
fn smallest(tree: &mut dyn ValueTree<Value = Case>) -> String {
    let differs = |case: &Case| answers(std::slice::from_ref(case)).iter().any(|(ours, git)| ours != git);
    let mut best = tree.current();
    for _ in 0..SHRINKS {
        let fails = differs(&tree.current());
        if fails {
            best = tree.current();
        }
        if !(if fails { tree.simplify() } else { tree.complicate() }) {
            break;
        }
    }
    let ([base, ours, theirs], added_by_both) = (best.texts(), best.added_by_both);
    let told = answers(&[best]).remove(0);
    format!(
        "forecast {:?}\ngit      {:?}\nadded by both: {added_by_both}\nbase: {base:?}\nline: {ours:?}\nfix:  {theirs:?}",
        told.0, told.1
    )
}

#[test]
fn merging_lines_gives_what_git_gives() {
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    let strategy = cases();
    let mut trees: Vec<_> =
        (0..CASES).map(|_| strategy.new_tree(&mut runner).expect("because nothing is filtered")).collect();
    let cases: Vec<Case> = trees.iter().map(ValueTree::current).collect();
    let answers = answers(&cases);
    for outcome in [Outcome::Clean, Outcome::Conflict, Outcome::Empty] {
        let count = answers.iter().filter(|(_, git)| git.outcome == outcome).count();
        assert!(count >= CASES / 10, "only {count} cases are {outcome:?}");
    }
    let wrong: Vec<usize> = (0..CASES).filter(|&index| answers[index].0 != answers[index].1).collect();
    if let Some(&first) = wrong.first() {
        panic!("{} of {CASES} merges differ from git, such as\n{}", wrong.len(), smallest(&mut trees[first]));
    }
}
