//! Pushing tags with their branches: what is asked, and what is said about it.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::ObjectId;
use crate::model::request::Mode;
use crate::model::tag::TagName;
use crate::model::tag_request::{Now, PolicySource, Sealing};

/// What stands in `schema`.
pub const PUSH_SCHEMA: &str = "patch-tag/push@1";

/// What `patch-tag push` is asked.
#[derive(Debug, Clone)]
pub struct PushRequest {
    /// The tags.
    pub tags: Vec<TagName>,
    /// The remote.
    pub remote: String,
    /// Whether tags without a signature are pushed, too.
    pub sealing: Sealing,
    /// Whose signatures count.
    pub policy: PolicySource,
    /// Folders of advisories besides that of the repository, of which nothing may be told either.
    pub advisories: Vec<PathBuf>,
    /// What counts as now.
    pub now: Now,
    /// Whether anything is pushed.
    pub mode: Mode,
}

/// What came of one ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PushOutcome {
    /// It was pushed.
    Pushed,
    /// The remote had it already, or something newer that holds it.
    Already,
    /// It would be pushed.
    WouldPush,
}

impl PushOutcome {
    /// Returns the words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pushed => "pushed",
            Self::Already => "already there",
            Self::WouldPush => "would be pushed",
        }
    }
}

/// One ref.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PushedRef {
    /// Its full name, here and on the remote.
    pub name: String,
    /// The object it has here.
    pub object: ObjectId,
    /// The object that the remote had, if it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ObjectId>,
    /// What came of it.
    pub outcome: PushOutcome,
}

/// What `patch-tag push` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TagsPushed {
    /// Always `patch-tag/push@1`.
    pub schema: String,
    /// The remote.
    pub remote: String,
    /// The branches and tags, each once, in the order of their names.
    pub refs: Vec<PushedRef>,
}
