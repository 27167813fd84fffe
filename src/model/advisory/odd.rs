//! Releases whose names are no versions. Git tells whether they have the flaw; nothing tells where they stand among versions, so no range
//! of any format can hold them.

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::lines::LineFinding;
use super::runs::Has;
use crate::model::line::LineName;
use crate::model::version::loose::read;

/// A release whose name is no version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OddRelease {
    /// What stands in its tag in place of `{version}`: text from a stranger.
    pub name: String,
    /// Whether it has the flaw.
    pub has: Has,
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
        let open = line.tags.iter().filter(|tag| tag.has != Has::NoFlaw);
        let untold = |tag: &OddRelease| Untold { name: tag.name.clone(), line: line.name.clone(), git: tag.has };
        open.map(untold).collect::<Vec<_>>()
    };
    lines.iter().flat_map(of).collect()
}

/// Returns the names of the releases of a line that have the flaw and are no versions.
pub fn names_with_flaw(line: &LineFinding) -> impl Iterator<Item = String> {
    line.tags.iter().filter(|tag| tag.has == Has::Flaw).map(|tag| tag.name.clone())
}

/// Returns the names of those that have the flaw, or may have it.
pub fn untold_names(lines: &[LineFinding]) -> Vec<String> {
    untold(lines).into_iter().map(|one| one.name).collect()
}

/// Says whether a release whose place among versions is not certain stands before another one for sure: its numbers are lower.
pub fn is_older(name: &str, than: Option<&Version>) -> bool {
    let numbers = |version: &Version| (version.major, version.minor, version.patch);
    read(name).zip(than).is_some_and(|(version, than)| numbers(&version) < numbers(than))
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
}
