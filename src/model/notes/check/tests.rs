use super::*;
use crate::model::guard::{GUARD_SCHEMA, Leak, Place, Sign};
use crate::model::kind::FixKind;
use crate::model::notes::words::{Words, WordsFrom};
use crate::model::notes::{NOTES_SCHEMA, Previous, State};

fn entry(kind: FixKind, origin: Traced, words: Option<&str>) -> Entry {
    let words = words.and_then(|text| Words::new(text, WordsFrom::Trailer));
    Entry {
        section: Section::of(Some(kind), words.as_ref()),
        kind: Some(kind),
        title: "Fix the map".to_owned(),
        words,
        picks: vec![CommitId::from_bytes([1; 20])],
        origin,
        unnamed: Vec::new(),
        untold: Vec::new(),
        in_part: Vec::new(),
        security: Vec::new(),
        pull_requests: Vec::new(),
        pull_request: None,
        own_pull_requests: Vec::new(),
        account: None,
        authors: Vec::new(),
        reviewers: Vec::new(),
        issues: Vec::new(),
        advisories: Vec::new(),
        open_advisories: Vec::new(),
        lacking: Vec::new(),
        also_in: Vec::new(),
        not_needed: Vec::new(),
        not_evaluated: Vec::new(),
    }
}

fn notes(entries: Vec<Entry>) -> Notes {
    Notes {
        schema: NOTES_SCHEMA.to_owned(),
        project: "Godel".to_owned(),
        version: "2.0.1".to_owned(),
        tag: "v2.0.1".parse().expect("a tag"),
        state: State::Tagged,
        line: "2.0".parse().expect("a line"),
        branch: "release/2.0".parse().expect("a branch"),
        commit: CommitId::from_bytes([2; 20]),
        date: None,
        previous: Previous {
            name: "v2.0.0".to_owned(),
            version: None,
            commit: CommitId::from_bytes([3; 20]),
            orphaned: Vec::new(),
        },
        entries,
        taken_back: Vec::new(),
        left_out: Vec::new(),
        known_issues: Vec::new(),
        upgrade_notes: Vec::new(),
        contributors: Vec::new(),
        checksums: Vec::new(),
        warnings: Vec::new(),
    }
}

fn judged(entry: Entry, body: &str, list: Option<&str>, leaks: Vec<Leak>, asked: PullsAsked) -> NotesCheck {
    let list = list.map(|list| Embargo::parse(list).expect("a list"));
    let guarded = Guarded {
        schema: GUARD_SCHEMA.to_owned(),
        answer: Answer::Undecided,
        advisories: 0,
        secret: 0,
        commits: 0,
        texts: 1,
        leaks,
        skipped: Vec::new(),
    };
    check(&notes(vec![entry]), Body::Made(body), Embargoes { list: list.as_ref(), guarded: Some(&guarded) }, asked)
}

/// The rules that do not hold; `?` behind one that is undecided.
fn found(entry: Entry, body: &str, list: &str, asked: PullsAsked) -> String {
    let checked = judged(entry, body, Some(list), Vec::new(), asked);
    assert!(NotesRule::ALL.iter().all(|rule| checked.findings.iter().any(|finding| finding.rule == *rule)));
    let broken = checked.findings.iter().filter(|finding| finding.found != Found::Passed);
    let mark = |finding: &NotesFinding| match finding.found {
        Found::Undecided => format!("{}?", finding.rule),
        Found::Passed | Found::Failed => finding.rule.to_string(),
    };
    format!("{:?}: {}", checked.answer, broken.map(mark).collect::<Vec<_>>().join(" "))
}

