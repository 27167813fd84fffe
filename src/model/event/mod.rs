//! The event that a workflow was started by, from the payload that GitHub sends ("Webhook events and payloads" in its
//! documentation, under `pull_request`).

mod other;
#[cfg(test)]
mod tests;

use serde::Deserialize;

use super::branch::BranchName;
use super::commit::CommitId;
use super::config::RepositoryName;
use super::known::Known;
use super::login::Login;
use super::pull::rest::{MOST_NAME_BYTES, NotAPull, RawLabel, RawPull, RawRepository, RawUser, bounded, commit, named};
use super::pull::{PullRequest, PullState};

use other::RawOther;
pub use other::{Other, RunSource, WorkflowRun};

/// The longest payload that is read: GitHub sends none above 25 MB ("Webhook events and payloads").
pub const MOST_PAYLOAD_BYTES: usize = 25 * 1024 * 1024;

/// Returns the default branch of the repository that an event of any kind happened in, where its payload tells it.
pub fn default_branch(payload: &[u8]) -> Option<BranchName> {
    #[derive(Deserialize)]
    struct Any {
        repository: Repository,
    }
    #[derive(Deserialize)]
    struct Repository {
        default_branch: String,
    }
    serde_json::from_slice::<Any>(payload).ok()?.repository.default_branch.parse().ok()
}

/// Something that happened to a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub action: Action,
    /// The pull request as it was then. Reviews, files, checks and issues are unknown.
    pub pull_request: PullRequest,
    /// Who did it; `None` when the account was deleted.
    pub sender: Option<Login>,
    /// The repository that it happened in.
    pub repository: RepositoryName,
}

/// What happened to a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// It was opened.
    Opened,
    /// It was opened again.
    Reopened,
    /// Its head has other commits.
    Synchronize,
    /// Its title, description or base was changed.
    Edited {
        /// The base before, where it is another one now.
        old_base: Option<OldBase>,
    },
    /// It was given the label of this name: text from a stranger.
    Labeled(String),
    /// The label of this name was taken from it: text from a stranger.
    Unlabeled(String),
    /// It is a draft no more.
    ReadyForReview,
    /// It is a draft again.
    ConvertedToDraft,
    /// It was closed and not merged.
    Closed,
    /// It was merged.
    Merged,
    /// Something else, by GitHub's word for it, which is text from a stranger: also what happened to a review or a comment.
    Other(String),
}

/// What a pull request went to before it was given another base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldBase {
    /// The branch.
    pub branch: BranchName,
    /// Its commit that the pull request was compared with.
    pub commit: Option<CommitId>,
}

/// Why a payload cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum NotAnEvent {
    /// It is longer than any that GitHub sends.
    #[error("the payload is longer than {MOST_PAYLOAD_BYTES} bytes")]
    TooLong,
    /// It is not JSON, or a field has another form: what the parser says, cut short, for it may quote a stranger.
    #[error("the payload cannot be read: {0}")]
    Json(String),
    /// It tells of something else.
    #[error("the payload is that of an event of {0}, not of a pull request: it has no 'pull_request'")]
    OtherEvent(Other),
    /// It lacks what every event of a pull request has.
    #[error("the payload is not that of an event of a pull request: it has no '{lacks}'")]
    Lacking {
        /// The field that every event of a pull request has.
        lacks: &'static str,
    },
    /// It contradicts itself.
    #[error("the payload contradicts itself: '{one}' and '{other}' differ")]
    Contradiction {
        /// The path of a field.
        one: &'static str,
        /// The path of the field that says otherwise.
        other: &'static str,
    },
    /// What it says of the pull request breaks a rule.
    #[error("the payload describes no pull request")]
    Pull(#[from] NotAPull),
}

#[derive(Deserialize)]
struct RawEvent {
    action: Option<String>,
    number: Option<u64>,
    pull_request: Option<RawPull>,
    repository: Option<RawRepository>,
    sender: Option<RawUser>,
    label: Option<RawLabel>,
    changes: Option<RawChanges>,
}

#[derive(Deserialize)]
struct RawChanges {
    base: Option<RawBaseChange>,
}

