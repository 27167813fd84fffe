//! Whether commits that are about to become public have what secret fixes change, whatever they say.

use std::collections::{HashMap, HashSet};

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::guard::{Fix, Place};
use crate::model::patch::FilePatch;
use crate::model::patch::carry::product;
use crate::ports::git::{Git, Outlined};

use super::Seen;

/// Looks at commits, none of which is public, for the fixes of secret advisories: by author, date and title, and by what they change.
/// Only commits that touch a file of a fix are read as patches.
pub(super) fn look(git: &Git, commits: &[Commit], seen: &mut Seen<'_>) -> Result<()> {
    if commits.is_empty() {
        return Ok(());
    }
    let (fixes, missing) = fixes(git, seen)?;
    if missing {
        seen.cannot_compare();
    }
    let read: Vec<&Commit> = fixes.iter().map(|(_, commit)| commit).collect();
    let theirs = git.patches(&read)?;
    let fixes: Vec<(usize, Fix)> = fixes
        .iter()
        .map(|(advisory, commit)| (*advisory, Fix::of(commit, theirs.get(&commit.id).map_or(&[], Vec::as_slice))))
        .collect();
    let patches = patches(git, commits, &theirs)?;
    for commit in commits.iter().filter(|commit| !commit.is_merge()) {
        let patch = patches.get(&commit.id).map_or(&[][..], Vec::as_slice);
        let told: HashSet<usize> =
            fixes.iter().filter(|(_, fix)| fix.is_in(commit, patch)).map(|(advisory, _)| *advisory).collect();
        let mut told: Vec<usize> = told.into_iter().collect();
        told.sort_unstable();
        told.into_iter().for_each(|advisory| seen.repairs(Place::Commit, &commit.id.short(), advisory));
    }
    Ok(())
}

/// Returns the fixes of secret advisories that are here, and whether one that an advisory names is not.
fn fixes(git: &Git, seen: &Seen<'_>) -> Result<(Vec<(usize, Commit)>, bool)> {
    let (mut found, mut missing) = (Vec::new(), false);
    for (advisory, names) in seen.guard.fixes().into_iter().enumerate() {
        let mut known: HashSet<CommitId> = HashSet::new();
        for name in names {
            let id = name.digits.parse().ok().filter(|id| git.commit(*id).is_ok()).or_else(|| git.expand(name.digits));
            match id {
                Some(id) if known.insert(id) => found.push((advisory, git.commit(id)?)),
                Some(_) => {}
                None => missing = missing || name.is_named,
            }
        }
    }
    Ok((found, missing))
}

fn patches(
    git: &Git,
    commits: &[Commit],
    fixes: &HashMap<CommitId, Vec<FilePatch>>,
) -> Result<HashMap<CommitId, Vec<FilePatch>>> {
    let files = fixes.values().flat_map(|patch| product(patch));
    let lists: Vec<Vec<Vec<u8>>> =
        files.flat_map(|file| file.paths().map(|path| vec![path.to_vec()]).collect::<Vec<_>>()).collect();
    let outlined =
        |commit: &Commit| Outlined { id: commit.id, tree: commit.tree, parents: commit.parents.clone(), wanted: false };
    let stretch: Vec<Outlined> = commits.iter().filter(|commit| !commit.is_merge()).map(outlined).collect();
    let touching: HashSet<CommitId> = git.changing_all_of(lists, &stretch)?.into_iter().collect();
    git.patches(&commits.iter().filter(|commit| touching.contains(&commit.id)).collect::<Vec<_>>())
}
