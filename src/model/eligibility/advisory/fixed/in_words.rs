//! Which of the advisories that words for users name they say to be fixed.
//!
//! A person wrote them for those who read the notes, so that it is enough that they name one in one of the forms of a title. Whoever says more of
//! one may say that it is not fixed.

use crate::model::arrange::Arrange as _;
use crate::model::eligibility::advisory::passage::{is_left, lets_label_through, opens, sentences, tells_of_rest};
use crate::model::eligibility::advisory::token::{Token, tokens};
use crate::model::eligibility::advisory::{are_identifiers, falls_short, identifiers, spelled_out};

use super::denied::{denied_in, leaves_open};
use super::in_title::{is_renewal, is_version};
use super::sentence::{MOST_WORDS, is_limited, is_restricted, named, plans, said_in};
use super::vocabulary::{FILLING, OF_OTHERS};
use super::{is_back, is_taken_back, title, verb_before};

/// What words for users say of advisories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InWords {
    /// Those that they say to be fixed.
    pub fixed: Vec<String>,
    /// The others that they name.
    pub open: Vec<String>,
}

/// What says of a sentence openly that something is left.
const OPEN: &[&str] = &[
    "remain",
    "remains",
    "stay",
    "stays",
    "still",
    "unfixed",
    "partly",
    "partially",
    "mostly",
    "incomplete",
    "incompletely",
    "halfway",
    "planned",
    "pending",
    "unless",
    "except",
];

/// What only leaves that in doubt, or makes of it one about something else.
const DOUBTFUL: &[&str] = &["yet", "see", "todo", "follow-up", "followup", "until", "reproducer"];

/// What sends users to another release.
const SENDING: &[&str] = &["upgrade", "update", "move", "switch"];

/// What is no more where an advisory is fixed.
const ENDED: &[&str] =
    &["fixed", "resolved", "addressed", "mitigated", "closed", "patched", "remediated", "prevented", "gone"];

/// What has no version of its own: the version behind it is that of another release.
const OWN: &[&str] = &["version", "release", "line", "branch", "patch", "only"];

/// So many words may name a dependency.
const MOST_OF_A_NAME: usize = 6;

/// Returns what words for the users of a project say of the advisories that they name. What one sentence denies is open, whatever the others
/// say.
pub fn fixed_in_words(words: &str, project: &str) -> InWords {
    let words = spelled_out(words);
    let clauses = clauses(&words);
    let is_left = clauses.iter().any(|clause| leaves_something(clause));
    let denied: Vec<String> = clauses.iter().flat_map(|clause| denied_in(clause)).collect();
    let mut found = InWords::default();
    for clause in clauses.iter().filter(|_| !is_left) {
        found.fixed.extend(fixed_in_clause(clause, project).into_iter().filter(|id| !denied.contains(id)));
    }
    found.open.extend(identifiers(&words).filter(|id| !found.fixed.contains(id)));
    for ids in [&mut found.fixed, &mut found.open] {
        ids.arrange();
        ids.dedup();
    }
    found
}

/// Returns the identifiers of which words for users say openly that they are not fixed, or in part only. Whoever only speaks of one, as in
/// "See CVE-…", says neither that nor the opposite.
pub fn left_in_words(words: &str) -> Vec<String> {
    let words = spelled_out(words);
    let clauses = clauses(&words);
    if clauses.iter().any(|clause| leaves_something(clause)) {
        return identifiers(&words).collect();
    }
    let left = |clause: &String| {
        let all = tokens(clause);
        let is_left = all.iter().any(|token| token.is(OPEN)) || leaves_open(&all) || tells_of_rest(clause);
        let is_part = all.windows(2).any(|pair| pair[0].is(&["in"]) && pair[1].is(&["part"]));
        if is_left || is_part { identifiers(clause).collect() } else { denied_in(clause) }
    };
    clauses.iter().flat_map(left).collect()
}

/// Returns the parts of words that say something each.
fn clauses(words: &str) -> Vec<String> {
    let sentences = sentences(&words.split_whitespace().collect::<Vec<_>>().join(" "));
    sentences.iter().flat_map(|sentence| sentence.split("; ")).map(str::to_owned).collect()
}

