//! Git's own patch ids (`git-patch-id(1)`, `--stable`), computed once and kept: each is a function of its commit alone.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use crate::model::commit::{BlobId, Commit, CommitId, PatchId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::Entry;
use crate::model::line_sum::LineSum;
use crate::ports::process::{cannot_start, failed, finish};

use super::cache::{Facts, keep, kept};
use super::changes::{changed_paths, changed_top, changes};
use super::forecaster::in_parallel;
use super::objects::{Objects, empty_tree};
use super::{Git, reopen, tree_of};

impl Git {
    /// Returns the stable patch ids of commits, merges taken relative to their first parent.
    ///
    /// A commit that changes nothing has none.
    ///
    /// # Errors
    /// When git fails, for example because an object is missing.
    pub fn patch_ids(&self, commits: &[&Commit]) -> Result<HashMap<CommitId, PatchId>> {
        if commits.is_empty() {
            return Ok(HashMap::new());
        }
        let mut kept = self.kept_patch_ids();
        let missing: Vec<&Commit> = commits.iter().filter(|commit| !kept.contains_key(&commit.id)).copied().collect();
        let computed = self.compute_patch_ids(&missing)?;
        if !computed.is_empty() {
            kept.extend(&computed);
            self.keep_patch_ids(&kept, &computed);
        }
        Ok(commits.iter().filter_map(|commit| Some((commit.id, *kept.get(&commit.id)?))).collect())
    }

    /// Returns the commits of both sides whose patch may be that of one of the other side, merges taken relative to their
    /// first parent. Equal patches touch equal paths and change the [sum of the lines](LineSum) of each by the same
    /// amount, so only these need a patch id.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn changing_alike<'c>(&self, some: &[&'c Commit], others: &[&'c Commit]) -> Result<Vec<&'c Commit>> {
        let trees: Trees = some.iter().chain(others).map(|commit| (commit.id, commit.tree)).collect();
        let (some, others) = self.touching_same_paths(some, others, &trees)?;
        let sums = Mutex::default();
        let some = self.in_stretches(&some, |objects, commit| sums_of(objects, commit, &trees, &sums).map(Some))?;
        let others = self.in_stretches(&others, |objects, commit| sums_of(objects, commit, &trees, &sums).map(Some))?;
        let keys = |found: &[(&Commit, u64)]| found.iter().map(|(_, key)| *key).collect::<HashSet<u64>>();
        let (ours, theirs) = (keys(&some), keys(&others));
        let both = some.into_iter().chain(others).filter(|(_, key)| ours.contains(key) && theirs.contains(key));
        Ok(both.map(|(commit, _)| commit).collect())
    }

    /// Returns the commits of each side that touch exactly the same paths as one of the other side.
    fn touching_same_paths<'c>(
        &self,
        some: &[&'c Commit],
        others: &[&'c Commit],
        trees: &Trees,
    ) -> Result<(Found<'c>, Found<'c>)> {
        if some.is_empty() || others.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let mut objects = Objects::new(self.reopen()?);
        let mut tops = HashSet::new();
        let mut wanted: HashMap<u64, Vec<&Commit>> = HashMap::new();
        for commit in some {
            let parent = parent_tree(&objects, commit, trees)?;
            tops.insert(changed_top(&mut objects, parent, commit.tree)?);
            wanted.entry(changed_paths(&mut objects, parent, commit.tree)?).or_default().push(commit);
        }
        // A look at the top of the trees rules out most commits.
        let touched = self.in_stretches(others, |objects, commit| {
            let parent = parent_tree(objects, commit, trees)?;
            let below = tops.contains(&changed_top(objects, parent, commit.tree)?);
            below.then(|| changed_paths(objects, parent, commit.tree)).transpose()
        })?;
        let (mut ours, mut theirs) = (BTreeMap::new(), Vec::new());
        for (other, paths) in touched {
            if let Some(alike) = wanted.get(&paths) {
                theirs.push(other);
                ours.extend(alike.iter().map(|commit| (commit.id, *commit)));
            }
        }
        Ok((ours.into_values().collect(), theirs))
    }

    /// Computes a number of each commit on every core, leaving out those that have none.
    fn in_stretches<'c>(
        &self,
        commits: &[&'c Commit],
        number: impl Fn(&mut Objects, &Commit) -> Result<Option<u64>> + Sync,
    ) -> Result<Vec<(&'c Commit, u64)>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let path = self.repository().path();
        let found = in_parallel(threads, |share| {
            let mut objects = Objects::new(reopen(path)?);
            let mut found = Vec::new();
            // Neighbours in history share most of their trees, so each thread takes a stretch of it.
            for commit in commits.chunks(commits.len().div_ceil(threads).max(1)).nth(share).unwrap_or_default() {
                found.extend(number(&mut objects, commit)?.map(|number| (*commit, number)));
            }
            Ok(found)
        })?;
        Ok(found.into_iter().flatten().collect())
    }

    fn compute_patch_ids(&self, commits: &[&Commit]) -> Result<HashMap<CommitId, PatchId>> {
        if commits.is_empty() {
            return Ok(HashMap::new());
        }
        let mut differ = self.program().command();
        differ.args(["diff-tree", "--stdin", "--root", "-p", "--no-ext-diff", "--no-textconv", "--no-renames"]);
        let mut differ = differ
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| cannot_start("git", error))?;
        let (stdin, stdout) = differ.stdin.take().zip(differ.stdout.take()).expect("both were asked to be pipes");
        let asked = against_first_parents(commits);
        let feeder = std::thread::spawn(move || {
            use std::io::Write as _;
            // A differ that stops reading early says why with its exit code.
            let mut stdin = stdin;
            drop(stdin.write_all(asked.as_bytes()));
        });
        let mut summer = self.program().command();
        summer.args(["patch-id", "--stable"]).stdin(stdout);
        let summed = finish(summer, None)?;
        drop(feeder.join());
        let differ =
            differ.wait_with_output().map_err(|error| Error::unfinished("cannot wait for git").because(error))?;
        if !differ.status.success() {
            let said = String::from_utf8_lossy(&differ.stderr).trim().to_owned();
            return Err(Error::undecided("'git diff-tree' could not compare commits").because(said).hint(
                "if an object is missing: in a shallow clone run 'git fetch --unshallow', in a partial clone 'git fetch --refetch --no-filter'",
            ));
        }
        if !summed.success() {
            return Err(failed("git patch-id", &summed));
        }
        let text = String::from_utf8_lossy(&summed.stdout);
        let pair = |line: &str| {
            let (patch, commit) = line.split_once(' ')?;
            Some((commit.parse().ok()?, patch.parse().ok()?))
        };
        Ok(text.lines().filter_map(pair).collect())
    }

    fn kept_patch_ids(&self) -> HashMap<CommitId, PatchId> {
        let pair = |(commit, patch)| (CommitId::from_bytes(commit), PatchId::from_bytes(patch));
        kept(self, Facts::PatchIds).into_iter().map(pair).collect()
    }

    fn keep_patch_ids(&self, all: &HashMap<CommitId, PatchId>, newest: &HashMap<CommitId, PatchId>) {
        let older = all.iter().filter(|(commit, _)| !newest.contains_key(commit));
        keep(
            self,
            Facts::PatchIds,
            newest.iter().chain(older).map(|(commit, patch)| (*commit.as_bytes(), *patch.as_bytes())),
        );
    }
}

