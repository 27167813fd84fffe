//! What an advisory says of each line: which of its releases have the flaw, by which commits, and where it is repaired.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::odd::OddRelease;
use crate::model::commit::CommitId;
use crate::model::line::{LineName, LineStatus};
use crate::model::name::NotAName;
use crate::model::presence::Key;

/// What holds for a line as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineVerdict {
    /// It had the flaw, and its newest state has not any more.
    Fixed,
    /// Its newest state has the flaw.
    Affected,
    /// Neither a release of it nor its newest state has had the flaw.
    NotAffected,
    /// Nobody has looked, or what is here does not tell. It may be affected.
    NotEvaluated,
}

impl LineVerdict {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Fixed, Self::Affected, Self::NotAffected, Self::NotEvaluated];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Affected => "affected",
            Self::NotAffected => "not-affected",
            Self::NotEvaluated => "not-evaluated",
        }
    }
}

impl fmt::Display for LineVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether somebody still repairs a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Support {
    /// `patch.toml` has it as the newest line.
    Current,
    /// `patch.toml` has it as maintained.
    Maintained,
    /// `patch.toml` says that it takes security fixes only.
    SecurityOnly,
    /// `patch.toml` says that it takes nothing any more.
    EndOfLife,
    /// Releases show that there was such a line; `patch.toml` does not list it.
    Unlisted,
}

impl Support {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Current, Self::Maintained, Self::SecurityOnly, Self::EndOfLife, Self::Unlisted];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => LineStatus::Current.as_str(),
            Self::Maintained => LineStatus::Maintained.as_str(),
            Self::SecurityOnly => LineStatus::SecurityOnly.as_str(),
            Self::EndOfLife => LineStatus::EndOfLife.as_str(),
            Self::Unlisted => "unlisted",
        }
    }

    /// Says whether a fix of a security flaw can be expected.
    pub const fn gets_security_fixes(self) -> bool {
        match self {
            Self::Current | Self::Maintained | Self::SecurityOnly => true,
            Self::EndOfLife | Self::Unlisted => false,
        }
    }
}

impl From<LineStatus> for Support {
    fn from(status: LineStatus) -> Self {
        match status {
            LineStatus::Current => Self::Current,
            LineStatus::Maintained => Self::Maintained,
            LineStatus::SecurityOnly => Self::SecurityOnly,
            LineStatus::EndOfLife => Self::EndOfLife,
        }
    }
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a commit of a line has to do with the flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It brought the flaw.
    Introduced,
    /// It repaired it, or a part of it.
    Fixed,
    /// It took back a commit that brought or repaired the flaw.
    TookBack,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Introduced, Self::Fixed, Self::TookBack];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Fixed => "fixed",
            Self::TookBack => "took-back",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How it is known that a commit of a line has its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// It is the commit of main itself, in the line's own history.
    Ancestor,
    /// It names the commit it was picked from.
    Trailer,
    /// It names the pull request it was picked from.
    PullRequest,
    /// It changes the same lines in the same way.
    PatchId,
    /// It has the same author, date and subject.
    Likeness,
    /// A person says so in the source.
    Stated,
    /// It says that it reverts the other one.
    Reverts,
    /// It has all lines that the other one changes, among or instead of other ones.
    Lines,
    /// It undoes exactly what the other one changes.
    Inverse,
    /// A file there has most of the lines that the other one adds, and nothing shows how they came there; or the commit reads as if it made
    /// the other one again, by its title or by the pull request or advisory that it names: a person has to decide.
    FixLike,
    /// It says or looks so, and what it changes does not show it: a person has to decide.
    Unproven,
}

