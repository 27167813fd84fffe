//! The pull requests of many commits.

use backstitch::model::commit::CommitId;
use backstitch::model::known::{Known, Missing};
use backstitch::model::pull::{Checks, Opinion, PullState};

use backstitch::ports::forge::Part;

use super::forge;
use crate::support::github::Github;
use crate::support::github::state::{ALL_PERMISSIONS, Issue, TOKEN, sha};

fn commits(numbers: impl IntoIterator<Item = u64>) -> Vec<CommitId> {
    numbers.into_iter().map(|number| sha(number).parse().expect("a commit")).collect()
}

/// A merged pull request with some of everything that brought commit 500.
fn merged(github: &Github) {
    let mut state = github.state();
    let pull = state.open(12);
    pull.author = Some("renovate[bot]");
    pull.merge = Some(sha(500));
    pull.brought = vec![sha(500)];
    pull.label("kind/crash", Some("mia")).label("old", None);
    pull.review("ann", "APPROVED").review("bob", "CHANGES_REQUESTED");
    pull.closes = vec![Issue { number: 3, repository: "acme/bugs", title: "It crashes", labels: vec!["P0"] }];
    state.check(&sha(12), "build", "in_progress", None);
    state.check(&sha(12), "patch-check", "completed", Some("failure"));
    state.statuses.push((sha(12), "ci/jenkins".to_owned(), "success".to_owned()));
}

#[test]
fn one_request_is_enough_for_twenty_five_commits() {
    let github = Github::start();
    merged(&github);
    let (forge, _) = forge(&github);
    for (number, requests) in [(1, 1), (25, 1), (26, 2), (60, 3)] {
        let before = forge.requests();
        let found = forge.of_commits(&commits(500..500 + number), &Part::ALL).expect("an answer");
        assert_eq!((found.len() as u64, forge.requests() - before), (number, requests));
        let brought: Vec<_> =
            found.values().filter(|pulls| pulls.value().is_some_and(|pulls| !pulls.is_empty())).collect();
        assert_eq!(brought.len(), 1, "only the first commit came with a pull request");
    }
    assert_eq!(forge.of_commits(&[], &Part::ALL).map(|found| found.len()), Ok(0));
    let twice = commits([500, 500]);
    assert_eq!(forge.of_commits(&twice, &Part::ALL).map(|found| found.len()), Ok(1));
}

#[test]
fn the_answer_tells_what_the_rest_api_tells() {
    let github = Github::start();
    merged(&github);
    let (forge, _) = forge(&github);
    let found = forge.of_commits(&commits([500]), &Part::ALL).expect("an answer");
    let [pull] = found[&commits([500])[0]].value().expect("known").as_slice() else { panic!("{found:?}") };
    let single = forge.pull_request(12).expect("a pull request");
    assert_eq!(pull.author, "renovate[bot]".parse().ok());
    assert_eq!(pull.checks.value(), Some(&Checks::Pending(vec!["build".to_owned()])));
    assert!(matches!(&pull.state, PullState::Merged(merge) if merge.commit == sha(500).parse().ok()));
    assert_eq!(pull.reviews.value().map(|reviews| reviews[1].opinion), Some(Opinion::ChangesRequested));
    assert_eq!(pull.files.missing(), Some(&Missing::NotAsked));
    let mut same = single.clone();
    same.files = pull.files.clone();
    same.commits = pull.commits.clone();
    assert_eq!(*pull, same);
}

#[test]
fn an_error_of_one_commit_leaves_that_commit_unknown() {
    let github = Github::start();
    merged(&github);
    github.state().graph_errors.insert(sha(501), ("FORBIDDEN", "Not accessible\u{1b}[2J to ghs_ThisIsTheSecret"));
    let (forge, _) = forge(&github);
    let mut wanted = commits([500, 501, 502]);
    wanted.push(format!("dead{}", "0".repeat(36)).parse().expect("a commit"));
    let found = forge.of_commits(&wanted, &Part::ALL).expect("an answer");
    assert_eq!(found[&wanted[0]].value().map(Vec::len), Some(1));
    let why = found[&wanted[1]].missing().map(ToString::to_string).unwrap_or_default();
    assert_eq!(why, "cannot read the pull requests of 4 commits of 'acme/widget': Not accessible [2J to ***");
    assert_eq!(found[&wanted[2]], Known::Known(Vec::new()));
    let why = found[&wanted[3]].missing().map(ToString::to_string);
    assert_eq!(why.as_deref(), Some("the forge does not have the commit"));
}

