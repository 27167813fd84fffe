//! Commits of main that a line has but for a few lines, though nothing says so.

use std::collections::HashMap;

use crate::model::change::title;
use crate::model::commit::{Commit, CommitId, PatchId};
use crate::model::error::Result;
use crate::model::notes::claim::{alike, reads_as};
use crate::model::patch::FilePatch;
use crate::model::trailer::is_revert;
use crate::ports::git::Git;
use crate::ports::settings::Settings;

use super::chain::changed_by;

/// Where more commits of main than this change the files of a pick, only those of its title are compared with it.
const MANY: usize = 16;

/// Finds for picks that nothing tells the origin of the commit of main that is most like each: it changes the same files of the product,
/// and each has three of four of the lines of the other. A merge counts where `is_landed` says that it is a change of main itself. What
/// has the patch of a pick, as `patch_ids` tell, needs no comparison.
///
/// # Errors
/// When git fails, for example because an object is missing.
pub(super) fn near(
    git: &Git,
    settings: &Settings,
    (picks, like): (&[&Commit], &[Commit]),
    patch_ids: &HashMap<CommitId, PatchId>,
    is_landed: impl Fn(CommitId) -> bool,
) -> Result<HashMap<CommitId, CommitId>> {
    let mut objects = git.objects()?;
    let mut paths = |commit: &Commit| -> Result<Vec<Vec<u8>>> {
        Ok(changed_by(git, &mut objects, commit)?.into_iter().map(|change| change.path).collect())
    };
    let mut all: Vec<(&Commit, Vec<Vec<u8>>)> = Vec::new();
    for commit in like.iter().filter(|commit| !commit.is_merge() || is_landed(commit.id)) {
        all.push((commit, paths(commit)?));
    }
    let known: Vec<PatchId> = like.iter().filter_map(|commit| patch_ids.get(&commit.id)).copied().collect();
    let mut asked: Vec<(&Commit, Vec<&Commit>)> = Vec::new();
    for pick in picks.iter().filter(|pick| patch_ids.get(&pick.id).is_none_or(|own| !known.contains(own))) {
        let own = paths(pick)?;
        let may_be = |commit: &Commit, theirs: &[Vec<u8>]| {
            let is_older = commit.committer.seconds <= pick.committer.seconds;
            is_older
                && own.iter().all(|path| theirs.contains(path))
                && theirs.iter().all(|path| own.contains(path) || !settings.config.is_of_product(path))
                && is_revert(&title(commit)) == is_revert(&title(pick))
        };
        let mut few: Vec<&Commit> =
            all.iter().filter(|(commit, theirs)| may_be(commit, theirs)).map(|(commit, _)| *commit).collect();
        if few.len() > MANY {
            few.retain(|commit| is_called_alike(pick, commit));
        }
        if !few.is_empty() {
            asked.push((*pick, few));
        }
    }
    // One process for all of them, as far as what it tells is kept.
    git.have_patches_ready(&asked.iter().flat_map(|(pick, few)| few.iter().chain([pick])).copied().collect::<Vec<_>>());
    let mut found = HashMap::new();
    for (pick, few) in asked {
        found.extend(most_like(git, settings, pick, &few)?.map(|origin| (pick.id, origin)));
    }
    Ok(found)
}

/// Returns the commit that is most like a pick: of several, one that is called as it, and has the most lines in common.
fn most_like(git: &Git, settings: &Settings, pick: &Commit, few: &[&Commit]) -> Result<Option<CommitId>> {
    let asked: Vec<&Commit> = few.iter().copied().chain([pick]).collect();
    let patches = git.patches(&asked)?;
    let of = |commit: &Commit| patches.get(&commit.id).map(Vec::as_slice).unwrap_or_default();
    let is_of_product = |file: &FilePatch| settings.config.is_of_product(file.path());
    let rank = |commit: &&Commit| {
        let common = alike(of(commit), of(pick), is_of_product)?;
        Some(((is_called_alike(pick, commit), common, commit.is_merge()), commit.id))
    };
    Ok(few.iter().filter_map(rank).max_by_key(|(rank, _)| *rank).map(|(_, id)| id))
}

fn is_called_alike(pick: &Commit, commit: &Commit) -> bool {
    reads_as(&title(pick), [title(commit).as_str()])
}
