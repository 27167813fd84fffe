//! Keys that are given to one run by an environment variable: used, and gone afterwards.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::signing::{
    Authority, GpgHome, PROJECT, SshKey, allow, has, run, script, ssh_story, start_line, tag,
};
use crate::support::{Bin, Output, Repo};

/// A story whose only key is given, and its signer is Con.
fn story(passphrase: &str) -> (Repo, SshKey) {
    let (repo, _) = ssh_story();
    repo.git(["config", "--unset", "user.signingKey"]);
    let key = SshKey::new(&repo, "con", passphrase);
    allow(&repo, &key.line("con@example.com", ""));
    std::fs::remove_file(key.path.with_extension("pub")).expect("because it was made");
    (repo, key)
}

fn create(repo: &Repo, more: &[&str]) -> Bin {
    tag(repo, &[&["create", "2.0.1", "--key-env", "KEY", "--format", "json"], more].concat())
}

/// The folders of sessions that are left.
fn left() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in [Path::new("/dev/shm"), &std::env::temp_dir()] {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        found.extend(names.filter(|name| name.starts_with("backstitch-key-")));
    }
    found
}

/// Says whether the process of a session is gone. Those of tests that run at this moment have one.
fn is_of_no_process(folder: &str) -> bool {
    let process = folder.split('-').nth(2).unwrap_or_default();
    !Path::new(&format!("/proc/{process}")).exists()
}

/// Requires that no secret was printed.
#[track_caller]
fn silent(output: &Output, secrets: &[&str]) {
    for secret in secrets {
        assert!(!output.stdout.contains(secret) && !output.stderr.contains(secret), "{output:?}");
    }
}

#[test]
fn an_ssh_key_is_used_however_it_was_pasted() {
    let (repo, key) = story("");
    let text = key.text();
    std::fs::remove_file(&key.path).expect("because it was made");
    for pasted in
        [text.clone(), text.trim_end().to_owned(), text.replace('\n', "\r\n"), text.trim_end().replace('\n', "\\n")]
    {
        let made = create(&repo, &[]).env("KEY", &pasted).run().success();
        assert_eq!(made.json()["signed-by"]["name"], "con@example.com");
        silent(&made, &[text.lines().nth(1).expect("because a key has lines")]);
        repo.git(["tag", "-d", "v2.0.1"]);
    }
}

#[test]
fn an_ssh_key_with_a_passphrase_needs_it() {
    let (repo, key) = story("open sesame");
    let text = key.text();
    let with = |passphrase: Option<&str>| match passphrase {
        None => create(&repo, &[]).env("KEY", &text).run(),
        Some(passphrase) => {
            create(&repo, &["--passphrase-env", "PASS"]).env("KEY", &text).env("PASS", passphrase).run()
        }
    };
    assert!(with(None).code(2).stderr.contains("needs a passphrase"));
    let wrong = with(Some("open wheat")).code(2);
    silent(&wrong, &["open wheat"]);
    assert!(wrong.stderr.contains("is the passphrase that of this key"), "{}", wrong.stderr);
    let _made = with(Some("open sesame\n")).success();
}

#[test]
fn secrets_reach_neither_arguments_nor_the_programs_that_sign() {
    let (repo, key) = story("open sesame");
    let seen = repo.home().join("seen");
    let spy = script(
        &repo,
        "spy",
        &format!("{{ env; cat /proc/[0-9]*/cmdline 2>&1; }} >> '{}'; exec ssh-keygen \"$@\"", seen.display()),
    );
    repo.git(["config", "gpg.ssh.program", spy.to_str().expect("because the folder has a plain name")]);
    let hooks = repo.home().join("hooks");
    std::fs::create_dir(&hooks).expect("because it is new");
    script(&repo, "hooks/reference-transaction", &format!("{{ echo in a hook; env; }} >> '{}'", seen.display()));
    repo.git(["config", "core.hooksPath", hooks.to_str().expect("because the folder has a plain name")]);
    let _made =
        create(&repo, &["--passphrase-env", "PASS"]).env("KEY", &key.text()).env("PASS", "open sesame").run().success();
    let seen = String::from_utf8_lossy(&std::fs::read(seen).expect("because it signed")).into_owned();
    for word in ["SSH_AUTH_SOCK=", "in a hook", "key::ssh-ed25519"] {
        assert!(seen.contains(word), "{word}: {seen}");
    }
    let body = key.text().lines().nth(1).expect("because a key has lines").to_owned();
    assert!(!seen.contains("PASS=") && !seen.contains("KEY=-") && !seen.contains(&body), "{seen}");
}

