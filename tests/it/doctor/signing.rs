//! Signing and sign-offs.

use super::{doctor, found, healthy, publish, requires, said};
use crate::support::signing::{GpgHome, PROJECT, SshKey, start_line, tag};
use crate::support::{Bin, Change, Repo};

#[test]
fn a_key_that_signs_and_counts_passes() {
    let repo = healthy();
    requires(&repo, "signing-key", &["passed"]);
    requires(&repo, "signing-policy", &["passed"]);
    let document = doctor(&repo, &["--offline", "--unsigned"]).run().success().json();
    assert_eq!(found(&document, "signing-key"), ["passed"]);
    assert!(found(&document, "signing-policy").is_empty());
}

#[test]
fn a_key_that_is_not_there_or_does_not_count_is_told() {
    let repo = healthy();
    let other = SshKey::new(&repo, "con", "");
    repo.git(["config", "user.signingKey", other.path.to_str().expect("because the folder has a plain name")]);
    requires(&repo, "signing-key", &["passed"]);
    let document = requires(&repo, "signing-policy", &["failed"]);
    assert!(said(&document, "signing-policy", "detail").contains("SHA256:"), "{document:#}");
    repo.git(["config", "user.signingKey", "/nowhere/key"]);
    requires(&repo, "signing-key", &["failed"]);
    repo.git(["config", "--unset", "user.signingKey"]);
    let document = requires(&repo, "signing-key", &["failed"]);
    assert!(said(&document, "signing-key", "mend").contains("--key-env"), "{document:#}");
    assert_eq!(found(&document, "signing-policy"), ["passed"]);
}

#[test]
fn a_locked_key_is_undecided_and_nobody_is_asked() {
    let repo = healthy();
    let locked = SshKey::new(&repo, "eve", "open sesame");
    repo.git(["config", "user.signingKey", locked.path.to_str().expect("because the folder has a plain name")]);
    requires(&repo, "signing-key", &["undecided"]);
    let given = doctor(&repo, &["--offline", "--key-env", "KEY", "--passphrase-env", "PASS"]);
    let document = given.env("KEY", &locked.text()).env("PASS", "open sesame").run().json();
    assert_eq!(found(&document, "signing-key"), ["passed"], "{document:#}");
    let wrong = doctor(&repo, &["--offline", "--key-env", "KEY", "--passphrase-env", "PASS"]);
    let wrong = wrong.env("KEY", &locked.text()).env("PASS", "open wheat").run().code(1);
    assert_eq!(found(&wrong.json(), "signing-key"), ["failed"]);
    assert!(!wrong.stdout.contains("wheat"));
}

#[test]
fn gpg_keys_are_tried_too() {
    let repo = Repo::new();
    let home = GpgHome::new();
    start_line(&repo);
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"openpgp\"\n"));
    let ask = |key: Option<&str>| {
        match key {
            Some(key) => drop(repo.git(["config", "user.signingKey", key])),
            None => drop(repo.git_command().args(["config", "--unset", "user.signingKey"]).output()),
        }
        let document = doctor(&repo, &["--offline"]).env("GNUPGHOME", home.path()).run().json();
        found(&document, "signing-key")
    };
    assert_eq!(ask(None), ["failed"]);
    let open = home.key("Mia <mia@example.com>", "", "never");
    assert_eq!(ask(Some(&open)), ["passed"]);
    let locked = home.key("Con <con@example.com>", "open sesame", "never");
    home.gpg(&["--batch", "--quiet", "--list-keys"], "");
    // What the agent remembers from making the key would open it.
    home.forget();
    assert_eq!(ask(Some(&locked)), ["undecided"]);
}

