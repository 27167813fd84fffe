//! Sections of a changelog.

use super::{notes, story};
use crate::support::Repo;

const OLD: &str = "# Changelog\n\n## [Unreleased]\n\n- soon\n\n## [2.1.0] - 2026-01-05\n\n- the set\n\n## [2.0.0] - 2026-01-05\n\n- the tree\n";

fn changelog(repo: &Repo) -> String {
    std::fs::read_to_string(repo.path().join("CHANGELOG.md")).expect("because it is there")
}

#[test]
fn a_section_is_put_in_once_in_its_place() {
    let repo = story();
    std::fs::write(repo.path().join("CHANGELOG.md"), OLD).expect("because the folder is ours");
    let ask = ["render", "--target", "2.0.1", "--format", "changelog"];
    let section = notes(&repo, &ask).run().success().stdout;
    assert!(
        section.starts_with("## [2.0.1] - 2026-01-05\n\n### Security\n\n- [CVE-2026-4242] A long name"),
        "{section}"
    );
    assert_eq!(changelog(&repo), OLD);
    let write = [&ask[..], &["--write"]].concat();
    let first = notes(&repo, &write).run().success();
    assert!(first.stderr.contains("'CHANGELOG.md' has a section about 2.0.1 now"), "{}", first.stderr);
    assert_eq!(changelog(&repo), OLD.replace("## [2.0.0]", &format!("{section}\n## [2.0.0]")));
    let written = changelog(&repo);
    let again = notes(&repo, &write).run().success();
    assert!(again.stderr.contains("already"), "{}", again.stderr);
    assert_eq!(changelog(&repo), written);
    // The section of another line goes above.
    let newer = ["render", "--target", "2.1.1", "--format", "changelog", "--write"];
    let section = notes(&repo, &newer).run().success().stdout;
    assert_eq!(changelog(&repo), written.replace("## [2.1.0]", &format!("{section}\n## [2.1.0]")));
}

#[test]
fn a_section_to_come_is_filled_once() {
    let repo = story();
    let path = repo.path().join("CHANGELOG.md");
    std::fs::write(&path, "# News\n\n2.0.1 (unreleased)\n------------------\n\n- pending\n")
        .expect("because the folder is ours");
    let ask = ["render", "--target", "2.0.1", "--format", "changelog", "--write"];
    let first = notes(&repo, &ask).run().success();
    assert!(first.stderr.contains("the section about 2.0.1 in 'CHANGELOG.md', which was to come"), "{}", first.stderr);
    let new = changelog(&repo);
    let (_, entries) = first.stdout.split_once('\n').expect("it has a heading");
    assert_eq!(new, format!("# News\n\n2.0.1 (2026-01-05)\n------------------\n\n- pending\n\n{}\n", entries.trim()));
    let again = notes(&repo, &ask).run().success();
    assert!(again.stderr.contains("already") && changelog(&repo) == new, "{}", again.stderr);
}

#[test]
fn headings_of_every_form_tell_the_place() {
    let repo = story();
    let ask = ["render", "--target", "2.0.1", "--format", "changelog", "--write"];
    let put = |old: &str| {
        std::fs::write(repo.path().join("CHANGELOG.md"), old).expect("because the folder is ours");
        let output = notes(&repo, &ask).run().success();
        (changelog(&repo).replace(output.stdout.trim_end(), "@"), output.stderr)
    };
    let table = [
        ("2.1.0 / 2026\n====\n\n2.0.0 / 2026\n====\n", "2.1.0 / 2026\n====\n\n@\n\n2.0.0 / 2026\n====\n"),
        ("<!--\n## 1.0.0\n-->\n\n### 2.0.0 (x)\n", "<!--\n## 1.0.0\n-->\n\n@\n\n### 2.0.0 (x)\n"),
        ("## What changed since 1.0.0\n\n## Godel 2.0.0\n", "## What changed since 1.0.0\n\n@\n\n## Godel 2.0.0\n"),
        ("# News\n\n## Unreleased\n\n- soon\n\n## Thanks\n", "# News\n\n## Unreleased\n\n- soon\n\n@\n\n## Thanks\n"),
        (
            "# News\n\n## 1.9.1 - 2026-01-05\n\n## 2.1.0 - 2026-01-04\n",
            "# News\n\n@\n\n## 1.9.1 - 2026-01-05\n\n## 2.1.0 - 2026-01-04\n",
        ),
    ];
    for (old, expected) in table {
        assert_eq!(put(old).0, expected, "{old}");
    }
    let (new, told) = put("# News\n\n## January\n\n- a\n");
    assert_eq!(new, "# News\n\n## January\n\n- a\n\n@\n");
    assert!(told.contains("at the end, from line 7: none of its headings names a version or 'Unreleased'"), "{told}");
    std::fs::write(repo.path().join("CHANGELOG.md"), "# News\n\n<!-- open\n").expect("because the folder is ours");
    let output = notes(&repo, &ask).run().code(2);
    assert!(output.stderr.contains("not closed") && output.stderr.contains("hint: "), "{}", output.stderr);
    assert_eq!(changelog(&repo), "# News\n\n<!-- open\n");
}

