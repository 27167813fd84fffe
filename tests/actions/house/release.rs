//! `release.yml`: the release of this project by itself, whole, after a fault, and where something moved meanwhile.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::{house, house_where, runner};
use crate::chain::{Project, started};
use crate::executor::{Access, Call, Outcome, Result, Run, Runner, Texts};
use crate::support::github::{Fault, When};

const PATH: &str = ".github/workflows/release.yml";

/// The release that is asked for, with the key in its environment.
fn asked<'p>(runner: Runner<'p>, project: &Project) -> Runner<'p> {
    let runner = runner.event("workflow_dispatch", &json!({ "inputs": {} }));
    let runner = runner.input("version", "0.1.1").input("branch", "release/0.1");
    runner.environment_secret("release", "SIGNING_KEY", &project.key.text())
}

/// Runs it with this in the place of the attestation of each archive.
fn released<'p>(project: &'p Project, attest: impl Fn(&mut Call<'_>) -> Result<Texts> + 'p) -> Run {
    let (runner, _) = runner(project);
    started(&asked(runner.player("actions/attest-build-provenance", attest), project), PATH)
}

/// The errors that a job told.
fn told<'r>(run: &'r Run, job: &str) -> Vec<&'r str> {
    run.job(job).steps.iter().flat_map(|step| step.messages("error")).collect()
}

/// Brings one more commit to the line on the server.
fn go_on(project: &Project) {
    let (repo, bare) = (&project.repo, project.bare().display().to_string());
    repo.git(["fetch", "-q", &bare, "release/0.1:release/0.1"]);
    repo.land_on_line("0.1", "fix: come later", [("later", "later\n")]);
    repo.git(["push", "-q", &bare, "release/0.1"]);
}

#[test]
fn a_release_of_this_project_is_built_attested_signed_and_published() {
    let project = house();
    let attested = RefCell::new(Vec::new());
    let attest = |call: &mut Call<'_>| {
        call.only(&["subject-path"])?;
        assert_eq!(call.input("subject-path", ""), "dist/*.tar.gz");
        let found = std::fs::read_dir(call.workspace.join("dist"))
            .expect("because it was built")
            .map_while(std::result::Result::ok);
        attested.borrow_mut().extend(found.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        Ok(Texts::new())
    };
    let (runner, calls) = runner(&project);
    let runner = runner.player("actions/attest-build-provenance", attest);
    let run = started(&asked(runner, &project), PATH);
    run.ended(Outcome::Success);
    assert_eq!(run.job("publish").permissions.get("contents"), Access::Write);
    let targets = [
        "aarch64-apple-darwin",
        "aarch64-unknown-linux-musl",
        "x86_64-apple-darwin",
        "x86_64-pc-windows-msvc",
        "x86_64-unknown-linux-musl",
    ];
    let mut archives = targets.map(|target| format!("backstitch-0.1.1-{target}.tar.gz")).to_vec();
    attested.borrow_mut().sort();
    assert_eq!(*attested.borrow(), archives);
    let calls = std::fs::read_to_string(calls).expect("because cargo was called");
    assert_eq!(calls.lines().filter(|call| call.starts_with("tar without copies: --format ustar")).count(), 5);
    assert_eq!(
        calls.lines().filter(|call| call.starts_with("cargo build --profile dist --locked --target ")).count(),
        15
    );

    // The commit of the tag has the version and the sums of exactly the files that were published.
    let state = project.github.state();
    let [release] = state.releases.all.as_slice() else { panic!("{} releases\n{run}", state.releases.all.len()) };
    assert_eq!((release.tag.as_str(), release.draft), ("v0.1.1", false));
    let mut names: Vec<String> = release.assets.iter().map(|asset| asset.name.clone()).collect();
    names.sort();
    archives.splice(0..0, ["SHA256SUMS".to_owned(), "SHA256SUMS.sig".to_owned()]);
    assert_eq!(names, archives);
    let manifest: Value = serde_json::from_str(&project.there(&["show", "v0.1.1:dist-manifest.json"])).expect("JSON");
    assert_eq!((&manifest["version"], &manifest["tag"]), (&json!("0.1.1"), &json!("v0.1.1")));
    for target in targets {
        let entry = &manifest["targets"][target];
        let asset = release.assets.iter().find(|asset| entry["file"] == asset.name.as_str()).expect("it is published");
        let sum = backstitch::model::sums::Sha256Sum::of(&asset.content).to_string();
        assert_eq!(entry["sha256"], sum.as_str(), "{target}");
    }
    assert!(project.there(&["show", "v0.1.1:Cargo.toml"]).contains("version = \"0.1.1\""));
    assert_eq!(project.there(&["rev-parse", "v0.1.1^{commit}"]), project.there(&["rev-parse", "release/0.1"]));
    assert_eq!(project.there(&["rev-list", "--count", "v0.1.0..v0.1.1"]), "2");
}

