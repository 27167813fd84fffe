//! The sources of advisories in a folder. Errors name none of them: their file names are what is guarded.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::model::advisory::Advisory;
use crate::model::advisory::called::{BEGINNING_BYTES, Called, begins_as_source};
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::ports::{files, folder};

/// Whether a configuration or a person names a folder. In one that nobody names, a source is what begins as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Yes,
    No,
}

/// Reads sources, each text once.
#[derive(Default)]
pub(super) struct Sources {
    known: HashSet<Vec<u8>>,
}

impl Sources {
    /// Says whether any was read.
    pub(super) fn are_there(&self) -> bool {
        !self.known.is_empty()
    }

    /// Reads those of a folder on disk that were not read before. `shown`: what messages call it, with a quote within.
    ///
    /// # Errors
    /// When one cannot be read or is no advisory, or something in the folder is neither file nor folder.
    pub(super) fn in_folder(&mut self, place: &Path, shown: &str, named: Named) -> Result<Vec<Advisory>> {
        let files = folder::files_below(place).map_err(|_| not_plain(shown))?;
        let mut texts = Vec::new();
        // What another run writes there at this moment, or left when it was killed, is no source yet.
        for file in files.iter().filter(|file| !files::is_beside(file)) {
            let (called, path) = (Called::of(file), place.join(file));
            let text = match called {
                Called::Source => files::read_text(&path).map(String::into_bytes),
                Called::Otherwise => files::read_first(&path, BEGINNING_BYTES),
            };
            texts.push((called, text.map_err(|_| broken(shown))?));
        }
        self.of(texts, shown, named)
    }

    /// The same of the texts of files; of those that are not called as sources, the beginning is enough.
    ///
    /// # Errors
    /// When one is no advisory, or begins as one and is not called so.
    pub(super) fn of(&mut self, texts: Vec<(Called, Vec<u8>)>, shown: &str, named: Named) -> Result<Vec<Advisory>> {
        let (mut found, mut is_one_there, mut is_one_stray) = (Vec::new(), named == Named::Yes, false);
        for (called, text) in texts {
            match called {
                Called::Otherwise => is_one_stray = is_one_stray || begins_as_source(&text),
                Called::Source if named == Named::No && !begins_as_source(&text) => {}
                Called::Source => {
                    is_one_there = true;
                    if !self.known.contains(&text) {
                        let read = std::str::from_utf8(&text).ok().and_then(|text| Advisory::parse(text).ok());
                        found.push(read.ok_or_else(|| broken(shown))?);
                        self.known.insert(text);
                    }
                }
            }
        }
        match is_one_there && is_one_stray {
            true => Err(stray(shown)),
            false => Ok(found),
        }
    }
}

pub(super) fn not_plain(shown: &str) -> Error {
    Error::usage(format!("not everything in '{shown} can be read, so that nothing can be guarded")).hint(
        "it has plain files and folders only, with names in UTF-8: see which others, where nobody else reads along",
    )
}

fn broken(shown: &str) -> Error {
    Error::usage(format!("one of the advisories in '{shown} cannot be read, so that nothing can be guarded"))
        .hint("see which, where nobody else reads along: patch-advisory check")
}

fn stray(shown: &str) -> Error {
    Error::usage(format!(
        "a file in '{shown} begins as an advisory does and is not called as one, so that nothing can be guarded"
    ))
    .hint("see which, where nobody else reads along: patch-advisory check; call it after its advisory, or move it away")
}

/// Finds a folder of a worktree; `None`: there is none. Links are followed, for a folder may be kept elsewhere.
///
/// # Errors
/// When a link leads nowhere, or what is on the way cannot be looked into: then nobody knows what is there.
pub(super) fn at(root: &Path, folder: &RepoPath) -> Result<Option<PathBuf>> {
    let mut place = root.to_owned();
    for part in folder.as_str().split('/') {
        place.push(part);
        match place.symlink_metadata() {
            // A folder that lacks a part is a folder nobody has made.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
            Err(_) => return Err(unreachable(folder)),
            Ok(found) if found.is_symlink() && place.metadata().is_err() => return Err(unreachable(folder)),
            Ok(_) => {}
        }
    }
    match place.is_dir() {
        true => Ok(Some(place)),
        false => Ok(None),
    }
}

fn unreachable(folder: &RepoPath) -> Error {
    Error::undecided(format!("'{folder}' of a worktree cannot be looked into, so that nothing can be guarded"))
        .hint("a link leads to what is not here, or a folder may not be searched: bring it back, or remove the link")
}
