//! What the advisories of a repository say of fixes.

use std::collections::HashSet;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::model::advisory::Advisory;
use crate::model::advisory::called::Called;
use crate::model::advisory::lines::{CommitName, StatedVerdict};
use crate::model::advisory::state::State;
use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::config::default_folder;
use crate::model::error::{Error, Result};
use crate::model::line::LineName;
use crate::ports::clock::clock;
use crate::ports::git::Git;
use crate::ports::guard::Watch;
use crate::ports::settings::Settings;

/// What the advisories of main say.
pub(super) struct Sources {
    all: Vec<Advisory>,
    /// What a person should know of them. Their file names may tell what nobody may read yet.
    pub(super) warnings: Vec<String>,
}

/// Watches over what notes tell: over the advisories of the worktrees, over those of main, from which notes take identifiers, and over
/// those of more folders.
///
/// # Errors
/// When an advisory cannot be read, or there is no worktree though the project has advisories.
pub fn watch<'g>(git: &'g Git, settings: &Settings, more: &[PathBuf], now: DateTime<Utc>) -> Result<Watch<'g>> {
    let landed = Sources::at(git, settings, main_commit(git, settings)?)?;
    if settings.config.advisory.is_some() && !landed.warnings.is_empty() {
        return Err(Error::usage("one of the advisories of main cannot be read, so that nothing can be guarded")
            .hint("see which, where nobody else reads along: patch-advisory check"));
    }
    Watch::open_with(git, &settings.config, (more, &landed.all), now)
}

/// Returns what main is, as others protect it.
///
/// # Errors
/// When it is not here.
pub(super) fn main_commit(git: &Git, settings: &Settings) -> Result<CommitId> {
    let protected = git.protected_tip(&settings.main).map(|(_, commit)| commit);
    protected.map_or_else(|| git.branch_commit(&settings.main), Ok)
}

impl Sources {
    /// Reads those of a commit. Without the folder there are none.
    ///
    /// # Errors
    /// When an object is missing.
    pub(super) fn at(git: &Git, settings: &Settings, commit: CommitId) -> Result<Self> {
        let own = settings.config.advisory.as_ref().map(|advisory| advisory.folder.clone());
        let folder = own.unwrap_or_else(default_folder);
        let mut objects = git.objects()?;
        let mut found = Self { all: Vec::new(), warnings: Vec::new() };
        let place = objects.at(git.tree_of(commit)?, folder.as_str().as_bytes())?;
        let Some(place) = place.filter(|place| place.mode.is_tree()) else { return Ok(found) };
        let tree = objects.tree(TreeId::from_bytes(place.id))?;
        let is_source = |name: &[u8]| Called::of(&String::from_utf8_lossy(name)) == Called::Source;
        let mut broken = 0_usize;
        for file in tree.entries().filter(|file| is_source(file.name) && file.entry.mode.is_file()) {
            let text = String::from_utf8(objects.blob(BlobId::from_bytes(file.entry.id))?);
            match text.ok().and_then(|text| Advisory::parse(&text).ok()) {
                Some(advisory) => found.all.push(advisory),
                None => broken += 1,
            }
        }
        if broken > 0 {
            found.warnings.push(format!(
                "{broken} of the files in '{folder}' of main cannot be read as advisories, so that what they say of fixes is not known: \
                 patch-advisory check tells why"
            ));
        }
        Ok(found)
    }

    /// Returns the identifiers of the advisories that name one of these commits as their fix: those that may be printed anywhere, and
    /// those that only confirm what a text names already, for the advisory is not public yet.
    pub(super) fn of(&self, commits: &[CommitId]) -> Named {
        named(self.naming(commits))
    }

    /// Returns the identifiers of the advisories that name one of these commits as their fix and that a release of a line does not fix: it
    /// lacks another commit that they need, or the line is stated not to have the flaw. `here` are the fixes that the release has. What a
    /// person states to repair the line is enough for it.
    pub(super) fn unfixed(&self, commits: &[CommitId], line: &LineName, here: &HashSet<CommitName>) -> Named {
        let is_open = |advisory: &&Advisory| {
            let of_line = || advisory.stated.iter().filter(|stated| stated.line == *line);
            let is_stated = of_line().flat_map(|stated| &stated.fixed_by).any(|id| commits.contains(id));
            let is_unaffected = of_line().any(|stated| stated.verdict == Some(StatedVerdict::NotAffected));
            is_unaffected || !(is_stated || advisory.fixed.iter().all(|name| here.contains(name)))
        };
        named(self.naming(commits).filter(is_open))
    }

    /// Returns all commits of main that the advisories need which name one of these commits as their fix.
    pub(super) fn fixes_with(&self, commits: &[CommitId]) -> HashSet<CommitName> {
        self.naming(commits).flat_map(|advisory| &advisory.fixed).cloned().collect()
    }

    /// Says whether an advisory tells what it takes to fix it: on main, where it names one of these commits, or on a line.
    pub(super) fn tell_what_fixes(&self, id: &str, commits: &[CommitId], line: &LineName) -> bool {
        let is_stated = |advisory: &Advisory| {
            advisory.stated.iter().any(|stated| stated.line == *line && !stated.fixed_by.is_empty())
        };
        let mut of_it = self.all.iter().filter(|advisory| advisory.ids().iter().any(|own| own == id));
        of_it.any(|advisory| names(advisory, commits) || is_stated(advisory))
    }

    fn naming(&self, commits: &[CommitId]) -> impl Iterator<Item = &Advisory> {
        let commits = commits.to_vec();
        self.all.iter().filter(move |advisory| names(advisory, &commits))
    }
}

fn names(advisory: &Advisory, commits: &[CommitId]) -> bool {
    let on_main = advisory.fixed.iter().any(|name| commits.iter().any(|id| id.to_string().starts_with(name.as_str())));
    on_main || advisory.stated.iter().flat_map(|stated| &stated.fixed_by).any(|id| commits.contains(id))
}

fn named<'a>(advisories: impl Iterator<Item = &'a Advisory>) -> Named {
    let mut found = Named::default();
    for advisory in advisories {
        let ids = advisory.ids().into_iter().filter(|id| id.starts_with("CVE-") || id.starts_with("GHSA-"));
        match advisory.state {
            _ if advisory.is_secret_at(clock()) => found.kept_back.extend(ids),
            State::Public | State::Revised => found.public.extend(ids),
            State::Draft | State::Embargoed | State::Ready => found.kept_back.extend(ids),
            State::Withdrawn => {}
        }
    }
    found
}

/// The identifiers of advisories.
#[derive(Default)]
pub(super) struct Named {
    pub(super) public: Vec<String>,
    pub(super) kept_back: Vec<String>,
}
