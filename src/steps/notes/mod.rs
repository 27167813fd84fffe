//! `patch-notes`: what a patch release holds, each entry traced to its origin.

mod absent;
mod accepted;
mod advisories;
mod again;
mod alone;
mod aside;
mod beside;
mod brought;
mod called;
mod chores;
mod claims;
mod doubt;
mod earlier;
mod entries;
mod forward;
mod further;
mod group;
mod kinds;
mod numbers;
mod others;
mod parts;
mod place;
pub mod publish;
mod pulls;
mod resolutions;
mod reverts;
mod settled;
mod there;
mod trace;
mod unnamed;
mod wholes;
mod words;

use std::collections::HashMap;

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::{Error, Result};
use crate::model::notes::people::{Contributor, add};
use crate::model::notes::request::{NotesRequest, OtherLines, Unread};
use crate::model::notes::reverts::{TakenBack, brought};
use crate::model::notes::{Entry, LeftOut, NOTES_SCHEMA, Notes};
use crate::model::trailer::markers;
use crate::ports::forge::Forge;
use crate::ports::git::{Git, TagList};
use crate::ports::settings::Settings;

pub use advisories::watch;

use again::as_first_told;
use beside::with_own_parts;
use brought::close_what_others_fix;
use chores::{Path, Touching, sift};
use entries::{Made, Said};
use group::{Group, groups};
use numbers::Merged;
use others::Others;
use place::{Place, Unplaced};
use pulls::Pulls;
use resolutions::with_resolutions;
use reverts::Reverts;
use settled::settle;
use trace::trace;
use wholes::Wholes;

/// Gathers the notes of a release. `forge` is asked for pull requests; without it, messages alone tell of them.
///
/// # Errors
/// When the version, its line or what it comes after cannot be told, history or objects are missing, a file of main is wrong, or git or
/// the forge fails.
pub fn run(git: &Git, settings: &Settings, forge: Option<&Forge>, request: &NotesRequest) -> Result<Notes> {
    let tags = git.tag_list()?;
    let place = Place::find((git, &tags), settings, request).map_err(Unplaced::error)?;
    let said = Said::read(git, settings)?;
    let mut draft = Draft::of(git, settings, forge, &said, (request, place))?;
    tell_of_others((git, &tags), settings, &said, std::slice::from_mut(&mut draft))?;
    draft.notes(settings, &said)
}

/// Gathers the notes of several releases, in the order of the requests. What the other lines have is looked for once.
///
/// # Errors
/// As [`run`]; also when one release was asked for twice.
pub fn run_each(
    git: &Git,
    settings: &Settings,
    forge: Option<&Forge>,
    requests: &[NotesRequest],
) -> Result<Vec<Notes>> {
    each(git, settings, forge, requests).map_err(Unplaced::error)
}

fn each(
    git: &Git,
    settings: &Settings,
    forge: Option<&Forge>,
    requests: &[NotesRequest],
) -> Result<Vec<Notes>, Unplaced> {
    let tags = git.tag_list()?;
    let mut places: Vec<Place<'_>> = Vec::new();
    for request in requests {
        let place = Place::find((git, &tags), settings, request)?;
        if places.iter().any(|known| known.tag == place.tag) {
            return Err(Error::usage(format!("the notes of {} were asked for twice", place.version))
                .hint("name each release once")
                .into());
        }
        places.push(place);
    }
    if places.len() > 1 {
        have_patches_ready(git, &places)?;
    }
    let said = Said::read(git, settings)?;
    let drafts = requests.iter().zip(places).map(|asked| Draft::of(git, settings, forge, &said, asked));
    let mut drafts = drafts.collect::<Result<Vec<_>>>()?;
    tell_of_others((git, &tags), settings, &said, &mut drafts)?;
    Ok(drafts.into_iter().map(|draft| draft.notes(settings, &said)).collect::<Result<_>>()?)
}

/// Has the patches of picks and of what they name as their origins read by one process, which would be one for each release.
fn have_patches_ready(git: &Git, places: &[Place<'_>]) -> Result<()> {
    let mut compared = Vec::new();
    for place in places {
        for commit in git.commits_between(&[place.previous.commit], place.commit, None)? {
            let named =
                markers(&commit.message).into_iter().filter_map(|marker| marker.relation.origin_commit()?.full());
            let origins: Vec<Commit> = named.filter_map(|id| git.commit(id).ok()).collect();
            if !origins.is_empty() {
                compared.extend(origins);
                compared.push(commit);
            }
        }
    }
    git.have_patches_ready(&compared.iter().collect::<Vec<_>>());
    Ok(())
}

/// The notes of a release, as far as its own line tells them.
struct Draft<'s> {
    request: &'s NotesRequest,
    place: Place<'s>,
    /// The commits of the release, parents before children.
    commits: Vec<Commit>,
    found: Vec<(Entry, Group)>,
    taken_back: Vec<TakenBack>,
    left_out: Vec<LeftOut>,
    warnings: Vec<String>,
}

