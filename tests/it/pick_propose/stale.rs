//! `propose --plan` of a plan that others have overtaken, as where a job of an old run is run again.

use serde_json::Value;

use super::{Story, outcome};
use crate::support::Output;

impl Story {
    fn kept(&self) -> [Vec<u8>; 2] {
        ["plan.json", "applied.json"]
            .map(|name| std::fs::read(self.repo.home().join(name)).expect("because it was kept"))
    }

    fn again(&self, kept: &[Vec<u8>; 2]) -> Output {
        for (name, text) in ["plan.json", "applied.json"].iter().zip(kept) {
            std::fs::write(self.repo.home().join(name), text).expect("because the folder is ours");
        }
        let plan = self.repo.home().join("plan.json").display().to_string();
        self.bin(&["--plan", &plan, "--format", "json"]).run()
    }

    /// Requires that the line is refused with these words, and that nothing is written.
    #[track_caller]
    fn is_stale(&self, kept: &[Vec<u8>; 2], words: &str) {
        let state = || (self.served(&["for-each-ref"]), self.pulls(), self.writes());
        let before = state();
        let report = self.again(kept).code(1).json();
        let failure = report["lines"][0]["failure"].to_string();
        assert_eq!((outcome(&report, 0), state()), ("failed", before), "{failure}");
        assert!(failure.contains(words) && failure.contains("run the whole of it anew"), "{failure}");
    }

    /// Moves the branch of line 2.0 on the remote to what is put on this commit.
    fn land_there(&self, on: &str) {
        self.repo.git(["checkout", "-q", "--detach", on]);
        self.repo.git(["commit", "-q", "--allow-empty", "-m", "Go on"]);
        self.repo.git(["push", "-q", "origin", "HEAD:refs/heads/release/2.0"]);
        self.repo.git(["checkout", "-q", "main"]);
    }
}

#[test]
fn a_plan_for_another_tip_of_the_line_is_refused() {
    for merged in [false, true] {
        let story = Story::new();
        let before = story.repo.git(["rev-parse", "release/2.0"]);
        story.apply(&["2.0"], &[story.map, story.set]);
        let kept = story.kept();
        story.land_there(if merged { "release/2.0" } else { &before });
        story.is_stale(&kept, &format!("and the plan is for {}", &before[..10]));
    }
}

#[test]
fn a_plan_older_than_the_picks_that_are_there_is_refused_and_its_own_picks_are_no_such() {
    let story = Story::new();
    let before = story.repo.git(["rev-parse", "release/2.0"]);
    story.apply(&["2.0"], &[story.map]);
    let older = story.kept();
    assert_eq!(outcome(&story.again(&older).success().json(), 0), "opened");
    assert_eq!(outcome(&story.again(&older).success().json(), 0), "already");
    for fixes in [&[story.map, story.set][..], &[story.set]] {
        story.repo.git(["update-ref", "refs/heads/release/2.0", &before]);
        story.repo.tick(86_400);
        story.apply(&["2.0"], fixes);
        assert_eq!(outcome(&story.again(&story.kept()).success().json(), 0), "updated");
        story.is_stale(&older, "has picks of a newer plan");
    }
    let plan = story.repo.home().join("plan.json").display().to_string();
    let report: Value = story.bin(&["--plan", &plan, "--replace", "--format", "json"]).run().success().json();
    assert_eq!(outcome(&report, 0), "updated");
}

#[test]
fn a_plan_of_nothing_closes_no_pull_request_with_what_came_to_main_later() {
    let story = Story::new();
    let first = story.repo.commit_id("release/2.0");
    story.apply(&["2.0"], &[first]);
    let older = story.kept();
    let later = story.repo.squash_merge(15, "Fix what came later", "", [("later.c", "fixed\n")]);
    story.apply(&["2.0"], &[later]);
    assert_eq!(outcome(&story.again(&story.kept()).success().json(), 0), "opened");
    story.is_stale(&older, "which main had not at");
}
