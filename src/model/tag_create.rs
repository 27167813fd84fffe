//! Making a tag: what is asked, which version it gets, and what is said about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::key_text::GivenKey;
use crate::model::line::LineName;
use crate::model::request::Mode;
use crate::model::tag::TagName;
use crate::model::tag_object::armor_of;
use crate::model::tag_request::{AskRemote, Now, PolicySource, Sealing};
use crate::model::tag_verify::{Finding, SignedBy};

/// What stands in `schema`.
pub const CREATE_SCHEMA: &str = "patch-tag/create@1";

/// What `patch-tag create` is asked.
pub struct CreateRequest {
    /// The version, or the name of its tag; the next of the line if absent.
    pub version: Option<String>,
    /// The line; that of the version if absent.
    pub line: Option<LineName>,
    /// The commit, as a revision; where the line's branch is if absent.
    pub commit: Option<String>,
    /// The message; as the template says if absent.
    pub message: Option<String>,
    /// Which remote is asked whether it has the tag.
    pub remote: AskRemote,
    /// Whether it is signed.
    pub sealing: Sealing,
    /// The key, if one was given to this run.
    pub key: Option<GivenKey>,
    /// Whose signatures count.
    pub policy: PolicySource,
    /// What counts as now. Where it was given, the tag says that it was made then.
    pub now: Now,
    /// Whether anything is written.
    pub mode: Mode,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CreateOutcome {
    /// The tag was made.
    Created,
    /// It was there already, and verifies.
    Already,
    /// It would be made.
    WouldCreate,
}

impl CreateOutcome {
    /// Returns the words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Already => "already there",
            Self::WouldCreate => "would be created",
        }
    }
}

/// What `patch-tag create` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TagCreated {
    /// Always `patch-tag/create@1`.
    pub schema: String,
    /// What came of it.
    pub outcome: CreateOutcome,
    /// The tag.
    pub tag: TagName,
    /// Its version.
    pub version: String,
    /// The line.
    pub line: LineName,
    /// The branch of the line.
    pub branch: BranchName,
    /// The commit.
    pub commit: CommitId,
    /// The tag of the next lower version of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<TagName>,
    /// The tag object, unless it would only be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// Who signed it, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<SignedBy>,
    /// The remote that was asked, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// The message, without the signature.
    pub message: String,
    /// Where the policy was read from.
    pub policy: String,
    /// What verifying it found; empty if it would only be made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// Puts a message right: lines end with a line feed alone, one of them after the last line. `None` when it is empty, or holds a line that would begin a
/// signature.
pub fn tidy_message(text: &str) -> Option<String> {
    let text = text.trim_end().replace("\r\n", "\n");
    let begins_signature = |line: &str| armor_of(line.as_bytes()).is_some();
    (!text.trim().is_empty() && !text.contains('\0') && !text.lines().any(begins_signature))
        .then(|| format!("{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_begin_a_signature() {
        assert_eq!(tidy_message("Godel 2.0.1\n\n\n").as_deref(), Some("Godel 2.0.1\n"));
        assert_eq!(tidy_message("Godel 2.0.1\r\n\r\nFixes\r\n").as_deref(), Some("Godel 2.0.1\n\nFixes\n"));
        for bad in ["", " \n", "a\0", "a\n-----BEGIN SSH SIGNATURE-----\nx", "-----BEGIN PGP MESSAGE-----"] {
            assert_eq!(tidy_message(bad), None, "{bad:?}");
        }
    }
}