/// Commits of one side, in the order of its history.
type Found<'c> = Vec<&'c Commit>;

/// The sums of the files that were looked at, by their content: what one commit left is what the next one found.
type Sums = Mutex<HashMap<[u8; 20], LineSum>>;

/// Returns a number that is equal for commits that change the sums of the same paths by the same amounts.
fn sums_of(objects: &mut Objects, commit: &Commit, trees: &Trees, sums: &Sums) -> Result<u64> {
    let parent = parent_tree(objects, commit, trees)?;
    let mut hasher = DefaultHasher::new();
    for change in changes(objects, parent, commit.tree)? {
        let after = change.new.map_or_else(|| Ok(LineSum::default()), |entry| sum_of(objects, entry, sums))?;
        let before = change.old.map_or_else(|| Ok(LineSum::default()), |entry| sum_of(objects, entry, sums))?;
        (change.path, after.less(before)).hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn sum_of(objects: &Objects, entry: Entry, sums: &Sums) -> Result<LineSum> {
    // A submodule is diffed as if it were a file with the name of its commit in it.
    if entry.mode.is_submodule() {
        return Ok(LineSum::of(&entry.id));
    }
    let known = |sums: &Sums| sums.lock().unwrap_or_else(PoisonError::into_inner).get(&entry.id).copied();
    if let Some(sum) = known(sums) {
        return Ok(sum);
    }
    let sum = LineSum::of(&objects.blob(BlobId::from_bytes(entry.id))?);
    sums.lock().unwrap_or_else(PoisonError::into_inner).insert(entry.id, sum);
    Ok(sum)
}

/// The trees of commits that were read already.
type Trees = HashMap<CommitId, TreeId>;

fn parent_tree(objects: &Objects, commit: &Commit, trees: &Trees) -> Result<TreeId> {
    let Some(parent) = commit.parents.first() else { return Ok(empty_tree()) };
    trees.get(parent).map_or_else(|| tree_of(objects.repository(), *parent), |tree| Ok(*tree))
}

/// Returns what `git diff-tree --stdin` is told to compare each commit with its first parent (`git-diff-tree(1)`, `--stdin`).
pub(super) fn against_first_parents(commits: &[&Commit]) -> String {
    let ask = |commit: &&Commit| match commit.parents.first() {
        Some(parent) => format!("{} {parent}\n", commit.id),
        None => format!("{}\n", commit.id),
    };
    commits.iter().map(ask).collect()
}
