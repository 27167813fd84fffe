//! `patch-tag create`: what it refuses, what it makes, and that a ref appears whole or not at all.

use crate::support::signing::{PROJECT, SshKey, allow, open, run, script, ssh_story, start_line, tag};
use crate::support::{Bin, Repo};

fn refs(repo: &Repo) -> String {
    repo.git(["for-each-ref"])
}

/// Requires that a run is refused with this exit code and these words, and that it changes no ref.
#[track_caller]
fn refused(repo: &Repo, args: &[&str], code: i32, words: &str) {
    let before = refs(repo);
    let output = tag(repo, &[&["create"], args].concat()).run().code(code);
    assert!(output.stderr.contains(words), "{}", output.stderr);
    assert!(output.stderr.contains("hint: "), "{}", output.stderr);
    // Git leaves the message in a place that is gone by then.
    assert!(!output.stderr.contains("TAG_EDITMSG"), "{}", output.stderr);
    assert_eq!(refs(repo), before);
}

#[test]
fn a_tag_is_made_signed_and_verified_and_a_second_run_says_so() {
    let (repo, _) = ssh_story();
    let shown = tag(&repo, &["create", "2.0.1", "--dry-run", "--format", "json"]).run().success().json();
    assert_eq!(shown["outcome"], "would-create");
    assert_eq!(repo.git(["tag"]), "v2.0.0");
    let made = tag(&repo, &["create", "2.0.1", "--format", "json"]).run().success().json();
    assert_eq!(
        (&made["outcome"], &made["commit"], &made["previous"]),
        (&"created".into(), &repo.commit_id("release/2.0").to_string().into(), &"v2.0.0".into())
    );
    assert_eq!(made["object"], repo.git(["rev-parse", "refs/tags/v2.0.1"]));
    assert_eq!(open(&made), Vec::<String>::new());
    assert_eq!(
        repo.git([
            "for-each-ref",
            "--format=%(contents:subject)|%(contents:body)|%(taggerdate:unix)",
            "refs/tags/v2.0.1"
        ]),
        format!(
            "Godel 2.0.1|Patch release of 2.0, after v2.0.0.\n|{}",
            repo.git(["log", "-1", "--format=%ct", "release/2.0"])
        )
    );
    repo.git(["config", "gpg.ssh.allowedSignersFile", "allowed"]);
    repo.git(["verify-tag", "v2.0.1"]);
    let before = refs(&repo);
    for args in [&["create", "2.0.1"][..], &["create", "v2.0.1"], &["create", "--line", "2.0"], &["create"]] {
        let again = tag(&repo, &[args, &["--format", "json"]].concat()).run().success().json();
        assert_eq!((&again["outcome"], &again["tag"]), (&"already".into(), &"v2.0.1".into()));
    }
    assert_eq!(refs(&repo), before);
    repo.land_on_line("2.0", "More", [("more", "1\n")]);
    let _again = tag(&repo, &["create", "2.0.1"]).run().success();
    let next = tag(&repo, &["create", "--format", "json"]).run().success().json();
    assert_eq!((&next["outcome"], &next["tag"]), (&"created".into(), &"v2.0.2".into()));
}

#[test]
fn what_is_no_release_of_the_line_is_refused() {
    let (repo, _) = ssh_story();
    refused(&repo, &["2.0"], 2, "'2.0' is not a version");
    refused(&repo, &["2.0.1+build.5"], 2, "leave out the build metadata");
    refused(&repo, &["v2.0.1-rc.1+5"], 2, "leave out the build metadata");
    for other in ["2.0.1-dev", "2.0.1-beta2", "2.0.1-rc"] {
        refused(&repo, &[other], 2, &format!("'{other}' is not a version of a release line: write"));
    }
    refused(&repo, &["3.0.0"], 2, "version 3.0.0 belongs to no line");
    refused(&repo, &["2.0.1", "--commit", "main"], 1, "is not on 'release/2.0'");
    refused(&repo, &["2.0.1", "--commit", "v2.0.0"], 1, "is released as 'v2.0.0' already");
    refused(&repo, &["2.0.1", "--commit", "nothing"], 2, "unknown revision 'nothing'");
    let validated = repo.commit_id("release/2.0").to_string();
    repo.land_on_line("2.0", "More", [("more", "1\n")]);
    let _made = tag(&repo, &["create", "2.0.1", "--commit", &validated]).run().success();
    assert_eq!(repo.commit_id("v2.0.1").to_string(), validated);
    refused(&repo, &["2.0.1", "--commit", "release/2.0"], 1, &format!("is at {validated}, not at"));
    let _made = tag(&repo, &["create", "2.0.5"]).run().success();
    repo.land_on_line("2.0", "Even more", [("more", "2\n")]);
    refused(&repo, &["2.0.4"], 1, "'v2.0.5' exists");
    // The branch was made anew, without the last release.
    repo.git(["branch", "-f", "release/2.0", "v2.0.0"]);
    repo.land_on_line("2.0", "Otherwise", [("more", "3\n")]);
    refused(&repo, &["2.0.6"], 1, "does not descend from 'v2.0.5'");
}

