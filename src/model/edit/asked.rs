//! Ranges that packages of the product ask of one another. They stay; whether they hold the new version is told.

use std::ops::Range;

use semver::VersionReq;

use super::Note;
use crate::model::config::Place;
use crate::model::path::RepoPath;
use crate::model::version::ReleaseVersion;

/// What a requirement asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asks {
    /// The version alone, which stands in this part of the text.
    Exactly(Range<usize>),
    /// Something else that names the version beside others or ends at it: `2.0.0 || 3.0.0`, `<=2.0.0`, `>=1,==2.0.0`.
    Otherwise,
    /// Anything else, such as a range from the version on: it holds the next patch too.
    More,
}

/// Whose rules a range is read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// The Cargo Book, "Specifying Dependencies".
    Cargo,
    /// node-semver, "Ranges".
    Node,
    /// Masterminds/semver, "Checking Version Constraints", which Helm uses.
    Helm,
}

/// A range that one package of the product asks of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub(super) path: RepoPath,
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) range: String,
    pub(super) rules: Rules,
}

impl Asked {
    /// Tells of a range that does not hold a version, such as most do not hold a pre-release.
    pub(super) fn note(&self, version: &ReleaseVersion) -> Option<Note> {
        let Self { path, place, name, range, rules } = self;
        let text = format!("'{name}' is '{range}', which does not hold '{version}', and stays; write there what does");
        (!rules.hold(range, version)).then(|| Note { path: path.clone(), place: Some(*place), text })
    }
}

impl Rules {
    fn hold(self, range: &str, version: &ReleaseVersion) -> bool {
        match self {
            Self::Cargo => VersionReq::parse(range).is_ok_and(|range| range.matches(&version.to_semver())),
            Self::Node => node(range.strip_prefix("workspace:").unwrap_or(range), version),
            // One pre-release in a constraint lets all of them in; without one, there is none in it.
            Self::Helm if version.is_pre_release() => range.contains('-') && node(range, &version.release()),
            Self::Helm => node(range, version),
        }
    }
}

/// Reads a range of npm: alternatives between `||`, each of comparators that all must hold. A folder, an address and a tag such
/// as `latest` are no ranges, and neither is a member of any version: these hold whatever is there.
fn node(range: &str, version: &ReleaseVersion) -> bool {
    let range = range.trim();
    let is_range = range.starts_with(|c: char| c.is_ascii_digit() || "^~<>=v|".contains(c));
    if !is_range || matches!(range, "^" | "~") {
        return true;
    }
    let version = version.to_semver();
    range.split("||").any(|all| {
        let comparators = comparators(all);
        !comparators.is_empty() && VersionReq::parse(&comparators).is_ok_and(|range| range.matches(&version))
    })
}

/// Writes comparators as Cargo does: with commas between them, and an exact one with its `=`.
fn comparators(all: &str) -> String {
    if let Some((from, to)) = all.split_once(" - ") {
        return format!(">={}, <={}", from.trim(), to.trim());
    }
    let mut written: Vec<String> = Vec::new();
    let mut operator = String::new();
    for word in all.split([' ', ',']).filter(|word| !word.is_empty()) {
        let bare = word.trim_start_matches(['^', '~', '<', '>', '=', 'v']);
        operator.push_str(word[..word.len() - bare.len()].trim_end_matches('v'));
        if bare.is_empty() {
            continue;
        }
        let any = bare.contains(['x', 'X', '*']) || !operator.is_empty();
        written.push(format!("{}{bare}", if any { operator.as_str() } else { "=" }));
        operator.clear();
    }
    written.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_what_its_readers_take() {
        let table = [
            (Rules::Node, "^2.0.0", true, false),
            (Rules::Node, "~2.0.0", true, false),
            (Rules::Node, "~2.0.1-rc.1", true, true),
            (Rules::Node, ">=2.0.0 <3", true, false),
            (Rules::Node, ">= 2.0.0", true, false),
            (Rules::Node, ">=2.0.0 <2.0.1", false, false),
            (Rules::Node, "1.x || 2.x", true, false),
            (Rules::Node, "2.0", true, false),
            (Rules::Node, "1.0.0 - 2.0.0", false, false),
            (Rules::Node, "2.0.0 - 2", true, false),
            (Rules::Node, "12.0.0", false, false),
            (Rules::Node, "*", true, true),
            (Rules::Node, "workspace:^", true, true),
            (Rules::Node, "workspace:~2.0.0", true, false),
            (Rules::Node, "file:../core", true, true),
            (Rules::Node, "latest", true, true),
            (Rules::Cargo, "2", true, false),
            (Rules::Cargo, "2.0", true, false),
            (Rules::Cargo, ">=2.0.0", true, false),
            (Rules::Cargo, "~2.0.0", true, false),
            (Rules::Cargo, "<=2.0.0", false, false),
            (Rules::Cargo, "=2.0.1-rc.1", false, true),
            (Rules::Helm, "~2.0.0", true, false),
            (Rules::Helm, "^2.0.0-0", true, true),
        ];
        let [release, pre]: [ReleaseVersion; 2] = ["2.0.1", "2.0.1-rc.1"].map(|text| text.parse().expect("a version"));
        for (rules, range, holds, holds_pre) in table {
            assert_eq!((rules.hold(range, &release), rules.hold(range, &pre)), (holds, holds_pre), "{rules:?} {range}");
        }
    }
}
