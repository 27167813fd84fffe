//! `patch-pick` with other versions of git: those that merge commits only, and those that are too old.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Bin, OtherGit, Repo};

/// A line that renamed a file and has a text of its own, and fixes that must be picked one onto the other: a text, a renamed
/// file, one with a prerequisite, and one that conflicts for a reason that no commit explains.
fn story() -> Repo {
    let repo = Repo::new();
    let lines = |name: &str| (1..=12).map(|number| format!("{name} {number}\n")).collect::<String>();
    repo.land_fix("Add", [("list.c", lines("list")), ("map.c", lines("map")), ("set.c", lines("set"))].map(text));
    repo.cut_line("2.0");
    let mine = [("list.c", lines("list").replace("list 2\n", "line 2\n")), ("own.c", lines("set"))].map(text);
    repo.land_on_line("2.0", "Go its own way", mine);
    repo.land_on_line("2.0", "Rename the set", [crate::support::Change::delete("set.c")]);
    let mut list = lines("list");
    let mut land = |subject: &str, from: &str, to: &str| {
        list = list.replace(from, to);
        repo.land_fix(subject, [text(("list.c", list.clone()))]);
    };
    land("Fix four", "list 4\n", "list 4, fixed\n");
    land("Rename nine", "list 9\n", "neun\n");
    repo.land_fix("Fix the set", [text(("set.c", lines("set").replace("set 6\n", "set 6, fixed\n")))]);
    land("Fix nine", "neun\n", "neun, fixed\n");
    land("Fix two", "list 2\n", "list 2, fixed\n");
    repo
}

fn text((path, content): (&str, String)) -> crate::support::Change {
    crate::support::Change::write(path, content)
}

fn ask(repo: &Repo, git: Option<&OtherGit>, arguments: &[&str]) -> Bin {
    let bin = Bin::pick().at(repo).args(arguments).args(["--format", "json"]);
    match git {
        Some(git) => bin.env("PATH", &git.path()),
        None => bin,
    }
}

/// Plans the fixes but the one that is a prerequisite, and leaves out what the names of sides decide.
fn plan(repo: &Repo, git: Option<&OtherGit>) -> Value {
    let fixes = ["main~4", "main~2", "main~1", "main"];
    let arguments = [&["plan", "-q", "--line", "2.0", "--output", "../plan.json"][..], &fixes].concat();
    let mut plan = ask(repo, git, &arguments).run().code(1).json();
    plan["digest"].take();
    for pick in plan["lines"][0]["picks"].as_array_mut().expect("because a line has picks") {
        if pick["forecast"]["outcome"] == "conflict" {
            pick["forecast"]["tree"].take();
        }
    }
    plan
}

/// What stands in a file in conflict, with the names of the sides left out.
fn unlabelled(text: &str) -> String {
    let mark = |line: &str| ["<<<<<<< ", ">>>>>>> "].into_iter().find(|mark| line.starts_with(mark)).map(str::to_owned);
    text.lines().map(|line| mark(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// Applies the plan, resolves what conflicts, and returns what was written out and the tree of the line at the end.
fn apply(repo: &Repo, git: Option<&OtherGit>) -> (Value, String, String) {
    let report = ask(repo, git, &["apply", "../plan.json"]).run().code(1).json();
    let place = report["lines"][0]["conflict"]["directory"].as_str().expect("because it is written out");
    let read = |name: &str| fs::read_to_string(Path::new(place).join(name)).expect("because it is written out");
    let (resolution, list) = (read("resolution.json"), read("files/list.c"));
    let resolution = serde_json::from_str(&resolution).expect("because it is JSON");
    fs::write(Path::new(place).join("files/list.c"), "resolved\n").expect("because it was written out");
    let _done = ask(repo, git, &["apply", "../plan.json", "--continue"]).run().success();
    (resolution, unlabelled(&list), repo.git(["rev-parse", "release/2.0^{tree}"]))
}

#[test]
fn chains_prerequisites_and_conflicts_do_not_depend_on_what_git_takes() {
    let (plain, wrapped, mixed, older) = (story(), story(), story(), OtherGit::new("2.44.1"));
    let planned = plan(&plain, None);
    let picks = planned["lines"][0]["picks"].as_array().expect("because a line has picks");
    let outcomes: Vec<_> = picks.iter().map(|pick| pick["forecast"]["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["clean", "clean", "clean", "clean", "conflict"].map(Some), "{planned:#}");
    assert_eq!(picks[2]["role"], "prerequisite");
    assert_eq!(plan(&wrapped, Some(&older)), planned);
    assert!(older.merged() > 0);
    let applied = apply(&plain, None);
    assert!(applied.1.contains("<<<<<<< \n"), "{}", applied.1);
    assert_eq!(apply(&wrapped, Some(&older)), applied);
    // A plan that a newer git made is carried out with an older one.
    assert_eq!(plan(&mixed, None), planned);
    assert_eq!(apply(&mixed, Some(&older)), applied);
}

#[test]
fn a_git_that_is_too_old_is_named() {
    let repo = story();
    let older = OtherGit::new("2.40.1");
    let fix = repo.commit_id("main").to_string();
    for verb in [&["forecast", &fix, "--line", "2.0"][..], &["plan", &fix, "--line", "2.0"]] {
        let output = ask(&repo, Some(&older), verb).run().code(4);
        let said =
            "error: git 2.40 is too old: 2.41 or newer is needed\nhint: install a newer git and put it first on PATH\n";
        assert!(output.stdout.is_empty() && output.stderr.contains(said), "{output:?}");
    }
}
