//! The decisions: from facts to findings.

mod clone;
mod environment;
mod heads;
mod lines;
mod reach;
mod release;
mod rules;
mod signing;
#[cfg(test)]
mod tests;
mod workflows;

use super::facts::{Asked, ConfigFacts, Facts, ForgeFacts, Login, RemoteFacts, Told, Way, Why};
use super::{Finding, Rule};
use crate::model::arrange::Arrange as _;

/// Finds what would fail later. The order is that of [`Rule::ALL`].
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = clone::judge(&facts.clone, &facts.config);
    findings.extend(facts.tags.as_ref().and_then(lines::form));
    findings.extend(facts.lines.iter().flat_map(|line| lines::judge(line, &facts.clone.fetch, &facts.config)));
    findings.extend(facts.lines.iter().filter_map(release::version));
    let kept = facts.keeps_notes();
    findings.extend(facts.lines.iter().filter_map(|line| release::notes(line, kept, &facts.clone.fetch)));
    if let Some(signing) = &facts.signing {
        findings.extend(signing::judge(signing));
    }
    findings.extend(push(facts));
    findings.extend(workflows::files(facts));
    match &facts.forge {
        ForgeFacts::Offline => {}
        ForgeFacts::NoToken => findings.push(
            Finding::undecided(
                Rule::Token,
                "there is no token, so GitHub was asked nothing",
                "what its rules, its settings and the permissions of the token refuse comes to light at the first write",
            )
            .mend("set GITHUB_TOKEN: in a workflow env: { GITHUB_TOKEN: ${{ github.token }} }, at a terminal GITHUB_TOKEN=$(gh auth token); or leave it out with --offline"),
        ),
        ForgeFacts::Impossible(why) => {
            let finding = Finding::undecided(Rule::Token, &why.sentence, "nothing of GitHub can be told");
            findings.push(match &why.hint {
                Some(hint) => finding.mend(hint),
                None => finding,
            });
        }
        ForgeFacts::Asked(asked) => findings.extend(asked_of(facts, asked)),
    }
    findings.extend(signing::commits(facts));
    findings.extend(signing::sign_off(facts));
    // Nothing must not pass for an answer.
    if let Some(name) = &facts.environment
        && !findings.iter().any(|finding| finding.rule == Rule::Approval)
    {
        findings.extend(environment::not_asked(name));
    }
    findings.arrange_by_key(|finding| finding.rule);
    findings
}

/// What the forge said. Where it does not know the token or the repository, nothing else is of use.
fn asked_of(facts: &Facts, asked: &Asked) -> Vec<Finding> {
    let mut findings = vec![reach::token(asked)];
    let Told::Told(repository) = &asked.repository else { return findings };
    findings.extend(reach::repository(facts, asked));
    findings.extend(reach::jobs(asked, repository, facts.fork()));
    findings.extend(workflows::judge(facts, asked));
    if let ConfigFacts::Right { main, .. } = &facts.config {
        findings.push(reach::default_branch(main, &repository.default_branch));
    }
    findings.extend(rules::judge(asked, &facts.lines));
    findings.extend(asked.heads.iter().flat_map(heads::judge));
    findings.extend(release::draft(asked));
    findings.push(reach::immutable(asked, repository));
    findings.extend(environment::judge(asked));
    findings
}

/// Whether a push is let in, as git itself found: as the binaries make it, and as a plain `git push` does where that is another one.
fn push(facts: &Facts) -> Vec<Finding> {
    let RemoteFacts::Answers { name, way, push: Some(push), login, .. } = &facts.clone.remote else {
        return Vec::new();
    };
    let by = match (login, way) {
        (Login::Token { .. }, _) => "with GITHUB_TOKEN, by which the binaries log git in",
        (Login::Own, Way::Ssh) => "with the key that SSH takes",
        (Login::Own, Way::Http) => "with the credentials that git takes",
        (Login::Own, Way::Other) => "as it is reached from here",
    };
    let mut findings = vec![
        match push {
            Ok(()) => {
                Finding::passed(Rule::Push, format!("'{name}' lets a push in, {by} ('git push --dry-run' found it)"))
            }
            Err(why) => Finding::failed(Rule::Push, &why.sentence, "'patch-tag push', and every 'git push' of picks")
                .mend(push_mend(login, *way)),
        }
        .about(name),
    ];
    if let Login::Token { alone: Some(alone) } = login {
        findings.push(plain_push(name, alone).about(format!("{name}, by git alone")));
    }
    findings
}

fn push_mend(login: &Login, way: Way) -> &'static str {
    match (login, way) {
        (Login::Token { .. }, _) => {
            "the binaries log git in with GITHUB_TOKEN, whatever the checkout kept: give that token 'contents: write' in the 'permissions' \
             of the job, or put one there that may push, such as that of an app"
        }
        (Login::Own, Way::Ssh) => {
            "add a key that may write: a deploy key with write access, or one of an account with the role 'write'"
        }
        (Login::Own, Way::Http) => {
            "give git the token for its pushes (after actions/checkout with persist-credentials: false it has none): \
             git config --local credential.helper, or http.<address>.extraheader through GIT_CONFIG_COUNT; and see that the token has 'contents: write'"
        }
        (Login::Own, Way::Other) => "see that you may write there",
    }
}

/// Whether a push by a step of the workflow is let in, which the binaries do not log in.
fn plain_push(name: &str, alone: &Result<(), Why>) -> Finding {
    match alone {
        Ok(()) => Finding::passed(Rule::Push, format!("'{name}' lets a push in with the credentials that the checkout kept")),
        Err(why) => Finding::undecided(
            Rule::Push,
            format!("with the credentials that the checkout kept, {}", why.sentence),
            "a plain 'git push' in a step of the workflow; the binaries push with GITHUB_TOKEN",
        )
        .mend("give actions/checkout the token that may push (with: token), or let it keep none (persist-credentials: false) and push by the binaries alone"),
    }
}
