//! What `patch-advisory export` and `patch-advisory render` are asked and say.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Format;
use crate::model::advisory::id::AdvisoryId;
use crate::model::name::NotAName;
use crate::model::verify::Answer;

/// What stands in `schema` of [`Exported`].
pub const EXPORT_SCHEMA: &str = "patch-advisory/export@1";

/// Which formats are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formats {
    /// Every one for which nothing is missing.
    All,
    /// This one.
    One(Format),
}

impl FromStr for Formats {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            one => one.parse().map(Self::One).map_err(|_| {
                NotAName::new("a format of advisories", one, "write osv, csaf, cve, openvex, ghsa or all")
            }),
        }
    }
}

impl fmt::Display for Formats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.pad("all"),
            Self::One(format) => format.fmt(f),
        }
    }
}

/// Whether CSAF documents get a signature beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// An OpenPGP signature, with the key that git signs with.
    Made,
    /// None.
    Missing,
}

/// What becomes of advisories that are not public yet, where the folder is one that others may get to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// They are left out.
    LeftOut,
    /// They are written, for somebody asked for it.
    Written,
}

/// What is done about a file that is not as it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// It is written, or taken away.
    Writes,
    /// It is told.
    Looks,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRequest {
    /// What becomes of advisories that are not public yet.
    pub secrets: Secrets,
    /// Which advisories. Empty: all.
    pub advisories: Vec<AdvisoryId>,
    /// The folder that documents are written to.
    pub output: PathBuf,
    /// Whether CSAF documents are signed.
    pub signature: Signature,
    /// What is done about files that are not as they must be.
    pub hand: Hand,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Exported {
    /// [`EXPORT_SCHEMA`].
    pub schema: String,
    /// Whether everything that was asked for could be made.
    pub answer: Answer,
    /// The folder of the files, as it was given.
    pub output: String,
    /// The files, in the order in which they were made.
    pub files: Vec<ExportedFile>,
    /// What could not be made, for something is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lacking: Vec<Lacking>,
    /// Advisories whose documents say other things now than those that were published under the same number and date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unrevised: Vec<Lacking>,
    /// How many advisories were left out, for they are not public yet and the folder is in a worktree.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// The advisories that were written and of which nothing may be public yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret: Vec<AdvisoryId>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ExportedFile {
    /// Its path below the folder.
    pub path: String,
    /// What was done.
    pub state: FileState,
}

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// It was written.
    Written,
    /// It is as it must be, from an earlier run.
    Already,
    /// It was taken away: a signature of what the document was before, or a document that another one of its advisory took the place of.
    Removed,
}

impl FileState {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Already => "already",
            Self::Removed => "removed",
        }
    }
}

/// What could not be made, or is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Lacking {
    /// What: `cannot export 'GSA-2026-001' as CVE`.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl Exported {
    /// Puts together what was done.
    pub fn of(output: String, files: Vec<ExportedFile>, lacking: Vec<Lacking>, secret: Vec<AdvisoryId>) -> Self {
        let answer = if lacking.is_empty() { Answer::Yes } else { Answer::Undecided };
        let unrevised = Vec::new();
        Self { schema: EXPORT_SCHEMA.to_owned(), answer, output, files, lacking, unrevised, left_out: 0, secret }
    }

    /// Adds of which advisories the documents need a revision. They were made: who revises may look at them first.
    pub fn with_unrevised(self, unrevised: Vec<Lacking>) -> Self {
        Self { unrevised, ..self }
    }

    /// Adds how many advisories were left out, and whether one of them was asked for by name.
    pub fn without(self, left_out: usize, is_asked_for: bool) -> Self {
        let answer = if is_asked_for { Answer::Undecided } else { self.answer };
        Self { left_out, answer, ..self }
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
