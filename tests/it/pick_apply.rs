//! `patch-pick apply`: a plan is carried out exactly, or refused with everything as it was.

mod conflicts;
mod messages;
mod places;
mod plans;

use backstitch::model::commit::CommitId;
use serde_json::Value;

use crate::support::{Bin, Change, Repo};
use plans::{Planner, stored};

/// Two lines and three fixes, of which the last conflicts on 2.0 alone.
struct Story {
    repo: Repo,
    map: CommitId,
    set: CommitId,
    list: CommitId,
}

fn story() -> Story {
    let repo = Repo::new();
    let texts = [("list.c", "one\ntwo\nthree\n"), ("map.c", "map\n"), ("set.c", "set\n")];
    repo.land_fix("Add list, map and set", texts);
    repo.cut_line("2.0");
    repo.land_fix("Rename two", [("list.c", "one\nzwei\nthree\n")]);
    repo.cut_line("2.1");
    let author = "Ann Author <ann@example.com>";
    let map = repo.commit_with("Fix the map", author, [("map.c", "map, fixed\n")]);
    let set = repo.land_fix("Fix the set", [("set.c", "set, fixed\n")]);
    let list = repo.land_fix("Fix two", [("list.c", "one\nzwei, fixed\nthree\n")]);
    Story { repo, map, set, list }
}

fn apply(repo: &Repo, plan: &str) -> Bin {
    Bin::pick().at(repo).args(["apply", plan, "--format", "json"])
}

fn outcomes(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let lines = report["lines"].as_array().expect("because a report has lines").iter();
    lines.map(|line| (text(&line["line"]), text(&line["outcome"]))).collect()
}

fn picks(report: &Value, line: usize) -> Vec<String> {
    let picks = report["lines"][line]["picks"].as_array().expect("because a line has picks").iter();
    picks.map(|pick| pick["outcome"].as_str().unwrap_or_default().to_owned()).collect()
}

fn expected(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(line, outcome)| ((*line).to_owned(), (*outcome).to_owned())).collect()
}

fn everything(repo: &Repo) -> Vec<String> {
    let refs = repo.git(["for-each-ref"]);
    vec![refs, repo.git(["status", "--porcelain"]), repo.git(["worktree", "list"]), repo.git(["symbolic-ref", "HEAD"])]
}

#[test]
fn the_branches_get_what_git_itself_would_make() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map, story.set]).line("2.1", &[story.map, story.list]);
    let (before, head) = (repo.commit_id("release/2.0"), repo.git(["symbolic-ref", "HEAD"]));
    let report = apply(repo, &plan.write("plan.json")).run().success().json();
    assert_eq!(report["schema"], "patch-pick/apply@1");
    assert_eq!(outcomes(&report), expected(&[("2.0", "applied"), ("2.1", "applied")]));
    assert_eq!(picks(&report, 0), ["picked", "picked"]);
    assert_eq!(report["lines"][0]["before"], before.to_string());
    assert_eq!(report["lines"][0]["after"], repo.commit_id("release/2.0").to_string());
    assert_eq!(report["lines"][0]["picks"][0]["commit"], repo.commit_id("release/2.0~1").to_string());
    for (branch, fixes) in [("release/2.0", [story.map, story.set]), ("release/2.1", [story.map, story.list])] {
        assert_eq!(repo.git(["rev-parse", &format!("{branch}^{{tree}}")]), plan.tree_by_git(branch, &fixes));
        for (at, fix) in [(format!("{branch}~1"), fixes[0]), (branch.to_owned(), fixes[1])] {
            let said = |revision: &str| repo.git(["log", "-1", "--format=%an <%ae> %ad", "--date=raw", revision]);
            assert_eq!(said(&at), said(&fix.to_string()));
            assert_eq!(repo.git(["log", "-1", "--format=%cn <%ce>", &at]), "Mia Maintainer <mia@example.com>");
            let origin = format!("(cherry picked from commit {fix})");
            assert!(repo.git(["log", "-1", "--format=%B", &at]).trim_end().ends_with(&origin));
        }
    }
    assert_eq!(repo.git(["reflog", "-1", "--format=%gs", "release/2.0"]), "patch-pick apply");
    assert_eq!(
        (repo.git(["status", "--porcelain"]), repo.git(["symbolic-ref", "HEAD"])),
        ("?? plan.json".into(), head)
    );
    assert!(stored(repo, "picks").is_empty() && stored(repo, "apply.lock").is_empty());
}