#[test]
fn the_files_of_the_commit_hold_the_version_of_the_tag() {
    let (repo, _) = ssh_story();
    let manifest =
        |version: &str| [crate::support::Change::write("package.json", format!("{{\"version\": \"{version}\"}}\n"))];
    repo.land_on_line("2.0", "Add a manifest", manifest("2.0.0"));
    refused(&repo, &["2.0.1"], 1, "hold version 2.0.0, not 2.0.1");
    repo.land_on_line("2.0", "Develop", manifest("0.0.0-dev"));
    let made = tag(&repo, &["create", "2.0.1", "--dry-run"]).run().success();
    assert!(made.stderr.contains("no version in the files was compared"), "{}", made.stderr);
    repo.land_on_line("2.0", "Raise it", manifest("2.0.1"));
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
}

#[test]
fn a_tag_that_exists_and_does_not_verify_is_no_reason_to_go_on() {
    let (repo, _) = ssh_story();
    repo.git(["tag", "-a", "-m", "x", "v2.0.1", "release/2.0"]);
    let output = tag(&repo, &["create", "2.0.1"]).run().code(1);
    assert!(
        output.stderr.contains("tag 'v2.0.1' exists, and it does not verify: signed: it is not signed"),
        "{}",
        output.stderr
    );
    let made = tag(&repo, &["create", "2.0.1", "--unsigned", "--format", "json"]).run().success().json();
    assert_eq!(made["outcome"], "already");
}

#[test]
fn the_remote_is_asked_first() {
    let (repo, _) = ssh_story();
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name");
    repo.git(["clone", "-q", "--bare", ".", up]);
    repo.git(["remote", "add", "origin", up]);
    repo.git(["tag", "-a", "-m", "by somebody else", "v2.0.1", "release/2.0"]);
    repo.git(["push", "-q", "origin", "v2.0.1"]);
    repo.git(["tag", "-d", "v2.0.1"]);
    refused(&repo, &["2.0.1"], 1, "'origin' has a tag 'v2.0.1' already");
    refused(&repo, &["2.0.1", "--remote", "nowhere"], 4, "cannot ask 'nowhere'");
    let output = tag(&repo, &["create", "2.0.1", "--offline"]).run().success();
    assert!(output.stderr.contains("note: no remote was asked"), "{}", output.stderr);
    refused(&repo, &["2.0.1"], 1, "and");
}

/// Somebody else released meanwhile, and this clone has not fetched it.
#[test]
fn a_version_that_only_the_remote_has_counts() {
    let (repo, _) = ssh_story();
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name");
    repo.git(["clone", "-q", "--bare", ".", up]);
    repo.git(["remote", "add", "origin", up]);
    for other in ["v2.0.3", "v2.0.4-rc.1", "v2.1.9", "x2.0.9"] {
        repo.git(["push", "-q", "origin", &format!("release/2.0:refs/tags/{other}")]);
    }
    let words = "'origin' has a tag 'v2.0.4-rc.1', so 'v2.0.2' would come after a higher version";
    refused(&repo, &["2.0.2"], 1, words);
    refused(&repo, &["2.0.2", "--dry-run"], 1, words);
    refused(&repo, &["--line", "2.0"], 1, "would come after a higher version");
    refused(&repo, &["2.0.2"], 1, "git fetch origin tag v2.0.4-rc.1 && patch-tag create --line 2.0");
    let made = tag(&repo, &["create", "2.0.4"]).run().success();
    assert!(made.stderr.contains("note: 'origin' has a tag 'v2.0.4-rc.1' that is not here"), "{}", made.stderr);
    // What was made before is still there, whatever the remote has by now.
    repo.git(["push", "-q", "origin", "release/2.0:refs/tags/v2.0.5"]);
    let again = tag(&repo, &["create", "2.0.4", "--format", "json"]).run().success().json();
    assert_eq!(again["outcome"], "already");
    let _offline = tag(&repo, &["create", "2.0.4", "--offline"]).run().success();
}

