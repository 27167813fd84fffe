//! Files: read with the path in every error, written beside and renamed, so that nobody sees half of one.

use std::io::{Read as _, Write as _};
use std::path::Path;

use crate::model::error::{Error, Result};

use super::platform;
use super::trouble::{cannot_read, cannot_write};

/// Reads a text file, or standard input where the path is `-`.
///
/// # Errors
/// As [`read_text`]; also when standard input cannot be read.
pub fn read_text_or_stdin(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        return read.map(|_| text).map_err(|error| Error::usage("cannot read standard input").because(error));
    }
    read_text(path)
}

/// Reads a text file, whatever it is called.
///
/// # Errors
/// When it cannot be read or is not UTF-8, with the place of what is not.
pub fn read_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|error| cannot_read(path, error))?;
    String::from_utf8(bytes).map_err(|broken| {
        let bytes = broken.as_bytes();
        let at = broken.utf8_error().valid_up_to();
        let begin = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&bytes[begin..at]).chars().count() + 1;
        Error::usage(format!("cannot read '{}'", path.display()))
            .because(format!("line {line}, column {column}: no UTF-8"))
            .hint("write the file anew as UTF-8")
    })
}

/// Reads up to so many bytes from the start of a file, or of standard input where the path is `-`.
///
/// # Errors
/// When it cannot be read.
pub fn read_first_or_stdin(path: &Path, most: usize) -> Result<Vec<u8>> {
    if path == Path::new("-") {
        let read = first(std::io::stdin().lock(), most);
        return read.map_err(|error| Error::usage("cannot read standard input").because(error));
    }
    read_first(path, most)
}

/// Reads up to so many bytes from the start of a file, whatever it is called.
///
/// # Errors
/// When it cannot be read.
pub fn read_first(path: &Path, most: usize) -> Result<Vec<u8>> {
    std::fs::File::open(path).and_then(|file| first(file, most)).map_err(|error| cannot_read(path, error))
}

fn first(source: impl std::io::Read, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most as u64).read_to_end(&mut bytes).map(|_| bytes)
}

/// Replaces a file, or makes it, in one step. It keeps the mode it has; a new one gets what the user's `umask` gives. A link
/// is followed, and what is no regular file, such as a pipe, is written to.
///
/// # Errors
/// When it cannot be written; the old content of a file then stands.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let name = path.display().to_string();
    let cannot = |error| cannot_write(&name, path, error);
    match std::fs::metadata(path) {
        Ok(there) if there.is_file() => {
            let real = std::fs::canonicalize(path).map_err(cannot)?;
            replace(&real, &name, bytes, Reach::Disk, || Ok(()))
        }
        Ok(_) => {
            let opened = std::fs::OpenOptions::new().write(true).open(path);
            opened.and_then(|mut open| open.write_all(bytes)).map_err(cannot)
        }
        Err(_) => replace(path, &name, bytes, Reach::Disk, || Ok(())),
    }
}

/// As [`write_whole`]; folders above the file are made.
///
/// # Errors
/// When a folder or the file cannot be written.
pub fn write_whole_in(path: &Path, bytes: &[u8]) -> Result<()> {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    let made = above.map_or(Ok(()), std::fs::create_dir_all);
    made.map_err(|error| cannot_write(&path.display().to_string(), path, error))?;
    write_whole(path, bytes)
}

/// How far a file has got when it is renamed into place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To the disk: neither a kill nor a power failure leaves half of it.
    Disk,
    /// To the system: a kill leaves nothing half. For files that git holds anyway.
    System,
}

/// How the names of files begin that are written to be renamed into place.
const BESIDE: &str = ".backstitch-";

/// Makes an empty file in a folder, to be renamed into place. It goes when it is dropped; a run that is killed leaves it.
///
/// # Errors
/// When it cannot be made.
pub fn beside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    platform::like_others(builder.prefix(BESIDE));
    builder.tempfile_in(folder)
}

