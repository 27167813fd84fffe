//! `patch-publish.yml`: from a branch to a release, and again after a fault.

use super::refusals::TOKEN;
use super::traps::Traps;
use super::{Project, started};
use crate::executor::players::download_artifact;
use crate::executor::{Access, Call, Outcome, Run, Runner};
use crate::support::git_http::TokenMay;
use crate::support::github::state::{Issue, Ruleset, sha};
use crate::support::github::{Fault, When};

pub const PATH: &str = ".github/workflows/patch-publish.yml";
pub const VALIDATE: &str = "grep -q kept map";
pub const BUILD: &str = "echo \"built $VERSION\" >\"$DIST/widget-$TAG.txt\"";

pub fn runner<'p>(project: &'p Project, validate: &str, build: &str) -> Runner<'p> {
    let runner = project.runner().input("line", "2.0").input("branch", "release/2.0").input("version", "2.0.1");
    let runner = runner.input("validate", validate).input("build", build);
    runner.secret("signing_key", &project.key.text())
}

pub fn publish(project: &Project) -> Run {
    started(&runner(project, VALIDATE, BUILD), PATH)
}

/// Requires one release that is whole, and a branch and a tag that belong together.
pub fn require_whole(project: &Project, run: &Run) {
    run.ended(Outcome::Success);
    let state = project.github.state();
    let [release] = state.releases.all.as_slice() else { panic!("{:#?}", state.releases.all) };
    assert_eq!((release.tag.as_str(), release.draft), ("v2.0.1", false));
    assert!(release.body.contains("keep the map"), "{}", release.body);
    let mut files: Vec<&str> = release.assets.iter().map(|asset| asset.name.as_str()).collect();
    files.sort_unstable();
    assert_eq!(files, ["SHA256SUMS", "SHA256SUMS.sig", "widget-v2.0.1.txt"]);
    assert_eq!(project.there(&["show", "v2.0.1:VERSION"]), "2.0.1");
    assert_eq!(project.there(&["rev-parse", "v2.0.1^{commit}"]), project.there(&["rev-parse", "release/2.0"]));
    assert_eq!(project.there(&["rev-list", "--count", "v2.0.0..v2.0.1"]), "2");
}

#[test]
fn a_line_is_released_whole() {
    let project = Project::new();
    let run = publish(&project);
    require_whole(&project, &run);
    let outputs = |name: &str| run.outputs.get(name).map(String::as_str).unwrap_or_default();
    assert_eq!((outputs("tag"), outputs("latest"), outputs("npm-dist-tag")), ("v2.0.1", "v2.0.1", "latest"));
    assert_eq!((outputs("image-tags"), outputs("moving-tag")), ("2.0.1\n2.0\n2\nlatest", "v2"));
    let job = run.job("publish");
    assert_eq!(job.environment.as_ref().map(|(name, _)| name.as_str()), Some("release"));
    let group = job.concurrency.as_ref().expect("because runs of a line wait for one another");
    assert_eq!((group.name.as_str(), group.keeps_all, group.cancel_in_progress), ("patch-publish-2.0", true, false));
    // Once more: everything is there, and nothing is done.
    let before = project.there(&["for-each-ref"]);
    let again = publish(&project);
    require_whole(&project, &again);
    assert_eq!(project.there(&["for-each-ref"]), before);
}

#[test]
fn a_run_after_a_fault_finishes_the_work() {
    let project = Project::new();
    project.github.fail("POST", "/assets?name=SHA256SUMS.sig", When::Before, Fault::refuse(422, "no"));
    let failed = publish(&project);
    failed.ended(Outcome::Failure);
    assert!(project.github.state().releases.all.iter().all(|release| release.draft));
    let run = publish(&project);
    require_whole(&project, &run);
}

