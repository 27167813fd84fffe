//! The harness itself: a story gives the same commits every time, and each verb does what it says.

use backstitch::model::commit::CommitId;

use crate::support::{Bin, Change, Repo};

/// Tells one story with every verb, and returns all its commits.
fn story(repo: &Repo) -> Vec<CommitId> {
    let mut ids = vec![repo.write_config("[project]\nname = \"Godel\"\n")];
    ids.push(repo.land_fix("Add the parser", [("src/parser.c", "one\ntwo\nthree\n")]));
    ids.push(repo.cut_line("2.0"));
    let merged = repo.merge_pull_request(7, "Do not crash on empty input", |pr| {
        ids.push(pr.commit("Check the length", [("src/parser.c", "zero\none\ntwo\nthree\n")]));
        ids.push(pr.commit("Add a test", [("tests/empty", "\n")]));
    });
    ids.push(merged);
    let squashed = repo.squash_merge(8, "Escape names", "Fixes: a hole", [("src/names.c", "x\n")]);
    ids.push(squashed);
    ids.push(repo.pick("2.0", merged));
    ids.push(repo.pick_without_trailer("2.0", squashed));
    ids.push(repo.land_on_line("2.0", "Prepare 2.0.1", [("VERSION", "2.0.1\n")]));
    ids.push(repo.tag_release("v2.0.1", "2.0"));
    repo.tick(3600);
    ids.push(repo.commit_with(
        "Thank everybody\n\nSee: nothing\n",
        "Ann Author <ann@example.com>",
        [("THANKS", "a\n")],
    ));
    ids.push(repo.revert(squashed));
    ids.push(repo.revert(merged));
    ids
}

#[test]
fn the_same_story_makes_the_same_commits() {
    let (first, second) = (Repo::new(), Repo::new());
    assert_eq!(story(&first), story(&second));
    assert_eq!(first.now(), second.now());
}

#[test]
fn verbs_do_what_they_say() {
    let repo = Repo::new();
    story(&repo);
    insta::assert_snapshot!(repo.git(["log", "--topo-order", "--format=%h (%p) %cI %an: %s", "main"]), @r#"
    cd255d4 (bd0456c) 2026-01-05T10:13:00Z Mia Maintainer: Revert "Merge pull request #7 from contributor/fix-7"
    bd0456c (76a00cc) 2026-01-05T10:12:00Z Mia Maintainer: Revert "Escape names (#8)"
    76a00cc (46646e3) 2026-01-05T10:11:00Z Ann Author: Thank everybody
    46646e3 (499c081) 2026-01-05T09:06:00Z Con Contributor: Escape names (#8)
    499c081 (43d8438 1783be7) 2026-01-05T09:05:00Z Mia Maintainer: Merge pull request #7 from contributor/fix-7
    1783be7 (6724238) 2026-01-05T09:04:00Z Con Contributor: Add a test
    6724238 (43d8438) 2026-01-05T09:03:00Z Con Contributor: Check the length
    43d8438 (e6a018a) 2026-01-05T09:02:00Z Mia Maintainer: Add the parser
    e6a018a (1499916) 2026-01-05T09:01:00Z Mia Maintainer: Configure the release lines
    1499916 () 2026-01-05T09:00:00Z Mia Maintainer: Start the project
    "#);
    insta::assert_snapshot!(repo.git(["log", "--format=%aI %cI%d %an%n%B", "main..release/2.0"]), @r"
    2026-01-05T09:09:00Z 2026-01-05T09:09:00Z (tag: v2.0.1, release/2.0) Mia Maintainer
    Prepare 2.0.1

    2026-01-05T09:06:00Z 2026-01-05T09:08:00Z Con Contributor
    Escape names (#8)

    Fixes: a hole

    2026-01-05T09:05:00Z 2026-01-05T09:07:00Z Mia Maintainer
    Merge pull request #7 from contributor/fix-7

    Do not crash on empty input

    (cherry picked from commit 499c08158f50da62557af0b919ad2ef024a4575e)
    ");
    assert_eq!(repo.git(["show", "release/2.0:src/parser.c"]), "zero\none\ntwo\nthree");
    assert_eq!(repo.git(["show", "main:src/parser.c"]), "one\ntwo\nthree");
    assert_eq!(repo.git(["status", "--porcelain"]), "");
    assert_eq!(repo.git(["branch", "--format=%(refname:short)"]), "main\nrelease/2.0");
    assert_eq!(repo.git(["cat-file", "-t", "v2.0.1"]), "tag");
}

#[test]
fn every_kind_of_change_reaches_the_tree() {
    let repo = Repo::new();
    let first = repo.land_fix(
        "Add files",
        [("run", "#!/bin/sh\n"), ("stays", "s\n"), ("moves", "m\n"), ("goes", "g\n"), ("turns", "t\n")],
    );
    repo.land_fix("Make executable", [Change::MakeExecutable("stays".into())]);
    repo.land_fix(
        "Change everything",
        [
            Change::MakeExecutable("run".into()),
            Change::MakeOrdinary("stays".into()),
            Change::rename("moves", "to/here"),
            Change::delete("goes"),
            Change::symlink("turns", "run"),
            Change::symlink("new/link", "../run"),
            Change::Submodule("vendor/lib".into(), first),
            Change::write("bytes", [0, 255, 10]),
        ],
    );
    insta::assert_snapshot!(repo.git(["ls-tree", "-r", "main"]), @r"
    100644 blob e2ca9ef722c8719f04e0bca8d4f9b5449f05459b	README.md
    100644 blob 506cd141ad4a679eee22d6a21dd267cca5734b92	bytes
    120000 blob 84ba55b912a470365255744b6bb42268254365e3	new/link
    100755 blob 1a2485251c33a70432394c93fb89330ef214bfc9	run
    100644 blob b4785957bc986dc39c629de9fac9df46972c00fc	stays
    100644 blob 28ce6a8b26aa170e1de65536fe8abe1832bd3242	to/here
    120000 blob e5224d533ef27b001224859a9b36696846a7e7fe	turns
    160000 commit 76b3ac0d0d018c25874e81e7e7069ad67f3f7a5d	vendor/lib
    ");
    assert_eq!(repo.git(["status", "--porcelain"]), "");
}

#[test]
fn a_conflict_or_a_bad_command_is_never_passed_over() {
    let repo = Repo::new();
    repo.land_fix("Add", [("a", "one\n")]);
    repo.cut_line("2.0");
    let fix = repo.land_fix("Change", [("a", "two\n")]);
    repo.land_on_line("2.0", "Change otherwise", [("a", "three\n")]);
    let attempt = std::panic::AssertUnwindSafe(|| repo.pick("2.0", fix));
    assert!(std::panic::catch_unwind(attempt).is_err());
    assert!(repo.git_fails(["rev-parse", "--verify", "nothing"]).contains("fatal"));
}

#[test]
fn a_binary_sees_the_same_environment_everywhere() {
    let repo = Repo::new();
    let output = Bin::pick().at(&repo).args(["--version"]).env("NO_COLOR", "1").stdin("").run().success();
    assert!(output.stdout.starts_with("patch-pick "), "{}", output.stdout);
}
