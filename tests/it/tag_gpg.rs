//! `patch-tag verify` on signatures of OpenPGP keys and certificates: what GnuPG reports, judged by a policy.

use crate::support::signing::{GpgHome, GpgStory, PROJECT, has, open, script};
use crate::support::{Bin, run_with_input};

#[test]
fn openpgp_tags_are_judged_by_the_primary_key() {
    let story = GpgStory::new();
    let mia = story.home.key("mia@x", "", "never");
    let old = story.home.key("old@x", "", "2026-02-01");
    let gone = story.home.key("gone@x", "", "never");
    let listed = |key: &str| format!("fingerprints = [\"{key}\"]\n");
    story.sign(&mia);
    assert_eq!(story.judged(&listed(&mia)), Vec::<String>::new());
    assert_eq!(story.judged(&listed(&old)), ["signer failed"]);
    story.sign(&old);
    assert_eq!(story.judged(&listed(&old)), ["key-now failed"]);
    let accepted = format!("{}accept-expired-before = 2026-01-06\n", listed(&old));
    assert_eq!(story.judged(&accepted), Vec::<String>::new());
    story.sign(&gone);
    let file = format!("{}/openpgp-revocs.d/{gone}.rev", story.home.path());
    let certificate = std::fs::read_to_string(file).expect("because gpg made it");
    story.home.gpg(&["--import"], &certificate.replace(":-----BEGIN", "-----BEGIN"));
    assert_eq!(story.judged(&listed(&gone)), ["revocation failed"]);
}

#[test]
fn the_moment_that_is_given_decides_whether_a_key_is_in_date() {
    let story = GpgStory::new();
    let old = story.home.key("old@x", "", "2026-02-01");
    let late = story.home.key("late@x", "", "2040-02-01");
    let trusted = || story.home.gpg(&["--with-colons", "--list-keys"], "");
    let public = story.home.gpg(&["--armor", "--export"], "");
    story.repo.land_fix("Publish the keys", [("keys.asc", public.as_str())]);
    for (key, before, after) in [(&old, "2026-01-20", "2026-03-01"), (&late, "2039-12-01", "2041-01-01")] {
        story.sign(key);
        for signing in [format!("fingerprints = [\"{key}\"]\n"), "keys = \"keys.asc\"\n".to_owned()] {
            let at = |day: &str| story.judged_at(&signing, &["--now", &format!("{day}T00:00:00Z")]);
            assert_eq!(at(before), Vec::<String>::new(), "{signing}");
            assert_eq!(at(after), ["key-now failed"], "{signing}");
            assert_eq!(at("2025-12-24"), ["signature undecided", "date failed"], "{signing}");
        }
    }
    // The trust of the keyring counts at any moment, and is not changed by it.
    let before = trusted();
    assert_eq!(story.judged_at("", &["--now", "2039-12-01T00:00:00Z"]), Vec::<String>::new());
    assert_eq!(story.judged_at("", &["--now", "2041-12-01T00:00:00Z"])[0], "key-now failed");
    assert_eq!(trusted(), before);
}

#[test]
fn keys_of_the_policy_take_the_place_of_the_keyring() {
    let story = GpgStory::new();
    let [mia, eve] = ["mia@x", "eve@x"].map(|user| story.home.key(user, "", "never"));
    let keys = story.home.gpg(&["--armor", "--export", &mia], "");
    story.repo.land_fix("Publish the keys", [("keys.asc", keys.as_str())]);
    story.sign(&mia);
    assert_eq!(story.judged("keys = \"keys.asc\"\n"), Vec::<String>::new());
    story.sign(&eve);
    assert_eq!(story.judged("keys = \"keys.asc\"\n"), ["signer failed"]);
    // Git takes any key that the keyring has.
    let mut git = story.repo.git_command();
    git.env("GNUPGHOME", story.home.path()).args(["verify-tag", "v2.0.1"]);
    assert!(git.output().expect("because git is installed").status.success());
    let empty = GpgHome::new();
    let asked = Bin::tag().at(&story.repo).args(["verify", "v2.0.1", "--policy", "/dev/null", "--format", "json"]);
    assert_eq!(open(&asked.env("GNUPGHOME", empty.path()).run().code(3).json()), ["signature undecided"]);
}

