//! What picks bring of main beside the origins that they name.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::claim::brings_most_beside;
use crate::model::patch::FilePatch;
use crate::model::path::file_name;
use crate::ports::git::{Git, Objects};
use crate::ports::settings::Settings;

use super::chores::paths_of;
use super::trace::Pick;

/// A pick that changes files which its origins leave alone.
struct Beyond {
    /// Its place among the picks.
    at: usize,
    /// All paths that it changes.
    paths: HashSet<Vec<u8>>,
    /// Those of the product that no origin changes, there or at another place.
    more: Vec<Vec<u8>>,
}

/// Puts into picks the commits of main that they bring most of and do not name. Main is looked through only where a pick changes files of the
/// product that its origins leave alone.
///
/// # Errors
/// When history or an object is missing.
pub(super) fn find_unnamed(git: &Git, settings: &Settings, release: CommitId, picks: &mut [Pick]) -> Result<()> {
    let mut objects = git.objects()?;
    let mut asked = Vec::new();
    for (at, pick) in picks.iter().enumerate() {
        asked.extend(beyond(git, settings, &mut objects, at, pick)?);
    }
    if asked.is_empty() {
        return Ok(());
    }
    let known: HashSet<CommitId> = picks.iter().flat_map(known).collect();
    let main = git.branch_commit(&settings.main)?;
    let stretch = git.outlined_between(&[git.merge_base(main, release)?], main, |_, _| false)?;
    let lists = asked.iter().flat_map(|one| &one.more).map(|path| vec![path.clone()]).collect();
    let mut like: Vec<(usize, Commit)> = Vec::new();
    for id in git.changing_all_of(lists, &stretch)?.into_iter().filter(|id| !known.contains(id)) {
        let commit = git.commit(id)?;
        if commit.is_merge() {
            continue;
        }
        let mut paths = paths_of(git, &mut objects, &commit)?;
        paths.retain(|path| settings.config.is_of_product(path));
        let fits = |one: &&Beyond| {
            let is_older = commit.committer.seconds <= picks[one.at].commit.committer.seconds;
            is_older
                && paths.iter().all(|path| one.paths.contains(path))
                && paths.iter().any(|path| one.more.contains(path))
        };
        like.extend(asked.iter().filter(fits).map(|one| (one.at, commit.clone())));
    }
    tell(git, picks, &like)
}

/// Puts those of commits that look as if a pick brought them into the picks that do.
fn tell(git: &Git, picks: &mut [Pick], like: &[(usize, Commit)]) -> Result<()> {
    let mut compared: HashMap<CommitId, Commit> = HashMap::new();
    for (at, commit) in like {
        let pick = &picks[*at];
        compared.insert(commit.id, commit.clone());
        compared.insert(pick.commit.id, pick.commit.clone());
        for id in pick.origin.commits() {
            compared.insert(*id, git.commit(*id)?);
        }
    }
    let mut commits: Vec<&Commit> = compared.values().collect();
    commits.arrange_by_key(|commit| (commit.committer.seconds, commit.id));
    let patches = git.patches(&commits)?;
    let of = |id: &CommitId| patches.get(id).cloned().unwrap_or_default();
    for (at, commit) in like {
        let pick = &mut picks[*at];
        let origins: Vec<FilePatch> = pick.origin.commits().iter().flat_map(of).collect();
        if brings_most_beside(&of(&commit.id), &origins, &of(&pick.commit.id)) {
            pick.unnamed.push(commit.id);
        }
    }
    Ok(())
}

/// Returns what a pick of something changes beyond that, if anything.
fn beyond(git: &Git, settings: &Settings, objects: &mut Objects, at: usize, pick: &Pick) -> Result<Option<Beyond>> {
    let Traced::Main { commits, claimed: _ } = &pick.origin else { return Ok(None) };
    if pick.commit.is_merge() || commits.contains(&pick.commit.id) {
        return Ok(None);
    }
    let paths: HashSet<Vec<u8>> = paths_of(git, objects, &pick.commit)?.into_iter().collect();
    let mut names: HashSet<Vec<u8>> = HashSet::new();
    for id in commits {
        names.extend(paths_of(git, objects, &git.commit(*id)?)?.iter().map(|path| file_name(path).to_vec()));
    }
    let is_more = |path: &&Vec<u8>| !names.contains(file_name(path)) && settings.config.is_of_product(path);
    let mut more: Vec<Vec<u8>> = paths.iter().filter(is_more).cloned().collect();
    more.arrange();
    Ok((!more.is_empty()).then_some(Beyond { at, paths, more }))
}

/// Returns every commit of main that a pick is known to bring.
fn known(pick: &Pick) -> impl Iterator<Item = CommitId> {
    let landed = pick.landed.iter().flat_map(|landed| landed.change.members.iter().chain([&landed.change.id]));
    landed.chain(pick.origin.commits()).copied()
}