#[test]
fn a_signer_who_may_not_gets_no_tag() {
    let (repo, _) = ssh_story();
    let other = SshKey::new(&repo, "ann", "");
    allow(&repo, &other.line("ann@example.com", ""));
    let before = refs(&repo);
    let output = tag(&repo, &["create", "2.0.1"]).run().code(1);
    assert!(
        output.stderr.contains("the new tag 'v2.0.1' was not kept, for it does not verify: signer"),
        "{}",
        output.stderr
    );
    assert_eq!(refs(&repo), before);
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"ssh\"\n"));
    refused(&repo, &["2.0.1"], 3, "there is no list of allowed signers");
}

#[test]
fn it_is_never_unsigned_unless_that_was_said() {
    let (repo, _) = ssh_story();
    repo.git(["config", "--unset", "user.signingKey"]);
    refused(&repo, &["2.0.1"], 2, "no SSH key to sign with is configured");
    let made = tag(&repo, &["create", "2.0.1", "--unsigned", "--format", "json"]).run().success().json();
    assert_eq!((made.get("signed-by"), &made["outcome"]), (None, &"created".into()));
    assert!(!repo.git(["cat-file", "tag", "v2.0.1"]).contains("SIGNATURE"));
}

#[test]
fn configuration_that_asks_for_signatures_or_editors_changes_nothing() {
    let (repo, _) = ssh_story();
    for (key, value) in [
        ("tag.gpgSign", "true"),
        ("tag.forceSignAnnotated", "true"),
        ("core.editor", "false"),
        ("commit.gpgSign", "true"),
        ("i18n.commitEncoding", "UTF-8"),
    ] {
        repo.git(["config", key, value]);
    }
    let _made = tag(&repo, &["create", "2.0.1", "--unsigned"]).env("GIT_EDITOR", "false").run().success();
    assert!(!repo.git(["cat-file", "tag", "v2.0.1"]).contains("SIGNATURE"));
    repo.git(["tag", "-d", "v2.0.1"]);
    let _made = tag(&repo, &["create", "2.0.1"]).env("GIT_EDITOR", "false").run().success();
    assert!(repo.git(["cat-file", "tag", "v2.0.1"]).contains("SSH SIGNATURE"));
}

#[test]
fn what_is_wrong_with_a_key_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let (repo, key) = ssh_story();
    let good = key.text();
    let spoil = |text: &str, mode: u32| {
        std::fs::write(&key.path, text).expect("because it is ours");
        std::fs::set_permissions(&key.path, std::fs::Permissions::from_mode(mode)).expect("because it is ours");
    };
    std::fs::remove_file(key.path.with_extension("pub")).expect("because it was made");
    spoil(&good, 0o644);
    refused(&repo, &["2.0.1"], 2, "is open to others (mode 0644)");
    spoil(&good.replace('\n', "\r\n"), 0o600);
    refused(&repo, &["2.0.1"], 2, "has the line ends of Windows");
    spoil(good.trim_end(), 0o600);
    refused(&repo, &["2.0.1"], 2, "lacks the line end");
    std::fs::remove_file(&key.path).expect("because it was made");
    refused(&repo, &["2.0.1"], 2, "cannot read the SSH key");
}

#[test]
fn the_message_comes_from_a_template_of_the_user_or_a_file() {
    let (repo, _) = ssh_story();
    repo.land_fix(
        "Own message",
        [(
            ".patch/templates/tag/message.txt.j2",
            "{{ tag }} *of* {{ line }}\n\n{{ branch }} {{ commit }} {{ previous }}",
        )],
    );
    let shown = tag(&repo, &["create", "2.0.1", "--dry-run", "--format", "json"]).run().success().json();
    let commit = repo.commit_id("release/2.0");
    assert_eq!(shown["message"], format!("v2.0.1 *of* 2.0\n\nrelease/2.0 {commit} v2.0.0\n"));
    let said = |text: &str| {
        tag(&repo, &["create", "2.0.1", "--dry-run", "--format", "json", "--message-file", "-"]).stdin(text).run()
    };
    assert_eq!(said("# One\n\n").success().json()["message"], "# One\n");
    assert!(said("x\n-----BEGIN PGP SIGNATURE-----\n").code(2).stderr.contains("begins a signature"));
    let _made = tag(&repo, &["create", "2.0.1", "--message-file", "-"]).stdin("# One\n").run().success();
    assert!(repo.git(["cat-file", "tag", "v2.0.1"]).contains("\n\n# One\n-----BEGIN"));
}

