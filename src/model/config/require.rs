//! `[eligibility.require]`: what every fix must bring.

use std::num::NonZeroU32;

use super::classify::LabelName;
use super::error::ConfigError;
use super::read::{Section, Word};

/// The keys of `[eligibility.require]`.
pub(super) const KEYS: &[&str] = &[
    "priority",
    "tests",
    "reviews",
    "reviewers",
    "reviewed-head",
    "checks",
    "ignored-checks",
    "required-checks",
    "risk-assessment",
    "applies-clean",
    "max-changed-lines",
    "baked-days",
];

/// What every fix must bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Require {
    /// The labels of which a fix, or an issue that it solves, needs one.
    pub priority: Vec<LabelName>,
    /// Whether the fix must change or add a test.
    pub tests: bool,
    /// How many people must approve it.
    pub reviews: u32,
    /// Whose reviews count.
    pub reviewers: Reviewers,
    /// Whether only approvals of the newest commit of a pull request count.
    pub reviewed_head: bool,
    /// Whether its checks must be green.
    pub checks: bool,
    /// The names of the checks that do not count, whoever they are by.
    pub ignored_checks: Vec<String>,
    /// The names of checks that must have succeeded, whoever they are by.
    pub required_checks: Vec<String>,
    /// Whether somebody must have written down what may go wrong.
    pub risk_assessment: bool,
    /// Whether it must apply to the line without a conflict.
    pub applies_clean: bool,
    /// The most lines it may add and remove together.
    pub max_changed_lines: NonZeroU32,
    /// For how many days it must have been on a newer line. `None`: for none.
    pub baked_days: Option<NonZeroU32>,
}

impl Default for Require {
    fn default() -> Self {
        let label = |name: &str| name.parse().expect("because the tests parse it");
        Self {
            priority: ["P0", "P1"].map(label).to_vec(),
            tests: true,
            reviews: 1,
            reviewers: Reviewers::Write,
            reviewed_head: false,
            checks: true,
            ignored_checks: Vec::new(),
            required_checks: Vec::new(),
            risk_assessment: true,
            applies_clean: true,
            max_changed_lines: NonZeroU32::new(300).expect("because 300 is not zero"),
            baked_days: None,
        }
    }
}

/// Whose reviews count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reviewers {
    /// Those of people who may write to the repository, as for reviews that GitHub itself requires ("About protected branches" in
    /// its documentation).
    Write,
    /// Everybody's.
    Anyone,
}

impl Reviewers {
    /// Returns the word for it, as `patch.toml` spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Anyone => "anyone",
        }
    }
}

impl Word for Reviewers {
    const ALL: &'static [Self] = &[Self::Write, Self::Anyone];

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// Reads the section.
pub(super) fn read(section: &Section<'_>) -> Result<Require, ConfigError> {
    let usual = Require::default();
    Ok(Require {
        priority: section.list("priority")?.unwrap_or(usual.priority),
        tests: section.flag("tests")?.unwrap_or(usual.tests),
        reviews: section.whole("reviews")?.unwrap_or(usual.reviews),
        reviewers: section.word("reviewers")?.unwrap_or(usual.reviewers),
        reviewed_head: section.flag("reviewed-head")?.unwrap_or(usual.reviewed_head),
        checks: section.flag("checks")?.unwrap_or(usual.checks),
        ignored_checks: section.list("ignored-checks")?.unwrap_or(usual.ignored_checks),
        required_checks: section.list("required-checks")?.unwrap_or(usual.required_checks),
        risk_assessment: section.flag("risk-assessment")?.unwrap_or(usual.risk_assessment),
        applies_clean: section.flag("applies-clean")?.unwrap_or(usual.applies_clean),
        max_changed_lines: section.count("max-changed-lines")?.unwrap_or(usual.max_changed_lines),
        baked_days: section.count("baked-days")?,
    })
}
