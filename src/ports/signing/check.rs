//! Checking a signature: cryptography is left to `ssh-keygen`, `gpg` and `gpgsm`, and who may sign is decided elsewhere.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::model::allowed_signers::{self, AllowedSigner, Standing};
use crate::model::config::{SignerName, SigningFormat};
use crate::model::error::{Error, Result};
use crate::model::gpg_status::GpgReport;
use crate::model::ssh_signature::{SshKey, SshSignature};
use crate::model::tag_request::Now;
use crate::model::tag_verify::{GpgFacts, Keys, SignatureFacts, Soundness, SshFacts};
use crate::ports::git::GitConfig;
use crate::ports::process::{Finished, failed, finish};

use crate::ports::trouble::cannot_keep;

/// A file of a policy, wherever it was read from.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Where it is, for people.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What signatures are checked with. A key that was given to one run is no part of it: the run that pushes, and whoever looks later, has
/// none.
pub struct Checker<'a> {
    /// Which programs.
    pub config: &'a GitConfig,
    /// The list of allowed signers.
    pub allowed: Option<&'a Listed>,
    /// SSH keys that count no more.
    pub revoked: Option<&'a Listed>,
    /// The only OpenPGP keys that are known.
    pub keys: Option<&'a Listed>,
    /// The moment that keys are judged at.
    pub now: Now,
}

impl Checker<'_> {
    /// Finds out what can be known about a signature of `payload` that should have been made for `namespace`.
    ///
    /// # Errors
    /// When a program cannot be started, or a list of the policy is malformed.
    pub fn check(
        &self,
        format: SigningFormat,
        signature: &[u8],
        payload: &[u8],
        namespace: &str,
    ) -> Result<SignatureFacts> {
        match format {
            SigningFormat::Ssh => self.ssh(signature, payload, namespace),
            SigningFormat::Openpgp | SigningFormat::X509 => self.gpg(format, signature, payload),
        }
    }

    /// Says what the list of allowed signers, where there is one, comes to for a namespace now. `names`: who alone may sign, where a rule says
    /// it.
    ///
    /// # Errors
    /// When the list is malformed.
    pub fn standing(&self, namespace: &str, names: Option<&[SignerName]>) -> Result<Standing> {
        let lines = self.allowed.map(signers).transpose()?.unwrap_or_default();
        Ok(allowed_signers::standing(&lines, namespace, names, self.now.timestamp()))
    }

    /// Says what that list comes to for a namespace now, where one key has to sign for another one, too. `names`: who alone may sign for that.
    ///
    /// # Errors
    /// When the list is malformed.
    pub fn standing_beside(&self, other: (&str, Option<&[SignerName]>), namespace: &str) -> Result<Standing> {
        let lines = self.allowed.map(signers).transpose()?.unwrap_or_default();
        Ok(allowed_signers::standing_beside(&lines, other, namespace, self.now.timestamp()))
    }

    fn ssh(&self, signature: &[u8], payload: &[u8], namespace: &str) -> Result<SignatureFacts> {
        let Some(read) = SshSignature::parse(signature) else {
            return Ok(SignatureFacts::Unreadable(SigningFormat::Ssh));
        };
        let allowed = match self.allowed {
            None => None,
            Some(list) => {
                let lines = signers(list)?;
                let certificate = read.key.certificate();
                let listed = certificate.as_ref().map_or(&read.key, |certificate| &certificate.authority);
                Some((list.name.clone(), lines.into_iter().filter(|line| line.key == *listed).collect()))
            }
        };
        let soundness = if read.namespace == namespace {
            self.soundness(&read, signature, payload, namespace)?
        } else {
            Soundness::NotAsked
        };
        Ok(SignatureFacts::Ssh(SshFacts { key: read.key, namespace: read.namespace, soundness, allowed }))
    }

    /// Asks `ssh-keygen` with a list of this one key, so that its exit code is about the signature and the revocation only.
    fn soundness(&self, read: &SshSignature, signature: &[u8], payload: &[u8], namespace: &str) -> Result<Soundness> {
        let place = private_folder()?;
        let file = |name: &str, bytes: &[u8]| write(&place, name, bytes);
        let (signature, list) =
            (file("sig", signature)?, file("signers", format!("x {}\n", read.key.line()).as_bytes())?);
        let revoked = self.revoked.map(|listed| file("revoked", &listed.bytes)).transpose()?;
        let ask = |verb: &str| {
            let mut command = Command::new(self.config.signing_program(SigningFormat::Ssh));
            command.args(["-Y", verb, "-n", namespace, "-s"]).arg(&signature).env("LC_ALL", "C");
            command
        };
        if !read.key.is_certificate() {
            let mut command = ask("verify");
            command.args(["-I", "x", "-f"]).arg(&list);
            if let Some(revoked) = &revoked {
                command.arg("-r").arg(revoked);
            }
            if finish(command, Some(payload.to_vec()))?.success() {
                return Ok(Soundness::Sound);
            }
        }
        if !finish(ask("check-novalidate"), Some(payload.to_vec()))?.success() {
            return Ok(Soundness::Broken);
        }
        match (&revoked, self.revoked) {
            (Some(file), Some(listed)) => self.revoked_for_sure(&place, file, listed, read),
            // That the authority signed it was proven when it was read (`cert_parse` in OpenSSH's `sshkey.c`).
            (_, _) if read.key.is_certificate() => Ok(Soundness::Sound),
            (_, _) => Err(Error::unfinished(format!(
                "'{}' says both that the signature fits and that it does not",
                self.config.signing_program(SigningFormat::Ssh)
            ))
            .hint("see that it is ssh-keygen of OpenSSH 8.9 or newer")),
        }
    }

    /// OpenSSH takes every key for revoked where it cannot read the file, so that is told apart here. A key revocation list is
    /// asked once more: 1 says revoked, and anything else that it cannot be read (`do_check_krl` in OpenSSH's `ssh-keygen.c`).
    fn revoked_for_sure(
        &self,
        place: &TempDir,
        file: &Path,
        listed: &Listed,
        read: &SshSignature,
    ) -> Result<Soundness> {
        let cannot = |why: String| {
            Error::usage(format!("cannot read the revoked keys in '{}'", listed.name))
                .because(why)
                .hint("make it with 'ssh-keygen -k', or list public keys, one a line")
        };
        if listed.bytes.starts_with(b"SSHKRL\n") {
            let key = write(place, "key.pub", format!("{}\n", read.key.line()).as_bytes())?;
            let mut command = Command::new(self.config.signing_program(SigningFormat::Ssh));
            command.args(["-Q", "-f"]).arg(file).arg(key).env("LC_ALL", "C");
            let asked = finish(command, None)?;
            return match asked.code {
                Some(0) if read.key.is_certificate() => Ok(Soundness::Sound),
                Some(1) => Ok(Soundness::Revoked),
                Some(_) | None => Err(cannot(asked.stderr.trim().to_owned())),
            };
        }
        let text = String::from_utf8_lossy(&listed.bytes);
        let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        match lines.find(|(_, line)| SshKey::parse(line).is_none()) {
            Some((at, _)) => Err(cannot(format!("line {at} holds no public key"))),
            None => Ok(match read.key.certificate() {
                Some(certificate) => {
                    let revoked = [&read.key, &certificate.key, &certificate.authority];
                    let listed = text.lines().filter_map(|line| SshKey::parse(line.trim()));
                    let is_revoked = listed.into_iter().any(|key| revoked.contains(&&key));
                    if is_revoked { Soundness::Revoked } else { Soundness::Sound }
                }
                None => Soundness::Revoked,
            }),
        }
    }

    fn gpg(&self, format: SigningFormat, signature: &[u8], payload: &[u8]) -> Result<SignatureFacts> {
        let program = self.config.signing_program(format);
        let place = private_folder()?;
        let mut command = Command::new(program);
        command.env("LC_ALL", "C");
        let keys = match self.keys.filter(|_| format == SigningFormat::Openpgp) {
            Some(listed) => {
                import(program, &place, listed)?;
                command.env("GNUPGHOME", place.path()).arg("--batch").arg("--no-autostart");
                Keys::Pinned(listed.name.clone())
            }
            None => Keys::Keyring,
        };
        if let Some(given) = self.now.given() {
            // What is not valid at some other moment must not be noted down in the keyring of the user.
            if (format, &keys) == (SigningFormat::Openpgp, &Keys::Keyring) {
                Self::check_trust(program)?;
                command.arg("--no-auto-check-trustdb");
            }
            command.arg("--faked-system-time").arg(given.max(0).to_string());
        }
        if format == SigningFormat::Openpgp {
            command.arg("--keyid-format=long");
        }
        command.args(["--status-fd=1", "--verify"]).arg(write(&place, "sig", signature)?).arg("-");
        let finished = finish(command, Some(payload.to_vec()))?;
        let report = GpgReport::parse(&String::from_utf8_lossy(&finished.stdout));
        Ok(SignatureFacts::Gpg(GpgFacts { format, program: program.to_owned(), report, keys }))
    }

    /// Lets gpg bring the trust of its keys up to date by the machine's clock, as it does before it checks a signature (`gpg(1)`,
    /// `--auto-check-trustdb`). Where it cannot, that shows in the trust it tells afterwards.
    fn check_trust(program: &str) -> Result<()> {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C").args(["--batch", "--check-trustdb"]);
        finish(command, None).map(drop)
    }
}

