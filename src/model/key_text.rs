//! Private keys as text, the way people paste them into the secrets of a workflow.

use crate::model::base64;

/// A kind of private key that can be given as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// For OpenSSH.
    Ssh,
    /// For OpenPGP.
    Openpgp,
    /// With an X.509 certificate, as PKCS#12.
    X509,
}

/// Why a text is no key that can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAKey {
    /// It holds no private key of a known kind.
    Unknown,
    /// It holds a certificate beside the key, which gpgsm does not read.
    Pem,
}

/// Whether a key needs a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// It does not.
    None,
    /// It does.
    Passphrase,
    /// The text does not tell.
    Unknown,
}

/// The text of a private key, put right: its lines end with a line feed, the last one too, and nothing stands around it.
///
/// It cannot be printed.
pub struct KeyText {
    text: String,
    kind: KeyKind,
}

/// A passphrase. It cannot be printed.
pub struct Passphrase(String);

impl Passphrase {
    /// Takes a text; a line end at its end, which pasting adds, is no part of it.
    pub fn new(text: &str) -> Self {
        Self(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The text, for the program that asks for it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A private key that a run is given, and what opens it.
pub struct GivenKey {
    /// Where it was given, for people: the name of the variable.
    pub name: String,
    /// The key.
    pub text: KeyText,
    /// What opens it, if it was given.
    pub passphrase: Option<Passphrase>,
}

impl KeyText {
    /// Reads a key. What copying does to one is mended: carriage returns, a missing last line end, spaces around lines. PKCS#12
    /// may be bare Base64, as `base64 KEY.p12` prints it.
    ///
    /// # Errors
    /// When it is no private key of a known kind.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        // Some panels for secrets keep one line only; people then write the line ends as `\n`.
        let opened = if text.contains('\n') { text.to_owned() } else { text.replace("\\n", "\n") };
        let lines: Vec<&str> = opened.lines().map(str::trim).collect();
        if let Some(text) = bare_pkcs12(&lines) {
            return Ok(Self { text, kind: KeyKind::X509 });
        }
        let first = lines.iter().position(|line| line.starts_with("-----BEGIN "));
        let last = lines.iter().rposition(|line| line.starts_with("-----END "));
        let (first, last) = first.zip(last).filter(|(first, last)| first < last).ok_or(NotAKey::Unknown)?;
        let lines = &lines[first..=last];
        let labels = lines.iter().filter_map(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----"));
        let labels: Vec<&str> = labels.collect();
        if labels.contains(&"CERTIFICATE") && labels.iter().any(|label| label.ends_with("PRIVATE KEY")) {
            return Err(NotAKey::Pem);
        }
        let kind = match labels.first().copied().unwrap_or_default() {
            "PGP PRIVATE KEY BLOCK" => KeyKind::Openpgp,
            "OPENSSH PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" | "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => {
                KeyKind::Ssh
            }
            "PKCS12" => KeyKind::X509,
            _ => return Err(NotAKey::Unknown),
        };
        Ok(Self { text: lines.join("\n") + "\n", kind })
    }

    /// The kind of key.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The text, for the program that takes the key.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Says whether it needs a passphrase. The text of an OpenPGP key or of PKCS#12 does not tell.
    pub fn protection(&self) -> Protection {
        match self.kind {
            KeyKind::Openpgp | KeyKind::X509 => return Protection::Unknown,
            KeyKind::Ssh => {}
        }
        let body = |line: &&str| !line.starts_with("-----") && !line.contains(':');
        if self.text.starts_with("-----BEGIN ENCRYPTED") || self.text.contains("Proc-Type: 4,ENCRYPTED") {
            return Protection::Passphrase;
        }
        if !self.text.starts_with("-----BEGIN OPENSSH") {
            return Protection::None;
        }
        // `openssh-key-v1`, a zero byte, then the name of the cipher with its length before it (PROTOCOL.key of OpenSSH).
        let coded: String = self.text.lines().filter(body).collect();
        let decoded = base64::decode(&coded);
        let after = decoded.as_deref().and_then(|bytes| bytes.strip_prefix(b"openssh-key-v1\0"));
        match after.map(|rest| rest.starts_with(b"\0\0\0\x04none")) {
            Some(true) => Protection::None,
            Some(false) => Protection::Passphrase,
            None => Protection::Unknown,
        }
    }
}

/// Puts the armor that gpgsm reads around bare PKCS#12: a sequence that begins with the version 3 (RFC 7292, section 4), with
/// its length, or without one as some programs write it.
fn bare_pkcs12(lines: &[&str]) -> Option<String> {
    let bytes = base64::decode(&lines.concat())?;
    let inside = bytes.strip_prefix(b"\x30\x82").and_then(|rest| rest.get(2..)).or(bytes.strip_prefix(b"\x30\x80"))?;
    inside.starts_with(b"\x02\x01\x03").then(|| {
        let lines: Vec<&str> = lines.iter().copied().filter(|line| !line.is_empty()).collect();
        format!("-----BEGIN PKCS12-----\n{}\n-----END PKCS12-----\n", lines.join("\n"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn armor(label: &str, body: &str) -> String {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    }

    #[test]
    fn what_copying_does_to_a_key_is_mended() {
        let good = armor("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEA\nAAAABG5vbmU=");
        let spoilt = [
            good.trim_end().to_owned(),
            good.replace('\n', "\r\n"),
            format!("\n  {}  \n\n", good.trim_end().replace('\n', " \n  ")),
            good.trim_end().replace('\n', "\\n"),
        ];
        for text in spoilt {
            let key = KeyText::parse(&text).expect("a key");
            assert_eq!((key.expose(), key.kind()), (good.as_str(), KeyKind::Ssh), "{text:?}");
        }
        for bad in ["", "ssh-ed25519 AAAA", &armor("CERTIFICATE", "x"), "-----BEGIN PGP PRIVATE KEY BLOCK-----\nx"] {
            assert_eq!(KeyText::parse(bad).err(), Some(NotAKey::Unknown), "{bad:?}");
        }
        for labels in [["CERTIFICATE", "PRIVATE KEY"], ["ENCRYPTED PRIVATE KEY", "CERTIFICATE"]] {
            let text = labels.map(|label| armor(label, "x")).concat();
            assert_eq!(KeyText::parse(&text).err(), Some(NotAKey::Pem), "{labels:?}");
        }
    }

    #[test]
    fn pkcs12_is_known_with_armor_and_without() {
        for (begin, is_known) in [
            (&b"\x30\x82\x09\x8f\x02\x01\x03"[..], true),
            (b"\x30\x80\x02\x01\x03", true),
            (b"\x30\x82\x09\x8f\x02\x01\x00", false),
            (b"\x30\x82", false),
            (b"", false),
        ] {
            let body = base64::encode_unpadded(&[begin, &[7; 90]].concat());
            let folded = format!("{}\r\n{}\n\n", &body[..64.min(body.len())], &body[64.min(body.len())..]);
            let key = KeyText::parse(&folded).ok();
            assert_eq!(key.as_ref().map(KeyText::kind), is_known.then_some(KeyKind::X509), "{begin:?}");
            if let Some(key) = key {
                let again = KeyText::parse(&format!("Issuer: x\n{}", key.expose())).expect("a key");
                assert_eq!((again.expose(), again.protection()), (key.expose(), Protection::Unknown));
            }
        }
    }

    #[test]
    fn the_text_tells_whether_a_passphrase_is_needed() {
        let openssh = |cipher: &[u8]| {
            let bytes =
                [b"openssh-key-v1\0\0\0\0", &[u8::try_from(cipher.len()).expect("it is short")][..], cipher].concat();
            armor("OPENSSH PRIVATE KEY", &base64::encode_unpadded(&bytes))
        };
        let table = [
            (openssh(b"none"), Protection::None),
            (openssh(b"aes256-ctr"), Protection::Passphrase),
            (armor("ENCRYPTED PRIVATE KEY", "x"), Protection::Passphrase),
            (armor("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nx"), Protection::Passphrase),
            (armor("PRIVATE KEY", "x"), Protection::None),
            (armor("PGP PRIVATE KEY BLOCK", "x"), Protection::Unknown),
        ];
        for (text, expected) in table {
            assert_eq!(KeyText::parse(&text).expect("a key").protection(), expected, "{text}");
        }
    }
}
