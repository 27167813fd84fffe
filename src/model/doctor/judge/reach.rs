//! The token, and what it may do.

use super::clone::with_hint;
use crate::model::branch::BranchName;
use crate::model::config::RepositoryName;
use crate::model::doctor::facts::{Asked, Facts, RemoteFacts, RepositoryFacts, Role, Told, Why};
use crate::model::doctor::job::Readable;
use crate::model::doctor::token::TokenKind;
use crate::model::doctor::{Finding, Job, Rule};

pub(super) fn token(asked: &Asked) -> Finding {
    let Asked { token, name, account, .. } = asked;
    let nothing = "everything that asks GitHub or writes there";
    match &asked.repository {
        Told::Told(repository) => {
            let whose = account.told().map(|account| format!(" of '{account}'")).unwrap_or_default();
            let scopes = match (&repository.scopes, token.has_scopes()) {
                (Some(scopes), true) => format!(", with the scopes: {}", scopes.names()),
                (Some(_) | None, _) => String::new(),
            };
            Finding::passed(Rule::Token, format!("it is {token}{whose}{scopes}, and sees '{name}'"))
        }
        Told::Missing(why) => {
            Finding::failed(Rule::Token, format!("it is {token}, and GitHub shows it no repository '{name}'"), nothing)
                .mend(why.hint.clone().unwrap_or_else(|| {
                    "correct 'repository' in [project] of patch.toml, or let the token see it".to_owned()
                }))
        }
        Told::Denied(why) => with_hint(Finding::failed(Rule::Token, &why.sentence, nothing), why),
        Told::Failed(why) => with_hint(Finding::undecided(Rule::Token, &why.sentence, nothing), why),
    }
}

/// Whether the remote is the repository that the forge is asked about. `None`: its address names none.
pub(super) fn repository(facts: &Facts, asked: &Asked) -> Option<Finding> {
    let RemoteFacts::Answers { name, repository: Some(repository), .. } = &facts.clone.remote else { return None };
    Some(match facts.fork() {
        None => Finding::passed(Rule::RemoteRepository, format!("'{name}' is '{}'", asked.name)),
        Some(_) => Finding::undecided(
            Rule::RemoteRepository,
            format!("'{name}' is '{repository}', and GitHub is asked about '{}': one is a fork, or was renamed", asked.name),
            "'patch-tag push' brings the tag to one, and 'patch-notes publish' makes the release of the other, which lacks it",
        )
        .mend(format!(
            "name the remote of '{}' with --remote, or correct 'repository' in [project] of patch.toml; only picks are proposed from a fork: --job pull-requests",
            asked.name
        )),
    })
}

/// What the token may do for each job.
pub(super) fn jobs(asked: &Asked, repository: &RepositoryFacts, fork: Option<&RepositoryName>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = asked.reads.iter().map(|(what, told)| read(asked, *what, told)).collect();
    findings.push(checks(asked));
    // What the token may do in a fork, git alone finds out.
    if fork.is_none() {
        findings.extend(write(asked, repository, Job::Push, Rule::Push, asked.writes_contents.as_ref()));
    }
    findings.extend(match fork.filter(|_| !repository.is_archived) {
        Some(fork) => from_fork(asked, repository, fork),
        None => write(asked, repository, Job::PullRequests, Rule::PullRequests, None),
    });
    findings.extend(write(asked, repository, Job::Releases, Rule::Releases, asked.writes_contents.as_ref()));
    findings
}

/// Whether the token may open pull requests from a fork: who may read a repository may, whatever else they may there ("Creating a pull
/// request from a fork" in GitHub's documentation). `None`: as for every other pull request.
fn from_fork(asked: &Asked, repository: &RepositoryFacts, fork: &RepositoryName) -> Option<Finding> {
    let scopes = repository.scopes.as_ref().filter(|_| asked.token.has_scopes());
    let Some(scopes) = scopes else {
        let reader = RepositoryFacts { role: None, ..repository.clone() };
        return write(asked, &reader, Job::PullRequests, Rule::PullRequests, None);
    };
    let finding = match scopes.may_write(repository.is_private) {
        true => Finding::passed(
            Rule::PullRequests,
            format!("its scopes are enough ({}), and from '{fork}' everybody may propose who may read", scopes.names()),
        ),
        false => {
            let detail = format!("the token lacks the scope 'repo'; it has: {}", scopes.names());
            lacks(asked, Rule::PullRequests, Job::PullRequests, detail)
        }
    };
    Some(finding.about("token"))
}

fn lacks(asked: &Asked, rule: Rule, job: Job, detail: impl Into<String>) -> Finding {
    Finding::failed(rule, detail, job.done_by()).mend(asked.token.grant(job.in_workflow(), job.in_settings()))
}

fn read(asked: &Asked, what: Readable, told: &Told<()>) -> Finding {
    let finding = match told {
        Told::Told(()) => Finding::passed(Rule::Read, format!("the token reads {}", what.words())),
        Told::Denied(why) | Told::Missing(why) => {
            let mend = match (asked.token, what) {
                // The settings of such a token do not have it ("Permissions required for fine-grained personal access tokens").
                (TokenKind::FineGrained, Readable::Checks) => {
                    "no fine-grained token can be given 'Checks' in a private repository: use the GITHUB_TOKEN of a workflow, or the token of an app".to_owned()
                }
                (token, what) => token.grant(what.in_workflow(), what.in_settings()),
            };
            Finding::failed(Rule::Read, &why.sentence, what.done_by()).mend(mend)
        }
        Told::Failed(why) => with_hint(Finding::undecided(Rule::Read, &why.sentence, what.done_by()), why),
    };
    finding.about(what.words())
}