/// Where git itself was killed with its lock in place, requires that the lock is told with the command that removes it, and
/// types that command.
#[track_caller]
fn follow_lock(repo: &Repo, is_left: bool) {
    let lock = repo.path().join(".git/refs/tags/v2.0.1.lock");
    assert_eq!(lock.exists(), is_left);
    if !is_left {
        return;
    }
    let output = tag(repo, &["create", "2.0.1"]).run().code(4);
    let told = ["'refs/tags/v2.0.1' is locked", "another git changes it now", "then run the same command again"];
    assert!(told.iter().all(|words| output.stderr.contains(words)), "{}", output.stderr);
    let command = output.stderr.split_once(": rm ").and_then(|(_, rest)| rest.split_once(';'));
    let (path, _) = command.expect("because the hint holds the command");
    run("sh", &repo.home(), &[], &["-c", &format!("rm {path}")], "");
    assert!(!lock.exists(), "{}", output.stderr);
}

/// A run that is killed while a program works for it: the refs are as before or as after, and the next run does the work.
#[test]
fn a_killed_run_leaves_the_refs_before_or_after() {
    // In a hook and in a program of git the run is the parent of git, and git the parent of the script.
    let kill = "read -r _ _ _ run _ < /proc/$PPID/stat; kill -9 $run";
    let (repo, key) = ssh_story();
    let signer = key.path.to_str().expect("because the folder has a plain name").to_owned();
    let program = |name: &str, verb: &str, before: &str, after: &str| {
        let text = format!(
            "case \"$2\" in {verb}) {before} ;; esac\nssh-keygen \"$@\"; code=$?\ncase \"$2\" in {verb}) {after} ;; esac\nexit $code"
        );
        script(&repo, name, &text).display().to_string()
    };
    let hook = |name: &str, state: &str, also_git: &str| {
        let folder = repo.home().join(name);
        std::fs::create_dir(&folder).expect("because it is new");
        script(
            &repo,
            &format!("{name}/reference-transaction"),
            &format!("[ \"$1\" = {state} ] && {{ grep -q v2.0.1 && {{ {kill}; {also_git}; }}; }}\nexit 0"),
        );
        format!("core.hooksPath={}", folder.display())
    };
    // Our own `ssh-keygen -Y verify` is a child of the run itself.
    let own = "kill -9 $PPID";
    let cases = [
        (format!("gpg.ssh.program={}", program("early", "sign", kill, ":")), false),
        (format!("gpg.ssh.program={}", program("late", "sign", ":", kill)), false),
        (format!("gpg.ssh.program={}", program("check", "verify", own, ":")), false),
        (format!("gpg.ssh.program={}", program("checked", "verify", ":", own)), false),
        (hook("prepared", "prepared", "kill -9 $PPID"), false),
        (hook("committed", "committed", ":"), true),
    ];
    for (setting, is_after) in cases {
        let (key, value) = setting.split_once('=').expect("because a setting is a pair");
        repo.git(["config", key, value]);
        let before = refs(&repo);
        // What a killed run leaves behind goes with the repository.
        let place = repo.home().display().to_string();
        let killed = tag(&repo, &["create", "2.0.1"]).env("TMPDIR", &place).run();
        repo.git(["config", "--unset", key]);
        assert_eq!(killed.exit, -1, "{setting}: {} {}", killed.stdout, killed.stderr);
        follow_lock(&repo, setting.starts_with("core.hooksPath") && !is_after);
        if is_after {
            let _kept = tag(&repo, &["verify", "v2.0.1"]).run().success();
        } else {
            assert_eq!(refs(&repo), before, "{setting}");
        }
        let again = tag(&repo, &["create", "2.0.1", "--format", "json"]).run().success().json();
        assert_eq!(again["outcome"], if is_after { "already" } else { "created" }, "{setting}");
        repo.git(["tag", "-d", "v2.0.1"]);
    }
    assert_eq!(repo.git(["config", "user.signingKey"]), signer);
}

#[test]
fn a_symbolic_ref_that_leads_nowhere_gets_no_other_ref_written() {
    let (repo, _) = ssh_story();
    repo.git(["symbolic-ref", "refs/tags/v2.0.1", "refs/tags/nothing"]);
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
    repo.git_fails(["rev-parse", "--verify", "refs/tags/nothing"]);
    repo.git_fails(["symbolic-ref", "refs/tags/v2.0.1"]);
}

