//! What notes say of a release of another line that has a security fix in part.

use backstitch::model::commit::CommitId;
use serde_json::{Value, json};

use super::accepted::{decide, decide_for};
use super::grouping::line;
use super::in_part::{pick_of, says};
use super::{entry, json as ask};
use crate::support::Repo;

const LINES: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";
const ID: &str = "CVE-2026-11111";
const LIST: (&str, &str) = ("list", "1\n2, checked\n3\n");
const MAP: (&str, &str) = ("map", "1\n2, checked\n3\n");

/// Two lines that have a release each.
fn lines() -> Repo {
    let repo = Repo::new();
    repo.write_config(LINES);
    repo.land_fix("Begin", [("list", "1\n2\n3\n"), ("map", "1\n2\n3\n"), ("set", "1\n2\n3\n")]);
    for name in ["2.0", "2.1"] {
        repo.cut_line(name);
        repo.tag_release(&format!("v{name}.0"), name);
    }
    repo
}

/// Where else a release says that the fix is.
fn also(repo: &Repo, release: &str) -> Value {
    entry(&ask(repo, &["--target", release]), &format!("{ID}: check the list"))["also-in"].clone()
}

/// Lands what goes on with a fix, picks both to 2.1 and the fix to 2.0, and releases them.
fn released(title: &str, body: impl Fn(CommitId) -> String) -> (Repo, CommitId) {
    let repo = lines();
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]);
    let more = repo.squash_merge(75, title, &body(fix), [MAP]);
    repo.pick("2.1", fix);
    repo.pick("2.1", more);
    repo.pick("2.0", fix);
    repo.tag_release("v2.1.1", "2.1");
    repo.tag_release("v2.0.1", "2.0");
    (repo, more)
}

#[test]
fn a_release_that_lacks_more_of_a_fix_is_not_told_to_have_it() {
    let in_2_1 = json!([{ "line": "2.1", "version": "2.1.1", "tag": "v2.1.1" }]);
    for (title, is_repair) in [("Check the map, too".to_owned(), true), (format!("{ID}: check the map"), false)] {
        let (repo, more) = released(&title, |fix| if is_repair { format!("Fixes: {fix}") } else { String::new() });
        assert_eq!((also(&repo, "2.1.1"), also(&repo, "2.0.1")), (Value::Null, in_2_1.clone()), "{title}");
        let told = ask(&repo, &["--target", "2.1.1"])["warnings"].to_string();
        assert!(told.contains("is not told to be on line 2.0: the release there has it in part"), "{told}");
        // Whoever reads of both in one run reads the same.
        let both = ask(&repo, &["--target", "2.1.1", "--target", "2.0.1"]).to_string();
        assert!(!both.contains("\"line\":\"2.0\",\"version\""), "{both}");
        // What completes it later does not make the first release whole.
        repo.pick("2.0", more);
        repo.tag_release("v2.0.2", "2.0");
        assert_eq!(also(&repo, "2.1.1"), Value::Null, "{title}");
        // Words that say what is fixed settle it for every line.
        repo.land_fix("Say so", [(".patch/notes/73.md", format!("{ID} is fixed: check the list.\n").as_str())]);
        let in_2_0 = json!([{ "line": "2.0", "version": "2.0.1", "tag": "v2.0.1" }]);
        assert_eq!(also(&repo, "2.1.1"), in_2_0, "{title}");
    }
}

#[test]
fn a_line_whose_next_release_has_a_fix_in_part_is_not_told_either() {
    let repo = lines();
    let list = ("list", "1, first\n2, checked\n3, last\n");
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [list, MAP]);
    repo.pick("2.1", fix);
    pick_of(&repo, fix, &format!("{ID}: check the list (#73)"), &[list]);
    assert_eq!(also(&repo, "2.1.1"), Value::Null);
    assert_eq!(also(&repo, "2.0.1"), json!([{ "line": "2.1" }]));
    repo.land_on_line("2.0", "Check the map, too\n\nLine-only: left out before\n", [MAP]);
    assert_eq!(also(&repo, "2.1.1"), json!([{ "line": "2.0" }]));
}

