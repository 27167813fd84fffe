//! Tells the commits of a release apart that users are not told of.

use serde::Serialize;

use crate::model::commit::Commit;
use crate::model::error::Result;
use crate::model::notes::chore::{is_of_release, keeps_hooks, keeps_versions, makes_release, versions_in};
use crate::model::notes::{LeftOut, WhyLeftOut};
use crate::model::path::PathPolicy;
use crate::model::trailer::plain_subject;
use crate::ports::git::{Git, Objects};
use crate::ports::render::{Template, Templates};
use crate::ports::settings::Settings;
use crate::ports::survey::chain::changed_by;

use super::entries::Said;
use super::place::Place;

/// A commit, and the paths that it changes.
pub(super) struct Touching {
    pub(super) commit: Commit,
    pub(super) paths: Vec<Path>,
}

/// A path that a commit changes.
#[derive(Clone)]
pub(super) struct Path {
    pub(super) bytes: Vec<u8>,
    /// Whether it was there before.
    pub(super) was_there: bool,
}

/// Returns the commits that may concern users, and adds the others to `left_out`. What has words for users or may close a way to attack is
/// never among those, whatever it touches and is called, and neither is a fix that touches only what `patch.toml` gives to each line:
/// a manifest holds the version, and what the product requires besides.
///
/// # Errors
/// When an object is missing, a file of main cannot be read, or a template of the user is broken.
pub(super) fn sift(
    git: &Git,
    settings: &Settings,
    (place, said): (&Place<'_>, &Said<'_>),
    commits: Vec<Commit>,
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<Touching>> {
    let mut objects = git.objects()?;
    let mut kept = Vec::new();
    for commit in commits {
        let paths = touched(git, &mut objects, &commit)?;
        let why = why(git, settings, place, &commit, &paths)?;
        let is_told = match why {
            Some(WhyLeftOut::OwnFiles) => {
                said.concerns_users(place, &commit, &paths)?
                    || said.is_fix(place, &commit, &paths)? && !is_of_version(git, settings, place, &commit)?
            }
            Some(WhyLeftOut::Release | WhyLeftOut::Hooks) => said.concerns_users(place, &commit, &paths)?,
            Some(WhyLeftOut::Merge | WhyLeftOut::Empty | WhyLeftOut::SaysNone | WhyLeftOut::TakesBack) | None => false,
        };
        let why = why.filter(|_| !is_told);
        match why {
            Some(why) => left_out.push(LeftOut { commit: commit.id, subject: commit.subject().to_owned(), why }),
            None => kept.push(Touching { commit, paths }),
        }
    }
    Ok(kept)
}

/// Returns the bytes of the paths that [`touched`] does.
///
/// # Errors
/// When an object is missing.
pub(super) fn paths_of(git: &Git, objects: &mut Objects, commit: &Commit) -> Result<Vec<Vec<u8>>> {
    Ok(touched(git, objects, commit)?.into_iter().map(|path| path.bytes).collect())
}

/// Returns the paths in which a commit differs from its first parent.
///
/// # Errors
/// When an object is missing.
pub(super) fn touched(git: &Git, objects: &mut Objects, commit: &Commit) -> Result<Vec<Path>> {
    let found = changed_by(git, objects, commit)?;
    Ok(found.into_iter().map(|change| Path { bytes: change.path, was_there: change.old.is_some() }).collect())
}

fn why(
    git: &Git,
    settings: &Settings,
    place: &Place<'_>,
    commit: &Commit,
    paths: &[Path],
) -> Result<Option<WhyLeftOut>> {
    // What a merge is for can be told only by comparing it with its parents.
    if commit.is_merge() {
        return Ok(None);
    }
    if paths.is_empty() {
        return Ok(Some(WhyLeftOut::Empty));
    }
    let config = &settings.config;
    let is_own = |path: &Path| {
        let holds_version = config.versions.iter().any(|file| file.path.as_str().as_bytes() == path.bytes);
        holds_version
            || match config.pick.paths.policy_of(&path.bytes) {
                PathPolicy::KeepLine | PathPolicy::Regenerate(_) => true,
                PathPolicy::ThreeWay => false,
            }
    };
    if paths.iter().all(is_own) {
        return Ok(Some(WhyLeftOut::OwnFiles));
    }
    let subject = plain_subject(commit.subject());
    let names: Vec<_> =
        paths.iter().filter(|path| !is_own(path)).map(|path| String::from_utf8_lossy(&path.bytes)).collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    if keeps_hooks(commit.subject(), &names) {
        return Ok(Some(WhyLeftOut::Hooks));
    }
    let project = config.project.name.as_deref();
    let own = |version: &semver::Version| place.line.contains(version);
    // Who fixes something in the commit of a release has to tell it.
    let is_release = names.iter().all(|path| is_of_release(path))
        && (makes_release(subject, project, own)
            || keeps_versions(subject, project, &names, own)
            || is_bump(git, place, subject)?);
    Ok(is_release.then_some(WhyLeftOut::Release))
}

/// Says whether a title is that of a version, and of no fix, whatever the type in front of it says.
fn is_of_version(git: &Git, settings: &Settings, place: &Place<'_>, commit: &Commit) -> Result<bool> {
    let project = settings.config.project.name.as_deref();
    let subject = plain_subject(commit.subject());
    let behind = subject.split_once(": ").map_or(subject, |(_, behind)| behind);
    let makes = |title| makes_release(title, project, |version| place.line.contains(version));
    Ok(makes(subject) || makes(behind) || is_bump(git, place, subject)?)
}

#[derive(Serialize)]
struct View<'b> {
    version: String,
    previous: Option<&'b str>,
    line: &'b str,
}

/// Says whether a title is what `patch-bump` gives to the commit of one of the versions that it names.
fn is_bump(git: &Git, place: &Place<'_>, subject: &str) -> Result<bool> {
    let templates = Templates::of(git.worktree());
    for version in versions_in(subject).into_iter().filter(|version| place.line.contains(version)) {
        let view = View {
            version: version.to_string(),
            previous: place.previous.version.as_deref(),
            line: place.line.name.as_str(),
        };
        let message = templates.render_text(Template::BumpMessage, &view)?;
        if message.lines().next().is_some_and(|title| plain_subject(title) == subject) {
            return Ok(true);
        }
    }
    Ok(false)
}
