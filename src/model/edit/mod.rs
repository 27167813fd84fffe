//! Exact edits of the versions in the files of a repository.
//!
//! For every format the method is the same: parse, take the byte range of the scalar, splice, parse again, and prove that
//! only that value changed. What no range says exactly is refused, with the file and the line.

mod asked;
mod cargo;
mod chart;
mod detect;
mod dotnet;
mod gradle;
mod image;
mod json;
mod maven;
mod npm;
mod proof;
mod python;
mod refusal;
mod source;
mod splice;
mod survey;
mod syntax;
mod tape;
mod text;
mod toml;
mod workspace;
mod xml;
mod yaml;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

pub use asked::Asked;
pub use refusal::Obstacle;
pub use splice::{Rewritten, rewrite};
pub use survey::{Survey, survey};
pub use text::VersionPattern;

use crate::model::config::Place;
use crate::model::error::Result;
use crate::model::image::{ImageDigest, ImageName};
use crate::model::path::RepoPath;
use crate::model::version::{ReleaseVersion, Spelling};
use syntax::Syntax;
use tape::Tokens;

/// The files of one tree of the repository, as a reader of versions asks for them.
pub trait Files {
    /// Returns the bytes of a file. `None`: there is no such file.
    ///
    /// # Errors
    /// The tree cannot be read.
    fn read(&self, path: &RepoPath) -> Result<Option<Rc<Vec<u8>>>>;

    /// Returns the paths of all files that git tracks in the tree.
    ///
    /// # Errors
    /// The tree cannot be read.
    fn paths(&self) -> Result<Vec<RepoPath>>;
}

/// One place in a file where the version of the product stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The bytes of the file that a change replaces.
    pub range: Range<usize>,
    /// What stands there.
    pub value: String,
    /// Where it begins, for people.
    pub place: Place,
    /// What it is, for people: `packages["packages/a"].version`.
    pub name: String,
    /// What kind of value it is.
    pub holds: Holds,
}

impl Spot {
    /// Returns the version that stands there. `None` when it is none, or not one that a release line may hold.
    pub fn version(&self) -> Option<ReleaseVersion> {
        match &self.holds {
            Holds::Version(spelling) => spelling.parse(&self.value),
            Holds::Numbers | Holds::ImageDigest(_) | Holds::LockDigest(_) => None,
        }
    }
}

/// What a spot holds, and so what is written into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// The version of the product, in this spelling.
    Version(Spelling),
    /// The three numbers of the version, where there is no room for a pre-release.
    Numbers,
    /// The digest of this image, which must be given anew: it wins over the tag.
    ImageDigest(ImageName),
    /// The digest of a `Chart.lock`, which is computed from what it locks.
    LockDigest(LockDigest),
}

pub use chart::LockDigest;

/// The spots of one file, in the order of the file, none inside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSpots {
    /// The file.
    pub path: RepoPath,
    /// The places, at least one.
    pub spots: Vec<Spot>,
    /// What the file held when it was looked at.
    pub bytes: Rc<Vec<u8>>,
    readings: Vec<Reading>,
}

/// How a file was read, and what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    syntax: Syntax,
    tokens: Tokens,
}

/// Something that was seen and left as it is, which a person may want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The file it is about.
    pub path: RepoPath,
    /// Where in it.
    pub place: Option<Place>,
    /// What was left, and why.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(f, "{}:{}: {}", self.path, place.line, self.text),
            None => write!(f, "{}: {}", self.path, self.text),
        }
    }
}

/// What to write: the new version where the old one stands, and the new digests of images that are pinned by digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The version that must stand in every place.
    pub from: ReleaseVersion,
    /// The version to write.
    pub to: ReleaseVersion,
    /// The digests of the new images, for those that are pinned by digest.
    pub digests: BTreeMap<ImageName, ImageDigest>,
}

/// A spot whose place for people is not worked out yet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RawSpot {
    range: Range<usize>,
    name: String,
    holds: Holds,
}
