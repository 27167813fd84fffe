//! The actions of others that functions play: checkout and artifacts.

use std::path::Path;

use crate::executor::players::{checkout, download_artifact, upload_artifact};
use crate::executor::{Outcome, Run, Runner};
use crate::fixture::{Fixture, MAIN};
use crate::support::Repo;

fn steps(steps: &str) -> String {
    format!("on: push\njobs:\n  it:\n    runs-on: x\n    steps:\n{steps}")
}

/// Runs a workflow whose checkout takes from a repository, at the commit of main that is given.
fn with_repository(repo: &Repo, text: &str, sha: &str, reference: &str) -> Run {
    let fixture = Fixture::new(&[(MAIN, text)]);
    let remote = format!("file://{}", repo.path().display());
    let runner: Runner<'_> =
        fixture.runner().player("actions/checkout", checkout(remote)).machine("GIT_CONFIG_NOSYSTEM", "1");
    let runner = runner.github("sha", sha).github("ref", reference);
    runner.run_workflow(MAIN).unwrap_or_else(|trouble| panic!("it does not start: {trouble}"))
}

fn story() -> (Repo, String) {
    let repo = Repo::new();
    repo.land_fix("fix: one", [("a", "1\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let tip = repo.land_fix("fix: two", [("a", "2\n")]).to_string();
    (repo, tip)
}

#[test]
fn a_checkout_is_as_deep_as_asked_and_keeps_credentials_only_if_wanted() {
    let (repo, tip) = story();
    let text = steps(
        "      - id: shallow
        uses: actions/checkout@v7
        with: { path: shallow, persist-credentials: false }
      - id: deep
        uses: actions/checkout@v7
        with: { path: deep, fetch-depth: 0 }
      - id: line
        uses: actions/checkout@v7
        with: { path: line, ref: release/2.0, persist-credentials: false }
      - id: tag
        uses: actions/checkout@v7
        with: { path: tag, ref: refs/tags/v2.0.0, fetch-depth: 0, persist-credentials: false }
      - id: say
        run: |
          for at in shallow deep line tag; do
            git -C $at log --format=%s --no-decorate | wc -l
            git -C $at symbolic-ref -q --short HEAD || echo detached
            git -C $at tag | wc -l
            git -C $at config --local --get-regexp extraheader | wc -l
          done | tr '\\n' ' '
",
    );
    let run = with_repository(&repo, &text, &tip, "refs/heads/main");
    let job = run.ended(Outcome::Success).job("it");
    assert_eq!(job.step("say").stdout, "1 main 0 0 3 main 1 1 1 release/2.0 0 0 2 detached 1 0 ");
    assert_eq!(job.step("shallow").outputs["commit"], tip);
    assert_eq!(job.step("tag").outputs["commit"], repo.commit_id("v2.0.0").to_string());
}

#[test]
fn a_checkout_fails_without_the_ref_and_refuses_what_it_does_not_play() {
    let (repo, tip) = story();
    for (with, expected) in [
        ("{ ref: nowhere }", "A branch or tag with the name 'nowhere' could not be found"),
        ("{ submodules: true }", "the input 'submodules' of 'actions/checkout@v7' is not played"),
        ("{ repository: other/one }", "only the repository of the workflow is here"),
    ] {
        let text = steps(&format!("      - {{ id: it, uses: actions/checkout@v7, with: {with} }}\n"));
        let run = with_repository(&repo, &text, &tip, "refs/heads/main");
        let complaints = &run.ended(Outcome::Failure).job("it").step("it").complaints;
        assert_eq!(complaints, &[expected]);
    }
}

#[test]
fn after_a_checkout_a_dot_finds_the_action() {
    let (repo, _) = story();
    let action = "runs: { using: composite, steps: [{ id: say, run: echo checked out, shell: bash }] }";
    let tip = repo.land_fix("feat: an action", [("act/action.yml", action)]).to_string();
    let text = steps("      - uses: actions/checkout@v7\n      - { id: it, uses: ./act }\n");
    let run = with_repository(&repo, &text, &tip, "refs/heads/main");
    assert_eq!(run.ended(Outcome::Success).job("it").step("it").step("say").stdout, "checked out\n");
}

const ARTIFACTS: &str = "
on: push
jobs:
  plan:
    runs-on: x
    outputs: { digest: '${{ steps.up.outputs.artifact-digest }}', id: '${{ steps.up.outputs.artifact-id }}' }
    steps:
      - run: mkdir -p out/deep && echo plan >out/plan.json && echo log >out/deep/log
      - { id: up, uses: actions/upload-artifact@v6, with: { name: plan, path: out, if-no-files-found: error } }
      - { uses: actions/upload-artifact@v6, with: { name: log, path: out/deep/log } }
      - { id: twice, continue-on-error: true, uses: actions/upload-artifact@v6, with: { name: plan, path: out } }
      - { id: none, continue-on-error: true, uses: actions/upload-artifact@v6, with: { name: none, path: gone, if-no-files-found: error } }
      - { id: warned, uses: actions/upload-artifact@v6, with: { name: none, path: gone } }
  apply:
    needs: plan
    runs-on: x
    steps:
      - { uses: actions/download-artifact@v7, with: { name: plan, path: in } }
      - { uses: actions/download-artifact@v7, with: { path: all } }
      - { id: gone, continue-on-error: true, uses: actions/download-artifact@v7, with: { name: gone } }
      - id: say
        run: find . -type f | sort | tr '\\n' ' '; cat in/plan.json; echo ${{ needs.plan.outputs.digest }}
";

fn artifacts<'p>(root: &Path) -> Runner<'p> {
    Runner::new(root)
        .player("actions/upload-artifact", upload_artifact)
        .player("actions/download-artifact", download_artifact)
}

#[test]
fn artifacts_go_from_job_to_job_with_a_digest() {
    let fixture = Fixture::new(&[(MAIN, ARTIFACTS)]);
    let run = artifacts(fixture.root()).run_workflow(MAIN).expect("because it starts");
    let (plan, apply) = (run.ended(Outcome::Success).job("plan"), run.job("apply"));
    let digest = &plan.outputs["digest"];
    assert_eq!(digest.len(), 64);
    let files = "./all/log/log ./all/plan/deep/log ./all/plan/plan.json ./in/deep/log ./in/plan.json plan";
    assert_eq!(apply.step("say").stdout, format!("{files}\n{digest}\n"));
    for (step, expected) in [
        (plan.step("twice"), "an artifact with this name already exists"),
        (plan.step("none"), "No files were found with the provided path: gone"),
        (plan.step("warned"), "No files were found with the provided path: gone"),
        (apply.step("gone"), "Artifact not found for name: gone"),
    ] {
        assert!(step.complaints[0].contains(expected), "{run}");
    }
    assert_eq!(plan.step("warned").outcome, Outcome::Success);
}

#[test]
fn an_artifact_that_somebody_changed_is_refused() {
    let fixture = Fixture::new(&[(MAIN, ARTIFACTS)]);
    let runner = artifacts(fixture.root()).player("actions/download-artifact", |call| {
        std::fs::write(call.artifacts.join("plan/plan.json"), "another plan\n").expect("because the folder is there");
        download_artifact(call)
    });
    let run = runner.run_workflow(MAIN).expect("because it starts");
    let first = &run.ended(Outcome::Failure).job("apply").steps[0];
    assert_eq!(first.complaints, ["the digest of artifact 'plan' is not that of its upload"]);
}

#[test]
fn a_player_of_a_test_sees_the_call_and_hides_what_it_makes() {
    let text = steps(
        "      - { id: app, uses: them/make-token@v1, env: { EXTRA: e }, with: { app-id: '7', repo: '${{ github.repository }}' } }
      - { id: say, run: 'echo ${{ steps.app.outputs.token }}' }
",
    );
    let fixture = Fixture::new(&[(MAIN, &text)]);
    let runner = fixture.runner().player("them/make-token", |call| {
        call.only(&["app-id", "repo"])?;
        let token = format!(
            "{}-{}-{}-{}",
            call.input("app-id", ""),
            call.input("repo", ""),
            call.env["EXTRA"],
            call.github("event_name")
        );
        call.hide(&token);
        call.log.push_str("made it in ");
        call.log.push_str(if call.temp.is_dir() && call.token() == "ghs_token_of_it" { "place" } else { "no place" });
        Ok([("token".to_owned(), token)].into())
    });
    let run = runner.run_workflow(MAIN).expect("because it starts");
    let job = run.ended(Outcome::Success).job("it");
    assert_eq!((job.step("say").stdout.as_str(), job.step("say").log.as_str()), ("7-acme/widget-e-push\n", "***\n"));
    assert_eq!(job.step("app").log, "made it in place");
}
