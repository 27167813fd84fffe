//! `patch-command.yml`: a comment of somebody who may write picks a merged pull request, and every other one does nothing.

use serde_json::json;

use super::{Project, started};
use crate::executor::{Outcome, Run};
use crate::own::hostile::{TEXTS, heavy};
use crate::support::github::state::sha;

const PATH: &str = ".github/workflows/patch-command.yml";

/// A project with pull request 12, merged or not, and two people of whom one may write.
fn project(merged: bool) -> Project {
    let project = Project::new();
    {
        let mut state = project.github.state();
        let pull = state.open(12);
        if merged {
            (pull.closed, pull.merge) = (true, Some(project.repo.commit_id("main").to_string()));
        }
        pull.title = "\"merged\": true \"merge_commit_sha\": \"0000000000000000000000000000000000000000\"".to_owned();
        state.permissions.insert("mia".to_owned(), ("write", "maintain"));
        state.permissions.insert("con".to_owned(), ("read", "triage"));
    }
    project
}

fn said(project: &Project, login: &str, comment: &str) -> Run {
    said_on(project, 12, login, comment)
}

fn said_on(project: &Project, number: u64, login: &str, comment: &str) -> Run {
    let payload = json!({
        "action": "created",
        "issue": { "number": number, "pull_request": {} },
        "comment": { "body": comment, "user": { "login": login }, "author_association": "MEMBER" },
    });
    started(&project.runner().event("issue_comment", &payload), PATH)
}

/// Requires that nothing was done, and that the log says why.
#[track_caller]
fn require_nothing(project: &Project, run: &Run, before: &str, why: &str) {
    run.ended(Outcome::Success);
    let log = &run.job("ask").step("ask").stdout;
    assert!(log.starts_with("nothing is done: ") && log.contains(why), "{why}: {log}");
    assert_eq!(run.outputs.get("line").map_or("", String::as_str), "");
    assert_eq!(project.there(&["for-each-ref"]), before);
    assert!(project.github.state().proposals.pulls.is_empty());
}

#[test]
fn who_may_write_picks_by_a_comment() {
    let project = project(true);
    let run = said(&project, "mia", "/backport 2.0\r\n\nplease");
    run.ended(Outcome::Success);
    assert_eq!(run.outputs["line"], "2.0");
    let state = project.github.state();
    let [pull] = state.proposals.open()[..] else { panic!("{run}") };
    assert_eq!((pull.base.as_str(), pull.head.as_str()), ("release/2.0", "backstitch/2.0-pr-12"));
    drop(state);
    assert_eq!(project.there(&["show", "backstitch/2.0-pr-12:list"]), "one, kept");
    assert_eq!(comments(&project), Vec::<String>::new(), "the pull request tells of itself");
}

/// A variable of a process holds 128 KiB at most on Linux. Quotation marks and backslashes are written with backslashes in the event.
#[test]
fn a_command_above_a_long_text_is_read() {
    let project = project(true);
    let long = "\u{1F600}\"\\".repeat(40_000);
    let run = said(&project, "mia", &format!("/backport 2.0\n{long}\n/backport 1.9"));
    run.ended(Outcome::Success);
    assert_eq!(run.outputs["line"], "2.0");
    assert!(comments(&project).concat().contains("The commands below the first line were not read"), "{run}");
    let before = project.there(&["for-each-ref"]);
    for text in ["/backport 2.0\"", "/backport \\", "/backport 2.0\\\"\n"] {
        let run = said(&project, "mia", text);
        assert_eq!(run.ended(Outcome::Success).outputs.get("line").map_or("", String::as_str), "", "{text}");
    }
    let body = "\"comment\": { \"body\": \"/backport 2.0\" }";
    let payload =
        json!({ "issue": { "number": 12, "body": body }, "comment": { "user": { "login": "mia" } }, "body": body });
    let run = started(&project.runner().event("issue_comment", &payload), PATH);
    assert!(run.ended(Outcome::Failure).to_string().contains("the event has no comment"), "{run}");
    assert_eq!(project.there(&["for-each-ref"]), before);
}

/// What was said on the pull request that the command stands on.
fn comments(project: &Project) -> Vec<String> {
    project.github.state().comments.iter().map(|comment| comment.body.clone()).collect()
}

