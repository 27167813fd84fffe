//! A project that tagged its versions and had no releases on the forge until now.

use super::*;

#[test]
fn an_older_line_takes_no_name_from_a_higher_tag_without_a_release() {
    let story = Story::new();
    {
        let mut state = story.github.state();
        state.releases.all.clear();
        state.releases.latest = None;
    }
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
    let channels = json!({
        "npm-dist-tag": "release-1.9.x", "image-tags": ["1.9.1", "1.9", "1"], "moving-tag": "v1",
    });
    assert_eq!(found["releases"][0]["channels"], channels);

    // The newer one takes over, and there is nothing more to say.
    let done = story.one(&[]).run().success();
    assert!(done.stdout.ends_with("latest: v2.0.1\n") && !done.stderr.contains("is tagged and"), "{}", done.stderr);
}
