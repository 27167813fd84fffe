//! Whether a folder is one that others may get to see.

use std::path::{Path, PathBuf};

use crate::ports::git::Git;

/// Says whether a folder, which need not be there yet, is in a worktree of the repository.
pub(super) fn is_within_a_worktree(git: &Git, folder: &Path) -> bool {
    let place = resolved(folder);
    git.all_worktrees().iter().any(|root| place.starts_with(resolved(root)))
}

/// Returns the whole path of a folder, links followed as far as it is there.
fn resolved(folder: &Path) -> PathBuf {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut missing = Vec::new();
    let mut there = whole.as_path();
    loop {
        if let Ok(found) = there.canonicalize() {
            return missing.iter().rev().fold(found, |path: PathBuf, part| path.join(part));
        }
        let (Some(parent), Some(name)) = (there.parent(), there.file_name()) else { return whole };
        missing.push(name.to_owned());
        there = parent;
    }
}
