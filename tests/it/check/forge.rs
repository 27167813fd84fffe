//! What GitHub adds: reviews, checks and issues of fixes, and where the verdict is said.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::events::payload;
use super::{OFFLINE, found, story};
use crate::support::embargo::{BEFORE, embargo_aside};
use crate::support::github::state::{Issue, TOKEN, sha};
use crate::support::github::{Fault, Github, When};
use crate::support::{Bin, Repo};

const STRICT: &str = "[project]\nmain = \"main\"\nrepository = \"acme/widget\"\n\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\nstatus = \"end-of-life\"\n\n[eligibility.require]\nrisk-assessment = false\n";

fn check(repo: &Repo, github: &Github, arguments: &[&str]) -> Bin {
    let now = repo.now();
    let bin = Bin::check().at(repo).args(arguments.iter().copied().chain(["--quiet", "--now", &now]));
    bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &github.url())
}

fn judged(repo: &Repo, github: &Github, arguments: &[&str], code: i32) -> Value {
    let output = check(repo, github, &[arguments, &["--format", "json"]].concat()).run();
    assert_eq!(output.exit, code, "{}\n{}", output.stdout, output.stderr);
    output.json()
}

/// The story with a policy that asks for everything, and pull request 12 that brought the fix.
fn reviewed() -> (Repo, String, Github) {
    let (repo, fix) = story();
    repo.write_config(STRICT);
    let github = Github::start();
    {
        let mut state = github.state();
        let pull = state.open(12);
        pull.title = "Keep the list".to_owned();
        pull.author = Some("con");
        pull.base = "main";
        pull.closed = true;
        pull.merge = Some(fix.to_string());
        pull.brought = vec![fix.to_string()];
        pull.label("kind/crash", Some("mia")).review("ann", "APPROVED");
        pull.closes = vec![Issue { number: 3, repository: "acme/widget", title: "It crashes", labels: vec!["P0"] }];
        let head = pull.head_commit.clone();
        state.check(&head, "build", "completed", Some("success"));
    }
    (repo, fix.to_string(), github)
}

#[test]
fn a_fix_is_judged_by_its_pull_request() {
    let (repo, fix, github) = reviewed();
    let report = judged(&repo, &github, &["commit", &fix, "--verbose"], 0);
    assert_eq!(report["verdicts"][0]["pull-request"], 12);
    for rule in ["kind", "priority", "reviews", "checks"] {
        assert_eq!(found(&report, rule), "passed", "{rule}");
    }
    assert_eq!(github.requests().len(), 1, "{:?}", github.requests());
}

#[test]
fn a_range_asks_once_for_many_commits() {
    let (repo, _, github) = reviewed();
    for number in 0..60 {
        repo.land_fix(&format!("chore: step {number}"), [("src/steps", format!("{number}\n").as_str())]);
    }
    let output = check(&repo, &github, &["range", "release/2.1..main", "--verbose", "--format", "json"]).run();
    let report = output.json();
    assert!(report["verdicts"].as_array().is_some_and(|all| all.len() > 60), "{}", output.stderr);
    assert_eq!(github.requests().len(), 3, "{:?}", github.requests());
}

