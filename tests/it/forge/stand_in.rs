//! The stand-in itself: what does not conform to GitHub's descriptions is seen.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;

use crate::support::github::state::{TOKEN, sha};
use crate::support::github::{Fault, Github, When};

/// Sends a request as it is, and returns the whole answer.
fn send(github: &Github, method: &str, target: &str, headers: &str, body: &str) -> String {
    let authority = github.url().replace("http://", "");
    let mut stream = TcpStream::connect(&authority).expect("because the stand-in listens");
    let head = format!("{method} {target} HTTP/1.1\r\nhost: {authority}\r\nauthorization: Bearer {TOKEN}\r\n{headers}");
    let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).expect("because the stand-in reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("because the stand-in answers in UTF-8");
    answer
}

const HEADERS: &str = "user-agent: test\r\nx-github-api-version: 2022-11-28\r\n";

/// Returns why the stand-in was not content with a request.
fn complaint(method: &str, target: &str, headers: &str, body: &str) -> Option<String> {
    let github = Github::start();
    github.state().open(12);
    send(&github, method, target, headers, body);
    let ended = catch_unwind(AssertUnwindSafe(move || drop(github)));
    ended.err().map(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

#[test]
fn what_does_not_conform_is_seen() {
    let question = |query: &str| json!({ "query": query, "variables": {} }).to_string();
    let in_repository = |fields: &str| question(&format!("{{ repository(owner: \"a\", name: \"b\") {{ {fields} }} }}"));
    let run = json!({ "name": "x", "head_sha": sha(1), "status": "completed", "conclusion": "sucess" }).to_string();
    let comments = "/repos/acme/widget/issues/12/comments";
    let release = "/repos/acme/widget/releases";
    let latest = json!({ "tag_name": "v1", "draft": true, "make_latest": true }).to_string();
    let cases = [
        ("POST", release, HEADERS, latest, "true is not of type \"string\""),
        ("POST", "/repos/acme/widget/releases/1/assets", HEADERS, "x".to_owned(), "the query lacks 'name'"),
        ("POST", "/repos/acme/widget/releases/1/assets?name=x", HEADERS, "x".to_owned(), "its 'content-type' is None"),
        ("GET", "/repos/acme/widget/pulls/12", "", String::new(), "there is no 'user-agent'"),
        ("GET", "/repos/acme/widget/nothing", HEADERS, String::new(), "there is no such operation"),
        ("GET", "/repos/acme/widget/pulls/12/files?page_size=9", HEADERS, String::new(), "the query has 'page_size'"),
        ("GET", "/repos/acme/widget/pulls/12", HEADERS, "{}".to_owned(), "it has a body"),
        ("POST", comments, HEADERS, "{".to_owned(), "the body is not JSON"),
        ("POST", comments, HEADERS, json!({ "text": "x" }).to_string(), "\"body\" is a required property"),
        ("POST", "/repos/acme/widget/check-runs", HEADERS, run, "sucess"),
        ("POST", "/graphql", HEADERS, question("{"), "it cannot be parsed"),
        ("POST", "/graphql", HEADERS, question("subscription { x }"), "it is no query"),
        ("POST", "/graphql", HEADERS, question("mutation { x }"), "there is no field 'x'"),
        ("POST", "/graphql", HEADERS, question("{ viewer { name } }"), "'User' has no field 'name'"),
        ("POST", "/graphql", HEADERS, question("{ viewer }"), "'Query.viewer' has the wrong selection"),
        ("POST", "/graphql", HEADERS, question("{ viewer { login { x } } }"), "'User.login' has the wrong selection"),
        (
            "POST",
            "/graphql",
            HEADERS,
            question("{ repository(owner: \"a\") { nameWithOwner } }"),
            "needs the argument 'name'",
        ),
        ("POST", "/graphql", HEADERS, in_repository("pullRequest(number: 1, id: 2) { number }"), "no argument 'id'"),
        ("POST", "/graphql", HEADERS, in_repository("object(oid: \"x\") { ... on Comit { oid } }"), "no type 'Comit'"),
    ];
    for (method, target, headers, body, expected) in cases {
        let complaint = complaint(method, target, headers, &body).unwrap_or_default();
        assert!(complaint.contains(expected), "{method} {target} {body}: {complaint}");
    }
    assert_eq!(complaint("GET", "/repos/acme/widget/pulls/12", HEADERS, ""), None);
    assert_eq!(complaint("POST", "/graphql", HEADERS, &question("{ viewer { login } }")), None);
}

#[test]
fn a_fault_that_nothing_met_is_seen() {
    let github = Github::start();
    github.fail("GET", "/pulls/12", When::Before, Fault::CutOff);
    assert!(catch_unwind(AssertUnwindSafe(move || drop(github))).is_err());
}

#[test]
fn a_person_without_the_token_is_turned_away() {
    let github = Github::start();
    github.state().tokens.clear();
    assert!(send(&github, "GET", "/repos/acme/widget/pulls/12", HEADERS, "").starts_with("HTTP/1.1 401 "));
}
