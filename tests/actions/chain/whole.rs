//! The chain from a pull request to a release, one workflow after the other on the same project, and how long each takes.

use std::time::{Duration, Instant};

use super::gate::judged;
use super::{Project, started};
use crate::executor::{Outcome, Run};

/// Prints how long workflows took. `.ci/run` shows it; nothing is required of it, for machines differ.
#[expect(clippy::print_stdout, reason = "people look at it")]
fn tell(what: &str, times: &[(&str, Duration)], together: Duration) {
    let each: Vec<String> = times.iter().map(|(name, took)| format!("{name} {:.1} s", took.as_secs_f64())).collect();
    println!("{what}: {}; together {:.1} s", each.join(", "), together.as_secs_f64());
}

#[test]
fn from_a_pull_request_to_a_release() {
    let project = Project::new();
    let begin = Instant::now();
    let mut times = Vec::new();
    let mut note = |name: &'static str, run: &Run| times.push((name, run.took));

    let gate = judged(&project, "fix: keep it whole\n\nKind: crash", |_, _| {});
    note("gate", &gate);
    gate.ended(Outcome::Failure);

    let runner = project.runner().input("line", "2.0").input("fixes", "main").input("exec", "grep -q kept list");
    let prepare = started(&runner, ".github/workflows/patch-prepare.yml");
    note("prepare", &prepare);
    prepare.ended(Outcome::Success);

    // Somebody merges the proposal.
    let bare = project.bare().display().to_string();
    project.repo.git(["--git-dir", &bare, "update-ref", "refs/heads/release/2.0", "refs/heads/backstitch/2.0"]);

    let runner = project.runner().input("line", "2.0").input("branch", "release/2.0").input("version", "2.0.1");
    let runner = runner.input("validate", "grep -q kept list").secret("signing_key", &project.key.text());
    let runner = runner.input("build", "echo built >\"$DIST/widget-$TAG.txt\"");
    let publish = started(&runner, ".github/workflows/patch-publish.yml");
    note("publish", &publish);
    publish.ended(Outcome::Success);

    let state = project.github.state();
    let [release] = state.releases.all.as_slice() else { panic!("{} releases", state.releases.all.len()) };
    assert!(release.body.contains("keep the list") && release.body.contains("keep the map"), "{}", release.body);
    assert_eq!(project.there(&["show", "v2.0.1:list"]), "one, kept");
    tell("from a pull request to a release", &times, begin.elapsed());
}
