//! `[eligibility]`: what may go into a patch release.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::classify::LabelName;
use super::error::{ConfigError, Place};
use super::read::{Section, Word};
use super::require::{self, Require};
use crate::model::eligibility::paths::{self, globs};
use crate::model::eligibility::{Rule, Severity};
use crate::model::kind::FixKind;
use crate::model::login::Login;
use crate::model::mail::Mail;
use crate::model::path::PathGlob;

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
    "security-only",
    "breaking-labels",
    "require",
    "rules",
    "paths",
    "labels",
    "waivers",
];
const RULES: &[&str] = &[
    "kind",
    "decision",
    "on-main",
    "line-support",
    "newer-lines",
    "breaking",
    "priority",
    "tests",
    "reviews",
    "checks",
    "applies-clean",
    "risk-assessment",
    "size",
    "paths",
    "dependencies",
    "baked",
    "embargo",
    "origin",
    "labels",
    "waivers",
];
const PATHS: &[&str] = &["forbidden", "tests", "generated"];
const LABELS: &[&str] = &["by", "labels"];
const WAIVERS: &[&str] = &["by", "rules"];

#[cfg(test)]
pub(super) const SECTIONS: &[(&str, &[&str])] = &[
    ("eligibility", ELIGIBILITY),
    ("eligibility.require", require::KEYS),
    ("eligibility.rules", RULES),
    ("eligibility.paths", PATHS),
    ("eligibility.labels", LABELS),
    ("eligibility.waivers", WAIVERS),
    ("classify", super::classify::CLASSIFY),
];

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

/// Returns the word for an admission, as `patch.toml` spells it.
pub fn admission_word(admission: Admission) -> &'static str {
    admission.word()
}

impl Word for Severity {
    const ALL: &'static [Self] = &[Self::Refuse, Self::Warn, Self::Off];

    fn word(self) -> &'static str {
        self.as_str()
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
    severities: [Severity; Rule::ALL.len()],
    /// The kinds that a line with security fixes only takes.
    pub security_only: Vec<FixKind>,
    /// The labels that say that a fix breaks something.
    pub breaking_labels: Vec<LabelName>,
    /// What every fix must bring.
    pub require: Require,
    /// Which files are what.
    pub paths: PathSets,
    /// Who may give which labels. A label that none of them covers may be given by whom the forge lets.
    pub labels: Vec<LabelRight>,
    /// Who may waive what. Empty: nobody may waive anything.
    pub waivers: Vec<WaiverRight>,
    /// Where each key stands that the file sets, by its full name: `eligibility.require.reviews`.
    places: BTreeMap<String, Place>,
}

impl Eligibility {
    /// Whether fixes of a kind may go into a patch release.
    pub fn admission(&self, kind: FixKind) -> Admission {
        self.admissions[kind as usize]
    }

    /// Returns how severe it is that a rule is broken. A rule that `require` asks nothing for is off.
    pub fn severity(&self, rule: Rule) -> Severity {
        let require = &self.require;
        let asked = match rule {
            Rule::Tests => require.tests,
            Rule::Reviews => require.reviews > 0,
            Rule::Checks => require.checks,
            Rule::RiskAssessment => require.risk_assessment,
            Rule::AppliesClean => require.applies_clean,
            Rule::Baked => require.baked_days.is_some(),
            Rule::Kind
            | Rule::Decision
            | Rule::OnMain
            | Rule::LineSupport
            | Rule::NewerLines
            | Rule::Breaking
            | Rule::Priority
            | Rule::Size
            | Rule::Paths
            | Rule::Dependencies
            | Rule::Embargo
            | Rule::Origin
            | Rule::Labels
            | Rule::Waivers => true,
        };
        if asked { self.severities[rule as usize] } else { Severity::Off }
    }

    /// Returns where a key stands in the file, by its full name; `None` where the default counts.
    pub fn place_of(&self, key: &str) -> Option<Place> {
        self.places.get(key).copied()
    }
}

