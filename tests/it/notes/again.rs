//! What brings a fix again after it was taken back.

use serde_json::{Value, json};

use super::reverts::{FIXED, MAP, line, warnings};
use super::{entry, json as ask, markdown, notes, titles};
use crate::support::Repo;

const AGAIN: &str = "1\n2, fixed\n3\n4\n5, so\n6\n7\n8, fixed\n9\n";

/// A fix of an advisory that Bo wrote.
fn fix(repo: &Repo) -> String {
    let message = "Fix the map (#1)\n\nFixes: CVE-2026-0007\nKind: security\n";
    repo.commit_with(message, "Bo <bo@example.com>", [("map", FIXED)]).to_string()
}

/// Gives the newest commit another message, in which `{}` stands for the name of a commit.
fn amend(repo: &Repo, message: &str, name: &str) -> String {
    repo.git(["commit", "-q", "--amend", "-m", &message.replace("{}", name)]);
    repo.commit_id("HEAD").to_string()
}

/// Main took the fix back, and brings it again with a message of Mia's.
fn reapplied(repo: &Repo, fix: &str, message: &str) -> String {
    repo.revert(fix.parse().expect("a commit"));
    let back = amend(repo, "Revert \"Fix the map (#1)\" (#2)\n\nThis reverts commit {}.", fix);
    let again = repo.commit_with(message, "Mia <mia@example.com>", [("map", FIXED)]);
    assert_eq!(again, repo.commit_id("HEAD"));
    amend(repo, message, &back)
}

#[track_caller]
fn is_the_fix(found: &Value, says: &str) {
    assert_eq!((titles(found), warnings(found)), (vec!["Fix the map"], vec![]), "{says}: {found:#}");
    let one = entry(found, "Fix the map");
    assert_eq!((&one["section"], &one["advisories"]), (&json!("security"), &json!(["CVE-2026-0007"])), "{says}");
    let authors: Vec<&Value> = one["authors"].as_array().into_iter().flatten().map(|one| &one["name"]).collect();
    assert_eq!((&one["pull-request"], authors), (&json!(1), vec![&json!("Bo")]), "{says}: {found:#}");
}

#[test]
fn who_brings_a_fix_again_brings_the_fix() {
    for says in [
        "Reapply \"Fix the map (#1)\" (#3)",
        "Reapply \"Fix the map (#1)\" (#3)\n\nThis reverts commit {}.",
        "Revert \"Revert \"Fix the map (#1)\" (#2)\" (#3)",
        "Revert \"Revert \"Fix the map (#1)\"\" (#3)\n\nReverts godel/godel#2",
        "Bring the map back (#3)\n\nThis reverts commit {}.",
        "Bring the map back (#3)\n\nBacks out #2.",
    ] {
        // Only what brings it again is picked: as it is, and with a change of the line.
        for content in [None, Some(AGAIN)] {
            let repo = line();
            let fix = fix(&repo);
            let again = reapplied(&repo, &fix, says);
            match content {
                None => _ = repo.pick("2.0", again.parse().expect("a commit")),
                Some(content) => {
                    let message = repo.git(["log", "-1", "--format=%B", &again]);
                    let message = format!("{message}\n\n(cherry picked from commit {again})");
                    repo.land_on_line("2.0", &message, [("map", content)]);
                }
            }
            is_the_fix(&ask(&repo, &["--target", "2.0.1"]), says);
            let _passed = notes(&repo, &["check", "--target", "2.0.1"]).run();
        }
    }
    let repo = line();
    let fix = fix(&repo);
    let again = reapplied(&repo, &fix, "Reapply \"Fix the map (#1)\" (#3)\n\nThis reverts commit {}.");
    repo.pick("2.0", again.parse().expect("a commit"));
    let text = markdown(&repo, &["--target", "2.0.1"]);
    assert!(text.contains("- [CVE-2026-0007] Fix the map (#1)\n"), "{text}");
}

