//! `patch-pick plan`: what is planned, what is left out and why.

use backstitch::model::commit::CommitId;
use serde_json::Value;

use crate::support::github::Github;
use crate::support::github::state::{Pull, TOKEN, sha};
use crate::support::{Bin, Repo};

fn plan(repo: &Repo, arguments: &[&str]) -> Value {
    let run = Bin::pick().at(repo).args(["plan", "--format", "json", "-q"]).args(arguments.iter().copied()).run();
    serde_json::from_str(&run.stdout).expect("because a plan is JSON")
}

fn decline(repo: &Repo, fix: &str) {
    decide(repo, fix, "--decline", "too risky");
}

fn decide(repo: &Repo, fix: &str, answer: &str, reason: &str) {
    let run = Bin::pick().at(repo).args(["decide", fix, "--line", "2.0", answer, "--reason", reason]);
    let _ = run.env("GIT_COMMITTER_NAME", "Mia").env("GIT_COMMITTER_EMAIL", "mia@example.com").run().success();
}

fn fixes(plan: &Value) -> Vec<String> {
    let picks = plan["lines"][0]["picks"].as_array().expect("picks");
    picks.iter().map(|pick| pick["fix"].as_str().expect("a fix").to_owned()).collect()
}

fn reasons(plan: &Value) -> String {
    plan["lines"][0]["left-out"].to_string()
}

#[test]
fn what_repairs_a_declined_fix_stays_away_with_it() {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\ntwo\nthree\n"), ("map.c", "map\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix("Fix the list", [("list.c", "one\nzwei\nthree\n")]);
    let more = repo.land_fix(&format!("Fix it wholly\n\nFixes: {fix} (\"Fix the list\")"), [("map.c", "map, too\n")]);
    assert_eq!(fixes(&plan(&repo, &["--line", "2.0", &fix.to_string()])), [fix.to_string(), more.to_string()]);
    decline(&repo, &fix.to_string());
    let planned = plan(&repo, &["--line", "2.0", &fix.to_string()]);
    assert_eq!(fixes(&planned), Vec::<String>::new());
    assert!(reasons(&planned).contains("too risky"), "{planned}");
}

#[test]
fn whatever_was_decided_about_is_picked_or_left_out_with_a_reason() {
    let repo = Repo::new();
    let files = ["a", "b", "c", "d", "e"];
    repo.land_fix("Add all", files.map(|file| (file, "1\n")));
    repo.cut_line("2.0");
    let [reverted, declined, there, wanted, again] =
        files.map(|file| repo.land_fix(&format!("Fix {file} for good"), [(file, "2\n")]).to_string());
    let id = |text: &str| text.parse::<CommitId>().expect("because it is one");
    let revert = repo.revert(id(&reverted));
    let pick = repo.pick("2.0", id(&there));
    let gone = repo.pick("2.0", id(&again));
    repo.git(["switch", "-q", "release/2.0"]);
    repo.git(["revert", "--no-edit", "HEAD"]);
    repo.git(["switch", "-q", "main"]);
    decline(&repo, &declined);
    for fix in [&reverted, &there, &wanted, &again] {
        decide(&repo, fix, "--accept", "customers wait");
    }
    let planned = plan(&repo, &["--line", "2.0"]);
    assert_eq!(fixes(&planned), [wanted]);
    let left = planned["lines"][0]["left-out"].as_array().expect("what is left out").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let left: Vec<_> = left.map(|left| (text(&left["fix"]), text(&left["reason"]))).collect();
    let taken_back = repo.commit_id("release/2.0").short();
    let expected = [
        (reverted, format!("accepted: customers wait; but main took it back in {}", revert.short())),
        (declined, "declined: too risky".to_owned()),
        (there, format!("the line has it already, as {}", pick.short())),
        (again, format!("declined: it was picked as {} and taken back on the line in {taken_back}", gone.short())),
    ];
    assert_eq!(left, expected);
}

#[test]
fn a_declined_prerequisite_is_not_drawn_in() {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\ntwo\nthree\n")]);
    repo.cut_line("2.0");
    let first = repo.land_fix("Rename two", [("list.c", "one\nzwei\nthree\n")]);
    let fix = repo.land_fix("Fix two", [("list.c", "one\nzwei, fixed\nthree\n")]);
    let planned = plan(&repo, &["--line", "2.0", &fix.to_string()]);
    assert_eq!(fixes(&planned), [first.to_string(), fix.to_string()]);
    assert_eq!(planned["lines"][0]["picks"][0]["role"], "prerequisite");
    decline(&repo, &first.to_string());
    let planned = plan(&repo, &["--line", "2.0", &fix.to_string()]);
    assert_eq!(fixes(&planned), Vec::<String>::new());
    assert!(reasons(&planned).contains("which is declined"), "{planned}");
}

