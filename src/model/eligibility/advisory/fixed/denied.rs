//! What a message says that it does not fix, though the one that it was picked from says that it does.

use crate::model::eligibility::advisory::passage::passages;
use crate::model::eligibility::advisory::{identifiers, spelled_out};
use crate::model::eligibility::prose::spoken;
use crate::model::trailer::plain_subject;

use super::sentence::{named, which_before};
use super::vocabulary::{FILLING, VERBS};
use super::{Token, fixed, fixed_in_title, is_denial, name_none, title, tokens, verb_before};

/// What in front of a verb of fixing denies it.
const DENYING: &[&str] = &[
    "not",
    "never",
    "cannot",
    "without",
    "partly",
    "partially",
    "incompletely",
    "neither",
    "nor",
    "no",
    "nobody",
    "nothing",
    "later",
    "prepare",
    "prepares",
    "preparing",
    "preparation",
];

/// So many words may stand between the two.
const MOST_BETWEEN: usize = 4;

/// What directly in front of an identifier says that it is not fixed.
const LEAVING: &[&str] = &["not", "without", "except", "excluding", "unfixed", "open", "remain", "remaining"];

/// What a line is not, where an advisory does not concern it.
const CONCERNED: &[&str] = &["affected", "vulnerable", "exposed"];

/// What behind an identifier begins what is told of it.
const STATES: &[&str] = &[
    "is", "isn't", "was", "wasn't", "are", "aren't", "does", "doesn't", "do", "did", "didn't", "has", "hasn't", "can",
    "can't", "cannot", "will", "won't",
];

/// What is not so of an advisory that is not fixed, behind a denial.
const NOT_SO: &[&str] = &[
    "apply",
    "applies",
    "applicable",
    "affect",
    "affects",
    "fixed",
    "addressed",
    "resolved",
    "mitigated",
    "patched",
    "closed",
    "covered",
    "included",
    "backported",
    "picked",
    "part",
    "present",
    "relevant",
    "here",
    "yet",
    "concern",
    "exist",
];

/// What says so by itself.
const OPEN: &[&str] = &[
    "open",
    "unfixed",
    "later",
    "partly",
    "partially",
    "separately",
    "elsewhere",
    "remains",
    "remain",
    "stays",
    "stay",
    "follows",
];

/// Returns the identifiers of which one of some messages, each a title and what is below it, says that it does not fix them, and no other says
/// that it does.
pub fn denied(messages: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, (title, body)) in messages.iter().enumerate() {
        let others = messages.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, message)| message);
        let by_others: Vec<String> = others
            .flat_map(|(title, body)| {
                let denied = denied_by(title, body);
                fixed(title, body).into_iter().filter(move |id| !denied.contains(id))
            })
            .collect();
        found.extend(denied_by(title, body).into_iter().filter(|id| !by_others.contains(id)));
    }
    found
}

/// Returns the identifiers that some messages, each a title and what is below it, name in sentences of their own, which none of their sources
/// has or is called, and do not say to be fixed: whoever writes of an advisory beside what a pick brings along says that something is left of it.
pub fn remarked(messages: &[(String, String)], sources: &[(String, String)]) -> Vec<String> {
    let naming: Vec<&(String, String)> = messages.iter().filter(|(title, body)| !name_none(title, body)).collect();
    if naming.is_empty() {
        return Vec::new();
    }
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let known: Vec<String> = sources.iter().map(|(_, body)| folded(&spelled_out(body))).collect();
    let called = |text: &str| folded(plain_subject(&spelled_out(text)));
    let titles: Vec<String> = sources.iter().map(|(title, _)| called(title)).collect();
    let mut found = Vec::new();
    for (title, body) in naming {
        let mut stated = fixed_in_title(title);
        let of_fix = title::is_of_fix(title);
        for passage in passages(title, &spoken(&spelled_out(body))) {
            // Who denies one of several tells them apart.
            let is_told_apart = !denied_in(&passage.joint()).is_empty();
            let is_known = is_told_apart
                || titles.contains(&called(&passage.text))
                || known.iter().any(|source| source.contains(&folded(&passage.text)));
            if is_known {
                continue;
            }
            stated.extend(passage.fixed(of_fix));
            found.extend(identifiers(&passage.text));
        }
        found.retain(|id| !stated.contains(id));
    }
    found
}

fn denied_by(title: &str, body: &str) -> Vec<String> {
    if name_none(title, body) {
        return Vec::new();
    }
    let (title, body) = (spelled_out(title), spoken(&spelled_out(body)));
    let mut found = denied_in(plain_subject(&title));
    found.extend(passages(&title, &body).iter().flat_map(|passage| denied_in(&passage.joint())));
    found
}

/// Returns the identifiers of which a sentence says that they are not fixed.
pub(super) fn denied_in(sentence: &str) -> Vec<String> {
    let clauses = sentence.split("; ").filter(|clause| identifiers(clause).next().is_some());
    clauses
        .flat_map(|clause| {
            let all = tokens(clause);
            let ids = named(&all).filter(|at| is_denied(&all, *at)).filter_map(|at| all.get(at)?.identifier.clone());
            ids.collect::<Vec<_>>()
        })
        .collect()
}

fn is_denied(all: &[Token], at: usize) -> bool {
    let (before, behind) = all.split_at(at);
    is_denied_before(before) || is_denied_behind(behind)
}

