//! Which of the advisories that a title names it says to be fixed.
//!
//! A title has little room, so that an identifier in it is mostly a mark: `CVE-…: check the length`, `Check the length (CVE-…)`. In a
//! sentence it says what it says: "Disable the check for CVE-…" fixes nothing.

use crate::model::eligibility::advisory::short::{PROTECTING, SEEN, is_part, only_looks};
use crate::model::eligibility::advisory::title::{self, titled};
use crate::model::eligibility::advisory::{are_identifiers, falls_short, identifiers, spelled_out};
use crate::model::trailer::plain_subject;

use super::sentence::{ADVERBS, MOST_WORDS, THIS, brings, is_aimed, is_limited, named};
use super::vocabulary::{AROUND, BRINGING, FILLING, LIMITS, NOUNS, OF_OTHERS, RENEWALS, TAKING_BACK, VERBS};
use super::{Token, is_back, is_denial, tokens};

/// What besides takes a verb of fixing of a title back that stands directly behind it, or nearly so.
const NEAR_VETOES: &[&str] = &["prepare", "prepares", "preparing", "preparation", "undo", "undoes"];

/// What besides brings what it describes: "Use a parser that fixes CVE-…".
const BRINGING_ALONG: &[&str] =
    &["use", "uses", "switch", "introduce", "implement", "make", "pull", "take", "merge", "land", "port"];

/// What stands before a fix as a thing.
const BEFORE_NOUNS: &[&str] =
    &["the", "a", "an", "of", "by", "from", "in", "with", "security", "upstream", "backport", "add", "adds", "apply"];

/// What directly behind an identifier is mended itself, or comes of mending it.
const AFTER: &[&str] = &["fix", "fixes", "patch", "patches", "mitigation", "test", "tests", "check", "checks"];

/// What a name of a flaw has none of: "Fix Go CVE-…" is of the flaw, "Fix the log of CVE-…" of the log.
const BINDING: &[&str] = &[
    "of", "for", "in", "from", "by", "about", "to", "that", "which", "when", "where", "if", "as", "at", "on", "after",
    "before", "like", "and", "or", "with", "despite", "since", "because", "due",
];

/// So many words may name the flaw or the part between a verb and an identifier.
const MOST_OF_A_NAME: usize = 2;

/// What behind an identifier tells something of it.
const STATES: &[&str] = &["is", "was", "are", "were", "does", "did", "has", "cannot", "needs", "not"];

/// What the verbs begin with that make something safe against a flaw.
const HARDENING: &[&str] = &["harden", "protect", "guard", "safeguard", "defend", "secure"];

/// What is made for the work on an advisory, and not against it.
const UPKEEP: &[&str] = &["build", "ci", "lint", "message", "messages", "notes", "guide", "severity", "score"];

/// Returns the identifiers of a title that it says to be fixed: those that it bears as a mark, those behind a verb of fixing, and those
/// that a newer dependency is taken for.
pub fn fixed_in_title(title: &str) -> Vec<String> {
    fixed_in(title, true)
}

/// Says whether a title has an identifier behind a verb of fixing, or as what a change is the answer to.
pub(in crate::model::eligibility::advisory) fn says_to_fix(title: &str) -> bool {
    !fixed_in(title, false).is_empty()
}

/// Returns the identifiers of a title that falls short of a fix and is for one: of a part, or with the identifier as a mark, as in
/// `CVE-…: prepare the fix`. What is only looked at, or shown, is for none.
pub(super) fn begun_in_title(title: &str) -> Vec<String> {
    let title = spelled_out(title);
    let named = titled(&title);
    if is_part(&title) {
        return named;
    }
    let is_begun = falls_short(&title) && !only_looks(&title);
    let marks = if is_begun { marks(plain_subject(&title)) } else { Vec::new() };
    named.into_iter().filter(|id| marks.contains(id)).collect()
}

