//! The files that a broken rule is about.

use super::{Case, Rule};
use crate::model::arrange::Arrange as _;
use crate::model::eligibility::facts::{Applies, Touched};

/// The most files that a finding names.
const MOST_FILES: usize = 10;

impl Case<'_> {
    /// Returns the files that a broken rule is about, the most important first; none where it is about the fix as a whole.
    pub(super) fn files(&self, rule: Rule) -> Vec<String> {
        let sets = &self.policy.eligibility.paths;
        let changed = || self.facts.changed.value().into_iter().flatten();
        let counts = |file: &&Touched| !file.marked && !file.stays_in(&sets.generated);
        let mut found: Vec<&str> = match rule {
            // What lacks a test is what the fix changes; the first file that a person wrote stands for all.
            Rule::Tests => {
                changed().find(counts).or_else(|| changed().next()).map(|file| file.path.as_str()).into_iter().collect()
            }
            Rule::AppliesClean => match self.facts.applies.value() {
                Some(Applies::Conflict(files)) => files.iter().map(String::as_str).collect(),
                Some(Applies::Clean | Applies::Empty) | None => Vec::new(),
            },
            Rule::Size => {
                let mut files: Vec<&Touched> = changed().filter(counts).collect();
                files.arrange_by_key(|file| std::cmp::Reverse(file.added + file.removed));
                files.into_iter().map(|file| file.path.as_str()).collect()
            }
            Rule::Paths => {
                changed().filter(|file| file.meets(&sets.forbidden)).map(|file| file.path.as_str()).collect()
            }
            Rule::Dependencies => {
                self.facts.raised.value().into_iter().flatten().map(|raised| raised.path.as_str()).collect()
            }
            Rule::Kind
            | Rule::Decision
            | Rule::OnMain
            | Rule::LineSupport
            | Rule::NewerLines
            | Rule::Breaking
            | Rule::Priority
            | Rule::Reviews
            | Rule::Checks
            | Rule::RiskAssessment
            | Rule::Baked
            | Rule::Embargo
            | Rule::Origin
            | Rule::Labels
            | Rule::Waivers => Vec::new(),
        };
        found.dedup();
        found.into_iter().take(MOST_FILES).map(str::to_owned).collect()
    }
}
