//! Which commits of a release take one another back.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::change::title;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::reverts::{Origin, Settled, TakenBack, claims, settle};
use crate::ports::git::Git;
use crate::ports::survey::undone::Undone;

use super::chores::Path;
use super::trace::Pick;

/// The commits that take one another back, and what is to be said of those that only say so.
pub(super) struct Reverts {
    pub(super) pairs: Vec<TakenBack>,
    pub(super) warnings: Vec<String>,
    gone: HashSet<CommitId>,
}

impl Reverts {
    /// Finds them among the commits that may concern users; `all` are those of the release, parents before children, and `brought` has
    /// what merges among them brought.
    ///
    /// # Errors
    /// When git fails, for example because an object is missing.
    pub(super) fn among(
        git: &Git,
        (all, brought): (&[Commit], &HashMap<CommitId, Vec<CommitId>>),
        kept: &[Commit],
        picks: &[Pick],
    ) -> Result<Self> {
        let claims = claims(kept, &picks.iter().map(|pick| (pick.commit.id, origin(pick))).collect());
        let concerned: HashSet<CommitId> = kept.iter().map(|commit| commit.id).collect();
        let of_concern = |ids: &Vec<CommitId>| ids.iter().copied().filter(|id| concerned.contains(id)).collect();
        let brought = brought.iter().map(|(merge, ids)| (*merge, of_concern(ids))).collect();
        let undone = Undone::by(git, kept, &claims)?;
        let Settled { mut pairs, doubtful } = settle(&claims, &brought, |by, of| undone.is_whole(by, of));
        let order: HashMap<CommitId, usize> = all.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
        pairs.arrange_by_key(|pair| (order.get(&pair.commit).copied(), order.get(&pair.by).copied()));
        let told: HashSet<CommitId> = picks.iter().map(|pick| pick.commit.id).collect();
        let named: HashMap<CommitId, &Commit> = kept.iter().map(|commit| (commit.id, commit)).collect();
        let name = |id: &CommitId| named.get(id).map(|commit| format!("{} '{}'", id.short(), commit.subject()));
        let warning = |pair: &TakenBack| {
            let (by, of) = (name(&pair.by)?, name(&pair.commit)?);
            Some(format!(
                "{by} says that it takes back {of}, but does not undo exactly what that changed: both are told"
            ))
        };
        let warnings = doubtful.iter().filter(|pair| told.contains(&pair.by)).filter_map(warning).collect();
        let gone = pairs.iter().flat_map(|pair| [pair.commit, pair.by]).collect();
        Ok(Self { pairs, warnings, gone })
    }

    /// Says whether a commit was taken back, or took one back.
    pub(super) fn are_about(&self, commit: CommitId) -> bool {
        self.gone.contains(&commit)
    }

    /// Returns the picks that no later one takes back and that take none back, each with the paths that it changes.
    pub(super) fn standing(
        &self,
        picks: Vec<Pick>,
        paths: impl Iterator<Item = (CommitId, Vec<Path>)>,
    ) -> Vec<(Pick, Vec<Path>)> {
        let mut paths: HashMap<CommitId, Vec<Path>> = paths.collect();
        let stands = picks.into_iter().filter(|pick| !self.are_about(pick.commit.id));
        stands
            .map(|pick| (paths.remove(&pick.commit.id).unwrap_or_default(), pick))
            .map(|(paths, pick)| (pick, paths))
            .collect()
    }
}

/// Returns by what a revert may call what a pick was picked from, and the pick itself.
fn origin(pick: &Pick) -> Origin {
    let changes = || pick.landed.iter().map(|landed| &landed.change);
    let of_commits = pick.landed.iter().flat_map(|landed| &landed.commits).map(title);
    Origin {
        commits: pick.origin.commits().to_vec(),
        numbers: changes().filter_map(|change| change.pull_request).collect(),
        titles: changes().map(|change| change.title.clone()).chain(of_commits).collect(),
    }
}
