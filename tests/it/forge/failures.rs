//! What the port makes of faults.

use std::time::Duration;

use backstitch::model::error::Kind;
use backstitch::ports::forge::{Token, Trouble};
use serde_json::json;

use super::{NOW, forge, open, settings, told};
use crate::support::github::state::TOKEN;
use crate::support::github::{Fault, Github, When};

/// The stand-in with pull request 12.
fn github() -> Github {
    let github = Github::start();
    github.state().open(12);
    github
}

#[test]
fn each_refusal_has_its_kind_its_words_and_its_way_out() {
    let denied = || Fault::refuse(403, "Resource not accessible by integration");
    let address = "Although you appear to have the correct authorization credentials, the `acme` organization has an IP \
        allow list enabled, and your IP address is not permitted to access this resource.";
    let cases = [
        (Fault::refuse(401, "Bad credentials"), Kind::Usage, "see that GITHUB_TOKEN"),
        (denied(), Kind::Undecided, "of a fork can only read"),
        (
            denied().with("x-accepted-github-permissions", "pull_requests=read"),
            Kind::Undecided,
            "give the token 'pull_requests=read'",
        ),
        (
            Fault::refuse(403, "Resource protected by organization SAML enforcement.")
                .with("x-github-sso", "required; url=https://github.com/orgs/acme/sso"),
            Kind::Undecided,
            "single sign-on at https://github.com/orgs/acme/sso",
        ),
        (Fault::refuse(403, address), Kind::Undecided, "list of allowed addresses"),
        (Fault::refuse(404, "Not Found"), Kind::Usage, "the token may read the repository"),
        (
            Fault::refuse(301, "Moved Permanently").with("location", "https://x/repositories/9"),
            Kind::Usage,
            "name that",
        ),
        (Fault::refuse(422, "Validation Failed"), Kind::Unfinished, "see what GitHub says above"),
        (Fault::Answer(200, Vec::new(), json!({ "number": "twelve" })), Kind::Unfinished, "address of an API"),
    ];
    for (fault, kind, hint) in cases {
        let github = github();
        let (forge, waits) = forge(&github);
        let name = format!("{fault:?}");
        github.fail("GET", "/pulls/12", When::Before, fault);
        let failure = forge.pull_request(12).expect_err(&name);
        assert_eq!((failure.clone().into_error().kind(), waits.seconds().len()), (kind, 0), "{name}");
        let text = told(failure);
        assert!(text.starts_with("cannot read pull request 12 of 'acme/widget': "), "{text}");
        assert!(text.contains(hint), "{text}");
        assert_eq!(forge.requests(), 1, "{name}: what is refused is not sent again");
    }
}

#[test]
fn what_github_says_is_told_without_control_characters_and_without_the_token() {
    let github = github();
    let (forge, _) = forge(&github);
    let hostile = format!("\u{1b}]0;x\u{7} Bearer {TOKEN} {}", "y".repeat(5000));
    github.fail("GET", "/pulls/12", When::Before, Fault::refuse(422, &hostile));
    let failure = forge.pull_request(12).expect_err("a refusal");
    let debug = format!("{failure:?}");
    let text = told(failure);
    for text in [&text, &debug] {
        assert!(!text.contains(TOKEN) && !text.contains('\u{1b}') && text.len() < 1000, "{text}");
    }
    assert!(text.contains("Bearer ***"), "{text}");
}

#[test]
fn a_wrong_token_is_not_told() {
    let github = github();
    let mut settings = settings(&github);
    settings.token = Token::new("ghp_WrongAndSecret").expect("a token");
    assert!(!format!("{settings:?}").contains("ghp_"));
    let (forge, _) = open(settings);
    let failure = forge.pull_request(12).expect_err("a refusal");
    assert_eq!(failure.trouble, Trouble::Unauthorized);
    assert!(!told(failure).contains("ghp_"));
}

#[test]
fn what_broke_is_asked_again() {
    let limited = |status| Fault::refuse(status, "You have exceeded a secondary rate limit");
    let cases = [
        (Fault::refuse(500, "x"), 1),
        (Fault::refuse(502, "x"), 1),
        (Fault::refuse(503, "x").with("retry-after", 5), 5),
        (Fault::CutOff, 1),
        (limited(429).with("retry-after", 7), 7),
        (limited(429), 60),
        (limited(403).with("retry-after", 30), 30),
        (
            Fault::refuse(403, "API rate limit exceeded")
                .with("x-ratelimit-remaining", 0)
                .with("x-ratelimit-reset", NOW + 42),
            43,
        ),
    ];
    for (fault, seconds) in cases {
        for (path, requests) in [("/pulls/12", 8), ("/pulls/12/files", 8), ("/commits/", 8)] {
            let github = github();
            let (forge, waits) = forge(&github);
            github.fail("GET", path, When::Before, fault.clone());
            assert!(forge.pull_request(12).is_ok(), "{fault:?}");
            assert_eq!((waits.seconds(), forge.requests()), (vec![seconds], requests), "{fault:?} of {path}");
        }
    }
}

