//! The order of versions as each ecosystem spells them.

use std::cmp::Ordering;

use semver::{BuildMetadata, Version};

use super::package::Ecosystem;
use crate::model::version::loose::behind;

/// A bound of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
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

/// By which order the bounds of a CVE record stand (CVE record format 5.1.1, `versionType`, which takes any word and "defines the exact
/// semantics of the comparison"). What is no Semantic Versioning is called as package URLs call its ecosystem, where the format has no
/// word of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionType {
    /// Semantic Versioning 2.0.0.
    Semver,
    /// That of an ecosystem with an order of its own.
    Of(Ecosystem),
}

impl VersionType {
    /// Returns that of an ecosystem. `None`: the versions are of no package.
    pub fn of(ecosystem: Option<Ecosystem>) -> Self {
        let of = |one: Ecosystem| Self::own_word(one).map_or(Self::Semver, |_| Self::Of(one));
        ecosystem.map_or(Self::Semver, of)
    }

    /// Returns the one of a word. `None`: it is not one of ours.
    pub fn named(word: &str) -> Option<Self> {
        let own = || Ecosystem::ALL.into_iter().find(|one| Self::own_word(*one) == Some(word)).map(Self::Of);
        if word == "semver" { Some(Self::Semver) } else { own() }
    }

    /// Returns the word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Semver => "semver",
            Self::Of(ecosystem) => Self::own_word(ecosystem).unwrap_or("semver"),
        }
    }

    const fn own_word(ecosystem: Ecosystem) -> Option<&'static str> {
        match ecosystem {
            Ecosystem::PyPi => Some("python"),
            Ecosystem::Maven => Some("maven"),
            Ecosystem::RubyGems => Some("gem"),
            Ecosystem::NuGet => Some("nuget"),
            Ecosystem::Packagist => Some("composer"),
            Ecosystem::CratesIo
            | Ecosystem::Npm
            | Ecosystem::Go
            | Ecosystem::Hex
            | Ecosystem::Pub
            | Ecosystem::SwiftURL
            | Ecosystem::GitHubActions => None,
        }
    }

    /// Reads a version by its rules. `None`: by these, it is none.
    pub fn read(self, text: &str) -> Option<Version> {
        match self {
            // Build metadata does not count (section 10).
            Self::Semver => text.parse().ok().map(|version| Version { build: BuildMetadata::EMPTY, ..version }),
            Self::Of(ecosystem) => ecosystem.read(text),
        }
    }

    /// Reads a bound by its rules. `None`: by these, it is none.
    pub fn bound(self, text: &str) -> Option<Bound> {
        if text == "0" { Some(Bound::Lowest) } else { self.read(text).map(Bound::At) }
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
        for kind in Ecosystem::ALL.map(|one| VersionType::of(Some(one))) {
            assert_eq!(VersionType::named(kind.as_str()), Some(kind));
        }
        assert_eq!(VersionType::named("custom"), None);
        let behind = Bound::read("2.0.1.post1", Some(Ecosystem::PyPi)).expect("a bound");
        assert_eq!(behind.compare(&Version::new(2, 0, 1)), Ordering::Less);
        let lowest = Bound::read("0", None).expect("a bound");
        assert_eq!(lowest.compare(&Version::new(0, 0, 0)), Ordering::Greater);
    }
}
