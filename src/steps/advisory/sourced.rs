//! A source in its file: read, and replaced in one step.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::model::advisory::Advisory;
use crate::model::advisory::called::{BEGINNING_BYTES, begins_as_source};
use crate::model::advisory::edit::Source;
use crate::model::advisory::outcome::Outcome;
use crate::model::error::{Error, Result};
use crate::model::request::Mode;
use crate::ports::git::Git;
use crate::ports::lock::wait_for_turn;
use crate::ports::trouble::cannot_write;
use crate::ports::{files, folder};

/// A source in the worktree.
pub struct Sourced {
    /// The file.
    pub path: PathBuf,
    /// Its name, without folders.
    pub file: String,
    /// What messages call it.
    pub shown: String,
    /// Its text.
    pub text: String,
    /// What it holds.
    pub advisory: Advisory,
}

impl Sourced {
    /// Reads a file that messages call `shown`.
    ///
    /// # Errors
    /// When it cannot be read, or is no advisory.
    pub fn read(path: PathBuf, shown: String) -> Result<Self> {
        let text = files::read_text(&path)?;
        let advisory = Advisory::parse(&text).map_err(|broken| {
            Error::usage(format!("'{shown}' is no advisory"))
                .because(broken)
                .hint("correct it, then run: patch-advisory check")
        })?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { path, file, shown, text, advisory })
    }

    /// Puts a changed source in its place, unless it is as it was, and returns what it holds then.
    ///
    /// # Errors
    /// When the change makes it wrong, it was changed since it was read, or it cannot be written.
    pub fn replace(&self, git: &Git, changed: &Source, mode: Mode) -> Result<(Outcome, Advisory)> {
        let (text, advisory) = changed.made()?;
        let outcome = match (text == self.text, mode) {
            (true, _) => Outcome::Already,
            (false, Mode::DryRun) => Outcome::Planned,
            (false, Mode::Write) => {
                let still = || match std::fs::read_to_string(&self.path) {
                    Ok(there) if there == self.text => Ok(()),
                    Ok(_) | Err(_) => Err(Error::unfinished(format!("'{}' was changed at this moment", self.shown))
                        .hint("run the same command again")),
                };
                // A link stays one.
                let real = self.path.canonicalize().map_err(|error| cannot_write(&self.shown, &self.path, error))?;
                // From the look at what is there until it is replaced.
                let _alone = alone(git, real.parent().unwrap_or(&real))?;
                files::replace(&real, &self.shown, text.as_bytes(), files::Reach::Disk, still)?;
                Outcome::Done
            }
        };
        Ok((outcome, advisory))
    }
}

/// Waits until no other process writes a source of this clone, in whatever worktree, and keeps others waiting until what is returned is
/// dropped. What a killed run left in `place`, where one is written, is removed: nobody else is at it now.
///
/// # Errors
/// When nobody can be kept waiting.
pub(super) fn alone(git: &Git, place: &Path) -> Result<File> {
    let turn = wait_for_turn(&git.common_directory().join("backstitch/advisories.turn"))?;
    // What cannot be removed now is passed over, and removed by a later run.
    drop(sweep(place));
    Ok(turn)
}

/// Removes the files of killed runs that are empty or begin as a source. Others that are called so are those of another verb, which
/// takes another turn.
fn sweep(place: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(place)? {
        let entry = entry?;
        if !entry.file_type()?.is_file() || !files::is_beside(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let left = entry.path();
        if files::read_first(&left, BEGINNING_BYTES).is_ok_and(|text| text.is_empty() || begins_as_source(&text)) {
            drop(folder::remove(&left));
        }
    }
    Ok(())
}
