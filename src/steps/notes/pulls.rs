//! What the forge tells of the pull requests that brought changes to main.

use std::collections::BTreeMap;

use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::known::{Known, Missing};
use crate::model::pull::{PullRequest, PullState};
use crate::ports::forge::{Forge, Part};

use super::trace::{Landed, Pick};

/// What a token needs, so that everything that notes say of pull requests can be read.
const NEEDS: &str = "'pull-requests: read' and 'issues: read'";

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
        let known = forge.map(|forge| forge.of_commits(&asked, &[Part::Issues])).transpose();
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

    /// Says what the forge does not tell of them.
    pub(super) fn unread(&self) -> Vec<String> {
        self.missing().into_iter().map(|(what, why)| format!("{what} is not known: {why}")).collect()
    }

    /// Requires that the forge told of all that it has: what is not read could be that a change closes a way to attack.
    ///
    /// # Errors
    /// When it refused or failed to tell of one.
    pub(super) fn require_read(&self) -> Result<()> {
        let failed = |(_, why): &(String, &Missing)| matches!(why, Missing::Failed(_));
        let Some((what, why)) = self.missing().into_iter().find(failed) else { return Ok(()) };
        Err(Error::undecided(format!("{what} is not known, so that the notes could lack what it says"))
            .because(why.to_string())
            .hint(format!("give the token {NEEDS}, in a workflow under 'permissions:'")))
    }

    /// Returns what is missing and why: pull requests, and the issues of those that went to main.
    fn missing(&self) -> Vec<(String, &Missing)> {
        let mut found = Vec::new();
        for (commit, pulls) in self.known.iter().flatten() {
            let short = commit.short();
            found.extend(pulls.missing().map(|why| (format!("the pull request of {short}"), why)));
            let of_main = pulls.value().into_iter().flatten().filter(|pull| pull.base.branch == *self.main);
            for pull in of_main {
                let what = || format!("which issues pull request {} closes", pull.number);
                found.extend(pull.issues.missing().map(|why| (what(), why)));
            }
        }
        found
    }

    /// Returns the descriptions of the pull requests that brought changes, each behind the change, as far as the forge tells them.
    pub(super) fn descriptions(&self, landed: &[Landed]) -> Vec<(CommitId, String)> {
        let told = |one: &Landed| Some((one.change.id, self.pull(one).value()?.as_ref()?.body.clone()));
        landed.iter().filter_map(told).collect()
    }
}
