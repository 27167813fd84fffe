//! `patch-tag sums` and `verify-sums`, with coreutils and OpenSSH as judges.

use std::path::{Path, PathBuf};

use crate::support::signing::{Authority, GpgHome, has, open, run, ssh_story};
use crate::support::{Bin, Repo};

/// A folder of files to release, one with a name that has to be escaped.
fn files(repo: &Repo) -> PathBuf {
    let folder = repo.home().join("dist");
    std::fs::create_dir_all(folder.join("sub")).expect("because it is new");
    for (name, content) in [("b.tar", "b"), ("a.tar", "a"), ("sub/c", "c"), ("odd\\na\nme", "odd")] {
        std::fs::write(folder.join(name), content).expect("because the folder is ours");
    }
    folder
}

fn sums(repo: &Repo, more: &[&str]) -> Bin {
    let files = ["b.tar", "a.tar", "sub/c", "odd\\na\nme"];
    let list = repo.home().join("dist/SHA256SUMS").display().to_string();
    let files = files.map(|name| repo.home().join("dist").join(name).display().to_string());
    Bin::tag().at(repo).args(["sums", "--any-file", "--output", &list]).args(files).args(more)
}

fn verify(repo: &Repo, more: &[&str]) -> Bin {
    let list = repo.home().join("dist/SHA256SUMS").display().to_string();
    Bin::tag().at(repo).args(["verify-sums", &list, "--format", "json"]).args(more)
}

#[test]
fn coreutils_and_openssh_agree() {
    let (repo, key) = ssh_story();
    let folder = files(&repo);
    let _made = sums(&repo, &[]).run().success();
    let list = std::fs::read_to_string(folder.join("SHA256SUMS")).expect("because it was written");
    let names: Vec<&str> = list.lines().map(|line| line.split_once("  ").expect("because a name follows").1).collect();
    assert_eq!(names, ["a.tar", "b.tar", "odd\\\\na\\nme", "sub/c"]);
    if has("sha256sum") {
        run("sh", &folder, &[], &["-c", "sha256sum --check --strict --quiet SHA256SUMS"], "");
        let theirs = run("sha256sum", &folder, &[], &["a.tar", "b.tar", "odd\\na\nme", "sub/c"], "");
        assert_eq!(list, theirs);
    }
    std::fs::write(folder.join("allowed"), key.line("mia@example.com", "")).expect("because the folder is ours");
    let ask = ["-Y", "verify", "-f", "allowed", "-I", "mia@example.com", "-n", "file", "-s", "SHA256SUMS.sig"];
    run("ssh-keygen", &folder, &[], &ask, &list);
    let found = verify(&repo, &[]).run().success().json();
    assert_eq!((&found["answer"], &found["extra"]), (&"yes".into(), &serde_json::json!(["allowed"])));
}

#[test]
fn every_file_and_the_signature_count() {
    let (repo, _) = ssh_story();
    let folder = files(&repo);
    let _made = sums(&repo, &[]).run().success();
    std::fs::write(folder.join("a.tar"), "A").expect("because the folder is ours");
    std::fs::remove_file(folder.join("sub/c")).expect("because the folder is ours");
    let found = verify(&repo, &[]).run().code(1).json();
    let outcomes: Vec<&str> = found["files"]
        .as_array()
        .expect("because there are files")
        .iter()
        .map(|file| file["outcome"].as_str().expect("because it is a word"))
        .collect();
    assert_eq!(outcomes, ["changed", "same", "same", "missing"]);
    assert_eq!(open(&found), Vec::<String>::new());

    files(&repo);
    let list = folder.join("SHA256SUMS");
    let good = std::fs::read_to_string(&list).expect("because it was written");
    std::fs::write(&list, good.replace("  b.tar", " *b.tar")).expect("because the folder is ours");
    assert_eq!(open(&verify(&repo, &[]).run().code(1).json()), ["signature failed"]);
    let _files_only = verify(&repo, &["--unsigned"]).run().success();
    std::fs::remove_file(folder.join("SHA256SUMS.sig")).expect("because it was written");
    assert_eq!(open(&verify(&repo, &[]).run().code(1).json()), ["signed failed"]);
    std::fs::write(folder.join("SHA256SUMS.asc"), "nonsense").expect("because the folder is ours");
    assert_eq!(open(&verify(&repo, &[]).run().code(1).json()), ["signature failed"]);
}

