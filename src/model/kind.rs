//! What a fix is.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

impl fmt::Display for FixKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
