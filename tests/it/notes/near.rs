//! Picks that nothing but what they change tells the origin of.

use serde_json::{Value, json};

use super::reverts::{FIXED, MAP, line};
use super::{entry, json as ask, titles};
use crate::support::Repo;

const NEWS: &str = "Lists are checked: a name may be long, or short.\n";

/// A line that has as one commit what a merge of this name brought to main, with such news.
fn squashed(merge: &str, title: &str, news: &str) -> (Repo, Value) {
    let repo = line();
    repo.merge_pull_request(73, "Check the map", |pull| {
        pull.commit(
            "Check a half\n\nFixes: CVE-2026-0007\nKind: security\n",
            [("map", "1\n2, fixed\n3\n4\n5\n6\n7\n8\n9\n")],
        );
        pull.commit("Check the rest", [("map", FIXED), ("news/73.md", NEWS)]);
    });
    repo.git(["commit", "-q", "--amend", "-m", merge]);
    repo.land_on_line("2.0", title, [("map", FIXED), ("news/73.md", news)]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    (repo, found)
}

#[test]
fn a_squash_of_what_a_merge_brought_is_that_merge() {
    let github = "Merge pull request #73 from x/map\n\nCheck the map";
    let branch = "Merge branch 'map'";
    let fork = "Merge pull request from GHSA-c3gv-9cxf-6f57\n\nCheck the map";
    for (merge, title, news) in [
        (github, "Do not let a map be long (#81)", NEWS),
        (github, "[2.0] Check the map (#81)", "On 2.0 lists are checked, too.\n"),
        (github, "Do not let a map be long (#81)", "On 2.0 lists are checked, too.\n"),
        (branch, "Do not let a map be long (#81)", NEWS),
        (branch, "Do not let a map be long (#81)", "On 2.0 lists are checked, too.\n"),
        (fork, "Do not let a map be long (#81)", NEWS),
    ] {
        let (repo, found) = squashed(merge, title, news);
        let one = entry(&found, if merge == branch { "Check a half" } else { "Check the map" });
        let origin = json!({ "from": "main", "commits": [repo.commit_id("main").to_string()] });
        assert_eq!((titles(&found).len(), &one["origin"]), (1, &origin), "{merge}, {title}: {found:#}");
        let advisories = one["advisories"].as_array().map(Vec::len);
        assert_eq!(advisories, Some(if merge == fork { 2 } else { 1 }), "{merge}, {title}: {found:#}");
        assert_eq!(one.get("pull-request"), (merge == github).then_some(&json!(73)), "{merge}, {title}: {found:#}");
    }
}

#[test]
fn a_commit_of_main_that_a_line_has_with_less_or_more_is_not_meant() {
    for content in ["1\n2, fixed\n3\n4\n5\n6\n7\n8\n9\n", "1, fixed\n2, fixed\n3, fixed\n4\n5\n6\n7\n8, fixed\n9\n"] {
        let repo = line();
        repo.squash_merge(73, "Check the map", "Fixes: CVE-2026-0007\n", [("map", FIXED)]);
        repo.land_on_line("2.0", "Go on with the map", [("map", content)]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "Go on with the map");
        assert_eq!((&one["origin"]["from"], one.get("advisories")), (&json!("nowhere"), None), "{content}: {found:#}");
    }
    // What takes it back has the same lines the other way round.
    let repo = line();
    let fix = repo.squash_merge(73, "Check the map", "", [("map", FIXED)]);
    repo.pick("2.0", fix);
    repo.revert(fix);
    repo.git(["commit", "-q", "--amend", "-m", "Revert \"Check the map\"\n"]);
    repo.land_on_line("2.0", "Go back (#82)", [("map", MAP), ("set", "1\n")]);
    assert!(!titles(&ask(&repo, &["--target", "2.0.1"])).contains(&"Revert \"Check the map\""));
}
