//! Tag objects: their headers, their message and the signature at their end.
//!
//! The form is that of `git-mktag(1)`: four headers in this order, an empty line, the message. A signature is the rest of the
//! object from the last line on that begins an armor (`parse_signed_buffer` in git's `gpg-interface.c`), and what it signs
//! is everything before that line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::{ObjectId, Signature};
use crate::model::config::SigningFormat;

/// The kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// A tree.
    Tree,
    /// A blob.
    Blob,
    /// A tag object.
    Tag,
}

impl ObjectKind {
    /// Returns the word git has for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }
}

/// The lines that begin a signature, each with its kind (`openpgp_sigs`, `x509_sigs` and `ssh_sigs` in git's
/// `gpg-interface.c`).
const ARMORS: [(&[u8], SigningFormat); 4] = [
    (b"-----BEGIN PGP SIGNATURE-----", SigningFormat::Openpgp),
    (b"-----BEGIN PGP MESSAGE-----", SigningFormat::Openpgp),
    (b"-----BEGIN SIGNED MESSAGE-----", SigningFormat::X509),
    (b"-----BEGIN SSH SIGNATURE-----", SigningFormat::Ssh),
];

/// Returns the kind of signature that a text begins with.
pub fn armor_of(text: &[u8]) -> Option<SigningFormat> {
    ARMORS.iter().find(|(opening, _)| text.starts_with(opening)).map(|(_, format)| *format)
}

/// What of a tag object is neither its message nor its signature, though whoever reads the object sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stray {
    /// Text behind the signature, or beside the line that begins it. Nobody signed it, and git hands it to the programs as part
    /// of the signature, which they skip.
    Behind,
    /// Another signature before the one that git takes. Programs that take the first one see another message.
    Another,
}

/// A tag object that is not of git's form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the tag object is malformed: {0}")]
pub struct Malformed(&'static str);

/// A tag object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagObject {
    bytes: Vec<u8>,
    target: ObjectId,
    kind: ObjectKind,
    name: String,
    tagger: Signature,
    message: usize,
    signature: Option<(SigningFormat, usize)>,
}

impl TagObject {
    /// Reads the content of a tag object.
    ///
    /// # Errors
    /// When a header is missing, malformed, or not where it belongs.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, Malformed> {
        let mut at = 0;
        let mut header = |key: &str, missing| {
            let line = bytes[at..].split(|byte| *byte == b'\n').next().unwrap_or_default();
            at += line.len() + 1;
            let text = std::str::from_utf8(line).ok().and_then(|line| line.strip_prefix(key));
            if at > bytes.len() { Err(Malformed(missing)) } else { text.ok_or(Malformed(missing)) }
        };
        let target = header("object ", "its first line names no object")?;
        let target = target.parse().map_err(|_| Malformed("its first line names no object"))?;
        let kind = match header("type ", "its second line names no kind of object")? {
            "commit" => ObjectKind::Commit,
            "tree" => ObjectKind::Tree,
            "blob" => ObjectKind::Blob,
            "tag" => ObjectKind::Tag,
            _ => return Err(Malformed("its second line names no kind of object")),
        };
        let name = header("tag ", "its third line names no tag")?.to_owned();
        let tagger = header("tagger ", "its fourth line names no tagger")?;
        let tagger = person(tagger).ok_or(Malformed("its fourth line names no tagger"))?;
        if !header("", "it has no message")?.is_empty() {
            return Err(Malformed("no empty line follows the tagger"));
        }
        let message = at;
        let signature = signature_start(&bytes, message);
        Ok(Self { bytes, target, kind, name, tagger, message, signature })
    }

    /// The object it points to.
    pub fn target(&self) -> ObjectId {
        self.target
    }

    /// The kind it says that object has.
    pub fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// The name it says it has. Text from a stranger.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who made it, and when they say they did.
    pub fn tagger(&self) -> &Signature {
        &self.tagger
    }

    /// The message, without the signature.
    pub fn message(&self) -> &[u8] {
        &self.bytes[self.message..self.payload().len()]
    }

    /// What a signature at its end signs: all of it up to the signature.
    pub fn payload(&self) -> &[u8] {
        &self.bytes[..self.signature.map_or(self.bytes.len(), |(_, at)| at)]
    }

    /// The signature and its kind.
    pub fn signature(&self) -> Option<(SigningFormat, &[u8])> {
        self.signature.map(|(format, at)| (format, &self.bytes[at..]))
    }

    /// What is beside the message and the signature, if anything is.
    pub fn stray(&self) -> Option<Stray> {
        let (_, armor) = self.signature()?;
        if signature_start(self.payload(), self.message).is_some() {
            return Some(Stray::Another);
        }
        let mut lines = armor.split(|byte| *byte == b'\n');
        let end = lines.next().map(<[u8]>::trim_ascii_end).and_then(closing)?;
        // Without its last line the signature goes on to the end, and the programs say what it is worth.
        lines.find(|line| line.trim_ascii_end() == end)?;
        // Line ends alone are no text.
        lines.any(|line| !matches!(line, b"" | b"\r")).then_some(Stray::Behind)
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Returns the line that ends what a line begins.
fn closing(line: &[u8]) -> Option<Vec<u8>> {
    let rest = line.strip_prefix(b"-----BEGIN ")?;
    Some([b"-----END ", rest].concat())
}

fn signature_start(bytes: &[u8], from: usize) -> Option<(SigningFormat, usize)> {
    let (mut at, mut found) = (from, None);
    while at < bytes.len() {
        found = armor_of(&bytes[at..]).map(|format| (format, at)).or(found);
        at += memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len() - at, |end| end + 1);
    }
    found
}

