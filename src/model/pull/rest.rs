//! A pull request as GitHub's REST API and the payloads of its events describe it: the schema `pull-request` of its OpenAPI
//! description.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Base, Head, Label, Merge, PullRequest, PullState, Readiness, Size};
use crate::model::known::{Known, Missing};
use crate::model::login::Login;
use crate::model::name::NotAName;

/// The longest title, name of a label, a branch or a milestone that is taken. GitHub allows fewer: 256 characters.
pub const MOST_NAME_BYTES: usize = 1024;
/// The longest description that is taken: GitHub allows 65,536 characters.
pub const MOST_BODY_BYTES: usize = 4 * 65_536;
/// The most labels that are taken: GitHub allows 100.
pub const MOST_LABELS: usize = 100;

/// Why a description of a pull request cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPull {
    /// A text or list is longer than GitHub allows.
    #[error("'{field}' is longer than {most}")]
    TooLong {
        /// The path of the field.
        field: &'static str,
        /// How long it may be.
        most: usize,
    },
    /// A name breaks a rule.
    #[error("'{field}' cannot be read")]
    Name {
        /// The path of the field.
        field: &'static str,
        /// The rule.
        #[source]
        source: NotAName,
    },
    /// A value is not one of those that the field may have.
    #[error("'{field}' is not {what}")]
    Value {
        /// The path of the field.
        field: &'static str,
        /// What was expected, with its article.
        what: &'static str,
    },
}

/// The fields of a pull request that are read. All others are passed over.
#[derive(Debug, Deserialize)]
pub struct RawPull {
    number: u64,
    title: String,
    body: Option<String>,
    user: Option<RawUser>,
    state: String,
    draft: Option<bool>,
    merged: Option<bool>,
    merged_at: Option<String>,
    merge_commit_sha: Option<String>,
    #[serde(default)]
    labels: Vec<RawLabel>,
    milestone: Option<RawMilestone>,
    base: RawSide,
    head: RawSide,
    additions: Option<u64>,
    deletions: Option<u64>,
    changed_files: Option<u64>,
}

/// An account, by its name.
#[derive(Debug, Deserialize)]
pub struct RawUser {
    login: String,
}

/// A label, by its name.
#[derive(Debug, Deserialize)]
pub struct RawLabel {
    name: String,
}

#[derive(Debug, Deserialize)]
struct RawMilestone {
    title: String,
}

#[derive(Debug, Deserialize)]
struct RawSide {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    repo: Option<RawRepository>,
}

/// A repository, by its name.
#[derive(Debug, Deserialize)]
pub struct RawRepository {
    full_name: String,
}

impl RawUser {
    /// Returns the account. `ghost` stands for all that were deleted, and for nobody.
    ///
    /// # Errors
    /// When the name cannot be one.
    pub fn login(user: Option<&Self>, field: &'static str) -> Result<Option<Login>, NotAPull> {
        let name = user.map(|user| user.login.as_str()).filter(|login| *login != "ghost");
        name.map(|login| named(field, login)).transpose()
    }
}

impl RawLabel {
    /// Returns the name.
    ///
    /// # Errors
    /// When it is longer than GitHub allows.
    pub fn name(self, field: &'static str) -> Result<String, NotAPull> {
        bounded(field, self.name, MOST_NAME_BYTES)
    }
}

impl RawRepository {
    /// Returns the name.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn name(&self, field: &'static str) -> Result<crate::model::config::RepositoryName, NotAPull> {
        named(field, &self.full_name)
    }
}

/// Reads a name by its own rules.
///
/// # Errors
/// When it breaks one.
pub fn named<T: std::str::FromStr<Err = NotAName>>(field: &'static str, text: &str) -> Result<T, NotAPull> {
    // The error quotes the text, which is a stranger's and may be as long as the whole payload.
    let text = bounded(field, text.to_owned(), MOST_NAME_BYTES)?;
    text.parse().map_err(|source| NotAPull::Name { field, source })
}

/// Reads the name of a commit.
///
/// # Errors
/// When it is none.
pub fn commit(field: &'static str, text: &str) -> Result<crate::model::commit::CommitId, NotAPull> {
    text.parse().map_err(|_| NotAPull::Value { field, what: "the full name of a commit" })
}

