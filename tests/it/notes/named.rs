//! Picks that name pull requests: several at once, one of several commits, and in all the ways that people write it.

use serde_json::{Value, json};

use super::grouping::{authors, line, merge};
use super::{entry, json as ask, notes};
use crate::support::Repo;

const LEAK: &str = "Stop the leak\n\nCVE: CVE-2026-11111";
const KEPT: (&str, &str) = ("list", "1\n2, kept\n3\n");
const PRINTED: (&str, &str) = ("map", "1\n2\n3, printed\n");

fn found(repo: &Repo) -> Value {
    ask(repo, &["--target", "2.0.1"])
}

fn check(repo: &Repo) -> String {
    notes(repo, &["check", "--target", "2.0.1"]).run().code(3).stdout
}

/// What was squash-merged: a way to attack that Bo closed, and the work of Cy.
fn squashed() -> (Repo, [String; 2]) {
    let repo = line();
    let leak = repo.commit_with("Stop the leak (#73)\n\nCVE: CVE-2026-11111", "Bo <bo@example.com>", [KEPT]);
    let map = repo.commit_with("Print the map (#74)", "Cy <cy@example.com>", [PRINTED]);
    (repo, [leak.to_string(), map.to_string()])
}

#[test]
fn a_pick_of_several_pull_requests_is_of_all_that_it_names() {
    for merged in ["both", "one", "none"] {
        let repo = line();
        let leak = (LEAK, "Bo", KEPT.0, KEPT.1);
        let map = ("Print the map", "Cy", PRINTED.0, PRINTED.1);
        let subject = |number, title| format!("Merge pull request #{number} from x/topic\n\n{title}");
        match merged {
            "none" => _ = repo.commit_with("Stop the leak (#73)\n\nCVE: CVE-2026-11111", "Bo <bo@example.com>", [KEPT]),
            _ => _ = merge(&repo, "main", &subject(73, "Stop the leak"), &[leak]),
        }
        match merged {
            "both" => _ = merge(&repo, "main", &subject(74, "Print the map"), &[map]),
            _ => _ = repo.commit_with("Print the map (#74)", "Cy <cy@example.com>", [PRINTED]),
        }
        repo.squash_merge(75, "Add more", "", [("more", "more\n")]);
        repo.land_on_line("2.0", "Leak and map\n\nBackport of #73 and #74, see #75\n", [KEPT, PRINTED]);
        let found = found(&repo);
        let one = entry(&found, "Leak and map");
        assert_eq!((&one["pull-requests"], authors(one)), (&json!([73, 74]), vec!["Bo", "Cy"]), "{merged}: {found:#}");
        assert_eq!((&one["section"], &one["advisories"]), (&json!("security"), &json!(["CVE-2026-11111"])), "{merged}");
        assert_eq!(one["origin"].get("claimed"), None, "{merged}: {found:#}");
    }
}

#[test]
fn one_of_several_that_was_adapted_is_told_and_its_advisory_is_open() {
    for message in ["Leak and map\n\nBackport of #73 and #74\n", "[2.0] Leak and map (#73) (#74) (#80)\n"] {
        let (repo, [leak, map]) = squashed();
        repo.land_on_line("2.0", message, [("list", "1\n2, kept here\n3\n"), PRINTED]);
        let found = found(&repo);
        let one = entry(&found, "Leak and map");
        let origin = json!({ "from": "main", "commits": [leak, map], "claimed": [leak] });
        assert_eq!(one["origin"], origin, "{message}: {found:#}");
        assert_eq!((&one["pull-requests"], authors(one)), (&json!([73, 74]), vec!["Bo", "Cy"]), "{message}");
        assert_eq!(one.get("advisories"), None, "{message}: {found:#}");
        assert_eq!(one["open-advisories"], json!(["CVE-2026-11111"]), "{message}");
        let said = check(&repo);
        assert!(said.contains(&format!("it names {}", &leak[..10])), "{message}: {said}");
    }
}

