//! What makes a fix of an advisory whole that was not.
//!
//! There is no end of titles for it: "Complete the fix of CVE-…", "Really fix CVE-…", "Follow-up to CVE-…". But each says one of two things: that
//! something is done to a fix, or that something was left of it. What only comes of a fix, or is like its flaw, says neither.

use super::short::is_done_to_a_fix;
use super::title::{ASIDE, words};
use super::token::tokens;

/// What is done to a fix that is not whole.
const DONE: &[&str] = &[
    "repair",
    "repairs",
    "correct",
    "corrects",
    "complete",
    "completes",
    "completed",
    "completing",
    "finish",
    "finishes",
    "finished",
    "finishing",
    "improve",
    "improves",
    "extend",
    "extends",
    "strengthen",
];

/// What says of a fix that something was left of it.
const LEFT: &[&[&str]] = &[
    &["incomplete"],
    &["incompletely"],
    &["insufficient"],
    &["insufficiently"],
    &["inadequate"],
    &["really"],
    &["properly"],
    &["bypass"],
    &["bypasses"],
    &["bypassed"],
    &["bypassing"],
    &["circumvented"],
    &["missed"],
    &["overlooked"],
    &["forgot"],
    &["forgotten"],
    &["remaining"],
    &["followup"],
    &["followups"],
    &["follow", "up"],
    &["follow", "ups"],
    &["follow", "on"],
    &["not", "enough"],
    &["not", "complete"],
    &["not", "sufficient"],
    &["not", "cover"],
    &["not", "fully"],
    &["another", "part"],
];

/// What is, besides, about something else than the flaw: what a fix broke, what is written, and another flaw.
const OTHERWISE: &[&str] =
    &["regression", "regressions", "fallout", "notes", "comment", "comments", "like", "unlike", "similar", "unrelated"];

/// Returns the identifiers in a sentence, or a title, of the flaws whose fix it makes whole.
pub(super) fn made_whole(sentence: &str) -> Vec<String> {
    let tokens = tokens(&sentence.replace("n't", " not").replace("n’t", " not"));
    let named: Vec<String> = tokens.iter().filter_map(|token| token.identifier.clone()).collect();
    if named.is_empty() {
        return named;
    }
    let all: Vec<String> =
        tokens.iter().filter(|token| token.identifier.is_none()).flat_map(|token| words(&token.word)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let is_left = || LEFT.iter().any(|phrase| all.windows(phrase.len()).any(|some| some == *phrase));
    let is_otherwise = all.iter().any(|word| ASIDE.contains(word) || OTHERWISE.contains(word));
    let is_done = || is_done_to_a_fix(&all, |word| DONE.contains(&word));
    if !is_otherwise && (is_left() || is_done()) { named } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_goes_on_with_a_fix_says_that_something_was_left_of_it() {
        for sentence in [
            "Complete the fix of ID",
            "Finish the fix for ID (#12)",
            "Complete fix for ID",
            "Follow-up to ID: check the other path",
            "ID follow-up: check the other path",
            "Fix incomplete fix of ID",
            "Fix incomplete ID fix",
            "Fix the ID fix on Windows",
            "Really fix ID",
            "Improve the fix for ID",
            "Fix a bypass of the fix for ID",
            "parser: properly fix ID",
            "The fix of ID was incomplete.",
            "This completes the fix for ID.",
            "The first fix for ID doesn't cover IPv6.",
            "The fix for ID missed the second path.",
        ] {
            assert_eq!(made_whole(&sentence.replace("ID", "CVE-2026-12345")), ["CVE-2026-12345"], "{sentence}");
        }
        for sentence in [
            "Fix regression from the ID fix",
            "Fix a regression of the incomplete fix of ID",
            "Add a test for ID",
            "Add the missed test for ID",
            "Document the incomplete fix of ID",
            "Fix build after ID patch",
            "Fix performance of the ID fix",
            "Similar to ID, it can be bypassed.",
            "Unlike ID, it is not fully understood.",
            "See ID.",
            "store: refactor the check of ID",
            "Check the length",
            "Complete the fix",
        ] {
            let said = made_whole(&sentence.replace("ID", "CVE-2026-12345"));
            assert_eq!(said, Vec::<String>::new(), "{sentence}");
        }
    }
}
