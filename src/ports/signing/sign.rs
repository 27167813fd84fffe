//! Signing bytes that are no tag, with the key that git would take.

use std::io::Write as _;
use std::process::Command;

use tempfile::NamedTempFile;

use crate::model::config::SigningFormat;
use crate::model::error::{Error, Result};
use crate::ports::git::GitConfig;
use crate::ports::process::{failed, finish};
use crate::ports::trouble::cannot_keep;

use super::explain;
use super::session::KeySession;

/// Makes a detached, armored signature. SSH signatures are made for `namespace`.
///
/// # Errors
/// When there is no key, or it cannot sign.
pub fn sign(
    config: &GitConfig,
    format: SigningFormat,
    session: Option<&KeySession>,
    payload: &[u8],
    namespace: &str,
) -> Result<Vec<u8>> {
    let (command, public) = prepare(config, format, session, namespace)?;
    let finished = finish(command, Some(payload.to_vec()))?;
    drop(public);
    if finished.success() && !finished.stdout.is_empty() {
        return Ok(finished.stdout);
    }
    Err(explain(failed(config.signing_program(format), &finished), format, session, config))
}

/// Returns the name of the key that gpg or gpgsm is to sign with where none was given to the run: that of the committer where none is configured
/// (`git-config(1)`, `user.signingKey`). `None`: the program takes its own choice.
///
/// # Errors
/// When git cannot be started.
pub(super) fn gpg_key(config: &GitConfig) -> Result<Option<String>> {
    match config.get("user.signingkey") {
        Some(key) => Ok(Some(key.to_owned())),
        None => config.committer(),
    }
}

/// Prepares the program that signs what is on its standard input. The file is to be held until it has read it.
pub(super) fn prepare(
    config: &GitConfig,
    format: SigningFormat,
    session: Option<&KeySession>,
    namespace: &str,
) -> Result<(Command, Option<NamedTempFile>)> {
    let mut command = Command::new(config.signing_program(format));
    command.current_dir(config.directory()).env("LC_ALL", "C");
    if let Some(session) = session {
        session.apply(&mut command);
    }
    let key = session.map(KeySession::signing_key).or_else(|| config.get("user.signingkey"));
    let mut public = None;
    match format {
        SigningFormat::Ssh => {
            let key = key.ok_or_else(|| {
                Error::usage("no SSH key to sign with is configured")
                    .hint("git config user.signingKey PATH, or give one with '--key-env NAME'")
            })?;
            command.args(["-Y", "sign", "-n", namespace]);
            // A literal key stands for one that an agent has (`git-config(1)`, `user.signingKey`).
            if let Some(literal) = key.strip_prefix("key::").or_else(|| key.starts_with("ssh-").then_some(key)) {
                let file = NamedTempFile::new().and_then(|mut file| {
                    file.write_all(format!("{literal}\n").as_bytes())?;
                    Ok(file)
                });
                let file = file.map_err(|error| cannot_keep("a temporary file", error))?;
                command.arg("-U").arg("-f").arg(file.path());
                public = Some(file);
            } else {
                command.arg("-f").arg(config.path("user.signingkey")?.unwrap_or_default());
            }
        }
        SigningFormat::Openpgp | SigningFormat::X509 => {
            command.args(["--status-fd=2", "--detach-sign", "--armor"]);
            let key = match session {
                Some(session) => Some(session.signing_key().to_owned()),
                None => gpg_key(config)?,
            };
            if let Some(key) = key {
                command.arg("--local-user").arg(key);
            }
        }
    }
    Ok((command, public))
}
