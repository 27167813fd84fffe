//! The user's worktrees, and temporary ones for commands.

use std::path::{Path, PathBuf};

use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::ports::platform;
use crate::ports::process::{GitProgram, failed};
use crate::ports::scratch::Scratch;

use super::Git;
use super::changes::changes;

/// What directories of temporary worktrees are called.
const TEMPORARY: &str = "tree";
/// Why temporary worktrees are locked; tells them from the user's own after a kill.
pub(super) const REASON: &str = "patch-pick apply";

/// A worktree with a commit checked out, for commands; it goes when it is dropped.
pub struct TemporaryWorktree<'g> {
    git: &'g Git,
    _directory: Scratch,
    path: PathBuf,
}

impl TemporaryWorktree<'_> {
    /// Returns its directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the `git` program, run in it.
    pub fn program(&self) -> GitProgram {
        GitProgram::new(&self.path.join(".git"), &self.path)
    }
}

impl Drop for TemporaryWorktree<'_> {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next run.
        drop(remove(self.git, &self.path));
    }
}

impl Git {
    /// Returns the worktree that has a branch checked out.
    ///
    /// # Errors
    /// When git cannot list them.
    pub fn worktree_with(&self, branch: &BranchName) -> Result<Option<PathBuf>> {
        let full = branch.full();
        Ok(self.worktrees()?.into_iter().find(|tree| tree.branch.as_ref() == Some(&full)).map(|tree| tree.path))
    }

    /// Checks a commit out in a directory of its own. Hooks do not run.
    ///
    /// # Errors
    /// When the directory or the worktree cannot be made.
    pub fn temporary_worktree(&self, commit: CommitId) -> Result<TemporaryWorktree<'_>> {
        let cannot = |error| Error::unfinished("cannot make a temporary directory").because(error);
        let directory = Scratch::new(TEMPORARY, &std::env::temp_dir()).map_err(cannot)?;
        let path = platform::canonical(directory.path()).map_err(cannot)?.join(TEMPORARY);
        let tree = TemporaryWorktree { git: self, _directory: directory, path };
        let mut command = self.program().command();
        command.args([
            "-c",
            &format!("core.hooksPath={}", platform::NO_FOLDER),
            "worktree",
            "add",
            "--quiet",
            "--detach",
            "--lock",
            "--reason",
            REASON,
        ]);
        command.arg(&tree.path).arg(commit.to_string());
        let finished = crate::ports::process::finish(command, None)?;
        if finished.success() { Ok(tree) } else { Err(failed("git worktree add", &finished)) }
    }

    /// Removes temporary worktrees that a killed run left. Only to be called while no other run can have any.
    ///
    /// # Errors
    /// When git cannot list them.
    pub fn remove_stale_worktrees(&self) -> Result<()> {
        for tree in self.worktrees()? {
            if Scratch::is_named_like(TEMPORARY, tree.path.parent()) && tree.locked_for.as_deref() == Some(REASON) {
                remove(self, &tree.path)?;
            }
        }
        Ok(())
    }

    fn worktrees(&self) -> Result<Vec<Listed>> {
        let finished = self.program().run(["worktree", "list", "--porcelain", "-z"])?;
        if !finished.success() {
            return Err(failed("git worktree list", &finished));
        }
        Ok(listed(&finished.stdout))
    }

    /// Returns the branch that is checked out in the worktree this repository was opened in.
    ///
    /// # Errors
    /// When git cannot tell.
    pub fn head_branch(&self) -> Result<Option<String>> {
        let finished = self.program().run(["symbolic-ref", "--quiet", "HEAD"])?;
        match finished.code {
            Some(0) => Ok(Some(String::from_utf8_lossy(&finished.stdout).trim().to_owned())),
            Some(1) => Ok(None),
            Some(_) | None => Err(failed("git symbolic-ref", &finished)),
        }
    }

    /// Says whether a file of `HEAD` may be missing in the worktree because nothing put it there: nothing was checked out
    /// (`git-clone(1)`, `--no-checkout`), or not that file (`git-sparse-checkout(1)`).
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn was_left_out(&self, path: &str) -> Result<bool> {
        if !self.repository().path().join("index").exists() {
            return Ok(true);
        }
        let finished = self.program().run(["ls-files", "-t", "-z", "--", path])?;
        if !finished.success() {
            return Err(failed("git ls-files", &finished));
        }
        Ok(finished.stdout.starts_with(b"S "))
    }

    /// Requires that the worktree holds what `commit` has: no tracked file changed, nothing staged, nothing going on.
    ///
    /// # Errors
    /// When it does not; the message names a file.
    pub fn require_clean(&self, commit: CommitId) -> Result<()> {
        let state = self.repository().state();
        if state != git2::RepositoryState::Clean {
            return Err(Error::no("an operation such as a merge or a rebase is going on in the worktree")
                .hint("finish or abort it; 'git status' tells how"));
        }
        let commit = commit.to_string();
        let staged =
            self.changed_paths(&["diff-index", "--cached", "--name-only", "-z", "--no-renames", &commit, "--"])?;
        let edited =
            self.changed_paths(&["diff", "--name-only", "-z", "--no-ext-diff", "--ignore-submodules=dirty"])?;
        let Some(path) = staged.into_iter().chain(edited).next() else { return Ok(()) };
        Err(Error::no(format!("the worktree is not clean: '{}' is changed", path.escape_debug()))
            .hint("commit or stash your changes first: git stash"))
    }

    fn changed_paths(&self, arguments: &[&str]) -> Result<Vec<String>> {
        let finished = self.program().run(arguments)?;
        if !finished.success() {
            return Err(failed(&format!("git {}", arguments[0]), &finished));
        }
        let paths = finished.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.map(|path| String::from_utf8_lossy(path).into_owned()).collect())
    }

    /// Requires that the worktree can go from one tree to another without overwriting a file that git does not track,
    /// ignored ones included.
    ///
    /// # Errors
    /// When it cannot; the message names a file.
    pub fn require_room(&self, old: TreeId, new: TreeId) -> Result<()> {
        let Some(worktree) = self.worktree() else { return Err(no_worktree()) };
        let mut objects = self.objects()?;
        for change in changes(&mut objects, old, new)?.into_iter().filter(|change| change.old.is_none()) {
            let path = &change.path;
            let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
            for end in ends.chain(std::iter::once(path.len())) {
                let part = String::from_utf8_lossy(&path[..end]).into_owned();
                let there = worktree.join(&part).symlink_metadata();
                let in_the_way = there.is_ok_and(|found| end == path.len() || !found.is_dir());
                if in_the_way && objects.at(old, &path[..end])?.is_none() {
                    return Err(Error::no(format!("'{}' is in the way: git does not track it", part.escape_debug()))
                        .hint("move it away first"));
                }
            }
        }
        Ok(())
    }
}

