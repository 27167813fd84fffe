//! The rules that the forge has for the branches that picks wait on while they are proposed.

use super::clone::with_hint;
use super::rules::passing;
use crate::model::doctor::facts::{HeadFacts, Told};
use crate::model::doctor::ruling::{PatternOf, Ruled, Ruling};
use crate::model::doctor::{Finding, Rule};

const MEND: &str = "let the rules leave such branches out, in 'Target branches' of the ruleset; let the account or the app of the token pass over them, in its 'Bypass list'; or call the branches otherwise: patch-pick propose --head PATTERN";

pub(super) fn judge(head: &HeadFacts) -> Vec<Finding> {
    let push = format!("'patch-pick propose', which pushes picks to '{}'", head.name);
    let rulings = match &head.rulings {
        Told::Told(rulings) => rulings,
        Told::Missing(why) | Told::Denied(why) | Told::Failed(why) => {
            let finding = Finding::undecided(Rule::HeadRules, &why.sentence, push);
            return vec![with_hint(finding.about(&head.name), why)];
        }
    };
    let mut findings: Vec<Finding> = rulings.rules.iter().filter_map(|ruled| on_head(head, ruled, &push)).collect();
    if let Some(why) = &rulings.untold {
        findings.push(with_hint(Finding::undecided(Rule::HeadRules, &why.sentence, push), why));
    }
    if findings.is_empty() {
        findings.push(Finding::passed(Rule::HeadRules, "no rule stands in the way of a proposal"));
    }
    findings.into_iter().map(|finding| finding.about(&head.name)).collect()
}

/// What a rule does to proposals: the branch is made, and replaced when other picks are proposed. `None`: nothing.
fn on_head(head: &HeadFacts, ruled: &Ruled, push: &str) -> Option<Finding> {
    let Ruled { source, bypass, ruling } = ruled;
    let later = "bringing a pull request that is open up to date with other picks";
    let (detail, sure, would_fail) = match ruling {
        // Picks are no merges.
        Ruling::Deletion | Ruling::LinearHistory => return None,
        // That is a rule of its own here.
        Ruling::Signatures => return None,
        Ruling::Creation if head.is_there == Some(true) => return None,
        Ruling::Creation => (format!("{source} lets nobody make it"), head.is_there == Some(false), push),
        Ruling::Update if head.is_there == Some(true) => (format!("{source} lets nobody change it"), true, push),
        Ruling::Update => (format!("{source} lets nobody change it once it is there"), false, later),
        Ruling::NonFastForward => (format!("{source} lets nobody replace its commits"), false, later),
        Ruling::PullRequest => (format!("{source} takes changes by pull requests only"), true, push),
        Ruling::MergeQueue => (format!("{source} takes changes through the merge queue only"), true, push),
        Ruling::Checks(names) => {
            let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
            (format!("{source} asks that these checks have passed on what is pushed: {}", names.join(", ")), true, push)
        }
        Ruling::Pattern(pattern) => match (pattern.of, pattern.allows(head.name.as_str())) {
            (PatternOf::Branch, Some(true)) => return None,
            (PatternOf::Branch, Some(false)) => (format!("{source} asks that {}", pattern.sentence()), true, push),
            (_, _) => (format!("{source} asks that {}", pattern.sentence()), false, push),
        },
        Ruling::Other(word) => (format!("{source} has the rule '{word}'"), false, push),
    };
    Some(passing(*bypass, Rule::HeadRules, detail, sure, would_fail, MEND))
}
