//! `patch-tag verify`: each way a tag can be wrong is refused for its own reason, where git refuses it and where not.

mod content;

use crate::support::signing::{PROJECT, SshKey, allow, open, run, ssh_story, tag};
use crate::support::{Bin, Repo};

/// Makes `v2.0.1` on the line.
fn signed(repo: &Repo) {
    let _made = tag(repo, &["create", "2.0.1"]).run().success();
}

/// What does not pass, and whether `git verify-tag` accepts the tag by the same list of signers.
fn judged(repo: &Repo, name: &str, more: &[&str]) -> (Vec<String>, bool) {
    let args = [&["verify", name, "--format", "json"], more].concat();
    let output = tag(repo, &args).run();
    let found = open(&output.json());
    let expected = match found.iter().any(|said| said.ends_with("failed")) {
        true => 1,
        false if found.is_empty() => 0,
        false => 3,
    };
    assert_eq!(output.exit, expected, "{found:?} {}", output.stderr);
    let list = repo.home().join("list-for-git");
    std::fs::write(&list, repo.git(["show", "main:allowed"]) + "\n").expect("because the folder is ours");
    let mut git = repo.git_command();
    git.arg("-c").arg(format!("gpg.ssh.allowedSignersFile={}", list.display())).args(["verify-tag", name]);
    (found, git.output().expect("because git is installed").status.success())
}

fn object(repo: &Repo, name: &str) -> String {
    repo.git(["rev-parse", &format!("refs/tags/{name}")])
}

/// Writes a tag object as it is, and its ref.
fn plant(repo: &Repo, name: &str, bytes: &str) {
    let mut command = repo.git_command();
    command.args(["hash-object", "-t", "tag", "-w", "--stdin", "--literally"]);
    let output = crate::support::run_with_input(&mut command, bytes.as_bytes().to_vec());
    let id = String::from_utf8(output.stdout).expect("because names are ASCII");
    repo.git(["update-ref", &format!("refs/tags/{name}"), id.trim()]);
}

fn content(repo: &Repo, name: &str) -> String {
    repo.git(["cat-file", "tag", name]) + "\n"
}

/// Tags the tip of the line 2.0 as `v2.0.1`, signed with a key that git is not configured with.
fn sign_as(repo: &Repo, key: &SshKey) {
    let path = key.path.to_str().expect("because the folder has a plain name");
    let key = format!("user.signingKey={path}");
    repo.git(["-c", "gpg.format=ssh", "-c", &key, "tag", "-s", "-m", "x", "v2.0.1", "release/2.0"]);
}

#[test]
fn a_good_tag_verifies_here_and_by_git() {
    let (repo, _) = ssh_story();
    signed(&repo);
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec![], true));
    let document = tag(&repo, &["verify", "v2.0.1", "--format", "json"]).run().success().json();
    assert_eq!(document["schema"], "patch-tag/verify@1");
    assert_eq!(
        (&document["answer"], &document["version"], &document["line"]),
        (&"yes".into(), &"2.0.1".into(), &"2.0".into())
    );
    assert_eq!(document["signed-by"]["name"], "mia@example.com");
    let _asked = tag(&repo, &["verify", "v9.9.9"]).run().code(2);
}

#[test]
fn a_replayed_tag_has_another_name_inside() {
    let (repo, _) = ssh_story();
    signed(&repo);
    repo.git(["update-ref", "refs/tags/v2.0.2", &object(&repo, "v2.0.1")]);
    assert_eq!(judged(&repo, "v2.0.2", &[]), (vec!["name failed".to_owned()], true));
}

#[test]
fn a_moved_tag_is_not_where_it_should_be() {
    let (repo, _) = ssh_story();
    signed(&repo);
    let other = repo.home().join("other.git");
    let other = other.to_str().expect("because the folder has a plain name");
    repo.git(["clone", "-q", "--bare", ".", other]);
    repo.git(["remote", "add", "up", other]);
    repo.git(["-c", "gpg.format=ssh", "tag", "-s", "-f", "-m", "again", "v2.0.1", "main"]);
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["line failed".to_owned()], true));
    let (found, _) = judged(&repo, "v2.0.1", &["--remote", "up", "--commit", "release/2.0"]);
    assert_eq!(found[..2], ["commit failed", "remote failed"]);
}

