//! Where the tag of a version is: what is asked, and what is said.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::line::LineName;
use crate::model::tag::TagName;

/// What stands in `schema`.
pub const SHOW_SCHEMA: &str = "patch-tag/show@1";

/// What `patch-tag show` is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowRequest {
    /// The version, or the name of its tag.
    pub version: String,
    /// The line; that of the version if absent.
    pub line: Option<LineName>,
}

/// What `patch-tag show` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TagShown {
    /// Always `patch-tag/show@1`.
    pub schema: String,
    /// The tag that the version has, or would have.
    pub tag: TagName,
    /// The version.
    pub version: String,
    /// The line.
    pub line: LineName,
    /// The branch of the line.
    pub branch: BranchName,
    /// The commit; absent where this repository has no such tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// The tag object, or the commit where the tag is none; absent where this repository has no such tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
}
