//! Releases that have the fix of an advisory in part, and say so.

use backstitch::model::commit::CommitId;
use serde_json::json;

use super::grouping::line;
use super::in_part::says;
use super::{json as ask, markdown, notes};
use crate::support::{Bin, Repo};

const ID: &str = "CVE-2026-11111";
const LIST: (&str, &str) = ("list", "1\n2, checked\n3\n");
const MAP: (&str, &str) = ("map", "1\n2, checked\n3\n");

/// A line that picked a fix, and main with a follow-up of it.
fn in_part() -> (Repo, CommitId) {
    let repo = line();
    let fix = repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]);
    repo.pick("2.0", fix);
    let repair = repo.squash_merge(75, "Check the map, too", &format!("Fixes: {fix}"), [MAP]);
    (repo, repair)
}

/// Asks what is open about advisories: 0 where nothing is, 3 where nobody can tell.
fn check(repo: &Repo, more: &[&str], code: i32) -> String {
    notes(repo, &[&["check", "--target", "2.0.1", "--only", "advisories"], more].concat()).run().code(code).stdout
}

fn say(repo: &Repo, words: &str) {
    repo.land_fix("Say so", [(".patch/notes/73.md", words)]);
}

#[test]
fn words_that_say_what_is_left_can_be_published() {
    let (repo, _) = in_part();
    check(&repo, &[], 3);
    for (words, code) in [
        (format!("Lists are checked, which fixes a part of {ID}; the rest comes in 2.0.2.\n"), 0),
        (format!("{ID} is fixed in part only: maps are still open.\n"), 0),
        (format!("Lists are checked. This does not fix {ID}.\n"), 0),
        (format!("{ID} is mitigated; upgrade to 2.1 for the full fix.\n"), 0),
        ("Lists are checked.\n".to_owned(), 0),
        (format!("Lists are checked. See {ID} for more.\n"), 3),
    ] {
        say(&repo, &words);
        check(&repo, &[], code);
        let told = markdown(&repo, &["--target", "2.0.1"]);
        assert!(!told.contains(&format!("[{ID}]")) && told.contains("in part: its follow-up"), "{words}: {told}");
    }
    say(&repo, &format!("{ID} is fixed: lists are checked.\n"));
    check(&repo, &[], 0);
    assert!(markdown(&repo, &["--target", "2.0.1"]).contains(&format!("[{ID}]")));
}

#[test]
fn a_follow_up_that_was_declined_is_told_with_the_reason_until_words_say_what_is_fixed() {
    let (repo, repair) = in_part();
    let (name, reason) = (repair.to_string(), "it comes in 2.0.2");
    let decline = ["decide", &name, "--line", "2.0", "--decline", "--reason", reason];
    let _decided = Bin::pick().at(&repo).args(decline).run().success();
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Decide"]);
    let entry = says(&repo, &format!("in part: its follow-up {} (#75) is not on 2.0: {reason}", repair.short()));
    assert_eq!((&entry["open-advisories"], &entry["lacking"]), (&json!([ID]), &json!(null)));
    let found = check(&repo, &[], 3);
    assert!(found.contains("say in '.patch/notes/"), "{found}");
    say(&repo, &format!("{ID} is fixed: the line has no map that counts.\n"));
    assert_eq!(ask(&repo, &["--target", "2.0.1"])["entries"][0]["advisories"], json!([ID]));
    check(&repo, &[], 0);
}

#[test]
fn notes_of_ones_own_claim_nothing_that_the_release_does_not_have() {
    let repo = line();
    repo.pick("2.0", repo.squash_merge(73, &format!("{ID}: check the list"), "", [LIST]));
    let other = "CVE-2026-22222";
    let own = repo.home().join("own.md");
    let path = own.display().to_string();
    for (text, code) in [
        (format!("- [{ID}] the list is checked\n"), 0),
        (format!("- [{ID}, GHSA-2c4f-5gh6-7jm8] the list is checked\n"), 0),
        (format!("- [{ID}] the list is checked\n- [{other}] the map is checked\n"), 3),
        (format!("Maps are checked, which fixes {other}.\n"), 3),
        (format!("Maps are checked. {other} is not fixed yet.\n"), 0),
        (format!("See {other} for more.\n\n## Known Issues\n\n- {other}: maps are not checked\n"), 0),
    ] {
        std::fs::write(&own, &text).expect("because the folder is ours");
        let found = check(&repo, &["--only", "origin", "--body", &path], code);
        let is_named = found.contains(&format!("the notes say that {other} is fixed, and nothing in the release"));
        assert_eq!(is_named, code == 3, "{text}: {found}");
    }
    // Of what is open, a mention is enough to be asked, and words that say so settle it.
    let (repo, _) = in_part();
    for (text, code) in [
        (format!("The list is checked ({ID}).\n"), 3),
        (format!("The list is checked, see {ID}.\n"), 3),
        (format!("{ID} is fixed in part only: maps are still open.\n"), 0),
        ("The list is checked.\n".to_owned(), 0),
    ] {
        std::fs::write(&own, &text).expect("because the folder is ours");
        check(&repo, &["--body", &path], code);
    }
}