impl Default for Eligibility {
    fn default() -> Self {
        let label = |name: &str| name.parse().expect("because the tests parse it");
        Self {
            admissions: FixKind::ALL.map(default_admission),
            severities: Rule::ALL.map(Rule::usual_severity),
            security_only: vec![FixKind::Security],
            breaking_labels: ["breaking", "breaking-change", "semver-major"].map(label).to_vec(),
            require: Require::default(),
            paths: PathSets::default(),
            labels: Vec::new(),
            waivers: Vec::new(),
            places: BTreeMap::new(),
        }
    }
}

fn default_admission(kind: FixKind) -> Admission {
    match kind {
        FixKind::Security | FixKind::DataLoss | FixKind::Crash | FixKind::Regression => Admission::Always,
        FixKind::Performance | FixKind::Documentation => Admission::CaseByCase,
        FixKind::Bug | FixKind::Feature | FixKind::Refactor => Admission::Never,
    }
}

/// Which files are what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSets {
    /// What only changes with an approval.
    pub forbidden: Vec<PathGlob>,
    /// Tests.
    pub tests: Vec<PathGlob>,
    /// What a program made, and code of others: it does not count for the size.
    pub generated: Vec<PathGlob>,
}

impl Default for PathSets {
    fn default() -> Self {
        Self { forbidden: globs(paths::FORBIDDEN), tests: globs(paths::TESTS), generated: globs(paths::GENERATED) }
    }
}

/// Who may give which labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRight {
    /// The labels; `None`: every label.
    pub labels: Option<Vec<LabelName>>,
    /// The accounts on the forge.
    pub by: Vec<Login>,
}

impl LabelRight {
    /// Says whether it is about a label. The case of letters does not matter.
    pub fn covers(&self, label: &str) -> bool {
        let is_it = |name: &LabelName| name.as_str().to_lowercase() == label.to_lowercase();
        self.labels.as_ref().is_none_or(|labels| labels.iter().any(is_it))
    }
}

/// Who may waive which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverRight {
    /// The rules; `None`: every rule.
    pub rules: Option<Vec<Rule>>,
    /// The mail addresses of the people.
    pub by: Vec<Mail>,
}

pub(super) fn eligibility(root: &Section<'_>) -> Result<Eligibility, ConfigError> {
    let mut result = Eligibility::default();
    let Some(section) = root.section("eligibility", "[eligibility]", ELIGIBILITY)? else { return Ok(result) };
    note_places(&section, "eligibility", &mut result.places);
    for kind in FixKind::ALL {
        if let Some(admission) = section.word(kind.as_str())? {
            result.admissions[kind as usize] = admission;
        }
    }
    if let Some(kinds) = section.list("security-only")? {
        result.security_only = kinds;
    }
    if let Some(labels) = section.list_or_nothing("breaking-labels")? {
        result.breaking_labels = labels;
    }
    if let Some(require) = section.section("require", "[eligibility.require]", require::KEYS)? {
        note_places(&require, "eligibility.require", &mut result.places);
        result.require = require::read(&require)?;
    }
    if let Some(rules) = section.section("rules", "[eligibility.rules]", RULES)? {
        note_places(&rules, "eligibility.rules", &mut result.places);
        for rule in Rule::ALL {
            if let Some(severity) = rules.word(rule.as_str())? {
                result.severities[rule as usize] = severity;
            }
        }
    }
    if let Some(paths) = section.section("paths", "[eligibility.paths]", PATHS)? {
        note_places(&paths, "eligibility.paths", &mut result.places);
        let usual = PathSets::default();
        result.paths = PathSets {
            forbidden: paths.list("forbidden")?.unwrap_or(usual.forbidden),
            tests: paths.list("tests")?.unwrap_or(usual.tests),
            generated: paths.list("generated")?.unwrap_or(usual.generated),
        };
    }
    for right in section.sections("labels", "[[eligibility.labels]]", LABELS)? {
        result.labels.push(LabelRight { by: right.require("by", right.list("by")?)?, labels: right.list("labels")? });
    }
    for right in section.sections("waivers", "[[eligibility.waivers]]", WAIVERS)? {
        result.waivers.push(WaiverRight { by: right.require("by", right.list("by")?)?, rules: right.list("rules")? });
    }
    Ok(result)
}

fn note_places(section: &Section<'_>, title: &str, places: &mut BTreeMap<String, Place>) {
    places.extend(section.places().map(|(key, place)| (format!("{title}.{key}"), place)));
}
