//! Versions that are tagged and have no release: those on the forge count, whatever the clone has.

use super::*;

impl Story {
    /// The same, where no release was published until now.
    fn without_releases(self) -> Self {
        let mut state = self.github.state();
        state.releases.all.clear();
        state.releases.latest = None;
        drop(state);
        self
    }

    /// The names that move to 1.9.1 when it is published from this clone.
    fn channels(&self, clone: &std::path::Path) -> Value {
        let (folder, clone) = (self.folder("v1.9.1").display().to_string(), clone.display().to_string());
        let notes = self.repo.home().join("own.md");
        std::fs::write(&notes, "- Fix the list\n").expect("because the folder is ours");
        let notes = notes.display().to_string();
        let all = ["v1.9.1", "--assets", &folder, "--notes", &notes, "--repo", &clone, "--format", "json"];
        self.bin(&all).run().success().json()["releases"][0]["channels"].clone()
    }
}

/// The names that move to 1.9.1 where a higher version is out, and where none is.
fn beside_a_higher_one() -> Value {
    json!({ "npm-dist-tag": "release-1.9.x", "image-tags": ["1.9.1", "1.9", "1"], "moving-tag": "v1" })
}

fn alone() -> Value {
    json!({ "npm-dist-tag": "latest", "image-tags": ["1.9.1", "1.9", "1", "latest"], "moving-tag": "v1" })
}

#[test]
fn a_clone_that_lacks_tags_gives_an_older_line_no_name_of_a_newer_one() {
    let story = Story::new().without_releases();
    let clone = story.repo.home().join("clone");
    let (from, to) = (format!("file://{}", story.repo.path().display()), clone.display().to_string());
    story.repo.git(["clone", "-q", "--no-tags", "--depth", "1", "--no-single-branch", &from, &to]);
    let tag = "refs/tags/v1.9.1:refs/tags/v1.9.1";
    story.repo.git(["-C", &to, "fetch", "-q", "--no-tags", "--depth", "1", "origin", tag]);
    assert_eq!(story.repo.git(["-C", &to, "tag", "--list"]), "v1.9.1");
    assert_eq!(story.channels(&clone), beside_a_higher_one());
}

#[test]
fn a_tag_that_was_never_pushed_takes_no_name_from_a_release() {
    let story = Story::new().without_releases();
    story.github.state().releases.tags.remove("v2.0.1");
    assert_eq!(story.channels(&story.repo.path()), alone());
}

#[test]
fn an_older_line_takes_no_name_from_a_higher_tag_without_a_release() {
    let story = Story::new().without_releases();
    let note = "note: 'v2.0.1' is tagged and has no published release, so 'v1.9.1' gets the badge 'Latest'";
    let folder = story.folder("v1.9.1").display().to_string();
    let publish = |more: &[&str]| story.bin(&[&["v1.9.1", "--assets", &folder], more].concat());
    let planned = publish(&["--dry-run"]).run().success().stderr;
    assert!(planned.contains(note) && planned.contains("--keep-latest"), "{planned}");

    let done = publish(&["--format", "json"]).run().success();
    assert_eq!(done.stderr.matches(note).count(), 1, "{}", done.stderr);
    let found = done.json();
    assert_eq!(found["badge"]["unreleased"], json!({ "tag": "v2.0.1", "instead": "v1.9.1" }));
    // GitHub gives the badge to releases alone, and there is no other one.
    assert_eq!((&found["badge"]["holder"], &found["releases"][0]["make-latest"]), (&"v1.9.1".into(), &"true".into()));
    assert_eq!(found["releases"][0]["channels"], beside_a_higher_one());

    // The newer one takes over, and there is nothing more to say.
    let done = story.one(&[]).run().success();
    assert!(done.stdout.ends_with("latest: v2.0.1\n") && !done.stderr.contains("is tagged and"), "{}", done.stderr);
}
