//! `patch-pick decide`: a maintainer's yes or no is written down.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::commit::CommitId;
use crate::model::decision::{Answer, Decision, Person, Reason, Recorded, record};
use crate::model::error::Result;
use crate::model::line::LineName;
use crate::ports::decisions::DecisionsFile;
use crate::ports::git::Git;

/// The value of the `schema` field of the result.
pub const DECIDE_SCHEMA: &str = "patch-pick/decide@1";

/// What to write down.
#[derive(Debug, Clone)]
pub struct Request {
    /// The fix.
    pub fix: CommitId,
    /// The line.
    pub line: LineName,
    /// Yes or no.
    pub answer: Answer,
    /// Why.
    pub reason: Reason,
    /// Who decides.
    pub by: Person,
    /// When. Fractions of a second are dropped.
    pub at: DateTime<Utc>,
    /// Whether to write.
    pub mode: Mode,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The file is written.
    Write,
    /// Nothing is written.
    DryRun,
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It stands in the file now.
    Recorded,
    /// It would, but for the dry run.
    WouldRecord,
    /// The same was decided before.
    Already,
}

/// The result of `patch-pick decide`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Decided {
    /// Always `patch-pick/decide@1`.
    pub schema: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// The decision that stands: where it was there already, the earlier one.
    pub decision: Decision,
}

/// Writes a decision into the file in the worktree. Committing it is the user's.
///
/// # Errors
/// When there is no worktree, or the file is malformed or cannot be written.
pub fn decide(git: &Git, request: &Request) -> Result<Decided> {
    let Request { fix, line, answer, reason, by, at, mode } = request.clone();
    let at = DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at);
    let decision = Decision { fix, line, answer, reason, by, at };
    let file = DecisionsFile::of(git)?;
    let old = file.read()?;
    let new = match record(&old, &decision)? {
        Recorded::Already(decision) => {
            return Ok(Decided { schema: DECIDE_SCHEMA, outcome: Outcome::Already, decision });
        }
        Recorded::New(new) => new,
    };
    let outcome = match mode {
        Mode::DryRun => Outcome::WouldRecord,
        Mode::Write => {
            file.replace(&old, &new)?;
            Outcome::Recorded
        }
    };
    Ok(Decided { schema: DECIDE_SCHEMA, outcome, decision })
}
