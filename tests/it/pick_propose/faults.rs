//! Whatever request breaks, one more run leaves one branch and one pull request, whole.

use super::{Story, outcome};
use crate::support::github::{Fault, When};

/// A story whose origins have labels and people, and a plan that is applied.
fn story() -> Story {
    let story = Story::new();
    story.github.state().open_again(11).label("kind/bug", None).review("rev", "APPROVED");
    story.apply(&["2.0"], &[story.map, story.set]);
    story
}

fn require_whole(story: &Story, name: &str) {
    let pull = story.only();
    let people = (&pull.labels[..], &pull.reviewers[..], &pull.assignees[..]);
    let (labels, reviewers, assignees) =
        (["kind/bug".to_owned()], ["rev".to_owned(), "con".to_owned()], ["con".to_owned()]);
    assert_eq!(people, (&labels[..], &reviewers[..], &assignees[..]), "{name}");
    let branches = story.served(&["for-each-ref", "--format=%(refname)", "refs/heads/backstitch"]);
    assert_eq!(branches, "refs/heads/backstitch/2.0", "{name}");
    let again = story.propose(0);
    assert_eq!(outcome(&again, 0), "already", "{name}");
}

#[test]
fn every_request_may_break() {
    let requests = {
        let story = story();
        story.propose(0);
        require_whole(&story, "one run");
        let mut all = story.github.requests();
        let last = all.iter().rposition(|line| line.starts_with("PATCH")).expect("because the mark is written last");
        all.truncate(last + 1);
        all
    };
    assert!(requests.len() >= 7, "{requests:#?}");
    std::thread::scope(|scope| {
        for (number, line) in requests.iter().enumerate() {
            // A question that was answered and one that was not leave the same behind.
            let moments: &[When] = if line.starts_with("GET") { &[When::Before] } else { &[When::Before, When::After] };
            for when in moments {
                scope.spawn(move || {
                    let story = story();
                    story.github.fail_at(number, *when, Fault::refuse(401, "Bad credentials"));
                    let _broken = story.bin(&[]).run().code(2);
                    story.propose(0);
                    require_whole(&story, &format!("{when:?} {line}"));
                });
            }
        }
    });
}

#[test]
fn an_answer_that_is_lost_opens_no_second_pull_request() {
    let story = story();
    story.github.fail("POST", "/pulls", When::After, Fault::CutOff);
    let report = story.propose(0);
    assert_eq!(outcome(&report, 0), "opened");
    require_whole(&story, "cut off");
}

#[test]
fn a_plan_without_drafts_gets_a_pull_request_that_is_ready() {
    let story = Story::new();
    story.github.state().proposals.no_drafts = true;
    story.apply(&["2.0"], &[story.map, story.two]);
    let report = story.propose(1);
    assert_eq!((outcome(&report, 0), &report["lines"][0]["pull-request"]["readiness"]), ("opened", &"ready".into()));
    assert!(report["lines"][0]["notes"].to_string().contains("is no draft"), "{report:#}");
}
