//! The source and the documents of an advisory that may be told: they name what brought its flaw, which may have brought a secret one too.

use super::names::CommitSign;
use crate::model::advisory::Advisory;

/// An advisory that may be told.
#[derive(Clone)]
pub(super) struct Tellable {
    /// What it is called, in small letters.
    ids: Vec<String>,
    commits: Vec<CommitSign>,
}

impl Tellable {
    pub(super) fn of(advisory: &Advisory) -> Self {
        let ids = advisory.ids().iter().map(|id| id.to_lowercase()).collect();
        Self { ids, commits: CommitSign::all_of(advisory) }
    }

    /// Says whether one commit brought its flaw and that of another one.
    pub(super) fn shares(&self, others: &[CommitSign]) -> bool {
        others.iter().any(|other| other.is_brought_by(&self.commits))
    }

    /// Returns its commits, where a file is its own: every one of them is called after it.
    pub(super) fn in_file(&self, path: &str) -> &[CommitSign] {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let has = |id: &String| {
            name.match_indices(id.as_str())
                .any(|(at, _)| is_end(name[..at].chars().next_back()) && is_end(name[at + id.len()..].chars().next()))
        };
        if self.ids.iter().any(has) { &self.commits } else { &[] }
    }
}
