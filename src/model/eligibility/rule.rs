//! The rules of the gate: what each asks, how severe it is, and how to mend what breaks it.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::name::NotAName;

/// A rule of the gate. The order is that of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The kind of the fix may go into a patch release.
    Kind,
    /// Nobody declined it for the line.
    Decision,
    /// Main has it, and did not take it back.
    OnMain,
    /// The line is supported, and takes fixes of this kind.
    LineSupport,
    /// Every newer line has it, or does not need it.
    NewerLines,
    /// It breaks nothing that users rely on.
    Breaking,
    /// It solves an issue that is urgent enough.
    Priority,
    /// It adds or changes a test.
    Tests,
    /// People other than its author approved it.
    Reviews,
    /// Its checks are green.
    Checks,
    /// It applies to the line without a conflict.
    AppliesClean,
    /// Somebody wrote down what may go wrong.
    RiskAssessment,
    /// It is small enough.
    Size,
    /// It leaves alone what only changes with an approval.
    Paths,
    /// It raises no dependency across a major version.
    Dependencies,
    /// It was on a newer line long enough.
    Baked,
    /// It names nothing that is under embargo.
    Embargo,
    /// Every commit of a pull request to a line is a pick from main.
    Origin,
    /// The labels that count were given by people who may.
    Labels,
    /// The waivers that name it are in force.
    Waivers,
}

impl Rule {
    /// All of them, in the order of the findings.
    pub const ALL: [Self; 20] = [
        Self::Kind,
        Self::Decision,
        Self::OnMain,
        Self::LineSupport,
        Self::NewerLines,
        Self::Breaking,
        Self::Priority,
        Self::Tests,
        Self::Reviews,
        Self::Checks,
        Self::AppliesClean,
        Self::RiskAssessment,
        Self::Size,
        Self::Paths,
        Self::Dependencies,
        Self::Baked,
        Self::Embargo,
        Self::Origin,
        Self::Labels,
        Self::Waivers,
    ];