#[test]
fn a_prerequisite_that_is_nowhere_is_named() {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix("Fix one\n\nRequires: deadbeefdeadbeef", [("list.c", "eins\n")]);
    let planned = plan(&repo, &["--line", "2.0", &fix.to_string()]);
    assert_eq!(fixes(&planned), Vec::<String>::new());
    assert!(reasons(&planned).contains("deadbeefdeadbeef"), "{planned}");
}

#[test]
fn a_squashed_pull_request_that_names_its_head_is_there_as_a_whole() {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\n"), ("map.c", "map\n")]);
    repo.cut_line("2.0");
    let mut head = None;
    let merge = repo.merge_pull_request(10, "Do all of it", |pr| {
        pr.commit("Do one half", [("list.c", "eins\n")]);
        head = Some(pr.commit("Do the other half", [("map.c", "map, done\n")]));
    });
    let head = head.expect("because the pull request has two commits");
    let message = format!("Do all of it (#10)\n\n(cherry picked from commit {head})");
    repo.land_on_line("2.0", &message, [("list.c", "eins\n"), ("map.c", "map, done\n")]);
    let run = Bin::pick().at(&repo).args(["status", "--line", "2.0", "--format", "json", "-q"]).run().success();
    let status = run.json();
    let row = status["rows"].as_array().expect("rows").iter().find(|row| row["change"] == merge.to_string());
    assert_eq!(row.expect("a row for the pull request")["cells"][0]["state"], "on-line", "{status}");
}