#[test]
fn a_follow_up_may_name_what_brought_the_fix_again() {
    let repo = line();
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]);
    let again = repo.revert(repo.revert(fix));
    let repair = repo.squash_merge(75, "Check the map, too", &format!("Fixes: {}", again.short()), [MAP]);
    repo.pick("2.0", fix);
    says(&repo, &format!("in part: its follow-up {} (#75) is not on 2.0", repair.short()));
    repo.pick("2.0", repair);
    assert_eq!(entry(&ask(&repo, &["--target", "2.0.1"]), &format!("{ID}: check the list"))["advisories"], json!([ID]));
}

/// How 2.0 gets the fix of two files, and what else the release there has: each in a word.
const GETS: [&str; 6] = ["picked", "unnamed", "in part", "other words", "reworded", "twice"];
const BESIDES: [&str; 11] = [
    "nothing",
    "another",
    "a release",
    "of the line",
    "speaking",
    "undone",
    "undone by another",
    "words",
    "a follow-up",
    "a decision",
    "a decision elsewhere",
];

fn get(repo: &Repo, fix: CommitId, how: &str) -> CommitId {
    let title = format!("{ID}: check the list (#73)");
    match how {
        "unnamed" => repo.pick_without_trailer("2.0", fix),
        "in part" => pick_of(repo, fix, &title, &[LIST]),
        "other words" => pick_of(repo, fix, &format!("{title}\n\nThis does not fix {ID} on its own.\n"), &[LIST, MAP]),
        "reworded" => pick_of(repo, fix, "Check lists", &[LIST, MAP]),
        "twice" => {
            let first = repo.pick("2.0", fix);
            repo.land_on_line(
                "2.0",
                &format!("Revert it\n\nThis reverts commit {first}.\n"),
                [("list", "1\n2\n3\n"), ("map", "1\n2\n3\n")],
            );
            repo.pick("2.0", fix)
        }
        _ => repo.pick("2.0", fix),
    }
}

fn put_beside(repo: &Repo, (fix, pick, elsewhere): (CommitId, CommitId, CommitId), what: &str) {
    let another = |title: &str| repo.pick("2.0", repo.squash_merge(74, title, "", [("set", "1\n2, checked\n3\n")]));
    match what {
        "another" => _ = another("Check the set"),
        "a release" => _ = repo.land_on_line("2.0", "Release v2.0.1", [("VERSION", "2.0.1\n")]),
        "of the line" => _ = repo.land_on_line("2.0", "Check trees\n\nLine-only: main has none\n", [("tree", "1\n")]),
        "speaking" => _ = another(&format!("Check the set, too, for {ID}")),
        "undone" => _ = repo.land_on_line("2.0", "Look at maps\n\nLine-only: it is slow\n", [("map", "1\n2\n3\n")]),
        "undone by another" => {
            let other = repo.squash_merge(74, "Check the set", "", [("set", "1\n2, checked\n3\n")]);
            let title = format!("Check the set (#74)\n\n(cherry picked from commit {other})\n");
            _ = repo.land_on_line("2.0", &title, [("map", "1\n2\n3\n")]);
        }
        "words" => _ = repo.land_fix("Say so", [(".patch/notes/73.md", format!("{ID} is not fixed.\n").as_str())]),
        "a follow-up" => {
            _ = repo.squash_merge(75, "Check the set, too", &format!("Fixes: {fix}"), [("set", "1\n2, checked\n3\n")]);
        }
        "a decision" => decide(repo, pick, "--accept"),
        "a decision elsewhere" => decide_for(repo, "2.1", elsewhere, "--accept"),
        _ => {}
    }
}

