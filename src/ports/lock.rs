//! One writer at a time: a lock file that says who holds it and since when.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::error::{Error, Result};
use crate::ports::platform::is_alive;
use crate::ports::scratch;
use crate::ports::trouble::cannot_write;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The machine it runs on.
    pub host: String,
    /// The user it runs as.
    pub user: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    text: String,
    /// The dead process that held it before, if it was taken over.
    pub taken_from: Option<Holder>,
}

impl Lock {
    /// Takes the lock at `path`, whose directory is made as needed. `what` names the work that is locked.
    ///
    /// A lock whose process is dead on this machine is taken over.
    ///
    /// # Errors
    /// When somebody holds it, or the file cannot be written.
    pub fn take(path: &Path, what: &str, now: DateTime<Utc>) -> Result<Self> {
        let me = Holder { pid: std::process::id(), host: host(), user: user(), since: now };
        let text = serde_json::to_string(&me).expect("a holder holds nothing that JSON cannot") + "\n";
        let lock = |taken_from| Self { path: path.to_owned(), text: text.clone(), taken_from };
        if create(path, &text)? {
            return Ok(lock(None));
        }
        let dead = remove_dead(path, &me.host)?;
        if create(path, &text)? { Ok(lock(dead)) } else { Err(held(path, what, now)) }
    }

    /// Removes a lock whose process is dead on this machine, and says whether there was one. Any other file stays.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn clear_dead(path: &Path) -> Result<bool> {
        remove_dead(path, &host()).map(|dead| dead.is_some())
    }

    /// Returns the file that keeps two processes from taking the same lock over. It stays when the lock goes.
    pub fn guard_of(path: &Path) -> PathBuf {
        path.with_extension("takeover")
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A lock that somebody else removed and took is theirs.
        if fs::read_to_string(&self.path).is_ok_and(|text| text == self.text) {
            drop(fs::remove_file(&self.path));
        }
    }
}

/// Waits until no other process has the turn at `path`, whose directory is made as needed, and keeps others waiting until what is
/// returned is dropped. The system gives the turn back however the process ends; the file stays, and means nothing. For what takes a
/// moment: who waits is not told of whom.
///
/// # Errors
/// When the file cannot be made or locked.
pub fn wait_for_turn(path: &Path) -> Result<File> {
    let cannot = |error| cannot_lock(path, error);
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(cannot)?;
    File::create(path).and_then(|file| file.lock().map(|()| file)).map_err(cannot)
}

/// Removes a lock whose process is dead, and returns who held it.
fn remove_dead(path: &Path, host: &str) -> Result<Option<Holder>> {
    let dead = || holder(path).filter(|holder| holder.host == host && !is_alive(holder.pid));
    if dead().is_none() {
        return Ok(None);
    }
    // Two that find the same dead holder must not both remove the file: the second would remove the first one's lock.
    let _turn = wait_for_turn(&Lock::guard_of(path))?;
    let dead = dead();
    if dead.is_some() {
        fs::remove_file(path).map_err(|error| cannot_lock(path, error))?;
    }
    Ok(dead)
}

/// Makes the file with its whole text at once; `false` when it exists.
fn create(path: &Path, text: &str) -> Result<bool> {
    let cannot = |error| cannot_lock(path, error);
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(cannot)?;
    let (_scratch, mut file) = scratch::file_for(path).map_err(cannot)?;
    file.write_all(text.as_bytes()).map_err(cannot)?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(refused) => Err(cannot(refused.error)),
    }
}

fn holder(path: &Path) -> Option<Holder> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

fn held(path: &Path, what: &str, now: DateTime<Utc>) -> Error {
    let file = path.display();
    let Some(Holder { pid, host, user, since }) = holder(path) else {
        return Error::unfinished(format!("another {what} holds '{file}'"))
            .hint(format!("if none runs any more, remove '{file}'"));
    };
    let age = age((now - since).num_seconds());
    Error::unfinished(format!("another {what} runs here: process {pid} of '{user}' on '{host}', for {age}"))
        .hint(format!("wait for it; if it is gone on that machine, remove '{file}'"))
}

