//! What the forge tells of the pull requests that brought changes to main.

use std::collections::BTreeMap;

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::known::{Known, Missing};
use crate::model::pull::{PullRequest, PullState};
use crate::ports::forge::Forge;

use super::trace::{Landed, Pick};

/// The pull requests of changes, where the forge was asked.
pub(super) struct Pulls<'p> {
    main: &'p BranchName,
    known: Option<BTreeMap<CommitId, Known<Vec<PullRequest>>>>,
}

impl<'p> Pulls<'p> {
    /// Asks for those of picks, many at once.
    ///
    /// # Errors
    /// When the forge refuses or fails altogether.
    pub(super) fn of<'a>(
        forge: Option<&Forge>,
        main: &'p BranchName,
        picks: impl Iterator<Item = &'a Pick>,
    ) -> Result<Self> {
        let asked: Vec<CommitId> = picks.flat_map(|pick| &pick.landed).map(|landed| landed.change.id).collect();
        let known = forge.map(|forge| forge.of_commits(&asked)).transpose();
        Ok(Self { main, known: known.map_err(|failure| failure.into_error())? })
    }

    /// Returns the pull request that brought a change; `None` inside: there is none, as far as the forge knows.
    pub(super) fn pull(&self, landed: &Landed) -> Known<Option<PullRequest>> {
        let Some(known) = &self.known else { return Known::Unknown(Missing::NotAsked) };
        let is_it = |pull: &PullRequest| {
            let merged = matches!(pull.state, PullState::Merged(_));
            merged
                && pull.base.branch == *self.main
                && landed.change.pull_request.is_none_or(|number| number == pull.number)
        };
        match known.get(&landed.change.id) {
            Some(Known::Known(pulls)) => Known::Known(pulls.iter().find(|pull| is_it(pull)).cloned()),
            Some(Known::Unknown(why)) => Known::Unknown(why.clone()),
            None => Known::Unknown(Missing::NotAsked),
        }
    }
    /// Returns the descriptions of the pull requests that brought changes, each behind the change, as far as the forge tells them.
    pub(super) fn descriptions(&self, landed: &[Landed]) -> Vec<(CommitId, String)> {
        let told = |one: &Landed| Some((one.change.id, self.pull(one).value()?.as_ref()?.body.clone()));
        landed.iter().filter_map(told).collect()
    }
}
