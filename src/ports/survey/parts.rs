//! The parts of a fix, and what stands for the fixes that people name.

use std::collections::HashSet;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::patch::FilePatch;
use crate::model::patch::carry::is_same;
use crate::model::presence::Certainty;
use crate::ports::git::{Git, Glanced};

use super::copies::{Pick, picks};
use super::proven::prove;
use super::requests::Requests;

/// A merge of more commits is taken as a whole.
const MOST_MEMBERS: usize = 64;

/// Returns the parts of a fix. A merge that changes what its commits change together is as many parts as they are: each may be there as
/// the merge, too.
///
/// # Errors
/// When a commit is missing or git fails.
pub fn parts(git: &Git, fixed: &[CommitId]) -> Result<Vec<Vec<CommitId>>> {
    let mut parts = Vec::new();
    for id in fixed {
        let commit = git.commit(*id)?;
        let members = match commit.parents.as_slice() {
            [first, others @ ..] if !others.is_empty() => members(git, &commit, *first, others)?,
            _ => Vec::new(),
        };
        match members.is_empty() {
            true => parts.push(vec![*id]),
            false => parts.extend(members.into_iter().map(|member| vec![*id, member])),
        }
    }
    Ok(parts)
}

fn members(git: &Git, merge: &Commit, first: CommitId, others: &[CommitId]) -> Result<Vec<CommitId>> {
    let mut commits: Vec<Commit> = Vec::new();
    for id in git.outgoing(&[first], others)?.into_iter().rev() {
        commits.extend(Some(git.commit(id)?).filter(|commit| !commit.is_merge()));
    }
    if commits.len() > MOST_MEMBERS {
        return Ok(Vec::new());
    }
    let patches = git.patches(&commits.iter().chain([merge]).collect::<Vec<_>>())?;
    let of = |commit: &Commit| patches.get(&commit.id).cloned().unwrap_or_default();
    commits.retain(|commit| !of(commit).is_empty());
    let together: Vec<FilePatch> = commits.iter().flat_map(of).collect();
    let ids = commits.iter().map(|commit| commit.id).collect();
    Ok(if is_same(&of(merge), &together) { ids } else { Vec::new() })
}

/// Finds the picks of commits that people name, among commits that main lacks and by what those of main say. What is known to stand for
/// another commit for sure is not open any more to what only looks like one of these.
///
/// # Errors
/// When an object is missing or git fails.
pub fn picks_of_stated(
    git: &Git,
    stated: &[CommitId],
    off_main: &[&Glanced],
    on_main: &[&Glanced],
    known: &[Pick],
) -> Result<Vec<Pick>> {
    if stated.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Commit> = stated.iter().map(|id| git.commit(*id)).collect::<Result<_>>()?;
    let others: Vec<&Glanced> = off_main.iter().filter(|one| !stated.contains(&one.id())).copied().collect();
    let found = picks(git, &wanted, &Requests::none(git), &others, on_main)?;
    let mut found = prove(git, &wanted, &others, found)?;
    let settled: HashSet<CommitId> =
        known.iter().filter(|pick| pick.certainty == Certainty::Yes).map(|pick| pick.commit).collect();
    found.retain(|pick| pick.certainty == Certainty::Yes || !settled.contains(&pick.commit));
    Ok(found)
}