/// The line goes on between a run that pushed the tag and the run that finishes it.
#[test]
fn a_run_after_a_fault_builds_what_is_tagged_though_the_line_has_gone_on() {
    let project = Project::new();
    project.github.fail("POST", "/assets?name=SHA256SUMS.sig", When::Before, Fault::refuse(422, "no"));
    publish(&project).ended(Outcome::Failure);
    let tagged = project.there(&["rev-parse", "v2.0.1"]);
    let (repo, bare) = (&project.repo, project.bare().display().to_string());
    repo.git(["fetch", "-q", &bare, "release/2.0:release/2.0"]);
    repo.land_on_line("2.0", "fix: come later", [("later", "later\n")]);
    repo.git(["push", "-q", &bare, "release/2.0"]);
    let tip = project.there(&["rev-parse", "release/2.0"]);
    let build = "git ls-tree -r --name-only HEAD >\"$DIST/widget-$TAG.txt\"";
    started(&runner(&project, "! test -e later", build), PATH).ended(Outcome::Success);
    assert_eq!(project.there(&["rev-parse", "v2.0.1", "release/2.0"]), format!("{tagged}\n{tip}"));
    let state = project.github.state();
    let [release] = state.releases.all.as_slice() else { panic!("{:#?}", state.releases.all) };
    let file = release.assets.iter().find(|asset| asset.name == "widget-v2.0.1.txt").expect("it was sent");
    let built = String::from_utf8_lossy(&file.content);
    assert_eq!(
        (release.draft, built.trim()),
        (false, project.there(&["ls-tree", "-r", "--name-only", "v2.0.1"]).as_str())
    );
    assert!(!built.contains("later"), "{built}");
}

#[test]
fn a_tag_that_was_pushed_after_the_build_has_to_be_of_what_was_built() {
    let project = Project::new();
    let bare = project.bare().display().to_string();
    let command = format!(
        "{BUILD}; echo moved >moved && git add moved && git commit -q -m moved && git tag -f -a -m other \"$TAG\" && \
         git push -q {bare} HEAD:release/2.0 \"$TAG\""
    );
    let run = started(&runner(&project, VALIDATE, &command).input("unsigned", "true"), PATH);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.job("publish").steps.iter().flat_map(|step| step.messages("error")).collect();
    assert!(told.len() == 1 && told[0].contains("or the tag that is there by now, is not what"), "{told:?}\n{run}");
    assert!(project.github.state().releases.all.is_empty());
}

/// In a private repository GitHub shows a token what its job may read, and leaves the rest out of an answer that is otherwise well.
#[test]
fn what_a_pull_request_says_and_closes_is_in_the_notes() {
    let project = Project::new();
    let fix = project.repo.git(["log", "-1", "--format=%H", "--grep=keep the map", "main"]);
    {
        let mut state = project.github.state();
        let pull = state.open(12);
        (pull.merge, pull.brought) = (Some(fix.clone()), vec![fix]);
        (pull.title, pull.body) = ("fix: keep the map".to_owned(), Some("Fixes: CVE-2026-1234".to_owned()));
        pull.closes = vec![Issue { number: 9, repository: "acme/widget", title: "It crashes", labels: Vec::new() }];
        state.check(&sha(12), "build", "completed", Some("success"));
        state.statuses.push((sha(12), "ci/jenkins".to_owned(), "success".to_owned()));
    }
    let run = publish(&project);
    require_whole(&project, &run);
    let state = project.github.state();
    let body = &state.releases.all[0].body;
    assert!(body.contains("CVE-2026-1234"), "{body}\n{run}");
}

/// What a secret holds may do less than the job.
#[test]
fn a_token_that_cannot_read_what_notes_tell_of_is_found_before_anything_is_built() {
    let project = Project::new();
    super::refusals::app(&project, TokenMay::Write);
    let before = project.there(&["for-each-ref"]);
    for (lacks, named) in [("issues=read", "read (issues): "), ("pull_requests=read", "read (pull requests): ")] {
        let may = |change: &dyn Fn(&mut std::collections::BTreeSet<&'static str>)| {
            change(&mut project.github.state().tokens.get_mut(TOKEN).expect("because it was made").may);
        };
        may(&|may| {
            may.remove(lacks);
        });
        let run = started(&runner(&project, VALIDATE, BUILD).secret("token", TOKEN), PATH);
        run.ended(Outcome::Failure);
        let told: Vec<&str> = run.job("doctor").steps.iter().flat_map(|step| step.messages("error")).collect();
        assert!(
            told.iter().any(|text| text.starts_with(named) && text.contains("patch-notes publish")),
            "{told:?}\n{run}"
        );
        assert_eq!(run.job("build").outcome, Outcome::Skipped, "{run}");
        may(&|may| {
            may.insert(lacks);
        });
    }
    assert_eq!(project.there(&["for-each-ref"]), before);
}

