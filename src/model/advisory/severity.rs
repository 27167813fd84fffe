//! Severity: a CVSS vector that is complete, in its canonical form, and always told with its own score and its own band.
//!
//! The equations are those of the `cvss` crate. It takes vectors of version 3 that lack metrics, and lower case; both are refused here,
//! since a score that is worked out from half a vector is a wrong one.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use cvss::Cvss;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::arrange::{Arrange as _, InOrder as _};
use crate::model::name::NotAName;

/// A version of CVSS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum CvssVersion {
    /// CVSS 2.0.
    #[serde(rename = "2.0")]
    V20,
    /// CVSS 3.0.
    #[serde(rename = "3.0")]
    V30,
    /// CVSS 3.1.
    #[serde(rename = "3.1")]
    V31,
    /// CVSS 4.0.
    #[serde(rename = "4.0")]
    V40,
}

impl CvssVersion {
    /// Returns it as it stands in vectors: `3.1`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V20 => "2.0",
            Self::V30 => "3.0",
            Self::V31 => "3.1",
            Self::V40 => "4.0",
        }
    }

    /// Returns the metrics that a vector of it must have (CVSS 2.0 guide, 2.4; 3.0 and 3.1, section 6; 4.0, section 7).
    const fn mandatory(self) -> &'static [&'static str] {
        match self {
            Self::V20 => &["AV", "AC", "Au", "C", "I", "A"],
            Self::V30 | Self::V31 => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
            Self::V40 => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
        }
    }
}

/// The band of a score: the qualitative severity rating (CVSS 3.1 section 5; 4.0 section 6; 2.0 as the National Vulnerability
/// Database has it, where nothing is `None` or `Critical`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// 0.0.
    None,
    /// Up to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9; in version 2 up to 10.0.
    High,
    /// From 9.0 on.
    Critical,
}

impl Band {
    /// Returns the word for it in small letters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Returns the word for it with a capital letter, as people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A score, in tenths: 98 is 9.8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

impl Score {
    /// Returns it in tenths, from 0 to 100.
    pub const fn tenths(self) -> u8 {
        self.0
    }

    /// Returns it as a number with one decimal.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, self.0 % 10)
    }
}

/// A complete CVSS vector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Vector {
    version: CvssVersion,
    text: String,
    score: Score,
    band: Band,
}

impl Vector {
    /// Returns its version.
    pub const fn version(&self) -> CvssVersion {
        self.version
    }

    /// Returns it in the canonical form: metrics in the order of the specification, those that are not defined left out.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns its score: of versions 2 and 3 the base score, of version 4 that of all its metrics.
    pub const fn score(&self) -> Score {
        self.score
    }

    /// Returns the band of its score.
    pub const fn band(&self) -> Band {
        self.band
    }

    /// Returns its metrics with their values, in the order of the specification: `("AV", "N")`.
    pub fn metrics(&self) -> impl Iterator<Item = (&str, &str)> {
        let parts = self.text.split('/').filter_map(|part| part.split_once(':'));
        parts.filter(|(name, _)| *name != "CVSS")
    }
}

impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl From<Vector> for String {
    fn from(vector: Vector) -> Self {
        vector.text
    }
}

impl TryFrom<String> for Vector {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl JsonSchema for Vector {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Vector".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^(CVSS:(3\\.[01]|4\\.0)/)?A[VC]:" })
    }
}

impl FromStr for Vector {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = |rule| NotAName::new("a CVSS vector", text, rule);
        let version = match text.split_once('/').map(|(first, _)| first) {
            Some("CVSS:4.0") => CvssVersion::V40,
            Some("CVSS:3.1") => CvssVersion::V31,
            Some("CVSS:3.0") => CvssVersion::V30,
            Some(first) if !first.to_ascii_uppercase().starts_with("CVSS") => CvssVersion::V20,
            Some(_) | None => {
                return Err(refused("begin with 'CVSS:4.0/', 'CVSS:3.1/' or 'CVSS:3.0/'; version 2 has no beginning"));
            }
        };
        let defined: Vec<&str> = text.split('/').filter(|part| !is_undefined(version, part)).collect();
        let given: BTreeSet<&str> = defined.iter().copied().in_order();
        let mut named = BTreeSet::new();
        if !text.split('/').all(|part| named.insert(part.split_once(':').map_or(part, |(name, _)| name))) {
            return Err(refused("name each metric once"));
        }
        let parsed: Cvss = defined
            .join("/")
            .parse()
            .map_err(|_| refused("write metrics and values as the specification has them, in its letters"))?;
        let canonical = parsed.to_string();
        let has = |name: &str| defined.iter().any(|part| part.split_once(':').is_some_and(|(own, _)| own == name));
        if !version.mandatory().iter().all(|name| has(name)) {
            return Err(refused("give every base metric"));
        }
        if canonical.split('/').in_order::<BTreeSet<_>>() != given {
            return Err(refused("write metrics and values in the letters of the specification, such as 'AV:N'"));
        }
        let score = Score(tenths(parsed.score()));
        Ok(Self { version, band: band(version, score), text: canonical, score })
    }
}

