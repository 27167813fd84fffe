//! `patch-advisory embargo`: what is under embargo, until when, and who ended it early.

use chrono::{DateTime, Utc};

use crate::model::advisory::edit::Source;
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::outcome::Outcome;
use crate::model::advisory::state::Lifted;
use crate::model::advisory::terms::{
    EmbargoChange, EmbargoOutcome, EmbargoRequest, EmbargoStanding, EmbargoTask, Embargoes, NotAllowed,
};
use crate::model::config::AdvisorySettings;
use crate::model::error::{Error, Result};
use crate::ports::clock::{clock, reached};
use crate::ports::git::Git;

use super::publish::told_already;
use super::{Sourced, all, one};

/// Shows embargoes, or changes one.
///
/// # Errors
/// When a source is wrong, an advisory is not there, its state forbids the change, or it cannot be written.
pub fn run(git: &Git, settings: &AdvisorySettings, task: &EmbargoTask, now: DateTime<Utc>) -> Result<Embargoes> {
    match task {
        EmbargoTask::Status(wanted) => status(git, settings, wanted, now),
        EmbargoTask::Change(request) => change(git, settings, request),
    }
}

/// Tells how advisories stand; with `wanted` empty, all.
///
/// # Errors
/// When a source cannot be read, or one that is wanted is not there.
fn status(git: &Git, settings: &AdvisorySettings, wanted: &[AdvisoryId], now: DateTime<Utc>) -> Result<Embargoes> {
    let sources: Vec<Sourced> = match wanted {
        [] => all(git, settings)?,
        wanted => wanted.iter().map(|id| one(git, settings, id)).collect::<Result<_>>()?,
    };
    let standing = |source: &Sourced| EmbargoStanding::of(&source.advisory, EmbargoOutcome::Shown, reached(now));
    Ok(Embargoes::new(sources.iter().map(standing).collect()))
}

/// Sets or lifts the embargo of an advisory, in its source.
///
/// # Errors
/// When the rules of embargoes do not allow it, git knows nobody who could lift it, or the source cannot be read or written.
fn change(git: &Git, settings: &AdvisorySettings, request: &EmbargoRequest) -> Result<Embargoes> {
    let source = one(git, settings, &request.advisory)?;
    let mut edited = Source::of(&source.text)?;
    // Who ended it, and when, has to be true whatever moment a run takes as now.
    let now = match request.change {
        EmbargoChange::Set { .. } => reached(request.now),
        EmbargoChange::Lift { .. } => clock(),
    };
    let before = &source.advisory;
    match &request.change {
        EmbargoChange::Set { until, notified } => {
            if let Some(standing) = told_already(git, &request.advisory)? {
                return Err(refused(request, NotAllowed::Told(standing)));
            }
            let state = before.may_be_kept(*until, *notified, now).map_err(|why| refused(request, why))?;
            edited.set_embargo("until", *until);
            if let Some(notified) = notified {
                edited.set_embargo("notified", *notified);
            }
            if state != before.state {
                edited.set_state(state);
            }
        }
        EmbargoChange::Lift { reason, by } => match before.may_be_told(now) {
            // A second run finds what the first one did.
            Err(NotAllowed::Lifted) => {}
            Err(why) => return Err(refused(request, why)),
            Ok(()) => {
                let by = git.person(by.clone())?.to_string();
                edited.lift(&Lifted { at: now, by, reason: reason.to_string() });
            }
        },
    }
    let (outcome, after) = source.replace(git, &edited, request.mode)?;
    let outcome = match outcome {
        Outcome::Already => EmbargoOutcome::Already,
        Outcome::Planned => EmbargoOutcome::WouldChange,
        Outcome::Done => EmbargoOutcome::Changed,
    };
    Ok(Embargoes::new(vec![EmbargoStanding::of(&after, outcome, now)]))
}

fn refused(request: &EmbargoRequest, why: NotAllowed) -> Error {
    let lift = format!(
        "end it with a reason, which is recorded: patch-advisory embargo lift {} --reason REASON",
        request.advisory
    );
    let publish = format!("finish what was begun: patch-advisory publish {}", request.advisory);
    let hint = match why {
        NotAllowed::Told(_) => publish.as_str(),
        NotAllowed::Earlier => lift.as_str(),
        NotAllowed::Public(_) | NotAllowed::Lifted => "correct what is public with a revision",
        NotAllowed::None => "set one: patch-advisory embargo set ADVISORY --until MOMENT",
        NotAllowed::Over => "publish it: nothing holds it back any more",
        NotAllowed::Past => "give a later moment: --until",
        NotAllowed::Notice => "move the date, or tell distributors later: --until, --notified",
    };
    let done = match request.change {
        EmbargoChange::Set { .. } => "set",
        EmbargoChange::Lift { .. } => "lifted",
    };
    Error::no(format!("the embargo of '{}' cannot be {done}", request.advisory)).because(why).hint(hint)
}
