use super::*;

const ONE: &str = "CVE-2026-12345";

#[test]
fn a_body_says_what_it_fixes() {
    for body in [
        "This fixes CVE-2026-12345.",
        "It fixes the vulnerability CVE-2026-12345.",
        "Names are bounded now,\nwhich fixes\nCVE-2026-12345 in the parser.",
        "Fixes CVE-2026-12345 by checking the length.",
        "Fixes CVE-2026-12345, which could not be seen before, and may crash when names are long.",
        "This addresses CVE-2026-12345, a loop.",
        "This patch resolves CVE-2026-12345 and checks the length.",
        "The check mitigates CVE-2026-12345.",
        "This prevents CVE-2026-12345.",
        "Fix for CVE-2026-12345.",
        "This is a fix for CVE-2026-12345.",
        "This is the security fix for CVE-2026-12345.",
        "Backport of the fix for CVE-2026-12345.",
        "Backports the upstream fix for CVE-2026-12345.",
        "Bump the parser to 1.2.3, which fixes CVE-2026-12345.",
        "Bumps the parser to 1.2.3. Fixes CVE-2026-12345 (a loop)",
        "* Patches CVE-2026-12345 in the lexer",
        "We fixed CVE-2026-12345 here.",
        "Closes the vulnerability known as CVE-2026-12345.",
        "Fixes https://github.com/advisories/CVE-2026-12345 for all users.",
        "CVE: CVE-2026-12345",
        "Security: CVE-2026-12345",
        "Fixes: CVE-2026-12345",
        "- Fixes: CVE-2026-12345",
    ] {
        assert_eq!(fixed("Check the length", body), [ONE], "{body}");
    }
}

