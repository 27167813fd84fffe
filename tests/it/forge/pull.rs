//! One pull request with everything.

use backstitch::model::known::{Known, Missing};
use backstitch::model::pull::{Checks, FileStatus, Opinion, PullState, Readiness};
use backstitch::ports::forge::ChecksAsked;

use super::{forge, settings};
use crate::support::github::Github;
use crate::support::github::state::{File, Issue, sha};

/// A pull request of a fork with some of everything.
fn rich(github: &Github) {
    let mut state = github.state();
    let pull = state.open(12);
    pull.title = "Do not crash \u{1b}[2J \u{202e} $(id)".to_owned();
    pull.body = Some("Fixes #3\r\n".to_owned());
    pull.author = Some("dependabot[bot]");
    pull.base = "release/2.0";
    pull.head = "--upload-pack=x".to_owned();
    pull.head_repository = Some("con/widget");
    pull.draft = true;
    pull.label("P1", Some("mia")).label("kind/crash", None).label("P1", Some("tim"));
    pull.labels = vec!["P1".to_owned(), "kind/crash".to_owned(), "imported".to_owned()];
    pull.review("ann", "COMMENTED").review("ann", "APPROVED").review("bob", "APPROVED");
    pull.review("bob", "CHANGES_REQUESTED").review("cleo", "DISMISSED");
    pull.files = vec![
        File { path: "src/new.c".into(), previous: Some("src/old.c"), status: "renamed" },
        File { path: "tests/a b\u{7}.c".into(), previous: None, status: "added" },
    ];
    pull.closes = vec![Issue { number: 3, repository: "acme/bugs", title: "It crashes", labels: vec!["P0", "crash"] }];
    state.check(&sha(12), "build", "completed", Some("success"));
    state.check(&sha(12), "patch-check", "completed", Some("failure"));
    state.statuses.push((sha(12), "ci/jenkins".to_owned(), "success".to_owned()));
}

#[test]
fn everything_is_known() {
    let github = Github::start();
    rich(&github);
    let (forge, waits) = forge(&github);
    let pull = forge.pull_request(12).expect("a pull request");
    assert_eq!(
        (pull.author, pull.readiness, &pull.state),
        ("dependabot[bot]".parse().ok(), Readiness::Draft, &PullState::Open)
    );
    assert_eq!((pull.head.branch.as_str(), pull.base.branch.as_str()), ("--upload-pack=x", "release/2.0"));
    assert_eq!(pull.head.repository.as_ref().map(|name| name.as_str()), Some("con/widget"));
    let by: Vec<_> = pull.labels.iter().map(|label| (label.name.as_str(), label.applied_by.clone())).collect();
    let tim = Known::Known("tim".parse().expect("a login"));
    let unknown = |missing| Known::Unknown(missing);
    let expected =
        [("P1", tim), ("kind/crash", unknown(Missing::Deleted)), ("imported", unknown(Missing::NotRecorded))];
    assert_eq!(by, expected);
    let reviews = pull.reviews.value().expect("reviews").iter();
    let reviews: Vec<_> =
        reviews.map(|review| (review.author.as_ref().map(|login| login.as_str()), review.opinion)).collect();
    let expected = [
        (Some("ann"), Opinion::Approved),
        (Some("bob"), Opinion::ChangesRequested),
        (Some("cleo"), Opinion::Dismissed),
    ];
    assert_eq!(reviews, expected);
    let files = pull.files.value().expect("files").iter();
    let files: Vec<_> = files.map(|file| (file.path.as_str(), file.previous.as_deref(), file.status)).collect();
    let expected =
        [("src/new.c", Some("src/old.c"), FileStatus::Renamed), ("tests/a b\u{7}.c", None, FileStatus::Added)];
    assert_eq!(files, expected);
    assert_eq!(pull.checks.value(), Some(&Checks::Green), "our own check does not count");
    let issues = pull.issues.value().expect("issues").iter();
    let issues: Vec<_> =
        issues.map(|issue| (issue.number, issue.repository.as_str(), issue.labels.join(","))).collect();
    assert_eq!(issues, [(3, "acme/bugs", "P0,crash".to_owned())]);
    assert_eq!((forge.requests(), waits.seconds()), (7, Vec::new()));
}

