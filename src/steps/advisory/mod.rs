//! `patch-advisory`: one source of each security advisory, and everything that is made from it.

pub mod affected;
pub mod change;
pub mod embargo;
pub mod export;
pub mod kit;
pub mod matrix;
pub mod new;
pub mod publish;
mod sourced;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use semver::Version;

use crate::model::advisory::Advisory;
use crate::model::advisory::called::{BEGINNING_BYTES, Called, begins_as_source};
use crate::model::advisory::check::{Checked, Named, Repository, check};
use crate::model::advisory::checklist::{Checklist, checklist};
use crate::model::advisory::export::Publication;
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::kit::{fixed_tags, not_taken};
use crate::model::advisory::lines::{CommitName, LineFinding};
use crate::model::advisory::odd::OddRelease;
use crate::model::advisory::package::Ecosystem;
use crate::model::branch::BranchName;
use crate::model::config::{AdvisorySettings, Config, RepositoryName};
use crate::model::error::{Error, Kind, Result};
use crate::model::propose::repository_of_url;
use crate::model::tag::TagName;
use crate::ports::git::Git;
use crate::ports::guard::bare_branches;
use crate::ports::settings::Settings;
use crate::ports::threads::in_order;
use crate::ports::{files, folder};

use affected::{Releases, TagNames};
pub use sourced::Sourced;
use sourced::alone;

/// Returns the settings of advisories.
///
/// # Errors
/// When `patch.toml` has none.
pub fn settings(config: &Config) -> Result<&AdvisorySettings> {
    config.advisory.as_ref().ok_or_else(|| {
        Error::usage("patch.toml has no section [advisory]").hint("add it, such as: [advisory] with prefix = \"GSA\"")
    })
}

/// Returns the folder of sources.
///
/// # Errors
/// When the repository has no worktree.
pub fn folder_of(git: &Git, settings: &AdvisorySettings) -> Result<PathBuf> {
    let root = git.worktree().ok_or_else(|| {
        Error::usage("this repository has no worktree").hint("run this in a clone with checked-out files")
    })?;
    Ok(root.join(settings.folder.as_str()))
}

/// Reads all sources of the worktree, tracked or not, sorted by name. Without the folder there is none.
///
/// # Errors
/// When one cannot be read, or is no advisory, or another file begins as one does.
pub fn all(git: &Git, settings: &AdvisorySettings) -> Result<Vec<Sourced>> {
    let place = folder_of(git, settings)?;
    let mut found = Vec::new();
    if !place.is_dir() {
        return Ok(found);
    }
    let mut files = folder::files_below(&place)?;
    // What another run writes there at this moment, or left when it was killed, is no source yet.
    files.retain(|file| !files::is_beside(file));
    let read = |file: &String| -> Result<Option<Sourced>> {
        let (path, shown) = (place.join(file), format!("{}/{file}", settings.folder));
        match Called::of(file) {
            Called::Source => Sourced::read(path, shown).map(Some),
            Called::Otherwise if begins_as_source(&files::read_first(&path, BEGINNING_BYTES)?) => {
                Err(Error::usage(format!("'{shown}' begins as an advisory does and is not called as one"))
                    .hint("call it after its advisory, such as GSA-2026-001.md, or move it out of the folder"))
            }
            Called::Otherwise => Ok(None),
        }
    };
    in_order(&files, read, |source| {
        found.extend(source?);
        Ok(())
    })?;
    Ok(found)
}

/// Returns one source. Where it is in the file of its name, what is wrong with others does not matter.
///
/// # Errors
/// As [`all`]; also when there is none of this identifier.
pub fn one(git: &Git, settings: &AdvisorySettings, id: &AdvisoryId) -> Result<Sourced> {
    let file = id.file_name();
    let path = folder_of(git, settings)?.join(&file);
    if path.is_file() {
        let source = Sourced::read(path, format!("{}/{file}", settings.folder))?;
        if source.advisory.id == *id {
            return Ok(source);
        }
    }
    let mut found: Vec<Sourced> = all(git, settings)?;
    let at = found.iter().position(|source| source.advisory.id == *id);
    at.map(|at| found.swap_remove(at)).ok_or_else(|| there_is_none(settings, id))
}

fn there_is_none(settings: &AdvisorySettings, id: &AdvisoryId) -> Error {
    Error::usage(format!("there is no advisory '{id}' in '{}'", settings.folder))
        .hint("see which there are: patch-advisory check")
}

/// Says what is wrong with advisories, or missing from them; with `wanted` empty, of all.
///
/// # Errors
/// As [`all`]; also when one that is wanted is not there.
pub fn checked(git: &Git, settings: &Settings, wanted: &[AdvisoryId], now: DateTime<Utc>) -> Result<Checked> {
    let sources = self::settings(&settings.config)?;
    let all = all(git, sources)?;
    if let Some(missing) = wanted.iter().find(|id| all.iter().all(|source| source.advisory.id != **id)) {
        return Err(there_is_none(sources, missing));
    }
    let tags = TagNames::of(git, settings)?;
    let mut placed: Vec<(Vec<Ecosystem>, Releases)> = Vec::new();
    let mut named = Vec::new();
    for source in &all {
        let advisory = &source.advisory;
        let told = publish::told_last(git, &advisory.id)?;
        // A branch that cannot be looked into ends every look of the guard, which says why.
        let bare = bare_branches(git, &settings.config, advisory).unwrap_or_default();
        let ecosystems: Vec<Ecosystem> = advisory.packages.iter().map(|package| package.ecosystem).collect();
        let at = placed.iter().position(|(known, _)| *known == ecosystems).unwrap_or(placed.len());
        if at == placed.len() {
            placed.push((ecosystems, tags.placed(&advisory.packages, &[])));
        }
        let releases = &placed[at].1;
        let not_taken = not_taken(advisory, &settings.tag, &|version| releases.called(version));
        let found = Repository { told, bare, not_taken, ..against(git, releases, advisory) };
        named.push(Named { file: &source.file, advisory, found });
    }
    Ok(check(&named, wanted, now))
}

