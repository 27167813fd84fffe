//! A private key that was given to one run: handed to an agent of its own, and gone when the run is.
//!
//! An SSH key goes from memory to `ssh-agent` through the standard input of `ssh-add`, and never to a disk. gpg keeps its keys
//! in a folder; that one is private, in memory where the system has a place for that, and removed afterwards. A run that is
//! killed cannot remove it, so every run first removes those of runs that are dead.

mod x509;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::model::config::SigningFormat;
use crate::model::error::{Error, Result};
use crate::model::held_key::secret_keys;
use crate::model::key_text::{GivenKey, KeyKind, Protection};
use crate::ports::clock::clock;
use crate::ports::platform;
use crate::ports::process::{Finished, failed, finish};
use crate::ports::trouble::explained;

use super::explain::unable;

/// What the names of the folders of sessions begin with; the process id follows.
const PREFIX: &str = "backstitch-key-";

/// The agent forgets a key after this many seconds, also when the run that started it was killed.
const LIFETIME: u64 = 600;

/// The variable that `ssh-add` gets the passphrase in; no other program gets it.
const ANSWER: &str = "BACKSTITCH_PASSPHRASE";

/// Answers the question of `ssh-add` once: asked again, the answer was wrong, and an empty one ends the questions.
const ASKPASS: &str = "#!/bin/sh\ncase \"$1\" in Bad*) echo ;; *) printf '%s\\n' \"$BACKSTITCH_PASSPHRASE\" ;; esac\n";

/// A key that programs can sign with as long as this exists.
pub struct KeySession {
    name: String,
    format: SigningFormat,
    folder: PathBuf,
    signing_key: String,
    environment: Vec<(&'static str, OsString)>,
}

impl KeySession {
    /// Hands a key to an agent.
    ///
    /// # Errors
    /// When the key cannot be read, needs a passphrase that was not given, or is out of date.
    pub fn start(key: &GivenKey) -> Result<Self> {
        let base = match key.text.kind() {
            KeyKind::Openpgp | KeyKind::X509 if Path::new("/dev/shm").is_dir() => PathBuf::from("/dev/shm"),
            KeyKind::Openpgp | KeyKind::X509 | KeyKind::Ssh => std::env::temp_dir(),
        };
        sweep(&base);
        let folder = base.join(format!("{PREFIX}{}-{:08x}", std::process::id(), unforeseeable()));
        platform::make_private_folder(&folder).map_err(|error| cannot("make", &folder, error))?;
        let mut session = Self {
            name: key.name.clone(),
            format: match key.text.kind() {
                KeyKind::Ssh => SigningFormat::Ssh,
                KeyKind::Openpgp => SigningFormat::Openpgp,
                KeyKind::X509 => SigningFormat::X509,
            },
            folder,
            signing_key: String::new(),
            environment: Vec::new(),
        };
        match key.text.kind() {
            KeyKind::Ssh => session.start_ssh(key)?,
            KeyKind::Openpgp => session.start_gpg(key)?,
            KeyKind::X509 => session.start_x509(key)?,
        }
        Ok(session)
    }

    /// The kind of signature that the key makes.
    pub fn format(&self) -> SigningFormat {
        self.format
    }

    /// What `user.signingKey` is to be.
    pub fn signing_key(&self) -> &str {
        &self.signing_key
    }

    /// Where the key was given, for people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Lets a program use the key.
    pub fn apply(&self, command: &mut Command) {
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C").stdin(Stdio::null());
        self.apply(&mut command);
        command
    }