/// By the rule of the binary that publishes, which would say so behind the push of the tag.
#[test]
fn a_file_that_no_release_can_have_is_found_where_it_is_built() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    for (build, why) in [("echo x >\"$DIST/my file\"", "GitHub renames it"), ("touch \"$DIST/empty\"", "it is empty")] {
        let run = started(&runner(&project, VALIDATE, build), PATH);
        run.ended(Outcome::Failure);
        let told: Vec<&str> = run.job("build").steps.iter().flat_map(|step| step.messages("error")).collect();
        let said = |text: &&str| text.contains("cannot be a file of a release") && text.contains(why);
        assert!(told.len() == 1 && said(&told[0]), "{told:?}\n{run}");
        assert_eq!(run.job("publish").outcome, Outcome::Skipped, "{run}");
    }
    assert_eq!(project.there(&["for-each-ref"]), before);
    // Lists of the build's own are made anew; what only begins like one is a file.
    let lists = format!(
        "{BUILD}; echo x >\"$DIST/SHA256SUMS\"; echo x >\"$DIST/SHA256SUMS.asc\"; echo x >\"$DIST/SHA256SUMS.txt\""
    );
    started(&runner(&project, VALIDATE, &lists), PATH).ended(Outcome::Success);
    let state = project.github.state();
    let mut files: Vec<&str> = state.releases.all[0].assets.iter().map(|asset| asset.name.as_str()).collect();
    files.sort_unstable();
    assert_eq!(files, ["SHA256SUMS", "SHA256SUMS.sig", "SHA256SUMS.txt", "widget-v2.0.1.txt"]);
}

#[test]
fn a_folder_among_the_files_is_found_where_they_are_built() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    for (build, said) in [
        (
            "mkdir \"$DIST/docs\" && touch \"$DIST/docs/a\"",
            "the build left a folder in DIST, and a release has files alone: pack it",
        ),
        (
            "touch \"$DIST/a\"$'\\n'b",
            "a file of the build has a line break in its name, and cannot be released; give it another name",
        ),
    ] {
        let run = started(&runner(&project, VALIDATE, build), PATH);
        run.ended(Outcome::Failure);
        let told: Vec<&str> = run.job("build").steps.iter().flat_map(|step| step.messages("error")).collect();
        assert_eq!((told.as_slice(), run.job("publish").outcome), (&[said][..], Outcome::Skipped), "{run}");
    }
    assert_eq!(project.there(&["for-each-ref"]), before);
}

#[test]
fn a_rule_of_the_doctor_can_be_left_out() {
    let project = Project::new();
    let rule = serde_json::json!({ "type": "creation" });
    project.github.state().settings.rulesets.push(Ruleset::new("No tags", "tag", &["~ALL"], vec![rule]));
    let run = started(&runner(&project, VALIDATE, BUILD).input("doctor-skip", "tag-rules\n"), PATH);
    require_whole(&project, &run);
}

/// Go's `vcs.revision`, `git describe` and `git archive` stamp the commit.
#[test]
fn what_a_build_stamps_is_the_commit_that_is_released() {
    let project = Project::new();
    // By a file, for who reads only the beginning of a pipe breaks it.
    let stamp = "git rev-parse HEAD >\"$DIST/widget-$TAG.txt\"; git archive -o \"$DIST.tar\" HEAD; \
                 git get-tar-commit-id <\"$DIST.tar\" >>\"$DIST/widget-$TAG.txt\"; sleep 1.1";
    let run = started(&runner(&project, VALIDATE, stamp), PATH);
    require_whole(&project, &run);
    let state = project.github.state();
    let file = state.releases.all[0].assets.iter().find(|asset| asset.name.starts_with("widget")).expect("it was sent");
    let tagged = project.there(&["rev-parse", "v2.0.1^{commit}"]);
    assert_eq!(String::from_utf8_lossy(&file.content), format!("{tagged}\n{tagged}\n"));
}

