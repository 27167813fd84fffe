//! The environment that the job runs in which publishes: whether it takes the run, and whether somebody has to approve.

use serde_json::Value;

use super::{asking, doctor, found, give, healthy, said};
use crate::support::Repo;
use crate::support::github::state::{ALL_PERMISSIONS, Environment, Protection, TOKEN, Takes};
use crate::support::github::{Fault, Github, When};

const NAME: &str = "release";

/// What is found for a run for a ref.
fn for_run(repo: &Repo, github: &Github, run_of: &str) -> Value {
    let bin = asking(repo, github, TOKEN, &["--job", "releases", "--environment", NAME]);
    bin.env("GITHUB_REF", run_of).run().json()
}

/// What is found with one environment, for a run for main.
fn with(repo: &Repo, environment: Environment) -> Value {
    let github = Github::start();
    github.state().settings.environments.push(environment);
    for_run(repo, &github, "refs/heads/main")
}

#[test]
fn one_that_is_not_there_would_let_the_release_out() {
    let (repo, github) = (healthy(), Github::start());
    github.state().settings.environments.push(Environment::new("staging"));
    let document = for_run(&repo, &github, "refs/heads/main");
    assert_eq!(found(&document, "approval"), ["failed release"], "{document:#}");
    assert_eq!(found(&document, "environment"), ["undecided release"], "{document:#}");
    assert!(said(&document, "approval", "detail").contains("GitHub makes it at its first use"), "{document:#}");
    assert!(said(&document, "approval", "would-fail").contains("without anybody's approval"), "{document:#}");
    let spared = asking(&repo, &github, TOKEN, &["--job", "read", "--environment", NAME, "--skip", "approval"]);
    assert_eq!(found(&spared.run().code(3).json(), "approval"), [""; 0]);
}

