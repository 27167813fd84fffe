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
    let run = |name: &str, state| NamedCheck::of_status(name.to_owned(), state);
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
    let run = |name: &str, state| NamedCheck::of_status(name.to_owned(), state);
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
        workflow: None,
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
fn a_cancelled_check_counts_beside_one_of_another_workflow() {
    use CheckState::{Cancelled, Good};
    let run = |run, workflow: Option<u64>, state| NamedCheck {
        run: Some(run),
        workflow: workflow.map(|workflow| WorkflowRun { workflow, event: "push".to_owned(), number: run }),
        ..NamedCheck::of_status("test".to_owned(), state)
    };
    for (workflows, is_green) in [((Some(7), Some(7)), true), ((Some(7), Some(8)), false), ((Some(7), None), false)] {
        let all = [run(1, workflows.0, Cancelled), run(2, workflows.1, Good)];
        assert_eq!(Checks::of(all, &CheckRules::default()) == Checks::Green, is_green, "{workflows:?}");
    }
}

/// The check run of a job of a workflow: the workflow, the event, and the number of the run.
fn job(run: u64, name: &str, of: (u64, &str, u64), state: CheckState) -> NamedCheck {
    let (workflow, event, number) = of;
    NamedCheck {
        app: Some("actions".to_owned()),
        run: Some(run),
        workflow: Some(WorkflowRun { workflow, event: event.to_owned(), number }),
        ..NamedCheck::of_status(name.to_owned(), state)
    }
}

#[test]
fn a_required_check_that_failed_gives_way_to_a_later_run_of_its_workflow_and_event() {
    use CheckState::{Bad, Cancelled, Good, Idle, Pending};
    let rules = CheckRules { required: vec!["test".to_owned()], ..CheckRules::default() };
    let of = |all: Vec<NamedCheck>| Checks::of(all, &rules);
    let (named, test, pull) = (|name: &str| vec![name.to_owned()], "CI / test", "pull_request");
    let later = |state| job(20, test, (7, pull, 2), state);
    let red = || Checks::Red(named(test));
    for (newer, expected) in [
        (later(Good), Checks::Green),
        (later(Pending), Checks::Pending(vec![test.to_owned(), "test".to_owned()])),
        (later(Bad), red()),
        (later(Cancelled), red()),
        (later(Idle), red()),
        (job(20, test, (8, pull, 2), Good), red()),
        (job(20, test, (7, "push", 2), Good), red()),
        // Two jobs of one run, and an earlier run that was begun again.
        (job(20, test, (7, pull, 1), Good), red()),
        (job(20, test, (7, pull, 0), Good), red()),
        (job(9, test, (7, pull, 2), Good), red()),
        (job(20, "test", (7, pull, 2), Good), red()),
        (NamedCheck { app: Some("other".to_owned()), ..later(Good) }, red()),
        (NamedCheck { workflow: None, ..later(Good) }, red()),
        (NamedCheck { run: None, ..later(Good) }, red()),
    ] {
        let failed = job(10, test, (7, pull, 1), Bad);
        assert_eq!(of(vec![failed.clone(), newer.clone()]), expected, "{newer:?}");
        assert_eq!(of(vec![newer.clone(), failed]), expected, "{newer:?}");
    }
    let untold = |run, state| NamedCheck { run: Some(run), ..NamedCheck::of_status("test".to_owned(), state) };
    assert_eq!(of(vec![untold(1, Bad), untold(2, Good)]), Checks::Red(named("test")), "nobody knows their workflows");
    let lint = |run, state| job(run, "lint", (7, pull, run), state);
    let found = of(vec![later(Good), lint(2, Bad), lint(3, Good)]);
    assert_eq!(found, Checks::Red(named("lint")), "nobody requires it");
}

#[test]
fn our_check_rules_are_told_by_their_name_or_their_job() {
    let job = JobCheck { name: "judge".to_owned(), app: Some("github-actions".to_owned()) };
    let own = CheckRules { ignored: vec![GATE_JOB.to_owned()], job: Some(job), ..CheckRules::default() };
    let counts = |name: &str, app: Option<&str>| {
        let check =
            NamedCheck { app: app.map(str::to_owned), ..NamedCheck::of_status(name.to_owned(), CheckState::Bad) };
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
