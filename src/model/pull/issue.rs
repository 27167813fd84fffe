//! The issues that a pull request closes.

use crate::model::config::RepositoryName;

/// An issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its number in its repository.
    pub number: u64,
    /// Its repository, which may be another than that of the pull request.
    pub repository: RepositoryName,
    /// Its title: text from a stranger.
    pub title: String,
    /// Whether it is open.
    pub state: IssueState,
    /// The names of its labels: text from a stranger.
    pub labels: Vec<String>,
    /// Its milestone: text from a stranger.
    pub milestone: Option<String>,
}

/// Whether an issue is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueState {
    /// It is.
    Open,
    /// It is not.
    Closed,
}
