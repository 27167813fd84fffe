//! What the workflows say where GitHub takes no push or no issue: it is in the log and in an annotation, and nothing is left half done.

use serde_json::json;

use super::{Project, started};
use crate::executor::{Outcome, Run};
use crate::support::git_http::TokenMay;
use crate::support::github::state::{ALL_PERMISSIONS, Account, Ruleset};
use crate::support::github::{Fault, When};

const PREPARE: &str = ".github/workflows/patch-prepare.yml";
const PUBLISH: &str = ".github/workflows/patch-publish.yml";
const STATUS: &str = ".github/workflows/patch-status.yml";
const LINE: &str = "refs/heads/release/2.0";
pub const TOKEN: &str = "ghs_TokenOfAnApp";

/// A token of an app that may do everything by the API, and this by git.
pub fn app(project: &Project, may: TokenMay) {
    let account = Account { login: "release-app[bot]".to_owned(), may: ALL_PERMISSIONS.into_iter().collect() };
    project.github.state().tokens.insert(TOKEN, account);
    project.server.allow(TOKEN, may);
}

fn prepare(project: &Project, token: Option<&str>) -> Run {
    let runner = project.runner().input("line", "2.0").input("fixes", "main");
    started(&token.into_iter().fold(runner, |runner, token| runner.secret("token", token)), PREPARE)
}

fn publish(project: &Project, token: Option<&str>) -> Run {
    let runner = project.runner().input("line", "2.0").input("branch", "release/2.0").input("version", "2.0.1");
    let runner = runner.secret("signing_key", &project.key.text());
    started(&token.into_iter().fold(runner, |runner, token| runner.secret("token", token)), PUBLISH)
}

/// Requires that a run failed with an annotation that has all of these words, and left both sides as they were.
#[track_caller]
fn require_refused(project: &Project, run: &Run, before: &str, words: &[&str]) {
    run.ended(Outcome::Failure);
    let steps = run.all_steps();
    let told = steps.iter().flat_map(|step| [step.messages("error"), step.messages("warning")].concat());
    let told = told.collect::<Vec<_>>().join("\n");
    for word in words {
        assert!(told.contains(word), "'{word}' is missing in:\n{told}\n{run}");
    }
    assert!(!run.to_string().contains(TOKEN), "{run}");
    assert_eq!(project.there(&["for-each-ref"]), before);
    let state = project.github.state();
    assert!(state.proposals.pulls.is_empty() && state.releases.all.is_empty(), "{run}");
}

#[test]
fn a_token_that_can_only_read_pushes_nothing() {
    let project = Project::new();
    app(&project, TokenMay::Read);
    let before = project.there(&["for-each-ref"]);
    let words = ["Permission to acme/widget.git denied to", "403", "contents: write"];
    require_refused(&project, &prepare(&project, Some(TOKEN)), &before, &words);
    require_refused(&project, &publish(&project, Some(TOKEN)), &before, &words);
}

/// Brings a workflow to main by a fix.
fn with_workflow(project: &Project) {
    let workflow = "on: push\njobs: {}\n";
    project.repo.land_fix("ci: build the line, too\n\nKind: bug", [(".github/workflows/ci.yml", workflow)]);
}

#[test]
fn a_pick_of_a_workflow_that_main_has_like_that_is_pushed() {
    let project = Project::new();
    with_workflow(&project);
    let bare = project.bare().display().to_string();
    project.repo.git(["push", "-q", &bare, "main"]);
    let run = prepare(&project, None);
    run.ended(Outcome::Success);
    assert_eq!(project.there(&["show", "backstitch/2.0:.github/workflows/ci.yml"]), "on: push\njobs: {}");
}

#[test]
fn a_workflow_that_no_branch_has_is_refused_by_name() {
    let project = Project::new();
    with_workflow(&project);
    let fix = project.repo.commit_id("main").to_string();
    project.repo.land_fix("ci: another form", [(".github/workflows/ci.yml", "on: [push]\njobs: {}\n")]);
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    let before = project.there(&["for-each-ref"]);
    let prepare = |token: Option<&str>| {
        let runner = project.runner().input("line", "2.0").input("fixes", &fix);
        started(&token.into_iter().fold(runner, |runner, token| runner.secret("token", token)), PREPARE)
    };
    let refusal = "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission";
    require_refused(&project, &prepare(None), &before, &[refusal, "push with the token of an app that has"]);
    app(&project, TokenMay::WriteWorkflows);
    prepare(Some(TOKEN)).ended(Outcome::Success);
    assert_eq!(project.github.state().proposals.open().len(), 1);
}

