//! Where else a fix is, when another line took it back.

use serde_json::{Value, json};

use super::{entry, json as ask};
use crate::support::Repo;

const LINES: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";
const LIST: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
const KEPT: &str = "1\n2, kept\n3\n4\n5\n6\n7\n8, kept\n9\n";

/// Lines 2.0 and 2.1, and a fix of main that is on 2.0.
fn story() -> (Repo, String) {
    let repo = Repo::new();
    repo.write_config(LINES);
    repo.land_fix("Add the list", [("list", LIST), ("set", LIST)]);
    for line in ["2.0", "2.1"] {
        repo.cut_line(line);
        repo.tag_release(&format!("v{line}.0"), line);
    }
    let fix = repo.squash_merge(7, "Keep the list", "", [("list", KEPT)]);
    repo.pick("2.0", fix);
    (repo, fix.to_string())
}

/// Runs git with 2.1 checked out, and tags what comes of it; `None`: not yet.
fn on_line(repo: &Repo, arguments: &[&str], tag: Option<&str>) -> String {
    repo.git(["checkout", "-q", "release/2.1"]);
    repo.git(arguments);
    repo.git(["checkout", "-q", "main"]);
    if let Some(tag) = tag {
        repo.tag_release(tag, "2.1");
    }
    repo.commit_id("release/2.1").to_string()
}

fn pick(repo: &Repo, fix: &str, tag: &str) -> String {
    let pick = repo.pick("2.1", fix.parse().expect("a commit"));
    repo.tag_release(tag, "2.1");
    pick.to_string()
}

fn told(repo: &Repo) -> (Value, Vec<String>) {
    let found = ask(repo, &["--target", "2.0.1"]);
    let warnings = found["warnings"].as_array().into_iter().flatten();
    let warnings = warnings.filter_map(|one| one.as_str().map(str::to_owned)).collect();
    (entry(&found, "Keep the list").get("also-in").cloned().unwrap_or(Value::Null), warnings)
}

fn since(version: &str) -> (Value, Vec<String>) {
    (json!([{ "line": "2.1", "version": version, "tag": format!("v{version}") }]), Vec::new())
}

#[test]
fn what_came_by_a_merge_goes_when_the_merge_is_taken_back() {
    // Main itself, and a branch with a pick.
    for of_main in [true, false] {
        let (repo, fix) = story();
        if !of_main {
            repo.git(["checkout", "-q", "-b", "topic", "release/2.1"]);
            repo.git(["cherry-pick", "-x", &fix]);
            repo.git(["checkout", "-q", "main"]);
        }
        repo.land_on_line("2.1", "Something else", [("more", "1\n")]);
        let from = if of_main { "main" } else { "topic" };
        let merge = on_line(&repo, &["merge", "-q", "--no-ff", "-m", "Take it", from], Some("v2.1.1"));
        assert_eq!(told(&repo), since("2.1.1"), "{from}");
        let back = on_line(&repo, &["revert", "--no-edit", "-m", "1", &merge], Some("v2.1.2"));
        assert_eq!(told(&repo), (Value::Null, vec![]), "{from}");
        on_line(&repo, &["revert", "--no-edit", &back], None);
        assert_eq!(told(&repo), (json!([{ "line": "2.1" }]), vec![]), "{from}");
        repo.tag_release("v2.1.3", "2.1");
        assert_eq!(told(&repo), since("2.1.3"), "{from}");
    }
}

#[test]
fn a_merge_is_meant_by_its_pull_request_too() {
    let (repo, fix) = story();
    repo.git(["checkout", "-q", "-b", "topic", "release/2.1"]);
    repo.git(["cherry-pick", "-x", &fix]);
    repo.land_on_line("2.1", "Something else", [("more", "1\n")]);
    let merge =
        on_line(&repo, &["merge", "-q", "--no-ff", "-m", "Merge pull request #20 from bot/list", "topic"], None);
    repo.tag_release("v2.1.1", "2.1");
    on_line(&repo, &["revert", "--no-edit", "-m", "1", &merge], None);
    let says = "Revert \"Keep the list on 2.1\" (#21)\n\nReverts godel/godel#20";
    on_line(&repo, &["commit", "-q", "--amend", "-m", says], Some("v2.1.2"));
    assert_eq!(told(&repo), (Value::Null, vec![]));
}

#[test]
fn who_only_says_to_take_a_fix_back_hides_no_release() {
    let changes = [
        ("Check the set, too", ("set", "checked\n")),
        ("Revert \"Keep the list (#7)\"", ("set", "other\n")),
        ("Undo the list", ("list", "1\n2, kept\n3\n4\n5, new\n6\n7\n8, kept\n9\n")),
    ];
    for (subject, change) in changes {
        let (repo, fix) = story();
        let pick = pick(&repo, &fix, "v2.1.1");
        repo.land_on_line("2.1", &format!("{subject}\n\nThis reverts commit {pick}.\n"), [change]);
        repo.tag_release("v2.1.2", "2.1");
        assert_eq!(told(&repo), since("2.1.1"), "{subject}");
    }
}

