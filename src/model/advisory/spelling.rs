//! How each ecosystem orders and spells versions.
//!
//! What is read of a name is ordered by Semantic Versioning 2.0.0, section 11, as the ecosystem orders the name, so that one order serves
//! all documents. They spell it as the project did in its tag, but where the ecosystem knows one spelling only.

use semver::Version;

use super::Advisory;
use super::lines::LineFinding;
use super::package::{Ecosystem, Package};
use crate::model::version::loose::{Parts, behind, dev, parts, read};
use crate::model::version::{ReleaseVersion, Spelling};

impl Ecosystem {
    /// Reads the name of a release. `None`: it is not certain where it stands among the versions of the ecosystem, as far as the forms
    /// are concerned that projects usually give to versions.
    ///
    /// - PyPI: PEP 440, "Summary of permitted suffixes" and "Normalization".
    /// - Maven: "Version Order Specification" of its POM reference: alpha, beta, milestone, rc or cr, snapshot, then nothing, final, ga or
    ///   release, then sp, whatever the case. `a`, `b` and `m` count where a number is right behind them.
    /// - Packagist: the documentation of Composer, "Versions and constraints", with `version_compare` of PHP's manual: dev, alpha, beta, RC,
    ///   then nothing or stable, then patch, whatever the case.
    /// - `RubyGems`: `Gem::Version`: what has a letter is a pre-release, and stands among those by its letters.
    /// - `NuGet`: "Package versioning" of its documentation: Semantic Versioning 2.0.0, whatever the case, and a fourth number.
    /// - All others: Semantic Versioning 2.0.0.
    pub fn read(self, name: &str) -> Option<Version> {
        let usual = |text: &str| Version::parse(text).ok().filter(|version| behind(version).is_none());
        let metadata = || usual(name).filter(|version| version.pre.is_empty());
        match self {
            Self::PyPi | Self::Maven | Self::Packagist | Self::RubyGems => {
                parts(name).and_then(|parts| self.placed(name, &parts)).or_else(metadata)
            }
            Self::NuGet => {
                let numbers = || parts(name).filter(|parts| parts.word.is_empty());
                usual(&name.to_ascii_lowercase()).or_else(|| numbers()?.version("", None))
            }
            Self::CratesIo | Self::Npm | Self::Go | Self::Hex | Self::Pub | Self::SwiftURL | Self::GitHubActions => {
                read(name).filter(|version| behind(version).is_none())
            }
        }
    }

    /// Puts a name where one of the ecosystems stands that have words of their own.
    fn placed(self, name: &str, parts: &Parts<'_>) -> Option<Version> {
        let small = parts.word.to_ascii_lowercase();
        let (is_letter, number) = (parts.is_tight, parts.number);
        let implied = Some(number.unwrap_or(0));
        // One that is zero counts as none.
        let counted = number.filter(|number| *number != 0);
        let (word, number) = match (self, small.as_str()) {
            (_, "") => ("", None),
            (Self::PyPi, "dev") => ("0.dev", implied),
            (Self::PyPi, "a" | "alpha") => ("alpha", implied),
            (Self::PyPi, "b" | "beta") => ("beta", implied),
            (Self::PyPi, "rc" | "c" | "pre" | "preview") => ("rc", implied),
            (Self::PyPi, "post" | "rev" | "r") => ("+post", implied),
            (Self::Maven | Self::RubyGems, _) if name.contains('_') => return None,
            (Self::Maven, "alpha") => ("alpha", counted),
            (Self::Maven, "a") if is_letter => ("alpha", counted),
            (Self::Maven, "beta") => ("beta", counted),
            (Self::Maven, "b") if is_letter => ("beta", counted),
            (Self::Maven, "milestone") => ("milestone", counted),
            (Self::Maven, "m") if is_letter => ("milestone", counted),
            (Self::Maven, "rc" | "cr") => ("rc", counted),
            (Self::Maven, "snapshot") if number.is_none() => ("snapshot", None),
            (Self::Maven, "final" | "ga" | "release") | (Self::Packagist, "stable") if number.is_none() => ("", None),
            (Self::Maven, "sp") => ("+patch", implied),
            (Self::Packagist, "dev") if number.is_none() => ("0.dev", None),
            (Self::Packagist, "alpha" | "a") => ("alpha", number),
            (Self::Packagist, "beta" | "b") => ("beta", number),
            (Self::Packagist, "rc") => ("rc", number),
            (Self::Packagist, "patch" | "pl" | "p") => ("+patch", implied),
            (Self::RubyGems, _) => (parts.word, counted),
            _ => return None,
        };
        parts.version(word, number)
    }

