//! Where a branch left main, and what it has on its own since, though main may have merged it.

use std::collections::HashSet;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;

use super::Git;
use super::history::cannot_walk;
use super::objects::{cannot_read, oid, raw_id};

impl Git {
    /// Returns where a branch left main: the newest commit of main's own history, from first parent to first parent, that is in the
    /// history of `tip`. What main got by merging the branch is not of that history, so the branch still left it where it did before.
    ///
    /// # Errors
    /// When history is missing, or none of main's own is in that of `tip`; in a shallow clone the error says how to deepen it.
    pub fn left_at(&self, main: CommitId, tip: CommitId) -> Result<CommitId> {
        let only: HashSet<git2::Oid> = self.walked(&[tip], main)?.into_iter().collect();
        let mut id = oid(main.as_bytes());
        while only.contains(&id) {
            let commit = self.repository().find_commit(id).map_err(|error| cannot_read(id, &error))?;
            match commit.parent_ids().next() {
                Some(parent) => id = parent,
                // The history begins in two places.
                None => return self.merge_base(main, tip),
            }
        }
        Ok(CommitId::from_bytes(raw_id(id)))
    }

    /// Returns the commits that a branch has on its own behind a commit: those that are not in main, or came there only by merging the
    /// branch. Parents come before children.
    ///
    /// # Errors
    /// As [`Self::left_at`] and [`Self::commits_between`].
    pub fn commits_beside(&self, main: CommitId, from: Option<CommitId>, tip: CommitId) -> Result<Vec<Commit>> {
        let left = self.left_at(main, tip)?;
        let mut own = self.commits_between(&from.into_iter().chain([left]).collect::<Vec<_>>(), tip, None)?;
        let of_main = self.main_beside(main, left, tip)?;
        own.retain(|commit| !of_main.contains(&commit.id));
        Ok(own)
    }

    /// Returns what main has behind the commit where a branch left it, without what came there only by merging the branch: by a merge of a commit
    /// of the branch's own history, from first parent to first parent. What both merged, as a fix that began on a branch of its own, main has anyway.
    ///
    /// # Errors
    /// When history is missing.
    pub fn main_beside(&self, main: CommitId, left: CommitId, tip: CommitId) -> Result<HashSet<CommitId>> {
        let of_branch = || -> std::result::Result<HashSet<CommitId>, git2::Error> {
            let mut walk = self.repository().revwalk()?;
            walk.simplify_first_parent()?;
            walk.push(oid(tip.as_bytes()))?;
            walk.hide(oid(left.as_bytes()))?;
            walk.map(|id| Ok(CommitId::from_bytes(raw_id(id?)))).collect()
        };
        let of_branch = of_branch().map_err(|error| cannot_walk(tip, &error))?;
        let mut found = HashSet::from([main]);
        let behind = self.outlined_between(&[left], main, |_, _| false)?;
        for one in behind.iter().rev() {
            match of_branch.contains(&one.id) {
                true => _ = found.remove(&one.id),
                false if found.contains(&one.id) => found.extend(&one.parents),
                false => {}
            }
        }
        Ok(found)
    }
}

/// A branch's own history, from first parent to first parent, read from the newest commit on only as far as questions ask.
pub struct FirstParents<'g> {
    tip: CommitId,
    walk: git2::Revwalk<'g>,
    seen: HashSet<CommitId>,
}

impl<'g> FirstParents<'g> {
    /// The history of a commit.
    ///
    /// # Errors
    /// When the commit is missing.
    pub fn of(git: &'g Git, tip: CommitId) -> Result<Self> {
        let start = || {
            let mut walk = git.repository().revwalk()?;
            walk.simplify_first_parent()?;
            walk.push(oid(tip.as_bytes()))?;
            Ok(walk)
        };
        Ok(Self { tip, walk: start().map_err(|error| cannot_walk(tip, &error))?, seen: HashSet::new() })
    }

    /// Returns the newest commit.
    pub const fn tip(&self) -> CommitId {
        self.tip
    }

    /// Says whether a commit is part of the history.
    ///
    /// # Errors
    /// When history is missing.
    pub fn contains(&mut self, id: CommitId) -> Result<bool> {
        while !self.seen.contains(&id) {
            let Some(next) = self.walk.next() else { return Ok(false) };
            let next = next.map_err(|error| cannot_walk(self.tip, &error))?;
            self.seen.insert(CommitId::from_bytes(raw_id(next)));
        }
        Ok(true)
    }
}
