//! Whole workflows with texts of strangers that are very long, or hold a NUL, which no variable and no argument can.

use serde_json::json;

use super::gate::judged;
use super::{Project, started};
use crate::executor::{Outcome, Run};
use crate::own::hostile::{TEXTS, heavy};

/// Requires that a text ran nowhere, set nothing, and broke nothing.
#[track_caller]
fn require_harmless(project: &Project, run: &Run, what: &str) {
    for step in run.all_steps() {
        let ours = ["error", "warning", "notice", "group", "endgroup"];
        let odd = step.commands.iter().find(|command| !ours.contains(&command.name.as_str()));
        assert!(odd.is_none(), "{what}: {odd:?}");
        assert!(!step.outputs.contains_key("owned"), "{what}: {:?}", step.outputs.keys());
        for text in step.outputs.values().chain([&step.stdout, &step.stderr, &step.summary]) {
            assert!(!text.contains('\0'), "{what}: a NUL got through '{}'", step.name);
            for word in ["this is a bug in", "panicked", "os error", "nul byte"] {
                assert!(!text.contains(word), "{what}: {word}: {}", shortened(text));
            }
        }
    }
    let made = ["owned", "dewno"].iter().any(|name| project.repo.path().join(name).exists());
    assert!(!made, "{what}: something ran");
}

fn shortened(text: &str) -> String {
    text.chars().take(2000).collect()
}

/// What was written to GitHub: each text is one that it takes, and that people can read.
#[track_caller]
fn require_readable(what: &str, text: &str, most: usize) {
    assert!(text.chars().count() <= most, "{what}: {} characters", text.chars().count());
    let odd = text.chars().find(|c| c.is_control() && !"\n\t".contains(*c));
    assert!(odd.is_none(), "{what}: {odd:?} in {}", shortened(text));
}

/// Judges a pull request that says one text everywhere, the title cut to so many characters.
fn judged_with(project: &Project, text: &str, title: usize) -> Run {
    let title: String = text.chars().take(title).collect();
    judged(project, &format!("fix: {text}\n\n{text}"), |payload, pull| {
        payload["pull_request"]["title"] = title.as_str().into();
        payload["pull_request"]["body"] = text.into();
        payload["pull_request"]["head"]["ref"] = title.as_str().into();
        payload["pull_request"]["labels"] = json!([{ "name": title }]);
        (pull.title, pull.body, pull.head) = (title.clone(), Some(text.to_owned()), title.clone());
        pull.label(&title, Some("con"));
    })
}

#[test]
fn the_gate_takes_every_text_of_a_pull_request_for_text() {
    let project = Project::new();
    for (what, text) in heavy() {
        // The longest title that GitHub takes.
        let run = judged_with(&project, &text, 256);
        assert_eq!(run.outcome, Outcome::Failure, "{what}: {}", shortened(&run.to_string()));
        let outcome = run.outputs.get("outcome").map(String::as_str);
        assert_eq!(outcome, Some("refused"), "{what}: {}", shortened(&run.to_string()));
        require_harmless(&project, &run, what);
        let state = project.github.state();
        for comment in &state.comments {
            require_readable(what, &comment.body, 65_536);
        }
        for run in &state.runs {
            require_readable(what, run.summary.as_deref().unwrap_or_default(), 65_535);
            require_readable(what, run.title.as_deref().unwrap_or_default(), 255);
        }
    }
}

#[test]
fn a_title_that_is_none_of_github_is_refused_by_name() {
    let project = Project::new();
    for (what, text) in heavy().into_iter().filter(|(_, text)| text.len() > 1024) {
        let run = judged_with(&project, &text, usize::MAX);
        assert_eq!(run.outcome, Outcome::Failure, "{what}");
        require_harmless(&project, &run, what);
        let step = run.job("gate").step("check");
        let told = step.messages("error").join("\n");
        assert!(told.contains("'pull_request.title' is longer than 1024"), "{what}: {}", shortened(&told));
    }
    assert!(project.github.requests().is_empty(), "{:?}", project.github.requests());
}

/// Stages a change whose file has a text as its content, and a name that others would run.
fn stage(project: &Project, text: &str) {
    let path = project.repo.path();
    for (name, content) in [("list", "one, kept twice\n"), ("$(touch owned)\n::set-output name=owned::1", text)] {
        std::fs::write(path.join(name), content).expect("because the folder is ours");
    }
    project.repo.git(["add", "-A"]);
}

/// Lands a fix on main whose message has a text in each of its parts, and pushes it.
fn land(project: &Project, text: &str) -> String {
    let repo = &project.repo;
    stage(project, text);
    let fix = project.commit_raw(&format!("fix: {text}\n\n{text}\n\nKind: crash\n"));
    repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    fix
}

