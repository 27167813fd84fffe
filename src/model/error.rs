//! The one error type of the library: whose fault it is, what happened to which thing, and what to do next.

use std::error::Error as StdError;
use std::fmt;

/// Whose fault an error is. The exit code follows from it and from nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The question was answered, and the answer is no: a conflict, a refusal, something that does not verify.
    No,
    /// The command line or `patch.toml` is wrong.
    Usage,
    /// The answer needs a person or data that is not here, such as the history a shallow clone lacks.
    Undecided,
    /// The work could not be finished: git, the disk or the network failed.
    Unfinished,
}

/// A failure that names the thing it happened to.
///
/// The message is lower case, one sentence without a full stop, with its subject in single quotes.
/// It never repeats the text of its source; the chain is printed by the command line.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The result of everything in this library that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Makes an error of the given kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, source: None }
    }

    /// The answer is no.
    pub fn no(message: impl Into<String>) -> Self {
        Self::new(Kind::No, message)
    }

    /// The command line or the configuration is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// More data or a person is needed.
    pub fn undecided(message: impl Into<String>) -> Self {
        Self::new(Kind::Undecided, message)
    }

    /// The world failed.
    pub fn unfinished(message: impl Into<String>) -> Self {
        Self::new(Kind::Unfinished, message)
    }

    /// Adds the next command to type, or what to change. Replaces an earlier hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whose fault it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What to do next, where something can be done.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|s| s.as_ref() as &(dyn StdError + 'static))
    }
}
