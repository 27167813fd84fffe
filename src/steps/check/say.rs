//! Says a verdict on GitHub: a check run on the commit, and one comment on the pull request.

use std::collections::BTreeMap;

use crate::model::arrange::InOrder as _;
use crate::model::check_request::{CHECK_NAME, Say};
use crate::model::check_run::{Before, CheckRun, Conclusion, Marker};
use crate::model::commit::CommitId;
use crate::model::eligibility::verdict::{Outcome, Report};
use crate::model::error::{Error, Result};
use crate::model::guard::{Place, Surface};
use crate::ports::forge::{Failure, Forge, Written};
use crate::ports::guard::Watch;

/// What is said about pull requests that were judged together, or about fixes.
struct Part {
    runs: Vec<(CommitId, CheckRun)>,
    /// The comment of each pull request.
    comments: Vec<(u64, String)>,
    /// What stood there before, where it is written over that alone.
    before: Option<Before>,
}

/// How and where verdicts are said.
pub struct Speaker<'s> {
    /// Where.
    pub forge: &'s Forge,
    /// What is kept back.
    pub watch: &'s Watch<'s>,
    /// Makes the text of verdicts: those of the comment on a pull request are about that one alone, and those of a check run about the pull
    /// requests with that newest commit.
    pub markdown: &'s dyn Fn(&Report) -> Result<String>,
    /// As what.
    pub say: Say,
    /// Judges an open pull request once more.
    pub again: &'s dyn Fn(&Before) -> Result<Report>,
}

/// What became of what was said.
#[derive(Default)]
struct Told {
    /// One sentence each.
    sentences: Vec<String>,
    failed: Option<Error>,
}

impl Told {
    fn add(&mut self, what: &str, written: std::result::Result<&str, Failure>) {
        match written {
            Ok(word) => self.sentences.push(format!("{what}: {word}")),
            Err(failure) => self.fail(not_said(failure)),
        }
    }

    fn fail(&mut self, error: Error) {
        self.failed.get_or_insert(error);
    }
}

impl Speaker<'_> {
    /// Says it, and tells what became of each, one sentence each.
    ///
    /// What was judged again after a merge is one of many, and some time goes by until it is said. Where another run has said something about
    /// the same commit since, that knew what this one does not, and perhaps not of the merge: it is judged once more then.
    ///
    /// # Errors
    /// When a text cannot be made, a verdict would tell of what is under embargo, the token may not, or the forge fails: the first failure,
    /// after all else was said, for one pull request that takes no comment keeps nothing from the others.
    pub fn say(&self, report: &Report) -> Result<Vec<String>> {
        let own = self.part(&Report { before: None, ..report.alone() })?;
        let again = report.again.iter().map(|report| self.part(report)).collect::<Result<Vec<Part>>>()?;
        self.require(std::iter::once(&own).chain(&again))?;
        let marker: Marker = "backstitch patch-check"
            .parse()
            .map_err(|error| Error::unfinished("the mark cannot be used").because(error))?;
        let mut told = Told::default();
        for part in std::iter::once(own).chain(again) {
            if let Some(before) = self.put(part, &marker, &mut told) {
                match self.once_more(&before) {
                    Ok((notes, part)) => {
                        told.sentences.extend(notes);
                        if self.put(part, &marker, &mut told).is_some() {
                            told.sentences.push(format!(
                                "pull request {}: another run says something about it again and again, and has the last word",
                                before.pull
                            ));
                        }
                    }
                    Err(error) => told.fail(error),
                }
            }
        }
        told.failed.map_or(Ok(told.sentences), Err)
    }

    /// Judges a pull request once more, and makes what is said of it.
    fn once_more(&self, before: &Before) -> Result<(Vec<String>, Part)> {
        let report = (self.again)(before)?;
        let part = self.part(&report)?;
        self.require([&part])?;
        let notes = if report.head.is_none() { report.notes } else { Vec::new() };
        Ok((notes, part))
    }

    fn require<'p>(&self, parts: impl IntoIterator<Item = &'p Part>) -> Result<()> {
        let texts = parts.into_iter().flat_map(|part| {
            let summaries = part.runs.iter().map(|(_, run)| &run.summary);
            summaries.chain(part.comments.iter().map(|(_, text)| text))
        });
        let texts = texts.map(|text| Surface::new(Place::PullBody, text));
        self.watch.require_texts("the verdict was not said", texts)
    }

    /// Says one part. Returns what stood there before it was judged where another run has said something since; then nothing of it is said.
    fn put(&self, part: Part, marker: &Marker, told: &mut Told) -> Option<Before> {
        for (commit, run) in part.runs {
            let what = format!("check run on {}", commit.short());
            let written = match &part.before {
                None => self.forge.put_check_run(commit, &run).map(Some),
                Some(before) => self.forge.put_check_run_over(commit, &run, before),
            };
            match (written, &part.before) {
                (Ok(None), _) => return part.before,
                (Ok(Some(written)), _) => told.add(&what, Ok(word(written))),
                (Err(failure), _) => told.add(&what, Err(failure)),
            }
        }
        for (number, text) in part.comments {
            let written = self.forge.put_comment(number, marker, &text).map(word);
            told.add(&format!("comment on #{number}"), written);
        }
        None
    }

    /// Makes what is said.
    fn part(&self, report: &Report) -> Result<Part> {
        let (say, markdown) = (self.say, self.markdown);
        let summary = markdown(report)?;
        let run = |(commit, outcome): (CommitId, Option<Outcome>)| {
            let run = CheckRun {
                name: CHECK_NAME.to_owned(),
                conclusion: outcome.map_or(Conclusion::Neutral, conclusion),
                title: outcome.map_or("nothing to judge", Outcome::as_str).to_owned(),
                summary: summary.clone(),
                annotations: Vec::new(),
                pulls: report.verdicts.iter().filter_map(|verdict| verdict.pull_request).in_order(),
            };
            (commit, run)
        };
        let comments = report.by_pull().into_iter().filter(|_| say.comment);
        Ok(Part {
            runs: outcomes(report).into_iter().filter(|_| say.check_run).map(run).collect(),
            comments: comments.map(|(number, part)| Ok((number, markdown(&part)?))).collect::<Result<_>>()?,
            before: report.before.clone(),
        })
    }
}

