//! `patch-tag push`: branch and tag together, exactly these refs, and nothing moved.

use crate::support::Repo;
use crate::support::signing::{ssh_story, tag};

/// A story with `v2.0.1` and an empty `origin` that has main only.
fn story() -> (Repo, String) {
    let (repo, _) = ssh_story();
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name").to_owned();
    repo.git(["init", "-q", "--bare", &up]);
    repo.git(["remote", "add", "origin", &up]);
    repo.git(["push", "-q", "origin", "main"]);
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
    (repo, up)
}

fn there(repo: &Repo, up: &str) -> Vec<String> {
    let said = repo.git(["--git-dir", up, "for-each-ref", "--format=%(refname)"]);
    said.lines().map(str::to_owned).collect()
}

#[test]
fn branch_and_tag_go_together_and_nothing_else() {
    let (repo, up) = story();
    repo.git(["config", "push.followTags", "true"]);
    let _shown = tag(&repo, &["push", "v2.0.1", "--dry-run"]).run().success();
    assert_eq!(there(&repo, &up), ["refs/heads/main"]);
    let pushed = tag(&repo, &["push", "v2.0.1", "--format", "json"]).run().success().json();
    assert_eq!(there(&repo, &up), ["refs/heads/main", "refs/heads/release/2.0", "refs/tags/v2.0.1"]);
    let outcomes = |document: &serde_json::Value| {
        let refs = document["refs"].as_array().expect("because there are refs");
        refs.iter().map(|found| found["outcome"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&pushed), ["pushed", "pushed"]);
    let again = tag(&repo, &["push", "v2.0.1", "--format", "json"]).run().success().json();
    assert_eq!(outcomes(&again), ["already", "already"]);
    assert_eq!(repo.git(["--git-dir", &up, "rev-parse", "v2.0.1"]), repo.git(["rev-parse", "v2.0.1"]));
}

#[test]
fn a_branch_of_the_same_name_is_not_mistaken_for_the_tag() {
    let (repo, up) = story();
    repo.git(["branch", "v2.0.1", "main"]);
    let _pushed = tag(&repo, &["push", "v2.0.1"]).run().success();
    assert_eq!(there(&repo, &up), ["refs/heads/main", "refs/heads/release/2.0", "refs/tags/v2.0.1"]);
}

#[test]
fn another_tag_or_other_commits_there_are_never_overwritten() {
    let (repo, up) = story();
    repo.git(["push", "-q", "origin", "v2.0.0^{commit}:refs/tags/v2.0.1"]);
    let before = repo.git(["--git-dir", &up, "for-each-ref"]);
    let output = tag(&repo, &["push", "v2.0.1"]).run().code(1);
    assert!(
        output.stderr.contains("on 'origin'") && output.stderr.contains(&repo.git(["rev-parse", "v2.0.1"])),
        "{}",
        output.stderr
    );
    assert_eq!(repo.git(["--git-dir", &up, "for-each-ref"]), before);
    repo.git(["push", "-q", "origin", ":refs/tags/v2.0.1", "main:refs/heads/release/2.0"]);
    let output = tag(&repo, &["push", "v2.0.1"]).run().code(1);
    assert!(output.stderr.contains("has commits that are not on the branch here"), "{}", output.stderr);
    assert!(!there(&repo, &up).contains(&"refs/tags/v2.0.1".to_owned()));
}

#[test]
fn what_the_remote_refuses_leaves_nothing_of_the_push() {
    use std::os::unix::fs::PermissionsExt as _;
    let (repo, up) = story();
    let hook = format!("{up}/hooks/update");
    std::fs::create_dir_all(format!("{up}/hooks")).expect("because the folder is ours");
    std::fs::write(&hook, "#!/bin/sh\ncase \"$1\" in refs/tags/*) echo no tags; exit 1 ;; esac\n")
        .expect("because the folder is ours");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("because it is ours");
    let output = tag(&repo, &["push", "v2.0.1"]).run().code(4);
    assert!(
        output.stderr.contains("nothing was pushed to 'origin'") && output.stderr.contains("no tags"),
        "{}",
        output.stderr
    );
    assert_eq!(there(&repo, &up), ["refs/heads/main"]);
    let _missing = tag(&repo, &["push", "v2.0.1", "--remote", "nowhere"]).run().code(4);
}

#[test]
fn a_tag_that_does_not_verify_is_not_pushed() {
    let (repo, up) = story();
    repo.git(["tag", "-f", "-a", "-m", "x", "v2.0.1", "release/2.0"]);
    let output = tag(&repo, &["push", "v2.0.1"]).run().code(1);
    assert!(output.stderr.contains("tag 'v2.0.1' does not verify: signed"), "{}", output.stderr);
    assert_eq!(there(&repo, &up), ["refs/heads/main"]);
    let _pushed = tag(&repo, &["push", "v2.0.1", "--unsigned"]).run().success();
    let _unknown = tag(&repo, &["push", "v7.0.0"]).run().code(2);
}
