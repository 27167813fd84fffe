//! Keys that cannot sign, in the file that the policy names and in the user's own keyring.

use super::{found, said};
use crate::support::signing::{GpgHome, PROJECT, has, start_line};
use crate::support::{Bin, Output, Repo};

/// Commits the public halves of keys that may sign, and asks at a moment whether the policy is of use: what is found, and its words.
fn asked(repo: &Repo, home: &GpgHome, keys: &[&str], now: &str) -> (String, String) {
    let export = home.gpg(&[&["--armor", "--export"], keys].concat(), "");
    repo.land_fix("Name the keys", [("keys.asc", export.as_str())]);
    let listed = format!("format = \"openpgp\"\nkeys = \"keys.asc\"\nfingerprints = {keys:?}\n");
    repo.write_config(&format!("{PROJECT}[signing]\n{listed}"));
    let asked = ["check", "--offline", "--skip", "signing-key", "--format", "json", "--now", now];
    let document = Bin::doctor().at(repo).args(asked).run().json();
    let words = ["detail", "mend"].map(|field| said(&document, "signing-policy", field)).join("; ");
    (found(&document, "signing-policy").concat(), words)
}

/// When keys are made.
const BEGIN: &str = "20260101T000000";

/// Runs gpg at a moment, for keys without a passphrase.
fn at(home: &GpgHome, moment: &str, args: &[&str]) {
    home.gpg(&[&["--faked-system-time", moment, "--passphrase", ""], args].concat(), "");
}

/// The fingerprints of a key and its subkeys.
fn prints(home: &GpgHome, user: &str) -> Vec<String> {
    let listing = home.gpg(&["--with-colons", "--list-keys", user], "");
    let prints = listing.lines().filter(|line| line.starts_with("fpr"));
    prints.filter_map(|line| line.split(':').nth(9)).map(str::to_owned).collect()
}

/// Makes a key whose primary key only certifies, as where it lies in a safe, and returns its fingerprint.
fn certifying(home: &GpgHome, user: &str) -> String {
    at(home, BEGIN, &["--quick-generate-key", user, "ed25519", "cert", "never"]);
    prints(home, user).concat()
}

/// Gives a key a subkey that signs until the end of January, and returns its fingerprint.
fn add_subkey(home: &GpgHome, key: &str) -> String {
    at(home, BEGIN, &["--quick-add-key", key, "ed25519", "sign", "2026-01-31"]);
    prints(home, key).remove(1)
}

/// A key that is out of date stays in the file, for old tags are verified by it.
#[test]
fn openpgp_keys_that_are_all_out_of_date_are_told_without_a_key() {
    let (repo, home) = (Repo::new(), GpgHome::new());
    start_line(&repo);
    let old = home.key("Mia <mia@example.com>", "", "2026-01-31");
    let new = home.key("Con <con@example.com>", "", "never");
    let asked = |keys: &[&str], now: &str| asked(&repo, &home, keys, now);
    let (before, after) = ("2026-01-15T00:00:00Z", "2026-03-01T00:00:00Z");
    assert_eq!(asked(&[&old], before).0, "passed");
    let (verdict, words) = asked(&[&old], after);
    assert_eq!(verdict, "failed", "{words}");
    for part in ["is out of date", &format!("gpg --quick-set-expire {old}"), "'keys.asc'"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(asked(&[&old, &new], after).0, "passed");
}

#[test]
fn a_subkey_that_is_out_of_date_gets_more_time_and_not_its_key() {
    let (repo, home) = (Repo::new(), GpgHome::new());
    start_line(&repo);
    let key = certifying(&home, "Mia <mia@example.com>");
    let asked = |now: &str| asked(&repo, &home, &[&key], now);
    let (before, after) = ("2026-01-15T00:00:00Z", "2026-03-01T00:00:00Z");
    let (verdict, words) = asked(before);
    assert!(verdict == "failed" && words.contains("no part of "), "{words}");
    let subkey = add_subkey(&home, &key);
    assert_eq!(asked(before).0, "passed");
    let (verdict, words) = asked(after);
    let command = format!("gpg --quick-set-expire {key} 1y {subkey};");
    assert!(verdict == "failed" && words.contains("subkey that signs is out of date"), "{words}");
    assert!(words.contains(&command), "{words}");
    at(&home, "20260301T000000", &["--quick-set-expire", &key, "1y", &subkey]);
    assert_eq!(asked("2026-03-02T00:00:00Z").0, "passed");
    let (verdict, words) = asked("2025-03-01T00:00:00Z");
    assert!(verdict == "failed" && words.contains("not made yet") && words.contains("'--now'"), "{words}");
}

/// A story with the user's own keyring.
struct Own<'a> {
    repo: &'a Repo,
    home: &'a GpgHome,
}

