//! A package that an advisory is about, and how each ecosystem is called where.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::name::{NotAName, is_unprintable, text_type};

/// An ecosystem of packages, by the name that OSV has for it (OSV schema 1.7, `affected[].package.ecosystem`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Ecosystem {
    /// Rust.
    #[serde(rename = "crates.io")]
    CratesIo,
    /// JavaScript.
    #[serde(rename = "npm")]
    Npm,
    /// Python.
    #[serde(rename = "PyPI")]
    PyPi,
    /// Go modules.
    Go,
    /// Ruby.
    RubyGems,
    /// Java; names are `group:artifact`.
    Maven,
    /// .NET.
    NuGet,
    /// PHP.
    Packagist,
    /// Erlang and Elixir.
    Hex,
    /// Dart.
    Pub,
    /// Swift; names are addresses without a scheme.
    SwiftURL,
    /// GitHub Actions; names are `owner/repository`.
    #[serde(rename = "GitHub Actions")]
    GitHubActions,
}

/// What an ecosystem is called in each place.
struct Names {
    osv: &'static str,
    /// GitHub, REST API of repository advisories, `package.ecosystem`.
    github: &'static str,
    /// The type of package URLs (`purl-spec`, PURL-TYPES).
    purl: &'static str,
    /// The scheme of canonical version ranges (`purl-spec`, VERSION-RANGE-SPEC).
    vers: &'static str,
}

impl Ecosystem {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::CratesIo,
        Self::Npm,
        Self::PyPi,
        Self::Go,
        Self::RubyGems,
        Self::Maven,
        Self::NuGet,
        Self::Packagist,
        Self::Hex,
        Self::Pub,
        Self::SwiftURL,
        Self::GitHubActions,
    ];

    const fn names(self) -> Names {
        const fn names(osv: &'static str, github: &'static str, purl: &'static str, vers: &'static str) -> Names {
            Names { osv, github, purl, vers }
        }
        match self {
            Self::CratesIo => names("crates.io", "rust", "cargo", "cargo"),
            Self::Npm => names("npm", "npm", "npm", "npm"),
            Self::PyPi => names("PyPI", "pip", "pypi", "pypi"),
            Self::Go => names("Go", "go", "golang", "golang"),
            Self::RubyGems => names("RubyGems", "rubygems", "gem", "gem"),
            Self::Maven => names("Maven", "maven", "maven", "maven"),
            Self::NuGet => names("NuGet", "nuget", "nuget", "nuget"),
            Self::Packagist => names("Packagist", "composer", "composer", "composer"),
            Self::Hex => names("Hex", "erlang", "hex", "hex"),
            Self::Pub => names("Pub", "pub", "pub", "pub"),
            Self::SwiftURL => names("SwiftURL", "swift", "swift", "swift"),
            Self::GitHubActions => names("GitHub Actions", "actions", "github", "github"),
        }
    }

    /// Returns its name in OSV, which is the one in sources.
    pub const fn osv(self) -> &'static str {
        self.names().osv
    }

    /// Returns its name in GitHub's API of repository advisories.
    pub const fn github(self) -> &'static str {
        self.names().github
    }

    /// Returns the scheme of its version ranges in `vers:`.
    pub const fn vers(self) -> &'static str {
        self.names().vers
    }

    /// Says whether its versions are ordered by Semantic Versioning, so that OSV takes ranges of the type `SEMVER`.
    pub const fn has_semver(self) -> bool {
        match self {
            Self::CratesIo | Self::Npm | Self::Go | Self::Hex | Self::Pub | Self::SwiftURL => true,
            Self::PyPi | Self::RubyGems | Self::Maven | Self::NuGet | Self::Packagist | Self::GitHubActions => false,
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.osv())
    }
}

impl FromStr for Ecosystem {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.osv() == text).ok_or_else(|| {
            NotAName::new(
                "an ecosystem",
                text,
                "write crates.io, npm, PyPI, Go, RubyGems, Maven, NuGet, Packagist, Hex, Pub, SwiftURL or 'GitHub Actions'",
            )
        })
    }
}

/// The name of a package within its ecosystem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackageName(String);

text_type!(PackageName);

impl FromStr for PackageName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = |c: char| c.is_whitespace() || is_unprintable(c) || "<>\"'`|#?\\".contains(c);
        match text.is_empty() || text.len() > 214 || text.chars().any(bad) {
            true => Err(NotAName::new("a package", text, "write its name as its ecosystem has it, without spaces")),
            false => Ok(Self(text.to_owned())),
        }
    }
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Package {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name.
    pub name: PackageName,
}

impl Package {
    /// Returns its package URL without a version (`purl-spec`): `pkg:npm/%40godel/api`.
    pub fn purl(&self) -> String {
        let names = self.ecosystem.names();
        let name = match self.ecosystem {
            Ecosystem::PyPi => self.name.as_str().to_ascii_lowercase().replace('_', "-"),
            Ecosystem::Packagist | Ecosystem::GitHubActions | Ecosystem::Hex => self.name.as_str().to_ascii_lowercase(),
            Ecosystem::Maven => self.name.as_str().replacen(':', "/", 1),
            Ecosystem::CratesIo
            | Ecosystem::Npm
            | Ecosystem::Go
            | Ecosystem::RubyGems
            | Ecosystem::NuGet
            | Ecosystem::Pub
            | Ecosystem::SwiftURL => self.name.as_str().to_owned(),
        };
        let parts: Vec<String> = name.split('/').map(purl_part).collect();
        format!("pkg:{}/{}", names.purl, parts.join("/"))
    }

