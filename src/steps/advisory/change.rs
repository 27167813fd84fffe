//! Changes of a source after it was begun: what a person has done, revisions, and withdrawal.

use chrono::{DateTime, Utc};

use super::{Sourced, one};
use crate::model::advisory::checklist::takes_statements;
use crate::model::advisory::edit::Source;
use crate::model::advisory::outcome::{CHANGED_SCHEMA, Change, ChangeRequest, Changed, Outcome};
use crate::model::advisory::state::State;
use crate::model::advisory::{Advisory, Revision};
use crate::model::config::AdvisorySettings;
use crate::model::error::{Error, Result};
use crate::model::request::Mode;
use crate::ports::files;
use crate::ports::git::Git;

/// Changes a source.
///
/// # Errors
/// When there is none, its state forbids the change, it changed at this moment, or it cannot be written.
pub fn change(git: &Git, settings: &AdvisorySettings, asked: &ChangeRequest) -> Result<Changed> {
    let source = one(git, settings, &asked.id)?;
    let mut edited = Source::of(&source.text)?;
    let said = apply(&mut edited, &source.advisory, &asked.change, asked.now)?;
    write(settings, &source, &edited, said, asked.mode)
}

/// Writes a changed source, unless it is as it was. `said` tells what was changed, as a phrase.
///
/// # Errors
/// When the change makes it wrong, it changed at this moment, or it cannot be written.
pub fn write(
    settings: &AdvisorySettings,
    source: &Sourced,
    edited: &Source,
    said: String,
    mode: Mode,
) -> Result<Changed> {
    let text = edited.text()?;
    let state = Advisory::parse(&text).map(|advisory| advisory.state).unwrap_or(source.advisory.state);
    let path = format!("{}/{}", settings.folder, source.file);
    let outcome = match (text == source.text, mode) {
        (true, _) => Outcome::Already,
        (false, Mode::DryRun) => Outcome::Planned,
        (false, Mode::Write) => {
            let still = || match std::fs::read_to_string(&source.path) {
                Ok(there) if there == source.text => Ok(()),
                Ok(_) | Err(_) => {
                    Err(Error::no(format!("'{path}' was changed at this moment")).hint("run the same command again"))
                }
            };
            files::replace(&source.path, &path, text.as_bytes(), files::Reach::Disk, still)?;
            Outcome::Done
        }
    };
    let id = source.advisory.id.clone();
    Ok(Changed { schema: CHANGED_SCHEMA.to_owned(), id, path, outcome, state, change: said })
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
        Change::Withdraw(_) if advisory.state == State::Withdrawn => Ok("withdrawn".to_owned()),
        Change::Withdraw(reason) => {
            if !advisory.state.may_become(State::Withdrawn) {
                return Err(forbidden(State::Withdrawn));
            }
            edited.set_state(State::Withdrawn).set_moment("withdrawn", now).set_moment("modified", now);
            edited.add_revision(&Revision { number, date: now, summary: format!("Withdrawn: {reason}") });
            Ok("withdrawn".to_owned())
        }
    }
}