/// Says whether a path, with `/`, is called as those of [`beside`] are, which nobody gives a name with an ending.
pub fn is_beside(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let more = name.strip_prefix(BESIDE).unwrap_or_default();
    !more.is_empty() && more.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// As [`write_whole`], for a file that messages call `name`, if `still` agrees once the new content is there to be put in
/// place.
///
/// # Errors
/// Those of `still`, and when it cannot be written; the old content then stands.
pub fn replace(path: &Path, name: &str, bytes: &[u8], reach: Reach, still: impl FnOnce() -> Result<()>) -> Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = |error| cannot_write(name, path, error);
    let mut beside = beside(directory).map_err(cannot)?;
    beside.write_all(bytes).map_err(cannot)?;
    if let Ok(there) = std::fs::metadata(path) {
        beside.as_file().set_permissions(there.permissions()).map_err(cannot)?;
    }
    match reach {
        Reach::Disk => beside.as_file().sync_all().map_err(cannot)?,
        Reach::System => {}
    }
    still()?;
    beside.persist(path).map(drop).map_err(|error| cannot(error.error))
}

/// As [`replace`], by way of the file `beside`, whose name the caller can find again after a kill. The new content reaches the
/// system.
///
/// # Errors
/// When `beside` exists, or something cannot be written; the old content then stands.
pub fn replace_by(path: &Path, name: &str, bytes: &[u8], beside: &Path) -> Result<()> {
    let cannot = |error| cannot_write(name, path, error);
    let mut new = std::fs::File::create_new(beside).map_err(|error| {
        let exists = error.kind() == std::io::ErrorKind::AlreadyExists;
        let refused = cannot(error);
        if exists {
            refused.hint(format!("'{}' is in the way: look at it, and remove it", beside.display()))
        } else {
            refused
        }
    })?;
    let there = std::fs::metadata(path).map(|found| found.permissions());
    let written = new.write_all(bytes).and_then(|()| there.map_or(Ok(()), |mode| new.set_permissions(mode)));
    written.and_then(|()| std::fs::rename(beside, path)).map_err(|error| {
        // What cannot be removed either is found by the next run.
        drop(std::fs::remove_file(beside));
        cannot(error)
    })
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
    }

    #[test]
    #[cfg(unix)]
    fn a_new_file_is_as_open_as_others_and_an_old_one_keeps_its_mode() {
        let folder = tempfile::tempdir().expect("a directory");
        let (new, plain) = (folder.path().join("new"), folder.path().join("plain"));
        std::fs::write(&plain, "by the system's own rule").expect("a file");
        write_whole(&new, b"1").expect("it is written");
        assert_eq!(mode(&new), mode(&plain));
        std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o640)).expect("a mode");
        write_whole(&new, b"2").expect("it is written");
        assert_eq!((mode(&new), std::fs::read(&new).expect("a file")), (0o640, b"2".to_vec()));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_followed_and_a_device_stays_one() {
        let folder = tempfile::tempdir().expect("a directory");
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::write(&real, "old").expect("a file");
        std::os::unix::fs::symlink("real", &link).expect("a link");
        write_whole(&link, b"new").expect("it is written");
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&real).expect("a file"), b"new");
        let other = folder.path().join("other");
        std::os::unix::fs::symlink("/dev/null", &other).expect("a link");
        write_whole(&other, b"gone").expect("it is written");
        assert!(other.is_symlink() && !std::fs::metadata("/dev/null").expect("a device").is_file());
    }

    #[test]
    fn a_file_that_waits_for_its_place_is_known_by_its_name() {
        let folder = tempfile::tempdir().expect("a directory");
        let made = beside(folder.path()).expect("it is made");
        assert!(is_beside(&made.path().file_name().expect("a name").to_string_lossy()));
        for (path, is) in [
            (".backstitch-abc", true),
            ("2026/.backstitch-Ab1", true),
            (".backstitch-", false),
            (".backstitch-abc.md", false),
            ("backstitch-abc", false),
            (".backstitch-abc/file", false),
        ] {
            assert_eq!(is_beside(path), is, "{path}");
        }
    }

    #[test]
    fn what_may_not_be_replaced_stays_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("file");
        write_whole(&path, b"old").expect("it is written");
        let refused =
            replace(&path, "the file", b"new", Reach::Disk, || Err(Error::no("not now"))).expect_err("it may not");
        assert_eq!(refused.to_string(), "not now");
        assert_eq!(std::fs::read(&path).expect("a file"), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a directory").count(), 1);
    }
}
