//! The actions of this repository, run as steps with the real binaries.

mod archives;
mod check;
pub mod hostile;
mod setup;

use std::path::{Path, PathBuf};

use crate::executor::{Outcome, Runner, StepRun};
use crate::support::{Bin, Repo};

const CONFIG: &str = "[project]\nname = \"Widget\"\nmain = \"main\"\nrepository = \"acme/widget\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n";

/// The folder of the binaries that are tested.
pub fn binaries() -> &'static Path {
    Path::new(Bin::PICK).parent().expect("because it is in a folder")
}

/// The root of this package.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Two lines that lack a fix of main.
pub fn story() -> Repo {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    repo.land_fix("Add the list", [("list", "one\n"), ("VERSION", "1.9.0\n")]);
    repo.cut_line("1.9");
    repo.tag_release("v1.9.0", "1.9");
    repo.land_fix("Go on", [("VERSION", "2.0.0\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    repo.land_fix("fix: keep the list\n\nKind: crash", [("list", "one, kept\n")]);
    repo
}

/// A runner for the actions of this repository that works in another one.
fn runner<'p>(repo: &Repo) -> Runner<'p> {
    let runner = Runner::new(root()).workspace(&repo.path()).machine("GIT_CONFIG_NOSYSTEM", "1");
    let runner = runner.github("api_url", "http://127.0.0.1:9");
    runner.machine("HOME", &repo.home().display().to_string())
}

/// Runs one action with the binaries that are here.
fn step(repo: &Repo, action: &str, inputs: &[(&str, &str)]) -> StepRun {
    let folder = binaries().display().to_string();
    let now = repo.now();
    let mut all = vec![("bin-dir", folder.as_str())];
    if action != "." {
        all.push(("now", now.as_str()));
    }
    all.extend(inputs);
    runner(repo).run_action(action, &all).unwrap_or_else(|trouble| panic!("it does not start: {trouble}"))
}

#[test]
fn flags_reach_the_binary_and_its_result_comes_back() {
    let repo = story();
    let found = step(
        &repo,
        "actions/pick",
        &[("command", "status"), ("line", "2.0\n1.9\n"), ("all", "true"), ("format", "json")],
    );
    assert_eq!(found.outcome, Outcome::Success, "{found}");
    let result: serde_json::Value = serde_json::from_str(&found.outputs["result"]).expect("because it is JSON");
    assert_eq!(result["schema"], "patch-pick/status@1");
    let lines = result["lines"].as_array().expect("because it has lines");
    assert_eq!(lines.len(), 2, "{result}");
    assert_eq!(found.outputs["exit-code"], "0");
    assert!(found.step("run").summary.contains("keep the list"), "{found}");
}

#[test]
fn what_the_verb_is_about_is_given_line_by_line() {
    let repo = story();
    let at = repo.home().join("said");
    let inputs = [("command", "forecast"), ("args", "main\n"), ("line", "2.0"), ("save", at.to_str().expect("a path"))];
    let found = step(&repo, "actions/pick", &inputs);
    assert_eq!(found.outcome, Outcome::Success, "{found}");
    let saved = std::fs::read_to_string(at).expect("because it was asked for");
    assert!(saved.contains("clean") && found.step("run").stdout.contains(&saved), "{saved}\n{found}");
}

#[test]
fn the_step_fails_for_the_exit_code_unless_it_is_allowed() {
    let repo = story();
    let verify = |allowed: &str| {
        step(&repo, "actions/tag", &[("command", "verify"), ("args", "v2.0.0"), ("allow-exit-codes", allowed)])
    };
    let failed = verify("");
    assert_eq!((failed.outcome, failed.outputs["exit-code"].as_str()), (Outcome::Failure, "1"), "{failed}");
    assert_eq!(failed.outputs["tag"], "v2.0.0");
    assert_eq!(failed.outputs["answer"], "no");
    assert_eq!(verify("1 3").outcome, Outcome::Success);
    assert_eq!(verify("3\n1\r\n").outcome, Outcome::Success, "one a line, as in other inputs");
    for wrong in ["1,2", "all", "-1", "1 x", "0x1"] {
        let refused = verify(wrong);
        let said = "the input 'allow-exit-codes' is no list of exit codes";
        assert_eq!(refused.messages("error"), [said], "{wrong}: {refused}");
        assert_eq!(refused.outputs["exit-code"], "", "nothing runs: {refused}");
    }
    assert_eq!(verify("3 11").outcome, Outcome::Failure);
}

#[test]
fn switches_are_true_or_false() {
    let repo = story();
    let bump = |dry_run: &str| step(&repo, "actions/bump", &[("command", "show"), ("offline", dry_run)]);
    assert_eq!(bump("false").outcome, Outcome::Success);
    let refused = bump("yes");
    assert_eq!(refused.messages("error"), ["the input 'offline' is neither true nor false"], "{refused}");
}

#[test]
fn the_root_puts_all_binaries_on_the_path_and_runs_one() {
    let repo = story();
    let found = step(&repo, ".", &[("run", "patch-pick status --line '2.0' --format \"json\"")]);
    assert_eq!(found.outcome, Outcome::Success, "{found}");
    assert!(found.outputs["result"].contains("patch-pick/status@1"));
    let only = step(&repo, ".", &[]);
    assert_eq!((only.outcome, only.step("run").stdout.as_str()), (Outcome::Success, ""));
}