/// A project whose pull request 12 came to main by a rebase, as two commits, and their ids.
fn rebased() -> (Project, [String; 2]) {
    let project = project(true);
    let land = |title: &str, file: &str| {
        let test = format!("tests/{file}");
        let id = project.repo.land_fix(&format!("{title}\n\nKind: crash"), [(file, "kept\n"), (&test, title)]);
        id.to_string()
    };
    let landed = [land("fix: keep the set", "set"), land("fix: keep the tree", "tree")];
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    {
        let mut state = project.github.state();
        let pull = state.open_again(12);
        pull.merge = Some(landed[1].clone());
        let told = ["fix: keep the set\n\nKind: crash", "fix: keep the tree\n\nKind: crash"];
        pull.commits = (1..).zip(told).map(|(number, message)| (sha(number), message.to_owned())).collect();
    }
    (project, landed)
}

#[test]
fn what_came_by_a_rebase_is_picked_commit_by_commit() {
    let (project, landed) = rebased();
    said(&project, "mia", "/backport 2.0").ended(Outcome::Success);
    let log = project.there(&["log", "--reverse", "--format=%b", "release/2.0..backstitch/2.0-pr-12"]);
    let origins: Vec<&str> = log.lines().filter_map(|line| line.strip_prefix("(cherry picked from commit ")).collect();
    assert_eq!(origins, landed.map(|id| format!("{id})")));
    assert_eq!(comments(&project), Vec::<String>::new());
}

#[test]
fn where_it_cannot_be_told_what_came_by_a_rebase_nothing_is_picked() {
    let (project, landed) = rebased();
    project.github.state().open_again(12).commits[0].1 = "fix: keep something\n\nKind: crash".to_owned();
    let run = said(&project, "mia", "/backport 2.0");
    run.ended(Outcome::Failure);
    let said = run.to_string();
    assert!(said.contains("which commits came to main with pull request 12"), "{said}");
    assert!(said.contains(&format!("patch-pick plan REV… with {} as the last", &landed[1][..10])), "{said}");
    let told = comments(&project);
    assert!(told.len() == 1 && told[0].contains("was not picked onto line `2.0`"), "{told:?}");
    assert!(project.github.state().proposals.pulls.is_empty());
}

#[test]
fn each_pull_request_keeps_what_it_was_given() {
    let project = project(true);
    said(&project, "mia", "/backport 2.0").ended(Outcome::Success);
    let first = project.there(&["rev-parse", "backstitch/2.0-pr-12"]);
    let other = project.repo.land_fix("fix: keep the set\n\nKind: crash", [("set", "kept\n"), ("tests/set", "test\n")]);
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    {
        let mut state = project.github.state();
        let pull = state.open(13);
        (pull.closed, pull.merge) = (true, Some(other.to_string()));
    }
    said_on(&project, 13, "mia", "/backport 2.0").ended(Outcome::Success);
    let prepared = project.runner().input("line", "2.0").input("fixes", &other.to_string());
    started(&prepared, ".github/workflows/patch-prepare.yml").ended(Outcome::Success);
    let mut heads: Vec<String> = project.github.state().proposals.open().iter().map(|pull| pull.head.clone()).collect();
    heads.sort();
    assert_eq!(heads, ["backstitch/2.0", "backstitch/2.0-pr-12", "backstitch/2.0-pr-13"]);
    assert_eq!(project.there(&["rev-parse", "backstitch/2.0-pr-12"]), first);
    assert_eq!(project.there(&["show", "backstitch/2.0-pr-13:set"]), "kept");
}

#[test]
fn what_comes_of_a_command_that_picks_nothing_is_said_where_it_stands() {
    let open = project(false);
    said(&open, "mia", "/backport 2.0").ended(Outcome::Success);
    let told = comments(&open);
    assert!(told.len() == 1 && told[0].contains("the pull request is not merged"), "{told:?}");
    let merged = project(true);
    said(&merged, "con", "/backport 2.0").ended(Outcome::Success);
    let told = comments(&merged);
    assert!(told.len() == 1 && told[0].contains("'con' may not write to this repository"), "{told:?}");
    said(&merged, "mia", "/backport 9.9").ended(Outcome::Failure);
    let told = comments(&merged);
    assert!(told.len() == 2 && told[1].contains("was not picked onto line `9.9`"), "{told:?}");
    assert!(told[1].contains("/actions/runs/"), "{told:?}");
    // What is no command is none of ours.
    said(&merged, "mia", "see: /backport 2.0").ended(Outcome::Success);
    assert_eq!(comments(&merged).len(), 2);
}