#[test]
fn what_is_taken_back_in_part_is_not_sure() {
    for subject in ["Revert most of it", "Partially revert \"Keep the list\""] {
        let (repo, fix) = story();
        let pick = pick(&repo, &fix, "v2.1.1");
        let change = ("list", "1\n2, kept\n3\n4\n5\n6\n7\n8\n9\n");
        let by = repo.land_on_line("2.1", &format!("{subject}\n\nThis reverts commit {pick}.\n"), [change]);
        let (also, warnings) = told(&repo);
        assert_eq!(also, Value::Null, "{subject}");
        let said = |text: &String| text.contains("line 2.1") && text.contains(&by.to_string()[..10]);
        assert!(warnings.iter().any(said), "{subject}: {warnings:?}");
    }
}

#[test]
fn the_release_that_is_named_is_the_one_from_which_on_it_stands() {
    let (repo, fix) = story();
    let first = pick(&repo, &fix, "v2.1.1");
    let back = on_line(&repo, &["revert", "--no-edit", &first], Some("v2.1.2"));
    assert_eq!(told(&repo), (Value::Null, vec![]));
    on_line(&repo, &["revert", "--no-edit", &back], Some("v2.1.3"));
    repo.land_on_line("2.1", "More", [("more", "1\n")]);
    repo.tag_release("v2.1.4", "2.1");
    assert_eq!(told(&repo), since("2.1.3"));
    // Picked anew in place of a revert of the revert.
    let (repo, fix) = story();
    let first = pick(&repo, &fix, "v2.1.1");
    on_line(&repo, &["revert", "--no-edit", &first], Some("v2.1.2"));
    pick(&repo, &fix, "v2.1.3");
    assert_eq!(told(&repo), since("2.1.3"));
}

