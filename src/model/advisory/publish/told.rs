//! What was told of lines when an advisory was last published, by which it is seen that it has to be revised.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::model::advisory::Advisory;
use crate::model::advisory::lines::{LineFinding, LineVerdict};
use crate::model::advisory::upgrade::{is_unfixed, way_out};
use crate::model::error::{Error, Result};
use crate::model::sums::Sha256Sum;

/// What was told of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Told {
    /// The number of the last revision; 0: there was none.
    pub revision: u32,
    /// The SHA-256 of what was said of the lines with the flaw: which releases have it, and which repair it.
    pub lines: Sha256Sum,
}

impl Told {
    /// Returns what an advisory tells now.
    pub fn of(advisory: &Advisory) -> Self {
        let one = |line: &LineFinding| {
            let way_out = way_out(&advisory.lines, line);
            let is_waiting = is_unfixed(line) && line.support.gets_security_fixes();
            let LineFinding { name, verdict, affected, unknown, fixed_in, .. } = line;
            (*verdict != LineVerdict::NotAffected || way_out.is_some())
                .then(|| json!([name, verdict, affected, unknown, fixed_in, way_out, is_waiting]))
        };
        let lines: Vec<_> = advisory.lines.iter().filter_map(one).collect();
        let revision = advisory.revisions.last().map_or(0, |last| last.number);
        Self { revision, lines: Sha256Sum::of(json!(lines).to_string()) }
    }

    /// Says whether an advisory tells something else now, and no revision says so.
    pub fn lacks_revision(&self, advisory: &Advisory) -> bool {
        let now = Self::of(advisory);
        now.revision == self.revision && now.lines != self.lines
    }
}

/// Requires that what changed since the publication is a revision: readers tell documents apart by their numbers and dates.
///
/// # Errors
/// When it is none.
pub fn require_revised(advisory: &Advisory, told: Option<&Told>) -> Result<()> {
    let id = &advisory.id;
    match told.filter(|told| told.lacks_revision(advisory)) {
        None => Ok(()),
        Some(_) => Err(Error::no(format!("the lines of '{id}' are others than when it was published")).hint(format!(
            "say what changed: patch-advisory revise {id} --summary SUMMARY; then run the same command again"
        ))),
    }
}
