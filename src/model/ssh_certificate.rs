//! Certificates of OpenSSH keys, as `PROTOCOL.certkeys` of OpenSSH describes them: whom an authority says that a key belongs to.

use super::ssh_signature::{SshKey, string};

/// How the name of a certificate's algorithm ends.
const SUFFIX: &str = "-cert-v01@openssh.com";

/// A certificate. Whether its authority signed it is for `ssh-keygen` to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshCertificate {
    /// The key that it is about.
    pub key: SshKey,
    /// The key of the authority.
    pub authority: SshKey,
    /// Whom or what it is for.
    pub kind: CertificateKind,
    /// Those whom the key may stand for. Empty: nobody, where signatures are concerned.
    pub principals: Vec<String>,
    /// From this moment on, in seconds since 1970-01-01 UTC.
    pub valid_after: u64,
    /// Before this moment, in seconds since 1970-01-01 UTC.
    pub valid_before: u64,
}

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateKind {
    /// People, who sign.
    User,
    /// Machines, whose signatures never count.
    Host,
}

impl SshCertificate {
    /// Reads a certificate in the form that goes over the wire. `None` when it is malformed, or of an unknown algorithm.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (name, rest) = text(bytes)?;
        let plain = name.strip_suffix(SUFFIX)?;
        // How many fields the public key has: of RSA the exponent and the modulus, of ECDSA the curve and the point. A key on
        // a device also has the name of the application.
        let (algorithm, fields) = match plain {
            "ssh-ed25519" => (plain.to_owned(), 1),
            "ssh-rsa" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384" | "ecdsa-sha2-nistp521" => (plain.to_owned(), 2),
            "sk-ssh-ed25519" => (format!("{plain}@openssh.com"), 2),
            "sk-ecdsa-sha2-nistp256" => (format!("{plain}@openssh.com"), 3),
            _ => return None,
        };
        let (_nonce, start) = string(rest)?;
        let mut rest = start;
        for _ in 0..fields {
            (_, rest) = string(rest)?;
        }
        let public = start.get(..start.len() - rest.len())?;
        let (_serial, rest) = rest.split_first_chunk::<8>()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let kind = match u32::from_be_bytes(*kind) {
            1 => CertificateKind::User,
            2 => CertificateKind::Host,
            _ => return None,
        };
        let (_id, rest) = string(rest)?;
        let (listed, rest) = string(rest)?;
        let (valid_after, rest) = rest.split_first_chunk::<8>()?;
        let (valid_before, rest) = rest.split_first_chunk::<8>()?;
        let (_critical, rest) = string(rest)?;
        let (_extensions, rest) = string(rest)?;
        let (_reserved, rest) = string(rest)?;
        let (authority, _signature) = string(rest)?;
        let length = u32::try_from(algorithm.len()).ok()?.to_be_bytes();
        Some(Self {
            key: SshKey::from_wire([&length, algorithm.as_bytes(), public].concat())?,
            authority: SshKey::from_wire(authority.to_vec())?,
            kind,
            principals: principals(listed)?,
            valid_after: u64::from_be_bytes(*valid_after),
            valid_before: u64::from_be_bytes(*valid_before),
        })
    }

    /// Says whether it counts at a moment. The end does not belong to the time (`sshkey_cert_check_authority` in OpenSSH's
    /// `sshkey.c`).
    pub fn is_valid_at(&self, moment: i64) -> bool {
        u64::try_from(moment).is_ok_and(|moment| self.valid_after <= moment && moment < self.valid_before)
    }
}

fn principals(mut rest: &[u8]) -> Option<Vec<String>> {
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (name, behind) = text(rest)?;
        found.push(name.to_owned());
        rest = behind;
    }
    Some(found)
}

fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (text, rest) = string(bytes)?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A certificate for this kind and these principals, field after field.
    fn wire(kind: u32, principals: &[&str], after: u64, before: u64) -> Vec<u8> {
        let field = |bytes: &[u8]| [&u32::try_from(bytes.len()).expect("it is short").to_be_bytes(), bytes].concat();
        let key = [field(b"ssh-ed25519"), field(&[7; 32])].concat();
        let names: Vec<u8> = principals.iter().flat_map(|name| field(name.as_bytes())).collect();
        let parts = [
            field(b"ssh-ed25519-cert-v01@openssh.com"),
            field(b"nonce"),
            field(&[9; 32]),
            1_u64.to_be_bytes().to_vec(),
            kind.to_be_bytes().to_vec(),
            field(b"id"),
            field(&names),
            after.to_be_bytes().to_vec(),
            before.to_be_bytes().to_vec(),
            field(b""),
            field(b""),
            field(b""),
            field(&key),
            field(b"signature"),
        ];
        parts.concat()
    }

    #[test]
    fn a_certificate_says_who_may_stand_behind_a_key_and_when() {
        let read = SshCertificate::parse(&wire(1, &["mia@x", "ann@x"], 10, 20)).expect("a certificate");
        assert_eq!(
            (read.kind, read.principals.as_slice()),
            (CertificateKind::User, &["mia@x".into(), "ann@x".into()][..])
        );
        assert_eq!([read.key.algorithm(), read.authority.algorithm()], [Some("ssh-ed25519"); 2]);
        assert_ne!(read.key, read.authority);
        assert_eq!([9, 10, 19, 20, -1].map(|at| read.is_valid_at(at)), [false, true, true, false, false]);
        let forever = SshCertificate::parse(&wire(2, &[], 0, u64::MAX)).expect("a certificate");
        assert_eq!((forever.kind, forever.is_valid_at(i64::MAX)), (CertificateKind::Host, true));
        assert_eq!(SshCertificate::parse(&wire(3, &[], 0, 1)), None);
    }

    proptest! {
        #[test]
        fn no_certificate_is_too_strange(cut in 0_usize..300, bytes: Vec<u8>) {
            let whole = wire(1, &["mia@x"], 10, 20);
            let _ = SshCertificate::parse(&[&whole[..cut.min(whole.len())], &bytes].concat());
        }
    }
}