#[test]
fn a_stranger_and_a_key_for_another_purpose_are_refused() {
    let (repo, key) = ssh_story();
    let stranger = SshKey::new(&repo, "eve", "");
    sign_as(&repo, &stranger);
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["signer failed".to_owned()], false));
    // A signature that Mia made over the same bytes for a file.
    let text = content(&repo, "v2.0.1");
    let (payload, _) = text.split_once("-----BEGIN").expect("because it is signed");
    let mia = key.path.to_str().expect("because the folder has a plain name");
    let signature = run("ssh-keygen", &repo.home(), &[], &["-q", "-Y", "sign", "-n", "file", "-f", mia], payload);
    plant(&repo, "v2.0.1", &format!("{payload}{signature}"));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["purpose failed".to_owned()], false));
}

#[test]
fn what_was_changed_after_signing_does_not_fit() {
    let (repo, _) = ssh_story();
    signed(&repo);
    plant(&repo, "v2.0.1", &content(&repo, "v2.0.1").replace("Godel", "Gödel"));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["signature failed".to_owned()], false));
    plant(&repo, "v2.0.1", &content(&repo, "v2.0.1").replace("SSH SIGNATURE-----\nU", "SSH SIGNATURE-----\n!"));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["signature failed".to_owned()], false));
}

#[test]
fn a_key_that_is_out_of_date_fails_though_the_tag_says_an_older_moment() {
    let (repo, key) = ssh_story();
    signed(&repo);
    // The story begins on 2026-01-05 at 09:00.
    allow(&repo, &key.line("mia@example.com", "valid-before=\"20260106Z\""));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec![], true));
    repo.tick(3 * 86_400);
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["key-now failed".to_owned()], true));
    allow(&repo, &key.line("mia@example.com", "valid-before=\"20260105Z\""));
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["key-then failed".to_owned(), "key-now failed".to_owned()], false));
}

#[test]
fn a_tag_that_is_dated_before_its_commit_was_backdated() {
    let (repo, key) = ssh_story();
    let mut git = repo.git_command();
    git.env("GIT_COMMITTER_DATE", "2026-01-04T09:00:00Z");
    git.args(["-c", "gpg.format=ssh", "tag", "-s", "-m", "x", "v2.0.1", "release/2.0"]);
    assert!(git.output().expect("because git is installed").status.success());
    // Git is content: it checks the key at the moment that the signer chose.
    allow(&repo, &key.line("mia@example.com", "valid-before=\"20260105Z\""));
    repo.tick(3 * 86_400);
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["key-now failed".to_owned(), "date failed".to_owned()], true));
}

#[test]
fn a_revoked_key_is_refused_from_a_list_and_from_a_krl() {
    let (repo, key) = ssh_story();
    signed(&repo);
    let krl = repo.home().join("krl");
    let (krl_path, public) = (krl.to_str().expect("a plain name"), key.path.with_extension("pub"));
    run("ssh-keygen", &repo.home(), &[], &["-q", "-k", "-f", krl_path, public.to_str().expect("a plain name")], "");
    let other = SshKey::new(&repo, "ann", "");
    let signing = "[signing]\nallowed-signers = \"allowed\"\nrevoked = \"revoked\"\n";
    repo.write_config(&format!("{PROJECT}{signing}"));
    for (content, expected) in [
        (std::fs::read(krl).expect("because it was made"), vec!["revocation failed".to_owned()]),
        (format!("{}\n", key.public).into_bytes(), vec!["revocation failed".to_owned()]),
        (format!("{}\n", other.public).into_bytes(), vec![]),
    ] {
        repo.land_fix("Revoke", [crate::support::Change::write("revoked", content)]);
        assert_eq!(judged(&repo, "v2.0.1", &[]).0, expected);
    }
    // What cannot be read revokes nothing and lets nothing pass.
    for broken in ["nonsense\n", "SSHKRL\n\0nonsense"] {
        repo.land_fix("Break", [("revoked", broken)]);
        let output = tag(&repo, &["verify", "v2.0.1"]).run().code(2);
        assert!(output.stderr.contains("cannot read the revoked keys in"), "{}", output.stderr);
    }
}

#[test]
fn lightweight_nested_and_malformed_tags_are_refused() {
    let (repo, _) = ssh_story();
    repo.git(["tag", "v2.0.1", "release/2.0"]);
    assert_eq!(judged(&repo, "v2.0.1", &[]), (vec!["annotated failed".to_owned()], false));
    repo.git(["tag", "-d", "v2.0.1"]);
    signed(&repo);
    repo.git(["-c", "gpg.format=ssh", "tag", "-s", "-m", "x", "v2.0.2", "v2.0.1"]);
    assert_eq!(judged(&repo, "v2.0.2", &[]), (vec!["object failed".to_owned()], true));
    plant(&repo, "v2.0.3", &content(&repo, "v2.0.1").replacen("tagger", "taggre", 1));
    assert_eq!(judged(&repo, "v2.0.3", &[]).0, ["annotated failed"]);
    plant(&repo, "v2.0.4", &content(&repo, "v2.0.0").replace("v2.0.0", "v2.0.4"));
    assert_eq!(judged(&repo, "v2.0.4", &[]).0[0], "signed failed");
    repo.git(["-c", "gpg.format=ssh", "tag", "-s", "-m", "x", "release-2", "release/2.0"]);
    assert_eq!(judged(&repo, "release-2", &[]), (vec!["form failed".to_owned()], true));
}

