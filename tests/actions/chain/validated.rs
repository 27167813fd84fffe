//! `patch-publish.yml`: what the validation leaves, and what is known without it.

use super::publish::{BUILD, PATH, VALIDATE, runner};
use super::{Project, started};
use crate::executor::Outcome;

/// `git describe --dirty` and every file that a build packs would tell of another tree than the tag's.
#[test]
fn files_that_the_validation_changed_are_not_built() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    for command in ["echo more >>map", "git rm -q map"] {
        let run = started(&runner(&project, &format!("{VALIDATE}; {command}"), BUILD), PATH);
        run.ended(Outcome::Failure);
        let job = run.job("build");
        let told: Vec<&str> = job.steps.iter().flat_map(|step| step.messages("error")).collect();
        assert!(
            told.len() == 1 && told[0].contains("after 'validate', files of the branch are not"),
            "{told:?}\n{run}"
        );
    }
    assert_eq!(project.there(&["for-each-ref"]), before);
    // What is ignored may stay, such as what a validation has compiled.
    let restored = "echo more >>map; echo new >>.git/info/exclude; echo new >new; git restore --staged --worktree .";
    started(&runner(&project, &format!("{VALIDATE}; {restored}"), BUILD), PATH).ended(Outcome::Success);
}

/// What is committed would be built and never be pushed, and what is not ignored would be built as if it were of the commit.
#[test]
fn what_the_validation_commits_or_leaves_is_not_built() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    for (command, words) in [
        ("git commit -q --allow-empty -m more", "another commit or branch is checked out"),
        ("git switch -q -c side", "another commit or branch is checked out"),
        ("git checkout -q --detach", "another commit or branch is checked out"),
        ("echo new >new", "neither committed nor ignored"),
    ] {
        let run = started(&runner(&project, &format!("{VALIDATE}; {command}"), BUILD), PATH);
        run.ended(Outcome::Failure);
        let told: Vec<&str> = run.job("build").steps.iter().flat_map(|step| step.messages("error")).collect();
        assert!(told.len() == 1 && told[0].contains(words), "{command}: {told:?}\n{run}");
    }
    assert_eq!(project.there(&["for-each-ref"]), before);
}

#[test]
fn a_version_that_the_line_cannot_have_is_found_before_the_validation() {
    let files = Project::new();
    let tags = Project::in_tags();
    for (tag, at) in [("v2.0.5", "release/2.0"), ("v2.0.1", "main")] {
        tags.there(&["tag", tag, at]);
    }
    // Of a version in tags only, those that are there tell.
    for (project, version) in [
        (&files, "2.0.0-rc.1"),
        (&files, "2.0.3"),
        (&files, "v2.0.1"),
        (&tags, "2.0.3"),
        (&tags, "2.1.0"),
        (&tags, "2.0.1"),
    ] {
        let runner = project.runner().input("line", "2.0").input("branch", "release/2.0").input("version", version);
        let runner = runner.input("validate", "false").secret("signing_key", &project.key.text());
        let run = started(&runner, PATH);
        run.ended(Outcome::Failure);
        assert_eq!(run.job("build").outcome, Outcome::Skipped, "{version}\n{run}");
    }
}

/// The tag would be signed and pushed by then, and the release wait for a person.
#[test]
fn a_draft_of_somebody_else_is_found_before_anything_is_built() {
    let project = Project::new();
    project.github.state().draft("v2.0.1", "zoe");
    let before = project.there(&["for-each-ref"]);
    let run = started(&runner(&project, VALIDATE, BUILD), PATH);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.job("doctor").steps.iter().flat_map(|step| step.messages("error")).collect();
    assert!(told.concat().contains("'zoe' has made a draft for 'v2.0.1'"), "{told:?}\n{run}");
    assert_eq!((run.job("build").outcome, project.there(&["for-each-ref"])), (Outcome::Skipped, before));
    let run = started(&runner(&project, VALIDATE, BUILD).input("adopt-drafts", "true"), PATH);
    super::publish::require_whole(&project, &run);
}

/// The list of the sums is signed in the job that somebody approved, once all is built.
#[test]
fn a_key_that_may_sign_no_files_ends_the_run_before_anything_is_built() {
    let project = Project::new();
    let list = project.key.line("bot@example.com", "namespaces=\"git\"");
    project.repo.land_fix("Say who may sign tags", [("allowed", list.as_str())]);
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    let before = project.there(&["for-each-ref"]);
    let run = started(&runner(&project, VALIDATE, BUILD), PATH);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.job("doctor").steps.iter().flat_map(|step| step.messages("error")).collect();
    assert!(told.concat().contains("namespaces=\"git,file\""), "{told:?}\n{run}");
    assert_eq!((run.job("build").outcome, project.there(&["for-each-ref"])), (Outcome::Skipped, before));
    // Without files there is no list of them.
    started(&runner(&project, VALIDATE, ""), PATH).ended(Outcome::Success);
}
