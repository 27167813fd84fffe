//! What is known about one fix and one line, gathered before anything is judged. What is not known says why.

use chrono::{DateTime, NaiveDate, Utc};

use super::dependencies::Raised;
use super::paths::chosen;
use crate::model::commit::CommitId;
use crate::model::decision::Decision;
use crate::model::known::Known;
use crate::model::line::{LineName, LineStatus};
use crate::model::path::PathGlob;
use crate::model::pull::PullRequest;
use crate::model::status::State;
use crate::model::sums::Sha256Sum;

/// All that the rules look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The line that it may go to.
    pub line: LineFacts,
    /// The messages of its commits and of those that they were picked from: text from strangers.
    pub messages: Known<Vec<Message>>,
    /// Whether main has it.
    pub main: Known<OnMain>,
    /// Where it stands on the line.
    pub state: Known<State>,
    /// Where it stands on each newer line that is supported, the newest first.
    pub newer: Known<Vec<NewerLine>>,
    /// Since when it is out: on the newer line that has had it longest, or on main where there is no newer line. `None`: on
    /// none of them yet.
    pub out_since: Known<Option<DateTime<Utc>>>,
    /// The files that it changes.
    pub changed: Known<Vec<Touched>>,
    /// What picking it onto the line would give.
    pub applies: Known<Applies>,
    /// The dependencies that it raises across a major version.
    pub raised: Known<Vec<Raised>>,
    /// Its pull request; `None`: there is none, as far as the forge knows.
    pub pull: Known<Option<PullRequest>>,
    /// The latest decision about it on the line.
    pub decision: Option<Decision>,
    /// The commits of a pull request to the line; `None` for a fix on main.
    pub picks: Option<Known<Vec<PickedFrom>>>,
    /// How many identifiers are under embargo, and where they were found.
    pub embargo: EmbargoFacts,
}

impl Facts {
    /// Returns the messages, as far as they are known.
    pub fn known_messages(&self) -> &[Message] {
        self.messages.value().map(Vec::as_slice).unwrap_or_default()
    }
}

/// The line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// Its name.
    pub name: LineName,
    /// How far it is supported.
    pub status: LineStatus,
    /// Its last day of support, in UTC.
    pub until: Option<NaiveDate>,
}

/// The message of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The commit.
    pub commit: CommitId,
    /// The whole text: text from a stranger.
    pub text: String,
    /// Who wrote the change and who made the commit, one a line: text from strangers.
    pub people: String,
}

impl Facts {
    /// Says whether its commits all belong to the line alone, or say so, such as one that moves the version: no fix, for which
    /// nothing has to be on main.
    pub fn is_of_line_only(&self) -> bool {
        let picks = self.picks.as_ref().and_then(Known::value);
        picks.is_some_and(|picks| {
            !picks.is_empty()
                && picks.iter().all(|pick| matches!(pick.origin, Origin::OfLine(_) | Origin::SaysOfLine(_)))
        })
    }
}

impl Message {
    /// Returns the first line.
    pub fn title(&self) -> &str {
        self.text.trim_start_matches('\n').lines().next().unwrap_or_default()
    }
}

/// Whether main has a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMain {
    /// It has, and what landed stands.
    Stands,
    /// It had, and took it back in that commit.
    TakenBack(CommitId),
    /// It has not.
    NotYet,
}

/// Where the fix stands on a newer line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewerLine {
    /// The line.
    pub line: LineName,
    /// Where it stands there.
    pub state: NewerState,
}

/// How sure it is where a fix stands on a newer line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewerState {
    /// It stands there.
    Sure(State),
    /// It probably does: only weak signs speak for a pick.
    Probably(State),
    /// Nobody knows, and why.
    NotKnown(String),
}

/// A file that the fix changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Its path: text from a stranger.
    pub path: String,
    /// The path that it had before, where it was renamed: text from a stranger.
    pub was: Option<String>,
    /// How many lines are added. Zero for a binary file.
    pub added: u64,
    /// How many lines are removed. Zero for a binary file.
    pub removed: u64,
    /// What it holds now.
    pub content: Content,
    /// Whether the attributes of the repository say that a program made it, or that it is somebody else's
    /// (`linguist-generated`, `linguist-vendored`).
    pub marked: bool,
}

/// What a file holds after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Lines.
    Text,
    /// Something that has no lines, before the change or after it.
    Binary,
    /// Nothing: the file is gone.
    Gone,
}

impl Touched {
    /// Returns its path, and the one that it had before where that is another.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.path.as_str()).chain(self.was.as_deref())
    }

    /// Says whether one of the patterns chooses its path, or chose the one that it had before.
    pub fn meets(&self, patterns: &[PathGlob]) -> bool {
        self.paths().any(|path| chosen(patterns, path))
    }

    /// Says whether the patterns choose its path, and chose the one that it had before.
    pub fn stays_in(&self, patterns: &[PathGlob]) -> bool {
        self.paths().all(|path| chosen(patterns, path))
    }
}

/// What picking a fix would give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applies {
    /// It applies.
    Clean,
    /// The line has all of it: nothing is left to pick.
    Empty,
    /// These files conflict. Paths are text from strangers.
    Conflict(Vec<String>),
}

/// A commit of a pull request to a line, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickedFrom {
    /// The commit.
    pub commit: CommitId,
    /// Its subject: text from a stranger.
    pub subject: String,
    /// What it says and changes, as a digest (`looked::digest`): equal where the same pick is made again.
    pub change: Sha256Sum,
    /// What it was picked from.
    pub origin: Origin,
}

/// Where a commit comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// From this commit, which main has, with the same changes.
    Main(CommitId),
    /// From this commit of main; conflicts in these files were resolved by hand. Paths are text from strangers.
    Resolved(CommitId, Vec<String>),
    /// It names this commit of main, or is like it, and changes these files in another way than a pick would, though nothing
    /// conflicts there. Paths are text from strangers.
    Altered(CommitId, Vec<String>),
    /// From this commit; these files, which `regenerate` in `patch.toml` has a command make, are neither the line's nor what git makes
    /// of the commit there, and nothing tells whether the command made them. Paths are text from strangers.
    MadeAnew(CommitId, Vec<String>),
    /// Not from main, and that is right: it belongs to the line alone, and why.
    OfLine(String),
    /// It says of itself that it belongs to the line alone: text from a stranger.
    SaysOfLine(String),
    /// It is a merge whose result is not what merging its parents gives.
    OddMerge,
    /// It is a merge that brings commits of main, the newest of which is named, as a whole.
    MergesMain {
        /// How many.
        commits: usize,
        /// The newest of them.
        newest: CommitId,
    },
    /// It names a commit that main has not: text from a stranger.
    Elsewhere(String),
    /// Probably from this commit of main, by one weak sign.
    Probably(CommitId),
    /// Nothing tells.
    Nowhere,
}

/// What the search for identifiers under embargo found. The identifiers themselves are kept out of every result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EmbargoFacts {
    /// Whether a list was given.
    pub listed: bool,
    /// Where an identifier of the list stands: `the title of the pull request`.
    pub leaks: Vec<String>,
}