/// Reads a list of allowed signers.
fn signers(list: &Listed) -> Result<Vec<AllowedSigner>> {
    allowed_signers::parse(&String::from_utf8_lossy(&list.bytes)).map_err(|error| {
        Error::usage(format!("cannot read the allowed signers in '{}'", list.name))
            .because(error)
            .hint("write 'PRINCIPALS [OPTIONS] TYPE KEY' on a line: man ssh-keygen, ALLOWED SIGNERS")
    })
}

pub(super) fn import(program: &str, place: &TempDir, listed: &Listed) -> Result<()> {
    let mut command = Command::new(program);
    command.env("GNUPGHOME", place.path()).env("LC_ALL", "C").args(["--batch", "--no-autostart", "--import"]);
    let finished: Finished = finish(command, Some(listed.bytes.clone()))?;
    if finished.success() {
        return Ok(());
    }
    Err(Error::usage(format!("cannot read the keys in '{}'", listed.name))
        .because(failed("gpg --import", &finished))
        .hint("write them anew: gpg --armor --export FINGERPRINT…"))
}

pub(super) fn private_folder() -> Result<TempDir> {
    tempfile::Builder::new().prefix("backstitch-").tempdir().map_err(|error| cannot_keep("a temporary folder", error))
}

fn write(place: &TempDir, name: &str, bytes: &[u8]) -> Result<std::path::PathBuf> {
    let path: &Path = place.path();
    let path = path.join(name);
    std::fs::write(&path, bytes).map_err(|error| cannot_keep("a temporary file", error))?;
    Ok(path)
}
