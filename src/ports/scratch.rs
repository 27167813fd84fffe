//! Temporary directories that a killed run leaves to the next one.
//!
//! Each holds a file that its process keeps locked (`flock(2)`), so that the kernel lets go of it however the process ends. A
//! later run removes the directories beside its own whose lock is free.

use std::fs::{self, File, TryLockError};
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::ports::platform;

/// The file that is locked while its directory is in use. Directories without it are none of ours.
const LOCK: &str = "in-use.lock";
/// How directories of this package begin.
const OURS: &str = "backstitch-";
/// So many names are looked at beside a new directory.
const MOST_NAMES: usize = 10_000;
/// So many directories of dead runs are removed at once.
const MOST_REMOVED: usize = 8;
/// So often a new directory is made when another run sweeps it away before it is locked.
const MOST_ATTEMPTS: usize = 8;

/// A temporary directory that goes when it is dropped, or when a later run finds that its process is dead.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    lock: Option<File>,
}

impl Scratch {
    /// Makes one in `place`, called `backstitch-<what>-` and something random, and sweeps what dead runs left there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(what: &str, place: &Path) -> Result<Self> {
        for _ in 0..MOST_ATTEMPTS {
            let made = tempfile::Builder::new().prefix(&format!("{OURS}{what}-")).tempdir_in(place)?;
            let Some(lock) = locked(made.path())? else { continue };
            let scratch = Self { path: made.keep(), lock };
            // What cannot be swept now is swept by a later run.
            drop(sweep(place, &scratch.path));
            return Ok(scratch);
        }
        Err(Error::other("other runs remove it as soon as it is made"))
    }

    /// Says whether a directory is called as [`Self::new`] calls those of this name.
    pub fn is_named_like(what: &str, directory: Option<&Path>) -> bool {
        let name = directory.and_then(Path::file_name).unwrap_or_default();
        name.to_string_lossy().starts_with(&format!("{OURS}{what}-"))
    }

    /// Returns the directory. It holds one file from the start.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if platform::OPEN_FILES_STAY {
            drop(self.lock.take());
        }
        // What cannot be removed now is swept by a later run.
        drop(remove(&self.path));
    }
}

/// Makes a temporary file for what will be at `path`, in a temporary directory beside it, as open to others as any file. Dropped
/// after the file is in its place, the directory leaves nothing; what a killed run leaves is swept when the next file is made.
///
/// # Errors
/// When it cannot be made.
pub fn file_for(path: &Path) -> Result<(Scratch, NamedTempFile)> {
    let place = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let scratch = Scratch::new("file", place)?;
    let mut builder = tempfile::Builder::new();
    platform::like_others(&mut builder);
    let file = builder.tempfile_in(scratch.path())?;
    Ok((scratch, file))
}

/// Locks a new directory. The outer `None` says that another run took it for that of a dead one and removed it, which it can
/// do between the making of the file and its locking; where files cannot be locked, the directory is never swept.
#[expect(clippy::option_option, reason = "the directory is lost, or in use with or without a lock")]
fn locked(directory: &Path) -> Result<Option<Option<File>>> {
    let path = directory.join(LOCK);
    let lock = match File::create_new(&path) {
        Ok(lock) => lock,
        Err(_) if !directory.exists() => return Ok(None),
        Err(error) => return Err(error),
    };
    if lock.lock().is_err() {
        fs::remove_file(&path)?;
        return Ok(Some(None));
    }
    Ok(platform::is_at(&path, &lock)?.then_some(Some(lock)))
}

