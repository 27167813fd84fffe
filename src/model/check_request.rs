//! What `patch-check` is asked.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};

use super::config::LabelName;
use super::decision::{Person, Reason};
use super::eligibility::Rule;
use super::embargo::Embargo;
use super::line::LineName;
use super::request::Mode;

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judge {
    /// These fixes, as revisions.
    Fixes(Vec<String>),
    /// What main has behind the first revision, up to the second one.
    Range {
        /// The revision that is left out, with its history.
        from: String,
        /// The last revision.
        to: String,
    },
    /// The pull request of this number.
    Pull(u64),
    /// The pull requests that the payload of an event is about.
    Event {
        /// Its file; `-`: standard input.
        file: PathBuf,
        /// Pull requests to main that a run of a workflow was for, or that were merged just now, are not judged without this label; `None`:
        /// all are.
        label: Option<LabelName>,
    },
}

/// What `patch-check` is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRequest {
    /// What is judged.
    pub judge: Judge,
    /// For these lines; for all supported ones if empty.
    pub lines: Vec<LineName>,
    /// The identifiers under embargo. `None`: nobody looks for any.
    pub embargoed: Option<Embargo>,
    /// The moment at which it is judged.
    pub now: DateTime<Utc>,
    /// Where it is said.
    pub say: Say,
}

/// What is waived.
#[derive(Debug, Clone)]
pub struct WaiveRequest {
    /// The fix, as a revision.
    pub fix: String,
    /// The line; every line if absent.
    pub line: Option<LineName>,
    /// The rule.
    pub rule: Rule,
    /// The commit that was looked at, as a revision, for the rule `origin`.
    pub pick: Option<String>,
    /// Why.
    pub reason: Reason,
    /// Who waives it; git's identity if absent.
    pub by: Option<Person>,
    /// The last day on which it counts.
    pub until: NaiveDate,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether to write.
    pub mode: Mode,
}

/// The name of the check run, by which a ruleset may require it.
pub const CHECK_NAME: &str = "patch-check";

/// What is said where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Say {
    /// As a check run on each commit that was judged.
    pub check_run: bool,
    /// As a comment on each pull request that was judged.
    pub comment: bool,
}

impl Say {
    /// Says whether it is said anywhere.
    pub const fn is_asked(self) -> bool {
        self.check_run || self.comment
    }
}
