//! What names a fix without bringing it.

use serde_json::json;

use super::grouping::{LINE, line};
use super::{entry, json as ask, notes, titles};
use crate::support::Repo;

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
    repo.squash_merge(73, "Stop the leaks", "", [("list", "1\n2, kept\n3\n"), ("map", "1\n2, stays\n3\n")]);
    repo.land_on_line("2.0", "Keep the map (backport #73) (#81)\n", [("map", "1\n2, stays\n3\n")]);
    // A half alone is told as what it is, and what that fixes stays open.
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = entry(&found, "Keep the map");
    assert_eq!((titles(&found).len(), &one["pull-request"]), (1, &json!(73)), "{found:#}");
    assert_eq!(one["origin"]["claimed"], one["origin"]["commits"], "{found:#}");
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
    assert!(check.stdout.contains("less than three of four lines of it"), "{}", check.stdout);
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
    // A test is written otherwise on a line.
    let repo = line();
    let test = [("list", "1\n2, kept\n3\n"), ("tests/list", "a\nb\nc\nd\ne\n")];
    repo.squash_merge(73, "Stop the leaks", "", test);
    let adapted = [test[0], ("tests/list", "f\ng\nh\ni\nj\n")];
    repo.land_on_line("2.0", "[backport #73] Keep the list\n", adapted);
    assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), "Stop the leaks")["pull-request"], 73);
    // Other lines in a file that was moved.
    let repo = line();
    repo.git(["rm", "-q", "list"]);
    repo.git(["commit", "-q", "-m", "Move the list"]);
    repo.squash_merge(72, "Move the list", "", [("lib/list", "1\n2\n3\n")]);
    repo.squash_merge(73, "Stop the leaks", "", [("lib/list", "1\n2, kept\n3\n")]);
    repo.land_on_line("2.0", "Backport #73 to 2.0\n", [("list", "1\n2, kept here\n3\n")]);
    assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), "Stop the leaks")["pull-request"], 73);
    // Other lines under the same title: somebody adapted it.
    let repo = line();
    repo.squash_merge(73, "Stop the leaks", "", [("list", "1\n2, kept\n3\n")]);
    repo.land_on_line("2.0", "Stop the leaks (backport #73) (#81)\n", [("list", "1\n2, kept here\n3\n")]);
    assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), "Stop the leaks")["pull-request"], 73);
}

#[test]
fn a_half_whose_line_the_other_half_has_too_is_not_the_whole() {
    let [list, map] = [("list", "1\n2\n3\nchecked\n"), ("map", "1\n2\n3\nchecked\n")];
    let [twice, once] = ["1\nchecked\n2\n3\nchecked\n", "1\nchecked\n2\n3\n"].map(|text| ("list", text));
    for (fix, pick) in [(vec![list, map], list), (vec![twice], once)] {
        let repo = line();
        let fix = repo.squash_merge(73, "Check the length", "CVE: CVE-2026-11111\n", fix);
        let message = format!("Check the length (#81)\n\n(cherry picked from commit {fix})\n");
        repo.land_on_line("2.0", &message, [pick]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "Check the length");
        assert_eq!((one.get("advisories"), &one["open-advisories"]), (None, &json!(["CVE-2026-11111"])), "{found:#}");
        let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
        assert!(check.stdout.contains("less than three of four lines of it"), "{}", check.stdout);
    }
    // Two fixes of the same line, of which a squash brings one.
    let repo = line();
    repo.squash_merge(73, "Check the list", "CVE: CVE-2026-11111\n", [list]);
    repo.squash_merge(74, "Check the map", "CVE: CVE-2026-22222\n", [map]);
    repo.land_on_line("2.0", "[2.0] Backports (#81)\n\nBackport of #73 and #74\n", [list]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&found, "Check the list")["advisories"], json!(["CVE-2026-11111"]), "{found:#}");
    assert_eq!(titles(&found).len(), 1, "{found:#}");
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
    assert!(check.stdout.contains("origin      undecided"), "{}", check.stdout);
}

