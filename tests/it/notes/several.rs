//! The notes of several releases in one run.

use serde_json::Value;

use super::{json, markdown, notes, story, titles};

#[test]
fn several_releases_have_the_notes_that_each_of_them_has_alone() {
    let repo = story();
    let (old, new) = (["--target", "2.0.1"], ["--target", "v2.1.1"]);
    let both = [old, new].concat();
    let all = json(&repo, &both);
    assert_eq!(all["schema"], "patch-notes/several@1");
    assert_eq!(all["releases"], Value::from(vec![json(&repo, &old), json(&repo, &new)]));
    let text = markdown(&repo, &both);
    assert_eq!(text, format!("{}\n{}", markdown(&repo, &old), markdown(&repo, &new)));
    // The newest commit of line 2.1 has its tag, and nothing is on line 2.0 behind its own.
    let lines = json(&repo, &["--line", "2.1", "--line", "2.0"]);
    let versions: Vec<&Value> = lines["releases"].as_array().into_iter().flatten().map(|one| &one["version"]).collect();
    assert_eq!(versions, ["2.1.1", "2.0.1"]);
}

#[test]
fn a_folder_gets_a_file_of_each_release() {
    let repo = story();
    let folder = repo.home().join("drafts/today");
    let name = folder.display().to_string();
    let ask = ["render", "--target", "2.0.1", "--target", "2.1.1", "--format", "markdown", "--output", &name];
    let written = notes(&repo, &ask).run().success().stdout;
    assert_eq!(written, format!("{name}/v2.0.1.md\n{name}/v2.1.1.md\n"));
    for version in ["2.0.1", "2.1.1"] {
        let text = std::fs::read_to_string(folder.join(format!("v{version}.md"))).expect("because it was written");
        assert_eq!(text, markdown(&repo, &["--target", version]));
    }
    let pages = ["render", "--line", "2.1", "--format", "html", "--output", &name];
    assert_eq!(notes(&repo, &pages).run().success().stdout, format!("{name}/v2.1.1.html\n"));
}

#[test]
fn a_file_that_somebody_edited_stays() {
    let repo = story();
    let folder = repo.home().join("drafts");
    let name = folder.display().to_string();
    let render = |form: &str| {
        notes(&repo, &["render", "--target", "2.1.1", "--target", "2.0.1", "--format", form, "--output", &name]).run()
    };
    let mut names = Vec::new();
    for form in ["markdown", "changelog", "html", "json", "text"] {
        let written = render(form).success().stdout;
        // The same again is no other text.
        assert_eq!(render(form).success().stdout, written);
        names.extend(written.lines().map(str::to_owned));
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 10, "{names:?}");
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("because it was written");
    assert_eq!(read("v2.0.1.md"), markdown(&repo, &["--target", "2.0.1"]));
    assert!(read("v2.0.1.changelog.md").starts_with("## [2.0.1] - "));

    std::fs::write(folder.join("v2.0.1.md"), "By hand\n").expect("because the folder is ours");
    std::fs::remove_file(folder.join("v2.1.1.md")).expect("because it was written");
    let said = render("markdown").code(1).stderr;
    assert!(said.contains("v2.0.1.md' is there already") && said.contains("hint: "), "{said}");
    assert_eq!(read("v2.0.1.md"), "By hand\n");
    assert!(!folder.join("v2.1.1.md").exists());

    std::fs::write(folder.join("v2.0.1.changelog.md"), "By hand\n").expect("because the folder is ours");
    let ask = ["render", "--target", "2.0.1", "--format", "changelog", "--write", "--output", &name];
    let said = notes(&repo, &ask).run().code(1).stderr;
    assert!(said.contains("nothing was written"), "{said}");
    assert!(!repo.path().join("CHANGELOG.md").exists());
}

#[test]
fn sections_of_several_releases_each_find_their_place() {
    let repo = story();
    let file = repo.home().join("NEWS.md");
    let name = file.display().to_string();
    let ask = ["render", "--target", "2.0.1", "--target", "2.1.1", "--format", "changelog", "--write", "--file", &name];
    let _ = notes(&repo, &ask).run().success();
    let text = std::fs::read_to_string(file).expect("because it was written");
    let headings: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## [")?.split(']').next()).collect();
    assert_eq!(headings, ["2.1.1", "2.0.1"]);
}

#[test]
fn what_belongs_to_one_release_is_refused_for_several() {
    let repo = story();
    let refused = |arguments: &[&str], words: &str| {
        let output = notes(&repo, &[&["render", "--target", "2.0.1"], arguments].concat()).run().code(2);
        assert!(output.stderr.contains(words) && output.stderr.contains("hint: "), "{}", output.stderr);
    };
    refused(&["--target", "2.1.1", "--from", "v2.0.0"], "belong to one release");
    refused(&["--target", "2.1.1", "--line", "2.0"], "either the versions or the lines");
    refused(&["--target", "v2.0.1"], "the notes of 2.0.1 were asked for twice");
    refused(&["--target", "2.1.1", "--format", "html"], "a page of its own");
}

#[test]
fn a_fix_that_brings_a_test_along_is_a_fix() {
    let repo = story();
    let merge = repo.merge_pull_request(21, "Keep the order of leaves", |pull| {
        pull.commit("Keep the order of leaves", [("leaves.c", "in order\n")]);
        pull.commit("tests: look at the order of leaves", [("order_check.c", "check\n")]);
    });
    for member in ["^2~1", "^2"] {
        repo.pick("2.1", repo.commit_id(&format!("{merge}{member}")));
    }
    let found = json(&repo, &["--target", "2.1.2"]);
    assert_eq!(titles(&found), ["Keep the order of leaves"]);
    assert_eq!(found["entries"][0]["section"], "fixes");
    // Where the merge tells nothing, the title of the fix counts, though the test came first.
    let merge = repo.merge_pull_request(22, "", |pull| {
        pull.commit("Show in a test case how leaves get lost", [("leaf_check.c", "check\n")]);
        pull.commit("Keep the last leaf", [("leaf.c", "the last one\n")]);
    });
    for member in ["^2~1", "^2"] {
        repo.pick("2.0", repo.commit_id(&format!("{merge}{member}")));
    }
    assert_eq!(titles(&json(&repo, &["--target", "2.0.2"])), ["Keep the last leaf"]);
}
