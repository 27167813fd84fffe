//! Several files replaced together: all of them or none.
//!
//! The new contents are written below the git directory first, and then a journal that names the files; from that moment on
//! they are replaced one after the other, each by a rename of the new content into its place. What a kill leaves is finished
//! by the next run, which finds the journal. Without a journal nothing was replaced.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::model::sums::Sha256Sum;
use crate::ports::files::{self, Reach};
use crate::ports::folder;
use crate::ports::trouble::cannot_write;

/// A file to replace.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// The file.
    pub path: RepoPath,
    /// What it must still hold.
    pub old: Rc<Vec<u8>>,
    /// What it will hold.
    pub new: Vec<u8>,
}

/// Where files are replaced, and where the journal is meanwhile.
#[derive(Debug, Clone)]
pub struct Exchange {
    root: PathBuf,
    journal: PathBuf,
    rename: fn(&Path, &Path) -> io::Result<()>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Journal {
    files: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: RepoPath,
    /// What the file held. What it will hold is beside the journal, until it is in its place.
    old: Trace,
}

/// Tells a content from any that came there by chance or by an editor.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trace {
    bytes: usize,
    crc32: u32,
}

impl Trace {
    fn of(content: &[u8]) -> Self {
        Self { bytes: content.len(), crc32: crc32fast::hash(content) }
    }
}

/// Under what name an old content waits to be put back.
const BACK: &str = "back";

/// A moment at which a run can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Staged(usize),
    Journalled,
    Replaced(usize),
    StagedAgain(usize),
    TakenBack(usize),
}

impl Exchange {
    /// Replaces files below `root`, keeping the journal in the folder `journal`, which is nobody else's.
    pub fn new(root: &Path, journal: PathBuf) -> Self {
        Self { root: root.to_owned(), journal, rename: |from, to| fs::rename(from, to) }
    }

    /// Finishes what a killed run began. Returns the files that it meant to replace; they hold their new content now.
    ///
    /// # Errors
    /// When a file was changed since by somebody else, or cannot be written.
    pub fn finish(&self) -> Result<Vec<RepoPath>> {
        let Some(journal) = self.begun()? else {
            // A run that was killed before it had a journal replaced nothing.
            self.sweep()?;
            return Ok(Vec::new());
        };
        for (at, entry) in journal.files.iter().enumerate() {
            self.go_on(at, entry)?;
        }
        self.close()?;
        Ok(journal.files.into_iter().map(|entry| entry.path).collect())
    }

    /// Puts one file into its place, unless the killed run had done so.
    fn go_on(&self, at: usize, entry: &Entry) -> Result<()> {
        let new = match fs::read(self.journal.join(at.to_string())) {
            Ok(new) => new,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(self.cannot_write(&entry.path, error)),
        };
        self.remove_half(&entry.path, &new)?;
        let there = folder::read_below(&self.root, &entry.path)?
            .ok_or_else(|| Error::unfinished(format!("'{}' is gone", entry.path)).hint(self.by_hand()))?;
        if Trace::of(&there) == entry.old {
            self.put(&at.to_string(), &entry.path)
        } else if there == new {
            Ok(())
        } else {
            let message = format!("'{}' was changed after an earlier run was killed between two files", entry.path);
            Err(Error::no(message).hint(self.by_hand()))
        }
    }

    fn by_hand(&self) -> String {
        format!("see 'git diff', set the files as they shall be, and remove '{}'", self.journal.display())
    }

