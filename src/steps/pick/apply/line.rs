//! One line of a plan: its picks one after the other, then its branch once.

use crate::model::apply::{
    ConflictFile, ConflictNote, Course, Failure, LineOutcome, LineResult, PickOutcome, PickResult, Target,
};
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::plan::LinePlan;
use crate::model::resolution::Resolution;
use crate::ports::git::{Git, Moving, Objects};
use crate::steps::pick::special::special_of;

use super::resolve::Conflict;
use super::run::{Run, Step};
use super::standing::{Held, Progress, progress};
use super::{Session, checks, state};

/// Returns the result of a line that is left alone.
pub fn skipped(git: &Git, plan: &LinePlan) -> LineResult {
    let tip = git.branch_tip(&plan.branch).ok().flatten();
    LineResult { before: tip, after: tip, ..blank(plan, LineOutcome::Skipped) }
}

/// Carries out one line. Whatever goes wrong stands in the result and concerns no other line.
pub fn carry_out(session: &Session<'_>, plan: &LinePlan) -> LineResult {
    let mut result = blank(plan, LineOutcome::Applied);
    if let Err(error) = work(session, plan, &mut result) {
        result.outcome = LineOutcome::Failed;
        result.failure = Some(Failure::from(&error));
    }
    result.after = session.git.branch_tip(&plan.branch).unwrap_or(result.before);
    result
}

fn blank(plan: &LinePlan, outcome: LineOutcome) -> LineResult {
    let untouched = |fix| PickResult { fix, commit: None, outcome: PickOutcome::NotReached };
    LineResult {
        line: plan.line.clone(),
        branch: plan.branch.clone(),
        outcome,
        before: None,
        after: None,
        picks: plan.picks.iter().map(|pick| untouched(pick.fix)).collect(),
        conflict: None,
        failure: None,
    }
}

fn work(session: &Session<'_>, plan: &LinePlan, result: &mut LineResult) -> Result<()> {
    let git = session.git;
    result.before = git.branch_tip(&plan.branch)?;
    checks::line(session, plan)?;
    let held = match progress(git, plan, result.before)? {
        Progress::Begin => Held::default(),
        Progress::Partly(held) => held,
        Progress::Done(held) => return done(session, plan, result, &held),
    };
    checks::place(session, plan, result.before)?;
    let state = session.states.read(&session.request.plan, &plan.line)?;
    if let (Course::Start, Some(state)) = (&session.request.course, &state)
        && session.states.to_edit(&plan.line, state.fix).exists()
    {
        return still_waiting(session, plan, result, state.fix);
    }
    mark_held(result, &held);
    let made = state.map(|state| state.made).unwrap_or_default();
    let mut run = Run::begin(session, plan, &held, made)?;
    for at in held.picks.len()..plan.picks.len() {
        let step = run.step(&plan.picks[at]);
        let pick = &mut result.picks[at];
        match step {
            Ok(Step::Made(commit)) => (pick.outcome, pick.commit) = (PickOutcome::Picked, commit),
            Ok(Step::Empty) => pick.outcome = PickOutcome::Empty,
            Ok(Step::Conflict(conflict)) => {
                pick.outcome = PickOutcome::Conflict;
                result.outcome = LineOutcome::Conflict;
                result.conflict = Some(*conflict);
                return Ok(());
            }
            Err(error) => {
                pick.outcome = PickOutcome::Failed;
                keep_passed(session, plan, result.before, &run)?;
                return Err(error);
            }
        }
    }
    if session.writes() {
        advance(session, plan, result.before, run.head())?;
        session.states.forget(&plan.line)?;
    }
    Ok(())
}

/// A command that fails stops its line and keeps the picks that passed it before.
fn keep_passed(session: &Session<'_>, plan: &LinePlan, before: Option<CommitId>, run: &Run<'_>) -> Result<()> {
    if !run.stopped_by_command() || run.made().is_empty() {
        return Ok(());
    }
    advance(session, plan, before, run.head())?;
    match session.states.read(&session.request.plan, &plan.line)? {
        Some(state) if run.made().iter().any(|made| made.fix == state.fix) => session.states.forget(&plan.line),
        Some(_) | None => Ok(()),
    }
}

