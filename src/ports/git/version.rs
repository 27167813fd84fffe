//! Which git is here, and what it can do.

use std::fmt;

use crate::model::error::{Error, Result};
use crate::ports::process::GitProgram;

/// A version of git, without its patch level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitVersion {
    major: u32,
    minor: u32,
}

/// The oldest git that works: `merge-tree --merge-base` came with 2.40, `--attr-source` with 2.41.
pub const MINIMUM: GitVersion = GitVersion { major: 2, minor: 41 };

impl GitVersion {
    /// Asks the program.
    ///
    /// # Errors
    /// When git cannot be started, does not say its version, or is older than [`MINIMUM`].
    pub fn of(git: &GitProgram) -> Result<Self> {
        let said = git.text(&["version"])?;
        let version = Self::parse(&said).ok_or_else(|| {
            Error::unfinished(format!("cannot tell the version of git from '{}'", said.escape_debug()))
        })?;
        if version < MINIMUM {
            return Err(Error::unfinished(format!("git {version} is too old: {MINIMUM} or newer is needed"))
                .hint("install a newer git and put it first on PATH"));
        }
        Ok(version)
    }

    /// Reads `git version 2.47.3` and what vendors append to it.
    pub fn parse(said: &str) -> Option<Self> {
        let mut numbers = said.strip_prefix("git version ")?.split('.');
        let major = numbers.next()?.parse().ok()?;
        let minor: String = numbers.next()?.chars().take_while(char::is_ascii_digit).collect();
        Some(Self { major, minor: minor.parse().ok()? })
    }

    /// Says whether `merge-tree --stdin` takes trees that no commit has: since 2.45 (its release notes).
    pub fn merges_plain_trees(self) -> bool {
        self >= Self { major: 2, minor: 45 }
    }
}

impl fmt::Display for GitVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_append_to_the_version() {
        for (said, major, minor) in [
            ("git version 2.47.3", 2, 47),
            ("git version 2.39.5 (Apple Git-154)", 2, 39),
            ("git version 2.45.0.windows.1", 2, 45),
            ("git version 3.0-rc1", 3, 0),
        ] {
            assert_eq!(GitVersion::parse(said), Some(GitVersion { major, minor }), "{said}");
        }
        assert_eq!(GitVersion::parse("hub version 2.14"), None);
    }
}