/// Makes the error for a repository without a worktree.
pub(super) fn no_worktree() -> Error {
    Error::usage("this repository has no worktree").hint("leave out '--here'")
}

fn remove(git: &Git, path: &Path) -> Result<()> {
    // Twice, because the worktree is locked.
    let finished = git.program().run([
        "worktree".as_ref(),
        "remove".as_ref(),
        "--force".as_ref(),
        "--force".as_ref(),
        path.as_os_str(),
    ])?;
    if finished.success() {
        return Ok(());
    }
    let unlocked = git.program().run(["worktree".as_ref(), "unlock".as_ref(), path.as_os_str()])?;
    drop(std::fs::remove_dir_all(path));
    let pruned = git.program().run(["worktree", "prune"])?;
    if pruned.success() || !unlocked.success() { Ok(()) } else { Err(failed("git worktree prune", &pruned)) }
}

#[derive(Debug, PartialEq, Eq)]
struct Listed {
    path: PathBuf,
    branch: Option<String>,
    locked_for: Option<String>,
}

fn listed(output: &[u8]) -> Vec<Listed> {
    let mut trees: Vec<Listed> = Vec::new();
    for field in output.split(|byte| *byte == 0) {
        if let Some(path) = field.strip_prefix(b"worktree ") {
            trees.push(Listed { path: platform::path_of(path), branch: None, locked_for: None });
            continue;
        }
        let text = String::from_utf8_lossy(field);
        if let Some(tree) = trees.last_mut() {
            tree.branch = text.strip_prefix("branch ").map(str::to_owned).or(tree.branch.take());
            tree.locked_for = text.strip_prefix("locked ").map(str::to_owned).or(tree.locked_for.take());
        }
    }
    trees
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worktrees_are_read_with_branch_and_lock() {
        let output = b"worktree /a b\0HEAD 11\0branch refs/heads/x\0\0worktree /c\0HEAD 22\0detached\0locked why\0\0";
        let tree = |path: &str, branch: Option<&str>, locked: Option<&str>| Listed {
            path: path.into(),
            branch: branch.map(str::to_owned),
            locked_for: locked.map(str::to_owned),
        };
        assert_eq!(listed(output), [tree("/a b", Some("refs/heads/x"), None), tree("/c", None, Some("why"))]);
    }
}
