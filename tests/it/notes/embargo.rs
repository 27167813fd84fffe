//! What is under embargo is not published before its date.

use super::publish::{Story, TAGS};
use super::{notes, story};
use crate::support::Bin;
use crate::support::embargo::{AFTER, BEFORE, embargo, require_silent};
use crate::support::github::state::TOKEN;

#[test]
fn nothing_under_embargo_is_published_before_its_date() {
    let story = Story::new();
    let fix = story.repo.git(["log", "-1", "--format=%H", "--grep=Fix the list", "main"]);
    embargo(&story.repo, &fix);
    let dist = story.repo.home().join("dist").display().to_string();
    let at = |now: &str| {
        let bin = Bin::notes().at(&story.repo).args(["publish"]).args(TAGS).args(["--assets", &dist, "--now", now]);
        bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &story.github.url()).run()
    };
    let refused = at(BEFORE).code(1);
    assert!(refused.stderr.contains("nothing was published: it would tell"), "{}", refused.stderr);
    require_silent(&refused, &fix);
    assert_eq!(story.writes(), Vec::<String>::new());
    let _published = at(AFTER).success();
    story.require_whole("after the date");
}

#[test]
fn notes_that_name_an_advisory_of_main_under_embargo_fail_and_tell_nothing() {
    let repo = story();
    let fix = repo.commit_with(
        "Check the list (CVE-2026-1234) (#16)\n\nRelease-note: Long lists are safe.\n",
        "Ann <ann@old.example>",
        [("flaw.c", "x\n")],
    );
    embargo(&repo, &fix.to_string());
    repo.git(["add", "-A"]);
    repo.git(["commit", "-q", "-m", "Prepare"]);
    repo.pick("2.0", fix);
    repo.git(["tag", "-f", "v2.0.1", "release/2.0"]);
    // The worktree has the files of the line, and no advisory.
    repo.git(["checkout", "-q", "release/2.0"]);
    assert!(!repo.path().join("advisories").exists());
    let run = |verb: &str, now: &str, format: &str| {
        notes(&repo, &[verb, "--target", "2.0.1", "--now", now, "--format", format]).run()
    };
    for format in ["text", "json", "markdown"] {
        let refused = run("check", BEFORE, format).code(1);
        assert!(refused.stdout.contains("one of its identifiers (advisory 1 of 1"), "{}", refused.stdout);
        require_silent(&refused, &fix.to_string());
    }
    let rendered = run("render", BEFORE, "markdown").success();
    assert!(rendered.stderr.contains("the notes of 2.0.1 tell of an advisory that is under embargo"), "{rendered:?}");
    assert!(rendered.stdout.contains("CVE-2026-1234") && !rendered.stderr.contains("1234"), "{rendered:?}");
    let _passed = run("check", AFTER, "text").success();
    assert!(!run("render", AFTER, "markdown").success().stderr.contains("embargo"));
    // Where nobody can tell what is secret, nothing is said to be free of it.
    repo.git(["checkout", "-q", "main"]);
    repo.land_fix("Break it", [("advisories/GSA-2026-012.md", "no advisory\n")]);
    let refused = run("check", AFTER, "text").code(2);
    assert!(refused.stderr.contains("nothing can be guarded"), "{}", refused.stderr);
    let rendered = run("render", AFTER, "markdown").success();
    assert!(rendered.stderr.contains("nobody can tell whether the notes of 2.0.1"), "{}", rendered.stderr);
}
