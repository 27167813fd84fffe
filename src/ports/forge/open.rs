//! The open pull requests to a branch.

use serde::Deserialize;

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::percent::encode;

use super::{Failure, Forge, rest};

#[derive(Deserialize)]
struct Raw {
    number: u64,
    base: RawBase,
    head: RawHead,
}

#[derive(Deserialize)]
struct RawHead {
    sha: CommitId,
}

#[derive(Deserialize)]
struct RawBase {
    #[serde(rename = "ref")]
    branch: String,
}

impl Forge {
    /// Returns the numbers of the open pull requests to a branch, whatever they come from, each with its newest commit.
    ///
    /// # Errors
    /// When the forge refuses or fails.
    pub fn open_pulls_to(&self, base: &BranchName) -> Result<Vec<(u64, CommitId)>, Failure> {
        let asked = format!("read the open pull requests to '{base}' of '{}'", self.repository);
        let path = format!("/pulls?state=open&base={}&per_page=100", encode(base.as_str()));
        // GitHub passes over a filter that it cannot read.
        let is_it = |raw: &Raw| raw.base.branch == base.as_str();
        self.list(&asked, "the list", &path, |body| {
            Ok(rest::json::<Vec<Raw>>(body)?.into_iter().filter(is_it).map(|raw| (raw.number, raw.head.sha)).collect())
        })
    }
}
