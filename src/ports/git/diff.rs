//! Unified diffs of contents that are in memory.

use std::path::Path;

use git2::{DiffOptions, Patch};

use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;

/// Returns the change of one file as a unified diff with three lines of context; empty where nothing changes.
///
/// # Errors
/// When libgit2 cannot compare the contents.
pub fn unified(path: &RepoPath, old: &[u8], new: &[u8]) -> Result<String> {
    let path = Path::new(path.as_str());
    let mut options = DiffOptions::new();
    options.force_text(true);
    let text = Patch::from_buffers(old, Some(path), new, Some(path), Some(&mut options))
        .and_then(|mut patch| Ok(patch.to_buf()?.to_vec()))
        .map_err(|error| {
            Error::unfinished(format!("cannot show what changes in '{}'", path.display())).because(error)
        })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
