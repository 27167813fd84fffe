//! A merge is the only event by which the gate hears that another pull request may go in now.

use serde_json::{Value, json};

use super::Project;
use super::checks::{check, example, run};
use crate::executor::{Outcome, Run};

/// Opens a pull request with a pick, from a branch of its own or from a fork, and returns its newest commit.
fn propose(project: &Project, number: u64, base: &'static str, fix: &str, fork: Option<&'static str>) -> String {
    let repo = &project.repo;
    // Two picks at two moments are two commits.
    repo.tick(60);
    let branch = format!("pick-{number}");
    repo.git(["checkout", "-q", "-B", &branch, base]);
    repo.git(["cherry-pick", "-x", fix]);
    let head = repo.git(["rev-parse", "HEAD"]);
    repo.git(["checkout", "-q", "main"]);
    push(project, &format!("{head}:refs/pull/{number}/head"));
    if fork.is_none() {
        push(project, &format!("{head}:refs/heads/{branch}"));
    }
    opened(project, number, base, &branch, &head);
    if fork.is_some() {
        project.github.state().open_again(number).head_repository = fork;
    }
    head
}

fn opened(project: &Project, number: u64, base: &'static str, branch: &str, head: &str) {
    let mut state = project.github.state();
    let pull = state.open(number);
    (pull.base, pull.head, pull.head_commit) = (base, branch.to_owned(), head.to_owned());
    pull.brought = vec![head.to_owned()];
    pull.change_files(2);
}

fn push(project: &Project, what: &str) {
    project.repo.git(["push", "-q", &project.remote(), what]);
}

/// Runs the example on what happened to a pull request, as it stands at the forge.
fn gate(project: &Project, number: u64, action: &str) -> Run {
    let (base, branch, head, merge, labels) = {
        let mut state = project.github.state();
        let pull = state.open_again(number);
        (pull.base, pull.head.clone(), pull.head_commit.clone(), pull.merge.clone(), pull.labels.clone())
    };
    let mut payload: Value = project.pull_request(base, &head);
    (payload["action"], payload["number"]) = (json!(action), json!(number));
    let labels: Vec<Value> = labels.iter().map(|name| json!({ "name": name })).collect();
    let pull = &mut payload["pull_request"];
    (pull["number"], pull["head"]["ref"], pull["labels"]) = (json!(number), json!(branch), json!(labels));
    if merge.is_some() {
        (pull["state"], pull["merged"]) = (json!("closed"), json!(true));
        (pull["merge_commit_sha"], pull["merged_at"]) = (json!(merge), json!("2026-01-05T10:00:00Z"));
    }
    let fixture = example("several-lines");
    run(project.runner_of(fixture.root()).event("pull_request_target", &payload), project, &head)
}

/// Merges a pull request to a branch by moving that, here and where the workflows fetch from.
fn merge(project: &Project, number: u64) {
    let (base, head) = {
        let mut state = project.github.state();
        let pull = state.open_again(number);
        pull.merge = Some(pull.head_commit.clone());
        (pull.base, pull.head_commit.clone())
    };
    project.repo.git(["checkout", "-q", base]);
    project.repo.git(["merge", "-q", "--ff-only", &head]);
    project.repo.git(["checkout", "-q", "main"]);
    push(project, &format!("{base}:refs/heads/{base}"));
}

#[test]
fn a_fix_for_two_lines_goes_in_at_the_older_one_after_the_newer_one() {
    let project = Project::new();
    let fix = project.repo.git(["rev-parse", "main"]);
    let older = propose(&project, 11, "release/1.9", &fix, None);
    let newer = propose(&project, 12, "release/2.0", &fix, None);
    let fork = propose(&project, 13, "release/1.9", &fix, Some("con/widget"));
    assert_ne!(older, fork);
    for (number, head, comes_to) in [(11, &older, "failure"), (12, &newer, "success"), (13, &fork, "failure")] {
        gate(&project, number, "opened");
        assert_eq!(check(&project, head, "patch-check").as_deref(), Some(comes_to), "{number}");
    }
    merge(&project, 12);
    let after = gate(&project, 12, "closed");
    assert_eq!(after.job("gate").outcome, Outcome::Success, "{after}");
    let group = after.job("gate/gate").concurrency.as_ref().map(|group| group.name.as_str());
    assert_eq!(group, Some("patch-gate-closed"));
    assert_eq!(check(&project, &older, "patch-check").as_deref(), Some("success"), "{after}");
    // Its commits are on no branch, and are fetched from where the forge keeps those of pull requests.
    assert_eq!(check(&project, &fork, "patch-check").as_deref(), Some("success"), "{after}");
    let state = project.github.state();
    let of_older: Vec<&str> = state.comments.iter().filter(|one| one.on == 11).map(|one| one.body.as_str()).collect();
    assert!(matches!(of_older[..], [one] if one.contains("eligible")), "{of_older:?}");
}

#[test]
fn one_of_a_fork_whose_commits_cannot_be_fetched_keeps_what_was_said() {
    let project = Project::new();
    let fix = project.repo.git(["rev-parse", "main"]);
    let fork = propose(&project, 13, "release/1.9", &fix, Some("con/widget"));
    let _newer = propose(&project, 12, "release/2.0", &fix, None);
    gate(&project, 13, "opened");
    merge(&project, 12);
    project.there(&["update-ref", "-d", "refs/pull/13/head"]);
    let after = gate(&project, 12, "closed");
    assert_eq!(after.job("gate").outcome, Outcome::Success, "{after}");
    assert_eq!(check(&project, &fork, "patch-check").as_deref(), Some("failure"), "{after}");
    let step = after.job("gate/gate").step("check").step("run");
    assert!(step.stdout.contains("pull request 13 is not judged again"), "{after}");
    // It is judged by its own next event.
    push(&project, &format!("{fork}:refs/pull/13/head"));
    gate(&project, 13, "synchronize");
    assert_eq!(check(&project, &fork, "patch-check").as_deref(), Some("success"));
}

#[test]
fn a_pick_that_was_proposed_before_its_origin_was_merged_is_judged_after_that() {
    let project = Project::new();
    let repo = &project.repo;
    let main = repo.git(["rev-parse", "main"]);
    repo.git(["checkout", "-q", "-b", "work"]);
    let fix =
        repo.land_fix("fix: keep more\n\nKind: crash", [("more", "kept\n"), ("tests/more", "kept\n")]).to_string();
    repo.git(["checkout", "-q", "main"]);
    push(&project, &format!("{fix}:refs/pull/12/head"));
    opened(&project, 12, "main", "work", &fix);
    let pick = propose(&project, 11, "release/2.0", &fix, None);
    gate(&project, 11, "opened");
    assert_ne!(check(&project, &pick, "patch-check").as_deref(), Some("success"));
    // It has not the label by which those to main are judged, and its merge is told to the gate all the same.
    assert_eq!(gate(&project, 12, "opened").job("gate").outcome, Outcome::Skipped);
    merge(&project, 12);
    let after = gate(&project, 12, "closed");
    assert_eq!(after.job("gate").outcome, Outcome::Success, "{after}");
    assert_eq!(check(&project, &pick, "patch-check").as_deref(), Some("success"), "{after}");
    let state = project.github.state();
    let elsewhere = state.runs.iter().filter(|run| run.name == "patch-check" && run.commit != pick).count();
    assert_eq!((elsewhere, state.comments.iter().filter(|one| one.on != 11).count()), (0, 0), "{main}: {after}");
}