#[test]
fn graphql_has_its_own_words_for_a_limit_and_for_an_outage() {
    let github = github();
    let (forge, waits) = forge(&github);
    let body = json!({ "data": null, "errors": [{ "type": "RATE_LIMITED", "message": "API rate limit exceeded" }] });
    let fault =
        Fault::Answer(200, Vec::new(), body).with("x-ratelimit-remaining", 0).with("x-ratelimit-reset", NOW + 9);
    github.fail("POST", "/graphql", When::Before, fault);
    let broken = json!({ "data": null, "errors": [{ "message": "Something went wrong while executing your query" }] });
    github.fail("POST", "/graphql", When::Before, Fault::Answer(200, Vec::new(), broken));
    assert!(forge.pull_request(12).is_ok());
    assert_eq!(waits.seconds(), [10, 2]);
}

#[test]
fn waiting_has_an_end_and_the_error_says_when_to_come_back() {
    let github = github();
    let (forge, waits) = forge(&github);
    let spent = Fault::refuse(403, "API rate limit exceeded").with("x-ratelimit-remaining", 0);
    github.fail("GET", "/pulls/12", When::Before, spent.with("x-ratelimit-reset", NOW + 1799));
    let failure = forge.pull_request(12).expect_err("a limit");
    assert_eq!(waits.seconds(), [0; 0]);
    assert_eq!(failure.clone().into_error().kind(), Kind::Unfinished);
    insta::assert_snapshot!(told(failure), @"cannot read pull request 12 of 'acme/widget': GitHub answered 403: API rate limit exceeded (run the same command again after 2027-01-15T08:30:00Z)");
}

#[test]
fn the_whole_wait_is_bounded_over_all_requests() {
    let github = github();
    let (forge, waits) = forge(&github);
    for path in ["/pulls/12", "/pulls/12/files", "/pulls/12/reviews"] {
        github.fail("GET", path, When::Before, Fault::refuse(429, "slow down").with("retry-after", 140));
    }
    let failure = forge.pull_request(12).expect_err("a limit");
    assert!(matches!(failure.trouble, Trouble::Limited { .. }), "{failure:?}");
    assert_eq!(waits.seconds(), [140, 140]);
}

#[test]
fn a_server_that_stays_broken_is_given_up() {
    let github = github();
    let (forge, waits) = forge(&github);
    for _ in 0..5 {
        github.fail("GET", "/pulls/12", When::Before, Fault::refuse(502, "Bad Gateway"));
    }
    let failure = forge.pull_request(12).expect_err("an outage");
    assert_eq!((failure.trouble, waits.seconds()), (Trouble::Unavailable, vec![1, 2, 4, 8]));
}

#[test]
fn no_answer_is_waited_for_forever() {
    let github = github();
    let mut settings = settings(&github);
    settings.timeout = Duration::from_millis(200);
    let (forge, waits) = open(settings);
    for _ in 0..5 {
        github.fail("GET", "/pulls/12", When::Before, Fault::Silence);
    }
    let failure = forge.pull_request(12).expect_err("a silence");
    assert!(told(failure).contains("no answer came within 0.2 s"));
    assert_eq!(waits.seconds().len(), 4);
}

#[test]
fn nobody_there_is_an_error_that_names_the_cause() {
    let mut settings = settings(&github());
    // A stand-in that is gone leaves a port at which nobody listens.
    settings.patience = Duration::ZERO;
    let (forge, _) = open(settings);
    let failure = forge.pull_request(12).expect_err("nobody");
    assert_eq!(failure.trouble, Trouble::Unavailable);
    assert!(told(failure).contains("refused"));
}

#[test]
fn a_next_page_on_another_server_gets_no_token() {
    let github = github();
    let (forge, _) = forge(&github);
    let link = "<http://127.0.0.1:1/repos/acme/widget/pulls/12/files?page=2>; rel=\"next\"";
    github.fail("GET", "/pulls/12/files", When::Before, Fault::Answer(200, Vec::new(), json!([])).with("link", link));
    let failure = forge.pull_request(12).expect_err("a stranger");
    assert!(told(failure).contains("the next page is on another server"));
}
