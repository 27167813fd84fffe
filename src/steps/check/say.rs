//! Says a verdict on GitHub: a check run on the commit, and one comment on the pull request.

use crate::model::check_request::{CHECK_NAME, Say};
use crate::model::check_run::{CheckRun, Conclusion, Marker};
use crate::model::eligibility::verdict::{Outcome, Report};
use crate::model::error::{Error, Result};
use crate::ports::forge::{Forge, Written};

/// Says it, and tells what became of each, one sentence each.
///
/// # Errors
/// When the token may not, or the forge fails.
pub fn say(forge: &Forge, report: &Report, markdown: &str, say: Say) -> Result<Vec<String>> {
    let mut told = Vec::new();
    let mut commits: Vec<_> = report.verdicts.iter().map(|verdict| verdict.fix).collect();
    commits.sort_unstable();
    commits.dedup();
    for commit in commits.into_iter().filter(|_| say.check_run) {
        let outcomes = report.verdicts.iter().filter(|verdict| verdict.fix == commit).map(|verdict| verdict.outcome);
        let outcome = outcomes.max().unwrap_or(Outcome::Eligible);
        let run = CheckRun {
            name: CHECK_NAME.to_owned(),
            conclusion: conclusion(outcome),
            title: outcome.as_str().to_owned(),
            summary: markdown.to_owned(),
            annotations: Vec::new(),
        };
        let written = forge.put_check_run(commit, &run).map_err(|failure| failure.into_error())?;
        told.push(format!("check run on {}: {}", commit.short(), word(written)));
    }
    let mut pulls: Vec<u64> = report.verdicts.iter().filter_map(|verdict| verdict.pull_request).collect();
    pulls.sort_unstable();
    pulls.dedup();
    let marker: Marker = "backstitch patch-check"
        .parse()
        .map_err(|error| Error::unfinished("the mark cannot be used").because(error))?;
    for number in pulls.into_iter().filter(|_| say.comment) {
        let written = forge.put_comment(number, &marker, markdown).map_err(|failure| failure.into_error())?;
        told.push(format!("comment on #{number}: {}", word(written)));
    }
    Ok(told)
}

fn conclusion(outcome: Outcome) -> Conclusion {
    match outcome {
        Outcome::Eligible => Conclusion::Success,
        Outcome::Refused => Conclusion::Failure,
        Outcome::Undecided => Conclusion::ActionRequired,
    }
}

fn word(written: Written) -> &'static str {
    match written {
        Written::Created => "created",
        Written::Updated => "updated",
        Written::Already => "already so",
    }
}