/// Says whether a clause tells, without an identifier, that something is left to be fixed: `IPv6 remains vulnerable`, `upgrade to 2.1 for the
/// full fix`.
fn leaves_something(clause: &str) -> bool {
    let all = tokens(clause);
    let is_whole = |pair: &[Token]| pair[0].is(&["full", "complete", "whole"]) && pair[1].is(&["fix", "solution"]);
    let sends = all.iter().position(|token| token.is(SENDING));
    let sends = sends.is_some_and(|at| all[at..].windows(2).any(is_whole)) && identifiers(clause).next().is_none();
    sends || is_left(clause)
}

fn fixed_in_clause(clause: &str, project: &str) -> Vec<String> {
    let mut found = said_in(clause);
    let all = tokens(clause);
    let says_less =
        || all.iter().any(|token| token.is(OPEN) || token.is(DOUBTFUL)) || leaves_open(&all) || tells_of_rest(clause);
    let is_open = || says_less() || falls_short(clause) || is_restricted(&all) || !is_labelled(clause);
    if all.len() > MOST_WORDS || clause.ends_with('?') || is_open() {
        return found;
    }
    let is_fixed = |at: &usize| {
        let (front, behind) = all.split_at(*at);
        let is_whole = || !is_back(front) && !plans(clause) && !is_limited(front, behind);
        let is_renewed = || is_whole() && (is_renewal(front) || is_by_dependency(front, project));
        !front.iter().any(|token| token.is(OF_OTHERS)) && (is_mark(front, behind) || is_ended(behind) || is_renewed())
    };
    found.extend(named(&all).filter(is_fixed).filter_map(|at| all[at].identifier.clone()));
    let front = title::in_front(clause);
    if are_identifiers(front) {
        found.extend(identifiers(front));
    }
    found
}

/// Says whether what stands before a colon leaves to what follows what it says.
fn is_labelled(clause: &str) -> bool {
    match clause.split_once(": ") {
        Some((_, rest)) if are_identifiers(rest) => lets_label_through(clause),
        Some((label, _)) => !is_taken_back(label) && !opens(label),
        None => true,
    }
}

/// Says whether an identifier stands between marks, with nothing but others and what sort of thing it is: `(CVE-…)`, `tracked as CVE-…`.
fn is_mark(front: &[Token], behind: &[Token]) -> bool {
    let is_named = |token: &&Token| token.identifier.is_some() || token.refers || token.is(FILLING);
    let near: Vec<&Token> = front.iter().rev().take_while(is_named).collect();
    let begins = near.iter().any(|token| token.begins) || near.len() == front.len();
    let begins = begins || behind.first().is_some_and(|token| token.begins);
    let ends = behind.iter().skip(1).find(|token| !is_named(token) || token.begins).is_none_or(|token| token.begins);
    begins && ends
}

/// `qs 6.0.4 fixes CVE-…`: the version is that of something else than the project.
fn is_by_dependency(front: &[Token], project: &str) -> bool {
    let Some(before) = verb_before(front).map(|verb| &front[..verb]) else { return false };
    let version = before.iter().rev().take_while(|token| is_version(&token.word)).count();
    let name = &before[..before.len() - version];
    let own = tokens(project);
    let is_own = |token: &Token| token.refers || token.is(OWN) || own.iter().any(|own| own.word == token.word);
    version > 1 && (1..=MOST_OF_A_NAME).contains(&name.len()) && !name.iter().any(is_own)
}

/// `CVE-… is fixed`, `CVE-… is no more`.
fn is_ended(behind: &[Token]) -> bool {
    let mut rest = behind.iter().skip_while(|token| token.identifier.is_some() || token.is(&["and"]));
    let is_state = rest.next().is_some_and(|token| token.is(&["is", "are", "was", "were"]));
    let told: Vec<&Token> = rest.take(2).collect();
    match told.as_slice() {
        [no, more] if no.is(&["no"]) => more.is(&["more"]),
        [now, ended] if now.is(&["now", "also"]) => is_state && ended.is(ENDED),
        // What was fixed in another release is not fixed in this one.
        [ended, next] => is_state && ended.is(ENDED) && (next.begins || next.is(&["here", "now", "too"])),
        [ended] => is_state && ended.is(ENDED),
        _ => false,
    }
}
