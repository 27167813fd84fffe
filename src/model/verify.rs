//! What stands on a line after the fact: each of its own commits, where it comes from, and how far it is its origin.

mod judge;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::branch::BranchName;
use super::commit::CommitId;
use super::line::LineName;
use super::patch::FileDifference;
use super::presence::{Certainty, Evidence};
use super::undecided::UndecidedLine;

pub use judge::{Claim, NOTHING_KNOWN, Patches, Way, judge, line_only_reason, ways};

/// The value of the `schema` field of a verification.
pub const VERIFY_SCHEMA: &str = "patch-pick/verify@1";

/// What is found about one commit of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is the same patch as its origin.
    Same,
    /// It removes and adds the same lines as its origin; only what stands around them, or where the file is, differs.
    Context,
    /// It removes or adds other lines than its origin.
    Changed,
    /// It belongs to the line alone, and something says so.
    LineOnly,
    /// It names an origin that is not on main or does not exist here.
    Unresolved,
    /// It has no origin for sure, and nothing says that it belongs to the line alone.
    Unexplained,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Same, Self::Context, Self::Changed, Self::LineOnly, Self::Unresolved, Self::Unexplained];

    /// Returns the words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Context => "context",
            Self::Changed => "changed",
            Self::LineOnly => "line-only",
            Self::Unresolved => "unresolved",
            Self::Unexplained => "unexplained",
        }
    }
}

/// A commit of main that a commit of a line was picked from, or may have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Origin {
    /// The commit of main.
    pub commit: CommitId,
    /// The first line of its message: text from a stranger.
    pub subject: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// What speaks for it, the strongest first.
    pub evidence: Vec<Evidence>,
}

/// One commit of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Verified {
    /// The commit.
    pub commit: CommitId,
    /// The first line of its message: text from a stranger.
    pub subject: String,
    /// What is found about it.
    pub verdict: Verdict,
    /// Where it comes from: several commits if it was squashed from them. Only probable ones do not explain it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// The files that it changes in another way than its origins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<FileDifference>,
    /// Why the verdict is what it is, one sentence without a full stop each. May quote strangers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

impl Verified {
    /// Says whether the commit is unexplained though something speaks for an origin.
    pub fn is_probable(&self) -> bool {
        self.verdict == Verdict::Unexplained && !self.origins.is_empty()
    }
}

/// How many commits of a line have each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    /// The same as their origin.
    pub same: usize,
    /// The same but for the context.
    pub context: usize,
    /// Changed.
    pub changed: usize,
    /// Marked as belonging to the line alone.
    pub line_only: usize,
    /// With an origin that is not on main.
    pub unresolved: usize,
    /// Without an origin, or with probable ones only.
    pub unexplained: usize,
    /// Those of the unexplained that have a probable origin.
    pub probable: usize,
}

impl Counts {
    /// Counts.
    pub fn of(commits: &[Verified]) -> Self {
        let mut counts = Self::default();
        for commit in commits {
            *match commit.verdict {
                Verdict::Same => &mut counts.same,
                Verdict::Context => &mut counts.context,
                Verdict::Changed => &mut counts.changed,
                Verdict::LineOnly => &mut counts.line_only,
                Verdict::Unresolved => &mut counts.unresolved,
                Verdict::Unexplained => &mut counts.unexplained,
            } += 1;
            counts.probable += usize::from(commit.is_probable());
        }
        counts
    }

    /// Returns how many have a verdict.
    pub const fn with(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Same => self.same,
            Verdict::Context => self.context,
            Verdict::Changed => self.changed,
            Verdict::LineOnly => self.line_only,
            Verdict::Unresolved => self.unresolved,
            Verdict::Unexplained => self.unexplained,
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LineVerification {
    /// Its name.
    pub line: LineName,
    /// Its branch.
    pub branch: BranchName,
    /// The newest commit.
    pub tip: CommitId,
    /// Where it left main.
    pub branch_point: CommitId,
    /// How many of its own commits are left out because they are older than what was asked for.
    pub older: usize,
    /// How many of its own commits are merges that bring nothing but what their parents hold.
    pub plain_merges: usize,
    /// How many of its own commits change no file and name no origin.
    pub empty: usize,
    /// How many commits have each verdict.
    pub counts: Counts,
    /// Its other own commits, oldest first.
    pub commits: Vec<Verified>,
}

/// Whether picks that were changed fail a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strictness {
    /// They are listed.
    Listed,
    /// They fail it.
    Fails,
}

/// What a verification amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Every commit is explained.
    Yes,
    /// Some are not.
    No,
    /// Those that are not have a probable origin each: a person has to look.
    Undecided,
}

/// What `patch-pick verify` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Verification {
    /// Always `patch-pick/verify@1`.
    pub schema: String,
    /// The branch that changes land on first.
    pub main: BranchName,
    /// Its newest commit.
    pub main_tip: CommitId,
    /// What it amounts to.
    pub answer: Answer,
    /// Whether picks that were changed count against it.
    pub changed_picks: Strictness,
    /// The lines, the newest first.
    pub lines: Vec<LineVerification>,
    /// Lines that could not be compared with main.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<UndecidedLine>,
    /// What a person should know of the branches, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Decides what the lines amount to together.
pub fn answer(lines: &[LineVerification], strictness: Strictness) -> Answer {
    let sum = |of: fn(&Counts) -> usize| lines.iter().map(|line| of(&line.counts)).sum::<usize>();
    let changed = match strictness {
        Strictness::Listed => 0,
        Strictness::Fails => sum(|counts| counts.changed),
    };
    if changed + sum(|counts| counts.unresolved + counts.unexplained - counts.probable) > 0 {
        Answer::No
    } else if sum(|counts| counts.probable) > 0 {
        Answer::Undecided
    } else {
        Answer::Yes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_commit_that_nobody_can_explain_is_a_no() {
        let line = |counts| LineVerification {
            line: "2.0".parse().expect("a line name"),
            branch: "release/2.0".parse().expect("a branch name"),
            tip: CommitId::from_bytes([1; 20]),
            branch_point: CommitId::from_bytes([2; 20]),
            older: 0,
            plain_merges: 0,
            empty: 0,
            counts,
            commits: Vec::new(),
        };
        let none = Counts::default;
        let probable = Counts { unexplained: 2, probable: 2, ..none() };
        let table = [
            ("nothing", vec![none()], Answer::Yes, Answer::Yes),
            ("explained", vec![Counts { same: 1, context: 1, line_only: 1, ..none() }], Answer::Yes, Answer::Yes),
            ("changed", vec![Counts { changed: 1, ..none() }], Answer::Yes, Answer::No),
            ("probable", vec![probable, none()], Answer::Undecided, Answer::Undecided),
            ("one for sure", vec![Counts { probable: 1, ..probable }], Answer::No, Answer::No),
            ("unresolved on one line", vec![probable, Counts { unresolved: 1, ..none() }], Answer::No, Answer::No),
        ];
        for (why, counts, listed, strict) in table {
            let lines: Vec<LineVerification> = counts.into_iter().map(line).collect();
            assert_eq!(answer(&lines, Strictness::Listed), listed, "{why}");
            assert_eq!(answer(&lines, Strictness::Fails), strict, "{why}");
        }
    }
}
