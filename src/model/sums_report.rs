//! Signed lists of sums: what is asked about them, and what is said.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::config::SigningFormat;
use crate::model::key_text::GivenKey;
use crate::model::request::Mode;
use crate::model::sums::Sum;
use crate::model::tag_request::{Now, PolicySource, Sealing};
use crate::model::tag_verify::{Finding, SignedBy};
use crate::model::verify::Answer;

/// What stands in `schema` of what `sums` says.
pub const SUMS_SCHEMA: &str = "patch-tag/sums@1";

/// What stands in `schema` of what `verify-sums` says.
pub const VERIFY_SUMS_SCHEMA: &str = "patch-tag/verify-sums@1";

/// What SSH signatures of lists are made for, as `ssh-keygen(1)` suggests for files.
pub const NAMESPACE: &str = "file";

impl SigningFormat {
    /// Returns how the name of a detached signature of this kind ends.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Ssh => "sig",
            Self::Openpgp => "asc",
            Self::X509 => "p7s",
        }
    }
}

/// What `patch-tag sums` is asked.
pub struct SumsRequest {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The list to write.
    pub list: PathBuf,
    /// Which files it may be about.
    pub listable: Listable,
    /// Whether it is signed.
    pub sealing: Sealing,
    /// The key, if one was given to this run.
    pub key: Option<GivenKey>,
    /// Whose signatures count.
    pub policy: PolicySource,
    /// What counts as now.
    pub now: Now,
    /// Whether anything is written.
    pub mode: Mode,
}

/// Which files a list may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listable {
    /// Those that can be files of a release, for what is found out behind the push of a tag is found too late.
    OfRelease,
    /// All that there are.
    Any,
}

/// What `patch-tag sums` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SumsWritten {
    /// Always `patch-tag/sums@1`.
    pub schema: String,
    /// The list.
    pub list: String,
    /// The signature beside it, if it is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Whether they were written.
    pub written: bool,
    /// Who signed it, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<SignedBy>,
    /// The files, sorted by name.
    pub files: Vec<Sum>,
}

/// What `patch-tag verify-sums` is asked.
#[derive(Debug, Clone)]
pub struct VerifySumsRequest {
    /// The list.
    pub list: PathBuf,
    /// The signature; the one beside the list if absent.
    pub signature: Option<PathBuf>,
    /// Whether the list needs a signature.
    pub sealing: Sealing,
    /// Whose signatures count.
    pub policy: PolicySource,
    /// What counts as now.
    pub now: Now,
}

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileOutcome {
    /// It has the sum of the list.
    Same,
    /// It has another sum.
    Changed,
    /// It is not there.
    Missing,
    /// It cannot be read.
    Unreadable,
    /// Its name leads out of the folder of the list, so it was not looked at.
    Outside,
    /// It, or a folder on the way to it, is a link or something else that is no file, so it was not opened.
    Special,
}

impl FileOutcome {
    /// Returns the words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::Outside => "outside of the folder",
            Self::Special => "not a plain file",
        }
    }
}

/// One file of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CheckedFile {
    /// Its name. Text from a stranger.
    pub name: String,
    /// What became of it.
    pub outcome: FileOutcome,
}

/// What `patch-tag verify-sums` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SumsVerification {
    /// Always `patch-tag/verify-sums@1`.
    pub schema: String,
    /// The list.
    pub list: String,
    /// The signature that was looked at, if one was asked for and is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Who signed it. Says nothing about whether they may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<SignedBy>,
    /// Where the policy was read from; absent if no signature was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// What the signature and the files come to.
    pub answer: Answer,
    /// What was found about the signature; empty if none was asked for.
    pub findings: Vec<Finding>,
    /// The files of the list.
    pub files: Vec<CheckedFile>,
    /// Files beside the list that it does not name. They do not count against it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<String>,
}

/// Decides what a list comes to: every file must be as it says.
pub fn answer(findings: &[Finding], files: &[CheckedFile]) -> Answer {
    if files.iter().any(|file| file.outcome != FileOutcome::Same) {
        return Answer::No;
    }
    crate::model::tag_verify::answer(findings)
}