#[test]
fn each_rule_can_fail() {
    use PullsAsked::{Asked, NotAsked};
    let main = || Traced::main(vec![CommitId::from_bytes([9; 20])]);
    let reasons = Vec::new;
    let bug = |origin| entry(FixKind::Bug, origin, None);
    let untold = |origin| Entry { section: Section::Internal, ..bug(origin) };
    let asks = |mut entry: Entry| {
        entry.pull_request = Some(7);
        entry
    };
    let long = "ä".repeat(LONGEST_BODY);
    let table = [
        (bug(main()), "", Asked, "Yes: "),
        (bug(Traced::Line { reasons: reasons() }), "", Asked, "Yes: "),
        (bug(Traced::Nowhere { reasons: reasons() }), "", Asked, "No: origin"),
        (untold(Traced::Nowhere { reasons: reasons() }), "", Asked, "Yes: "),
        (untold(Traced::Claimed { commits: Vec::new() }), "", Asked, "Undecided: origin?"),
        (bug(Traced::Claimed { commits: Vec::new() }), "", Asked, "Undecided: origin?"),
        (bug(Traced::Probably { commits: Vec::new(), reasons: reasons() }), "", Asked, "Undecided: origin?"),
        (entry(FixKind::Security, main(), Some("It is safe.")), "", NotAsked, "Yes: "),
        (entry(FixKind::Security, main(), None), "", NotAsked, "No: words"),
        (asks(entry(FixKind::Security, main(), None)), "", NotAsked, "Undecided: words?"),
        (asks(entry(FixKind::Security, main(), None)), "", Asked, "No: words"),
        (entry(FixKind::Security, main(), Some("Closes cve-2026-4242")), "", Asked, "No: embargo"),
        (bug(main()), "about CVE-2026-4242", Asked, "No: embargo"),
        (bug(main()), &long, Asked, "Yes: "),
        (bug(main()), &format!("{long}x"), Asked, "No: length"),
    ];
    for (entry, body, asked, expected) in table {
        let shown = format!("{:?} {:?}", entry.kind, entry.origin);
        assert_eq!(found(entry, body, "CVE-2026-4242\n", asked), expected, "{shown}");
    }
}

#[test]
fn an_advisory_outside_of_the_security_fixes_is_undecided() {
    let mut entry = entry(FixKind::Bug, Traced::Line { reasons: Vec::new() }, None);
    entry.open_advisories = vec!["CVE-2026-4242".to_owned()];
    assert_eq!(found(entry, "", "CVE-2026-1111\n", PullsAsked::Asked), "Undecided: advisories?");
}

#[test]
fn what_the_words_leave_open_themselves_is_settled_there() {
    for kind in [FixKind::Bug, FixKind::Security] {
        let hint = |text: &str| {
            let mut entry = entry(kind, Traced::Line { reasons: Vec::new() }, Some(text));
            entry.open_advisories = vec!["CVE-2026-4242".to_owned()];
            let checked = judged(entry, "", None, Vec::new(), PullsAsked::Asked);
            let found = checked.findings.into_iter().find(|finding| finding.rule == NotesRule::Advisories);
            found.and_then(|finding| finding.hint).unwrap_or_default()
        };
        assert_eq!(hint("Does not fix CVE-2026-4242."), "", "what denies it claims nothing");
        let named = hint("Reads long names, as CVE-2026-4242 has them.");
        assert!(named.contains("say so there"), "{named}");
    }
}

#[test]
fn rules_that_are_not_asked_about_do_not_count() {
    let mut entry = entry(FixKind::Bug, Traced::Nowhere { reasons: Vec::new() }, None);
    entry.open_advisories = vec!["CVE-2026-4242".to_owned()];
    let answer = |rules: &[NotesRule]| {
        let found = judged(entry.clone(), "", None, Vec::new(), PullsAsked::Asked).about(rules);
        assert!(rules.is_empty() || found.findings.iter().all(|finding| rules.contains(&finding.rule)));
        found.answer
    };
    assert_eq!(answer(&[]), Answer::No);
    assert_eq!(answer(&[NotesRule::Words]), Answer::Yes);
    assert_eq!(answer(&NotesRule::OF_PUBLISHING), Answer::Undecided);
}

#[test]
fn what_is_under_embargo_is_not_repeated() {
    let mut entry = entry(FixKind::Bug, Traced::Nowhere { reasons: Vec::new() }, None);
    entry.title = "Close CVE-2026-4242".to_owned();
    entry.advisories = vec!["CVE-2026-4242".to_owned()];
    let checked = judged(entry, "", Some("CVE-2026-4242"), Vec::new(), PullsAsked::Asked);
    let told = serde_json::to_string(&checked).expect("it is JSON");
    assert!(told.contains("under embargo") && !told.contains("4242"), "{told}");
}