    /// Writes a version as the ecosystem spells it: `2.0.1rc1` for Python, whose normal form counts (PEP 440, "Normalization"), `2.0.1.rc1` for
    /// Ruby. `own`: how the project spells it in its tag, where that is otherwise than Semantic Versioning does.
    pub fn spell(self, version: &Version, own: Option<&str>) -> String {
        let semver = || version.to_string();
        let as_told = || own.map_or_else(semver, str::to_owned);
        match self {
            Self::PyPi => python(version).unwrap_or_else(semver),
            Self::RubyGems => as_told().replace('-', "."),
            Self::Maven | Self::Packagist => as_told(),
            // "Normalized version numbers": there are three numbers at least.
            Self::NuGet if version.pre.is_empty() && version.build.is_empty() => semver(),
            Self::NuGet => as_told(),
            Self::CratesIo | Self::Npm | Self::Go | Self::Hex | Self::Pub | Self::SwiftURL | Self::GitHubActions => {
                semver()
            }
        }
    }
}

/// Writes a version in the normal form of PEP 440, if it is one of those that this has a form for.
fn python(version: &Version) -> Option<String> {
    let Version { major, minor, patch, .. } = version;
    match (behind(version), dev(version)) {
        (Some(("sub", number)), _) => Some(format!("{major}.{minor}.{patch}.{number}")),
        (Some((word, number)), _) => Some(format!("{major}.{minor}.{patch}.{word}{number}")),
        (None, Some(number)) => Some(format!("{major}.{minor}.{patch}.dev{number}")),
        (None, None) => {
            version.to_string().parse::<ReleaseVersion>().ok().map(|version| Spelling::Pep440.render(&version))
        }
    }
}

/// Reads the name of a release of packages. `None`: it is not certain where it stands for each of them, or not for all in one place.
pub fn read_for(packages: &[Package], name: &str) -> Option<Version> {
    let mut all = packages.iter().map(|package| package.ecosystem.read(name));
    let first = all.next().unwrap_or_else(|| read(name))?;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// Says whether documents about some of the packages spell a version as its tag does, and otherwise than they would without that.
pub fn is_own(packages: &[Package], version: &Version, name: &str) -> bool {
    let differs = |package: &Package| {
        let ecosystem = package.ecosystem;
        ecosystem.spell(version, Some(name)) != ecosystem.spell(version, None)
    };
    packages.iter().any(differs)
}

/// Returns how the project spells a version in its tag, where its lines say so.
pub fn own<'l>(lines: &'l [LineFinding], version: &Version) -> Option<&'l str> {
    // Those that have a version stand behind the others, in its order.
    let of = |line: &'l LineFinding| {
        let at = line.tags.binary_search_by(|tag| tag.version.as_ref().cmp(&Some(version))).ok()?;
        Some(line.tags[at].name.as_str())
    };
    lines.iter().find_map(of)
}

impl Advisory {
    /// Writes a version for people: as the ecosystem spells it, where all packages are of one.
    pub fn spelled(&self, version: &Version) -> String {
        let mut all = self.packages.iter().map(|package| package.ecosystem);
        let one = all.next().filter(|first| all.all(|other| other == *first));
        one.map_or_else(|| version.to_string(), |ecosystem| ecosystem.spell(version, own(&self.lines, version)))
    }
}

#[cfg(test)]
mod tests;