#[test]
fn twice_is_once() {
    let story = story();
    let plan = Planner::new(&story.repo).line("2.0", &[story.map, story.set]).write("plan.json");
    let _first = apply(&story.repo, &plan).run().success();
    let before = everything(&story.repo);
    let again = apply(&story.repo, &plan).run().success().json();
    assert_eq!(outcomes(&again), expected(&[("2.0", "already")]));
    assert_eq!(picks(&again, 0), ["already", "already"]);
    assert_eq!(everything(&story.repo), before);
}

#[test]
fn a_dry_run_writes_nothing() {
    let story = story();
    let plan = Planner::new(&story.repo).line("2.0", &[story.map, story.list]).line("2.1", &[story.set]).write("p");
    let objects = || story.repo.git(["count-objects", "-v"]);
    let before = (everything(&story.repo), objects());
    let report = apply(&story.repo, &plan).args(["--dry-run", "--exec", "touch ran"]).run().code(1).json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "conflict"), ("2.1", "applied")]));
    assert_eq!(report["mode"], "dry-run");
    assert_eq!(report["lines"][0]["conflict"]["files"][0]["path"], "list.c");
    assert_eq!((everything(&story.repo), objects()), before);
    assert!(stored(&story.repo, "").is_empty());
}

#[test]
fn a_pick_that_changes_nothing_is_left_out() {
    let story = story();
    let repo = &story.repo;
    repo.pick("2.0", story.set);
    let plan = Planner::new(repo).line("2.0", &[story.set, story.map]).write("plan.json");
    let report = apply(repo, &plan).run().success().json();
    assert_eq!(picks(&report, 0), ["empty", "picked"]);
    assert_eq!(repo.git(["rev-list", "--count", &format!("{}..release/2.0", story.list)]), "2");
    let again = apply(repo, &plan).run().success().json();
    assert_eq!(picks(&again, 0), ["empty", "already"]);
}

#[test]
fn merges_and_root_commits_are_picked() {
    let repo = Repo::new();
    repo.land_fix("Add", [("a", "1\n")]);
    repo.cut_line("2.0");
    let merge = repo.merge_pull_request(7, "Fix a", |pr| {
        pr.commit("First", [("a", "2\n")]);
        pr.commit("Second", [("b", "2\n")]);
    });
    repo.land_on_line("2.0", "Drop the README", [Change::delete("README.md")]);
    let root = repo.git(["rev-list", "--max-parents=0", "main"]).parse().expect("because there is one");
    let plan = Planner::new(&repo).line("2.0", &[merge, root]);
    let report = apply(&repo, &plan.write("plan.json")).run().success().json();
    assert_eq!(picks(&report, 0), ["picked", "picked"]);
    assert_eq!(repo.git(["rev-parse", "release/2.0^{tree}"]), plan.tree_by_git("release/2.0", &[merge, root]));
    assert_eq!(repo.git(["show", "release/2.0:README.md"]), "# Godel");
}

#[test]
fn a_branch_is_created_when_the_plan_says_so() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).new_branch("release/v2.0.1", "2.0", &[story.map]).write("plan.json");
    let report = apply(repo, &plan).run().success().json();
    assert!(report["lines"][0]["before"].is_null());
    assert_eq!(repo.commit_id("release/v2.0.1~1"), repo.commit_id("release/2.0"));
    assert_eq!(outcomes(&apply(repo, &plan).run().success().json()), expected(&[("2.0", "already")]));
    repo.git(["branch", "-f", "release/v2.0.1", "release/2.1"]);
    let refused = apply(repo, &plan).run().code(1).json();
    let said = refused["lines"][0]["failure"]["message"].as_str().unwrap_or_default().to_owned();
    assert!(said.starts_with("the repository moved: 'release/v2.0.1' is at"), "{said}");
}

#[test]
fn a_line_that_moved_is_refused_and_the_others_go_on() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map]).line("2.1", &[story.map]).write("plan.json");
    let planned = repo.commit_id("release/2.0");
    let now = repo.land_on_line("2.0", "Meanwhile", [("other", "x\n")]);
    let report = apply(repo, &plan).run().code(1).json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "failed"), ("2.1", "applied")]));
    let failure = &report["lines"][0]["failure"];
    let said = format!("the repository moved: 'release/2.0' is at '{now}', the plan was made at '{planned}'");
    assert_eq!(failure["message"], said);
    assert!(failure["hint"].as_str().is_some_and(|hint| hint.contains("plan again")), "{failure}");
    assert_eq!(repo.commit_id("release/2.0"), now);
}

