//! Repositories of a few files, for one test each.

use std::path::Path;

use tempfile::TempDir;

use crate::executor::{Outcome, Run, Runner};

/// The path of the workflow that most tests have.
pub const MAIN: &str = ".github/workflows/main.yml";

/// A folder with files, which goes with the test.
pub struct Fixture(TempDir);

impl Fixture {
    /// Writes files by their paths.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let fixture = Self(tempfile::tempdir().expect("because tests can write to the temporary folder"));
        for (path, text) in files {
            let file = fixture.root().join(path);
            std::fs::create_dir_all(file.parent().expect("because it is below the root")).expect("because it is fresh");
            std::fs::write(file, text).expect("because the folder is there");
        }
        fixture
    }

    /// Where they are.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// A runner for them.
    pub fn runner<'p>(&self) -> Runner<'p> {
        Runner::new(self.root())
    }
}

/// Runs one workflow text, and requires that it ended like this.
#[track_caller]
pub fn run(workflow: &str, outcome: Outcome) -> Run {
    let run = Fixture::new(&[(MAIN, workflow)]).runner().run_workflow(MAIN);
    let run = run.unwrap_or_else(|trouble| panic!("it does not start: {trouble}"));
    run.ended(outcome);
    run
}

/// Runs the steps of one job `it`, and requires that it ended like this. The text is indented by six blanks here.
#[track_caller]
pub fn run_steps(steps: &str, outcome: Outcome) -> Run {
    run(&format!("on: push\njobs:\n  it:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"), outcome)
}

/// Why a workflow does not start.
#[track_caller]
pub fn refused(files: &[(&str, &str)]) -> String {
    match Fixture::new(files).runner().run_workflow(MAIN) {
        Ok(run) => panic!("it started:\n{run}"),
        Err(trouble) => trouble.to_string(),
    }
}
