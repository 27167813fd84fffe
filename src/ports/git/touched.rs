//! The files between two trees, with how many lines of each differ.

use git2::{DiffFindOptions, DiffOptions, Patch};

use crate::model::commit::{BlobId, TreeId};
use crate::model::error::{Error, Result};

use super::Git;
use super::objects::{oid, raw_id};

/// A file that differs between two trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedFile {
    /// Its path in the new tree, or in the old one where it is gone. Bytes that are no UTF-8 are shown as replaced.
    pub path: String,
    /// The number of lines that the new tree adds; zero for a binary file.
    pub added: u64,
    /// The number of lines that the new tree removes; zero for a binary file.
    pub removed: u64,
    /// Its content in the old tree.
    pub old: Option<BlobId>,
    /// Its content in the new tree.
    pub new: Option<BlobId>,
}

/// How files are compared: as `git diff --numstat --find-renames` does.
fn options() -> DiffOptions {
    let mut options = DiffOptions::new();
    options.context_lines(0).interhunk_lines(0).ignore_submodules(true).include_typechange(true);
    options
}

impl Git {
    /// Returns the files that differ between two trees. A file that was renamed counts with the lines that differ.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn touched(&self, old: TreeId, new: TreeId) -> Result<Vec<TouchedFile>> {
        touched(self.repository(), old, new)
            .map_err(|error| Error::unfinished("what a change touches cannot be read").because(error))
    }
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
        let path = String::from_utf8_lossy(file.path_bytes().unwrap_or_default()).into_owned();
        let counts = match old == new {
            true => None,
            false => Patch::from_diff(&diff, at)?.map(|patch| patch.line_stats()).transpose()?,
        };
        let (_, added, removed) = counts.unwrap_or_default();
        found.push(TouchedFile { path, added: added as u64, removed: removed as u64, old, new });
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
