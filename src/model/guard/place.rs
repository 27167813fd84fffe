//! Where a text stands that becomes public.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::name::NotAName;

/// What a text is to those who see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The name of a branch.
    Branch,
    /// The name of a tag.
    Tag,
    /// The message of a tag.
    TagMessage,
    /// The name and address of an author, a committer or somebody who tagged.
    Person,
    /// The full name of a commit that becomes public.
    Commit,
    /// The first line of a commit's message.
    Subject,
    /// The rest of a commit's message.
    Body,
    /// A trailer of a commit's message.
    Trailer,
    /// The subject of a commit with the paths that it touches.
    Touched,
    /// The title of a pull request or an issue.
    Title,
    /// The text of a pull request, an issue or a comment.
    PullBody,
    /// A label.
    Label,
    /// The path of a file.
    Path,
    /// The name of a test.
    Test,
    /// Release notes, or a part of a changelog.
    Notes,
    /// The title of a release.
    Release,
    /// Lines of a file.
    Line,
    /// What a document of another advisory says, which speaks of a flaw of its own.
    Document,
    /// A text of which nothing is known.
    Text,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Branch,
        Self::Tag,
        Self::TagMessage,
        Self::Person,
        Self::Commit,
        Self::Subject,
        Self::Body,
        Self::Trailer,
        Self::Touched,
        Self::Title,
        Self::PullBody,
        Self::Label,
        Self::Path,
        Self::Test,
        Self::Notes,
        Self::Release,
        Self::Line,
        Self::Document,
        Self::Text,
    ];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::TagMessage => "tag-message",
            Self::Person => "person",
            Self::Commit => "commit",
            Self::Subject => "subject",
            Self::Body => "body",
            Self::Trailer => "trailer",
            Self::Touched => "touched",
            Self::Title => "title",
            Self::PullBody => "pull-body",
            Self::Label => "label",
            Self::Path => "path",
            Self::Test => "test",
            Self::Notes => "notes",
            Self::Release => "release",
            Self::Line => "line",
            Self::Document => "document",
            Self::Text => "text",
        }
    }

    /// Returns what it is, for a person.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Branch => "the name of a branch",
            Self::Tag => "the name of a tag",
            Self::TagMessage => "the message of a tag",
            Self::Person => "the name of a person",
            Self::Commit => "a commit",
            Self::Subject => "the subject of a commit",
            Self::Body => "the message of a commit",
            Self::Trailer => "a trailer of a commit",
            Self::Touched => "the subject of a commit, with the files that it touches,",
            Self::Title => "the title of a pull request",
            Self::PullBody => "the text of a pull request",
            Self::Label => "a label",
            Self::Path => "the path of a file",
            Self::Test => "the name of a test",
            Self::Notes => "release notes",
            Self::Release => "the title of a release",
            Self::Line => "a file",
            Self::Document => "a document",
            Self::Text => "the text",
        }
    }

    /// Says whether it is the name of a ref, a label or a file rather than a sentence.
    pub const fn is_name(self) -> bool {
        match self {
            Self::Branch | Self::Tag | Self::Label | Self::Path | Self::Test => true,
            Self::TagMessage
            | Self::Person
            | Self::Commit
            | Self::Subject
            | Self::Body
            | Self::Trailer
            | Self::Touched
            | Self::Title
            | Self::PullBody
            | Self::Notes
            | Self::Release
            | Self::Line
            | Self::Document
            | Self::Text => false,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Place {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rule =
            "write branch, tag, subject, body, trailer, title, pull-body, label, path, test, notes, release or text";
        Self::ALL.into_iter().find(|place| place.as_str() == text).ok_or_else(|| NotAName::new("a place", text, rule))
    }
}

/// A text that becomes public. It may hold a secret, and is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Surface {
    /// What it is.
    pub place: Place,
    /// Where it is: the name of a file, a ref, a commit. It is shown only where it gives nothing away itself.
    pub at: Option<String>,
    /// The number of its first line in a file.
    pub first_line: Option<u32>,
    /// The text.
    pub text: String,
    /// The line that it stands below, which is looked at by itself: the subject of a commit, the title of a pull request.
    pub below: Option<String>,
}

impl Surface {
    /// Takes a text without a name for where it stands.
    pub fn new(place: Place, text: impl Into<String>) -> Self {
        Self { place, at: None, first_line: None, text: text.into(), below: None }
    }

    /// Says which line it stands below, which is looked at by itself.
    pub fn below(self, title: impl Into<String>) -> Self {
        Self { below: Some(title.into()), ..self }
    }

    /// Says where it stands.
    pub fn at(self, at: impl Into<String>) -> Self {
        Self { at: Some(at.into()), ..self }
    }

    /// Says which line of a file it begins with.
    pub fn from_line(self, first: u32) -> Self {
        Self { first_line: Some(first), ..self }
    }
}

impl fmt::Debug for Surface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Surface({})", self.place)
    }
}
