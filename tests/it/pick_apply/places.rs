//! Worktrees, commands, locks and kills.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use backstitch::model::forecast::{Forecast, Outcome};
use backstitch::model::plan::PolicyName;

use super::plans::{Planner, stored};
use super::{apply, everything, expected, outcomes, picks, story};
use crate::support::{Bin, Repo};

fn failure(report: &serde_json::Value) -> String {
    report["lines"][0]["failure"].to_string()
}

#[test]
fn a_branch_that_is_checked_out_is_refused() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map]).write("../plan.json");
    let place = repo.home().join("elsewhere");
    repo.git(["worktree", "add", "-q", place.to_str().expect("because the path is UTF-8"), "release/2.0"]);
    let before = everything(repo);
    let report = apply(repo, &plan).run().code(1).json();
    assert!(failure(&report).contains("is checked out in") && failure(&report).contains("elsewhere"), "{report}");
    assert_eq!(everything(repo), before);
}

#[test]
fn here_moves_index_and_worktree_too() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map, story.set]).write("../plan.json");
    let refused = apply(repo, &plan).args(["--here"]).run().code(1).json();
    assert!(failure(&refused).contains("'release/2.0' is not checked out here"), "{refused}");
    repo.git(["checkout", "-q", "release/2.0"]);
    fs::write(repo.path().join("untracked"), "mine\n").expect("because it can be written");
    let report = apply(repo, &plan).args(["--here"]).run().success().json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "applied")]));
    assert_eq!(repo.git(["status", "--porcelain"]), "?? untracked");
    assert_eq!(fs::read_to_string(repo.path().join("map.c")).expect("because it is there"), "map, fixed\n");
    assert!(!repo.path().join(".git/index.lock").exists());
    assert!(stored(repo, "moving").is_empty());
}

/// Kills the process that started the parent of this shell, and then the parent.
const KILL_BOTH: &str = "kill -9 $(ps -o ppid= -p $PPID) $PPID";

#[test]
fn here_a_kill_behind_the_move_of_the_branch_is_made_good() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map, story.set]).write("../plan.json");
    repo.git(["checkout", "-q", "release/2.0"]);
    let hook = repo.path().join(".git/hooks/reference-transaction");
    fs::create_dir_all(hook.parent().expect("because it has one")).expect("because it can be made");
    fs::write(&hook, format!("#!/bin/sh\n[ \"$1\" != committed ] || {KILL_BOTH}\n"))
        .expect("because it can be written");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("because it is ours");
    let killed = apply(repo, &plan).args(["--here"]).run();
    fs::remove_file(&hook).expect("because it is there");
    assert_eq!(killed.exit, -1, "{killed:?}");
    assert!(repo.git(["log", "-1", "--format=%B"]).contains(&story.set.to_string()), "the branch has moved");
    assert_eq!(repo.git(["status", "--porcelain"]), "M  map.c\nM  set.c", "and the worktree has not");
    followed(repo, &plan, &["--here"]);
}

#[test]
fn here_a_kill_between_two_files_is_made_good_by_any_apply() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map, story.set]).write("../plan.json");
    repo.git(["checkout", "-q", "release/2.0"]);
    fs::write(repo.path().join(".git/info/attributes"), "set.c filter=kill\n").expect("because it can be written");
    repo.git(["config", "filter.kill.smudge", KILL_BOTH]);
    let killed = apply(repo, &plan).args(["--here"]).run();
    repo.git(["config", "--unset", "filter.kill.smudge"]);
    assert_eq!(killed.exit, -1, "{killed:?}");
    let has_followed = |path: &str| fs::read_to_string(repo.path().join(path)).is_ok_and(|text| text.contains("fixed"));
    assert_eq!(["map.c", "set.c"].map(has_followed), [true, false]);
    followed(repo, &plan, &[]);
}

