//! `patch-pick decide`: a maintainer's yes or no is written down.

use chrono::DateTime;

use crate::model::decision::{DECIDE_SCHEMA, DECISIONS_PATH, Decided, Decision, Outcome, Recorded, record};
use crate::model::error::Result;
use crate::model::request::{DecideRequest, Mode};
use crate::ports::decisions::RecordFile;
use crate::ports::git::Git;
use crate::ports::settings::Settings;

/// Writes a decision into the file in the worktree. Committing it is the user's.
///
/// # Errors
/// When the fix or the line is unknown, git has no identity, there is no worktree, or the file is malformed or cannot be written.
pub fn run(git: &Git, settings: &Settings, request: DecideRequest) -> Result<Decided> {
    let DecideRequest { fix, line, answer, kind, reason, by, at, mode } = request;
    settings.lines(std::slice::from_ref(&line))?;
    let fix = git.resolve(&fix)?;
    let by = git.person(by)?;
    let at = DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at);
    let decision = Decision { fix, line, answer, kind, reason, by, at };
    let file = RecordFile::of(git, DECISIONS_PATH)?;
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
