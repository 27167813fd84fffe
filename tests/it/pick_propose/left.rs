//! What leaves a pull request: picks that the plan has no longer, and all of them.

use serde_json::Value;

use super::{Story, outcome};

impl Story {
    /// Plans and picks anew on the line as it was.
    fn anew(&self, before: &str, fixes: &[backstitch::model::commit::CommitId]) {
        self.repo.git(["update-ref", "refs/heads/release/2.0", before]);
        self.repo.tick(1000);
        self.apply(&["2.0"], fixes);
    }

    /// Takes every pick out of what `apply` said, as it says where a line needs nothing.
    fn without_picks(&self) {
        let path = self.repo.home().join("applied.json");
        let text = std::fs::read_to_string(&path).expect("because it was kept");
        let mut report: Value = serde_json::from_str(&text).expect("because it is JSON");
        report["lines"][0]["picks"] = Value::Array(Vec::new());
        std::fs::write(path, report.to_string()).expect("because the folder is ours");
    }
}

#[test]
fn what_an_update_takes_out_is_said() {
    let story = Story::new();
    let before = story.repo.git(["rev-parse", "release/2.0"]);
    story.apply(&["2.0"], &[story.map, story.set]);
    story.propose(0);
    assert!(!story.only().body.contains("No longer in here"));
    story.anew(&before, &[story.map]);
    let said = story.bin(&["--dry-run"]).run().success().stdout;
    assert!(said.contains("would update") && said.contains("has no longer, for the plan has not: "), "{said}");
    let report = story.propose(0);
    assert_eq!((outcome(&report, 0), report["lines"][0]["left"].as_array().map(Vec::len)), ("updated", Some(1)));
    assert_eq!(report["lines"][0]["left"][0]["fix"], story.set.to_string());
    let body = story.only().body;
    let (_, part) = body.split_once("### No longer in here").unwrap_or_else(|| panic!("{body}"));
    assert!(part.contains(&story.set.to_string()) && !part.contains("<img"), "{body}");
    // It stays written there, and is told once.
    let again = story.propose(0);
    assert_eq!((outcome(&again, 0), &again["lines"][0]["left"]), ("already", &Value::Null));
    story.anew(&before, &[story.map, story.set]);
    assert_eq!(outcome(&story.propose(0), 0), "updated");
    assert!(!story.only().body.contains("No longer in here"), "{}", story.only().body);
}

#[test]
fn the_fixes_of_a_pull_request_may_have_one_of_their_own() {
    let story = Story::new();
    let before = story.repo.git(["rev-parse", "release/2.0"]);
    story.apply(&["2.0"], &[story.map]);
    story.propose(0);
    story.anew(&before, &[story.set]);
    let report = story.bin(&["--of-pull", "12", "--format", "json"]).run().success().json();
    assert_eq!((outcome(&report, 0), &report["lines"][0]["left"]), ("opened", &Value::Null));
    let heads: Vec<String> = story.pulls().into_iter().map(|pull| pull.head).collect();
    assert_eq!(heads, ["backstitch/2.0", "backstitch/2.0-pr-12"]);
    assert_eq!(story.served(&["show", "backstitch/2.0:map.c"]), "map, fixed");
    assert_eq!(story.served(&["show", "backstitch/2.0-pr-12:set.c"]), "set, fixed");
}

#[test]
fn a_pull_request_that_nothing_is_needed_of_is_closed() {
    let story = Story::new();
    story.apply(&["2.0"], &[story.map]);
    story.propose(0);
    story.without_picks();
    let shown = story.bin(&["--dry-run"]).run().success().stdout;
    assert!(shown.contains("would close") && !story.only().closed, "{shown}");
    let report = story.propose(0);
    assert_eq!(outcome(&report, 0), "closed");
    let pull = story.only();
    assert!(pull.closed && pull.body.contains("**Nothing of this is needed any more:**"), "{}", pull.body);
    assert!(pull.body.contains(&story.map.to_string()), "{}", pull.body);
    assert_eq!(outcome(&story.propose(0), 0), "nothing");
}

#[test]
fn one_that_somebody_pushed_to_stays_open_and_says_so() {
    let story = Story::new();
    story.apply(&["2.0"], &[story.map]);
    story.propose(0);
    let theirs = story.push_by_hand();
    story.without_picks();
    let report = story.propose(0);
    assert_eq!(outcome(&report, 0), "updated");
    assert!(report["lines"][0]["notes"].to_string().contains("commits of somebody else"), "{report:#}");
    let pull = story.only();
    assert!(!pull.closed && pull.body.contains("It stays open") && pull.body.contains(&theirs), "{}", pull.body);
    assert_eq!(story.served(&["rev-parse", "backstitch/2.0"]), theirs);
    assert_eq!(outcome(&story.propose(0), 0), "already");
}

#[test]
fn one_that_a_person_wrote_is_left_alone() {
    let story = Story::new();
    story.apply(&["2.0"], &[story.map]);
    story.propose(0);
    story.github.state().proposals.pulls[0].body = "Mine".to_owned();
    story.without_picks();
    let writes = story.writes();
    assert_eq!((outcome(&story.propose(0), 0), story.writes()), ("nothing", writes));
}