#[test]
fn what_is_no_key_is_told_apart() {
    let (repo, key) = story("");
    let told = |text: &str| create(&repo, &[]).env("KEY", text).run().code(2).stderr;
    assert!(told("").contains("'KEY' is not set, or empty"));
    assert!(told("ssh-ed25519 AAAA").contains("'KEY' holds no private key"));
    let half: Vec<String> =
        key.text().lines().enumerate().filter(|(at, _)| *at != 2).map(|(_, line)| line.to_owned()).collect();
    assert!(told(&half.join("\n")).contains("the SSH key in 'KEY' cannot be read"));
    assert!(
        told("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----")
            .contains("the OpenPGP key in 'KEY' cannot be read")
    );
    assert_eq!(repo.git(["tag"]), "v2.0.0");
}

#[test]
fn an_openpgp_key_is_used_from_memory_and_its_folder_removed() {
    let repo = Repo::new();
    let home = GpgHome::new();
    let export = |user: &str, passphrase: &str| {
        home.gpg(&["--passphrase", passphrase, "--armor", "--export-secret-keys", user], "")
    };
    let mia = home.key("mia@x", "open sesame", "never");
    let old = home.key("old@x", "", "2026-02-01");
    let (key, expired) = (export("mia@x", "open sesame"), export("old@x", ""));
    let policy = format!("{PROJECT}[signing]\nfingerprints = [\"{mia}\", \"{old}\"]\n");
    repo.write_config(&policy);
    start_line(&repo);
    let empty = GpgHome::new();
    let before = left();
    // Gpg signs at the moment of the machine's clock, so the tag is dated by it, too.
    let run = |key: &str, more: &[&str]| {
        let args = [&["create", "2.0.1", "--key-env", "KEY", "--format", "json"], more].concat();
        Bin::tag().at(&repo).args(args).env("KEY", key).env("GNUPGHOME", empty.path())
    };
    assert!(run(&key, &[]).run().code(2).stderr.contains("needs a passphrase"));
    assert!(run(&key, &["--passphrase-env", "P"]).env("P", "no").run().code(2).stderr.contains("cannot be opened"));
    assert!(run(&expired, &[]).run().code(1).stderr.contains("is out of date"));
    // As 'push' says of it, which has the key no more.
    let unknown = run(&key, &["--passphrase-env", "P"]).env("P", "open sesame").run().code(3);
    assert!(unknown.stderr.contains("is not in your keyring"), "{}", unknown.stderr);
    assert_eq!(repo.git(["tag"]), "v2.0.0");
    repo.land_fix("Name the keys", [("keys.asc", home.gpg(&["--armor", "--export", "mia@x"], "").as_str())]);
    repo.write_config(&format!("{policy}keys = \"keys.asc\"\n"));
    let made = run(&key, &["--passphrase-env", "P"]).env("P", "open sesame").run().success();
    silent(&made, &["open sesame"]);
    assert_eq!(made.json()["signed-by"]["key"], mia);
    let verified = repo.git_command().env("GNUPGHOME", home.path()).args(["verify-tag", "v2.0.1"]).output();
    assert!(verified.expect("because git is installed").status.success());
    let ours = |name: &str| {
        let process = name.split('-').nth(2).unwrap_or_default();
        !Path::new(&format!("/proc/{process}")).exists()
    };
    // Those of tests that run at this moment have a process.
    let after = left();
    assert_eq!(after.difference(&before).filter(|name| ours(name)).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn an_openpgp_key_of_the_keyring_that_cannot_sign_is_told() {
    let repo = Repo::new();
    let home = GpgHome::new();
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"openpgp\"\n"));
    start_line(&repo);
    home.key("old@x", "", "2026-02-01");
    let told = |key: &str| {
        repo.git(["config", "user.signingKey", key]);
        Bin::tag().at(&repo).args(["create", "2.0.1"]).env("GNUPGHOME", home.path()).run().stderr
    };
    assert!(told("old@x").contains("the OpenPGP key 'old@x' is out of date"));
    assert!(told("nobody@x").contains("there is no secret OpenPGP key 'nobody@x'"));
}

