//! What a fix needs on a line before it can be picked there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::CommitId;

/// How far the search for prerequisites goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The most prerequisites that one fix may need.
    pub max_count: usize,
    /// How many steps a prerequisite of a prerequisite may be away from the fix; the fix's own are one step away.
    pub max_depth: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { max_count: 12, max_depth: 8 }
    }
}

/// What was found about one fix on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prerequisites {
    /// The commits that the fix itself names or touches and the line lacks, in the order they landed on main. Not all of
    /// them need be needed.
    pub candidates: Vec<Candidate>,
    /// What the search came to.
    pub proof: Proof,
    /// How many picks were worked out on the way.
    pub tried: usize,
}

impl Prerequisites {
    /// Returns the commits to pick before the fix, in order, where a set is proven.
    pub fn proven(&self) -> Option<&[CommitId]> {
        match &self.proof {
            Proof::Proven { picks, cost: _ } => Some(picks),
            Proof::OverBudget { needed: _ } | Proof::DeadEnd { at: _, files: _ } => None,
        }
    }
}

/// A commit that a fix may need first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Candidate {
    /// The commit, on main.
    pub commit: CommitId,
    /// Why it may be needed.
    pub because: Because,
}

/// Why a commit may be needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Because {
    /// The message of the fix asks for it.
    Stated {
        /// The words: text from a stranger.
        text: String,
    },
    /// It last touched lines that the fix changes, or lines next to them.
    Touched {
        /// The file, as it was called before the fix; bytes that are not UTF-8 are replaced.
        path: String,
        /// How many of the lines.
        lines: u32,
    },
}

/// What the search for prerequisites came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", deny_unknown_fields, rename_all = "kebab-case")]
pub enum Proof {
    /// Picked in this order, each of them and then the fix applies without conflict.
    Proven {
        /// What to pick first. None of them can be left out, save those that messages ask for.
        picks: Vec<CommitId>,
        /// How much that is.
        cost: Cost,
    },
    /// More commits or steps would be needed than the budget allows.
    OverBudget {
        /// How many commits the search had come to.
        needed: usize,
    },
    /// A pick conflicts and no commit that the line lacks explains it: a person has to resolve it.
    DeadEnd {
        /// The commit whose pick conflicts: the fix, or a prerequisite that a message asks for.
        at: CommitId,
        /// The files that conflict.
        files: Vec<String>,
    },
}

/// How much the prerequisites bring to the line, the fix not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cost {
    /// Commits.
    pub commits: usize,
    /// Different files.
    pub files: usize,
    /// Lines added and removed.
    pub lines: u64,
}
