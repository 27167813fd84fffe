//! `patch-gate.yml`: a verdict on a pull request, with none of its code run.

use serde_json::Value;

use super::{Project, started};
use crate::executor::{Outcome, Run};
use crate::own::hostile::TEXTS;
use crate::support::github::state::Pull;

const PATH: &str = ".github/workflows/patch-gate.yml";

/// Opens a pull request to a line with one commit, and judges it.
pub fn judged(project: &Project, message: &str, change: impl Fn(&mut Value, &mut Pull)) -> Run {
    let repo = &project.repo;
    repo.git(["checkout", "-q", "-B", "keep", "release/2.0"]);
    std::fs::write(repo.path().join("list"), "one, kept\n").expect("because the folder is ours");
    std::fs::write(repo.path().join("run-me"), "#!/bin/sh\ntouch owned\n").expect("because the folder is ours");
    repo.git(["add", "-A"]);
    project.commit_raw(message);
    repo.git(["push", "-q", "--force", &project.bare().display().to_string(), "HEAD:refs/pull/12/head"]);
    repo.git(["checkout", "-q", "main"]);
    let mut payload = project.pull_request("release/2.0", "keep");
    {
        let mut state = project.github.state();
        state.pulls.clear();
        let pull = state.open(12);
        pull.title = message.lines().next().unwrap_or_default().to_owned();
        pull.head_commit = repo.commit_id("keep").to_string();
        pull.base = "release/2.0";
        change(&mut payload, pull);
    }
    let runner = project.runner().event("pull_request_target", &payload);
    started(&runner, PATH)
}

#[test]
fn a_commit_of_unknown_origin_is_refused_and_told() {
    let project = Project::new();
    let run = judged(&project, "fix: only here", |_, _| {});
    run.ended(Outcome::Failure);
    assert_eq!(run.outputs.get("outcome").map(String::as_str), Some("refused"), "{run}");
    let state = project.github.state();
    let [comment] = state.comments.as_slice() else { panic!("{:#?}", state.comments) };
    assert!(comment.body.contains("origin"), "{}", comment.body);
    assert_eq!(state.runs.len(), 1);
    assert_eq!(state.runs[0].conclusion.as_deref(), Some("failure"));
}

#[test]
fn advice_only_does_not_fail() {
    let project = Project::new();
    let run = judged(&project, "fix: only here", |_, _| {});
    run.ended(Outcome::Failure);
    let payload = project.pull_request("release/2.0", "keep");
    let advice = project.runner().event("pull_request_target", &payload).input("allow-exit-codes", "1 3");
    started(&advice, PATH).ended(Outcome::Success);
    // The comment and the check run are still those of the first run.
    let state = project.github.state();
    assert_eq!((state.comments.len(), state.runs.len()), (1, 1));
}

#[test]
fn texts_of_strangers_run_nowhere() {
    let project = Project::new();
    for text in TEXTS {
        let run = judged(&project, &format!("fix: {text}\n\n{text}"), |payload, _| {
            payload["pull_request"]["title"] = text.into();
            payload["pull_request"]["body"] = text.into();
            payload["pull_request"]["head"]["ref"] = text.into();
            payload["pull_request"]["labels"] = serde_json::json!([{ "name": text }]);
        });
        run.ended(Outcome::Failure);
        assert_eq!(run.outputs.get("outcome").map(String::as_str), Some("refused"), "{text:?}: {run}");
        for step in run.all_steps() {
            assert!(!step.outputs.contains_key("owned"), "{text:?}: {run}");
            assert!(step.messages("add-mask").is_empty(), "{text:?}: {run}");
        }
    }
    assert!(!project.repo.path().join("owned").exists());
}
