//! The files between two trees, with how many lines of each differ.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use git2::{DiffFindOptions, DiffOptions, Patch};
use serde::{Deserialize, Serialize};

use crate::model::arrange::Arrange as _;
use crate::model::commit::{BlobId, TreeId};
use crate::model::error::{Error, Result};

use super::Git;
use super::cache::{keep_document, kept_document};
use super::objects::{oid, raw_id};

/// A file that differs between two trees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchedFile {
    /// Its path in the new tree, or in the old one where it is gone. Bytes that are no UTF-8 are shown as replaced.
    pub path: String,
    /// Its path in the old tree, where it was renamed.
    pub was: Option<String>,
    /// The number of lines that the new tree adds; zero for a binary file.
    pub added: u64,
    /// The number of lines that the new tree removes; zero for a binary file.
    pub removed: u64,
    /// Whether git takes one of its contents for something other than text, or it is a submodule.
    pub binary: bool,
    /// Its content in the old tree.
    pub old: Option<BlobId>,
    /// Its content in the new tree.
    pub new: Option<BlobId>,
}

/// How files are compared: as `git diff --numstat --find-renames` does.
fn options() -> DiffOptions {
    let mut options = DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).include_typechange(true);
    options
}

/// Two trees, the old one first.
pub type Trees = (TreeId, TreeId);

/// What is kept from run to run: that of two trees stays true for ever.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// The version of this form.
    form: u32,
    known: Vec<(TreeId, TreeId, Vec<TouchedFile>)>,
}

/// The name of the file of kept answers.
const FILE: &str = "touched.json";
/// Its form.
const FORM: u32 = 3;
/// Fewer are worked out faster than the file is read.
const WORTH_KEEPING: usize = 32;
/// So many answers are kept at most.
const MOST_KEPT: usize = 20_000;

impl Git {
    /// Returns the files that differ between two trees. A file that was renamed counts with the lines that differ.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn touched(&self, old: TreeId, new: TreeId) -> Result<Vec<TouchedFile>> {
        touched(self.repository(), old, new).map_err(|error| unreadable(&error))
    }

    /// Answers [`Self::touched`] for many pairs of trees, on all cores. Answers are kept under the git directory, in a file that
    /// may be deleted at any time; what cannot be kept costs time at the next run and nothing else.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn all_touched(&self, pairs: &[Trees]) -> Result<Vec<Vec<TouchedFile>>> {
        if pairs.len() < WORTH_KEEPING {
            return pairs.iter().map(|(old, new)| self.touched(*old, *new)).collect();
        }
        let mut known = self.kept_touched();
        let open: Vec<Trees> = pairs.iter().filter(|pair| !known.contains_key(*pair)).copied().collect();
        if !open.is_empty() {
            let found = self.work_out(&open)?;
            known.extend(open.iter().copied().zip(found));
            self.keep_touched(&known, pairs);
        }
        Ok(pairs.iter().map(|pair| known.get(pair).cloned().unwrap_or_default()).collect())
    }

    fn work_out(&self, open: &[Trees]) -> Result<Vec<Vec<TouchedFile>>> {
        type Done = Vec<(usize, Vec<TouchedFile>)>;
        let workers =
            std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(open.len().div_ceil(8)).max(1);
        let repositories = (0..workers).map(|_| self.reopen()).collect::<Result<Vec<_>>>()?;
        let next = AtomicUsize::new(0);
        let work = |repository: git2::Repository| {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((old, new)) = open.get(at) else { return Ok(done) };
                done.push((at, touched(&repository, *old, *new)?));
            }
        };
        let done: std::result::Result<Vec<Done>, git2::Error> = std::thread::scope(|scope| {
            let started: Vec<_> = repositories.into_iter().map(|repository| scope.spawn(|| work(repository))).collect();
            started.into_iter().map(|one| one.join().expect("because nothing in it panics")).collect()
        });
        let mut all: Vec<(usize, Vec<TouchedFile>)> =
            done.map_err(|error| unreadable(&error))?.into_iter().flatten().collect();
        all.arrange_by_key(|(at, _)| *at);
        Ok(all.into_iter().map(|(_, files)| files).collect())
    }

    fn kept_touched(&self) -> HashMap<Trees, Vec<TouchedFile>> {
        let kept: Kept = kept_document(self, FILE);
        let known = kept.known.into_iter().filter(|_| kept.form == FORM);
        known.map(|(old, new, files)| ((old, new), files)).collect()
    }

    /// Keeps what was asked for now, and of the rest what there is room for.
    fn keep_touched(&self, known: &HashMap<Trees, Vec<TouchedFile>>, asked: &[Trees]) {
        let asked_now: std::collections::HashSet<&Trees> = asked.iter().collect();
        let mut all: Vec<(&Trees, &Vec<TouchedFile>)> = known.iter().collect();
        all.arrange_by_key(|(pair, _)| (!asked_now.contains(pair), **pair));
        all.truncate(MOST_KEPT);
        let known = all.into_iter().map(|((old, new), files)| (*old, *new, files.clone())).collect();
        keep_document(self, FILE, &Kept { form: FORM, known });
    }
}

