//! Release lines: their names, their versions and their state.

use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

pub use crate::model::branch::{BranchName, BranchPattern, BranchSpec};
use crate::model::name::{NotAName, is_unprintable, text_type};
pub use crate::model::tag::TagPattern;

/// The versions of a line, as its name tells them: `2.0` holds all of `2.0.x`, `2` holds all of `2.x.y`.
///
/// Ordered by number; `2` is older than every `2.x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    /// The first number.
    pub major: u64,
    /// The second number, where the line is bound to one.
    pub minor: Option<u64>,
}

impl Series {
    /// Reads the version digits in a name such as `2.0`, `release-2.0`, `v2.0`, `8.3.x` or `2.28-maintenance`.
    ///
    /// `None` when there are none, when they stand in two places, or when they name one release (`2.0.1`).
    pub fn in_name(name: &str) -> Option<Self> {
        let mut runs = name.split(['-', '_', '/', ' ']).filter_map(version_digits);
        let series = runs.next()?;
        if runs.next().is_some() { None } else { series }
    }

    /// Says whether a version belongs to the series.
    pub fn contains(self, version: &Version) -> bool {
        self.major == version.major && self.minor.is_none_or(|minor| minor == version.minor)
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minor {
            Some(minor) => write!(f, "{}.{minor}", self.major),
            None => write!(f, "{}", self.major),
        }
    }
}

/// Reads one part of a name. `None`: the part is not about a version. `Some(None)`: it is, but not about a series.
fn version_digits(part: &str) -> Option<Option<Series>> {
    let digits = part.strip_prefix(['v', 'V']).unwrap_or(part);
    let digits = digits.strip_suffix(".x").or_else(|| digits.strip_suffix(".X")).unwrap_or(digits);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || !digits.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let numbers: Option<Vec<u64>> = digits.split('.').map(|number| number.parse().ok()).collect();
    Some(match numbers.as_deref() {
        Some(&[major]) => Some(Series { major, minor: None }),
        Some(&[major, minor]) => Some(Series { major, minor: Some(minor) }),
        Some(_) | None => None,
    })
}

/// The name of a line, such as `2.0`. Never empty, no space, no control character, no leading `-`.
///
/// Ordered newest first: by series, then names without one, then by text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LineName(String, Option<Series>);

text_type!(LineName);

impl LineName {
    /// Returns the versions the name tells.
    pub fn series(&self) -> Option<Series> {
        self.1
    }
}

impl FromStr for LineName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("a line name", text, rule));
        if text.is_empty() {
            return refuse("it is empty");
        }
        if text.chars().any(|c| c.is_whitespace() || is_unprintable(c)) {
            return refuse("it holds a space or a control character");
        }
        if text.starts_with('-') {
            return refuse("it begins with '-'");
        }
        Ok(Self(text.to_owned(), Series::in_name(text)))
    }
}

impl Ord for LineName {
    fn cmp(&self, other: &Self) -> Ordering {
        Reverse(self.series()).cmp(&Reverse(other.series())).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for LineName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How far a line is still supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LineStatus {
    /// The newest line, which takes every eligible fix.
    Current,
    /// An older line, which takes every eligible fix.
    Maintained,
    /// A line that takes security fixes only.
    SecurityOnly,
    /// A line that takes nothing any more.
    EndOfLife,
}

impl LineStatus {
    /// All of them, in the order of a line's life.
    pub const ALL: [Self; 4] = [Self::Current, Self::Maintained, Self::SecurityOnly, Self::EndOfLife];

    /// Returns the word for it, as `patch.toml` and every result spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Maintained => "maintained",
            Self::SecurityOnly => "security-only",
            Self::EndOfLife => "end-of-life",
        }
    }
}

impl fmt::Display for LineStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A supported release line. Main is not one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub name: LineName,
    /// Where its commits live.
    pub branch: BranchSpec,
    /// How far it is supported.
    pub status: LineStatus,
    /// The last day of its support, in UTC.
    pub until: Option<NaiveDate>,
}

impl Line {
    /// Says whether a version belongs to the line. A name without version digits holds none.
    pub fn contains(&self, version: &Version) -> bool {
        self.name.series().is_some_and(|series| series.contains(version))
    }

    /// Returns the lowest release that belongs to the line. `None`: its name tells no versions.
    pub fn first_release(&self) -> Option<Version> {
        self.name.series().map(|series| Version::new(series.major, series.minor.unwrap_or(0), 0))
    }

    /// Compares two lines, the newest first.
    pub fn newest_first(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str) -> Line {
        Line {
            name: name.parse().expect("a line name"),
            branch: "release/x".parse().expect("a branch"),
            status: LineStatus::Maintained,
            until: None,
        }
    }

    #[test]
    fn the_first_release_of_a_line_belongs_to_it() {
        for (name, expected) in [("2.0", "2.0.0"), ("v3.1.x", "3.1.0"), ("2", "2.0.0"), ("release-0.9", "0.9.0")] {
            let first = line(name).first_release().expect("its name tells versions");
            assert_eq!(first.to_string(), expected);
            assert!(line(name).contains(&first));
        }
        assert_eq!(line("lts").first_release(), None);
    }

    #[test]
    fn a_line_holds_the_versions_its_name_tells() {
        let holds = |name: &str, version: &str| line(name).contains(&Version::parse(version).expect("a version"));
        for name in ["2.0", "v2.0", "2.0.x", "release-2.0", "release/v2.0", "2.0-maintenance", "v2.0.x"] {
            assert!(holds(name, "2.0.7"), "{name}");
            assert!(holds(name, "2.0.0-rc.1"), "{name}");
            assert!(!holds(name, "2.1.0"), "{name}");
            assert!(!holds(name, "12.0.0"), "{name}");
        }
        for name in ["2", "2.x", "v2"] {
            assert!(holds(name, "2.9.1"), "{name}");
            assert!(!holds(name, "3.0.0"), "{name}");
        }
        for name in ["lts", "2.0.1", "py3", "2.0-and-3.0", "99999999999999999999.1", "2..0"] {
            assert!(!holds(name, "2.0.1"), "{name}");
        }
    }

    #[test]
    fn lines_sort_newest_first() {
        let mut lines = ["2.9", "lts", "10.0", "2.10", "2", "alpha", "release-3.0"].map(line);
        lines.sort_by(Line::newest_first);
        assert_eq!(lines.map(|l| l.name.to_string()), ["10.0", "release-3.0", "2.10", "2.9", "2", "alpha", "lts"]);
    }

    #[test]
    fn a_line_name_is_one_visible_word() {
        for bad in ["", "-2", "2 0", "2\n", "2\u{202e}0", "2\u{0}"] {
            assert!(bad.parse::<LineName>().is_err(), "{bad:?}");
        }
        assert_eq!("2.0".parse::<LineName>().map(String::from), Ok("2.0".to_owned()));
    }
}
