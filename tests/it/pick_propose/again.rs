//! A conflict that stopped a workflow is resolved in another clone, by the commands that were told.

use std::path::Path;

use backstitch::model::commit::CommitId;
use serde_json::Value;

use super::{Clone, Story, outcome};
use crate::support::github::state::TOKEN;
use crate::support::{Bin, Output, command};

/// Types a command at a shell in a clone, as a person does.
fn typed(clone: &Clone<'_>, line: &str) -> std::process::Output {
    let mut shell = command("sh", &clone.story.repo.home());
    let folder = Path::new(Bin::PICK).parent().expect("because it is in one").display().to_string();
    let search = shell.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value);
    let search = format!("{folder}:{}", search.expect("because it was set").to_string_lossy());
    shell.env("PATH", search).env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", clone.story.github.url());
    shell.current_dir(&clone.path).args(["-c", line]).output().expect("because there is a shell")
}

#[track_caller]
fn typed_well(clone: &Clone<'_>, line: &str) {
    let done = typed(clone, line);
    assert!(
        done.status.success(),
        "{line}: {}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

/// The line has another set, with which the fix conflicts.
fn story() -> Story {
    let story = Story::new();
    story.repo.land_on_line("2.0", "Own set", [("set.c", "own set\n")]);
    story.repo.git(["push", "-q", "origin", "release/2.0"]);
    story
}

/// Plans and picks each in a clone of its own, as the jobs of a workflow do, and returns what `propose` says in a third.
fn run_of(story: &Story, fixes: &[CommitId], form: &str, more: &[&str]) -> (String, Output) {
    let (plan, apply, propose) = (Clone::of(story, "plan"), Clone::of(story, "apply"), Clone::of(story, "propose"));
    let _conflict = plan.pick(&["plan", "--line", "2.0", "--output", "../../plan.json"]).args(fixes).run().code(1);
    let told = apply.pick(&["apply", "../../plan.json", "--dry-run", "--format", "markdown"]).run().code(1).stdout;
    let applied = apply.pick(&["apply", "../../plan.json", "--format", "json"]).run().code(1);
    let picks = applied.json()["lines"][0]["picks"].clone();
    for pick in picks.as_array().into_iter().flatten().filter_map(|pick| pick["commit"].as_str()) {
        let (from, to) = (apply.path.display().to_string(), propose.path.display().to_string());
        story.repo.git(["-C", &from, "update-ref", &format!("refs/heads/picked-{pick}"), pick]);
        story.repo.git(["-C", &to, "fetch", "-q", &from, &format!("picked-{pick}")]);
    }
    let applied = applied.stdout;
    let proposed = propose.pick(&["propose", "-", "--format", form]).args(more).stdin(applied).run();
    for machine in [plan, apply, propose] {
        std::fs::remove_dir_all(&machine.path).expect("because it is ours");
    }
    (told, proposed)
}

/// The same, where it stops at the fix of the set.
fn stopped(story: &Story, form: &str, more: &[&str]) -> (String, String) {
    let (told, proposed) = run_of(story, &[story.set], form, more);
    (told, proposed.code(1).stdout)
}

fn resolve(clone: &Clone<'_>, commands: &[String]) {
    let [fetch, plan, apply, go_on, propose] = commands else { panic!("{commands:#?}") };
    typed_well(clone, fetch);
    assert_eq!(typed(clone, plan).status.code(), Some(1), "the plan says that it will conflict");
    let stopped = typed(clone, apply);
    let said = String::from_utf8_lossy(&stopped.stdout).into_owned();
    let place = said.lines().find_map(|line| line.trim().strip_prefix("edit the files in: ")).expect(&said);
    std::fs::write(Path::new(place).join("set.c"), "own set, fixed\n").expect("because it was written out");
    typed_well(clone, go_on);
    typed_well(clone, propose);
}

#[test]
fn a_conflict_of_a_workflow_is_resolved_in_any_clone_by_the_commands_that_it_tells() {
    for (more, head) in [
        (&[][..], "backstitch/2.0"),
        (&["--of-pull", "13"], "backstitch/2.0-pr-13"),
        (&["--head", "p/{line}"], "p/2.0"),
    ] {
        let story = story();
        let (_, report) = stopped(&story, "json", more);
        let report: Value = serde_json::from_str(&report).expect("JSON");
        assert_eq!(outcome(&report, 0), "blocked");
        let commands: Vec<String> = serde_json::from_value(report["lines"][0]["commands"].clone()).expect("a list");
        resolve(&Clone::of(&story, "person"), &commands);
        let pull = story.only();
        assert_eq!((pull.head.as_str(), pull.base.as_str(), pull.draft), (head, "release/2.0", false), "{more:?}");
        assert_eq!(story.served(&["show", &format!("{head}:set.c")]), "own set, fixed");
    }
}

#[test]
fn what_people_read_elsewhere_names_no_place_of_the_machine_that_is_gone() {
    let story = story();
    let home = story.repo.home().display().to_string();
    let (told, proposed) = stopped(&story, "markdown", &[]);
    let plan = format!("\npatch-pick plan --line 2.0 --output plan.json {}\n", story.set);
    for text in [&told, &proposed] {
        assert!(text.contains("```\ngit fetch origin\n") && text.contains(&plan), "{text}");
        assert!(!text.contains(&home) && !text.contains("../plan.json"), "{text}");
    }
    assert!(
        !told.contains("propose applied.json") && proposed.contains("\npatch-pick propose applied.json "),
        "{told}{proposed}"
    );
}

#[test]
fn what_a_person_resolved_stays_while_the_pull_request_waits() {
    for fixes in [|story: &Story| vec![story.set], |story: &Story| vec![story.map, story.set]] {
        let story = story();
        let fixes = fixes(&story);
        let report = run_of(&story, &fixes, "json", &[]).1.code(1).json();
        assert_eq!(outcome(&report, 0), if fixes.len() == 1 { "blocked" } else { "opened" });
        let commands: Vec<String> = serde_json::from_value(report["lines"][0]["commands"].clone()).expect("a list");
        resolve(&Clone::of(&story, "person"), &commands);
        let (head, pull, writes) = (story.served(&["rev-parse", "backstitch/2.0"]), story.only(), story.writes());
        assert_eq!(
            (pull.title.as_str(), pull.draft),
            (
                format!("[2.0] {} for the next patch release", if fixes.len() == 1 { "1 fix" } else { "2 fixes" })
                    .as_str(),
                false
            )
        );
        // The next night stops at the same place.
        let again = run_of(&story, &fixes, "json", &[]).1.success().json();
        assert_eq!(outcome(&again, 0), "already");
        assert!(
            again["lines"][0]["notes"].to_string().contains("as a person resolved it, and stays as it is"),
            "{again:#}"
        );
        assert_eq!(
            (story.served(&["rev-parse", "backstitch/2.0"]), story.only(), story.writes()),
            (head, pull, writes)
        );
        // Where the line has gone on since, it has to be resolved there.
        story.repo.land_on_line("2.0", "Go on", [("more", "more\n")]);
        story.repo.git(["push", "-q", "origin", "release/2.0"]);
        let _stopped = run_of(&story, &fixes, "json", &[]).1.code(1);
    }
}

#[test]
fn what_waits_behind_a_resolved_pull_request_is_named_and_is_not_green() {
    let story = story();
    let report = run_of(&story, &[story.set], "json", &[]).1.code(1).json();
    let commands: Vec<String> = serde_json::from_value(report["lines"][0]["commands"].clone()).expect("a list");
    resolve(&Clone::of(&story, "person"), &commands);
    let later = story.repo.squash_merge(15, "Fix what came later", "", [("later.c", "fixed\n")]);
    story.repo.git(["push", "-q", "origin", "main"]);
    let (head, pull, writes) = (story.served(&["rev-parse", "backstitch/2.0"]), story.only(), story.writes());
    let fixes = [story.map, story.set, later];
    let (_, said) = run_of(&story, &fixes, "text", &[]);
    let said = said.code(3).stdout;
    let out = format!(
        "neither the line nor pull request {} has: {} 'Fix the map (#11)', {} 'Fix what came later (#15)'",
        pull.number,
        story.map.short(),
        later.short()
    );
    assert!(said.contains("already there") && said.contains(&out), "{said}");
    assert_eq!((story.served(&["rev-parse", "backstitch/2.0"]), story.only(), story.writes()), (head, pull, writes));
    // Resolved together, all are in it.
    let report = run_of(&story, &fixes, "json", &[]).1.code(3).json();
    let commands: Vec<String> = serde_json::from_value(report["lines"][0]["commands"].clone()).expect("a list");
    resolve(&Clone::of(&story, "together"), &commands);
    let again = run_of(&story, &fixes, "json", &[]).1.success().json();
    assert_eq!((outcome(&again, 0), &again["lines"][0]["failure"]), ("already", &Value::Null));
}
