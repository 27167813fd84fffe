//! Where advisories may be. The configuration of a line was cut before many a section came to main, and what is untracked lies in one
//! worktree only: so all configurations of the clone count, and all its worktrees.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::model::advisory::Advisory;
use crate::model::branch::BranchName;
use crate::model::config::{Config, ConfigError, advisory_folder, default_folder};
use crate::model::detect::USUAL_MAIN;
use crate::model::error::{Error, Result};
use crate::model::fetch::REFETCH_FIRST;
use crate::model::path::RepoPath;
use crate::ports::git::Git;
use crate::ports::{files, folder};

/// How the front matter of a source begins.
const FRONT: &str = "+++";

/// What was found in the worktrees of a clone.
#[derive(Default)]
pub(super) struct Found {
    pub(super) advisories: Vec<Advisory>,
    /// Whether anything tells where advisories are.
    pub(super) is_told: bool,
}

impl Found {
    fn take(&mut self, more: Vec<Advisory>) {
        for advisory in more {
            if !self.advisories.contains(&advisory) {
                self.advisories.push(advisory);
            }
        }
    }
}

/// Reads the advisories of all worktrees: in the folders that the configuration of this run, that of a worktree or that of main names,
/// and those that lie in the usual folder though none names it.
///
/// # Errors
/// When one of these cannot be read, or there is no worktree though the project has advisories.
pub(super) fn read(git: &Git, config: &Config) -> Result<Found> {
    let roots = git.all_worktrees();
    let named = named(git, config, &roots)?;
    if roots.is_empty() && !named.is_empty() {
        return Err(Error::usage("this repository has no worktree, so that it cannot be told what is under embargo")
            .hint("run this in a clone with checked-out files"));
    }
    let mut found = Found { is_told: !named.is_empty(), ..Found::default() };
    let usual = default_folder();
    for root in &roots {
        for own in named.iter().map(|folder| root.join(folder.as_str())).filter(|own| own.is_dir()) {
            found.take(sources(&own)?);
        }
        let own = root.join(usual.as_str());
        if !named.contains(&usual) && own.is_dir() {
            let begun = of_files(&own, |text| text.starts_with(FRONT))?;
            found.is_told = found.is_told || !begun.is_empty();
            found.take(begun);
        }
    }
    Ok(found)
}

/// Returns the folders that configurations name.
fn named(git: &Git, config: &Config, roots: &[PathBuf]) -> Result<BTreeSet<RepoPath>> {
    let mut named: BTreeSet<RepoPath> = config.advisory.iter().map(|settings| settings.folder.clone()).collect();
    for root in roots {
        let file = root.join("patch.toml");
        match std::fs::read(&file) {
            Ok(text) => named.extend(folder_in(&text).map_err(|why| cannot_tell(&file.display().to_string(), why))?),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(cannot_tell(&file.display().to_string(), error)),
        }
    }
    for main in mains(git, config) {
        for tip in git.all_tips(&main)? {
            let shown = || format!("patch.toml of {}", tip.short());
            if let Some(text) = git.file_of(tip, "patch.toml").map_err(|error| cannot_read(git, &shown(), error))? {
                named.extend(folder_in(&text).map_err(|why| cannot_tell(&shown(), why))?);
            }
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
    if !git.is_partial() {
        return cannot_tell(shown, error);
    }
    Error::unfinished(format!(
        "'{shown}' is not here, which may tell where advisories are, so that nothing can be guarded"
    ))
    .because(error)
    .hint(format!("this is a partial clone: {REFETCH_FIRST}"))
}

fn cannot_tell(shown: &str, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::usage(format!("'{shown}' does not tell where advisories are, so that nothing can be guarded"))
        .because(why)
        .hint("correct it, or remove that worktree: git worktree list")
}

/// Reads all advisories of a folder. Errors name none: their file names are what is guarded.
pub(super) fn sources(place: &Path) -> Result<Vec<Advisory>> {
    of_files(place, |_| true)
}

/// The same of the files of a sort only.
fn of_files(place: &Path, is_of_it: impl Fn(&str) -> bool) -> Result<Vec<Advisory>> {
    let shown = place.display();
    let mut found = Vec::new();
    let files = folder::files_below(place).map_err(|_| {
        Error::usage(format!("not everything in '{shown}' can be read, so that nothing can be guarded")).hint(
            "it has plain files and folders only, with names in UTF-8: see which others, where nobody else reads along",
        )
    })?;
    for file in files.iter().filter(|file| is_source(file)) {
        let broken = || {
            Error::usage(format!("one of the advisories in '{shown}' cannot be read, so that nothing can be guarded"))
                .hint("see which, where nobody else reads along: patch-advisory check")
        };
        let text = files::read_text(&place.join(file)).map_err(|_| broken())?;
        if is_of_it(&text) {
            found.push(Advisory::parse(&text).map_err(|_| broken())?);
        }
    }
    Ok(found)
}

/// Says whether a file may be the source of an advisory: any Markdown, at any depth, but pages about the folder.
fn is_source(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file).to_ascii_lowercase();
    let is_markdown = name.ends_with(".md") || name.ends_with(".markdown");
    is_markdown && !matches!(name.as_str(), "index.md" | "readme.md")
}
