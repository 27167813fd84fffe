//! Tags that were signed with certificates: of SSH, with git and OpenSSH as judges, and of X.509 below an authority, with gpgsm.

use backstitch::model::base64;

use crate::support::signing::{Authority, GpgHome, PROJECT, SshKey, allow, has, open, run, ssh_story, start_line, tag};
use crate::support::{Bin, Repo};

/// A story whose signer has a certificate of an authority.
struct Story {
    repo: Repo,
    mia: SshKey,
    authority: SshKey,
}

impl Story {
    fn new() -> Self {
        let (repo, mia) = ssh_story();
        let authority = SshKey::new(&repo, "ca", "");
        allow(&repo, &authority.line("*@example.com", "cert-authority,namespaces=\"git\""));
        let story = Self { repo, mia, authority };
        story.sign(&["-n", "mia@example.com", "-V", "20250101:20400101"]);
        story
    }

    /// Makes `v2.0.1` anew by git alone, with a certificate that is made with these options.
    fn sign(&self, options: &[&str]) {
        let [authority, public] = [&self.authority.path, &self.mia.path.with_extension("pub")]
            .map(|path| path.to_str().expect("because the folder has a plain name").to_owned());
        let make = [&["-q", "-s", &authority, "-I", "id"], options, &[&public]].concat();
        run("ssh-keygen", &self.repo.home(), &[], &make, "");
        let certificate = public.replace(".pub", "-cert.pub");
        self.repo.git(["config", "user.signingKey", &certificate]);
        self.repo.git(["config", "gpg.format", "ssh"]);
        self.repo.git(["tag", "-f", "-s", "-m", "Godel 2.0.1", "v2.0.1", "release/2.0"]);
    }

    /// What does not pass, and whether git accepts the tag by the same list.
    fn judged(&self) -> (Vec<String>, bool) {
        let found = open(&tag(&self.repo, &["verify", "v2.0.1", "--format", "json"]).run().json());
        let list = self.repo.home().join("list-for-git");
        std::fs::write(&list, self.repo.git(["show", "main:allowed"]) + "\n").expect("because the folder is ours");
        let mut git = self.repo.git_command();
        git.arg("-c").arg(format!("gpg.ssh.allowedSignersFile={}", list.display())).args(["verify-tag", "v2.0.1"]);
        (found, git.output().expect("because git is installed").status.success())
    }
}

fn failed(rules: &[&str]) -> (Vec<String>, bool) {
    (rules.iter().map(|rule| format!("{rule} failed")).collect(), false)
}

#[test]
fn a_certificate_counts_for_whom_its_authority_may_speak() {
    let story = Story::new();
    assert_eq!(story.judged(), (vec![], true));
    let found = tag(&story.repo, &["verify", "v2.0.1", "--format", "json"]).run().success().json();
    let listing = run("ssh-keygen", &story.repo.home(), &[], &["-l", "-f", "mia"], "");
    let fingerprint = listing.split(' ').nth(1).expect("because it stands there");
    let signer = &found["signed-by"];
    assert_eq!((&signer["name"], &signer["key"]), (&"mia@example.com".into(), &fingerprint.into()));
    story.repo.git(["tag", "-d", "v2.0.1"]);
    let _made = tag(&story.repo, &["create", "2.0.1"]).run().success();
    assert_eq!(story.judged(), (vec![], true));

    let other = SshKey::new(&story.repo, "other", "");
    for list in [
        story.authority.line("ann@example.com", "cert-authority"),
        story.authority.line("*@example.com,!mia@*", "cert-authority"),
        story.authority.line("mia@example.com", "cert-authority,namespaces=\"file\""),
        story.authority.line("mia@example.com", ""),
        other.line("mia@example.com", "cert-authority"),
        story.mia.line("mia@example.com", ""),
    ] {
        allow(&story.repo, &list);
        assert_eq!(story.judged(), failed(&["signer"]), "{list}");
    }
}

#[test]
fn a_certificate_that_is_out_of_date_or_of_a_machine_does_not_count() {
    let story = Story::new();
    story.sign(&["-n", "mia@example.com", "-V", "20250101:20250601"]);
    assert_eq!(story.judged(), failed(&["key-then", "key-now"]));
    story.sign(&["-n", "mia@example.com", "-V", "20300101:20400101"]);
    assert_eq!(story.judged(), failed(&["key-then", "key-now"]));
    story.sign(&["-n", "mia@example.com", "-V", "always:forever"]);
    assert_eq!(story.judged(), (vec![], true));
    story.sign(&["-n", "mia@example.com", "-V", "20250101:20400101", "-h"]);
    assert_eq!(story.judged(), failed(&["signer"]));
    story.sign(&["-V", "20250101:20400101"]);
    assert_eq!(story.judged(), failed(&["signer"]));
}

