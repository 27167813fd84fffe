//! Commits of lines that read as if they made a fix again, found by their messages and by which files they change.

use crate::model::advisory::again::{Saying, Sayings, SpokenOf};
use crate::model::advisory::lines::Known;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::presence::Certainty;
use crate::ports::git::{Git, Glanced};

use super::copies::Pick;
use super::requests::Requests;

/// Takes the fixes of an advisory, each of which `parts` has with the commits that it brought.
///
/// # Errors
/// When a commit is missing or git fails.
pub(super) fn sayings<'i>(
    git: &Git,
    parts: &[Vec<CommitId>],
    requests: &Requests<'_>,
    ids: &'i [String],
) -> Result<Sayings<'i>> {
    let mut fixes: Vec<(CommitId, Vec<Commit>)> = Vec::new();
    for part in parts {
        let Some(fix) = part.first() else { continue };
        if fixes.iter().all(|(known, _)| known != fix) {
            fixes.push((*fix, Vec::new()));
        }
        let Some((_, commits)) = fixes.iter_mut().find(|(known, _)| known == fix) else { continue };
        for id in part {
            if commits.iter().all(|known| known.id != *id) {
                commits.push(git.commit(*id)?);
            }
        }
    }
    let spoken =
        |(fix, commits): &(CommitId, Vec<Commit>)| Ok(SpokenOf::of(*fix, commits, requests.of(commits)?.into_values()));
    Ok(Sayings::new(fixes.iter().map(spoken).collect::<Result<_>>()?, ids))
}

/// Finds the commits that read as if they made one of the fixes again, each with the fix, and that are not known as copies. None of them is
/// sure.
///
/// # Errors
/// When a commit is missing or git fails.
pub(super) fn made_again(git: &Git, sayings: &Sayings<'_>, known: &[Pick], among: &[&Glanced]) -> Result<Vec<Pick>> {
    let wording = sayings.wording();
    let sure = |id: CommitId| known.iter().any(|pick| pick.commit == id && pick.certainty == Certainty::Yes);
    let like = among.iter().filter(|one| wording.lets_through(&one.gist) && !sure(one.id()));
    let like = like.map(|one| git.commit(one.id()));
    let like: Vec<Commit> = like.collect::<Result<_>>()?;
    let said: Vec<(&Commit, Vec<Saying>)> =
        like.iter().map(|commit| (commit, sayings.of(commit))).filter(|(_, said)| !said.is_empty()).collect();
    if said.is_empty() {
        return Ok(Vec::new());
    }
    let fixes =
        said.iter().flat_map(|(_, said)| said).map(|one| git.commit(one.fix)).collect::<Result<Vec<Commit>>>()?;
    let patches = git.patches(&fixes.iter().chain(said.iter().map(|(commit, _)| *commit)).collect::<Vec<_>>())?;
    let patch = |id: CommitId| patches.get(&id).map_or(&[][..], Vec::as_slice);
    let mut found = Vec::new();
    for (commit, said) in said {
        let pick = |one: Saying| Pick {
            commit: commit.id,
            origin: one.fix,
            certainty: Certainty::Probably,
            known: Known::FixLike,
            detail: one.words,
        };
        found.extend(said.into_iter().filter(|one| one.may_be_so(patch(one.fix), patch(commit.id))).map(pick));
    }
    found.retain(|new: &Pick| known.iter().all(|one| (one.commit, one.origin) != (new.commit, new.origin)));
    Ok(found)
}
