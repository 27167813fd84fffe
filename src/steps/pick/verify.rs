//! `patch-pick verify`: where every commit of a line comes from, and how far it is its origin.

use std::collections::HashSet;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::request::{Since, VerifyRequest};
use crate::model::verify::{VERIFY_SCHEMA, Verification, answer};
use crate::ports::git::Git;
use crate::ports::provenance::{Asked, provenance};
use crate::ports::settings::Settings;
use crate::ports::survey::{LineSurvey, survey};

/// Verifies the lines.
///
/// # Errors
/// When main or a line has no branch, history or objects are missing, or git fails.
pub fn run(git: &Git, settings: &Settings, request: &VerifyRequest) -> Result<Verification> {
    let survey = survey(git, settings, &request.lines, &Since::BranchPoints)?;
    let mut asked = Vec::new();
    for line in &survey.lines {
        let commits = asked_for(git, line, request.since.as_ref())?;
        asked.push(Asked { line, commits });
    }
    let lines = provenance(git, &settings.config, survey.seen(), asked, request.differences)?;
    Ok(Verification {
        schema: VERIFY_SCHEMA.to_owned(),
        main: survey.main.clone(),
        main_tip: survey.main_tip,
        answer: answer(&lines, request.changed_picks),
        changed_picks: request.changed_picks,
        lines,
        undecided: survey.undecided.clone(),
        notes: survey.notes.clone(),
    })
}

/// Returns the line's own commits that are asked about, oldest first.
fn asked_for<'s>(git: &Git, line: &'s LineSurvey, since: Option<&Since>) -> Result<Vec<&'s Commit>> {
    let newest = line.own.iter().map(|commit| commit.committer.seconds).max().unwrap_or(0);
    let from = |moment: i64| Ok(line.own.iter().filter(|commit| commit.committer.seconds >= moment).collect());
    match since {
        None | Some(Since::BranchPoints) => Ok(line.own.iter().collect()),
        Some(Since::Moment(moment)) => from(moment.timestamp()),
        Some(Since::Days(days)) => from(newest - i64::from(*days) * 24 * 60 * 60),
        Some(Since::Revision(revision)) => {
            let newer = git.commits_between(&[line.branch_point, git.resolve(revision)?], line.tip, None)?;
            let newer: HashSet<CommitId> = newer.into_iter().map(|commit| commit.id).collect();
            Ok(line.own.iter().filter(|commit| newer.contains(&commit.id)).collect())
        }
    }
}