fn age(seconds: i64) -> String {
    let (count, unit) = match seconds.max(0) {
        seconds @ 0..60 => (seconds, "second"),
        seconds @ 60..3600 => (seconds / 60, "minute"),
        seconds @ 3600..86_400 => (seconds / 3600, "hour"),
        seconds => (seconds / 86_400, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

fn cannot_lock(path: &Path, error: std::io::Error) -> Error {
    cannot_write(&format!("the lock '{}'", path.display()), path, error)
}

fn host() -> String {
    whoami::hostname().unwrap_or_else(|_| unknown())
}

fn user() -> String {
    whoami::username().unwrap_or_else(|_| unknown())
}

fn unknown() -> String {
    "unknown".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a moment")
    }

    #[test]
    fn the_second_is_told_who_holds_it_and_for_how_long() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("deep/apply.lock");
        let first = Lock::take(&path, "apply", moment(0)).expect("it is free");
        let refused = Lock::take(&path, "apply", moment(120)).expect_err("it is held").to_string();
        assert!(refused.contains(&std::process::id().to_string()) && refused.ends_with("for 2 minutes"), "{refused}");
        drop(first);
        let third = Lock::take(&path, "apply", moment(0)).expect("it is free again");
        assert!(!Lock::clear_dead(&path).expect("it can be read"), "its process is alive");
        drop(third);
        assert!(!Lock::clear_dead(&path).expect("there is none"));
    }

    #[test]
    fn the_lock_of_a_dead_process_is_taken_over_and_that_of_another_machine_is_not() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("apply.lock");
        // No process has this number: it is above the limit of every system.
        let dead = Holder { pid: 4_294_967_290, host: host(), user: "ann".to_owned(), since: moment(0) };
        fs::write(&path, serde_json::to_string(&dead).expect("JSON")).expect("a file");
        let lock = Lock::take(&path, "apply", moment(5)).expect("it is taken over");
        assert_eq!(lock.taken_from, Some(dead.clone()));
        drop(lock);
        let elsewhere = Holder { host: "elsewhere.example".to_owned(), ..dead };
        fs::write(&path, serde_json::to_string(&elsewhere).expect("JSON")).expect("a file");
        let refused = Lock::take(&path, "apply", moment(5)).expect_err("it may be alive there").to_string();
        assert!(refused.contains("elsewhere.example"), "{refused}");
        assert!(!Lock::clear_dead(&path).expect("it can be read"), "it may be alive there");
        fs::write(&path, serde_json::to_string(&Holder { host: host(), ..elsewhere }).expect("JSON")).expect("a file");
        assert!(Lock::clear_dead(&path).expect("it can be removed"));
        assert!(!path.exists());
        fs::write(&path, "").expect("a file");
        assert!(!Lock::clear_dead(&path).expect("it can be read"), "an unreadable lock is a lock");
        assert!(Lock::take(&path, "apply", moment(5)).is_err(), "an unreadable lock is a lock");
    }

    #[test]
    fn what_a_run_left_that_was_killed_while_it_took_a_lock_is_removed() {
        let folder = tempfile::tempdir().expect("a directory");
        let left = scratch::left_by_a_dead_run(folder.path());
        let _lock = Lock::take(&folder.path().join("apply.lock"), "apply", moment(0)).expect("it is free");
        assert!(!left.exists());
        assert_eq!(fs::read_dir(folder.path()).expect("a directory").count(), 1);
    }

    #[test]
    fn one_at_a_time_has_its_turn() {
        let folder = tempfile::tempdir().expect("a directory");
        let (turn, count) = (folder.path().join("deep/turn"), folder.path().join("count"));
        fs::write(&count, "0").expect("a file");
        let step = || {
            let _turn = wait_for_turn(&turn).expect("it comes");
            let before: u32 = fs::read_to_string(&count).expect("a file").parse().expect("a number");
            fs::write(&count, (before + 1).to_string()).expect("a file");
        };
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(|| (0..50).for_each(|_| step())))));
        assert_eq!(fs::read_to_string(&count).expect("a file"), "200");
    }

    #[test]
    fn ages_are_told_in_words() {
        assert_eq!(
            [0, 1, 59, 60, 7200, 90_000, -5].map(age),
            ["0 seconds", "1 second", "59 seconds", "1 minute", "2 hours", "1 day", "0 seconds"]
        );
    }
}