/// `This does not fix CVE-…`, `but not CVE-…`, `We are not affected by CVE-…`.
fn is_denied_before(before: &[Token]) -> bool {
    let denies = |token: &Token| token.is(DENYING) || is_denial(&token.word);
    let verb = verb_before(before);
    // What is no longer so ahead of "which" is how it is fixed.
    let clause = |verb: usize| &before[which_before(before, verb).unwrap_or_default()..verb];
    if verb.is_some_and(|verb| clause(verb).iter().rev().take(MOST_BETWEEN).any(denies)) {
        return true;
    }
    let near = before.iter().rev().skip_while(|token| token.identifier.is_some() || token.is(FILLING));
    let near: Vec<&Token> = near.take(MOST_BETWEEN).collect();
    let is_left = near.first().is_some_and(|token| token.is(LEAVING));
    is_left || (near.iter().any(|token| token.is(CONCERNED)) && near.iter().any(|token| denies(token)))
}

/// `CVE-… does not apply here`, `CVE-… is fixed later`.
fn is_denied_behind(behind: &[Token]) -> bool {
    let told = behind.iter().skip_while(|token| token.identifier.is_some() || token.is(&["and", "or", "both"]));
    let told: Vec<&Token> = told.take(1 + MOST_BETWEEN).collect();
    let Some((first, rest)) = told.split_first() else { return false };
    let denies = |token: &&&Token| token.is(&["not", "never", "cannot"]) || is_denial(&token.word);
    let is_not_so = || told.iter().find(denies).is_some() && rest.iter().any(|token| token.is(NOT_SO));
    first.is(OPEN) || (first.is(STATES) && (is_not_so() || rest.iter().any(|token| token.is(OPEN))))
}

/// Says whether words tell that something is not fixed, or not concerned, without naming what.
pub(super) fn leaves_open(all: &[Token]) -> bool {
    const STATES: &[&str] =
        &["safe", "applicable", "apply", "affect", "affects", "affected", "complete", "done", "yet"];
    let denies = |token: &Token| token.is(&["not", "never", "cannot", "nor", "without"]) || is_denial(&token.word);
    let is_one = |token: &Token| token.is(VERBS) || token.is(STATES) || token.is(&["backported", "picked"]);
    (0..all.len()).any(|at| denies(&all[at]) && all[at + 1..].iter().take(MOST_BETWEEN).any(is_one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        denied(&[("Harden input (#110)".to_owned(), text.to_owned())])
    }

    #[test]
    fn a_message_says_what_it_does_not_fix() {
        for text in [
            "This does not fix CVE-2026-6001 yet.",
            "This does not yet\nfix CVE-2026-6001.",
            "It doesn't fix CVE-2026-6001.",
            "This is not a fix for CVE-2026-6001.",
            "This is the refactoring without the fix for CVE-2026-6001.",
            "A later change will fix CVE-2026-6001.",
            "It partly fixes CVE-2026-6001.",
            "Only CVE-2026-6002; CVE-2026-6001 does not apply here.",
            "CVE-2026-6001 doesn't affect this line.",
            "CVE-2026-6001 is not fixed by this.",
            "CVE-2026-6001 has not been fixed yet.",
            "CVE-2026-6001 stays open.",
            "CVE-2026-6001 is fixed later.",
            "Fixes CVE-2026-6002, but not CVE-2026-6001.",
            "We are not affected by CVE-2026-6001.",
            "The following remain unfixed:\n\n* CVE-2026-6001",
        ] {
            assert_eq!(of(text), ["CVE-2026-6001"], "{text}");
        }
        for text in [
            "Fixes: CVE-2026-6001",
            "This fixes CVE-2026-6001.",
            "This does not only mend the list, it fixes much. Fixes CVE-2026-6001.",
            "CVE-2026-6001 is an overflow where names are not checked.",
            "Names were not checked.\n\nFixes: CVE-2026-6001",
            "CVE-2026-6001: the length is not checked",
            "See CVE-2026-6001.",
        ] {
            assert_eq!(of(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_only_the_pick_says_leaves_an_advisory_open() {
        let of = |own: &str, source: &str| {
            let message = |body: &str| vec![("Harden input (#110)".to_owned(), body.to_owned())];
            remarked(&message(own), &message(source))
        };
        let source = "Names were not checked, see\nCVE-2026-6001.\n\nFixes: CVE-2026-6001";
        for own in [
            "2.0 remains vulnerable to CVE-2026-6001.",
            "The fix for CVE-2026-6001 was left out here.",
            "CVE-2026-6001\nneeds another change on this line.",
            "Backport note: CVE-2026-6001 not included",
            "[backport: dropped the part about CVE-2026-6001]",
            "CVE-2026-6001: n/a for 2.0",
            "Names were not checked.\n\nFixes: CVE-2026-6001\n\n2.0 remains vulnerable to CVE-2026-6001.",
        ] {
            assert_eq!(of(own, source), ["CVE-2026-6001"], "{own}");
        }
        for own in [
            source,
            "Names were not checked, see CVE-2026-6001.",
            "Fixes: CVE-2026-6001",
            "This fixes CVE-2026-6001.",
            "",
        ] {
            assert_eq!(of(own, source), Vec::<String>::new(), "{own}");
        }
    }

    #[test]
    fn what_another_commit_of_it_fixes_is_not_denied() {
        let message = |title: &str, body: &str| (title.to_owned(), body.to_owned());
        let first = message("Prepare the list", "This does not fix CVE-2026-6001 yet.");
        let second = message("Check the list", "Fixes: CVE-2026-6001");
        assert_eq!(denied(&[first.clone(), second]), Vec::<String>::new());
        assert_eq!(denied(&[message("Prepare to fix CVE-2026-6001", "")]), ["CVE-2026-6001"]);
        assert_eq!(denied(&[first]), ["CVE-2026-6001"]);
    }
}