fn unreadable(error: &git2::Error) -> Error {
    Error::unfinished("what a change touches cannot be read").because(error.to_string())
}

/// As [`Git::touched`], for a repository that another thread opened.
///
/// # Errors
/// When an object is missing.
pub fn touched(
    repository: &git2::Repository,
    old: TreeId,
    new: TreeId,
) -> std::result::Result<Vec<TouchedFile>, git2::Error> {
    let tree = |id: TreeId| match id == super::empty_tree() {
        true => Ok(None),
        false => repository.find_tree(oid(id.as_bytes())).map(Some),
    };
    let (old, new) = (tree(old)?, tree(new)?);
    let mut diff = repository.diff_tree_to_tree(old.as_ref(), new.as_ref(), Some(&mut options()))?;
    let statuses = || diff.deltas().map(|delta| delta.status());
    let renames = statuses().any(|status| status == git2::Delta::Added)
        && statuses().any(|status| status == git2::Delta::Deleted);
    if renames {
        diff.find_similar(Some(DiffFindOptions::new().renames(true)))?;
    }
    let mut found = Vec::with_capacity(diff.deltas().len());
    for (at, delta) in diff.deltas().enumerate() {
        let blob = |file: git2::DiffFile<'_>| (!file.id().is_zero()).then(|| BlobId::from_bytes(raw_id(file.id())));
        let (old, new) = (blob(delta.old_file()), blob(delta.new_file()));
        let file = if new.is_some() { delta.new_file() } else { delta.old_file() };
        let named =
            |file: git2::DiffFile<'_>| String::from_utf8_lossy(file.path_bytes().unwrap_or_default()).into_owned();
        let path = named(file);
        let was = (delta.status() == git2::Delta::Renamed).then(|| named(delta.old_file()));
        let is_submodule =
            [delta.old_file(), delta.new_file()].iter().any(|file| file.mode() == git2::FileMode::Commit);
        let counts = match old == new || is_submodule {
            true => None,
            false => Patch::from_diff(&diff, at)?.map(|patch| patch.line_stats()).transpose()?,
        };
        let (_, added, removed) = counts.unwrap_or_default();
        // It is told once the contents were looked at.
        let binary = is_submodule || diff.get_delta(at).is_some_and(|delta| delta.flags().is_binary());
        // The content of a submodule is in another repository.
        let (old, new) = if is_submodule { (None, None) } else { (old, new) };
        found.push(TouchedFile { path, was, added: added as u64, removed: removed as u64, binary, old, new });
    }
    Ok(found)
}

impl Git {
    /// Returns which of some paths the attribute files of a tree mark as made by a program or as somebody else's
    /// (`linguist-generated`, `linguist-vendored`; "Customizing how changed files appear on GitHub"), in the same order.
    ///
    /// # Errors
    /// When git fails.
    pub fn marked(&self, tree: TreeId, paths: &[&str]) -> Result<Vec<bool>> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let asked = paths.iter().flat_map(|path| path.bytes().chain([0])).collect();
        let source = format!("--source={tree}");
        let arguments = ["check-attr", "--stdin", "-z", &source, "linguist-generated", "linguist-vendored"];
        let finished = self.program().run_with_input(arguments, asked)?;
        if !finished.success() {
            return Err(crate::ports::process::failed("git check-attr", &finished));
        }
        // Each answer is a path, an attribute and its value, each ended by a NUL (git-check-attr(1), "-z").
        let words: Vec<&[u8]> = finished.stdout.split(|byte| *byte == 0).collect();
        let values: Vec<bool> = words.chunks_exact(3).map(|answer| matches!(answer[2], b"set" | b"true")).collect();
        Ok(values.chunks(2).map(|two| two.contains(&true)).collect())
    }
}
