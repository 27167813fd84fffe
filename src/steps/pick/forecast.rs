//! `patch-pick forecast`: what a pick would do.
use std::io::{BufRead, Write};

use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::forecast::{FORECAST_SCHEMA, ForecastEntry, ForecastLine, ForecastReport};
use crate::model::line::LineName;
use crate::model::request::ForecastRequest;
use crate::ports::git::{Forecaster, Git, Pick};
use crate::ports::settings::Settings;
use crate::ports::survey::chain::{pick_onto, tip};

use super::special::special_of;

/// So many pairs are read before they are answered together.
const PAIRS_AT_ONCE: usize = 4096;

/// Works out one fix on lines and revisions.
///
/// # Errors
/// When a revision or line is unknown, an object is missing, or git fails.
pub fn run(
    git: &Git,
    settings: impl FnOnce() -> Result<Settings>,
    request: &ForecastRequest,
) -> Result<ForecastReport> {
    let fix = git.commit(git.resolve(&request.fix)?)?;
    let mut targets: Vec<(Option<LineName>, CommitId)> = Vec::new();
    if !request.lines.is_empty() || request.onto.is_empty() {
        let settings = settings()?;
        for line in settings.lines(&request.lines)? {
            let branch = settings.branch_of(git, line)?;
            targets.push((Some(line.name.clone()), git.branch_commit(&branch)?));
        }
    }
    for revision in &request.onto {
        targets.push((None, git.resolve(revision)?));
    }
    let picks = targets.iter().map(|(_, onto)| pick_onto(git, &fix, tip(git, *onto)?)).collect::<Result<Vec<_>>>()?;
    let forecaster = Forecaster::new(git)?;
    let forecasts = forecaster.all(&picks)?;
    let entry = |((line, onto), forecast)| ForecastEntry { line, onto, forecast };
    Ok(ForecastReport {
        schema: FORECAST_SCHEMA.to_owned(),
        fix: fix.id,
        subject: fix.subject().to_owned(),
        special: special_of(git, forecaster.worker()?.objects(), &fix)?,
        forecasts: targets.into_iter().zip(forecasts).map(entry).collect(),
    })
}

/// Answers `FIX ONTO` pairs, one a line, with one JSON object a line, in the same order.
///
/// # Errors
/// When a line is no pair, a revision is unknown, an object is missing, or the output cannot be written.
pub fn stream(git: &Git, input: &mut dyn BufRead, output: &mut dyn FnMut(&str) -> Result<()>) -> Result<()> {
    let forecaster = Forecaster::new(git)?;
    let mut lines = input.lines().enumerate();
    loop {
        let mut pairs = Vec::new();
        let mut ended = true;
        for (number, line) in lines.by_ref().take(PAIRS_AT_ONCE) {
            ended = false;
            let line = line.map_err(|error| Error::unfinished("cannot read standard input").because(error))?;
            if !line.trim().is_empty() {
                pairs.push(pair(git, number + 1, &line)?);
            }
        }
        if ended {
            return Ok(());
        }
        let picks: Vec<Pick> = pairs.iter().map(|(_, _, pick)| *pick).collect();
        let mut text = Vec::new();
        for ((fix, onto, _), forecast) in pairs.into_iter().zip(forecaster.all(&picks)?) {
            let answer = serde_json::to_string(&ForecastLine { fix, onto, forecast });
            let answer = answer.map_err(|error| Error::unfinished("cannot write a forecast as JSON").because(error))?;
            writeln!(text, "{answer}").map_err(|error| Error::unfinished("cannot keep a forecast").because(error))?;
        }
        output(&String::from_utf8_lossy(&text))?;
    }
}

fn pair(git: &Git, number: usize, line: &str) -> Result<(CommitId, CommitId, Pick)> {
    let mut words = line.split_whitespace();
    let (Some(fix), Some(onto), None) = (words.next(), words.next(), words.next()) else {
        return Err(Error::usage(format!(
            "line {number} of standard input, '{}', is no pair",
            line.trim().escape_debug()
        ))
        .hint("write one pair a line: FIX ONTO"));
    };
    let fix = git.commit(git.resolve(fix)?)?;
    let onto = git.resolve(onto)?;
    Ok((fix.id, onto, pick_onto(git, &fix, tip(git, onto)?)?))
}
