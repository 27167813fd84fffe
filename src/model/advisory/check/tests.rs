//! What is found wrong with advisories.

use super::*;

const SOURCE: &str = include_str!("../example.md");

fn judged(files: &[(&str, String)], now: &str) -> Checked {
    let advisories: Vec<Advisory> = files.iter().map(|(_, text)| Advisory::parse(text).expect("a source")).collect();
    let named: Vec<Named<'_>> = files
        .iter()
        .zip(&advisories)
        .map(|((file, _), advisory)| Named { file, advisory, found: Repository::default() })
        .collect();
    check(&named, &[], now.parse().expect("a moment"))
}

fn rules(checked: &Checked) -> Vec<(Rule, Weight)> {
    checked.findings.iter().map(|finding| (finding.rule, finding.weight)).collect()
}

#[test]
fn a_title_that_names_a_kind_of_flaw_only_is_told() {
    let bare = SOURCE.replacen("Out-of-bounds read in the upload parser", "Out-of-bounds read", 1);
    for (source, expected) in [
        (bare.replacen("words =", "#", 1), vec![(Rule::Embargo, Weight::Note)]),
        (bare, vec![]),
        (SOURCE.replacen("words =", "#", 1), vec![]),
    ] {
        let found = judged(&[("GSA-2026-001.md", source)], "2026-12-01T00:00:00Z");
        assert_eq!(rules(&found), expected);
    }
}

#[test]
fn a_flaw_without_a_usual_name_is_told_until_there_are_words() {
    let unnamed = SOURCE
        .replacen("Out-of-bounds read in the upload parser", "Session tokens survive a password reset", 1)
        .replacen("CWE-125 Out-of-bounds Read", "CWE-613 Insufficient Session Expiration", 1);
    let without = unnamed.replacen("words =", "#", 1);
    let numbered = without.replacen("CWE-613 Insufficient Session Expiration", "CWE-384 Session Fixation", 1);
    for (source, expected) in [(unnamed, vec![]), (without, vec![UNNAMED]), (numbered, vec![])] {
        let found = judged(&[("GSA-2026-001.md", source)], "2026-12-01T00:00:00Z");
        let told: Vec<&str> = found.findings.iter().map(|finding| finding.detail.as_str()).collect();
        assert_eq!((told, found.answer), (expected, Answer::Yes));
    }
}

#[test]
fn each_thing_that_is_wrong_or_missing_is_found() {
    let good = judged(&[("GSA-2026-001.md", SOURCE.to_owned())], "2026-12-01T00:00:00Z");
    assert_eq!((rules(&good), good.answer), (vec![], Answer::Yes));
    for (from, to, expected, answer) in [
        ("severity = [", "#", (Rule::Severity, Weight::Missing), Answer::Undecided),
        ("VC:H/VI:H/VA:H", "VC:L/VI:N/VA:N", (Rule::Severity, Weight::Note), Answer::Yes),
        ("introduced =", "#", (Rule::Introduced, Weight::Missing), Answer::Undecided),
        ("fixed =", "#", (Rule::Fixed, Weight::Missing), Answer::Undecided),
        ("fixed-in =", "#", (Rule::Released, Weight::Missing), Answer::Undecided),
        ("verdict = \"fixed\"", "verdict = \"affected\"", (Rule::Released, Weight::Missing), Answer::Undecided),
        ("2026-12-10T14", "2026-11-30T14", (Rule::Embargo, Weight::Failed), Answer::No),
        ("words =", "notified = 2026-11-26T13:59:59Z\nwords =", (Rule::Embargo, Weight::Failed), Answer::No),
        ("CWE-125 Out-of-bounds Read", "CWE-4321", (Rule::Weakness, Weight::Note), Answer::Yes),
        ("CWE-125 Out-of-bounds Read", "CWE-125 Reading too far", (Rule::Weakness, Weight::Failed), Answer::No),
        ("cve =", "#", (Rule::Cve, Weight::Note), Answer::Yes),
    ] {
        let found = judged(&[("GSA-2026-001.md", SOURCE.replacen(from, to, 1))], "2026-12-01T00:00:00Z");
        assert_eq!((rules(&found), found.answer), (vec![expected], answer), "{to}");
    }
    let misnamed = judged(&[("GSA-2026-002.md", SOURCE.to_owned())], "2026-12-01T00:00:00Z");
    assert_eq!(rules(&misnamed), [(Rule::Name, Weight::Failed)]);
    let other = SOURCE
        .replace("GSA-2026-001", "GSA-2026-002")
        .replace("GHSA-2345", "GHSA-2346")
        .replace("RUSTSEC-2026-0001", "RUSTSEC-2026-0002");
    let twice = judged(&[("GSA-2026-001.md", SOURCE.to_owned()), ("GSA-2026-002.md", other)], "2026-12-01T00:00:00Z");
    assert_eq!(rules(&twice), [(Rule::Unique, Weight::Failed); 2]);
}

#[test]
fn a_decision_about_a_line_that_needs_none_is_told() {
    for (line, verdict, told) in [
        ("2.0", "verdict = \"fixed\"", Some("line 2.0, which is repaired")),
        ("1.9", "verdict = \"fixed\"", Some("line 1.9, which is end-of-life")),
        ("2.0", "verdict = \"affected\"", None),
    ] {
        let decided =
            format!("[[unfixed]]\nline = \"{line}\"\nreason = \"a\"\nby = \"b\"\non = 2026-11-01\n\n[embargo]");
        let source = SOURCE.replacen("[embargo]", &decided, 1).replacen("verdict = \"fixed\"", verdict, 1);
        let found = judged(&[("GSA-2026-001.md", source)], "2026-12-01T00:00:00Z");
        let all: Vec<&str> = found.findings.iter().map(|finding| finding.detail.as_str()).collect();
        let superfluous = all.iter().find(|detail| detail.starts_with("[[unfixed]]"));
        assert_eq!(superfluous.is_some(), told.is_some(), "{all:?}");
        assert!(superfluous.is_none_or(|detail| detail.contains(told.unwrap_or_default())), "{all:?}");
        assert_eq!(found.answer, Answer::Yes);
    }
}

#[test]
fn a_line_that_is_not_there_or_has_ended_is_found() {
    for (from, to, expected, answer) in [
        (
            "[embargo]",
            "[[stated]]\nline = \"3.0\"\nverdict = \"not-affected\"\nreason = \"a\"\nby = \"b\"\n\n[embargo]",
            (Rule::Lines, Weight::Failed),
            Answer::No,
        ),
        (
            "support = \"current\"\nverdict = \"fixed\"",
            "support = \"current\"\nuntil = 2026-11-30\nverdict = \"affected\"",
            (Rule::Lines, Weight::Missing),
            Answer::Undecided,
        ),
        (
            "support = \"current\"\nverdict = \"fixed\"",
            "support = \"current\"\nuntil = 2026-12-01\nverdict = \"affected\"",
            (Rule::Released, Weight::Missing),
            Answer::Undecided,
        ),
    ] {
        let found = judged(&[("GSA-2026-001.md", SOURCE.replacen(from, to, 1))], "2026-12-01T00:00:00Z");
        assert_eq!((rules(&found), found.answer), (vec![expected], answer), "{to}");
    }
}
