//! Stretches of history of which most commits are looked at no further than a glance.

use std::collections::HashSet;

use git2::{ObjectType, Oid};

use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::outline::Outline;

use super::Git;
use super::blame::cut_off;
use super::history::ends_at;
use super::objects::{cannot_read, oid, raw_id};

/// A commit of a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlined {
    /// Its name.
    pub id: CommitId,
    /// Its tree.
    pub tree: TreeId,
    /// Its parents, first parent first.
    pub parents: Vec<CommitId>,
    /// Whether it is among those that were asked for.
    pub wanted: bool,
}

/// What is asked of a commit to compare its tree with that of its first parent.
pub trait Compared: Sync {
    /// Returns its name.
    fn id(&self) -> CommitId;
    /// Returns its tree.
    fn tree(&self) -> TreeId;
    /// Returns its first parent.
    fn parent(&self) -> Option<CommitId>;
}

impl<C: Compared> Compared for &C {
    fn id(&self) -> CommitId {
        C::id(self)
    }

    fn tree(&self) -> TreeId {
        C::tree(self)
    }

    fn parent(&self) -> Option<CommitId> {
        C::parent(self)
    }
}

impl Compared for Commit {
    fn id(&self) -> CommitId {
        self.id
    }

    fn tree(&self) -> TreeId {
        self.tree
    }

    fn parent(&self) -> Option<CommitId> {
        self.parents.first().copied()
    }
}

impl Compared for Outlined {
    fn id(&self) -> CommitId {
        self.id
    }

    fn tree(&self) -> TreeId {
        self.tree
    }

    fn parent(&self) -> Option<CommitId> {
        self.parents.first().copied()
    }
}

impl Outlined {
    /// Takes what is asked of a commit to compare it with its first parent.
    pub(super) fn of(one: &impl Compared) -> Self {
        Self { id: one.id(), tree: one.tree(), parents: one.parent().into_iter().collect(), wanted: false }
    }
}

impl Git {
    /// Returns the commits that [`Self::commits_between`] does, in the same order, without what they say.
    ///
    /// `wanted` chooses among them. It is not told of a commit in a form that git does not write, nor of any where history is cut off
    /// or grafted: there a commit is something else than its object says.
    ///
    /// # Errors
    /// As [`Self::commits_between`].
    pub fn outlined_between(
        &self,
        hidden: &[CommitId],
        tip: CommitId,
        wanted: impl Fn(CommitId, Option<&Outline<'_>>) -> bool,
    ) -> Result<Vec<Outlined>> {
        let ids = self.walked(hidden, tip)?;
        let ends = if self.is_shallow() { cut_off(self) } else { HashSet::new() };
        let mut found = Vec::with_capacity(ids.len());
        let plain = self.is_plain();
        for name in ids {
            let id = CommitId::from_bytes(raw_id(name));
            if ends.contains(&id) {
                return Err(ends_at(tip, name));
            }
            found.push(self.outlined(name, plain, &wanted)?);
        }
        Ok(found)
    }

    fn outlined(
        &self,
        name: Oid,
        plain: bool,
        wanted: &impl Fn(CommitId, Option<&Outline<'_>>) -> bool,
    ) -> Result<Outlined> {
        let id = CommitId::from_bytes(raw_id(name));
        let told = self.outline(id, plain, |outline| {
            let wanted = wanted(id, outline);
            outline.map(|outline| Outlined { id, tree: outline.tree, parents: outline.parents.clone(), wanted })
        })?;
        if let Some(told) = told {
            return Ok(told);
        }
        let commit = self.commit(id)?;
        Ok(Outlined { id, tree: commit.tree, parents: commit.parents, wanted: wanted(id, None) })
    }

    /// Asks something about the outlines of commits, which is not told of unusual ones.
    ///
    /// # Errors
    /// When a commit is missing.
    pub fn glance<T>(
        &self,
        ids: impl IntoIterator<Item = CommitId>,
        question: impl Fn(CommitId, Option<&Outline<'_>>) -> T,
    ) -> Result<Vec<T>> {
        let plain = self.is_plain();
        ids.into_iter().map(|id| self.outline(id, plain, |outline| question(id, outline))).collect()
    }

    /// Reads of a commit what a walk needs: its outline, when it was made, in seconds since 1970-01-01 UTC, and what a question is answered
    /// with that is told its message, as it stands in the object, and the outline of it, unless it is an unusual one. `plain` is what
    /// [`Self::is_plain`] says.
    ///
    /// # Errors
    /// When it is missing or malformed.
    pub fn passed<T>(
        &self,
        id: CommitId,
        plain: bool,
        question: impl Fn(&[u8], Option<&Outline<'_>>) -> T,
    ) -> Result<(Outlined, i64, T)> {
        let told = self.outline(id, plain, |outline| {
            let outline = outline?;
            let outlined = Outlined { id, tree: outline.tree, parents: outline.parents.clone(), wanted: false };
            Some((outlined, outline.committed, question(outline.message, Some(outline))))
        })?;
        if let Some(told) = told {
            return Ok(told);
        }
        let name = oid(id.as_bytes());
        let commit = self.repository().find_commit(name).map_err(|error| cannot_read(name, &error))?;
        let parents = commit.parent_ids().map(|parent| CommitId::from_bytes(raw_id(parent))).collect();
        let outlined = Outlined { id, tree: TreeId::from_bytes(raw_id(commit.tree_id())), parents, wanted: false };
        Ok((outlined, commit.time().seconds(), question(commit.message_raw_bytes(), None)))
    }

    fn outline<T>(&self, id: CommitId, plain: bool, question: impl FnOnce(Option<&Outline<'_>>) -> T) -> Result<T> {
        let name = oid(id.as_bytes());
        let odb = self.repository().odb();
        let odb = odb.map_err(|error| Error::unfinished("cannot open the object database").because(error))?;
        let object = odb.read(name).map_err(|error| cannot_read(name, &error))?;
        let is_commit = plain && object.kind() == ObjectType::Commit;
        Ok(question(is_commit.then(|| Outline::read(object.data())).flatten().as_ref()))
    }

    /// Says whether commits have the parents that their objects say.
    pub fn is_plain(&self) -> bool {
        !self.is_shallow() && !self.common_directory().join("info").join("grafts").exists()
    }
}
