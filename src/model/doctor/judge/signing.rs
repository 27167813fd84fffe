//! Signing of tags, and sign-offs of commits.

use super::clone::with_hint;
use super::rules::required_checks;
use crate::model::doctor::facts::{Attempt, Facts, ForgeFacts, PolicyFacts, SigningFacts, Why};
use crate::model::doctor::{Finding, Rule};

/// Of so many commits at least the sign-offs are counted before a habit is seen in them.
const FEWEST: usize = 10;

pub(super) fn judge(signing: &SigningFacts) -> Vec<Finding> {
    let create = "'patch-tag create' and 'patch-tag sums'";
    let (format, attempt, policy) = match signing {
        SigningFacts::Unsigned { unreadable } => {
            let key = Finding::passed(Rule::SigningKey, "tags are not to be signed ('--unsigned')");
            return std::iter::once(key).chain(unreadable.iter().map(unread)).collect();
        }
        SigningFacts::Elsewhere(policy) => return vec![of_policy(policy)],
        SigningFacts::Broken(why) => {
            return vec![with_hint(Finding::failed(Rule::SigningKey, &why.sentence, create), why)];
        }
        SigningFacts::Tried { format, attempt, policy } => (format, attempt, policy),
    };
    let key = match attempt {
        Attempt::Signed => {
            Finding::passed(Rule::SigningKey, format!("a signature could be made ({})", format.as_str()))
        }
        Attempt::Locked(why) => {
            let fails = format!("{create}, where nobody can open the key");
            with_hint(Finding::undecided(Rule::SigningKey, &why.sentence, fails), why)
        }
        Attempt::Failed(why) => with_hint(Finding::failed(Rule::SigningKey, &why.sentence, create), why),
    };
    vec![key, of_policy(policy)]
}

fn of_policy(policy: &PolicyFacts) -> Finding {
    let verify = "'patch-tag create', 'verify' and 'push', for the signature does not count";
    match policy {
        PolicyFacts::Counts(source) => {
            Finding::passed(Rule::SigningPolicy, format!("what is signed counts by {source}"))
        }
        PolicyFacts::Readable(source) => Finding::passed(
            Rule::SigningPolicy,
            format!("by {source} signatures may count; there is none to judge by it"),
        ),
        PolicyFacts::Unreadable(why) => unread(why),
        PolicyFacts::Refused(why) => with_hint(Finding::failed(Rule::SigningPolicy, &why.sentence, verify), why),
        PolicyFacts::Open(why) => with_hint(Finding::undecided(Rule::SigningPolicy, &why.sentence, verify), why),
    }
}

fn unread(why: &Why) -> Finding {
    let would_fail = "every verb of 'patch-tag', for it cannot tell whose signatures count";
    with_hint(Finding::failed(Rule::SigningPolicy, &why.sentence, would_fail), why)
}

/// Whether commits get the sign-off that the project asks for. A pick keeps the lines of its origin, so what lacks one is made
/// here: bumps, and picks of commits that had none.
pub(super) fn sign_off(facts: &Facts) -> Option<Finding> {
    let own = facts.sign_off.as_ref()?;
    let asked = match &facts.forge {
        ForgeFacts::Asked(asked) => Some(asked.as_ref()),
        ForgeFacts::Offline | ForgeFacts::NoToken | ForgeFacts::Impossible(_) => None,
    };
    let checks = asked.map(required_checks).unwrap_or_default();
    let check = checks.into_iter().find(|name| names_dco(name));
    let on_pages = asked.and_then(|asked| asked.repository.told()).is_some_and(|repository| repository.wants_sign_off);
    let (signed, looked) = own.signed;
    let is_habit = looked >= FEWEST && signed * 10 >= looked * 9;
    if own.is_configured {
        return Some(Finding::passed(Rule::SignOff, "picks are signed off ('signoff' in [pick])"));
    }
    let mend = "set signoff = true in [pick] of patch.toml";
    Some(if let Some(check) = check {
        let detail = format!("the check '{check}' is required, and picks are not signed off");
        Finding::failed(Rule::SignOff, detail, format!("the check '{check}' on picks of commits without a sign-off"))
            .mend(mend)
    } else if on_pages {
        let detail = "GitHub asks for a sign-off of commits made on its pages, and picks are not signed off";
        Finding::undecided(Rule::SignOff, detail, "a check of sign-offs, where the project has one").mend(mend)
    } else if is_habit {
        let detail = format!("{signed} of the newest {looked} commits of main are signed off, and picks are not");
        Finding::undecided(Rule::SignOff, detail, "a check of sign-offs, where the project has one").mend(mend)
    } else {
        Finding::passed(Rule::SignOff, "nothing shows that the project asks for sign-offs")
    })
}

/// Says whether a check has `DCO` as a word of its name, as those that look for sign-offs have.
fn names_dco(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case("dco"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_of_sign_offs_is_known_by_its_name() {
        for name in ["DCO", "dco", "DCO / check", "ci/dco-check"] {
            assert!(names_dco(name), "{name}");
        }
        for name in ["dcom", "test", "", "undco"] {
            assert!(!names_dco(name), "{name}");
        }
    }
}
