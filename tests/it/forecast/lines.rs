//! Three-way merges of one text, line by line: where repeated lines let two implementations part.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::forecast;
use crate::support::Repo;
use crate::support::oracle::{Answer, Pair, git_merge_tree};
use crate::support::stream::{Entry, Stream, Tree};

/// How many merges are tried.
const CASES: usize = 1200;
/// How many attempts are made to find a smaller case that fails.
const SHRINKS: usize = 150;

/// A text and its two descendants, each by the numbers of its lines.
#[derive(Debug, Clone)]
struct Case {
    base: Vec<u16>,
    ours: Vec<u16>,
    theirs: Vec<u16>,
    final_newline: [bool; 3],
}

/// One edit of a text: at a place, so many lines go and these come.
type Edit = (prop::sample::Index, usize, Vec<u16>);

fn cases() -> impl Strategy<Value = Case> {
    // Two to four distinct lines make repeats everywhere; a thousand make most lines unique.
    prop_oneof![2u16..5, Just(1000u16)].prop_flat_map(|alphabet| {
        let edit = (any::<prop::sample::Index>(), 0usize..4, prop::collection::vec(0..alphabet, 0..4));
        let edits = || prop::collection::vec(edit.clone(), 0..4);
        let base = prop::collection::vec(0..alphabet, 0..24);
        (base, edits(), edits(), prop::array::uniform3(prop::bool::weighted(0.9))).prop_map(
            |(base, ours, theirs, final_newline)| {
                let (ours, theirs) = (edited(&base, &ours), edited(&base, &theirs));
                Case { base, ours, theirs, final_newline }
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
        let trees = case.texts().map(|text| Tree::from([("text".to_owned(), Entry::File(text.into_bytes()))]));
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
    let [base, ours, theirs] = best.texts();
    let told = answers(&[best]).remove(0);
    format!("forecast {:?}\ngit      {:?}\nbase: {base:?}\nline: {ours:?}\nfix:  {theirs:?}", told.0, told.1)
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
    let wrong: Vec<usize> = (0..CASES).filter(|&index| answers[index].0 != answers[index].1).collect();
    if let Some(&first) = wrong.first() {
        panic!("{} of {CASES} merges differ from git, such as\n{}", wrong.len(), smallest(&mut trees[first]));
    }
}