    /// Returns the id of the rule, as `patch.toml` and every result spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Decision => "decision",
            Self::OnMain => "on-main",
            Self::LineSupport => "line-support",
            Self::NewerLines => "newer-lines",
            Self::Breaking => "breaking",
            Self::Priority => "priority",
            Self::Tests => "tests",
            Self::Reviews => "reviews",
            Self::Checks => "checks",
            Self::AppliesClean => "applies-clean",
            Self::RiskAssessment => "risk-assessment",
            Self::Size => "size",
            Self::Paths => "paths",
            Self::Dependencies => "dependencies",
            Self::Baked => "baked",
            Self::Embargo => "embargo",
            Self::Origin => "origin",
            Self::Labels => "labels",
            Self::Waivers => "waivers",
        }
    }

    /// Returns how severe it is where `patch.toml` does not say.
    pub const fn usual_severity(self) -> Severity {
        match self {
            // What was given by somebody who may not counts for nothing, which is enough.
            Self::Labels | Self::Waivers => Severity::Warn,
            Self::Kind
            | Self::Decision
            | Self::OnMain
            | Self::LineSupport
            | Self::NewerLines
            | Self::Breaking
            | Self::Priority
            | Self::Tests
            | Self::Reviews
            | Self::Checks
            | Self::AppliesClean
            | Self::RiskAssessment
            | Self::Size
            | Self::Paths
            | Self::Dependencies
            | Self::Baked
            | Self::Embargo
            | Self::Origin => Severity::Refuse,
        }
    }

    /// Says whether it asks for what only a fix of main has. The others are about any commit that goes onto a line.
    pub const fn is_about_fixes(self) -> bool {
        match self {
            Self::Kind
            | Self::Decision
            | Self::OnMain
            | Self::NewerLines
            | Self::Priority
            | Self::Tests
            | Self::AppliesClean
            | Self::RiskAssessment
            | Self::Baked => true,
            Self::LineSupport
            | Self::Breaking
            | Self::Reviews
            | Self::Checks
            | Self::Size
            | Self::Paths
            | Self::Dependencies
            | Self::Embargo
            | Self::Origin
            | Self::Labels
            | Self::Waivers => false,
        }
    }

    /// Returns what the rule asks and why, in a sentence or two.
    #[expect(clippy::too_many_lines, reason = "one arm a rule, and nothing else")]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Kind => {
                "The kind of the fix is one that [eligibility] lets into a patch release: always, or case by case with a \
                 recorded decision. A kind that only hints suggest, such as words in the subject, is not told."
            }
            Self::Decision => "No maintainer declined the fix for this line.",
            Self::OnMain => {
                "The fix has landed on main and main did not take it back: what is only on a line is lost with the next \
                 minor release."
            }
            Self::LineSupport => {
                "The line is still supported. One that gets security fixes only takes the kinds that 'security-only' lists."
            }
            Self::NewerLines => {
                "Every newer supported line has the fix, or is shown not to need it: who upgrades must not get the bug back."
            }
            Self::Breaking => {
                "The fix breaks nothing that users rely on: no '!' behind the type of its title, no BREAKING CHANGE in its \
                 message or description, no label that says so. A section about breaking changes that is not empty leaves it \
                 undecided."
            }
            Self::Priority => {
                "The fix, or an issue that it solves, has one of the labels in 'priority'. A trailer does not count."
            }
            Self::Tests => "The fix adds or changes a file of tests. One that is gone or only renamed does not count.",
            Self::Reviews => {
                "So many people as 'reviews' says approved the fix, and nobody asks for changes. Its author does not count, and \
                 neither does who may not write to the repository, unless 'reviewers' says so."
            }
            Self::Checks => "The checks of the fix are green.",
            Self::AppliesClean => "Picked onto the line, the fix gives no conflict.",
            Self::RiskAssessment => {
                "Somebody wrote down what may go wrong: a trailer 'Risk:' in the message, or a heading with 'risk' in the \
                 description of the pull request with text below it."
            }
            Self::Size => {
                "The fix adds and removes no more lines than 'max-changed-lines', generated files, lock files and vendored \
                 code not counted. A file without lines, other than one of tests, leaves it undecided."
            }
            Self::Paths => {
                "The fix changes no file that 'forbidden' lists, such as workflows, migrations and interfaces, and moves none away."
            }
            Self::Dependencies => {
                "The fix raises no dependency in a manifest across a major version. What cannot be compared leaves it undecided."
            }
            Self::Baked => {
                "The fix has been on a newer line, or on main where there is none, for so many days as 'baked-days' says."
            }
            Self::Embargo => {
                "Titles, messages, paths and names of branches and people hold none of the identifiers that are under embargo. \
                 Those are read from a file of yours, and what names one is withheld from every result."
            }
            Self::Origin => {
                "Every commit of a pull request to a line is a pick of a commit that main has, and changes what that one \
                 changes, apart from conflicts that were resolved; or it belongs to the line alone: it moves the version and \
                 nothing else, or takes back what main took back too or what was declined for the line."
            }
            Self::Labels => {
                "Every label that [[eligibility.labels]] keeps for some people was given by one of them. One that was not says \
                 nothing of the kind or the priority."
            }
            Self::Waivers => {
                "Every waiver for the fix was given by somebody who may, is still in force, and names the pick that was looked at where \
                 it is one of 'origin'. One that is not counts for nothing."
            }
        }
    }

    /// Returns how to mend what breaks the rule.
    pub const fn mend(self) -> &'static str {
        match self {
            Self::Kind => {
                "say what it is with a label, a trailer 'Kind:' or 'patch-pick decide --accept'; other kinds wait for the next minor release"
            }
            Self::Decision => "record the opposite, if that is what is meant: 'patch-pick decide --accept'",
            Self::OnMain => "merge it to main first",
            Self::LineSupport => "leave the line as it is, or correct 'status' and 'until' of the line in patch.toml",
            Self::NewerLines => "pick it onto the newer lines first: 'patch-pick plan'",
            Self::Breaking => "make a fix for the line that keeps what users rely on",
            Self::Priority => "give the issue its priority, or wait for the next minor release",
            Self::Tests => "add a test that fails without the fix",
            Self::Reviews => "have it reviewed, then judge it again",
            Self::Checks => {
                "judge it again once the checks are done, or mend what fails; 'ignored-checks' in patch.toml leaves out one \
                 that waits for this verdict, and 'required-checks' names those that have to run"
            }
            Self::AppliesClean => "see what it needs first: 'patch-pick plan'",
            Self::RiskAssessment => {
                "write what may go wrong below a heading 'Risk' in the description, or as a trailer 'Risk:'"
            }
            Self::Size => "make a smaller fix for the line",
            Self::Paths => "leave these files out, or have a waiver recorded",
            Self::Dependencies => "raise the dependency within its major version, or have a waiver recorded",
            Self::Baked => "wait until it has been out there long enough",
            Self::Embargo => {
                "take the identifier out: rewrite the message, rename the branch, and tell your security team"
            }
            Self::Origin => {
                "land the change on main first and pick it with 'git cherry-pick -x' or 'patch-pick apply'; what somebody has \
                 looked at is waived for that very commit: 'patch-check waive FIX --rule origin --pick COMMIT'"
            }
            Self::Labels => "have the label given anew by somebody who may, or remove it",
            Self::Waivers => "have it given anew by somebody who may, or remove it",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Rule {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|rule| rule.as_str() == text);
        found.ok_or_else(|| NotAName::new("a rule", text, "'patch-check policy' lists them"))
    }
}

/// What it means that a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The fix may not go into a patch release.
    Refuse,
    /// It is told, and changes nothing.
    Warn,
    /// Nobody looks.
    Off,
}

impl Severity {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Warn => "warn",
            Self::Off => "off",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_listed_in_its_order_and_read_by_its_id() {
        for (at, rule) in Rule::ALL.into_iter().enumerate() {
            assert_eq!(rule as usize, at);
            assert_eq!(rule.as_str().parse(), Ok(rule));
            assert_eq!(serde_json::to_value(rule).expect("JSON"), rule.as_str());
            assert!(rule.about().ends_with('.') && !rule.mend().ends_with('.'), "{rule}");
        }
        assert!("kinds".parse::<Rule>().is_err());
    }
}