/// Finds out what the repository says against an advisory.
fn against(git: &Git, releases: &Releases, advisory: &Advisory) -> Repository {
    let is_here = |name: &&CommitName| match name.full() {
        Some(id) => git.commit(id).is_ok(),
        None => git.expand(name.as_str()).is_some(),
    };
    let lost = advisory.fixed.iter().filter(|name| !is_here(name)).map(ToString::to_string).collect();
    let is_absent = |name: &&String| {
        let tips = name.parse::<BranchName>().ok().map(|branch| git.all_tips(&branch));
        tips.is_none_or(|tips| tips.is_ok_and(|tips| tips.is_empty()))
    };
    let absent = advisory.embargo.iter().flat_map(|terms| &terms.branches).filter(is_absent).cloned().collect();
    let is_named = |version: &Version| {
        let of = |line: &LineFinding| {
            [&line.affected, &line.unaffected, &line.unknown].iter().any(|all| all.contains(version))
        };
        advisory.lines.is_empty() || advisory.lines.iter().any(of)
    };
    let is_told = |one: &OddRelease| {
        let is_it = |tag: &OddRelease| tag.name == one.name && (tag.left_out || tag.same_as == one.same_as);
        // Of two that are one version, the other one may be left out.
        let is_left = |tag: &OddRelease| tag.left_out && one.same_as.as_ref() == Some(&tag.name);
        let of = |line: &LineFinding| line.tags.iter().any(|tag| is_it(tag) || is_left(tag));
        advisory.lines.is_empty() || advisory.lines.iter().any(of)
    };
    let versions = releases.versions.iter().map(|(version, _)| version).filter(|version| !is_named(version));
    let odd = releases.odd.iter().map(|(tag, _)| tag).filter(|tag| !is_told(tag)).map(|tag| &tag.name);
    let new = versions.map(ToString::to_string).chain(odd.cloned()).collect();
    Repository { lost, absent, new, ..Repository::default() }
}

/// Returns the releases of the repository, without those that an advisory leaves out.
fn releases_of(git: &Git, settings: &Settings, advisory: &Advisory) -> Result<Releases> {
    let left_out: Vec<&str> = advisory.stated.iter().flat_map(|one| &one.left_out).map(String::as_str).collect();
    Ok(TagNames::of(git, settings)?.placed(&advisory.packages, &left_out))
}

/// Returns the tags of the first releases that repair the flaw of an advisory, as the repository calls them.
///
/// # Errors
/// As [`fixed_tags`]; also when tags cannot be listed, or one has a name by which it cannot verify.
pub fn first_tags(git: &Git, settings: &Settings, advisory: &Advisory) -> Result<Vec<TagName>> {
    let releases = releases_of(git, settings, advisory)?;
    let called = |version: &Version| releases.called(version);
    match not_taken(advisory, &settings.tag, &called).into_iter().next() {
        None => fixed_tags(advisory, &settings.tag, &called),
        Some(why) => Err(Error::no(format!("the releases that repair '{}' cannot be taken", advisory.id))
            .because(why)
            .hint("name the tags of other releases that have the fix: --tag")),
    }
}

/// Returns the tags of the first releases that repair the flaw of an advisory, whether they can verify or not; none where no line has one.
///
/// # Errors
/// When tags cannot be listed, or one would have no valid name.
pub fn first_named(git: &Git, settings: &Settings, advisory: &Advisory) -> Result<Vec<TagName>> {
    let releases = releases_of(git, settings, advisory)?;
    match fixed_tags(advisory, &settings.tag, &|version: &Version| releases.called(version)) {
        Err(error) if error.kind() == Kind::Undecided => Ok(Vec::new()),
        tags => tags,
    }
}

/// Works out the checklist of an advisory.
///
/// # Errors
/// As [`one`].
pub fn checklist_of(git: &Git, settings: &AdvisorySettings, id: &AdvisoryId, now: DateTime<Utc>) -> Result<Checklist> {
    Ok(checklist(&one(git, settings, id)?.advisory, now))
}

/// Returns who publishes. `server` and `repository` are where the workflow says it is, if it says so.
///
/// # Errors
/// When `patch.toml` has no section for advisories, or nothing tells what the project is called.
pub fn publication(git: &Git, settings: &Settings, place: &Place<'_>, now: DateTime<Utc>) -> Result<Publication> {
    let config = &settings.config;
    let given = place.repository.map(|text| {
        text.parse::<RepositoryName>().map_err(|broken| {
            Error::usage("it cannot be told where this runs").because(broken).hint("correct or unset GITHUB_REPOSITORY")
        })
    });
    let remote = || git.configured_url("origin").as_deref().and_then(repository_of_url);
    let repository = config.project.repository.clone().or(given.transpose()?).or_else(remote);
    let name = repository.as_ref().map(|repository| repository.parts().1.to_owned());
    let project = config.project.name.clone().or(name).ok_or_else(|| {
        Error::usage("it is not known what the project is called").hint("set 'name' in [project] of 'patch.toml'")
    })?;
    let address = repository.map(|repository| format!("{}/{repository}", place.server.trim_end_matches('/')));
    Ok(Publication {
        project,
        settings: self::settings(config)?.clone(),
        repository: address.and_then(|address| address.parse().ok()),
        now,
    })
}

/// Where the workflow says that it runs.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The address of the forge.
    pub server: &'a str,
    /// The repository, as `owner/name`.
    pub repository: Option<&'a str>,
}
