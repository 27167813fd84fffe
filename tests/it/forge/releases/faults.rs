//! A fault at every request, before and after its effect, and then one more run.

use std::time::Duration;

use super::*;
use crate::forge::{open, settings};

/// Publishes a security day: two lines, on a server that seals.
fn day() -> (Github, Scene) {
    let github = github();
    github.state().releases.immutable = true;
    let scene = Scene::new().want(&github, "2.0.1").want(&github, "1.9.8");
    (github, scene)
}

fn require_right(github: &Github, scene: &Scene, name: &str) {
    require_whole(github, scene);
    let state = github.state();
    assert_eq!(state.releases.all.len(), 5, "{name}");
    assert_eq!(state.releases.published, ["v1.9.8", "v2.0.1"], "{name}");
    drop(state);
    assert_eq!(latest(github).as_deref(), Some("v2.0.1"), "{name}");
}

/// How many requests a run without faults makes.
fn usual() -> usize {
    let (github, scene) = day();
    scene.publish(&forge(&github).0).expect("releases");
    github.requests().len()
}

fn faults() -> [Fault; 2] {
    [Fault::refuse(502, "Bad Gateway"), Fault::CutOff]
}

#[test]
fn a_run_goes_through_a_fault_at_any_request() {
    for number in 0..usual() {
        for when in [When::Before, When::After] {
            for fault in faults() {
                let name = format!("request {number}, {when:?}, {fault:?}");
                let (github, scene) = day();
                github.fail_at(number, when, fault);
                scene.publish(&forge(&github).0).unwrap_or_else(|error| panic!("{name}: {}", told_error(&error)));
                require_right(&github, &scene, &name);
            }
        }
    }
}

#[test]
fn a_run_that_was_killed_at_any_request_is_finished_by_the_next() {
    for number in 0..usual() {
        for (when, keeps_record) in
            [(When::Before, true), (When::Before, false), (When::After, true), (When::After, false)]
        {
            let name = format!("request {number}, {when:?}, keeps the record: {keeps_record}");
            let (github, scene) = day();
            let mut record = scene.record();
            let mut impatient = settings(&github);
            impatient.patience = Duration::ZERO;
            github.fail_at(number, when, Fault::refuse(502, "Bad Gateway"));
            // An outage of the question about the permission, and one after an effect that a look can see, end no run.
            let first = scene.go_on(&open(impatient).0, &mut record);
            if !keeps_record {
                record = scene.record();
            }
            let kept: PublishRecord =
                serde_json::from_str(&serde_json::to_string(&record).expect("JSON")).expect("a record");
            let repository = REPOSITORY.parse().expect("a repository");
            let mut record = PublishRecord::resume(kept, &repository, &scene.publication()).expect("the same run");
            let second = scene.go_on(&forge(&github).0, &mut record);
            second.unwrap_or_else(|error| panic!("{name}: {} after {first:?}", told_error(&error)));
            require_right(&github, &scene, &name);
            let uploads = writes(&github).iter().filter(|line| line.contains("/assets?name=")).count();
            assert!((6..=7).contains(&uploads), "{name}: {uploads} files were sent");
        }
    }
}

#[test]
fn a_draft_that_lists_do_not_show_yet_is_not_made_twice_in_one_run() {
    let (github, scene) = day();
    // The next one that is made gets this number.
    let next = github.state().next_id() + 1;
    github.state().releases.lag.insert(next, 3);
    scene.publish(&forge(&github).0).expect("releases");
    require_right(&github, &scene, "lag");
    assert_eq!(writes(&github).iter().filter(|line| *line == "POST /releases").count(), 2);
}

#[test]
fn of_two_drafts_that_a_lagging_list_led_to_one_is_left() {
    let (github, scene) = day();
    let next = github.state().next_id() + 1;
    github.state().releases.lag.insert(next, 2);
    // The question about the permission meets the first one. The draft is made then and cannot be seen, so that it is made again.
    let kept = Fault::Answer(200, Vec::new(), serde_json::json!({ "name": "x", "body": "x" }));
    github.fail("POST", "/releases", When::Before, kept);
    github.fail("POST", "/releases", When::After, Fault::refuse(502, "Bad Gateway"));
    scene.publish(&forge(&github).0).expect("releases");
    require_right(&github, &scene, "twins");
    assert_eq!(writes(&github).iter().filter(|line| line.starts_with("DELETE /releases/")).count(), 1);
}
