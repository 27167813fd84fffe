//! Why a key could not sign: found out by looking at the key, not at what a program said.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use crate::model::config::SigningFormat;
use crate::model::error::Error;
use crate::model::key_text::{KeyText, Protection};
use crate::ports::git::GitConfig;
use crate::ports::platform;
use crate::ports::process::finish;

use super::session::KeySession;

/// Makes the error for a signature that could not be made, with what is wrong with the key where that can be found out.
pub fn explain(said: Error, format: SigningFormat, session: Option<&KeySession>, config: &GitConfig) -> Error {
    if let Some(session) = session {
        return Error::unfinished(format!("cannot sign with the key in '{}'", session.name()))
            .because(said)
            .hint("run the same command again; an agent keeps the key for ten minutes only");
    }
    let key = config.get("user.signingkey");
    let found = match format {
        SigningFormat::Ssh => ssh(key, config),
        SigningFormat::Openpgp => gpg(key, config),
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

/// Returns how valid the secret keys of OpenPGP or X.509 are that git would sign with, one letter each (`DETAILS` of GnuPG, field 2).
/// `None`: the program does not tell.
pub(super) fn secret_keys(format: SigningFormat, key: Option<&str>, config: &GitConfig) -> Option<Vec<String>> {
    let mut command = Command::new(config.signing_program(format));
    command.env("LC_ALL", "C").args(["--batch", "--with-colons", "--list-secret-keys"]);
    command.args(key.map(|key| ["--", key]).into_iter().flatten());
    let listed = finish(command, None).ok()?;
    let listing = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mark = if format == SigningFormat::X509 { "crs:" } else { "sec:" };
    let secret = listing.lines().filter(|line| line.starts_with(mark));
    Some(secret.filter_map(|line| line.split(':').nth(1).map(str::to_owned)).collect())
}

fn gpg(key: Option<&str>, config: &GitConfig) -> Option<Error> {
    let validities = secret_keys(SigningFormat::Openpgp, key, config)?;
    let named = named(key);
    if validities.is_empty() {
        return Some(
            Error::usage(format!("there is no secret OpenPGP key{named} in your keyring"))
                .hint("git config user.signingKey FINGERPRINT, or give the key with '--key-env NAME'"),
        );
    }
    if validities.iter().all(|validity| validity == "e") {
        return Some(
            Error::no(format!("the OpenPGP key{named} is out of date"))
                .hint("extend it with 'gpg --quick-set-expire', and publish it again"),
        );
    }
    if validities.iter().all(|validity| validity == "r") {
        return Some(
            Error::no(format!("the OpenPGP key{named} was revoked"))
                .hint("sign with another one: git config user.signingKey FINGERPRINT"),
        );
    }
    no_terminal().then(|| {
        Error::usage(format!("the OpenPGP key{named} cannot sign, and there is no terminal to ask for its passphrase"))
            .hint("give the key with '--key-env' and '--passphrase-env', or set GPG_TTY=$(tty) at a terminal")
    })
}

/// Says that there is no secret X.509 key that git would sign with. `None`: there is one, or that cannot be told.
pub(super) fn without_certificate(config: &GitConfig) -> Option<Error> {
    // Another program in the place of gpgsm, such as gitsign, lists nothing and signs all the same.
    if config.signing_program(SigningFormat::X509) != "gpgsm" {
        return None;
    }
    let key = config.get("user.signingkey");
    secret_keys(SigningFormat::X509, key, config)?.is_empty().then(|| {
        Error::usage(format!("there is no secret X.509 key{} in your keyring", named(key))).hint(
            "import one with 'gpgsm --import KEY.p12', and name it: git config user.signingKey FINGERPRINT; or give the key with '--key-env NAME'",
        )
    })
}

fn named(key: Option<&str>) -> String {
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
