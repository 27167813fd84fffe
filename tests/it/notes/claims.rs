//! What names a fix without bringing it.

use serde_json::json;

use super::grouping::line;
use super::{entry, json as ask, notes, titles};

#[test]
fn who_only_speaks_of_a_pull_request_does_not_bring_it() {
    for message in [
        "Do not crash (#81)\n\nUnlike the earlier change (backport #73), this needs no lock.\n",
        "Do not crash (#81)\n\nBackport of #73\n",
        "[2.0] Do not crash (#73) (#81)\n",
    ] {
        let repo = line();
        let leak = repo.squash_merge(73, "Stop the leak", "CVE: CVE-2026-11111\n", [("list", "1\n2, kept\n3\n")]);
        repo.land_on_line("2.0", message, [("map", "1\n2\n3, checked\n")]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "Do not crash");
        let origin = json!({ "from": "claimed", "commits": [leak.to_string()] });
        assert_eq!((titles(&found), &one["origin"]), (vec!["Do not crash"], &origin), "{message}: {found:#}");
        assert_eq!((one.get("advisories"), &one["own-pull-requests"][0]["number"]), (None, &json!(81)));
        let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
        assert!(check.stdout.contains("or the pull request of it, as its origin"), "{}", check.stdout);
    }
}

#[test]
fn who_names_a_pull_request_and_brings_a_part_of_it_does() {
    let repo = line();
    repo.squash_merge(73, "Stop the leaks", "", [("list", "1\n2, kept\n3\n"), ("map", "1\n2, kept\n3\n")]);
    repo.land_on_line("2.0", "Keep the map (backport #73) (#81)\n", [("map", "1\n2, kept\n3\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = entry(&found, "Stop the leaks");
    assert_eq!((titles(&found).len(), &one["pull-request"]), (1, &json!(73)), "{found:#}");
    // Most of it under another title, as who adapts it brings it.
    let repo = line();
    repo.squash_merge(73, "Stop the leaks", "", [("list", "a\nb\nc\nd\n")]);
    repo.land_on_line("2.0", "Keep the list\n\nBackport of #73\n", [("list", "a\nb\nc\nd, here\n")]);
    assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), "Stop the leaks")["pull-request"], 73);
    // Who only says what is picked gives it no other title.
    let repo = line();
    repo.squash_merge(73, "Stop the leaks", "", [("list", "1\n2, kept\n3\n")]);
    repo.land_on_line("2.0", "Backport #73 to 2.0\n", [("list", "1\n2, kept here\n3\n")]);
    assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), "Stop the leaks")["pull-request"], 73);
    // Other lines under the same title: somebody adapted it.
    let repo = line();
    repo.squash_merge(73, "Stop the leaks", "", [("list", "1\n2, kept\n3\n")]);
    repo.land_on_line("2.0", "Stop the leaks (backport #73) (#81)\n", [("list", "1\n2, kept here\n3\n")]);
    assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), "Stop the leaks")["pull-request"], 73);
}

#[test]
fn a_revert_is_never_told_as_the_fix_whose_title_it_quotes() {
    for merged in [false, true] {
        let repo = line();
        let fix = repo.squash_merge(73, "Stop the leak", "", [("list", "1\n2, kept\n3\n")]);
        repo.git(["checkout", "-q", "release/2.0"]);
        repo.git(["cherry-pick", &fix.to_string()]);
        repo.git(["commit", "-q", "--amend", "-m", "Stop the leak (backport #73) (#79)"]);
        repo.git(["checkout", "-q", "main"]);
        repo.tag_release("v2.0.1", "2.0");
        let title = "Revert \"Stop the leak (backport #73)\"";
        repo.git(["checkout", "-q", "-b", "back", "release/2.0"]);
        repo.git(["revert", "--no-edit", "HEAD"]);
        repo.git(["commit", "-q", "--amend", "-m", title]);
        repo.git(["checkout", "-q", "release/2.0"]);
        let subject = "Merge pull request #80 from mia/revert-79-mergify/bp/2.0/pr-73";
        match merged {
            true => repo.git(["merge", "-q", "--no-ff", "-m", &format!("{subject}\n\n{title}"), "back"]),
            false => repo.git(["reset", "-q", "--hard", "back"]),
        };
        repo.git(["checkout", "-q", "main"]);
        let found = ask(&repo, &["--target", "2.0.2"]);
        let one = entry(&found, "Revert");
        assert_eq!((titles(&found).len(), &one["title"]), (1, &json!(title)), "{merged}: {found:#}");
        assert_ne!(one["origin"]["from"], "main", "{merged}: {found:#}");
    }
}