#[test]
fn looking_for_a_gpg_key_leaves_nothing_behind() {
    let repo = Repo::new();
    start_line(&repo);
    for format in ["openpgp", "x509"] {
        repo.write_config(&format!("{PROJECT}[signing]\nformat = \"{format}\"\n"));
        let home = repo.home().join(format!("home-{format}"));
        std::fs::create_dir(&home).expect("because the folder is ours");
        let ask = || {
            let bin = doctor(&repo, &["--offline"]).env("HOME", &home.display().to_string());
            let document = bin.run().json();
            (found(&document, "signing-key"), said(&document, "signing-key", "detail"))
        };
        let (verdict, detail) = ask();
        assert_eq!(verdict, ["failed"], "{detail}");
        assert!(detail.contains("there is no secret"), "{detail}");
        assert_eq!(std::fs::read_dir(&home).expect("because it is there").count(), 0, "{format}");
        // Some machines have the folder without any key in it.
        std::fs::create_dir(home.join(".gnupg")).expect("because the folder is ours");
        assert_eq!(ask().0, ["failed"]);
        assert_eq!(std::fs::read_dir(home.join(".gnupg")).expect("because it is there").count(), 0, "{format}");
    }
}

#[test]
fn a_policy_that_cannot_be_read_is_told() {
    let repo = healthy();
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"ssh\"\nallowed-signers = \"nowhere\"\n"));
    publish(&repo);
    let document = requires(&repo, "signing-policy", &["failed"]);
    assert!(said(&document, "signing-policy", "detail").contains("nowhere"), "{document:#}");
}

#[test]
fn who_may_sign_the_tag_of_the_release_that_is_asked_about_is_told() {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}[[signing.tags]]\npattern = \"*-rc.*\"\nsigners = [\"mia@example.com\"]\n"));
    publish(&repo);
    let ask = |more: &[&str]| {
        let document = doctor(&repo, &[&["--offline", "--line", "2.0"], more].concat()).run().json();
        found(&document, "signing-policy").concat()
    };
    assert_eq!(ask(&[]), "failed", "nobody may sign v2.0.1");
    assert_eq!(ask(&["--release", "2.0.1"]), "failed");
    assert_eq!(ask(&["--release", "2.0.1-rc.1"]), "passed");
    // Nothing signs it again.
    repo.git(["tag", "-a", "-m", "v2.0.1", "v2.0.1", "release/2.0"]);
    assert_eq!(ask(&["--release", "2.0.1"]), "passed");
}

#[test]
fn a_habit_of_sign_offs_is_seen() {
    let repo = healthy();
    requires(&repo, "sign-off", &["passed"]);
    for number in 0..60 {
        repo.land_fix(
            &format!("Fix {number}\n\nSigned-off-by: Mia <mia@example.com>"),
            [Change::write("list", format!("{number}\n"))],
        );
    }
    publish(&repo);
    requires(&repo, "sign-off", &["undecided"]);
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}\n[pick]\nsignoff = true\n"));
    requires(&repo, "sign-off", &["passed"]);
}

/// The story of a line, without anybody of whom it is said that they may sign.
fn unlisted() -> (Repo, SshKey) {
    let repo = Repo::new();
    let key = SshKey::new(&repo, "mia", "");
    repo.write_config(PROJECT);
    start_line(&repo);
    repo.git(["config", "gpg.format", "ssh"]);
    repo.git(["config", "user.signingKey", key.path.to_str().expect("because the folder has a plain name")]);
    (repo, key)
}

#[test]
fn a_key_of_which_nothing_says_that_it_may_sign_fails() {
    let (repo, key) = unlisted();
    let document = requires(&repo, "signing-policy", &["failed"]);
    assert!(said(&document, "signing-policy", "mend").contains("'allowed-signers' in [signing]"), "{document:#}");
    let refused = tag(&repo, &["create", "2.0.1", "--offline"]).run().code(3);
    assert!(refused.stderr.contains("there is no list of allowed signers"), "{}", refused.stderr);
    let given = doctor(&repo, &["--offline", "--key-env", "KEY"]).env("KEY", &key.text()).run().json();
    assert_eq!(found(&given, "signing-policy"), ["failed"], "{given:#}");

    let home = GpgHome::new();
    let fingerprint = home.key("Mia <mia@example.com>", "", "never");
    let secret = home.gpg(&["--armor", "--passphrase", "", "--export-secret-keys", &fingerprint], "");
    let ask = || {
        let bin = Bin::doctor().at(&repo).args(["check", "--offline", "--format", "json", "--key-env", "KEY"]);
        let document = bin.env("KEY", &secret).env("GNUPGHOME", home.path()).run().json();
        assert_eq!(found(&document, "signing-key"), ["passed"], "{document:#}");
        found(&document, "signing-policy")
    };
    home.gpg(&["--import-ownertrust"], &format!("{fingerprint}:2:\n"));
    assert_eq!(ask(), ["failed"]);
    repo.write_config(&format!("{PROJECT}[signing]\nfingerprints = [\"{fingerprint}\"]\n"));
    assert_eq!(ask(), ["passed"]);
}

