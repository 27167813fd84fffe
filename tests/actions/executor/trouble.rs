//! Why something cannot run, in the words of GitHub where it has some.

use std::fmt;

/// What is wrong, for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble(String);

/// The result of what can be wrong.
pub type Result<T> = std::result::Result<T, Trouble>;

impl Trouble {
    /// Says what is wrong.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// The same, with the thing that it is about.
    #[must_use]
    pub fn of(&self, thing: &str) -> Self {
        Self(format!("{thing}: {}", self.0))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