impl Known {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Ancestor,
        Self::Trailer,
        Self::PullRequest,
        Self::PatchId,
        Self::Likeness,
        Self::Stated,
        Self::Reverts,
        Self::Lines,
        Self::Inverse,
        Self::FixLike,
        Self::Unproven,
    ];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ancestor => "ancestor",
            Self::Trailer => "trailer",
            Self::PullRequest => "pull-request",
            Self::PatchId => "patch-id",
            Self::Likeness => "likeness",
            Self::Stated => "stated",
            Self::Reverts => "reverts",
            Self::Lines => "lines",
            Self::Inverse => "inverse",
            Self::FixLike => "fix-like",
            Self::Unproven => "unproven",
        }
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Key> for Known {
    fn from(key: Key) -> Self {
        match key {
            Key::Ancestor => Self::Ancestor,
            Key::Trailer => Self::Trailer,
            Key::PullRequest => Self::PullRequest,
            Key::PatchId => Self::PatchId,
            Key::AuthorDate | Key::Subject => Self::Likeness,
        }
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LineEvidence {
    /// What the commit did.
    pub role: Role,
    /// The commit, in the history of the line.
    pub commit: CommitId,
    /// The commit that it stands for: of main, where it is a pick; the one it took back.
    pub origin: CommitId,
    /// How it is known.
    pub known: Known,
    /// The words or value it rests on: text from a stranger. Empty where there is nothing to quote.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What holds for one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LineFinding {
    /// The line.
    pub name: LineName,
    /// Whether somebody still repairs it.
    pub support: Support,
    /// Until when, where `patch.toml` says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// What holds for it as a whole.
    pub verdict: LineVerdict,
    /// Its releases and pre-releases that have the flaw, sorted.
    #[schemars(with = "Vec<String>")]
    pub affected: Vec<Version>,
    /// Its releases and pre-releases that have not, sorted.
    #[schemars(with = "Vec<String>")]
    pub unaffected: Vec<Version>,
    /// Its releases and pre-releases of which it is not known, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub unknown: Vec<Version>,
    /// Its releases whose names are no versions, in the order in which people count, then those whose names are spelled otherwise than theirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<OddRelease>,
    /// Those of `unaffected` that have the fix, or took back what brought the flaw, sorted. The others never had it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub repaired: Vec<Version>,
    /// Whether the files of all its releases that never had the flaw were looked into, and have none of the lines that are the flaw.
    #[serde(default, skip_serializing_if = "is_false")]
    pub lacks_code: bool,
    /// The first release, no pre-release, that repairs it. `None`: there is none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub fixed_in: Option<Version>,
    /// Why it is not evaluated, or what a person said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The commits that it rests on, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<LineEvidence>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// What a person says of a line where history cannot tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stated {
    /// The line.
    pub line: LineName,
    /// Commits of the line that repair the flaw in another way than main did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed_by: Vec<CommitId>,
    /// Commits of the line that brought the flaw in another way than main did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub introduced_by: Vec<CommitId>,
    /// Commits of the line that look like a part of the flaw or of its fix, and are none, or as if they took it back, and did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unrelated: Vec<CommitId>,
    /// Names of releases of the line whose place among versions their tags do not tell: every document leaves them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// What holds for all its releases, whatever history shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<StatedVerdict>,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: String,
}

/// What a person may say of all releases of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatedVerdict {
    /// None has the flaw.
    NotAffected,
    /// Nobody has looked.
    NotEvaluated,
}

impl StatedVerdict {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::NotAffected, Self::NotEvaluated];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAffected => "not-affected",
            Self::NotEvaluated => "not-evaluated",
        }
    }
}

/// Since when the flaw is there, on main.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Introduced {
    /// Since these commits; each alone brings it.
    By(Vec<CommitName>),
    /// From the first commit on.
    Always,
    /// Nobody has found out.
    Unknown,
}

/// The name of a commit as it stands in a source: seven to forty hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommitName(String);

/// Says whether no version of any of these lines has the flaw or may have it.
pub fn are_all_free(lines: &[LineFinding]) -> bool {
    lines.iter().all(|line| line.verdict == LineVerdict::NotAffected)
}

impl CommitName {
    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether another name may be of the same commit: one begins with the other.
    pub fn may_be(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }

    /// Returns the commit, where all digits are there.
    pub fn full(&self) -> Option<CommitId> {
        self.0.parse().ok()
    }
}

impl From<CommitId> for CommitName {
    fn from(id: CommitId) -> Self {
        Self(id.to_string())
    }
}

impl fmt::Display for CommitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for CommitName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        match digits && (7..=40).contains(&text.len()) {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAName::new("the name of a commit", text, "write seven to forty digits of 0-9 and a-f")),
        }
    }
}