#[test]
fn one_of_several_of_which_nothing_comes_is_not_told_and_not_passed_over() {
    let (repo, [leak, map]) = squashed();
    repo.land_on_line("2.0", "Leak and map\n\nBackport of #73 and #74\n", [PRINTED]);
    let found = found(&repo);
    let one = entry(&found, "Leak and map");
    assert_eq!(one["origin"], json!({ "from": "main", "commits": [map], "claimed": [leak] }), "{found:#}");
    assert_eq!((&one["pull-request"], authors(one)), (&json!(74), vec!["Cy"]), "{found:#}");
    assert_eq!((one.get("pull-requests"), one.get("advisories")), (None, None), "{found:#}");
    assert!(check(&repo).contains(&format!("it names {}", &leak[..10])));
}

/// A merged pull request of two commits, and a pick of them that was made one, with the author and the date of the first.
fn of_two_commits(message: &str, picked: &[&str]) -> Repo {
    let repo = line();
    let two = [
        ("Stop one leak", "Bo", KEPT.0, KEPT.1),
        ("Check the length\n\nCVE: CVE-2026-11111", "Cy", PRINTED.0, PRINTED.1),
    ];
    let merge = merge(&repo, "main", "Merge pull request #73 from x/topic\n\nStop the leaks", &two);
    repo.git(["checkout", "-q", "release/2.0"]);
    for commit in picked {
        repo.git(["cherry-pick", &format!("{merge}^2{commit}")]);
    }
    repo.git(["reset", "-q", "--soft", &format!("HEAD~{}", picked.len() - 1)]);
    repo.git(["commit", "-q", "--amend", "-m", message]);
    repo.git(["checkout", "-q", "main"]);
    repo
}

#[test]
fn a_pull_request_that_was_squashed_onto_the_line_is_told_as_a_whole() {
    for message in [
        "Stop one leak\n\nBackport of #73\n",
        "Stop one leak (backport #73)\n",
        "Stop one leak (#73)\n",
        "Stop one leak\n",
        "Stop the leaks\n\nBackport of #73\n",
    ] {
        let found = found(&of_two_commits(message, &["~1", ""]));
        let one = entry(&found, "Stop the leaks");
        assert_eq!((&one["pull-request"], authors(one)), (&json!(73), vec!["Bo", "Cy"]), "{message}: {found:#}");
        assert_eq!(
            (&one["section"], &one["advisories"]),
            (&json!("security"), &json!(["CVE-2026-11111"])),
            "{message}"
        );
    }
    // A part of it is no more than that.
    let found = found(&of_two_commits("Stop one leak (backport #73)\n", &["~1"]));
    let one = entry(&found, "Stop one leak");
    assert_eq!((&one["pull-request"], authors(one)), (&json!(73), vec!["Bo"]), "{found:#}");
    assert_eq!(one.get("advisories"), None, "{found:#}");
}

#[test]
fn a_pull_request_is_named_in_many_ways() {
    for message in [
        "[2.0] Backport #73: Stop the leak",
        "[2.0] backport #73 Stop the leak",
        "[backport #73] Stop the leak",
        "[2.0] Backport #73",
        "backport 2.0: #73 Stop the leak",
        "backport from #73 Stop the leak",
        "[release-2.0] cherry-pick #73: Stop the leak",
        "2.0: backport #73: Stop the leak",
        "Backport of pull/73 to 2.0.1",
    ] {
        let (repo, _) = squashed();
        repo.land_on_line("2.0", message, [("list", "1\n2, kept here\n3\n")]);
        let found = found(&repo);
        let one = entry(&found, "Stop the leak");
        assert_eq!((&one["pull-request"], authors(one)), (&json!(73), vec!["Bo"]), "{message}: {found:#}");
        assert_eq!(
            (&one["section"], &one["advisories"]),
            (&json!("security"), &json!(["CVE-2026-11111"])),
            "{message}"
        );
    }
}

#[test]
fn what_only_speaks_of_a_backport_is_none() {
    for message in [
        "Revert \"Backport #73: Stop the leak\"",
        "Undo backport of #73",
        "Prepare for backport #73",
        "[2.0] Prepare for backport #73",
        "Stop the leak of the list, see #73",
    ] {
        let (repo, _) = squashed();
        repo.land_on_line("2.0", message, [("list", "1\n2, kept here\n3\n")]);
        let found = found(&repo);
        assert_eq!(found["entries"][0]["pull-request"], Value::Null, "{message}: {found:#}");
        assert_ne!(found["entries"][0]["origin"]["from"], "main", "{message}: {found:#}");
    }
}
