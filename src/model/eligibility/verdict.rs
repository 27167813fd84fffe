//! What the gate says.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::classify::Piece;
use super::{Rule, Severity};
use crate::model::check_run::Before;
use crate::model::commit::CommitId;
use crate::model::kind::FixKind;
use crate::model::line::LineName;
use crate::model::status::State;

/// The value of the `schema` field of [`Report`].
pub const VERDICT_SCHEMA: &str = "patch-check/verdict@1";

/// Whether a fix may go into a patch release of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It may.
    Eligible,
    /// A person, or more data, is needed.
    Undecided,
    /// It may not.
    Refused,
}

impl Outcome {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Undecided => "undecided",
            Self::Refused => "refused",
        }
    }
}

/// What was found about one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// What it means that it is broken.
    pub severity: Severity,
    /// Whether it is.
    pub found: Found,
    /// Why, in one sentence without a full stop. May quote strangers.
    pub reason: String,
    /// What shows it, one phrase each. May quote strangers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// The files that it is about, where it is broken and about some, the most important first. Text from strangers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// How to mend it, where it is broken or undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// Whether a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// It holds.
    Passed,
    /// It is broken, or undecided, and somebody who may has waived it.
    Waived,
    /// What it needs is not known.
    Undecided,
    /// It is broken.
    Failed,
}

impl Found {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Waived => "waived",
            Self::Undecided => "undecided",
            Self::Failed => "failed",
        }
    }
}

/// The verdict about one fix on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    /// The commit on main, or the newest commit of a pull request that is not merged.
    pub fix: CommitId,
    /// Its pull request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<u64>,
    /// What it is called: text from a stranger.
    pub title: String,
    /// The line.
    pub line: LineName,
    /// Whether it may go into a patch release of the line.
    pub outcome: Outcome,
    /// Where it stands on the line, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// The kind, where it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FixKind>,
    /// What speaks for a kind, the heaviest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kind_evidence: Vec<Piece>,
    /// One for each rule that is not off and that is about such a fix, in the order of the rules.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Returns the findings that keep the fix from being eligible: what is broken first, then what is undecided.
    pub fn obstacles(&self) -> impl Iterator<Item = &Finding> {
        let of = |found: Found| {
            let counts = move |finding: &&Finding| finding.severity == Severity::Refuse && finding.found == found;
            self.findings.iter().filter(counts)
        };
        of(Found::Failed).chain(of(Found::Undecided))
    }
}

/// What fixes are judged after, where that is no work on their pull requests themselves: the job that judges is none of theirs, and what
/// it comes to is nothing that they are to blame for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum After {
    /// The merge of the pull request that the event is about.
    Merge,
    /// A run of another workflow.
    Run,
}

/// What `patch-check` says about one or more fixes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// Always `patch-check/verdict@1`.
    pub schema: String,
    /// Where the policy was read from, for people.
    pub policy: String,
    /// What they were judged after, where an event asked and that was no work on the pull requests themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<After>,
    /// The newest commit of the pull requests that were judged, where some were that are open: all verdicts together are about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<CommitId>,
    /// One for each fix and line, in the order that was asked for.
    pub verdicts: Vec<Verdict>,
    /// What a person should know, one sentence each. May quote strangers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What was judged again because a merge may change it: the other open pull requests to lines, those of one newest commit together.
    /// The outcome does not count them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub again: Vec<Report>,
    /// What stood on the newest commit before it was judged, where somebody asked. It is no part of the document.
    #[serde(skip)]
    pub before: Option<Before>,
}

impl Report {
    /// Returns it without what was judged again.
    pub fn alone(&self) -> Self {
        Self { again: Vec::new(), ..self.clone() }
    }

    /// Returns the worst of the verdicts; eligible where there is none.
    pub fn outcome(&self) -> Outcome {
        self.verdicts.iter().map(|verdict| verdict.outcome).max().unwrap_or(Outcome::Eligible)
    }

    /// Returns for each pull request what is said about it, without the verdicts about others.
    pub fn by_pull(&self) -> BTreeMap<u64, Self> {
        let mut found = BTreeMap::new();
        for (number, verdict) in self.verdicts.iter().filter_map(|verdict| Some((verdict.pull_request?, verdict))) {
            let empty = || Self { verdicts: Vec::new(), ..self.alone() };
            found.entry(number).or_insert_with(empty).verdicts.push(verdict.clone());
        }
        found
    }
}

/// Decides from the findings.
pub fn outcome(findings: &[Finding]) -> Outcome {
    let any =
        |found: Found| findings.iter().any(|finding| finding.severity == Severity::Refuse && finding.found == found);
    match (any(Found::Failed), any(Found::Undecided)) {
        (true, _) => Outcome::Refused,
        (false, true) => Outcome::Undecided,
        (false, false) => Outcome::Eligible,
    }
}
