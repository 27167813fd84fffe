//! Files and folders on disk: read with the path in every error, written whole or not at all, links never followed.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::model::arrange::Arrange as _;
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::ports::platform::{like_others, slashed};
use crate::ports::trouble::explained;

/// Writes a file beside its place and renames it there; folders above it are made. Only this user can read it.
///
/// # Errors
/// When it cannot be written; what was there stays.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    let cannot = |error| cannot_write(path, error);
    let mut file = beside(path, tempfile::Builder::new().prefix(".tmp"))?;
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(cannot)?;
    file.persist(path).map(drop).map_err(|refused| cannot(refused.error))
}

/// As [`write()`], without waiting for the disk, and as open to others as any new file: for what is published, and what the next run makes
/// anew where it is not whole.
///
/// # Errors
/// As [`write()`].
pub fn write_lightly(path: &Path, content: &[u8]) -> Result<()> {
    let cannot = |error| cannot_write(path, error);
    let mut builder = tempfile::Builder::new();
    like_others(builder.prefix(".tmp"));
    let mut file = beside(path, &builder)?;
    file.write_all(content).map_err(cannot)?;
    file.persist(path).map(drop).map_err(|refused| cannot(refused.error))
}

/// Makes an empty file beside a place, and the folders above it.
fn beside(path: &Path, builder: &tempfile::Builder<'_, '_>) -> Result<tempfile::NamedTempFile> {
    let cannot = |error| cannot_write(path, error);
    let folder = path.parent().unwrap_or(Path::new("."));
    match builder.tempfile_in(folder) {
        Err(error) if is_missing(&error) => {
            fs::create_dir_all(folder).map_err(cannot)?;
            builder.tempfile_in(folder).map_err(cannot)
        }
        made => made.map_err(cannot),
    }
}

/// Makes a folder at once: `fill` writes into a folder beside it, which then gets its name. A folder in its place goes.
///
/// # Errors
/// When something cannot be written; what was there stays.
pub fn make_folder(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let cannot = |error| cannot_write(path, error);
    let above = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(above).map_err(cannot)?;
    let made = tempfile::Builder::new().prefix(".new-").tempdir_in(above).map_err(cannot)?;
    fill(made.path())?;
    remove(path)?;
    fs::rename(made.path(), path).map_err(cannot)
}

/// Requires that there is a folder at a path, or that one can be made there. Nothing is written.
///
/// # Errors
/// When something else is there, or on the way.
pub fn require_place(path: &Path) -> Result<()> {
    match path.ancestors().find(|above| above.symlink_metadata().is_ok()) {
        Some(found) if !found.is_dir() => {
            Err(Error::usage(format!("'{}' is no folder", shown(found))).hint("name another folder: --output FOLDER"))
        }
        Some(_) | None => Ok(()),
    }
}

