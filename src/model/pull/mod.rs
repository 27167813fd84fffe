//! Pull requests, as far as they matter for a decision. Every source is brought into this form.
//!
//! All texts in here are a stranger's, apart from names that a parser accepted.

mod checks;
mod file;
mod issue;
mod landed;
pub mod rest;
mod review;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::branch::BranchName;
use super::commit::CommitId;
use super::config::RepositoryName;
use super::known::Known;
use super::login::Login;

pub use checks::{CheckRules, CheckState, Checks, GATE_JOB, JobCheck, Lacking, NamedCheck, REVIEW_JOB, WorkflowRun};
pub use file::{ChangedFile, FileStatus, MOST_FILES, complete_files};
pub use issue::{Issue, IssueState};
pub use landed::landed;
pub use review::{Association, GivenReview, Opinion, Review, latest_opinions};

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository of its base.
    pub number: u64,
    /// Its title: text from a stranger.
    pub title: String,
    /// Its description: text from a stranger, empty where there is none.
    pub body: String,
    /// Who opened it; `None` when the account was deleted.
    pub author: Option<Login>,
    /// Where it goes to.
    pub base: Base,
    /// Where it comes from.
    pub head: Head,
    /// Whether it is ready to be reviewed.
    pub readiness: Readiness,
    /// Whether it is open, and if not, how it ended.
    pub state: PullState,
    /// Its labels.
    pub labels: Vec<Label>,
    /// Its milestone: text from a stranger.
    pub milestone: Option<String>,
    /// How much it changes, as the forge counts.
    pub size: Known<Size>,
    /// The last opinion of each reviewer.
    pub reviews: Known<Vec<Review>>,
    /// The files that it changes. Never a part of them.
    pub files: Known<Vec<ChangedFile>>,
    /// What the checks of its newest commit came to.
    pub checks: Known<Checks>,
    /// The issues that it closes.
    pub issues: Known<Vec<Issue>>,
    /// Its commits, the oldest first. Never a part of them.
    pub commits: Known<Vec<PullCommit>>,
}

impl PullRequest {
    /// Says whether it comes from another repository than the one it goes to, or from one that was deleted.
    pub fn is_from_fork(&self) -> bool {
        let base = self.base.repository.as_str();
        self.head.repository.as_ref().is_none_or(|head| !head.as_str().eq_ignore_ascii_case(base))
    }

    /// Says whether it has a label. GitHub compares their names without regard to case.
    pub fn label(&self, name: &str) -> Option<&Label> {
        let wanted = name.to_lowercase();
        self.labels.iter().find(|label| label.name.to_lowercase() == wanted)
    }
}

/// The branch that a pull request goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The branch.
    pub branch: BranchName,
    /// Its commit that the pull request was last compared with.
    pub commit: CommitId,
    /// The repository.
    pub repository: RepositoryName,
}

/// The branch that a pull request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its name: text from a stranger, which is not checked.
    pub branch: String,
    /// Its newest commit.
    pub commit: CommitId,
    /// The repository; `None` when it was deleted.
    pub repository: Option<RepositoryName>,
}

/// A commit of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullCommit {
    /// The commit.
    pub id: CommitId,
    /// Its whole message: text from a stranger.
    pub message: String,
    /// How many parents it has.
    pub parents: u64,
}

/// Whether a pull request is ready to be reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// It is a draft.
    Draft,
    /// It is ready.
    Ready,
}

/// Whether a pull request is open, and if not, how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullState {
    /// It is open.
    Open,
    /// It was closed and not merged.
    Closed,
    /// It was merged.
    Merged(Merge),
}

/// How a pull request was merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The commit on the base that holds it: the merge, the squashed commit, or the last of those that were rebased.
    pub commit: Option<CommitId>,
    /// When.
    pub at: Option<DateTime<Utc>>,
}

/// A label on a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its name: text from a stranger.
    pub name: String,
    /// Who put it there, the last time.
    pub applied_by: Known<Login>,
}

/// How much a pull request changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The number of files.
    pub files: u64,
    /// The number of lines that were added.
    pub additions: u64,
    /// The number of lines that were removed.
    pub deletions: u64,
}
