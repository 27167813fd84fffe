//! What a commit of a secret fix is called tells of it, wherever it is repeated.

use crate::support::embargo::{AFTER, BEFORE, embargo, public, require_silent};
use crate::support::{Bin, Output, Repo};

/// A repository with a secret fix on main that nobody has yet.
fn story(message: &str) -> (Repo, String) {
    let repo = public();
    repo.git(["switch", "-q", "-c", "private"]);
    let fix = repo.land_fix(message, [("tar", "refused\n")]).to_string();
    repo.git(["switch", "-q", "-c", "topic", "main"]);
    embargo(&repo, &fix);
    (repo, fix)
}

fn text(repo: &Repo, place: &str, text: &str, now: &str) -> Output {
    let bin = Bin::advisory().at(repo).args(["guard", "--text", "-", "--as", place, "--now", now]);
    bin.stdin(text).run()
}

#[test]
fn the_title_of_a_fix_is_refused_in_every_text() {
    let (repo, fix) = story("fix(tar): Refuse entries outside of the target directory (#31)");
    for (place, told) in [
        ("title", "Refuse entries outside of the target directory"),
        ("subject", "[2.1] fix: refuse entries outside of the target directory (#32)"),
        ("notes", "# 2.1.1\n\n- More speed\n- **Refuse entries outside of the target directory** (#31)\n"),
        ("branch", "backport/refuse-entries-outside-of-the-target-directory"),
        ("pull-body", "This refuses entries, outside of\nthe target directory."),
        ("test", "refuses_entries_outside_of_the_target_directory"),
    ] {
        let refused = text(&repo, place, told, BEFORE).code(1);
        assert!(refused.stdout.contains("a commit that belongs to it"), "{place}: {}", refused.stdout);
        require_silent(&refused, &fix);
        let _passed = text(&repo, place, told, AFTER).success();
    }
    for (place, innocent) in [
        ("title", "Refuse entries without a name"),
        ("notes", "- Entries outside of a group are shown\n- The target directory can be set\n"),
        ("branch", "target-directory"),
    ] {
        let _passed = text(&repo, place, innocent, BEFORE).success();
    }
}

#[test]
fn a_changelog_that_is_pushed_alone_tells() {
    for (message, line) in [
        (
            "Refuse entries outside of the target directory (#31)",
            "- Refuse entries outside of the target directory (#31)",
        ),
        ("Check\n\nRelease-note: Unpacking stays within its folder.\n", "- Unpacking stays within its folder."),
    ] {
        let (repo, fix) = story(message);
        let changelog = format!("# Changelog\n\n## 2.1.1\n\n{line}\n");
        let commit = repo.land_fix("Changelog of 2.1.1", [("CHANGELOG.md", changelog.as_str())]);
        let pushed = format!("HEAD {commit} refs/heads/topic {}\n", "0".repeat(40));
        let guard = ["guard", "--push", "origin", "--now", BEFORE];
        let refused = Bin::advisory().at(&repo).args(guard).stdin(pushed).run().code(1);
        assert!(refused.stdout.contains("'CHANGELOG.md', line 5: a commit that belongs to it"), "{}", refused.stdout);
        require_silent(&refused, &fix);
    }
}

#[test]
fn the_title_of_a_fix_tells_in_another_text_though_main_has_it_in_public() {
    let (repo, fix) = story("Refuse entries outside of the target directory");
    repo.git(["push", "-q", "origin", "private:main"]);
    repo.git(["fetch", "-q", "origin"]);
    repo.git(["switch", "-q", "-c", "notes", "origin/main"]);
    let commit = repo.land_fix("Notes of 2.1.1", [("notes", "Refuse entries outside of the target directory\n")]);
    let pushed = |id: &str| {
        let line = format!("HEAD {id} refs/heads/topic {}\n", "0".repeat(40));
        Bin::advisory().at(&repo).args(["guard", "--push", "origin", "--now", BEFORE]).stdin(line).run()
    };
    let _nothing_new = pushed(&fix).success();
    let refused = pushed(&commit.to_string()).code(1);
    assert!(refused.stdout.contains("'notes', line 1: a commit that belongs to it"), "{}", refused.stdout);
    require_silent(&refused, &fix);
}

#[test]
fn a_title_that_any_commit_may_have_tells_nothing() {
    let (repo, _) = story("Apply suggestions from code review");
    for place in ["title", "subject", "notes"] {
        let _passed = text(&repo, place, "Apply suggestions from code review", BEFORE).success();
    }
}
