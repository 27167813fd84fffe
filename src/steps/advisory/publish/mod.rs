//! `patch-advisory publish`: an advisory and the releases that repair it, prepared in private, and then public in one order.

mod before;
mod carry;
mod kept;

use std::path::Path;

use crate::model::advisory::export::Publication;
use crate::model::advisory::export::former::When;
use crate::model::advisory::export::outcome::Formats;
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::publish::{
    DISCLOSURE_PLAN_SCHEMA, Disclosed, Disclosure, DisclosurePlan, DisclosureRequest, PlannedStep, Step, Stop, Told,
    next, plan,
};
use crate::model::error::{Error, Result};
use crate::model::publish::{PublishRequest, Published};
use crate::model::request::Mode;
use crate::model::tag::TagName;
use crate::model::tag_push::{PushRequest, TagsPushed};
use crate::ports::forge::Forge;
use crate::ports::git::Git;
use crate::ports::kept::Kept;
use crate::ports::settings::Settings;
use crate::steps::advisory::export;

use before::Begun;

/// What a run works with.
pub struct Disclosing<'a> {
    /// The repository.
    pub git: &'a Git,
    /// The configuration.
    pub settings: &'a Settings,
    /// Who publishes.
    pub publication: &'a Publication,
    /// Where releases and the advisory go.
    pub forge: &'a Forge,
    /// Pushes tags with their branches, as `patch-tag push` does.
    pub push: &'a dyn Fn(&PushRequest) -> Result<TagsPushed>,
    /// Prepares and publishes releases, as `patch-notes publish` does.
    pub releases: &'a dyn Fn(&PublishRequest) -> Result<Published>,
    /// Tells people what was done.
    pub tell: &'a dyn Fn(&str),
}

/// Sees to it that an advisory is public with the releases that repair it, or says what that would take. A second run finishes what a first
/// one did not, and leaves what is right as it is.
///
/// # Errors
/// Before the first write: when the advisory is not ready or still secret, something does not verify or agree, the token may not do it, or
/// a person is needed. What fails after it is told with how far it came, and its hint says what is public already; so does that of a run
/// that is refused after an earlier one stopped half way.
pub fn run(with: &Disclosing<'_>, request: &DisclosureRequest) -> Result<Disclosed> {
    begun(with, request).map_err(|error| with_record(with.git, request.record.as_deref(), &request.id, error))
}

fn begun(with: &Disclosing<'_>, request: &DisclosureRequest) -> Result<Disclosed> {
    let kept = kept::kept(request.record.as_deref(), with.git, &request.id);
    let mut begun = Begun::read(with, request, kept.read()?.as_ref())?;
    match request.mode {
        Mode::DryRun => {
            let record = kept::read(&kept, begun.fresh_record(with, request))?;
            let mut record = begun.look_first(with, request, record)?;
            carry::look_at_files(with, request, &mut begun)?;
            begun.look(&mut record, request);
            let tags: Vec<TagName> = begun.tags();
            let steps = plan(begun.wanted.as_ref(), &begun.seen).map_err(Stop::into_error)?;
            Ok(Disclosed::Plan(DisclosurePlan {
                schema: DISCLOSURE_PLAN_SCHEMA.to_owned(),
                advisory: request.id.clone(),
                repository: with.forge.repository().clone(),
                steps: steps.iter().filter_map(|step| PlannedStep::of(step, &tags, request)).collect(),
                removed: export::formers_below(
                    &request.output,
                    &begun.source.advisory,
                    Formats::All,
                    When::Published(request.on_forge),
                )?
                .iter()
                .map(|former| former.path.clone())
                .collect(),
                parts: record.parts,
                left_out: record.left_out,
            }))
        }
        Mode::Write => {
            let _alone = kept.lock(request.now.moment())?;
            let record = kept::read(&kept, begun.fresh_record(with, request))?;
            let mut record = begun.look_first(with, request, record)?;
            match carried_out(with, request, &kept, &mut begun, &mut record) {
                Ok(()) => Ok(Disclosed::Record(Box::new(record))),
                Err(error) => {
                    begun.look(&mut record, request);
                    kept.write(&record)?;
                    let error = with_standing(error, &record);
                    Ok(Disclosed::Stopped(Box::new(record), error))
                }
            }
        }
    }
}

/// Takes one step after the other, and writes the record after each.
fn carried_out(
    with: &Disclosing<'_>,
    request: &DisclosureRequest,
    kept: &Kept,
    begun: &mut Begun,
    record: &mut Disclosure,
) -> Result<()> {
    loop {
        begun.look(record, request);
        kept.write(record)?;
        let step = next(begun.wanted.as_ref(), &begun.seen).map_err(Stop::into_error)?;
        if step == Step::Done {
            return Ok(());
        }
        carry::out(with, request, &step, begun, record)
            .inspect_err(|_| carry::look_again(with, request, &step, begun, record))?;
        if let Some(planned) = PlannedStep::of(&step, &begun.tags(), request) {
            (with.tell)(&format!("done: {}", planned.words));
        }
    }
}

/// Says what is public of an advisory, as the record of a run has it. `None`: nothing is.
///
/// # Errors
/// When the record cannot be read.
pub fn told_already(git: &Git, id: &AdvisoryId) -> Result<Option<String>> {
    let record = kept::kept(None, git, id).read::<Disclosure>()?;
    Ok(record.filter(Disclosure::has_begun_in_public).map(|record| record.standing()))
}

/// Returns what was told when an advisory was last published from here. `None`: it was not, or nothing says so.
///
/// # Errors
/// When the record cannot be read.
pub fn told_last(git: &Git, id: &AdvisoryId) -> Result<Option<Told>> {
    let record = kept::kept(None, git, id).read::<Disclosure>()?;
    Ok(record.filter(|record| record.advisory == *id).and_then(|record| record.told))
}

/// Adds to an error by which a run is refused what is public already, as the record of an earlier run has it. Without one it stays as it is.
pub fn with_record(git: &Git, record: Option<&Path>, id: &AdvisoryId, error: Error) -> Error {
    let Ok(Some(record)) = kept::kept(record, git, id).read::<Disclosure>() else { return error };
    if record.advisory != *id || record.parts.is_empty() {
        return error;
    }
    let standing = format!("by the record of the last run, {}", record.standing());
    match error.hint_text().map(|hint| format!("{standing}; {hint}")) {
        Some(hint) => error.hint(hint),
        None => error.hint(standing),
    }
}

/// Adds to an error what is public already, and what to do then.
fn with_standing(error: Error, record: &Disclosure) -> Error {
    const AGAIN: &str = "run the same command again";
    let standing = record.standing();
    let hint = match error.hint_text() {
        Some(hint) if hint.contains(AGAIN) => hint.to_owned(),
        Some(hint) => format!("{hint}; then {AGAIN}"),
        None => AGAIN.to_owned(),
    };
    error.hint(format!("{standing}; {hint}"))
}
