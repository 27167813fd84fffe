//! Trying whether a key can sign, without ever asking a person for anything.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::config::SigningFormat;
use crate::model::error::Error;
use crate::model::held_key::Signs;
use crate::model::key_text::{KeyText, Protection};
use crate::ports::git::GitConfig;
use crate::ports::process::{failed, finish_within};

use super::explain;
use super::explain::{secret_keys, without_certificate};
use super::held::keyring;
use super::session::KeySession;
use super::sign::{prepare, sign};

/// How long a program may take. One that still runs then waits for a person: a touch of a key, a code of a card.
const LIMIT: Duration = Duration::from_secs(10);

/// What came of it.
#[derive(Debug)]
pub enum Attempted {
    /// The signature.
    Signed(Vec<u8>),
    /// A person has to open the key, or to touch it.
    Locked(Error),
    /// It cannot sign.
    Failed(Error),
}

/// Makes a detached signature as [`sign`] does, but lets no program ask for a passphrase: what would need one is locked.
pub fn attempt(
    config: &GitConfig,
    format: SigningFormat,
    session: Option<&KeySession>,
    payload: &[u8],
    namespace: &str,
) -> Attempted {
    if session.is_some() {
        // Its agent has the key open already.
        return sign(config, format, session, payload, namespace).map_or_else(Attempted::Failed, Attempted::Signed);
    }
    if format != SigningFormat::Ssh
        && let Some(home) = empty_home()
    {
        return Attempted::Failed(without_keys(format, &home));
    }
    if format == SigningFormat::X509
        && let Some(error) = without_certificate(config)
    {
        return Attempted::Failed(error);
    }
    let (mut command, public) = match prepare(config, format, None, namespace) {
        Ok(prepared) => prepared,
        Err(error) => return Attempted::Failed(error),
    };
    match format {
        // A program that answers nothing takes the place of the terminal (`ssh(1)`, `SSH_ASKPASS_REQUIRE`).
        SigningFormat::Ssh => {
            command.env("SSH_ASKPASS", "false").env("SSH_ASKPASS_REQUIRE", "force");
        }
        SigningFormat::Openpgp | SigningFormat::X509 => {
            command.args(["--batch", "--no-tty", "--pinentry-mode", "error"]);
        }
    }
    let finished = finish_within(command, payload.to_vec(), LIMIT);
    drop(public);
    match finished {
        Err(error) => Attempted::Failed(error),
        Ok(None) => Attempted::Locked(locked(format, "it still waited for a person when it was ended")),
        Ok(Some(finished)) if finished.success() && !finished.stdout.is_empty() => Attempted::Signed(finished.stdout),
        Ok(Some(_)) if needs_person(format, config) => {
            Attempted::Locked(locked(format, "it needs a passphrase, a code or a touch, and nobody was asked"))
        }
        Ok(Some(finished)) => {
            Attempted::Failed(explain(failed(config.signing_program(format), &finished), format, None, config))
        }
    }
}

/// Returns the folder of GnuPG's keys if it holds no secret one. GnuPG would make the folder and files in it, and only then say so.
///
/// Secret keys, and the stubs of those on cards, are in `private-keys-v1.d` (`gpg-agent(1)`, "FILES").
fn empty_home() -> Option<PathBuf> {
    // Where that cannot be asked, GnuPG itself has to say it.
    keyring().filter(|home| !home.join("private-keys-v1.d").is_dir())
}

fn without_keys(format: SigningFormat, home: &Path) -> Error {
    let (what, import) = match format {
        SigningFormat::X509 => ("X.509", "gpgsm --import KEY.p12"),
        SigningFormat::Openpgp | SigningFormat::Ssh => ("OpenPGP", "gpg --import"),
    };
    Error::usage(format!("there is no secret {what} key: '{}' holds none", home.display())).hint(format!(
        "import one with '{import}', and name it: git config user.signingKey FINGERPRINT; or give the key with '--key-env NAME'"
    ))
}

fn locked(format: SigningFormat, why: &str) -> Error {
    Error::undecided(format!("whether the {} key can sign was not found out: {why}", format.as_str())).hint(
        "where a person signs, nothing is to do; in a workflow give the key with '--key-env NAME', and its passphrase with '--passphrase-env NAME'",
    )
}

/// Says whether the key is there and only a person could open it.
fn needs_person(format: SigningFormat, config: &GitConfig) -> bool {
    match format {
        SigningFormat::Ssh => {
            let path = config.path("user.signingkey").ok().flatten();
            path.is_some_and(|path| is_protected(&path))
        }
        SigningFormat::Openpgp => {
            secret_keys(config).is_some_and(|found| found.iter().any(|key| key.signs == Signs::Now))
        }
        // There is one in date, and what gpgsm cannot sign with it does not tell.
        SigningFormat::X509 => true,
    }
}

fn is_protected(path: &Path) -> bool {
    let key = std::fs::read_to_string(path).ok().and_then(|text| KeyText::parse(&text).ok());
    key.is_some_and(|key| key.protection() == Protection::Passphrase)
}