/// Requires that running the command again finds the branch where it is and brings the worktree there.
fn followed(repo: &Repo, plan: &str, more: &[&str]) {
    let output = apply(repo, plan).args(more.iter().copied()).run().success();
    assert_eq!(outcomes(&output.json()), expected(&[("2.0", "already")]));
    assert!(output.stderr.contains("the worktree here has followed now"), "{}", output.stderr);
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    let read = |path: &str| fs::read_to_string(repo.path().join(path)).expect("because it is there");
    assert_eq!(["map.c", "set.c"].map(read), ["map, fixed\n", "set, fixed\n"]);
    assert!(!repo.path().join(".git/index.lock").exists());
    assert!(stored(repo, "moving").is_empty());
}

#[test]
fn here_the_index_of_another_git_is_waited_for() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map]).write("../plan.json");
    repo.git(["checkout", "-q", "release/2.0"]);
    let (before, lock) = (everything(repo), repo.path().join(".git/index.lock"));
    fs::write(&lock, "").expect("because it can be written");
    let refused = apply(repo, &plan).args(["--here"]).run().code(4).json();
    assert!(failure(&refused).contains("another git command holds"), "{refused}");
    fs::remove_file(&lock).expect("because it is left alone");
    assert_eq!(everything(repo), before);
    let _done = apply(repo, &plan).args(["--here"]).run().success();
}

#[test]
fn here_overwrites_nothing_of_the_users() {
    let story = story();
    let repo = &story.repo;
    let adds = repo.land_fix("Add a file", [("new.c", "new\n")]);
    let plan = Planner::new(repo).line("2.0", &[story.map, adds]).write("../plan.json");
    repo.git(["checkout", "-q", "release/2.0"]);
    let refused = |said: &str| {
        let before = everything(repo);
        let report = apply(repo, &plan).args(["--here"]).run().code(1).json();
        assert!(failure(&report).contains(said), "{report}");
        assert_eq!(everything(repo), before);
    };
    fs::write(repo.path().join("set.c"), "edited\n").expect("because it can be written");
    refused("'set.c' is changed");
    repo.git(["add", "set.c"]);
    refused("'set.c' is changed");
    repo.git(["reset", "-q", "--hard"]);
    fs::write(repo.path().join("new.c"), "mine\n").expect("because it can be written");
    fs::write(repo.path().join(".git/info/exclude"), "new.c\n").expect("because it can be written");
    refused("'new.c' is in the way");
    assert_eq!(fs::read_to_string(repo.path().join("new.c")).expect("because it is there"), "mine\n");
}

#[test]
fn a_command_that_fails_stops_its_line_and_keeps_what_passed() {
    let story = story();
    let repo = &story.repo;
    let fixes = [story.map, story.set];
    let plan = Planner::new(repo).line("2.0", &fixes).line("2.1", &[story.map]).write("../plan.json");
    let check = "git status --porcelain; test \"$(cat set.c)\" = set";
    let output = apply(repo, &plan).args(["--exec", check]).run().code(1);
    let report = output.json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "failed"), ("2.1", "applied")]));
    assert_eq!(picks(&report, 0), ["picked", "failed"]);
    assert_eq!(report["lines"][0]["after"], report["lines"][0]["picks"][0]["commit"]);
    assert_eq!(repo.commit_id("release/2.0").to_string(), report["lines"][0]["after"].as_str().unwrap_or_default());
    assert_eq!(repo.git(["worktree", "list"]).lines().count(), 1);
    let rest = apply(repo, &plan).args(["--exec", "echo fine"]).run().success();
    assert_eq!(picks(&rest.json(), 0), ["already", "picked"]);
    assert!(rest.stderr.contains("fine"), "what a command prints goes to standard error: {}", rest.stderr);
    assert_eq!(repo.git(["show", "release/2.0:set.c"]), "set, fixed");
}

#[test]
fn a_kill_changes_no_ref_and_the_next_run_does_the_work() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map, story.set]).write("../plan.json");
    let refs = repo.git(["for-each-ref"]);
    let killed = apply(repo, &plan).args(["--exec", "grep -q fixed set.c && kill -9 $PPID || true"]).run();
    assert_eq!(killed.exit, -1, "{killed:?}");
    assert_eq!(repo.git(["for-each-ref"]), refs);
    assert_eq!(stored(repo, "apply.lock").len(), 1);
    let output = apply(repo, &plan).run().success();
    assert!(output.stderr.contains("died while it applied a plan"), "{}", output.stderr);
    assert_eq!(outcomes(&output.json()), expected(&[("2.0", "applied")]));
    assert_eq!(repo.git(["worktree", "list"]).lines().count(), 1);
    assert_eq!(repo.git(["show", "release/2.0:set.c"]), "set, fixed");
}