/// The tree alone does not say what the build stamped.
#[test]
fn a_commit_that_only_the_build_can_make_is_not_released() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    let hook = "hook=$(git rev-parse --git-common-dir)/hooks/commit-msg; mkdir -p \"${hook%/*}\"; \
                printf '#!/bin/sh\\necho >>\"$1\"; echo Change-Id: Iabc >>\"$1\"\\n' >\"$hook\"; chmod +x \"$hook\"";
    for (command, differs) in [
        (hook, "message"),
        ("echo GIT_COMMITTER_NAME=eve >>\"$GITHUB_ENV\"", "committer"),
        (
            "echo GIT_AUTHOR_NAME=eve >>\"$GITHUB_ENV\"; echo GIT_COMMITTER_EMAIL=e@e >>\"$GITHUB_ENV\"",
            "author, committer",
        ),
        ("git config i18n.commitEncoding latin1", "signature or encoding"),
    ] {
        let run = started(&runner(&project, &format!("{command}; {VALIDATE}"), BUILD), PATH);
        run.ended(Outcome::Failure);
        let told: Vec<&str> = run.job("publish").steps.iter().flat_map(|step| step.messages("error")).collect();
        let said = format!("and differs in: {differs}; let neither 'validate' nor the runner's git");
        assert!(told.len() == 1 && told[0].contains(&said), "{command}: {told:?}\n{run}");
    }
    assert_eq!(project.there(&["for-each-ref"]), before);
    assert!(project.github.state().releases.all.is_empty());
}

/// The version of a project may be in tags only.
#[test]
fn a_project_without_a_file_for_its_version_is_released() {
    let project = Project::in_tags();
    let run = publish(&project);
    run.ended(Outcome::Success);
    assert_eq!(run.outputs["tag"], "v2.0.1");
    assert_eq!(project.there(&["rev-parse", "v2.0.1^{commit}"]), project.there(&["rev-parse", "release/2.0"]));
    assert_eq!(project.there(&["rev-list", "--count", "v2.0.0..v2.0.1"]), "1");
    publish(&project).ended(Outcome::Success);
}

/// Where the two disagree, the tag would go to another branch than what is built.
#[test]
fn a_branch_that_is_not_that_of_the_line_is_told_before_anything_is_done() {
    let project = Project::in_tags();
    let before = project.there(&["for-each-ref"]);
    let runner = project.runner().input("line", "2.0").input("branch", "release/1.9").input("version", "2.0.1");
    let run = started(&runner.input("validate", "true").secret("signing_key", &project.key.text()), PATH);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.job("build").steps.iter().flat_map(|step| step.messages("error")).collect();
    let said = "the inputs disagree: 'branch' is not 'release/2.0', which is the branch of the line in 'line'; correct one of them";
    assert_eq!(told, [said], "{run}");
    let mut steps = run.job("build").steps.iter();
    assert!(steps.all(|step| step.name != "Validate" || step.outcome == Outcome::Skipped), "{run}");
    assert_eq!((run.job("publish").outcome, project.there(&["for-each-ref"])), (Outcome::Skipped, before));
}

#[test]
fn nothing_is_pushed_where_the_validation_or_the_build_fails() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    started(&runner(&project, "false", BUILD), PATH).ended(Outcome::Failure);
    started(&runner(&project, VALIDATE, "exit 3"), PATH).ended(Outcome::Failure);
    assert_eq!(project.there(&["for-each-ref"]), before);
    assert_eq!(writes(&project), Vec::<String>::new());
}

/// What was written by the API. Two questions of the doctor go by `POST`, and nothing of them is kept.
pub fn writes(project: &Project) -> Vec<String> {
    let asked = ["GET ", "POST /graphql", "POST /releases/generate-notes"];
    let requests = project.github.requests().into_iter();
    requests.filter(|request| !asked.iter().any(|known| request.starts_with(known))).collect()
}

#[test]
fn what_would_fail_is_found_before_anything_is_built() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    let rule = serde_json::json!({ "type": "creation" });
    project.github.state().settings.rulesets.push(Ruleset::new("No tags", "tag", &["~ALL"], vec![rule]));
    let run = publish(&project);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.all_steps().iter().flat_map(|step| step.messages("error")).collect();
    assert!(told.iter().any(|text| text.starts_with("tag-rules (ruleset 'No tags')")), "{told:?}\n{run}");
    assert_eq!((run.job("doctor").outcome, run.job("build").outcome), (Outcome::Failure, Outcome::Skipped));
    assert_eq!(run.job("publish").outcome, Outcome::Skipped);
    assert_eq!((project.there(&["for-each-ref"]), writes(&project)), (before, Vec::new()));
}

