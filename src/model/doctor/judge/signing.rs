//! Signing of tags, and sign-offs of commits.

use super::clone::with_hint;
use super::rules::{RequiredSignatures, moved_beforehand, required_checks, required_signatures};
use crate::model::doctor::facts::{
    Asked, Attempt, CommitSigning, Facts, ForgeFacts, LineFacts, PolicyFacts, SigningFacts, Why,
};
use crate::model::doctor::request::ReleaseFiles;
use crate::model::doctor::{Finding, Rule};

const BYPASS: &str = "let the account or the app of the token pass over the rule, in its 'Bypass list'";

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
        PolicyFacts::TagsAlone(why, ReleaseFiles::Untold) => {
            let sums = "'patch-tag sums', which signs the list of the files of the release, where it has any";
            with_hint(Finding::undecided(Rule::SigningPolicy, &why.sentence, sums), why)
        }
        PolicyFacts::TagsAlone(why, ReleaseFiles::There) => {
            let sums = "'patch-tag sums', which signs the list of the files of the release once all is built";
            with_hint(Finding::failed(Rule::SigningPolicy, &why.sentence, sums), why)
        }
        PolicyFacts::Open(why) => with_hint(Finding::undecided(Rule::SigningPolicy, &why.sentence, verify), why),
    }
}

fn unread(why: &Why) -> Finding {
    let would_fail = "every verb of 'patch-tag', for it cannot tell whose signatures count";
    with_hint(Finding::failed(Rule::SigningPolicy, &why.sentence, would_fail), why)
}

/// Whether commits are signed where that is required, and whether they can be where git is to sign them.
pub(super) fn commits(facts: &Facts) -> Option<Finding> {
    let asked = asked(facts).filter(|asked| asked.repository.told().is_some()).map(required_signatures);
    if let Some(why) = facts.commits_nothing() {
        return Some(uncommitted(&why, asked.as_ref()));
    }
    let by = asked.as_ref().map(|required| [&required.on_branches[..], &required.on_tags].concat().join(", "));
    let by = by.filter(|by| !by.is_empty());
    let required = by.as_ref().map_or_else(String::new, |by| format!("{by} asks for signed commits, and "));
    let fails = "'patch-pick apply', 'patch-bump --commit' and every other commit that git is to sign";
    let mend = "see that 'git commit -S' works here: 'user.signingKey' and 'gpg.format' of git";
    let cannot =
        |why: &Why| format!("{required}'commit.gpgSign' is set, and git cannot sign with its key: {}", why.sentence);
    Some(match &facts.commits {
        CommitSigning::Broken(why) => {
            Finding::failed(Rule::CommitSignatures, cannot(why), fails).mend(why.hint.as_deref().unwrap_or(mend))
        }
        CommitSigning::Tried { attempt: Attempt::Failed(why), .. } => {
            let otherwise =
                if by.is_some() { "" } else { "; or leave commits unsigned: git config commit.gpgSign false" };
            Finding::failed(Rule::CommitSignatures, cannot(why), fails).mend(format!("{mend}{otherwise}"))
        }
        CommitSigning::Tried { attempt: Attempt::Locked(why), .. } => {
            let detail = format!("{required}'commit.gpgSign' is set: {}", why.sentence);
            Finding::undecided(Rule::CommitSignatures, detail, format!("{fails}, where nobody can open the key"))
                .mend("where a person commits, nothing is to do; in a workflow git needs a key that is open, such as one in an agent")
        }
        CommitSigning::Tried { format, attempt: Attempt::Signed } => {
            let known = if by.is_some() { "; GitHub has to know the key" } else { "" };
            let made = format!("'commit.gpgSign' is set, and a signature could be made ({})", format.as_str());
            Finding::passed(Rule::CommitSignatures, format!("{required}{made}{known}"))
        }
        CommitSigning::Left => match (by, asked.as_ref().and_then(perhaps), asked?.all_told) {
            (None, Some(finding), _) => finding,
            (None, None, false) => return None,
            (None, None, true) => Finding::passed(Rule::CommitSignatures, "no rule asks for signed commits"),
            (Some(_), ..) => Finding::failed(
                Rule::CommitSignatures,
                format!("{required}'commit.gpgSign' is not set"),
                "a push or a merge of picks and of bumps, whose commits are not signed",
            )
            .mend(unsigned(facts)),
        },
    })
}

