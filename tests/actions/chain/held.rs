//! `patch-publish.yml` with `hold`: all is made and signed for a security day, and published later with others.

use std::cell::RefCell;
use std::path::Path;

use super::publish::{BUILD, PATH, VALIDATE, require_whole, runner};
use super::{Project, started};
use crate::executor::players::upload_artifact;
use crate::executor::{Call, Outcome, Run};

/// The files below a folder, by their paths in it.
fn files(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for path in
        std::fs::read_dir(folder).expect("because it is a folder").map_while(Result::ok).map(|entry| entry.path())
    {
        if path.is_dir() {
            files(root, &path, found);
        } else {
            found.push(path.strip_prefix(root).expect("because it is below").display().to_string());
        }
    }
    found.sort();
}

/// Runs it, and returns the last artifact: its name and its files.
fn held(project: &Project) -> (Run, (String, Vec<String>)) {
    let held = RefCell::new((String::new(), Vec::new()));
    let keep = |call: &mut Call<'_>| {
        let folder = call.workspace.join(call.input("path", ""));
        let mut found = Vec::new();
        files(&folder, &folder, &mut found);
        held.replace((call.input("name", ""), found));
        upload_artifact(call)
    };
    let runner = runner(project, VALIDATE, BUILD.replace("$TAG", "it").as_str());
    let run = started(&runner.input("hold", "true").player("actions/upload-artifact", keep), PATH);
    let artifact = held.borrow().clone();
    (run, artifact)
}

#[test]
fn what_is_held_is_tagged_and_signed_and_not_published() {
    let project = Project::new();
    let (run, artifact) = held(&project);
    run.ended(Outcome::Success);
    assert_eq!((run.outputs["tag"].as_str(), run.outputs.get("page").map_or("", String::as_str)), ("v2.0.1", ""));
    assert_eq!(project.there(&["rev-parse", "v2.0.1^{commit}"]), project.there(&["rev-parse", "release/2.0"]));
    assert!(project.github.state().releases.all.is_empty());
    let files = ["SHA256SUMS", "SHA256SUMS.sig", "widget-it.txt"].map(|file| format!("v2.0.1/{file}")).to_vec();
    assert_eq!(artifact, ("patch-held-2.0.1".to_owned(), files), "{run}");
    // The same without 'hold' goes on to the release.
    require_whole(&project, &started(&runner(&project, VALIDATE, BUILD), PATH));
}

/// No artifact may have a slash in its name, and a tag may.
#[test]
fn a_release_with_a_slash_in_its_tag_is_held_in_a_folder_of_that_name() {
    let project = Project::new();
    let repo = &project.repo;
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let own = own.replacen("[project]\n", "[project]\ntag = \"sdk/v{version}\"\n", 1);
    repo.write_config(&own);
    repo.land_on_line("2.0", "Name tags by the project", [("patch.toml", own.as_str())]);
    repo.git(["tag", "-a", "-m", "sdk 2.0.0", "sdk/v2.0.0", "v2.0.0^{commit}"]);
    repo.git(["push", "-q", &project.bare().display().to_string(), "main", "release/2.0", "sdk/v2.0.0"]);
    let (run, artifact) = held(&project);
    run.ended(Outcome::Success);
    assert_eq!(run.outputs["tag"], "sdk/v2.0.1");
    let files = ["SHA256SUMS", "SHA256SUMS.sig", "widget-it.txt"].map(|file| format!("sdk/v2.0.1/{file}")).to_vec();
    assert_eq!(artifact, ("patch-held-2.0.1".to_owned(), files), "{run}");
}
