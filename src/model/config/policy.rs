//! `[eligibility]` and `[[classify]]`: what may go into a patch release, and how the kind of a fix is told.

use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::ConfigError;
use super::read::{Section, Word};
use crate::model::kind::FixKind;
use crate::model::name::{NotAName, is_unprintable, text_type};

const ELIGIBILITY: &[&str] = &[
    "security",
    "data-loss",
    "crash",
    "regression",
    "performance",
    "bug",
    "documentation",
    "feature",
    "refactor",
    "require",
];
const REQUIRE: &[&str] = &["priority", "tests", "reviews", "risk-assessment", "applies-clean", "max-changed-lines"];
const CLASSIFY: &[&str] = &["label", "kind"];

#[cfg(test)]
pub(super) const SECTIONS: &[(&str, &[&str])] =
    &[("eligibility", ELIGIBILITY), ("eligibility.require", REQUIRE), ("classify", CLASSIFY)];

/// Whether fixes of a kind may go into a patch release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Admission {
    /// They may.
    Always,
    /// A person decides.
    CaseByCase,
    /// They may not.
    Never,
}

impl Word for Admission {
    const ALL: &'static [Self] = &[Self::Always, Self::CaseByCase, Self::Never];

    fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::CaseByCase => "case-by-case",
            Self::Never => "never",
        }
    }
}

impl Word for FixKind {
    const ALL: &'static [Self] = &FixKind::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// Which kinds of fixes may go into a patch release, and what each of them must bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligibility {
    admissions: [Admission; FixKind::ALL.len()],
    /// What every fix must bring.
    pub require: Require,
}

impl Eligibility {
    /// Whether fixes of a kind may go into a patch release.
    pub fn admission(&self, kind: FixKind) -> Admission {
        self.admissions[kind as usize]
    }
}

impl Default for Eligibility {
    fn default() -> Self {
        Self { admissions: FixKind::ALL.map(default_admission), require: Require::default() }
    }
}

fn default_admission(kind: FixKind) -> Admission {
    match kind {
        FixKind::Security | FixKind::DataLoss | FixKind::Crash | FixKind::Regression => Admission::Always,
        FixKind::Performance | FixKind::Documentation => Admission::CaseByCase,
        FixKind::Bug | FixKind::Feature | FixKind::Refactor => Admission::Never,
    }
}

/// What every fix must bring. The default asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Require {
    /// The labels of which a fix needs one. Empty: none is needed.
    pub priority: Vec<LabelName>,
    /// Whether the fix must change or add a test.
    pub tests: bool,
    /// How many approving reviews it needs.
    pub reviews: u32,
    /// Whether somebody must have written down what may go wrong.
    pub risk_assessment: bool,
    /// Whether it must apply to the line without a conflict.
    pub applies_clean: bool,
    /// The most lines it may add and remove together.
    pub max_changed_lines: Option<NonZeroU32>,
}

/// One rule that tells the kind of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifyRule {
    /// What the fix must show.
    pub evidence: Evidence,
    /// The kind it then is.
    pub kind: FixKind,
}

/// What a fix can show for its kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// A label of its pull request.
    Label(LabelName),
}

/// The name of a label on a pull request or an issue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LabelName(String);

text_type!(LabelName);

impl FromStr for LabelName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim() != text || text.is_empty() {
            return Err(NotAName::new("a label", text, "it is empty, or begins or ends with a space"));
        }
        if text.chars().any(is_unprintable) {
            return Err(NotAName::new("a label", text, "it holds a control character"));
        }
        Ok(Self(text.to_owned()))
    }
}

pub(super) fn eligibility(root: &Section<'_>) -> Result<Eligibility, ConfigError> {
    let mut result = Eligibility::default();
    let Some(section) = root.section("eligibility", "[eligibility]", ELIGIBILITY)? else { return Ok(result) };
    for kind in FixKind::ALL {
        if let Some(admission) = section.word(kind.as_str())? {
            result.admissions[kind as usize] = admission;
        }
    }
    if let Some(require) = section.section("require", "[eligibility.require]", REQUIRE)? {
        result.require = Require {
            priority: require.list("priority")?.unwrap_or_default(),
            tests: require.flag("tests")?.unwrap_or(false),
            reviews: require.whole("reviews")?.unwrap_or(0),
            risk_assessment: require.flag("risk-assessment")?.unwrap_or(false),
            applies_clean: require.flag("applies-clean")?.unwrap_or(false),
            max_changed_lines: require.count("max-changed-lines")?,
        };
    }
    Ok(result)
}

pub(super) fn classify(root: &Section<'_>) -> Result<Vec<ClassifyRule>, ConfigError> {
    let mut rules: Vec<ClassifyRule> = Vec::new();
    for section in root.sections("classify", "[[classify]]", CLASSIFY)? {
        let label: LabelName = section.require("label", section.parsed("label")?)?;
        let evidence = Evidence::Label(label.clone());
        if rules.iter().any(|rule| rule.evidence == evidence) {
            return Err(section.error_at("label", format!("label '{label}' has a kind already")));
        }
        let kind = section.require("kind", section.word("kind")?)?;
        rules.push(ClassifyRule { evidence, kind });
    }
    Ok(rules)
}
