//! The configuration of a repository: `patch.toml`, completed by what branches and tags show.

use std::path::Path;

use crate::model::arrange::Arrange as _;
use crate::model::branch::{BranchName, BranchSpec};
use crate::model::config::Config;
use crate::model::detect::detect;
use crate::model::error::{Error, Result};
use crate::model::line::{Line, LineName, LineStatus, TagPattern};
use crate::model::notes::range::Released;

use super::git::{Git, Tag};
use super::trouble::cannot_read;

/// A configuration in which nothing is left to guess.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What `patch.toml` says, completed.
    pub config: Config,
    /// The branch where changes land first.
    pub main: BranchName,
    /// How release tags are named.
    pub tag: TagPattern,
    /// What was found out instead of read, for people.
    pub notes: Vec<String>,
    /// Where the lines are those that there are branches of, and the clone may lack branches: why, and the command that brings them.
    pub lacking: Option<String>,
}

/// Reads the configuration of a repository.
///
/// Without `file` it is `patch.toml` at the root of the worktree; in a bare repository, and where it was not checked out, that of the
/// commit `HEAD` is at. Without any, the lines are those that the branch names show, and a note says so.
///
/// # Errors
/// When the file cannot be read or is wrong, or there is no main branch.
pub fn load(git: &Git, file: Option<&Path>) -> Result<Settings> {
    let (config, is_there) = parsed(Some(git), file)?;
    let lacking = if config.lines.is_empty() { lacking(git) } else { None };
    let complete = !config.lines.is_empty() && config.project.main.is_some() && config.project.tag.is_some();
    let mut notes = Vec::new();
    let config = if complete {
        config
    } else {
        let tags: Vec<String> = git.tag_names()?.into_iter().map(String::from).collect();
        let found = detect(&git.branch_tips()?, &tags, git.default_branch().as_deref());
        if !is_there {
            notes.push("there is no patch.toml: main and the lines are those that the branch names show".to_owned());
            notes.extend(found.notes.iter().cloned());
        }
        found.complete(config)
    };
    let main = config.project.main.clone().ok_or_else(|| {
        let name = "name it in patch.toml: [project] main = \"...\"";
        let hint = self::lacking(git).map_or_else(|| name.to_owned(), |lacking| format!("{lacking}; or {name}"));
        Error::usage("no main branch was found").hint(hint)
    })?;
    if let Some(line) = config.lines.iter().find(|line| line.branch == BranchSpec::Standing(main.clone())) {
        return Err(Error::usage(format!("line '{}' has the branch '{main}', which is main", line.name))
            .hint("give the line its own branch in patch.toml, or set 'main' in [project]"));
    }
    let tag = config.project.tag.clone().unwrap_or_default();
    Ok(Settings { config, main, tag, notes, lacking })
}

/// Reads what `patch.toml` says, and completes nothing. Without a repository and `file` it says nothing.
///
/// # Errors
/// When the file cannot be read or is wrong.
pub fn config(git: Option<&Git>, file: Option<&Path>) -> Result<Config> {
    parsed(git, file).map(|(config, _)| config)
}

/// Returns the configuration, and whether there is a file of it.
fn parsed(git: Option<&Git>, file: Option<&Path>) -> Result<(Config, bool)> {
    let (text, name) = match file {
        Some(file) => (Some(read(file)?), file.display().to_string()),
        None => (git.map(own).transpose()?.flatten(), "patch.toml".to_owned()),
    };
    let config = text.as_deref().map(|text| Config::parse(text).map_err(|error| error.in_file(&name))).transpose()?;
    let is_there = config.is_some();
    Ok((config.unwrap_or_default(), is_there))
}

/// Says that a clone may lack branches, and how they come. `git clone --depth` and `--single-branch` take one branch, and git keeps to
/// that branch until it is told otherwise.
pub fn lacking(git: &Git) -> Option<String> {
    let why = match (git.is_shallow(), git.follows_some_branches()) {
        (true, _) => "this clone is shallow, and may lack branches",
        (false, true) => "this clone does not follow all branches, and may lack some",
        (false, false) => return None,
    };
    Some(format!("{why}: run {}", git.fetch_from().branches()))
}

/// Returns the `patch.toml` of the worktree; that of `HEAD` where there is no worktree, or where the file was not checked out.
///
/// # Errors
/// When it cannot be read.
pub fn own(git: &Git) -> Result<Option<String>> {
    if let Some(root) = git.worktree() {
        let path = root.join("patch.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => return Ok(Some(text)),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(cannot_read(&path, error)),
            Err(_) if !git.was_left_out("patch.toml")? => return Ok(None),
            Err(_) => {}
        }
    }
    let text = git.file_at_head("patch.toml").map_err(|error| unread(git, error))?.map(String::from_utf8);
    text.transpose().map_err(|error| {
        Error::usage("'patch.toml' of HEAD is not UTF-8")
            .because(error)
            .hint("write it as UTF-8; to see it: git show HEAD:patch.toml")
    })
}