impl<'s> Draft<'s> {
    fn of(
        git: &Git,
        settings: &'s Settings,
        forge: Option<&Forge>,
        said: &Said<'_>,
        (request, place): (&'s NotesRequest, Place<'s>),
    ) -> Result<Self> {
        let commits = git.commits_between(&[place.previous.commit], place.commit, None)?;
        let mut left_out = Vec::new();
        let touching = sift(git, settings, (&place, said), commits.clone(), &mut left_out)?;
        let (kept, paths): (Vec<Commit>, Vec<Vec<Path>>) =
            touching.into_iter().map(|Touching { commit, paths }| (commit, paths)).unzip();
        let brought = brought(&commits);
        let merged = Merged::of(&commits, &brought);
        let mut warnings = place.warnings.clone();
        let mut picks = trace(git, settings, &place.stretch(), &kept, &merged, (&mut left_out, &mut warnings))?;
        settle(git, said, &place, &mut picks)?;
        let reverts = Reverts::among(git, (&commits, &brought), (&kept, &paths), &picks)?;
        let mut picks = reverts.standing(picks, kept.iter().map(|commit| commit.id).zip(paths));
        as_first_told(git, settings, &place, &mut picks)?;
        let (picks, untold) = with_own_parts(said, &place, &merged, with_resolutions(git, picks)?)?;
        left_out.retain(|one| !reverts.are_about(one.commit));
        left_out.extend(reverts.left_out);
        warnings.extend(said.sources.warnings.iter().cloned());
        warnings.extend(reverts.warnings);
        warnings.extend(untold);
        let mut found = Vec::new();
        let pulls = Pulls::of(forge, &settings.main, picks.iter().map(|standing| &standing.pick))?;
        match request.unread {
            Unread::Told => {}
            Unread::Refused => pulls.require_read()?,
        }
        warnings.extend(pulls.unread());
        let told_by_number = said.told_by_number(&picks)?;
        let mut groups = groups(picks, &pulls, &told_by_number);
        warnings.extend(said.doubt(&place, &commits, &mut groups)?);
        warnings.extend(said.doubt_names(&mut groups)?);
        for group in groups {
            match said.entry(&place, &group)? {
                Made::Entry(entry, more) => {
                    warnings.extend(more);
                    found.push((*entry, group));
                }
                Made::LeftOut(more) => left_out.extend(more),
            }
        }
        close_what_others_fix(&mut found);
        Ok(Self { request, place, commits, found, taken_back: reverts.pairs, left_out, warnings })
    }

    fn notes(self, settings: &Settings, said: &Said<'_>) -> Result<Notes> {
        let Self { request, place, commits, found, taken_back, mut left_out, warnings } = self;
        let mut entries: Vec<Entry> = found.into_iter().map(|(entry, _)| entry).collect();
        entries.arrange_by_key(|entry| (entry.section, entry.kind.is_none(), entry.kind));
        let order: HashMap<CommitId, usize> = commits.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
        left_out.arrange_by_key(|one| order.get(&one.commit).copied());
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
            taken_back,
            left_out,
            known_issues,
            upgrade_notes,
            checksums: request.checksums.clone(),
            warnings,
        })
    }
}

/// Returns what the project is called, else what its repository is; nothing where neither is known.
fn project(settings: &Settings) -> String {
    let project = &settings.config.project;
    let repository = || project.repository.as_ref().and_then(|name| name.as_str().rsplit('/').next());
    project.name.as_deref().or_else(repository).unwrap_or_default().to_owned()
}

/// Says in the entries of drafts where else their changes are, as far as that is asked for.
fn tell_of_others(
    (git, tags): (&Git, &TagList),
    settings: &Settings,
    said: &Said<'_>,
    drafts: &mut [Draft<'_>],
) -> Result<()> {
    let wholes = Wholes::of((git, tags), settings, said, drafts);
    let mut asked: Vec<&mut Draft<'_>> = drafts
        .iter_mut()
        .filter(|draft| match draft.request.others {
            OtherLines::LeftAlone => false,
            OtherLines::LookedAt => true,
        })
        .collect();
    let places: Vec<&Place<'_>> = asked.iter().map(|draft| &draft.place).collect();
    let groups = asked.iter().flat_map(|draft| draft.found.iter().map(|(_, group)| group));
    let mut others = Others::of(git, settings, (&said.decisions, wholes), &places, groups)?;
    for draft in &mut asked {
        if draft.found.iter().any(|(_, group)| !group.landed.is_empty()) {
            draft.warnings.extend(others.missing_for(&draft.place));
        }
        for (entry, group) in &mut draft.found {
            draft.warnings.extend(others.tell(&draft.place, entry, group)?);
        }
    }
    Ok(())
}

/// Returns everybody who wrote something, sorted by name. Programs are not thanked.
fn contributors(entries: &[Entry]) -> Vec<Contributor> {
    let mut people = Vec::new();
    for person in entries.iter().flat_map(|entry| &entry.authors).filter(|person| !person.is_bot()) {
        add(&mut people, person.clone());
    }
    people.arrange_by_key(|person| (person.name.to_lowercase(), person.clone()));
    people
}
