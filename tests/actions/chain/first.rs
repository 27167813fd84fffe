//! The first release of a line by `patch-publish.yml`.

use super::publish::PATH;
use super::{Project, started};
use crate::executor::Outcome;

/// No release comes before the first one of a line, so that the notes have to be told where they begin.
#[test]
fn the_first_release_of_a_line_is_told_what_it_comes_after() {
    let project = Project::with_lines(&["2.1"]);
    let runner = || {
        let runner = project.runner().input("line", "2.1").input("branch", "release/2.1").input("version", "2.1.0");
        runner.secret("signing_key", &project.key.text())
    };
    let run = started(&runner(), PATH);
    run.ended(Outcome::Failure);
    let told: Vec<&str> = run.job("doctor").steps.iter().flat_map(|step| step.messages("error")).collect();
    assert!(told.iter().any(|words| words.contains("the input 'notes-from' of patch-publish")), "{told:?}\n{run}");
    let run = started(&runner().input("notes-from", "v2.0.0"), PATH);
    run.ended(Outcome::Success);
    // It is out, and nobody has to say that again.
    started(&runner(), PATH).ended(Outcome::Success);
    let state = project.github.state();
    let [release] = state.releases.all.as_slice() else { panic!("{:#?}", state.releases.all) };
    assert_eq!((release.tag.as_str(), release.draft), ("v2.1.0", false));
    assert!(release.body.contains("keep the list") && release.body.contains("v2.0.0"), "{}", release.body);
}