#[test]
fn a_check_that_waits_for_the_verdict_does_not_count() {
    let (repo, fix, github) = reviewed();
    let head = github.state().open_again(12).head_commit.clone();
    let mut job = 0;
    for (name, commit) in [("ask / approval", &head), ("judge", &head), ("judge", &sha(0xfeed))] {
        let mut state = github.state();
        state.check(commit, name, "completed", Some("failure"));
        job = state.runs.last().map_or(0, |run| run.id);
    }
    let told = |job: &str| {
        let report =
            check(&repo, &github, &["commit", &fix, "--format", "json"]).env("JOB_CHECK_RUN_ID", job).run().json();
        let findings = report["verdicts"][0]["findings"].as_array().cloned().unwrap_or_default();
        let checks = findings.into_iter().find(|finding| finding["rule"] == "checks").expect("it is asked for");
        checks["evidence"].to_string()
    };
    assert_eq!(told(""), r#"["ask / approval","judge"]"#);
    assert_eq!(told(&job.to_string()), r#"["ask / approval"]"#, "an earlier run of the job that judges");
    assert_eq!(told("999999"), r#"["ask / approval","judge"]"#, "nobody knows that job");
    repo.write_config(&format!("{STRICT}ignored-checks = [\"approval\"]\n"));
    assert_eq!(told(&job.to_string()), "null");
    github.state().check(&head, "judge", "completed", Some("failure"));
    github.state().runs.last_mut().expect("it was added").app = "other".to_owned();
    assert_eq!(told(&job.to_string()), r#"["judge"]"#, "another app's check of the same name");
}

#[test]
fn a_check_that_was_cancelled_and_begun_again_does_not_count() {
    let (repo, fix, github) = reviewed();
    let head = github.state().open_again(12).head_commit.clone();
    let told = || {
        ["commit", "pr"].map(|verb| {
            let of = if verb == "pr" { "12" } else { fix.as_str() };
            let report = check(&repo, &github, &[verb, of, "--verbose", "--format", "json"]).run().json();
            found(&report, "checks")
        })
    };
    github.state().check(&head, "unit", "completed", Some("cancelled"));
    assert_eq!(told(), ["failed", "failed"]);
    github.state().check(&head, "unit", "completed", Some("success"));
    assert_eq!(told(), ["passed", "passed"]);
}

#[test]
fn a_required_check_that_failed_counts_beside_one_of_another_workflow_or_event() {
    let (repo, fix, github) = reviewed();
    repo.write_config(&format!("{STRICT}required-checks = [\"unit\"]\n"));
    let head = github.state().open_again(12).head_commit.clone();
    let told = |verb: &str, of: &str| {
        found(&check(&repo, &github, &[verb, of, "--verbose", "--format", "json"]).run().json(), "checks")
    };
    let ended = |of: (u64, &'static str, u64), conclusion: &str| {
        github.state().job_check(&head, "unit", of, conclusion);
    };
    ended((7, "pull_request", 1), "failure");
    ended((7, "push", 2), "success");
    ended((8, "pull_request", 9), "success");
    assert_eq!(told("commit", &fix), "failed");
    ended((7, "pull_request", 3), "success");
    assert_eq!(told("commit", &fix), "passed");
    github.state().tokens.get_mut(TOKEN).expect("because it is known").may.remove("actions=read");
    assert_eq!(told("commit", &fix), "failed", "the token may not read which workflow it is");
}

#[test]
fn a_required_check_that_did_not_run_leaves_it_open() {
    let (repo, fix, github) = reviewed();
    repo.write_config(&format!("{STRICT}required-checks = [\"unit\"]\n"));
    let told = || {
        let report = check(&repo, &github, &["commit", &fix, "--verbose", "--format", "json"]).run().json();
        (found(&report, "checks"), report.to_string())
    };
    let (verdict, report) = told();
    assert_eq!(verdict, "undecided");
    let said =
        ["no check of this commit has the name 'unit'", "its checks are build"].map(|said| report.contains(said));
    assert_eq!(said, [true, true], "{report}");
    let head = github.state().open_again(12).head_commit.clone();
    github.state().check(&head, "CI / unit", "completed", Some("success"));
    assert_eq!(told().0, "passed");
}

#[test]
fn what_a_review_or_a_check_says_counts() {
    let (repo, fix, github) = reviewed();
    {
        let mut state = github.state();
        let head = state.open_again(12).review("bob", "CHANGES_REQUESTED").head_commit.clone();
        state.check(&head, "unit", "completed", Some("failure"));
    }
    let report = judged(&repo, &github, &["commit", &fix], 1);
    assert_eq!((found(&report, "reviews"), found(&report, "checks")), ("failed".into(), "failed".into()));
}

#[test]
fn approvals_count_from_people_who_may_write_and_as_they_think_now() {
    type Row<'r> = (&'r str, &'r [(&'r str, &'r str)], &'r str, &'r str);
    let table: [Row<'_>; 6] = [
        ("one who may", &[("ann", "APPROVED")], "", "passed"),
        ("one who may only read", &[("eve", "APPROVED")], "", "failed"),
        ("anyone, by the policy", &[("eve", "APPROVED")], "reviewers = \"anyone\"\n", "passed"),
        ("a dismissed one", &[("ann", "APPROVED"), ("ann", "DISMISSED")], "", "failed"),
        ("one who changed their mind", &[("ann", "APPROVED"), ("ann", "CHANGES_REQUESTED")], "", "failed"),
        ("an older commit", &[("old", "APPROVED")], "reviewed-head = true\n", "failed"),
    ];
    let (repo, fix, github) = reviewed();
    for (why, reviews, policy, expected) in table {
        repo.write_config(&format!("{STRICT}{policy}"));
        {
            let mut state = github.state();
            let pull = state.open_again(12);
            pull.reviews.clear();
            for (by, opinion) in reviews {
                match *by {
                    "eve" => pull.review_by_reader("eve", "APPROVED"),
                    "old" => pull.review("ann", "APPROVED"),
                    _ => pull.review("ann", opinion),
                };
                pull.reviews.iter_mut().filter(|_| *by == "old").for_each(|review| review.commit = Some(sha(7)));
            }
        }
        for asked in [["commit", &fix], ["pr", "12"]] {
            let code = i32::from(expected == "failed");
            assert_eq!(found(&judged(&repo, &github, &asked, code), "reviews"), expected, "{why}: {asked:?}");
        }
    }
}

#[test]
fn a_label_counts_from_those_who_may_give_it() {
    let (repo, fix, github) = reviewed();
    let rights = "[[eligibility.labels]]\nby = [\"MIA\"]\nlabels = [\"kind/crash\"]\n";
    repo.write_config(&format!("{STRICT}{rights}"));
    assert_eq!(found(&judged(&repo, &github, &["pr", "12"], 0), "labels"), "passed");
    let table = [(Some("eve"), "failed"), (None, "undecided"), (Some("mia"), "passed")];
    for (by, expected) in table {
        github.state().open_again(12).labeled = vec![("kind/crash".to_owned(), by)];
        for asked in [["commit", &fix], ["pr", "12"]] {
            // The message of the commit says the kind, too, which no label may take from it.
            let report = check(&repo, &github, &[&asked[..], &["--format", "json"]].concat()).run().json();
            assert_eq!(found(&report, "labels"), expected, "{by:?}: {asked:?}: {report}");
        }
    }
}

#[test]
fn what_the_token_may_not_see_is_undecided() {
    let (repo, fix, github) = reviewed();
    github.state().graph_errors.insert(fix.clone(), ("FORBIDDEN", "Resource not accessible by integration"));
    let report = judged(&repo, &github, &["commit", &fix], 3);
    assert_eq!((found(&report, "reviews"), found(&report, "priority")), ("undecided".into(), "undecided".into()));
}

#[test]
fn a_forge_that_fails_is_no_verdict() {
    let (repo, fix, github) = reviewed();
    github.fail("POST", "/graphql", When::Before, Fault::refuse(401, "Bad credentials"));
    let output = check(&repo, &github, &["commit", &fix]).run().code(2);
    assert!(!output.stderr.contains(TOKEN), "{}", output.stderr);
    assert!(output.stdout.is_empty());
}

#[test]
fn the_verdict_is_said_once_and_updated() {
    let (repo, fix, github) = reviewed();
    let say = ["commit", &fix, "--check-run", "--comment"];
    let _ = check(&repo, &github, &say).run().success();
    {
        let state = github.state();
        assert_eq!((state.comments.len(), state.runs.iter().filter(|run| run.name == "patch-check").count()), (1, 1));
        assert!(state.comments[0].body.contains("eligible"), "{}", state.comments[0].body);
    }
    let before = github.requests().len();
    let _ = check(&repo, &github, &say).run().success();
    let writes = |requests: &[String]| {
        requests.iter().filter(|one| one.starts_with("POST /repos") || one.starts_with("PATCH")).count()
    };
    assert_eq!(writes(&github.requests()[before..]), 0, "nothing has changed: {:?}", &github.requests()[before..]);
    github.state().open_again(12).review("bob", "CHANGES_REQUESTED");
    let _ = check(&repo, &github, &say).run().code(1);
    let state = github.state();
    assert_eq!(state.comments.len(), 1);
    assert!(state.comments[0].body.contains("refused"), "{}", state.comments[0].body);
    let runs: Vec<_> = state.runs.iter().filter(|run| run.name == "patch-check").collect();
    assert_eq!((runs.len(), runs[0].conclusion.as_deref()), (1, Some("failure")));
}

/// Two pull requests from one branch: 21 with a pick that the newer line lacks, and 22 that brings it there.
fn twins() -> (Repo, Github) {
    let (repo, fix) = story();
    repo.write_config(&OFFLINE.replace("[project]\n", "[project]\nrepository = \"acme/widget\"\n"));
    repo.git(["checkout", "-q", "-b", "keep", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    let head = repo.commit_id("keep").to_string();
    repo.git(["checkout", "-q", "main"]);
    let github = Github::start();
    for (number, base) in [(21, "release/2.0"), (22, "release/2.1")] {
        let mut state = github.state();
        let pull = state.open(number);
        (pull.base, pull.head, pull.head_commit) = (base, "keep".to_owned(), head.clone());
        pull.brought = vec![head.clone()];
        pull.change_files(2);
    }
    (repo, github)
}

/// What the check run came to, and of which of these two lines the comments on both speak.
fn said_of_twins(github: &Github) -> (Option<String>, BTreeMap<u64, [bool; 2]>) {
    let state = github.state();
    let runs: Vec<_> = state.runs.iter().filter(|run| run.name == "patch-check").collect();
    assert!(runs.len() < 2, "there is one check run on a commit");
    let lines = |body: &str| ["2.0 |", "2.1 |"].map(|line| body.contains(line));
    let comments = state.comments.iter().map(|one| (one.on, lines(&one.body))).collect();
    (runs.first().and_then(|run| run.conclusion.clone()), comments)
}

#[test]
fn pull_requests_from_one_branch_share_a_check_run_and_no_comment() {
    let own = [(21, [true, false]), (22, [false, true])];
    let ended = |github: &Github| {
        let head = github.state().open_again(22).head_commit.clone();
        json!({ "workflow": {}, "workflow_run": { "head_sha": head, "head_branch": "keep",
            "head_repository": { "full_name": "acme/widget" } } })
    };
    for by in ["event", "pr", "run"] {
        let (repo, github) = twins();
        let mut about = payload(&repo, "release/2.1", "keep", "opened");
        (about["number"], about["pull_request"]["number"]) = (json!(22), json!(22));
        let asked: &[&str] = if by == "pr" { &["pr", "22"] } else { &["event", "-"] };
        let judged = |say: &[&str]| {
            let about = if by == "run" { ended(&github) } else { about.clone() };
            check(&repo, &github, &[asked, say].concat()).stdin(about.to_string()).run()
        };
        if by != "run" {
            // A comment alone is about nothing else, and nothing else is asked for.
            let _ = judged(&["--comment"]).success();
            assert_eq!(said_of_twins(&github), (None, [own[1]].into()), "{by}");
            assert!(github.requests().iter().all(|asked| !asked.contains("/pulls?")), "{:?}", github.requests());
        }
        // The job of the run of another workflow is none of the pull requests' own: what is said has the verdict.
        let output = judged(&["--comment", "--check-run"]).code(i32::from(by != "run"));
        assert_eq!(said_of_twins(&github), (Some("failure".to_owned()), own.into()), "{by}: {}", output.stdout);
        assert!(output.stdout.contains("pull requests 21, 22"), "{by}: {}", output.stdout);
        // One that is open no more does not count.
        github.state().open_again(21).closed = true;
        let alone = judged(&["--check-run"]).success();
        assert!(!alone.stdout.contains("pull requests 21, 22"), "{by}: {}", alone.stdout);
        assert_eq!(said_of_twins(&github).0.as_deref(), Some("success"), "{by}");
    }
}

#[test]
fn pull_requests_from_two_branches_share_a_check_run() {
    let (repo, github) = twins();
    github.state().open_again(22).head = "other".to_owned();
    let judged = |number: &str| check(&repo, &github, &["pr", number, "--check-run"]).run();
    let came_to = || said_of_twins(&github).0;
    let _ = judged("21").code(1);
    let both = judged("22").code(1);
    assert!(both.stdout.contains("pull requests 21, 22"), "{}", both.stdout);
    assert_eq!(came_to().as_deref(), Some("failure"), "what is found about the other one is not lost");
    // Who closes the one that was refused mends the check of the other one.
    github.state().open_again(21).closed = true;
    let _ = judged("21").success();
    assert_eq!(came_to().as_deref(), Some("success"));
}

#[test]
fn a_job_with_the_name_of_the_check_is_left_alone() {
    let (repo, fix, github) = reviewed();
    let head = github.state().open_again(12).head_commit.clone();
    github.state().check(&head, "patch-check", "completed", Some("success"));
    github.state().open_again(12).review("bob", "CHANGES_REQUESTED");
    (github.state().open_again(12).closed, github.state().open_again(12).merge) = (false, None);
    let judged = || check(&repo, &github, &["pr", "12", "--check-run"]).run();
    let told = || {
        let state = github.state();
        let runs = state.runs.iter().filter(|run| run.name == "patch-check");
        runs.map(|run| (run.external_id.clone(), run.conclusion.clone().unwrap_or_default())).collect::<Vec<_>>()
    };
    for _ in 0..2 {
        let _ = judged().code(1);
        assert_eq!(told(), [(None, "success".into()), (Some("backstitch 12".into()), "failure".into())], "{fix}");
    }
}

#[test]
fn saying_needs_a_token_and_offline_asks_nothing() {
    let (repo, fix, github) = reviewed();
    let _ = Bin::check().at(&repo).args(["commit", &fix, "--comment"]).run().code(2);
    let report = judged(&repo, &github, &["commit", &fix, "--offline"], 3);
    assert_eq!(found(&report, "reviews"), "undecided");
    assert!(github.requests().is_empty());
}

#[test]
fn a_pull_request_is_judged_as_it_stands_now() {
    let (repo, _, github) = reviewed();
    let report = judged(&repo, &github, &["pr", "12"], 0);
    assert_eq!((found(&report, "reviews"), found(&report, "on-main")), ("passed".into(), "passed".into()));
    let missing = check(&repo, &github, &["pr", "99"]).run();
    assert_eq!(missing.exit, 2, "{}", missing.stderr);
    let _ = Bin::check().at(&repo).args(["pr", "12"]).run().code(3);
}

#[test]
fn a_verdict_that_tells_of_what_is_under_embargo_is_not_said() {
    let (repo, fix, github) = reviewed();
    let aside = embargo_aside(&repo, &fix);
    let said = |more: &[&str]| {
        let now = ["commit", &fix, "--check-run", "--now", BEFORE];
        let bin = Bin::check().at(&repo).args(now).args(more).env("GITHUB_TOKEN", TOKEN);
        bin.env("GITHUB_API_URL", &github.url()).run()
    };
    let refused = said(&["--advisories", &aside]).code(1);
    assert!(refused.stderr.contains("the verdict was not said: it would tell"), "{}", refused.stderr);
    assert!(github.requests().iter().all(|line| !line.contains("/check-runs")), "{:?}", github.requests());
    let _told = said(&[]).success();
    assert!(github.requests().iter().any(|line| line.contains("/check-runs")), "{:?}", github.requests());
}
