//! The OpenPGP keys in the file that the policy names.

use super::{found, said};
use crate::support::signing::{GpgHome, PROJECT, start_line};
use crate::support::{Bin, Repo};

/// A key that is out of date stays in the file, for old tags are verified by it.
#[test]
fn openpgp_keys_that_are_all_out_of_date_are_told_without_a_key() {
    let (repo, home) = (Repo::new(), GpgHome::new());
    start_line(&repo);
    let old = home.key("Mia <mia@example.com>", "", "2026-01-31");
    let new = home.key("Con <con@example.com>", "", "never");
    let asked = |keys: &[&str], now: &str| {
        repo.land_fix(
            "Name the keys",
            [("keys.asc", home.gpg(&[&["--armor", "--export"], keys].concat(), "").as_str())],
        );
        let listed = format!("format = \"openpgp\"\nkeys = \"keys.asc\"\nfingerprints = {keys:?}\n");
        repo.write_config(&format!("{PROJECT}[signing]\n{listed}"));
        let asked = ["check", "--offline", "--skip", "signing-key", "--format", "json", "--now", now];
        let document = Bin::doctor().at(&repo).args(asked).run().json();
        let words = ["detail", "mend"].map(|field| said(&document, "signing-policy", field)).join("; ");
        (found(&document, "signing-policy").concat(), words)
    };
    let (before, after) = ("2026-01-15T00:00:00Z", "2026-03-01T00:00:00Z");
    assert_eq!(asked(&[&old], before).0, "passed");
    let (verdict, words) = asked(&[&old], after);
    assert_eq!(verdict, "failed", "{words}");
    for part in ["is out of date", &format!("gpg --quick-set-expire {old}"), "'keys.asc'"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(asked(&[&old, &new], after).0, "passed");
}
