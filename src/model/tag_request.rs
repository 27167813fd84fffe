//! What the verbs of `patch-tag` are asked in common, and what `verify` is asked.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::model::branch::BranchName;
use crate::model::tag::TagName;

/// Where the policy is read from that says whose signatures count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicySource {
    /// A file like `patch.toml`; the paths in it are relative to it.
    pub file: Option<PathBuf>,
    /// A file to read instead of the `patch.toml` of the protected branch; the paths in it are of that branch.
    pub config: Option<PathBuf>,
    /// The protected branch; main if absent.
    pub from: Option<BranchName>,
}

/// Which remote is asked what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskRemote {
    /// `origin`, if there is one.
    Usual,
    /// This one.
    Named(String),
    /// None.
    Offline,
}

/// The moment that counts as now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// That of the machine's clock, which the programs that check signatures read too.
    Clock(DateTime<Utc>),
    /// One that the user gave, which they have to be told.
    Given(DateTime<Utc>),
}

impl Now {
    /// Returns it.
    pub const fn moment(self) -> DateTime<Utc> {
        match self {
            Self::Clock(moment) | Self::Given(moment) => moment,
        }
    }

    /// Returns it in seconds since 1970-01-01 UTC.
    pub fn timestamp(self) -> i64 {
        match self {
            Self::Clock(moment) | Self::Given(moment) => moment.timestamp(),
        }
    }

    /// Returns the same where the user gave it.
    pub fn given(self) -> Option<i64> {
        match self {
            Self::Clock(_) => None,
            Self::Given(moment) => Some(moment.timestamp()),
        }
    }
}

/// Whether something is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    /// It is.
    Signed,
    /// It is not, because the user said so.
    Unsigned,
}

/// What `patch-tag verify` is asked.
#[derive(Debug, Clone)]
pub struct TagVerifyRequest {
    /// The tag.
    pub tag: TagName,
    /// Whose signatures count.
    pub policy: PolicySource,
    /// The commit that it should be, as a revision.
    pub commit: Option<String>,
    /// The remote that should have the same tag.
    pub remote: Option<String>,
    /// What counts as now.
    pub now: Now,
}
