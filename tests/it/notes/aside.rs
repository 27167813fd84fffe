//! Picks that have a fix of an advisory by name alone, and fixes that main does without.

use serde_json::{Value, json};

use super::grouping::line;
use super::{entry, json as ask, markdown, notes};
use crate::support::Repo;

const FIX: &str = "Fix CVE-2026-0901 in login (#101)";
const ALL: [(&str, &str); 3] =
    [("list", "1\n2, checked\n3\n"), ("tests/test_list", "check it\n"), ("CHANGELOG.md", "- Fix CVE-2026-0901\n")];

/// What is told of the only entry of the release: which advisories are fixed, and which are open.
fn told(repo: &Repo) -> (Value, Value, Vec<Value>) {
    let found = ask(repo, &["--target", "2.0.1"]);
    let of = |name: &str| entry(&found, "").get(name).cloned().unwrap_or(Value::Null);
    (of("advisories"), of("open-advisories"), found["warnings"].as_array().cloned().unwrap_or_default())
}

#[test]
fn a_pick_of_tests_and_words_alone_fixes_nothing() {
    let named = format!("{FIX}\n\n(cherry picked from commit ID)");
    let numbered = format!("[2.0] {FIX} (#201)");
    for (files, message) in [
        (&ALL[1..], named.as_str()),
        (&ALL[1..], FIX),
        (&ALL[1..], &numbered),
        (&ALL[1..], "Fix CVE-2026-0901 on 2.0 (#201)\n\nBackport of #101"),
        (&[ALL[1], ("CHANGES", "Fixed\n")], &named),
        (&ALL[1..2], &named),
        (&ALL[2..], &named),
    ] {
        let repo = line();
        let fix = repo.land_fix(FIX, ALL);
        let message = message.replace("ID", &fix.to_string());
        repo.land_on_line("2.0", &message, files.iter().copied());
        let (fixed, open, _) = told(&repo);
        assert_eq!((fixed, open), (Value::Null, json!(["CVE-2026-0901"])), "{message}: {files:?}");
        assert!(!markdown(&repo, &["--target", "2.0.1"]).contains("[CVE-2026-0901]"), "{message}");
        let checked = notes(&repo, &["check", "--target", "2.0.1", "--format", "json"]).run().json();
        let is_open = |one: &Value| {
            let said = one["reason"].as_str().is_some_and(|said| said.contains("names an advisory"));
            said && one["found"] == "undecided"
        };
        assert!(checked["findings"].as_array().into_iter().flatten().any(is_open), "{checked:#}");
    }
    let repo = line();
    let fix = repo.land_fix(FIX, ALL);
    repo.pick("2.0", fix);
    assert_eq!(told(&repo), (json!(["CVE-2026-0901"]), Value::Null, vec![]));
}

#[test]
fn a_fix_that_main_took_back_is_told_with_a_warning() {
    let repo = line();
    let fix = repo.land_fix(FIX, ALL);
    let back = repo.revert(fix);
    repo.pick("2.0", fix);
    let said = |repo: &Repo| {
        let (fixed, _, warnings) = told(repo);
        assert_eq!(fixed, json!(["CVE-2026-0901"]));
        let is_it = |one: &Value| one.as_str().is_some_and(|one| one.contains("had taken back what"));
        let named = format!("{} of main had taken back what", back.short());
        assert!(
            warnings.iter().filter(|one| is_it(one)).all(|one| one.as_str().is_some_and(|one| one.contains(&named)))
        );
        warnings.iter().filter(|one| is_it(one)).count()
    };
    assert_eq!(said(&repo), 1);
    repo.revert(back);
    assert_eq!(said(&repo), 0);
}

#[test]
fn a_line_that_has_the_origin_itself_has_the_fix_that_was_written_anew_elsewhere() {
    let repo = Repo::new();
    let more = "\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n";
    repo.write_config(&format!("{}{more}", super::grouping::LINE));
    repo.land_fix("Begin", [("list", "1\n2\n3\n"), ("map", "1\n2\n3\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let fix = repo.squash_merge(7, "Keep the list", "", [("list", "1\n2, kept\n3\n")]);
    repo.cut_line("2.1");
    repo.tag_release("v2.1.0", "2.1");
    let also = |title: &str, (file, text): (&str, &str), from: &str| {
        repo.git(["branch", "-f", "release/2.0", "v2.0.0"]);
        let message = format!("{title} (#20)\n\n(cherry picked from commit {fix})");
        repo.land_on_line("2.0", &message, [(file, text)]);
        let found = ask(&repo, &["--target", "2.0.1"]);
        let one = entry(&found, "").clone();
        assert_eq!(one["origin"]["from"], from, "{title}");
        one.get("also-in").cloned()
    };
    let other = ("map", "1\n2\nanother\n");
    let since = Some(json!([{ "line": "2.1", "version": "2.1.0", "tag": "v2.1.0" }]));
    assert_eq!(also("[2.0] Keep the list", other, "claimed"), since);
    assert_eq!(also("Keep the list", ("list", "1\n2\n3, kept\n"), "main"), since);
    // Another title is of another change.
    assert_eq!(also("Rename the map", other, "claimed"), None);
}