#[test]
fn what_a_killed_run_left_in_memory_is_swept_and_what_a_live_one_uses_is_not() {
    let story = story();
    let repo = &story.repo;
    let place = repo.home().join("temporary");
    fs::create_dir(&place).expect("because it can be made");
    let here = place.to_str().expect("because the path is UTF-8");
    let left = || {
        let entries = fs::read_dir(&place).expect("because it was made");
        let names = entries.map(|entry| entry.expect("because it can be listed").file_name().display().to_string());
        let mut sorts: Vec<String> = names.map(|name| name.rsplit_once('-').unwrap_or_default().0.to_owned()).collect();
        sorts.sort();
        sorts
    };
    let plan = Planner::new(repo).line("2.0", &[story.map, story.set]).write("../plan.json");
    let run = |exec: &str| apply(repo, &plan).args(["--exec", exec]).env("TMPDIR", here).run();
    assert_eq!(run("kill -9 $PPID").exit, -1);
    assert_eq!(left(), ["backstitch-objects", "backstitch-tree"]);
    let forecast = || Bin::pick().at(repo).args(["forecast", &story.map.to_string(), "--line", "2.0"]);
    let _swept = forecast().env("TMPDIR", here).run().success();
    assert_eq!(left(), Vec::<String>::new());

    // Inside this run another one sweeps.
    let sweep = format!("'{}' forecast {} --line 2.0 >&2 && ls $TMPDIR >&2", Bin::PICK, story.map);
    let output = run(&sweep).success();
    assert!(output.stderr.contains("backstitch-objects-") && output.stderr.contains("backstitch-tree-"), "{output:?}");
    assert_eq!(outcomes(&output.json()), expected(&[("2.0", "applied")]));
    assert_eq!(left(), Vec::<String>::new());
}

#[test]
fn a_second_run_is_told_who_holds_the_lock() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map]).write("../plan.json");
    let lock = repo.path().join(".git/backstitch/apply.lock");
    fs::create_dir_all(lock.parent().expect("because it has one")).expect("because it can be made");
    let holder = r#"{"pid":7,"host":"elsewhere.example","user":"ann","since":"2026-01-05T09:00:00Z"}"#;
    fs::write(&lock, holder).expect("because it can be written");
    let before = everything(repo);
    let output = apply(repo, &plan).args(["--now", "2026-01-05T12:00:00Z"]).run().code(4);
    let said = "another apply runs here: process 7 of 'ann' on 'elsewhere.example', for 3 hours";
    assert!(output.stderr.contains(said) && output.stderr.contains("apply.lock"), "{}", output.stderr);
    assert_eq!(everything(repo), before);
    let _dry = apply(repo, &plan).args(["--dry-run"]).run().success();
}

#[test]
fn a_branch_that_a_hook_protects_stays_as_it_was() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map]).write("../plan.json");
    let hook = repo.path().join(".git/hooks/reference-transaction");
    fs::create_dir_all(hook.parent().expect("because it has one")).expect("because it can be made");
    fs::write(&hook, "#!/bin/sh\necho protected >&2\n[ \"$1\" != prepared ]\n").expect("because it can be written");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("because it is ours");
    let before = everything(repo);
    let report = apply(repo, &plan).run().code(4).json();
    assert!(failure(&report).contains("protected"), "{report}");
    assert_eq!(everything(repo), before);
}

