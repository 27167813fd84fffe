//! The rules themselves: each a function from what is known to what is found.

mod files;
mod forge;
mod history;
mod origin;
mod people;

use chrono::{DateTime, Utc};

use super::classify::{Classified, classify};
use super::facts::Facts;
use super::verdict::{Finding, Found, Outcome, outcome};
use super::waiver::{Standing, Waiver};
use super::{Rule, Severity};
use crate::model::commit::CommitId;
use crate::model::config::{ClassifyRule, Eligibility};
use crate::model::known::Missing;

/// What a project asks of a fix.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'p> {
    /// What may go into a patch release.
    pub eligibility: &'p Eligibility,
    /// How the kind of a fix is told.
    pub classify: &'p [ClassifyRule],
    /// What is waived.
    pub waivers: &'p [Waiver],
    /// The moment at which it is judged.
    pub now: DateTime<Utc>,
}

/// What the rules come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Whether the fix may go into a patch release.
    pub outcome: Outcome,
    /// What was told of its kind.
    pub classified: Classified,
    /// One finding for each rule that is not off and is about such a fix.
    pub findings: Vec<Finding>,
}

/// What one rule comes to.
enum Answer {
    /// It holds.
    Passed(String, Vec<String>),
    /// It is broken.
    Failed(String, Vec<String>),
    /// What it needs is not known.
    Undecided(String, Vec<String>),
    /// It is not about such a fix.
    NotAsked,
}

impl Answer {
    fn passed(reason: impl Into<String>) -> Self {
        Self::Passed(reason.into(), Vec::new())
    }

    fn failed(reason: impl Into<String>) -> Self {
        Self::Failed(reason.into(), Vec::new())
    }

    fn unknown(what: &str, why: &Missing) -> Self {
        Self::Undecided(format!("{what} is not known: {why}"), Vec::new())
    }
}

/// Everything a rule sees.
struct Case<'c> {
    facts: &'c Facts,
    policy: &'c Policy<'c>,
    classified: &'c Classified,
    /// The commits that a waiver may name.
    commits: &'c [CommitId],
}

/// Judges a fix by a policy. A waiver is about it if it names one of `commits`.
pub fn judge(facts: &Facts, policy: &Policy<'_>, commits: &[CommitId]) -> Judged {
    let classified = classify(facts, policy.classify, policy.eligibility);
    let case = Case { facts, policy, classified: &classified, commits };
    let findings: Vec<Finding> = Rule::ALL.into_iter().filter_map(|rule| case.finding(rule)).collect();
    Judged { outcome: outcome(&findings), classified, findings }
}

impl Case<'_> {
    fn finding(&self, rule: Rule) -> Option<Finding> {
        let severity = self.policy.eligibility.severity(rule);
        if severity == Severity::Off {
            return None;
        }
        let (found, reason, evidence) = match self.answer(rule) {
            Answer::Passed(reason, evidence) => (Found::Passed, reason, evidence),
            Answer::Failed(reason, evidence) => (Found::Failed, reason, evidence),
            Answer::Undecided(reason, evidence) => (Found::Undecided, reason, evidence),
            Answer::NotAsked => return None,
        };
        let files = if found == Found::Failed { self.files(rule) } else { Vec::new() };
        let finding = Finding { rule, severity, found, reason, evidence, files, mend: None };
        Some(match found {
            Found::Passed | Found::Waived => finding,
            Found::Failed | Found::Undecided => match self.waivers_of(rule).as_slice() {
                [] => Finding { mend: Some(rule.mend().to_owned()), ..finding },
                waivers => waived(finding, waivers),
            },
        })
    }

    fn answer(&self, rule: Rule) -> Answer {
        if self.facts.is_of_line_only() && rule.is_about_fixes() {
            return Answer::NotAsked;
        }
        match rule {
            Rule::Kind => self.kind(),
            Rule::Decision => self.decision(),
            Rule::OnMain => self.on_main(),
            Rule::LineSupport => self.line_support(),
            Rule::NewerLines => self.newer_lines(),
            Rule::Breaking => self.breaking(),
            Rule::Priority => self.priority(),
            Rule::Tests => self.tests(),
            Rule::Reviews => self.reviews(),
            Rule::Checks => self.checks(),
            Rule::AppliesClean => self.applies_clean(),
            Rule::RiskAssessment => self.risk_assessment(),
            Rule::Size => self.size(),
            Rule::Paths => self.paths(),
            Rule::Dependencies => self.dependencies(),
            Rule::Baked => self.baked(),
            Rule::Embargo => self.embargo(),
            Rule::Origin => self.origin(),
            Rule::Labels => self.labels(),
            Rule::Waivers => self.waivers(),
        }
    }

    /// Returns the waivers that are about the fix, or about what a commit that picks it holds, and the line.
    fn concerning(&self) -> impl Iterator<Item = (&Waiver, Standing)> {
        let rights = &self.policy.eligibility.waivers;
        let covers = |waiver: &Waiver| self.picks().iter().any(|pick| waiver.covers(pick));
        let concerns = move |waiver: &&Waiver| {
            waiver.is_for(&self.facts.line.name) && (self.commits.contains(&waiver.fix) || covers(waiver))
        };
        let all = self.policy.waivers.iter().filter(concerns);
        all.map(move |waiver| (waiver, waiver.standing(rights, self.policy.now)))
    }

    /// Returns the waivers by which a rule that does not hold counts as waived; none: it does not.
    fn waivers_of(&self, rule: Rule) -> Vec<&Waiver> {
        match rule {
            // It is never waived: saying so would be a leak by itself.
            Rule::Embargo => Vec::new(),
            Rule::Origin => self.looked_at(),
            rule => self.in_force(rule).into_iter().take(1).collect(),
        }
    }

    /// Returns the waivers of a rule that count.
    fn in_force(&self, rule: Rule) -> Vec<&Waiver> {
        let counts = |(waiver, standing): &(&Waiver, Standing)| waiver.rule == rule && *standing == Standing::InForce;
        self.concerning().filter(counts).map(|(waiver, _)| waiver).collect()
    }

    fn waivers(&self) -> Answer {
        let mut wrong = Vec::new();
        let mut counted = 0;
        for (waiver, standing) in self.concerning() {
            match standing {
                Standing::InForce => match self.unbound(waiver) {
                    Some(how) => wrong.push(how),
                    None => counted += 1,
                },
                Standing::Expired => {
                    wrong.push(format!("'{}' by {} ended with {}", waiver.rule, waiver.by, waiver.until));
                }
                Standing::NotAllowed => wrong.push(format!("{} may not waive '{}'", waiver.by, waiver.rule)),
            }
        }
        match (wrong.is_empty(), counted) {
            (true, 0) => Answer::NotAsked,
            (true, _) => Answer::passed("every waiver is in force"),
            (false, _) => Answer::Failed("a waiver counts for nothing".to_owned(), wrong),
        }
    }
}

fn waived(finding: Finding, waivers: &[&Waiver]) -> Finding {
    let mut evidence = vec![finding.reason];
    evidence.extend(finding.evidence);
    let one = |waiver: &&Waiver| format!("waived by {} until {}: {}", waiver.by, waiver.until, waiver.reason);
    let reason = waivers.iter().map(one).collect::<Vec<_>>().join("; ");
    Finding { found: Found::Waived, reason, evidence, ..finding }
}

fn listed(items: &[String]) -> String {
    items.join(", ")
}

/// Writes a number with its noun.
fn count(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
