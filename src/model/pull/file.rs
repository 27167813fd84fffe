//! The files that a pull request changes.

use crate::model::known::{Known, Missing};

/// The most files that GitHub lists ("List pull requests files" in its documentation).
pub const MOST_FILES: u64 = 3000;

/// A file that a pull request changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFile {
    /// Its path: text from a stranger, which is not checked.
    pub path: String,
    /// Its path before, where it was renamed or copied.
    pub previous: Option<String>,
    /// What happened to it.
    pub status: FileStatus,
    /// The number of lines that were added.
    pub additions: u64,
    /// The number of lines that were removed.
    pub deletions: u64,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileStatus {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its content or mode changed.
    Modified,
    /// It has another path.
    Renamed,
    /// It was made from another file.
    Copied,
}

impl FileStatus {
    /// Reads the word that GitHub uses. `changed` and `unchanged` are said of modes, and a word that is not known is a
    /// change.
    pub fn of(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "added" => Self::Added,
            "removed" | "deleted" => Self::Removed,
            "renamed" => Self::Renamed,
            "copied" => Self::Copied,
            _ => Self::Modified,
        }
    }
}

/// Takes a list of files for known only if it holds as many as the pull request says that there are, and no more than
/// GitHub lists.
pub fn complete_files(files: Vec<ChangedFile>, said: u64) -> Known<Vec<ChangedFile>> {
    let got = files.len() as u64;
    if got < said || got > MOST_FILES {
        return Known::Unknown(Missing::Incomplete { got, of: said.max(got) });
    }
    Known::Known(files)
}
