//! `patch-check waive`: what somebody waives for one fix is written down.

use crate::model::check_request::WaiveRequest;
use crate::model::commit::CommitId;
use crate::model::decision::{Outcome, moment};
use crate::model::eligibility::Rule;
use crate::model::eligibility::waiver::{Standing, WAIVE_SCHEMA, WAIVERS_PATH, Waived, Waiver, record};
use crate::model::error::{Error, Result};
use crate::model::request::Mode;
use crate::ports::decisions::RecordFile;
use crate::ports::git::Git;
use crate::ports::protected::Protected;

/// Writes a waiver into the file in the worktree. It counts once main has it.
///
/// # Errors
/// When the fix or the line is unknown, who waives it may not, its last day is over, there is no worktree, or the file is
/// malformed or cannot be written.
pub fn run(git: &Git, protected: &Protected, request: WaiveRequest) -> Result<Waived> {
    let WaiveRequest { fix, line, rule, pick, reason, by, until, at, mode } = request;
    if let Some(line) = &line {
        protected.settings.lines(std::slice::from_ref(line))?;
    }
    if rule == Rule::Embargo {
        return Err(Error::no("what is under embargo is never waived").hint(rule.mend()));
    }
    let by = git.person(by)?;
    let fix = git.resolve(&fix)?;
    let pick = looked_at(git, protected, (fix, rule), pick.as_deref())?;
    let waiver = Waiver { fix, line, rule, pick, reason, by, until };
    match waiver.standing(&protected.settings.config.eligibility.waivers, at) {
        Standing::InForce => {}
        Standing::Expired => {
            return Err(Error::usage(format!("'{until}' is over")).hint("give a later day with --until"));
        }
        Standing::NotAllowed => {
            return Err(Error::no(format!("'{}' may not waive '{rule}'", waiver.by))
                .hint(format!("those who may stand in [[eligibility.waivers]] of {}", protected.source)));
        }
    }
    let file = RecordFile::of(git, WAIVERS_PATH)?;
    let old = file.read()?;
    let outcome = match (record(&old, &waiver)?, mode) {
        (None, _) => Outcome::Already,
        (Some(_), Mode::DryRun) => Outcome::WouldRecord,
        (Some(new), Mode::Write) => {
            file.replace(&old, &new)?;
            Outcome::Recorded
        }
    };
    Ok(Waived { schema: WAIVE_SCHEMA, outcome, waiver, at: moment(at) })
}

/// Finds the commit that was looked at. Where a fix comes from is waived for what one commit holds, so a fix that main has is not enough.
fn looked_at(
    git: &Git,
    protected: &Protected,
    (fix, rule): (CommitId, Rule),
    pick: Option<&str>,
) -> Result<Option<CommitId>> {
    match (rule, pick) {
        (Rule::Origin, Some(pick)) => git.resolve(pick).map(Some),
        (Rule::Origin, None) if git.is_ancestor(fix, protected.commit) => Err(Error::usage(
            "a waiver of 'origin' names the commit that was looked at",
        )
        .hint(
            "give the commit of the pull request that picks the fix with --pick; what is pushed later is not covered",
        )),
        (_, Some(_)) => Err(Error::usage(format!("'{rule}' is not about single picks"))
            .hint("leave --pick out: it is for the rule 'origin'")),
        (_, None) => Ok(None),
    }
}