#[test]
fn who_has_to_approve_is_told() {
    let repo = healthy();
    let new = || Environment::new(NAME);
    let team = Environment { reviewers: vec!["mia", "ben"], prevents_self_review: true, ..new() };
    let nobody = |apps: Vec<(&'static str, bool)>| Environment { reviewers: Vec::new(), apps, ..new() };
    for (environment, verdict, part) in [
        (
            new(),
            "passed release",
            "asks its reviewer to approve, who may have started the run; administrators may pass",
        ),
        (Environment { spares_administrators: Some(false), ..new() }, "passed release", "started the run"),
        (team, "passed release", "asks one of its 2 reviewers to approve, who did not start the run"),
        (nobody(Vec::new()), "failed release", "asks nobody"),
        (Environment { wait: 30, ..nobody(Vec::new()) }, "failed release", "asks nobody"),
        (nobody(vec![("guard", true)]), "passed release", "asks these apps: guard"),
        (nobody(vec![("guard", false)]), "failed release", "asks nobody"),
        (Environment { others: vec!["moon_phase"], ..nobody(Vec::new()) }, "undecided release", "'moon_phase'"),
    ] {
        let document = with(&repo, environment);
        assert_eq!(found(&document, "approval"), [verdict], "{part}: {document:#}");
        let detail = said(&document, "approval", "detail");
        assert!(detail.contains(part), "{part}: {detail}");
    }
    let strict = Environment { spares_administrators: Some(false), ..new() };
    assert!(!said(&with(&repo, strict), "approval", "detail").contains("administrators"));
}

#[test]
fn a_run_that_it_does_not_take_is_found() {
    let repo = healthy();
    let (main, line, tag) = ("refs/heads/main", "refs/heads/release/2.0", "refs/tags/v2.0.1");
    for (names, run_of, expected) in [
        (vec![("branch", "main")], main, "passed"),
        (vec![("branch", "main")], line, "failed"),
        (vec![("branch", "release/*")], line, "passed"),
        (vec![("branch", "release*")], line, "failed"),
        (vec![("branch", "v*")], tag, "failed"),
        (vec![("branch", "main"), ("tag", "v*")], tag, "passed"),
        (vec![("branch", "[lm]ain")], main, "undecided"),
        (vec![], main, "failed"),
    ] {
        let github = Github::start();
        let environment = Environment { takes: Takes::Named(names.clone()), ..Environment::new(NAME) };
        github.state().settings.environments.push(environment);
        let document = for_run(&repo, &github, run_of);
        assert_eq!(found(&document, "environment"), [format!("{expected} release")], "{names:?} {run_of} {document:#}");
        assert_eq!(found(&document, "approval"), ["passed release"]);
    }
}

#[test]
fn one_for_protected_branches_asks_whether_the_branch_is_one() {
    let (repo, github) = (healthy(), Github::start());
    let environment = Environment { takes: Takes::Protected, wait: 30, ..Environment::new(NAME) };
    github.state().settings.environments.push(environment);
    let verdict = |run_of: &str| found(&for_run(&repo, &github, run_of), "environment");
    assert_eq!(verdict("refs/heads/main"), ["undecided release"]);
    assert_eq!(verdict("refs/tags/v2.0.1"), ["failed release"]);
    let protection = Protection { checks: Vec::new(), body: serde_json::json!({}) };
    github.state().settings.protected.insert("main", protection);
    let document = for_run(&repo, &github, "refs/heads/main");
    assert_eq!(found(&document, "environment"), ["passed release"], "{document:#}");
    assert!(said(&document, "environment", "detail").ends_with("'refs/heads/main', 30 minutes later"), "{document:#}");
}

#[test]
fn outside_of_a_workflow_the_run_is_for_the_default_branch() {
    let (repo, github) = (healthy(), Github::start());
    github.state().settings.default_branch = "develop";
    let takes = Takes::Named(vec![("branch", "develop")]);
    github.state().settings.environments.push(Environment { takes, ..Environment::new("prod/eu west") });
    let document = asking(&repo, &github, TOKEN, &["--environment", "prod/eu west"]).run().json();
    assert_eq!(found(&document, "environment"), ["passed prod/eu west"], "{document:#}");
    let asked = github.requests();
    assert!(asked.iter().any(|line| line == "GET /environments/prod%2Feu%20west"), "{asked:?}");
    // Nobody who does not name one is asked about it.
    let before = github.requests().len();
    let silent = asking(&repo, &github, TOKEN, &[]).run().json();
    assert_eq!(found(&silent, "approval"), [""; 0]);
    assert!(github.requests()[before..].iter().all(|line| !line.contains("environments")));
}

#[test]
fn what_the_token_may_not_see_is_undecided() {
    let (repo, github) = (healthy(), Github::start());
    github.state().settings.environments.push(Environment::new(NAME));
    let blind: Vec<&str> = ALL_PERMISSIONS.into_iter().filter(|one| !one.starts_with("actions=")).collect();
    give(&github, "ghs_blind", "github-actions[bot]", &blind);
    let ask = || asking(&repo, &github, "ghs_blind", &["--job", "releases", "--environment", NAME]).run().json();
    let both = |document: &Value| [found(document, "environment"), found(document, "approval")].concat();
    let document = ask();
    assert_eq!(both(&document), ["undecided release", "undecided release"], "{document:#}");
    assert!(said(&document, "approval", "mend").contains("actions: read"), "{document:#}");
    // A private repository says 404 of all environments to who may see none.
    github.fail("GET", "/environments/release", When::Before, Fault::refuse(404, "Not Found"));
    github.fail("GET", "/environments?", When::Before, Fault::refuse(404, "Not Found"));
    let document = ask();
    assert_eq!(both(&document), ["undecided release", "undecided release"], "{document:#}");
    assert!(said(&document, "approval", "mend").contains("actions: read"), "{document:#}");
    // So is what cannot be asked after all.
    let new = Environment { reviewers: Vec::new(), takes: Takes::Named(Vec::new()), ..Environment::new(NAME) };
    github.state().settings.environments = vec![new];
    github.fail("GET", "/deployment_protection_rules", When::Before, Fault::refuse(403, "Forbidden"));
    github.fail("GET", "/deployment-branch-policies", When::Before, Fault::refuse(403, "Forbidden"));
    let document = for_run(&repo, &github, "refs/heads/main");
    assert_eq!(both(&document), ["undecided release", "undecided release"], "{document:#}");
}

#[test]
fn rules_that_are_named_are_looked_at_alone() {
    let (repo, github) = (healthy(), Github::start());
    github.state().settings.environments.push(Environment::new(NAME));
    let only = ["--environment", NAME, "--only", "approval", "--only", "token"];
    let document = asking(&repo, &github, TOKEN, &only).run().success().json();
    assert_eq!(document["findings"].as_array().map(Vec::len), Some(2), "{document:#}");
    assert_eq!(document["only"], serde_json::json!(["approval", "token"]));
    let asked = github.requests();
    assert!(asked.iter().all(|line| !line.contains("/rules") && !line.contains("immutable")), "{asked:?}");
    // Nothing of anything else counts, and nothing is no answer: not without a token, and not where nothing is told.
    let alone = &only[..4];
    assert_eq!(found(&doctor(&repo, alone).run().code(3).json(), "approval"), ["undecided release"]);
    assert_eq!(found(&asking(&repo, &github, "ghs_unknown", alone).run().code(3).json(), "approval").len(), 1);
    let _ = asking(&repo, &github, TOKEN, &["--only", "approval"]).run().code(2);
    let _ = asking(&repo, &github, TOKEN, &["--only", "token", "--job", "push"]).run().code(2);
}

#[test]
fn a_name_that_is_none_is_an_error_of_the_command_line() {
    let repo = healthy();
    let _ = doctor(&repo, &["--environment", " "]).run().code(2);
    let _ = doctor(&repo, &["--environment", NAME, "--offline"]).run().code(2);
}
