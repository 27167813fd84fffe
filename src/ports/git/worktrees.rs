//! The worktrees of a clone, read where git keeps them (`gitrepository-layout(5)`, `worktrees`): their names are bytes, and git leaves no
//! word of one that is locked and away.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use git2::Repository;

use super::worktree::REASON;
use super::{Git, worktree_of};
use crate::ports::platform;

/// The worktrees of a clone.
#[derive(Debug, Default)]
pub struct Worktrees {
    /// The directories with checked-out files: its own first, then those that `git worktree` made. One whose directory is gone is left
    /// out, as git does.
    pub here: Vec<PathBuf>,
    /// Whether there is another one whose files cannot be looked at now: a locked one whose directory is not here, as on a disk that is
    /// away, or one in a folder that may not be searched.
    pub is_one_away: bool,
}

/// Where a worktree is.
enum Place {
    Here,
    Gone,
    Away,
}

impl Git {
    /// Returns the worktrees of this clone.
    pub fn all_worktrees(&self) -> Worktrees {
        let mut found = Worktrees::default();
        found.here.extend(self.worktree().map(Path::to_owned));
        let main = Repository::open(self.repository().commondir()).ok();
        found.here.extend(main.as_ref().and_then(worktree_of).map(Path::to_owned));
        match std::fs::read_dir(self.repository().commondir().join("worktrees")) {
            Ok(entries) => entries.for_each(|entry| match entry {
                Ok(entry) => found.take(&entry.path()),
                Err(_) => found.is_one_away = true,
            }),
            Err(error) => found.is_one_away = error.kind() != ErrorKind::NotFound,
        }
        let mut seen = HashSet::new();
        found.here.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
        found
    }
}

impl Worktrees {
    /// Takes the worktree that git keeps a folder about.
    fn take(&mut self, kept: &Path) {
        let named = match std::fs::read(kept.join("gitdir")) {
            Ok(named) => named,
            // Git knows nothing of it either.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return,
            Err(_) => {
                self.is_one_away = true;
                return;
            }
        };
        let named = platform::path_of(named.trim_ascii_end());
        // The path may be relative to the folder (`git-config(1)`, `worktree.useRelativePaths`).
        let Some(path) = kept.join(named).parent().map(Path::to_owned) else { return };
        match place(&path, kept) {
            Place::Here => self.here.push(path),
            Place::Gone => {}
            Place::Away => self.is_one_away = true,
        }
    }
}

fn place(path: &Path, kept: &Path) -> Place {
    match path.join(".git").symlink_metadata() {
        Ok(_) => Place::Here,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            // What a killed run of ours left has nothing of its own.
            let locked = std::fs::read_to_string(kept.join("locked"));
            let is_locked = locked.map_or_else(|error| error.kind() != ErrorKind::NotFound, |why| why.trim() != REASON);
            match (is_locked, path.is_dir()) {
                (true, _) => Place::Away,
                (false, true) => Place::Here,
                (false, false) => Place::Gone,
            }
        }
        Err(_) => Place::Away,
    }
}
