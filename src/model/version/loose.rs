//! Versions that are written in another way than Semantic Versioning has it, and whose order is known nevertheless.

use semver::{BuildMetadata, Prerelease, Version};

/// Reads the name of a release. Besides Semantic Versioning 2.0.0, it takes two numbers (`2.3` is `2.3.0`), and what PEP 440 puts behind
/// two or three: one of `a1`, `b1`, `rc1`, `.dev1` and `.post1`, with the other words for them that its section "Normalization" lists.
///
/// What comes of it is ordered as PEP 440 orders it: `.dev1` becomes `-0.dev.1`, before all pre-releases; `a1`, `b1` and `rc1` become
/// `-alpha.1`, `-beta.1` and `-rc.1`; `.post1` becomes `+post.1`, behind the release.
///
/// `None`: it is anything else. Its order is then not known.
pub fn read(text: &str) -> Option<Version> {
    if let Ok(version) = Version::parse(text) {
        return Some(version);
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let core = text[..end].trim_end_matches('.');
    let rest = text[core.len()..].trim_start_matches(['.', '-', '_']);
    if text.len() - core.len() > rest.len() + 1 || (rest.is_empty() && core.len() != text.len()) {
        return None;
    }
    let numbers: Vec<u64> = core.split('.').map(number).collect::<Option<_>>()?;
    let (major, minor, patch) = match numbers.as_slice() {
        [major, minor] => (*major, *minor, 0),
        [major, minor, patch] => (*major, *minor, *patch),
        _ => return None,
    };
    let mut version = Version::new(major, minor, patch);
    if !rest.is_empty() {
        let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let number = if digits == rest.len() { 0 } else { number(&rest[digits..])? };
        match rest[..digits].trim_end_matches(['.', '-', '_']).to_ascii_lowercase().as_str() {
            "dev" => version.pre = pre(&format!("0.dev.{number}")),
            "a" | "alpha" => version.pre = pre(&format!("alpha.{number}")),
            "b" | "beta" => version.pre = pre(&format!("beta.{number}")),
            "rc" | "c" | "pre" | "preview" => version.pre = pre(&format!("rc.{number}")),
            "post" | "rev" | "r" => {
                version.build =
                    BuildMetadata::new(&format!("post.{number}")).expect("because a word and a number are metadata");
            }
            _ => return None,
        }
    }
    Some(version)
}

/// Returns the number of a release behind a version (PEP 440, "Post-releases"), as [`read`] has it.
pub fn post(version: &Version) -> Option<u64> {
    version.build.as_str().strip_prefix("post.").and_then(number)
}

/// Returns the number of a release before all pre-releases of a version (PEP 440, "Developmental releases"), as [`read`] has it.
pub fn dev(version: &Version) -> Option<u64> {
    version.pre.as_str().strip_prefix("0.dev.").and_then(number)
}

/// Returns the first two numbers in a name that begins with them: `2.1` of `2.1-final`.
pub fn series(text: &str) -> Option<(u64, u64)> {
    let (major, rest) = text.split_once('.')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    Some((digits(major)?, digits(&rest[..end])?))
}

fn pre(text: &str) -> Prerelease {
    Prerelease::new(text).expect("because words and numbers without leading zeros are a pre-release")
}

fn number(digits: &str) -> Option<u64> {
    super::number(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_the_order_of_pep_440() {
        let names = [
            "2.3.dev1",
            "2.3.0.dev2",
            "2.3a1",
            "2.3.0b2",
            "2.3rc1",
            "2.3-rc.2",
            "2.3",
            "2.3.post1",
            "2.3.0.post10",
            "2.3.1",
        ];
        let read: Vec<Version> = names.iter().map(|name| read(name).unwrap_or_else(|| panic!("{name}"))).collect();
        assert!(read.is_sorted_by(|a, b| a < b), "{read:?}");
        let shown: Vec<String> = read.iter().map(ToString::to_string).collect();
        assert_eq!(shown[..3], ["2.3.0-0.dev.1", "2.3.0-0.dev.2", "2.3.0-alpha.1"]);
        assert_eq!(shown[5..], ["2.3.0-rc.2", "2.3.0", "2.3.0+post.1", "2.3.0+post.10", "2.3.1"]);
        assert_eq!((post(&read[8]), dev(&read[1]), post(&read[6]), dev(&read[2])), (Some(10), Some(2), None, None));
    }

    #[test]
    fn what_has_no_known_order_is_not_read() {
        for name in [
            "",
            "2",
            "2.3.4.5",
            "2.3-final",
            "2.3a1.dev2",
            "2.03",
            "2..3",
            "2.3.",
            "2.3--rc1",
            "2.3rc01",
            "x2.3",
            "2.3.x",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
        for (name, numbers) in
            [("2.1-final", Some((2, 1))), ("2.1.0.4", Some((2, 1))), ("2", None), ("x.1", None), ("2.x", None)]
        {
            assert_eq!(series(name), numbers, "{name}");
        }
    }
}
