use proptest::prelude::*;

use super::*;
use crate::model::patch::PatchLine;
use crate::model::patch::sample::added;
use crate::model::trailer::plain_subject;

fn patch(path: &str, lines: &[&str]) -> Vec<FilePatch> {
    vec![added(path, lines)]
}

#[test]
fn three_of_four_lines_are_the_fix_under_any_title() {
    let origin = patch("a.c", &["one", "two", "}", "three", "four"]);
    for (pick, expected) in [
        (&["one", "two", "}", "three", "four"][..], Brought::Most),
        (&["one", "two", "}", "three", "four", "more"], Brought::Most),
        (&["one", "two", "three", "other"], Brought::Most),
        (&["one", "two", "three"], Brought::Most),
        (&["two", "}"], Brought::Some),
        (&["one", "two", "}", "other"], Brought::Nothing),
        (&["else"], Brought::Nothing),
        (&[], Brought::Nothing),
    ] {
        let found = brought_under_another_title(&origin, &origin, &patch("b.c", pick), false);
        assert_eq!(found, expected, "{pick:?}");
    }
    // The tests of a fix are not the fix, and may be other ones.
    let all = [origin.clone(), patch("tests/a.c", &["five", "six", "seven", "eight"])].concat();
    for (pick, expected) in [
        (patch("tests/a.c", &["five", "six", "seven", "eight"]), Brought::Some),
        ([origin.clone(), patch("tests/a.c", &["other"])].concat(), Brought::Most),
    ] {
        assert_eq!(brought_under_another_title(&all, &origin, &pick, false), expected, "{pick:?}");
    }
    // Who squashed a half of several commits has something else besides.
    let pick = patch("a.c", &["one", "two", "other"]);
    assert_eq!(brought_under_another_title(&origin, &origin, &pick, true), Brought::Some);
}

#[test]
fn who_is_called_as_a_fix_has_a_line_of_it_in_its_file() {
    let fix = patch("a.c", &["one", "two", "three", "four", "}"]);
    let back: Vec<FilePatch> = fix.iter().map(FilePatch::inverse).collect();
    for (pick, in_its_file, elsewhere) in [
        (patch("a.c", &["one", "2", "3", "4"]), Brought::Most, Brought::Most),
        (patch("a.c", &["one", "2", "3", "4", "}"]), Brought::Most, Brought::Most),
        (patch("a.c", &["one", "two", "three"]), Brought::Most, Brought::Most),
        // A part of it, and nothing else.
        (patch("a.c", &["one", "two"]), Brought::Some, Brought::Some),
        (patch("a.c", &["2", "}"]), Brought::Some, Brought::Nothing),
        (patch("a.c", &["else"]), Brought::Some, Brought::Nothing),
        (back, Brought::Nothing, Brought::Nothing),
    ] {
        let found = [true, false].map(|has_a_file| brought_under_its_title(&fix, &fix, &pick, has_a_file));
        assert_eq!(found, [in_its_file, elsewhere], "{pick:?}");
    }
    let line = |mark, text: &str| PatchLine { mark, text: format!("{text}\n").into_bytes() };
    let both = |old: &str, new: &str| {
        vec![FilePatch { hunks: vec![vec![line(Mark::Removed, old), line(Mark::Added, new)]], ..fix[0].clone() }]
    };
    let (origin, white) = (both("do it", "do it well"), both("do it", "  do it"));
    assert_eq!(brought_under_its_title(&origin, &origin, &white, true), Brought::Some);
    assert_eq!(brought_under_its_title(&origin, &origin, &both("do it", "do it so"), true), Brought::Most);
    let long = patch("a.c", &["1", "2", "3", "4", "5"]);
    assert_eq!(brought_under_its_title(&long, &long, &patch("b.c", &["1"]), false), Brought::Nothing);
}

