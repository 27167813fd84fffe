//! Which advisories a security fix is said to fix.

use serde_json::{Value, json};

use super::{entry, json as ask, markdown, notes};
use crate::support::Repo;

const LINE: &str =
    "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";
const UNLIKE: &str = "Unlike CVE-2026-9999, it needs no account. It was introduced by the fix\nof CVE-2026-8888.";

/// A line with a security fix of this title and body.
pub(super) fn line(title: &str, body: &str) -> (Repo, String) {
    let repo = Repo::new();
    repo.write_config(LINE);
    repo.land_fix("Begin", [("list", "1\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let fix = repo.squash_merge(7, title, &format!("{body}\n\nKind: security\n"), [("list", "checked\n")]);
    repo.pick("2.0", fix);
    (repo, fix.to_string())
}

/// The identifiers that are fixed, and those that are open.
pub(super) fn told(repo: &Repo) -> (Value, Value) {
    let found = ask(repo, &["--target", "2.0.1", "--private"]);
    let one = entry(&found, "Check the list");
    let of = |name: &str| one.get(name).cloned().unwrap_or_else(|| json!([]));
    (of("advisories"), of("open-advisories"))
}

/// What `check` finds open about the words of security fixes, and about the advisories that entries name.
pub(super) fn checked(repo: &Repo) -> Vec<(String, String)> {
    let output =
        notes(repo, &["check", "--target", "2.0.1", "--only", "words", "--only", "advisories", "--format", "json"])
            .run();
    let mut found = output.json()["findings"].as_array().cloned().unwrap_or_default();
    found.retain(|finding| finding["found"] != "passed");
    found.iter().map(|one| (one["found"].to_string(), one["reason"].to_string())).collect()
}

#[test]
fn what_a_body_only_mentions_is_open_and_check_points_to_it() {
    let (repo, _) = line("Check the list (CVE-2026-4242)", &format!("{UNLIKE}\n\nRelease-note: Long lists are safe."));
    assert_eq!(told(&repo), (json!(["CVE-2026-4242"]), json!(["CVE-2026-8888", "CVE-2026-9999"])));
    let text = markdown(&repo, &["--target", "2.0.1"]);
    assert!(text.contains("- [CVE-2026-4242] Long lists are safe. (#7)\n"), "{text}");
    assert!(!text.contains("9999") && !text.contains("8888"), "{text}");
    let found = checked(&repo);
    assert!(found.len() == 1 && found[0].0.contains("undecided") && found[0].1.contains("in passing"), "{found:?}");
    // Somebody says which ones it fixes.
    repo.land_fix("Say so", [(".patch/notes/7.md", "Long lists are safe (CVE-2026-4242, CVE-2026-8888).\n")]);
    assert_eq!(told(&repo), (json!(["CVE-2026-4242", "CVE-2026-8888"]), json!([])));
    assert!(checked(&repo).is_empty());
}

#[test]
fn what_a_sentence_says_to_be_fixed_is() {
    let (repo, _) =
        line("Check the list", "Long names are refused, which\nfixes CVE-2026-4242. See also CVE-2026-9999.");
    assert_eq!(told(&repo), (json!(["CVE-2026-4242"]), json!(["CVE-2026-9999"])));
}

#[test]
fn an_advisory_of_the_repository_says_what_a_commit_fixes() {
    let (repo, fix) = line("Check the list", UNLIKE);
    assert_eq!(told(&repo), (json!([]), json!(["CVE-2026-8888", "CVE-2026-9999"])));
    let source = |state: &str, more: &str| {
        let body = "## Summary\n\nx\n\n## Impact\n\nx\n\n## Mitigation\n\nx\n\n## Patch\n\nx\n\n## Credits\n\nx\n";
        format!(
            "+++\nid = \"GSA-2026-001\"\ntitle = \"Long lists\"\nstate = \"{state}\"\ncve = \"CVE-2026-8888\"\n\
             ghsa = \"GHSA-2345-6789-cfgh\"\nintroduced = []\nfixed = [\"{}\"]\n{more}+++\n\n{body}",
            &fix[..12]
        )
    };
    // What is not public confirms what the message has, and adds nothing.
    repo.land_fix("Tell of it", [("advisories/GSA-2026-001.md", source("draft", "").as_str())]);
    assert_eq!(told(&repo), (json!(["CVE-2026-8888"]), json!(["CVE-2026-9999"])));
    repo.land_fix(
        "Publish it",
        [("advisories/GSA-2026-001.md", source("public", "published = 2026-01-01T00:00:00Z\n").as_str())],
    );
    assert_eq!(told(&repo), (json!(["CVE-2026-8888", "GHSA-2345-6789-cfgh"]), json!(["CVE-2026-9999"])));
    // One that is broken is told of without its name, and may be a secret of anything.
    repo.land_fix("Break one", [("advisories/GSA-2026-002.md", "+++\nid = 1\n+++\n")]);
    let refused = notes(&repo, &["render", "--target", "2.0.1"]).run().code(2).stderr;
    assert!(refused.contains("nothing can be guarded") && !refused.contains("002"), "{refused}");
    let found = ask(&repo, &["--target", "2.0.1", "--private"]);
    let warning = found["warnings"][0].as_str().unwrap_or_default();
    assert!(warning.contains("1 of the files in 'advisories'") && !warning.contains("002"), "{warning}");
}

/// Merges a branch with one commit for each of these files, `into` a branch.
fn merge(repo: &Repo, into: &str, message: &str, files: &[&str]) {
    repo.git(["checkout", "-q", "-b", "topic", into]);
    for file in files {
        std::fs::write(repo.path().join(file), "checked\n").expect("because the folder is ours");
        repo.git(["add", "-A"]);
        repo.git(["commit", "-q", "-m", &format!("Check the {file}")]);
    }
    repo.git(["checkout", "-q", into]);
    repo.git(["merge", "-q", "--no-ff", "-m", message, "topic"]);
    repo.git(["branch", "-q", "-D", "topic"]);
    repo.git(["checkout", "-q", "main"]);
}

#[test]
fn the_merge_of_a_private_fork_says_what_it_fixes() {
    let message = "Merge pull request from GHSA-2345-6789-cfgh\n\nFix an escape";
    for into in ["main", "release/2.0"] {
        let repo = Repo::new();
        repo.write_config(LINE);
        repo.land_fix("Begin", [("list", "1\n")]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        merge(&repo, into, message, &["list"]);
        if into == "main" {
            repo.pick("2.0", repo.commit_id("main^2"));
        }
        assert_eq!(told(&repo), (json!(["GHSA-2345-6789-cfgh"]), json!([])), "{into}");
        let text = markdown(&repo, &["--target", "2.0.1"]);
        let security = text.split("## Security Fixes").nth(1).unwrap_or_default();
        assert!(security.trim_start().starts_with("- [GHSA-2345-6789-cfgh] Check the list"), "{text}");
        assert!(!checked(&repo).is_empty(), "{into}");
    }
    // A pick of the merge itself keeps its words.
    let (repo, _) = line("Something else", "");
    merge(&repo, "main", message, &["map"]);
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["cherry-pick", "-x", "-m", "1", "main"]);
    repo.git(["checkout", "-q", "main"]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&found, "Fix an escape")["advisories"], json!(["GHSA-2345-6789-cfgh"]));
}

#[test]
fn what_the_merge_of_a_private_fork_brings_is_a_security_fix_without_its_advisory() {
    let message = "Merge commit from fork\n\n[2.0] Fix an escape";
    let begin = || {
        let repo = Repo::new();
        repo.write_config(LINE);
        repo.land_fix("Begin", [("list", "1\n")]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        repo
    };
    let is_security = |repo: &Repo, title: &str| {
        let found = ask(repo, &["--target", "2.0.1"]);
        let all: Vec<&Value> = found["entries"].as_array().into_iter().flatten().collect();
        assert_eq!((all.len(), &all[0]["section"], &all[0]["title"]), (1, &json!("security"), &json!(title)));
        let told = |name: &str| all[0].get(name).is_some();
        assert!(!told("advisories") && !told("open-advisories"), "{found:#}");
        assert!(checked(repo).iter().any(|(found, _)| !found.contains("passed")), "{found:#}");
    };
    // On the line, on main, a part of what it brought to main, the whole picked as one, and as a squash.
    let repo = begin();
    merge(&repo, "release/2.0", message, &["list"]);
    is_security(&repo, "Check the list");
    let silent = "Merge commit from fork";
    for (message, files, what, title) in [
        (message, &["list"][..], &["main^2"][..], "Check the list"),
        (message, &["list", "map"], &["main^2~1"], "Check the list"),
        (message, &["list", "map"], &["-m", "1", "main"], "Fix an escape"),
        (silent, &["list", "map"], &["-m", "1", "main"], "Check the list; Check the map"),
    ] {
        let repo = begin();
        merge(&repo, "main", message, files);
        repo.git(["checkout", "-q", "release/2.0"]);
        repo.git(["cherry-pick", "-x"].iter().chain(what).copied());
        repo.git(["checkout", "-q", "main"]);
        is_security(&repo, title);
    }
    for (message, title) in
        [("Merge commit from fork\n\n* Fix an escape\n\n* Add a test", "Fix an escape"), (silent, silent)]
    {
        let repo = begin();
        repo.pick("2.0", repo.land_fix(message, [("list", "checked\n")]));
        is_security(&repo, title);
    }
}

#[test]
fn what_a_merge_names_is_open() {
    let repo = Repo::new();
    repo.write_config(LINE);
    repo.land_fix("Begin", [("list", "1\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    merge(&repo, "release/2.0", "Merge branch 'topic'\n\nIt is about CVE-2026-4242.", &["list"]);
    assert_eq!(told(&repo), (json!([]), json!(["CVE-2026-4242"])));
}

#[test]
fn what_is_open_is_not_printed() {
    let repo = Repo::new();
    repo.write_config(LINE);
    repo.land_fix("Begin", [("list", "1\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    merge(&repo, "release/2.0", "Merge branch 'topic'\n\nFixes: CVE-2026-4242", &["list"]);
    assert_eq!(told(&repo), (json!([]), json!(["CVE-2026-4242"])));
    for format in ["markdown", "changelog", "html", "text"] {
        let told = notes(&repo, &["render", "--target", "2.0.1", "--format", format]).run().success().stdout;
        assert!(!told.contains("4242"), "{told}");
    }
}

/// What a line tells of one fix, without a word of its kind.
pub(super) fn told_of(title: &str, body: &str) -> (Value, Value, Value) {
    let repo = Repo::new();
    repo.write_config(LINE);
    repo.land_fix("Begin", [("list", "1\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let fix = repo.squash_merge(7, title, body, [("list", "checked\n")]);
    repo.pick("2.0", fix);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = &found["entries"][0];
    let of = |name: &str| one.get(name).cloned().unwrap_or_else(|| json!([]));
    (one["section"].clone(), of("advisories"), of("open-advisories"))
}

#[test]
fn a_sentence_is_read_as_a_whole() {
    for body in [
        "Nobody should think that this\nfixes CVE-2026-4242.",
        "Found while looking at a report on\nCVE-2026-4242.",
        "The following remain unfixed:\n\nCVE-2026-4242",
        "* fix CVE-2026-4242\n\n* Revert \"fix CVE-2026-4242\"\n\n* tidy",
    ] {
        let told = told_of("Fix length check", body);
        assert_eq!(told, (json!("fixes"), json!([]), json!(["CVE-2026-4242"])), "{body}");
    }
    for body in ["The size was not checked. This\nfixes CVE-2026-4242.", "Fixes:\nCVE-2026-4242"] {
        let told = told_of("Fix length check", body);
        assert_eq!(told, (json!("security"), json!(["CVE-2026-4242"]), json!([])), "{body}");
    }
}

#[test]
fn what_stands_below_an_introduction_is_fixed_only_where_that_tells_of_the_change() {
    for body in [
        "Postponed:\n\n- Fixes CVE-2026-4242",
        "For 2.0.2:\n\n- Fixes CVE-2026-4242",
        "## Follow-ups\n\nMore is to come.\n\n- Fixes CVE-2026-4242",
        "* Fix CVE-2026-4242\n\n* Remove the fix again",
        "Fixes: CVE-2026-4242\n\nIPv6 remains vulnerable.",
    ] {
        let told = told_of("fix(security): check the length", body);
        assert_eq!(told, (json!("security"), json!([]), json!(["CVE-2026-4242"])), "{body}");
    }
    for body in ["## What this PR does\n\n- Fixes CVE-2026-4242", "* CVE-2026-4242: check the length\n* tidy"] {
        let told = told_of("fix(security): check the length", body);
        assert_eq!(told, (json!("security"), json!(["CVE-2026-4242"]), json!([])), "{body}");
    }
}

#[test]
fn words_that_deny_an_advisory_leave_it_open() {
    // Words that say openly that it is open can be published; those that only name it leave it in doubt.
    for (body, words, is_open) in [
        ("Fixes: CVE-2026-4242", "This does not fix CVE-2026-4242.", true),
        ("See CVE-2026-4242.", "Hardening after CVE-2026-4242", false),
        ("Fixes: CVE-2026-4242\n\nRelease-note: Lists are checked. CVE-2026-4242 remains open.", "", true),
    ] {
        let (repo, _) = line("Check the list", body);
        if !words.is_empty() {
            repo.land_fix("Say so", [(".patch/notes/7.md", format!("{words}\n").as_str())]);
        }
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = &found["entries"][0];
        assert_eq!((one.get("advisories"), &one["open-advisories"]), (None, &json!(["CVE-2026-4242"])), "{found:#}");
        assert!(!markdown(&repo, &["--target", "2.0.1"]).contains("[CVE-2026-4242]"), "{body}");
        assert_eq!(checked(&repo).iter().any(|(found, _)| found.contains("undecided")), !is_open, "{body}");
    }
}

#[test]
fn the_message_of_a_squash_that_takes_a_fix_back_counts_before_the_title_of_its_pick() {
    let (repo, fix) = line("Fix CVE-2026-4242", "* check the list\n\n* Revert previous commit");
    repo.git(["checkout", "-q", "release/2.0"]);
    let message = format!("Fix CVE-2026-4242\n\n(cherry picked from commit {fix})");
    repo.git(["commit", "-q", "--amend", "-m", &message]);
    repo.git(["checkout", "-q", "main"]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = &found["entries"][0];
    assert_eq!((one.get("advisories"), &one["open-advisories"]), (None, &json!(["CVE-2026-4242"])), "{found:#}");
}

#[test]
fn what_the_pick_denies_is_open() {
    let (repo, fix) = line("Harden input", "Fixes: CVE-2026-6001\nFixes: CVE-2026-6002");
    repo.git(["checkout", "-q", "release/2.0"]);
    let message = format!(
        "Check the list\n\nOnly CVE-2026-6001; CVE-2026-6002 does not apply here.\n\n(cherry picked from commit {fix})"
    );
    repo.git(["commit", "-q", "--amend", "-m", &message]);
    repo.git(["checkout", "-q", "main"]);
    repo.land_fix("Say so", [(".patch/notes/7.md", "Input is checked.\n")]);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = &found["entries"][0];
    assert_eq!(one["advisories"], json!(["CVE-2026-6001"]), "{found:#}");
    assert_eq!(one["open-advisories"], json!(["CVE-2026-6002"]), "{found:#}");
}

#[test]
fn what_is_called_a_tidying_and_says_that_it_fixes_something_is_open() {
    let repo = Repo::new();
    repo.write_config(LINE);
    repo.land_fix("Begin", [("list.c", "1\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let body = "This fixes CVE-2026-4242, an overflow.\nIt is unlike CVE-2026-9999.";
    let fix = repo.squash_merge(7, "refactor: use the safe parser", body, [("list.c", "checked\n")]);
    repo.pick("2.0", fix);
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!(entry(&found, "refactor: use")["open-advisories"], json!(["CVE-2026-4242"]));
    let found = checked(&repo);
    assert!(found.len() == 1 && found[0].0.contains("undecided"), "{found:?}");
}

#[test]
fn an_identifier_is_read_in_other_spellings_too() {
    for (title, ids) in [
        ("Check the list (CVE 2024-24790)", &["CVE-2024-24790"][..]),
        ("Check the list: CVE 2024-24791 fix", &["CVE-2024-24791"]),
        ("Check the list: fix CVE_2024_24792", &["CVE-2024-24792"]),
        ("Check the list: fix CVE-2024-24793/24794", &["CVE-2024-24793", "CVE-2024-24794"]),
        ("Check the list: fix CVE-2024-24795 and -24796", &["CVE-2024-24795", "CVE-2024-24796"]),
    ] {
        let repo = Repo::new();
        repo.write_config(LINE);
        repo.land_fix("Begin", [("list", "1\n")]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        let fix = repo.squash_merge(7, title, "", [("list", "checked\n")]);
        repo.pick("2.0", fix);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "Check the list");
        assert_eq!((&one["section"], &one["advisories"]), (&json!("security"), &json!(ids)), "{title}: {found:#}");
        let list = repo.home().join("embargoed");
        std::fs::write(&list, format!("{}\n", ids.last().expect("because each has one"))).expect("because it is ours");
        let arguments = ["check", "--target", "2.0.1", "--embargoed", list.to_str().expect("because it is text")];
        let said = notes(&repo, &arguments).run().code(1).stdout;
        assert!(said.contains("under embargo"), "{said}");
    }
}

#[test]
fn who_does_only_a_part_leaves_the_advisory_open() {
    for title in
        ["CVE-2026-4242: partially fix the list", "CVE-2026-4242: part of the fix", "CVE-2026-4242: add logging"]
    {
        let (repo, _) = line(title, "");
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = &found["entries"][0];
        assert_eq!((one.get("advisories"), &one["open-advisories"]), (None, &json!(["CVE-2026-4242"])), "{found:#}");
        let checked = notes(&repo, &["check", "--target", "2.0.1"]).run();
        assert!(checked.stdout.contains("undecided"), "{}", checked.stdout);
    }
}
