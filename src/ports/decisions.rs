//! The file of decisions in the user's worktree and in commits.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::model::commit::{BlobId, CommitId};
use crate::model::decision::{DECISIONS_PATH, Decisions};
use crate::model::error::{Error, Result};
use crate::ports::files;
use crate::ports::git::Git;

/// A file of records in a worktree, such as that of decisions, whether it exists or not.
#[derive(Debug, Clone)]
pub struct RecordFile {
    path: PathBuf,
    name: &'static str,
}

impl RecordFile {
    /// Finds the place of the file with this path from the root.
    ///
    /// # Errors
    /// When the repository has no worktree.
    pub fn of(git: &Git, name: &'static str) -> Result<Self> {
        let worktree = git.worktree().ok_or_else(|| {
            Error::usage(format!("this repository has no worktree to keep '{name}' in"))
                .hint("decide in a clone with a worktree, and commit the file there")
        })?;
        let path = worktree.join(name);
        // A link that somebody committed would lead the file out of the repository.
        for place in [path.parent().unwrap_or(&path), &path] {
            if place.is_symlink() {
                return Err(Error::usage(format!("'{}' is a symbolic link", place.display()))
                    .hint("make it a directory of the repository itself"));
            }
        }
        Ok(Self { path, name })
    }

    /// Returns the text of the file; nothing where there is no file.
    ///
    /// # Errors
    /// When it cannot be read or is not UTF-8.
    pub fn read(&self) -> Result<String> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(Error::unfinished(format!("cannot read '{}'", self.name)).because(error)),
        }
    }

    /// Puts a new text in the place of `old`, at once or not at all.
    ///
    /// # Errors
    /// When the file no longer has the text `old`, or cannot be written.
    pub fn replace(&self, old: &str, new: &str) -> Result<()> {
        let cannot = |error| Error::unfinished(format!("cannot write '{}'", self.name)).because(error);
        let folder = self.path.parent().unwrap_or(&self.path);
        fs::create_dir_all(folder).map_err(cannot)?;
        files::replace(&self.path, self.name, new.as_bytes(), files::Reach::Disk, || {
            if self.read()? == old {
                return Ok(());
            }
            Err(Error::unfinished(format!("'{}' changed while it was being written", self.name))
                .hint("run the command again"))
        })
    }
}

/// Returns the decisions that count now: those in the worktree, or where it holds no such file, those of `main`.
///
/// # Errors
/// When the file cannot be read or is malformed, or an object is missing.
pub fn current_decisions(git: &Git, main: CommitId) -> Result<Decisions> {
    match git.worktree().map(|root| root.join(DECISIONS_PATH)) {
        Some(path) if path.exists() => Decisions::parse(&RecordFile::of(git, DECISIONS_PATH)?.read()?),
        Some(_) | None => decisions_at(git, main),
    }
}

/// Returns the decisions that a commit holds; none where it has no such file.
///
/// # Errors
/// When an object is missing or the file is malformed.
pub fn decisions_at(git: &Git, commit: CommitId) -> Result<Decisions> {
    let mut objects = git.objects()?;
    match objects.at(git.commit(commit)?.tree, DECISIONS_PATH.as_bytes())? {
        Some(entry) if entry.mode.is_file() => {
            let text = objects.blob(BlobId::from_bytes(entry.id))?;
            let text = String::from_utf8(text).map_err(|error| {
                Error::usage(format!("'{DECISIONS_PATH}' in '{commit}' is not UTF-8")).because(error)
            })?;
            Decisions::parse(&text)
        }
        Some(_) | None => Ok(Decisions::default()),
    }
}
