//! What would fail later, found before anything is written: one finding for each rule and thing it is about.
//!
//! The facts are data ([`facts`]), and [`judge`] is a function from them to findings. What cannot be told is said to be undecided,
//! and never guessed.

pub mod environment;
pub mod facts;
pub mod job;
mod judge;
pub mod request;
pub mod rule;
pub mod ruling;
pub mod token;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::arrange::Arrange as _;
use crate::model::verify::Answer;

use request::Choice;

pub use job::Job;
pub use judge::judge;
pub use rule::Rule;

/// What stands in `schema`.
pub const CHECK_SCHEMA: &str = "patch-doctor/check@1";

/// What was found about one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Something will fail.
    Failed,
    /// It cannot be told whether something will.
    Undecided,
    /// Nothing will.
    Passed,
}

impl Found {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Undecided => "undecided",
            Self::Passed => "passed",
        }
    }
}

/// One rule, what it is about, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// What was found.
    pub found: Found,
    /// What it is about, where the rule is about several things: a line, a branch, a set of rules. May quote strangers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What is so, as a phrase. May quote strangers.
    pub detail: String,
    /// What would fail later, or may fail where it is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_fail: Option<String>,
    /// How to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Finding {
    /// Nothing will fail.
    pub(crate) fn passed(rule: Rule, detail: impl Into<String>) -> Self {
        Self { rule, found: Found::Passed, about: None, detail: detail.into(), would_fail: None, mend: None }
    }

    /// This will fail.
    pub(crate) fn failed(rule: Rule, detail: impl Into<String>, would_fail: impl Into<String>) -> Self {
        Self { found: Found::Failed, would_fail: Some(would_fail.into()), ..Self::passed(rule, detail) }
    }

    /// This may fail.
    pub(crate) fn undecided(rule: Rule, detail: impl Into<String>, would_fail: impl Into<String>) -> Self {
        Self { found: Found::Undecided, would_fail: Some(would_fail.into()), ..Self::passed(rule, detail) }
    }

    /// Says what it is about.
    pub(crate) fn about(mut self, about: impl ToString) -> Self {
        self.about = Some(about.to_string());
        self
    }

    /// Says how to mend it.
    pub(crate) fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// Returns the rule, with what it is about.
    pub fn subject(&self) -> String {
        match &self.about {
            Some(about) => format!("{} ({about})", self.rule.as_str()),
            None => self.rule.as_str().to_owned(),
        }
    }
}

/// How many findings there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    /// Those that will fail.
    pub failed: usize,
    /// Those that cannot be told.
    pub undecided: usize,
    /// Those that are well.
    pub passed: usize,
}

/// What `patch-doctor check` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Diagnosis {
    /// Always `patch-doctor/check@1`.
    pub schema: String,
    /// What the findings come to: `no` where something will fail, `undecided` where that cannot be told.
    pub answer: Answer,
    /// How many there are of each kind.
    pub counts: Counts,
    /// The jobs that were asked about.
    pub jobs: Vec<Job>,
    /// The rules that were named, where no other one was looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Rule>,
    /// The rules that were left out on request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Rule>,
    /// One finding for each rule and thing it is about.
    pub findings: Vec<Finding>,
}

impl Diagnosis {
    /// Makes one of all findings: those of rules that are not looked at do not count. A rule that was named and of which nothing was
    /// found is open, for nothing must not pass for an answer; and so is all of it where each rule that was named is left out.
    pub fn new(findings: Vec<Finding>, choice: Choice) -> Self {
        let is_open = |rule: &&Rule| choice.takes(**rule) && findings.iter().all(|finding| finding.rule != **rule);
        let open: Vec<Finding> =
            choice.only.iter().filter(is_open).map(|rule| nothing_found(*rule, &findings)).collect();
        let mut findings: Vec<Finding> =
            findings.into_iter().filter(|finding| choice.takes(finding.rule)).chain(open).collect();
        findings.arrange_by_key(|finding| finding.rule);
        let number = |found| findings.iter().filter(|finding| finding.found == found).count();
        let counts = Counts {
            failed: number(Found::Failed),
            undecided: number(Found::Undecided),
            passed: number(Found::Passed),
        };
        let answer = match counts {
            Counts { failed: 1.., .. } => Answer::No,
            Counts { undecided: 1.., .. } => Answer::Undecided,
            Counts { passed: 0, .. } if !choice.only.is_empty() => Answer::Undecided,
            Counts { .. } => Answer::Yes,
        };
        let Choice { jobs, only, skipped } = choice;
        Self { schema: CHECK_SCHEMA.to_owned(), answer, counts, jobs, only, skipped, findings }
    }
}