#[test]
fn nothing_is_lost_where_no_state_can_be_written() {
    let story = story();
    let repo = &story.repo;
    let plan = Planner::new(repo).line("2.0", &[story.map, story.list]).line("2.1", &[story.map]).write("../plan.json");
    let place = repo.path().join(".git/backstitch");
    fs::create_dir_all(&place).expect("because it can be made");
    fs::write(place.join("picks"), "no directory").expect("because it can be written");
    let before = repo.commit_id("release/2.0");
    let report = apply(repo, &plan).run().code(4).json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "failed"), ("2.1", "applied")]));
    assert_eq!(repo.commit_id("release/2.0"), before);
    fs::remove_file(place.join("picks")).expect("because it is there");
    let report = apply(repo, &plan).run().code(1).json();
    assert_eq!(outcomes(&report), expected(&[("2.0", "conflict"), ("2.1", "already")]));
}

#[test]
fn a_lock_file_is_made_anew_by_the_users_command() {
    let repo = Repo::new();
    repo.write_config("[[pick.path]]\npath = \"deps.lock\"\nregenerate = \"sed 's/^/lock: /' deps > deps.lock\"\n");
    repo.land_fix("Add", [("deps", "a 1\n"), ("deps.lock", "lock: a 1\n"), ("other", "1\n")]);
    repo.cut_line("2.0");
    let first = repo.land_fix("Raise a", [("deps", "a 2\n"), ("deps.lock", "lock: a 2, unusual\n")]);
    let second = repo.land_fix("Other", [("other", "2\n")]);
    let kept = |other: &str| {
        repo.git(["checkout", "-q", "--detach", "release/2.0"]);
        fs::write(repo.path().join("deps"), "a 2\n").expect("because it can be written");
        fs::write(repo.path().join("other"), other).expect("because it can be written");
        repo.git(["add", "deps", "other"]);
        let tree = repo.git(["write-tree"]);
        repo.git(["reset", "-q", "--hard"]);
        repo.git(["checkout", "-q", "main"]);
        tree
    };
    let clean = Forecast {
        outcome: Outcome::Clean,
        tree: kept("1\n").parse().expect("a tree"),
        files: Vec::new(),
        conflicts: Vec::new(),
    };
    let planner = Planner::new(&repo).line("2.0", &[first, second]);
    let planner = planner.with_policy("deps.lock", PolicyName::Regenerate, clean).with_tree(1, &kept("2\n"));
    let plan = planner.write("../plan.json");
    let report = apply(&repo, &plan).run().success().json();
    assert_eq!(picks(&report, 0), ["picked", "picked"]);
    assert_eq!(repo.git(["show", "release/2.0:deps.lock"]), "lock: a 2");
    assert_eq!(repo.git(["show", "release/2.0:other"]), "2");
    assert_eq!(outcomes(&apply(&repo, &plan).run().success().json()), expected(&[("2.0", "already")]));
    assert_eq!(repo.git(["worktree", "list"]).lines().count(), 1);
}

#[test]
fn a_command_that_cannot_make_a_file_anew_keeps_the_picks_before_it() {
    let repo = Repo::new();
    let command = "test ! -e broken && cp deps deps.lock";
    repo.write_config(&format!("[[pick.path]]\npath = \"deps.lock\"\nregenerate = \"{command}\"\n"));
    repo.land_fix("Add", [("deps", "a 1\n"), ("deps.lock", "a 1\n"), ("other", "1\n")]);
    repo.cut_line("2.0");
    let other = repo.land_fix("Other", [("other", "2\n")]);
    let broken = repo.land_fix("Raise a", [("deps", "a 2\n"), ("deps.lock", "a 2\n"), ("broken", "yes\n")]);
    let [other, broken] = [other, broken].map(|fix| fix.to_string());
    let plan = ["plan", &other, &broken, "--line", "2.0", "-q", "--output", "../plan.json"];
    let _planned = Bin::pick().at(&repo).args(plan).run().success();
    let report = apply(&repo, "../plan.json").run().code(1).json();
    assert_eq!(picks(&report, 0), ["picked", "failed"]);
    assert!(failure(&report).contains("'deps.lock' cannot be made anew"), "{report}");
    assert!(failure(&report).contains("the branch holds the picks before it"), "{report}");
    assert!(repo.git(["log", "-1", "--format=%B", "release/2.0"]).contains(&other));
    let again = apply(&repo, "../plan.json").run().code(1).json();
    assert_eq!(picks(&again, 0), ["already", "failed"]);
}