    /// Says what its name lacks that every name of its ecosystem has: a group and an artifact ("POM Reference", "Maven Coordinates"), a vendor
    /// and a project (Composer, "The composer.json schema", `name`).
    pub fn misnamed(&self) -> Option<&'static str> {
        let is_pair = |between: char| {
            let parts: Vec<&str> = self.name.as_str().split(between).collect();
            parts.len() == 2 && parts.iter().all(|part| !part.is_empty())
        };
        match self.ecosystem {
            Ecosystem::Maven => (!is_pair(':')).then_some("write group:artifact"),
            Ecosystem::Packagist => (!is_pair('/')).then_some("write vendor/project"),
            Ecosystem::CratesIo
            | Ecosystem::Npm
            | Ecosystem::PyPi
            | Ecosystem::Go
            | Ecosystem::RubyGems
            | Ecosystem::NuGet
            | Ecosystem::Hex
            | Ecosystem::Pub
            | Ecosystem::SwiftURL
            | Ecosystem::GitHubActions => None,
        }
    }

    /// Returns its name in OSV (schema 1.7, "affected[].package field"): that of Python is normalized, so that scanners find it (PEP 503,
    /// "Normalized Names": what stands between words is one `-`, and letters are small).
    pub fn osv_name(&self) -> String {
        let name = self.name.as_str();
        match self.ecosystem {
            Ecosystem::PyPi => {
                let words: Vec<&str> = name.split(['-', '_', '.']).filter(|word| !word.is_empty()).collect();
                words.join("-").to_ascii_lowercase()
            }
            Ecosystem::CratesIo
            | Ecosystem::Npm
            | Ecosystem::Go
            | Ecosystem::RubyGems
            | Ecosystem::Maven
            | Ecosystem::NuGet
            | Ecosystem::Packagist
            | Ecosystem::Hex
            | Ecosystem::Pub
            | Ecosystem::SwiftURL
            | Ecosystem::GitHubActions => name.to_owned(),
        }
    }

    /// Returns its package URLs with a version, the usual one first. Versions of Go modules begin with `v`, and not every scanner writes that.
    /// `own`: how the project spells the version in its tag, where that is otherwise.
    pub fn purls_at(&self, version: &Version, own: Option<&str>) -> Vec<String> {
        let (purl, version) = (self.purl(), purl_part(&self.ecosystem.spell(version, own)));
        let plain = format!("{purl}@{version}");
        if self.ecosystem == Ecosystem::Go { vec![format!("{purl}@v{version}"), plain] } else { vec![plain] }
    }
}

/// Encodes a part of a package URL: letters, digits and `-._~` stay (`purl-spec`, "Rules for each purl component").
pub fn purl_part(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_the_url_of_its_ecosystem() {
        for (ecosystem, name, version, purl) in [
            ("npm", "@godel/api", "2.0.1-rc.1", "pkg:npm/%40godel/api@2.0.1-rc.1"),
            ("PyPI", "Godel_API", "2.0.1-rc.1", "pkg:pypi/godel-api@2.0.1rc1"),
            ("PyPI", "godel", "2.0.1-0.dev.1", "pkg:pypi/godel@2.0.1.dev1"),
            ("PyPI", "godel", "2.0.1+post.3", "pkg:pypi/godel@2.0.1.post3"),
            ("Maven", "org.godel:api", "2.0.1", "pkg:maven/org.godel/api@2.0.1"),
            (
                "Go",
                "example.org/Godel/v2",
                "2.0.1",
                "pkg:golang/example.org/Godel/v2@v2.0.1 pkg:golang/example.org/Godel/v2@2.0.1",
            ),
            ("RubyGems", "godel", "2.0.1-rc.1", "pkg:gem/godel@2.0.1.rc.1"),
            ("crates.io", "godel", "2.0.1+b", "pkg:cargo/godel@2.0.1%2Bb"),
            ("GitHub Actions", "Godel/act", "2.0.1", "pkg:github/godel/act@2.0.1"),
        ] {
            let package = Package { ecosystem: ecosystem.parse().expect(ecosystem), name: name.parse().expect(name) };
            assert_eq!(package.purls_at(&version.parse().expect(version), None).join(" "), purl);
        }
        for (ecosystem, name, is_one) in [
            (Ecosystem::Maven, "org.godel:api", true),
            (Ecosystem::Maven, "api", false),
            (Ecosystem::Maven, "org.godel:", false),
            (Ecosystem::Maven, "org.godel:api:jar", false),
            (Ecosystem::Packagist, "godel/api", true),
            (Ecosystem::Packagist, "godel", false),
            (Ecosystem::Npm, "godel", true),
        ] {
            assert_eq!(Package { ecosystem, name: name.parse().expect(name) }.misnamed().is_none(), is_one, "{name}");
        }
        for (ecosystem, name, expected) in
            [(Ecosystem::PyPi, "Godel_.API-core", "godel-api-core"), (Ecosystem::NuGet, "Godel_.API", "Godel_.API")]
        {
            assert_eq!(Package { ecosystem, name: name.parse().expect(name) }.osv_name(), expected);
        }
        for ecosystem in Ecosystem::ALL {
            assert_eq!(ecosystem.to_string().parse(), Ok(ecosystem));
            assert_eq!(serde_json::to_value(ecosystem).expect("a text"), ecosystem.osv());
        }
        assert!("pypi".parse::<Ecosystem>().is_err());
        assert!("a b".parse::<PackageName>().is_err());
    }
}