#[test]
fn who_leaves_a_file_alone_that_a_security_fix_needs_leaves_it_open() {
    let repo = line();
    let fix = repo.squash_merge(
        73,
        "Refuse wrong peers",
        "CVE: CVE-2026-11111\n",
        [("list", "1\n2\n3\nnames\n"), ("map", "1\n2\n3\ntrust\n")],
    );
    let message = format!("Refuse wrong peers (#81)\n\n(cherry picked from commit {fix})\n");
    repo.land_on_line("2.0", &message, [("list", "// see below\n1\n2\n3\nnames\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = entry(&found, "Refuse wrong peers");
    assert_eq!((one.get("advisories"), &one["open-advisories"]), (None, &json!(["CVE-2026-11111"])), "{found:#}");
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run();
    assert!(check.stderr.contains("leaves a file of the product alone"), "{}", check.stderr);
    // The line had it already.
    repo.land_on_line("2.0", "Trust nobody (#82)\n", [("map", "1\n2\n3\ntrust\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&found, "Refuse wrong peers")["advisories"], json!(["CVE-2026-11111"]), "{found:#}");
}

#[test]
fn who_leaves_a_place_of_a_file_as_it_was_leaves_open_what_that_fixes() {
    let before = "one\n2\n3\n4\n5\n6\n7\n8\n9\nten\n11\n";
    let [fixed, dropped] = ["ten, checked", "ten"].map(|ten| before.replace("one", "one, checked").replace("ten", ten));
    // The place may be otherwise there, or have been mended before.
    let adapted = dropped.replace("ten", "ten, so");
    for (content, is_open) in [(&dropped, true), (&adapted, false)] {
        let repo = Repo::new();
        repo.write_config(LINE);
        repo.land_fix("Begin", [("list", before)]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        let fix = repo.squash_merge(73, "Check the length", "CVE: CVE-2026-11111\n", [("list", fixed.as_str())]);
        let message = format!("Check the length (#81)\n\n(cherry picked from commit {fix})\n");
        repo.land_on_line("2.0", &message, [("list", format!("{content}of 2.0\n").as_str())]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        assert_eq!(entry(&found, "Check the length").get("advisories").is_none(), is_open, "{content}: {found:#}");
    }
}

#[test]
fn who_leaves_out_what_is_no_part_of_the_product_brings_the_fix() {
    let long = "a\nb\nc\nd\ne\nf\ng\nh\n";
    for (path, is_sure) in [
        ("core-tests/list", true),
        ("src/libutil-tests/list", true),
        ("testsuite/list", true),
        ("src/list/tests.py", true),
        ("fixtures/list", true),
        ("examples/list", true),
        ("benchmarks/list", true),
        ("newsfragments/73.bugfix", true),
        ("po/de.po", true),
        ("contests/list", false),
        ("Makefile", false),
    ] {
        let repo = line();
        let fix = repo.squash_merge(73, "Stop the leak", "", [("list", "1\n2, kept\n3\n"), (path, long)]);
        let message = format!("Stop the leak (#73)\n\n(cherry picked from commit {fix})");
        repo.land_on_line("2.0", &message, [("list", "1\n2, kept\n3\n")]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let claimed = entry(&found, "Stop the leak")["origin"].get("claimed");
        assert_eq!(claimed.is_none(), is_sure, "{path}: {found:#}");
    }
}

#[test]
fn who_is_called_as_a_fix_and_changes_nothing_of_it_does_not_bring_it() {
    for message in [
        "Backport #73 to 2.0\n",
        "backport: #73\n",
        "[2.0] Backport #73: Stop the leak\n",
        "[Backport 2.0] Stop the leak (#73)\n",
        "Stop the leak (#73) (#81)\n",
        "Stop the leak\n\n(cherry picked from commit ORIGIN)\n",
    ] {
        let repo = line();
        let leak = repo.squash_merge(73, "Stop the leak", "CVE: CVE-2026-11111\n", [("list", "1\n2, kept\n3\n")]);
        let message = message.replace("ORIGIN", &leak.to_string());
        repo.land_on_line("2.0", &message, [("map", "1\n2\n3, checked\n")]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = &found["entries"][0];
        let origin = json!({ "from": "claimed", "commits": [leak.to_string()] });
        assert_eq!((titles(&found).len(), &one["origin"]), (1, &origin), "{message}: {found:#}");
        assert_eq!(one.get("advisories"), None, "{message}");
        let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
        assert!(check.stdout.contains("or the pull request of it, as its origin"), "{}", check.stdout);
    }
    // Of several, too: the line that both have is of neither.
    let repo = line();
    repo.squash_merge(73, "Stop the leak", "CVE: CVE-2026-11111\n", [("list", "1\n2, kept\nend\n3\n")]);
    let other = repo.squash_merge(74, "Check the map", "", [("map", "1\n2\nend\n3, checked\n")]);
    repo.land_on_line("2.0", "[2.0] Backport #73/#74: Stop the leak\n", [("map", "1\n2\nend\n3, checked\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = &found["entries"][0];
    assert_eq!((titles(&found).len(), one.get("advisories"), &one["pull-request"]), (1, None, &json!(74)), "{found:#}");
    assert_eq!(one["origin"]["commits"], json!([other.to_string()]), "{found:#}");
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
    assert!(check.stdout.contains("among its origins"), "{}", check.stdout);
}

#[test]
fn who_is_called_as_a_fix_and_changes_its_file_otherwise_leaves_open_what_that_fixes() {
    for content in ["# kept\n1\n2\n3\n", "1\n2\n3\n\n"] {
        let repo = line();
        repo.squash_merge(73, "Stop the leak", "CVE: CVE-2026-11111\n", [("list", "1\n2, kept\n3\n")]);
        repo.land_on_line("2.0", "Stop the leak (backport #73) (#81)\n", [("list", content)]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "Stop the leak");
        assert_eq!((&one["pull-request"], one.get("advisories")), (&json!(73), None), "{content:?}: {found:#}");
        let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
        assert!(check.stdout.contains("less than three of four lines of it"), "{}", check.stdout);
    }
}

#[test]
fn a_pull_request_of_another_repository_is_no_origin() {
    for (named, from) in [("acme/widget", "main"), ("ann/Widget", "main"), ("other/lib", "nowhere")] {
        let repo = Repo::new();
        repo.write_config(&LINE.replace("[project]\n", "[project]\nrepository = \"acme/widget\"\n"));
        repo.land_fix("Begin", [("list", "1\n2\n3\n")]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        repo.squash_merge(73, "Stop the leak", "", [("list", "1\n2, kept\n3\n")]);
        let message = format!("Stop the leak\n\nBackport of https://github.com/{named}/pull/73\n");
        repo.land_on_line("2.0", &message, [("list", "1\n2, kept here\n3\n")]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        assert_eq!(entry(&found, "Stop the leak")["origin"]["from"], from, "{named}: {found:#}");
    }
}

#[test]
fn what_only_names_several_changes_is_called_as_they_are() {
    let repo = line();
    repo.squash_merge(73, "Stop the leak", "", [("list", "1\n2, kept\n3\n")]);
    repo.squash_merge(74, "Check the map", "", [("map", "1\n2\n3, checked\n")]);
    let both = [("list", "1\n2, kept\n3\n"), ("map", "1\n2\n3, checked\n")];
    repo.land_on_line("2.0", "Backport #73 (and #74) to 2.0\n", both);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(titles(&found), ["Stop the leak; Check the map"], "{found:#}");
    assert_eq!(found["entries"][0]["pull-requests"], json!([73, 74]));
}

#[test]
fn what_a_pick_brings_and_does_not_name_is_pointed_to() {
    for named in ["(backport #74)", "(cherry picked from commit ORIGIN)"] {
        let repo = line();
        let leak = repo.squash_merge(73, "Stop the leak", "", [("list", "1, kept\n2, kept\n3\n")]);
        let map = repo.squash_merge(74, "Check the map", "", [("map", "1\n2\n3, checked\n")]);
        let both = [("list", "1, kept\n2, kept\n3\n"), ("map", "1\n2\n3, checked\n")];
        let named = named.replace("ORIGIN", &map.to_string());
        repo.land_on_line("2.0", &format!("Check the map\n\n{named}\n"), both);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "Check the map");
        assert_eq!((titles(&found).len(), &one["unnamed"]), (1, &json!([leak.to_string()])), "{found:#}");
        let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
        assert!(check.stdout.contains("and does not name it"), "{}", check.stdout);
        // What is named, and what only touches the file, is not pointed to.
        let repo = line();
        repo.squash_merge(73, "Stop the leak", "", [("list", "1, kept\n2, kept\n3\n")]);
        repo.squash_merge(74, "Check the map", "", [("map", "1\n2\n3, checked\n")]);
        repo.land_on_line("2.0", "Check the map (backport #74)\n", [("list", "1\n2\n3, as well\n"), both[1]]);
        assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), "Check the map").get("unnamed"), None);
    }
}

#[test]
fn what_is_named_and_is_nowhere_is_warned_of() {
    let repo = line();
    repo.squash_merge(73, "Stop the leak", "", [("list", "1\n2, kept\n3\n")]);
    let message =
        "Stop the leak\n\nBackport #73 and #99\n(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)\n";
    repo.land_on_line("2.0", message, [("list", "1\n2, kept\n3\n")]);
    let shown = notes(&repo, &["render", "--target", "2.0.1"]).run().code(0);
    for told in ["names pull request #99 as its origin, too", "names 0123456789abcdef0123456789abcdef01234567"] {
        assert!(shown.stderr.contains(told), "{told}: {}", shown.stderr);
    }
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
