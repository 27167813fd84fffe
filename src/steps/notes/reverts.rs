//! Which commits of a release take one another back.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::change::title;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::reverts::parts::Rest;
use crate::model::notes::reverts::{Origin, Settled, TakenBack, claims, claims_without_words, settle};
use crate::model::notes::{LeftOut, WhyLeftOut};
use crate::ports::git::Git;
use crate::ports::survey::undone::Undone;

use super::chores::Path;
use super::parts::{rests, standing};
use super::trace::{Landed, Pick};

/// The commits that take one another back, and what is to be said of those that only say so.
pub(super) struct Reverts {
    pub(super) pairs: Vec<TakenBack>,
    pub(super) warnings: Vec<String>,
    /// Those that take a part of a commit back that is told without it.
    pub(super) left_out: Vec<LeftOut>,
    gone: HashSet<CommitId>,
    /// What is left of picks of several changes.
    rests: HashMap<CommitId, Rest>,
}

/// A pick that stands, or what is left of it.
pub(super) struct Standing {
    pub(super) pick: Pick,
    /// The paths that it changes.
    pub(super) paths: Vec<Path>,
    /// Those of several changes that were taken back, of which its message still speaks; `None`: nothing of it was.
    pub(super) lost: Option<Vec<Landed>>,
    /// The pick whose conflicts it only resolves.
    pub(super) resolves: Option<CommitId>,
}

impl Reverts {
    /// Finds them among the commits that may concern users, each with the paths that it changes; `all` are those of the release, parents
    /// before children, and `brought` has what merges among them brought.
    ///
    /// # Errors
    /// When git fails, for example because an object is missing.
    pub(super) fn among(
        git: &Git,
        (all, brought): (&[Commit], &HashMap<CommitId, Vec<CommitId>>),
        (kept, paths): (&[Commit], &[Vec<Path>]),
        picks: &[Pick],
    ) -> Result<Self> {
        let claims = claims(kept, &picks.iter().map(|pick| (pick.commit.id, origin(pick))).collect());
        let concerned: HashSet<CommitId> = kept.iter().map(|commit| commit.id).collect();
        let of_concern = |ids: &Vec<CommitId>| ids.iter().copied().filter(|id| concerned.contains(id)).collect();
        let brought = brought.iter().map(|(merge, ids)| (*merge, of_concern(ids))).collect();
        let undone = Undone::by(git, kept, &claims)?;
        let Settled { mut pairs, mut doubtful } = settle(&claims, &brought, |by, of| undone.is_whole(by, of));
        pairs.extend(without_a_word(git, kept, paths, &brought, &pairs)?);
        doubtful.retain(|doubt| pairs.iter().all(|pair| [pair.commit, pair.by].iter().all(|id| !doubt.is_of(*id))));
        let rests = rests(git, &undone, picks, &doubtful)?;
        pairs.extend(rests.whole);
        let order: HashMap<CommitId, usize> = all.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
        pairs.arrange_by_key(|pair| (order.get(&pair.commit).copied(), order.get(&pair.by).copied()));
        let mut gone: HashSet<CommitId> = pairs.iter().flat_map(|pair| [pair.commit, pair.by]).collect();
        let takers = rests.left.values().flat_map(|rest| &rest.gone).map(|pair| pair.by);
        let takers: HashSet<CommitId> =
            takers.flat_map(|by| std::iter::once(by).chain(brought.get(&by).into_iter().flatten().copied())).collect();
        let left_out = kept.iter().filter(|commit| takers.contains(&commit.id) && !gone.contains(&commit.id));
        let left_out = left_out
            .map(|commit| LeftOut {
                commit: commit.id,
                subject: commit.subject().to_owned(),
                why: WhyLeftOut::TakesBack,
            })
            .collect();
        gone.extend(takers);
        doubtful.retain(|pair| !gone.contains(&pair.commit) && !gone.contains(&pair.by));
        let warnings = warnings(kept, picks, &doubtful, &rests.left);
        Ok(Self { pairs, warnings, left_out, gone, rests: rests.left })
    }

    /// Says whether a commit was taken back, or took one back.
    pub(super) fn are_about(&self, commit: CommitId) -> bool {
        self.gone.contains(&commit)
    }

