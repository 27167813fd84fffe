//! The gate where checks must be green: its own job is one of them on GitHub, and what it waits for ends after it.

use serde_json::{Value, json};

use super::{CONFIG, Project};
use crate::executor::{Outcome, Run, Runner};
use crate::fixture::{Fixture, MAIN};
use crate::own::{binaries, root};
use crate::support::github::{Fault, When};
use crate::tokens::show;

const OWN: &str = "Gate / May it go into a patch release?";

/// A job of a user's own, which judges by the action.
const JUDGE: &str = "
on: [pull_request_target, push]
permissions: {}
jobs:
  judge:
    name: Judge
    runs-on: x
    permissions: { contents: read, pull-requests: read, checks: read, issues: read, statuses: read }
    outputs: { outcome: '${{ steps.it.outputs.outcome }}', result: '${{ steps.it.outputs.result }}' }
    steps:
      - id: it
        uses: backstitch/backstitch/actions/check@0000000000000000000000000000000000000000
        with: { command: 'WHAT', args: 'ABOUT', line: '2.0', bin-dir: 'BINARIES' }
";

/// A project that asks for green checks, and perhaps for a priority.
fn project(priority: bool) -> Project {
    let config = CONFIG.replace("checks = false", "checks = true");
    let off = "[eligibility.rules]\npriority = \"off\"\n";
    Project::with(&if priority { config.replace(off, "") } else { config }, "VERSION")
}

/// Opens pull request 12 from what HEAD is at, whose tests are green, and returns its newest commit.
fn open(project: &Project, base: &'static str, title: &str) -> String {
    let repo = &project.repo;
    let head = repo.git(["rev-parse", "HEAD"]);
    repo.git(["push", "-q", "--force", &project.remote(), "HEAD:refs/pull/12/head"]);
    repo.git(["checkout", "-q", "main"]);
    let mut state = project.github.state();
    let pull = state.open(12);
    (pull.title, pull.head_commit, pull.base, pull.brought) =
        (title.to_owned(), head.clone(), base, vec![head.clone()]);
    pull.change_files(2);
    state.check(&head, "Test", "completed", Some("success"));
    head
}

/// Opens pull request 12 with the pick that line 2.0 lacks.
fn open_pick(project: &Project) -> String {
    let repo = &project.repo;
    let fix = repo.commit_id("main").to_string();
    repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix]);
    open(project, "release/2.0", "fix: keep the list")
}

/// An example, with the binaries of this build.
pub(super) fn example(name: &str) -> Fixture {
    let path = format!("examples/workflows/{name}.yml");
    let text = std::fs::read_to_string(root().join(path)).expect("because it is there");
    let label = "      label: backport\n";
    assert!(text.contains(label), "{text}");
    Fixture::new(&[(MAIN, &text.replace(label, &format!("{label}      bin-dir: '{}'\n", binaries().display())))])
}

fn judge(what: &str, about: &str) -> Fixture {
    let text = JUDGE.replace("WHAT", what).replace("ABOUT", about);
    Fixture::new(&[(MAIN, &text.replace("BINARIES", &binaries().display().to_string()))])
}

/// Runs a workflow whose jobs GitHub shows on a commit.
pub(super) fn run(runner: Runner<'_>, project: &Project, commit: &str) -> Run {
    let runner = runner.repository("backstitch/backstitch", &root());
    let runner = runner.shown(|name, end| show(&project.github, commit, name, end));
    runner.run_workflow(MAIN).unwrap_or_else(|trouble| panic!("it does not start: {trouble}"))
}

fn opened(project: &Project, base: &str, label: Option<&str>) -> Value {
    let mut payload = project.pull_request(base, "keep");
    if let Some(label) = label {
        payload["action"] = json!("labeled");
        payload["label"] = json!({ "name": label });
        payload["pull_request"]["labels"] = json!([{ "name": label }]);
    }
    payload
}

fn gate(project: &Project, head: &str, event: &str, payload: &Value) -> Run {
    let fixture = example("minimal");
    run(project.runner_of(fixture.root()).event(event, payload), project, head)
}

#[track_caller]
fn comes_to(run: &Run, job: &str, outcome: &str) {
    assert_eq!(run.job(job).outputs.get("outcome").map(String::as_str), Some(outcome), "{run}");
}

/// What the newest check run of a name came to.
pub(super) fn check(project: &Project, head: &str, name: &str) -> Option<String> {
    let state = project.github.state();
    let newest = state.runs.iter().rfind(|run| run.commit == head && run.name == name);
    newest.unwrap_or_else(|| panic!("there is no check run '{name}' on {head}")).conclusion.clone()
}

#[test]
fn the_gate_does_not_wait_for_itself() {
    let project = project(false);
    let head = open_pick(&project);
    let first = gate(&project, &head, "pull_request_target", &opened(&project, "release/2.0", None));
    comes_to(&first, "gate", "eligible");
    assert_eq!(check(&project, &head, OWN).as_deref(), Some("success"), "its own job was among the checks");
    assert_eq!(check(&project, &head, "patch-check").as_deref(), Some("success"));
}

#[test]
fn a_gate_that_refused_lets_in_what_was_mended() {
    let project = project(true);
    let head = open_pick(&project);
    let first = gate(&project, &head, "pull_request_target", &opened(&project, "release/2.0", None));
    comes_to(&first, "gate", "refused");
    assert_eq!(check(&project, &head, OWN).as_deref(), Some("failure"), "its own job was among the checks");
    project.github.state().open_again(12).label("P1", Some("mia"));
    let labelled = opened(&project, "release/2.0", Some("P1"));
    comes_to(&gate(&project, &head, "pull_request_target", &labelled), "gate", "eligible");
}

