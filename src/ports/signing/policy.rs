//! The policy that says whose signatures count. It is never read from what it judges: it comes from a file that the user
//! names, or from a branch that others protect.

use std::path::{Path, PathBuf};

use super::{Checker, KeySession, Listed};
use crate::model::commit::CommitId;
use crate::model::config::{Config, Signing, SigningFormat, VersionFile, VersionsIn};
use crate::model::error::{Error, Result};
use crate::model::line::Line;
use crate::model::path::RepoPath;
use crate::model::tag::TagPattern;
use crate::model::tag_request::{Now, PolicySource};
use crate::ports::git::{Git, GitConfig};
use crate::ports::protected::{completed, config, main_branch, tip};
use crate::ports::trouble::cannot_read;

/// A policy with everything that it names.
pub struct Policy {
    /// What it says about signatures.
    pub signing: Signing,
    /// How tags are named.
    pub tag: TagPattern,
    /// Where versions stand, by the project's own word.
    pub versions: Vec<VersionFile>,
    /// Whether files hold versions at all.
    pub versions_in: VersionsIn,
    /// The lines, the newest first.
    pub lines: Vec<Line>,
    /// Where it was read from, for people.
    pub source: String,
    /// The moment that keys are judged at.
    pub now: Now,
    /// What the user's git is configured with.
    pub git: GitConfig,
    allowed: Option<Listed>,
    revoked: Option<Listed>,
    keys: Option<Listed>,
}

/// What else a person can do who has no main to read the policy from.
const OTHERWISE: &str = ", or name another place: '--from BRANCH' or '--policy FILE'";

/// Where the files of a policy are.
enum Place<'g> {
    Folder(PathBuf),
    Commit(&'g Git, String, CommitId),
    Nowhere,
}

impl Policy {
    /// Reads a policy. Outside of a repository there is only what a file and git's own configuration say.
    ///
    /// # Errors
    /// When it, or something that it names, cannot be read or is wrong.
    pub fn read(git: Option<&Git>, source: &PolicySource, now: Now) -> Result<Self> {
        let (config, place, name) = match (&source.file, git) {
            (Some(file), _) => {
                let folder = file.parent().map(Path::to_owned).unwrap_or_default();
                let config = parse_file(file)?;
                let config = match git {
                    Some(git) => completed(git, config, None)?,
                    None => config,
                };
                (config, Place::Folder(folder), file.display().to_string())
            }
            (None, Some(git)) => protected(git, source)?,
            (None, None) => (Config::default(), Place::Nowhere, "git's configuration".to_owned()),
        };
        let signing = config.signing.unwrap_or_default();
        let place = match (place, &signing.from) {
            (Place::Commit(git, ..), Some(branch)) => {
                let (name, commit) = tip(git, branch, OTHERWISE)?;
                Place::Commit(git, name, commit)
            }
            (place, _) => place,
        };
        let configured = GitConfig::read(git, Path::new("."))?;
        let allowed =
            listed(&place, signing.allowed_signers.as_ref(), &configured, Some("gpg.ssh.allowedsignersfile"))?;
        let revoked = listed(&place, signing.revoked.as_ref(), &configured, Some("gpg.ssh.revocationfile"))?;
        let keys = listed(&place, signing.keys.as_ref(), &configured, None)?;
        Ok(Self {
            signing,
            tag: config.project.tag.unwrap_or_default(),
            versions: config.versions,
            versions_in: config.project.versions,
            lines: config.lines,
            source: name,
            now,
            git: configured,
            allowed,
            revoked,
            keys,
        })
    }

    /// Says what to do when a new signature does not count.
    pub fn refused_key(&self) -> String {
        format!("sign with a key that the policy lets sign, or let this one sign there: {}", self.source)
    }

    /// Returns what checks signatures by this policy.
    pub fn checker(&self) -> Checker<'_> {
        Checker {
            config: &self.git,
            allowed: self.allowed.as_ref(),
            revoked: self.revoked.as_ref(),
            keys: self.keys.as_ref(),
            now: self.now,
        }
    }

    /// Returns the kind of signature to make: that of a key given to this run, or what is configured.
    ///
    /// # Errors
    /// When git is configured with a kind that there is not.
    pub fn format(&self, configured: Option<&Signing>, session: Option<&KeySession>) -> Result<SigningFormat> {
        let own = configured.and_then(|signing| signing.format).or(self.signing.format);
        match (session.map(KeySession::format), own) {
            (Some(given), _) => Ok(given),
            (None, Some(format)) => Ok(format),
            (None, None) => self.git.signing_format(),
        }
    }
}

fn parse_file(file: &Path) -> Result<Config> {
    let text = std::fs::read_to_string(file).map_err(|error| cannot_read(file, error))?;
    Config::parse(&text).map_err(|error| error.in_file(&file.display().to_string()))
}

fn protected<'g>(git: &'g Git, source: &PolicySource) -> Result<(Config, Place<'g>, String)> {
    let main = match &source.from {
        Some(branch) => branch.clone(),
        None => main_branch(git, source.config.as_deref(), OTHERWISE)?,
    };
    let found = config(git, &main, source.config.as_deref(), OTHERWISE)?;
    let (name, commit) = found.place;
    let shown = found.source.unwrap_or_else(|| format!("git's configuration, for '{name}' has no patch.toml"));
    Ok((found.config, Place::Commit(git, name, commit), shown))
}

fn listed(place: &Place<'_>, path: Option<&RepoPath>, git: &GitConfig, key: Option<&str>) -> Result<Option<Listed>> {
    let read = |path: &Path| {
        let bytes = std::fs::read(path).map_err(|error| cannot_read(path, error))?;
        Ok(Some(Listed { name: path.display().to_string(), bytes }))
    };
    match (path, place) {
        (Some(path), Place::Folder(folder)) => read(&folder.join(path.as_str())),
        (Some(path), Place::Commit(repository, name, commit)) => {
            let bytes = repository.file_of(*commit, path.as_str())?.ok_or_else(|| {
                Error::usage(format!("'{name}' has no file '{path}', which [signing] names"))
                    .hint("commit the file there; the policy is never read from the worktree or from a tag")
            })?;
            Ok(Some(Listed { name: format!("{name}:{path}"), bytes }))
        }
        (Some(_), Place::Nowhere) | (None, _) => match key.map(|key| git.path(key)).transpose()?.flatten() {
            Some(path) => read(&path),
            None => Ok(None),
        },
    }
}
