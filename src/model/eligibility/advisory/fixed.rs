//! Which of the advisories that a text names it says to be fixed, and which it only speaks of.
//!
//! The body of a security fix tells of others: "See also CVE-…", "Unlike CVE-…", "introduced by the fix of CVE-…". Users who read such an
//! identifier in the notes take it for fixed. So one counts only where a verb of fixing stands directly before it and nothing in the
//! sentence takes that back.

use crate::model::eligibility::prose::spoken;
use crate::model::trailer::plain_subject;

use super::passage::{Passage, passages};
use super::{identifier, is_statement, spelled_out};

mod denied;
mod in_title;

pub use denied::{denied, remarked};
pub use in_title::fixed_in_title;

/// The forms of verbs that fix. `fix`, `patch` and `remedy` are nouns, too.
const VERBS: &[&str] = &[
    "fix",
    "fixes",
    "fixed",
    "fixing",
    "resolve",
    "resolves",
    "resolved",
    "resolving",
    "address",
    "addresses",
    "addressed",
    "addressing",
    "mitigate",
    "mitigates",
    "mitigated",
    "mitigating",
    "remediate",
    "remediates",
    "remediated",
    "remediating",
    "remediation",
    "patch",
    "patches",
    "patched",
    "patching",
    "close",
    "closes",
    "closed",
    "closing",
    "prevent",
    "prevents",
    "prevented",
    "preventing",
    "remedy",
    "remedies",
    "solves",
];

/// The forms among them that are nouns, too.
const NOUNS: &[&str] = &["fix", "fixes", "patch", "patches", "remedy", "remediation"];

/// What may stand between such a verb and an identifier.
const FILLING: &[&str] = &[
    "for",
    "of",
    "the",
    "a",
    "an",
    "both",
    "security",
    "vulnerability",
    "vulnerabilities",
    "issue",
    "issues",
    "flaw",
    "flaws",
    "bug",
    "advisory",
    "advisories",
    "upstream",
    "reported",
    "as",
    "known",
    "tracked",
    "under",
    "and",
    "https",
    "http",
    "cve",
    "cves",
    "several",
    "multiple",
    "following",
];

/// What in front of a verb of fixing takes it back, in a title as in a sentence: it is denied, only tried, or of another time.
const TAKING_BACK: &[&str] = &[
    "not",
    "never",
    "cannot",
    "without",
    "partly",
    "should",
    "would",
    "could",
    "might",
    "will",
    "try",
    "tries",
    "tried",
    "attempt",
    "attempts",
    "attempted",
    "how",
    "already",
    "failed",
    "fails",
    "later",
];

/// What besides makes of a sentence, in front of the identifier, one that something is not fixed, or was or will be at another time, or
/// that it is about something else.
const VETOES: &[&str] = &[
    "no",
    "neither",
    "nor",
    "incomplete",
    "incompletely",
    "partial",
    "partially",
    "insufficient",
    "insufficiently",
    "supposed",
    "may",
    "unlike",
    "similar",
    "introduced",
    "introduces",
    "caused",
    "causes",
    "broke",
    "breaks",
    "broken",
    "regression",
    "regressed",
    "since",
    "after",
    "before",
    "previous",
    "previously",
    "earlier",
    "until",
    "unless",
    "instead",
    "if",
    "whether",
    "todo",
    "unrelated",
    "revert",
    "reverts",
    "reverted",
    "test",
    "tests",
    "follow-up",
    "followup",
    "separately",
    "wrongly",
    "see",
    "cf",
    "like",
    "than",
    "when",
    "once",
    "nobody",
    "nothing",
    "none",
    "next",
    "another",
];

/// What does so behind the identifier.
const LIMITS: &[&str] =
    &["incompletely", "partially", "partly", "insufficiently", "broke", "breaks", "forgot", "elsewhere"];

/// What makes of a title, in front of the identifier, one about something else.
const OF_OTHERS: &[&str] = &[
    "unlike",
    "similar",
    "introduced",
    "incomplete",
    "partial",
    "partially",
    "follow-up",
    "followup",
    "related",
    "see",
    "regressed",
    "revert",
    "reverts",
    "reverted",
];

/// The words between which a fix that is spoken of as a thing is the one at hand.
const AROUND: &[&str] = &[
    "this", "it", "of", "the", "a", "an", "upstream", "security", "commit", "change", "with", "to", "and", "also",
    "here",
];

/// The words that make it so.
const BRINGING: &[&str] = &[
    "is",
    "contains",
    "includes",
    "provides",
    "backport",
    "backports",
    "backported",
    "backporting",
    "apply",
    "applies",
    "add",
    "adds",
    "adding",
    "pick",
    "picks",
    "cherry-pick",
    "cherry-picks",
    "brings",
    "bring",
    "import",
    "imports",
];

