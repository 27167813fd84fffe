//! The order of versions as each ecosystem spells them.

use std::cmp::Ordering;

use semver::Version;

use crate::model::advisory::package::Ecosystem;
use crate::model::version::loose::behind;

/// A bound of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bound {
    /// Before all versions: `0`.
    Lowest,
    /// A version.
    At(Version),
}

impl Bound {
    /// Reads a bound. `None`: it is no version that this ecosystem could have.
    pub fn read(text: &str, ecosystem: Option<Ecosystem>) -> Option<Self> {
        if text == "0" { Some(Self::Lowest) } else { version(text, ecosystem).map(Self::At) }
    }

    /// Compares a version with it, as Semantic Versioning 2.0.0, section 11, does: build metadata does not count, but for what puts a
    /// release behind another one, which stands there.
    pub fn compare(&self, version: &Version) -> Ordering {
        match self {
            Self::Lowest => Ordering::Greater,
            Self::At(bound) => order(version, bound),
        }
    }

    /// Compares two bounds.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Lowest, Self::Lowest) => Ordering::Equal,
            (Self::Lowest, Self::At(_)) => Ordering::Less,
            (Self::At(_), Self::Lowest) => Ordering::Greater,
            (Self::At(one), Self::At(other)) => order(one, other),
        }
    }
}

fn order(one: &Version, other: &Version) -> Ordering {
    one.cmp_precedence(other).then_with(|| behind(one).cmp(&behind(other)))
}

/// Reads a version in the spelling of an ecosystem.
fn version(text: &str, ecosystem: Option<Ecosystem>) -> Option<Version> {
    match ecosystem.filter(|ecosystem| !ecosystem.has_semver()) {
        Some(ecosystem) => ecosystem.read(text),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_each_spelling() {
        for (text, ecosystem, is) in [
            ("2.0.1-rc.1", None, Some("2.0.1-rc.1")),
            ("2.0.1rc1", Some(Ecosystem::PyPi), Some("2.0.1-rc.1")),
            ("2.0.1.dev1", Some(Ecosystem::PyPi), Some("2.0.1-0.dev.1")),
            ("2.0.1.post2", Some(Ecosystem::PyPi), Some("2.0.1+post.2")),
            ("2.0.1.rc.1", Some(Ecosystem::RubyGems), Some("2.0.1-rc.1")),
            ("2.0.1-RC1", Some(Ecosystem::Maven), Some("2.0.1-rc.1")),
            ("2.0.1rc1", Some(Ecosystem::Npm), None),
            ("v2.0.1", None, None),
            ("", Some(Ecosystem::RubyGems), None),
        ] {
            let read = version(text, ecosystem).map(|version| version.to_string());
            assert_eq!(read.as_deref(), is, "{text}");
        }
        let behind = Bound::read("2.0.1.post1", Some(Ecosystem::PyPi)).expect("a bound");
        assert_eq!(behind.compare(&Version::new(2, 0, 1)), Ordering::Less);
        let lowest = Bound::read("0", None).expect("a bound");
        assert_eq!(lowest.compare(&Version::new(0, 0, 0)), Ordering::Greater);
    }
}
