//! Events that are not about a pull request: what they are, and what judges what they tell of.

use std::fmt;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::model::commit::CommitId;

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
    /// A workflow was started by hand, by another program, by another workflow or by the clock.
    Started,
    /// Something else.
    Unknown,
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
    workflow_run: Option<IgnoredAny>,
    client_payload: Option<IgnoredAny>,
    schedule: Option<IgnoredAny>,
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
        match raw.issue {
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
            Self::Started => "say what is judged: patch-check pr N, or patch-check range A..B".to_owned(),
            Self::Unknown => {
                "give the file that GITHUB_EVENT_PATH names, in a workflow on pull_request, pull_request_target or \
                 pull_request_review"
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
            Self::Started => "the start of a workflow",
            Self::Unknown => "something else",
        })
    }
}