#[test]
fn a_hostile_list_reads_nothing_outside_of_its_folder() {
    let (repo, _) = ssh_story();
    let folder = files(&repo);
    let sum = "0".repeat(64);
    std::fs::write(folder.join("SHA256SUMS"), format!("{sum}  ../../etc/passwd\n{sum}  /etc/passwd\n")).expect("ours");
    let found = verify(&repo, &["--unsigned"]).run().code(1).json();
    assert_eq!((&found["files"][0]["outcome"], &found["files"][1]["outcome"]), (&"outside".into(), &"outside".into()));
    std::fs::write(folder.join("SHA256SUMS"), format!("{sum}  a\n{sum}  a\n")).expect("because the folder is ours");
    assert!(verify(&repo, &["--unsigned"]).run().code(1).stderr.contains("'a' stands twice"));
}

/// A pipe would be waited for without end, and some devices never end.
#[test]
fn links_and_special_files_of_a_stranger_are_not_opened() {
    use std::os::unix::fs::symlink;
    let (repo, _) = ssh_story();
    let folder = files(&repo);
    let at = |name: &str| folder.join(name);
    std::fs::write(repo.home().join("outside"), "a").expect("because the folder is ours");
    for (to, name) in [("../outside", "link"), ("..", "up"), ("a.tar", "own"), ("/dev/zero", "zero"), ("none", "gone")]
    {
        symlink(to, at(name)).expect("because the name is new");
    }
    let pipe = at("pipe").display().to_string();
    run("mkfifo", &folder, &[], &[&pipe], "");
    let judged = |names: &[&str]| {
        let sum = run("sha256sum", &folder, &[], &["a.tar"], "");
        let sum = sum.split(' ').next().expect("because it begins with the sum");
        let lines: String = names.iter().map(|name| format!("{sum}  {name}\n")).collect();
        std::fs::write(at("SHA256SUMS"), lines).expect("because the folder is ours");
        let found = verify(&repo, &["--unsigned"]).run().code(i32::from(names != ["a.tar"])).json();
        let files = found["files"].as_array().expect("because there are files");
        files.iter().map(|file| file["outcome"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(judged(&["a.tar"]), ["same"]);
    let names = ["link", "up/outside", "own", "zero", "gone", "pipe", "sub"];
    assert_eq!(judged(&names), names.map(|_| "special"));
    assert_eq!(judged(&["a.tar/x", "nothing"]), ["missing", "missing"]);
    let output = at("SUMS").display().to_string();
    for name in ["pipe", "zero"] {
        let path = at(name).display().to_string();
        let said = Bin::tag().at(&repo).args(["sums", "--unsigned", "--output", &output, &path]).run().code(2).stderr;
        assert!(
            said.contains(&format!("{name}' is a pipe, a device or the like")) && said.contains("hint: "),
            "{said}"
        );
    }
    assert!(!at("SUMS").exists());
    // A signature beside the list that nobody named.
    run("mkfifo", &folder, &[], &[&at("SHA256SUMS.sig").display().to_string()], "");
    judged(&["a.tar"]);
    assert_eq!(open(&verify(&repo, &[]).run().code(1).json()), ["signature failed"]);
}

#[test]
fn what_cannot_be_listed_is_refused_and_nothing_is_written() {
    let (repo, _) = ssh_story();
    let folder = files(&repo);
    let twice = folder.join("a.tar").display().to_string();
    assert!(sums(&repo, &[&twice]).run().code(2).stderr.contains("cannot list these files"));
    assert!(sums(&repo, &["README.md"]).run().code(2).stderr.contains("is not below the folder of the list"));
    let _shown = sums(&repo, &["--dry-run"]).run().success();
    repo.git(["config", "--unset", "user.signingKey"]);
    assert!(sums(&repo, &[]).run().code(2).stderr.contains("no SSH key"));
    assert!(!folder.join("SHA256SUMS").exists() && !folder.join("SHA256SUMS.sig").exists());
    let _made = sums(&repo, &["--unsigned"]).run().success();
    assert!(folder.join("SHA256SUMS").exists() && !folder.join("SHA256SUMS.sig").exists());
}

/// What `patch-notes publish` refuses would otherwise come to light when the tag is public.
#[test]
fn what_can_be_no_file_of_a_release_is_refused() {
    let (repo, _) = ssh_story();
    let folder = files(&repo);
    let write = |name: &str, content: &str| std::fs::write(folder.join(name), content).expect("because it is ours");
    for (name, content) in
        [("my file.tar", "x"), (".hidden", "x"), ("ends.", "x"), ("empty.tar", ""), ("a+b_1-2.tar", "x")]
    {
        write(name, content);
    }
    let large = std::fs::File::create(folder.join("large.tar")).expect("because the folder is ours");
    large.set_len(2 << 30).expect("because it takes no room");
    let list = folder.join("SHA256SUMS").display().to_string();
    let ask = |name: &str, more: &[&str]| {
        let file = folder.join(name).display().to_string();
        Bin::tag().at(&repo).args(["sums", "--unsigned", "--output", &list, &file]).args(more).run()
    };
    for (name, why) in [
        ("my file.tar", "GitHub renames it"),
        ("odd\\na\nme", "GitHub renames it"),
        ("sub/c", "GitHub renames it"),
        (".hidden", "it begins or ends with a dot"),
        ("ends.", "it begins or ends with a dot"),
        ("empty.tar", "it is empty"),
        ("large.tar", "2 GiB"),
    ] {
        let output = ask(name, &[]).code(2);
        assert!(
            output.stderr.contains("cannot be a file of a release") && output.stderr.contains(why),
            "{name}: {output:?}"
        );
        assert!(!folder.join("SHA256SUMS").exists(), "{name}");
    }
    let _listed = ask("my file.tar", &["--any-file", "--dry-run"]).success();
    let _listed = ask("a+b_1-2.tar", &[]).success();
}

#[test]
fn a_consumer_verifies_without_a_repository() {
    let (repo, key) = ssh_story();
    files(&repo);
    let _made = sums(&repo, &["--key-env", "KEY"]).env("KEY", &key.text()).run().success();
    let consumer = tempfile::tempdir().expect("because tests can write to the temporary folder");
    let policy = consumer.path().join("policy.toml");
    std::fs::write(&policy, "[signing]\nallowed-signers = \"signers\"\n").expect("because the folder is ours");
    std::fs::write(consumer.path().join("signers"), key.line("mia@example.com", ""))
        .expect("because the folder is ours");
    let ask = |policy: &Path| {
        let list = repo.home().join("dist/SHA256SUMS").display().to_string();
        Bin::tag().args(["verify-sums", &list, "--policy", &policy.display().to_string()])
    };
    let _found = ask(&policy).run().success();
    std::fs::write(consumer.path().join("signers"), "").expect("because the folder is ours");
    assert!(ask(&policy).run().code(1).stdout.contains("signer"));
}

#[test]
fn files_that_cannot_be_read_or_written_are_told_with_a_command() {
    let repo = Repo::new();
    let folder = files(&repo);
    let path = |name: &str| folder.join(name).display().to_string();
    let hint = |args: &[&str], code: i32| {
        let said = Bin::tag().at(&repo).args(args).run().code(code).stderr;
        said.split_once("hint: ").map_or(said.clone(), |(_, hint)| hint.trim().to_owned())
    };
    let list = path("SHA256SUMS");
    let there = format!("see what is there: ls -l {}", folder.display());
    assert_eq!(hint(&["sums", "--unsigned", "--output", &list, &path("none")], 2), there);
    assert_eq!(hint(&["verify-sums", "--unsigned", &list], 2), there);
    assert_eq!(hint(&["verify-sums", "--policy", &path("none"), &list], 2), there);
    std::fs::create_dir(&list).expect("because the folder is ours");
    let is_folder = format!("name a file in it: ls -l {list}");
    assert_eq!(hint(&["sums", "--unsigned", "--output", &list, &path("a.tar")], 4), is_folder);
    assert_eq!(hint(&["verify-sums", "--unsigned", &list], 2), is_folder);
    std::fs::write(path("odd"), [0xff]).expect("because the folder is ours");
    assert!(hint(&["verify-sums", "--unsigned", &path("odd")], 1).starts_with("get it anew"));
}

/// Nobody's signature is asked for, so nothing is read that says whose would count.
#[test]
fn without_a_signature_nothing_of_the_repository_is_needed() {
    let outside = tempfile::tempdir().expect("because tests can write to the temporary folder");
    let no_main = Repo::new();
    no_main.git(["branch", "-m", "topic"]);
    let broken = Repo::new();
    broken.write_config("nonsense");
    let unborn = tempfile::tempdir().expect("because tests can write to the temporary folder");
    broken.git(["init", "-q", &unborn.path().display().to_string()]);
    let damaged = Repo::new();
    std::fs::write(damaged.path().join(".git/config"), "[core").expect("because the folder is ours");
    for place in [outside.path(), &no_main.path(), &broken.path(), unborn.path(), &damaged.path()] {
        let folder = outside.path().join("dist");
        let list = folder.join("SHA256SUMS").display().to_string();
        std::fs::create_dir_all(&folder).expect("because the folder is ours");
        std::fs::write(folder.join("a.tar"), "a").expect("because the folder is ours");
        let file = folder.join("a.tar").display().to_string();
        let ask = |args: &[&str]| Bin::tag().args(["--repo", &place.display().to_string()]).args(args).run();
        let _made = ask(&["sums", "--unsigned", "--output", &list, &file]).success();
        let found = ask(&["verify-sums", "--unsigned", "--format", "json", &list]).success().json();
        assert_eq!((&found["answer"], found.get("policy")), (&"yes".into(), None), "{}", place.display());
        assert!(ask(&["sums", "--output", &list, &file]).exit != 0, "a signature needs more: {}", place.display());
        for more in [["--policy", "x.toml"], ["--from", "main"]] {
            let _refused = ask(&[&["sums", "--unsigned", &file], &more[..]].concat()).code(2);
            let _refused = ask(&[&["verify-sums", "--unsigned", &list], &more[..]].concat()).code(2);
        }
    }
}

#[test]
fn openpgp_signs_lists_too() {
    let repo = Repo::new();
    let home = GpgHome::new();
    let key = home.key("mia@x", "", "never");
    repo.write_config(&format!(
        "[project]\nmain = \"main\"\n[signing]\nformat = \"openpgp\"\nfingerprints = [\"{key}\"]\n"
    ));
    repo.git(["config", "user.signingKey", &key]);
    let folder = files(&repo);
    let _made = sums(&repo, &[]).env("GNUPGHOME", home.path()).run().success();
    let path = |name: &str| folder.join(name).display().to_string();
    home.gpg(&["--verify", &path("SHA256SUMS.asc"), &path("SHA256SUMS")], "");
    let _found = verify(&repo, &[]).env("GNUPGHOME", home.path()).run().success();
}

#[test]
fn an_openpgp_key_that_is_given_signs_a_list_and_is_gone() {
    let repo = Repo::new();
    let home = GpgHome::new();
    let mia = home.key("mia@x", "open sesame", "never");
    let secret = home.gpg(&["--passphrase", "open sesame", "--armor", "--export-secret-keys", &mia], "");
    let public = home.gpg(&["--armor", "--export", &mia], "");
    repo.land_fix("Publish the keys", [("keys.asc", public.as_str())]);
    repo.write_config("[project]\nmain = \"main\"\n[signing]\nkeys = \"keys.asc\"\n");
    let (folder, own) = (files(&repo), GpgHome::new());
    let path = |name: &str| folder.join(name).display().to_string();
    let given = |more: &[&str]| {
        let run = sums(&repo, &[&["--key-env", "KEY"], more].concat());
        run.env("KEY", &secret).env("PASS", "open sesame\n").env("GNUPGHOME", own.path())
    };
    assert!(given(&[]).run().code(2).stderr.contains("needs a passphrase"));
    assert!(!folder.join("SHA256SUMS").exists() && !folder.join("SHA256SUMS.asc").exists());
    let _made = given(&["--passphrase-env", "PASS"]).run().success();
    home.gpg(&["--verify", &path("SHA256SUMS.asc"), &path("SHA256SUMS")], "");
    assert_eq!(own.gpg(&["--list-keys"], "") + &own.gpg(&["--list-secret-keys"], ""), "");

    let verified = |code: i32| open(&verify(&repo, &[]).env("GNUPGHOME", own.path()).run().code(code).json());
    assert_eq!(verified(0), Vec::<String>::new());
    let list = std::fs::read_to_string(path("SHA256SUMS")).expect("because it was written");
    std::fs::write(path("SHA256SUMS"), format!("{list}{}  d.tar\n", "0".repeat(64))).expect("because it is ours");
    assert_eq!(verified(1), ["signature failed"]);
}

#[test]
fn a_list_never_takes_the_place_of_what_it_lists() {
    let repo = Repo::new();
    let folder = files(&repo);
    let before = std::fs::read(folder.join("a.tar")).expect("because it is there");
    let refused = |arguments: &[&str]| {
        let output = Bin::tag().at(&repo).args([&["sums", "--unsigned"], arguments].concat()).run().code(2);
        assert!(output.stderr.contains("is the list of sums or its signature"), "{}", output.stderr);
    };
    let path = |name: &str| folder.join(name).display().to_string();
    refused(&["--output", &path("a.tar"), &path("a.tar")]);
    std::fs::write(folder.join("SHA256SUMS.sig"), "x").expect("because the folder is ours");
    refused(&["--output", &path("SHA256SUMS"), &path("SHA256SUMS.sig")]);
    assert_eq!(std::fs::read(folder.join("a.tar")).expect("because it is there"), before);
}

#[test]
fn without_a_configured_key_a_list_is_signed_with_the_one_that_git_takes() {
    let (repo, home) = (Repo::new(), GpgHome::new());
    let ann = home.key("ann@x", "", "never");
    let mia = home.key("Mia Maintainer <mia@example.com>", "", "never");
    let signing = format!("format = \"openpgp\"\nfingerprints = [\"{ann}\", \"{mia}\"]\n");
    repo.write_config(&format!("[project]\nmain = \"main\"\n[signing]\n{signing}"));
    files(&repo);
    let made = sums(&repo, &["--format", "json"]).env("GNUPGHOME", home.path()).run().success().json();
    let mut git = repo.git_command();
    git.env("GNUPGHOME", home.path()).args(["tag", "-s", "-m", "x", "theirs"]);
    assert!(git.status().expect("because git is installed").success());
    let mut git = repo.git_command();
    git.env("GNUPGHOME", home.path()).args(["verify-tag", "--raw", "theirs"]);
    let theirs = String::from_utf8_lossy(&git.output().expect("because git is installed").stderr).into_owned();
    assert!(theirs.contains(&format!("VALIDSIG {mia}")), "{theirs}");
    assert_eq!(made["signed-by"]["key"], mia);
}

/// A consumer has one policy file, which names a certificate, and no authority that gpgsm would trust. gpgsm then stops at the authority
/// that is missing and says nothing about dates.
#[test]
fn a_certificate_has_to_be_in_date_although_its_authority_is_not_known() {
    if !has("gpgsm") || !has("openssl") {
        return;
    }
    let (repo, authority) = (Repo::new(), Authority::new());
    let folder = files(&repo);
    let _made = sums(&repo, &["--unsigned"]).run().success();
    let list = std::fs::read_to_string(folder.join("SHA256SUMS")).expect("because it was written");
    let policy = repo.home().join("policy.toml");
    let judged = |name: &str, key: &str, home: &GpgHome, now: &[&str]| {
        std::fs::write(folder.join("SHA256SUMS.p7s"), authority.armored(name, &list)).expect("because it is ours");
        std::fs::write(&policy, format!("[signing]\nfingerprints = [\"{key}\"]\n")).expect("because it is ours");
        let file = policy.display().to_string();
        let ask = [&["--policy", file.as_str()], now].concat();
        open(&verify(&repo, &ask).env("GNUPGHOME", home.path()).run().json())
    };
    let ended = authority.certificate("ended", "leaf", "20200101000000Z", "20210101000000Z");
    let young = authority.certificate("young", "leaf", "20450101000000Z", "20460101000000Z");
    let valid = authority.certificate("valid", "leaf", "20260101000000Z", "20400101000000Z");
    let (unknown, known, trusted) = (GpgHome::new(), GpgHome::new(), GpgHome::new());
    let root = authority.path("ca.pem").display().to_string();
    for home in [&known, &trusted] {
        home.gpgsm(&["--import", &root], "");
    }
    let listing = trusted.gpgsm(&["--with-colons", "--list-keys"], "");
    let line = listing.lines().find(|line| line.starts_with("fpr")).expect("because it was imported");
    trusted.trust(line.split(':').nth(9).expect("because a fingerprint stands there"));
    for home in [&unknown, &known, &trusted] {
        assert_eq!(judged("valid", &valid, home, &[]), Vec::<String>::new());
        assert_eq!(judged("valid", &valid, home, &["--now", "2039-12-31T00:00:00Z"]), Vec::<String>::new());
        assert_eq!(judged("valid", &valid, home, &["--now", "2040-01-02T00:00:00Z"]), ["key-now failed"]);
        assert_eq!(judged("valid", &valid, home, &["--now", "2025-12-31T00:00:00Z"]), ["key-now failed"]);
        assert_eq!(judged("ended", &ended, home, &[]), ["key-then failed", "key-now failed"]);
        assert_eq!(judged("young", &young, home, &[]), ["key-now failed"]);
        assert_eq!(judged("valid", &ended, home, &[]), ["signer failed"]);
    }
}
