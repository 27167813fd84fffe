//! Commits that may hold the same patch, told by marks that are cheaper than a patch id.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;
use sha1::Digest as _;

use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::Entry;
use crate::model::line_sum::LineSum;

use super::cache::{Facts, keep, kept};
use super::changes::{changed_top, changes};
use super::forecaster::in_parallel;
use super::objects::{Objects, empty_tree};
use super::outline::{Compared, Outlined};
use super::{Git, reopen_apart, tree_of};

/// What is known of the change that a commit makes to its first parent: numbers that are equal for equal patches, each a
/// sharper one than that before. Zero stands for what was not asked yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Mark {
    /// Of the top-level names below which something changed.
    top: u32,
    /// Of the changed paths.
    paths: u64,
    /// Of the changed paths and of what each has more of every line.
    sums: u64,
}

impl Mark {
    fn to_bytes(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&self.top.to_be_bytes());
        bytes[4..12].copy_from_slice(&self.paths.to_be_bytes());
        bytes[12..].copy_from_slice(&self.sums.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: [u8; 20]) -> Self {
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
        };
        Self { top: (number(0..4)) as u32, paths: number(4..12), sums: number(12..20) }
    }
}

type Marks = HashMap<CommitId, Mark, RandomState>;

/// The trees of commits that were read already.
type Trees = HashMap<CommitId, TreeId, RandomState>;

/// The paths of so many commits are looked for one by one.
const FEW: usize = 64;

/// The sums of the files that were looked at, by their content: what one commit left is what the next one found.
type Sums = Mutex<HashMap<[u8; 20], LineSum>>;

impl Git {
    /// Returns the commits of both sides whose patch may be that of one of the other side, merges taken relative to their
    /// first parent. Equal patches touch equal paths and change the [sum of the lines](LineSum) of each by the same
    /// amount, so only these need a patch id.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn changing_alike<'c, C: Compared>(&self, some: &[&'c C], others: &[&'c C]) -> Result<Vec<&'c C>> {
        if some.is_empty() || others.is_empty() {
            return Ok(Vec::new());
        }
        // Which paths a few change is asked of the same commits for other questions, too.
        let covering = match some.len() <= FEW {
            true => {
                let few: Vec<Outlined> = some.iter().map(Outlined::of).collect();
                self.covering(&few, others)?.into_iter().map(|at| others[at]).collect()
            }
            false => others.to_vec(),
        };
        let trees: Trees = some.iter().chain(&covering).map(|commit| (commit.id(), commit.tree())).collect();
        let mut marks: Marks = self.kept_marks();
        let before = marks.clone();
        self.mark(&mut marks, some, |objects, commit, mark| mark.look_at_paths(objects, commit, &trees))?;
        let tops: HashSet<u32> = some.iter().map(|commit| marks[&commit.id()].top).collect();
        self.mark(&mut marks, &covering, |objects, commit, mark| {
            // A look at the top of the trees rules out most commits.
            mark.look_at_top(objects, commit, &trees)?;
            if tops.contains(&mark.top) { mark.look_at_paths(objects, commit, &trees) } else { Ok(()) }
        })?;
        let (some, others) = in_both(&marks, some, &covering, |mark| mark.paths);
        let sums = Sums::default();
        for side in [&some, &others] {
            self.mark(&mut marks, side, |objects, commit, mark| mark.look_at_lines(objects, commit, &trees, &sums))?;
        }
        let (some, others) = in_both(&marks, &some, &others, |mark| mark.sums);
        if marks != before {
            self.keep_marks(&marks, &before);
        }
        Ok(some.into_iter().chain(others).collect())
    }

    /// Looks at commits on every core.
    fn mark<C: Compared>(
        &self,
        marks: &mut Marks,
        commits: &[&C],
        look: impl Fn(&mut Objects, &C, &mut Mark) -> Result<()> + Sync,
    ) -> Result<()> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let path = self.repository().path();
        let known: &Marks = marks;
        let found = in_parallel(threads, |share| {
            let mut objects = Objects::new(reopen_apart(path, share)?);
            let mut found = Vec::new();
            // Neighbours in history share most of their trees, so each thread takes a stretch of it.
            for commit in commits.chunks(commits.len().div_ceil(threads).max(1)).nth(share).unwrap_or_default() {
                let mut mark = known.get(&commit.id()).copied().unwrap_or_default();
                look(&mut objects, commit, &mut mark)?;
                found.push((commit.id(), mark));
            }
            Ok(found)
        })?;
        marks.extend(found.into_iter().flatten());
        Ok(())
    }

    fn kept_marks(&self) -> Marks {
        let mark = |(commit, mark)| (CommitId::from_bytes(commit), Mark::from_bytes(mark));
        kept(self, Facts::Changes).into_iter().map(mark).collect()
    }

    fn keep_marks(&self, marks: &Marks, before: &Marks) {
        let new = marks.iter().filter(|(commit, mark)| before.get(commit) != Some(mark));
        let old = marks.iter().filter(|(commit, mark)| before.get(commit) == Some(mark));
        keep(self, Facts::Changes, new.chain(old).map(|(commit, mark)| (*commit.as_bytes(), mark.to_bytes())));
    }
}

