use super::*;

#[test]
fn reverts_are_named_by_commit_by_number_and_by_subject() {
    let text = str::to_owned;
    let subject = text("reverts Fix it");
    require(&[
        (format!("Revert \"Fix it\"\n\nThis reverts commit {FULL}.\n"), &[subject.clone(), format!("reverts {FULL}")]),
        (
            format!(
                "Undo\n\nThis reverts commit {FULL}, reversing\nchanges made to {OTHER}.\n\nThis reverts commits abcdef0 and abcdef1"
            ),
            &[format!("reverts {FULL}"), text("reverts abcdef0"), text("reverts abcdef1")],
        ),
        (
            text("Revert \"Fix it (#12)\" (#13)\n\nReverts godel/godel#12"),
            &[text("own #13"), text("reverts Fix it (#12)"), text("reverts godel/godel#12")],
        ),
        (text("[2.0] Revert \"Fix it\""), std::slice::from_ref(&subject)),
        (text("Merge pull request #14 from a/revert-12\n\nRevert \"Fix it\""), &[text("own #14"), subject.clone()]),
        (
            text("Merge pull request #14 from a/revert-12-revert-7-x\n\nUndo it"),
            &[text("own #14"), text("reverts #12")],
        ),
        (text("Revert abcdef0"), &[text("reverts abcdef0")]),
        (text("Undo: revert commit abcdef0, it hangs"), &[text("reverts abcdef0")]),
        (text("[2.0] Back out abcdef0 (#13)"), &[text("own #13"), text("reverts abcdef0")]),
        (text("Revert defaced pages"), &[]),
        (text("Partially revert abcdef0"), &[]),
        (text("Revert abcdef0 partially"), &[]),
        (text("Mend what the revert abcdef0 broke"), &[]),
        (text("Revert \"Revert \"Fix it\"\""), &[text("reverts Revert \"Fix it\"")]),
        (
            format!("Reapply \"Fix it\"\n\nThis reverts commit {OTHER}."),
            &[text("reapplies Fix it"), format!("reverts {OTHER}")],
        ),
        (text("Revert \"\""), &[]),
        // What the quoted fix was picked from is not what the revert was picked from.
        (text("Revert \"Fix it (backport #7)\" (#13)"), &[text("own #13"), text("reverts Fix it (backport #7)")]),
        (text("Revert \"Fix it\" (backport #9) (#13)"), &[text("own #13"), subject.clone(), text("origin #9")]),
        (
            text("Merge pull request #14 from a/x\n\nRevert \"Fix it (backport #7)\""),
            &[text("own #14"), text("reverts Fix it (backport #7)")],
        ),
        (
            text("Revert \"Revert \"Fix it (backport #7)\"\""),
            &[text("reverts Revert \"Fix it (backport #7)\""), text("origin #7")],
        ),
        (text("Revert to the old way"), &[]),
    ]);
}

#[test]
fn reverts_are_read_in_other_words() {
    for subject in [
        "revert: Fix it",
        "revert(parser): Fix it",
        "revert!: Fix it",
        "Back out \"Fix it\"",
        "Undo \"Fix it\"",
        "[2.0] Roll back \"Fix it\"",
        "Revert \"Fix it\", it breaks Windows",
        "parser: revert \"Fix it\"",
        "x\n\nThis reverts \"Fix it\".",
    ] {
        assert_eq!(shown(subject), ["reverts Fix it"], "{subject}");
    }
    for subject in [
        "Revert #12",
        "Revert PR #12",
        "Revert PR 12: it breaks Windows",
        "Revert #12: it breaks Windows",
        "[2.0] Undo #12",
        "Undo pull request #12",
        "Roll back #12",
        "Rollback #12, it hangs",
        "Backed out #12",
        "parser: revert #12",
        "x\n\nThis reverts #12.",
        "x\n\nBacks out PR #12",
        "x\n\nReverts #12",
    ] {
        assert_eq!(shown(subject), ["reverts #12"], "{subject}");
    }
}

#[test]
fn reverts_may_name_a_commit_a_merge_and_several_in_other_words() {
    for subject in [
        "x\n\nBacks out commit abcdef0.",
        "x\n\nThis backs out abcdef0, it hangs",
        "x\n\nThis reverts abcdef0",
        "x\n\nThis rolls back commit abcdef0",
        "x\n\nBacked out changeset abcdef0",
        "Backed out changeset abcdef0",
        "Roll back abcdef0",
    ] {
        assert_eq!(shown(subject), ["reverts abcdef0"], "{subject}");
    }
    assert_eq!(
        shown("Revert \"Merge pull request #12 from a/b\""),
        ["reverts Merge pull request #12 from a/b", "reverts #12"]
    );
    assert_eq!(shown("Revert \"revert: Fix it\""), ["reverts revert: Fix it"]);
    assert_eq!(shown("Revert #12 and #13"), ["reverts #12", "reverts #13"]);
}

#[test]
fn what_only_speaks_of_a_revert_is_none() {
    for subject in [
        "Revert #12 partially",
        "Revert \"Fix it\" partially",
        "Undo backport of #12",
        "Revert the fix of #12",
        "Fix what the revert of #12 broke",
        "Revert #12-style names",
        "Undo the last step",
        "Roll back failed transactions",
        "Roll back: keep the log",
        "x\n\nSee what reverts #12",
        "x\n\nThis reverts defaced pages",
        "x\n\nThis reverts part of abcdef0",
        "x\n\nNot that this reverts abcdef0",
        "Revert \"parser: revert #12\"x",
    ] {
        assert_eq!(shown(subject), Vec::<String>::new(), "{subject}");
    }
}

#[test]
fn what_takes_a_revert_back_is_none() {
    for (title, expected) in [
        ("Revert \"Fix it\"", true),
        ("[2.0] Revert \"Fix it (backport #7)\" (#13)", true),
        ("Revert \"Revert \"Fix it\"\"", false),
        ("Revert \"[2.0] Revert \"Fix it\" (#7)\"", false),
        ("Reapply \"Fix it\"", false),
        ("Revert to the old way", false),
        ("revert: Fix it", true),
        ("Revert \"revert: Fix it\"", false),
        ("Revert PR #12", true),
        ("Undo #12: it hangs", true),
        ("Back out \"Fix it\"", true),
        ("Back out \"Revert #12\"", false),
        ("Undo backport of #12", false),
    ] {
        assert_eq!(is_revert(title), expected, "{title}");
    }
}
