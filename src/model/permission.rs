//! What an account may do in a repository.

use std::fmt;

/// What an account may do in a repository, from the least to the most ("Repository roles for an organization" in GitHub's
/// documentation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Nothing.
    None,
    /// Read it.
    Read,
    /// Handle issues and pull requests, which includes to label them.
    Triage,
    /// Push to it.
    Write,
    /// Manage it, without what is dangerous.
    Maintain,
    /// Everything.
    Admin,
}

impl Permission {
    /// All of them, from the least to the most.
    pub const ALL: [Self; 6] = [Self::None, Self::Read, Self::Triage, Self::Write, Self::Maintain, Self::Admin];

    /// Returns GitHub's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }

    /// Reads GitHub's word for it. `None` for one that is not known, such as the role that an organization made up.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == word)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
