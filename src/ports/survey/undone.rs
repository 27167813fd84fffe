//! What commits that say that they take others back really undo.

use std::collections::{HashMap, HashSet};

use crate::model::commit::{Commit, CommitId};
use crate::model::config::Config;
use crate::model::error::Result;
use crate::model::notes::claim::have_changes_in_common;
use crate::model::notes::reverts::Claim;
use crate::model::notes::reverts::parts::is_together;
use crate::model::patch::FilePatch;
use crate::ports::git::Git;

/// What the commits of claims change, relative to their first parents.
pub struct Undone {
    /// The patches of what may have been taken back.
    changed: HashMap<CommitId, Vec<FilePatch>>,
    /// What would take back what says that it takes something back.
    undone: HashMap<CommitId, Vec<FilePatch>>,
}

impl Undone {
    /// Reads it; `commits` has all commits of the claims.
    ///
    /// # Errors
    /// When git fails, for example because an object is missing.
    pub fn by(git: &Git, commits: &[Commit], claims: &[Claim]) -> Result<Self> {
        Self::as_far_as(git, commits, claims, <[FilePatch]>::to_vec)
    }

    /// As [`Self::by`], and only what they change of the product: of one that changes nothing of it, everything.
    ///
    /// # Errors
    /// When git fails, for example because an object is missing.
    pub fn of_product(git: &Git, config: &Config, commits: &[Commit], claims: &[Claim]) -> Result<Self> {
        Self::as_far_as(git, commits, claims, |patches| config.product_of(patches, FilePatch::path))
    }

    fn as_far_as(
        git: &Git,
        commits: &[Commit],
        claims: &[Claim],
        counted: impl Fn(&[FilePatch]) -> Vec<FilePatch>,
    ) -> Result<Self> {
        let meant: HashSet<CommitId> = claims.iter().flat_map(|claim| claim.of.iter().copied()).collect();
        let claiming: HashSet<CommitId> = claims.iter().map(|claim| claim.by).collect();
        let those =
            |ids: &HashSet<CommitId>| commits.iter().filter(|commit| ids.contains(&commit.id)).collect::<Vec<_>>();
        let counted = |of: HashMap<CommitId, Vec<FilePatch>>| {
            of.into_iter().map(|(id, patches)| (id, counted(&patches))).collect::<HashMap<_, _>>()
        };
        let (changed, undone) = (git.patches(&those(&meant))?, git.inverse_patches(&those(&claiming))?);
        Ok(Self { changed: counted(changed), undone: counted(undone) })
    }

    /// Says whether a commit changes exactly the inverse of what another one changes, or several together, the newest first.
    pub fn is_whole(&self, by: CommitId, of: &[CommitId]) -> bool {
        let undone = self.undone_by(by);
        match of {
            [one] => !undone.is_empty() && undone == self.changed_by(*one),
            all => {
                let together: Vec<FilePatch> = all.iter().rev().flat_map(|of| self.changed_by(*of)).cloned().collect();
                all.iter().all(|of| !self.changed_by(*of).is_empty()) && is_together(&together, undone)
            }
        }
    }

    /// Returns what a commit undoes, as a patch that changes it.
    pub fn undone_by(&self, by: CommitId) -> &[FilePatch] {
        self.undone.get(&by).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns what a commit that may have been taken back changes.
    pub fn changed_by(&self, of: CommitId) -> &[FilePatch] {
        self.changed.get(&of).map(Vec::as_slice).unwrap_or_default()
    }

    /// Says whether a commit undoes at least a part of what another one changes.
    pub fn is_of_a_part(&self, by: CommitId, of: CommitId) -> bool {
        let (undone, changed) = (self.undone.get(&by), self.changed.get(&of));
        undone.zip(changed).is_some_and(|(undone, changed)| have_changes_in_common(undone, changed))
    }
}