#[test]
fn the_versions_of_a_line_follow_its_history() {
    let (repo, _) = ssh_story();
    signed(&repo);
    repo.git(["-c", "gpg.format=ssh", "tag", "-s", "-m", "x", "v2.0.2", "release/2.0~1"]);
    assert_eq!(judged(&repo, "v2.0.2", &[]), (vec!["order failed".to_owned()], true));
}

/// libgit2 stops listing tags there, and says so to nobody.
#[test]
fn a_ref_that_leads_nowhere_hides_no_other_tag() {
    let (repo, _) = ssh_story();
    signed(&repo);
    repo.git(["-c", "gpg.format=ssh", "tag", "-s", "-m", "x", "v2.0.2", "release/2.0~1"]);
    for name in ["a", "v2.0.1-nowhere", "z"] {
        repo.git(["symbolic-ref", &format!("refs/tags/{name}"), "refs/tags/nothing"]);
    }
    assert_eq!(judged(&repo, "v2.0.2", &[]).0, ["order failed"]);
}

#[test]
fn signers_are_bound_to_names_of_tags() {
    let (repo, _) = ssh_story();
    signed(&repo);
    let rule = |signer: &str, pattern: &str| {
        let rule = format!("[[signing.tags]]\npattern = \"{pattern}\"\nsigners = [\"{signer}\"]\n");
        repo.write_config(&format!("{PROJECT}[signing]\nallowed-signers = \"allowed\"\n{rule}"));
        judged(&repo, "v2.0.1", &[]).0
    };
    assert_eq!(rule("mia@example.com", "v2.*"), Vec::<String>::new());
    assert_eq!(rule("ann@example.com", "v2.*"), ["signer failed"]);
    assert_eq!(rule("mia@example.com", "v1.*"), ["signer failed"]);
}

#[test]
fn the_policy_comes_from_main_and_never_from_the_worktree_or_the_tag() {
    let (repo, _) = ssh_story();
    let stranger = SshKey::new(&repo, "eve", "");
    repo.land_on_line("2.0", "Let me sign", [("allowed", stranger.line("eve@example.com", "").as_str())]);
    sign_as(&repo, &stranger);
    repo.git(["checkout", "-q", "v2.0.1"]);
    assert_eq!(judged(&repo, "v2.0.1", &[]).0, ["signer failed"]);
    repo.git(["checkout", "-q", "main"]);
    assert_eq!(judged(&repo, "v2.0.1", &["--from", "release/2.0"]).0, Vec::<String>::new());
}

#[test]
fn a_tag_cannot_choose_the_branch_that_its_policy_is_read_from() {
    let (repo, _) = ssh_story();
    let (stranger, up) = (SshKey::new(&repo, "eve", ""), repo.home().join("up.git").display().to_string());
    let evil =
        format!("{PROJECT}[signing]\nallowed-signers = \"allowed\"\n").replace("main = \"main\"", "main = \"evil\"");
    repo.land_on_line("2.0", "x", [("patch.toml", evil.as_str()), ("allowed", &stranger.line("eve@x", ""))]);
    repo.git(["branch", "evil", "release/2.0"]);
    repo.git(["clone", "-q", "--bare", ".", &up]);
    repo.git(["remote", "add", "origin", &up]);
    repo.git(["fetch", "-q", "origin"]);
    let key = format!("user.signingKey={}", stranger.path.display());
    repo.git(["-c", "gpg.format=ssh", "-c", &key, "tag", "-s", "-m", "x", "v2.0.1", "evil"]);
    repo.git(["checkout", "-q", "v2.0.1"]);
    assert_eq!(judged(&repo, "v2.0.1", &[]).0, ["signer failed"]);
}

