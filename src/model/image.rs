//! The names of container images, and what a reference to one is made of.

use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::name::{NotAName, text_type};

/// The name of a container image without its tag and its digest: `godel/api`, `localhost:5000/godel/api`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageName(String);

text_type!(ImageName);

impl FromStr for ImageName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match is_image(text) {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAName::new("an image name", text, "write it lower case and without its tag")),
        }
    }
}

fn is_image(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    let (host, rest) = text.split_once('/').map(|(host, rest)| (Some(host), rest)).unwrap_or((None, text));
    let host_is_plain = host.is_none_or(|host| !host.is_empty() && host.chars().all(|c| plain(c) || c == ':'));
    host_is_plain && rest.split('/').all(|part| !part.is_empty() && part.chars().all(plain))
}

/// The digest of an image: `sha256:` and 64 hexadecimal digits in lower case (OCI image specification, "Digests").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageDigest(String);

text_type!(ImageDigest);

impl FromStr for ImageDigest {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.strip_prefix("sha256:").filter(|hex| hex.len() == 64);
        match hex.is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))) {
            true => Ok(Self(text.to_owned())),
            false => {
                Err(NotAName::new("an image digest", text, "write 'sha256:' and 64 lower-case hexadecimal digits"))
            }
        }
    }
}

/// Where the parts of a reference such as `host:5000/godel/api:2.0.0@sha256:…` stand in it, as byte ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageParts {
    pub(crate) name: Range<usize>,
    pub(crate) tag: Option<Range<usize>>,
    pub(crate) digest: Option<Range<usize>>,
}

impl ImageParts {
    /// Takes a reference apart: the digest stands after `@`, and the tag after the `:` behind the last `/`, so that the port
    /// of a host is none. An interpolation such as `${TAG:-2.0.0}` is part of the tag, with all that is in it.
    pub(crate) fn of(text: &str) -> Self {
        let braces = text.find("${").unwrap_or(text.len());
        let at = text[..braces].find('@').or_else(|| text.rfind("}@").map(|at| at + 1));
        let digest = at.map(|at| at + 1..text.len());
        let whole = at.unwrap_or(text.len());
        let before_braces = braces.min(whole);
        let path = text[..before_braces].rfind('/').map(|at| at + 1).unwrap_or(0);
        let colon = text[path..before_braces].find(':').map(|at| path + at);
        let name = 0..colon.unwrap_or(whole);
        Self { name, tag: colon.map(|colon| colon + 1..whole), digest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_taken_apart() {
        let table: &[(&str, &str, Option<&str>, Option<&str>)] = &[
            ("api", "api", None, None),
            ("api:2.0.0", "api", Some("2.0.0"), None),
            ("host:5000/godel/api", "host:5000/godel/api", None, None),
            ("host:5000/godel/api:2.0.0", "host:5000/godel/api", Some("2.0.0"), None),
            ("host:5000/api:2.0.0@sha256:ab", "host:5000/api", Some("2.0.0"), Some("sha256:ab")),
            ("api@sha256:ab", "api", None, Some("sha256:ab")),
            ("api:${TAG:-2.0.0}", "api", Some("${TAG:-2.0.0}"), None),
            ("api:${TAG:-2.0.0}@sha256:ab", "api", Some("${TAG:-2.0.0}"), Some("sha256:ab")),
            ("${HOST:-a/b:1}/api:2", "${HOST:-a/b:1}/api:2", None, None),
        ];
        for (text, name, tag, digest) in table {
            let parts = ImageParts::of(text);
            let at = |range: &Option<Range<usize>>| range.clone().map(|range| &text[range]);
            assert_eq!(
                (&text[parts.name.clone()], at(&parts.tag), at(&parts.digest)),
                (*name, *tag, *digest),
                "{text}"
            );
        }
    }

    #[test]
    fn a_bad_name_or_digest_is_refused() {
        for bad in ["", "Godel", "godel/", "/api", "godel/api:1", "godel api", "host:5000/a:b"] {
            assert!(bad.parse::<ImageName>().is_err(), "{bad:?}");
        }
        for good in ["api", "godel/api", "localhost:5000/godel/api", "ghcr.io/a/b_c/d-e"] {
            assert!(good.parse::<ImageName>().is_ok(), "{good}");
        }
        let hex = "a1".repeat(32);
        assert!(format!("sha256:{hex}").parse::<ImageDigest>().is_ok());
        for bad in
            [hex.clone(), format!("sha256:{}", hex.to_uppercase()), "sha256:ab".to_owned(), format!("sha512:{hex}")]
        {
            assert!(bad.parse::<ImageDigest>().is_err(), "{bad}");
        }
    }
}