/// Returns the commits on whose pages it is said, each with the worst that was found about it; `None` where there was nothing to
/// judge. A rule of the repository asks for the check of the newest commit of a pull request, whatever that brings. What was merged needs no
/// check any more: that lines may not have it yet is nothing that its commit on main is red for.
fn outcomes(report: &Report) -> BTreeMap<CommitId, Option<Outcome>> {
    let mut found: BTreeMap<CommitId, Option<Outcome>> = report.head.into_iter().map(|head| (head, None)).in_order();
    for verdict in &report.verdicts {
        let of_fix = Some(verdict.fix).filter(|_| report.after.is_none());
        if let Some(commit) = report.head.or(of_fix) {
            let worst = found.entry(commit).or_default();
            *worst = (*worst).max(Some(verdict.outcome));
        }
    }
    found
}

/// What is judged and cannot be said is left undone, whatever the reason: it must not pass for a verdict that is open.
fn not_said(failure: Failure) -> Error {
    let hint = failure.hint();
    Error::unfinished("the verdict was not said").because(failure.into_error()).hint(hint)
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
    use crate::model::eligibility::verdict::{After, VERDICT_SCHEMA, Verdict};

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

    fn report(head: Option<u8>, verdicts: Vec<Verdict>) -> Report {
        let head = head.map(|head| CommitId::from_bytes([head; 20]));
        Report {
            schema: VERDICT_SCHEMA.to_owned(),
            policy: String::new(),
            after: None,
            head,
            verdicts,
            notes: Vec::new(),
            again: Vec::new(),
            before: None,
        }
    }

    fn of(report: &Report) -> Vec<(u8, Option<Outcome>)> {
        outcomes(report).into_iter().map(|(id, outcome)| (id.as_bytes()[0], outcome)).collect()
    }

    fn said(head: Option<u8>, verdicts: Vec<Verdict>) -> Vec<(u8, Option<Outcome>)> {
        of(&report(head, verdicts))
    }

    #[test]
    fn a_pull_request_has_one_check_on_its_newest_commit_and_a_fix_has_its_own() {
        let all = || vec![verdict(1, Outcome::Eligible), verdict(2, Outcome::Refused), verdict(1, Outcome::Undecided)];
        assert_eq!(said(Some(9), all()), [(9, Some(Outcome::Refused))]);
        assert_eq!(said(Some(9), Vec::new()), [(9, None)]);
        assert_eq!(said(None, all()), [(1, Some(Outcome::Undecided)), (2, Some(Outcome::Refused))]);
        assert_eq!(said(None, Vec::new()), []);
    }

    #[test]
    fn a_commit_of_main_has_no_check_because_of_a_merge() {
        let refused = report(None, vec![verdict(1, Outcome::Refused)]);
        assert_eq!(of(&Report { after: Some(After::Merge), ..refused.clone() }), []);
        assert_eq!(of(&refused), [(1, Some(Outcome::Refused))]);
    }

    #[test]
    fn a_comment_has_the_verdicts_about_its_own_pull_request() {
        let of = |number, outcome| Verdict { pull_request: number, ..verdict(1, outcome) };
        let (eligible, refused, undecided) = (Outcome::Eligible, Outcome::Refused, Outcome::Undecided);
        let all = vec![of(Some(8), refused), of(Some(7), eligible), of(None, refused), of(Some(8), undecided)];
        let parts = report(Some(9), all).by_pull().into_iter();
        let parts = parts.map(|(number, part)| (number, part.verdicts.iter().map(|one| one.outcome).collect()));
        assert_eq!(parts.collect::<Vec<(u64, Vec<Outcome>)>>(), [(7, vec![eligible]), (8, vec![refused, undecided])]);
    }
}
