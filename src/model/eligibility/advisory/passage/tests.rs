use crate::model::eligibility::advisory::{Form, advisories, fixed, fixed_by_this, left_open};

const NONE: [&str; 0] = [];

/// The identifiers that a message states.
fn stated(title: &str, body: &str) -> Vec<String> {
    let named = advisories(&format!("{title}\n\n{body}"));
    named.into_iter().filter(|named| named.form == Form::Stated).map(|named| named.id).collect()
}

#[test]
fn a_sentence_is_read_across_the_ends_of_lines() {
    for body in [
        "This does not yet\nfix CVE-2026-2001.",
        "Nobody should think that this\nfixes CVE-2026-2001.",
        "Nobody should think that this\nFixes CVE-2026-2001.",
        "This has nothing to do with the commit that\nfixes CVE-2026-2001.\n\nReviewed-by: A B <a@b.c>",
        "The bug was brought in when we\nfixed CVE-2026-2001.",
        "The real change that\nfixes CVE-2026-2001\nwill come later.",
        "Note that only the next commit really\nfixes CVE-2026-2001.",
        "* This does not yet\n  fix CVE-2026-2001",
        "We did as before, e.g.\nfixed CVE-2026-2001 when names were long.",
        "Fixes CVE-2026-2001\nonly partially.",
        "Update the parser. Others have\nto address CVE-2026-2001.",
        "Found while looking at a report on\nCVE-2026-2001.",
        "This is not a fix for\nCVE-2026-2001",
        "CVE-2026-2001\nstays open.",
        "Reviewed-by: A B <a@b.c>\nCVE-2026-2001",
    ] {
        for title in ["Fix length check (#110)", "Check the length"] {
            assert_eq!(stated(title, body), NONE, "{title}: {body}");
        }
    }
    for body in [
        "This does not yet\nfix CVE-2026-2001.",
        "Nobody should think that this\nfixes CVE-2026-2001.",
        "This has nothing to do with the commit that\nfixes CVE-2026-2001.",
        "The bug was brought in when we\nfixed CVE-2026-2001.",
        "The real change that\nfixes CVE-2026-2001\nwill come later.",
        "Note that only the next commit really\nfixes CVE-2026-2001.",
        "A later change\nfixes CVE-2026-2001.",
    ] {
        assert_eq!(fixed("Check the length", body), NONE, "{body}");
    }
    // A message without a line between its title and the rest is one text.
    let named = advisories("This does not yet\nfix CVE-2026-2001.");
    assert!(named.iter().all(|one| one.form == Form::Mentioned), "{named:?}");
}

#[test]
fn what_introduces_a_list_is_read_with_it() {
    for body in [
        "See:\nCVE-2026-2001",
        "Related:\n\n  CVE-2026-2001",
        "The following remain unfixed:\n\nCVE-2026-2001\nCVE-2026-2002",
        "The following remain unfixed:\n\nCVE-2026-2001\n\nCVE-2026-2002",
        "This does not fix:\n\n- CVE-2026-2001\n- CVE-2026-2002",
        "Not done yet:\n\n* Fixes CVE-2026-2001\n\n* Fix CVE-2026-2002",
        "Left for later\n* Fix CVE-2026-2001",
        "## Next steps\n\n1. Fix CVE-2026-2001",
        "Still open:\n\n* In the parser:\n  * Fix CVE-2026-2001",
        "Their message was, for example:\n\n    Fixes: CVE-2026-2001",
        "Known to be open after this:\nCVE-2026-2001",
        "Not vulnerable to:\n- CVE-2026-2001",
    ] {
        assert_eq!(stated("Fix length check (#110)", body), NONE, "{body}");
        assert_eq!(fixed("Fix length check", body), NONE, "{body}");
    }
    for body in [
        "Fixes:\nCVE-2026-2001",
        "Fixes:\n\n- CVE-2026-2001",
        "This fixes the following vulnerabilities:\n\n* CVE-2026-2001",
        "Changes:\n\n* Fixes CVE-2026-2001\n* Tidy",
        "Sizes are checked:\n\nlong ones are refused\n\nFixes: CVE-2026-2001",
    ] {
        assert_eq!(stated("Fix length check (#110)", body), ["CVE-2026-2001"], "{body}");
        assert_eq!(fixed("Fix length check", body), ["CVE-2026-2001"], "{body}");
    }
    // What names more than the identifiers is said to be fixed, and no statement.
    assert_eq!(fixed("Check it", "This fixes:\n- CVE-2026-2001: an overflow"), ["CVE-2026-2001"]);
}

