//! Changes of a source after it was begun: what a person has done, revisions, and withdrawal.

use chrono::{DateTime, Utc};

use super::one;
use crate::model::advisory::checklist::takes_statements;
use crate::model::advisory::edit::Source;
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::outcome::{CHANGED_SCHEMA, Change, ChangeRequest, Changed, Withdrawal};
use crate::model::advisory::publish::after_withdrawal;
use crate::model::advisory::state::State;
use crate::model::advisory::{Advisory, Revision};
use crate::model::config::AdvisorySettings;
use crate::model::error::{Error, Result};
use crate::ports::clock::reached;
use crate::ports::git::Git;

/// Changes a source.
///
/// # Errors
/// When there is none, its state forbids the change, the moment of the run has not come, it changed at this moment, or it cannot be
/// written.
pub fn change(git: &Git, settings: &AdvisorySettings, asked: &ChangeRequest) -> Result<Changed> {
    // It stands in the source, and in all that is made from it, as the moment at which this was done.
    if reached(asked.now) != asked.now {
        return Err(Error::usage(format!("the moment of --now, {}, has not come yet", asked.now.to_rfc3339()))
            .hint("leave out --now, or give a moment that has come"));
    }
    let source = one(git, settings, &asked.id)?;
    let mut edited = Source::of(&source.text)?;
    let said = apply(&mut edited, &source.advisory, &asked.change, asked.now)?;
    let (outcome, changed) = source.replace(git, &edited, asked.mode)?;
    let (id, path, state) = (changed.id, source.shown, changed.state);
    Ok(Changed {
        schema: CHANGED_SCHEMA.to_owned(),
        id,
        path,
        outcome,
        state,
        change: said,
        next: next(&asked.change, &asked.id),
    })
}

/// Says what brings up to date what is public.
fn next(change: &Change, id: &AdvisoryId) -> Option<String> {
    match change {
        Change::Done(_) => None,
        Change::Revise(_) => Some(format!("bring up to date what is public: patch-advisory publish {id}")),
        Change::Withdraw(_) => Some(after_withdrawal(id)),
    }
}

/// Changes a source in memory, and says what was changed.
fn apply(edited: &mut Source, advisory: &Advisory, change: &Change, now: DateTime<Utc>) -> Result<String> {
    let forbidden = |next: State| {
        Error::no(format!("advisory '{}' is {}, and cannot be {next}", advisory.id, advisory.state))
            .hint(format!("see where it stands: patch-advisory check {}", advisory.id))
    };
    let number = u32::try_from(advisory.revisions.len()).unwrap_or(u32::MAX).saturating_add(1);
    match change {
        Change::Done(done) if !takes_statements(done.item) => Err(Error::usage(format!(
            "'{}' is worked out from the source, and nobody can say that it is done",
            done.item
        ))
        .hint(format!("see what is missing: patch-advisory checklist {}", advisory.id))),
        Change::Done(done) => {
            let is_there = advisory.done.iter().any(|there| there.item == done.item && there.by == done.by);
            if !is_there {
                edited.add_done(done);
            }
            Ok(format!("{} by {}", done.item, done.by))
        }
        Change::Revise(summary) => {
            let is_there = advisory.revisions.last().is_some_and(|last| last.summary == *summary);
            if !advisory.state.may_become(State::Revised) {
                return Err(forbidden(State::Revised));
            }
            if !is_there {
                edited.set_state(State::Revised).set_moment("modified", now);
                edited.add_revision(&Revision { number, date: now, summary: summary.clone() });
            }
            Ok(format!("revision {}", if is_there { number - 1 } else { number }))
        }
        Change::Withdraw(asked) if advisory.state == State::Withdrawn => require_same_withdrawal(advisory, asked),
        Change::Withdraw(Withdrawal { reason, no_flaw }) => {
            if !advisory.state.may_become(State::Withdrawn) {
                return Err(forbidden(State::Withdrawn));
            }
            edited.set_state(State::Withdrawn).set_moment("withdrawn", now).set_moment("modified", now);
            edited.add_revision(&Revision { number, date: now, summary: withdrawal(reason) });
            if *no_flaw {
                edited.set_no_flaw();
            }
            Ok("withdrawn".to_owned())
        }
    }
}

/// Requires that an advisory was taken back in this way, and says so.
fn require_same_withdrawal(advisory: &Advisory, asked: &Withdrawal) -> Result<String> {
    let other = |why: String| Error::no(format!("advisory '{}' was withdrawn {why}", advisory.id));
    if asked.no_flaw != advisory.no_flaw {
        let with = if advisory.no_flaw { "with" } else { "without" };
        return Err(other(format!("{with} '--no-flaw'"))
            .hint("correct 'no-flaw' in its source, and make its documents anew, if that was wrong"));
    }
    match advisory.revisions.last().filter(|last| last.summary != withdrawal(&asked.reason)) {
        None => Ok("withdrawn".to_owned()),
        Some(last) => Err(other(format!("for another reason: {}", last.summary))
            .hint("the reason that was given stays: others may have read it")),
    }
}

/// Returns what the revision says that takes an advisory back.
fn withdrawal(reason: &str) -> String {
    format!("Withdrawn: {reason}")
}
