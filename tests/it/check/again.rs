//! A merge changes the verdicts about other open pull requests: they are judged again, without any other event.

use serde_json::{Value, json};

use super::events::payload;
use super::{OFFLINE, story};
use crate::support::github::state::{State, TOKEN, sha};
use crate::support::github::{Fault, Github, When};
use crate::support::{Bin, Output, Repo};

/// What a check run or a comment came to.
const REFUSED: &str = "failure";

fn check(repo: &Repo, github: &Github, arguments: &[&str]) -> Bin {
    let now = repo.now();
    let bin = Bin::check().at(repo).args(arguments.iter().copied().chain(["--quiet", "--now", &now]));
    bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &github.url())
}

/// Two lines and a project whose forge can be asked.
fn project() -> (Repo, String, Github) {
    let (repo, fix) = story();
    // Or a pick would be the same commit on both.
    repo.land_on_line("2.1", "chore(release): 2.1.0", [("VERSION", "2.1.0\n")]);
    repo.write_config(&OFFLINE.replace("[project]\n", "[project]\nrepository = \"acme/widget\"\n"));
    (repo, fix.to_string(), Github::start())
}

/// Opens a pull request from a branch of its own, which begins at its base, with a pick. Returns its newest commit.
fn propose(repo: &Repo, github: &Github, number: u64, base: &'static str, picked: &str) -> String {
    let branch = format!("pick-{number}");
    repo.git(["checkout", "-q", "-b", &branch, base]);
    repo.git(["cherry-pick", "-x", picked]);
    repo.git(["checkout", "-q", "main"]);
    open(github, number, base, &branch, &repo.commit_id(&branch).to_string())
}

fn open(github: &Github, number: u64, base: &'static str, branch: &str, head: &str) -> String {
    let mut state = github.state();
    let pull = state.open(number);
    (pull.base, pull.head, pull.head_commit) = (base, branch.to_owned(), head.to_owned());
    pull.brought = vec![head.to_owned()];
    pull.change_files(2);
    head.to_owned()
}

/// Merges a pull request, and returns the payload that tells of it.
fn merged(repo: &Repo, github: &Github, number: u64, labels: &[&str]) -> Value {
    let (base, head, branch) = {
        let mut state = github.state();
        let pull = state.open_again(number);
        pull.merge = Some(pull.head_commit.clone());
        for name in labels {
            pull.label(name, Some("mia"));
        }
        (pull.base, pull.head_commit.clone(), pull.head.clone())
    };
    repo.git(["checkout", "-q", base]);
    repo.git(["merge", "-q", "--ff-only", &branch]);
    repo.git(["checkout", "-q", "main"]);
    let mut told = payload(repo, base, &branch, "closed");
    (told["number"], told["pull_request"]["number"]) = (json!(number), json!(number));
    let fields =
        json!({ "state": "closed", "merged": true, "merged_at": "2026-01-05T10:00:00Z", "merge_commit_sha": head });
    for (name, value) in fields.as_object().expect("because it is one") {
        told["pull_request"][name] = value.clone();
    }
    told
}

fn event(repo: &Repo, github: &Github, told: &Value, more: &[&str]) -> Output {
    check(repo, github, &[&["event", "-"], more].concat()).stdin(told.to_string()).run()
}

/// The commits that have a check run, with what it came to.
fn checks(github: &Github) -> Vec<(String, String)> {
    let state = github.state();
    let runs = state.runs.iter().filter(|run| run.name == "patch-check");
    runs.map(|run| (run.commit.clone(), run.conclusion.clone().unwrap_or_default())).collect()
}

/// The pull requests that have a comment, each with whether it says that all is eligible.
fn comments(github: &Github) -> Vec<(u64, bool)> {
    let state = github.state();
    let is_good = |body: &str| body.contains("eligible |") && !body.contains("refused |");
    state.comments.iter().map(|comment| (comment.on, is_good(&comment.body))).collect()
}

const SAY: [&str; 2] = ["--check-run", "--comment"];

