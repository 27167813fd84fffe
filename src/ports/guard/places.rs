//! Where advisories may be. The configuration of a line was cut before many a section came to main, what is untracked lies in one
//! worktree only, and what is tracked may lie in none: so all configurations of the clone count, all its worktrees, and its branches.

use std::collections::{BTreeSet, HashSet};
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::model::advisory::Advisory;
use crate::model::advisory::id::AdvisoryId;
use crate::model::arrange::InOrder as _;
use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::config::{Config, ConfigError, advisory_folder, default_folder};
use crate::model::detect::USUAL_MAIN;
use crate::model::error::{Error, Result};
use crate::model::fetch::REFETCH_FIRST;
use crate::model::path::RepoPath;
use crate::ports::git::{Git, Worktrees};

use super::committed::Committed;
use super::sources::{Named, Sources, at};

/// What was found in a clone.
#[derive(Default)]
pub(super) struct Found {
    pub(super) advisories: Vec<Advisory>,
    /// Whether anything in the clone tells where advisories are.
    pub(super) is_told: bool,
    /// Why there may be others that were not found.
    pub(super) doubt: Option<Error>,
}

impl Found {
    fn take(&mut self, more: Vec<Advisory>) {
        for advisory in more {
            if !self.advisories.contains(&advisory) {
                self.advisories.push(advisory);
            }
        }
    }

    /// Takes what is committed. What a place that is newer says to be lifted, or published when its date had come, is so: a date alone
    /// says nothing, for it may have been moved since.
    fn take_committed(&mut self, more: Vec<Advisory>) {
        let is_free = |one: &&Advisory| match &one.embargo {
            None => one.state.is_public(),
            Some(terms) => {
                let is_after = one.published.is_some_and(|published| published >= terms.until);
                terms.lifted.is_some() || (one.state.is_public() && is_after)
            }
        };
        let free: HashSet<AdvisoryId> = self.advisories.iter().filter(is_free).map(|one| one.id.clone()).collect();
        self.take(more.into_iter().filter(|one| !free.contains(&one.id)).collect());
    }
}

/// Reads the advisories of all worktrees, of main here and as remotes had it, of `HEAD`, and of the other branches that are neither lines
/// nor merged: in the folders that the configuration of this run, that of a worktree or that of main names, and those that lie in the
/// usual folder though none names it.
///
/// # Errors
/// When one of these cannot be read, or there is no worktree though the project has advisories.
pub(super) fn read(git: &Git, config: &Config) -> Result<Found> {
    let Worktrees { here: roots, is_one_away } = git.all_worktrees();
    let main = tips_of_main(git, config)?;
    let named = named(git, config, &roots, &main)?;
    if roots.is_empty() && !named.is_empty() {
        return Err(Error::usage("this repository has no worktree, so that it cannot be told what is under embargo")
            .hint("run this in a clone with checked-out files"));
    }
    let usual = default_folder();
    let mut folders: Vec<(RepoPath, Named)> = named.iter().map(|folder| (folder.clone(), Named::Yes)).collect();
    if !named.contains(&usual) {
        folders.push((usual, Named::No));
    }
    let mut found = Found { is_told: !named.is_empty(), ..Found::default() };
    let mut sources = Sources::default();
    for root in &roots {
        for (folder, is_named) in &folders {
            let Some(place) = at(root, folder)? else { continue };
            let own = sources.in_folder(&place, &format!("{folder}' of a worktree"), *is_named)?;
            found.take(own);
        }
    }
    let mut committed = Committed::new(git, config, &folders, &main)?;
    for tips in committed.stages() {
        for tip in tips {
            let own = committed.read(tip, &mut sources)?;
            found.take_committed(own);
        }
    }
    found.is_told = found.is_told || sources.are_there();
    if found.is_told && is_one_away {
        return Err(away());
    }
    found.doubt = committed.doubt();
    Ok(found)
}

/// What is tracked there is known from its branch, and what is not is known to nobody.
fn away() -> Error {
    Error::undecided("a worktree of this clone is not here, so that nothing can be guarded").hint(
        "see which is locked, or cannot be looked into: git worktree list --verbose; bring it back, or, where it is gone for good, \
         git worktree unlock WORKTREE && git worktree prune",
    )
}

/// Returns where main is, here and as remotes had it when they were last fetched.
fn tips_of_main(git: &Git, config: &Config) -> Result<Vec<CommitId>> {
    let mut tips = Vec::new();
    for main in mains(git, config) {
        tips.extend(git.all_tips(&main)?);
    }
    Ok(tips)
}

/// Returns the folders that configurations name.
fn named(git: &Git, config: &Config, roots: &[PathBuf], main: &[CommitId]) -> Result<BTreeSet<RepoPath>> {
    let mut named: BTreeSet<RepoPath> = config.advisory.iter().map(|settings| settings.folder.clone()).in_order();
    // What a worktree is called may tell of what is made there.
    const OF_A_WORKTREE: &str = "patch.toml of a worktree";
    for root in roots {
        match std::fs::read(root.join("patch.toml")) {
            Ok(text) => named.extend(folder_in(&text).map_err(|why| cannot_tell(OF_A_WORKTREE, why))?),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(cannot_tell(OF_A_WORKTREE, error)),
        }
    }
    for tip in main {
        let shown = || format!("patch.toml of {}", tip.short());
        if let Some(text) = git.file_of(*tip, "patch.toml").map_err(|error| cannot_read(git, &shown(), error))? {
            named.extend(folder_in(&text).map_err(|why| cannot_tell(&shown(), why))?);
        }
    }
    Ok(named)
}

/// Returns what main is called, or what it may be called.
pub(super) fn mains(git: &Git, config: &Config) -> Vec<BranchName> {
    let known = config.project.main.clone();
    let known = known.or_else(|| git.default_branch().and_then(|name| name.parse().ok()));
    known.map_or_else(|| USUAL_MAIN.iter().filter_map(|name| name.parse().ok()).collect(), |main| vec![main])
}

fn folder_in(text: &[u8]) -> std::result::Result<Option<RepoPath>, ConfigError> {
    advisory_folder(&String::from_utf8_lossy(text))
}

/// A clone without all blobs has main's configuration only where somebody looked at it.
fn cannot_read(git: &Git, shown: &str, error: Error) -> Error {
    match git.is_partial() {
        true => not_fetched(git, &format!("'{shown}', which may tell where advisories are,"), error),
        false => cannot_tell(shown, error),
    }
}

/// Makes the error for what a clone without all blobs lacks; another clone is damaged then. `what`: the beginning of a sentence.
pub(super) fn not_fetched(git: &Git, what: &str, error: Error) -> Error {
    let told = Error::unfinished(format!("{what} is not here, so that nothing can be guarded")).because(error);
    match git.is_partial() {
        true => told.hint(format!("this is a partial clone: {REFETCH_FIRST}")),
        false => told.hint("see what is missing: git fsck"),
    }
}

fn cannot_tell(shown: &str, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::usage(format!("'{shown}' does not tell where advisories are, so that nothing can be guarded"))
        .because(why)
        .hint("correct it, or remove that worktree: git worktree list")
}
