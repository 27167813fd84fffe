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
    /// of a host is none. What stands in an interpolation such as `${TAG:-2.0.0}` divides nothing.
    pub(crate) fn of(text: &str) -> Self {
        let mut depth = 0_usize;
        let (mut colon, mut at) = (None, None);
        for (place, c) in text.char_indices() {
            match c {
                '{' if text[..place].ends_with('$') => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                '/' if depth == 0 && at.is_none() => colon = None,
                ':' if depth == 0 && at.is_none() => colon = colon.or(Some(place)),
                '@' if depth == 0 => at = at.or(Some(place)),
                _ => {}
            }
        }
        let whole = at.unwrap_or(text.len());
        Self {
            name: 0..colon.unwrap_or(whole),
            tag: colon.map(|colon| colon + 1..whole),
            digest: at.map(|at| at + 1..text.len()),
        }
    }
}

/// How the name in a reference relates to an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// It is that image, in this or another spelling.
    It,
    /// It ends in its path, so it may be that image in another registry.
    Perhaps,
    /// It is another one.
    Another,
}

impl ImageName {
    /// Says whether a name in a file is this image. Without a registry, Docker Hub is meant, whose names without a slash are
    /// those of `library` (the `normalized` forms of `distribution/reference`). A default in the name counts as what it is
    /// (Compose specification, "Interpolation").
    pub(crate) fn named_by(&self, text: &str) -> Names {
        let Some(name) = with_defaults(text) else {
            // A variable in front may well end in a slash.
            let known = text.rfind('}').map_or(text, |end| &text[end + 1..]);
            let known = known.trim_start_matches('/');
            let is_end = !known.is_empty() && (self.0 == known || self.0.ends_with(&format!("/{known}")));
            return if is_end { Names::Perhaps } else { Names::Another };
        };
        let ((host, path), (other_host, other_path)) = (parts(&self.0), parts(&name));
        match (host == other_host, path == other_path) {
            (true, true) => Names::It,
            (false, true) => Names::Perhaps,
            (_, false) => Names::Another,
        }
    }
}

/// Returns a name with each interpolation replaced by its default. `None`: one has none.
fn with_defaults(text: &str) -> Option<String> {
    let mut written = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        let inner = rest[start..].strip_prefix("${")?;
        let end = inner.find('}')?;
        let variable = inner[..end].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let default = variable.strip_prefix(':').unwrap_or(variable).strip_prefix('-')?;
        if default.contains('$') {
            return None;
        }
        written.push_str(&rest[..start]);
        written.push_str(default);
        rest = &inner[end + 1..];
    }
    written.push_str(rest);
    Some(written)
}

/// Takes a name apart into its registry and the path there.
fn parts(name: &str) -> (&str, &str) {
    const HUB: &str = "docker.io";
    let is_host = |host: &str| host == "localhost" || host.contains(['.', ':']);
    match name.split_once('/').filter(|(host, _)| is_host(host)).unwrap_or((HUB, name)) {
        (HUB | "index.docker.io", path) => (HUB, path.strip_prefix("library/").unwrap_or(path)),
        other => other,
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
            ("${HOST:-a/b:1}/api:2", "${HOST:-a/b:1}/api", Some("2"), None),
            ("${HOST:-a}/api:${TAG:-2.0.0@x}@sha256:ab", "${HOST:-a}/api", Some("${TAG:-2.0.0@x}"), Some("sha256:ab")),
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
    fn an_image_has_several_names() {
        let table = [
            ("godel/api", "godel/api", Names::It),
            ("godel/api", "docker.io/godel/api", Names::It),
            ("docker.io/godel/api", "godel/api", Names::It),
            ("godel/api", "index.docker.io/godel/api", Names::It),
            ("godel/api", "${REG:-docker.io}/godel/api", Names::It),
            ("ghcr.io/godel/api", "${REG-ghcr.io}/godel/api", Names::It),
            ("godel/api", "localhost:5000/godel/api", Names::Perhaps),
            ("godel/api", "${REG}/godel/api", Names::Perhaps),
            ("godel/api", "${REG:-}godel/api", Names::It),
            ("godel/api", "$REG/godel/api", Names::Another),
            ("godel/api", "${REG:?say-it}/api", Names::Perhaps),
            ("godel/api", "godel/api-worker", Names::Another),
            ("godel/api", "mygodel/api", Names::Another),
            ("api", "docker.io/library/api", Names::It),
            ("api", "godel/api", Names::Another),
            ("api", "${WHOLE}", Names::Another),
        ];
        for (image, text, expected) in table {
            let image: ImageName = image.parse().expect("a name");
            assert_eq!(image.named_by(text), expected, "{image} {text}");
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
