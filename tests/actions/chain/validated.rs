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
    let restored = format!("{VALIDATE}; echo more >>map; echo new >new; git restore --staged --worktree .");
    started(&runner(&project, &restored, BUILD), PATH).ended(Outcome::Success);
}

#[test]
fn a_version_that_the_line_cannot_have_is_found_before_the_validation() {
    let project = Project::new();
    for version in ["2.0.0-rc.1", "2.0.3", "v2.0.1"] {
        let runner = project.runner().input("line", "2.0").input("branch", "release/2.0").input("version", version);
        let runner = runner.input("validate", "false").secret("signing_key", &project.key.text());
        let run = started(&runner, PATH);
        run.ended(Outcome::Failure);
        let mut steps = run.job("build").steps.iter();
        assert!(steps.all(|step| step.name != "Validate" || step.outcome == Outcome::Skipped), "{version}\n{run}");
    }
}