impl Own<'_> {
    fn run(&self, bin: Bin, args: &[&str]) -> Output {
        bin.at(self.repo).args(args).env("GNUPGHOME", self.home.path()).run()
    }

    /// Asks with a key that git is configured with, and the only one that may sign, at the moment by which gpg signs: what is found of the key
    /// and of the policy, and the words about the key.
    fn ask(&self, format: &str, named: Option<&str>, listed: &str) -> (String, String, String) {
        if let Some(key) = named {
            self.repo.git(["config", "user.signingKey", key]);
        }
        let signing = format!("format = \"{format}\"\nfingerprints = [\"{listed}\"]\n");
        self.repo.write_config(&format!("{PROJECT}[signing]\n{signing}"));
        let document = self.run(Bin::doctor(), &["check", "--offline", "--format", "json"]).json();
        let words = ["detail", "mend"].map(|field| said(&document, "signing-key", field)).join("; ");
        let verdict = |rule: &str| found(&document, rule).concat();
        (verdict("signing-key"), verdict("signing-policy"), words)
    }

    /// Requires that it fails for this reason, that this is to be done, and what is found of the policy; and that `patch-tag create` says so, too.
    #[track_caller]
    fn fails(&self, asked: (String, String, String), reason: &str, mend: &str, policy: &str) {
        let (verdict, of_policy, words) = asked;
        assert_eq!((verdict.as_str(), of_policy.as_str()), ("failed", policy), "{words}");
        let refused = self.run(Bin::tag(), &["create", "2.0.1", "--offline"]).stderr;
        for words in [words, refused] {
            assert!(words.contains(reason) && words.contains(mend), "{words}");
            assert!(!words.contains("passphrase"), "{words}");
        }
    }
}

#[test]
fn an_openpgp_key_of_the_keyring_that_cannot_sign_fails_and_is_told_from_one_with_a_passphrase() {
    let (repo, home) = (Repo::new(), GpgHome::new());
    start_line(&repo);
    let locked = home.key("Eve <eve@example.com>", "open sesame", "never");
    home.forget();
    let own = Own { repo: &repo, home: &home };
    let ask = |named: Option<&str>, listed: &str| own.ask("openpgp", named, listed);
    let fails = |key: Option<&str>, listed: &str, reason: &str, mend: &str, policy: &str| {
        own.fails(ask(key, listed), reason, mend, policy);
    };
    let reason = "there is no secret OpenPGP key 'Mia Maintainer <mia@example.com>' in your keyring";
    fails(None, &locked, reason, "git config user.signingKey", "passed");

    let key = certifying(&home, "Mia <mia@example.org>");
    let reason = format!("no part of the OpenPGP key '{key}' can sign");
    fails(Some(&key), &key, &reason, &format!("gpg --quick-add-key {key} default sign"), "failed");
    let subkey = add_subkey(&home, &key);
    let reason = format!("of the OpenPGP key '{key}' the subkey that signs is out of date, {subkey}");
    fails(Some(&key), &key, &reason, &format!("gpg --quick-set-expire {key} 1y {subkey}"), "failed");
    let secret = home.gpg(&["--armor", "--passphrase", "", "--export-secret-keys", &key], "");
    let given = Bin::tag().at(&repo).args(["create", "2.0.1", "--offline", "--key-env", "KEY"]).env("KEY", &secret);
    let refused = given.run().code(1).stderr;
    let reason = format!("of the OpenPGP key {key} in 'KEY' the subkey that signs is out of date, {subkey}");
    assert!(refused.contains(&reason) && !refused.contains("passphrase"), "{refused}");

    at(&home, BEGIN, &["--quick-add-key", &key, "ed25519", "sign", "never"]);
    let exact = format!("{subkey}!");
    let reason = format!("of the OpenPGP key '{exact}' the subkey that signs is out of date, {subkey}");
    fails(Some(&exact), &key, &reason, &format!("gpg --quick-set-expire {key} 1y {subkey}"), "passed");
    let lose = |file: &str| std::fs::remove_file(format!("{}/private-keys-v1.d/{file}.key", home.path()));
    let listing = home.gpg(&["--with-colons", "--list-secret-keys", &key], "");
    let last = listing.lines().filter_map(|line| line.strip_prefix("grp:")?.split(':').nth(8)).next_back();
    lose(last.expect("because it was made")).expect("because its secret half is there");
    let reason = format!("of the OpenPGP key '{key}' the secret half that signs is not here");
    fails(Some(&key), &key, &reason, &format!("gpg --armor --export-secret-keys {key}"), "passed");

    let (verdict, policy, words) = ask(Some(&locked), &locked);
    assert_eq!((verdict.as_str(), policy.as_str()), ("undecided", "passed"), "{words}");
    assert!(words.contains("it needs a passphrase, a code or a touch"), "{words}");
}

#[test]
fn a_certificate_that_is_out_of_date_fails_and_nobody_is_to_open_it() {
    if !has("gpgsm") {
        return;
    }
    let (repo, home) = (Repo::new(), GpgHome::new());
    start_line(&repo);
    let certificate = home.certificate_until("2026-02-01");
    let reason = format!("the certificate of the X.509 key '{certificate}' is out of date");
    let own = Own { repo: &repo, home: &home };
    own.fails(own.ask("x509", Some(&certificate), &certificate), &reason, "gpgsm --import", "passed");
}
