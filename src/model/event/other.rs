//! Events that are not about a pull request: what they are, and what judges what they tell of.

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::model::commit::CommitId;
use crate::model::config::RepositoryName;
use crate::model::pull::rest::{MOST_NAME_BYTES, NotAPull, RawRepository, bounded, commit};

/// An event that is not about a pull request by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Other {
    /// Somebody pushed.
    Push {
        /// The newest commit before; `None` where the branch is new.
        before: Option<CommitId>,
        /// The newest commit after; `None` where the branch was deleted.
        after: Option<CommitId>,
    },
    /// A merge queue asks for checks.
    MergeGroup,
    /// Something happened to the issue that a pull request of this number is at the same time, such as a comment.
    PullRequestAsIssue(u64),
    /// Something happened to an issue.
    Issue,
    /// A run of another workflow began or ended.
    Run(WorkflowRun),
    /// A workflow was started by hand, by another program or by the clock.
    Started,
    /// Something else.
    Unknown,
}

/// A run of a workflow, and what it was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowRun {
    /// The commit: of a pull request the newest one at that time.
    pub commit: CommitId,
    /// The branch of that commit; `None` where GitHub tells none, as when its repository was deleted meanwhile.
    pub source: Option<RunSource>,
}

/// The branch that a run of a workflow was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSource {
    /// Its name: text from a stranger.
    pub branch: String,
    /// Its repository, which may be a fork.
    pub repository: RepositoryName,
}

/// The fields by which these events are told from one another.
#[derive(Deserialize)]
pub(super) struct RawOther {
    issue: Option<RawIssue>,
    merge_group: Option<IgnoredAny>,
    pusher: Option<IgnoredAny>,
    before: Option<Value>,
    after: Option<Value>,
    workflow: Option<IgnoredAny>,
    workflow_run: Option<Value>,
    client_payload: Option<IgnoredAny>,
    schedule: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct RawRun {
    head_sha: String,
    head_branch: Option<String>,
    head_repository: Option<RawRepository>,
}

impl RawRun {
    fn read(self) -> Result<WorkflowRun, NotAPull> {
        let source = |(branch, repository): (String, RawRepository)| -> Result<RunSource, NotAPull> {
            Ok(RunSource {
                branch: bounded("workflow_run.head_branch", branch, MOST_NAME_BYTES)?,
                repository: repository.name("workflow_run.head_repository.full_name")?,
            })
        };
        Ok(WorkflowRun {
            commit: commit("workflow_run.head_sha", &self.head_sha)?,
            source: self.head_branch.zip(self.head_repository).map(source).transpose()?,
        })
    }
}

#[derive(Deserialize)]
struct RawIssue {
    number: Option<u64>,
    pull_request: Option<IgnoredAny>,
}

impl From<RawOther> for Other {
    fn from(raw: RawOther) -> Self {
        // Forty zeros stand for no commit.
        let commit = |value: &Option<Value>| -> Option<CommitId> {
            let text = value.as_ref()?.as_str().filter(|text| text.bytes().any(|byte| byte != b'0'))?;
            text.parse().ok()
        };
        let started = raw.workflow.is_some() || raw.workflow_run.is_some() || raw.client_payload.is_some();
        let run = raw.workflow_run.and_then(|run| RawRun::deserialize(run).ok()?.read().ok());
        match raw.issue {
            None if run.is_some() => run.map_or(Self::Started, Self::Run),
            Some(RawIssue { number: Some(number), pull_request: Some(_) }) => Self::PullRequestAsIssue(number),
            Some(_) => Self::Issue,
            None if raw.merge_group.is_some() => Self::MergeGroup,
            None if raw.pusher.is_some() => Self::Push { before: commit(&raw.before), after: commit(&raw.after) },
            None if started || raw.schedule.is_some() => Self::Started,
            None => Self::Unknown,
        }
    }
}

impl Other {
    /// Returns what to do instead, as a hint.
    pub fn instead(&self) -> String {
        match self {
            Self::Push { before: Some(before), after: Some(after) } => {
                format!("judge what was pushed to main: patch-check range {before}..{after}")
            }
            Self::Push { before: None, after: Some(after) } => {
                format!("judge its newest commit: patch-check commit {after}")
            }
            Self::Push { after: None, .. } => "a branch that was deleted brings nothing to judge".to_owned(),
            Self::MergeGroup => {
                "a pull request is judged before it enters the queue: leave this step out on 'merge_group'".to_owned()
            }
            Self::PullRequestAsIssue(number) => format!("judge the pull request: patch-check pr {number}"),
            Self::Issue => "an issue brings nothing to judge; what solves it is judged by its pull request".to_owned(),
            Self::Run(WorkflowRun { source: None, .. }) => {
                "its branch is not told, and so not its pull requests; to judge one: patch-check pr N".to_owned()
            }
            Self::Run(_) => {
                "give a token, for GitHub is asked which pull requests the run was for: set GITHUB_TOKEN".to_owned()
            }
            Self::Started => "say what is judged: patch-check pr N, or patch-check range A..B".to_owned(),
            Self::Unknown => {
                "give the file that GITHUB_EVENT_PATH names, in a workflow on pull_request, pull_request_target, \
                 pull_request_review or workflow_run"
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Push { .. } => "a push",
            Self::MergeGroup => "a merge queue",
            Self::PullRequestAsIssue(_) => "the conversation of a pull request",
            Self::Issue => "an issue",
            Self::Run(_) => "a run of a workflow",
            Self::Started => "the start of a workflow",
            Self::Unknown => "something else",
        })
    }
}
