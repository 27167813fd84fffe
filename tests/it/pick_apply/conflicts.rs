//! Conflicts: written out, resolved by a person anywhere, gone on with, given up.

use std::fs;
use std::path::{Path, PathBuf};

use backstitch::model::commit::CommitId;
use serde_json::{Value, json};

use super::plans::{Planner, stored};
use super::{Story, apply, everything, expected, outcomes, picks, story};
use crate::support::{Bin, Change, Repo};

fn directory(report: &Value, line: usize) -> PathBuf {
    PathBuf::from(report["lines"][line]["conflict"]["directory"].as_str().expect("because it is written out"))
}

fn go_on(repo: &Repo, plan: &str, resolution: &Path) -> Bin {
    apply(repo, plan).args(["--continue", "--resolution", &resolution.display().to_string()])
}

fn edit(directory: &Path, path: &str, content: &str) {
    fs::write(directory.join("files").join(path), content).expect("because the file was written out");
}

/// Fills in a field of `resolution.json`.
fn say(directory: &Path, field: &str, value: Value) {
    let path = directory.join("resolution.json");
    let text = fs::read_to_string(&path).expect("because it was written out");
    let mut document: Value = serde_json::from_str(&text).expect("because it is JSON");
    document[field] = value;
    fs::write(&path, document.to_string()).expect("because it can be written");
}

fn failure(report: &Value) -> String {
    report["lines"][0]["failure"].to_string()
}

fn stopped(story: &Story) -> (String, PathBuf, Value) {
    let fixes = [story.map, story.list, story.set];
    let plan = Planner::new(&story.repo).line("2.0", &fixes).line("2.1", &[story.list]).write("../plan.json");
    let report = apply(&story.repo, &plan).run().code(1).json();
    (plan, directory(&report, 0), report)
}

#[test]
fn a_conflict_is_written_out_and_touches_no_branch() {
    let story = story();
    let repo = &story.repo;
    let before = (repo.commit_id("release/2.0"), repo.git(["status", "--porcelain"]));
    let (plan, directory, report) = stopped(&story);
    assert_eq!(outcomes(&report), expected(&[("2.0", "conflict"), ("2.1", "applied")]));
    assert_eq!(picks(&report, 0), ["picked", "conflict", "not-reached"]);
    assert_eq!((repo.commit_id("release/2.0"), repo.git(["status", "--porcelain"])), before);
    let text = fs::read_to_string(directory.join("files/list.c")).expect("because it is in conflict");
    assert!(text.contains("<<<<<<< ") && text.contains("zwei, fixed") && text.contains("\ntwo\n"), "{text}");
    let document = fs::read_to_string(directory.join("resolution.json")).expect("because it was written out");
    let document: Value = serde_json::from_str(&document).expect("because it is JSON");
    assert_eq!(document["schema"], "patch-pick/resolution@1");
    let blob = |revision: &str| repo.git(["rev-parse", &format!("{revision}:list.c")]);
    let sides = json!({"path": "list.c", "kinds": ["contents"], "mode": "100644",
        "base": blob("main~1"), "ours": blob("release/2.0"), "theirs": blob("main")});
    assert_eq!(document["files"][0], sides);
    let again = apply(repo, &plan).run().code(1).json();
    assert_eq!(outcomes(&again), expected(&[("2.0", "conflict"), ("2.1", "already")]));
    let said = again["lines"][0]["conflict"]["continue"].as_str().unwrap_or_default().to_owned();
    assert_eq!(said, format!("patch-pick apply --continue ../plan.json --resolution {}", directory.display()));
}

#[test]
fn a_resolution_goes_on_with_the_rest() {
    let story = story();
    let repo = &story.repo;
    let (plan, directory, report) = stopped(&story);
    edit(&directory, "list.c", "one\ntwo, fixed\nthree\n");
    let done = go_on(repo, &plan, &directory).run().success().json();
    assert_eq!(outcomes(&done), expected(&[("2.0", "applied"), ("2.1", "skipped")]));
    assert_eq!(picks(&done, 0), ["picked", "picked", "picked"]);
    assert_eq!(done["lines"][0]["picks"][0], report["lines"][0]["picks"][0], "a pick that was made is not made again");
    let shown = |path: &str| repo.git(["show", &format!("release/2.0:{path}")]);
    assert_eq!(
        [shown("list.c"), shown("map.c"), shown("set.c")],
        ["one\ntwo, fixed\nthree", "map, fixed", "set, fixed"]
    );
    assert!(stored(repo, "picks").is_empty(), "{:?}", stored(repo, "picks"));
    let again = apply(repo, &plan).run().success().json();
    assert_eq!(outcomes(&again), expected(&[("2.0", "already"), ("2.1", "already")]));
    let again = go_on(repo, &plan, &directory).run().success().json();
    assert_eq!(outcomes(&again), expected(&[("2.0", "already"), ("2.1", "already")]));
}

