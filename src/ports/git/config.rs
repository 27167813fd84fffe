//! What the user's git is configured with, read at once.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::model::config::SigningFormat;
use crate::model::error::{Error, Result};
use crate::ports::process::{failed, finish};

use super::Git;

/// Every key of git's configuration with its value, as `git config --list` tells. Works outside of a repository, too.
#[derive(Debug, Clone)]
pub struct GitConfig {
    entries: Vec<(String, String)>,
    directory: PathBuf,
}

impl GitConfig {
    /// Reads the configuration that counts in a repository, or, without one, in a directory.
    ///
    /// # Errors
    /// When git cannot be started or its configuration is malformed.
    pub fn read(git: Option<&Git>, directory: &Path) -> Result<Self> {
        let mut command = match git {
            Some(git) => git.program().command(),
            None => plain(directory),
        };
        let directory = git.and_then(Git::worktree).unwrap_or(directory).to_owned();
        command.args(["config", "--list", "-z"]);
        let finished = finish(command, None)?;
        if !finished.success() {
            return Err(
                failed("git config --list", &finished).hint("see what git says: git config --list --show-origin")
            );
        }
        let text = String::from_utf8_lossy(&finished.stdout);
        let entry = |entry: &str| {
            let (key, value) = entry.split_once('\n').unwrap_or((entry, "true"));
            (key.to_owned(), value.to_owned())
        };
        Ok(Self { entries: text.split_terminator('\0').map(entry).collect(), directory })
    }

    /// Returns the value of a key, written as git lists it: all but the middle part in lower case.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries.iter().rfind(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Returns the keys that begin with one of these texts, with their values.
    pub fn below<'a>(&'a self, prefixes: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let wanted = |key: &str| prefixes.iter().any(|prefix| key.starts_with(prefix));
        self.entries.iter().filter(move |(key, _)| wanted(key)).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Returns the value of a key that is a path, with `~` opened by git.
    ///
    /// # Errors
    /// When git cannot open it.
    pub fn path(&self, key: &str) -> Result<Option<PathBuf>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        if !value.starts_with(['~', '%']) {
            return Ok(Some(self.directory.join(value)));
        }
        let mut command = plain(&self.directory);
        command.args(["-c", &format!("backstitch.path={value}"), "config", "--type=path", "--get", "backstitch.path"]);
        let finished = finish(command, None)?;
        if !finished.success() {
            return Err(failed("git config --type=path", &finished));
        }
        let text = String::from_utf8_lossy(&finished.stdout);
        Ok(Some(self.directory.join(text.trim_end_matches('\n'))))
    }

    /// Returns who commits, such as `Mia <mia@example.com>`; `None` where git does not know. Git takes an OpenPGP key or a
    /// certificate by it where `user.signingKey` names none (`git-config(1)`).
    ///
    /// # Errors
    /// When git cannot be started.
    pub fn committer(&self) -> Result<Option<String>> {
        let mut command = plain(&self.directory);
        command.args(["var", "GIT_COMMITTER_IDENT"]);
        let finished = finish(command, None)?;
        let text = String::from_utf8_lossy(&finished.stdout);
        // The moment follows behind the address.
        Ok(text.rfind('>').filter(|_| finished.success()).map(|end| text[..=end].to_owned()))
    }

    /// Returns the directory that paths in it are relative to.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the kind of signature that git makes, as `gpg.format` says.
    ///
    /// # Errors
    /// When it says something that git does not know.
    pub fn signing_format(&self) -> Result<SigningFormat> {
        match self.get("gpg.format") {
            None | Some("openpgp") => Ok(SigningFormat::Openpgp),
            Some("ssh") => Ok(SigningFormat::Ssh),
            Some("x509") => Ok(SigningFormat::X509),
            Some(other) => Err(Error::usage(format!("git's 'gpg.format' is '{}'", other.escape_debug()))
                .hint("git config gpg.format ssh, openpgp or x509")),
        }
    }

    /// Returns the program that makes and checks a kind of signature (`git-config(1)`, `gpg.<format>.program`).
    pub fn signing_program(&self, format: SigningFormat) -> &str {
        let own = self.get(&format!("gpg.{}.program", format.as_str()));
        match format {
            SigningFormat::Ssh => own.unwrap_or("ssh-keygen"),
            SigningFormat::Openpgp => own.or(self.get("gpg.program")).unwrap_or("gpg"),
            SigningFormat::X509 => own.unwrap_or("gpgsm"),
        }
    }
}

fn plain(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(directory).env("LC_ALL", "C").stdin(Stdio::null());
    command
}
