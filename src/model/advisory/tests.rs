use chrono::{DateTime, Utc};

use super::edit::Source;
use super::lines::{Introduced, LineVerdict};
use super::state::{Lifted, State};
use super::{Advisory, Revision};

const SOURCE: &str = include_str!("example.md");

fn with(from: &str, to: &str) -> String {
    assert!(SOURCE.contains(from), "{from}");
    SOURCE.replacen(from, to, 1)
}

#[test]
fn a_source_is_read_whole() {
    let advisory = Advisory::parse(SOURCE).expect("an advisory");
    assert_eq!(advisory.ids(), ["GSA-2026-001", "CVE-2026-1234", "GHSA-2345-6789-cfgh", "RUSTSEC-2026-0001"]);
    assert_eq!(advisory.severity.headline(), "Critical (CVSS 9.3)");
    assert!(matches!(&advisory.introduced, Introduced::By(names) if names.len() == 1));
    assert_eq!(advisory.lines.len(), 2);
    assert_eq!(advisory.lines[0].verdict, LineVerdict::Fixed);
    assert_eq!(advisory.lines[0].evidence.len(), 2);
    assert_eq!(advisory.body.summary, "The server reads one byte too many.");
}

#[test]
fn what_is_wrong_is_told_with_line_and_column() {
    for (from, to, says) in [
        ("+++\nid", "id", "line 1, column 1: an advisory begins with"),
        ("id = \"GSA-2026-001\"", "id = \"GSA-1\"", "line 2, column 6: 'GSA-1' is not an advisory"),
        ("title =", "titel =", "line 3, column 1: unknown key 'titel'"),
        ("state = \"embargoed\"", "state = \"secret\"", "line 4, column 9: unknown state 'secret'"),
        ("CVSS:3.1/AV:N", "CVSS:3.1/AV:n", "line 8, column"),
        (
            "until = 2026-12-10T14:00:00Z",
            "until = 2026-12-10",
            "line 31, column 9: 'until' in [embargo] must be a moment",
        ),
        ("## Impact", "## Impacts", "here '## Impact' must stand"),
        ("fixed-in = \"2.0.2\"", "fixed-in = \"2.0.9\"", "'2.0.9' is not among 'unaffected'"),
        ("state = \"embargoed\"", "state = \"public\"", "missing key 'published'"),
        ("introduced = [", "introduced = [\"0\", ", "stands alone"),
    ] {
        let error = Advisory::parse(&with(from, to)).expect_err(to).to_string();
        assert!(error.contains(says), "{to}: {error}");
    }
}

#[test]
fn no_word_of_a_source_ends_its_embargo() {
    let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
    let (before, over) = (at("2026-12-10T13:59:59Z"), at("2026-12-10T14:00:00Z"));
    let mut advisory = Advisory::parse(SOURCE).expect("an advisory");
    for state in State::ALL {
        advisory.state = state;
        advisory.published = state.is_public().then_some(over);
        assert_eq!((advisory.is_secret_at(before), advisory.is_secret_at(over)), (true, false), "{state}");
        let counts = advisory.clone().as_of(before);
        assert!(!counts.state.is_public() && counts.published.is_none(), "{state}");
        assert_eq!(advisory.clone().as_of(over), advisory);
        let without = Advisory { embargo: None, ..advisory.clone() };
        assert_eq!(without.is_secret_at(before), !state.is_public(), "{state}: without a date");
    }
}

#[test]
fn a_change_leaves_the_rest_as_it_was() {
    let mut source = Source::of(SOURCE).expect("a source");
    assert_eq!(source.text().expect("a text"), SOURCE);
    source.set_state(State::Ready);
    assert_eq!(source.text().expect("a text"), with("state = \"embargoed\"", "state = \"ready\""));
    let lines = Advisory::parse(SOURCE).expect("an advisory").lines;
    source.set_lines(&lines);
    assert_eq!(Advisory::parse(&source.text().expect("a text")).expect("an advisory").lines, lines);
    let at = "2026-12-09T10:00:00Z".parse().expect("a moment");
    source.lift(&Lifted { at, by: "A \"B\"".to_owned(), reason: "told elsewhere".to_owned() });
    source.set_state(State::Public).set_moment("published", at);
    source.set_state(State::Revised);
    source.add_revision(&Revision { number: 1, date: at, summary: "line 1.9 too".to_owned() });
    let advisory = Advisory::parse(&source.text().expect("a text")).expect("an advisory");
    assert_eq!((advisory.state, advisory.published, advisory.revisions.len()), (State::Revised, Some(at), 1));
    assert_eq!(advisory.embargo.and_then(|terms| terms.lifted).map(|lifted| lifted.by), Some("A \"B\"".to_owned()));
    source.set_state(State::Withdrawn);
    assert!(source.text().is_err());
}

#[test]
fn a_change_leaves_the_ends_of_lines() {
    let windows = SOURCE.replace('\n', "\r\n");
    let mut source = Source::of(&windows).expect("a source");
    assert_eq!(source.text().expect("a text"), windows);
    source.set_state(State::Ready);
    let changed = with("state = \"embargoed\"", "state = \"ready\"").replace('\n', "\r\n");
    assert_eq!(source.text().expect("a text"), changed);
}

#[test]
fn statements_that_contradict_each_other_are_refused() {
    let id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let stated = |what: &str| format!("[[stated]]\nline = \"1.9\"\n{what}\nreason = \"r\"\nby = \"m\"\n");
    let parse = |all: &[String]| Advisory::parse(&with("\n+++\n", &format!("\n{}+++\n", all.concat())));
    let (free, open) = (stated("verdict = \"not-affected\""), stated("verdict = \"not-evaluated\""));
    let (fixed, other) = (stated(&format!("fixed-by = [\"{id}\"]")), stated(&format!("unrelated = [\"{id}\"]")));
    let both = stated(&format!("fixed-by = [\"{id}\"]\nintroduced-by = [\"{id}\"]"));
    for (all, says) in [
        (vec![free.clone(), open.clone()], "two verdicts"),
        (vec![fixed.clone(), other.clone()], "'fixed-by' and in 'unrelated'"),
        (vec![both], "'fixed-by' and in 'introduced-by'"),
    ] {
        let refused = parse(&all).expect_err(says).to_string();
        assert!(refused.contains(says), "{refused}");
    }
    let elsewhere = other.replace("\"1.9\"", "\"2.0\"");
    assert!(parse(&[free.clone(), free, fixed.clone(), fixed, elsewhere]).is_ok());
}

#[test]
fn a_line_that_contradicts_itself_is_refused() {
    let source = include_str!("example.md");
    for (from, to, says) in [
        ("verdict = \"fixed\"", "verdict = \"not-affected\"", "'affected' is not empty"),
        ("affected = [\"2.0.0\", \"2.0.1\"]", "affected = []", "'affected' is empty"),
        ("affected = [\"2.0.0\", \"2.0.1\"]", "affected = [\"2.0.3\"]", "is older than '2.0.2'"),
    ] {
        let refused = Advisory::parse(&source.replacen(from, to, 1)).expect_err(says).to_string();
        assert!(refused.contains(says), "{refused}");
    }
}