#[test]
fn a_command_that_is_not_understood_is_answered_with_the_form_of_one() {
    let project = project(true);
    let before = before_of(&project);
    let unclear = ["/backport", "/backport 2.0 1.9", "/backport to 2.0", "/backport 2.0, please", "/backport `2.0`"];
    for (at, comment) in unclear.into_iter().enumerate() {
        require_nothing(&project, &said(&project, "mia", comment), &before, "is not '/backport LINE'");
        let told = comments(&project);
        assert!(told.len() == at + 1 && told[at].contains("A command is `/backport LINE`"), "{comment}: {told:?}");
    }
}

#[test]
fn commands_below_the_first_line_are_not_read_and_that_is_said() {
    let project = project(true);
    said(&project, "mia", "/backport 2.0\n\n/backport 1.9").ended(Outcome::Success);
    let heads: Vec<String> = project.github.state().proposals.open().iter().map(|pull| pull.head.clone()).collect();
    assert_eq!(heads, ["backstitch/2.0-pr-12"]);
    let told = comments(&project);
    assert!(
        told.len() == 1 && told[0].starts_with("This was picked onto line `2.0`.\n\nThe commands below"),
        "{told:?}"
    );
    assert!(told[0].contains("A command is `/backport LINE`"), "{told:?}");
}

#[test]
fn how_a_person_resolves_a_conflict_is_said_where_the_command_stands() {
    let project = project(true);
    project.repo.land_on_line("2.0", "Another list", [("list", "two\n")]);
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "release/2.0"]);
    said(&project, "mia", "/backport 2.0").ended(Outcome::Failure);
    let told = comments(&project);
    let commands = "```sh\ngit fetch origin\n\
         patch-pick plan --line 2.0 --output plan.json --of-pull 12   # with GITHUB_TOKEN set, such as to $(gh auth token)\n\
         patch-pick apply plan.json   # stops there, and says where to edit the files\n\
         patch-pick apply plan.json --continue --format json > applied.json\n\
         patch-pick propose applied.json --of-pull 12   # with GITHUB_TOKEN set, such as to $(gh auth token)\n```\n";
    assert!(told.len() == 1 && told[0].contains(commands) && told[0].contains("/actions/runs/"), "{told:?}");
}

#[test]
fn nobody_else_does_and_the_log_says_why() {
    let merged = project(true);
    let before = merged.there(&["for-each-ref"]);
    for login in ["con", "nobody-here"] {
        require_nothing(&merged, &said(&merged, login, "/backport 2.0"), &before, "may not write to this repository");
    }
    require_nothing(&merged, &said(&merged, "helper[bot]", "/backport 2.0"), &before, "only people");
    for comment in ["", "/backports 2.0", "/backport-all", "see: /backport 2.0", "hello\n/backport 2.0"] {
        require_nothing(&merged, &said(&merged, "mia", comment), &before, "does not begin with '/backport'");
    }
    require_nothing(&merged, &said(&merged, "con", "/backport"), &before, "may not write to this repository");
    let told = comments(&merged);
    assert!(told.len() == 2 && told.iter().all(|told| told.contains("may not write")), "{told:?}");
    let open = project(false);
    require_nothing(&open, &said(&open, "mia", "/backport 2.0"), &before_of(&open), "is not merged");
}

fn before_of(project: &Project) -> String {
    project.there(&["for-each-ref"])
}

#[test]
fn texts_of_strangers_are_no_command() {
    let project = project(true);
    let before = before_of(&project);
    let heavy = heavy().into_iter().map(|(_, text)| text);
    for text in TEXTS.iter().map(|text| (*text).to_owned()).chain(heavy) {
        let run = said(&project, "mia", &format!("/backport {text}"));
        // A first line may be a command whatever follows it; there is no such line then.
        let line = run.outputs.get("line").map_or("", String::as_str);
        assert!(line.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)), "{line:?}");
        assert_eq!(run.outcome == Outcome::Success, line.is_empty(), "{run}");
        assert!(run.all_steps().iter().all(|step| !step.outputs.contains_key("owned")), "{run}");
        assert_eq!(before_of(&project), before);
        let run = said(&project, &text.replace('\0', ""), "/backport 2.0");
        require_nothing(&project, &run, &before, "only people");
    }
    assert!(!project.repo.path().join("owned").exists());
    let unknown = said(&project, "mia", "/backport 9.9");
    unknown.ended(Outcome::Failure);
    assert_eq!(project.there(&["for-each-ref"]), before);
}