/// Says that a rule for tags may ask for signed commits, where nobody can tell.
fn perhaps(required: &RequiredSignatures) -> Option<Finding> {
    let by = required.perhaps_on_tags.first()?;
    let detail = format!("{by} asks for signed commits, and whether it is about it cannot be told");
    let finding = Finding::undecided(Rule::CommitSignatures, detail, "'patch-tag push', where commits are not signed");
    Some(
        finding
            .mend(format!("see which tags it is about, in the settings of the repository under 'Rules'; or {BYPASS}")),
    )
}

/// What it means for a release that commits nothing.
fn uncommitted(why: &str, asked: Option<&RequiredSignatures>) -> Finding {
    let nothing = format!("the release commits nothing: {why}");
    match asked.map(|required| required.on_tags.join(", ")).filter(|by| !by.is_empty()) {
        None => asked.and_then(perhaps).unwrap_or_else(|| Finding::passed(Rule::CommitSignatures, nothing)),
        Some(by) => {
            let detail =
                format!("{by} asks for signed commits; {nothing}, and only GitHub can tell about those before it");
            Finding::undecided(Rule::CommitSignatures, detail, "'patch-tag push', where they are not signed")
                .mend(format!("see whether they are: git log --format='%h %G? %s'; or {BYPASS}"))
        }
    }
}

fn unsigned(facts: &Facts) -> String {
    facts.lines.iter().find_map(LineFacts::moves_to).map_or_else(
        || format!("git config commit.gpgSign true, with a key that GitHub knows as one of the account, or once: patch-pick apply --sign; or {BYPASS}"),
        // The job that builds has no key, and the commit of the one that publishes is the same.
        |version| format!("{}; or {BYPASS}; 'patch-publish' signs no commit", moved_beforehand(version)),
    )
}

fn asked(facts: &Facts) -> Option<&Asked> {
    match &facts.forge {
        ForgeFacts::Asked(asked) => Some(asked.as_ref()),
        ForgeFacts::Offline | ForgeFacts::NoToken | ForgeFacts::Impossible(_) => None,
    }
}

/// Whether commits get the sign-off that the project asks for. A pick keeps the lines of its origin, so that without `signoff` it is
/// bumps that lack one, and picks of commits that had none.
pub(super) fn sign_off(facts: &Facts) -> Option<Finding> {
    let own = facts.sign_off.as_ref()?;
    let asked = asked(facts);
    let checks = asked.map(required_checks).unwrap_or_default();
    let check = checks.into_iter().find(|name| names_dco(name));
    let on_pages = asked.and_then(|asked| asked.repository.told()).is_some_and(|repository| repository.wants_sign_off);
    let (signed, looked) = own.signed;
    let is_habit = looked >= FEWEST && signed * 10 >= looked * 9;
    if own.is_configured {
        return Some(Finding::passed(Rule::SignOff, "picks and bumps are signed off ('signoff' in [pick])"));
    }
    if let Some(why) = facts.commits_nothing() {
        return Some(Finding::passed(Rule::SignOff, format!("the release commits nothing: {why}")));
    }
    let mend = "set signoff = true in [pick] of patch.toml";
    Some(if let Some(check) = check {
        let detail = format!("the check '{check}' is required, and picks and bumps are not signed off");
        let would_fail = format!("the check '{check}' on bumps, and on picks of commits without a sign-off");
        Finding::failed(Rule::SignOff, detail, would_fail).mend(mend)
    } else if on_pages {
        let detail = "GitHub asks for a sign-off of commits made on its pages, and picks and bumps are not signed off";
        Finding::undecided(Rule::SignOff, detail, "a check of sign-offs, where the project has one").mend(mend)
    } else if is_habit {
        let detail =
            format!("{signed} of the newest {looked} commits of main are signed off, and picks and bumps are not");
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
