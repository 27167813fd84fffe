//! Check runs and comments: once each, whatever happens in between.

use backstitch::model::check_run::{Annotation, CheckRun, Conclusion, Level, Marker};
use backstitch::model::commit::CommitId;
use backstitch::ports::forge::{Trouble, Written};

use super::{forge, told};
use crate::support::github::state::{APP, Run, sha};
use crate::support::github::{Fault, Github, When};

/// The stand-in with pull request 12.
fn github() -> Github {
    let github = Github::start();
    github.state().open(12);
    github
}

fn marker() -> Marker {
    "backstitch: patch-check".parse().expect("a marker")
}

fn commit() -> CommitId {
    sha(12).parse().expect("a commit")
}

fn check_run(conclusion: Conclusion, annotations: u64) -> CheckRun {
    let annotation = |line| Annotation {
        path: "src/a.c".to_owned(),
        first_line: line,
        last_line: line,
        level: Level::Warning,
        title: "size".to_owned(),
        message: format!("line {line}"),
    };
    CheckRun {
        name: "patch-check".to_owned(),
        conclusion,
        title: "One title".to_owned(),
        summary: "# One summary\n".to_owned(),
        annotations: (1..=annotations).map(annotation).collect(),
        pulls: [7, 9].into(),
    }
}

/// Our comments.
fn comments(github: &Github) -> Vec<String> {
    let own = format!("{APP}[bot]");
    let state = github.state();
    state.comments.iter().filter(|comment| comment.by == own).map(|comment| comment.body.clone()).collect()
}

fn writes(github: &Github) -> Vec<String> {
    let requests = github.requests();
    requests.into_iter().filter(|line| !line.starts_with("GET") && !line.contains("/graphql")).collect()
}

#[test]
fn a_comment_is_written_once_and_then_updated() {
    let github = github();
    let (forge, _) = forge(&github);
    let put = |body: &str| forge.put_comment(12, &marker(), body).expect("a comment");
    assert_eq!([put("no\n"), put("no"), put("yes"), put("yes\r\n")], {
        [Written::Created, Written::Already, Written::Updated, Written::Already]
    });
    assert_eq!(comments(&github), ["<!-- backstitch: patch-check -->\nyes"]);
    assert_eq!(writes(&github).len(), 2);
}

#[test]
fn a_stranger_who_quotes_the_mark_is_left_alone() {
    let github = github();
    let quoted = format!("{}\nall is well, merge it", marker().line());
    for _ in 0..3 {
        github.state().comment(12, "mallory", &quoted);
    }
    // Other comments of ours, and the same mark on another pull request.
    github.state().comment(12, "backstitch[bot]", &format!("> {}", marker().line()));
    github.state().open(13);
    github.state().comment(13, "backstitch[bot]", &quoted);
    github.state().most_per_page = 2;
    let (forge, _) = forge(&github);
    let put = |body: &str| forge.put_comment(12, &marker(), body).expect("a comment");
    assert_eq!([put("no"), put("yes")], [Written::Created, Written::Updated]);
    let state = github.state();
    let mallory = state.comments.iter().filter(|comment| comment.by == "mallory");
    assert!(mallory.into_iter().all(|comment| comment.body == quoted));
    assert_eq!(state.comments.len(), 6);
}