/// Returns the commits of each side that have a number which one of the other side has, too.
fn in_both<'c, C: Compared>(
    marks: &Marks,
    some: &[&'c C],
    others: &[&'c C],
    number: impl Fn(&Mark) -> u64,
) -> (Vec<&'c C>, Vec<&'c C>) {
    let number = |commit: &&C| marks.get(&commit.id()).map(&number).filter(|number| *number != 0);
    let ours: HashSet<u64> = some.iter().filter_map(&number).collect();
    let theirs: HashSet<u64> = others.iter().filter_map(&number).collect();
    let both = |commit: &&&C| number(commit).is_some_and(|n| ours.contains(&n) && theirs.contains(&n));
    (some.iter().filter(both).copied().collect(), others.iter().filter(both).copied().collect())
}

impl Mark {
    fn look_at_top(&mut self, objects: &mut Objects, commit: &impl Compared, trees: &Trees) -> Result<()> {
        if self.top == 0 {
            let parent = parent_tree(objects, commit, among(trees, commit))?;
            self.top = (changed_top(objects, parent, commit.tree())? as u32).max(1);
        }
        Ok(())
    }

    fn look_at_paths(&mut self, objects: &mut Objects, commit: &impl Compared, trees: &Trees) -> Result<()> {
        self.look_at_top(objects, commit, trees)?;
        if self.paths == 0 {
            let mut number = Number::default();
            let parent = parent_tree(objects, commit, among(trees, commit))?;
            changes(objects, parent, commit.tree())?.iter().for_each(|change| number.add(&change.path));
            self.paths = number.finish();
        }
        Ok(())
    }

    fn look_at_lines(
        &mut self,
        objects: &mut Objects,
        commit: &impl Compared,
        trees: &Trees,
        sums: &Sums,
    ) -> Result<()> {
        if self.sums == 0 {
            let mut number = Number::default();
            let parent = parent_tree(objects, commit, among(trees, commit))?;
            for change in changes(objects, parent, commit.tree())? {
                let sum = |entry: Option<Entry>| {
                    entry.map_or_else(|| Ok(LineSum::default()), |entry| sum_of(objects, entry, sums))
                };
                let more = sum(change.new)?.less(sum(change.old)?);
                number.add(&change.path);
                number.add(&more.to_bytes());
            }
            self.sums = number.finish();
        }
        Ok(())
    }
}

fn sum_of(objects: &Objects, entry: Entry, sums: &Sums) -> Result<LineSum> {
    // A submodule is diffed as if it were a file with the name of its commit in it.
    if entry.mode.is_submodule() {
        return Ok(LineSum::of(&entry.id));
    }
    let known = sums.lock().unwrap_or_else(PoisonError::into_inner).get(&entry.id).copied();
    if let Some(sum) = known {
        return Ok(sum);
    }
    let sum = LineSum::of(&objects.blob(BlobId::from_bytes(entry.id))?);
    sums.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.id, sum);
    Ok(sum)
}

/// Returns the tree of the first parent of a commit, the empty one where it has none. `known` is that tree, where it was read already.
pub(super) fn parent_tree(objects: &Objects, commit: &impl Compared, known: Option<TreeId>) -> Result<TreeId> {
    let read = || commit.parent().map_or(Ok(empty_tree()), |parent| tree_of(objects.repository(), parent));
    known.map_or_else(read, Ok)
}

/// Returns that of the first parent of a commit, where it has one.
fn among(trees: &Trees, commit: &impl Compared) -> Option<TreeId> {
    commit.parent().and_then(|parent| trees.get(&parent)).copied()
}

/// A number made of pieces of bytes, the same with every version of this program: numbers are kept.
#[derive(Default)]
pub struct Number(sha1::Sha1);

impl Number {
    /// Adds a piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.0.update((piece.len() as u64).to_be_bytes());
        self.0.update(piece);
    }

    /// Returns the number, which is never zero.
    pub fn finish(self) -> u64 {
        let digest: [u8; 20] = self.0.finalize().into();
        digest[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_were_written() {
        let mark = Mark { top: 0x0102_0304, paths: 5 << 56 | 6, sums: u64::MAX };
        assert_eq!(Mark::from_bytes(mark.to_bytes()), mark);
        assert_eq!(Mark::from_bytes(Mark::default().to_bytes()), Mark::default());
    }
}
