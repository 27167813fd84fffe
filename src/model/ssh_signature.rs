//! Signatures by OpenSSH keys, as `PROTOCOL.sshsig` of OpenSSH describes them: who signed, and for what.

use sha2::{Digest as _, Sha256};

use crate::model::base64;
use crate::model::ssh_certificate::SshCertificate;

/// A public key, as it stands in a signature or in a list of signers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SshKey(Vec<u8>);

impl SshKey {
    /// Takes a key in the form that goes over the wire (RFC 4253, section 6.6). `None` when it names no algorithm.
    pub fn from_wire(bytes: Vec<u8>) -> Option<Self> {
        let key = Self(bytes);
        key.algorithm().is_some_and(|name| !name.is_empty()).then_some(key)
    }

    /// Reads `ssh-ed25519 AAAA…`, as `.pub` files hold it; what follows the key is a comment.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let (algorithm, coded) = (words.next()?, words.next()?);
        let key = Self::from_wire(base64::decode(coded)?)?;
        (key.algorithm() == Some(algorithm)).then_some(key)
    }

    /// The name of its algorithm, such as `ssh-ed25519`.
    pub fn algorithm(&self) -> Option<&str> {
        let (name, _) = string(&self.0)?;
        std::str::from_utf8(name).ok().filter(|name| name.bytes().all(|byte| byte.is_ascii_graphic()))
    }

    /// Says whether it is a certificate.
    pub fn is_certificate(&self) -> bool {
        self.algorithm().is_some_and(|name| name.ends_with("-cert-v01@openssh.com"))
    }

    /// What it says as a certificate. `None`: it is a plain key, or malformed.
    pub fn certificate(&self) -> Option<SshCertificate> {
        SshCertificate::parse(&self.0)
    }

    /// Its fingerprint, as `ssh-keygen -l` prints it; of a certificate that of the key that it is about.
    pub fn fingerprint(&self) -> String {
        let certificate = self.certificate();
        let plain = certificate.as_ref().map_or(self, |certificate| &certificate.key);
        format!("SHA256:{}", base64::encode_unpadded(Sha256::digest(&plain.0).as_slice()))
    }

    /// The key as one line of a `.pub` file, without a comment.
    pub fn line(&self) -> String {
        let mut coded = base64::encode_unpadded(&self.0);
        while !coded.len().is_multiple_of(4) {
            coded.push('=');
        }
        format!("{} {coded}", self.algorithm().unwrap_or_default())
    }
}

/// What a signature says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshSignature {
    /// The key that made it.
    pub key: SshKey,
    /// What it was made for: `git` for tags, `file` for files.
    pub namespace: String,
}

impl SshSignature {
    /// Reads the armored form. `None` when it is malformed.
    pub fn parse(armored: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(armored).ok()?.replace('\r', "");
        let body = text.strip_prefix("-----BEGIN SSH SIGNATURE-----\n")?;
        let (body, _) = body.split_once("-----END SSH SIGNATURE-----")?;
        let bytes = base64::decode(&body.replace('\n', ""))?;
        let rest = bytes.strip_prefix(b"SSHSIG\0\0\0\x01")?;
        let (key, rest) = string(rest)?;
        let (namespace, _) = string(rest)?;
        let namespace = String::from_utf8(namespace.to_vec()).ok()?;
        Some(Self { key: SshKey::from_wire(key.to_vec())?, namespace })
    }
}

/// Reads a string with its length before it, and returns what follows too (RFC 4251, section 5).
pub(super) fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX94dxwB/WAIiYNIuDXAYf4/4DyuyLpyQMB3Jm3nxhX a@b";

    #[test]
    fn a_key_is_known_by_its_fingerprint() {
        let key = SshKey::parse(KEY).expect("a key");
        assert_eq!(key.algorithm(), Some("ssh-ed25519"));
        assert_eq!(Some(key.line().as_str()), KEY.strip_suffix(" a@b"));
        assert!(key.fingerprint().starts_with("SHA256:") && key.fingerprint().len() == 50);
        assert!(!key.is_certificate());
        for bad in ["", "ssh-ed25519", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIHX9", "ssh-ed25519 AAAA", "ssh-ed25519 !!!!"] {
            assert_eq!(SshKey::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_signature_is_too_strange(bytes: Vec<u8>, text in ".*") {
            let armor = |inner: &str| format!("-----BEGIN SSH SIGNATURE-----\n{inner}\n-----END SSH SIGNATURE-----\n");
            let coded = base64::encode_unpadded(&[b"SSHSIG\0\0\0\x01".to_vec(), bytes].concat());
            for armored in [armor(&coded), armor(&text), text.clone()] {
                let _ = SshSignature::parse(armored.as_bytes());
            }
        }
    }
}