    /// Returns the files that a run began to replace and has not finished: it was killed, or is at work. Changes nothing.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn unfinished(&self) -> Result<Vec<RepoPath>> {
        let begun = self.begun()?;
        Ok(begun.map_or_else(Vec::new, |journal| journal.files.into_iter().map(|entry| entry.path).collect()))
    }

    fn begun(&self) -> Result<Option<Journal>> {
        let place = self.journal.join("journal.json");
        if !place.exists() {
            return Ok(None);
        }
        serde_json::from_str(&files::read_text(&place)?).map(Some).map_err(|error| {
            Error::unfinished(format!("'{}' cannot be read", place.display()))
                .because(error)
                .hint("see with 'git diff' what an earlier run changed, and remove that file")
        })
    }

    /// Replaces all files, or leaves all as they are.
    ///
    /// # Errors
    /// When a file does not hold what it must, or cannot be written; then every file holds what it held.
    pub fn replace(&self, all: &[Replacement]) -> Result<()> {
        self.replace_until(all, &mut |_| Ok(()))
    }

    fn replace_until(&self, all: &[Replacement], after: &mut dyn FnMut(Step) -> Result<()>) -> Result<()> {
        for file in all {
            if !folder::holds_below(&self.root, &file.path, &file.old)? {
                return Err(Error::unfinished(format!("'{}' changed while it was looked at", file.path))
                    .hint("run the command again"));
            }
        }
        let cannot = |error| cannot_write(&self.journal.display().to_string(), &self.journal, error);
        fs::create_dir_all(&self.journal).map_err(cannot)?;
        for (at, file) in all.iter().enumerate() {
            self.stage(&at.to_string(), &file.path, &file.new)?;
            after(Step::Staged(at))?;
        }
        let entry = |file: &Replacement| Entry { path: file.path.clone(), old: Trace::of(&file.old) };
        let journal = Journal { files: all.iter().map(entry).collect() };
        let journal = serde_json::to_string_pretty(&journal).expect("because paths are text");
        let place = self.journal.join("journal.json");
        files::replace(&place, "journal.json", journal.as_bytes(), Reach::System, || Ok(()))?;
        after(Step::Journalled)?;
        for (at, file) in all.iter().enumerate() {
            if let Err(error) = self.put(&at.to_string(), &file.path) {
                return Err(self.take_back(&all[..at], error, after));
            }
            after(Step::Replaced(at))?;
        }
        self.close()
    }

    /// Puts the old contents back after a failure. The new ones are staged again first, so that a kill in between leaves what
    /// the next run can finish.
    fn take_back(&self, done: &[Replacement], error: Error, after: &mut dyn FnMut(Step) -> Result<()>) -> Error {
        let mut back = || {
            for (at, file) in done.iter().enumerate() {
                self.stage(&at.to_string(), &file.path, &file.new)?;
                after(Step::StagedAgain(at))?;
                self.stage(BACK, &file.path, &file.old)?;
                self.put(BACK, &file.path)?;
                after(Step::TakenBack(at))?;
            }
            self.close()
        };
        match back() {
            Ok(()) => error,
            // The journal still tells what is missing.
            Err(second) => Error::unfinished("some files were replaced and others were not")
                .because(format!("{error}; and then: {second}"))
                .hint("once they can be written, the same command finishes the work"),
        }
    }

    /// Removes the journal, from which moment on nothing is left to finish, and then what lies beside it.
    fn close(&self) -> Result<()> {
        folder::remove(&self.journal.join("journal.json"))?;
        self.sweep()
    }

    /// Removes what waits in vain. The folder stays for the next run.
    fn sweep(&self) -> Result<()> {
        let Ok(waiting) = fs::read_dir(&self.journal) else { return Ok(()) };
        waiting.flatten().try_for_each(|entry| folder::remove(&entry.path()))
    }

    /// Writes a content where it waits under a name, with the mode of the file that it is for.
    fn stage(&self, name: &str, path: &RepoPath, content: &[u8]) -> Result<()> {
        let cannot = |error| self.cannot_write(path, error);
        let mode = fs::metadata(self.root.join(path.as_str())).map_err(cannot)?.permissions();
        let half = self.journal.join("half");
        fs::write(&half, content).and_then(|()| fs::set_permissions(&half, mode)).map_err(cannot)?;
        fs::rename(&half, self.journal.join(name)).map_err(cannot)
    }

    /// Puts what waits under a name into the place of a file.
    fn put(&self, name: &str, path: &RepoPath) -> Result<()> {
        let (staged, place) = (self.journal.join(name), self.root.join(path.as_str()));
        match (self.rename)(&staged, &place) {
            // The git directory may be on another file system than the worktree.
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                let content = fs::read(&staged).map_err(|error| self.cannot_write(path, error))?;
                files::replace_by(&place, path.as_str(), &content, &self.beside(path, &content))?;
                folder::remove(&staged)
            }
            renamed => renamed.map_err(|error| self.cannot_write(path, error)),
        }
    }

    fn cannot_write(&self, path: &RepoPath, error: io::Error) -> Error {
        cannot_write(path.as_str(), &self.root.join(path.as_str()), error)
    }

    /// Returns where a content is written before it is renamed, if that has to be beside the file. The name follows from the
    /// content, so that the next run finds what a kill left.
    fn beside(&self, path: &RepoPath, content: &[u8]) -> PathBuf {
        let name = format!(".backstitch-{:.16}", Sha256Sum::of(content));
        self.root.join(path.as_str()).with_file_name(name)
    }

    /// Removes what a killed run had written of a new content. A file that holds anything else is not ours.
    fn remove_half(&self, path: &RepoPath, new: &[u8]) -> Result<()> {
        let beside = self.beside(path, new);
        let is_file = beside.symlink_metadata().is_ok_and(|found| found.is_file());
        if is_file && fs::read(&beside).is_ok_and(|half| new.starts_with(&half)) {
            folder::remove(&beside)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
