//! Which identifiers a sentence says to be fixed by the change at hand.
//!
//! There is no end of sentences that have an identifier behind a verb of fixing and are about another change: "Only #102 fixes CVE-…", "The plan
//! is to fix CVE-…". So one counts only where what fixes is the change at hand.

use std::borrow::Borrow;

use crate::model::eligibility::advisory::short::is_of_less;
use crate::model::eligibility::advisory::token::{Token, tokens};
use crate::model::eligibility::advisory::{is_aim, is_statement};

use super::vocabulary::{AROUND, BRINGING, FILLING, LIMITS, NOUNS, PLANNING, RENEWALS, VERBS};
use super::{is_back, verb_before};

/// What has more words is no sentence that people write.
pub(super) const MOST_WORDS: usize = 200;

/// What may stand between a subject and its verb, or in front of a verb.
pub(super) const ADVERBS: &[&str] = &[
    "also",
    "now",
    "thus",
    "hence",
    "thereby",
    "therefore",
    "so",
    "fully",
    "completely",
    "entirely",
    "properly",
    "finally",
];

/// What tells in which order things happen.
const ORDERS: &[&str] = &["before", "after"];

/// What is the change at hand.
pub(super) const THIS: &[&str] = &["this", "it", "these", "we", "i"];

/// What a change is called where "this" stands before it, and what is a part of it.
const CHANGES: &[&str] = &["commit", "pr", "mr", "request", "series", "release", "version"];
const PARTS: &[&str] = &[
    "change", "changes", "patch", "patches", "update", "upgrade", "bump", "backport", "fix", "check", "checks", "limit",
];

/// What may stand before it.
const SORTS: &[&str] = &["new", "added", "additional", "extra", "length", "size", "bounds", "pull", "merge"];

/// What may follow behind an identifier without a mark between them.
const FOLLOWING: &[&str] = &[
    "in",
    "by",
    "with",
    "via",
    "when",
    "where",
    "for",
    "on",
    "from",
    "through",
    "and",
    "as",
    "here",
    "at",
    "of",
    "because",
    "since",
    "too",
    "also",
    "completely",
    "fully",
    "entirely",
    "properly",
    "without",
    "to",
    "which",
    "that",
    "against",
    "using",
    "thanks",
];

/// What behind an identifier makes a condition of what stands before it, whatever mark is between them.
const CONDITIONS: &[&str] = &[
    "if",
    "once",
    "unless",
    "until",
    "provided",
    "assuming",
    "except",
    "excluding",
    "only",
    "partly",
    "not",
    "later",
    "though",
    "although",
    "after",
    "none",
    "pending",
    "partial",
    "partially",
    "incomplete",
    "incompletely",
    "halfway",
];

/// What a restriction goes on with: "not in the lexer", "only on some systems".
const PLACES: &[&str] = &[
    "in",
    "on",
    "for",
    "by",
    "when",
    "if",
    "where",
    "yet",
    "all",
    "every",
    "fully",
    "completely",
    "applicable",
    "affected",
    "needed",
];

/// What makes less of what stands behind a preposition: "on most systems", "for now", "in main".
const LESSENING: &[&str] = &[
    "another",
    "certain",
    "half",
    "later",
    "main",
    "many",
    "most",
    "next",
    "now",
    "other",
    "part",
    "principle",
    "some",
    "theory",
    "upstream",
];

/// What with another change is half of something.
const TOGETHER: &[&str] = &["with", "in", "by", "after", "once", "when", "until"];

const BE: &[&str] = &["is", "are", "was", "were", "be", "been", "has", "have", "had", "gets", "get"];

/// Returns the identifiers that a sentence says to be fixed.
pub(in crate::model::eligibility::advisory) fn said_in(sentence: &str) -> Vec<String> {
    let all = tokens(sentence);
    if is_statement(sentence) || is_aim(sentence) || is_passive_of_this(sentence) {
        return all.into_iter().filter_map(|token| token.identifier).collect();
    }
    if sentence.trim_end().ends_with('?') {
        return Vec::new();
    }
    if all.len() > MOST_WORDS {
        return Vec::new();
    }
    let says_so = |at: &usize| {
        let (front, behind) = all.split_at(*at);
        verb_before(front).is_some_and(|verb| {
            !is_back_behind(front, verb) && fixes(front, verb) && !is_limited(&front[verb..], behind)
        })
    };
    named(&all).filter(says_so).filter_map(|at| all[at].identifier.clone()).collect()
}

