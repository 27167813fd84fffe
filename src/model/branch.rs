//! Branch names, and the patterns that make one for each release.

use std::str::FromStr;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::name::{NotAName, text_type};
use crate::model::tag::VersionSlot;

/// The short name of a branch, such as `release/2.0`: without `refs/heads/` and without a remote.
///
/// Follows the rules of `git check-ref-format --branch`, so it can be handed to git as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BranchName(String);

text_type!(BranchName);

impl BranchName {
    /// Returns the full name of the local branch.
    pub fn full(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

impl FromStr for BranchName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("a branch name", text, rule));
        if let Some(rule) = broken_ref_rule(text) {
            return refuse(rule);
        }
        if text.starts_with('-') {
            return refuse("it begins with '-'");
        }
        if text == "HEAD" || text == "@" {
            return refuse("git keeps that name for itself");
        }
        if text.starts_with("refs/") {
            return refuse("give the short name, without 'refs/heads/'");
        }
        Ok(Self(text.to_owned()))
    }
}

/// Returns the rule of `git check-ref-format` that a reference name breaks.
pub(crate) fn broken_ref_rule(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.chars().any(|c| c.is_control() || " ~^:?*[\\".contains(c)) {
        return Some("it holds a space, a control character or one of ~^:?*[\\");
    }
    if text.contains("..") || text.contains("@{") {
        return Some("it holds '..' or '@{'");
    }
    if text.ends_with('.') {
        return Some("it ends with '.'");
    }
    text.split('/').find_map(|part| {
        if part.is_empty() {
            return Some("it has an empty part");
        }
        if part.starts_with('.') || part.ends_with(".lock") {
            return Some("a part of it begins with '.' or ends with '.lock'");
        }
        None
    })
}

/// Where the branch of a release comes from: a text with `{version}` in it exactly once, such as `release/v{version}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BranchPattern(VersionSlot);

impl BranchPattern {
    /// Returns the branch of one release.
    pub fn branch_for(&self, version: &Version) -> BranchName {
        self.0.fill(version).parse().expect("because the pattern was parsed with a version in its place")
    }

    /// Returns the version whose branch this is.
    pub fn version_of(&self, branch: &BranchName) -> Option<Version> {
        self.0.read(branch.as_str())
    }
}

impl FromStr for BranchPattern {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let slot = VersionSlot::parse(text)
            .ok_or_else(|| NotAName::new("a branch pattern", text, "it must hold '{version}' exactly once"))?;
        slot.samples().iter().try_for_each(|name| name.parse::<BranchName>().map(drop))?;
        Ok(Self(slot))
    }
}

impl std::fmt::Display for BranchPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for BranchPattern {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BranchPattern> for String {
    fn from(pattern: BranchPattern) -> Self {
        pattern.to_string()
    }
}

/// Where the commits of a line live.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BranchSpec {
    /// One branch that stays for the life of the line.
    Standing(BranchName),
    /// One branch a release, cut from the line's last tag.
    PerRelease(BranchPattern),
}

impl FromStr for BranchSpec {
    type Err = NotAName;

    /// Reads a text with a brace as a pattern and any other as the name of a branch.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(['{', '}']) { text.parse().map(Self::PerRelease) } else { text.parse().map(Self::Standing) }
    }
}

impl std::fmt::Display for BranchSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Standing(branch) => branch.fmt(f),
            Self::PerRelease(pattern) => pattern.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_git_accepts_is_a_branch_name() {
        for good in ["main", "release/2.0", "2.28-maintenance", "8.3.x", "feature/@home", "übung", "a.lock.b", "a{b}"]
        {
            assert_eq!(good.parse::<BranchName>().map(|b| b.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "-x",
            "a b",
            "a..b",
            "a.",
            ".a",
            "a/.b",
            "a.lock",
            "a.lock/b",
            "/a",
            "a/",
            "a//b",
            "a~1",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[b",
            "a\\b",
            "a@{1}",
            "@",
            "HEAD",
            "a\tb",
            "a\u{7f}",
            "refs/heads/a",
        ] {
            assert!(bad.parse::<BranchName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_pattern_makes_one_branch_a_release() {
        let spec: BranchSpec = "release/v{version}".parse().expect("a pattern");
        let BranchSpec::PerRelease(pattern) = &spec else { panic!("{spec:?}") };
        let branch = pattern.branch_for(&Version::new(2, 0, 1));
        assert_eq!(branch.as_str(), "release/v2.0.1");
        assert_eq!(pattern.version_of(&branch), Some(Version::new(2, 0, 1)));
        assert_eq!(spec.to_string(), "release/v{version}");
    }

    #[test]
    fn a_bad_pattern_is_refused() {
        for bad in ["release/{version}/{version}", "release/{vresion}", "{version}.lock", "-{version}", "a b{version}"]
        {
            assert!(bad.parse::<BranchSpec>().is_err(), "{bad:?}");
        }
    }
}
