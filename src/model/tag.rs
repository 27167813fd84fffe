//! The names of release tags.

use std::fmt;
use std::str::FromStr;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::branch::broken_ref_rule;
use crate::model::name::NotAName;

const SLOT: &str = "{version}";

/// A text around one `{version}`. No other brace stands in it, so a misspelt placeholder is never taken literally.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct VersionSlot {
    before: String,
    after: String,
}

impl VersionSlot {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.split_once(SLOT)?;
        let plain = !before.contains(['{', '}']) && !after.contains(['{', '}']);
        plain.then(|| Self { before: before.to_owned(), after: after.to_owned() })
    }

    pub(crate) fn fill(&self, version: &Version) -> String {
        format!("{}{version}{}", self.before, self.after)
    }

    pub(crate) fn read(&self, text: &str) -> Option<Version> {
        let middle = text.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())?;
        Version::parse(middle).ok()
    }

    /// Returns what the pattern makes of a plain and of a long version: when both are valid names, all are.
    pub(crate) fn samples(&self) -> [String; 2] {
        let mut long = Version::new(1, 0, 0);
        long.pre = semver::Prerelease::new("rc.1").expect("because 'rc.1' is a pre-release");
        long.build = semver::BuildMetadata::new("a.b").expect("because 'a.b' is build metadata");
        [self.fill(&Version::new(0, 0, 0)), self.fill(&long)]
    }
}

impl fmt::Display for VersionSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{SLOT}{}", self.before, self.after))
    }
}

/// How the tag of a release is named: a text with `{version}` in it exactly once, such as `v{version}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TagPattern(VersionSlot);

impl TagPattern {
    /// Returns the name of the tag of a version, without `refs/tags/`.
    pub fn render(&self, version: &Version) -> String {
        self.0.fill(version)
    }

    /// Returns the version a tag names, if the tag follows the pattern and holds a whole version (`2.0.1`, not `2.0`).
    pub fn version_of(&self, tag: &str) -> Option<Version> {
        self.0.read(tag)
    }
}

impl Default for TagPattern {
    /// Returns `v{version}`.
    fn default() -> Self {
        Self(VersionSlot { before: "v".to_owned(), after: String::new() })
    }
}

impl FromStr for TagPattern {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| NotAName::new("a tag pattern", text, rule);
        let slot = VersionSlot::parse(text).ok_or_else(|| refuse("it must hold '{version}' exactly once"))?;
        match slot.samples().iter().find_map(|tag| broken_ref_rule(tag)) {
            Some(rule) => Err(refuse(rule)),
            None if text.starts_with('-') => Err(refuse("it begins with '-'")),
            None => Ok(Self(slot)),
        }
    }
}

impl fmt::Display for TagPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for TagPattern {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TagPattern> for String {
    fn from(pattern: TagPattern) -> Self {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reads_back_what_it_renders() {
        for text in ["v{version}", "{version}", "api/v{version}", "release-{version}-final"] {
            let pattern: TagPattern = text.parse().expect("a pattern");
            for version in ["2.0.1", "2.0.1-rc.1", "2.0.1+build.5"] {
                let version = Version::parse(version).expect("a version");
                assert_eq!(pattern.version_of(&pattern.render(&version)), Some(version), "{text}");
            }
            assert_eq!(pattern.to_string(), text);
        }
    }

    #[test]
    fn other_tags_name_no_version() {
        let pattern = TagPattern::default();
        for tag in ["2.0.1", "v2.0", "v2.0.1.4", "vv2.0.1", "v02.0.1", "nightly", "", "v"] {
            assert_eq!(pattern.version_of(tag), None, "{tag}");
        }
    }

    #[test]
    fn a_bad_pattern_is_refused() {
        for bad in [
            "",
            "v",
            "v{version}{version}",
            "v{vers}{version}",
            "-{version}",
            "a b{version}",
            "{version}.lock",
            "{version}.",
        ] {
            assert!(bad.parse::<TagPattern>().is_err(), "{bad:?}");
        }
    }
}