#[derive(Deserialize)]
struct RawBaseChange {
    #[serde(rename = "ref")]
    branch: RawFrom,
    sha: Option<RawFrom>,
}

#[derive(Deserialize)]
struct RawFrom {
    from: String,
}

impl NotAnEvent {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::OtherEvent(other) => other.instead(),
            Self::TooLong | Self::Json(_) | Self::Lacking { .. } | Self::Contradiction { .. } | Self::Pull(_) => {
                Other::Unknown.instead()
            }
        }
    }
}

impl Event {
    /// Reads a payload.
    ///
    /// # Errors
    /// When it is not that of an event of a pull request, longer than GitHub sends, or contradicts itself.
    pub fn parse(payload: &[u8]) -> Result<Self, NotAnEvent> {
        if payload.len() > MOST_PAYLOAD_BYTES {
            return Err(NotAnEvent::TooLong);
        }
        let mut raw: RawEvent = serde_json::from_slice(payload).map_err(unreadable)?;
        let lacks = |lacks| NotAnEvent::Lacking { lacks };
        let Some(pull) = raw.pull_request.take() else {
            let other: RawOther = serde_json::from_slice(payload).map_err(unreadable)?;
            return Err(NotAnEvent::OtherEvent(other.into()));
        };
        let word = raw.action.take().ok_or(lacks("action"))?;
        let repository = raw.repository.take().ok_or(lacks("repository"))?.name("repository.full_name")?;
        let mut pull_request = PullRequest::try_from(pull)?;
        if raw.number.is_some_and(|number| number != pull_request.number) {
            return Err(NotAnEvent::Contradiction { one: "number", other: "pull_request.number" });
        }
        if !pull_request.base.repository.as_str().eq_ignore_ascii_case(repository.as_str()) {
            let (one, other) = ("repository.full_name", "pull_request.base.repo.full_name");
            return Err(NotAnEvent::Contradiction { one, other });
        }
        let sender = RawUser::login(raw.sender.as_ref(), "sender.login")?;
        let action = action(word, raw, &pull_request)?;
        if let (Action::Labeled(name), Some(sender)) = (&action, &sender) {
            let mut labels = pull_request.labels.iter_mut();
            if let Some(label) = labels.find(|label| label.name == *name) {
                label.applied_by = Known::Known(sender.clone());
            }
        }
        Ok(Self { action, pull_request, sender, repository })
    }
}

fn unreadable(error: serde_json::Error) -> NotAnEvent {
    NotAnEvent::Json(error.to_string().chars().take(200).collect())
}

/// Reads what happened. `closed` is said of a merged pull request, too. The events of its reviews and comments use the same words
/// for those, and do not say the number of the pull request by itself.
fn action(word: String, raw: RawEvent, pull_request: &PullRequest) -> Result<Action, NotAnEvent> {
    let label = raw.label.map(|label| label.name("label.name")).transpose()?;
    let label = label.ok_or(NotAnEvent::Lacking { lacks: "label" });
    Ok(match word.as_str() {
        _ if raw.number.is_none() => Action::Other(bounded("action", word, MOST_NAME_BYTES)?),
        "opened" => Action::Opened,
        "reopened" => Action::Reopened,
        "synchronize" => Action::Synchronize,
        "edited" => {
            Action::Edited { old_base: raw.changes.and_then(|changes| changes.base).map(old_base).transpose()? }
        }
        "labeled" => Action::Labeled(label?),
        "unlabeled" => Action::Unlabeled(label?),
        "ready_for_review" => Action::ReadyForReview,
        "converted_to_draft" => Action::ConvertedToDraft,
        "closed" => match pull_request.state {
            PullState::Merged(_) => Action::Merged,
            PullState::Open | PullState::Closed => Action::Closed,
        },
        _ => Action::Other(bounded("action", word, MOST_NAME_BYTES)?),
    })
}

fn old_base(raw: RawBaseChange) -> Result<OldBase, NotAPull> {
    Ok(OldBase {
        branch: named("changes.base.ref.from", &raw.branch.from)?,
        commit: raw.sha.map(|sha| commit("changes.base.sha.from", &sha.from)).transpose()?,
    })
}