/// As GitHub answers a token in a private repository: HTTP 200, null where the token may not look, and an error with the path.
#[test]
fn what_the_token_may_not_see_leaves_only_that_part_unknown() {
    let github = Github::start();
    merged(&github);
    let (forge, _) = forge(&github);
    let ask = |lacks: &[&str], parts: &[Part]| {
        let mut may: std::collections::BTreeSet<_> = ALL_PERMISSIONS.into_iter().collect();
        may.retain(|one| !lacks.contains(one));
        github.state().tokens.get_mut(TOKEN).expect("because it is known").may = may;
        let found = forge.of_commits(&commits([500]), parts).expect("an answer");
        let known = &found[&commits([500])[0]];
        let pull = known.value().and_then(|pulls| pulls.first()).cloned();
        pull.ok_or_else(|| known.missing().map(ToString::to_string).unwrap_or_default())
    };
    let whole = ask(&[], &Part::ALL).expect("all of it");
    let why = |missing: Option<&Missing>| missing.map(ToString::to_string).unwrap_or_default();
    let first = "cannot read the pull requests of 1 commit of 'acme/widget'";
    let said = "Resource not accessible by integration; give the token";
    let pull = ask(&["issues=read"], &Part::ALL).expect("the rest");
    assert_eq!(
        why(pull.issues.missing()),
        format!("{first}: the issues that they close: {said} 'issues: read', in a workflow under 'permissions:'")
    );
    assert_eq!(
        (&pull.body, &pull.labels, &pull.checks, &pull.reviews),
        (&whole.body, &whole.labels, &whole.checks, &whole.reviews)
    );
    for lacks in ["checks=read", "statuses=read"] {
        let pull = ask(&[lacks], &Part::ALL).expect("the rest");
        assert!(why(pull.checks.missing()).contains("'checks: read, statuses: read'"), "{lacks}: {:?}", pull.checks);
        assert_eq!((&pull.issues, &pull.reviews), (&whole.issues, &whole.reviews), "{lacks}");
    }
    // What is not asked for needs no permission.
    let lacks = ["issues=read", "checks=read", "statuses=read"];
    let pull = ask(&lacks, &[Part::Reviews]).expect("the rest");
    assert_eq!((pull.issues.missing(), pull.checks.missing()), (Some(&Missing::NotAsked), Some(&Missing::NotAsked)));
    assert_eq!(pull.reviews, whole.reviews);
    let refused = ask(&["pull_requests=read"], &Part::ALL).expect_err("nothing of it");
    assert_eq!(refused, format!("{first}: {said} 'pull-requests: read', in a workflow under 'permissions:'"));
}

#[test]
fn of_one_pull_request_what_the_token_may_not_see_is_unknown_alone() {
    let github = Github::start();
    merged(&github);
    let (forge, _) = forge(&github);
    let whole = forge.pull_request(12).expect("a pull request");
    github.state().tokens.get_mut(TOKEN).expect("because it is known").may.remove("issues=read");
    let pull = forge.pull_request(12).expect("a pull request");
    assert!(pull.issues.missing().is_some_and(|why| why.to_string().contains("'issues: read'")), "{:?}", pull.issues);
    assert_eq!((&pull.commits, &pull.reviews), (&whole.commits, &whole.reviews));
    assert!(pull.commits.value().is_some());
}

#[test]
fn a_list_with_more_than_was_asked_for_is_unknown() {
    let github = Github::start();
    merged(&github);
    for number in 0..101 {
        github.state().check(&sha(12), &format!("build {number}"), "completed", Some("success"));
    }
    let (forge, _) = forge(&github);
    let found = forge.of_commits(&commits([500]), &Part::ALL).expect("an answer");
    let pulls = found[&commits([500])[0]].value().expect("known");
    assert_eq!(pulls[0].checks.missing(), Some(&Missing::Incomplete { got: 100, of: 104 }));
}
