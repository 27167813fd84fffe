//! A place for objects that only a forecast needs: beside the repository, gone when the forecast is.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::model::error::{Error, Result};
use crate::ports::scratch::Scratch;
use crate::ports::trouble::cannot_keep;

/// A temporary object directory that borrows the repository's objects.
pub struct Quarantine {
    directory: Scratch,
    objects: PathBuf,
}

impl Quarantine {
    /// Makes one for the repository whose own objects are in `objects`.
    ///
    /// # Errors
    /// When the temporary directory cannot be made.
    pub fn new(objects: &Path) -> Result<Self> {
        let cannot = |error| cannot_keep("a temporary object directory", error);
        let directory = temporary().map_err(cannot)?;
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).external_template(false);
        git2::Repository::init_opts(directory.path(), &options)
            .map_err(|error| Error::unfinished("cannot make a temporary object directory").because(error))?;
        let alternates = directory.path().join("objects/info/alternates");
        std::fs::write(alternates, format!("{}\n", objects.display())).map_err(cannot)?;
        Ok(Self { directory, objects: objects.to_owned() })
    }

    /// Opens a repository that reads from both and writes into the quarantine only; it has no refs.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(&self) -> Result<git2::Repository> {
        git2::Repository::open_bare(self.directory.path())
            .map_err(|error| Error::unfinished("cannot open the temporary object directory").because(error))
    }

    /// Returns the bare repository that the quarantine is.
    pub fn git_directory(&self) -> &Path {
        self.directory.path()
    }

    /// Returns the directory that new objects go to.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("objects")
    }

    /// Makes a git command write into the quarantine and read from both.
    pub fn direct(&self, command: &mut Command) {
        command.env("GIT_OBJECT_DIRECTORY", self.path()).env("GIT_ALTERNATE_OBJECT_DIRECTORIES", quoted(&self.objects));
    }
}

/// Makes the directory in memory where the system offers that and the user chose no place for temporary files: git
/// writes every result of a merge as a file of its own, which a disk makes costly.
fn temporary() -> std::io::Result<Scratch> {
    let (usual, memory) = (std::env::temp_dir(), Path::new("/dev/shm"));
    if usual == Path::new("/tmp")
        && memory.is_dir()
        && let Ok(directory) = Scratch::new("objects", memory)
    {
        return Ok(directory);
    }
    Scratch::new("objects", &usual)
}

/// A path that holds the list separator or a quote is written as a C string (`git(1)`, `GIT_ALTERNATE_OBJECT_DIRECTORIES`).
fn quoted(path: &Path) -> std::ffi::OsString {
    let text = path.to_string_lossy();
    if text.contains([':', ';', '"']) {
        return format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")).into();
    }
    path.into()
}
