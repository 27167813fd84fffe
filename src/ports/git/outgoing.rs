//! What a push takes along.

use crate::model::commit::{CommitId, ObjectId};
use crate::model::error::{Error, Result};

use super::Git;
use super::objects::{oid, raw_id};

impl Git {
    /// Returns the commit that an object is or, as a tag, leads to; `None` where it is another thing, or not here.
    pub fn peeled(&self, object: ObjectId) -> Option<CommitId> {
        let object = self.repository().find_object(oid(object.as_bytes()), None).ok()?;
        Some(CommitId::from_bytes(raw_id(object.peel_to_commit().ok()?.id())))
    }

    /// Returns where the branches of a remote were when it was last asked. Of an address there is nothing known.
    pub fn remote_tips(&self, remote: &str) -> Vec<CommitId> {
        if !self.has_remote(remote) {
            return Vec::new();
        }
        let Ok(refs) = self.repository().references_glob(&format!("refs/remotes/{remote}/*")) else {
            return Vec::new();
        };
        let commit = |found: git2::Reference<'_>| Some(raw_id(found.peel_to_commit().ok()?.id()));
        refs.filter_map(|found| commit(found.ok()?)).map(CommitId::from_bytes).collect()
    }

    /// Returns the commits that `tips` have and `hidden` lack, the newest first.
    ///
    /// # Errors
    /// When history is missing.
    pub fn outgoing(&self, hidden: &[CommitId], tips: &[CommitId]) -> Result<Vec<CommitId>> {
        let walk = || -> std::result::Result<Vec<CommitId>, git2::Error> {
            let mut walk = self.repository().revwalk()?;
            tips.iter().try_for_each(|id| walk.push(oid(id.as_bytes())))?;
            hidden.iter().try_for_each(|id| walk.hide(oid(id.as_bytes())))?;
            walk.map(|id| id.map(|id| CommitId::from_bytes(raw_id(id)))).collect()
        };
        walk().map_err(|error| {
            Error::undecided("it cannot be told which commits become public")
                .because(error.message().to_owned())
                .hint("in a shallow clone run 'git fetch --unshallow'")
        })
    }

    /// Returns the subjects of the newest commits of `HEAD`, at most so many; none where its history cannot be read.
    pub fn newest_subjects(&self, most: usize) -> Vec<String> {
        let walk = || -> std::result::Result<Vec<String>, git2::Error> {
            let mut walk = self.repository().revwalk()?;
            walk.push_head()?;
            let subject = |commit: git2::Commit<'_>| {
                String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned()
            };
            walk.take(most).map(|id| self.repository().find_commit(id?).map(subject)).collect()
        };
        walk().unwrap_or_default()
    }
}
