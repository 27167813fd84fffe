//! Why a key could not sign: found out by looking at the key, not at what a program said.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use crate::model::config::SigningFormat;
use crate::model::error::Error;
use crate::model::held_key::{self, HeldKey, Signs};
use crate::model::key_text::{KeyText, Protection};
use crate::ports::clock::clock;
use crate::ports::git::GitConfig;
use crate::ports::platform;
use crate::ports::process::finish;

use super::session::KeySession;
use super::sign::gpg_key;

/// Makes the error for a signature that could not be made, with what is wrong with the key where that can be found out.
pub fn explain(said: Error, format: SigningFormat, session: Option<&KeySession>, config: &GitConfig) -> Error {
    if let Some(session) = session {
        return Error::unfinished(format!("cannot sign with the key in '{}'", session.name()))
            .because(said)
            .hint("run the same command again; an agent keeps the key for ten minutes only");
    }
    let found = match format {
        SigningFormat::Ssh => ssh(config.get("user.signingkey"), config),
        SigningFormat::Openpgp => gpg(config),
        SigningFormat::X509 => without_certificate(config),
    };
    match found {
        Some(found) => found.because(said),
        None => Error::unfinished(format!("cannot make an {} signature", format.as_str()))
            .because(said)
            .hint("see that 'git tag -s' works here; in a workflow give the key with '--key-env NAME'"),
    }
}

fn ssh(key: Option<&str>, config: &GitConfig) -> Option<Error> {
    let Some(key) = key else {
        return Some(
            Error::usage("no SSH key to sign with is configured")
                .hint("git config user.signingKey PATH, or give one with '--key-env NAME'"),
        );
    };
    if key.starts_with("key::") || key.starts_with("ssh-") {
        return Some(
            Error::usage("the SSH key to sign with is not in your agent")
                .hint("add it with 'ssh-add', and see that SSH_AUTH_SOCK is set"),
        );
    }
    let path = config.path("user.signingkey").ok().flatten()?;
    ssh_file(&path)
}

fn ssh_file(path: &Path) -> Option<Error> {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            return Some(
                Error::usage(format!("cannot read the SSH key '{shown}'"))
                    .because(error)
                    .hint("git config user.signingKey PATH, or give the key with '--key-env NAME'"),
            );
        }
    };
    // The path of a public key stands for one that an agent has.
    let key = KeyText::parse(&text).ok()?;
    if let Some(mode) = path.metadata().ok().as_ref().and_then(platform::open_to_others) {
        return Some(
            Error::usage(format!(
                "the SSH key '{shown}' is open to others (mode {mode:04o}), so OpenSSH does not use it"
            ))
            .hint(format!("chmod 600 '{shown}'")),
        );
    }
    if text.contains('\r') {
        return Some(
            Error::usage(format!("the SSH key '{shown}' has the line ends of Windows, which OpenSSH does not read"))
                .hint("write it anew with line feeds only; a key given with '--key-env NAME' is mended"),
        );
    }
    if !text.ends_with('\n') {
        return Some(
            Error::usage(format!("the SSH key '{shown}' lacks the line end after its last line"))
                .hint("add one; a key given with '--key-env NAME' is mended"),
        );
    }
    (key.protection() == Protection::Passphrase && no_terminal()).then(|| {
        Error::usage(format!("the SSH key '{shown}' needs a passphrase, and there is no terminal to ask for it"))
            .hint("add it to an agent first with 'ssh-add', or give it with '--key-env' and '--passphrase-env'")
    })
}

/// Returns what gpg or gpgsm lists of the secret keys of this name. `None`: the program does not tell.
fn secret_listing(format: SigningFormat, config: &GitConfig, key: Option<&str>) -> Option<String> {
    let mut command = Command::new(config.signing_program(format));
    command.env("LC_ALL", "C").args(["--batch", "--with-colons", "--list-secret-keys"]);
    command.args(key.map(|key| ["--", key]).into_iter().flatten());
    let listed = finish(command, None).ok()?;
    Some(String::from_utf8_lossy(&listed.stdout).into_owned())
}

/// Returns the secret OpenPGP keys that git would sign with. `None`: gpg does not tell.
pub(super) fn secret_keys(config: &GitConfig) -> Option<Vec<HeldKey>> {
    let name = gpg_key(config).ok()?;
    let listing = secret_listing(SigningFormat::Openpgp, config, name.as_deref())?;
    // Gpg signs by the clock.
    Some(held_key::secret_keys(&listing, clock().timestamp(), name.as_deref()))
}

