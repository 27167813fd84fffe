//! Whether a place on disk is one that others may get to see.

use std::path::{Path, PathBuf};

use super::git::Git;

/// Says whether a file or a folder, which need not be there yet, is in a worktree of this repository or of another one, such as that of
/// a website: it is soon committed there.
pub fn is_within_a_worktree(git: &Git, place: &Path) -> bool {
    let place = resolved(place);
    let is_below = |root: &PathBuf| place.starts_with(resolved(root));
    git.all_worktrees().here.iter().any(is_below) || place.ancestors().any(|above| above.join(".git").exists())
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