/// Reads a moment, RFC 3339.
///
/// # Errors
/// When it is none.
pub fn moment(field: &'static str, text: &str) -> Result<DateTime<Utc>, NotAPull> {
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| NotAPull::Value { field, what: "a moment" })?;
    Ok(moment.with_timezone(&Utc))
}

/// Takes a text of so many bytes at most.
///
/// # Errors
/// When it is longer.
pub fn bounded(field: &'static str, text: String, most: usize) -> Result<String, NotAPull> {
    if text.len() > most { Err(NotAPull::TooLong { field, most }) } else { Ok(text) }
}

impl TryFrom<RawPull> for PullRequest {
    type Error = NotAPull;

    /// Reads what GitHub says about a pull request. What is told elsewhere is unknown.
    fn try_from(raw: RawPull) -> Result<Self, NotAPull> {
        let (title, milestone) = ("pull_request.title", "pull_request.milestone.title");
        if raw.labels.len() > MOST_LABELS {
            return Err(NotAPull::TooLong { field: "pull_request.labels", most: MOST_LABELS });
        }
        let size = match (raw.changed_files, raw.additions, raw.deletions) {
            (Some(files), Some(additions), Some(deletions)) => Known::Known(Size { files, additions, deletions }),
            _ => Known::Unknown(Missing::NotInPayload),
        };
        Ok(Self {
            number: raw.number,
            author: RawUser::login(raw.user.as_ref(), "pull_request.user.login")?,
            state: state(&raw)?,
            title: bounded(title, raw.title, MOST_NAME_BYTES)?,
            body: bounded("pull_request.body", raw.body.unwrap_or_default(), MOST_BODY_BYTES)?,
            base: base(&raw.base)?,
            head: head(raw.head)?,
            readiness: if raw.draft == Some(true) { Readiness::Draft } else { Readiness::Ready },
            labels: raw.labels.into_iter().map(label).collect::<Result<_, _>>()?,
            milestone: raw.milestone.map(|m| bounded(milestone, m.title, MOST_NAME_BYTES)).transpose()?,
            size,
            reviews: Known::Unknown(Missing::NotInPayload),
            files: Known::Unknown(Missing::NotInPayload),
            checks: Known::Unknown(Missing::NotInPayload),
            issues: Known::Unknown(Missing::NotInPayload),
            commits: Known::Unknown(Missing::NotInPayload),
        })
    }
}

/// Reads how it ended. The commit that GitHub names while it is open is a trial merge that no branch will have.
fn state(raw: &RawPull) -> Result<PullState, NotAPull> {
    if raw.merged == Some(true) || raw.merged_at.is_some() {
        let (commit_field, at_field) = ("pull_request.merge_commit_sha", "pull_request.merged_at");
        return Ok(PullState::Merged(Merge {
            commit: raw.merge_commit_sha.as_deref().map(|sha| commit(commit_field, sha)).transpose()?,
            at: raw.merged_at.as_deref().map(|at| moment(at_field, at)).transpose()?,
        }));
    }
    match raw.state.as_str() {
        "open" => Ok(PullState::Open),
        "closed" => Ok(PullState::Closed),
        _ => Err(NotAPull::Value { field: "pull_request.state", what: "'open' or 'closed'" }),
    }
}

fn base(raw: &RawSide) -> Result<Base, NotAPull> {
    let field = "pull_request.base.repo.full_name";
    let repository = raw.repo.as_ref().ok_or(NotAPull::Value { field, what: "the name of a repository" })?;
    Ok(Base {
        branch: named("pull_request.base.ref", &raw.branch)?,
        commit: commit("pull_request.base.sha", &raw.sha)?,
        repository: repository.name(field)?,
    })
}

fn head(raw: RawSide) -> Result<Head, NotAPull> {
    let repository = raw.repo.map(|repository| repository.name("pull_request.head.repo.full_name"));
    Ok(Head {
        branch: bounded("pull_request.head.ref", raw.branch, MOST_NAME_BYTES)?,
        commit: commit("pull_request.head.sha", &raw.sha)?,
        repository: repository.transpose()?,
    })
}

fn label(raw: RawLabel) -> Result<Label, NotAPull> {
    let name = raw.name("pull_request.labels.name")?;
    Ok(Label { name, applied_by: Known::Unknown(Missing::NotInPayload) })
}
