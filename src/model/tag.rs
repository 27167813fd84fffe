//! The names of release tags.

use std::fmt;
use std::str::FromStr;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::branch::broken_ref_rule;
use crate::model::name::{NotAName, text_type};
use crate::model::path::wildcard;

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
        Version::parse(self.filling(text)?).ok()
    }

    /// Returns what stands in a text in place of the slot.
    pub(crate) fn filling<'t>(&self, text: &'t str) -> Option<&'t str> {
        text.strip_prefix(self.before.as_str())?.strip_suffix(self.after.as_str())
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

    /// Returns the name of the tag with such a text in place of `{version}`.
    pub fn named(&self, name: &str) -> String {
        format!("{}{name}{}", self.0.before, self.0.after)
    }

    /// Returns a pattern that the refs of all its tags match, in which `*` stands for any text.
    pub fn refs(&self) -> String {
        format!("refs/tags/{}*{}", self.0.before, self.0.after)
    }

    /// Returns what the names of all its tags begin with.
    pub fn prefix(&self) -> &str {
        &self.0.before
    }

    /// Returns the version a tag names, if the tag follows the pattern and holds a whole version (`2.0.1`, not `2.0`).
    pub fn version_of(&self, tag: &str) -> Option<Version> {
        self.0.read(tag)
    }

    /// Returns what stands in a tag in place of `{version}`, if the tag follows the pattern, whether that is a version or not.
    pub fn name_in<'t>(&self, tag: &'t str) -> Option<&'t str> {
        self.0.filling(tag)
    }

    /// Returns the name of the tag that moves with a major version: `v2` where tags are named `v{version}`.
    pub fn moving(&self, major: u64) -> String {
        format!("{}{major}{}", self.0.before, self.0.after)
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

/// The name of a tag, without `refs/tags/`. Follows the rules of `git check-ref-format`, so it can be handed to git as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TagName(String);

text_type!(TagName);

impl TagName {
    /// Returns the full name of the ref.
    pub fn full(&self) -> String {
        format!("refs/tags/{}", self.0)
    }
}

impl FromStr for TagName {
    type Err = NotAName;

    /// Reads the short name, or the full one.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let short = text.strip_prefix("refs/tags/").unwrap_or(text);
        let refuse = |rule| Err(NotAName::new("a tag name", text, rule));
        match broken_ref_rule(short) {
            Some(rule) => refuse(rule),
            None if short.starts_with('-') => refuse("it begins with '-'"),
            None if short.starts_with("refs/") => refuse("it names a ref that is no tag"),
            None => Ok(Self(short.to_owned())),
        }
    }
}

/// A pattern for names of tags, in which `*` stands for any text, such as `v2.*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TagGlob(String);

impl TagGlob {
    /// Says whether the pattern chooses a tag.
    pub fn matches(&self, tag: &TagName) -> bool {
        wildcard(self.0.as_bytes(), tag.as_str().as_bytes(), |&byte| byte == b'*', |a, b| a == b)
    }
}

impl FromStr for TagGlob {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match broken_ref_rule(&text.replace('*', "x")) {
            Some(rule) => Err(NotAName::new("a pattern for tags", text, rule)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for TagGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
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
            assert_eq!(pattern.refs(), format!("refs/tags/{}", text.replace("{version}", "*")));
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

    #[test]
    fn a_tag_is_read_by_its_short_or_its_full_name() {
        for (text, name) in [("v2.0.1", "v2.0.1"), ("refs/tags/api/v1", "api/v1")] {
            assert_eq!(text.parse::<TagName>().map(String::from), Ok(name.to_owned()));
        }
        for bad in ["", "-d", "a b", "refs/heads/main", "refs/tags/", "v1..2", "v1\n"] {
            assert!(bad.parse::<TagName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_star_in_a_pattern_stands_for_any_text() {
        let chooses = |glob: &str, tag: &str| {
            glob.parse::<TagGlob>().expect("a pattern").matches(&tag.parse().expect("a tag name"))
        };
        for (glob, tag) in [("v2.*", "v2.0.1"), ("*", "api/v1"), ("v*-rc.*", "v2.0.1-rc.1"), ("v1", "v1")] {
            assert!(chooses(glob, tag), "{glob} {tag}");
        }
        for (glob, tag) in [("v2.*", "v20.1"), ("v1", "v1.0"), ("*rc", "v2.0.1-rc.1")] {
            assert!(!chooses(glob, tag), "{glob} {tag}");
        }
    }
}
