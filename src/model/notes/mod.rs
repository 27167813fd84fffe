//! Release notes: what a patch release holds, each entry traced to its origin on main.

pub mod absent;
pub mod beside;
pub mod brings;
pub mod changelog;
pub mod check;
pub mod chore;
pub mod claim;
mod entry;
pub mod fork;
pub mod issues;
pub mod left;
pub mod people;
pub mod range;
pub mod renewal;
pub mod request;
pub mod reverts;
pub mod title;
pub mod told;
pub mod unmade;
pub mod words;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::branch::BranchName;
use super::commit::CommitId;
use super::line::LineName;
use super::sums::Sum;
use super::tag::TagName;

pub use entry::{AlsoIn, Entry, LeftOut, NotNeeded, OwnRequest, RequestBase, Section, Traced, WhyLeftOut};

use people::Contributor;
use reverts::TakenBack;

/// The value of the `schema` field of notes.
pub const NOTES_SCHEMA: &str = "patch-notes/notes@1";

/// The notes of a release, as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Notes {
    /// Always `patch-notes/notes@1`.
    pub schema: String,
    /// What the project is called; empty where nothing tells it.
    pub project: String,
    /// The version.
    pub version: String,
    /// Its tag.
    pub tag: TagName,
    /// Whether the tag is there, or the notes are about what it will be made of.
    pub state: State,
    /// The line.
    pub line: LineName,
    /// The branch of the line.
    pub branch: BranchName,
    /// The commit.
    pub commit: CommitId,
    /// When it was released, in UTC: what the tag says, else `--now`; absent where neither tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub date: Option<NaiveDate>,
    /// What it comes after.
    pub previous: Previous,
    /// What changed, section by section, the most urgent first.
    pub entries: Vec<Entry>,
    /// Commits that take one another back.
    pub taken_back: Vec<TakenBack>,
    /// Commits that are not told to users, oldest first.
    pub left_out: Vec<LeftOut>,
    /// What is known not to work, each point Markdown from main.
    pub known_issues: Vec<String>,
    /// What users have to do, each point Markdown from main.
    pub upgrade_notes: Vec<String>,
    /// Who wrote it, sorted by name, without programs; who has several addresses, once for each.
    pub contributors: Vec<Contributor>,
    /// The files of the release, sorted by name.
    pub checksums: Vec<Sum>,
    /// What a person should know, one sentence each. May quote strangers.
    pub warnings: Vec<String>,
}

/// The value of the `schema` field of the notes of several releases.
pub const SEVERAL_SCHEMA: &str = "patch-notes/several@1";

/// The notes of several releases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SeveralNotes {
    /// Always `patch-notes/several@1`.
    pub schema: String,
    /// Those of each, in the order in which they were asked for.
    pub releases: Vec<Notes>,
}

impl SeveralNotes {
    /// Puts notes together.
    pub fn of(releases: Vec<Notes>) -> Self {
        Self { schema: SEVERAL_SCHEMA.to_owned(), releases }
    }
}

/// Whether a release has its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It has.
    Tagged,
    /// It has not yet.
    NotTagged,
}

/// What a release comes after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Previous {
    /// The tag, or the revision that was asked for.
    pub name: String,
    /// Its version, where it is a release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its commit.
    pub commit: CommitId,
    /// Tags of the line that come between by their version and are not in the history of the release.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orphaned: Vec<TagName>,
}

impl Notes {
    /// Returns every text of the document but its warnings: what any form shows of it, and where each entry comes from.
    ///
    /// # Errors
    /// When the document cannot be written.
    pub fn texts(&self) -> serde_json::Result<Vec<String>> {
        // By way of the text, for which the code is there.
        let document = Self { warnings: Vec::new(), ..self.clone() };
        let mut left: Vec<Value> = vec![serde_json::from_str(&serde_json::to_string(&document)?)?];
        let mut found = Vec::new();
        while let Some(value) = left.pop() {
            match value {
                Value::String(text) => found.push(text),
                Value::Array(all) => left.extend(all),
                Value::Object(all) => left.extend(all.into_iter().map(|(_, value)| value)),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        Ok(found)
    }

    /// Returns the entries of a section, in their order.
    pub fn of_section(&self, section: Section) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.section == section)
    }
}