/// Returns those that a title says to be fixed, with those that it bears as a mark or that are why a dependency is renewed where these count.
fn fixed_in(title: &str, marks_count: bool) -> Vec<String> {
    let whole = spelled_out(title);
    let title = plain_subject(&whole).trim_end_matches(['.', '!']);
    if titled(title).is_empty() || falls_short(&whole) {
        return Vec::new();
    }
    let marks = if marks_count { marks(title) } else { Vec::new() };
    let all = tokens(title);
    if all.len() > MOST_WORDS {
        return Vec::new();
    }
    let clause = title.rsplit_once(": ").map_or(0, |(before, _)| tokens(before).len());
    let is_fixed = |at: &usize| {
        let before = &all[..*at];
        let own = if *at >= clause { &all[clause..*at] } else { before };
        let behind = all[*at..].iter().skip_while(|token| token.identifier.is_some()).collect::<Vec<_>>();
        let is_mark = all[*at].identifier.as_ref().is_some_and(|id| marks.contains(id));
        let is_state = behind.first().is_some_and(|token| token.is(STATES));
        let is_limited = || is_state || behind.iter().any(|token| token.is(LIMITS));
        let says =
            |words: &[Token]| is_behind_verb(words, &behind) || is_fix_of(words, &behind) || is_answer(words, &behind);
        let is_said =
            || is_mark || (!is_limited() && (says(before) || says(own) || (marks_count && is_renewal(before))));
        !before.iter().any(|token| token.is(OF_OTHERS)) && is_said()
    };
    named(&all).filter(is_fixed).filter_map(|at| all[at].identifier.clone()).collect()
}

/// Returns those that a sentence that begins as a fix holds as a title does: `Fixes an overflow (CVE-…)`, `Fixes an overflow for CVE-…`.
pub(in crate::model::eligibility::advisory) fn held_in(sentence: &str) -> Vec<String> {
    let sentence = plain_subject(sentence).trim_end_matches(['.', '!']);
    let all = tokens(sentence);
    if sentence.ends_with('?') || titled(sentence).is_empty() || falls_short(sentence) || all.len() > MOST_WORDS {
        return Vec::new();
    }
    let verb = all.iter().position(|token| token.is(VERBS)).unwrap_or_default();
    let is_held = |at: &usize| {
        let (front, behind) = (all.get(verb..*at).unwrap_or_default(), &all[*at..]);
        let next: Vec<&Token> = behind.iter().skip_while(|token| token.identifier.is_some()).collect();
        let says = is_behind_verb(front, &next) || is_answer(front, &next);
        says && !is_back(front) && !is_limited(front, behind)
    };
    let held = named(&all).filter(is_held).filter_map(|at| all[at].identifier.clone());
    marks(sentence).into_iter().chain(held).collect()
}

/// Returns the identifiers that stand in front of a title or at its end, and belong to no sentence.
fn marks(title: &str) -> Vec<String> {
    let in_front = title::in_front(title);
    let at_end = title
        .strip_suffix([')', ']', '}'])
        .and_then(|inside| inside.rsplit_once(['(', '[', '{']))
        .map(|(_, inside)| inside);
    let behind_comma = || title.rsplit_once(", ").or_else(|| title.rsplit_once(" - ")).map(|(_, behind)| behind);
    // How GitHub merges the private fork in which an advisory was worked on.
    let merged = || title.strip_prefix("Merge pull request from ");
    let some = [at_end, behind_comma(), merged()].into_iter().flatten().chain(title.split(": "));
    let marks = [in_front].into_iter().chain(some.filter(|text| are_identifiers(text))).flat_map(identifiers);
    marks.chain(title::behind_security(title).into_iter().flat_map(at_end_of)).collect()
}

/// Returns the identifiers at the end of what a title of security says, where they belong to no word before them: `check the length CVE-…`.
fn at_end_of(clause: &str) -> Vec<String> {
    let all = tokens(clause);
    let ids: Vec<String> = all.iter().rev().map_while(|token| token.identifier.clone()).collect();
    let own = &all[..all.len() - ids.len()];
    let is_apart = own.len() > 1 && !own.last().is_some_and(|token| token.is(BINDING));
    if is_apart { ids } else { Vec::new() }
}

