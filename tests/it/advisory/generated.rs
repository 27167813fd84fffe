//! Histories that look random, judged by `git tag --contains`: what has the bug, less what has every part of the fix, picks included.

use std::collections::{BTreeMap, BTreeSet};

use backstitch::model::commit::CommitId;

use super::affected::{found, source};
use crate::forecast::random::Random;
use crate::support::Repo;
use crate::support::stream::{Commits, Entry, Mark, Stream, Tree};

const LINES: usize = 4;

/// A history on its way into a repository.
struct History {
    stream: Stream,
    trees: BTreeMap<usize, (Mark, Tree)>,
    /// The commits of main's history that changed something, each with the number of its file.
    changes: Vec<usize>,
    /// All commits that make the same change: adding a file.
    copies: BTreeMap<usize, Vec<Mark>>,
    tags: Vec<(String, Mark)>,
    tips: Vec<(String, Mark)>,
}

impl History {
    /// Adds a commit that adds a file, and returns its place.
    fn adding(&mut self, parents: &[usize], file: usize) -> usize {
        let mut tree = self.union(parents);
        tree.insert(format!("f{file}"), Entry::File(format!("content {file}\n").into_bytes()));
        let at = self.commit(parents, tree);
        self.copies.entry(file).or_default().push(self.trees[&at].0);
        at
    }

    fn commit(&mut self, parents: &[usize], tree: Tree) -> usize {
        let marks: Vec<Mark> = parents.iter().map(|parent| self.trees[parent].0).collect();
        let mark = self.stream.commit(&marks, &tree);
        let at = self.trees.len();
        self.trees.insert(at, (mark, tree));
        at
    }

    fn union(&self, parents: &[usize]) -> Tree {
        parents.iter().flat_map(|parent| self.trees[parent].1.clone()).collect()
    }

    fn tag(&mut self, name: String, at: usize) {
        let mark = self.trees[&at].0;
        self.tags.push((name, mark));
    }

    fn generated(random: &mut Random) -> Self {
        let mut history = Self {
            stream: Stream::default(),
            trees: BTreeMap::new(),
            changes: Vec::new(),
            copies: BTreeMap::new(),
            tags: Vec::new(),
            tips: Vec::new(),
        };
        let mut main = vec![history.commit(&[], Tree::new())];
        for number in 0..50 {
            let tip = main[main.len() - 1];
            let next = if random.percent(20) {
                let from = main[main.len() - 1 - random.below(main.len().min(6))];
                let side = history.adding(&[from], number);
                let tree = history.union(&[tip, side]);
                history.commit(&[tip, side], tree)
            } else {
                history.adding(&[tip], number)
            };
            history.changes.push(number);
            main.push(next);
            if random.percent(15) {
                history.tag(format!("v0.{number}.0"), next);
            }
        }
        history.tips.push(("top".to_owned(), history.trees[&main[50]].0));
        for line in 1..=LINES {
            let cut = main[line * 10 - random.below(8)];
            history.line(random, line, cut);
        }
        history
    }

    /// A line: changes of its own, picks, and releases.
    fn line(&mut self, random: &mut Random, line: usize, cut: usize) {
        let mut tip = cut;
        let mut patch = 0;
        for number in 0..12 {
            let lacks: Vec<usize> = self
                .changes
                .iter()
                .copied()
                .filter(|file| !self.trees[&tip].1.contains_key(&format!("f{file}")))
                .collect();
            tip = match lacks.is_empty() || random.percent(30) {
                true => self.adding(&[tip], 1000 * line + number),
                false => self.adding(&[tip], *random.one_of(&lacks)),
            };
            if random.percent(50) {
                let phase = if random.percent(30) { "-rc.1" } else { "" };
                self.tag(format!("v{line}.0.{patch}{phase}"), tip);
                patch += 1;
            }
        }
        let mark = self.trees[&tip].0;
        self.tips.push((format!("release/{line}.0"), mark));
    }
}

fn containing(repo: &Repo, commits: &[CommitId]) -> BTreeSet<String> {
    let tags = commits.iter().map(|commit| repo.git(["tag", "--list", "--contains", &commit.to_string()]));
    tags.flat_map(|said| said.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The tags that have the flaw, as git says.
fn by_git(repo: &Repo, introduced: &[Vec<CommitId>], parts: &[Vec<CommitId>]) -> BTreeSet<String> {
    let mut flawed: BTreeSet<String> = introduced.iter().flat_map(|copies| containing(repo, copies)).collect();
    let fixed: Vec<BTreeSet<String>> = parts.iter().map(|copies| containing(repo, copies)).collect();
    flawed.retain(|tag| !fixed.iter().all(|part| part.contains(tag)));
    flawed
}

fn written(history: History) -> (Repo, Commits, BTreeMap<usize, Vec<Mark>>) {
    let repo = Repo::new();
    let History { stream, tags, tips, copies, .. } = history;
    let commits = stream.write_to(&repo);
    for (name, mark) in tips {
        repo.git(["branch", "-q", &name, &commits[mark].to_string()]);
    }
    for (name, mark) in tags {
        repo.git(["tag", &name, &commits[mark].to_string()]);
    }
    let mut config = "[project]\nmain = \"top\"\n\n[advisory]\nprefix = \"GSA\"\n".to_owned();
    for line in 1..=LINES {
        let name = format!("name = \"{line}.0\"\nbranch = \"release/{line}.0\"\nstatus = \"maintained\"\n");
        config.push_str(&format!("\n[[line]]\n{name}"));
    }
    std::fs::write(repo.path().join("patch.toml"), config).expect("it is written");
    (repo, commits, copies)
}

#[test]
fn generated_histories_are_judged_as_git_contains_them() {
    let mut flawed_tags = 0;
    for seed in 0..6 {
        let mut random = Random::new(seed);
        let (repo, commits, copies) = written(History::generated(&mut random));
        for _ in 0..2 {
            let introduced: Vec<usize> = (0..2).map(|_| random.below(30)).collect();
            let parts: Vec<usize> = (0..1 + random.below(2)).map(|_| 15 + random.below(35)).collect();
            let of = |file: &usize| -> Vec<CommitId> { copies[file].iter().map(|mark| commits[*mark]).collect() };
            let first = |files: &[usize]| -> Vec<String> { files.iter().map(|file| of(file)[0].to_string()).collect() };
            let (brought, repaired) = (first(&introduced), first(&parts));
            source(&repo, &refs(&brought), &refs(&repaired), "");
            let document = found(&repo);
            let expected = by_git(
                &repo,
                &introduced.iter().map(of).collect::<Vec<_>>(),
                &parts.iter().map(of).collect::<Vec<_>>(),
            );
            let listed = |key: &str| -> BTreeSet<String> {
                let lines = document["lines"].as_array().expect("lines").iter();
                let versions = lines.flat_map(|line| line[key].as_array().into_iter().flatten());
                versions.map(|version| format!("v{}", version.as_str().expect("a text"))).collect()
            };
            assert_eq!(listed("affected"), expected, "seed {seed}: {brought:?} {repaired:?}\n{document:#}");
            let all: BTreeSet<String> = repo.git(["tag", "--list", "v*"]).lines().map(str::to_owned).collect();
            let both: BTreeSet<String> = listed("affected").union(&listed("unaffected")).cloned().collect();
            assert_eq!((both, listed("unknown").len()), (all, 0), "seed {seed}");
            flawed_tags += expected.len();
        }
    }
    assert!(flawed_tags > 50, "the histories have {flawed_tags} tags with a flaw: too few to prove anything");
}

fn refs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
