//! Findings that must come to a yes before anything else is done.

use crate::model::error::{Error, Result};
use crate::model::verify::Answer;

use super::{Finding, Verdict, answer};

/// Requires that findings come to a yes. `otherwise` is what to do about a rule that does not tell it.
///
/// # Errors
/// The first broken rule, or else the first that cannot be told.
pub fn require(what: &str, findings: &[Finding], otherwise: &str) -> Result<()> {
    let first = |verdict| findings.iter().find(|finding| finding.verdict == verdict);
    let told = |finding: Option<&Finding>, new: fn(String) -> Error| {
        let finding = finding.expect("because the answer comes from such a finding");
        let error = new(format!("{what} does not verify: {}: {}", finding.rule.as_str(), finding.detail));
        error.hint(finding.hint.as_deref().unwrap_or(otherwise))
    };
    match answer(findings) {
        Answer::Yes => Ok(()),
        Answer::No => Err(told(first(Verdict::Failed), Error::no)),
        Answer::Undecided => Err(told(first(Verdict::Undecided), Error::undecided)),
    }
}