/// On a runner no keyring has the key, and the folder of the one that signs is gone when the tag is pushed.
#[test]
fn an_openpgp_key_that_nobody_can_check_once_it_is_gone_fails() {
    let (repo, home, empty) = (Repo::new(), GpgHome::new(), GpgHome::new());
    start_line(&repo);
    let key = home.key("Mia <mia@example.com>", "", "never");
    let secret = home.gpg(&["--armor", "--passphrase", "", "--export-secret-keys", &key], "");
    let signing = format!("{PROJECT}[signing]\nformat = \"openpgp\"\nfingerprints = [\"{key}\"]\n");
    repo.write_config(&signing);
    let asked = |more: &[&str]| {
        let bin = Bin::doctor().at(&repo).args([&["check", "--offline", "--format", "json"], more].concat());
        let document = bin.env("KEY", &secret).env("GNUPGHOME", empty.path()).run().json();
        (found(&document, "signing-policy").concat(), said(&document, "signing-policy", "mend"))
    };
    let jobs = [&["--skip", "signing-key"][..], &["--key-env", "KEY"]];
    for job in jobs {
        let (verdict, mend) = asked(job);
        assert_eq!(verdict, "failed", "{job:?}");
        assert!(mend.contains("'keys' in [signing]: gpg --export --armor"), "{mend}");
    }
    repo.land_fix("Name the keys", [("keys.asc", home.gpg(&["--armor", "--export", &key], "").as_str())]);
    repo.write_config(&format!("{signing}keys = \"keys.asc\"\n"));
    for job in jobs {
        assert_eq!(asked(job).0, "passed", "{job:?}");
    }
    let run = |args: &[&str]| Bin::tag().at(&repo).args(args).env("KEY", &secret).env("GNUPGHOME", empty.path()).run();
    let _made = run(&["create", "2.0.1", "--offline", "--key-env", "KEY"]).success();
    let _verified = run(&["verify", "v2.0.1"]).success();
}

/// On a machine of one's own the public key is in the keyring, and the secret one in the job that signs.
#[test]
fn an_openpgp_key_that_the_keyring_of_the_machine_has_is_found_without_its_secret_half() {
    let (repo, home, here) = (Repo::new(), GpgHome::new(), GpgHome::new());
    start_line(&repo);
    let key = home.key("Mia <mia@example.com>", "", "never");
    let other = home.key("Con <con@example.com>", "", "never");
    let listed = |keys: &str, format: &str| repo.write_config(&format!("{PROJECT}[signing]\n{format}{keys}\n"));
    let asked = || {
        let bin = doctor(&repo, &["--offline", "--skip", "signing-key"]).env("GNUPGHOME", here.path());
        let document = bin.run().json();
        let said = said(&document, "signing-policy", "mend");
        (found(&document, "signing-policy").concat(), said)
    };
    let openpgp = "format = \"openpgp\"\n";
    listed(&format!("fingerprints = [\"{key}\", \"{other}\"]"), openpgp);
    let (verdict, mend) = asked();
    assert_eq!(verdict, "failed");
    assert!(mend.contains("'keys' in [signing]") && mend.contains("'gpg --import' is enough"), "{mend}");
    listed(&format!("fingerprints = [\"{key}\"]"), "");
    let (verdict, mend) = asked();
    assert_eq!(verdict, "undecided");
    assert!(mend.contains("set 'format' in [signing]"), "{mend}");
    here.gpg(&["--import"], &home.gpg(&["--armor", "--export", &key], ""));
    for format in ["", openpgp] {
        listed(&format!("fingerprints = [\"{key}\", \"{other}\"]"), format);
        assert_eq!(asked().0, "passed", "{format}");
        listed(&format!("fingerprints = [\"{other}\"]"), format);
        assert_ne!(asked().0, "passed", "{format}");
    }
}