#[test]
fn a_release_that_is_told_alone_says_of_others_what_it_says_beside_them() {
    let mut told = [0, 0];
    for how in GETS {
        // What git picked as it is, is told most easily, and so it is what most can go wrong beside.
        let besides = if how == "picked" { BESIDES.as_slice() } else { &["nothing", "a release", "of the line"] };
        for what in besides {
            let repo = lines();
            let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST, MAP]);
            let elsewhere = repo.pick("2.1", fix);
            let pick = get(&repo, fix, how);
            put_beside(&repo, (fix, pick, elsewhere), what);
            repo.tag_release("v2.1.1", "2.1");
            repo.tag_release("v2.0.1", "2.0");
            let alone = ask(&repo, &["--target", "2.1.1"]);
            let both = ask(&repo, &["--target", "2.1.1", "--target", "2.0.1"]);
            assert_eq!(alone, both["releases"][0], "{how}, {what}");
            let also = &entry(&alone, &format!("{ID}: check the list"))["also-in"];
            told[usize::from(also.is_null())] += 1;
        }
    }
    assert!(told.iter().all(|count| *count > 3), "{told:?}");
}

/// A fix that is picked to 2.0, released there, and to 2.1 without its last file. The first release of 2.1 is still to come, or just came.
fn without_a_release(is_released: bool, candidates: &[&str]) -> Repo {
    let repo = Repo::new();
    repo.write_config(LINES);
    repo.land_fix("Begin", [("list", "1\n2\n3\n"), ("map", "1\n2\n3\n"), ("set", "1\n2\n3\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo.cut_line("2.1");
    let list = ("list", "1, first\n2, checked\n3, last\n");
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [list, MAP]);
    repo.pick("2.0", fix);
    repo.tag_release("v2.0.1", "2.0");
    let title = format!("{ID}: check the list (#73)\n\n(cherry picked from commit {fix})\n");
    repo.land_on_line("2.1", &title, [list]);
    for candidate in candidates {
        repo.tag_release(candidate, "2.1");
        repo.land_on_line("2.1", "Go on\n\nLine-only: main goes on by itself\n", [("next", *candidate)]);
    }
    if is_released {
        repo.tag_release("v2.1.0", "2.1");
    }
    repo
}

#[test]
fn the_first_release_of_a_line_is_asked_from_where_the_line_left_main() {
    let candidates = ["v2.1.0-rc.1", "v2.1.0-rc.2"];
    for is_released in [false, true] {
        for candidates in [&[], &candidates[..1], &candidates[..]] {
            let repo = without_a_release(is_released, candidates);
            assert_eq!(also(&repo, "2.0.1"), Value::Null, "{is_released}, {candidates:?}");
            let told = ask(&repo, &["--target", "2.0.1"])["warnings"].to_string();
            assert!(told.contains("is not told to be on line 2.1: the release there has it in part"), "{told}");
            repo.land_on_line("2.1", "Check the map, too\n\nLine-only: left out before\n", [MAP]);
            if !is_released {
                assert_eq!(also(&repo, "2.0.1"), json!([{ "line": "2.1" }]), "{candidates:?}");
            }
        }
    }
}

#[test]
fn a_line_that_left_main_behind_a_fix_has_it_with_its_first_release() {
    let repo = Repo::new();
    repo.write_config(LINES);
    repo.land_fix("Begin", [("list", "1\n2\n3\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]);
    repo.pick("2.0", fix);
    repo.cut_line("2.1");
    assert_eq!(also(&repo, "2.0.1"), json!([{ "line": "2.1" }]));
    repo.tag_release("v2.1.0", "2.1");
    assert_eq!(also(&repo, "2.0.1"), json!([{ "line": "2.1", "version": "2.1.0", "tag": "v2.1.0" }]));
}

#[test]
fn a_decision_for_one_line_says_nothing_of_another() {
    let repo = lines();
    let list = ("list", "1, first\n2, checked\n3, last\n");
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [list, MAP]);
    let picks = ["2.1", "2.0"].map(|name| {
        let title = format!("{ID}: check the list (#73)\n\n(cherry picked from commit {fix})\n");
        repo.land_on_line(name, &title, [list])
    });
    put_beside(&repo, (fix, picks[1], picks[0]), "a decision elsewhere");
    for name in ["2.1", "2.0"] {
        repo.tag_release(&format!("v{name}.1"), name);
    }
    let alone = ask(&repo, &["--target", "2.1.1"]);
    assert_eq!(alone, ask(&repo, &["--target", "2.1.1", "--target", "2.0.1"])["releases"][0]);
    assert_eq!(also(&repo, "2.1.1"), Value::Null);
}