/// Only apps write check runs ("REST API endpoints for check runs" in GitHub's documentation).
fn checks(asked: &Asked) -> Finding {
    let instead = "use the GITHUB_TOKEN of a workflow with checks: write, or the token of an app; a workflow that ends with an exit code needs neither";
    match asked.token {
        TokenKind::Classic | TokenKind::FineGrained | TokenKind::OAuth => Finding::failed(
            Rule::Checks,
            format!("only apps write check runs, and this is {}", asked.token),
            Job::Checks.done_by(),
        )
        .mend(instead),
        TokenKind::Workflow | TokenKind::App | TokenKind::Installation | TokenKind::UserOfApp | TokenKind::Unknown => {
            Finding::undecided(
                Rule::Checks,
                "GitHub does not tell without a write whether the token may write check runs",
                Job::Checks.done_by(),
            )
            .mend(asked.token.grant(Job::Checks.in_workflow(), Job::Checks.in_settings()))
        }
    }
}

/// What a job may write. `asked_for` is what a question that keeps nothing found about its permission. Where it was git that
/// found out about pushes, that stands beside this finding.
fn write(
    asked: &Asked,
    repository: &RepositoryFacts,
    job: Job,
    rule: Rule,
    asked_for: Option<&Told<()>>,
) -> Option<Finding> {
    let about = "token";
    if repository.is_archived {
        return Some(
            Finding::failed(rule, format!("'{}' is archived, and takes nothing", asked.name), job.done_by())
                .mend("unarchive it in its settings, or name another 'repository' in [project] of patch.toml")
                .about(about),
        );
    }
    // Of installation tokens the role says nothing: their permissions are their own.
    let has_role = !matches!(asked.token, TokenKind::Workflow | TokenKind::App | TokenKind::Installation);
    if let (true, Some(Role::Read)) = (has_role, repository.role) {
        let detail = format!("the account of the token may only read '{}'", asked.name);
        return Some(lacks(asked, rule, job, detail).about(about));
    }
    if let (true, Some(scopes)) = (asked.token.has_scopes(), &repository.scopes) {
        let finding = match (scopes.may_write(repository.is_private), repository.role) {
            (false, _) => {
                lacks(asked, rule, job, format!("the token lacks the scope 'repo'; it has: {}", scopes.names()))
            }
            (true, Some(_)) => {
                Finding::passed(rule, format!("its scopes and the role of its account are enough ({})", scopes.names()))
            }
            (true, None) => Finding::undecided(
                rule,
                "its scopes are enough, and GitHub does not tell the role of its account",
                job.done_by(),
            ),
        };
        return Some(finding.about(about));
    }
    let finding = match asked_for {
        Some(Told::Told(())) => {
            Finding::passed(rule, format!("the token may: GitHub takes a question that needs '{}'", job.in_workflow()))
        }
        Some(Told::Denied(why) | Told::Missing(why)) => lacks(asked, rule, job, &why.sentence),
        Some(Told::Failed(why)) => with_hint(Finding::undecided(rule, &why.sentence, job.done_by()), why),
        None => Finding::undecided(
            rule,
            format!("GitHub does not tell without a write whether {} has '{}'", asked.token, job.in_workflow()),
            job.done_by(),
        )
        .mend(asked.token.grant(job.in_workflow(), job.in_settings())),
    };
    Some(finding.about(about))
}

pub(super) fn default_branch(main: &BranchName, default: &str) -> Finding {
    if main.as_str() == default {
        return Finding::passed(Rule::DefaultBranch, format!("'{main}' is main, and the default branch on GitHub"));
    }
    Finding::undecided(
        Rule::DefaultBranch,
        format!("main is '{main}' here, and the default branch on GitHub is '{default}'"),
        "workflows that run on a schedule, by hand or for 'pull_request_target' are those of the default branch, and issues are closed only from there",
    )
    .mend("make both the same: 'main' in [project] of patch.toml, or the default branch in the settings of the repository")
}

/// What releases that never change mean. They are no trouble for publishing: drafts get their files before they are published.
pub(super) fn immutable(asked: &Asked, repository: &RepositoryFacts) -> Finding {
    let passed = |detail: &str| Finding::passed(Rule::ImmutableReleases, detail);
    match (&asked.immutable, repository.role) {
        (Told::Told(true), _) => passed(
            "releases never change once they are published: their files go to the draft, and the name of a tag is used up for good",
        ),
        (Told::Told(false), _) => passed("releases can be changed after they are published"),
        // "Not Found if immutable releases are not enabled for the repository" ("Check if immutable releases are enabled").
        (Told::Missing(_), Some(Role::Admin)) => passed("releases can be changed after they are published"),
        (Told::Missing(Why { sentence, .. }) | Told::Denied(Why { sentence, .. }) | Told::Failed(Why { sentence, .. }), _) => {
            Finding::undecided(
                Rule::ImmutableReleases,
                format!("only those who may read the administration are told ({sentence})"),
                "where releases never change, a file that was forgotten cannot be added, and a tag that was published cannot be made anew",
            )
            .mend("ask with a token that has 'Administration: read', or leave it out: --skip immutable-releases")
        }
    }
}
