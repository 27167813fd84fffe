//! `patch-notes`: what a patch release holds, each entry traced to its origin.

mod chores;
mod entries;
mod group;
mod others;
mod place;
pub mod publish;
mod pulls;
mod trace;

use std::collections::{HashMap, HashSet};

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::people::{Contributor, add};
use crate::model::notes::request::{NotesRequest, OtherLines};
use crate::model::notes::reverts::{TakenBack, taken_back};
use crate::model::notes::{Entry, NOTES_SCHEMA, Notes};
use crate::ports::forge::Forge;
use crate::ports::git::Git;
use crate::ports::settings::Settings;

use chores::{Path, Touching, sift};
use entries::{Made, Said};
use group::{Group, groups};
use others::Others;
use place::Place;
use pulls::Pulls;
use trace::{Pick, trace};

/// Gathers the notes of a release. `forge` is asked for pull requests; without it, messages alone tell of them.
///
/// # Errors
/// When the version, its line or what it comes after cannot be told, history or objects are missing, a file of main is wrong, or git or
/// the forge fails.
pub fn run(git: &Git, settings: &Settings, forge: Option<&Forge>, request: &NotesRequest) -> Result<Notes> {
    let place = Place::find(git, settings, request)?;
    let said = Said::read(git, settings)?;
    let commits = git.commits_between(&[place.previous.commit], place.commit, None)?;
    let mut left_out = Vec::new();
    let touching = sift(git, settings, &place, commits.clone(), &mut left_out)?;
    let (kept, paths): (Vec<Commit>, Vec<Vec<Path>>) =
        touching.into_iter().map(|Touching { commit, paths }| (commit, paths)).unzip();
    let picks = trace(git, settings, &place, &kept, &mut left_out)?;
    let pairs = pairs(&kept, &picks);
    let picks = standing(picks, kept.iter().map(|commit| commit.id).zip(paths), &pairs);
    let mut warnings = place.warnings.clone();
    let mut found = Vec::new();
    for group in grouped(forge, settings, picks)? {
        match said.entry(&place, &group)? {
            Made::Entry(entry, more) => {
                warnings.extend(more);
                found.push((*entry, group));
            }
            Made::LeftOut(more) => left_out.extend(more),
        }
    }
    let entries = told_of_others(git, settings, &said, (&place, request.others), found)?;
    let order: HashMap<CommitId, usize> = commits.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
    left_out.sort_by_key(|one| order.get(&one.commit).copied());
    let known_issues = said.about(&place, "known-issues")?;
    let upgrade_notes = said.about(&place, "upgrade")?;
    Ok(Notes {
        schema: NOTES_SCHEMA.to_owned(),
        project: project(settings),
        version: place.version.to_string(),
        tag: place.tag,
        state: place.state,
        line: place.line.name.clone(),
        branch: place.branch,
        commit: place.commit,
        date: place.date,
        previous: place.previous,
        contributors: contributors(&entries),
        entries,
        taken_back: pairs,
        left_out,
        known_issues,
        upgrade_notes,
        checksums: request.checksums.clone(),
        warnings,
    })
}

/// Puts picks together that are one entry, with what the forge tells of them.
fn grouped(forge: Option<&Forge>, settings: &Settings, picks: Vec<(Pick, Vec<Path>)>) -> Result<Vec<Group>> {
    let pulls = Pulls::of(forge, &settings.main, picks.iter().map(|(pick, _)| pick))?;
    Ok(groups(picks, &pulls))
}

/// Returns what the project is called, else what its repository is.
fn project(settings: &Settings) -> String {
    let project = &settings.config.project;
    let repository = || project.repository.as_ref().and_then(|name| name.as_str().rsplit('/').next());
    project.name.as_deref().or_else(repository).unwrap_or("Release").to_owned()
}

/// Returns the pairs of commits that take one another back.
fn pairs(commits: &[Commit], picks: &[Pick]) -> Vec<TakenBack> {
    let origin = |pick: &Pick| Some((pick.commit.id, *pick.origin.commits().first()?));
    taken_back(commits, &picks.iter().filter_map(origin).collect())
}

/// Returns the picks that no later one takes back and that take none back, each with the paths that it changes.
fn standing(
    picks: Vec<Pick>,
    paths: impl Iterator<Item = (CommitId, Vec<Path>)>,
    pairs: &[TakenBack],
) -> Vec<(Pick, Vec<Path>)> {
    let gone: HashSet<CommitId> = pairs.iter().flat_map(|pair| [pair.commit, pair.by]).collect();
    let mut paths: HashMap<CommitId, Vec<Path>> = paths.collect();
    let stands = picks.into_iter().filter(|pick| !gone.contains(&pick.commit.id));
    stands
        .map(|pick| (paths.remove(&pick.commit.id).unwrap_or_default(), pick))
        .map(|(paths, pick)| (pick, paths))
        .collect()
}

/// Returns the entries in their order, each with where else its change is.
fn told_of_others(
    git: &Git,
    settings: &Settings,
    said: &Said<'_>,
    (place, asked): (&Place<'_>, OtherLines),
    found: Vec<(Entry, Group)>,
) -> Result<Vec<Entry>> {
    let (mut entries, groups): (Vec<Entry>, Vec<Group>) = found.into_iter().unzip();
    match asked {
        OtherLines::LeftAlone => {}
        OtherLines::LookedAt => {
            let mut others = Others::of(git, settings, &said.decisions, place, &groups)?;
            for (entry, group) in entries.iter_mut().zip(&groups) {
                others.tell(entry, group)?;
            }
        }
    }
    entries.sort_by_key(|entry| (entry.section, entry.kind.is_none(), entry.kind));
    Ok(entries)
}

/// Returns everybody who wrote something, sorted by name. Programs are not thanked.
fn contributors(entries: &[Entry]) -> Vec<Contributor> {
    let mut people = Vec::new();
    for person in entries.iter().flat_map(|entry| &entry.authors).filter(|person| !person.is_bot()) {
        add(&mut people, person.clone());
    }
    people.sort_by_cached_key(|person| (person.name.to_lowercase(), person.clone()));
    people
}