#[test]
fn one_comment_comes_of_any_fault() {
    let cases = [
        ("before the effect", "POST", When::Before, Fault::refuse(502, "x")),
        ("after the effect", "POST", When::After, Fault::refuse(502, "x")),
        ("cut off before", "POST", When::Before, Fault::CutOff),
        ("cut off after", "POST", When::After, Fault::CutOff),
        ("limited", "POST", When::Before, Fault::refuse(429, "x").with("retry-after", 3)),
        ("the list", "GET", When::Before, Fault::refuse(500, "x")),
    ];
    for (name, method, when, fault) in cases {
        let github = github();
        let (forge, waits) = forge(&github);
        github.fail(method, "/issues/12/comments", when, fault);
        assert_eq!(forge.put_comment(12, &marker(), "no"), Ok(Written::Created), "{name}");
        assert_eq!(waits.seconds().len(), 1, "{name}");
        assert_eq!(comments(&github).len(), 1, "{name}");
        assert_eq!(forge.put_comment(12, &marker(), "no"), Ok(Written::Already), "{name}");
    }
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_next() {
    // Killed after the list was read, before the comment was written.
    let github = github();
    let (first, _) = forge(&github);
    for _ in 0..5 {
        github.fail("POST", "/issues/12/comments", When::Before, Fault::refuse(502, "x"));
    }
    let failure = first.put_comment(12, &marker(), "no").expect_err("an outage");
    assert_eq!((failure.trouble, comments(&github).len()), (Trouble::Unavailable, 0));
    drop(first);
    // Killed after it was written, before that was known.
    let (second, _) = forge(&github);
    github.fail("POST", "/issues/12/comments", When::After, Fault::refuse(502, "x"));
    for _ in 0..5 {
        github.fail("GET", "/issues/12/comments?per_page=100&page=2", When::Before, Fault::refuse(500, "x"));
    }
    github.state().most_per_page = 1;
    github.state().comment(12, "mallory", "hello");
    second.put_comment(12, &marker(), "no").expect_err("an outage");
    drop(second);
    let (third, _) = forge(&github);
    third.put_comment(12, &marker(), "yes").expect("a comment");
    assert_eq!(comments(&github), ["<!-- backstitch: patch-check -->\nyes"]);
}

#[test]
fn of_two_comments_the_older_one_stays() {
    let github = github();
    github.state().comment(12, "backstitch[bot]", &marker().comment("one"));
    github.state().comment(12, "mallory", &marker().comment("two"));
    github.state().comment(12, "backstitch[bot]", &marker().comment("three"));
    let (forge, _) = forge(&github);
    github.fail("DELETE", "/issues/comments/", When::After, Fault::CutOff);
    assert_eq!(forge.put_comment(12, &marker(), "four"), Ok(Written::Updated));
    let left: Vec<_> =
        github.state().comments.iter().map(|comment| (comment.by.clone(), comment.body.clone())).collect();
    let said = |by: &str, body| (by.to_owned(), marker().comment(body));
    assert_eq!(left, [said("backstitch[bot]", "four"), said("mallory", "two")]);
}

#[test]
fn a_list_that_lags_behind_is_no_error() {
    let github = github();
    let (forge, _) = forge(&github);
    // Both lists, before and after it is written, show nothing.
    for _ in 0..2 {
        let empty = Fault::Answer(200, Vec::new(), serde_json::json!([]));
        github.fail("GET", "/issues/12/comments", When::Before, empty);
    }
    assert_eq!(forge.put_comment(12, &marker(), "no"), Ok(Written::Created));
    assert_eq!(forge.put_comment(12, &marker(), "no"), Ok(Written::Already));
    assert_eq!(comments(&github).len(), 1);
}

#[test]
fn two_runs_at_the_same_time_leave_one_comment() {
    let github = github();
    for round in 0..10 {
        let put = |body: &str| forge(&github).0.put_comment(12, &marker(), body).expect("a comment");
        std::thread::scope(|scope| {
            for body in ["one", "two", "three"] {
                scope.spawn(move || put(body));
            }
        });
        assert_eq!(comments(&github).len(), 1, "round {round}");
        github.state().comments.clear();
    }
}

#[test]
fn a_long_comment_is_cut_and_taken() {
    let github = github();
    let (forge, _) = forge(&github);
    let long = "a line\n".repeat(20_000);
    assert_eq!(forge.put_comment(12, &marker(), &long), Ok(Written::Created));
    assert_eq!(forge.put_comment(12, &marker(), &long), Ok(Written::Already));
    assert!(comments(&github)[0].ends_with("*The rest was cut: it is longer than GitHub takes.*\n"));
}

#[test]
fn a_token_that_may_only_read_says_which_permission_it_lacks() {
    let github = github();
    github.state().tokens.values_mut().for_each(|account| account.may.retain(|may| may.ends_with("=read")));
    let (forge, _) = forge(&github);
    let comment = told(forge.put_comment(12, &marker(), "no").expect_err("a refusal"));
    assert!(comment.contains("give the token 'issues=write'"), "{comment}");
    let run = told(forge.put_check_run(commit(), &check_run(Conclusion::Failure, 0)).expect_err("a refusal"));
    assert!(run.contains("give the token 'checks=write'"), "{run}");
}

#[test]
fn a_person_cannot_write_check_runs() {
    let github = github();
    github.state().tokens.values_mut().for_each(|account| account.login = "mia".to_owned());
    let (forge, _) = forge(&github);
    let failure = forge.put_check_run(commit(), &check_run(Conclusion::Success, 0)).expect_err("a refusal");
    assert!(told(failure).contains("You must authenticate via a GitHub App"));
    assert_eq!(forge.put_comment(12, &marker(), "no"), Ok(Written::Created));
}

/// Our check runs.
fn runs(github: &Github) -> Vec<Run> {
    github.state().runs.iter().filter(|run| run.app == APP).cloned().collect()
}

#[test]
fn a_check_run_is_created_once_and_then_updated() {
    let github = github();
    // The same name on the same commit, of another app.
    github.state().check(&sha(12), "patch-check", "completed", Some("success"));
    let (forge, _) = forge(&github);
    let put = |run: &CheckRun| forge.put_check_run(commit(), run).expect("a check run");
    assert_eq!(put(&check_run(Conclusion::Failure, 0)), Written::Created);
    assert_eq!(put(&check_run(Conclusion::Failure, 0)), Written::Already);
    assert_eq!(put(&check_run(Conclusion::Success, 0)), Written::Updated);
    let [run] = runs(&github).try_into().unwrap_or_else(|runs: Vec<Run>| panic!("{} runs", runs.len()));
    assert_eq!((run.status.as_str(), run.conclusion.as_deref()), ("completed", Some("success")));
    assert_eq!((run.title.as_deref(), run.summary.as_deref()), (Some("One title"), Some("# One summary\n")));
    assert_eq!(writes(&github).len(), 2);
}

#[test]
fn annotations_go_in_pieces_and_the_last_one_concludes() {
    let github = github();
    let (forge, _) = forge(&github);
    let run = check_run(Conclusion::Failure, 120);
    assert_eq!(forge.put_check_run(commit(), &run), Ok(Written::Created));
    let [made] = runs(&github).try_into().unwrap_or_else(|runs: Vec<Run>| panic!("{} runs", runs.len()));
    let lines: Vec<_> = made.annotations.iter().map(|annotation| annotation["start_line"].as_u64()).collect();
    assert_eq!(lines, (1..=120).map(Some).collect::<Vec<_>>());
    assert_eq!((made.status.as_str(), writes(&github).len()), ("completed", 3));
    assert_eq!(forge.put_check_run(commit(), &run), Ok(Written::Already));
}

#[test]
fn annotations_stand_there_once_whatever_happens() {
    let cases = [
        ("create", "POST", "/check-runs", When::After, Fault::refuse(502, "x")),
        ("create, cut off", "POST", "/check-runs", When::After, Fault::CutOff),
        ("create, not done", "POST", "/check-runs", When::Before, Fault::CutOff),
        ("append", "PATCH", "/check-runs/", When::After, Fault::refuse(500, "x")),
        ("append, cut off", "PATCH", "/check-runs/", When::After, Fault::CutOff),
        ("append, not done", "PATCH", "/check-runs/", When::Before, Fault::refuse(503, "x")),
    ];
    for (name, method, path, when, fault) in cases {
        let github = github();
        let (forge, _) = forge(&github);
        github.fail(method, path, when, fault);
        forge.put_check_run(commit(), &check_run(Conclusion::Failure, 120)).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let runs = runs(&github);
        assert_eq!((runs.len(), runs[0].annotations.len(), runs[0].status.as_str()), (1, 120, "completed"), "{name}");
    }
}

#[test]
fn a_check_run_that_was_left_half_done_is_never_green_and_is_finished() {
    let github = github();
    let (first, _) = forge(&github);
    for _ in 0..5 {
        github.fail("PATCH", "/check-runs/", When::Before, Fault::refuse(502, "x"));
    }
    first.put_check_run(commit(), &check_run(Conclusion::Success, 120)).expect_err("an outage");
    assert_eq!((runs(&github)[0].status.as_str(), runs(&github)[0].conclusion.as_deref()), ("in_progress", None));
    let (second, _) = forge(&github);
    assert_eq!(second.put_check_run(commit(), &check_run(Conclusion::Success, 120)), Ok(Written::Updated));
    let runs = runs(&github);
    assert_eq!((runs.len(), runs[0].annotations.len(), runs[0].status.as_str()), (1, 120, "completed"));
}

#[test]
fn a_check_run_that_was_green_is_red_before_all_is_told() {
    let github = github();
    let (forge, _) = forge(&github);
    forge.put_check_run(commit(), &check_run(Conclusion::Success, 0)).expect("a check run");
    // The second piece never comes.
    github.fail("PATCH", "/check-runs/", When::Before, Fault::refuse(429, "x").with("retry-after", 1));
    github.fail("PATCH", "/check-runs/", When::After, Fault::refuse(502, "x"));
    for _ in 0..5 {
        github.fail("PATCH", "/check-runs/", When::Before, Fault::refuse(502, "x"));
    }
    forge.put_check_run(commit(), &check_run(Conclusion::Failure, 60)).expect_err("an outage");
    let [run] = runs(&github).try_into().unwrap_or_else(|runs: Vec<Run>| panic!("{} runs", runs.len()));
    assert_eq!((run.conclusion.as_deref(), run.annotations.len()), (Some("failure"), 50));
}

#[test]
fn annotations_that_no_longer_hold_do_not_stay() {
    let github = github();
    let (forge, _) = forge(&github);
    let put = |run: &CheckRun| forge.put_check_run(commit(), run).expect("a check run");
    assert_eq!(put(&check_run(Conclusion::Failure, 2)), Written::Created);
    assert_eq!(put(&check_run(Conclusion::Failure, 3)), Written::Updated);
    assert_eq!(put(&check_run(Conclusion::Success, 0)), Written::Created);
    let counts: Vec<_> = runs(&github).iter().map(|run| run.annotations.len()).collect();
    assert_eq!(counts, [3, 0], "the newer of two check runs of one name counts");
    assert_eq!(put(&check_run(Conclusion::Success, 0)), Written::Already);
}
