//! Whether a place on disk is one that others may get to see.

use std::path::{Path, PathBuf};

use super::git::Git;

/// Says whether a file or a folder, which need not be there yet, is in a worktree of the repository: it is soon committed there.
pub fn is_within_a_worktree(git: &Git, place: &Path) -> bool {
    let place = resolved(place);
    git.all_worktrees().iter().any(|root| place.starts_with(resolved(root)))
}

/// Returns the whole path of a place, links followed as far as it is there.
fn resolved(place: &Path) -> PathBuf {
    let whole = std::path::absolute(place).unwrap_or_else(|_| place.to_owned());
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
