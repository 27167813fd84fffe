//! The versions that a patch release and its pre-releases may have, how they follow one another, and how files spell them.

mod contract;
pub mod loose;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use semver::{BuildMetadata, Prerelease, Version};
use serde::{Deserialize, Serialize};

pub use contract::{Refusal, next_free_patch, permit, permit_tag};

use crate::model::name::NotAName;

/// The largest number in a version: `Number.MAX_SAFE_INTEGER`, above which node-semver refuses a version.
const LARGEST: u64 = (1 << 53) - 1;

/// How far a pre-release is from its release. Ordered as versions are: alpha, beta, rc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// For the people who make it.
    Alpha,
    /// For those who try it out.
    Beta,
    /// What becomes the release if nobody finds anything: a release candidate.
    Rc,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Alpha, Self::Beta, Self::Rc];

    /// Returns the identifier that stands in a version, as flags and results spell it too.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alpha => "alpha",
            Self::Beta => "beta",
            Self::Rc => "rc",
        }
    }

    /// Returns the letters of PEP 440, "Pre-releases".
    const fn pep440(self) -> &'static str {
        match self {
            Self::Alpha => "a",
            Self::Beta => "b",
            Self::Rc => "rc",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A version that a release line may hold: `2.0.1`, or `2.0.1-rc.1` with one of three phases and a number from one.
///
/// No build metadata, which has no precedence, and no other identifier: by the rules of SemVer `beta10` comes before
/// `beta2`, and `dev` after `beta`. Ordered by precedence (SemVer 2.0.0, section 11).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReleaseVersion {
    major: u64,
    minor: u64,
    patch: u64,
    pre: Option<(Phase, u64)>,
}

/// Why there is no pre-release of this phase after a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{from}' has no {phase} after it: a phase never goes back")]
pub struct PhaseGoesBack {
    /// The version that is there.
    pub from: ReleaseVersion,
    /// The phase that was asked for.
    pub phase: Phase,
}

/// Returns the patch release that follows a version of any form: the release of a pre-release, the next patch of a release.
/// `None`: there is no number after its patch number.
pub fn next_patch(version: &Version) -> Option<Version> {
    let patch = if version.pre.is_empty() { version.patch.checked_add(1)? } else { version.patch };
    Some(Version::new(version.major, version.minor, patch))
}

impl ReleaseVersion {
    /// Returns the patch release that follows: of `2.0.1` it is `2.0.2`; of a pre-release it is the release that was
    /// announced, so of `2.0.1-rc.2` it is `2.0.1`, as `npm version patch` has it.
    pub fn next_patch(&self) -> Self {
        let next = next_patch(&self.to_semver()).expect("because there are numbers after the largest in a version");
        Self { patch: next.patch, ..self.release() }
    }

    /// Returns the version without its phase.
    pub fn release(&self) -> Self {
        Self { pre: None, ..self.clone() }
    }

    /// Returns the pre-release that follows: of `2.0.0` and `rc` it is `2.0.1-rc.1`, of `2.0.1-rc.1` and `rc` it is
    /// `2.0.1-rc.2`, of `2.0.1-alpha.4` and `beta` it is `2.0.1-beta.1`.
    ///
    /// # Errors
    /// The version is in a later phase already.
    pub fn pre(&self, phase: Phase) -> Result<Self, PhaseGoesBack> {
        let pre = match self.pre {
            Some((current, _)) if current > phase => return Err(PhaseGoesBack { from: self.clone(), phase }),
            Some((current, number)) if current == phase => Some((phase, number + 1)),
            Some(_) | None => Some((phase, 1)),
        };
        Ok(Self { pre, ..self.next_patch() })
    }

    /// Returns the phase and its number. `None`: it is a release.
    pub fn phase(&self) -> Option<(Phase, u64)> {
        self.pre
    }

    /// Says whether the version is a pre-release.
    pub fn is_pre_release(&self) -> bool {
        self.pre.is_some()
    }

    /// Returns the third number.
    pub fn patch_number(&self) -> u64 {
        self.patch
    }

    /// Says whether both have the same first two numbers.
    pub fn same_minor(&self, other: &Self) -> bool {
        (self.major, self.minor) == (other.major, other.minor)
    }

    /// Returns it as the type that tags and lines are read with.
    pub fn to_semver(&self) -> Version {
        let pre = self.pre.map(|(phase, number)| format!("{phase}.{number}")).unwrap_or_default();
        let pre = Prerelease::new(&pre).expect("because a phase and a number are a pre-release");
        Version { major: self.major, minor: self.minor, patch: self.patch, pre, build: BuildMetadata::EMPTY }
    }

