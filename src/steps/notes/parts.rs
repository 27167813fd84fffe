//! What is left of picks of several changes of which a part was taken back.

use std::collections::HashMap;

use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::claim::Brought;
use crate::model::notes::reverts::TakenBack;
use crate::model::notes::reverts::parts::{Part, Rest, undoes};
use crate::model::patch::{FilePatch, Likeness, compare};
use crate::ports::git::Git;
use crate::ports::survey::undone::Undone;

use super::chores::Path;
use super::reverts::Standing;
use super::trace::{Landed, Pick};

/// What became of picks of several changes that something says to take back.
#[derive(Default)]
pub(super) struct Rests {
    /// What is left of those of which a part was taken back.
    pub(super) left: HashMap<CommitId, Rest>,
    /// Those of which everything was, each with what did so.
    pub(super) whole: Vec<TakenBack>,
}

/// Looks at the commits that say that they take a pick back and do not do so as a whole: where the pick brought several changes, one of
/// them can be meant. Patches of main are read for these alone.
///
/// # Errors
/// When git fails, for example because an object is missing.
pub(super) fn rests(git: &Git, undone: &Undone, picks: &[Pick], doubtful: &[TakenBack]) -> Result<Rests> {
    let mut found = Rests::default();
    for pick in picks.iter().filter(|pick| pick.landed.len() > 1) {
        let takers: Vec<CommitId> =
            doubtful.iter().filter(|pair| pair.commit == pick.commit.id).map(|pair| pair.by).collect();
        if takers.is_empty() {
            continue;
        }
        let parts = parts(git, pick)?;
        let mut rest = Rest::default();
        for by in takers {
            let open: Vec<Part> = parts.iter().filter(|part| !rest.is_gone(part.change)).cloned().collect();
            rest.add(by, &undoes(&open, undone.undone_by(by)));
        }
        let is_gone = |landed: &Landed| landed.brought == Brought::Nothing || rest.is_gone(landed.change.id);
        if pick.landed.iter().all(is_gone) && !rest.gone.is_empty() {
            let all: Vec<FilePatch> = parts.iter().flat_map(|part| part.patches.iter().cloned()).collect();
            let brings_more = compare(&all, undone.changed_by(pick.commit.id)).likeness == Likeness::Changed;
            let gone = std::mem::take(&mut rest.gone);
            match brings_more {
                true => rest.unsure.extend(gone),
                false => {
                    found.whole.extend(gone.iter().map(|pair| TakenBack { commit: pick.commit.id, by: pair.by }));
                    continue;
                }
            }
        }
        if !(rest.gone.is_empty() && rest.unsure.is_empty()) {
            found.left.insert(pick.commit.id, rest);
        }
    }
    Ok(found)
}

/// Reads what the changes are that a pick brings for sure.
fn parts(git: &Git, pick: &Pick) -> Result<Vec<Part>> {
    let sure = pick.landed.iter().filter(|landed| landed.brought == Brought::Most);
    sure.map(|landed| {
        let commits = landed.patched(git)?;
        let mut of_each = git.patches(&commits.iter().collect::<Vec<_>>())?;
        let patches = commits.iter().flat_map(|commit| of_each.remove(&commit.id).unwrap_or_default()).collect();
        Ok(Part { change: landed.change.id, patches })
    })
    .collect()
}

/// Takes from a pick what was taken back of it. What is not sure to stand counts like that of which it brings too little.
pub(super) fn standing(mut pick: Pick, paths: Vec<Path>, rests: &HashMap<CommitId, Rest>) -> Standing {
    let Some(rest) = rests.get(&pick.commit.id) else { return Standing { pick, paths, lost: None, resolves: None } };
    let (lost, mut landed): (Vec<Landed>, Vec<Landed>) =
        pick.landed.drain(..).partition(|landed| rest.is_gone(landed.change.id));
    for landed in landed.iter_mut().filter(|landed| rest.is_unsure(landed.change.id)) {
        if landed.brought == Brought::Most {
            landed.brought = Brought::Some;
        }
    }
    if let Traced::Main { commits, claimed } = &mut pick.origin {
        let is_lost = |id: &CommitId| lost.iter().any(|landed| landed.has(*id));
        let is_unsure = |id: CommitId| landed.iter().any(|landed| rest.is_unsure(landed.change.id) && landed.has(id));
        commits.retain(|id| !is_lost(id));
        claimed.retain(|id| !is_lost(id));
        for id in commits.iter().copied().filter(|id| is_unsure(*id)) {
            if !claimed.contains(&id) {
                claimed.push(id);
            }
        }
    }
    pick.merges.retain(|merge| !lost.iter().any(|landed| landed.change.id == merge.id));
    pick.landed = landed;
    Standing { pick, paths, lost: Some(lost), resolves: None }
}
