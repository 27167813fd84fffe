//! Lines that could not be looked at, reported beside those that could.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::apply::Failure;
use super::line::LineName;

/// A line about which nothing can be told before a person or more data helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UndecidedLine {
    /// The line.
    pub line: LineName,
    /// Why, and what to do about it.
    pub failure: Failure,
}

impl UndecidedLine {
    /// Returns one sentence for people without a full stop, with the next command where there is one. May quote strangers.
    pub fn sentence(&self) -> String {
        format!("{}: undecided: {}", self.line, self.failure.sentence())
    }
}
