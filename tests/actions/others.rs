//! The workflows against GitHubs of other people. `.ci/github-oracle` installs and runs them: they need node.

mod emulated;
mod relay;
mod service;

use crate::chain::gate::judged as gate;
use crate::chain::{Project, started};
use crate::executor::{Outcome, Runner};
use service::{Service, judged};

/// Starts prism in front of a server.
fn prism(upstream: &str) -> Service {
    let description = format!("{}/tests/it/support/github/openapi.json", env!("CARGO_MANIFEST_DIR"));
    Service::start("prism", |port| {
        let port = port.to_string();
        ["proxy", "-h", "127.0.0.1", "-p", &port, &description, upstream].map(str::to_owned).to_vec()
    })
}

/// Requires that prism judged so many requests at least and found nothing.
#[track_caller]
fn require_conforming(prism: &Service, least: usize) {
    let (count, wrong) = judged(prism);
    assert!(count >= least, "{count} requests");
    assert_eq!(wrong, Vec::<String>::new());
    say(&format!("prism judged {count} requests"));
}

#[expect(clippy::print_stdout, reason = "'.ci/github-oracle' shows it")]
fn say(text: &str) {
    println!("{text}");
}

fn publish<'p>(project: &'p Project, runner: Runner<'p>) -> Runner<'p> {
    let runner = runner.input("line", "2.0").input("branch", "release/2.0").input("version", "2.0.1");
    let runner = runner.input("build", "echo built >\"$DIST/widget-$TAG.txt\"");
    runner.secret("signing_key", &project.key.text())
}

#[test]
#[ignore = "needs node: .ci/github-oracle"]
fn prism_finds_nothing_wrong_with_any_request_of_the_workflows() {
    let project = Project::new();
    let prism = prism(&project.github.url());
    project.through(&prism.url());
    gate(&project, "fix: only here", |_, _| {}).ended(Outcome::Failure);
    let prepare = project.runner().input("line", "2.0").input("fixes", "main");
    started(&prepare, ".github/workflows/patch-prepare.yml").ended(Outcome::Success);
    started(&project.runner(), ".github/workflows/patch-status.yml").ended(Outcome::Success);
    started(&publish(&project, project.runner()), ".github/workflows/patch-publish.yml").ended(Outcome::Success);
    require_conforming(&prism, 20);
}