/// Says whether words take back what the verb at a place says. Ahead of "which", a clause tells how it is fixed: that something comes before
/// or after another thing there, or is no longer so, takes nothing back, unless it tells of another fix.
fn is_back_behind(words: &[Token], verb: usize) -> bool {
    let Some(which) = which_before(words, verb) else { return is_back(words) };
    let (ahead, rest) = (&words[..which], without_orders(&words[..which]));
    let tells_of_fixes = || rest.len() < which && ahead.iter().any(|token| token.is(NOUNS));
    is_back(&rest) || is_back(&words[which..]) || tells_of_fixes()
}

/// Returns the words of a clause without those of the order in which things happen, and of what is no longer so.
fn without_orders(words: &[Token]) -> Vec<&Token> {
    let is = |at: Option<usize>, known: &[&str]| at.and_then(|at| words.get(at)).is_some_and(|token| token.is(known));
    let is_order = |at: &usize| {
        is(Some(*at), ORDERS)
            || is(Some(*at), &["no"]) && is(Some(at + 1), &["longer", "more"])
            || is(Some(*at), &["they"]) && is(at.checked_sub(1), ORDERS)
    };
    (0..words.len()).filter(|at| !is_order(at)).map(|at| &words[at]).collect()
}

/// Returns the place of the word "which" that begins the clause of the verb at a place.
pub(super) fn which_before(words: &[Token], verb: usize) -> Option<usize> {
    let before = words[..verb].iter().rposition(|token| !token.is(ADVERBS))?;
    Some(before).filter(|at| words[*at].is(&["which"]) && words[*at].begins)
}

/// Returns the places of identifiers.
pub(super) fn named(words: &[Token]) -> impl Iterator<Item = usize> + '_ {
    (0..words.len()).filter(|at| words[*at].identifier.is_some())
}

/// Returns the identifiers that a sentence has behind a verb of fixing and does not take back.
pub(in crate::model::eligibility::advisory) fn spoken_of(sentence: &str) -> Vec<String> {
    let all = tokens(sentence);
    let is_stated = is_statement(sentence);
    let counts = |at: &usize| is_stated || (!is_back(&all[..*at]) && verb_before(&all[..*at]).is_some());
    named(&all).take(MOST_WORDS).filter(counts).filter_map(|at| all[at].identifier.clone()).collect()
}

/// Says whether a text ends in a verb of fixing and what may stand between it and an identifier, so that it says of these that the change at
/// hand fixes them.
pub(in crate::model::eligibility::advisory) fn has_verb_of_fixing(text: &str) -> bool {
    let words = tokens(text);
    let Some(verb) = verb_before(&words).filter(|_| !is_back(&words)) else { return false };
    let before = &words[..verb];
    let is_listed = |token: &Token| token.is(FILLING) || token.is(&["these", "all"]);
    let is_passive = || before.split_last().is_some_and(|(last, rest)| last.is(BE) && rest.iter().all(is_listed));
    fixes(&words, verb) || is_passive()
}

/// Says whether a sentence is of the sort of `CVE-… is fixed by this commit`.
pub(in crate::model::eligibility::advisory) fn is_passive_of_this(sentence: &str) -> bool {
    let all = tokens(sentence);
    let front = all.iter().take_while(|token| token.identifier.is_some() || token.is(FILLING)).count();
    let (named, rest) = all.split_at(front);
    let mut rest = rest.iter().skip_while(|token| token.is(BE) || token.is(ADVERBS));
    let is_fixed = rest.next().is_some_and(|token| token.is(VERBS) && token.word.ends_with("ed"));
    let by: Vec<&Token> = rest.collect();
    let is_state = all.get(front).is_some_and(|token| token.is(BE));
    let is_this = match by.as_slice() {
        [here] => here.is(&["here", "hereby"]),
        [by, this] => by.is(&["by", "in", "with"]) && this.is(&["this"]),
        [by, this, what] | [by, this, _, what] => {
            by.is(&["by", "in", "with"]) && this.is(&["this"]) && (what.is(CHANGES) || what.is(PARTS))
        }
        _ => false,
    };
    is_state && is_fixed && is_this && named.iter().any(|token| token.identifier.is_some())
}

