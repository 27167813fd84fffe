//! The text of a file that is being read, with what its errors need.

use std::ops::Range;

use super::refusal::Obstacle;
use super::tape::{Node, What};
use super::{Holds, RawSpot};
use crate::model::config::Place;
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

const BOM: &str = "\u{feff}";

/// The text of a file. Ranges count from its first byte, a byte order mark included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'s> {
    pub(super) path: &'s RepoPath,
    pub(super) text: &'s str,
}

/// What stands in a file where a version was looked for and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing {
    /// Where it stands. `None`: nothing does.
    pub(super) offset: Option<usize>,
    pub(super) text: String,
}

impl Missing {
    pub(super) fn here(node: Node<'_>, text: impl Into<String>) -> Self {
        Self { offset: Some(node.range().start), text: text.into() }
    }

    pub(super) fn nothing(text: impl Into<String>) -> Self {
        Self { offset: None, text: text.into() }
    }
}

impl<'s> Source<'s> {
    pub(super) fn new(path: &'s RepoPath, bytes: &'s [u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).map_err(|broken| {
            Obstacle::whole(path, format!("it is not UTF-8 from byte {} on", broken.valid_up_to()))
        })?;
        // Places in it are kept in 32 bits.
        match u32::try_from(text.len()) {
            Ok(_) => Ok(Self { path, text }),
            Err(_) => Err(Obstacle::whole(path, "it is longer than 4 GiB")),
        }
    }

    /// Returns where the text begins, behind a byte order mark.
    pub(super) fn start(&self) -> usize {
        if self.text.starts_with(BOM) { BOM.len() } else { 0 }
    }

    /// Returns the text without a byte order mark.
    pub(super) fn body(&self) -> &'s str {
        &self.text[self.start()..]
    }

    /// Makes an error about a place in the file.
    pub(super) fn obstacle(&self, offset: usize, message: impl Into<String>) -> Error {
        Obstacle::at(self.path, Place::at(self.text, offset), message)
    }

    /// Makes an error about something that the file does not hold.
    pub(super) fn lacks(&self, message: impl Into<String>) -> Error {
        Obstacle::whole(self.path, message)
    }

    /// Makes an error about a version that is not there.
    pub(super) fn missing(&self, missing: Missing) -> Error {
        let error = match missing.offset {
            Some(offset) => self.obstacle(offset, missing.text),
            None => self.lacks(missing.text),
        };
        error.hint("write the version there, or name where it stands in [[version]] of patch.toml")
    }

    /// Takes a whole scalar as the place of a version.
    ///
    /// # Errors
    /// It is an alias, a block, no scalar, or written with escapes.
    pub(super) fn spot(&self, node: Node<'_>, name: impl Into<String>, spelling: Spelling) -> Result<RawSpot> {
        let name = name.into();
        let range = self.scalar_range(node, &name)?;
        Ok(RawSpot { range, name, holds: Holds::Version(spelling_there(node.value(), spelling)) })
    }

    /// Takes a scalar as a version; a leading `v`, which tags have, stays.
    pub(super) fn tag_spot(&self, node: Node<'_>, name: impl Into<String>, spelling: Spelling) -> Result<RawSpot> {
        let name = name.into();
        let range = self.scalar_range(node, &name)?;
        let bare = without_v(node.value());
        let range = range.end - bare.len()..range.end;
        Ok(RawSpot { range, name, holds: Holds::Version(spelling_there(bare, spelling)) })
    }

    /// Returns the range of a scalar whose bytes are its value.
    pub(super) fn scalar_range(&self, node: Node<'_>, name: &str) -> Result<Range<usize>> {
        let range = node.range();
        let refuse = |what: &str| Err(self.obstacle(range.start, format!("'{name}' {what}")));
        match node.what() {
            What::Text | What::Plain if node.is_shared() => {
                refuse("has an anchor that other values repeat; write the version itself in each place")
            }
            What::Text | What::Plain if self.text.get(range.clone()) == Some(node.value()) => Ok(range),
            What::Text | What::Plain => refuse("is written with escapes or over several lines; write it plainly"),
            What::Alias => refuse("is an alias, and what it stands for has other users; write the version itself"),
            What::Block => refuse("is a block of text; write it in one line"),
            What::Document | What::Map | What::List | What::Key => refuse("is not a text"),
        }
    }
}

/// Returns a version without the `v` that tags have in front.
pub(super) fn without_v(text: &str) -> &str {
    text.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(text)
}

/// Returns the spelling of a version as it stands: a pre-release in the other spelling stays in that one.
pub(super) fn spelling_there(value: &str, usual: Spelling) -> Spelling {
    let reads = |spelling: &Spelling| spelling.parse(value).is_some();
    [usual].into_iter().chain(Spelling::ALL).find(reads).unwrap_or(usual)
}

/// Says whether two texts are the same version, each in whichever spelling it is written.
pub(super) fn same_version(one: &str, other: &str) -> bool {
    let read = Spelling::parse_any;
    one == other || read(one).is_some_and(|one| read(other) == Some(one))
}