#[test]
fn the_older_line_may_have_it_once_the_newer_one_was_merged() {
    let (repo, fix, github) = project();
    let older = propose(&repo, &github, 21, "release/2.0", &fix);
    let newer = propose(&repo, &github, 22, "release/2.1", &fix);
    let _ = check(&repo, &github, &[&["pr", "21"], &SAY[..]].concat()).run().code(1);
    let _ = check(&repo, &github, &[&["pr", "22"], &SAY[..]].concat()).run().success();
    let before = [(older.clone(), REFUSED.to_owned()), (newer.clone(), "success".to_owned())];
    assert_eq!((checks(&github), comments(&github)), (before.to_vec(), vec![(21, false), (22, true)]));
    let told = merged(&repo, &github, 22, &[]);
    let output = event(&repo, &github, &told, &[&["--format", "json"], &SAY[..]].concat()).success();
    let after = [(older.clone(), "success".to_owned()), (newer, "success".to_owned())];
    assert_eq!(
        (checks(&github), comments(&github)),
        (after.to_vec(), vec![(21, true), (22, true)]),
        "{}",
        output.stdout
    );
    let report = output.json();
    assert_eq!((&report["after"], &report["again"][0]["head"]), (&json!("merge"), &json!(older)), "{report}");
    // What its own run would say is what was said, and nothing is written anew.
    let requests = github.requests().len();
    let _ = check(&repo, &github, &[&["pr", "21"], &SAY[..]].concat()).run().success();
    let wrote = |one: &String| one.starts_with("POST /repos") || one.starts_with("PATCH");
    assert!(!github.requests()[requests..].iter().any(wrote), "{:?}", &github.requests()[requests..]);
}

#[test]
fn what_is_said_nowhere_is_not_judged_again() {
    let (repo, fix, github) = project();
    let _older = propose(&repo, &github, 21, "release/2.0", &fix);
    let _newer = propose(&repo, &github, 22, "release/2.1", &fix);
    let told = merged(&repo, &github, 22, &[]);
    let report = event(&repo, &github, &told, &["--format", "json"]).success().json();
    assert_eq!((&report["after"], report.get("again")), (&json!("merge"), None), "{report}");
}

#[test]
fn a_pick_that_was_there_before_its_origin_may_go_in_once_main_has_that() {
    let label = ["--label", "backport"];
    let message = "fix: keep the map\n\nKind: crash";
    for (labels, before, own) in [
        (&[][..], None, None),
        (&["backport"][..], None, Some((22, false))),
        // Which commits came to main cannot be told, as after a rebase that was changed: of that one nothing is said.
        (&["backport"][..], Some("Other words"), None),
    ] {
        let (repo, _, github) = project();
        repo.git(["checkout", "-q", "-b", "work"]);
        let fix = repo.land_fix(message, [("src/map.c", "kept\n"), ("tests/map.c", "test\n")]);
        let pick = propose(&repo, &github, 21, "release/2.1", &fix.to_string());
        let _head = open(&github, 22, "main", "work", &fix.to_string());
        if let Some(before) = before {
            let told = [(sha(1), before.to_owned()), (fix.to_string(), message.to_owned())];
            github.state().open_again(22).commits = told.to_vec();
        }
        let early = check(&repo, &github, &[&["pr", "21"], &SAY[..]].concat()).run();
        assert_ne!(early.exit, 0, "{}", early.stdout);
        let told = merged(&repo, &github, 22, labels);
        let output = event(&repo, &github, &told, &[&label[..], &SAY[..]].concat()).success();
        // The commit on main is green: that the older line waits for the newer one is nothing that it did.
        assert_eq!(checks(&github), [(pick, "success".to_owned())], "{labels:?}: {}", output.stdout);
        let said: Vec<(u64, bool)> = [(21, true)].into_iter().chain(own).collect();
        assert_eq!(comments(&github), said, "{labels:?} {before:?}: {}", output.stdout);
    }
}

#[test]
fn one_whose_commits_are_not_here_keeps_what_was_said() {
    let (repo, fix, github) = project();
    let _older = propose(&repo, &github, 21, "release/2.0", &fix);
    let _fork = open(&github, 23, "release/2.0", "theirs", &sha(23));
    github.state().open_again(23).head_repository = Some("con/widget");
    let _ = check(&repo, &github, &["pr", "23", "--check-run"]).run().code(1);
    let before = checks(&github);
    let _newer = propose(&repo, &github, 22, "release/2.1", &fix);
    let told = merged(&repo, &github, 22, &[]);
    let output = event(&repo, &github, &told, &SAY).success();
    assert!(output.stdout.contains("pull request 23 is not judged again"), "{}", output.stdout);
    assert_eq!((&checks(&github)[..1], checks(&github).len()), (&before[..], 2));
    assert_eq!(comments(&github), [(21, true)]);
}

/// Two lines with a pull request each, the older of which was refused before the newer one was merged. Returns the newest commit of the
/// older one, and the payload that tells of the merge.
fn refused_before_a_merge() -> (Repo, Github, String, Value) {
    let (repo, fix, github) = project();
    let older = propose(&repo, &github, 21, "release/2.0", &fix);
    let _newer = propose(&repo, &github, 22, "release/2.1", &fix);
    let _ = check(&repo, &github, &[&["pr", "21"], &SAY[..]].concat()).run().code(1);
    let told = merged(&repo, &github, 22, &[]);
    (repo, github, older, told)
}

