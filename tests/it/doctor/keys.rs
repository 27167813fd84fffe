//! The OpenPGP keys in the file that the policy names.

use super::{found, said};
use crate::support::signing::{GpgHome, PROJECT, start_line};
use crate::support::{Bin, Repo};

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

/// The primary key only certifies, as where it lies in a safe.
#[test]
fn a_subkey_that_is_out_of_date_gets_more_time_and_not_its_key() {
    let (repo, home) = (Repo::new(), GpgHome::new());
    start_line(&repo);
    let at = |moment: &str, args: &[&str]| {
        home.gpg(&[&["--faked-system-time", moment, "--passphrase", ""], args].concat(), "")
    };
    let begin = "20260101T000000";
    at(begin, &["--quick-generate-key", "Mia <mia@example.com>", "ed25519", "cert", "never"]);
    let prints = || -> Vec<String> {
        let listing = home.gpg(&["--with-colons", "--list-keys"], "");
        let prints = listing.lines().filter(|line| line.starts_with("fpr"));
        prints.filter_map(|line| line.split(':').nth(9)).map(str::to_owned).collect()
    };
    let key = prints().concat();
    let asked = |now: &str| asked(&repo, &home, &[&key], now);
    let (before, after) = ("2026-01-15T00:00:00Z", "2026-03-01T00:00:00Z");
    let (verdict, words) = asked(before);
    assert!(verdict == "failed" && words.contains("cannot sign or was revoked"), "{words}");
    at(begin, &["--quick-add-key", &key, "ed25519", "sign", "2026-01-31"]);
    let subkey = prints()[1].clone();
    assert_eq!(asked(before).0, "passed");
    let (verdict, words) = asked(after);
    let command = format!("gpg --quick-set-expire {key} 1y {subkey};");
    assert!(verdict == "failed" && words.contains("subkey that signs is out of date"), "{words}");
    assert!(words.contains(&command), "{words}");
    at("20260301T000000", &["--quick-set-expire", &key, "1y", &subkey]);
    assert_eq!(asked("2026-03-02T00:00:00Z").0, "passed");
    let (verdict, words) = asked("2025-03-01T00:00:00Z");
    assert!(verdict == "failed" && words.contains("not made yet") && words.contains("'--now'"), "{words}");
}