/// Requires that a run that can ask nobody says so in these words, and that nothing is left of it.
#[track_caller]
fn unattended(repo: &Repo, environment: &[(&str, &str)], words: &str) {
    let temporary = repo.home().join("temporary");
    std::fs::create_dir_all(&temporary).expect("because the folder is ours");
    let before = (repo.git(["for-each-ref"]), repo.git(["count-objects", "-v"]));
    let mut asked = Bin::tag().at(repo).args(["create", "2.0.1"]).without_terminal();
    for (name, value) in environment {
        asked = asked.env(name, value);
    }
    let output = asked.env("TMPDIR", &temporary.display().to_string()).run().code(2);
    assert!(output.stderr.contains(words) && output.stderr.contains("'--passphrase-env'"), "{}", output.stderr);
    assert_eq!((repo.git(["for-each-ref"]), repo.git(["count-objects", "-v"])), before);
    assert_eq!(std::fs::read_dir(&temporary).expect("because it was made").count(), 0);
}

#[test]
fn a_configured_key_with_a_passphrase_is_told_where_nobody_can_be_asked() {
    if !has("setsid") {
        return;
    }
    let (repo, _) = ssh_story();
    let key = SshKey::new(&repo, "con", "open sesame");
    allow(&repo, &key.line("con@example.com", ""));
    let path = key.path.display().to_string();
    repo.git(["config", "user.signingKey", &path]);
    let words = format!("the SSH key '{path}' needs a passphrase, and there is no terminal to ask for it");
    unattended(&repo, &[], &words);
    std::fs::remove_file(key.path.with_extension("pub")).expect("because it was made");
    unattended(&repo, &[], &words);

    let home = GpgHome::new();
    let mia = home.key("mia@x", "open sesame", "never");
    // The agent keeps the passphrase of a key that it just made.
    run("gpgconf", &repo.home(), &[("GNUPGHOME", home.path())], &["--kill", "all"], "");
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"openpgp\"\nfingerprints = [\"{mia}\"]\n"));
    repo.git(["config", "user.signingKey", &mia]);
    let words = format!("the OpenPGP key '{mia}' cannot sign, and there is no terminal to ask for its passphrase");
    unattended(&repo, &[("GNUPGHOME", home.path())], &words);
}

