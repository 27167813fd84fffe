//! Ordinary words that say which advisory a change fixes, and which one of several does.

use serde_json::json;

use super::advisories::{checked, line, told, told_of};
use super::{entry, grouping, json as ask};

#[test]
fn a_sentence_of_the_change_says_that_it_is_a_security_fix() {
    for (title, body) in [
        ("Check the list", "Fixes CVE-2026-4242 by renewing the id."),
        ("Check the list", "Fixes CVE-2026-4242 (reported by Joe)."),
        ("Check the list", "This change fixes a heap overflow (CVE-2026-4242)."),
        ("Fix overflow for CVE-2026-4242", ""),
        ("Handle CVE-2026-4242", ""),
        ("Harden the list against CVE-2026-4242", ""),
        ("Upgrade lodash for CVE-2026-4242", ""),
    ] {
        let told = told_of(title, body);
        assert_eq!(told, (json!("security"), json!(["CVE-2026-4242"]), json!([])), "{title}: {body}");
    }
    for (title, body) in [
        ("Check the list", "Fixes the log message for CVE-2026-4242."),
        ("Check the list", "Fixes a part of CVE-2026-4242."),
        ("Fix the build for CVE-2026-4242", ""),
    ] {
        let told = told_of(title, body);
        assert_eq!(told, (json!("fixes"), json!([]), json!(["CVE-2026-4242"])), "{title}: {body}");
    }
}

#[test]
fn words_that_tell_of_a_renewed_dependency_settle_its_advisory() {
    for words in ["qs 6.0.4 fixes CVE-2026-4242.", "qs is updated to 6.0.4 because of CVE-2026-4242."] {
        let (repo, _) = line("Check the list", "See CVE-2026-4242.");
        assert_eq!(told(&repo), (json!([]), json!(["CVE-2026-4242"])));
        repo.land_fix("Say so", [(".patch/notes/7.md", format!("{words}\n").as_str())]);
        assert_eq!(told(&repo), (json!(["CVE-2026-4242"]), json!([])), "{words}");
        assert!(checked(&repo).is_empty(), "{words}");
    }
    // The project's own version is that of another release.
    let (repo, _) = line("Check the list", "See CVE-2026-4242.");
    repo.land_fix("Say so", [(".patch/notes/7.md", "Godel 2.0.2 fixes CVE-2026-4242.\n")]);
    assert_eq!(told(&repo), (json!([]), json!(["CVE-2026-4242"])));
}

#[test]
fn what_a_merge_names_is_open_only_where_none_of_its_fixes_is_told_with_it() {
    let repo = grouping::line();
    let commits = [
        ("Check the list\n\nFixes: CVE-2026-4242", "Bo", "list", "checked\n"),
        ("Print the map", "Cy", "map", "printed\n"),
        ("Print the set\n\nSee CVE-2026-4242.", "Cy", "set", "printed\n"),
    ];
    let message = "Merge pull request #9 from x/topic\n\nFixes\n\nThey are about CVE-2026-4242 and CVE-2026-5555.";
    grouping::merge(&repo, "release/2.0", message, &commits);
    let found = ask(&repo, &["--target", "2.0.1"]);
    let of = |title: &str, name: &str| entry(&found, title).get(name).cloned().unwrap_or_else(|| json!([]));
    assert_eq!(of("Check the list", "advisories"), json!(["CVE-2026-4242"]), "{found:#}");
    assert_eq!(of("Check the list", "open-advisories"), json!(["CVE-2026-5555"]), "{found:#}");
    assert_eq!(of("Print the map", "open-advisories"), json!(["CVE-2026-5555"]), "{found:#}");
    assert_eq!(of("Print the set", "open-advisories"), json!(["CVE-2026-4242", "CVE-2026-5555"]), "{found:#}");
}