#[test]
fn a_section_that_differs_is_no_success() {
    let repo = story();
    let path = repo.path().join("CHANGELOG.md");
    let ask = ["render", "--target", "2.0.1", "--format", "changelog", "--write"];
    let old = "# News\n\n2.0.1 / 2026\n====\n\n- something else\n";
    std::fs::write(&path, old).expect("because the folder is ours");
    let output = notes(&repo, &ask).run().code(1);
    assert!(output.stderr.contains("from line 3, and it is not what would be written"), "{}", output.stderr);
    assert!(output.stderr.contains("hint: to renew it, remove that section"), "{}", output.stderr);
    assert_eq!(changelog(&repo), old);
    std::fs::write(&path, "# News\n").expect("because the folder is ours");
    let _ = notes(&repo, &ask).run().success();
    assert!(notes(&repo, &ask).run().success().stderr.contains("already, and stays as it is"));
}

#[test]
fn a_section_never_goes_where_it_is_not_seen_or_belongs_to_others() {
    let repo = story();
    let ask = ["render", "--target", "2.0.1", "--format", "changelog", "--write"];
    let put = |old: &str| {
        std::fs::write(repo.path().join("CHANGELOG.md"), old).expect("because the folder is ours");
        let output = notes(&repo, &ask).run().success();
        changelog(&repo).replace(output.stdout.trim_end(), "@")
    };
    let table = [
        ("## 2.1.0\n\n## othertool 2.0.1\n\n## 2.0.0\n", "## 2.1.0\n\n## othertool 2.0.1\n\n@\n\n## 2.0.0\n"),
        ("## Unreleased\n\n## Breaking\n\n- b\n", "## Unreleased\n\n## Breaking\n\n- b\n\n@\n"),
        ("<details>\n\n## 2.0.0\n\n</details>\n", "@\n\n<details>\n\n## 2.0.0\n\n</details>\n"),
        ("# News\n\n## 1.0.0\n\n## 2.0.0\n", "# News\n\n## 1.0.0\n\n## 2.0.0\n\n@\n"),
    ];
    for (old, expected) in table {
        assert_eq!(put(old), expected, "{old}");
    }
    let open = "# News\n\n## 2.0.1 (unreleased)\n\n<!-- what changed\n";
    std::fs::write(repo.path().join("CHANGELOG.md"), open).expect("because the folder is ours");
    let output = notes(&repo, &ask).run().code(2);
    assert!(output.stderr.contains("not closed") && output.stderr.contains("hint: "), "{}", output.stderr);
    assert_eq!(changelog(&repo), open);
}

#[test]
fn a_changelog_is_begun_where_there_is_none() {
    let repo = story();
    let file = repo.home().join("NEWS.md");
    let name = file.display().to_string();
    let ask = ["render", "--target", "2.0.1", "--format", "changelog", "--write", "--file", &name];
    let section = notes(&repo, &ask).run().success().stdout;
    assert_eq!(std::fs::read_to_string(file).expect("because it is there"), format!("# Changelog\n\n{section}"));
    assert!(!repo.path().join("CHANGELOG.md").exists());
}

#[test]
fn what_would_be_put_in_again_and_again_is_refused() {
    let repo = story();
    let path = repo.path().join(".patch/templates/notes");
    std::fs::create_dir_all(&path).expect("because the folder is ours");
    std::fs::write(path.join("changelog.md.j2"), "Release {{ version|within }}\n").expect("because the folder is ours");
    let refused = |arguments: &[&str], words: &str| {
        let output = notes(&repo, &[&["render"], arguments].concat()).run().code(2);
        assert!(output.stderr.contains(words) && output.stderr.contains("hint: "), "{}", output.stderr);
        assert!(!repo.path().join("CHANGELOG.md").exists());
    };
    refused(&["--target", "2.0.1", "--format", "changelog", "--write"], "no heading '## 2.0.1'");
    refused(&["--target", "2.0.2", "--format", "changelog", "--write"], "has no tag yet");
    refused(&["--target", "2.0.1", "--format", "markdown", "--write"], "only a section of a changelog");
}