/// Says what could not be read where an object of it is not here.
fn unread(git: &Git, error: Error) -> Error {
    let told = Error::undecided("cannot read 'patch.toml' of HEAD");
    let hint = match git.is_partial() {
        true => {
            Some(format!("this clone is partial: {}; or name another file: --config FILE", git.fetch_from().objects()))
        }
        false => error.hint_text().map(str::to_owned),
    };
    let told = told.because(error);
    match hint {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| cannot_read(path, error))
}

impl Settings {
    /// Says which lines there are, and how to get those that the clone may lack, for a hint.
    pub fn known_lines(&self) -> String {
        let names: Vec<String> = self.config.lines.iter().map(|line| line.name.to_string()).collect();
        let known = match names.as_slice() {
            [] => "there are no lines".to_owned(),
            names => format!("the lines are: {}", names.join(", ")),
        };
        match &self.lacking {
            Some(lacking) => format!("{known}; {lacking}"),
            None => known,
        }
    }

    /// Returns the lines that were asked for, each once, or, when none was, all that are supported.
    ///
    /// # Errors
    /// When a line is unknown, or there are none at all.
    pub fn lines(&self, asked: &[LineName]) -> Result<Vec<&Line>> {
        if asked.is_empty() {
            let supported: Vec<&Line> =
                self.config.lines.iter().filter(|line| line.status != LineStatus::EndOfLife).collect();
            if supported.is_empty() {
                return Err(Error::usage("no supported release line was found").hint(format!(
                    "{}; name one with --line, or describe your lines in patch.toml",
                    self.known_lines()
                )));
            }
            return Ok(supported);
        }
        let find = |name: &LineName| {
            let found = self.config.lines.iter().find(|line| line.name == *name);
            found.ok_or_else(|| Error::usage(format!("there is no line '{name}'")).hint(self.known_lines()))
        };
        let once = asked.iter().enumerate().filter(|(at, name)| !asked[..*at].contains(name));
        once.map(|(_, name)| find(name)).collect()
    }

    /// Returns the branch of a line: the standing one, or that of its highest version for which there is one.
    ///
    /// # Errors
    /// When a line with one branch a release has none yet.
    pub fn branch_of(&self, git: &Git, line: &Line) -> Result<BranchName> {
        let pattern = match &line.branch {
            BranchSpec::Standing(branch) => return Ok(branch.clone()),
            BranchSpec::PerRelease(pattern) => pattern,
        };
        let mut found = Vec::new();
        for tip in git.branch_tips()? {
            let Ok(branch) = tip.name.parse::<BranchName>() else { continue };
            if let Some(version) = pattern.version_of(&branch).filter(|version| line.contains(version)) {
                found.push((version, branch));
            }
        }
        found.arrange();
        found.pop().map(|(_, branch)| branch).ok_or_else(|| {
            Error::usage(format!("line '{}' has no branch of the form '{pattern}' yet", line.name))
                .hint("cut the first one from the line's last tag with 'git branch'")
        })
    }

    /// Says whether a tag is that of a release of a line.
    pub fn is_release(&self, tag: &str, line: &Line) -> bool {
        self.tag.version_of(tag).is_some_and(|version| line.contains(&version))
    }

    /// Returns the release tags of a line, from the lowest version to the highest.
    pub fn release_tags<'t>(&self, tags: &'t [Tag], line: &Line) -> Vec<&'t Tag> {
        let version = |tag: &Tag| self.tag.version_of(&tag.name).filter(|version| line.contains(version));
        let mut found: Vec<_> = tags.iter().filter_map(|tag| version(tag).map(|version| (version, tag))).collect();
        found.arrange_by(|a, b| a.0.cmp_precedence(&b.0));
        found.into_iter().map(|(_, tag)| tag).collect()
    }

    /// Returns the releases of a line that have a tag, from the lowest version to the highest.
    pub fn releases(&self, tags: &[Tag], line: &Line) -> Vec<Released> {
        let release = |tag: &Tag| {
            let version = self.tag.version_of(&tag.name)?;
            Some(Released { version, tag: tag.name.parse().ok()?, commit: tag.commit })
        };
        self.release_tags(tags, line).into_iter().filter_map(release).collect()
    }
}