#[test]
fn the_key_its_certificate_or_its_authority_can_be_revoked() {
    let story = Story::new();
    let _other = SshKey::new(&story.repo, "other", "");
    let krl = |key: &str| {
        let name = format!("{key}.krl");
        run("ssh-keygen", &story.repo.home(), &[], &["-q", "-k", "-f", &name, key], "");
        story.repo.home().join(name)
    };
    let file = |key: &str| story.repo.home().join(key);
    for (revoked, is_revoked) in [
        (file("mia.pub"), true),
        (file("mia-cert.pub"), true),
        (file("ca.pub"), true),
        (file("other.pub"), false),
        (krl("mia.pub"), true),
        (krl("mia-cert.pub"), true),
        (krl("ca.pub"), true),
        (krl("other.pub"), false),
    ] {
        let bytes = std::fs::read(&revoked).expect("because it was made");
        let policy = story.repo.home().join("policy.toml");
        std::fs::write(story.repo.home().join("revoked"), bytes).expect("because the folder is ours");
        let list = story.repo.git(["show", "main:allowed"]) + "\n";
        std::fs::write(story.repo.home().join("allowed"), list).expect("because the folder is ours");
        let signing = "[signing]\nallowed-signers = \"allowed\"\nrevoked = \"revoked\"\n";
        std::fs::write(&policy, format!("{PROJECT}{signing}")).expect("because the folder is ours");
        let asked =
            tag(&story.repo, &["verify", "v2.0.1", "--format", "json", "--policy", &policy.display().to_string()]);
        let expected: &[&str] = if is_revoked { &["revocation failed"] } else { &[] };
        assert_eq!(open(&asked.run().json()), expected, "{}", revoked.display());
    }
}

#[test]
fn a_certificate_that_was_changed_does_not_fit() {
    let story = Story::new();
    story.sign(&["-n", "eva@example.com", "-V", "20250101:20400101"]);
    let text = story.repo.git(["cat-file", "tag", "v2.0.1"]) + "\n";
    let (head, armor) = text.split_once("-----BEGIN SSH SIGNATURE-----\n").expect("because it is signed");
    let (body, tail) = armor.split_once("-----END").expect("because it is signed");
    let mut bytes = base64::decode(&body.replace('\n', "")).expect("because it is Base64");
    let name = bytes.windows(4).position(|window| window == b"eva@").expect("because the certificate names her");
    bytes[name..name + 4].copy_from_slice(b"mia@");
    let mut coded = base64::encode_unpadded(&bytes);
    while !coded.len().is_multiple_of(4) {
        coded.push('=');
    }
    let forged = format!("{head}-----BEGIN SSH SIGNATURE-----\n{coded}\n-----END{tail}");
    let mut command = story.repo.git_command();
    command.args(["hash-object", "-t", "tag", "-w", "--stdin"]);
    let output = crate::support::run_with_input(&mut command, forged.into_bytes());
    let id = String::from_utf8(output.stdout).expect("because names are ASCII");
    story.repo.git(["update-ref", "refs/tags/v2.0.1", id.trim()]);
    assert_eq!(story.judged(), failed(&["signature"]));
}

/// The key comes with its chain; who verifies has the authority at hand or not, and trusts it or not.
#[test]
fn a_certificate_below_an_authority_signs_a_tag_that_consumers_verify() {
    if !has("gpgsm") || !has("openssl") {
        return;
    }
    let (repo, authority) = (Repo::new(), Authority::new());
    let leaf = authority.certificate("leaf", "leaf", "20260101000000Z", "20400101000000Z");
    let pack = ["pkcs12", "-export", "-legacy", "-inkey", "mia.key", "-in", "leaf.pem", "-certfile", "ca.pem"];
    authority.openssl(&[&pack[..], &["-passout", "pass:x", "-out", "key.p12"]].concat(), "");
    let key = authority.openssl(&["base64", "-in", "key.p12"], "");
    start_line(&repo);
    let configure = |signing: &str| repo.write_config(&format!("{PROJECT}[signing]\n{signing}"));
    let listed = format!("fingerprints = [\"{leaf}\"]\n");
    let (unknown, known, trusted) = (GpgHome::new(), GpgHome::new(), GpgHome::new());
    let root = authority.path("ca.pem").display().to_string();
    for home in [&known, &trusted] {
        home.gpgsm(&["--import", &root], "");
    }
    let said = authority.openssl(&["x509", "-noout", "-fingerprint", "-sha1", "-in", "ca.pem"], "");
    let ca = said.split_once('=').expect("because it is told so").1.trim().replace(':', "");
    trusted.trust(&ca);
    // gpgsm signs at the moment of the machine's clock, so the tag is dated by it, too.
    let create = || {
        let args = ["create", "2.0.1", "--key-env", "KEY", "--passphrase-env", "PASS", "--format", "json"];
        let asked = Bin::tag().at(&repo).args(args).env("KEY", &key).env("PASS", "x");
        asked.env("GNUPGHOME", unknown.path()).run()
    };
    configure(&format!("fingerprints = [\"{ca}\"]\n"));
    assert!(create().code(1).stderr.contains("does not verify: signer"), "its authority is not the signer");
    configure(&listed);
    assert_eq!(create().success().json()["signed-by"]["key"], leaf.as_str());
    let judged = |home: &GpgHome, signing: &str, now: &[&str]| {
        configure(signing);
        let asked = Bin::tag().at(&repo).args(["verify", "v2.0.1", "--format", "json"]).args(now);
        open(&asked.env("GNUPGHOME", home.path()).run().json())
    };
    for home in [&unknown, &known, &trusted] {
        assert_eq!(judged(home, &listed, &[]), Vec::<String>::new());
        assert_eq!(judged(home, &listed, &["--now", "2040-01-02T00:00:00Z"]), ["key-now failed"]);
    }
    for (home, expected) in
        [(&unknown, vec!["signer undecided"]), (&known, vec!["signer undecided"]), (&trusted, vec![])]
    {
        assert_eq!(judged(home, "", &[]), expected);
        let mut git = repo.git_command();
        git.env("GNUPGHOME", home.path()).args(["verify-tag", "v2.0.1"]);
        let accepted = git.output().expect("because git is installed").status.success();
        assert_eq!(accepted, expected.is_empty(), "git, with what gpgsm says");
    }
}