/// Says whether a part says that a metric is not defined, which is the same as leaving it out.
fn is_undefined(version: CvssVersion, part: &str) -> bool {
    let Some((name, value)) = part.split_once(':') else { return false };
    let undefined = match version {
        CvssVersion::V20 => "ND",
        CvssVersion::V30 | CvssVersion::V31 | CvssVersion::V40 => "X",
    };
    value == undefined && !version.mandatory().contains(&name) && is_optional(version, name)
}

fn is_optional(version: CvssVersion, name: &str) -> bool {
    let known: &[&str] = match version {
        CvssVersion::V20 => &["E", "RL", "RC", "CDP", "TD", "CR", "IR", "AR"],
        CvssVersion::V30 | CvssVersion::V31 => {
            &["E", "RL", "RC", "CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA"]
        }
        CvssVersion::V40 => &[
            "E", "CR", "IR", "AR", "MAV", "MAC", "MAT", "MPR", "MUI", "MVC", "MVI", "MVA", "MSC", "MSI", "MSA", "S",
            "AU", "R", "V", "RE", "U",
        ],
    };
    known.contains(&name)
}

fn tenths(score: f64) -> u8 {
    (0..=100).min_by_key(|tenth| ((f64::from(*tenth) - score * 10.0).abs() * 1000.0) as u64).unwrap_or(100)
}

fn band(version: CvssVersion, score: Score) -> Band {
    match (version, score.0) {
        (CvssVersion::V20, 0..=39) => Band::Low,
        (CvssVersion::V20, 40..=69) => Band::Medium,
        (CvssVersion::V20, _) => Band::High,
        (_, 0) => Band::None,
        (_, 1..=39) => Band::Low,
        (_, 40..=69) => Band::Medium,
        (_, 70..=89) => Band::High,
        (_, _) => Band::Critical,
    }
}

/// The vectors of an advisory: at most one of each version, and none where the severity is not known yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Severity(Vec<Vector>);

impl Severity {
    /// Takes vectors in any order. `None`: two are of one version.
    pub fn new(mut vectors: Vec<Vector>) -> Option<Self> {
        vectors.arrange_by_key(|vector| std::cmp::Reverse(vector.version));
        let is_double = vectors.windows(2).any(|pair| pair[0].version == pair[1].version);
        (!is_double).then_some(Self(vectors))
    }

    /// Returns the vectors, the newest version first.
    pub fn vectors(&self) -> &[Vector] {
        &self.0
    }

    /// Returns the vector that stands for all: that of the newest version.
    pub fn main(&self) -> Option<&Vector> {
        self.0.first()
    }

    /// Returns the vector of one version.
    pub fn of(&self, version: CvssVersion) -> Option<&Vector> {
        self.0.iter().find(|vector| vector.version == version)
    }

    /// Returns it as the page has it: `Critical (CVSS 9.8)`; `Not rated` where there is no vector.
    pub fn headline(&self) -> String {
        let Some(main) = self.main() else { return "Not rated".to_owned() };
        format!("{} (CVSS {})", main.band.title(), main.score)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_are_scored_and_brought_into_the_canonical_form() {
        for (text, canonical, score, band) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "", "9.8", Band::Critical),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "", "10.0", Band::Critical),
            (
                "CVSS:3.1/A:N/I:N/C:N/S:U/UI:N/PR:N/AC:L/AV:N",
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
                "0.0",
                Band::None,
            ),
            (
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N/E:X/MAV:X",
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
                "5.3",
                Band::Medium,
            ),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "", "9.3", Band::Critical),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:L/VA:N/SC:H/SI:H/SA:H", "", "8.6", Band::High),
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C", "", "10.0", Band::High),
            ("AV:L/AC:H/Au:M/C:N/I:N/A:N", "", "0.0", Band::Low),
        ] {
            let vector: Vector = text.parse().expect(text);
            assert_eq!(vector.as_str(), if canonical.is_empty() { text } else { canonical });
            assert_eq!(vector.score().to_string(), score, "{text}");
            assert_eq!(vector.band(), band, "{text}");
            assert_eq!(vector.as_str().parse(), Ok(vector), "{text}");
        }
    }

    #[test]
    fn a_vector_that_is_incomplete_or_spelled_otherwise_is_refused() {
        for text in [
            "",
            "CVSS:3.1",
            "CVSS:3.1/",
            "CVSS:3.1/AV:N",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
            "CVSS:3.1/av:n/ac:l/pr:n/ui:n/s:u/c:h/i:h/a:h",
            "CVSS:3.1/AV:n/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
            "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/E:P",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:X/E:X",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/FOO:X",
            "CVSS:4.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/",
            "CVSS:2.0/AV:N/AC:L/Au:N/C:C/I:C/A:C",
            "AV:N/AC:L/Au:N/C:C/I:C",
            "AV:N/AC:L/AU:N/C:C/I:C/A:C",
            " CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        ] {
            assert!(text.parse::<Vector>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_advisory_has_one_vector_of_each_version_and_the_newest_stands_for_all() {
        let vector = |text: &str| text.parse::<Vector>().expect("a vector");
        let three = vector("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
        let four = vector("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N");
        let both = Severity::new(vec![three.clone(), four.clone()]).expect("two versions");
        assert_eq!(both.vectors(), [four, three.clone()]);
        assert_eq!(both.headline(), "Medium (CVSS 6.9)");
        assert_eq!(Severity::new(vec![three.clone(), three]), None);
        assert_eq!(Severity::default().headline(), "Not rated");
    }
}
