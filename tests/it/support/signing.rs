//! Keys of people, and a repository with a line whose tags are signed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Bin, Repo, command, run_with_input};

/// Runs a program to its end, requires that it succeeds, and returns its standard output.
#[track_caller]
pub fn run(program: &str, home: &Path, env: &[(&str, &str)], args: &[&str], input: &str) -> String {
    let mut command = command(program, home);
    command.envs(env.iter().copied()).args(args).current_dir(home);
    let output = run_with_input(&mut command, input.as_bytes().to_vec());
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("because programs print UTF-8")
}

/// An OpenSSH key in the home of a repository.
pub struct SshKey {
    /// The private key.
    pub path: PathBuf,
    /// The public key, as one line.
    pub public: String,
}

impl SshKey {
    /// Makes one.
    pub fn new(repo: &Repo, name: &str, passphrase: &str) -> Self {
        let path = repo.home().join(name);
        let file = path.to_str().expect("because the folder has a plain name");
        run("ssh-keygen", &repo.home(), &[], &["-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", file], "");
        let public = fs::read_to_string(path.with_extension("pub")).expect("because it was made");
        Self { path, public: public.trim().to_owned() }
    }

    /// The private key as text.
    pub fn text(&self) -> String {
        fs::read_to_string(&self.path).expect("because it was made")
    }

    /// A line of a list of allowed signers.
    pub fn line(&self, principal: &str, options: &str) -> String {
        format!("{principal} {options} {}\n", self.public)
    }
}

/// A private home of GnuPG in a short path, for its sockets.
pub struct GpgHome {
    folder: TempDir,
}

impl GpgHome {
    /// Makes an empty one.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("g").tempdir_in("/tmp").expect("because tests can write to /tmp");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("because it is ours");
        Self { folder }
    }

    /// Its path.
    pub fn path(&self) -> &str {
        self.folder.path().to_str().expect("because the folder has a plain name")
    }

    /// Runs gpg with it.
    #[track_caller]
    pub fn gpg(&self, args: &[&str], input: &str) -> String {
        let mut all = vec!["--batch", "--pinentry-mode", "loopback"];
        all.extend(args);
        run("gpg", self.folder.path(), &[("GNUPGHOME", self.path())], &all, input)
    }

    /// Makes a key and returns its fingerprint. It is made in January 2026, before every story begins.
    pub fn key(&self, user: &str, passphrase: &str, expires: &str) -> String {
        let made = ["--faked-system-time", "20260101T000000", "--passphrase", passphrase];
        self.gpg(&[&made[..], &["--quick-generate-key", user, "ed25519", "sign", expires]].concat(), "");
        let listing = self.gpg(&["--with-colons", "--list-keys", user], "");
        let line = listing.lines().find(|line| line.starts_with("fpr")).expect("because it was made");
        line.split(':').nth(9).expect("because a fingerprint stands there").to_owned()
    }
}

impl GpgHome {
    /// Runs gpgsm with it, whose questions for passphrases are answered by what it is given.
    #[track_caller]
    pub fn gpgsm(&self, args: &[&str], input: &str) -> String {
        let mut all = vec!["--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0"];
        all.extend(args);
        run("gpgsm", self.folder.path(), &[("GNUPGHOME", self.path())], &all, input)
    }

    /// Lets the agent forget the passphrases of the keys that it made.
    pub fn forget(&self) {
        run("gpgconf", self.folder.path(), &[("GNUPGHOME", self.path())], &["--reload", "gpg-agent"], "");
    }

    /// Makes a key with a certificate that it signs itself, valid from 2026 to 2040, and returns the fingerprint of that.
    pub fn certificate(&self) -> String {
        self.certificate_until("2040-01-01")
    }

    /// The same, valid until another day.
    pub fn certificate_until(&self, end: &str) -> String {
        let wanted = "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign, cert\nSerial: random\nName-DN: CN=Mia\nName-Email: mia@example.com\nHash-Algo: sha256\nNot-Before: 2026-01-01\n";
        let wanted = format!("{wanted}Not-After: {end}\n");
        fs::write(self.folder.path().join("wanted"), wanted).expect("because the folder is ours");
        self.gpgsm(&["--generate-key", "--armor", "--output", "cert", "wanted"], "\n");
        self.gpgsm(&["--import", "cert"], "");
        let listing = self.gpgsm(&["--with-colons", "--list-secret-keys"], "");
        let line = listing.lines().find(|line| line.starts_with("fpr")).expect("because it was made");
        line.split(':').nth(9).expect("because a fingerprint stands there").to_owned()
    }

