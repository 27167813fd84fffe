//! `patch-publish.yml` where nobody would approve, or where nobody can tell: it ends before anything is built.

use super::publish::{BUILD, PATH, VALIDATE, runner, writes};
use super::refusals::{TOKEN, app};
use super::{Project, started};
use crate::executor::{Outcome, Run, Runner};
use crate::support::git_http::TokenMay;
use crate::support::github::state::ALL_PERMISSIONS;
use crate::support::github::{Fault, When};

const STOPPED: (Outcome, Outcome) = (Outcome::Failure, Outcome::Skipped);
const RELEASED: (Outcome, Outcome) = (Outcome::Success, Outcome::Success);

/// Requires how the first job and the last one ended.
#[track_caller]
fn ends(runner: &Runner<'_>, expected: (Outcome, Outcome)) -> Run {
    let run = started(runner, PATH);
    assert_eq!((run.job("doctor").outcome, run.job("publish").outcome), expected, "{run}");
    run
}

/// Requires an annotation that begins so.
#[track_caller]
fn tells(run: &Run, kind: &str, begin: &str) {
    let told: Vec<&str> = run.all_steps().iter().flat_map(|step| step.messages(kind)).collect();
    assert!(told.iter().any(|text| text.starts_with(begin)), "{told:?}\n{run}");
}

#[test]
fn a_release_that_nobody_would_approve_is_not_even_built() {
    let project = Project::new();
    project.github.state().settings.environments[0].reviewers.clear();
    tells(&ends(&runner(&project, VALIDATE, BUILD), STOPPED), "error", "approval (release): ");
    project.github.state().settings.environments.clear();
    ends(&runner(&project, VALIDATE, BUILD), STOPPED);
    assert_eq!(writes(&project), Vec::<String>::new());
    // Who says that nobody is to be asked gets what they want.
    ends(&runner(&project, VALIDATE, BUILD).input("approval", "false"), RELEASED);
}

/// As it comes of a variable that is not set.
#[test]
fn without_an_environment_nothing_is_released_unless_nobody_has_to_approve() {
    let project = Project::new();
    let run = ends(&runner(&project, VALIDATE, BUILD).input("environment", ""), STOPPED);
    tells(&run, "error", "the input 'environment' is empty");
    project.github.state().settings.environments.clear();
    ends(&runner(&project, VALIDATE, BUILD).input("environment", "").input("approval", "false"), RELEASED);
    assert!(project.github.requests().iter().all(|request| !request.contains("/environments")));
}

/// A token that was given for the writes need not see environments.
#[test]
fn who_approves_is_asked_with_the_token_of_the_job() {
    let project = Project::new();
    app(&project, TokenMay::Write);
    let blind = ALL_PERMISSIONS.into_iter().filter(|one| !one.starts_with("actions=")).collect();
    project.github.state().tokens.get_mut(TOKEN).expect("it was given").may = blind;
    let runner = || runner(&project, VALIDATE, BUILD).secret("token", TOKEN);
    let reviewers = std::mem::take(&mut project.github.state().settings.environments[0].reviewers);
    tells(&ends(&runner(), STOPPED), "error", "approval (release): ");
    project.github.state().settings.environments[0].reviewers = reviewers;
    ends(&runner(), RELEASED);
}

#[test]
fn a_release_of_which_it_is_not_told_who_approves_is_not_built() {
    let project = Project::new();
    let unseen = || {
        for path in ["/environments/release", "/environments?"] {
            project.github.fail("GET", path, When::Before, Fault::refuse(404, "Not Found"));
        }
    };
    unseen();
    let run = ends(&runner(&project, VALIDATE, BUILD), STOPPED);
    tells(&run, "warning", "approval (release): ");
    let told: Vec<&str> = run.all_steps().iter().flat_map(|step| step.messages("warning")).collect();
    assert!(told.iter().any(|text| text.contains("actions: read") && text.contains("--skip approval")), "{told:?}");
    unseen();
    ends(&runner(&project, VALIDATE, BUILD).input("approval", "false"), RELEASED);
}