/// Removes the directories in `place` that dead runs of this user left. `mine` is one that this run made.
fn sweep(place: &Path, mine: &Path) -> Result<()> {
    let mine = mine.symlink_metadata()?;
    let mut removed = 0;
    for entry in fs::read_dir(place)?.take(MOST_NAMES) {
        let entry = entry?;
        let is_ours = entry.file_name().as_encoded_bytes().starts_with(OURS.as_bytes())
            && entry.metadata().is_ok_and(|found| found.is_dir() && platform::same_owner(&found, &mine));
        if !is_ours || removed == MOST_REMOVED {
            continue;
        }
        let Ok(lock) = File::options().read(true).write(true).open(entry.path().join(LOCK)) else { continue };
        match lock.try_lock() {
            Ok(()) => removed += usize::from(remove(&entry.path()).is_ok()),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
    Ok(())
}

/// Removes a directory, the lock last: a run that is killed meanwhile leaves something that can still be swept.
fn remove(directory: &Path) -> Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
    }
    fs::remove_dir_all(directory)
}

/// Leaves in `place` what a run leaves that is killed while it makes a file: it drops nothing, and the kernel lets go of its lock.
#[cfg(test)]
pub(crate) fn left_by_a_dead_run(place: &Path) -> PathBuf {
    let (scratch, file) = file_for(&place.join("never")).expect("it is made");
    let scratch = std::mem::ManuallyDrop::new(scratch);
    scratch.lock.as_ref().expect("it is locked").unlock().expect("it is ours");
    file.keep().expect("it is there");
    scratch.path.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(place: &Path) -> Vec<String> {
        let entries = fs::read_dir(place).expect("a directory");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_what_a_dead_run_left_is_swept() {
        let place = tempfile::tempdir().expect("a directory");
        let at = |name: &str| place.path().join(name);
        // A dead process left its directory with the lock; a user's own has none.
        for name in ["backstitch-objects-dead/objects/ab", "backstitch-mine/src", "other"] {
            fs::create_dir_all(at(name)).expect("it is made");
        }
        for name in ["backstitch-objects-dead", "other"] {
            fs::write(at(name).join(LOCK), "").expect("it is written");
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(at("other"), at("backstitch-link")).expect("a link");
        #[cfg(windows)]
        fs::create_dir(at("backstitch-link")).expect("no lock is in it");
        let live = Scratch::new("objects", place.path()).expect("it is made");
        let second = Scratch::new("tree", place.path()).expect("it is made");
        assert!(live.path().join(LOCK).exists() && second.path().join(LOCK).exists());
        drop(second);
        let kept = live.path().file_name().expect("a name").to_string_lossy().into_owned();
        let mut expected = vec!["backstitch-link".to_owned(), "backstitch-mine".to_owned(), kept, "other".to_owned()];
        expected.sort();
        assert_eq!(names(place.path()), expected);
        assert!(at("other").join(LOCK).exists());
        drop(live);
        assert_eq!(names(place.path()), ["backstitch-link", "backstitch-mine", "other"]);
    }

    #[test]
    fn the_next_file_takes_what_a_killed_run_left_of_its_own() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("kept");
        let put = |text: &str| {
            let (_scratch, mut file) = file_for(&path).expect("it is made");
            std::io::Write::write_all(&mut file, text.as_bytes()).expect("it is written");
            file.persist(&path).expect("it is renamed");
        };
        put("one");
        left_by_a_dead_run(place.path());
        assert_eq!(names(place.path()).len(), 2);
        put("two");
        assert_eq!(names(place.path()), ["kept"]);
        assert_eq!(fs::read_to_string(&path).expect("a file"), "two");
    }

    #[test]
    fn a_directory_that_is_swept_before_it_is_locked_is_made_again() {
        let place = tempfile::tempdir().expect("a directory");
        let stop = std::sync::atomic::AtomicBool::new(false);
        let mine = Scratch::new("mine", place.path()).expect("it is made");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    drop(sweep(place.path(), mine.path()));
                }
            });
            let usable = || Scratch::new("objects", place.path()).and_then(|made| fs::write(made.path().join("x"), ""));
            let done: Vec<bool> = (0..300).map(|_| usable().is_ok()).collect();
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(done.iter().all(|usable| *usable), "a directory was swept while it was in use");
        });
        assert_eq!(names(place.path()).len(), 1);
    }
}
