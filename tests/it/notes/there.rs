//! What a release does not have, though it was picked, and what it has only a part of.

use serde_json::{Value, json};

use super::grouping::line;
use super::{json as ask, notes};
use crate::support::Repo;

const FIXED: &str = "1\n2, checked\n3, checked\n4, checked\n5, checked\n";

/// The identifiers that are fixed and those that are open, of all entries.
fn told(repo: &Repo) -> (Vec<Value>, Vec<Value>) {
    let found = ask(repo, &["--target", "2.0.1"]);
    let entries = found["entries"].as_array().cloned().unwrap_or_default();
    let of =
        |name: &str| entries.iter().flat_map(|entry| entry[name].as_array().cloned().unwrap_or_default()).collect();
    (of("advisories"), of("open-advisories"))
}

/// A line that picked a fix of an advisory.
fn picked() -> Repo {
    let repo = line();
    let fix = repo.squash_merge(73, "Check the list", "Fixes: CVE-2026-11111\n\nKind: security\n", [("list", FIXED)]);
    repo.pick("2.0", fix);
    repo
}

#[test]
fn what_went_again_without_a_word_is_open() {
    let id = json!("CVE-2026-11111");
    let repo = picked();
    assert_eq!(told(&repo), (vec![id.clone()], Vec::new()));
    // In two steps, and with something else.
    repo.land_on_line("2.0", "Tidy the list\n\nLine-only: speed\n", [("list", "1\n2\n3\n4, checked\n5, checked\n")]);
    repo.land_on_line("2.0", "Tidy it more\n\nLine-only: speed\n", [("list", "1\n2\n3\n4, so\n"), ("map", "other\n")]);
    assert_eq!(told(&repo), (Vec::new(), vec![id.clone()]));
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
    assert!(check.stderr.contains("what it fixes stays open"), "{}", check.stderr);
    // By what is called a revert and leaves something.
    let repo = picked();
    let revert = "Revert \"Check the list\"\n\nLine-only: too slow\n";
    repo.land_on_line("2.0", revert, [("list", "1\n2\n3\n"), ("map", "1\n2\n3\n4\n")]);
    assert_eq!(told(&repo), (Vec::new(), vec![id.clone()]));
    // Who goes on with it takes nothing away.
    let repo = picked();
    repo.land_on_line(
        "2.0",
        "Go on\n\nLine-only: speed\n",
        [("list", format!("{FIXED}6\n").replace("2, checked", "2, so").as_str())],
    );
    assert_eq!(told(&repo), (vec![id], Vec::new()));
}

/// A fix that adds a function of many lines and its one call.
fn with_a_call() -> Repo {
    let repo = line();
    let body = "Fixes: CVE-2026-11111\n\nKind: security\n";
    let fix = repo.squash_merge(73, "Check the list", body, [("list", CALLED)]);
    repo.pick("2.0", fix);
    repo
}

const CALLED: &str = "check:\na\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nend\n1\n2\ncheck them\n3\n";

#[test]
fn who_takes_one_line_of_a_fix_away_leaves_it_open() {
    let id = json!("CVE-2026-11111");
    for (says, content) in [
        ("Do not check twice", CALLED.replace("check them\n", "")),
        ("Do not check for now", CALLED.replace("check them\n", "// check them\n")),
        ("Leave it out", format!("#if 0\n{}", CALLED.replace("check them\n3\n", "check them\n#endif\n3\n"))),
    ] {
        let repo = with_a_call();
        assert_eq!(told(&repo), (vec![id.clone()], Vec::new()));
        let by = repo.land_on_line("2.0", &format!("{says}\n\nLine-only: speed\n"), [("list", content.as_str())]);
        assert_eq!(told(&repo), (Vec::new(), vec![id.clone()]), "{says}");
        let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
        assert!(check.stderr.contains(&format!("{} takes something", by.short())), "{says}: {}", check.stderr);
        // Whoever looked at it can say that it is fixed.
        let words = "CVE-2026-11111 is fixed: the list is checked.\n";
        repo.land_fix("Say so", [(".patch/notes/73.md", words)]);
        assert_eq!(told(&repo), (vec![id.clone()], Vec::new()), "{says}");
    }
    // What main has, too, goes on with the fix, and so does who changes a line.
    let repo = with_a_call();
    let next = repo.squash_merge(74, "Check it elsewhere", "", [("list", CALLED.replace("check them\n", "").as_str())]);
    repo.pick("2.0", next);
    repo.land_on_line("2.0", "Go on\n\nLine-only: speed\n", [("map", "1\n2, checked\n")]);
    assert_eq!(told(&repo), (vec![id.clone()], Vec::new()));
    let repo = with_a_call();
    let content = CALLED.replace("check them\n", "check them well\n");
    repo.land_on_line("2.0", "Go on\n\nLine-only: speed\n", [("list", content.as_str())]);
    assert_eq!(told(&repo), (vec![id], Vec::new()));
}