#[test]
fn without_a_directory_the_files_that_were_written_out_count() {
    let story = story();
    let (plan, directory, _) = stopped(&story);
    edit(&directory, "list.c", "one\ntwo, fixed\nthree\n");
    let done = apply(&story.repo, &plan).args(["--continue"]).run().success().json();
    assert_eq!(outcomes(&done), expected(&[("2.0", "applied"), ("2.1", "skipped")]));
}

#[test]
fn nothing_to_go_on_with_is_said() {
    let story = story();
    let plan = Planner::new(&story.repo).line("2.0", &[story.map]).write("../plan.json");
    let output = apply(&story.repo, &plan).args(["--continue"]).run().code(1);
    assert!(output.stderr.contains("no conflict of this plan waits"), "{}", output.stderr);
}

#[test]
fn what_is_not_resolved_is_never_committed() {
    let story = story();
    let repo = &story.repo;
    let (plan, directory, _) = stopped(&story);
    let before = repo.commit_id("release/2.0");
    let refused = |said: &str| {
        let report = go_on(repo, &plan, &directory).run().json();
        assert_eq!(report["lines"][0]["outcome"], "failed", "{report}");
        assert!(failure(&report).contains(said), "{said}: {report}");
        assert_eq!(repo.commit_id("release/2.0"), before);
    };
    refused("'list.c' is as the conflict left it");
    say(&directory, "kept", json!(["list.c"]));
    refused("'list.c' holds a conflict marker in line 2");
    say(&directory, "kept", json!([]));
    edit(&directory, "list.c", "one\n=======\nthree\n");
    refused("'list.c' holds a conflict marker in line 2");
    edit(&directory, "list.c", "one\n>>>>>>> fix\n");
    refused("'list.c' holds a conflict marker in line 2");
    fs::remove_file(directory.join("files/list.c")).expect("because it is there");
    refused("list it in 'deleted'");
    std::os::unix::fs::symlink("/etc/passwd", directory.join("files/list.c")).expect("because it is free");
    refused("is not a plain file");
    fs::remove_file(directory.join("files/list.c")).expect("because it is there");
    edit(&directory, "list.c", "one\n");
    edit(&directory, "map.c", "smuggled\n");
    refused("'map.c' is not in conflict");
    fs::remove_file(directory.join("files/map.c")).expect("because it is there");
    let _done = go_on(repo, &plan, &directory).run().success();
}

#[test]
fn a_path_that_leaves_the_directory_is_refused() {
    let story = story();
    let (plan, directory, _) = stopped(&story);
    edit(&directory, "list.c", "one\n");
    for path in ["../../../secret", "/etc/passwd", ".git/config", "a/../../b"] {
        say(&directory, "also", json!([path]));
        let output = go_on(&story.repo, &plan, &directory).run().code(2);
        assert!(output.stderr.contains("resolution.json"), "{}", output.stderr);
    }
}

#[test]
fn a_file_can_be_deleted_kept_or_changed_beside() {
    let repo = Repo::new();
    repo.land_fix("Add", [("a.c", "1\n"), ("b.c", "1\n"), ("c.c", "1\n")]);
    repo.cut_line("2.0");
    repo.land_on_line("2.0", "Drop a and b", [Change::delete("a.c"), Change::delete("b.c")]);
    let fix = repo.land_fix("Fix both", [("a.c", "2\n"), ("b.c", "2\n")]);
    let plan = Planner::new(&repo).line("2.0", &[fix]).write("../plan.json");
    let report = apply(&repo, &plan).run().code(1).json();
    let directory = directory(&report, 0);
    assert_eq!(report["lines"][0]["conflict"]["files"][0]["kinds"], json!(["modify/delete"]));
    say(&directory, "deleted", json!(["a.c"]));
    say(&directory, "kept", json!(["b.c"]));
    say(&directory, "also", json!(["c.c"]));
    edit(&directory, "c.c", "beside\n");
    let _done = go_on(&repo, &plan, &directory).run().success();
    assert_eq!(repo.git(["ls-tree", "--name-only", "release/2.0"]), "README.md\nb.c\nc.c");
    assert_eq!(repo.git(["show", "release/2.0:c.c"]), "beside");
}

#[test]
fn another_clone_can_go_on_with_the_plan_and_the_resolution_alone() {
    let story = story();
    let (_, directory, _) = stopped(&story);
    edit(&directory, "list.c", "one\ntwo, fixed\nthree\n");
    let other = Repo::new();
    other.git(["fetch", "-q", story.repo.path().to_str().expect("UTF-8"), "+refs/heads/*:refs/remotes/origin/*"]);
    other.git(["reset", "-q", "--hard", "origin/main"]);
    for line in ["2.0", "2.1"] {
        let from = if line == "2.1" { "origin/main~3" } else { "origin/release/2.0" };
        other.git(["branch", "--no-track", &format!("release/{line}"), from]);
    }
    let plan = story.repo.path().join("../plan.json").display().to_string();
    let done = go_on(&other, &plan, &directory).run().success().json();
    assert_eq!(outcomes(&done), expected(&[("2.0", "applied"), ("2.1", "skipped")]));
    assert_eq!(other.git(["show", "release/2.0:list.c"]), "one\ntwo, fixed\nthree");
}

