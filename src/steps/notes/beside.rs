//! What picks bring beside their origins, and whether a point of their message tells users of it.

use std::collections::HashMap;

use crate::model::arrange::Arrange as _;
use crate::model::change::{own_pull_request, title};
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::Answer;
use crate::model::eligibility::advisory::advisories;
use crate::model::eligibility::paths::{chosen, is_of_development};
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::beside::{Apart, Beside, apart, beside};
use crate::model::notes::chore::is_of_release;
use crate::model::notes::claim::{Brought, reads_as};
use crate::model::notes::renewal::{changes_no_code, is_change_of_release};
use crate::model::patch::FilePatch;
use crate::model::trailer::CommitPrefix;
use crate::ports::git::Git;
use crate::ports::settings::Settings;

use super::claims::{has_a_title_of_its_own, titles};
use super::entries::Said;
use super::numbers::Merged;
use super::place::Place;
use super::reverts::Standing;
use super::settled::{said_on_main, words_of_its_own};
use super::trace::{Landed, Pick};

/// What a pick changes of the product that none of its origins does.
#[derive(Default)]
pub(super) enum OwnPart {
    /// Nothing, as far as can be told.
    #[default]
    Nothing,
    /// Something that points of its message tell of.
    Points(Apart),
    /// Something of which nothing tells.
    Untold,
    /// It is itself what a point tells of, while nothing settles where that comes from.
    Point,
}

/// A pick that may bring more than its origins.
struct Question {
    /// Its place among the picks.
    at: usize,
    points: Option<Apart>,
    /// The commits of main that it brings, or says to bring.
    of_main: Vec<Commit>,
}

/// Says of picks what they bring that none of their origins changes. Patches are read only of what squashes several changes, or has a title of
/// its own.
///
/// # Errors
/// When git fails, for example because an object is missing.
pub(super) fn find_own_parts(git: &Git, settings: &Settings, picks: &mut [Pick]) -> Result<()> {
    let mut asked = Vec::new();
    for (at, pick) in picks.iter().enumerate() {
        asked.extend(question(git, at, pick)?);
    }
    let mut all: HashMap<CommitId, &Commit> = HashMap::new();
    for one in &asked {
        all.extend(one.of_main.iter().chain([&picks[one.at].commit]).map(|commit| (commit.id, commit)));
    }
    let mut all: Vec<&Commit> = all.into_values().collect();
    all.arrange_by_key(|commit| (commit.committer.seconds, commit.id));
    let patches: HashMap<CommitId, Vec<FilePatch>> = git.patches(&all)?;
    let of = |commit: &Commit| patches.get(&commit.id).cloned().unwrap_or_default();
    for Question { at, points, of_main } in asked {
        let origins: Vec<FilePatch> = of_main.iter().flat_map(of).collect();
        let closes_a_way = points.iter().flat_map(|points| &points.own).any(|point| !advisories(point).is_empty());
        // A manifest holds the version, and what the product requires besides.
        let is_meant = |path: &[u8]| counts(settings, path) || (closes_a_way && is_with_version(settings, path));
        let found = beside(&origins, &of(&picks[at].commit), is_meant);
        picks[at].own_part = match (found, points) {
            (Beside::Places | Beside::Much, Some(points)) => OwnPart::Points(points),
            (Beside::Much, None) => OwnPart::Untold,
            (Beside::Nothing, _) | (Beside::Places, None) => OwnPart::Nothing,
        };
    }
    Ok(())
}

fn question(git: &Git, at: usize, pick: &Pick) -> Result<Option<Question>> {
    let Traced::Main { commits, claimed } = &pick.origin else { return Ok(None) };
    if pick.commit.is_merge() || commits.contains(&pick.commit.id) {
        return Ok(None);
    }
    let read = |ids: &[CommitId]| ids.iter().map(|id| git.commit(*id)).collect::<Result<Vec<Commit>>>();
    let mut of_main = read(&pick.unnamed)?;
    let points = apart(&pick.commit.message, |point| is_of_origin(pick, &of_main, point));
    let brought = pick.landed.iter().filter(|landed| landed.brought != Brought::Nothing).count();
    // Who adapts one fix under its title may have to change more, and what brings too little of one is pointed to anyway.
    let is_squash = claimed.is_empty() && (brought > 1 || has_a_title_of_its_own(pick));
    if points.is_none() && !is_squash {
        return Ok(None);
    }
    of_main.extend(read(&[commits.as_slice(), claimed].concat())?);
    Ok(Some(Question { at, points, of_main }))
}

/// Says whether a path is of what users get: neither of what makes a release, nor made by a program, nor of what only developers work with.
pub(super) fn counts(settings: &Settings, path: &[u8]) -> bool {
    may_count(settings, path) && !is_with_version(settings, path) && !is_of_release(&String::from_utf8_lossy(path))
}