#[test]
fn a_revert_that_main_had_before_a_line_was_cut_counts() {
    let (repo, fix) = story();
    let back = repo.revert(fix.parse().expect("a commit"));
    let lines = LINES.replace(
        "[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"",
        "[[line]]\nname = \"3.0\"\nbranch = \"release/3.0\"",
    );
    repo.write_config(&lines);
    repo.cut_line("3.0");
    repo.tag_release("v3.0.0", "3.0");
    assert_eq!(told(&repo), (Value::Null, vec![]));
    // On the line alone it stands again.
    repo.git(["checkout", "-q", "release/3.0"]);
    repo.git(["revert", "--no-edit", &back.to_string()]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v3.0.1", "3.0");
    assert_eq!(told(&repo).0, json!([{ "line": "3.0", "version": "3.0.1", "tag": "v3.0.1" }]));
}

#[test]
fn a_fix_that_was_there_from_the_first_release_on_can_be_taken_back() {
    let (repo, fix) = story();
    repo.write_config(&format!("{LINES}\n[[line]]\nname = \"3.0\"\nbranch = \"release/3.0\"\n"));
    repo.cut_line("3.0");
    repo.tag_release("v3.0.0", "3.0");
    assert_eq!(told(&repo).0, json!([{ "line": "3.0", "version": "3.0.0", "tag": "v3.0.0" }]));
    repo.git(["checkout", "-q", "release/3.0"]);
    repo.git(["revert", "--no-edit", &fix]);
    repo.git(["checkout", "-q", "main"]);
    repo.tag_release("v3.0.1", "3.0");
    assert_eq!(told(&repo), (Value::Null, vec![]));
}

#[test]
fn a_fix_of_an_advisory_is_held_against_the_other_line() {
    let told = |repo: &Repo| {
        let found = ask(repo, &["--target", "2.0.1"]);
        let warnings = found["warnings"].as_array().map_or(0, Vec::len);
        (entry(&found, "Check the list").get("also-in").cloned().unwrap_or(Value::Null), warnings)
    };
    let picked = || {
        let (repo, _) = story();
        let checked = LIST.replace('\n', ", checked\n");
        let body = "Fixes: CVE-2026-0007\n\nKind: security\n";
        let fix = repo.squash_merge(8, "Check the list", body, [("more", checked.as_str())]);
        repo.pick("2.0", fix);
        (repo, fix, checked)
    };
    let is_there = since("2.1.1").0;
    // In steps, by half, and with something else.
    for after in [LIST, "1, checked\n2\n3\n4\n5, checked\n"] {
        let (repo, fix, checked) = picked();
        repo.pick("2.1", fix);
        repo.tag_release("v2.1.1", "2.1");
        assert_eq!(told(&repo), (is_there.clone(), 0));
        let half = checked.replace("8, checked", "8").replace("9, checked", "9");
        repo.land_on_line("2.1", "Tidy up", [("more", half.as_str())]);
        repo.land_on_line("2.1", "Tidy up more", [("more", after), ("set", "other\n")]);
        assert_eq!(told(&repo), (Value::Null, 1), "{after}");
    }
    // Denied by what picked it there.
    let (repo, fix, checked) = picked();
    let message = format!(
        "Check the list (#8)\n\nCVE-2026-0007 does not apply here.\n\nKind: security\n(cherry picked from commit {fix})\n"
    );
    repo.land_on_line("2.1", &message, [("more", checked.as_str())]);
    repo.tag_release("v2.1.1", "2.1");
    assert_eq!(told(&repo), (Value::Null, 1));
}

#[test]
fn a_release_that_the_newest_one_does_not_follow_is_not_named() {
    let (repo, fix) = story();
    pick(&repo, &fix, "v2.1.1");
    repo.git(["checkout", "-q", "--detach", "v2.1.0"]);
    repo.git(["commit", "-q", "--allow-empty", "-m", "Begin anew"]);
    repo.git(["tag", "v2.1.2"]);
    repo.git(["checkout", "-q", "main"]);
    assert_eq!(told(&repo), (json!([{ "line": "2.1" }]), vec![]));
}

const THREE: &str = "\n[[line]]\nname = \"3.0\"\nbranch = \"release/3.0\"\n";

#[test]
fn what_main_took_back_without_a_word_before_a_line_was_cut_counts() {
    let told_with = |after: &[&str]| {
        let (repo, fix) = story();
        repo.revert(fix.parse().expect("a commit"));
        repo.git(["commit", "-q", "--amend", "-m", "Restore the old list (#8)"]);
        for title in after {
            repo.revert(repo.commit_id("main"));
            repo.git(["commit", "-q", "--amend", "-m", title]);
        }
        repo.write_config(&format!("{LINES}{THREE}"));
        repo.cut_line("3.0");
        repo.tag_release("v3.0.0", "3.0");
        told(&repo)
    };
    let is_there = (json!([{ "line": "3.0", "version": "3.0.0", "tag": "v3.0.0" }]), vec![]);
    assert_eq!(told_with(&[]), (Value::Null, vec![]));
    assert_eq!(told_with(&["Keep it after all (#9)"]), is_there);
    assert_eq!(told_with(&["Keep it after all (#9)", "Do without (#10)"]), (Value::Null, vec![]));
    // Behind the line's branch it is main's own.
    let (repo, fix) = story();
    repo.write_config(&format!("{LINES}{THREE}"));
    repo.cut_line("3.0");
    repo.tag_release("v3.0.0", "3.0");
    repo.revert(fix.parse().expect("a commit"));
    repo.git(["commit", "-q", "--amend", "-m", "Restore the old list (#8)"]);
    assert_eq!(told(&repo), is_there);
}

#[test]
fn what_main_took_back_without_a_word_can_come_again_on_a_line() {
    let (repo, fix) = story();
    let back = repo.revert(fix.parse().expect("a commit"));
    repo.git(["commit", "-q", "--amend", "-m", "Restore the old list (#8)"]);
    let amended = repo.commit_id("main");
    assert_ne!(back, amended);
    repo.write_config(&format!("{LINES}{THREE}"));
    repo.cut_line("3.0");
    repo.tag_release("v3.0.0", "3.0");
    repo.land_on_line("3.0", "Keep it here", [("list", KEPT)]);
    repo.tag_release("v3.0.1", "3.0");
    assert_eq!(told(&repo), (json!([{ "line": "3.0", "version": "3.0.1", "tag": "v3.0.1" }]), vec![]));
}

#[test]
fn tests_that_stay_keep_no_fix() {
    let tests = ("tests/list", "kept\n");
    for subject in ["Restore the old list (#8)", "Revert \"Keep the list\" (#8)"] {
        for is_on_main in [true, false] {
            let repo = Repo::new();
            repo.write_config(&format!("{LINES}{THREE}"));
            repo.land_fix("Add the list", [("list", LIST)]);
            repo.cut_line("2.0");
            repo.tag_release("v2.0.0", "2.0");
            let fix = repo.squash_merge(7, "Keep the list", "", [("list", KEPT), tests]);
            repo.pick("2.0", fix);
            if is_on_main {
                repo.land_fix(subject, [("list", LIST)]);
            }
            repo.cut_line("3.0");
            repo.tag_release("v3.0.0", "3.0");
            if !is_on_main {
                repo.land_on_line("3.0", subject, [("list", LIST)]);
                repo.tag_release("v3.0.1", "3.0");
            }
            assert_eq!(told(&repo), (Value::Null, vec![]), "{subject} {is_on_main}");
        }
    }
}

#[test]
fn what_a_fix_tried_and_undid_is_not_missing_elsewhere() {
    let (repo, _) = story();
    let merge = repo.merge_pull_request(9, "Keep the set", |pull| {
        pull.commit("Try it", [("set", "tried\n")]);
        pull.commit("Go back", [("set", LIST)]);
        pull.commit("Keep it", [("set", KEPT)]);
    });
    repo.pick("2.0", merge);
    repo.write_config(&format!("{LINES}{THREE}"));
    repo.cut_line("3.0");
    for _ in 0..2 {
        let found = ask(&repo, &["--target", "2.0.1"]);
        assert_eq!(entry(&found, "Keep the set")["also-in"], json!([{ "line": "3.0" }]));
        repo.land_on_line("3.0", "Something else", [("more", "1\n")]);
    }
}