    fn start_ssh(&mut self, key: &GivenKey) -> Result<()> {
        let name = &key.name;
        let needs = || {
            Error::usage(format!("the SSH key in '{name}' needs a passphrase"))
                .hint("name the variable that holds it with '--passphrase-env NAME'")
        };
        if key.text.protection() == Protection::Passphrase && key.passphrase.is_none() {
            return Err(needs());
        }
        let mut agent = self.command("ssh-agent");
        agent.args(["-s", "-t", &LIFETIME.to_string(), "-a"]).arg(self.folder.join("agent"));
        let started = done("ssh-agent", finish(agent, None)?)?;
        let said = String::from_utf8_lossy(&started.stdout).into_owned();
        let of = |name: &str| said.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
        let (socket, process) = of("SSH_AUTH_SOCK").zip(of("SSH_AGENT_PID")).ok_or_else(|| {
            Error::unfinished("'ssh-agent' does not say where it listens").hint("see what it says: ssh-agent -s")
        })?;
        self.environment = vec![("SSH_AUTH_SOCK", socket.into()), ("SSH_AGENT_PID", process.into())];

        let mut add = self.command("ssh-add");
        add.args(["-q", "-"]);
        match &key.passphrase {
            Some(passphrase) => {
                let helper = self.folder.join("askpass");
                write_private(&helper, 0o700, ASKPASS.as_bytes())?;
                add.env("SSH_ASKPASS", &helper).env("SSH_ASKPASS_REQUIRE", "force").env(ANSWER, passphrase.expose());
            }
            None => {
                add.env_remove("SSH_ASKPASS").env("SSH_ASKPASS_REQUIRE", "never");
            }
        }
        let added = finish(add, Some(key.text.expose().as_bytes().to_vec()))?;
        if !added.success() {
            let hint = match &key.passphrase {
                Some(_) => "is the passphrase that of this key, and is the secret the whole key?",
                None => "is the secret the whole key, with its first and its last line?",
            };
            return Err(Error::usage(format!("the SSH key in '{name}' cannot be read"))
                .because(failed("ssh-add", &added))
                .hint(hint));
        }
        let mut list = self.command("ssh-add");
        list.arg("-L");
        let listed = done("ssh-add -L", finish(list, None)?)?;
        let line = String::from_utf8_lossy(&listed.stdout);
        let public: Vec<&str> = line.lines().next().unwrap_or_default().splitn(3, ' ').take(2).collect();
        self.signing_key = format!("key::{}", public.join(" "));
        Ok(())
    }

    fn start_gpg(&mut self, key: &GivenKey) -> Result<()> {
        let name = &key.name;
        self.environment = vec![("GNUPGHOME", self.folder.clone().into())];
        write_private(&self.folder.join("gpg.conf"), 0o600, b"pinentry-mode loopback\n")?;
        let mut import = self.command("gpg");
        import.args(["--batch", "--import"]);
        let imported = finish(import, Some(key.text.expose().as_bytes().to_vec()))?;
        if !imported.success() {
            return Err(Error::usage(format!("the OpenPGP key in '{name}' cannot be read"))
                .because(failed("gpg --import", &imported))
                .hint("export it with 'gpg --armor --export-secret-keys', and keep the whole text"));
        }
        let mut list = self.command("gpg");
        list.args(["--batch", "--with-colons", "--list-secret-keys"]);
        let listed = done("gpg --list-secret-keys", finish(list, None)?)?;
        let keys = secret_keys(&String::from_utf8_lossy(&listed.stdout), clock().timestamp(), None);
        let first = keys.first().ok_or_else(|| {
            Error::usage(format!("the OpenPGP key in '{name}' holds no secret key"))
                .hint("export the secret half: gpg --armor --export-secret-keys FINGERPRINT")
        })?;
        let fingerprint = first.primary.as_str();
        let other = "put another key into the variable: gpg --armor --export-secret-keys FINGERPRINT";
        let shown = format!("the OpenPGP key {fingerprint} in '{name}'");
        if let Some(error) = unable(first, &shown, "export it again", other) {
            return Err(error);
        }
        self.try_gpg(key, fingerprint)?;
        fingerprint.clone_into(&mut self.signing_key);
        Ok(())
    }

