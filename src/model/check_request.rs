//! What `patch-check` is asked.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};

use super::decision::{Person, Reason};
use super::eligibility::Rule;
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
    /// The pull request that the payload in this file is about; `-`: standard input.
    Event(PathBuf),
}

/// What `patch-check` is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRequest {
    /// What is judged.
    pub judge: Judge,
    /// For these lines; for all supported ones if empty.
    pub lines: Vec<LineName>,
    /// The identifiers under embargo. `None`: nobody looks for any.
    pub embargoed: Option<Vec<Embargoed>>,
    /// The moment at which it is judged.
    pub now: DateTime<Utc>,
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

/// An identifier under embargo. It is compared without regard to case, and cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Embargoed(String);

impl std::fmt::Debug for Embargoed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Embargoed(…)")
    }
}

impl Embargoed {
    /// Reads a list, one identifier a line. Empty lines and those that begin with `#` are left out, and so is what has fewer
    /// than four characters, which would be found everywhere.
    pub fn list(text: &str) -> Vec<Self> {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#') && line.chars().count() >= 4);
        lines.map(|line| Self(line.to_lowercase())).collect()
    }

    /// Says whether a text names it.
    pub fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_found_in_any_case_and_never_printed() {
        let list = Embargoed::list("# ours\nCVE-2026-4242\n\nab\n  GSA-7-x  \n");
        assert_eq!(list.len(), 2);
        assert!(list[0].is_in("see cve-2026-4242!") && !list[0].is_in("CVE-2026-424"));
        assert!(list[1].is_in("fix-gsa-7-x-now"));
        assert!(!format!("{list:?}").contains("4242"));
    }
}
