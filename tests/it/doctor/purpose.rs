//! What the signatures of a release have to count for: its tag, and the list of its files.

use super::{doctor, found, healthy, publish, said};
use crate::support::Repo;
use crate::support::signing::{SshKey, allow};

/// The story, with a key that the list lets sign with these options.
fn with_options(options: &str) -> (Repo, SshKey) {
    let repo = healthy();
    let key = SshKey::new(&repo, "bot", "");
    allow(&repo, &key.line("bot@example.com", options));
    repo.git(["config", "user.signingKey", key.path.to_str().expect("because the folder has a plain name")]);
    publish(&repo);
    (repo, key)
}

#[test]
fn a_key_for_tags_alone_is_told_before_anything_is_built() {
    let (repo, key) = with_options("namespaces=\"git\"");
    let ask = |repo: &Repo, more: &[&str]| {
        let bin = doctor(repo, &[&["--offline", "--line", "2.0"], more].concat());
        let document = bin.env("KEY", &key.text()).run().json();
        let words = ["detail", "would-fail", "mend"].map(|field| said(&document, "signing-policy", field)).join("; ");
        (found(&document, "signing-policy").concat(), words)
    };
    let release = ["--release", "2.0.1"];
    assert_eq!(ask(&repo, &[]).0, "passed", "nothing is released");
    // Before the build nobody has the key; the job that publishes has it.
    for more in [&["--skip", "signing-key"][..], &["--key-env", "KEY"]] {
        assert_eq!(ask(&repo, &[&release[..], more].concat()).0, "undecided", "it may have no files");
        let (verdict, words) = ask(&repo, &[&release[..], &["--files"], more].concat());
        assert_eq!(verdict, "failed", "{words}");
        for said in ["'file'", "'patch-tag sums'", "namespaces=\"git,file\""] {
            assert!(words.contains(said), "{said}: {words}");
        }
    }
    for options in ["namespaces=\"git,file\"", ""] {
        allow(&repo, &key.line("bot@example.com", options));
        publish(&repo);
        for more in [&["--skip", "signing-key"][..], &["--key-env", "KEY"]] {
            let (verdict, words) = ask(&repo, &[&release[..], &["--files"], more].concat());
            assert_eq!(verdict, "passed", "{options}: {words}");
        }
    }
}

#[test]
fn one_key_has_to_sign_the_tag_and_the_list_of_the_files() {
    let (repo, key) = with_options("");
    let other = SshKey::new(&repo, "other", "");
    let ask = |tags: &str, files: &str| {
        let lines = [key.line("bot@example.com", tags), other.line("bot@example.com", files)];
        allow(&repo, &lines.concat());
        publish(&repo);
        let release = ["--offline", "--line", "2.0", "--release", "2.0.1", "--files", "--skip", "signing-key"];
        let document = doctor(&repo, &release).run().json();
        (found(&document, "signing-policy").concat(), said(&document, "signing-policy", "detail"))
    };
    let (verdict, detail) = ask("namespaces=\"git\"", "namespaces=\"file\"");
    assert!(verdict == "failed" && detail.contains("one does this and another that"), "{verdict}: {detail}");
    assert_eq!(ask("namespaces=\"git\"", "namespaces=\"git,file\"").0, "passed");
}

#[test]
fn a_rule_for_tags_that_names_nobody_of_the_list_is_told() {
    let (repo, _) = with_options("");
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    let ask = |signer: &str| {
        repo.write_config(&format!("{own}[[signing.tags]]\npattern = \"v*\"\nsigners = [\"{signer}\"]\n"));
        publish(&repo);
        let document = doctor(&repo, &["--offline", "--skip", "signing-key"]).run().json();
        (found(&document, "signing-policy").concat(), said(&document, "signing-policy", "detail"))
    };
    let (verdict, detail) = ask("zoe@example.com");
    assert_eq!(verdict, "failed", "{detail}");
    assert!(detail.contains("[[signing.tags]]"), "{detail}");
    assert_eq!(ask("bot@example.com").0, "passed");
}