#[test]
fn giving_up_forgets_the_conflict_and_touches_no_branch() {
    let story = story();
    let repo = &story.repo;
    let (plan, _, _) = stopped(&story);
    let before = everything(repo);
    let abort = |rest: &[&str]| Bin::pick().at(repo).args([&["apply", "--abort", "--format", "json"], rest].concat());
    let dry = abort(&[&plan, "--dry-run"]).run().success().json();
    assert_eq!(dry["removed"].as_array().map(Vec::len), Some(1));
    assert!(!stored(repo, "picks").is_empty());
    let given_up = abort(&[&plan]).run().success().json();
    assert_eq!(given_up["removed"][0]["line"], "2.0");
    assert!(stored(repo, "picks").is_empty());
    assert_eq!(abort(&[]).run().success().json()["removed"], json!([]));
    assert_eq!(everything(repo), before);
    let report = apply(repo, &plan).run().code(1).json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "conflict"), ("2.1", "already")]));
}

#[test]
fn two_conflicts_on_one_line_are_resolved_one_after_the_other() {
    let repo = Repo::new();
    repo.land_fix("Add", [("a", "1\n"), ("b", "1\n")]);
    repo.cut_line("2.0");
    repo.land_on_line("2.0", "Otherwise", [("a", "line\n"), ("b", "line\n")]);
    let fixes: Vec<CommitId> = ["a", "b"].map(|path| repo.land_fix("Fix", [(path, "2\n")])).into();
    let plan = Planner::new(&repo).line("2.0", &fixes).write("../plan.json");
    let first = apply(&repo, &plan).run().code(1).json();
    edit(&directory(&first, 0), "a", "line 2\n");
    let second = go_on(&repo, &plan, &directory(&first, 0)).run().code(1).json();
    assert_eq!(picks(&second, 0), ["picked", "conflict"]);
    edit(&directory(&second, 0), "b", "line 2\n");
    let done = go_on(&repo, &plan, &directory(&second, 0)).run().success().json();
    assert_eq!(done["lines"][0]["picks"][0], second["lines"][0]["picks"][0]);
    assert_eq!([repo.git(["show", "release/2.0:a"]), repo.git(["show", "release/2.0:b"])], ["line 2", "line 2"]);
}

#[test]
fn a_resolution_is_offered_on_the_next_line_and_never_applied_unseen() {
    let repo = Repo::new();
    repo.land_fix("Add", [("a", "1\n")]);
    for line in ["2.0", "2.1"] {
        repo.cut_line(line);
        repo.land_on_line(line, "Otherwise", [("a", format!("line {line}\n").as_str())]);
    }
    let fix = repo.land_fix("Fix", [("a", "2\n")]);
    let plan = Planner::new(&repo).line("2.0", &[fix]).write("../first.json");
    let report = apply(&repo, &plan).run().code(1).json();
    edit(&directory(&report, 0), "a", "resolved\n");
    let _done = go_on(&repo, &plan, &directory(&report, 0)).run().success();
    let plan = Planner::new(&repo).line("2.1", &[fix]).write("../second.json");
    let output = apply(&repo, &plan).run().code(1);
    let report = output.json();
    assert_eq!(report["lines"][0]["outcome"], "conflict");
    let offer = json!({"path": "a", "from-line": "2.0", "file": "offered/a"});
    assert_eq!(report["lines"][0]["conflict"]["offered"], json!([offer]));
    assert!(output.stderr.contains("the same conflict on line '2.0'"), "{}", output.stderr);
    let offered = fs::read_to_string(directory(&report, 0).join("offered/a")).expect("because it is offered");
    assert_eq!(offered, "resolved\n");
    let refused = go_on(&repo, &plan, &directory(&report, 0)).run().code(1).json();
    assert!(failure(&refused).contains("as the conflict left it"), "{refused}");
}

#[test]
fn what_was_resolved_to_nothing_stays_resolved() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map, story.list]).write("../plan.json");
    let report = apply(repo, &plan).run().code(1).json();
    let directory = directory(&report, 0);
    edit(&directory, "list.c", "one\ntwo\nthree\n");
    let done = go_on(repo, &plan, &directory).run().success().json();
    assert_eq!(picks(&done, 0), ["picked", "empty"]);
    let tip = repo.commit_id("release/2.0");
    let again = apply(repo, &plan).run().success().json();
    assert_eq!(picks(&again, 0), ["already", "empty"]);
    assert_eq!(repo.commit_id("release/2.0"), tip);
}
