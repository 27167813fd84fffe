//! What a fix is.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::name::NotAName;

/// What a fix is. The order is the order of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FixKind {
    /// Closes a way to attack.
    Security,
    /// Stops data from being lost or damaged.
    DataLoss,
    /// Stops the program from ending or hanging.
    Crash,
    /// Restores what an earlier release did.
    Regression,
    /// Makes it faster or smaller.
    Performance,
    /// Corrects any other wrong behaviour.
    Bug,
    /// Changes what is written about the product.
    Documentation,
    /// Adds behaviour.
    Feature,
    /// Changes the code and no behaviour.
    Refactor,
}

impl FixKind {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 9] = [
        Self::Security,
        Self::DataLoss,
        Self::Crash,
        Self::Regression,
        Self::Performance,
        Self::Bug,
        Self::Documentation,
        Self::Feature,
        Self::Refactor,
    ];

    /// Says whether it corrects what users meet.
    pub const fn corrects(self) -> bool {
        match self {
            Self::Security | Self::DataLoss | Self::Crash | Self::Regression | Self::Performance | Self::Bug => true,
            Self::Documentation | Self::Feature | Self::Refactor => false,
        }
    }

    /// Returns the word for it, as `patch.toml` and every result spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::DataLoss => "data-loss",
            Self::Crash => "crash",
            Self::Regression => "regression",
            Self::Performance => "performance",
            Self::Bug => "bug",
            Self::Documentation => "documentation",
            Self::Feature => "feature",
            Self::Refactor => "refactor",
        }
    }
}

impl FromStr for FixKind {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            let rule = "the kinds are security, data-loss, crash, regression, performance, bug, documentation, feature and refactor";
            NotAName::new("a kind", text, rule)
        })
    }
}

impl fmt::Display for FixKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