/// Returns the identifiers that a change says it fixes, each once: those of its title that stand where a fix is named, and below it those
/// that a sentence or a trailer states, and those directly behind a verb of fixing. What a point of a list takes back is none.
pub fn fixed(title: &str, body: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let add = |found: &mut Vec<String>, ids: Vec<String>| {
        for id in ids {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    };
    add(&mut found, fixed_in_title(title));
    for passage in passages(&spoken(&spelled_out(body))) {
        add(&mut found, passage.fixed());
        let back = passage.taken_back();
        found.retain(|id| !back.contains(id));
    }
    found
}

/// Returns the identifiers that a sentence below a title says this change fixes: `This fixes CVE-…`.
pub fn fixed_by_this(body: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for passage in passages(&spoken(&spelled_out(body))) {
        if passage.is_of_this() {
            found.extend(passage.fixed());
        }
        let back = passage.taken_back();
        found.retain(|id| !back.contains(id));
    }
    found
}

/// Returns those of the identifiers that a change says it fixes which its title has behind a verb of fixing, or the text below it has.
pub fn said_to_be_fixed(title: &str, body: &str) -> Vec<String> {
    let mut found = said_in(plain_subject(&spelled_out(title)));
    found.extend(passages(&spoken(&spelled_out(body))).iter().flat_map(Passage::fixed));
    found
}

/// Returns the identifiers in the words that a fix has for users which are not spoken of as of something else.
pub fn fixed_in_words(words: &str) -> Vec<String> {
    let all = tokens(&spelled_out(words));
    let is_own = |at: &usize| {
        let is_of_others = all[..*at].iter().any(|token| token.is(OF_OTHERS));
        !is_of_others && behind_verb(&all[..*at]).is_none_or(|(verb, before)| fixes(verb, &before))
    };
    (0..all.len()).filter(is_own).filter_map(|at| all[at].identifier.clone()).collect()
}

fn is_denial(word: &str) -> bool {
    word.ends_with("n't") || word.ends_with("n’t")
}

/// A word of a sentence.
struct Token {
    word: String,
    identifier: Option<String>,
}

impl Token {
    fn is(&self, one_of: &[&str]) -> bool {
        self.identifier.is_none() && one_of.contains(&self.word.as_str())
    }
}

/// Splits a sentence into words. A link counts as the identifier that it ends with.
fn tokens(sentence: &str) -> Vec<Token> {
    let gap = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '\'' | '’');
    let words = sentence.split_whitespace().flat_map(|word| {
        let is_link = word.contains("://");
        let last = word.trim_end_matches(|c: char| !c.is_alphanumeric()).rsplit('/').next().unwrap_or(word);
        if is_link { vec![last] } else { word.split(gap).collect() }
    });
    let words = words.map(|word| word.trim_matches('-')).filter(|word| !word.is_empty());
    words.map(|word| Token { word: word.to_lowercase(), identifier: identifier(word) }).collect()
}

/// Returns the identifiers that a sentence says to be fixed.
pub(super) fn said_in(sentence: &str) -> Vec<String> {
    let all = tokens(sentence);
    if is_statement(sentence) {
        return all.into_iter().filter_map(|token| token.identifier).collect();
    }
    if sentence.trim_end().ends_with('?') {
        return Vec::new();
    }
    let is_limited = |at: usize| all[at..].iter().any(|token| token.is(LIMITS));
    let says_so = |at: &usize| {
        let states = || behind_verb(&all[..*at]).is_some_and(|(verb, before)| fixes(verb, &before));
        !is_back(&all[..*at]) && !is_limited(*at) && states()
    };
    (0..all.len()).filter(says_so).filter_map(|at| all[at].identifier.clone()).collect()
}

/// Says whether a text takes back what it says to be fixed, denies it, or tells of another time.
pub(super) fn is_taken_back(text: &str) -> bool {
    is_back(&tokens(text))
}

fn is_back(words: &[Token]) -> bool {
    words.iter().any(|token| token.is(TAKING_BACK) || token.is(VETOES) || is_denial(&token.word))
}

/// Says whether a text ends in a verb of fixing and what may stand between it and an identifier, so that it says of these that they are
/// fixed.
pub(super) fn has_verb_of_fixing(text: &str) -> bool {
    let words = tokens(text);
    !is_back(&words) && behind_verb(&words).is_some_and(|(verb, before)| fixes(verb, &before))
}

/// Returns the verb that stands directly before the end of some words, and what stands before that, the nearest word first.
fn behind_verb(words: &[Token]) -> Option<(&str, Vec<&str>)> {
    let near = words.iter().rev().skip_while(|token| token.identifier.is_some() || token.is(FILLING));
    let mut near = near.map(|token| token.word.as_str());
    let verb = near.next().filter(|word| VERBS.contains(word))?;
    Some((verb, near.collect()))
}

/// Says whether a word that may be a noun is a verb, or stands for the change at hand. `before` has the nearest word first.
fn fixes(verb: &str, before: &[&str]) -> bool {
    const ARTICLES: &[&str] = &["the", "a", "an", "of", "by", "from", "in", "that", "upstream", "security", "with"];
    let is_thing = NOUNS.contains(&verb) && before.first().is_some_and(|word| ARTICLES.contains(word));
    let is_brought = || before.iter().any(|word| BRINGING.contains(word));
    !is_thing || (is_brought() && before.iter().all(|word| AROUND.contains(word) || BRINGING.contains(word)))
}

#[cfg(test)]
mod tests;
