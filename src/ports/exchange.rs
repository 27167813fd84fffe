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
        serde_json::from_str(&folder::read_text(&place)?).map(Some).map_err(|error| {
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
            let left = fs::read_dir(place.0.path().join("journal")).expect("a folder").count();
            assert_eq!(left, 0, "{killed_after:?}");
        }
    }

    /// As if the journal were on another file system.
    fn elsewhere(place: &Place) -> Exchange {
        Exchange { rename: |_, _| Err(ErrorKind::CrossesDevices.into()), ..place.exchange() }
    }

    #[test]
    fn a_journal_on_another_file_system_does_the_same() {
        let place = Place::new();
        elsewhere(&place).replace(&all()).expect("they are replaced");
        assert_eq!(place.contents(), ["new"; 3]);

        let killed = |step| if step == Step::Replaced(0) { Err(Error::unfinished("killed")) } else { Ok(()) };
        let place = Place::new();
        assert!(elsewhere(&place).replace_until(&all(), &mut { killed }).is_err());
        let beside = |path: &str| place.exchange().beside(&path.parse().expect("a path"), b"new");
        fs::write(beside("dir/b"), "ne").expect("it is written");
        assert_eq!(elsewhere(&place).finish().expect("it can go on").len(), 3);
        assert!(!beside("dir/b").exists(), "what a kill left half goes");
        assert_eq!(place.contents(), ["new"; 3]);

        let place = Place::new();
        let beside = place.exchange().beside(&"a".parse().expect("a path"), b"new");
        fs::write(&beside, "mine").expect("it is written");
        assert!(elsewhere(&place).replace(&all()).is_err());
        let kept = fs::read(&beside).expect("a file");
        assert_eq!((place.contents(), kept), (vec!["old".to_owned(); 3], b"mine".to_vec()));
    }

    #[test]
    fn after_a_kill_while_files_are_taken_back_the_next_run_finishes() {
        for killed_after in [Step::StagedAgain(0), Step::TakenBack(0), Step::StagedAgain(1), Step::TakenBack(1)] {
            let place = Place::new();
            let last = place.0.path().join("tree/c");
            let failed = place.exchange().replace_until(&all(), &mut |step| {
                if step == Step::Replaced(1) {
                    fs::remove_file(&last).and_then(|()| fs::create_dir_all(last.join("x"))).expect("a folder");
                }
                if step == killed_after { Err(Error::unfinished("killed")) } else { Ok(()) }
            });
            assert!(failed.is_err());
            fs::remove_dir_all(&last).and_then(|()| fs::write(&last, "old")).expect("it is put back");
            assert_eq!(place.exchange().finish().expect("it can go on").len(), 3, "{killed_after:?}");
            assert_eq!(place.contents(), ["new"; 3], "{killed_after:?}");
        }
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
