use super::*;
use crate::model::known::{Known, Missing};

fn login(text: &str) -> Option<Login> {
    Some(text.parse().expect("a login"))
}

fn given(author: Option<Login>, opinion: Option<Opinion>) -> GivenReview {
    GivenReview { author, opinion, association: Association::Member, may_write: Known::Known(true), commit: None }
}

#[test]
fn the_last_opinion_of_each_reviewer_counts() {
    use Opinion::{Approved, ChangesRequested, Dismissed};

    type Case = (&'static str, Vec<(&'static str, Option<Opinion>)>, Vec<(&'static str, Opinion)>);
    let cases: Vec<Case> = vec![
        ("nobody", vec![], vec![]),
        ("a comment is no opinion", vec![("ann", None)], vec![]),
        ("a later comment changes none", vec![("ann", Some(Approved)), ("ann", None)], vec![("ann", Approved)]),
        (
            "the later one counts",
            vec![("ann", Some(Approved)), ("Ann", Some(ChangesRequested))],
            vec![("ann", ChangesRequested)],
        ),
        (
            "a dismissed one does not bring back an older approval",
            vec![("ann", Some(Approved)), ("ann", Some(Dismissed))],
            vec![("ann", Dismissed)],
        ),
        (
            "each has an own one",
            vec![("ann", Some(ChangesRequested)), ("bob", Some(Approved)), ("ann", Some(Approved))],
            vec![("bob", Approved), ("ann", Approved)],
        ),
    ];
    for (name, reviews, expected) in cases {
        let found = latest_opinions(reviews.into_iter().map(|(who, opinion)| given(login(who), opinion)));
        let found: Vec<_> = found.into_iter().map(|review| (review.author, review.opinion)).collect();
        let expected: Vec<_> = expected.into_iter().map(|(who, opinion)| (login(who), opinion)).collect();
        assert_eq!(found, expected, "{name}");
    }
    let ghosts = latest_opinions([given(None, Some(ChangesRequested)), given(None, Some(Approved))]);
    assert_eq!(ghosts.len(), 2, "two deleted accounts may be two people");
}

#[test]
fn checks_come_to_one_answer() {
    use CheckState::{Bad, Good, Idle, Pending};
    let run = |name: &str, state| NamedCheck { name: name.to_owned(), app: None, run: None, state };
    let (no, own) = (CheckRules::default(), CheckRules { ignored: vec!["own".to_owned()], ..CheckRules::default() });
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(Checks::of([], &no), Checks::None);
    assert_eq!(Checks::of([run("own", Bad)], &own), Checks::None);
    assert_eq!(Checks::of([run("a", Good)], &no), Checks::Green);
    assert_eq!(Checks::of([run("a", Good), run("own", Pending)], &own), Checks::Green);
    assert_eq!(Checks::of([run("a", Idle), run("own", Good)], &own), Checks::None);
    assert_eq!(Checks::of([run("a", Idle), run("b", Good)], &own), Checks::Green);
    let pending = Checks::of([run("b", Pending), run("a", Pending), run("c", Good)], &no);
    assert_eq!(pending, Checks::Pending(names(&["a", "b"])));
    let red = Checks::of([run("b", Pending), run("a", Bad), run("a", Bad)], &no);
    assert_eq!(red, Checks::Red(names(&["a"])));
}

#[test]
fn a_required_check_has_to_succeed() {
    use CheckState::{Bad, Good, Idle, Pending};
    let run = |name: &str, state| NamedCheck { name: name.to_owned(), app: None, run: None, state };
    let (own, test) = ("patch-check".to_owned(), "test".to_owned());
    let rules = CheckRules { ignored: vec![own.clone()], required: vec![own, test], ..CheckRules::default() };
    let test = || vec!["test".to_owned()];
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let lacking = |absent: &[&str], idle: &[&str], there: &[&str]| {
        Checks::Lacking(Lacking { absent: names(absent), idle: names(idle), there: names(there) })
    };
    for (all, expected) in [
        (vec![run("test", Good)], Checks::Green),
        (vec![run("CI / test", Good), run("license/cla", Good)], Checks::Green),
        (vec![run("license/cla", Good)], lacking(&["test"], &[], &["license/cla"])),
        (vec![run("license/cla", Good), run("test", Idle)], lacking(&[], &["test"], &["license/cla", "test"])),
        (vec![run("build", Pending)], Checks::Pending(names(&["build", "test"]))),
        (vec![run("build", Bad)], Checks::Red(names(&["build"]))),
        (vec![run("test", Pending)], Checks::Pending(test())),
        (vec![run("test", Bad)], Checks::Red(test())),
        (vec![run("latest", Good)], lacking(&["test"], &[], &["latest"])),
        (vec![run("patch-check", Good)], Checks::Pending(test())),
        (Vec::new(), Checks::Pending(test())),
    ] {
        assert_eq!(Checks::of(all.clone(), &rules), expected, "{all:?}");
    }
}

#[test]
fn a_cancelled_check_counts_where_it_was_not_begun_again() {
    use CheckState::{Bad, Cancelled, Good, Idle, Pending};
    let run = |run, name: &str, app: &str, state| NamedCheck {
        name: name.to_owned(),
        app: Some(app.to_owned()),
        run: Some(run),
        state,
    };
    let of = |all: Vec<NamedCheck>| Checks::of(all, &CheckRules::default());
    let test = || vec!["test".to_owned()];
    let cancelled = || run(1, "test", "actions", Cancelled);
    assert_eq!(of(vec![cancelled()]), Checks::Red(test()));
    for (newer, expected) in [
        (run(2, "test", "actions", Good), Checks::Green),
        (run(2, "test", "actions", Pending), Checks::Pending(test())),
        (run(2, "test", "actions", Cancelled), Checks::Red(test())),
        (run(2, "test", "actions", Idle), Checks::Red(test())),
        (run(2, "test", "other", Good), Checks::Red(test())),
        (run(2, "lint", "actions", Good), Checks::Red(test())),
        (run(0, "test", "actions", Good), Checks::Red(test())),
    ] {
        assert_eq!(of(vec![cancelled(), newer.clone()]), expected, "{newer:?}");
        assert_eq!(of(vec![newer.clone(), cancelled()]), expected, "{newer:?}");
    }
    assert_eq!(of(vec![run(1, "test", "actions", Bad), run(2, "test", "actions", Good)]), Checks::Red(test()));
}

#[test]
fn of_a_required_check_that_failed_the_newest_run_decides() {
    use CheckState::{Bad, Cancelled, Good, Idle, Pending};
    let run =
        |run, name: &str, app: &str, state| NamedCheck { name: name.to_owned(), app: Some(app.to_owned()), run, state };
    let rules = CheckRules { required: vec!["test".to_owned()], ..CheckRules::default() };
    let of = |all: Vec<NamedCheck>| Checks::of(all, &rules);
    let (named, test) = (|name: &str| vec![name.to_owned()], "CI / test");
    for (newer, expected) in [
        (run(Some(2), test, "actions", Good), Checks::Green),
        (run(Some(2), test, "actions", Pending), Checks::Pending(vec![test.to_owned(), "test".to_owned()])),
        (run(Some(2), test, "actions", Bad), Checks::Red(named(test))),
        (run(Some(2), test, "actions", Cancelled), Checks::Red(named(test))),
        (run(Some(2), test, "actions", Idle), Checks::Red(named(test))),
        (run(Some(2), test, "other", Good), Checks::Red(named(test))),
        (run(Some(2), "test", "actions", Good), Checks::Red(named(test))),
        (run(Some(0), test, "actions", Good), Checks::Red(named(test))),
        (run(None, test, "actions", Good), Checks::Red(named(test))),
    ] {
        let failed = run(Some(1), test, "actions", Bad);
        assert_eq!(of(vec![failed.clone(), newer.clone()]), expected, "{newer:?}");
        assert_eq!(of(vec![newer.clone(), failed]), expected, "{newer:?}");
    }
    let other = |state, number| run(Some(number), "lint", "actions", state);
    let found = of(vec![run(Some(1), test, "actions", Good), other(Bad, 2), other(Good, 3)]);
    assert_eq!(found, Checks::Red(named("lint")), "nobody requires it, and jobs of two workflows may have that name");
}

#[test]
fn our_check_rules_are_told_by_their_name_or_their_job() {
    let job = JobCheck { name: "judge".to_owned(), app: Some("github-actions".to_owned()) };
    let own = CheckRules { ignored: vec![GATE_JOB.to_owned()], job: Some(job), ..CheckRules::default() };
    let counts = |name: &str, app: Option<&str>| {
        let check =
            NamedCheck { name: name.to_owned(), app: app.map(str::to_owned), run: None, state: CheckState::Bad };
        Checks::of([check], &own) != Checks::None
    };
    let actions = Some("github-actions");
    for own in [GATE_JOB.to_owned(), format!("Gate / {GATE_JOB}"), format!("a / b (2.0) / {GATE_JOB}")] {
        assert!(!counts(&own, actions) && !counts(&own, None), "{own}");
    }
    for other in [format!("x{GATE_JOB}"), format!("x/ {GATE_JOB}"), format!("{GATE_JOB} / test"), "Gate".to_owned()] {
        assert!(counts(&other, actions), "{other}");
    }
    assert!(!counts("judge", actions));
    assert!(counts("judge", None) && counts("judge", Some("other")) && counts("x / judge", actions));
}

#[test]
fn the_words_of_checks_are_read_strictly() {
    use CheckState::{Bad, Cancelled, Good, Idle, Pending};
    let cases = [
        ("completed", Some("success"), Good),
        ("COMPLETED", Some("NEUTRAL"), Idle),
        ("completed", Some("skipped"), Idle),
        ("completed", Some("failure"), Bad),
        ("completed", Some("cancelled"), Cancelled),
        ("completed", Some("timed_out"), Bad),
        ("completed", Some("action_required"), Bad),
        ("completed", Some("stale"), Bad),
        ("completed", Some("brand_new"), Bad),
        ("completed", None, Bad),
        ("queued", None, Pending),
        ("in_progress", Some("success"), Pending),
        ("waiting", None, Pending),
    ];
    for (status, conclusion, expected) in cases {
        assert_eq!(CheckState::of_run(status, conclusion), expected, "{status} {conclusion:?}");
    }
    let states = ["success", "PENDING", "EXPECTED", "failure", "error", "new"].map(CheckState::of_status);
    assert_eq!(states, [Good, Pending, Pending, Bad, Bad, Bad]);
}

#[test]
fn a_list_of_files_is_whole_or_unknown() {
    let files = |number: u64| {
        let file = ChangedFile {
            path: "a".to_owned(),
            previous: None,
            status: FileStatus::Modified,
            additions: 1,
            deletions: 0,
        };
        vec![file; usize::try_from(number).expect("because tests use small numbers")]
    };
    let cases = [
        (0, 0, None),
        (2, 2, None),
        (300, 301, Some((300, 301))),
        (3000, 3000, None),
        (3000, 3001, Some((3000, 3001))),
        (3001, 3000, Some((3001, 3001))),
        (3, 2, None),
    ];
    for (got, said, missing) in cases {
        let expected = missing.map(|(got, of)| Missing::Incomplete { got, of });
        assert_eq!(complete_files(files(got), said).missing(), expected.as_ref(), "{got} of {said}");
    }
}