    /// Trusts a certificate as a root, and asks no server about it.
    pub fn trust(&self, certificate: &str) {
        let write =
            |name: &str, text: &str| fs::write(self.folder.path().join(name), text).expect("because it is ours");
        write("trustlist.txt", &format!("{certificate} S relax\n"));
        write("gpgsm.conf", "disable-crl-checks\n");
        // It reads the list anew.
        self.forget();
    }
}

/// An authority of certificates, and one key for which it makes them with openssl.
pub struct Authority {
    folder: TempDir,
}

impl Authority {
    /// Makes one, valid from 2020 to 2049.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("because tests can write to the temporary folder");
        let settings = "[ca]\ndefault_ca=own\n[own]\ndatabase=index\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n[leaf]\nbasicConstraints=CA:false\nkeyUsage=critical,digitalSignature\nsubjectAltName=email:mia@example.com\n[root]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n[encrypting]\nbasicConstraints=CA:false\nkeyUsage=critical,keyEncipherment\n[req]\ndistinguished_name=name\n[name]\n";
        for (name, text) in [("settings", settings), ("index", ""), ("serial", "01\n")] {
            fs::write(folder.path().join(name), text).expect("because the folder is ours");
        }
        let authority = Self { folder };
        for (name, subject) in [("ca", "/CN=Godel CA"), ("mia", "/CN=Mia")] {
            let ask = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-config", "settings", "-subj", subject];
            let files = [format!("{name}.key"), format!("{name}.req")];
            authority.openssl(&[&ask[..], &["-keyout", &files[0], "-out", &files[1]]].concat(), "");
        }
        let own = ["-selfsign", "-extensions", "root", "-in", "ca.req", "-out", "ca.pem"];
        authority.sign(&own, "20200101000000Z", "20490101000000Z");
        authority
    }

    /// Where its files are: `ca.pem`, `mia.key`, and the certificates by their names.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs openssl there.
    #[track_caller]
    pub fn openssl(&self, args: &[&str], input: &str) -> String {
        run("openssl", self.folder.path(), &[], args, input)
    }

    fn sign(&self, what: &[&str], from: &str, until: &str) {
        let ask = ["ca", "-batch", "-notext", "-config", "settings", "-keyfile", "ca.key", "-cert", "ca.pem"];
        self.openssl(&[&ask[..], what, &["-startdate", from, "-enddate", until]].concat(), "");
    }

    /// Makes a certificate for the key, valid between these moments (`20260101000000Z`) and of a kind of the settings, and returns its
    /// fingerprint.
    pub fn certificate(&self, name: &str, kind: &str, from: &str, until: &str) -> String {
        let file = format!("{name}.pem");
        self.sign(&["-extensions", kind, "-in", "mia.req", "-out", &file], from, until);
        let said = self.openssl(&["x509", "-noout", "-fingerprint", "-sha1", "-in", &file], "");
        said.split_once('=').expect("because it is told so").1.trim().replace(':', "")
    }

    /// Signs something with a certificate, in the form that git keeps.
    pub fn armored(&self, certificate: &str, payload: &str) -> String {
        fs::write(self.path("payload"), payload).expect("because the folder is ours");
        let file = format!("{certificate}.pem");
        let ask = ["cms", "-sign", "-binary", "-in", "payload", "-signer", &file, "-inkey", "mia.key"];
        let pem = self.openssl(&[&ask[..], &["-outform", "PEM"]].concat(), "");
        pem.replace(" CMS-----", " SIGNED MESSAGE-----")
    }
}

impl Drop for GpgHome {
    fn drop(&mut self) {
        let mut stop = command("gpgconf", self.folder.path());
        stop.env("GNUPGHOME", self.folder.path()).args(["--kill", "all"]);
        drop(run_with_input(&mut stop, Vec::new()));
    }
}

