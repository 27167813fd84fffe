//! The names and addresses that a project knows people by (`gitmailmap(5)`).

use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::notes::people::Contributor;

use super::Git;

/// A `.mailmap`.
pub struct Mailmap(Option<git2::Mailmap>);

impl Git {
    /// Reads the `.mailmap` of a commit, not that of the worktree, which may be that of any line. One that is not text changes
    /// nobody, as for git.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub fn mailmap_of(&self, commit: CommitId) -> Result<Mailmap> {
        let text = self.file_of(commit, ".mailmap")?.and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(Mailmap(text.and_then(|text| git2::Mailmap::from_buffer(&text).ok())))
    }
}

impl Mailmap {
    /// Returns a person as the project knows them.
    pub fn known(&self, person: Contributor) -> Contributor {
        let resolve = |map: &git2::Mailmap| {
            let moment = git2::Time::new(0, 0);
            let found = map.resolve_signature(&git2::Signature::new(&person.name, &person.mail, &moment).ok()?).ok()?;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Some(Contributor { name: text(found.name_bytes()), mail: text(found.email_bytes()) })
        };
        self.0.as_ref().and_then(resolve).unwrap_or(person)
    }
}