#[test]
fn a_line_that_a_fix_needs_twice_is_wanted_twice() {
    let fix = [patch("a.c", &["check"]), patch("b.c", &["check"])].concat();
    for (pick, expected) in [
        (patch("a.c", &["check"]), Brought::Some),
        (patch("a.c", &["check", "check"]), Brought::Most),
        ([patch("a.c", &["check"]), patch("z.c", &["check", "own"])].concat(), Brought::Most),
    ] {
        assert_eq!(brought_under_its_title(&fix, &fix, &pick, true), expected, "{pick:?}");
        assert_eq!(brought_under_another_title(&fix, &fix, &pick, false), expected, "{pick:?}");
        // What the line does not have is not asked for.
        let here = &fix[..1];
        assert_eq!(brought_under_its_title(&fix, here, &pick, true), Brought::Most, "{pick:?}");
    }
}

#[test]
fn what_a_pick_of_several_brings_is_told_of_each() {
    let of = |origin: &[FilePatch], others: &[FilePatch], pick: &[FilePatch]| brought(origin, origin, others, pick);
    let (one, two) = (patch("a.c", &["one", "two"]), patch("b.c", &["three", "four"]));
    for (pick, expected) in [
        ([one.clone(), two.clone()].concat(), [Brought::Most; 2]),
        ([one.clone(), patch("b.c", &["four, here"])].concat(), [Brought::Most, Brought::Nothing]),
        ([one.clone(), patch("b.c", &["three", "4"])].concat(), [Brought::Most, Brought::Some]),
        ([patch("a.c", &["one"]), patch("b.c", &["four"])].concat(), [Brought::Some; 2]),
        (patch("c.c", &["else"]), [Brought::Nothing; 2]),
    ] {
        assert_eq!([of(&one, &two, &pick), of(&two, &one, &pick)], expected, "{pick:?}");
    }
    // Lines that both have speak for neither.
    let (one, two) = (patch("a.c", &["one", "return", "}"]), patch("b.c", &["two", "return", "}"]));
    assert_eq!([of(&one, &two, &two), of(&two, &one, &two)], [Brought::Nothing, Brought::Most]);
    // The same line is wanted of each, in its file.
    let (one, two) = (patch("a.c", &["check"]), patch("b.c", &["check"]));
    assert_eq!([of(&one, &two, &one), of(&two, &one, &one)], [Brought::Most, Brought::Nothing]);
    let moved = [patch("a.c", &["check", "own"]), patch("z.c", &["check"])].concat();
    assert_eq!([of(&one, &two, &moved), of(&two, &one, &moved)], [Brought::Most; 2]);
    let there = patch("a.c", &["check", "own"]);
    assert_eq!(
        [of(&one, &one, &there), of(&one, &one, &patch("a.c", &["check", "check"]))],
        [Brought::Nothing, Brought::Most]
    );
    // The second takes away what the first adds.
    let one = patch("a.c", &["one", "two"]);
    let line = |mark, text: &str| PatchLine { mark, text: format!("{text}\n").into_bytes() };
    let hunk = vec![line(Mark::Removed, "one"), line(Mark::Added, "1")];
    let next = vec![FilePatch { hunks: vec![hunk], ..one[0].clone() }];
    let pick = patch("a.c", &["1", "two", "own"]);
    assert_eq!([of(&one, &next, &pick), of(&next, &one, &pick)], [Brought::Most; 2]);
}

#[test]
fn numbers_and_marks_of_lines_make_no_other_title() {
    assert!(has_title_of("[2.0] Fix the list (#3) (#4)", ["x", "fix the list (#3)"]));
    assert!(has_title_of("Fix the list (backport #3) (#4)", ["Fix the list (#3)"]));
    assert!(has_title_of("Revert \"Fix it (backport #3)\" (#4)", ["revert \"x\"", "Revert \"Fix it (#3)\""]));
    assert!(!has_title_of("Revert \"Fix it\"", ["Fix it", "Revert \"Revert \"Fix it\"\""]));
    assert!(!has_title_of("Fix the list", ["Fix the lists"]));
}