/// Main and the line 2.0 with `v2.0.0` and one fix after it; main says that `mia@example.com` may sign with this key, which
/// git is configured with.
pub fn ssh_story() -> (Repo, SshKey) {
    let repo = Repo::new();
    let key = SshKey::new(&repo, "mia", "");
    repo.write_config(&format!("{PROJECT}[signing]\nformat = \"ssh\"\nallowed-signers = \"allowed\"\n"));
    repo.land_fix("Say who may sign", [("allowed", key.line("mia@example.com", "").as_str())]);
    repo.git(["config", "user.signingKey", key.path.to_str().expect("because the folder has a plain name")]);
    start_line(&repo);
    (repo, key)
}

/// The part of `patch.toml` that every story has.
pub const PROJECT: &str =
    "[project]\nname = \"Godel\"\nmain = \"main\"\n[[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";

/// The line 2.0 with `v2.0.0` and one fix after it.
pub fn start_line(repo: &Repo) {
    repo.land_fix("Add the list", [("list", "one\n")]);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let fix = repo.land_fix("Fix the list", [("list", "one, fixed\n")]);
    repo.pick("2.0", fix);
}

/// Lands another list of allowed signers on main.
pub fn allow(repo: &Repo, list: &str) {
    repo.land_fix("Change who may sign", [("allowed", list)]);
}

/// `patch-tag` in a repository, at the present moment of its story.
pub fn tag(repo: &Repo, args: &[&str]) -> Bin {
    let now = repo.now();
    Bin::tag().at(repo).args(args.iter().chain(&["--now", &now]))
}

/// The verdicts of a document that are not "passed", as `rule verdict`.
pub fn open(document: &serde_json::Value) -> Vec<String> {
    let findings = document["findings"].as_array().expect("because there are findings");
    let text = |finding: &serde_json::Value, field: &str| finding[field].as_str().unwrap_or_default().to_owned();
    let all = findings.iter().map(|finding| format!("{} {}", text(finding, "rule"), text(finding, "verdict")));
    all.filter(|said| !said.ends_with(" passed")).collect()
}

/// A script that git runs in place of a program.
pub fn script(repo: &Repo, name: &str, text: &str) -> PathBuf {
    let path = repo.home().join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("because the folder is ours");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("because it is ours");
    path
}

/// Says whether a program is installed that the tests do not require. Where it is not, that is told.
pub fn has(program: &str) -> bool {
    let found = std::process::Command::new(program).arg("--version").output().is_ok();
    #[expect(clippy::print_stderr, reason = "what a test leaves out is to be seen")]
    if !found {
        eprintln!("left out: '{program}' is not installed");
    }
    found
}

/// A repository whose tags are signed by gpg at the moment that the story is at.
pub struct GpgStory {
    /// The repository.
    pub repo: Repo,
    /// The keys.
    pub home: GpgHome,
}

impl GpgStory {
    /// Makes one with a line that was released once.
    pub fn new() -> Self {
        let (repo, home) = (Repo::new(), GpgHome::new());
        start_line(&repo);
        Self { repo, home }
    }

    /// Makes `v2.0.1` anew, signed with this key.
    pub fn sign(&self, key: &str) {
        // A few minutes after the line was picked onto.
        let faked = script(&self.repo, "gpg-then", "exec gpg --faked-system-time 20260105T091500 \"$@\"");
        self.repo.git(["update-ref", "-d", "refs/tags/v2.0.1"]);
        let mut git = self.repo.git_command();
        git.env("GNUPGHOME", self.home.path()).env("GIT_COMMITTER_DATE", "2026-01-05T09:15:00Z");
        git.arg("-c").arg(format!("gpg.program={}", faked.display()));
        git.args(["tag", "-u", key, "-m", "x", "v2.0.1", "release/2.0"]);
        let output = git.output().expect("because git is installed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What does not pass by this `[signing]`, at the moment of the machine's clock.
    pub fn judged(&self, signing: &str) -> Vec<String> {
        self.judged_at(signing, &[])
    }

    /// The same with more arguments, such as the moment that counts as now.
    pub fn judged_at(&self, signing: &str, more: &[&str]) -> Vec<String> {
        self.repo.write_config(&format!("{PROJECT}[signing]\n{signing}"));
        let asked = Bin::tag().at(&self.repo).args(["verify", "v2.0.1", "--format", "json"]).args(more);
        open(&asked.env("GNUPGHOME", self.home.path()).run().json())
    }
}