#[test]
fn a_protected_branch_takes_neither_the_version_nor_the_tag() {
    let project = Project::new();
    let bare = project.bare().display().to_string();
    project.repo.git(["--git-dir", &bare, "config", "--add", "github.protected", "refs/heads/release/2.0"]);
    let before = project.there(&["for-each-ref"]);
    let words = [
        "GH006: Protected branch update failed for refs/heads/release/2.0.",
        "Changes must be made through a pull request",
        "let the account pass it by",
    ];
    require_refused(&project, &publish(&project, None), &before, &words);
    project.repo.git(["--git-dir", &bare, "config", "--unset-all", "github.protected"]);
    publish(&project, None).ended(Outcome::Success);
}

/// The ordinary rules of a line: pull requests alone, with signed commits. What nothing is pushed to they do not concern.
#[test]
fn a_protected_line_is_released_where_the_release_commits_nothing() {
    let protect = |project: &Project| {
        let bare = project.bare().display().to_string();
        project.repo.git(["--git-dir", &bare, "config", "--add", "github.protected", LINE]);
        let pull_request = json!({ "type": "pull_request", "parameters": { "dismiss_stale_reviews_on_push": false,
            "require_code_owner_review": false, "require_last_push_approval": false,
            "required_approving_review_count": 1, "required_review_thread_resolution": false } });
        let rules = vec![pull_request, json!({ "type": "required_signatures" })];
        project.github.state().settings.rulesets.push(Ruleset::new("lines", "branch", &[LINE], rules));
    };
    let in_tags = Project::in_tags();
    protect(&in_tags);
    publish(&in_tags, None).ended(Outcome::Success);

    let in_files = Project::new();
    protect(&in_files);
    let before = in_files.there(&["for-each-ref"]);
    let run = publish(&in_files, None);
    let words = ["branch-rules (release/2.0)", "commit-signatures", "'Bypass list'", "by a pull request beforehand"];
    require_refused(&in_files, &run, &before, &words);
    assert_eq!((run.job("doctor").outcome, run.job("build").outcome), (Outcome::Failure, Outcome::Skipped), "{run}");
    // A person merges it, who needs no push.
    in_files.repo.land_on_line("2.0", "Move the version", [("VERSION", "2.0.1\n")]);
    in_files.there(&["fetch", "-q", &in_files.repo.path().display().to_string(), "release/2.0:release/2.0"]);
    let merged = in_files.there(&["rev-parse", "release/2.0"]);
    // Run again, it finishes what is left.
    for _ in 0..2 {
        publish(&in_files, None).ended(Outcome::Success);
        assert_eq!(in_files.there(&["rev-parse", "release/2.0", "v2.0.1^{commit}"]), format!("{merged}\n{merged}"));
    }
}

#[test]
fn a_protected_head_branch_is_told_with_another_name_for_it() {
    let project = Project::new();
    let bare = project.bare().display().to_string();
    project.repo.git(["--git-dir", &bare, "config", "--add", "github.protected", "refs/heads/backstitch/2.0"]);
    let before = project.there(&["for-each-ref"]);
    require_refused(&project, &prepare(&project, None), &before, &["GH006", "give another name with --head"]);
}

/// Which is why `patch-status` needs no doctor: its one write is its last step, and says itself what lacks.
#[test]
fn a_table_that_may_not_be_written_is_told_with_the_permission() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    let refusal = Fault::refuse(403, "Resource not accessible by integration");
    let refusal = refusal.with("x-accepted-github-permissions", "issues=write");
    project.github.fail("POST", "/issues", When::Before, refusal);
    let run = started(&project.runner(), STATUS);
    require_refused(&project, &run, &before, &["Resource not accessible by integration", "issues=write"]);
    started(&project.runner(), STATUS).ended(Outcome::Success);
}
