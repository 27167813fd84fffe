//! The gate on pull requests, as the example for users calls it: the workflow that is called, its action, the real binary, and the
//! stand-in for GitHub with a token that may do what the job may.

use std::path::Path;

use serde_json::json;

use crate::executor::players::checkout;
use crate::executor::{Outcome, Run};
use crate::fixture::{Fixture, MAIN};
use crate::own::binaries;
use crate::support::Repo;
use crate::support::github::Github;
use crate::support::github::state::REPOSITORY;
use crate::tokens::mint;

const CONFIG: &str = "[project]\nmain = \"main\"\nrepository = \"acme/widget\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n\
    [eligibility]\nbreaking-labels = []\n\n[eligibility.require]\nreviews = 0\nchecks = false\nrisk-assessment = false\n\n\
    [eligibility.rules]\npriority = \"off\"\n";

/// Opens pull request 12 to main with a title and the label of the example, and runs the gate on it.
fn gate(title: &str, kind: &str) -> (Run, Github) {
    called("minimal", "main", &["backport"], title, kind)
}

/// Opens pull request 12 with a title, and runs the gate of an example on it.
fn called(example: &str, base_ref: &str, labels: &[&str], title: &str, kind: &str) -> (Run, Github) {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    let base = repo.land_fix("Add the list", [("src/list.c", "one\ntwo\n"), ("tests/list.c", "test\n")]).to_string();
    repo.cut_line("2.0");
    repo.git(["checkout", "-q", "-b", "fix-12"]);
    let changes = [("src/list.c", "one, kept\ntwo\n"), ("tests/list.c", "test\nkept\n")];
    let head = repo.land_fix(&format!("{title}\n\nKind: {kind}"), changes).to_string();
    repo.git(["update-ref", "refs/pull/12/head", &head]);
    repo.git(["checkout", "-q", "main"]);
    let github = Github::start();
    {
        let mut state = github.state();
        let pull = state.open(12);
        (pull.title, pull.head_commit, pull.brought) = (title.to_owned(), head.clone(), vec![head.clone()]);
        pull.change_files(2);
    }
    let this = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = format!("examples/workflows/{example}.yml");
    let example = std::fs::read_to_string(this.join(example)).expect("because it is there");
    // One behind a '-' was taken away.
    let taken = labels.iter().find_map(|name| name.strip_prefix('-'));
    let labels: Vec<_> =
        labels.iter().filter(|name| !name.starts_with('-')).map(|name| json!({ "name": name })).collect();
    let call = "patch-gate.yml@0000000000000000000000000000000000000000 # v0.1.0\n    with:\n      label: backport\n";
    let example = example.replacen(
        call,
        &format!("{call}      bin-dir: '{}'\n      allow-exit-codes: '3'\n", binaries().display()),
        1,
    );
    let fixture = Fixture::new(&[(MAIN, &example)]);
    let repository = json!({ "full_name": REPOSITORY, "default_branch": "main", "id": 7 });
    let mut payload = json!({ "action": "opened", "number": 12, "repository": repository, "pull_request": {
        "number": 12, "title": title, "body": null, "draft": false, "merged": false, "state": "open", "labels": labels,
        "user": { "login": "con" }, "merge_commit_sha": null,
        "base": { "ref": base_ref, "sha": base, "repo": repository },
        "head": { "ref": "fix-12", "sha": head, "repo": repository },
    } });
    if let Some(name) = taken {
        payload["action"] = json!("unlabeled");
        payload["label"] = json!({ "name": name });
    }
    let runner = fixture.runner().event("pull_request_target", &payload).repository("backstitch/backstitch", this);
    let runner = runner.player("actions/checkout", checkout(format!("file://{}", repo.path().display())));
    let runner = runner.machine("GIT_CONFIG_NOSYSTEM", "1").github("api_url", &github.url()).github("sha", &base);
    let runner = runner.mint(|job, may| mint(&github, job, may));
    let run = runner.run_workflow(MAIN).unwrap_or_else(|trouble| panic!("it does not start: {trouble}"));
    drop(runner);
    (run, github)
}

#[test]
fn the_gate_finds_nothing_against_a_fix_but_that_it_is_not_merged_and_says_so() {
    let (run, github) = gate("fix: keep the list", "crash");
    run.ended(Outcome::Success);
    assert_eq!(run.job("gate").outputs["outcome"], "undecided", "{run}");
    assert_eq!(run.job("publish").outcome, Outcome::Skipped);
    // The check run is of a commit, whichever event asked for it.
    let group = format!("patch-gate-{}", github.state().runs[0].commit);
    assert_eq!(run.job("gate/gate").concurrency.as_ref().map(|group| group.name.as_str()), Some(group.as_str()));
    let state = github.state();
    assert_eq!((state.comments.len(), state.runs.len()), (1, 1), "{run}");
}

#[test]
fn the_gate_refuses_and_no_title_gets_further_than_the_comment() {
    let title = "refactor: $(touch pwned) ${{ github.token }} ::set-output name=outcome::eligible";
    let (run, github) = gate(title, "refactor");
    run.ended(Outcome::Failure);
    assert_eq!(run.job("gate").outputs["outcome"], "refused", "{run}");
    let commands =
        run.all_steps().into_iter().flat_map(|step| &step.commands).filter(|command| command.name == "set-output");
    assert_eq!(commands.count(), 0, "{run}");
    assert!(
        !run.all_steps()
            .iter()
            .any(|step| step.stdout.contains("ghs_SecretOf") || step.stderr.contains("ghs_SecretOf"))
    );
    assert_eq!(github.state().comments.len(), 1, "{run}");
}

#[test]
fn the_examples_judge_pull_requests_to_lines_and_labelled_ones_to_main() {
    for (example, base, labels, runs) in [
        ("minimal", "main", &[][..], false),
        ("minimal", "main", &["bug"], false),
        ("minimal", "main", &["bug", "backport"], true),
        ("minimal", "main", &["bug", "-backport"], true),
        ("minimal", "main", &["bug", "-crash"], false),
        ("several-lines", "main", &["bug"], false),
        ("several-lines", "main", &["-backport"], true),
        ("several-lines", "main", &["backport"], true),
        ("several-lines", "release/2.0", &[], true),
    ] {
        let (run, github) = called(example, base, labels, "fix: keep the list", "crash");
        let expected = if runs { 1 } else { 0 };
        assert_eq!(github.state().runs.len(), expected, "{example} {base} {labels:?} {run}");
        assert_eq!(run.job("gate").outcome == Outcome::Skipped, !runs, "{example} {base} {labels:?} {run}");
        for other in ["prepare", "status", "publish"] {
            let others = run.jobs.iter().filter(|job| job.id.starts_with(other));
            assert!(others.into_iter().all(|job| job.outcome == Outcome::Skipped), "{run}");
        }
    }
}