fn gpg(config: &GitConfig) -> Option<Error> {
    let keys = secret_keys(config)?;
    let named = named(config);
    let Some(first) = keys.first() else {
        return Some(
            Error::usage(format!("there is no secret OpenPGP key{named} in your keyring"))
                .hint("git config user.signingKey FINGERPRINT, or give the key with '--key-env NAME'"),
        );
    };
    if keys.iter().all(|key| key.signs != Signs::Now) {
        let other = "sign with another one: git config user.signingKey FINGERPRINT";
        return unable(first, &format!("the OpenPGP key{named}"), "publish it again", other);
    }
    no_terminal().then(|| {
        Error::usage(format!("the OpenPGP key{named} cannot sign, and there is no terminal to ask for its passphrase"))
            .hint("give the key with '--key-env' and '--passphrase-env', or set GPG_TTY=$(tty) at a terminal")
    })
}

/// Says why a secret OpenPGP key cannot sign, whoever is asked. `None`: it can. `again`: what is to be done with it once it was mended; `other`: how
/// another one takes its place.
pub(super) fn unable(key: &HeldKey, shown: &str, again: &str, other: &str) -> Option<Error> {
    let lack = key.signs.lack(shown)?;
    let primary = key.primary.as_str();
    Some(match (&key.signs, key.more_time()) {
        (_, Some(command)) => Error::no(lack).hint(format!("give it more time: {command}; then {again}")),
        (Signs::NoSecret, None) => Error::usage(lack)
            .hint(format!("take it from where it is whole: gpg --armor --export-secret-keys {primary}; or {other}")),
        (Signs::Never, None) => Error::usage(lack).hint(format!(
            "add a subkey that signs: gpg --quick-add-key {primary} default sign; then {again}; or {other}"
        )),
        (Signs::NotYet, None) => Error::no(lack).hint("see that the clock of this machine is right"),
        (Signs::Now | Signs::NoMore | Signs::SubkeyNoMore(_) | Signs::Revoked | Signs::Disabled, None) => {
            Error::no(lack).hint(other)
        }
    })
}

/// Says why no X.509 key that git would sign with can: there is none, or its certificate is out of date or was revoked. `None`: there is one, or
/// that cannot be told.
pub(super) fn without_certificate(config: &GitConfig) -> Option<Error> {
    // Another program in the place of gpgsm, such as gitsign, lists nothing and signs all the same.
    if config.signing_program(SigningFormat::X509) != "gpgsm" {
        return None;
    }
    let listing = secret_listing(SigningFormat::X509, config, gpg_key(config).ok()?.as_deref())?;
    let named = named(config);
    // Field 2 says how valid the certificate is (`doc/DETAILS` of GnuPG).
    let validity = |line: &str| line.strip_prefix("crs:")?.chars().next();
    let validities: Vec<char> = listing.lines().filter_map(validity).collect();
    let all_are = |letter: char| validities.iter().all(|validity| *validity == letter);
    if validities.is_empty() {
        return Some(Error::usage(format!("there is no secret X.509 key{named} in your keyring")).hint(
            "import one with 'gpgsm --import KEY.p12', and name it: git config user.signingKey FINGERPRINT; or give the key with '--key-env NAME'",
        ));
    }
    let what = match (all_are('e'), all_are('r')) {
        (true, _) => "is out of date",
        (_, true) => "was revoked",
        (false, false) => return None,
    };
    Some(Error::no(format!("the certificate of the X.509 key{named} {what}")).hint(
        "get a new one, import it with 'gpgsm --import CERTIFICATE.pem', and name it: git config user.signingKey FINGERPRINT",
    ))
}

/// Returns the name of the key that gpg or gpgsm would sign with, for a sentence.
fn named(config: &GitConfig) -> String {
    let key = gpg_key(config).ok().flatten();
    key.map_or_else(String::new, |key| format!(" '{}'", key.escape_debug()))
}

/// Programs ask at the terminal of the process.
fn no_terminal() -> bool {
    File::open(platform::TERMINAL).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_key_file_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let good =
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----\n";
        let told = |text: &str, _mode: u32| {
            std::fs::write(&path, text).expect("it is written");
            #[cfg(unix)]
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(_mode)).expect("it is ours");
            ssh_file(&path).map(|error| error.to_string()).unwrap_or_default()
        };
        assert_eq!(told(good, 0o600), "");
        #[cfg(unix)]
        assert!(told(good, 0o644).contains("open to others (mode 0644)"));
        assert!(told(&good.replace('\n', "\r\n"), 0o600).contains("line ends of Windows"));
        assert!(told(good.trim_end(), 0o600).contains("lacks the line end"));
        assert_eq!(told("ssh-ed25519 AAAA\n", 0o644), "");
        assert!(ssh_file(&folder.path().join("none")).is_some());
    }
}