#[test]
fn our_own_check_counts_where_it_is_not_named() {
    let github = Github::start();
    rich(&github);
    let mut settings = settings(&github);
    settings.check_rules = ChecksAsked::default();
    let (forge, _) = super::open(settings);
    let checks = forge.pull_request(12).expect("a pull request").checks;
    assert_eq!(checks.value(), Some(&Checks::Red(vec!["patch-check".to_owned()])));
}

#[test]
fn all_pages_are_read() {
    let github = Github::start();
    rich(&github);
    github.state().most_per_page = 1;
    let (forge, _) = forge(&github);
    let in_pieces = forge.pull_request(12).expect("a pull request");
    github.state().most_per_page = 100;
    assert_eq!(in_pieces, forge.pull_request(12).expect("a pull request"));
    assert!(github.requests().iter().any(|request| request.contains("/pulls/12/reviews?per_page=100&page=5")));
}

#[test]
fn a_list_of_files_that_was_cut_is_unknown() {
    let github = Github::start();
    github.state().open(1).change_files(3001);
    github.state().open(2).change_files(2).says_files = Some(3);
    github.state().open(3).change_files(301);
    let (forge, _) = forge(&github);
    let files = |number| forge.pull_request(number).expect("a pull request").files;
    assert_eq!(files(1), Known::Unknown(Missing::Incomplete { got: 3000, of: 3001 }));
    assert_eq!(files(2), Known::Unknown(Missing::Incomplete { got: 2, of: 3 }));
    assert_eq!(files(3).value().map(Vec::len), Some(301));
}

#[test]
fn a_list_of_issues_that_was_cut_is_unknown() {
    let github = Github::start();
    let issue = |number| Issue { number, repository: "acme/bugs", title: "It crashes", labels: vec!["P0"] };
    github.state().open(1).closes = (1..=101).map(issue).collect();
    github.state().open(2).closes = (1..=100).map(issue).collect();
    github.state().open(3).closes = vec![Issue { labels: vec!["x"; 51], ..issue(1) }];
    let (forge, _) = forge(&github);
    let issues = |number| forge.pull_request(number).expect("a pull request").issues;
    assert_eq!(issues(1).missing(), Some(&Missing::Incomplete { got: 100, of: 101 }));
    assert_eq!(issues(2).value().map(Vec::len), Some(100));
    assert_eq!(issues(3).missing(), Some(&Missing::Incomplete { got: 50, of: 51 }));
}

#[test]
fn a_commit_without_checks_has_none_though_github_says_pending() {
    let github = Github::start();
    github.state().open(1);
    github.state().open(2);
    github.state().statuses.push((sha(2), "ci".to_owned(), "pending".to_owned()));
    let (forge, _) = forge(&github);
    let checks = |number| forge.pull_request(number).expect("a pull request").checks;
    assert_eq!(checks(1), Known::Known(Checks::None));
    assert_eq!(checks(2), Known::Known(Checks::Pending(vec!["ci".to_owned()])));
}

#[test]
fn only_what_a_token_may_not_see_is_unknown() {
    let github = Github::start();
    rich(&github);
    github.state().tokens.values_mut().for_each(|account| account.may.retain(|may| *may != "checks=read"));
    let (forge, _) = forge(&github);
    let pull = forge.pull_request(12).expect("a pull request");
    assert_eq!(
        pull.checks.missing().map(ToString::to_string).as_deref(),
        Some(
            "cannot read pull request 12 of 'acme/widget': the check runs: \
             GitHub answered 403: Resource not accessible by integration; \
             give the token 'checks=read', in a workflow under 'permissions:'"
        )
    );
    assert!(pull.files.value().is_some() && pull.reviews.value().is_some() && pull.issues.value().is_some());
}

#[test]
fn a_fork_may_be_gone_and_a_merge_has_a_commit() {
    let github = Github::start();
    let gone = |state: &mut crate::support::github::state::State| {
        let pull = state.open(1);
        pull.head_repository = None;
        pull.author = None;
        pull.merge = Some(sha(99));
    };
    gone(&mut github.state());
    let (forge, _) = forge(&github);
    let pull = forge.pull_request(1).expect("a pull request");
    assert!(pull.is_from_fork() && pull.head.repository.is_none() && pull.author.is_none());
    let PullState::Merged(merge) = pull.state else { panic!("{:?}", pull.state) };
    assert_eq!(merge.commit.map(|commit| commit.to_string()), Some(sha(99)));
}
