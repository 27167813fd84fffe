//! A source in its file: read, and replaced in one step.

use std::path::PathBuf;

use crate::model::advisory::Advisory;
use crate::model::advisory::edit::Source;
use crate::model::advisory::outcome::Outcome;
use crate::model::error::{Error, Result};
use crate::model::request::Mode;
use crate::ports::files;
use crate::ports::trouble::cannot_write;

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
    pub fn replace(&self, changed: &Source, mode: Mode) -> Result<(Outcome, Advisory)> {
        let (text, advisory) = changed.made()?;
        let outcome = match (text == self.text, mode) {
            (true, _) => Outcome::Already,
            (false, Mode::DryRun) => Outcome::Planned,
            (false, Mode::Write) => {
                let still = || match std::fs::read_to_string(&self.path) {
                    Ok(there) if there == self.text => Ok(()),
                    Ok(_) | Err(_) => Err(Error::no(format!("'{}' was changed at this moment", self.shown))
                        .hint("run the same command again")),
                };
                // A link stays one.
                let real = self.path.canonicalize().map_err(|error| cannot_write(&self.shown, &self.path, error))?;
                files::replace(&real, &self.shown, text.as_bytes(), files::Reach::Disk, still)?;
                Outcome::Done
            }
        };
        Ok((outcome, advisory))
    }
}
