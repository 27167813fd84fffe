//! The lines: their branches, their tags and their versions.

use crate::support::Change;

use super::{doctor, found, healthy, publish, requires, said};

#[test]
fn a_line_in_order_passes() {
    let repo = healthy();
    let document = doctor(&repo, &[]).run().json();
    for rule in ["line-branch", "line-tag", "tag-order", "line-version"] {
        assert_eq!(found(&document, rule), ["passed 2.0"], "{document:#}");
    }
}

#[test]
fn a_branch_out_of_step_is_told() {
    let repo = healthy();
    let branch = |expected: &str| {
        let document = doctor(&repo, &[]).run().json();
        assert_eq!(found(&document, "line-branch"), [expected], "{document:#}");
        said(&document, "line-branch", "mend")
    };
    let tip = repo.commit_id("release/2.0");
    let fix = repo.land_on_line("2.0", "Another fix", [("other", "x\n")]);
    branch("passed 2.0");
    publish(&repo);
    repo.git(["branch", "-f", "release/2.0", &tip.to_string()]);
    assert!(branch("undecided 2.0").contains("git fetch origin release/2.0:release/2.0"));
    repo.land_on_line("2.0", "A fix of somebody else", [("third", "x\n")]);
    branch("failed 2.0");
    repo.git(["branch", "-D", "release/2.0"]);
    branch("passed 2.0");
    repo.git(["update-ref", "-d", "refs/remotes/origin/release/2.0"]);
    // The branch is nowhere here, though the remote has it.
    branch("failed 2.0");
    repo.git(["branch", "release/2.0", &fix.to_string()]);
    repo.git(["push", "-q", "origin", ":release/2.0"]);
    branch("undecided 2.0");
}

#[test]
fn a_tag_of_the_remote_above_all_here_is_told() {
    let repo = healthy();
    repo.tag_release("v2.0.7", "2.0");
    publish(&repo);
    repo.git(["tag", "-d", "v2.0.7"]);
    let document = doctor(&repo, &[]).run().code(1).json();
    assert_eq!(found(&document, "line-tag"), ["failed 2.0"]);
    assert!(said(&document, "line-tag", "detail").contains("v2.0.7"));
    requires(&repo, "line-tag", &["passed 2.0"]);
}

#[test]
fn a_newest_tag_outside_its_branch_is_told() {
    let repo = healthy();
    repo.git(["tag", "v2.0.1", "main"]);
    let document = requires(&repo, "line-tag", &["failed 2.0"]);
    assert!(said(&document, "line-tag", "would-fail").contains("patch-tag create"), "{document:#}");
}

#[test]
fn tags_out_of_order_and_outside_are_told() {
    let repo = healthy();
    let older = repo.commit_id("release/2.0~1");
    repo.tag_release("v2.0.1", "2.0");
    requires(&repo, "tag-order", &["passed 2.0"]);
    repo.git(["tag", "v2.0.2", &older.to_string()]);
    let document = requires(&repo, "tag-order", &["undecided 2.0"]);
    assert!(said(&document, "tag-order", "detail").contains("'v2.0.2' does not descend from 'v2.0.1'"), "{document:#}");

    let repo = healthy();
    repo.land_on_line("2.0", "Fix it", [("list", "two\n")]);
    repo.git(["tag", "v2.0.1", "main"]);
    repo.tag_release("v2.0.2", "2.0");
    requires(&repo, "tag-order", &["undecided 2.0"]);
}

#[test]
fn files_below_the_newest_tag_are_told() {
    let repo = healthy();
    let manifest = |version: &str| [Change::write("package.json", format!("{{\n  \"version\": \"{version}\"\n}}\n"))];
    repo.land_on_line("2.0", "Say the version", manifest("2.0.1"));
    repo.tag_release("v2.0.1", "2.0");
    requires(&repo, "line-version", &["passed 2.0"]);
    repo.tag_release("v2.0.2", "2.0");
    requires(&repo, "line-version", &["undecided 2.0"]);
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}\n[[version]]\npath = \"package.json\"\n"));
    let document = requires(&repo, "line-version", &["failed 2.0"]);
    assert!(said(&document, "line-version", "mend").contains("patch-bump next"), "{document:#}");
    repo.land_on_line("2.0", "Go on", manifest("2.0.3"));
    requires(&repo, "line-version", &["passed 2.0"]);
    repo.land_on_line("2.0", "Break it", [("package.json", "{}\n")]);
    requires(&repo, "line-version", &["failed 2.0"]);
}