#[test]
fn a_gate_that_refused_counts_for_nothing_after_the_merge() {
    let project = project(true);
    let repo = &project.repo;
    repo.git(["checkout", "-q", "-b", "keep"]);
    repo.land_fix("fix: keep more\n\nKind: crash", [("more", "kept\n"), ("tests/more", "kept\n")]);
    let head = open(&project, "main", "fix: keep more");
    project.github.state().open_again(12).label("backport", Some("mia"));
    let first = gate(&project, &head, "pull_request_target", &opened(&project, "main", Some("backport")));
    comes_to(&first, "gate", "refused");
    assert_eq!(check(&project, &head, OWN).as_deref(), Some("failure"), "its own job was among the checks");
    repo.git(["merge", "-q", "--ff-only", "keep"]);
    project.github.state().open_again(12).label("P1", Some("mia")).merge = Some(head.clone());
    let fixture = judge("commit", &head);
    let runner = project.runner_of(fixture.root()).workspace(&repo.path());
    comes_to(&run(runner, &project, "the commit that was pushed"), "judge", "eligible");
}

#[test]
fn a_job_of_ones_own_does_not_wait_for_itself_but_for_its_neighbours() {
    let project = project(true);
    let head = open_pick(&project);
    let fixture = judge("pr", "12");
    let judged = || run(project.runner_of(fixture.root()).workspace(&project.repo.path()), &project, &head);
    comes_to(&judged(), "judge", "refused");
    assert_eq!(check(&project, &head, "Judge").as_deref(), Some("failure"), "its own job was among the checks");
    project.github.state().open_again(12).label("P1", Some("mia"));
    comes_to(&judged(), "judge", "eligible");
    project.github.state().check(&head, "Lint", "completed", Some("failure"));
    let refused = judged();
    comes_to(&refused, "judge", "refused");
    let result = &refused.job("judge").outputs["result"];
    assert!(result.contains("\"Lint\"") && !result.contains("\"Judge\""), "{result}");
}

/// That a run of the tests for the head of pull request 12 ended, from a fork.
#[test]
fn a_gate_that_cannot_judge_fails() {
    let project = project(false);
    let head = open_pick(&project);
    let refused = || Fault::refuse(403, "Resource not accessible by integration");
    let gated = || gate(&project, &head, "pull_request_target", &opened(&project, "release/2.0", None));
    for (method, path) in [("GET", "/pulls/12"), ("POST", "/check-runs")] {
        project.github.fail(method, path, When::Before, refused());
        let run = gated();
        assert_eq!(run.job("gate").outcome, Outcome::Failure, "{method} {path}: {run}");
    }
    let run = gated();
    assert_eq!(run.job("gate").outcome, Outcome::Success, "{run}");
}

fn ended(project: &Project, head: &str, event: &str) -> Value {
    let mut payload = project.pull_request("release/2.0", "keep");
    let fork = json!({ "id": 8, "name": "widget", "full_name": "con/widget", "fork": true });
    payload["action"] = json!("completed");
    payload["workflow"] = json!({ "name": "CI" });
    payload["workflow_run"] = json!({ "name": "CI", "event": event, "conclusion": "success", "head_sha": head,
        "head_branch": "fix-12", "head_repository": fork, "pull_requests": [] });
    for field in ["number", "pull_request"] {
        payload.as_object_mut().expect("because it is an object").remove(field);
    }
    payload
}

#[test]
fn it_is_judged_again_when_the_tests_have_ended() {
    let project = project(false);
    let head = open_pick(&project);
    {
        let mut state = project.github.state();
        state.open_again(12).head_repository = Some("con/widget");
        state.check(&head, "Test", "in_progress", None);
    }
    let first = gate(&project, &head, "pull_request_target", &opened(&project, "release/2.0", None));
    comes_to(&first, "gate", "undecided");
    assert_eq!(check(&project, &head, "patch-check").as_deref(), Some("action_required"));
    project.github.state().check(&head, "Test", "completed", Some("success"));
    let again = gate(&project, "main", "workflow_run", &ended(&project, &head, "pull_request"));
    comes_to(&again, "gate", "eligible");
    assert_eq!(check(&project, &head, "patch-check").as_deref(), Some("success"));
    let state = project.github.state();
    assert!(matches!(state.comments.as_slice(), [one] if one.body.contains("eligible")), "{:?}", state.comments);
}

#[test]
fn nothing_is_said_of_what_the_gate_is_not_for() {
    let project = project(false);
    project.repo.git(["checkout", "-q", "-b", "keep"]);
    project.repo.land_fix("fix: keep more\n\nKind: crash", [("more", "kept\n"), ("tests/more", "kept\n")]);
    let head = open(&project, "main", "fix: keep more");
    project.github.state().open_again(12).head_repository = Some("con/widget");
    let said = |run: Run| {
        assert!(run.outcome != Outcome::Failure, "{run}");
        let state = project.github.state();
        let run = state.runs.iter().filter(|run| run.name == "patch-check").count();
        (run, state.comments.len())
    };
    let after = |event| gate(&project, "main", "workflow_run", &ended(&project, &head, event));
    assert_eq!(said(after("pull_request")), (0, 0), "it goes to main without the label");
    project.github.state().open_again(12).label("backport", Some("mia"));
    let push = after("push");
    assert_eq!(push.job("gate").outcome, Outcome::Skipped, "{push}");
    assert_eq!(said(push), (0, 0));
    assert_eq!(said(after("pull_request_review")), (1, 1));
}