#[test]
fn a_sentence_of_its_own_states_what_it_fixes() {
    for body in [
        "The size was not checked.\nFixes CVE-2026-2001",
        "Long names are cut off\nFixes CVE-2026-2001\nTidy the parser",
        "Fixes: CVE-2026-2001\nReviewed-by: A B <a@b.c>",
        "Reviewed-by: A B <a@b.c>\nCVE: CVE-2026-2001",
        "* check the size\n\n* fix CVE-2026-2001",
    ] {
        assert_eq!(stated("Check the length", body), ["CVE-2026-2001"], "{body}");
        assert_eq!(fixed("Check the length", body), ["CVE-2026-2001"], "{body}");
    }
    assert_eq!(
        stated("Fix the length", "Names are cut.\n\nCVE-2026-2001\nCVE-2026-2002"),
        ["CVE-2026-2001", "CVE-2026-2002"]
    );
}

#[test]
fn what_a_point_takes_back_is_open() {
    for (title, body) in [
        ("Fix parser (#140)", "* fix CVE-2026-8002\n\n* Revert \"fix CVE-2026-8002\"\n\n* tidy"),
        ("Fix CVE-2026-8002 (#140)", "* fix CVE-2026-8002\n\n* Revert \"fix CVE-2026-8002\""),
        ("Fix parser", "- Fixes: CVE-2026-8002\n- revert: fix CVE-2026-8002"),
        ("Fix parser", "* fix CVE-2026-8002\n* Back out the fix for CVE-2026-8002"),
    ] {
        assert_eq!(stated(title, body), NONE, "{title}: {body}");
        assert_eq!(fixed(title, body), NONE, "{title}: {body}");
    }
    let again = "* fix CVE-2026-8002\n\n* Revert \"fix CVE-2026-8002\"\n\n* fix CVE-2026-8002";
    assert_eq!(fixed("Fix parser", again), ["CVE-2026-8002"]);
    assert_eq!(left_open("Fix CVE-2026-8002 (#140)", "* tidy\n* Remove the fix again"), ["CVE-2026-8002"]);
    assert_eq!(left_open("Fix parser", again), NONE);
    let cause = "Revert the change that brought CVE-2026-8002.";
    assert_eq!(fixed("Fix CVE-2026-8002", cause), ["CVE-2026-8002"]);
}

#[test]
fn a_sentence_about_this_change_says_what_it_fixes() {
    for body in [
        "This fixes CVE-2026-2001.",
        "The size was not checked. This fixes CVE-2026-2001.",
        "The size was not checked.\nThis commit resolves\nCVE-2026-2001.",
    ] {
        assert_eq!(fixed_by_this("", body), ["CVE-2026-2001"], "{body}");
        // Gates do not take it for a statement.
        assert_eq!(stated("Check the length", body), NONE, "{body}");
    }
    for body in [
        "The length is checked, which fixes CVE-2026-2001.",
        "This fixes CVE-2026-2001 on some systems.",
        "This never fixes CVE-2026-2001.",
        "Nobody thinks that\nthis fixes CVE-2026-2001.",
        "Upstream has another change. This fixes CVE-2026-2001.",
        "Does it help? This fixes CVE-2026-2001?",
        "What they said:\n\nThis fixes CVE-2026-2001.",
        "* This fixes CVE-2026-2001.\n* Revert \"This fixes CVE-2026-2001.\"",
    ] {
        assert_eq!(fixed_by_this("", body), NONE, "{body}");
    }
}
