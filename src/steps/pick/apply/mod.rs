//! `patch-pick apply`: carries out a plan and nothing else.
//!
//! Every pick is worked out again and must give what the plan says. Commits are made without a ref; at the end of a line
//! its branch moves once, from where the plan expects it. So a run that is killed leaves every ref as it was, and the
//! next run does the work.

mod checks;
mod command;
mod line;
mod resolve;
mod run;
mod standing;
mod state;

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::model::apply::{
    ABORT_SCHEMA, APPLY_SCHEMA, AbortReport, ApplyReport, ApplyRequest, Course, LineOutcome, RunMode, Signing,
};
use crate::model::config::Config;
use crate::model::error::{Error, Result};
use crate::model::line::LineName;
use crate::model::plan::{LinePlan, Plan};
use crate::ports::git::{Committer, Forecaster, Git, SignCommits};
use crate::ports::lock::Lock;

use resolve::Given;
use state::States;

/// What all lines of a run share.
struct Session<'a> {
    git: &'a Git,
    config: &'a Config,
    request: &'a ApplyRequest,
    forecaster: Forecaster,
    committer: Committer,
    sign: SignCommits,
    given: Vec<Given>,
    /// The plan is done, and there was nothing to go on with: running again changes nothing.
    finished: bool,
    states: States,
    note: &'a dyn Fn(&str),
}

impl Session<'_> {
    fn writes(&self) -> bool {
        self.request.mode == RunMode::Apply
    }
}

/// Carries out a plan. `note` is told what a person should know while it goes on.
///
/// # Errors
/// When nothing can be done at all: main was rewritten, another run holds the lock, the request names what the plan does
/// not have. What concerns one line stands in the report instead.
pub fn run(git: &Git, config: &Config, request: &ApplyRequest, note: &dyn Fn(&str)) -> Result<ApplyReport> {
    let plan = &request.plan;
    checks::lines(plan, &request.lines)?;
    let _lock = lock(git, request.mode, request.now, note)?;
    if request.mode == RunMode::Apply {
        git.remove_stale_worktrees()?;
        if let Some(moved) = git.resume_here(request.now)? {
            note(&format!("'{}' had moved to '{}', and the worktree here has followed now", moved.branch, moved.to));
        }
    }
    checks::main(git, plan)?;
    let states = States::new(git, plan, request.plan_file.as_deref());
    let finished = request.course != Course::Start && standing::is_finished(git, plan);
    let given = if finished { Vec::new() } else { given(request, &states)? };
    let session = Session {
        git,
        config,
        request,
        forecaster: Forecaster::new(git)?,
        committer: git.committer()?,
        sign: match request.signing {
            Signing::AsConfigured => git.signs_by_default()?,
            Signing::Always => SignCommits::Sign,
            Signing::Never => SignCommits::Leave,
        },
        given,
        finished,
        states,
        note,
    };
    let lines: Vec<_> = plan
        .lines
        .iter()
        .map(|line| if session.is_asked(line) { line::carry_out(&session, line) } else { line::skipped(git, line) })
        .collect();
    let is_idle = lines.iter().all(|line| line.outcome == LineOutcome::Skipped);
    if is_idle && matches!(request.course, Course::Continue(_)) {
        return Err(
            Error::no("no conflict of this plan waits for a resolution").hint("to begin: patch-pick apply PLAN")
        );
    }
    Ok(ApplyReport { schema: APPLY_SCHEMA.to_owned(), plan: plan.digest.clone(), mode: request.mode, lines })
}

impl Session<'_> {
    fn is_asked(&self, line: &LinePlan) -> bool {
        if !self.request.lines.is_empty() {
            return self.request.lines.contains(&line.line);
        }
        match &self.request.course {
            Course::Start => true,
            Course::Continue(_) => self.finished || self.given.iter().any(|given| given.resolution.line == line.line),
        }
    }
}

fn given(request: &ApplyRequest, states: &States) -> Result<Vec<Given>> {
    let directories: Vec<PathBuf> = match &request.course {
        Course::Start => return Ok(Vec::new()),
        Course::Continue(named) if !named.is_empty() => named.clone(),
        Course::Continue(_) => states.waiting(&request.plan)?,
    };
    let mut all: Vec<Given> = Vec::new();
    for directory in directories {
        let given = Given::read(&directory)?;
        checks::belongs(&request.plan, &given)?;
        if all
            .iter()
            .any(|other| other.resolution.fix == given.resolution.fix && other.resolution.line == given.resolution.line)
        {
            return Err(Error::usage(format!("there are two resolutions of '{}'", given.resolution.fix)));
        }
        all.push(given);
    }
    Ok(all)
}

/// Gives up the conflicts of a plan, or of all plans. No branch is touched.
///
/// # Errors
/// When another run holds the lock, or a state cannot be removed.
pub fn abort(
    git: &Git,
    plan: Option<&Plan>,
    lines: &[LineName],
    mode: RunMode,
    now: DateTime<Utc>,
    note: &dyn Fn(&str),
) -> Result<AbortReport> {
    if let Some(plan) = plan {
        checks::lines(plan, lines)?;
    }
    let _lock = lock(git, mode, now, note)?;
    let removed = state::abandon(git, plan, lines, mode)?;
    Ok(AbortReport { schema: ABORT_SCHEMA.to_owned(), mode, removed })
}

fn lock(git: &Git, mode: RunMode, now: DateTime<Utc>, note: &dyn Fn(&str)) -> Result<Option<Lock>> {
    match mode {
        RunMode::DryRun => Ok(None),
        RunMode::Apply => {
            let lock = Lock::take(&state::home(git).join("apply.lock"), "apply", now)?;
            if let Some(dead) = &lock.taken_from {
                note(&format!(
                    "process {} of '{}' died while it applied a plan; going on in its place",
                    dead.pid, dead.user
                ));
            }
            Ok(Some(lock))
        }
    }
}