/// The file is the project's own word, so that whom it lacks is told before anybody signs.
#[test]
fn a_file_of_openpgp_keys_that_lacks_one_of_the_fingerprints_is_told_without_a_key() {
    let (repo, home) = (Repo::new(), GpgHome::new());
    start_line(&repo);
    let key = home.key("Mia <mia@example.com>", "", "never");
    let other = home.key("Con <con@example.com>", "", "never");
    let asked = |fingerprints: &[&str]| {
        let listed = format!("format = \"openpgp\"\nkeys = \"keys.asc\"\nfingerprints = {fingerprints:?}\n");
        repo.write_config(&format!("{PROJECT}[signing]\n{listed}"));
        // What the keyring has is not asked where there is a file.
        let bin = doctor(&repo, &["--offline", "--skip", "signing-key"]).env("GNUPGHOME", home.path());
        let document = bin.run().json();
        (found(&document, "signing-policy").concat(), said(&document, "signing-policy", "mend"))
    };
    repo.land_fix("Name the keys", [("keys.asc", home.gpg(&["--armor", "--export", &key], "").as_str())]);
    assert_eq!(asked(&[&key]).0, "passed");
    for (fingerprints, expected) in [(&[key.as_str(), &other][..], "undecided"), (&[&other], "failed")] {
        let (verdict, mend) = asked(fingerprints);
        assert_eq!(verdict, expected);
        assert!(
            mend.contains(" to 'keys.asc'") && mend.ends_with(&format!("gpg --export --armor {other} >> keys.asc")),
            "{mend}"
        );
    }
    repo.land_fix("Break the keys", [("keys.asc", "none\n")]);
    assert_eq!(asked(&[&key]).0, "failed");
}

#[test]
fn who_signs_now_is_not_sent_to_a_policy_for_old_tags() {
    let (repo, key) = unlisted();
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"ssh\"\nallowed-signers = \"allowed\"\n"));
    let old = key.line("mia@example.com", "valid-before=\"20200101Z\"");
    repo.land_fix("Say who may sign", [("allowed", old.as_str())]);
    let document = requires(&repo, "signing-policy", &["failed"]);
    let mend = said(&document, "signing-policy", "mend");
    assert!(mend.starts_with("sign with a key that the policy lets sign"), "{mend}");
}

#[test]
fn whether_anybody_may_sign_is_told_without_a_key() {
    let (repo, key) = unlisted();
    repo.git(["config", "--unset", "gpg.format"]);
    repo.git(["config", "--unset", "user.signingKey"]);
    let ask = || {
        let document = doctor(&repo, &["--offline", "--skip", "signing-key"]).run().json();
        (found(&document, "signing-policy").concat(), said(&document, "signing-policy", "detail"))
    };
    let told = |signing: &str| {
        repo.write_config(&format!("{PROJECT}[signing]\n{signing}\n"));
        ask()
    };
    let (verdict, detail) = ask();
    assert_eq!(verdict, "failed");
    assert!(detail.contains("says whose signatures count"), "{detail}");
    assert_eq!(told("format = \"ssh\"").0, "failed");
    let fingerprint = "A".repeat(40);
    // Whether they are those of certificates, which need nothing else, is not said.
    assert_eq!(told(&format!("fingerprints = [\"{fingerprint}\"]")).0, "undecided");
    assert_eq!(told(&format!("format = \"x509\"\nfingerprints = [\"{fingerprint}\"]")).0, "passed");
    // A list of the keys of one kind is of no use for another kind.
    assert_eq!(told(&format!("format = \"ssh\"\nfingerprints = [\"{fingerprint}\"]")).0, "failed");
    repo.land_fix("Say who may sign", [("allowed", key.line("mia@example.com", "").as_str()), ("nobody", "# none\n")]);
    assert_eq!(told("allowed-signers = \"allowed\"").0, "passed");
    assert_eq!(told("format = \"openpgp\"\nallowed-signers = \"allowed\"").0, "failed");
    assert_eq!(told("allowed-signers = \"nobody\"").0, "failed");
    for (options, words) in
        [("valid-before=\"20200101Z\"", "may sign now"), ("namespaces=\"file\"", "may sign for 'git'")]
    {
        repo.land_fix("Change who may sign", [("allowed", key.line("mia@example.com", options).as_str())]);
        let (verdict, detail) = told("format = \"ssh\"\nallowed-signers = \"allowed\"");
        assert!(verdict == "failed" && detail.contains(words), "{detail}");
    }
    let rules = "allowed-signers = \"allowed\"\n[[signing.tags]]\npattern = \"w*\"\nsigners = [\"mia@example.com\"]";
    let (verdict, detail) = told(rules);
    assert_eq!(verdict, "failed");
    assert!(detail.contains("no [[signing.tags]] is for a tag of this name"), "{detail}");
}

