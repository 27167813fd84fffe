//! `patch-tag push`: branch and tag together, exactly these refs, and nothing moved.

use crate::support::embargo::{AFTER, BEFORE, embargo, embargo_aside, require_silent};
use crate::support::signing::{PROJECT, script, ssh_story, tag};
use crate::support::{Bin, Repo};

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

/// Every ref here and there.
fn everything(repo: &Repo, up: &str) -> [String; 2] {
    [repo.git(["for-each-ref"]), repo.git(["--git-dir", up, "for-each-ref"])]
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

/// Somebody else released meanwhile, and this clone has not fetched it.
#[test]
fn a_higher_version_on_the_remote_keeps_a_lower_one_back() {
    let (repo, up) = story();
    repo.git(["push", "-q", "origin", "release/2.0:refs/tags/v2.0.3", "release/2.0:refs/tags/v2.1.0"]);
    let before = everything(&repo, &up);
    for args in [&["push", "v2.0.1"][..], &["push", "v2.0.1", "--dry-run"]] {
        let said = tag(&repo, args).run().code(1).stderr;
        assert!(said.contains("'origin' has a tag 'v2.0.3', so 'v2.0.1' would come after a higher version"), "{said}");
        assert!(said.contains("hint: fetch it and take the next version: git fetch origin tag v2.0.3"), "{said}");
    }
    assert_eq!(everything(&repo, &up), before);
    // One that is there already is no news, whatever came after it.
    repo.git(["push", "-q", "origin", "v2.0.1"]);
    let _pushed = tag(&repo, &["push", "v2.0.1"]).run().success();
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
        output.stderr.contains("nothing was pushed to 'origin'")
            && output.stderr.contains("no tags")
            && output.stderr.contains("hint: put right what the cause names"),
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
    let hint = |args: &[&str]| {
        let said = tag(&repo, args).run().stderr;
        said.split_once("hint: ").expect("because something can be done").1.trim().to_owned()
    };
    assert_eq!(hint(&["push", "v7.0.0"]), "make it: patch-tag create 7.0.0; or see which there are: git tag --list");
    for name in ["nope", "v7.0.0-nope", "v7"] {
        assert_eq!(hint(&["push", name]), "see which there are: git tag --list");
    }
    let unreachable = repo.home().join("none.git").display().to_string();
    let asks = format!("see what git says: git ls-remote {unreachable}");
    assert_eq!(hint(&["push", "v2.0.1", "--unsigned", "--remote", &unreachable]), asks);
    assert_eq!(hint(&["verify", "v2.0.1", "--remote", &unreachable]), format!("{asks}; or leave '--remote' out"));
    let offline = format!("{asks}; or ask no remote with '--offline'");
    assert_eq!(hint(&["create", "2.0.2", "--remote", &unreachable]), offline);
    let unknown = "there is no remote of this name; see which there are: git remote -v";
    assert_eq!(hint(&["push", "v2.0.1", "--unsigned", "--remote", "nowhere"]), unknown);
    assert_eq!(
        hint(&["verify", "v7.0.0"]),
        "fetch it: git fetch origin tag v7.0.0; or see which there are: git tag --list"
    );
}

/// A partial clone pushes to another remote than the one that has what it lacks; the command of the hint brings that.
#[test]
fn what_a_partial_clone_lacks_is_told_when_it_pushes() {
    let (repo, up) = story();
    let _pushed = tag(&repo, &["push", "v2.0.1"]).run().success();
    let [clone, other] = ["clone", "other.git"].map(|name| repo.home().join(name).display().to_string());
    repo.git(["--git-dir", &up, "config", "uploadpack.allowFilter", "true"]);
    repo.git(["--git-dir", &up, "config", "uploadpack.allowAnySHA1InWant", "true"]);
    repo.git(["clone", "-q", "--no-checkout", "--filter=blob:none", &format!("file://{up}"), &clone]);
    repo.git(["init", "-q", "--bare", &other]);
    repo.git(["-C", &clone, "branch", "-q", "release/2.0", "origin/release/2.0"]);
    let policy = repo.home().join("policy.toml");
    std::fs::write(&policy, "[signing]\nallowed-signers = \"signers\"\n").expect("because the folder is ours");
    std::fs::write(repo.home().join("signers"), repo.git(["show", "main:allowed"])).expect("because it is ours");
    let policy = policy.display().to_string();
    let push = || tag(&repo, &["push", "v2.0.1", "--repo", &clone, "--remote", &other, "--policy", &policy]).run();
    let command = "git fetch --refetch --no-filter";
    let said = push().code(4).stderr;
    assert!(said.contains("nothing can be guarded") && said.contains(command), "{said}");
    // git gets the one file when it is shown.
    repo.git(["-C", &clone, "show", "origin/main:patch.toml"]);
    let said = push().code(4).stderr;
    assert!(!said.contains("guarded"), "{said}");
    let (_, hint) = said.split_once("hint: ").expect("because something can be done");
    assert!(hint.starts_with("this is a partial clone") && hint.contains(command), "{said}");
    let typed: Vec<&str> = command.split(' ').skip(1).collect();
    repo.git([&["-C", &clone], &typed[..]].concat());
    let _pushed = push().success();
    assert_eq!(there(&repo, &other), ["refs/heads/release/2.0", "refs/tags/v2.0.1"]);
}

/// As [`story`], with `v2.1.1` of a second line.
fn two_lines() -> (Repo, String) {
    let (repo, up) = story();
    let line = "[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n";
    repo.write_config(&format!("{PROJECT}{line}[signing]\nformat = \"ssh\"\nallowed-signers = \"allowed\"\n"));
    repo.cut_line("2.1");
    repo.tag_release("v2.1.0", "2.1");
    let fix = repo.land_fix("Fix the list again", [("list", "one, fixed twice\n")]);
    repo.pick("2.1", fix);
    repo.git(["push", "-q", "origin", "main"]);
    let _made = tag(&repo, &["create", "2.1.1"]).run().success();
    (repo, up)
}

const BOTH: [&str; 3] = ["push", "v2.0.1", "v2.1.1"];

/// Lets a script run in the remote whenever somebody pushes.
fn remote_hook(repo: &Repo, up: &str, name: &str, text: &str) {
    let hooks = repo.home().join("remote-hooks");
    std::fs::create_dir_all(&hooks).expect("because the folder is ours");
    script(repo, &format!("remote-hooks/{name}"), text);
    repo.git(["--git-dir", up, "config", "core.hooksPath", &hooks.display().to_string()]);
}

#[test]
fn tags_of_several_lines_go_in_one_push() {
    let (repo, up) = two_lines();
    let seen = repo.home().join("seen");
    let text = format!("{{ echo one push; cut -d' ' -f3 | sort; }} >> '{}'", seen.display());
    remote_hook(&repo, &up, "pre-receive", &text);
    let pushed = tag(&repo, &[&BOTH[..], &["--format", "json"]].concat()).run().success().json();
    let refs = ["refs/heads/release/2.0", "refs/heads/release/2.1", "refs/tags/v2.0.1", "refs/tags/v2.1.1"];
    let said: Vec<&str> = pushed["refs"]
        .as_array()
        .expect("because there are refs")
        .iter()
        .map(|found| found["name"].as_str().expect("because refs have names"))
        .collect();
    assert_eq!(said, refs);
    assert_eq!(there(&repo, &up), [&["refs/heads/main"], &refs[..]].concat());
    let seen = std::fs::read_to_string(seen).expect("because the hook ran");
    assert_eq!(seen.lines().collect::<Vec<_>>(), [&["one push"], &refs[..]].concat());
}

#[test]
fn one_ref_that_the_remote_refuses_keeps_all_others_back() {
    let (repo, up) = two_lines();
    for refused in ["refs/tags/v2.1.1", "refs/heads/release/2.0"] {
        remote_hook(&repo, &up, "update", &format!("[ \"$1\" != {refused} ] || {{ echo not this one; exit 1; }}"));
        let before = repo.git(["--git-dir", &up, "for-each-ref"]);
        let output = tag(&repo, &BOTH).run().code(4);
        assert!(
            output.stderr.contains("nothing was pushed to 'origin'") && output.stderr.contains(refused),
            "{}",
            output.stderr
        );
        assert_eq!(repo.git(["--git-dir", &up, "for-each-ref"]), before, "{refused}");
    }
}

#[test]
fn one_branch_that_moved_keeps_all_others_back() {
    let (repo, up) = two_lines();
    // Somebody pushes after the remote was asked what it has.
    let moved = format!("git --git-dir '{up}' update-ref refs/heads/release/2.1 refs/heads/main");
    std::fs::create_dir_all(repo.home().join("hooks")).expect("because the folder is ours");
    script(&repo, "hooks/pre-push", &moved);
    repo.git(["config", "core.hooksPath", &repo.home().join("hooks").display().to_string()]);
    let output = tag(&repo, &BOTH).run().code(4);
    assert!(output.stderr.contains("nothing was pushed to 'origin'"), "{}", output.stderr);
    assert!(output.stderr.contains("hint: the remote changed meanwhile: git fetch origin"), "{}", output.stderr);
    assert_eq!(there(&repo, &up), ["refs/heads/main", "refs/heads/release/2.1"]);
    // And now before it is asked.
    repo.git(["config", "--unset", "core.hooksPath"]);
    let output = tag(&repo, &BOTH).run().code(1);
    assert!(output.stderr.contains("'release/2.1' on 'origin' has commits"), "{}", output.stderr);
    assert_eq!(there(&repo, &up), ["refs/heads/main", "refs/heads/release/2.1"]);
    assert_eq!(repo.git(["--git-dir", &up, "rev-parse", "release/2.1"]), repo.commit_id("main").to_string());
}

#[test]
fn the_place_that_is_pushed_to_is_the_one_that_is_asked() {
    let (repo, up) = story();
    let mirror = repo.home().join("mirror.git").display().to_string();
    repo.git(["init", "-q", "--bare", &mirror]);
    repo.git(["config", "remote.origin.pushurl", &mirror]);
    let push = || tag(&repo, &["push", "v2.0.1", "--format", "json"]).run();
    for expected in ["pushed", "already"] {
        let said = push().success().json();
        assert!(
            said["refs"].as_array().is_some_and(|refs| refs.iter().all(|one| one["outcome"] == expected)),
            "{said}"
        );
    }
    assert_eq!(there(&repo, &mirror), ["refs/heads/release/2.0", "refs/tags/v2.0.1"]);
    assert_eq!(there(&repo, &up), ["refs/heads/main"]);
    repo.git(["push", "-q", "-f", &mirror, "main:refs/tags/v2.0.1"]);
    assert!(push().code(1).stderr.contains("a published tag is never moved"));
    repo.git(["config", "--add", "remote.origin.pushurl", &up]);
    let before = everything(&repo, &up);
    let told = push().code(2).stderr;
    assert!(told.contains("goes to several places") && told.contains("mirror.git', '"), "{told}");
    assert_eq!(everything(&repo, &up), before);
}

#[test]
fn nothing_under_embargo_is_pushed_before_its_date() {
    let (repo, up) = story();
    let fix = repo.git(["rev-parse", "release/2.0"]);
    embargo(&repo, &fix);
    let before = everything(&repo, &up);
    let at = |now: &str, more: &[&str]| Bin::tag().at(&repo).args(["push", "v2.0.1", "--now", now]).args(more).run();
    for more in [&[][..], &["--dry-run"]] {
        let refused = at(BEFORE, more).code(1);
        assert!(
            refused.stderr.contains("nothing was pushed: it would tell of what is under embargo"),
            "{}",
            refused.stderr
        );
        require_silent(&refused, &fix);
    }
    assert_eq!(everything(&repo, &up), before);
    let _pushed = at(AFTER, &[]).success();
    assert_eq!(there(&repo, &up), ["refs/heads/main", "refs/heads/release/2.0", "refs/tags/v2.0.1"]);
}

#[test]
fn nothing_that_another_folder_keeps_back_is_pushed() {
    let (repo, up) = story();
    let fix = repo.git(["rev-parse", "release/2.0"]);
    let aside = embargo_aside(&repo, &fix);
    let before = everything(&repo, &up);
    let push = Bin::tag().at(&repo).args(["push", "v2.0.1", "--now", BEFORE, "--advisories", &aside]);
    let refused = push.run().code(1);
    assert!(refused.stderr.contains("nothing was pushed: it would tell"), "{}", refused.stderr);
    require_silent(&refused, &fix);
    assert_eq!(everything(&repo, &up), before);
}

#[test]
fn the_place_of_a_tag_is_told_whether_it_is_there_or_not() {
    let (repo, _) = ssh_story();
    let shown = |version: &str| tag(&repo, &["show", version, "--format", "json"]).run().success().json();
    let absent = shown("2.0.1");
    assert_eq!((&absent["tag"], &absent["commit"]), (&"v2.0.1".into(), &serde_json::Value::Null));
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
    repo.land_on_line("2.0", "Go on", [("more", "1\n")]);
    let there = shown("v2.0.1");
    assert_eq!(there["commit"], repo.commit_id("v2.0.1").to_string());
    assert_eq!((&there["branch"], &there["line"]), (&"release/2.0".into(), &"2.0".into()));
    let said = tag(&repo, &["show", "2.0.2"]).run().success().stdout;
    assert!(said.contains("v2.0.2 is not there ('release/2.0', line 2.0)"), "{said}");
    let _outside = tag(&repo, &["show", "3.0.0"]).run().code(2);
    let _other = tag(&repo, &["show", "2.0.1", "--line", "9.9"]).run().code(2);
}
