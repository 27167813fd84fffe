//! Workflows: whether they start, what they may do, and whether their files may be pushed.

use serde_json::Value;

use super::{asking, doctor, found, give, healthy, publish, requires, said};
use crate::support::Repo;
use crate::support::github::Github;
use crate::support::github::state::{ALL_PERMISSIONS, TOKEN};

const CI: &str = ".github/workflows/ci.yml";

/// A story whose main and line have a workflow.
fn with_workflows() -> Repo {
    let repo = healthy();
    repo.land_fix("Add CI", [(CI, "on: push\n")]);
    repo.land_on_line("2.0", "Add CI", [(CI, "on: push\n")]);
    publish(&repo);
    repo
}

/// What is found with the token of a workflow.
fn in_workflow(repo: &Repo, github: &Github, arguments: &[&str]) -> Value {
    give(github, "ghs_workflow", "github-actions[bot]", &ALL_PERMISSIONS);
    asking(repo, github, "ghs_workflow", arguments).run().json()
}

#[test]
fn the_token_of_a_workflow_starts_no_workflows() {
    let (repo, github) = (with_workflows(), Github::start());
    let document = in_workflow(&repo, &github, &[]);
    assert!(said(&document, "token", "detail").contains("GITHUB_TOKEN of a workflow"), "{document:#}");
    assert_eq!(found(&document, "ci-starts"), ["undecided pull requests", "failed pushes"], "{document:#}");
    assert!(
        said(&document, "ci-starts", "mend").contains("approve")
            || said(&document, "ci-starts", "mend").contains("Approve")
    );
    assert_eq!(found(&asking(&repo, &github, TOKEN, &[]).run().json(), "ci-starts"), ["passed"]);
    // Where no line has workflows, there is none to start.
    assert_eq!(found(&in_workflow(&healthy(), &github, &[]), "ci-starts"), ["passed"]);
}

#[test]
fn whether_workflows_may_open_pull_requests_is_asked() {
    let (repo, github) = (healthy(), Github::start());
    let document = in_workflow(&repo, &github, &[]);
    assert_eq!(found(&document, "actions-may-open"), ["undecided"]);
    // Only the proposal knows the line, which is its base.
    let mend = said(&document, "actions-may-open", "mend");
    assert!(mend.contains("'patch-pick propose' prints the address") && !mend.contains("compare/"), "{mend}");
    let all = [&ALL_PERMISSIONS[..], &["administration=read"]].concat();
    give(&github, "ghs_admin", "github-actions[bot]", &all);
    let ask = || asking(&repo, &github, "ghs_admin", &[]).run().json();
    assert_eq!(found(&ask(), "actions-may-open"), ["passed"]);
    github.state().settings.workflows = ("read", false);
    let document = ask();
    assert_eq!(found(&document, "actions-may-open"), ["failed"], "{document:#}");
    assert!(said(&document, "actions-may-open", "mend").contains("Allow GitHub Actions to create"), "{document:#}");
}

#[test]
fn workflow_files_that_no_branch_has_are_refused_to_a_workflow() {
    let (repo, github) = (with_workflows(), Github::start());
    assert_eq!(found(&in_workflow(&repo, &github, &[]), "workflow-files"), ["passed 2.0"]);
    repo.land_on_line("2.0", "Change CI", [(CI, "on: pull_request\n")]);
    let document = in_workflow(&repo, &github, &[]);
    assert_eq!(found(&document, "workflow-files"), ["failed 2.0"], "{document:#}");
    assert!(said(&document, "workflow-files", "detail").contains(CI), "{document:#}");
    // The git part tells it, and cannot know the token.
    requires(&repo, "workflow-files", &["undecided 2.0"]);
    assert_eq!(found(&asking(&repo, &github, TOKEN, &[]).run().json(), "workflow-files"), ["undecided 2.0"]);
    give(&github, "ghp_classic", "mia", &ALL_PERMISSIONS);
    for (scopes, expected) in [("repo", "failed 2.0"), ("repo, workflow", "passed 2.0")] {
        github.state().settings.scopes.insert("ghp_classic", scopes);
        assert_eq!(found(&asking(&repo, &github, "ghp_classic", &[]).run().json(), "workflow-files"), [expected]);
    }
    // Once the remote has it, only a new branch may be refused.
    publish(&repo);
    assert_eq!(found(&in_workflow(&repo, &github, &[]), "workflow-files"), ["undecided 2.0"]);
}

#[test]
fn a_push_by_ssh_needs_no_permission_for_workflow_files() {
    let repo = with_workflows();
    repo.land_on_line("2.0", "Change CI", [(CI, "on: pull_request\n")]);
    // Nothing listens there; that it is SSH its address tells.
    let ssh = crate::support::signing::script(&repo, "ssh", "exec git-receive-pack \"$HOME/up.git\"");
    repo.git(["config", "core.sshCommand", ssh.to_str().expect("because the folder has a plain name")]);
    repo.git(["config", "remote.origin.pushurl", "git@github.example:acme/widget.git"]);
    repo.git(["config", "ssh.variant", "simple"]);
    let document = doctor(&repo, &[]).run().json();
    assert_eq!(found(&document, "push"), ["passed origin"], "{document:#}");
    assert_eq!(found(&document, "workflow-files"), ["passed 2.0"], "{document:#}");
}