#[test]
fn the_part_of_the_project_in_front_makes_no_other_title() {
    let key = TitleKey::without_parts;
    let one = key("server/auth: check the nested ones");
    for other in [
        "auth: Check the nested ones (#12)",
        "[2.0] server, auth: check the nested ones",
        "fix(auth)!: check the nested ones",
        "[auth] check the nested ones (backport #3) (#4)",
        "fix: auth: check the nested ones",
        "check the nested ones",
    ] {
        assert_eq!(key(other), one, "{other}");
    }
    for other in [
        "auth: check the nested one",
        "what I did: check the nested ones",
        "Revert \"auth: check the nested ones\"",
        "auth: ",
    ] {
        assert_ne!(key(other), one, "{other}");
    }
    assert_eq!(key("Revert \"auth: check the nested ones\""), one.clone().reverted());
    assert_eq!(key("auth: Revert \"check the nested ones\" (#5)"), one.clone().reverted());
    assert!(one.tells() && !key("auth: fix it").tells() && !key("auth: reauthenticate").tells());
}

proptest! {
    #[test]
    fn a_title_ends_as_its_key_does(
        front in prop::sample::subsequence(vec!["[2.0] ", "[auth] ", "fix(auth): ", "api, lib: ", "Revert \"", "Backport #3: "], 0..4),
        middle in prop::sample::select(vec!["check it", "Check this and", "f() and C++", "x", "", "check #6"]),
        end in prop::collection::vec(
            prop::sample::select(vec![" (#6)", " (#6, #7)", " and (#6)", " (backport #3)", "\"", " (GH-5)", ",", " (see #6)", " \u{c4}."]),
            0..4,
        ),
    ) {
        let title = format!("{}{middle}{}", front.concat(), end.concat());
        let key = TitleKey::without_parts(&title);
        prop_assume!(!key.ending().is_empty());
        prop_assert_eq!(last_word(plain_subject(&title)), key.ending(), "{}", title);
    }
}

#[test]
fn a_title_reads_as_another_one_of_another_part() {
    assert!(reads_as("etcdserver: process the last record", ["x", "process the last record (#3)"]));
    assert!(reads_as("wal: x", ["wal: X"]));
    assert!(!reads_as("wal: fix it", ["server: fix it"]));
    assert!(!reads_as("process the record", ["process the last record"]));
}

#[test]
fn a_revert_is_a_pick_of_reverts_only() {
    let takes = |title, origin| takes_back_what_has_title(title, [origin]);
    assert!(takes("Revert \"Fix the list (backport #3)\" (#4)", "Fix the list"));
    assert!(!takes("[2.0] Revert \"Fix the list\"", "Revert \"Fix the list\" (#5)"));
    assert!(!takes("Revert \"Revert \"Fix the list\"\"", "Fix the list"));
    assert!(!takes("Fix the list", "Fix the list"));
}

#[test]
fn one_line_beside_the_origins_is_no_sign() {
    let (origin, other) = (patch("a.c", &["one", "two"]), patch("b.c", &["two", "three", "four", "}"]));
    for (pick, expected) in
        [(&["one", "two", "three", "four"][..], true), (&["one", "two", "three"], false), (&["one", "two", "}"], false)]
    {
        assert_eq!(brings_most_beside(&other, &origin, &patch("b.c", pick)), expected, "{pick:?}");
    }
    assert!(!brings_most_beside(&patch("b.c", &["two", "three"]), &origin, &patch("b.c", &["two", "three"])));
}

#[test]
fn what_changes_other_lines_has_nothing_in_common() {
    let fix = patch("a.c", &["one", "two"]);
    let image = |path: &str| {
        vec![FilePatch {
            opaque: Some(("1".to_owned(), "2".to_owned())),
            hunks: Vec::new(),
            ..patch(path, &[]).remove(0)
        }]
    };
    let table = [
        (fix.clone(), patch("b.c", &["two"]), true),
        (fix.clone(), patch("a.c", &["three"]), false),
        (fix, Vec::new(), false),
        (patch("a.c", &["one", "}"]), patch("a.c", &["two", "}"]), false),
        (patch("a.c", &["one", "}"]), patch("a.c", &["}"]), true),
        (image("a.png"), image("a.png"), true),
        (image("a.png"), image("b.png"), false),
    ];
    for (one, other, expected) in table {
        assert_eq!(have_changes_in_common(&one, &other), expected, "{one:?} {other:?}");
        assert_eq!(have_changes_in_common(&other, &one), expected, "{other:?} {one:?}");
    }
}
