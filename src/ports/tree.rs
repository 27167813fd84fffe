//! The files of the worktree or of a commit, as a reader of versions asks for them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::edit::Files;
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::ports::folder;
use crate::ports::git::{Git, Objects, changes, empty_tree};
use crate::ports::process::failed;

/// What has been read, so that a file is read once and every look at it sees the same.
type Read = RefCell<HashMap<RepoPath, Option<Rc<Vec<u8>>>>>;

/// The files of the user's worktree.
pub struct WorktreeFiles<'g> {
    git: &'g Git,
    read: Read,
}

impl<'g> WorktreeFiles<'g> {
    /// Reads from the worktree of a repository.
    pub fn of(git: &'g Git) -> Self {
        Self { git, read: RefCell::default() }
    }
}

impl Files for WorktreeFiles<'_> {
    fn read(&self, path: &RepoPath) -> Result<Option<Rc<Vec<u8>>>> {
        if let Some(known) = self.read.borrow().get(path) {
            return Ok(known.clone());
        }
        let root = self.git.worktree().ok_or_else(|| {
            Error::usage("this repository has no worktree").hint("run this in a clone with checked-out files")
        })?;
        let found: Option<Rc<Vec<u8>>> = folder::read_below(root, path)?.map(Rc::new);
        self.read.borrow_mut().insert(path.clone(), found.clone());
        Ok(found)
    }

    fn paths(&self) -> Result<Vec<RepoPath>> {
        let finished = self.git.program().run(["ls-files", "-z"])?;
        if !finished.success() {
            return Err(failed("git ls-files", &finished));
        }
        // A path that cannot be written down in patch.toml holds no version of ours.
        let path = |path: &[u8]| std::str::from_utf8(path).ok()?.parse().ok();
        Ok(finished.stdout.split(|byte| *byte == 0).filter_map(path).collect())
    }
}

/// The files of a commit.
pub struct CommitFiles {
    objects: RefCell<Objects>,
    tree: TreeId,
}

impl CommitFiles {
    /// Reads from a commit.
    ///
    /// # Errors
    /// When the commit is missing.
    pub fn of(git: &Git, commit: CommitId) -> Result<Self> {
        Ok(Self { objects: RefCell::new(git.objects()?), tree: git.tree_of(commit)? })
    }
}

impl Files for CommitFiles {
    fn read(&self, path: &RepoPath) -> Result<Option<Rc<Vec<u8>>>> {
        let mut objects = self.objects.borrow_mut();
        match objects.at(self.tree, path.as_str().as_bytes())?.filter(|entry| entry.mode.is_file()) {
            Some(entry) => objects.blob(BlobId::from_bytes(entry.id)).map(|bytes| Some(Rc::new(bytes))),
            None => Ok(None),
        }
    }

    fn paths(&self) -> Result<Vec<RepoPath>> {
        let all = changes(&mut self.objects.borrow_mut(), empty_tree(), self.tree)?;
        Ok(all.into_iter().filter_map(|change| std::str::from_utf8(&change.path).ok()?.parse().ok()).collect())
    }
}
