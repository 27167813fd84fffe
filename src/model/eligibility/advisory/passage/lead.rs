//! What introduces a list or a paragraph, and whether it leaves to that what it says.
//!
//! "Out of scope:", "For 2.0.2:", "Blocked by:": there is no end of introductions below which nothing is fixed. So only those count below
//! which people tell what a change does.

use crate::model::eligibility::advisory::fixed::{has_verb_of_fixing, is_taken_back, is_verb, plans};
use crate::model::eligibility::advisory::title::is_known;
use crate::model::eligibility::advisory::{identifiers, is_statement};
use crate::model::eligibility::conventional::typed;

/// What makes of an introduction one of what is not fixed, or of what somebody else says, whatever else is in it.
const OPENING: &[&str] = &[
    "unfixed",
    "open",
    "remain",
    "remains",
    "remaining",
    "still",
    "related",
    "refs",
    "reference",
    "references",
    "example",
    "examples",
    "planned",
    "future",
    "known",
    "left",
    "missing",
    "says",
    "said",
    "wrote",
];

/// The words one of which says that what follows is what a change does.
const TELLING: &[&str] = &[
    "change",
    "changes",
    "changed",
    "changelog",
    "commit",
    "commits",
    "contains",
    "context",
    "description",
    "details",
    "does",
    "done",
    "hardening",
    "includes",
    "included",
    "including",
    "motivation",
    "news",
    "overview",
    "pr",
    "patch",
    "release",
    "security",
    "series",
    "summary",
    "update",
    "updates",
    "what",
    "why",
    "backport",
    "backports",
    "picks",
    "cherry-pick",
    "cherry-picks",
    "highlights",
    "improvements",
    "solution",
    "resolution",
    "implementation",
    "linked",
];

/// The words that may stand beside those.
const BESIDE: &[&str] = &[
    "a",
    "all",
    "also",
    "an",
    "and",
    "are",
    "brief",
    "bug",
    "bugs",
    "consists",
    "do",
    "cve",
    "cves",
    "following",
    "for",
    "ghsa",
    "here",
    "important",
    "in",
    "is",
    "issue",
    "issues",
    "it",
    "key",
    "list",
    "main",
    "major",
    "makes",
    "minor",
    "new",
    "note",
    "notes",
    "notable",
    "of",
    "or",
    "our",
    "proposed",
    "pull",
    "reason",
    "request",
    "s",
    "short",
    "squashed",
    "summarized",
    "technical",
    "the",
    "these",
    "this",
    "vulnerability",
    "vulnerabilities",
    "was",
    "we",
    "which",
    "advisory",
    "advisories",
    "miscellaneous",
    "several",
    "two",
    "three",
];

/// What a form of Kubernetes asks for, and those made after it.
const ASKED: &str = "why we need it";

/// Says whether an introduction leaves to what follows what it says.
pub(super) fn lets_through(lead: &str) -> bool {
    let lower = lead.to_lowercase().replace(ASKED, "why");
    if is_taken_back(&lower) || has_word(&lower, OPENING) {
        return false;
    }
    let words = || lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty());
    let is_known = |word: &str| TELLING.contains(&word) || BESIDE.contains(&word) || is_verb(word);
    let tells = words().any(|word| TELLING.contains(&word) || is_verb(word));
    has_verb_of_fixing(lead) || (tells && words().all(is_known))
}

/// Says whether what stands before the first colon of a sentence leaves to what follows what it says, or names a part: `parser: fix CVE-…`.
pub(in crate::model::eligibility::advisory) fn lets_label_through(sentence: &str) -> bool {
    let Some((label, _)) = sentence.split_once(": ") else { return true };
    let is_key = || is_statement(sentence) || typed(sentence).is_some_and(|read| is_known(&read.kind));
    let is_part = || {
        let is_word = !label.contains(char::is_whitespace) && !label.starts_with(char::is_uppercase);
        is_word && !is_taken_back(label) && !opens(label)
    };
    identifiers(label).next().is_some() || is_key() || is_part() || lets_through(label)
}

/// Says whether an introduction is one of what is not fixed, or of what has to be done.
pub(in crate::model::eligibility::advisory) fn opens(label: &str) -> bool {
    has_word(label, OPENING) || plans(label)
}

/// Says whether a text has one of some words.
pub(super) fn has_word(text: &str, one_of: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| one_of.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[&str] = &[
        "Fixes:",
        "This fixes the following vulnerabilities:",
        "Security fixes",
        "Summary",
        "What this PR does / why we need it:",
        "What this PR does",
        "Which issue(s) this PR fixes:",
        "What changed",
        "What's Changed",
        "What's new",
        "Why",
        "Description:",
        "Motivation and Context",
        "Proposed changes",
        "This commit:",
        "This change includes the following:",
        "Changes in this release:",
        "Squashed commit of the following:",
        "Backports of:",
        "Cherry-picks:",
        "Fixed:",
        "Also fixed:",
        "What does this PR do?",
        "Linked issues",
        "Solution",
        "Bug fixes and improvements",
    ];

    const OTHERS: &[&str] = &[
        "Out of scope:",
        "Postponed:",
        "For 2.0.2:",
        "Changes for 2.0.2:",
        "Follow-ups:",
        "Depends on:",
        "Requires:",
        "Needs:",
        "Needed fixes:",
        "Blocked by:",
        "Dropped:",
        "Removed:",
        "Excluded:",
        "To be done:",
        "To fix:",
        "We have to fix:",
        "#90 fixes:",
        "2.0.2 fixes:",
        "Upstream fixes:",
        "History:",
        "Superseded:",
        "Not included:",
        "What is not included:",
        "Next steps:",
        "Todo",
        "Changes we need:",
        "Known issues",
        "Testing",
        "Checklist",
        "Notes of the parser:",
        "Alternatives",
        "In #90 we fixed:",
        "For later:",
        "What to do:",
        "To do",
        "",
    ];

    #[test]
    fn only_what_tells_of_the_change_introduces_what_it_fixes() {
        OWN.iter().for_each(|lead| assert!(lets_through(lead), "{lead}"));
        OTHERS.iter().for_each(|lead| assert!(!lets_through(lead), "{lead}"));
    }
}
