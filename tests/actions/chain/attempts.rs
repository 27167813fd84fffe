//! "Re-run all jobs": another attempt of a run finds the artifacts of the earlier one.

use std::path::Path;

use super::publish::{BUILD, PATH, VALIDATE, require_whole, runner};
use super::{Project, started};
use crate::executor::players::{download_artifact, upload_artifact};
use crate::executor::{Call, Outcome, Runner};

/// Keeps artifacts in a folder, where runs that are given the same one are attempts of one run.
fn keeping<'p>(runner: Runner<'p>, folder: &'p Path) -> Runner<'p> {
    let at = move |call: &mut Call<'_>| call.artifacts = folder.to_owned();
    runner
        .player("actions/upload-artifact", move |call| {
            at(call);
            upload_artifact(call)
        })
        .player("actions/download-artifact", move |call| {
            at(call);
            download_artifact(call)
        })
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("because it is a folder").map_while(Result::ok);
    let mut names: Vec<String> =
        entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().display().to_string()).collect();
    names.sort();
    names
}

#[test]
fn a_line_is_prepared_in_a_second_attempt() {
    let (project, folder) = (Project::new(), tempfile::tempdir().expect("because there is room"));
    for attempt in 1..=2 {
        let prepare = project.runner().input("line", "2.0").input("fixes", "main");
        let run = started(&keeping(prepare, folder.path()), ".github/workflows/patch-prepare.yml");
        run.ended(Outcome::Success);
        assert_eq!(names(folder.path()).len(), 2, "{attempt}: {:?}", names(folder.path()));
    }
}

#[test]
fn a_release_is_held_and_published_in_a_second_attempt() {
    let (project, folder) = (Project::new(), tempfile::tempdir().expect("because there is room"));
    let again = |hold: &str| {
        let publish = runner(&project, VALIDATE, BUILD).input("hold", hold);
        started(&keeping(publish, folder.path()), PATH)
    };
    for _ in 1..=2 {
        again("true").ended(Outcome::Success);
        assert_eq!(names(folder.path()), ["patch-files-2.0.1", "patch-held-2.0.1"]);
    }
    require_whole(&project, &again("false"));
}
