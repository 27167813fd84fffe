//! Keys with an X.509 certificate: gpgsm takes them as PKCS#12, with the certificates of their authorities.

use std::path::Path;

use crate::model::error::{Error, Result};
use crate::model::gpg_status::is_for_other_use;
use crate::model::key_text::GivenKey;
use crate::ports::process::{Finished, failed, finish};

use super::{KeySession, done, listed_keys, secret_key, write_private};

impl KeySession {
    /// gpgsm signs only with a certificate whose root it trusts, so this folder trusts all that come with the key. That is to
    /// sign; whose signatures count, the policy says.
    pub(super) fn start_x509(&mut self, key: &GivenKey) -> Result<()> {
        let name = &key.name;
        self.environment = vec![("GNUPGHOME", self.folder.clone().into())];
        write_private(&self.folder.join("gpgsm.conf"), 0o600, b"disable-crl-checks\n")?;
        let container = self.folder.join("key.p12");
        write_private(&container, 0o600, key.text.expose().as_bytes())?;
        let imported = self.gpgsm(key, &["--import"], &container)?;
        if !imported.success() {
            let said = failed("gpgsm --import", &imported);
            return Err(match &key.passphrase {
                None => Error::usage(format!("the X.509 key in '{name}' cannot be opened without a passphrase"))
                    .because(said)
                    .hint("name the variable that holds it with '--passphrase-env NAME'"),
                Some(_) => Error::usage(format!("the X.509 key in '{name}' cannot be opened")).because(said).hint(
                    "is the passphrase that of this key? gpgsm before 2.4 reads what 'openssl pkcs12 -export -legacy' writes",
                ),
            });
        }
        let mut list = self.command("gpgsm");
        list.args(["--batch", "--with-colons", "--list-keys"]);
        let listed = done("gpgsm --list-keys", finish(list, None)?)?;
        let listing = String::from_utf8_lossy(&listed.stdout);
        let trusted: String =
            listed_keys(&listing).into_iter().map(|fingerprint| format!("{fingerprint} S relax\n")).collect();
        write_private(&self.folder.join("trustlist.txt"), 0o600, trusted.as_bytes())?;
        // The agent runs since the import, and reads the list anew.
        let mut reload = self.command("gpgconf");
        reload.args(["--reload", "gpg-agent"]);
        done("gpgconf --reload", finish(reload, None)?)?;
        let mut list = self.command("gpgsm");
        list.args(["--batch", "--with-colons", "--list-secret-keys"]);
        let listed = done("gpgsm --list-secret-keys", finish(list, None)?)?;
        let (validity, fingerprint) = secret_key(&String::from_utf8_lossy(&listed.stdout)).ok_or_else(|| {
            Error::usage(format!("the X.509 key in '{name}' holds no secret key"))
                .hint("put it in, too: openssl pkcs12 -export -legacy -inkey KEY.pem -in CERTIFICATE.pem -out KEY.p12")
        })?;
        if validity == 'e' {
            return Err(Error::no(format!("the certificate in '{name}' is out of date: {fingerprint}"))
                .hint("get a new one for this key, and put it into the variable"));
        }
        self.try_gpgsm(key, &fingerprint)?;
        self.signing_key = fingerprint;
        Ok(())
    }

    /// Signs something with the key, so that the agent keeps the passphrase, and a chain that is not whole is told here.
    fn try_gpgsm(&self, key: &GivenKey, fingerprint: &str) -> Result<()> {
        let trial = self.folder.join("trial");
        write_private(&trial, 0o600, b"")?;
        let made = self.folder.join("trial.p7s").to_string_lossy().into_owned();
        let arguments = ["--status-fd", "1", "--output", &made, "--local-user", fingerprint, "--detach-sign"];
        let signed = self.gpgsm(key, &arguments, &trial)?;
        if signed.success() {
            return Ok(());
        }
        let (message, hint) = match is_for_other_use(&String::from_utf8_lossy(&signed.stdout)) {
            true => (
                "has a certificate that is not for signing",
                "get one whose key usage has digitalSignature: openssl x509 -noout -ext keyUsage -in CERTIFICATE.pem",
            ),
            false => (
                "cannot sign",
                "put the certificates of its authorities in, too: openssl pkcs12 -export -certfile CHAIN.pem …",
            ),
        };
        Err(Error::usage(format!("the X.509 key in '{}' {message}", key.name))
            .because(failed("gpgsm --detach-sign", &signed))
            .hint(hint))
    }

    /// Runs gpgsm with what opens the key at hand.
    fn gpgsm(&self, key: &GivenKey, arguments: &[&str], file: &Path) -> Result<Finished> {
        let mut command = self.command("gpgsm");
        command.args(["--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0"]).args(arguments).arg(file);
        let answer = key.passphrase.as_ref().map_or("", |passphrase| passphrase.expose());
        finish(command, Some(format!("{answer}\n").into_bytes()))
    }
}
