//! Several files replaced together: all of them or none.
//!
//! The new contents are written below the git directory first, and then a journal that names them; from that moment on the
//! files are replaced one after the other, each by a rename. What a kill leaves is finished by the next run, which finds the
//! journal. Without a journal nothing was replaced. A file is written beside the one it replaces under a name that follows
//! from its content, so that the next run finds that, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::model::sums::Sha256Sum;
use crate::ports::files::{self, Reach};
use crate::ports::folder;

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
    /// The SHA-256 of what the file held. What it will hold is beside the journal.
    old: Sha256Sum,
}

/// A moment at which a run can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Staged(usize),
    Journalled,
    Replaced(usize),
}

impl Exchange {
    /// Replaces files below `root`, keeping the journal in the folder `journal`, which is nobody else's.
    pub fn new(root: &Path, journal: PathBuf) -> Self {
        Self { root: root.to_owned(), journal }
    }

    /// Finishes what a killed run began. Returns the files that hold their new content now.
    ///
    /// # Errors
    /// When a file was changed since by somebody else, or cannot be written.
    pub fn finish(&self) -> Result<Vec<RepoPath>> {
        let place = self.journal.join("journal.json");
        if !place.exists() {
            // A run that was killed before it had a journal replaced nothing.
            folder::remove(&self.journal)?;
            return Ok(Vec::new());
        }
        let journal: Journal =
            serde_json::from_str(&folder::read_text(&place)?).map_err(|error| unreadable(&place, error))?;
        for (at, entry) in journal.files.iter().enumerate() {
            let new = fs::read(self.journal.join(at.to_string())).map_err(|error| {
                Error::unfinished(format!("the new content of '{}' is gone", entry.path)).because(error).hint(format!(
                    "see 'git diff', set the files as they shall be, and remove '{}'",
                    self.journal.display()
                ))
            })?;
            let there = self.read(&entry.path)?;
            self.remove_half(&entry.path, &new)?;
            if Sha256Sum::of(&there) == entry.old {
                self.write(&entry.path, &new)?;
            } else if there != new {
                return Err(Error::no(format!(
                    "'{}' was changed after an earlier run was killed between two files",
                    entry.path
                ))
                .hint(format!(
                    "see 'git diff', set the files as they shall be, and remove '{}'",
                    self.journal.display()
                )));
            }
        }
        folder::remove(&place)?;
        folder::remove(&self.journal)?;
        Ok(journal.files.into_iter().map(|entry| entry.path).collect())
    }

