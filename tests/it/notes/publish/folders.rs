//! Where the files of releases are looked for.

use serde_json::json;

use super::Story;
use crate::support::signing::tag;

#[test]
fn the_files_of_one_release_are_found_where_those_of_several_are() {
    let story = Story::new();
    let dist = story.dist().display().to_string();
    let found = story.bin(&["v2.0.1", "--assets", &dist, "--dry-run", "--format", "json"]).run().success().json();
    let of_folder = story.one(&["--dry-run", "--format", "json"]).run().success().json();
    let sent =
        found["steps"].as_array().expect("because there are steps").iter().filter(|step| step["does"] == "upload");
    assert_eq!(sent.count(), 3, "{found:#}");
    assert_eq!(found, of_folder);
}

#[test]
fn a_release_without_files_and_without_signatures_is_possible_when_asked_for() {
    let story = Story::new();
    story.repo.git(["tag", "-d", "v2.0.1"]);
    let _made = tag(&story.repo, &["create", "2.0.1", "--unsigned"]).run().success();
    story.hand_over("v2.0.1");
    let said = story.bin(&["v2.0.1"]).run().code(1).stderr;
    assert!(said.contains("does not verify: signed"), "{said}");
    let found = story.bin(&["v2.0.1", "--unsigned", "--format", "json"]).run().success().json();
    assert_eq!(found["releases"][0]["assets"], json!([]));
}