/// Reads `Name <address> seconds offset`.
fn person(text: &str) -> Option<Signature> {
    let (person, moment) = text.rsplit_once("> ")?;
    let (name, email) = person.split_once('<')?;
    let (seconds, offset) = moment.split_once(' ')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, hours) = (offset.get(..1)?, offset.get(1..)?);
    if !digits(seconds) || !matches!(sign, "+" | "-") || hours.len() != 4 || !digits(hours) {
        return None;
    }
    let minutes = hours[..2].parse::<i32>().ok()? * 60 + hours[2..].parse::<i32>().ok()?;
    Some(Signature {
        name: name.trim_end().to_owned(),
        email: email.to_owned(),
        seconds: seconds.parse().ok()?,
        offset: if sign == "-" { -minutes } else { minutes },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "object 0123456789abcdef0123456789abcdef01234567\ntype commit\ntag v2.0.1\ntagger Mia Ü. <mia@example.com> 1767603600 -0130\n\n";

    fn parse(text: &str) -> Result<TagObject, Malformed> {
        TagObject::parse(text.as_bytes().to_vec())
    }

    #[test]
    fn a_tag_is_taken_apart() {
        let signed = format!("{HEAD}Godel 2.0.1\n-----BEGIN SSH SIGNATURE-----\nxx\n-----END SSH SIGNATURE-----\n");
        let tag = parse(&signed).expect("a tag");
        assert_eq!((tag.name(), tag.kind(), tag.message()), ("v2.0.1", ObjectKind::Commit, &b"Godel 2.0.1\n"[..]));
        let tagger = tag.tagger();
        assert_eq!((tagger.email.as_str(), tagger.seconds, tagger.offset), ("mia@example.com", 1_767_603_600, -90));
        let (format, armor) = tag.signature().expect("a signature");
        assert_eq!((format, armor.starts_with(b"-----BEGIN SSH")), (SigningFormat::Ssh, true));
        assert_eq!(parse(HEAD).expect("a tag").signature(), None);
    }

    #[test]
    fn the_last_armor_begins_the_signature() {
        let text = format!(
            "{HEAD}-----BEGIN PGP SIGNATURE-----\nx\n  -----BEGIN SSH SIGNATURE-----\n-----BEGIN SIGNED MESSAGE-----\ny"
        );
        let tag = parse(&text).expect("a tag");
        assert_eq!(tag.signature(), Some((SigningFormat::X509, &b"-----BEGIN SIGNED MESSAGE-----\ny"[..])));
    }

    #[test]
    fn what_nobody_signed_is_seen() {
        let ssh = "-----BEGIN SSH SIGNATURE-----\nxx\n-----END SSH SIGNATURE-----\n";
        let pgp = "-----BEGIN PGP SIGNATURE-----\nVersion: 2\n\nxx\n=yy\n-----END PGP SIGNATURE-----\n";
        let cms = "-----BEGIN SIGNED MESSAGE-----\nxx\n-----END SIGNED MESSAGE-----\n";
        for (rest, expected) in [
            (String::new(), None),
            (format!("text {ssh}"), None),
            (ssh.to_owned(), None),
            (pgp.to_owned(), None),
            (cms.replace('\n', "\r\n"), None),
            (format!("{ssh}\n\r\n"), None),
            (format!("{ssh}\n \n"), Some(Stray::Behind)),
            (format!("{ssh} "), Some(Stray::Behind)),
            (format!("{ssh}\t\n"), Some(Stray::Behind)),
            (ssh.trim_end().to_owned(), None),
            (format!("{ssh}text\n"), Some(Stray::Behind)),
            (format!("{pgp}\n\ntext"), Some(Stray::Behind)),
            (format!("{cms} {ssh}"), Some(Stray::Behind)),
            (format!("{ssh}-----END SSH SIGNATURE-----\n"), Some(Stray::Behind)),
            (format!("{ssh}{ssh}"), Some(Stray::Another)),
            (format!("{pgp}text\n{ssh}"), Some(Stray::Another)),
        ] {
            assert_eq!(parse(&format!("{HEAD}Godel 2.0.1\n{rest}")).expect("a tag").stray(), expected, "{rest}");
        }
    }

    #[test]
    fn what_git_would_not_write_is_refused() {
        for (from, to) in [
            ("object ", "Object "),
            ("01234567\n", "0123456\n"),
            ("type commit", "type branch"),
            ("tag v2.0.1\n", ""),
            ("tagger ", "author "),
            ("> 1767603600", "> soon"),
            (" -0130", " 0130"),
            (" -0130", ""),
            ("\n\n", "\n"),
            ("\n\n", "\nencoding x\n\n"),
        ] {
            assert!(parse(&HEAD.replacen(from, to, 1)).is_err(), "{from:?} {to:?}");
        }
        for cut in 0..HEAD.len() {
            assert!(TagObject::parse(HEAD.as_bytes()[..cut].to_vec()).is_err(), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn payload_and_signature_are_all_of_it(lines in prop::collection::vec(prop_oneof![
            Just("-----BEGIN PGP SIGNATURE-----".to_owned()), Just("-----BEGIN SSH SIGNATURE-----x".to_owned()), ".*"
        ], 0..8)) {
            let text = format!("{HEAD}{}", lines.join("\n"));
            let tag = parse(&text).expect("a tag");
            let rest = tag.signature().map_or(&b""[..], |(_, armor)| armor);
            prop_assert_eq!([tag.payload(), rest].concat(), text.as_bytes());
            prop_assert_eq!(tag.bytes(), text.as_bytes());
        }

        #[test]
        fn no_bytes_are_too_strange(bytes: Vec<u8>) {
            if let Ok(tag) = TagObject::parse(bytes.clone()) {
                prop_assert_eq!(tag.bytes(), bytes);
            }
        }
    }
}
