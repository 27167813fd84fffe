//! `patch-check policy` and `patch-check explain`: what is in force, and what one rule asks.

use crate::model::eligibility::Rule;
use crate::model::eligibility::policy::{Explained, PolicyReport, effective, explain};
use crate::ports::protected::Protected;

/// Returns the policy in force.
pub fn policy(protected: &Protected) -> PolicyReport {
    effective(&protected.settings.config, &protected.source)
}

/// Explains one rule.
pub fn rule(rule: Rule, protected: &Protected) -> Explained {
    explain(rule, &protected.settings.config, &protected.source)
}