/// What its notes begin behind is asked before its tag is pushed.
#[test]
fn the_first_release_of_this_project_is_told_where_its_notes_begin() {
    let project = house();
    project.there(&["tag", "--delete", "v0.1.0"]);
    let asked = || {
        let runner = runner(&project).0.event("workflow_dispatch", &json!({ "inputs": {} }));
        let runner = runner.player("actions/attest-build-provenance", |_| Ok(Texts::new()));
        let runner = runner.input("version", "0.1.0").input("branch", "release/0.1");
        runner.environment_secret("release", "SIGNING_KEY", &project.key.text())
    };
    let run = started(&asked(), PATH);
    run.ended(Outcome::Failure);
    assert!(told(&run, "publish").iter().any(|words| words.contains("no lower release of line '0.1'")), "{run}");
    assert_eq!(project.there(&["tag"]), "");
    let first = project.repo.git(["rev-list", "--max-parents=0", "main"]);
    started(&asked().input("notes-from", &first), PATH).ended(Outcome::Success);
    let state = project.github.state();
    let [release] = state.releases.all.as_slice() else { panic!("{} releases", state.releases.all.len()) };
    assert_eq!((release.tag.as_str(), release.draft), ("v0.1.0", false));
}

#[test]
fn what_is_not_built_is_not_released() {
    let project = house();
    let before = project.there(&["for-each-ref"]);
    let (runner, _) = runner(&project);
    let runner = runner
        .player("actions/attest-build-provenance", |_| Err(crate::executor::Trouble::new("no attestation".to_owned())));
    let run = started(&asked(runner, &project), PATH);
    run.ended(Outcome::Failure);
    assert_eq!(run.job("publish").outcome, Outcome::Skipped);
    assert_eq!(project.there(&["for-each-ref"]), before);
    assert!(project.github.requests().is_empty());
}

#[test]
fn a_run_after_a_fault_finishes_the_release_though_the_line_has_gone_on() {
    let project = house();
    project.github.fail("POST", "/assets?name=SHA256SUMS.sig", When::Before, Fault::refuse(422, "no"));
    released(&project, |_| Ok(Texts::new())).ended(Outcome::Failure);
    let tagged = project.there(&["rev-parse", "v0.1.1"]);
    go_on(&project);
    let run = released(&project, |_| Ok(Texts::new()));
    run.ended(Outcome::Success);
    assert_eq!(project.there(&["rev-parse", "v0.1.1"]), tagged);
    let state = project.github.state();
    let [release] = state.releases.all.as_slice() else { panic!("{} releases\n{run}", state.releases.all.len()) };
    assert_eq!((release.tag.as_str(), release.draft, release.assets.len()), ("v0.1.1", false, 7));
}

#[test]
fn what_is_published_is_what_was_built() {
    let project = house();
    let moved = RefCell::new(false);
    let run = released(&project, |_| {
        if !moved.replace(true) {
            go_on(&project);
        }
        Ok(Texts::new())
    });
    run.ended(Outcome::Failure);
    assert_eq!(
        told(&run, "publish"),
        ["the branch has moved since the archives were built; run the whole workflow again"]
    );
    assert!(project.github.state().releases.all.is_empty());
    assert_eq!(project.there(&["tag"]), "v0.1.0");
}

#[test]
fn archives_that_are_not_those_of_the_tag_are_not_published() {
    let project = house();
    project.github.fail("POST", "/assets?name=SHA256SUMS.sig", When::Before, Fault::refuse(422, "no"));
    released(&project, |_| Ok(Texts::new())).ended(Outcome::Failure);
    // Another compiler makes other bytes.
    let other = |call: &mut Call<'_>| {
        for entry in std::fs::read_dir(call.workspace.join("dist"))
            .expect("because it was built")
            .map_while(std::result::Result::ok)
        {
            let bytes = std::fs::read(entry.path()).expect("because it is a file");
            std::fs::write(entry.path(), [bytes, vec![0]].concat()).expect("because the folder is ours");
        }
        Ok(Texts::new())
    };
    let run = released(&project, other);
    run.ended(Outcome::Failure);
    assert!(told(&run, "publish")[0].starts_with("the archives are not those whose sums the tag has"), "{run}");
    assert!(project.github.state().releases.all.iter().all(|release| release.draft));
}

#[test]
fn a_release_that_nobody_may_sign_ends_before_anything_is_built() {
    let project = house_where(false);
    let run = released(&project, |_| Ok(Texts::new()));
    run.ended(Outcome::Failure);
    let said = told(&run, "commit");
    assert!(
        said.len() == 1 && said[0].contains(".patch/allowed_signers") && said[0].contains("SIGNING_KEY"),
        "{said:?}"
    );
    assert_eq!((run.job("build").outcome, run.job("publish").outcome), (Outcome::Skipped, Outcome::Skipped));
}
