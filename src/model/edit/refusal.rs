//! Why a file cannot be edited exactly, and where.

use std::fmt;

use crate::model::config::Place;
use crate::model::error::{Error, Kind};
use crate::model::path::RepoPath;

/// What in a file stands against an exact edit, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    path: RepoPath,
    place: Option<Place>,
    message: String,
}

impl Obstacle {
    /// The file.
    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// Where in it. `None` when it is about something the file does not hold at all.
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// What it is, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn at(path: &RepoPath, place: Place, message: impl Into<String>) -> Error {
        Self { path: path.clone(), place: Some(place), message: message.into() }.into_error(Kind::No)
    }

    pub(super) fn whole(path: &RepoPath, message: impl Into<String>) -> Error {
        Self { path: path.clone(), place: None, message: message.into() }.into_error(Kind::No)
    }

    fn into_error(self, kind: Kind) -> Error {
        Error::new(kind, format!("cannot edit the version in '{}'", self.path))
            .because(self)
            .hint("correct it there, or name another place in [[version]] of patch.toml; then: patch-bump show")
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { line, column }) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Obstacle {}