#[test]
fn a_fix_is_proposed_whatever_its_message_says() {
    for (what, text) in heavy() {
        let project = Project::new();
        land(&project, &text);
        let runner = project.runner().input("line", "2.0").input("fixes", "main~1\nmain");
        let run = started(&runner, ".github/workflows/patch-prepare.yml");
        require_harmless(&project, &run, what);
        assert_eq!(run.outcome, Outcome::Success, "{what}: {}", shortened(&run.to_string()));
        let state = project.github.state();
        let [pull] = state.proposals.open()[..] else {
            panic!("{what}: {} pull requests", state.proposals.open().len())
        };
        require_readable(what, &pull.title, 256);
        require_readable(what, &pull.body, 65_536);
    }
}

#[test]
fn the_table_of_an_issue_holds_every_message() {
    for (what, text) in heavy() {
        let project = Project::new();
        land(&project, &text);
        let run = started(&project.runner(), ".github/workflows/patch-status.yml");
        require_harmless(&project, &run, what);
        assert_eq!(run.outcome, Outcome::Success, "{what}: {}", shortened(&run.to_string()));
        let state = project.github.state();
        let [issue] = state.proposals.issues.as_slice() else {
            panic!("{what}: {} issues", state.proposals.issues.len())
        };
        require_readable(what, &issue.body, 65_536);
    }
}

#[test]
fn a_line_is_released_whatever_its_picks_and_tags_say() {
    for (what, text) in heavy() {
        let project = Project::new();
        let repo = &project.repo;
        let fix = land(&project, &text);
        repo.git(["checkout", "-q", "release/2.0"]);
        stage(&project, &text);
        project.commit_raw(&format!("fix: {text}\n\n{text}\n\nKind: crash\n(cherry picked from commit {fix})\n"));
        repo.git(["checkout", "-q", "main"]);
        project.tag_raw("v2.0.0", &text);
        repo.git(["push", "-q", "--force", &project.bare().display().to_string(), "release/2.0", "v2.0.0"]);
        let runner = project.runner().input("line", "2.0").input("branch", "release/2.0").input("version", "2.0.1");
        let runner = runner.input("validate", "true").secret("signing_key", &project.key.text());
        let run = started(&runner, ".github/workflows/patch-publish.yml");
        require_harmless(&project, &run, what);
        assert_eq!(run.outcome, Outcome::Success, "{what}: {}", shortened(&run.to_string()));
        let state = project.github.state();
        let [release] = state.releases.all.as_slice() else { panic!("{what}: {} releases", state.releases.all.len()) };
        require_readable(what, &release.body, 125_000);
    }
}

/// The inputs of a workflow that it has to have.
const NEEDS: [(&str, &str, &str); 5] = [
    (".github/workflows/patch-prepare.yml", "line", "2.0"),
    (".github/workflows/patch-prepare.yml", "fixes", "main"),
    (".github/workflows/patch-publish.yml", "line", "2.0"),
    (".github/workflows/patch-publish.yml", "branch", "release/2.0"),
    (".github/workflows/patch-publish.yml", "version", "2.0.1"),
];

/// Runs a workflow with a text in one of its inputs.
fn run_with_input(project: &Project, (path, input): (&str, &str), text: &str) -> Run {
    let others = NEEDS.iter().filter(|(of, name, _)| *of == path && *name != input);
    let runner = others.fold(project.runner(), |runner, (_, name, value)| runner.input(name, value));
    started(&runner.input(input, text), path)
}

#[test]
fn inputs_are_taken_for_text() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    let short = TEXTS.map(|text| ("a short one", text.to_owned()));
    // One that begins with a NUL reaches a step as an empty one.
    for (what, text) in heavy().into_iter().chain(short).filter(|(_, text)| !text.starts_with('\0')) {
        for (path, input, _) in NEEDS {
            let run = run_with_input(&project, (path, input), &text);
            require_harmless(&project, &run, what);
            assert_eq!(run.outcome, Outcome::Failure, "{what}: {input}: {}", shortened(&run.to_string()));
        }
    }
    assert_eq!(project.there(&["for-each-ref"]), before);
}

/// Linux takes no variable over 128 KiB (execve(2), `MAX_ARG_STRLEN`), and the runner no step that has one.
#[cfg(target_os = "linux")]
#[test]
fn an_input_that_no_variable_holds_fails_the_step_by_name() {
    let project = Project::new();
    let run = run_with_input(&project, (NEEDS[1].0, "fixes"), &"x\n".repeat(100 * 1024));
    let told = run.ended(Outcome::Failure).job("plan").step("plan").step("run").complaints.join("\n");
    assert!(told.starts_with("An error occurred trying to start process '") && told.contains("Argument list too long"));
    assert!(told.contains("'INPUT_ARGS' has 204800 bytes"), "{told}");
    assert_eq!(run.job("apply").outcome, Outcome::Skipped);
}
