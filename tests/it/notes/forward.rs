//! What was on the line first, and came to main from there.

use serde_json::{Value, json};

use super::grouping::{authors, line, merge};
use super::{entry, json as ask, markdown, notes, titles};
use crate::support::Repo;

/// Lands a fix on the line, and on main as what such a message says of it.
fn story(forward: impl Fn(&str) -> String) -> Repo {
    let repo = line();
    let fix = repo.land_on_line("2.0", "Fix host name check (#302)", [("hosts", "checked\n")]);
    repo.land_fix(&forward(&fix.to_string()), [("hosts", "checked\n")]);
    repo
}

#[test]
fn a_fix_that_was_on_the_line_first_keeps_its_own_title_and_number() {
    let named = |fix: &str| format!("Forward-port: verify hosts (#304)\n\n(cherry picked from commit {fix})");
    let kept = |_: &str| "Fix host name check (#302) (#304)".to_owned();
    for repo in [story(named), story(kept)] {
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "Fix host name check");
        let main = repo.commit_id("main").to_string();
        assert_eq!(one["origin"], json!({ "from": "main", "commits": [main] }));
        assert_eq!(one.get("pull-request"), None);
        assert_eq!(one["own-pull-requests"], json!([{ "number": 302, "base": "line" }]));
        assert!(markdown(&repo, &["--target", "2.0.1"]).contains("- Fix host name check (#302)\n"));
        let _ = notes(&repo, &["check", "--target", "2.0.1"]).run().success();
    }
}

#[test]
fn a_port_that_names_only_the_number_of_the_fix_is_told_as_the_line_has_it() {
    for port in [
        "Forward port of #302 (#304)",
        "Forward-port #302: Check hosts (#304)",
        "Forward port #302 (#304)\n\nIt is needed there, too.",
        "Port of #302 from release/2.0 (#304)",
        "Check hosts on main (#304)\n\nForward port of #302.",
        "Check hosts (forward port #302) (#304)",
        "[main] Fix host name check (#304)",
        "[main] Fix host name check (#302)",
        "[main] Fix host name check",
        "Merge pull request #304 from x/port\n\nForward port of #302",
        "Merge pull request #304 from x/port\n\n[main] Fix host name check",
    ] {
        let repo = line();
        repo.land_on_line("2.0", "Fix host name check (#302)", [("hosts", "checked\n")]);
        repo.tick(60);
        match port.starts_with("Merge ") {
            true => _ = merge(&repo, "main", port, &[("Check hosts there", "Bo", "hosts", "checked\n")]),
            false => _ = repo.commit_with(port, "Bo <bo@example.com>", [("hosts", "checked\n")]),
        }
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "Fix host name check");
        assert_eq!(one["origin"]["from"], "main", "{port}");
        assert_eq!((one.get("pull-request"), &one["own-pull-requests"][0]["number"]), (None, &json!(302)), "{port}");
        assert_eq!(authors(one), ["Mia Maintainer"], "{port}");
        assert!(markdown(&repo, &["--target", "2.0.1"]).contains("- Fix host name check (#302)\n"), "{port}");
    }
}

#[test]
fn a_fix_that_a_merge_brought_to_the_line_is_known_by_the_number_of_that() {
    let repo = line();
    let message = "Merge pull request #302 from x/hosts\n\nFix host name check";
    merge(&repo, "release/2.0", message, &[("Check names of hosts", "Bo", "hosts", "checked\n")]);
    repo.tick(60);
    repo.squash_merge(304, "Forward port of #302", "", [("hosts", "checked\n")]);
    assert!(markdown(&repo, &["--target", "2.0.1"]).contains("- Check names of hosts (#302)\n"));
}

#[test]
fn a_port_of_another_fix_is_told_as_main_has_it() {
    for port in ["Forward port of #301 (#304)", "[2.0] Check hosts (#304)", "[main] Check hosts (#304)"] {
        let repo = story(|_| port.to_owned());
        let found = ask(&repo, &["--target", "2.0.1"]);
        assert_eq!(found["entries"][0]["pull-request"], 304, "{port}: {found:#}");
    }
}

#[test]
fn a_pick_that_lost_the_number_of_main_is_told_as_main_has_it() {
    let repo = line();
    let fix = repo.squash_merge(304, "Fix host name check (#302)", "", [("hosts", "checked\n")]);
    let message = format!("Fix host name check (#302)\n\n(cherry picked from commit {fix})\n");
    repo.land_on_line("2.0", &message, [("hosts", "checked\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&found, "Fix host name check")["pull-request"], 304);
}

#[test]
fn fixes_that_came_to_main_together_are_told_each() {
    let repo = line();
    let fixes = ["hosts", "ports"].map(|name| {
        let title = format!("Check {name} (#{})", 300 + name.len());
        repo.land_on_line("2.0", &title, [(name, "checked\n")]).to_string()
    });
    repo.merge_pull_request(304, "Forward fixes", |pull| {
        for (name, fix) in ["hosts", "ports"].iter().zip(&fixes) {
            pull.commit(&format!("Take {name}\n\n(cherry picked from commit {fix})"), [(*name, "checked\n")]);
        }
    });
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(titles(&found), ["Check hosts", "Check ports"]);
}

#[test]
fn a_line_that_was_cut_later_has_it_too() {
    let repo = story(|fix| format!("Forward-port it (#304)\n\n(cherry picked from commit {fix})"));
    let lines = ["3.0", "2.0"].map(|name| format!("[[line]]\nname = \"{name}\"\nbranch = \"release/{name}\"\n"));
    repo.write_config(&format!("[project]\nname = \"Godel\"\nmain = \"main\"\n\n{}", lines.join("\n")));
    repo.cut_line("3.0");
    repo.tag_release("v3.0.0", "3.0");
    let found = ask(&repo, &["--target", "2.0.1"]);
    let also: &Value = &entry(&found, "Fix host name check")["also-in"];
    assert_eq!(*also, json!([{ "line": "3.0", "version": "3.0.0", "tag": "v3.0.0" }]));
}

#[test]
fn an_advisory_that_only_main_names_is_open() {
    let repo = story(|fix| format!("Fix CVE-2026-3333 (#304)\n\n(cherry picked from commit {fix})"));
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&found, "Fix host name check")["open-advisories"], json!(["CVE-2026-3333"]));
}
