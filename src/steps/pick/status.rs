//! `patch-pick status`: the fix × line table.

use crate::model::error::Result;
use crate::model::presence::Key;
use crate::model::request::{Forecasts, Rows, Since, StatusRequest};
use crate::model::status::{Cell, LineAt, STATUS_SCHEMA, State, Status};
use crate::ports::decisions::current_decisions;
use crate::ports::git::Git;
use crate::ports::settings::Settings;
use crate::ports::survey::table::{forecast_needed, table};
use crate::ports::survey::{LineSurvey, survey};

/// Makes the table. `advance` is called once for each change that was looked at, with how many there are.
///
/// # Errors
/// When main or a line has no branch, history or objects are missing, or git fails.
pub fn run(git: &Git, settings: &Settings, request: &StatusRequest, advance: &dyn Fn(usize)) -> Result<Status> {
    let since = request.since.clone().unwrap_or(Since::Days(settings.config.pick.look_back_days.get()));
    let survey = survey(git, settings, &request.lines, &since)?;
    let decisions = current_decisions(git, survey.main_tip)?;
    let mut rows = table(git, &survey, request.depth, &decisions, advance)?;
    let all = rows.len();
    if request.rows == Rows::Telling {
        let telling = |cell: &Cell| match cell.state {
            State::Needed | State::Declined => true,
            State::OnLine | State::Released => cell.evidence.iter().all(|evidence| evidence.key != Key::Ancestor),
            State::NotAffected | State::RevertedOnMain | State::Unknown => false,
        };
        rows.retain(|row| row.cells.iter().any(telling));
    }
    if request.forecasts == Forecasts::OfNeeded {
        forecast_needed(git, &survey, &mut rows)?;
    }
    Ok(Status {
        schema: STATUS_SCHEMA.to_owned(),
        main: survey.main.clone(),
        main_tip: survey.main_tip,
        look_back: survey.look_back.clone(),
        lines: survey.lines.iter().map(line_at).collect(),
        hidden: all - rows.len(),
        rows,
        undecided: survey.undecided,
        notes: survey.notes,
    })
}

fn line_at(line: &LineSurvey) -> LineAt {
    LineAt {
        line: line.line.name.clone(),
        branch: line.branch.clone(),
        status: line.line.status,
        tip: line.tip,
        branch_point: line.branch_point,
        own_commits: line.own.len(),
    }
}