    /// Returns the picks that no later one takes back and that take none back, each with the paths that it changes: of those of several
    /// changes, what is left.
    pub(super) fn standing(
        &self,
        picks: Vec<Pick>,
        paths: impl Iterator<Item = (CommitId, Vec<Path>)>,
    ) -> Vec<Standing> {
        let mut paths: HashMap<CommitId, Vec<Path>> = paths.collect();
        let stands = picks.into_iter().filter(|pick| !self.are_about(pick.commit.id));
        stands
            .map(|pick| {
                let paths = paths.remove(&pick.commit.id).unwrap_or_default();
                standing(pick, paths, &self.rests)
            })
            .collect()
    }
}

/// Finds those among the commits that are in no pair that undo exactly what an earlier one of them changed, whatever they say. Patches are
/// read only of those that change the same paths.
fn without_a_word(
    git: &Git,
    kept: &[Commit],
    paths: &[Vec<Path>],
    brought: &HashMap<CommitId, Vec<CommitId>>,
    known: &[TakenBack],
) -> Result<Vec<TakenBack>> {
    let gone: HashSet<CommitId> = known.iter().flat_map(|pair| [pair.commit, pair.by]).collect();
    let open = kept.iter().zip(paths).filter(|(commit, _)| !gone.contains(&commit.id));
    let names = |paths: &[Path]| paths.iter().map(|path| path.bytes.clone()).collect::<Vec<_>>();
    let claims = claims_without_words(open.map(|(commit, paths)| (commit.id, names(paths))));
    let undone = Undone::by(git, kept, &claims)?;
    Ok(settle(&claims, brought, |by, of| of.len() == 1 && undone.is_whole(by, of)).pairs)
}

/// Says of which commits it is not settled whether they take others back.
fn warnings(kept: &[Commit], picks: &[Pick], doubtful: &[TakenBack], rests: &HashMap<CommitId, Rest>) -> Vec<String> {
    let told: HashSet<CommitId> = picks.iter().map(|pick| pick.commit.id).collect();
    let named: HashMap<CommitId, &Commit> = kept.iter().map(|commit| (commit.id, commit)).collect();
    let name = |id: &CommitId| named.get(id).map(|commit| format!("{} '{}'", id.short(), commit.subject()));
    let is_part = |pair: &TakenBack| {
        rests.get(&pair.commit).is_some_and(|rest| rest.unsure.iter().any(|unsure| unsure.by == pair.by))
    };
    let of_part = |pair: &TakenBack| {
        let (by, of) = (name(&pair.by)?, name(&pair.commit)?);
        Some(format!(
            "{by} says that it takes back {of}, and undoes a part of it that is none of its changes as a whole: both are told, and \
             which advisories that fixes is open"
        ))
    };
    let (parts, others): (Vec<&TakenBack>, Vec<&TakenBack>) = doubtful.iter().partition(|pair| is_part(pair));
    let of_whole = |pairs: &[&TakenBack]| {
        let by = pairs.first().filter(|pair| told.contains(&pair.by)).and_then(|pair| name(&pair.by))?;
        let of: Vec<String> = pairs.iter().filter_map(|pair| name(&pair.commit)).collect();
        let (that, both) = if of.len() > 1 { ("those", "all") } else { ("that", "both") };
        let of = of.join(" and ");
        Some(format!(
            "{by} says that it takes back {of}, but does not undo exactly what {that} changed: {both} are told"
        ))
    };
    let of_wholes = others.chunk_by(|one, next| one.by == next.by).filter_map(of_whole);
    of_wholes.chain(parts.into_iter().filter_map(of_part)).collect()
}

/// Returns by what a revert may call what a pick was picked from, and the pick itself.
fn origin(pick: &Pick) -> Origin {
    let changes = || pick.landed.iter().map(|landed| &landed.change);
    let of_commits = pick.landed.iter().flat_map(|landed| &landed.commits).map(title);
    Origin {
        commits: pick.origin.commits().iter().copied().chain(changes().map(|change| change.id)).collect(),
        numbers: changes().filter_map(|change| change.pull_request).collect(),
        titles: changes().map(|change| change.title.clone()).chain(of_commits).collect(),
    }
}
