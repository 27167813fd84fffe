//! The environment that a job of a workflow runs in: what it asks before the job begins, and which runs it takes ("Deployments and
//! environments" in GitHub's documentation).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::facts::{Told, Why};
use super::ruling::RefPatterns;
use crate::model::name::is_unprintable;

/// The most characters of a name: "The name may not exceed 255 characters" ("Managing environments for deployment").
const MOST_CHARACTERS: usize = 255;

/// The name of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentName(String);

/// Why a text names no environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAnEnvironment {
    /// It is empty or blank.
    #[error("the name of an environment is empty")]
    Empty,
    /// It is longer than GitHub takes.
    #[error("the name of an environment is longer than {MOST_CHARACTERS} characters")]
    TooLong,
    /// It holds a control character.
    #[error("the name of an environment holds a control character")]
    Control,
}

impl FromStr for EnvironmentName {
    type Err = NotAnEnvironment;

    fn from_str(text: &str) -> Result<Self, NotAnEnvironment> {
        if text.trim().is_empty() {
            return Err(NotAnEnvironment::Empty);
        }
        if text.chars().count() > MOST_CHARACTERS {
            return Err(NotAnEnvironment::TooLong);
        }
        if text.chars().any(is_unprintable) {
            return Err(NotAnEnvironment::Control);
        }
        Ok(Self(text.to_owned()))
    }
}

impl EnvironmentName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvironmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The environment that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub name: EnvironmentName,
    /// The full name of the ref that the workflow runs for. `None`: this is no workflow, and it would run for the default branch.
    pub run_of: Option<String>,
}

/// What was found out about an environment.
#[derive(Debug, Clone)]
pub struct EnvironmentFacts {
    /// Its name.
    pub name: EnvironmentName,
    /// The full name of the ref that the workflow runs for.
    pub run_of: String,
    /// What GitHub says of it.
    pub told: Told<Protection>,
}

/// What an environment asks before a job that names it begins.
#[derive(Debug, Clone)]
pub struct Protection {
    /// Who has to approve.
    pub approval: Approval,
    /// Whether administrators may pass over what it asks, where that was told.
    pub spares_administrators: Option<bool>,
    /// How many minutes a job waits.
    pub wait: u64,
    /// The runs that it takes.
    pub takes: Takes,
}

/// Who has to approve.
#[derive(Debug, Clone)]
pub enum Approval {
    /// One of so many people and teams.
    Reviewers {
        /// How many there are.
        number: usize,
        /// Whether who started the run may be the one.
        by_starter: bool,
    },
    /// These apps decide.
    Apps(Vec<String>),
    /// Nobody.
    Nobody,
    /// No person or team; whether something else does was not told.
    Untold(Why),
}

/// The runs that an environment takes, by the ref that they are for.
#[derive(Debug, Clone)]
pub enum Takes {
    /// All.
    All,
    /// Those of protected branches, and whether that of the run is one. `None`: the run is for no branch.
    Protected(Option<Told<bool>>),
    /// Those of branches and tags of these names.
    Named(Told<RefPatterns>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_the_forge_takes_for_one() {
        for (text, expected) in [
            ("release", None),
            ("prod/eu west", None),
            ("", Some(NotAnEnvironment::Empty)),
            (" ", Some(NotAnEnvironment::Empty)),
            ("a\nb", Some(NotAnEnvironment::Control)),
        ] {
            assert_eq!(text.parse::<EnvironmentName>().err(), expected, "{text:?}");
        }
        assert!("ä".repeat(255).parse::<EnvironmentName>().is_ok());
        assert_eq!("ä".repeat(256).parse::<EnvironmentName>(), Err(NotAnEnvironment::TooLong));
    }
}