#[test]
fn a_key_with_a_certificate_is_used_from_memory_where_gpgsm_is_installed() {
    if !has("gpgsm") {
        return;
    }
    let (repo, home, empty) = (Repo::new(), GpgHome::new(), GpgHome::new());
    let mia = home.certificate();
    let armored = home.gpgsm(&["--armor", "--export-secret-key-p12", &mia], "open sesame\n");
    let bare: Vec<&str> = armored.lines().filter(|line| !line.contains([':', '-']) && !line.contains("...")).collect();
    let configure = |signing: &str| repo.write_config(&format!("{PROJECT}[signing]\n{signing}"));
    configure("");
    start_line(&repo);
    let before = left();
    // Gpgsm signs at the moment of the machine's clock, so the tag is dated by it, too.
    let ask = |key: &str, passphrase: Option<&str>| {
        let more: &[&str] = if passphrase.is_some() { &["--passphrase-env", "PASS"] } else { &[] };
        let args = [&["create", "2.0.1", "--key-env", "KEY", "--format", "json"], more].concat();
        let asked = Bin::tag().at(&repo).args(args).env("KEY", key).env("GNUPGHOME", empty.path());
        asked.env("PASS", passphrase.unwrap_or_default()).run()
    };
    assert!(
        ask(&armored, None).code(2).stderr.contains("the X.509 key in 'KEY' cannot be opened without a passphrase")
    );
    assert!(ask(&armored, Some("open wheat")).code(2).stderr.contains("is the passphrase that of this key?"));
    // No signature holds a certificate that signed itself, and 'push' has the one of the key no more.
    let unknown = ask(&armored, Some("open sesame")).code(3);
    assert!(unknown.stderr.contains("neither in it nor in your keyring"), "{}", unknown.stderr);
    empty.gpgsm(&["--import"], &format!("\n{}", home.gpgsm(&["--armor", "--export", &mia], "\n")));
    // That the key came with its own root is no reason to trust it.
    let untrusted = ask(&armored, Some("open sesame")).code(3);
    assert!(untrusted.stderr.contains(&format!("nothing says that {mia} may sign")), "{}", untrusted.stderr);
    configure(&format!("fingerprints = [\"{}\"]\n", "A".repeat(40)));
    assert!(ask(&armored, Some("open sesame")).code(1).stderr.contains("does not verify: signer"));
    assert_eq!(repo.git(["tag"]), "v2.0.0");
    configure(&format!("fingerprints = [\"{mia}\"]\n"));
    for pasted in [armored.replace('\n', "\r\n"), bare.concat(), bare.join("\n")] {
        let made = ask(&pasted, Some("open sesame")).success();
        silent(&made, &["sesame", bare[3]]);
        assert_eq!(
            (&made.json()["signed-by"]["key"], &made.json()["signed-by"]["format"]),
            (&mia.clone().into(), &"x509".into())
        );
        home.trust(&mia);
        let verified = repo.git_command().env("GNUPGHOME", home.path()).args(["verify-tag", "v2.0.1"]).output();
        assert!(verified.expect("because git is installed").status.success());
        repo.git(["tag", "-d", "v2.0.1"]);
    }
    let after = left();
    assert_eq!(
        after.difference(&before).filter(|name| is_of_no_process(name)).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    let secret = empty.gpgsm(&["--with-colons", "--list-secret-keys"], "");
    assert!(!secret.lines().any(|line| line.starts_with("crs:")), "{secret}");
}

#[test]
fn a_certificate_that_is_not_for_signing_is_told_apart_from_a_chain_that_is_not_whole() {
    if !has("gpgsm") || !has("openssl") {
        return;
    }
    let (repo, _) = story("");
    let authority = Authority::new();
    let told = |name: &str, chain: &[&str]| {
        let file = format!("{name}.pem");
        let pack = ["pkcs12", "-export", "-legacy", "-inkey", "mia.key", "-in", &file, "-passout", "pass:x"];
        authority.openssl(&[&pack[..], chain, &["-out", "key.p12"]].concat(), "");
        let key = authority.openssl(&["base64", "-in", "key.p12"], "");
        let asked = create(&repo, &["--passphrase-env", "PASS"]).env("KEY", &key).env("PASS", "x");
        asked.run().code(2).stderr
    };
    authority.certificate("other", "encrypting", "20260101000000Z", "20400101000000Z");
    let said = told("other", &["-certfile", "ca.pem"]);
    assert!(said.contains("'KEY' has a certificate that is not for signing") && said.contains("keyUsage"), "{said}");
    authority.certificate("leaf", "leaf", "20260101000000Z", "20400101000000Z");
    let said = told("leaf", &[]);
    assert!(said.contains("the X.509 key in 'KEY' cannot sign") && said.contains("-certfile CHAIN.pem"), "{said}");
}

#[test]
fn an_x509_key_as_pem_is_told_how_it_has_to_be_given() {
    let (repo, _) = story("");
    let part = |label: &str| format!("-----BEGIN {label}-----\nMIIC\n-----END {label}-----\n");
    let told = create(&repo, &[]).env("KEY", &(part("PRIVATE KEY") + &part("CERTIFICATE"))).run().code(2).stderr;
    assert!(told.contains("'KEY' holds an X.509 key as PEM") && told.contains("openssl pkcs12 -export"), "{told}");
}