fn mark_held(result: &mut LineResult, held: &Held) {
    for (pick, held) in result.picks.iter_mut().zip(&held.picks) {
        pick.commit = *held;
        pick.outcome = if held.is_some() { PickOutcome::Already } else { PickOutcome::Empty };
    }
}

/// The branch holds everything. A kill can have come before the state went.
fn done(session: &Session<'_>, plan: &LinePlan, result: &mut LineResult, held: &Held) -> Result<()> {
    mark_held(result, held);
    result.outcome = LineOutcome::Already;
    if session.writes() { session.states.forget(&plan.line) } else { Ok(()) }
}

/// Moves the branch, and with `--here` index and worktree behind it.
fn advance(session: &Session<'_>, plan: &LinePlan, before: Option<CommitId>, head: CommitId) -> Result<()> {
    let git = session.git;
    if before == Some(head) {
        return Ok(());
    }
    match (session.request.target, before) {
        (Target::Here, Some(from)) => {
            let moving = Moving { branch: plan.branch.clone(), from, to: head };
            git.move_here(moving, session.request.now)
        }
        (Target::Branch | Target::Here, _) => git.move_branch(&plan.branch, before, head),
    }
}

fn still_waiting(session: &Session<'_>, plan: &LinePlan, result: &mut LineResult, fix: CommitId) -> Result<()> {
    let conflict = super::resolve::Given::read(&session.states.to_edit(&plan.line, fix))?.resolution;
    if let Some(pick) = result.picks.iter_mut().find(|pick| pick.fix == fix) {
        pick.outcome = PickOutcome::Conflict;
    }
    (session.note)(&format!("line '{}' waits for the resolution of '{fix}'", plan.line));
    let mut objects = session.git.objects()?;
    let note = session.states.note(&conflict, &session.request.repeat);
    result.outcome = LineOutcome::Conflict;
    result.conflict = Some(with_special(session.git, &mut objects, note)?);
    Ok(())
}

/// Adds to a conflict which of its files are submodules and Git LFS pointers.
///
/// # Errors
/// When an object cannot be read.
pub fn with_special(git: &Git, objects: &mut Objects, note: ConflictNote) -> Result<ConflictNote> {
    let mut special = special_of(git, objects, &git.commit(note.fix)?)?;
    special.retain(|special| special.is_among(note.files.iter().map(|file| file.path.as_str())));
    Ok(ConflictNote { special, ..note })
}

/// Describes a conflict that is not written out, in a dry run.
pub fn only_told(conflict: &Conflict<'_>) -> ConflictNote {
    let file = |path: &String| ConflictFile { path: path.clone(), kinds: conflict.kinds(path) };
    ConflictNote {
        fix: conflict.fix,
        directory: None,
        files: conflict.link.forecast.files.iter().map(file).collect(),
        special: Vec::new(),
        offered: Vec::new(),
        go_on: None,
        abort: None,
    }
}

/// Tells a person on standard error what is offered.
pub fn tell_offers(session: &Session<'_>, conflict: &Resolution) {
    for offer in &conflict.offered {
        let how = match &offer.file {
            Some(file) => format!("see '{file}'"),
            None => "deleted there".to_owned(),
        };
        (session.note)(&format!(
            "'{}' had the same conflict on line '{}': {how}; nothing of it is applied",
            offer.path, offer.from_line
        ));
    }
}

/// Writes a conflict out and remembers that the line waits.
pub fn write_out(
    session: &Session<'_>,
    plan: &LinePlan,
    conflict: &Conflict<'_>,
    run: &mut Run<'_>,
) -> Result<ConflictNote> {
    let line = &plan.line;
    let mut described = conflict.describe(session.git, run.objects(), line)?;
    let offers = session.states.offers(&described)?;
    described.offered = offers.iter().map(|(offer, _)| offer.clone()).collect();
    let place = session.states.to_edit(line, conflict.fix);
    let written = state::write_out(&place, &described, &offers, &mut |path| conflict.to_edit(run.objects(), path))?;
    let plan_document = &session.request.plan;
    session.states.wait(plan_document, &state::waiting(plan_document, plan, run.made(), conflict.fix))?;
    tell_offers(session, &written);
    Ok(session.states.note(&written, &session.request.repeat))
}