/// Programs like gitsign make certificates for minutes, and speak the language of gpgsm in part or not at all.
#[test]
fn another_program_than_gpgsm_leaves_open_what_it_does_not_tell() {
    let story = GpgStory::new();
    let object = story.repo.git(["rev-parse", "release/2.0"]);
    let armor = "-----BEGIN SIGNED MESSAGE-----\nMIIE\n-----END SIGNED MESSAGE-----";
    let text = format!(
        "object {object}\ntype commit\ntag v2.0.1\ntagger Mia <mia@example.com> 1767604500 +0000\n\nx\n{armor}\n"
    );
    let mut command = story.repo.git_command();
    command.args(["hash-object", "-t", "tag", "-w", "--stdin"]);
    let id =
        String::from_utf8(run_with_input(&mut command, text.into_bytes()).stdout).expect("because names are ASCII");
    story.repo.git(["update-ref", "refs/tags/v2.0.1", id.trim()]);
    let good =
        "echo '[GNUPG:] NEWSIG'; echo '[GNUPG:] GOODSIG ab12 mia@example.com'; echo '[GNUPG:] TRUST_FULLY 0 shell'";
    for (says, expected) in [
        (good, "signer undecided"),
        ("echo 'error: no Rekor here' >&2; exit 1", "signature undecided"),
        ("exit 0", "signature undecided"),
        ("kill -9 $$", "signature undecided"),
        ("echo '[GNUPG:] BADSIG ab12 mia@example.com'; exit 1", "signature failed"),
    ] {
        let program = script(&story.repo, "gitsign", says).display().to_string();
        story.repo.git(["config", "gpg.x509.program", &program]);
        for now in [&[][..], &["--now", "2026-01-06T00:00:00Z"]] {
            assert_eq!(story.judged_at("", now), [expected], "{says}");
        }
        if expected.ends_with("undecided") {
            let said = Bin::tag().at(&story.repo).args(["verify", "v2.0.1"]).run().code(3).stdout;
            assert!(said.contains("gitsign verify-tag"), "{said}");
        }
    }
    story.repo.git(["config", "gpg.x509.program", "no-such-program"]);
    let said = Bin::tag().at(&story.repo).args(["verify", "v2.0.1"]).run().code(4).stderr;
    assert!(said.contains("hint: install no-such-program"), "{said}");
}

#[test]
fn a_certificate_signs_where_gpgsm_is_installed() {
    if !has("gpgsm") {
        return;
    }
    let story = GpgStory::new();
    let key = story.home.certificate();
    let key = key.as_str();
    story.home.trust(key);
    story.repo.git(["config", "user.signingKey", key]);
    let listed = |key: &str| format!("format = \"x509\"\nfingerprints = [\"{key}\"]\n");
    story.repo.write_config(&format!("{PROJECT}[signing]\n{}", listed(key)));
    let made = Bin::tag().at(&story.repo).args(["create", "2.0.1", "--format", "json"]);
    let made = made.env("GNUPGHOME", story.home.path()).run().success().json();
    assert_eq!((&made["signed-by"]["format"], &made["signed-by"]["key"]), (&"x509".into(), &key.into()));
    assert_eq!(story.judged(&listed(key)), Vec::<String>::new());
    assert_eq!(story.judged(&listed(&"A".repeat(40))), ["signer failed"]);
    let at = |now: &str| story.judged_at(&listed(key), &["--now", now]);
    assert_eq!(at("2039-12-31T00:00:00Z"), Vec::<String>::new());
    assert_eq!(at("2040-01-02T00:00:00Z"), ["key-now failed"]);
}
