//! Commits that only resolve conflicts of picks beside which they came to the line.
//!
//! A program that picks commits what conflicts with the marks of the conflict in it, and a person mends that in the same pull request.

use crate::model::change::title;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::chore::resolves_conflicts;
use crate::model::notes::title::plain;
use crate::model::patch::{FilePatch, Mark};
use crate::ports::git::Git;

use super::reverts::Standing;

/// The beginnings of the lines around what conflicts (`git-merge(1)`, "How conflicts are presented").
const MARKS: [&[u8]; 2] = [b"<<<<<<< ", b">>>>>>> "];

/// Finds the pick of each commit that resolves conflicts, by its title: one with a sure origin that the same merge brought before it. It has to
/// touch only what picks of that merge touch, or take the marks of conflicts away: what does more may be a fix.
///
/// # Errors
/// When git fails, for example because an object is missing.
pub(super) fn with_resolutions(git: &Git, mut all: Vec<Standing>) -> Result<Vec<Standing>> {
    let candidates: Vec<&Commit> = all.iter().filter(|one| may_resolve(one)).map(|one| &one.pick.commit).collect();
    if candidates.is_empty() {
        return Ok(all);
    }
    let patches = git.patches(&candidates)?;
    for at in 0..all.len() {
        let (before, rest) = all.split_at_mut(at);
        let Some(one) = rest.first_mut().filter(|one| may_resolve(one)) else { continue };
        let patches = patches.get(&one.pick.commit.id).map(Vec::as_slice).unwrap_or_default();
        one.resolves = home(one, before, patches);
    }
    Ok(all)
}

fn may_resolve(one: &Standing) -> bool {
    let pick = &one.pick;
    pick.landed.is_empty()
        && pick.arrival.is_some()
        && !pick.commit.is_merge()
        && resolves_conflicts(plain(&title(&pick.commit)))
}

/// Returns the pick before a commit that it belongs to: the last one that touches all that it touches, else the last one.
fn home(one: &Standing, before: &[Standing], patches: &[FilePatch]) -> Option<CommitId> {
    let merge = |one: &Standing| one.pick.arrival.as_ref().map(|arrival| arrival.merge.id);
    let is_beside = |other: &&Standing| merge(other) == merge(one) && matches!(other.pick.origin, Traced::Main { .. });
    let beside: Vec<&Standing> = before.iter().filter(is_beside).collect();
    let touches = |other: &Standing, path: &[u8]| other.paths.iter().any(|known| known.bytes == path);
    let takes_marks = |path: &[u8]| patches.iter().any(|file| file.path() == path && takes_marks_away(file));
    let is_settled = |path: &[u8]| beside.iter().any(|other| touches(other, path)) || takes_marks(path);
    if !one.paths.iter().all(|path| is_settled(&path.bytes)) {
        return None;
    }
    let has_all = |other: &&&Standing| one.paths.iter().all(|path| touches(other, &path.bytes));
    let found = beside.iter().rev().find(has_all).or(beside.last());
    found.map(|other| other.pick.commit.id)
}

fn takes_marks_away(file: &FilePatch) -> bool {
    let removed = file.hunks.iter().flatten().filter(|line| line.mark == Mark::Removed);
    removed.into_iter().any(|line| MARKS.iter().any(|mark| line.text.starts_with(mark)))
}