#[test]
fn a_policy_that_cannot_be_read_is_told_without_a_signature_too() {
    let repo = healthy();
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"ssh\"\nallowed-signers = \"nowhere\"\n"));
    publish(&repo);
    for arguments in [["--unsigned"].as_slice(), &["--skip", "signing-key"]] {
        let document = doctor(&repo, &[&["--offline"], arguments].concat()).run().code(1).json();
        assert_eq!(found(&document, "signing-policy"), ["failed"], "{arguments:?}");
    }
    // A tag without a signature needs a policy that can be read as well.
    let refused = tag(&repo, &["create", "2.0.1", "--offline", "--unsigned"]).run();
    assert!(refused.stderr.contains("nowhere"), "{}", refused.stderr);
}

#[test]
fn commits_that_git_is_to_sign_are_tried_with_the_key_of_git() {
    let repo = healthy();
    requires(&repo, "commit-signatures", &[]);
    repo.git(["config", "commit.gpgSign", "true"]);
    repo.git(["config", "gpg.format", "ssh"]);
    requires(&repo, "commit-signatures", &["passed"]);
    let locked = SshKey::new(&repo, "eve", "open sesame");
    repo.git(["config", "user.signingKey", locked.path.to_str().expect("because the folder has a plain name")]);
    requires(&repo, "commit-signatures", &["undecided"]);
    repo.git(["config", "user.signingKey", "/nowhere/key"]);
    let other = SshKey::new(&repo, "con", "");
    for arguments in [&["--unsigned"][..], &["--key-env", "KEY"], &["--skip", "signing-key"]] {
        let bin = doctor(&repo, &[&["--offline"], arguments].concat()).env("KEY", &other.text());
        let document = bin.run().code(1).json();
        assert_eq!(found(&document, "commit-signatures"), ["failed"], "{arguments:?} {document:#}");
        assert!(said(&document, "commit-signatures", "detail").contains("'/nowhere/key'"), "{document:#}");
    }
}

#[test]
fn a_key_of_openpgp_is_no_certificate() {
    let repo = Repo::new();
    let home = GpgHome::new();
    start_line(&repo);
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"x509\"\n"));
    let key = home.key("Mia <mia@example.com>", "", "never");
    let ask = |named: Option<&str>| {
        match named {
            Some(name) => drop(repo.git(["config", "user.signingKey", name])),
            None => drop(repo.git_command().args(["config", "--unset", "user.signingKey"]).output()),
        }
        let document = doctor(&repo, &["--offline"]).env("GNUPGHOME", home.path()).run().json();
        let said = |field: &str| said(&document, "signing-key", field);
        (found(&document, "signing-key").concat(), said("detail"), said("mend"))
    };
    for named in [None, Some(key.as_str())] {
        let (verdict, detail, mend) = ask(named);
        assert_eq!(verdict, "failed", "{detail}");
        assert!(detail.contains("there is no secret X.509 key"), "{detail}");
        assert!(mend.contains("gpgsm --import") && !mend.contains("gpg --import"), "{mend}");
    }
    // One that no root vouches for is there all the same, and gpgsm asks a person whether to trust it.
    let certificate = home.certificate();
    let (verdict, detail, _) = ask(Some(&certificate));
    assert_eq!(verdict, "undecided", "{detail}");
}
