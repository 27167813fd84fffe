//! The pull requests that brought commits to main, found out for those that are asked about.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::model::change::{Node, groups, own_pull_request};
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::ports::git::{Git, Glanced};

/// Which commit brought each other one to main.
pub(super) struct Requests<'g> {
    git: &'g Git,
    brought_by: HashMap<CommitId, CommitId, RandomState>,
}

impl<'g> Requests<'g> {
    /// Of these commits nothing is known.
    pub fn none(git: &'g Git) -> Self {
        Self { git, brought_by: HashMap::default() }
    }

    /// Takes the history of main, parents before children.
    pub fn of_main(git: &'g Git, commits: &[Glanced], main: CommitId) -> Self {
        let nodes: Vec<Node<'_>> = commits.iter().map(|commit| (commit.id(), commit.parents())).collect();
        let mut brought_by = HashMap::with_capacity_and_hasher(commits.len(), RandomState::default());
        for group in groups(&nodes, main) {
            brought_by.extend(group.members.into_iter().map(|at| (commits[at].id(), commits[group.at].id())));
        }
        Self { git, brought_by }
    }

    /// Returns the numbers of the pull requests that brought some commits. Only the commit of main that brought one names it.
    ///
    /// # Errors
    /// When a commit is missing.
    pub fn of(&self, commits: &[Commit]) -> Result<HashMap<CommitId, u64>> {
        let mut found = HashMap::new();
        for commit in commits {
            let Some(by) = self.brought_by.get(&commit.id) else { continue };
            let number = own_pull_request(&self.git.commit(*by)?.message);
            found.extend(number.map(|number| (commit.id, number)));
        }
        Ok(found)
    }
}