#[test]
fn commands_of_the_caller_see_no_token_and_no_key() {
    let project = Project::new();
    let look = "env >\"$DIST/widget-$TAG.txt\"";
    started(&runner(&project, VALIDATE, look), PATH).ended(Outcome::Success);
    let state = project.github.state();
    let file = state.releases.all[0].assets.iter().find(|asset| asset.name.starts_with("widget")).expect("it was sent");
    let seen = String::from_utf8_lossy(&file.content);
    assert!(!seen.contains("ghs_") && !seen.contains("PRIVATE KEY"), "{seen}");
}

#[test]
fn a_key_that_may_not_sign_is_found_before_anything_is_pushed() {
    let project = Project::new();
    let other = crate::support::signing::SshKey::new(&project.repo, "eve", "");
    let before = project.there(&["for-each-ref"]);
    let run = started(&runner(&project, VALIDATE, BUILD).secret("signing_key", &other.text()), PATH);
    run.ended(Outcome::Failure);
    assert_eq!(project.there(&["for-each-ref"]), before);
    let told: Vec<&str> = run.job("publish").steps.iter().flat_map(|step| step.messages("error")).collect();
    assert!(told.iter().any(|text| text.starts_with("signing-policy: ")), "{told:?}\n{run}");
    assert_eq!(run.job("build").outcome, Outcome::Success, "the key is not there before somebody approves");
}

#[test]
fn what_a_build_leaves_behind_reaches_no_token_and_no_key() {
    let project = Project::new();
    let traps = Traps::lay(&project);
    let validate = format!("{}; {VALIDATE}", traps.command());
    let run = started(&runner(&project, &validate, &format!("{}; {BUILD}", traps.command())), PATH);
    require_whole(&project, &run);
    traps.require_only_in("build");
    assert_eq!(run.job("build").permissions.get("contents"), Access::Read);
    assert!(run.job("build").environment.is_none(), "{run}");
}

#[test]
fn files_that_are_not_those_of_the_build_are_not_released() {
    let project = Project::new();
    let before = project.there(&["for-each-ref"]);
    let swapped = |name: &'static str| {
        move |call: &mut Call<'_>| {
            let outputs = download_artifact(call)?;
            let folder = call.workspace.join(call.input("path", ""));
            std::fs::write(folder.join(name), "something else").expect("because the folder is ours");
            Ok(outputs)
        }
    };
    for name in ["widget-v2.0.1.txt", "more.txt"] {
        let runner = runner(&project, VALIDATE, BUILD).player("actions/download-artifact", swapped(name));
        let run = started(&runner, PATH);
        run.ended(Outcome::Failure);
        let told: Vec<&str> = run.job("publish").steps.iter().flat_map(|step| step.messages("error")).collect();
        assert_eq!(told, ["the files are not those that the job 'build' made; run the whole workflow again"], "{run}");
    }
    assert_eq!(project.there(&["for-each-ref"]), before);
    assert!(project.github.state().releases.all.is_empty());
}

#[test]
fn a_branch_that_moved_after_the_build_is_not_released() {
    let project = Project::new();
    let bare = project.bare().display().to_string();
    let command = format!(
        "{BUILD}; echo moved >moved && git add moved && git commit -q -m moved && git push -q {bare} HEAD:release/2.0"
    );
    // Whoever pushes to the line while it is built need not be the build, but then the moment would be chance.
    let run = started(&runner(&project, VALIDATE, &command), PATH);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.job("publish").steps.iter().flat_map(|step| step.messages("error")).collect();
    let said = "the branch of the line, or the tag that is there by now, is not what the job 'build' built; run the whole workflow again";
    assert_eq!(told, [said], "{run}");
    assert!(
        project.there(&["tag"]).lines().all(|tag| tag != "v2.0.1") && project.github.state().releases.all.is_empty()
    );
}
