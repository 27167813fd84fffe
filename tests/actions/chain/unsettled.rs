//! `patch-publish.yml`: what the notes leave open stops it before the tag is pushed.

use super::publish::{BUILD, PATH, VALIDATE, publish, runner};
use super::{Project, started};
use crate::executor::{Outcome, Run};
use crate::support::Bin;

/// Says on main that the fix of the line is one of security, and returns it.
fn make_security(project: &Project) -> String {
    let repo = &project.repo;
    let fix = repo.git(["log", "-1", "--format=%H", "--grep=keep the map", "main"]);
    let decide = ["decide", &fix, "--line", "2.0", "--accept", "--kind", "security", "--reason", "so"];
    let _decided = Bin::pick().at(repo).args(decide).run().success();
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Say what the fix is"]);
    repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    fix
}

fn require_told(run: &Run, job: &str) {
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.job(job).steps.iter().flat_map(|step| step.messages("warning")).collect();
    assert!(told.iter().any(|text| text.contains("advisories undecided: ")), "{told:?}\n{run}");
}

/// A pick that is missing needs another tag.
#[test]
fn an_advisory_that_the_release_leaves_open_is_found_before_anything_is_built() {
    let project = Project::new();
    let fix = make_security(&project);
    project.repo.land_fix(&format!("fix: keep the map, really\n\nFixes: {fix}"), [("map", "kept, really\n")]);
    project.repo.git(["push", "-q", &project.bare().display().to_string(), "main"]);
    let before = project.there(&["for-each-ref"]);
    let run = publish(&project);
    require_told(&run, "doctor");
    assert_eq!(run.job("build").outcome, Outcome::Skipped, "{run}");
    assert_eq!(project.there(&["for-each-ref"]), before);
}

/// Main goes on while somebody has to approve: here while the command of the caller runs.
#[test]
fn an_advisory_that_is_open_by_then_is_found_before_the_tag_is_pushed() {
    let project = Project::new();
    let fix = make_security(&project);
    let (repo, bare) = (project.repo.path().display().to_string(), project.bare().display().to_string());
    let lands = format!(
        "cd {repo} && echo kept, really >map && git commit -q -a --author 'Ann <ann@example.com>' -m 'fix: keep the map, really' \
         -m 'Fixes: {fix}' && git push -q {bare} main"
    );
    let run = started(&runner(&project, VALIDATE, &format!("{BUILD}; ( {lands} )")), PATH);
    require_told(&run, "publish");
    assert_eq!(project.there(&["tag", "--list", "v2.0.1"]), "");
    assert!(project.github.state().releases.all.is_empty());
}