#[test]
fn what_a_release_has_again_is_told_once() {
    // All three of main.
    let repo = line();
    let fix = fix(&repo);
    let again = reapplied(&repo, &fix, "Reapply \"Fix the map (#1)\" (#3)\n\nThis reverts commit {}.");
    for name in [&fix, &format!("{again}~1"), &again] {
        repo.pick("2.0", repo.commit_id(name));
    }
    is_the_fix(&ask(&repo, &["--target", "2.0.1", "--own-line-only"]), "all three");
    // Each in a release of its own.
    let repo = line();
    let fix = self::fix(&repo);
    let again = reapplied(&repo, &fix, "Reapply \"Fix the map (#1)\" (#3)\n\nThis reverts commit {}.");
    for (at, name) in [&fix, &format!("{again}~1"), &again].into_iter().enumerate() {
        repo.pick("2.0", repo.commit_id(name));
        repo.tag_release(&format!("v2.0.{}", at + 1), "2.0");
    }
    is_the_fix(&ask(&repo, &["--target", "2.0.3"]), "one by one");
    // By the line alone.
    let repo = line();
    let fix = self::fix(&repo);
    let pick = repo.pick("2.0", fix.parse().expect("a commit"));
    repo.tag_release("v2.0.1", "2.0");
    let message = format!("Revert \"Fix the map (#1)\"\n\nThis reverts commit {pick}.");
    let back = repo.land_on_line("2.0", &message, [("map", MAP)]);
    repo.tag_release("v2.0.2", "2.0");
    let message = format!("Reapply \"Fix the map (#1)\"\n\nThis reverts commit {back}.");
    repo.land_on_line("2.0", &message, [("map", FIXED)]);
    let found = ask(&repo, &["--target", "2.0.3"]);
    is_the_fix(&found, "the line");
    assert_eq!(found["entries"][0]["origin"], json!({ "from": "main", "commits": [fix] }));
}

#[test]
fn a_merge_may_bring_again_what_another_merge_took_back() {
    let repo = line();
    let merge = repo.merge_pull_request(1, "Fix the map", |pull| {
        pull.commit(
            "Fix a part\n\nFixes: CVE-2026-0007\nKind: security\n",
            [("map", "1\n2, fixed\n3\n4\n5\n6\n7\n8\n9\n")],
        );
        pull.commit("Fix the rest", [("map", FIXED)]);
    });
    for (number, of, title, content) in
        [(2, 1, "Revert \"Fix the map\"", MAP), (3, 2, "Revert \"Revert \"Fix the map\"\"", FIXED)]
    {
        repo.merge_pull_request(number, title, |pull| {
            pull.commit(title, [("map", content)]);
        });
        let subject = format!("Merge pull request #{number} from x/revert-{of}-map\n\n{title}");
        repo.git(["commit", "-q", "--amend", "-m", &subject]);
    }
    repo.pick("2.0", repo.commit_id("main^2"));
    let found = ask(&repo, &["--target", "2.0.1"]);
    let one = entry(&found, "Fix the map");
    assert_eq!(
        (&one["pull-request"], &one["advisories"]),
        (&json!(1), &json!(["CVE-2026-0007"])),
        "{merge}: {found:#}"
    );
}

#[test]
fn who_only_says_to_bring_a_fix_again_does_not() {
    let repo = line();
    let fix = fix(&repo);
    repo.revert(fix.parse().expect("a commit"));
    let says = format!("Reapply \"Fix the map (#1)\" (#3)\n\nThis reverts commit {}.", repo.commit_id("HEAD"));
    let again = repo.squash_merge(3, "x", "", [("map", "1\n2, otherwise\n3\n4\n5\n6\n7\n8\n9\n")]);
    let again = amend(&repo, &says, &again.to_string());
    repo.pick("2.0", again.parse().expect("a commit"));
    let found = ask(&repo, &["--target", "2.0.1"]);
    assert_eq!((titles(&found), found["entries"][0].get("advisories")), (vec!["Reapply \"Fix the map (#1)\""], None));
}

#[test]
fn another_line_may_have_it_as_it_was_or_again() {
    for picks in [&[0][..], &[2], &[0, 1, 2]] {
        let repo = line();
        repo.write_config(
            "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n\
             [[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n",
        );
        repo.git(["branch", "release/1.9", "release/2.0"]);
        repo.tag_release("v1.9.0", "1.9");
        let fix = fix(&repo);
        let again = reapplied(&repo, &fix, "Reapply \"Fix the map (#1)\" (#3)\n\nThis reverts commit {}.");
        let all = [fix, format!("{again}~1"), again.clone()];
        for at in picks {
            repo.pick("1.9", repo.commit_id(&all[*at]));
        }
        repo.tag_release("v1.9.1", "1.9");
        repo.pick("2.0", again.parse().expect("a commit"));
        let found = ask(&repo, &["--target", "2.0.1"]);
        assert_eq!(entry(&found, "Fix the map")["also-in"][0]["tag"], "v1.9.1", "{picks:?}: {found:#}");
    }
}
