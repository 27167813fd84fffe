//! Proposing picks: one pull request a line, from a head branch of the tool's own to the branch of the line.

mod again;
mod body;
mod carry;
mod head;
mod left;
mod link;
mod refusal;
mod same;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::apply::{ApplyReport, ConflictNote, Failure, LineResult, PickOutcome};
use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::config::RepositoryName;
use crate::model::error::Kind;
use crate::model::line::LineName;
use crate::model::plan::Plan;
use crate::model::pull::Readiness;
use crate::model::request::Mode;

pub use again::{again, in_any_clone, propose_again};
pub use body::{Marked, Runs, Text, body, title};
pub use carry::{Carried, MOST_ASSIGNEES, MOST_REVIEWERS, carried};
pub use head::{HeadPattern, repository_of_url};
pub use left::{LeftFix, over};
pub use link::{MOST_LINK_BYTES, link};
pub use refusal::{PushRefusal, push_kind_and_hint};
pub use same::{MadePick, is_same_series};

/// The value of the `schema` field of [`ProposeReport`].
pub const PROPOSE_SCHEMA: &str = "patch-pick/propose@1";

/// What is asked of `patch-pick propose`.
#[derive(Debug, Clone)]
pub struct ProposeRequest {
    /// What `patch-pick apply` did.
    pub applied: ApplyReport,
    /// What the picks have to be, where they were made by somebody else.
    pub plan: Option<Plan>,
    /// The lines to propose; all of the report if empty.
    pub lines: Vec<LineName>,
    /// The remote that the head branches are pushed to.
    pub remote: String,
    /// How head branches are called.
    pub head: HeadPattern,
    /// The pull request on main whose fixes these are, where they get a branch of their own.
    pub of_pull: Option<u64>,
    /// What happens to commits of others on a head branch.
    pub foreign: Foreign,
    /// Where the repositories are, such as `https://github.com`.
    pub server: String,
    /// Folders of advisories besides that of the repository, of which nothing may be told either.
    pub advisories: Vec<PathBuf>,
    /// What counts as now.
    pub now: DateTime<Utc>,
    /// Whether anything is pushed and written.
    pub mode: Mode,
}

/// What happens to commits on a head branch that the tool did not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// They stay, and the line fails.
    Keep,
    /// They are replaced.
    Replace,
}

/// The result of proposing picks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ProposeReport {
    /// Always `patch-pick/propose@1`.
    pub schema: String,
    /// The digest of the plan.
    pub plan: String,
    /// The repository that the pull requests are in.
    pub repository: RepositoryName,
    /// Every line that was asked for, in the order of the plan.
    pub lines: Vec<LineProposal>,
}

/// What came of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LineProposal {
    /// The line.
    pub line: LineName,
    /// Its branch, which the pull request goes to.
    pub branch: BranchName,
    /// How it ended.
    pub outcome: ProposalOutcome,
    /// Where the picks are pushed to; absent where there is nothing to push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<ProposalHead>,
    /// The pull request, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<ProposedPull>,
    /// The address at which a person opens the pull request, where the token may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Every pick of the plan, in its order.
    pub picks: Vec<ProposedPick>,
    /// The labels that the pull request was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Who was asked for a review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<String>,
    /// Who was made an assignee.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<String>,
    /// The fixes that were in the pull request before, and that the plan has no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftFix>,
    /// What a person has to resolve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<ConflictNote>,
    /// The commands with which a person goes on in any clone, one after the other; none where picking did not stop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Why picking stopped, or why the line was not proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// What was left out, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// How a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalOutcome {
    /// A pull request was opened.
    Opened,
    /// The pull request was brought up to date.
    Updated,
    /// The pull request was as it should be.
    Already,
    /// A pull request would be opened.
    WouldOpen,
    /// The pull request would be brought up to date.
    WouldUpdate,
    /// The pull request was closed, for nothing of it is needed any more.
    Closed,
    /// The pull request would be closed.
    WouldClose,
    /// Picking stopped before there was anything to propose.
    Blocked,
    /// The branch is pushed, and a person has to open the pull request, for the token may not.
    Forbidden,
    /// There is nothing new to propose.
    Nothing,
    /// It was not proposed; `failure` says why.
    Failed,
}

/// A head branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ProposalHead {
    /// Its repository: that of the line, or a fork of it.
    pub repository: RepositoryName,
    /// The branch.
    pub branch: BranchName,
    /// What it was at; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CommitId>,
    /// The last pick, which it is at now, or would be.
    pub commit: CommitId,
}

/// A pull request of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ProposedPull {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Whether it is ready to be reviewed.
    pub readiness: Readiness,
}

/// One pick of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ProposedPick {
    /// The fix.
    pub fix: CommitId,
    /// What the fix is called: text from a stranger.
    pub title: String,
    /// The pull request that brought the fix to main, where it can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<u64>,
    /// The commit that it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// How picking it ended.
    pub outcome: PickOutcome,
}

/// Returns the newest commit that picking a line made, whether or not the branch holds it.
pub fn newest_pick(line: &LineResult) -> Option<CommitId> {
    line.picks.iter().rev().find_map(|pick| pick.commit)
}

impl LineProposal {
    /// Returns what the exit code follows from; `None` when the line is well.
    pub fn trouble(&self) -> Option<Kind> {
        let stopped = || self.failure.as_ref().map_or(Kind::No, |failure| failure.kind.into());
        match self.outcome {
            ProposalOutcome::Failed | ProposalOutcome::Blocked => Some(stopped()),
            ProposalOutcome::Forbidden => Some(Kind::Undecided),
            ProposalOutcome::Opened
            | ProposalOutcome::Updated
            | ProposalOutcome::Already
            | ProposalOutcome::WouldOpen
            | ProposalOutcome::WouldUpdate
            | ProposalOutcome::Closed
            | ProposalOutcome::WouldClose
            | ProposalOutcome::Nothing => (self.conflict.is_some() || self.failure.is_some()).then(stopped),
        }
    }
}

impl PickOutcome {
    /// Returns the words for it in a table.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Picked | Self::Already => "picked",
            Self::Empty => "left out: it changes nothing here",
            Self::Conflict => "**conflict**",
            Self::Failed => "**failed**",
            Self::NotReached => "not reached",
        }
    }
}