    /// Signs something with the key, so that the agent keeps the passphrase, and a wrong one is told here.
    fn try_gpg(&self, key: &GivenKey, fingerprint: &str) -> Result<()> {
        let trial = self.folder.join("trial");
        write_private(&trial, 0o600, b"")?;
        let mut sign = self.command("gpg");
        sign.args(["--batch", "--passphrase-fd", "0", "--local-user", fingerprint, "--detach-sign"]).arg(&trial);
        let answer = key.passphrase.as_ref().map_or("", |passphrase| passphrase.expose());
        let signed = finish(sign, Some(format!("{answer}\n").into_bytes()))?;
        if signed.success() {
            return Ok(());
        }
        let name = &key.name;
        let (message, hint) = match &key.passphrase {
            Some(_) => ("cannot be opened with its passphrase", "is the passphrase that of this key?"),
            None => (
                "cannot sign, probably because it needs a passphrase",
                "name the variable that holds it with '--passphrase-env NAME'",
            ),
        };
        Err(Error::usage(format!("the OpenPGP key in '{name}' {message}"))
            .because(failed("gpg --detach-sign", &signed))
            .hint(hint))
    }
}

impl Drop for KeySession {
    fn drop(&mut self) {
        // What cannot be stopped or removed now is swept by the next run, and the agent forgets the key by itself.
        let stop = match self.format {
            SigningFormat::Ssh => {
                let mut stop = self.command("ssh-agent");
                stop.arg("-k");
                stop
            }
            SigningFormat::Openpgp | SigningFormat::X509 => {
                let mut stop = self.command("gpgconf");
                stop.args(["--kill", "all"]);
                stop
            }
        };
        if !self.environment.is_empty() {
            drop(finish(stop, None));
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Returns the validity and the fingerprint of the first secret key in what gpgsm lists with colons (`doc/DETAILS` of GnuPG).
fn secret_key(listing: &str) -> Option<(char, String)> {
    let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
    let mut lines = listing.lines().map(fields).skip_while(|line| line[0] != "crs");
    let validity = lines.next()?.get(1)?.chars().next().unwrap_or('-');
    let fingerprint = lines.find(|line| line[0] == "fpr")?.get(9)?.clone();
    Some((validity, fingerprint))
}

/// Returns the fingerprints of all keys in such a listing.
fn listed_keys(listing: &str) -> Vec<&str> {
    listing.lines().filter(|line| line.starts_with("fpr:")).filter_map(|line| line.split(':').nth(9)).collect()
}

/// Removes the folders of sessions whose process is gone. Those of other users cannot be removed and stay, and so do young
/// ones: a process of another container may not be seen from here.
fn sweep(base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|made| made.elapsed().ok());
        let is_old = age.is_some_and(|age| age.as_secs() > LIFETIME);
        if is_old && process.is_some_and(platform::is_gone) {
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

fn write_private(path: &Path, mode: u32, bytes: &[u8]) -> Result<()> {
    platform::make_private(path, mode)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|error| cannot("write", path, error))
}

fn done(what: &str, finished: Finished) -> Result<Finished> {
    if finished.success() { Ok(finished) } else { Err(failed(what, &finished)) }
}

fn cannot(what: &str, path: &Path, error: std::io::Error) -> Error {
    explained(Error::unfinished(format!("cannot {what} '{}'", path.display())), path, error)
}

/// The standard library seeds its hash maps from the operating system's source of randomness.
fn unforeseeable() -> u32 {
    use std::hash::{BuildHasher as _, Hasher as _};
    (std::hash::RandomState::new().build_hasher().finish() & u64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_secret_key_of_a_listing_counts() {
        let listing = "crt:u:1\ncrs:e:2048:1:E292A0B870642735:1:2:0A::CN=Mia::scSC::::::23:\nfpr:::::::::AAAA:\ncrs:u:1\nfpr:::::::::BBBB:\n";
        assert_eq!(secret_key(listing), Some(('e', "AAAA".to_owned())));
        assert_eq!(secret_key("crt:u:1\nfpr:::::::::AAAA:\n"), None);
        assert_eq!(listed_keys(listing), ["AAAA", "BBBB"]);
    }

    #[test]
    #[cfg(unix)] // Elsewhere a folder cannot be given another date.
    fn old_folders_of_dead_runs_are_removed() {
        let base = tempfile::tempdir().expect("a folder");
        // No system gives a process this number (`proc(5)`, /proc/sys/kernel/pid_max: at most 2^22).
        let dead = 4_294_967;
        let folder = |process: u32, name: &str, age: u64| {
            let path = base.path().join(format!("{PREFIX}{process}-{name}"));
            std::fs::create_dir(&path).expect("it is made");
            let opened = std::fs::File::open(&path).expect("it is there");
            let now = path.metadata().and_then(|found| found.modified()).expect("it has a date");
            opened.set_modified(now - std::time::Duration::from_secs(age)).expect("it is ours");
            path
        };
        let old = folder(dead, "old", 2 * LIFETIME);
        let kept = [folder(dead, "young", 0), folder(std::process::id(), "old", 2 * LIFETIME)];
        sweep(base.path());
        assert_eq!((old.exists(), kept.map(|path| path.exists())), (false, [true, true]));
    }
}