#[test]
fn what_the_guard_finds_fails_and_tells_nothing() {
    let mut entry = entry(FixKind::Bug, Traced::Nowhere { reasons: Vec::new() }, None);
    entry.title = "Close the hole".to_owned();
    let leak = Leak { place: Place::Notes, at: None, line: Some(7), sign: Sign::Identifier, advisory: 1, of: 2 };
    let checked = judged(entry, "", None, vec![leak], PullsAsked::Asked);
    let found = checked.findings.iter().find(|finding| finding.rule == NotesRule::Embargo).expect("it is judged");
    assert_eq!((found.found, found.commit), (Found::Failed, None));
    assert!(found.hint.as_ref().is_some_and(|hint| hint.starts_with("give the entry other words")), "{found:?}");
    let pick = CommitId::from_bytes([1; 20]).to_string();
    let told = serde_json::to_string(&checked).expect("it is JSON");
    assert!(told.contains(&pick), "{told}");
    let told = serde_json::to_string(&checked.without(|text| text.contains(&pick))).expect("it is JSON");
    assert!(!told.contains(&pick), "{told}");
}

#[test]
fn no_other_words_are_asked_for_where_the_origin_tells() {
    let leak = |line, sign| Leak { place: Place::Notes, at: None, line, sign, advisory: 1, of: 1 };
    for (elsewhere, hint) in [
        (leak(None, Sign::Commit), "publish nothing before the embargo ends"),
        (leak(None, Sign::Title), "give the entry other words"),
        (Leak { advisory: 2, ..leak(None, Sign::Commit) }, "give the entry other words"),
    ] {
        let entry = entry(FixKind::Bug, Traced::Nowhere { reasons: Vec::new() }, None);
        let checked = judged(entry, "", None, vec![leak(Some(7), Sign::Title), elsewhere], PullsAsked::Asked);
        let found = checked.findings.iter().find(|one| one.rule == NotesRule::Embargo && one.found == Found::Failed);
        let told = found.and_then(|found| found.hint.clone()).unwrap_or_default();
        assert!(told.starts_with(hint), "{told}");
    }
}

#[test]
fn a_sign_without_a_line_is_from_the_fix_only_where_it_names_a_commit() {
    for (sign, hint) in [(Sign::Title, "give the entry other words"), (Sign::Fix, "publish nothing")] {
        let leak = Leak { place: Place::Release, at: None, line: None, sign, advisory: 1, of: 1 };
        let entry = entry(FixKind::Bug, Traced::Nowhere { reasons: Vec::new() }, None);
        let checked = judged(entry, "", None, vec![leak], PullsAsked::Asked);
        let found = checked.findings.iter().find(|one| one.rule == NotesRule::Embargo && one.found == Found::Failed);
        let told = found.and_then(|found| found.hint.clone()).unwrap_or_default();
        assert!(told.starts_with(hint), "{told}");
    }
}

#[test]
fn hints_name_the_security_fix_of_several_changes() {
    let [first, second, third] = [4, 5, 6].map(|at| CommitId::from_bytes([at; 20]));
    let hints = |security: &[CommitId], claimed: &[CommitId], open: bool| {
        let origin = Traced::Main { commits: vec![first, second, third], claimed: claimed.to_vec() };
        let mut entry = entry(if open { FixKind::Bug } else { FixKind::Security }, origin, None);
        entry.security = security.to_vec();
        entry.open_advisories = if open { vec!["CVE-2026-4242".to_owned()] } else { Vec::new() };
        let checked = judged(entry, "", None, Vec::new(), PullsAsked::Asked);
        let rule = if open { NotesRule::Advisories } else { NotesRule::Words };
        let found = checked.findings.into_iter().find(|finding| finding.rule == rule);
        found.and_then(|finding| finding.hint).unwrap_or_default()
    };
    assert!(hints(&[], &[], false).contains(&format!("'.patch/notes/{first}.md' of main")));
    // Words for what it brings too little of are not read.
    assert!(hints(&[], &[first], false).contains(&format!("'.patch/notes/{second}.md' of main")));
    let both = format!("'.patch/notes/{second}.md' and '.patch/notes/{third}.md' of main");
    assert!(hints(&[second, third], &[], false).contains(&both));
    assert!(hints(&[second], &[], true).contains(&format!("patch-pick decide {second} ")));
}

#[test]
fn what_a_pick_brings_besides_is_undecided() {
    let mut entry = entry(FixKind::Bug, Traced::main(vec![CommitId::from_bytes([4; 20])]), None);
    assert_eq!(found(entry.clone(), "", "CVE-2026-1111\n", PullsAsked::Asked), "Yes: ");
    entry.untold = entry.picks.clone();
    assert_eq!(found(entry, "", "CVE-2026-1111\n", PullsAsked::Asked), "Undecided: origin?");
}
