//! The pull requests of many commits.

use backstitch::model::commit::CommitId;
use backstitch::model::known::{Known, Missing};
use backstitch::model::pull::{Checks, Opinion, PullState};

use super::forge;
use crate::support::github::Github;
use crate::support::github::state::{Issue, sha};

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
        let found = forge.of_commits(&commits(500..500 + number)).expect("an answer");
        assert_eq!((found.len() as u64, forge.requests() - before), (number, requests));
        let brought: Vec<_> =
            found.values().filter(|pulls| pulls.value().is_some_and(|pulls| !pulls.is_empty())).collect();
        assert_eq!(brought.len(), 1, "only the first commit came with a pull request");
    }
    assert_eq!(forge.of_commits(&[]).map(|found| found.len()), Ok(0));
    let twice = commits([500, 500]);
    assert_eq!(forge.of_commits(&twice).map(|found| found.len()), Ok(1));
}

#[test]
fn the_answer_tells_what_the_rest_api_tells() {
    let github = Github::start();
    merged(&github);
    let (forge, _) = forge(&github);
    let found = forge.of_commits(&commits([500])).expect("an answer");
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
    let found = forge.of_commits(&wanted).expect("an answer");
    assert_eq!(found[&wanted[0]].value().map(Vec::len), Some(1));
    let why = found[&wanted[1]].missing().map(ToString::to_string).unwrap_or_default();
    assert_eq!(why, "cannot read the pull requests of 4 commits of 'acme/widget': Not accessible [2J to ***");
    assert_eq!(found[&wanted[2]], Known::Known(Vec::new()));
    let why = found[&wanted[3]].missing().map(ToString::to_string);
    assert_eq!(why.as_deref(), Some("the forge does not have the commit"));
}

#[test]
fn a_list_with_more_than_was_asked_for_is_unknown() {
    let github = Github::start();
    merged(&github);
    for number in 0..101 {
        github.state().check(&sha(12), &format!("build {number}"), "completed", Some("success"));
    }
    let (forge, _) = forge(&github);
    let found = forge.of_commits(&commits([500])).expect("an answer");
    let pulls = found[&commits([500])[0]].value().expect("known");
    assert_eq!(pulls[0].checks.missing(), Some(&Missing::Incomplete { got: 100, of: 104 }));
}
