//! Releases whose names are no versions. Git tells whether they have the flaw; nothing tells where they stand among versions, so no range
//! of any format can hold them. Among them are those whose place is known, and that documents spell as their tags do.

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::lines::LineFinding;
use super::runs::Has;
use crate::model::line::LineName;
use crate::model::version::loose::three;

/// A release whose name is no version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OddRelease {
    /// What stands in its tag in place of `{version}`: text from a stranger.
    pub name: String,
    /// Whether it has the flaw.
    pub has: Has,
    /// The version that it is, where its place is known and documents spell it by this name. `None`: it has no certain place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub version: Option<Version>,
    /// The name of another release that would be the same version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// Whether a person said that documents leave it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left_out: bool,
}

impl OddRelease {
    /// Takes a release of which nothing is known yet but its name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), has: Has::Unknown, version: None, same_as: None, left_out: false }
    }

    /// Says whether no document can tell of it as it tells of versions, though it may matter: it has the flaw or may have it, or it takes
    /// the name of a version away from another release; and nobody said that it is left out.
    pub fn is_untold(&self) -> bool {
        self.version.is_none() && !self.left_out && (self.has != Has::NoFlaw || self.same_as.is_some())
    }

    /// Says whether it leaves open what holds for its line, whose first repaired release is `fixed`. What has no place among versions cannot
    /// be said to be older than the fix, unless its numbers are lower.
    pub fn leaves_open(&self, fixed: Option<&Version>) -> bool {
        self.is_untold() && (self.same_as.is_some() || !is_older(&self.name, fixed))
    }
}

/// A release that no document can tell of as it tells of versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Untold {
    /// What stands in its tag in place of `{version}`: text from a stranger.
    pub name: String,
    /// Its line.
    pub line: LineName,
    /// What git says.
    pub git: Has,
}

/// Returns the releases that have the flaw, or may have it, and that no document can tell of as it tells of versions.
pub fn untold(lines: &[LineFinding]) -> Vec<Untold> {
    let of = |line: &LineFinding| {
        let open = line.tags.iter().filter(|tag| tag.is_untold());
        let untold = |tag: &OddRelease| Untold { name: tag.name.clone(), line: line.name.clone(), git: tag.has };
        open.map(untold).collect::<Vec<_>>()
    };
    lines.iter().flat_map(of).collect()
}

/// Returns the names of the releases of a line that have the flaw and are no versions.
pub fn names_with_flaw(line: &LineFinding) -> impl Iterator<Item = String> {
    line.tags.iter().filter(|tag| tag.is_untold() && tag.has == Has::Flaw).map(|tag| tag.name.clone())
}

/// Returns the names of the releases of a line that documents leave out, as a person said.
pub fn left_out(line: &LineFinding) -> Vec<String> {
    line.tags.iter().filter(|tag| tag.left_out).map(|tag| tag.name.clone()).collect()
}

/// Says which two releases would be one version, of the first line that has some.
pub fn twins(lines: &[LineFinding]) -> Option<String> {
    lines.iter().find_map(|line| {
        let tag = line.tags.iter().find(|tag| tag.is_untold() && tag.same_as.is_some())?;
        Some(format!("line {}: {}", line.name, twin(&tag.name, tag.same_as.as_deref()?)))
    })
}

/// Says that two releases would be one version.
pub fn twin(name: &str, other: &str) -> String {
    let (name, other) = (name.min(other), name.max(other));
    format!(
        "releases '{name}' and '{other}' are one version by their names, and two commits: say in [[stated]] which one documents leave out \
         ('left-out')"
    )
}

/// Returns the names of those that have the flaw, or may have it.
pub fn untold_names(lines: &[LineFinding]) -> Vec<String> {
    untold(lines).into_iter().map(|one| one.name).collect()
}

/// Says whether a release whose place among versions is not certain stands before another one for sure: its numbers are lower.
pub fn is_older(name: &str, than: Option<&Version>) -> bool {
    three(name).zip(than).is_some_and(|(numbers, than)| numbers < [than.major, than.minor, than.patch])
}

/// Returns a key by which names are ordered as people count: `1.10-x` behind `1.9-x`.
pub fn counted(name: &str) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest[..end].parse().unwrap_or(if end == 0 { 0 } else { u64::MAX });
        let words = rest[end..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| end + at);
        parts.push((number, rest[end..words].to_owned()));
        rest = &rest[words..];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_people_count() {
        let names = ["1.9-x", "1.10-x", "1.10-x2", "1.10.0.4", "2"];
        assert!(names.is_sorted_by(|a, b| counted(a) < counted(b)));
        assert_eq!(counted(""), []);
    }

    #[test]
    fn whatever_stands_behind_lower_numbers_is_older() {
        let fixed = Version::new(2, 0, 1);
        for name in ["2.0.0.Final", "2.0.0.1", "2.0.0-preview.1", "1.9.9-x"] {
            assert!(is_older(name, Some(&fixed)) && !is_older(name, None), "{name}");
        }
        for name in ["2.0.1.Final", "2.0.1-x", "2.0-x", "2.0.x", "x"] {
            assert!(!is_older(name, Some(&fixed)), "{name}");
        }
    }
}
