//! What the verbs of `patch-notes` are asked.

use chrono::{DateTime, Utc};

use crate::model::line::LineName;
use crate::model::sums::Sum;

/// Which notes are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotesRequest {
    /// The version or its tag; the next of the line, or the one that its newest commit has, if absent.
    pub target: Option<String>,
    /// The line; that of the version if absent.
    pub line: Option<LineName>,
    /// The commit that is released, as a revision, where there is no tag yet; the newest of the line if absent.
    pub commit: Option<String>,
    /// What it comes after, as a tag or a revision; the release before if absent.
    pub from: Option<String>,
    /// When it is released, where there is no tag yet.
    pub now: Option<DateTime<Utc>>,
    /// Whether the other lines are looked at.
    pub others: OtherLines,
    /// The files of the release.
    pub checksums: Vec<Sum>,
    /// What is done where a pull request cannot be read.
    pub unread: Unread,
    /// Who asks.
    pub asked_by: AskedBy,
}

/// The verb that asks for notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AskedBy {
    /// `patch-notes render`.
    #[default]
    Render,
    /// `patch-notes check`.
    Check,
    /// `patch-notes publish`.
    Publish,
}

impl AskedBy {
    /// Names what says what a release comes after: the flag, and the input of the workflow that runs the verb.
    pub const fn from_named(self) -> &'static str {
        match self {
            Self::Render => "'--from'",
            Self::Check => "'--from', the input 'notes-from' of patch-publish,",
            Self::Publish => "'--notes-from', the input 'notes-from' of patch-publish,",
        }
    }

    /// Returns the command that says so, and what else does in the workflow that runs it.
    pub fn from_command(self, revision: &str) -> String {
        let command = match self {
            Self::Render => return format!("patch-notes render --from {revision}"),
            Self::Check => "check --from",
            Self::Publish => "publish --notes-from",
        };
        format!("patch-notes {command} {revision}; in patch-publish by the input 'notes-from'")
    }
}

/// What is done where a pull request cannot be read, so that what it says is in no notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unread {
    /// It is said.
    #[default]
    Told,
    /// There are no notes.
    Refused,
}

/// Whether the other lines are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherLines {
    /// They are, for where else a fix is.
    #[default]
    LookedAt,
    /// Nothing is said about them.
    LeftAlone,
}