    /// Returns the files that a run began to replace and has not finished: it was killed, or is at work. Changes nothing.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn unfinished(&self) -> Result<Vec<RepoPath>> {
        let place = self.journal.join("journal.json");
        if !place.exists() {
            return Ok(Vec::new());
        }
        let journal: Journal =
            serde_json::from_str(&folder::read_text(&place)?).map_err(|error| unreadable(&place, error))?;
        Ok(journal.files.into_iter().map(|entry| entry.path).collect())
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
        folder::make_folder(&self.journal, |_| Ok(()))?;
        for (at, file) in all.iter().enumerate() {
            self.keep(&at.to_string(), &file.new)?;
            after(Step::Staged(at))?;
        }
        let entry = |file: &Replacement| Entry { path: file.path.clone(), old: Sha256Sum::of(&*file.old) };
        let journal = Journal { files: all.iter().map(entry).collect() };
        let journal = serde_json::to_string_pretty(&journal).expect("because paths and digests are text");
        self.keep("journal.json", journal.as_bytes())?;
        after(Step::Journalled)?;
        for (at, file) in all.iter().enumerate() {
            if let Err(error) = self.write(&file.path, &file.new) {
                return Err(self.take_back(&all[..at], error));
            }
            after(Step::Replaced(at))?;
        }
        folder::remove(&self.journal.join("journal.json"))?;
        folder::remove(&self.journal)
    }

    /// Puts the old contents back after a failure.
    fn take_back(&self, done: &[Replacement], error: Error) -> Error {
        let back = done.iter().try_for_each(|file| self.write(&file.path, &file.old));
        match back.and_then(|()| folder::remove(&self.journal.join("journal.json"))) {
            Ok(()) => error,
            // The journal still tells what is missing.
            Err(second) => Error::unfinished("some files were replaced and others were not")
                .because(format!("{error}; and then: {second}"))
                .hint("once they can be written, the same command finishes the work"),
        }
    }

    fn read(&self, path: &RepoPath) -> Result<Vec<u8>> {
        folder::read_below(&self.root, path)?.ok_or_else(|| {
            Error::unfinished(format!("'{path}' is gone, and an earlier run has to finish it"))
                .hint(format!("put it back with 'git restore', or remove '{}'", self.journal.display()))
        })
    }

    /// Writes a file of the journal.
    fn keep(&self, name: &str, bytes: &[u8]) -> Result<()> {
        files::replace(&self.journal.join(name), name, bytes, Reach::System, || Ok(()))
    }

    fn write(&self, path: &RepoPath, bytes: &[u8]) -> Result<()> {
        let (place, beside) = (self.root.join(path.as_str()), self.beside(path, bytes));
        files::replace_by(&place, path.as_str(), bytes, &beside)
    }

    /// Returns where the new content of a file is written before it is renamed.
    fn beside(&self, path: &RepoPath, new: &[u8]) -> PathBuf {
        let name = format!(".backstitch-{:.16}", Sha256Sum::of(new));
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

fn unreadable(journal: &Path, error: serde_json::Error) -> Error {
    Error::unfinished(format!("'{}' cannot be read", journal.display()))
        .because(error)
        .hint("see with 'git diff' what an earlier run changed, and remove that file")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 3] = ["a", "dir/b", "c"];

    struct Place(tempfile::TempDir);

    impl Place {
        fn new() -> Self {
            let place = Self(tempfile::tempdir().expect("a directory"));
            for path in PATHS {
                folder::write(&place.0.path().join("tree").join(path), b"old").expect("it is written");
            }
            place
        }

        fn exchange(&self) -> Exchange {
            Exchange::new(&self.0.path().join("tree"), self.0.path().join("journal"))
        }

        fn contents(&self) -> Vec<String> {
            let read = |path| fs::read_to_string(self.0.path().join("tree").join(path)).expect("a file");
            PATHS.into_iter().map(read).collect()
        }
    }

    fn all() -> Vec<Replacement> {
        let one = |path: &str| Replacement {
            path: path.parse().expect("a path"),
            old: Rc::new(b"old".to_vec()),
            new: b"new".to_vec(),
        };
        PATHS.into_iter().map(one).collect()
    }

    #[test]
    fn after_a_kill_at_any_step_the_files_are_as_before_or_the_next_run_finishes() {
        let steps = [
            Step::Staged(0),
            Step::Staged(2),
            Step::Journalled,
            Step::Replaced(0),
            Step::Replaced(1),
            Step::Replaced(2),
        ];
        for killed_after in steps {
            let place = Place::new();
            let killed = place.exchange().replace_until(&all(), &mut |step| match step == killed_after {
                true => Err(Error::unfinished("killed")),
                false => Ok(()),
            });
            assert!(killed.is_err());
            let finished = place.exchange().finish().expect("it can go on");
            let expected = if matches!(killed_after, Step::Staged(_)) { "old" } else { "new" };
            assert_eq!(place.contents(), vec![expected; 3], "{killed_after:?}");
            assert_eq!(finished.is_empty(), expected == "old", "{killed_after:?}");
            assert!(!place.0.path().join("journal").exists(), "{killed_after:?}");
        }
    }

    #[test]
    fn half_of_a_file_that_a_kill_left_beside_it_goes_and_what_is_not_ours_stays() {
        let place = Place::new();
        let killed = |step| if step == Step::Replaced(0) { Err(Error::unfinished("killed")) } else { Ok(()) };
        assert!(place.exchange().replace_until(&all(), &mut |step| killed(step)).is_err());
        let beside = |path: &str| place.exchange().beside(&path.parse().expect("a path"), b"new");
        fs::write(beside("dir/b"), "ne").expect("it is written");
        assert_eq!(place.exchange().finish().expect("it can go on").len(), 3);
        assert!(!beside("dir/b").exists());
        assert_eq!(place.contents(), ["new"; 3]);

        let place = Place::new();
        let beside = place.exchange().beside(&"a".parse().expect("a path"), b"new");
        fs::write(&beside, "mine").expect("it is written");
        assert!(place.exchange().replace(&all()).is_err());
        assert_eq!(
            (place.contents(), fs::read(&beside).expect("a file")),
            (vec!["old".to_owned(); 3], b"mine".to_vec())
        );
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_kept() {
        let place = Place::new();
        let killed = |step| if step == Step::Replaced(0) { Err(Error::unfinished("killed")) } else { Ok(()) };
        assert!(place.exchange().replace_until(&all(), &mut |step| killed(step)).is_err());
        fs::write(place.0.path().join("tree/c"), "mine").expect("it is written");
        let refused = place.exchange().finish().expect_err("somebody changed it");
        assert!(refused.to_string().contains("'c'"), "{refused}");
        assert_eq!(place.contents()[2], "mine");
    }

    #[test]
    fn a_failure_leaves_every_file_as_it_was() {
        let place = Place::new();
        let mut files = all();
        files[2].old = Rc::new(b"something else".to_vec());
        assert!(place.exchange().replace(&files).is_err());
        assert_eq!(place.contents(), ["old"; 3]);
        // A folder in the place of the last file cannot be replaced by a file.
        let last = place.0.path().join("tree/c");
        let in_the_way = |step| {
            if step == Step::Replaced(1) {
                fs::remove_file(&last).and_then(|()| fs::create_dir_all(last.join("x"))).expect("a folder");
            }
            Ok(())
        };
        assert!(place.exchange().replace_until(&all(), &mut { in_the_way }).is_err());
        fs::remove_dir_all(&last).and_then(|()| fs::write(&last, "old")).expect("it is put back");
        assert_eq!(place.contents(), ["old"; 3]);
        assert!(place.exchange().finish().expect("nothing is open").is_empty());
        place.exchange().replace(&all()).expect("now it can be done");
        assert_eq!(place.contents(), ["new"; 3]);
    }
}