    fn key(&self) -> (u64, u64, u64, Option<(Phase, u64)>) {
        (self.major, self.minor, self.patch, self.pre)
    }
}

impl Ord for ReleaseVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        let ((a, b, c, pre), (x, y, z, other_pre)) = (self.key(), other.key());
        (a, b, c).cmp(&(x, y, z)).then_with(|| match (pre, other_pre) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(pre), Some(other)) => pre.cmp(&other),
        })
    }
}

impl PartialOrd for ReleaseVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ReleaseVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&Spelling::SemVer.render(self))
    }
}

impl FromStr for ReleaseVersion {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let has_build = || Version::parse(text).is_ok_and(|version| !version.build.is_empty());
        Spelling::SemVer.parse(text).ok_or_else(|| {
            let rule = match has_build() {
                true => "leave out the build metadata from '+' on: releases that differ in nothing else have no order",
                false => "write 'MAJOR.MINOR.PATCH', for a pre-release followed by '-alpha.N', '-beta.N' or '-rc.N'",
            };
            NotAName::new("a version of a release line", text, rule)
        })
    }
}

impl TryFrom<String> for ReleaseVersion {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<&Version> for ReleaseVersion {
    type Error = NotAName;

    fn try_from(version: &Version) -> Result<Self, Self::Error> {
        version.to_string().parse()
    }
}

impl From<ReleaseVersion> for String {
    fn from(version: ReleaseVersion) -> Self {
        version.to_string()
    }
}

impl JsonSchema for ReleaseVersion {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ReleaseVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^\d+\.\d+\.\d+(-(alpha|beta|rc)\.\d+)?$" })
    }
}

/// How a file writes a version. Both agree on releases and differ on pre-releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// `2.0.1-rc.1`: SemVer 2.0.0.
    #[serde(rename = "semver")]
    SemVer,
    /// `2.0.1rc1`: the normal form of PEP 440, where alpha is `a` and beta is `b`.
    Pep440,
}

impl Spelling {
    /// Both.
    pub const ALL: [Self; 2] = [Self::SemVer, Self::Pep440];

    /// Returns the word for it, as `patch.toml` spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SemVer => "semver",
            Self::Pep440 => "pep440",
        }
    }

    /// Writes a version.
    pub fn render(self, version: &ReleaseVersion) -> String {
        let ReleaseVersion { major, minor, patch, pre } = version;
        match (self, pre) {
            (_, None) => format!("{major}.{minor}.{patch}"),
            (Self::SemVer, Some((phase, number))) => format!("{major}.{minor}.{patch}-{phase}.{number}"),
            (Self::Pep440, Some((phase, number))) => format!("{major}.{minor}.{patch}{}{number}", phase.pep440()),
        }
    }

    /// Reads a version. `None` when the text is anything else, a version in the other spelling included.
    pub fn parse(self, text: &str) -> Option<ReleaseVersion> {
        let core_end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (core, rest) = text.split_at(core_end);
        let mut numbers = core.split('.');
        let (major, minor, patch) = (number(numbers.next()?)?, number(numbers.next()?)?, number(numbers.next()?)?);
        let pre = match rest {
            "" => None,
            rest => Some(self.parse_pre(rest)?),
        };
        numbers.next().is_none().then_some(ReleaseVersion { major, minor, patch, pre })
    }

    /// Reads a version in whichever spelling it is written. `None` when it is written in neither.
    pub fn parse_any(text: &str) -> Option<ReleaseVersion> {
        Self::ALL.into_iter().find_map(|spelling| spelling.parse(text))
    }

    fn parse_pre(self, text: &str) -> Option<(Phase, u64)> {
        let split = |phase: Phase| match self {
            Self::SemVer => text.strip_prefix('-')?.strip_prefix(phase.as_str())?.strip_prefix('.'),
            Self::Pep440 => text.strip_prefix(phase.pep440()),
        };
        let (phase, digits) = Phase::ALL.into_iter().find_map(|phase| Some((phase, split(phase)?)))?;
        number(digits).map(|number| (phase, number))
    }
}

fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let canonical = digits == "0" || !digits.starts_with('0');
    let number = (plain && canonical).then(|| digits.parse::<u64>().ok()).flatten()?;
    (number <= LARGEST).then_some(number)
}

#[cfg(test)]
mod tests;
