use super::*;
use crate::model::commit::{Signature, TreeId};

fn id(number: u8) -> CommitId {
    CommitId::from_bytes([number; 20])
}

/// Commits named 11…, 22…, and so on, in the order of their messages.
fn main(messages: &[&str]) -> Fates {
    let person = Signature { name: "A".to_owned(), email: "a@example.com".to_owned(), seconds: 0, offset: 0 };
    let commit = |(number, message): (u8, &&str)| Commit {
        id: id(number),
        tree: TreeId::from_bytes([0; 20]),
        parents: Vec::new(),
        author: person.clone(),
        committer: person.clone(),
        message: (*message).to_owned(),
    };
    let numbers = (1u8..).map(|number| number * 0x11);
    Fates::new(&numbers.zip(messages).map(commit).collect::<Vec<_>>())
}

fn fate(reverted_by: Option<u8>, follow_ups: &[u8]) -> Fate {
    Fate { reverted_by: reverted_by.map(id), follow_ups: follow_ups.iter().copied().map(id).collect() }
}

#[test]
fn a_repair_travels_with_the_fix_and_so_does_its_own() {
    let fates = main(&[
        "Fix",
        "Repair\n\nFixes: 1111111 (\"Fix\")",
        "Other",
        "Repair the repair\n\nFixes: 222222222222",
        "Nonsense\n\nFixes: 5555555\nFixes: 9999999",
    ]);
    assert_eq!(fates.fate(id(0x11)), fate(None, &[0x22, 0x44]));
    assert_eq!(fates.fate(id(0x22)), fate(None, &[0x44]));
    assert_eq!(fates.fate(id(0x55)), fate(None, &[]));
    assert_eq!(fates.fate(id(0x99)), fate(None, &[]));
}

#[test]
fn a_reverted_repair_does_not_travel() {
    let fates = main(&["Fix", "Repair\n\nFixes: 1111111", "Revert \"Repair\"\n\nThis reverts commit 2222222."]);
    assert_eq!(fates.fate(id(0x11)), fate(None, &[]));
    assert_eq!(fates.fate(id(0x22)), fate(Some(0x33), &[]));
}

#[test]
fn reverts_are_known_by_commit_by_number_and_by_subject() {
    for revert in [
        "Undo\n\nThis reverts commit 1111111.",
        "Revert \"Fix (#12)\" (#13)",
        "Revert \"Fix\" (#13)",
        "Revert \"Fix the thing\" (#13)\n\nReverts godel/godel#12",
        "Merge pull request #13 from a/b\n\nRevert \"Fix\"",
        // The named commit is in the pull request only.
        "Revert \"Fix\"\n\nThis reverts commit abcdef0.",
    ] {
        assert_eq!(main(&["Fix (#12)", revert]).fate(id(0x11)), fate(Some(0x22), &[]), "{revert}");
    }
}

#[test]
fn what_fits_two_commits_or_a_later_one_tells_nothing() {
    assert_eq!(main(&["Fix", "Fix", "Revert \"Fix\""]).fate(id(0x11)), fate(None, &[]));
    assert_eq!(main(&["Revert \"Fix\"", "Fix"]).fate(id(0x22)), fate(None, &[]));
    assert_eq!(main(&["x\n\nThis reverts commit 1111111."]).fate(id(0x11)), fate(None, &[]));
}

#[test]
fn every_second_revert_brings_a_fix_back() {
    let mut story = vec!["Fix", "Revert \"Fix\"\n\nThis reverts commit 1111111."];
    assert_eq!(main(&story).fate(id(0x11)), fate(Some(0x22), &[]));
    story.push("Reapply \"Fix\"\n\nThis reverts commit 2222222.");
    assert_eq!(main(&story).fate(id(0x11)), fate(None, &[]));
    story.push("Revert \"Reapply \"Fix\"\"\n\nThis reverts commit 3333333.");
    assert_eq!(main(&story).fate(id(0x11)), fate(Some(0x22), &[]));
    story.push("Revert \"Fix\", finally\n\nThis reverts commit 1111111.");
    assert_eq!(main(&story).fate(id(0x11)), fate(Some(0x55), &[]));
}

#[test]
fn a_reapply_without_a_commit_takes_the_last_revert_back() {
    let fates = main(&["Fix", "Revert \"Fix\" (#2)", "Reapply \"Fix\" (#3)"]);
    assert_eq!(fates.fate(id(0x11)), fate(None, &[]));
}

#[test]
fn taking_a_part_back_is_a_repair() {
    let fates = main(&["Fix", "Partially revert \"Fix\"\n\nThis reverts commit 1111111."]);
    assert_eq!(fates.fate(id(0x11)), fate(None, &[0x22]));
}