#[test]
fn a_ref_in_the_way_is_named() {
    let (repo, _) = ssh_story();
    repo.git(["update-ref", "refs/tags/v2.0.1/x", "main"]);
    refused(&repo, &["2.0.1"], 1, "'refs/tags/v2.0.1/x' is in the way of 'refs/tags/v2.0.1'");
    repo.git(["update-ref", "-d", "refs/tags/v2.0.1/x"]);
    repo.write_config(&PROJECT.replace("[[line]]", "tag = \"r/v{version}\"\n[[line]]"));
    repo.git(["tag", "r", "main"]);
    refused(&repo, &["2.0.1", "--unsigned"], 1, "'refs/tags/r' is in the way of 'refs/tags/r/v2.0.1'");
    repo.git(["tag", "-d", "r"]);
    let _made = tag(&repo, &["create", "2.0.1", "--unsigned"]).run().success();
}

#[test]
fn git_has_to_know_who_makes_the_tag() {
    let (repo, _) = ssh_story();
    repo.git(["config", "--unset", "user.email"]);
    repo.git(["config", "user.useConfigOnly", "true"]);
    refused(&repo, &["2.0.1"], 2, "git does not know who makes the tag");
    refused(&repo, &["2.0.1", "--unsigned"], 2, "git does not know who makes the tag");
}

/// Git packs refs under a lock of its own, which no new ref needs (`git-pack-refs(1)`).
#[test]
fn a_lock_of_packed_refs_is_in_nobodys_way() {
    let (repo, _) = ssh_story();
    repo.git(["pack-refs", "--all"]);
    let lock = repo.path().join(".git/packed-refs.lock");
    std::fs::write(&lock, "").expect("because the folder is ours");
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
    let _found = tag(&repo, &["verify", "v2.0.1"]).run().success();
    assert!(lock.exists(), "a lock of another git is not ours to remove");
}

#[test]
fn a_tag_that_appears_at_this_moment_is_kept() {
    let (repo, _) = ssh_story();
    // Somebody else makes the tag while ours is signed. Git runs the program with our place for the tag as its repository.
    let theirs = format!("GIT_DIR='{}/.git' git update-ref refs/tags/v2.0.1 main", repo.path().display());
    let text = format!("case \"$2\" in sign) {theirs} ;; esac\nexec ssh-keygen \"$@\"");
    repo.git(["config", "gpg.ssh.program", &script(&repo, "racing", &text).display().to_string()]);
    let output = tag(&repo, &["create", "2.0.1"]).run().code(1);
    assert!(output.stderr.contains("tag 'v2.0.1' was made at this moment"), "{}", output.stderr);
    assert_eq!(repo.git(["rev-parse", "refs/tags/v2.0.1"]), repo.commit_id("main").to_string());
}

#[test]
fn a_branch_for_each_release_and_a_repository_without_configuration_work() {
    let repo = Repo::new();
    let key = SshKey::new(&repo, "mia", "");
    repo.git(["config", "user.signingKey", key.path.to_str().expect("because the folder has a plain name")]);
    let list = repo.home().join("signers");
    std::fs::write(&list, key.line("mia@example.com", "")).expect("because the folder is ours");
    repo.git(["config", "gpg.format", "ssh"]);
    repo.git(["config", "gpg.ssh.allowedSignersFile", list.to_str().expect("because the folder has a plain name")]);
    start_line(&repo);
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
    repo.write_config(&PROJECT.replace("release/2.0", "release/v{version}"));
    repo.git(["branch", "-m", "release/2.0", "release/v2.0.2"]);
    repo.git(["checkout", "-q", "release/v2.0.2"]);
    repo.git(["commit", "-q", "--allow-empty", "-m", "More"]);
    repo.git(["checkout", "-q", "main"]);
    let made = tag(&repo, &["create", "--format", "json"]).run().success().json();
    assert_eq!((&made["tag"], &made["branch"]), (&"v2.0.2".into(), &"release/v2.0.2".into()));
    // The branch of a release may go when the release is out.
    repo.git(["branch", "-D", "release/v2.0.2"]);
    let _found = tag(&repo, &["verify", "v2.0.2"]).run().success();
}

#[test]
fn outside_of_a_repository_it_says_so() {
    assert!(Bin::tag().args(["create", "2.0.1"]).run().code(2).stderr.contains("no git repository"));
}
