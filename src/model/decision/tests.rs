use std::error::Error as _;

use proptest::prelude::*;

use super::*;

fn decided(answer: Answer, reason: &str, at: &str) -> Decision {
    Decision {
        fix: CommitId::from_bytes([0x11; 20]),
        line: "2.0".parse().expect("a line name"),
        answer,
        kind: None,
        reason: reason.parse().expect("a reason"),
        by: "Mia <mia@example.com>".parse().expect("a person"),
        at: at.parse().expect("a moment"),
    }
}

fn recorded(text: &str, new: &Decision) -> String {
    match record(text, new).expect("a file of decisions") {
        Recorded::New(text) => text,
        Recorded::Already(_) => panic!("it was recorded already"),
    }
}

#[test]
fn a_decision_is_added_and_read_again() {
    let first = decided(Answer::Decline, "needs the new \"parser\"\nof 2.1", "2026-01-05T09:00:00Z");
    let text = recorded("# Ours.\n", &first);
    assert!(text.starts_with("# Ours.\n\n[[decision]]\nfix = \"1111"), "{text}");
    let decisions = Decisions::parse(&text).expect("a file of decisions");
    assert_eq!(decisions.latest(first.fix, &first.line), Some(&first));
    assert_eq!(decisions.latest(first.fix, &"2.1".parse().expect("a line name")), None);
}

#[test]
fn the_latest_decision_wins_wherever_it_stands() {
    let early = decided(Answer::Decline, "no", "2026-01-05T09:00:00Z");
    let late = decided(Answer::Accept, "yes", "2026-01-06T09:00:00+01:00");
    let text = recorded("", &early);
    let both = [recorded(&text, &late), format!("{}{text}", recorded("", &late))];
    for text in both {
        let decisions = Decisions::parse(&text).expect("a file of decisions");
        assert_eq!(decisions.latest(early.fix, &early.line), Some(&late), "{text}");
    }
    assert!(record(&recorded("", &late), &early).is_err());
}

#[test]
fn the_same_decision_again_is_already_there() {
    let first = decided(Answer::Decline, "no", "2026-01-05T09:00:00Z");
    let text = recorded("", &first);
    let again = decided(Answer::Decline, "no", "2026-02-05T09:00:00Z");
    assert_eq!(record(&text, &again).expect("a file of decisions"), Recorded::Already(first));
    recorded(&text, &decided(Answer::Decline, "no, since", "2026-02-05T09:00:00Z"));
}

#[test]
fn a_bad_file_is_refused_with_the_line() {
    let good = recorded("", &decided(Answer::Accept, "yes", "2026-01-05T09:00:00Z"));
    for (bad, line, told) in [
        (good.replace("reason =", "raison ="), 5, "unknown field `raison`"),
        (good.replace("\"accept\"", "\"maybe\""), 4, "unknown variant `maybe`"),
        (good.replace("fix = \"11", "fix = \"1"), 2, "40 lower-case hexadecimal digits"),
        (good.replace("Mia <mia@example.com>", "Mia"), 6, "'Name <mail>'"),
        (good.replace("[[decision]]", "[[decisions]]"), 1, "unknown field `decisions`"),
        (good.replace("line = \"2.0\"\n", ""), 1, "missing field `line`"),
        (good.replace("[[decision]]", "[[decision"), 1, ""),
    ] {
        let error = Decisions::parse(&bad).expect_err(&bad);
        assert_eq!(error.to_string(), format!("cannot read '.patch/decisions.toml', line {line}"), "{bad}");
        let cause = error.source().map(ToString::to_string).unwrap_or_default();
        assert!(cause.contains(told), "{cause}");
    }
    let bad = good.replace("09:00:00Z", "09:00:00");
    assert!(Decisions::parse(&bad).is_err(), "{bad}");
}

#[test]
fn a_file_of_another_form_is_not_broken() {
    let new = decided(Answer::Accept, "yes", "2026-01-05T09:00:00Z");
    let error = record("decision = []\n", &new).expect_err("an array cannot be continued");
    assert_eq!(error.to_string(), "'.patch/decisions.toml' has a form that nothing can be added to");
}

#[test]
fn a_person_has_a_name_and_an_address() {
    for bad in ["", "Mia", "<mia@example.com>", "Mia <>", "Mia <a> <b>", "Mia\n <a@b>", "Mia <a@b> x"] {
        assert!(bad.parse::<Person>().is_err(), "{bad:?}");
    }
}

proptest! {
    #[test]
    fn any_reason_and_person_survive(reason in "\\PC*[a-z]\\PC*", name in "[^<>\\p{C}]*[a-z]") {
        let mut new = decided(Answer::Accept, "x", "2026-01-05T09:00:00Z");
        new.reason = reason.parse().expect("a reason");
        new.by = format!("{name} <a@b>").parse().expect("a person");
        let read = Decisions::parse(&recorded("", &new)).expect("a file of decisions");
        prop_assert_eq!(read.latest(new.fix, &new.line), Some(&new));
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,80}") {
        drop(Decisions::parse(&text));
    }
}
