//! What the verbs of `patch-advisory` that begin, change and score are asked and say.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::AdvisoryId;
use super::severity::{Band, CvssVersion, Vector};
use super::state::State;
use super::{Done, Title};
use crate::model::request::Mode;

/// What stands in `schema` of [`Created`].
pub const NEW_SCHEMA: &str = "patch-advisory/new@1";
/// What stands in `schema` of [`Changed`].
pub const CHANGED_SCHEMA: &str = "patch-advisory/changed@1";
/// What stands in `schema` of [`Scores`].
pub const SCORE_SCHEMA: &str = "patch-advisory/score@1";

/// What `patch-advisory new` is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// What is wrong, in one line.
    pub title: Title,
    /// The remote that keeps which identifiers were given. It learns the identifier.
    pub reserve: Option<String>,
    /// The moment that counts as now; its year is that of the identifier.
    pub now: DateTime<Utc>,
    /// A number that nobody else has, so that no two clones take an identifier with the same words.
    pub unforeseeable: u128,
    /// Whether it is only said which identifier it would have.
    pub mode: Mode,
}

/// That the source of a new advisory was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Created {
    /// [`NEW_SCHEMA`].
    pub schema: String,
    /// Its identifier.
    pub id: AdvisoryId,
    /// Its source, as a path below the root of the repository.
    pub path: String,
    /// Whether it was written.
    pub outcome: Outcome,
    /// The ref of the remote that keeps the identifier from being given twice, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved: Option<String>,
}

/// What became of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was changed.
    Done,
    /// It was so before.
    Already,
    /// It would be changed; nothing was written.
    Planned,
}

impl Outcome {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already",
            Self::Planned => "planned",
        }
    }
}

/// A change that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A person has done something of the checklist.
    Done(Done),
    /// Something of the advisory changed after it was published; in one line.
    Revise(String),
    /// It is taken back.
    Withdraw(Withdrawal),
}

/// How an advisory is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why, in one line.
    pub reason: String,
    /// Whether that is so because there is no flaw.
    pub no_flaw: bool,
}

/// What a verb that changes a source is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRequest {
    /// The advisory.
    pub id: AdvisoryId,
    /// The change.
    pub change: Change,
    /// The moment that counts as now.
    pub now: DateTime<Utc>,
    /// Whether it is only said what would change.
    pub mode: Mode,
}

/// That the source of an advisory was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Changed {
    /// [`CHANGED_SCHEMA`].
    pub schema: String,
    /// The advisory.
    pub id: AdvisoryId,
    /// Its source, as a path below the root of the repository.
    pub path: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Its state afterwards.
    pub state: State,
    /// What was changed, as a phrase.
    pub change: String,
    /// What brings up to date what is public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Vectors with their scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Scores {
    /// [`SCORE_SCHEMA`].
    pub schema: String,
    /// One for each vector, in the order in which they were given.
    pub scores: Vec<Scored>,
}

/// A vector with its score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Scored {
    /// The vector in its canonical form.
    pub vector: Vector,
    /// Its version of CVSS.
    pub version: CvssVersion,
    /// Its score, from 0.0 to 10.0.
    pub score: f64,
    /// The band of the score.
    pub severity: Band,
}

impl Scores {
    /// Scores vectors.
    pub fn of(vectors: &[Vector]) -> Self {
        let one = |vector: &Vector| Scored {
            vector: vector.clone(),
            version: vector.version(),
            score: vector.score().value(),
            severity: vector.band(),
        };
        Self { schema: SCORE_SCHEMA.to_owned(), scores: vectors.iter().map(one).collect() }
    }
}
