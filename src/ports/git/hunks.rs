//! Which lines of its parent a commit changed.

use git2::{Delta, Diff, DiffFindOptions, DiffOptions, FileMode, Patch};

use crate::model::commit::Commit;
use crate::model::error::{Error, Result};
use crate::model::fetch::MISSING_OBJECT;
use crate::ports::git::{Git, objects};

/// Renames are looked for among at most this many files; beyond, a moved file counts as deleted and added.
const RENAME_LIMIT: usize = 400;

/// Lines of a file: the first, counted from 1, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineRange {
    /// The first line.
    pub start: u32,
    /// How many lines; at least one.
    pub count: u32,
}

impl LineRange {
    /// Says whether the two have a line in common.
    pub fn meets(self, other: Self) -> bool {
        self.start < other.start.saturating_add(other.count) && other.start < self.start.saturating_add(self.count)
    }
}

/// Lines that a commit replaced, removed or added in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hunk {
    /// The lines in the old file, with the context that was asked for; `None` for an addition without context.
    pub old: Option<LineRange>,
    /// The lines in the new file, likewise.
    pub new: Option<LineRange>,
}

/// A file that a commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Where it was in the parent; `None` for a new file.
    pub old: Option<Vec<u8>>,
    /// Where it is in the commit; `None` for a deleted file.
    pub new: Option<Vec<u8>>,
    /// Where it changed. Empty for binary files and for submodules.
    pub hunks: Vec<Hunk>,
    /// How many lines were added and removed, context not counted.
    pub lines: u32,
}

impl ChangedFile {
    /// Returns the lines of the old file that were removed or replaced, with the context that was asked for.
    pub fn before(&self) -> Vec<LineRange> {
        self.hunks.iter().filter_map(|hunk| hunk.old).collect()
    }
}

/// Returns the files that a commit changed relative to its first parent, with `context` unchanged lines around each
/// removal and addition. Without context an addition has no old lines.
///
/// # Errors
/// When an object is missing.
pub fn changed_files(git: &Git, commit: &Commit, context: u32) -> Result<Vec<ChangedFile>> {
    let diff = diff(git, commit, context).map_err(|error| cannot_compare(commit, &error))?;
    let files = (0..diff.deltas().len()).map(|at| file(&diff, at).map_err(|error| cannot_compare(commit, &error)));
    files.filter_map(Result::transpose).collect()
}

pub(super) fn diff<'g>(git: &'g Git, commit: &Commit, context: u32) -> std::result::Result<Diff<'g>, git2::Error> {
    let repository = git.repository();
    let new = repository.find_commit(objects::oid(commit.id.as_bytes()))?;
    let old = match commit.parents.first() {
        Some(parent) => Some(repository.find_commit(objects::oid(parent.as_bytes()))?.tree()?),
        None => None,
    };
    let mut options = DiffOptions::new();
    options.context_lines(context).interhunk_lines(0).indent_heuristic(true);
    let mut diff = repository.diff_tree_to_tree(old.as_ref(), Some(&new.tree()?), Some(&mut options))?;
    diff.find_similar(Some(DiffFindOptions::new().renames(true).rename_limit(RENAME_LIMIT)))?;
    Ok(diff)
}

fn file(diff: &Diff<'_>, at: usize) -> std::result::Result<Option<ChangedFile>, git2::Error> {
    let Some(delta) = diff.get_delta(at) else { return Ok(None) };
    let path = |file: git2::DiffFile<'_>| file.path_bytes().map(<[u8]>::to_vec);
    let old = if delta.status() == Delta::Added { None } else { path(delta.old_file()) };
    let new = if delta.status() == Delta::Deleted { None } else { path(delta.new_file()) };
    let mut changed = ChangedFile { old, new, hunks: Vec::new(), lines: 0 };
    let submodule = [delta.old_file().mode(), delta.new_file().mode()].contains(&FileMode::Commit);
    let patch = if submodule { None } else { Patch::from_diff(diff, at)? };
    if let Some(patch) = patch {
        let (_, added, removed) = patch.line_stats()?;
        changed.lines = u32::try_from(added + removed).unwrap_or(u32::MAX);
        for number in 0..patch.num_hunks() {
            let (hunk, _) = patch.hunk(number)?;
            let range = |start, count| (count > 0).then_some(LineRange { start, count });
            let (old, new) = (range(hunk.old_start(), hunk.old_lines()), range(hunk.new_start(), hunk.new_lines()));
            changed.hunks.push(Hunk { old, new });
        }
    }
    Ok(Some(changed))
}

pub(super) fn cannot_compare(commit: &Commit, error: &git2::Error) -> Error {
    Error::undecided(format!("cannot compare commit '{}' with its parent", commit.id))
        .because(error.message().to_owned())
        .hint(MISSING_OBJECT)
}