#[test]
fn a_consumer_needs_a_policy_file_and_nothing_else() {
    let (repo, key) = ssh_story();
    signed(&repo);
    let consumer = Repo::new();
    let policy = consumer.home().join("policy");
    std::fs::create_dir(&policy).expect("because it is new");
    std::fs::write(policy.join("signers"), key.line("mia@example.com", "")).expect("because the folder is ours");
    let file = policy.join("godel.toml");
    let file = file.to_str().expect("because the folder has a plain name");
    let write = |text: &str| std::fs::write(file, text).expect("because the folder is ours");
    write("[signing]\nallowed-signers = \"signers\"\n");
    let clone = consumer.home().join("clone");
    let clone = clone.to_str().expect("because the folder has a plain name");
    consumer.git(["clone".as_ref(), "-q".as_ref(), repo.path().as_os_str(), clone.as_ref()]);
    let ask = || {
        Bin::tag().at(&repo).args(["verify", "v2.0.1", "--repo", clone, "--policy", file, "--now", &repo.now()]).run()
    };
    let _asked = ask().success();
    write("[signing]\nallowed-signerz = \"signers\"\n");
    assert!(ask().code(2).stderr.contains("line 2, column 1: unknown key 'allowed-signerz'"));
    write("[signing]\nallowed-signers = \"nobody\"\n");
    assert!(ask().code(2).stderr.contains("nobody"));
}

#[test]
fn without_a_list_of_signers_nothing_is_decided() {
    let (repo, _) = ssh_story();
    signed(&repo);
    repo.write_config(PROJECT);
    assert_eq!(judged(&repo, "v2.0.1", &[]).0, ["signer undecided"]);
    // What git is configured with counts where the policy is silent.
    repo.git(["config", "gpg.ssh.allowedSignersFile", "allowed"]);
    assert_eq!(judged(&repo, "v2.0.1", &[]).0, Vec::<String>::new());
}

#[test]
fn lists_of_signers_are_read_as_openssh_reads_them() {
    let (repo, key) = ssh_story();
    signed(&repo);
    let text = content(&repo, "v2.0.1");
    let (payload, _) = text.split_once("-----BEGIN").expect("because it is signed");
    let home = repo.home();
    std::fs::write(home.join("sig"), &text[payload.len()..]).expect("because the folder is ours");
    std::fs::write(
        home.join("policy.toml"),
        "[signing]\nallowed-signers = \"list\"\n[[signing.tags]]\npattern = \"*\"\nsigners = [\"mia@example.com\"]\n",
    )
    .expect("because the folder is ours");
    let policy = home.join("policy.toml").display().to_string();
    let lines = [
        ("mia@example.com", "", true),
        ("\"mia@example.com\"", "", true),
        ("*@example.com", "namespaces=\"git\"", true),
        ("*@example.com,!mia@*", "", false),
        ("ann@example.com,mia@example.com", "NAMESPACES=\"file,g?t\"", true),
        ("mia@example.com", "namespaces=\"file\"", false),
        ("mia@example.com", "cert-authority", false),
        ("mia@example.com", "valid-after=\"20260105Z\",valid-before=\"20260106Z\"", true),
        ("mia@example.com", "valid-after=\"20260105091600Z\"", false),
        ("mia@example.com", "valid-before=\"202601050800Z\"", false),
        ("m?a@example.com", "valid-before=\"20260106\",namespaces=\"git\"", true),
    ];
    for (principal, options, expected) in lines {
        std::fs::write(home.join("list"), key.line(principal, options)).expect("because the folder is ours");
        let mut theirs = crate::support::command("ssh-keygen", &home);
        theirs.current_dir(&home).args([
            "-Y",
            "verify",
            "-f",
            "list",
            "-I",
            "mia@example.com",
            "-n",
            "git",
            "-s",
            "sig",
        ]);
        let moment = repo.git(["for-each-ref", "--format=%(taggerdate:format:%Y%m%d%H%M%S)", "refs/tags/v2.0.1"]);
        theirs.arg(format!("-Overify-time={moment}Z"));
        let theirs = crate::support::run_with_input(&mut theirs, payload.as_bytes().to_vec()).status.success();
        let ours = tag(&repo, &["verify", "v2.0.1", "--policy", &policy]).run();
        assert_eq!((ours.exit == 0, theirs), (expected, expected), "{principal} {options}: {}", ours.stdout);
    }
}

#[test]
fn nothing_is_written_and_nothing_steers_the_terminal() {
    let (repo, _) = ssh_story();
    signed(&repo);
    plant(&repo, "v2.0.2", &content(&repo, "v2.0.1").replace("tag v2.0.1", "tag v\u{1b}[2J"));
    let before = repo.git(["for-each-ref"]) + &repo.git(["count-objects", "-v"]);
    for format in ["text", "markdown", "json"] {
        let output = tag(&repo, &["verify", "v2.0.2", "--format", format]).run().code(1);
        assert!(!output.stdout.contains('\u{1b}') && !output.stderr.contains('\u{1b}'), "{format}");
    }
    assert_eq!(repo.git(["for-each-ref"]) + &repo.git(["count-objects", "-v"]), before);
}