#[test]
fn a_pick_of_something_else_that_takes_a_line_of_a_fix_away_leaves_it_open() {
    let id = json!("CVE-2026-11111");
    let map = ("map", "1\n2, checked\n3\n");
    let without = CALLED.replace("check them\n", "");
    let repo = with_a_call();
    let other = repo.squash_merge(74, "Check the map", "", [map]);
    let message = format!("Check the map (#74)\n\n(cherry picked from commit {other})\n");
    let by = repo.land_on_line("2.0", &message, [map, ("list", without.as_str())]);
    assert_eq!(told(&repo), (Vec::new(), vec![id.clone()]));
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
    assert!(check.stderr.contains(&format!("{} takes something", by.short())), "{}", check.stderr);
    repo.land_fix("Say so", [(".patch/notes/73.md", "CVE-2026-11111 is fixed: the list is checked.\n")]);
    assert_eq!(told(&repo), (vec![id.clone()], Vec::new()));
    // What its origin does to the file on main as well goes on with the fix, and the pick may change more around it.
    let repo = with_a_call();
    let next = repo.squash_merge(74, "Check the list elsewhere", "", [map, ("list", without.as_str())]);
    let message = format!("Check the list elsewhere (#74)\n\n(cherry picked from commit {next})\n");
    repo.land_on_line("2.0", &message, [map, ("list", without.replace("\n3\n", "\n3, so\n").as_str())]);
    assert_eq!(told(&repo), (vec![id], Vec::new()));
}

#[test]
fn a_pick_that_makes_a_comment_of_what_a_fix_removes_brings_a_part() {
    let repo = line();
    let body = "Fixes: CVE-2026-11111\n\nKind: security\n";
    repo.squash_merge(73, "Check the list", body, [("list", "1\n2, checked\n3\n")]);
    repo.land_on_line("2.0", &format!("Check the list (#73)\n\n{body}"), [("list", "1\n# 2\n3\n")]);
    assert_eq!(told(&repo), (Vec::new(), vec![json!("CVE-2026-11111")]));
}

fn source(fixed: &[String], stated: &str) -> String {
    let sections =
        ["Summary", "Impact", "Mitigation", "Patch", "Credits"].map(|name| format!("\n## {name}\n\nText.\n"));
    format!(
        "+++\nid = \"GSA-2026-001\"\ncve = \"CVE-2026-11111\"\ntitle = \"Lists are not checked\"\nstate = \"public\"\n\
         published = 2026-01-01T00:00:00Z\nintroduced = [\"0\"]\nfixed = {fixed:?}\n{stated}+++\n{}",
        sections.concat()
    )
}

#[test]
fn an_advisory_needs_all_commits_that_it_names() {
    let id = json!("CVE-2026-11111");
    let repo = line();
    let first = repo.squash_merge(73, "Check the list", "", [("list", "1\n2, checked\n3\n")]);
    let second = repo.squash_merge(74, "Check the map", "", [("map", "1\n2, checked\n3\n")]);
    let fixed = [first.to_string(), second.to_string()];
    repo.land_fix("Tell of it", [("advisories/GSA-2026-001.md", source(&fixed, "").as_str())]);
    repo.pick("2.0", first);
    assert_eq!(told(&repo), (Vec::new(), vec![id.clone()]));
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
    assert!(check.stderr.contains("needs more than the release has"), "{}", check.stderr);
    let pick = repo.commit_id("release/2.0").to_string();
    let stated = |what: &str| format!("[[stated]]\nline = \"2.0\"\n{what}reason = \"it is enough\"\nby = \"Mia\"\n");
    // A person says that the pick is enough on the line.
    let enough = stated(&format!("fixed-by = [\"{pick}\"]\n"));
    repo.land_fix("Say so", [("advisories/GSA-2026-001.md", source(&fixed, &enough).as_str())]);
    assert_eq!(told(&repo), (vec![id.clone()], Vec::new()));
    repo.land_fix("Say nothing", [("advisories/GSA-2026-001.md", source(&fixed, "").as_str())]);
    repo.pick("2.0", second);
    assert_eq!(told(&repo), (vec![id.clone(), id.clone()], Vec::new()));
    // The line does not have the flaw.
    let not = stated("verdict = \"not-affected\"\n");
    repo.land_fix("Look again", [("advisories/GSA-2026-001.md", source(&fixed, &not).as_str())]);
    assert_eq!(told(&repo), (Vec::new(), vec![id.clone(), id]));
}

#[test]
fn what_the_pick_adds_of_an_advisory_leaves_it_open() {
    let repo = line();
    let fix = repo.squash_merge(73, "Check the list", "Fixes: CVE-2026-11111\n\nKind: security\n", [("list", FIXED)]);
    let message = format!(
        "Check the list (#73)\n\n2.0 remains vulnerable to CVE-2026-11111.\n\nKind: security\n(cherry picked from commit {fix})\n"
    );
    repo.land_on_line("2.0", &message, [("list", FIXED)]);
    assert_eq!(told(&repo), (Vec::new(), vec![json!("CVE-2026-11111")]));
}

#[test]
fn the_message_of_a_part_fixes_nothing() {
    let repo = line();
    let body = "Fixes: CVE-2026-11111\n\nKind: security\n";
    repo.squash_merge(73, "Check the list", body, [("list", FIXED)]);
    repo.land_on_line("2.0", &format!("Check the list (#73)\n\n{body}"), [("list", "1\n2, checked\n3\n")]);
    assert_eq!(told(&repo), (Vec::new(), vec![json!("CVE-2026-11111")]));
    let check = notes(&repo, &["check", "--target", "2.0.1"]).run().code(3);
    assert!(check.stdout.contains("less than three of four lines of it"), "{}", check.stdout);
}