#[test]
fn a_body_that_speaks_of_an_advisory_does_not_fix_it() {
    for body in [
        "See also CVE-2026-12345.",
        "See CVE-2026-12345 for a similar flaw.",
        "Unlike CVE-2026-12345, this needs no account.",
        "This is similar to CVE-2026-12345.",
        "similar to GHSA-2345-6789-cfgh",
        "It was introduced by the fix of CVE-2026-12345.",
        "It was introduced by the fix\nof CVE-2026-12345.",
        "This regression came with the fix for CVE-2026-12345.",
        "The fix for CVE-2026-12345 forgot the last name.",
        "The fix for CVE-2026-12345 was incomplete.",
        "A follow-up to the fix for CVE-2026-12345.",
        "This completes the patch for CVE-2026-12345.",
        "This does not fix CVE-2026-12345.",
        "This doesn't fix CVE-2026-12345.",
        "It only partially fixes CVE-2026-12345.",
        "This was supposed to fix CVE-2026-12345.",
        "1.2.3 tried to fix CVE-2026-12345.",
        "A later change will fix CVE-2026-12345.",
        "Commit 1234567 fixed CVE-2026-12345, but broke names.",
        "Since we fixed CVE-2026-12345, names are bounded.",
        "Does this fix CVE-2026-12345?",
        "Related: CVE-2026-12345",
        "See-also: CVE-2026-12345",
        "Variant of CVE-2026-12345.",
        "We are not affected by CVE-2026-12345.",
        "The code is the one of CVE-2026-12345.",
        "Scanners report CVE-2026-12345 here.",
        "Add a test for the fix of CVE-2026-12345.",
        "Found while we looked at CVE-2026-12345.",
        "CVE-2026-12345 is another matter.",
        "> This fixes CVE-2026-12345.",
        "<!-- Fixes CVE-2026-12345 -->",
        "How to fix CVE-2026-12345 is told elsewhere.",
        "Fixes the loop; CVE-2026-12345 is alike.",
    ] {
        assert_eq!(fixed("Check the length", body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn each_identifier_counts_by_itself() {
    let two = "This fixes CVE-2026-12345 and CVE-2026-12346 (GHSA-2345-6789-cfgh).\n\
        See also CVE-2026-99999.\n";
    assert_eq!(
        fixed("Check the length (CVE-2026-11111)", two),
        ["CVE-2026-11111", ONE, "CVE-2026-12346", "GHSA-2345-6789-cfgh"]
    );
    assert_eq!(fixed("Fix it", "Fixes CVE-2026-12345, the sister of CVE-2026-99999."), [ONE]);
}

#[test]
fn a_title_names_what_it_fixes() {
    for title in [
        "CVE-2026-12345: check the length",
        "Check the length (CVE-2026-12345)",
        "[2.0] Fix CVE-2026-12345 (#3)",
        "Do not crash when names are long, CVE-2026-12345",
        "Fix for CVE-2026-12345: overflow",
        "Backport the fix for CVE-2026-12345",
        "[CVE-2026-12345] Check the length",
        "CVE-2026-12345 - check the length",
        "CVE-2026-12345 fix",
        "[SECURITY] CVE-2026-12345 fix (#19)",
        "fix(CVE-2026-12345): check the length",
        "fix: CVE-2026-12345 in the parser",
        "Fix CVE-2026-12345 overflow in the parser",
        "Fix parser overflow CVE-2026-12345",
        "Check before the copy to prevent CVE-2026-12345",
        "Do not follow links, which mitigates CVE-2026-12345",
        "Remove the shortcut to fix CVE-2026-12345",
        "Fixes for CVE-2026-12345",
        "parser: fix for CVE-2026-12345",
        "Manual backport of 1234567 to fix CVE-2026-12345",
        "Backport CVE-2026-12345",
        "CVE-2026-12345: refuse partially written files",
        "CVE-2026-12345: check the last part of names",
        "CVE-2026-12345: log injection in the parser",
        "CVE-2026-12345: add comment escaping",
        "CVE-2026-12345: add logging and refuse long names",
        "Merge pull request from CVE-2026-12345",
        "Bump example.org/parser to v1.2.4 to address CVE-2026-12345",
        "deps: bump example.org/parser to 1.2.4 to address CVE CVE-2026-12345",
        "Bump parser-version to 1.2.4 for release-3.4 due to CVE-2026-12345",
        "Update dep: require parser 1.2.3 -> 1.2.4 due to: CVE-2026-12345.",
        "manifest: bump parser because of [CVE-2026-12345]",
        "build: bump parser to 3.0.99 for CVE-2026-12345 (#8)",
        "bump parser to v1.2.4 Address CVE-2026-12345",
        "backport 3.5: #13571 Update parser to 1.2.1 to fix CVE-2026-12345",
    ] {
        assert_eq!(fixed(title, ""), [ONE], "{title}");
    }
}

#[test]
fn a_title_that_speaks_of_an_advisory_does_not_fix_it() {
    for title in [
        "Fix a regression introduced by the fix of CVE-2026-12345",
        "Fix a flaw similar to CVE-2026-12345",
        "Revert \"Fix CVE-2026-12345\"",
        "Repair the incomplete fix of CVE-2026-12345",
        "Add a test for CVE-2026-12345",
        "Disable the check for CVE-2026-12345",
        "Temporarily re-enable TLS 1.0 despite CVE-2026-12345",
        "CVE-2026-12345 is not exploitable",
        "fix: CVE-2026-12345 is not exploitable",
        "Prepare for fix of CVE-2026-12345",
        "Prepare to fix CVE-2026-12345",
        "Log when CVE-2026-12345 is attempted",
        "Fix the log of CVE-2026-12345",
        "Rename the variable of CVE-2026-12345 handler",
        "Remove workaround for CVE-2026-12345",
        "Remove the code that fixes CVE-2026-12345",
        "Undo the fix for CVE-2026-12345",
        "Undo fix for CVE-2026-12345",
        "Undo CVE-2026-12345 fix",
        "Update fix for CVE-2026-12345",
        "Partially fix CVE-2026-12345",
        "This does not yet fix CVE-2026-12345",
        "Follow-up to CVE-2026-12345",
        "Bump the counter of CVE-2026-12345",
        "Explain the handler for CVE-2026-12345",
        "Count the items (part of CVE-2026-12345)",
        "CVE-2026-12345: partially fix the overflow",
        "CVE-2026-12345: fix the overflow partly",
        "[CVE-2026-12345] Partly fix the overflow",
        "Partially fixed the overflow (CVE-2026-12345)",
        "fix(CVE-2026-12345): fix a part of the overflow",
        "CVE-2026-12345: part of the fix",
        "CVE-2026-12345: check names (part 1 of 2)",
        "CVE-2026-12345: add logging",
        "Add metrics (CVE-2026-12345)",
    ] {
        assert_eq!(fixed(title, ""), Vec::<String>::new(), "{title}");
    }
}

#[test]
fn words_for_users_name_what_is_fixed_unless_they_say_otherwise() {
    for words in [
        "Long lists are safe (CVE-2026-12345). Tests show it.",
        "CVE-2026-12345: long lists are refused.",
        "Long lists are refused, CVE-2026-12345",
        "CVE-2026-12345",
        "Fixes CVE-2026-12345; see also CVE-2026-99999",
        "CVE-2026-12345 is fixed.",
        "CVE-2026-12345, a crash where lists are long, is fixed.",
        "Lists are sorted, and CVE-2026-12345 is no more.",
        "Uploads no longer crash (CVE-2026-12345).",
        "Names are cut before they are copied (CVE-2026-12345, CVSS 9.8).",
        "Fixed a crash (tracked as CVE-2026-12345).",
        "Security: CVE-2026-12345.",
        "[CVE-2026-12345] Long lists are refused.",
        "An attacker could read files (#12, CVE-2026-12345).",
        "Long lists are safe (CVE-2026-12345). See CVE-2026-12345 for more.",
        "Resolves the flaw CVE-2026-12345, which let readers in.",
    ] {
        assert_eq!(fixed_in_words(words, "Godel").fixed, [ONE], "{words}");
    }
    for words in [
        "Unlike CVE-2026-12345, this needs no account.",
        "This does not fix CVE-2026-12345.",
        "Lists are checked. This doesn't fix CVE-2026-12345 yet.",
        "CVE-2026-12345 remains open.",
        "CVE-2026-12345 is not fixed yet.",
        "CVE-2026-12345: not fixed.",
        "CVE-2026-12345: remains open on Windows",
        "Hardening after CVE-2026-12345",
        "Hardening related to CVE-2026-12345.",
        "See CVE-2026-12345.",
        "Partly fixes CVE-2026-12345.",
        "Long lists are not safe yet (CVE-2026-12345).",
        "Prepares the fix (CVE-2026-12345).",
        "Long lists are safe (CVE-2026-12345). IPv6 remains vulnerable.",
        "Fixes CVE-2026-12345. On Windows CVE-2026-12345 remains open.",
        "A follow-up to CVE-2026-12345",
        "2.0.2 will fix CVE-2026-12345.",
        "Is CVE-2026-12345 fixed?",
        "Not fixed: CVE-2026-12345",
        "Still open: CVE-2026-12345",
        "Known issues: CVE-2026-12345",
    ] {
        let found = fixed_in_words(words, "Godel");
        assert_eq!((found.fixed, found.open), (vec![], vec![ONE.to_owned()]), "{words}");
    }
}

#[test]
fn ahead_of_which_words_tell_how_it_is_fixed() {
    for words in [
        "Requests are checked before they are sent, which fixes CVE-2026-12345.",
        "Headers are no longer copied before their length is checked, which fixes CVE-2026-12345.",
        "Sessions are now closed after a logout, which also fixes CVE-2026-12345.",
        "Tokens are no longer logged, which fixes CVE-2026-12345.",
    ] {
        assert_eq!(fixed_in_words(words, "Godel").fixed, [ONE], "{words}");
    }
    for words in [
        "Tokens are no longer logged, which does not fix CVE-2026-12345.",
        "Lists are checked after the patch of 2.0.1, which fixes CVE-2026-12345.",
        "Lists are not checked before they are sent, which fixes CVE-2026-12345.",
        "Lists were broken before, which fixes CVE-2026-12345 partly.",
    ] {
        assert_eq!(fixed_in_words(words, "Godel").open, [ONE], "{words}");
    }
}

#[test]
fn a_change_is_for_what_its_title_names_or_it_says_to_fix() {
    for (title, body) in [
        ("CVE-2026-12345: check the length", ""),
        ("Fix CVE-2026-12345 (2/2)", ""),
        ("CVE-2026-12345: prepare the fix", ""),
        ("CVE-2026-12345: follow-up, check the map, too", ""),
        ("Check the length (CVE 2026-12345)", "See CVE-2026-99999."),
        ("Check the length", "Fixes: CVE-2026-12345"),
        ("Check the length", "CVE: CVE-2026-12345"),
        ("Check the length", "Names are bounded now, which fixes CVE-2026-12345."),
        ("Complete the fix of CVE-2026-12345 (#12)", ""),
        ("Check the length", "It was not checked everywhere. The fix of CVE-2026-12345 was\nincomplete."),
        ("Check the length (first of two commits)", "Fixes: CVE-2026-12345"),
        ("Fix CVE-2026-12345 (first of two commits)", ""),
    ] {
        assert_eq!(meant(title, body), [ONE], "{title}, {body}");
    }
    for (title, body) in [
        ("Add a test for CVE-2026-12345", ""),
        ("docs: tell of CVE-2026-12345", ""),
        ("store: explain the check of CVE-2026-12345", ""),
        ("store: explain the check (CVE-2026-12345)", ""),
        ("store: harden after CVE-2026-12345", ""),
        ("store: refactor the check of CVE-2026-12345", ""),
        ("net: move the check of CVE-2026-12345 into a helper", ""),
        ("website: announce CVE-2026-12345", ""),
        ("Add a fuzzer for CVE-2026-12345", ""),
        ("ci: scan for CVE-2026-12345", ""),
        ("Check the length", "Unlike CVE-2026-12345, it needs no account."),
        ("Check the length", "> The fix of CVE-2026-12345 was incomplete."),
        ("Fix regression from the CVE-2026-12345 fix", ""),
    ] {
        assert_eq!(meant(title, body), Vec::<String>::new(), "{title}, {body}");
    }
}
