//! The workflows with an app: each job makes a token of its own, which may do what the job does.

use std::cell::RefCell;

use super::publish::{self, BUILD, VALIDATE};
use super::{Project, started};
use crate::executor::players::{App, create_github_app_token};
use crate::executor::{Outcome, Run, Runner, Texts};
use crate::support::git_http::TokenMay;
use crate::support::github::state::{ALL_PERMISSIONS, Account};

const PREPARE: &str = ".github/workflows/patch-prepare.yml";
const APP: App = App {
    client_id: "Iv23liApp",
    private_key: "-----BEGIN RSA PRIVATE KEY-----",
    may: &[("contents", "write"), ("pull-requests", "write"), ("issues", "write"), ("workflows", "write")],
};
const SMALL: App = App { may: &[("contents", "write"), ("pull-requests", "read"), ("issues", "read")], ..APP };

/// The tokens that were made: what each may do.
type Made = RefCell<Vec<String>>;

/// Adds an app, which the inputs and secrets of a runner may name.
fn with<'p>(runner: Runner<'p>, project: &'p Project, app: &'p App, made: &'p Made) -> Runner<'p> {
    let mint = move |may: &Texts| {
        let said: Vec<String> = may.iter().map(|(name, access)| format!("{name}={access}")).collect();
        made.borrow_mut().push(said.join(" "));
        let token: &'static str = format!("ghs_OfTheApp{}", made.borrow().len()).leak();
        let granted = |one: &&str| {
            let (name, access) = one.split_once('=').expect("because that is the form");
            let given = may.get(&name.replace('_', "-")).map(String::as_str);
            name == "metadata" || given == Some("write") || given == Some(access)
        };
        let may_by_api = ALL_PERMISSIONS.into_iter().filter(granted).collect();
        let account = Account { login: "release-app[bot]".to_owned(), may: may_by_api };
        project.github.state().tokens.insert(token, account);
        let (contents, workflows) = (may.get("contents"), may.contains_key("workflows"));
        project.server.allow(
            token,
            match (contents.map(String::as_str), workflows) {
                (Some("write"), true) => TokenMay::WriteWorkflows,
                (Some("write"), false) => TokenMay::Write,
                _ => TokenMay::Read,
            },
        );
        token.to_owned()
    };
    runner.player("actions/create-github-app-token", create_github_app_token(app, mint))
}

/// The inputs and the secret that name the app.
fn named(runner: Runner<'_>) -> Runner<'_> {
    runner.input("app-client-id", APP.client_id).secret("app_private_key", APP.private_key)
}

fn prepare(project: &Project) -> Runner<'_> {
    project.runner().input("line", "2.0").input("fixes", "main")
}

/// Requires that the first job failed with these words, and that nothing was written.
#[track_caller]
fn stops(project: &Project, run: &Run, words: &str) {
    assert_eq!(run.ended(Outcome::Failure).job("doctor").outcome, Outcome::Failure, "{run}");
    assert!(run.to_string().contains(words), "{run}");
    let state = project.github.state();
    assert!(state.proposals.pulls.is_empty() && state.releases.all.is_empty(), "{run}");
}

#[test]
fn picks_are_proposed_by_the_app() {
    let (project, made) = (Project::new(), Made::default());
    let run = started(&with(named(prepare(&project)), &project, &APP, &made), PREPARE);
    run.ended(Outcome::Success);
    let state = project.github.state();
    let [pull] = state.proposals.open()[..] else { panic!("{run}") };
    assert!(!pull.body.contains("approve"), "its runs begin by themselves: {}", pull.body);
    // One for the job that looks and one for the job that writes, and none where the commands of the caller run.
    let expected = "contents=write issues=write pull-requests=write";
    assert_eq!(*made.borrow(), [expected, expected]);
    assert!(run.all_steps().iter().all(|step| !step.log.contains("ghs_OfTheApp")), "{run}");
}

#[test]
fn a_line_is_released_by_the_app() {
    let (project, made) = (Project::new(), Made::default());
    let runner = named(publish::runner(&project, VALIDATE, BUILD));
    started(&with(runner, &project, &SMALL, &made), publish::PATH).ended(Outcome::Success);
    assert_eq!(project.github.state().releases.all.len(), 1);
    let expected = "contents=write issues=read pull-requests=read";
    assert_eq!(*made.borrow(), [expected, expected]);
}

#[test]
fn workflow_files_are_pushed_where_the_app_is_to_have_that() {
    let (project, made) = (Project::new(), Made::default());
    let [first, second] = ["on: push\njobs: {}\n", "on: [push]\njobs: {}\n"];
    let fix = project.repo.land_fix("ci: build the line, too\n\nKind: bug", [(".github/workflows/ci.yml", first)]);
    project.repo.land_fix("ci: another form", [(".github/workflows/ci.yml", second)]);
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    let fix = fix.to_string();
    let runner = || named(project.runner().input("line", "2.0").input("fixes", &fix));
    let refused = started(&with(runner(), &project, &APP, &made), PREPARE);
    assert!(refused.ended(Outcome::Failure).to_string().contains("without `workflows` permission"), "{refused}");
    let run = started(&with(runner().input("app-workflows", "true"), &project, &APP, &made), PREPARE);
    run.ended(Outcome::Success);
    assert!(made.borrow().last().is_some_and(|may| may.ends_with(" workflows=write")), "{made:?}");
}

/// As it comes of a variable or a secret that is not set: the token of the job must not write in place of the app's.
#[test]
fn half_an_app_is_none() {
    let (project, made) = (Project::new(), Made::default());
    let run = |runner: Runner<'_>, app| started(&with(runner, &project, app, &made), PREPARE);
    let no_id = prepare(&project).input("app-client-id", "").secret("app_private_key", APP.private_key);
    stops(&project, &run(no_id, &APP), "'client-id'");
    let no_key = prepare(&project).input("app-client-id", APP.client_id);
    stops(&project, &run(no_key, &APP), "privateKey option is required");
    stops(&project, &run(named(prepare(&project)), &SMALL), "not granted to this installation");
    assert!(made.borrow().is_empty());
}