/// As [`counts`], by what changes: code that holds a version is of what makes a release where nothing else changes in it.
pub(super) fn counts_there(settings: &Settings, file: &FilePatch) -> bool {
    let is_versioned = is_with_version(settings, file.path()) && changes_no_code(file);
    may_count(settings, file.path()) && !is_versioned && !is_change_of_release(file)
}

fn may_count(settings: &Settings, path: &[u8]) -> bool {
    let config = &settings.config;
    let name = String::from_utf8_lossy(path);
    let is_made = chosen(&config.eligibility.paths.generated, &name);
    config.is_of_product(path) && !is_made && !is_of_development(&name)
}

/// Says whether a path is of a file that holds the version of the product.
fn is_with_version(settings: &Settings, path: &[u8]) -> bool {
    settings.config.versions.iter().any(|file| file.path.as_str().as_bytes() == path)
}

/// Says whether a point of a message tells of something that the pick has of main: by a title, a number or a name, or since what main says of it
/// has the point, too.
fn is_of_origin(pick: &Pick, unnamed: &[Commit], point: &str) -> bool {
    let all = || pick.landed.iter().flat_map(|landed| &landed.commits).chain(&pick.merges).chain(unnamed);
    let numbers = pick.landed.iter().filter_map(|landed| landed.change.pull_request);
    let numbers: Vec<u64> = numbers.chain(all().filter_map(|commit| own_pull_request(&commit.message))).collect();
    let ids: Vec<CommitId> = pick.landed.iter().flat_map(Landed::ids).collect();
    let names = |word: &str| {
        let number = word.strip_prefix('#').and_then(|number| number.parse().ok());
        let is_name = |name: CommitPrefix| ids.iter().any(|id| name.matches(*id));
        number.is_some_and(|number| numbers.contains(&number)) || word.parse().is_ok_and(is_name)
    };
    let titles: Vec<String> = titles(pick).into_iter().chain(unnamed.iter().map(title)).collect();
    point.split(|c: char| !c.is_alphanumeric() && c != '#').any(names)
        || reads_as(point, titles.iter().map(String::as_str))
        || all().any(|commit| commit.message.contains(point.trim()))
}

/// Tells users of what picks bring beside their origins: of each point as of a commit of the line. Where a file of main has words by the name
/// of the pick, they are about that. Returns what a person should know, too.
///
/// # Errors
/// When a file of main cannot be read.
pub(super) fn with_own_parts(
    said: &Said<'_>,
    place: &Place<'_>,
    merged: &Merged,
    all: Vec<Standing>,
) -> Result<(Vec<Standing>, Vec<String>)> {
    let (mut told, mut warnings) = (Vec::new(), Vec::new());
    for mut one in all {
        let mut parts = Vec::new();
        match &one.pick.own_part {
            OwnPart::Nothing | OwnPart::Point => {}
            OwnPart::Points(Apart { rest, own }) => {
                // Such words are about all of them.
                let has_words = words_of_its_own(said, &one.pick.commit)?.is_some();
                let own = if has_words { vec![own.join("\n\n")] } else { own.clone() };
                for point in own {
                    parts.push(part(said, place, merged, &one, &point)?);
                }
                one.pick.commit.message.clone_from(rest);
            }
            OwnPart::Untold if words_of_its_own(said, &one.pick.commit)?.is_some() => {
                parts.push(part(said, place, merged, &one, &title(&one.pick.commit))?);
                one.pick.own_part = OwnPart::Nothing;
            }
            OwnPart::Untold => {
                let decision = said.decisions.latest(one.pick.commit.id, &place.line.name);
                match decision.is_some_and(|decision| decision.answer == Answer::Accept) {
                    true => one.pick.own_part = OwnPart::Nothing,
                    false => warnings.push(format!(
                        "{} changes something of the product that none of its origins does, and no point of its message tells what",
                        one.pick.commit.id.short()
                    )),
                }
            }
        }
        told.push(one);
        told.extend(parts);
    }
    Ok((told, warnings))
}

/// Makes of a point a commit of the line, which names origins and changes something else.
fn part(said: &Said<'_>, place: &Place<'_>, merged: &Merged, of: &Standing, message: &str) -> Result<Standing> {
    let whole = &of.pick.commit;
    let (origin, own_part) = match said_on_main(said, place, whole)? {
        Some(reason) => (Traced::Line { reasons: vec![reason] }, OwnPart::Nothing),
        None => (Traced::Claimed { commits: of.pick.origin.commits().to_vec() }, OwnPart::Point),
    };
    let pick = Pick {
        commit: Commit { message: message.to_owned(), ..whole.clone() },
        origin,
        landed: Vec::new(),
        own: merged.request(whole, &of.pick.landed.iter().filter_map(|landed| landed.change.pull_request).collect()),
        merges: Vec::new(),
        arrival: None,
        unnamed: Vec::new(),
        own_part,
    };
    Ok(Standing { pick, paths: of.paths.clone(), lost: None, resolves: None })
}