/// `This fixes …`, and `Fixes …`, so that an identifier may be a mark in it as in a title.
pub(in crate::model::eligibility::advisory) fn begins_as_fix(sentence: &str) -> bool {
    let all = tokens(sentence);
    let is_this = all.first().is_some_and(|token| token.is(THIS));
    let mut rest = all.iter().skip(usize::from(is_this)).peekable();
    while is_this && rest.next_if(|token| token.is(SORTS)).is_some() {}
    if is_this {
        rest.next_if(|token| token.is(CHANGES) || token.is(PARTS));
    }
    rest.find(|token| !token.is(ADVERBS)).is_some_and(|token| token.is(VERBS))
}

/// Says whether a sentence is about another change, so that one behind it may be about that as well.
pub(in crate::model::eligibility::advisory) fn elsewhere(sentence: &str) -> bool {
    !is_harmless(&tokens(sentence))
}

/// Says whether a text tells of what somebody has to do, or did elsewhere.
pub(in crate::model::eligibility::advisory) fn plans(text: &str) -> bool {
    is_planned(&tokens(text))
}

fn is_planned<T: Borrow<Token>>(words: &[T]) -> bool {
    words.iter().any(|token| token.borrow().is(PLANNING))
}

/// Says whether the word at a place says of the change at hand that it fixes something.
fn fixes(words: &[Token], verb: usize) -> bool {
    let (before, token) = (&words[..verb], &words[verb]);
    let is_upstream = token.word.ends_with("ed") && words[verb..].iter().any(|token| token.is(&["upstream"]));
    if token.is_quoted || is_upstream {
        return false;
    }
    const ARTICLES: &[&str] = &["the", "a", "an", "of", "by", "from", "in", "upstream", "security", "with"];
    let is_around = || before.iter().all(|token| token.is(AROUND) || token.is(BRINGING));
    if token.is(NOUNS) && before.last().is_some_and(|token| token.is(ARTICLES)) {
        let is_mark = before.iter().all(|token| token.is(&["security"]));
        return is_mark || (is_around() && before.iter().any(|token| token.is(BRINGING)));
    }
    is_of_this(before, token.begins) || (token.is(NOUNS) && is_around() && brings(before))
}

/// Says whether what stands before a verb is the change at hand, or nothing in its clause.
fn is_of_this(mut before: &[Token], mut begins: bool) -> bool {
    loop {
        let Some((last, rest)) = before.split_last() else { return true };
        if begins {
            return is_harmless(before);
        }
        if !last.is(ADVERBS) {
            return is_subject(last, rest);
        }
        (before, begins) = (rest, last.begins);
    }
}

fn is_subject(last: &Token, rest: &[Token]) -> bool {
    match last.word.as_str() {
        "which" if last.begins => is_harmless(&without_orders(rest)),
        "which" | "that" => brings(rest) && is_harmless(rest),
        "and" => is_harmless(rest),
        "to" => is_purpose(rest),
        _ if last.is(THIS) => is_apart(last.begins, rest),
        _ if last.is(CHANGES) || last.is(PARTS) => {
            let sorts = rest.iter().rev().take_while(|token| token.is(SORTS)).count();
            let Some((article, rest)) = rest[..rest.len() - sorts].split_last() else { return false };
            let is_this = article.is(&["this", "these", "our"]) || (last.is(PARTS) && article.is(&["the"]));
            is_this && is_apart(article.begins, rest)
        }
        _ => false,
    }
}