/// Says of a rule that nothing was found, with what kept it from being looked at where that is known.
fn nothing_found(rule: Rule, findings: &[Finding]) -> Finding {
    let keeps = |finding: &&Finding| {
        let is_before = match finding.rule {
            Rule::Configuration | Rule::Remote => true,
            Rule::Token => rule > Rule::Token,
            _ => false,
        };
        is_before && finding.found != Found::Passed
    };
    let would_fail = "what the rule is about, which comes to light later";
    match findings.iter().find(keeps) {
        Some(Finding { detail, mend, .. }) => {
            let detail = format!("nothing was found out about it, for {detail}");
            Finding { mend: mend.clone(), ..Finding::undecided(rule, detail, would_fail) }
        }
        None => {
            let detail = "nothing was found out about it: it was not asked, or there is nothing here that it is about";
            Finding::undecided(rule, detail, would_fail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_fails_is_a_no_and_one_that_is_open_leaves_it_open() {
        let of = |found: &[Found]| {
            let one = |found: &Found| Finding { found: *found, ..Finding::passed(Rule::Identity, "x") };
            Diagnosis::new(found.iter().map(one).collect(), Choice::new(&[], &[], &[])).answer
        };
        assert_eq!(of(&[]), Answer::Yes);
        assert_eq!(of(&[Found::Passed]), Answer::Yes);
        assert_eq!(of(&[Found::Passed, Found::Undecided]), Answer::Undecided);
        assert_eq!(of(&[Found::Undecided, Found::Failed, Found::Passed]), Answer::No);
    }

    #[test]
    fn nothing_is_no_answer_of_a_rule_that_was_named() {
        let broken = || vec![Finding::failed(Rule::Token, "the token is unknown", "x").mend("make another")];
        let of = |findings: Vec<Finding>, only: &[Rule], skipped: &[Rule]| {
            let found = Diagnosis::new(findings, Choice::new(&[], only, skipped));
            (found.answer, found.findings.iter().map(|one| (one.rule, one.detail.clone())).collect::<Vec<_>>())
        };
        let (answer, said) = of(broken(), &[Rule::Releases], &[]);
        assert_eq!(answer, Answer::Undecided);
        assert_eq!(said, [(Rule::Releases, "nothing was found out about it, for the token is unknown".to_owned())]);
        // Of the clone, the token says nothing.
        let (answer, said) = of(broken(), &[Rule::TagForm, Rule::History], &[Rule::History]);
        assert_eq!((answer, said.len(), said[0].1.contains("there is nothing here")), (Answer::Undecided, 1, true));
        assert_eq!(of(broken(), &[Rule::Releases, Rule::Token], &[]).0, Answer::No);
        assert_eq!(of(vec![Finding::passed(Rule::Push, "x")], &[Rule::Push], &[]).0, Answer::Yes);
        assert_eq!(of(Vec::new(), &[], &[]).0, Answer::Yes);
        assert_eq!(of(broken(), &[Rule::Push], &[Rule::Push]), (Answer::Undecided, Vec::new()));
    }

    #[test]
    fn what_nobody_asked_about_does_not_count() {
        let findings = || Rule::ALL.map(|rule| Finding::failed(rule, "x", "y")).to_vec();
        let all = Diagnosis::new(findings(), Choice::new(&[], &[], &[]));
        assert_eq!(all.counts.failed, Rule::ALL.len());
        let some = Diagnosis::new(findings(), Choice::new(&[Job::Read], &[], &[Rule::History]));
        let rules: Vec<Rule> = some.findings.iter().map(|finding| finding.rule).collect();
        assert!(rules.contains(&Rule::Read) && rules.contains(&Rule::GitVersion), "{rules:?}");
        assert!(!rules.contains(&Rule::Push) && !rules.contains(&Rule::History), "{rules:?}");
        let named = Choice::new(&[], &[Rule::Approval, Rule::Push, Rule::Token], &[Rule::Token]);
        assert_eq!(named.jobs, [Job::Push]);
        let rules: Vec<Rule> = Diagnosis::new(findings(), named).findings.iter().map(|one| one.rule).collect();
        assert_eq!(rules, [Rule::Push, Rule::Approval]);
    }
}
