//! The environment that a job of a workflow runs in.

use super::clone::with_hint;
use crate::model::doctor::environment::{Approval, EnvironmentFacts, EnvironmentName, Protection, Takes};
use crate::model::doctor::facts::{Asked, Told, Why};
use crate::model::doctor::{Finding, Rule};

/// What fails where nobody is asked.
const UNAPPROVED: &str = "the release goes out without anybody's approval";

pub(super) fn judge(asked: &Asked) -> Vec<Finding> {
    let Some(facts) = &asked.environment else { return Vec::new() };
    let findings = match &facts.told {
        Told::Told(protection) => vec![takes(facts, protection), approval(facts, protection)],
        Told::Missing(_) => missing(facts),
        Told::Denied(why) => {
            let [takes, approval] = untold(why);
            vec![takes.mend(grant(asked)), approval.mend(or_skip(&grant(asked)))]
        }
        Told::Failed(why) => untold(why).map(|finding| with_hint(finding, why)).to_vec(),
    };
    findings.into_iter().map(|finding| finding.about(&facts.name)).collect()
}

/// "Workflows that reference an environment that does not exist will create it, and it will not have any protection rules or secrets
/// configured" ("Deployments and environments" in GitHub's documentation).
fn missing(facts: &EnvironmentFacts) -> Vec<Finding> {
    let detail = format!(
        "there is no environment '{}': GitHub makes it at its first use, with no rule and no secret",
        facts.name
    );
    let make = "make it under 'Environments' in the settings of the repository, with required reviewers";
    vec![
        Finding::undecided(
            Rule::Environment,
            &detail,
            "what needs a secret of the environment, such as a key to sign with",
        )
        .mend(make),
        Finding::failed(Rule::Approval, detail, UNAPPROVED).mend(or_skip(make)),
    ]
}

/// Where GitHub was not asked at all, or did not show the repository.
pub(super) fn not_asked(name: &EnvironmentName) -> Vec<Finding> {
    let why = Why::new("nothing was told of it; what is found about 'token' says why");
    untold(&why).map(|finding| finding.about(name)).to_vec()
}

fn untold(why: &Why) -> [Finding; 2] {
    let refused = "the job that runs in the environment: GitHub refuses runs that it does not take";
    [
        Finding::undecided(Rule::Environment, &why.sentence, refused),
        Finding::undecided(Rule::Approval, &why.sentence, UNAPPROVED),
    ]
}

fn grant(asked: &Asked) -> String {
    asked.token.grant("actions: read", "'Actions': read")
}

fn or_skip(mend: &str) -> String {
    format!(
        "{mend}; or, where nobody is to be asked, leave it out: --skip approval; for patch-publish, 'approval: false'"
    )
}

/// Whether the run is let into the environment, and when.
fn takes(facts: &EnvironmentFacts, protection: &Protection) -> Finding {
    let EnvironmentFacts { name, run_of, .. } = facts;
    let refused = format!("the job that runs in '{name}': GitHub refuses it before its first step");
    let mend = format!(
        "add '{run_of}' under 'Deployment branches and tags' in the settings of the environment, or start the workflow for a branch that is there"
    );
    let passed = || {
        let wait = match protection.wait {
            0 => String::new(),
            1 => ", a minute later".to_owned(),
            minutes => format!(", {minutes} minutes later"),
        };
        Finding::passed(Rule::Environment, format!("'{name}' takes runs of '{run_of}'{wait}"))
    };
    let only = |which: &str| format!("'{name}' takes runs of {which} only, and '{run_of}' is none of them");
    match &protection.takes {
        Takes::All | Takes::Protected(Some(Told::Told(true))) => passed(),
        Takes::Protected(None) => Finding::failed(Rule::Environment, only("protected branches"), refused).mend(mend),
        // "If no branch protection rules are defined for any branch in the repository, then all branches can deploy."
        Takes::Protected(Some(Told::Told(false))) => {
            let detail = format!(
                "{}; as long as there is no protected branch at all, it takes every one",
                only("protected branches")
            );
            Finding::undecided(Rule::Environment, detail, refused).mend(mend)
        }
        Takes::Named(Told::Told(patterns)) => {
            let names: Vec<String> = patterns.include.iter().map(|name| format!("'{name}'")).collect();
            let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
            match patterns.match_ref(run_of) {
                Some(true) => passed(),
                Some(false) => Finding::failed(Rule::Environment, only(&names), refused).mend(mend),
                None => {
                    let detail =
                        format!("'{name}' takes runs of {names} only; whether '{run_of}' is one cannot be told");
                    Finding::undecided(Rule::Environment, detail, refused).mend(mend)
                }
            }
        }
        Takes::Protected(Some(Told::Missing(why) | Told::Denied(why) | Told::Failed(why)))
        | Takes::Named(Told::Missing(why) | Told::Denied(why) | Told::Failed(why)) => {
            with_hint(Finding::undecided(Rule::Environment, &why.sentence, refused), why)
        }
    }
}

/// Whether somebody has to approve.
fn approval(facts: &EnvironmentFacts, protection: &Protection) -> Finding {
    let name = &facts.name;
    let spared = match protection.spares_administrators {
        Some(true) => "; administrators may pass over that",
        Some(false) | None => "",
    };
    match &protection.approval {
        Approval::Reviewers { number, by_starter } => {
            let who = match number {
                1 => "its reviewer".to_owned(),
                number => format!("one of its {number} reviewers"),
            };
            let starter = if *by_starter { ", who may have started the run" } else { ", who did not start the run" };
            Finding::passed(Rule::Approval, format!("'{name}' asks {who} to approve{starter}{spared}"))
        }
        Approval::Apps(apps) => {
            Finding::passed(Rule::Approval, format!("'{name}' asks these apps: {}{spared}", apps.join(", ")))
        }
        Approval::Nobody => Finding::failed(Rule::Approval, format!("'{name}' asks nobody to approve"), UNAPPROVED)
            .mend(or_skip("name required reviewers under 'Environments' in the settings of the repository")),
        Approval::Untold(why) => {
            let finding =
                Finding::undecided(Rule::Approval, format!("'{name}' has no reviewers: {}", why.sentence), UNAPPROVED);
            with_hint(finding, why)
        }
    }
}
