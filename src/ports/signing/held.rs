//! Which public OpenPGP keys there are to check signatures with.

use std::path::PathBuf;
use std::process::Command;

use crate::model::config::SigningFormat;
use crate::model::error::{Error, Result};
use crate::model::held_key::{HeldKey, held_keys};
use crate::model::percent;
use crate::ports::process::{Finished, failed, finish};

use super::Checker;
use super::check::{import, private_folder};

impl Checker<'_> {
    /// Returns the OpenPGP keys that a signature can be checked with: those in the file of the policy, where it names one, and else those in
    /// the keyring of the user. Nothing is left behind where there is no keyring.
    ///
    /// # Errors
    /// When gpg cannot be started or does not list keys, or the file holds none that it can read.
    pub fn held(&self) -> Result<Vec<HeldKey>> {
        let program = self.config.signing_program(SigningFormat::Openpgp);
        let mut command = Command::new(program);
        let place = match self.keys {
            Some(listed) => {
                let place = private_folder()?;
                import(program, &place, listed)?;
                command.env("GNUPGHOME", place.path()).arg("--no-autostart");
                Some(place)
            }
            None if keyring().is_some_and(|home| is_empty(&home)) => return Ok(Vec::new()),
            None => None,
        };
        if let Some(given) = self.now.given() {
            command.arg("--faked-system-time").arg(given.max(0).to_string());
        }
        // How far keys are trusted is not asked, so that the file of that is left alone.
        command.env("LC_ALL", "C").args(["--batch", "--trust-model", "always", "--with-colons", "--list-keys"]);
        let finished = finish(command, None)?;
        drop(place);
        if !finished.success() {
            return Err(Error::unfinished("cannot list the OpenPGP keys that signatures are checked with")
                .because(failed("gpg --list-keys", &finished))
                .hint("see what it says: gpg --list-keys"));
        }
        Ok(held_keys(&String::from_utf8_lossy(&finished.stdout), self.now.timestamp()))
    }
}

/// Returns the folder of GnuPG's keys. `None`: it does not tell.
pub(super) fn keyring() -> Option<PathBuf> {
    let mut command = Command::new("gpgconf");
    command.args(["--list-dirs", "homedir"]);
    let finished = finish(command, None).ok().filter(Finished::success)?;
    let home = PathBuf::from(percent::decode(String::from_utf8_lossy(&finished.stdout).trim_end()));
    (!home.as_os_str().is_empty()).then_some(home)
}

/// Says whether a folder is not there or holds nothing. GnuPG would make it, and files in it.
fn is_empty(home: &PathBuf) -> bool {
    std::fs::read_dir(home).map_or(true, |mut found| found.next().is_none())
}