/// Says whether a clause begins behind some words, and these are of no other change.
fn is_apart(begins: bool, rest: &[Token]) -> bool {
    let is_joined = rest.last().is_none_or(|token| token.is(&["and", "so", "because"]));
    (begins || is_joined) && is_harmless(rest)
}

/// Says whether words before `to fix` tell what is done for that, as "Check the length" does, and not what somebody has to do.
pub(in crate::model::eligibility::advisory) fn aims(text: &str) -> bool {
    is_aimed(&tokens(text))
}

pub(super) fn is_aimed(rest: &[Token]) -> bool {
    let is_more = rest.len() > 1 || rest.first().is_none_or(|token| token.is(RENEWALS) || token.is(BRINGING));
    let words: Vec<String> = rest.iter().map(|token| token.word.clone()).collect();
    is_more && !is_planned(rest) && !is_of_less(&words)
}

fn is_purpose(rest: &[Token]) -> bool {
    const SUBJECTS: &[&str] = &["we", "it", "this", "i", "the", "a", "an", "there", "users", "that", "these"];
    let is_told = |token: &Token| token.is(BE) || token.is(&["way", "ways", "step", "steps"]);
    let begins = rest.first().is_some_and(|token| !token.is(SUBJECTS));
    begins && is_aimed(rest) && is_harmless(rest) && !rest.iter().any(is_told)
}

/// Says whether words name no other change but one that they bring along, and nothing that has to be done.
fn is_harmless<T: Borrow<Token>>(words: &[T]) -> bool {
    !is_planned(words) && (brings(words) || !words.iter().any(|token| token.borrow().refers))
}

/// Says whether words bring something along: "Backport of #12", "Bump the parser".
pub(super) fn brings<T: Borrow<Token>>(words: &[T]) -> bool {
    let is_act = |token: &Token| (token.is(BRINGING) && !token.is(&["is"])) || token.is(RENEWALS);
    words.iter().map(Borrow::borrow).find(|token| token.refers || is_act(token)).is_some_and(is_act)
}

/// Says whether what stands behind an identifier restricts what is said of it. `front` is what stands before it, from the verb on.
pub(super) fn is_limited(front: &[Token], behind: &[Token]) -> bool {
    let is_filling = |token: &Token| token.is(FILLING) && !token.is(FOLLOWING) && !token.begins;
    let is_named = |token: &&Token| token.identifier.is_some() || token.refers || is_filling(token);
    let rest: Vec<&Token> = behind.iter().skip_while(is_named).collect();
    let has_article = front.iter().any(|token| token.is(&["the"]));
    let Some(first) = rest.first() else { return false };
    let follows = first.begins || first.is(FOLLOWING) || (has_article && !first.is(BE));
    // What is closed as something is not fixed.
    let closes = |verb: &Token| verb.word.starts_with("clos") || verb.word.starts_with("resolv");
    let is_closed = first.is(&["as"]) && front.first().is_some_and(closes);
    let what = rest.iter().skip(1).find(|token| !token.is(&["the", "a", "an"]));
    let is_number = |token: &Token| token.word.starts_with(|c: char| c.is_ascii_digit());
    let is_lessened = !first.begins && what.is_some_and(|what| what.is(LESSENING) || is_number(what));
    let is_odd = first.is(CONDITIONS) || !follows || is_closed || is_lessened;
    is_odd || is_restricted(&rest)
}

/// Says whether words restrict what stands before them: `only on some systems`, `together with #12`.
pub(super) fn is_restricted<T: Borrow<Token>>(words: &[T]) -> bool {
    let one = |at: usize| words.get(at).map(Borrow::borrow);
    (0..words.len()).any(|at| {
        let (Some(token), next) = (one(at), one(at + 1)) else { return false };
        let is_place = || next.is_none_or(|next| next.is(PLACES));
        let is_least = || token.is(&["at"]) && next.is_some_and(|next| next.is(&["least", "most"]));
        let is_half = || next.is_some_and(|next| next.refers && !next.begins);
        token.is(LIMITS)
            || is_least()
            || (token.is(&["not", "only"]) && is_place())
            || (token.is(TOGETHER) && is_half())
    })
}
