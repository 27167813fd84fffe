//! What was found out about the remote.

use super::Why;
use crate::model::config::RepositoryName;

/// About the remote.
#[derive(Debug, Clone)]
pub enum RemoteFacts {
    /// It was not to be asked.
    Offline,
    /// There is none of this name.
    None(String),
    /// It has several addresses for pushes.
    Several(String, Why),
    /// It did not answer.
    Silent(String, Why),
    /// It answered.
    Answers {
        /// Its name.
        name: String,
        /// How it is reached.
        way: Way,
        /// The repository that its address names, if it names one.
        repository: Option<RepositoryName>,
        /// Whether it lets a push in, as `git push --dry-run` found. `None`: that was not asked.
        push: Option<Result<(), Why>>,
        /// Whose credentials that was asked with.
        login: Login,
    },
}

impl RemoteFacts {
    /// Returns the repository that its address names, if it answers and names one.
    pub fn repository(&self) -> Option<&RepositoryName> {
        match self {
            Self::Answers { repository, .. } => repository.as_ref(),
            Self::Offline | Self::None(_) | Self::Several(..) | Self::Silent(..) => None,
        }
    }
}

/// How a remote is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By SSH, with a key.
    Ssh,
    /// By HTTP, with a token or a password.
    Http,
    /// By a path of the machine, or in another way.
    Other,
}

/// With whose credentials the binaries push.
#[derive(Debug, Clone)]
pub enum Login {
    /// With those that git has itself.
    Own,
    /// With the token of the workflow, which takes their place.
    Token {
        /// Whether the remote lets a push in with those that a checkout kept, which a plain `git push` takes. `None`: it kept none, or
        /// that was not asked.
        alone: Option<Result<(), Why>>,
    },
}
