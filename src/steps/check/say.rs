//! Says a verdict on GitHub: a check run on the commit, and one comment on the pull request.

use std::collections::BTreeMap;

use crate::model::arrange::{Arrange as _, InOrder as _};
use crate::model::check_request::{CHECK_NAME, Say};
use crate::model::check_run::{CheckRun, Conclusion, Marker};
use crate::model::commit::CommitId;
use crate::model::eligibility::verdict::{Outcome, Report};
use crate::model::error::{Error, Result};
use crate::model::guard::{Place, Surface};
use crate::ports::forge::{Forge, Written};
use crate::ports::guard::Watch;

/// Says it, and tells what became of each, one sentence each.
///
/// # Errors
/// When the verdict would tell of what is under embargo, the token may not, or the forge fails.
pub fn say(forge: &Forge, watch: &Watch<'_>, report: &Report, markdown: &str, say: Say) -> Result<Vec<String>> {
    watch.require_texts("the verdict was not said", [Surface::new(Place::PullBody, markdown)])?;
    let mut told = Vec::new();
    for (commit, outcome) in outcomes(report).into_iter().filter(|_| say.check_run) {
        let run = CheckRun {
            name: CHECK_NAME.to_owned(),
            conclusion: outcome.map_or(Conclusion::Neutral, conclusion),
            title: outcome.map_or("nothing to judge", Outcome::as_str).to_owned(),
            summary: markdown.to_owned(),
            annotations: Vec::new(),
        };
        let written = forge.put_check_run(commit, &run).map_err(|failure| failure.into_error())?;
        told.push(format!("check run on {}: {}", commit.short(), word(written)));
    }
    let mut pulls: Vec<u64> = report.verdicts.iter().filter_map(|verdict| verdict.pull_request).collect();
    pulls.arrange();
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

/// Returns the commits on whose pages it is said, each with the worst that was found about it; `None` where there was nothing to
/// judge. A rule of the repository asks for the check of the newest commit of a pull request, whatever that brings.
fn outcomes(report: &Report) -> BTreeMap<CommitId, Option<Outcome>> {
    let mut found: BTreeMap<CommitId, Option<Outcome>> = report.head.into_iter().map(|head| (head, None)).in_order();
    for verdict in &report.verdicts {
        let worst = found.entry(report.head.unwrap_or(verdict.fix)).or_default();
        *worst = (*worst).max(Some(verdict.outcome));
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::eligibility::verdict::{VERDICT_SCHEMA, Verdict};

    fn verdict(fix: u8, outcome: Outcome) -> Verdict {
        Verdict {
            fix: CommitId::from_bytes([fix; 20]),
            pull_request: Some(7),
            title: "Fix it".to_owned(),
            line: "2.0".parse().expect("a line"),
            outcome,
            state: None,
            kind: None,
            kind_evidence: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn said(head: Option<u8>, verdicts: Vec<Verdict>) -> Vec<(u8, Option<Outcome>)> {
        let head = head.map(|head| CommitId::from_bytes([head; 20]));
        let report =
            Report { schema: VERDICT_SCHEMA.to_owned(), policy: String::new(), head, verdicts, notes: Vec::new() };
        outcomes(&report).into_iter().map(|(id, outcome)| (id.as_bytes()[0], outcome)).collect()
    }

    #[test]
    fn a_pull_request_has_one_check_on_its_newest_commit_and_a_fix_has_its_own() {
        let all = || vec![verdict(1, Outcome::Eligible), verdict(2, Outcome::Refused), verdict(1, Outcome::Undecided)];
        assert_eq!(said(Some(9), all()), [(9, Some(Outcome::Refused))]);
        assert_eq!(said(Some(9), Vec::new()), [(9, None)]);
        assert_eq!(said(None, all()), [(1, Some(Outcome::Undecided)), (2, Some(Outcome::Refused))]);
        assert_eq!(said(None, Vec::new()), []);
    }
}
