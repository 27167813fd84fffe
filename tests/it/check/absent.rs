//! Pull requests whose commits are not in the clone: what is told is judged, and the rest is undecided.

use serde_json::{Value, json};

use super::events::{judged, payload};
use super::{OFFLINE, check, found, story};
use crate::support::Repo;
use crate::support::github::Github;
use crate::support::github::state::{File, Pull, TOKEN, sha};

/// A payload whose head is not in the clone.
fn far(repo: &Repo, base: &str) -> Value {
    let mut event = payload(repo, base, "main", "opened");
    event["pull_request"]["head"]["sha"] = json!(sha(12));
    event
}

fn note(report: &Value) -> String {
    report["notes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn a_payload_alone_tells_the_size_the_labels_and_the_line() {
    let (repo, _) = story();
    for base in ["release/2.0", "main"] {
        let report = judged(&repo, &far(&repo, base), 3);
        for rule in ["kind", "size", "line-support"] {
            assert_eq!(found(&report, rule), "passed", "{rule} on {base}: {report}");
        }
        for rule in ["on-main", "newer-lines", "breaking", "tests", "paths", "dependencies"] {
            assert_eq!(found(&report, rule), "undecided", "{rule} on {base}: {report}");
        }
        assert!(note(&report).contains("git fetch origin pull/12/head"), "{report}");
    }
    let mut large = far(&repo, "release/2.0");
    large["pull_request"]["additions"] = json!(301);
    assert_eq!(found(&judged(&repo, &large, 3), "size"), "undecided", "some of it may be generated");
    repo.write_config(
        &OFFLINE.replace("branch = \"release/2.0\"\n", "branch = \"release/2.0\"\nstatus = \"end-of-life\"\n"),
    );
    assert_eq!(found(&judged(&repo, &far(&repo, "release/2.0"), 1), "line-support"), "failed");
}

#[test]
fn a_merge_that_is_not_here_is_fetched_with_main() {
    let (repo, _) = story();
    let mut event = far(&repo, "main");
    event["action"] = json!("closed");
    event["pull_request"]["state"] = json!("closed");
    event["pull_request"]["merged"] = json!(true);
    event["pull_request"]["merge_commit_sha"] = json!(sha(99));
    let report = judged(&repo, &event, 3);
    assert_eq!(found(&report, "on-main"), "undecided");
    assert_eq!(report["verdicts"][0]["fix"], sha(99));
    assert!(note(&report).contains("git fetch origin main"), "{report}");
}

/// Judges pull request 12, to a line, which the forge knows and the clone has not.
fn told(repo: &Repo, github: &Github, code: i32) -> Value {
    let output = check(repo, &["event", "-", "--format", "json"])
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_API_URL", &github.url())
        .stdin(far(repo, "release/2.0").to_string())
        .run();
    assert_eq!(output.exit, code, "{}\n{}", output.stdout, output.stderr);
    output.json()
}

fn file(path: &str, status: &'static str) -> File {
    File { path: path.to_owned(), previous: None, status }
}

fn more_than_are_listed(pull: &mut Pull) {
    let more: Vec<_> = (0..100).map(|at| (sha(1000 + at), pull.commits[0].1.clone())).collect();
    pull.commits.extend(more);
}

#[test]
fn what_the_forge_tells_is_judged_and_the_origin_waits_for_the_patch() {
    type Change = fn(&mut Pull);
    let (repo, fix) = story();
    repo.pick("2.1", fix);
    repo.write_config(&OFFLINE.replace("main = \"main\"\n", "main = \"main\"\nrepository = \"acme/widget\"\n"));
    let origin = format!("fix: keep the list\n\n(cherry picked from commit {fix})");
    let table: [(&str, Change, i32, &str, &str); 11] = [
        ("all is told", |_| (), 3, "origin", "undecided"),
        ("files of tests", |_| (), 3, "tests", "passed"),
        ("a workflow", |pull| pull.files.push(file(".github/workflows/ci.yml", "modified")), 1, "paths", "failed"),
        (
            "a workflow that goes",
            |pull| {
                pull.files.push(File { previous: Some(".github/workflows/ci.yml"), ..file("src/ci.c", "renamed") });
            },
            1,
            "paths",
            "failed",
        ),
        ("no test", |pull| pull.files.truncate(1), 1, "tests", "failed"),
        ("a manifest", |pull| pull.files.push(file("package.json", "modified")), 3, "dependencies", "undecided"),
        ("a new manifest", |pull| pull.files.push(file("package.json", "added")), 3, "dependencies", "passed"),
        ("a list that was cut", |pull| pull.says_files = Some(5), 3, "paths", "undecided"),
        ("a commit of its own", |pull| pull.commits.push((sha(13), "Only here".to_owned())), 3, "origin", "undecided"),
        (
            "a break",
            |pull| pull.commits[0].1.push_str("\n\nBREAKING CHANGE: the list is gone"),
            1,
            "breaking",
            "failed",
        ),
        ("more commits than are listed", more_than_are_listed, 3, "newer-lines", "undecided"),
    ];
    for (why, change, code, rule, expected) in table {
        let github = Github::start();
        {
            let mut state = github.state();
            let pull = state.open(12);
            pull.base = "release/2.0";
            pull.label("kind/crash", Some("mia"));
            pull.files = vec![file("src/list.c", "modified"), file("tests/list.c", "modified")];
            pull.commits = vec![(sha(12), origin.clone())];
            change(pull);
        }
        assert_eq!(found(&told(&repo, &github, code), rule), expected, "{why}");
    }
}