/// What another run does that hears of a new word in the description of pull request 21.
fn says_that_it_breaks(state: &mut State, title: &str) {
    state.open_again(21).body = Some("BREAKING CHANGE: the map moves".to_owned());
    let run = state.runs.first_mut().expect("because it was refused before");
    (run.title, run.summary) = (Some(title.to_owned()), Some("it breaks something".to_owned()));
}

#[test]
fn what_another_run_said_meanwhile_is_not_written_over_by_what_is_older() {
    let (repo, github, older, told) = refused_before_a_merge();
    // The older one was judged when the list of those to the newer line is asked for.
    github.meanwhile("GET", "/pulls?state=open&base=release%2F2.1", |state| says_that_it_breaks(state, "refused"));
    let _ = event(&repo, &github, &told, &SAY).success();
    assert_eq!(checks(&github)[0], (older, REFUSED.to_owned()));
    assert_eq!(comments(&github), [(21, false)]);
    let summary = github.state().runs[0].summary.clone().unwrap_or_default();
    let knows = ["| breaking | failed |", "| newer-lines | passed |"].map(|row| summary.contains(row));
    assert_eq!(knows, [true, true], "of the description and of the merge: {summary}");
}

#[test]
fn what_another_run_says_again_and_again_stays() {
    let (repo, github, older, told) = refused_before_a_merge();
    github.meanwhile("GET", "/pulls?state=open&base=release%2F2.1", |state| says_that_it_breaks(state, "refused"));
    let find = format!("/commits/{older}/check-runs?check_name=");
    // Before it is judged, beside it, and before it is written; then before it is judged once more, and beside that.
    for _ in 0..5 {
        github.meanwhile("GET", &find, |_| ());
    }
    github.meanwhile("GET", &find, |state| says_that_it_breaks(state, "refused again"));
    let command = check(&repo, &github, &[&["event", "-"], &SAY[..]].concat());
    let output = command.stdin(told.to_string()).run().success();
    assert_eq!(github.state().runs[0].title.as_deref(), Some("refused again"), "{}", output.stderr);
}

#[test]
fn where_nothing_says_the_verdict_about_the_merged_one_a_note_does() {
    let (repo, fix, github) = project();
    repo.git(["branch", "work", "main"]);
    let _head = open(&github, 24, "main", "work", &fix);
    let told = merged(&repo, &github, 24, &[]);
    for (say, unsaid) in [(&SAY[..1], true), (&SAY[..], false), (&SAY[1..], false)] {
        let report = event(&repo, &github, &told, &[&["--format", "json"], say].concat()).success().json();
        assert_eq!(report["verdicts"][0]["pull-request"], 24, "{report}");
        assert_eq!(report.to_string().contains("stands in this result alone"), unsaid, "{say:?}: {report}");
    }
    assert_eq!((checks(&github).len(), comments(&github).len()), (0, 1));
}

#[test]
fn one_that_is_gone_keeps_no_other_from_being_judged() {
    let (repo, github, older, told) = refused_before_a_merge();
    let _gone = open(&github, 20, "release/2.0", "gone", &sha(20));
    github.fail("GET", "/pulls/20", When::Before, Fault::refuse(404, "Not Found"));
    let output = event(&repo, &github, &told, &SAY).success();
    assert!(output.stdout.contains("pull request 20 is not judged: it is not there any more"), "{}", output.stdout);
    assert_eq!(checks(&github)[0], (older, "success".to_owned()));
}

#[test]
fn a_refusal_after_a_merge_fails_nothing_and_is_said() {
    let (repo, fix, github) = project();
    repo.git(["checkout", "-q", "-b", "mine", "release/2.0"]);
    std::fs::write(repo.path().join("mine"), "mine\n").expect("because the folder is ours");
    repo.git(["add", "."]);
    repo.git(["commit", "-qm", "fix: only here"]);
    let bad = open(&github, 21, "release/2.0", "mine", &repo.commit_id("mine").to_string());
    let _newer = propose(&repo, &github, 22, "release/2.1", &fix);
    let told = merged(&repo, &github, 22, &[]);
    let _ = event(&repo, &github, &told, &SAY).success();
    assert_eq!((checks(&github), comments(&github)), (vec![(bad, REFUSED.to_owned())], vec![(21, false)]));
    // What cannot be said is an error still.
    github.state().tokens.get_mut(TOKEN).expect("because it is there").may.remove("checks=write");
    github.state().runs.clear();
    let output = event(&repo, &github, &told, &SAY);
    assert_ne!(output.exit, 0, "{}", output.stderr);
}