#[test]
fn a_main_that_was_rewritten_is_refused() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map]).write("plan.json");
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    repo.land_fix("Otherwise", [("list.c", "x\n")]);
    let before = everything(repo);
    let output = apply(repo, &plan).run().code(1);
    assert!(output.stderr.contains("error: the repository moved: 'main' no longer holds"), "{}", output.stderr);
    assert_eq!(everything(repo), before);
}

#[test]
fn a_plan_that_was_changed_is_refused() {
    let story = story();
    let plan = Planner::new(&story.repo).line("2.0", &[story.map]).write("plan.json");
    let file = story.repo.path().join(&plan);
    let text = std::fs::read_to_string(&file).expect("because it was written");
    let swapped = text.replace(&story.map.to_string(), &story.set.to_string());
    std::fs::write(&file, swapped).expect("because it can be written");
    let output = apply(&story.repo, &plan).run().code(2);
    assert!(output.stderr.contains("does not match its digest"), "{}", output.stderr);
}

#[test]
fn a_plan_of_other_results_is_refused() {
    let story = story();
    let repo = &story.repo;
    let before = everything(repo);
    let plan = Planner::new(repo).line("2.0", &[story.map, story.set]);
    let plan = plan.with_tree(1, &repo.git(["rev-parse", "main^{tree}"]));
    let report = apply(repo, &plan.write("../plan.json")).run().code(1).json();
    let said = report["lines"][0]["failure"]["message"].as_str().unwrap_or_default().to_owned();
    assert!(said.contains("was planned to give the tree"), "{said}");
    assert_eq!(picks(&report, 0), ["picked", "failed"]);
    assert_eq!(everything(repo), before);
}

#[test]
fn a_fix_that_is_not_on_main_is_refused() {
    let story = story();
    let repo = &story.repo;
    let stray = repo.land_on_line("2.1", "Never on main", [("stray", "x\n")]);
    let plan = Planner::new(repo).line("2.0", &[stray]).write("plan.json");
    let report = apply(repo, &plan).run().code(1).json();
    let said = format!("'{stray}' is not a commit of 'main'");
    assert_eq!(report["lines"][0]["failure"]["message"], said);
}

#[test]
fn only_the_lines_asked_for_are_touched() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map]).line("2.1", &[story.map]).write("plan.json");
    let before = repo.commit_id("release/2.0");
    let report = apply(repo, &plan).args(["--line", "2.1"]).run().success().json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "skipped"), ("2.1", "applied")]));
    assert_eq!(repo.commit_id("release/2.0"), before);
    let unknown = apply(repo, &plan).args(["--line", "9.9"]).run().code(2);
    assert!(unknown.stderr.contains("no line '9.9'") && unknown.stderr.contains("2.0, 2.1"), "{}", unknown.stderr);
}

#[test]
fn a_plan_may_come_on_standard_input() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map]).write("plan.json");
    let text = std::fs::read(repo.path().join(plan)).expect("because it was written");
    let report = apply(repo, "-").stdin(text).run().success().json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "applied")]));
}

#[test]
fn every_form_tells_the_commands_and_escapes_strangers() {
    let repo = Repo::new();
    repo.land_fix("Add", [("a", "1\n"), ("b", "1\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix("Fix", [Change::write("a", "2\n"), Change::write("b", "2\n")]);
    repo.land_on_line("2.0", "Otherwise", [("a", "3\n")]);
    let plan = Planner::new(&repo).line("2.0", &[fix]).write("plan.json");
    // What is read elsewhere has commands for any clone instead.
    let elsewhere = Bin::pick().at(&repo).args(["apply", &plan, "--format", "markdown"]).run().code(1).stdout;
    assert!(elsewhere.contains(&format!("patch-pick plan --line 2.0 --output plan.json {fix}\n")), "{elsewhere}");
    for format in ["text", "json"] {
        let output = Bin::pick().at(&repo).args(["apply", &plan, "--format", format]).run().code(1);
        assert!(output.stdout.contains("patch-pick apply --continue plan.json --resolution"), "{}", output.stdout);
        assert!(output.stdout.contains("patch-pick apply --abort plan.json --line 2.0"), "{}", output.stdout);
    }
}
