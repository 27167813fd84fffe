//! `patch-publish.yml` with the key in the environment: a copy in the repository itself gets it, the workflow of another repository does not.

use super::publish::{BUILD, VALIDATE};
use super::{Project, started};
use crate::executor::{Outcome, Run};
use crate::fixture::{Fixture, MAIN};
use crate::own::{binaries, root};
use crate::support::command;

const COPY: &str = ".github/workflows/patch-publish.yml";
const COMMIT: &str = "0123456789012345678901234567890123456789";

/// A workflow of the project that releases by another one.
fn caller(uses: &str, skip: &str) -> String {
    format!(
        "on: workflow_dispatch\npermissions: {{}}\njobs:\n  call:\n    permissions: {{ contents: write, pull-requests: read, issues: read, actions: read }}\n    \
         uses: {uses}\n    secrets: inherit\n    with:\n      line: '2.0'\n      branch: release/2.0\n      version: 2.0.1\n      \
         validate: {VALIDATE}\n      build: '{BUILD}'\n      doctor-skip: '{skip}'\n      bin-dir: {}\n",
        binaries().display()
    )
}

fn release(project: &Project, files: &Fixture) -> Run {
    let runner = project.runner_of(files.root()).event("workflow_dispatch", &serde_json::json!({}));
    let runner = runner.repository("backstitch/backstitch", &root());
    started(&runner.environment_secret("release", "SIGNING_KEY", &project.key.text()), MAIN)
}

/// The copy, as the command of the page makes it.
fn copy() -> String {
    let page = std::fs::read_to_string(root().join("docs/workflows.md")).expect("because it is there");
    let typed = page.lines().map(str::trim).find(|line| line.starts_with("sed ")).expect("because the page tells it");
    let (typed, _) = typed.split_once(" >").expect("because it is redirected");
    let typed = typed.replace("COMMIT", COMMIT).replace(" backstitch/.github", " .github");
    let output = command("sh", &root()).args(["-c", &typed]).current_dir(root()).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("because the workflow is text")
}

#[test]
fn a_copy_in_the_repository_itself_has_the_key_of_the_environment() {
    let project = Project::new();
    let caller = caller(&format!("./{COPY}"), "signing-key");
    let run = release(&project, &Fixture::new(&[(MAIN, &caller), (COPY, &copy())]));
    run.ended(Outcome::Success);
    assert_eq!(project.github.state().releases.all.len(), 1);
}

#[test]
fn a_key_that_is_only_in_the_environment_is_missed_before_anything_is_built() {
    let project = Project::new();
    let caller = caller(&format!("backstitch/backstitch/{COPY}@{COMMIT} # v0.1.0"), "");
    let run = release(&project, &Fixture::new(&[(MAIN, &caller)]));
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.all_steps().iter().flat_map(|step| step.messages("error")).collect();
    assert!(
        told.len() == 1 && told[0].starts_with("no key was given: pass a secret of the repository"),
        "{told:?}\n{run}"
    );
    assert_eq!(run.job("call/build").outcome, Outcome::Skipped, "{run}");
}