/// Removes a file or a folder with all that is in it; one that does not exist is removed already.
///
/// # Errors
/// When it cannot be removed.
pub fn remove(path: &Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if !is_missing(&error) => {
            Err(explained(Error::unfinished(format!("cannot remove '{}'", shown(path))), path, error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Renames a folder to its name with `.old` at the end, in place of an earlier one; nothing happens where there is none.
///
/// # Errors
/// When it cannot be renamed.
pub fn set_aside(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(".old");
    remove(Path::new(&aside))?;
    fs::rename(path, &aside).map_err(|error| cannot_write(path, error))
}

/// Returns the names of the folders in a folder, sorted; none when it does not exist. Hidden ones are left out.
///
/// # Errors
/// When it cannot be read.
pub fn folders(path: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if is_missing(&error) => return Ok(Vec::new()),
        Err(error) => return Err(cannot_read(path, error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| cannot_read(path, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.arrange();
    Ok(names)
}

/// Reads one file below a folder of a stranger; `None` when there is none.
///
/// # Errors
/// When it, or a folder on the way, is a link or something else that is no file.
pub fn read_below(root: &Path, path: &RepoPath) -> Result<Option<Vec<u8>>> {
    let Some(at) = plain_file_below(root, path)? else { return Ok(None) };
    fs::read(&at).map(Some).map_err(|error| cannot_read(&at, error))
}

/// Says whether a file below a folder of a stranger holds exactly these bytes.
///
/// # Errors
/// When it cannot be read, or it, or a folder on the way, is a link or something else that is no file.
pub fn holds_below(root: &Path, path: &RepoPath, expected: &[u8]) -> Result<bool> {
    let Some(at) = plain_file_below(root, path)? else { return Ok(false) };
    let cannot = |error| cannot_read(&at, error);
    let mut file = fs::File::open(&at).map_err(cannot)?;
    let mut part = vec![0; 64 * 1024];
    let mut rest = expected;
    loop {
        let len = file.read(&mut part).map_err(cannot)?;
        match rest.strip_prefix(&part[..len]) {
            Some(_) if len == 0 => return Ok(rest.is_empty()),
            Some(behind) => rest = behind,
            None => return Ok(false),
        }
    }
}

/// What is at a path below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Below {
    /// A file, here.
    File(PathBuf),
    /// Nothing.
    Missing,
    /// Something that is not opened: this, or a folder on the way, is a link or something else that is no file.
    Special(PathBuf),
}

/// Looks what is at a path below a folder of a stranger, without following links. The path has to have names only.
///
/// # Errors
/// When a folder on the way cannot be searched.
pub fn look_below(root: &Path, path: &Path) -> Result<Below> {
    let mut at = root.to_owned();
    let mut parts = path.iter().peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let found = match at.symlink_metadata() {
            Ok(found) => found,
            Err(error) if is_missing(&error) => return Ok(Below::Missing),
            Err(error) => return Err(cannot_read(&at, error)),
        };
        if found.is_symlink() || (parts.peek().is_none() && !found.is_file()) {
            return Ok(Below::Special(at));
        }
    }
    Ok(Below::File(at))
}

/// Returns where a file below a folder is; `None` when there is none.
fn plain_file_below(root: &Path, path: &RepoPath) -> Result<Option<PathBuf>> {
    match look_below(root, Path::new(path.as_str()))? {
        Below::File(at) => Ok(Some(at)),
        Below::Missing => Ok(None),
        Below::Special(at) => Err(Error::usage(format!("'{}' is not a plain file", shown(&at)))
            .hint("links and special files are not followed; put the content there")),
    }
}

/// Returns the paths of all files below a folder, relative to it and with `/`, sorted; none when it does not exist.
///
/// # Errors
/// When something in it is neither file nor folder, such as a link, or has a name that is no UTF-8.
pub fn files_below(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(folder) = waiting.pop() {
        let at = root.join(&folder);
        let entries = match fs::read_dir(&at) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound && at == root => break,
            Err(error) => return Err(cannot_read(&at, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| cannot_read(&at, error))?;
            let kind = entry.file_type().map_err(|error| cannot_read(&entry.path(), error))?;
            let path = folder.join(entry.file_name());
            if kind.is_dir() {
                waiting.push(path);
            } else if let (true, Some(text)) = (kind.is_file(), path.to_str()) {
                found.push(slashed(text));
            } else {
                return Err(Error::usage(format!("'{}' is not a plain file", shown(&entry.path())))
                    .hint("links and special files are not followed; remove it"));
            }
        }
    }
    found.arrange();
    Ok(found)
}

/// How much a folder may hold.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// At most so many folders.
    pub folders: usize,
    /// At most so many bytes in all their files.
    pub bytes: u64,
}

/// Removes the folders two levels below `root` that were made longest ago, until what is left keeps within a bound. The
/// newest one stays, however large.
///
/// # Errors
/// When a folder cannot be read or removed.
pub fn keep_newest(root: &Path, bound: Bound) -> Result<()> {
    let mut found = Vec::new();
    for above in folders(root)? {
        for name in folders(&root.join(&above))? {
            let path = root.join(&above).join(name);
            let made = path.metadata().and_then(|data| data.modified()).map_err(|error| cannot_read(&path, error))?;
            let sizes =
                files_below(&path)?.into_iter().map(|file| path.join(file).metadata().map_or(0, |data| data.len()));
            found.push((made, sizes.sum::<u64>(), path));
        }
    }
    found.arrange_by(|a, b| b.cmp(a));
    let mut bytes = 0;
    for (at, (_, size, path)) in found.into_iter().enumerate() {
        bytes += size;
        if at > 0 && (at >= bound.folders || bytes > bound.bytes) {
            remove(&path)?;
            // A folder that still holds something stays.
            drop(path.parent().map(fs::remove_dir));
        }
    }
    Ok(())
}

fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn shown(path: &Path) -> String {
    path.display().to_string().escape_debug().to_string()
}

fn cannot_read(path: &Path, error: std::io::Error) -> Error {
    explained(Error::usage(format!("cannot read '{}'", shown(path))), path, error)
}

fn cannot_write(path: &Path, error: std::io::Error) -> Error {
    explained(Error::unfinished(format!("cannot write '{}'", shown(path))), path, error)
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::os::unix::fs::symlink;

    use super::*;

    fn path(text: &str) -> RepoPath {
        text.parse().expect("a path")
    }

    #[test]
    #[cfg(unix)]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path();
        write(&root.join("real/file"), b"x").expect("it is written");
        symlink("/etc", root.join("way")).expect("a link");
        symlink("real/file", root.join("link")).expect("a link");
        assert_eq!(read_below(root, &path("real/file")).expect("it is read"), Some(b"x".to_vec()));
        assert_eq!(read_below(root, &path("real/none")).expect("it is read"), None);
        for (content, holds) in [("x", true), ("", false), ("y", false), ("xx", false)] {
            assert_eq!(holds_below(root, &path("real/file"), content.as_bytes()).expect("it is read"), holds);
        }
        for bad in ["way/passwd", "link", "real"] {
            assert!(read_below(root, &path(bad)).is_err(), "{bad}");
        }
        assert!(files_below(root).is_err());
        assert_eq!(files_below(&root.join("real")).expect("it is read"), ["file"]);
    }

    #[test]
    #[cfg(unix)] // Elsewhere a folder cannot be given another date.
    fn what_was_made_longest_ago_goes_first() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path();
        for (age, name) in ["a/x", "a/y", "b/x", "c/x"].into_iter().enumerate() {
            write(&root.join(name).join("file"), &[b'.'; 100]).expect("it is written");
            let made = std::time::UNIX_EPOCH + std::time::Duration::from_secs(age as u64);
            fs::File::open(root.join(name)).and_then(|folder| folder.set_modified(made)).expect("a moment");
        }
        let kept = |folders, bytes| {
            keep_newest(root, Bound { folders, bytes }).expect("it is bounded");
            files_below(root).expect("it is read")
        };
        assert_eq!(kept(4, 400).len(), 4);
        assert_eq!(kept(3, 400), ["a/y/file", "b/x/file", "c/x/file"]);
        assert_eq!(kept(3, 299), ["b/x/file", "c/x/file"]);
        assert!(!root.join("a").exists());
        assert_eq!(kept(0, 0), ["c/x/file"]);
    }

    #[test]
    fn a_file_is_no_place_for_a_folder() {
        let folder = tempfile::tempdir().expect("a directory");
        let file = folder.path().join("file");
        write(&file, b"1").expect("it is written");
        for good in [folder.path().to_owned(), folder.path().join("a/b")] {
            require_place(&good).expect("it can be made");
        }
        assert!(require_place(&file).is_err() && require_place(&file.join("a")).is_err());
    }

    #[test]
    fn a_folder_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a directory");
        let place = folder.path().join("place");
        make_folder(&place, |new| write(&new.join("a"), b"1")).expect("it is made");
        let failed = make_folder(&place, |new| {
            write(&new.join("b"), b"2")?;
            Err(Error::unfinished("no more room"))
        });
        assert!(failed.is_err());
        assert_eq!(files_below(folder.path()).expect("it is read"), ["place/a"]);
        make_folder(&place, |new| write(&new.join("b"), b"2")).expect("it is made");
        assert_eq!(files_below(folder.path()).expect("it is read"), ["place/b"]);
    }
}