#[test]
fn a_merge_that_the_line_took_back_took_its_picks_along() {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\n"), ("map.c", "map\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix("Fix the list wholly", [("list.c", "eins\n")]);
    repo.git(["switch", "-q", "-c", "topic", "release/2.0"]);
    repo.git(["cherry-pick", "-x", &fix.to_string()]);
    repo.git(["switch", "-q", "release/2.0"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Merge pull request #7 from x/topic", "topic"]);
    let state = || {
        let run = Bin::pick().at(&repo).args(["status", "--all", "--line", "2.0", "--format", "json", "-q"]).run();
        let rows = run.success().json()["rows"].as_array().expect("rows").clone();
        rows.iter().find(|row| row["change"] == fix.to_string()).expect("a row")["cells"][0]["state"].clone()
    };
    assert_eq!(state(), "on-line");
    repo.git(["revert", "--no-edit", "-m", "1", "HEAD"]);
    assert_eq!(state(), "declined");
}

#[test]
fn a_line_without_common_history_is_told_beside_the_others() {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix("Fix one", [("list.c", "eins\n")]);
    let orphan = repo.git(["commit-tree", "-m", "Begin elsewhere", &repo.git(["rev-parse", "main^{tree}"])]);
    repo.git(["update-ref", "refs/heads/release/1.0", &orphan]);
    for verb in ["status", "verify"] {
        let run = Bin::pick().at(&repo).args([verb, "--line", "2.0", "--line", "1.0", "--format", "json", "-q"]).run();
        let said = run.code(3).json();
        assert_eq!(said["lines"][0]["line"], "2.0", "{said}");
        assert_eq!(said["undecided"][0]["line"], "1.0", "{said}");
        assert!(said["undecided"][0]["failure"]["hint"].as_str().is_some_and(|hint| hint.contains("patch.toml")));
        let text = Bin::pick().at(&repo).args([verb, "--line", "2.0", "--line", "1.0"]).run().code(3).stdout;
        assert!(text.contains("1.0: undecided: line '1.0'"), "{text}");
    }
    let arguments = ["plan", &fix.to_string(), "--line", "2.0", "--line", "1.0", "--format", "json", "-q"];
    let planned = Bin::pick().at(&repo).args(arguments).run().code(3).json();
    assert_eq!(fixes(&planned), [fix.to_string()]);
    assert_eq!(planned["undecided"][0]["line"], "1.0", "{planned}");
    let alone = Bin::pick().at(&repo).args(["status", "--line", "1.0"]).run().code(3);
    assert!(alone.stderr.contains("no common history"), "{}", alone.stderr);
}

#[test]
fn a_branch_that_went_another_way_than_its_remote_is_told() {
    let repo = Repo::new();
    repo.land_fix("Add the list", [("list.c", "one\n")]);
    repo.cut_line("2.0");
    repo.land_fix("Fix one", [("list.c", "eins\n")]);
    repo.git(["remote", "add", "origin", "../nowhere"]);
    let theirs = repo.git(["commit-tree", "-p", "release/2.0", "-m", "Theirs", "main^{tree}"]);
    repo.git(["update-ref", "refs/remotes/origin/release/2.0", &theirs]);
    let status = || Bin::pick().at(&repo).args(["status", "--line", "2.0", "--format", "json", "-q"]).run().success();
    assert_eq!(status().json()["notes"], Value::Null, "a branch that is only behind is normal");
    repo.land_on_line("2.0", "Ours", [("ours.c", "ours\n")]);
    let note = status().json()["notes"][0].as_str().expect("a note").to_owned();
    assert!(note.contains("'release/2.0'") && note.contains(&theirs[..10]), "{note}");
    let planned = Bin::pick().at(&repo).args(["plan", "--line", "2.0"]).run();
    assert!(planned.stderr.contains("neither has the other"), "{}", planned.stderr);
}

#[test]
fn a_change_of_indentation_alone_is_no_pick_of_another() {
    let repo = Repo::new();
    let text = |indent: &str| format!("def f():\n    if x:\n        a()\n{indent}b()\n");
    repo.land_fix("Add f", [("p.py", text("    ").as_str())]);
    repo.cut_line("2.0");
    let fix = repo.land_fix("Never call b without x", [("p.py", text("        ").as_str())]);
    repo.land_on_line("2.0", "Call b at the end", [("p.py", text("").as_str())]);
    let run =
        Bin::pick().at(&repo).args(["status", "--line", "2.0", "--all", "--format", "json", "-q"]).run().success();
    let row = run.json()["rows"].as_array().expect("rows").iter().find(|row| row["change"] == fix.to_string()).cloned();
    assert_eq!(row.expect("a row")["cells"][0]["state"], "unknown");
}

/// A repository with a line, and pull request 7 that came to main by a rebase, as two commits.
fn rebased() -> (Repo, Github, [String; 2]) {
    let repo = Repo::new();
    repo.write_config(
        "[project]\nmain = \"main\"\nrepository = \"acme/widget\"\n\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n",
    );
    repo.land_fix("Add all", [("a", "1\n"), ("b", "1\n")]);
    repo.cut_line("2.0");
    let landed =
        [("Fix a", "a"), ("Fix b", "b")].map(|(title, file)| repo.land_fix(title, [(file, "2\n")]).to_string());
    let github = Github::start();
    {
        let mut state = github.state();
        let pull = state.open(7);
        (pull.closed, pull.merge) = (true, Some(landed[1].clone()));
        pull.commits = vec![(sha(1), "Fix a".to_owned()), (sha(2), "Fix b".to_owned())];
    }
    (repo, github, landed)
}

fn of_pull(repo: &Repo, github: &Github) -> Bin {
    let bin = Bin::pick().at(repo).args(["plan", "--line", "2.0", "--of-pull", "7", "--format", "json", "-q"]);
    bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &github.url())
}

#[test]
fn of_a_pull_request_all_is_planned_that_came_with_it() {
    let (repo, github, landed) = rebased();
    assert_eq!(fixes(&of_pull(&repo, &github).run().success().json()), landed);
    assert_eq!(github.requests().len(), 2, "{:?}", github.requests());
    // A squashed commit holds both.
    github.state().open_again(7).commits[1].1 = "Go on".to_owned();
    assert_eq!(fixes(&of_pull(&repo, &github).run().success().json()), landed[1..]);
}

#[test]
fn what_cannot_be_planned_of_a_pull_request_is_said() {
    type Row<'r> = (&'r str, &'r dyn Fn(&mut Pull), i32, &'r str);
    let table: [Row<'_>; 5] = [
        ("open", &|pull| (pull.closed, pull.merge) = (false, None), 2, "pull request 7 is not merged"),
        ("elsewhere", &|pull| pull.base = "release/2.0", 2, "was merged to 'release/2.0', and not to main"),
        ("not here", &|pull| pull.merge = Some(sha(500)), 3, "git fetch"),
        (
            "not all",
            &|pull| pull.commits[0].1 = "Fix c".to_owned(),
            3,
            "which commits came to main with pull request 7",
        ),
        (
            "another last",
            &|pull| pull.commits.push((sha(3), "Fix c".to_owned())),
            3,
            "is not the one that the forge names",
        ),
    ];
    for (why, change, code, said) in table {
        let (repo, github, _) = rebased();
        change(github.state().open_again(7));
        let run = of_pull(&repo, &github).run().code(code);
        assert!(run.stderr.contains(said), "{why}: {}", run.stderr);
    }
    let (repo, github, _) = rebased();
    let without =
        Bin::pick().at(&repo).args(["plan", "--of-pull", "7"]).env("GITHUB_API_URL", &github.url()).run().code(2);
    assert!(without.stderr.contains("GITHUB_TOKEN"), "{}", without.stderr);
}