/// Says whether words end in a verb of fixing, and what it may have between it and an identifier with these words behind it.
fn is_behind_verb(words: &[Token], behind: &[&Token]) -> bool {
    let filled = |token: &&Token| token.identifier.is_some() || token.is(FILLING);
    let filling = words.iter().rev().take_while(filled).count();
    let (front, between) = words.split_at(words.len() - filling);
    let names = front.iter().rev().take_while(|token| !token.is(VERBS) && !token.is(BINDING)).count();
    let Some(verb) = front.len().checked_sub(names + 1).filter(|at| front[*at].is(VERBS)) else { return false };
    let binds = |token: &Token| token.is(BINDING) && !token.is(&["as"]);
    let telling = front[verb + 1..].iter().filter(|token| !token.is(&["the", "a", "an"])).count();
    if telling > MOST_OF_A_NAME || (names > 0 && between.iter().any(binds)) {
        return false;
    }
    let before = &front[..verb];
    let near = &before[before.len().saturating_sub(3)..];
    if near.iter().any(|token| token.is(TAKING_BACK) || token.is(NEAR_VETOES) || is_denial(&token.word)) {
        return false;
    }
    // What is in brackets with more is of that.
    let is_enclosed = names > 0 && words[verb + 1..].iter().any(|token| token.begins);
    if behind.first().is_some_and(|next| !next.begins && (is_enclosed || next.is(AFTER))) {
        return false;
    }
    if before.split_last().is_some_and(|(last, rest)| !front[verb].begins && !is_of_it(last, rest)) {
        return false;
    }
    let has_article =
        before.last().is_some_and(|token| token.is(&["the", "a", "an", "of", "by", "from", "in", "with"]));
    let is_of = between.iter().any(|token| token.is(&["for", "of"]));
    let is_thing = front[verb].is(NOUNS) && (has_article || is_of);
    let is_brought = || !has_article || before.iter().any(|token| token.is(BRINGING));
    !is_thing || (before.iter().all(|token| token.is(AROUND) || token.is(BRINGING)) && is_brought())
}

/// `Handle CVE-…`, `Harden names against CVE-…`, `Fix an overflow for CVE-…`, `Upgrade lodash for CVE-…`.
fn is_answer(words: &[Token], behind: &[&Token]) -> bool {
    let filled = |token: &&Token| token.identifier.is_some() || (token.is(FILLING) && !token.is(&["for"]));
    let front = &words[..words.len() - words.iter().rev().take_while(filled).count()];
    let Some((first, rest)) = front.split_first() else { return false };
    let begins = |stems: &[&str]| stems.iter().any(|stem| first.word.starts_with(stem));
    let names = rest.split_last().map(|(last, names)| (last.word.as_str(), names));
    let is_one = match names {
        None => begins(&["handl"]),
        Some(("against", _)) => begins(HARDENING) || first.is(VERBS),
        Some(("for", [name, ..])) => {
            let mends = first.is(VERBS) && !begins(&["clos", "resolv", "address"]);
            mends || (begins(&["bump", "upgrad"]) && !name.is(&["the", "a", "an"]))
        }
        Some(_) => false,
    };
    let is_aside = |token: &Token| {
        let is_other = token.is(PROTECTING) || token.is(SEEN) || token.is(UPKEEP) || token.is(BRINGING);
        is_other || token.refers || is_denial(&token.word)
    };
    is_one
        && !is_back(front)
        && !rest.iter().any(is_aside)
        && behind.first().is_none_or(|next| next.begins || next.is(BINDING))
}

/// Says whether the word before a verb lets it say what the title does.
fn is_of_it(last: &Token, rest: &[Token]) -> bool {
    let along = || brings(rest) || rest.iter().any(|token| token.is(BRINGING_ALONG));
    match last.word.as_str() {
        "to" => is_aimed(rest),
        "which" | "that" => last.begins || along(),
        "and" => true,
        _ => last.is(ADVERBS) || last.is(BEFORE_NOUNS) || (last.is(THIS) && rest.is_empty()) || along(),
    }
}

/// `CVE-… fix`, `Backport CVE-…`, `Apply the CVE-… patch`.
fn is_fix_of(words: &[Token], behind: &[&Token]) -> bool {
    let own: Vec<&Token> = words.iter().filter(|token| token.identifier.is_none()).collect();
    let is_around = own.iter().all(|token| token.is(AROUND) || token.is(BRINGING));
    let is_fix = behind.first().is_some_and(|token| token.is(NOUNS) || token.is(&["mitigation"]));
    let is_backport = own.first().is_some_and(|token| token.word.starts_with("backport"));
    is_around && (is_fix || is_backport)
}

/// `Bump the parser to 1.2.3 due to CVE-…`.
pub(super) fn is_renewal(words: &[Token]) -> bool {
    let known = |token: &&Token| token.identifier.is_some() || token.is(&["cve", "cves", "and", "the"]);
    let mut near = words.iter().rev().skip_while(known).map(|token| token.word.as_str());
    let is_reason = match (near.next(), near.next()) {
        (Some("to"), Some("due")) | (Some("of"), Some("because")) => true,
        (Some("for" | "against"), Some(_)) => words.iter().any(|token| is_version(&token.word)),
        (_, _) => false,
    };
    is_reason && words.iter().any(|token| token.is(RENEWALS))
}

pub(super) fn is_version(word: &str) -> bool {
    word.strip_prefix('v').unwrap_or(word).starts_with(|c: char| c.is_ascii_digit())
}
