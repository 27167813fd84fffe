//! What is under embargo is neither pushed nor proposed before its date, nor written into the issue.

use super::Story;
use crate::support::Bin;
use crate::support::embargo::{AFTER, BEFORE, embargo, embargo_aside, require_silent};
use crate::support::github::state::TOKEN;

#[test]
fn nothing_under_embargo_is_proposed_before_its_date() {
    let story = Story::new();
    assert_eq!(story.apply(&["2.0", "2.1"], &[story.map, story.set]), 0);
    let fix = story.map.to_string();
    embargo(&story.repo, &fix);
    let refused = story.bin(&["--now", BEFORE]).run().code(1);
    assert!(refused.stderr.contains("nothing was pushed: it would tell"), "{}", refused.stderr);
    require_silent(&refused, &fix);
    assert!(story.writes().is_empty(), "{:?}", story.writes());
    assert_eq!(story.served(&["branch", "--list", "backstitch/*"]), "");
    let _proposed = story.bin(&["--now", AFTER]).run().success();
    assert_eq!(story.pulls().len(), 2);
}

#[test]
fn an_issue_does_not_tell_which_fix_is_missing_where() {
    let story = Story::new();
    embargo(&story.repo, &story.map.to_string());
    let status = |now: &str| {
        let bin = Bin::pick().at(&story.repo).args(["status", "--all", "--issue", "Fixes and lines", "--now", now]);
        bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url()).run()
    };
    let refused = status(BEFORE).code(1);
    assert!(refused.stderr.contains("no issue was written: it would tell"), "{}", refused.stderr);
    assert!(story.github.state().proposals.issues.is_empty());
    let _written = status(AFTER);
    assert_eq!(story.github.state().proposals.issues.len(), 1);
}

#[test]
fn what_another_folder_keeps_back_is_neither_proposed_nor_written_into_the_issue() {
    let story = Story::new();
    assert_eq!(story.apply(&["2.0", "2.1"], &[story.map, story.set]), 0);
    let fix = story.map.to_string();
    let aside = embargo_aside(&story.repo, &fix);
    let more = ["--now", BEFORE, "--advisories", &aside];
    let refused = story.bin(&more).run().code(1);
    assert!(refused.stderr.contains("nothing was pushed: it would tell"), "{}", refused.stderr);
    require_silent(&refused, &fix);
    let status = Bin::pick().at(&story.repo).args(["status", "--all", "--issue", "Fixes and lines"]).args(more);
    let refused = status.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url()).run().code(1);
    assert!(refused.stderr.contains("no issue was written: it would tell"), "{}", refused.stderr);
    assert!(story.writes().is_empty(), "{:?}", story.writes());
}
