//! What a push takes along.

use crate::model::commit::{BlobId, CommitId, ObjectId};
use crate::model::error::{Error, Result};

use super::Git;
use super::objects::{cannot_read, oid, raw_id};

/// What a ref leads to, apart from commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedTo {
    /// A tag.
    Tag {
        /// The name that it gives itself.
        name: String,
        /// Who tagged, with the address.
        tagger: String,
        /// What it says, its signature included.
        message: String,
    },
    /// A file that no commit leads to.
    File {
        /// Its path in a tree. `None`: the tag is of the file itself.
        path: Option<String>,
        /// What it holds.
        id: BlobId,
    },
}

impl Git {
    /// Returns what an object leads to before a commit: tags, one behind the other, and the files of a tree or a file that a tag is of.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn led_to(&self, object: ObjectId) -> Result<Vec<LedTo>> {
        let repository = self.repository();
        let cannot = |error: git2::Error| cannot_read(oid(object.as_bytes()), &error);
        let mut found = Vec::new();
        let mut next = repository.find_object(oid(object.as_bytes()), None).map_err(cannot)?;
        while let Some(tag) = next.as_tag() {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let tagger = tag.tagger().map(|who| format!("{} <{}>", text(who.name_bytes()), text(who.email_bytes())));
            let message = text(tag.message_bytes().unwrap_or_default());
            found.push(LedTo::Tag { name: text(tag.name_bytes()), tagger: tagger.unwrap_or_default(), message });
            let target = tag.target().map_err(cannot)?;
            next = target;
        }
        if let Some(tree) = next.as_tree() {
            let mut files = Vec::new();
            let walked = tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
                if entry.kind() == Some(git2::ObjectType::Blob) {
                    let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                    files.push((format!("{folder}{name}"), BlobId::from_bytes(raw_id(entry.id()))));
                }
                git2::TreeWalkResult::Ok
            });
            walked.map_err(cannot)?;
            found.extend(files.into_iter().map(|(path, id)| LedTo::File { path: Some(path), id }));
        }
        if next.as_blob().is_some() {
            found.push(LedTo::File { path: None, id: BlobId::from_bytes(raw_id(next.id())) });
        }
        Ok(found)
    }

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
