//! Refs: read, and moved only from where they were expected.

use std::collections::BTreeSet;
use std::path::Path;

use git2::ErrorCode;

use crate::model::apply::shell_word;
use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::ports::process::{Finished, failed};

use super::Git;
use super::objects::raw_id;

/// What stands in the reflog of a branch that was moved.
const REFLOG: &str = "patch-pick apply";

impl Git {
    /// Returns what a local branch is at, or `None` when there is no such branch.
    ///
    /// # Errors
    /// When the ref cannot be read or names no commit.
    pub fn branch_tip(&self, branch: &BranchName) -> Result<Option<CommitId>> {
        self.tip_of(&branch.full())
    }

    fn tip_of(&self, name: &str) -> Result<Option<CommitId>> {
        let cannot = |error: git2::Error| Error::unfinished(format!("cannot read '{name}'")).because(error);
        match self.repository().find_reference(name) {
            Ok(reference) => {
                let commit = reference.peel_to_commit().map_err(cannot)?;
                Ok(Some(CommitId::from_bytes(raw_id(commit.id()))))
            }
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(cannot(error)),
        }
    }

    /// Returns the names of the files of a folder in the newest commits of all branches, those of remotes as they were last fetched,
    /// sorted. Names that are not UTF-8 are left out.
    ///
    /// # Errors
    /// When the branches cannot be listed.
    pub fn names_in_branches(&self, folder: &str) -> Result<BTreeSet<String>> {
        let cannot = |error: git2::Error| Error::unfinished("cannot list the branches").because(error);
        let mut names = BTreeSet::new();
        for branch in self.repository().branches(None).map_err(cannot)? {
            let (branch, _) = branch.map_err(cannot)?;
            let tree = branch.get().peel_to_tree().ok();
            let entry = tree.and_then(|tree| tree.get_path(Path::new(folder)).ok());
            let below = entry.and_then(|entry| entry.to_object(self.repository()).ok()?.into_tree().ok());
            let own = below.iter().flat_map(git2::Tree::iter).filter_map(|entry| entry.name().ok().map(str::to_owned));
            names.extend(own.collect::<Vec<_>>());
        }
        Ok(names)
    }

    /// Returns the tips of a branch here and as each remote had it when it was last fetched.
    ///
    /// # Errors
    /// As [`Self::branch_tip`].
    pub fn all_tips(&self, branch: &BranchName) -> Result<Vec<CommitId>> {
        let remotes =
            self.repository().remotes().map_err(|error| Error::unfinished("cannot list remotes").because(error))?;
        let names = remotes
            .iter()
            .filter_map(|name| name.ok().flatten())
            .map(|remote| format!("refs/remotes/{remote}/{branch}"));
        let names: Vec<String> = std::iter::once(branch.full()).chain(names).collect();
        let mut tips = Vec::new();
        for name in names {
            tips.extend(self.tip_of(&name)?);
        }
        Ok(tips)
    }

    /// Moves a local branch to `new`, or creates it; refused by git when it is not at `old` at that moment.
    ///
    /// # Errors
    /// When the branch moved meanwhile, a hook refuses, or the ref cannot be written; it is then as it was.
    pub fn move_branch(&self, branch: &BranchName, old: Option<CommitId>, new: CommitId) -> Result<()> {
        let order = match old {
            Some(old) => format!("update {} {new} {old}\n", branch.full()),
            None => format!("create {} {new}\n", branch.full()),
        };
        let finished = self.program().run_with_input(["update-ref", "-m", REFLOG, "--stdin"], order.into_bytes())?;
        if finished.success() {
            return Ok(());
        }
        if self.branch_tip(branch)? != old {
            return Err(Error::no(format!("the repository moved: '{branch}' was changed at this moment"))
                .because(finished.stderr.trim().to_owned())
                .hint("run the same command again"));
        }
        Err(self.not_updated(&branch.full(), &finished))
    }

    /// Makes the error for a ref that `git update-ref` left as it was. Git holds the lock of a ref while it changes it
    /// (`lockfile.h` of git); one that stays was left by a git that was killed, unless another one is at work.
    pub(super) fn not_updated(&self, name: &str, finished: &Finished) -> Error {
        let lock = self.common_directory().join(format!("{name}.lock"));
        let said = failed("git update-ref", finished);
        if !lock.exists() {
            return match self.ref_in_the_way(name) {
                None => said,
                Some(other) => Error::no(format!("'{other}' is in the way of '{name}'")).because(said).hint(format!(
                    "look at it with 'git for-each-ref'; if nobody needs it: git update-ref --no-deref -d '{other}'"
                )),
            };
        }
        let lock = lock.to_string_lossy();
        Error::unfinished(format!(
            "'{name}' is locked: another git changes it now, or one was killed and left '{lock}'"
        ))
        .because(said)
        .hint(format!(
            "when no other git runs in this repository: rm {}; then run the same command again",
            shell_word(&lock)
        ))
    }

    /// Returns a ref that keeps git from making one of this name: one whose name goes on behind this one, or ends before it
    /// does, for no path is both a file and a folder.
    fn ref_in_the_way(&self, name: &str) -> Option<String> {
        let mut above = name.match_indices('/').skip(2).map(|(at, _)| &name[..at]);
        above.find(|name| self.repository().find_reference(name).is_ok()).map(str::to_owned).or_else(|| {
            let mut below = self.repository().references_glob(&format!("{name}/*")).ok()?;
            below.names().find_map(|name| name.ok().map(str::to_owned))
        })
    }

    /// Says whether all of `commits` can be reached from one of `tips`, or are one of them.
    ///
    /// # Errors
    /// When history is missing.
    pub fn all_reachable(&self, commits: &[CommitId], tips: &[CommitId]) -> Result<bool> {
        if commits.is_empty() {
            return Ok(true);
        }
        let wanted = commits.iter().map(|commit| format!("{commit}\n"));
        let excluded = tips.iter().map(|tip| format!("^{tip}\n"));
        let asked: String = wanted.chain(excluded).collect();
        let finished = self.program().run_with_input(["rev-list", "--max-count=1", "--stdin"], asked.into_bytes())?;
        if !finished.success() {
            return Err(failed("git rev-list", &finished)
                .hint("in a shallow clone run 'git fetch --unshallow'; otherwise fetch the missing commits"));
        }
        Ok(finished.stdout.is_empty())
    }
}
