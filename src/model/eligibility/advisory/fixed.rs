//! Which of the advisories that a text names it says to be fixed, and which it only speaks of.
//!
//! The body of a security fix tells of others: "See also CVE-…", "Unlike CVE-…", "introduced by the fix of CVE-…". Users who read such an
//! identifier in the notes take it for fixed. So one counts only where a verb of fixing stands directly before it and nothing in the
//! sentence takes that back.

mod denied;
mod in_title;
mod in_words;
mod sentence;
mod vocabulary;

use std::borrow::Borrow;

use crate::model::arrange::Arrange as _;
use crate::model::eligibility::prose::spoken;
use crate::model::trailer::plain_subject;

use super::passage::{Back, Passage, passages, taken_back};
use super::title;
use super::token::{Token, tokens};
use super::whole::made_whole;
use super::{Form, advisories, may_name, spelled_out};

use vocabulary::{FILLING, TAKING_BACK, VERBS, VETOES};

pub use denied::{denied, remarked};
use in_title::begun_in_title;
pub use in_title::fixed_in_title;
pub(super) use in_title::{held_in, says_to_fix};
pub use in_words::{InWords, fixed_in_words, left_in_words};
pub(super) use sentence::{
    aims, begins_as_fix, elsewhere, has_verb_of_fixing, is_passive_of_this, plans, said_in, spoken_of,
};

/// Returns the identifiers that a change says it fixes, each once: those of its title that stand where a fix is named, and below it those
/// that a sentence or a trailer states, and those directly behind a verb of fixing. What a point of a list takes back is none, and nothing
/// is where a sentence says that something is left.
pub fn fixed(title: &str, body: &str) -> Vec<String> {
    if name_none(title, body) {
        return Vec::new();
    }
    let of_fix = title::is_of_fix(title);
    read(title, body, fixed_in_title(title), |passage| passage.fixed(of_fix))
}

/// Returns the identifiers that a change is for, though it may do only a part of it: those that it says it fixes, those of a title of one that
/// does less, and those whose fix it says to make whole.
pub fn meant(title: &str, body: &str) -> Vec<String> {
    let mut found = begun_in_title(title);
    let stated = advisories(&format!("{title}\n\n{body}")).into_iter().filter(|named| named.form == Form::Stated);
    found.extend(stated.map(|named| named.id).chain(fixed(title, body)));
    if !name_none(title, body) {
        found.extend(made_whole(&spelled_out(title)));
        found.extend(passages(title, &shown(body)).iter().flat_map(Passage::made_whole));
    }
    found.arrange();
    found.dedup();
    found
}

/// Returns the identifiers that a sentence below a title says this change fixes: `This fixes CVE-…`, `Fixes CVE-… in the parser`.
pub fn fixed_by_this(title: &str, body: &str) -> Vec<String> {
    read(title, body, Vec::new(), |passage| if passage.is_of_this() { passage.fixed(false) } else { Vec::new() })
}

/// Returns the identifiers that a change says it fixes, and takes back or leaves something of: whatever else is said of it, they are open.
pub fn left_open(title: &str, body: &str) -> Vec<String> {
    if name_none(title, body) {
        return Vec::new();
    }
    let of_fix = title::is_of_fix(title);
    let passages = passages(title, &shown(body));
    let mut said = fixed_in_title(title);
    said.extend(passages.iter().flat_map(|passage| passage.fixed(of_fix)));
    let fixed = fixed(title, body);
    said.retain(|id| !fixed.contains(id));
    said
}

fn read(title: &str, body: &str, in_title: Vec<String>, of: impl Fn(&Passage) -> Vec<String>) -> Vec<String> {
    if name_none(title, body) {
        return Vec::new();
    }
    let mut found = in_title;
    let passages = passages(title, &shown(body));
    for (passage, back) in passages.iter().zip(taken_back(title, &passages)) {
        found.extend(of(passage));
        match back {
            Back::Unnamed => found.clear(),
            Back::Of(ids) => found.retain(|id| !ids.contains(id)),
        }
    }
    if passages.iter().any(Passage::leaves_something) {
        found.clear();
    }
    let mut once: Vec<String> = Vec::new();
    for id in found {
        if !once.contains(&id) {
            once.push(id);
        }
    }
    once
}

/// Returns those of the identifiers that a change speaks of as of something fixed which its title has behind a verb of fixing, or the text
/// below it has, whatever else is said of them.
pub fn said_to_be_fixed(title: &str, body: &str) -> Vec<String> {
    if name_none(title, body) {
        return Vec::new();
    }
    let mut found = spoken_of(plain_subject(&spelled_out(title)));
    found.extend(passages(title, &shown(body)).iter().flat_map(Passage::spoken_of));
    found
}

fn name_none(title: &str, body: &str) -> bool {
    !may_name(title) && !may_name(body)
}

/// Returns what a text shows, with every identifier in full.
fn shown(body: &str) -> String {
    spoken(&spelled_out(body))
}

pub(super) fn is_verb(word: &str) -> bool {
    VERBS.contains(&word)
}

fn is_denial(word: &str) -> bool {
    word.ends_with("n't") || word.ends_with("n’t")
}

/// Says whether a text takes back what it says to be fixed, denies it, or tells of another time.
pub(super) fn is_taken_back(text: &str) -> bool {
    is_back(&tokens(text))
}

fn is_back<T: Borrow<Token>>(words: &[T]) -> bool {
    let is_one = |token: &Token| token.is(TAKING_BACK) || token.is(VETOES) || is_denial(&token.word);
    words.iter().any(|token| is_one(token.borrow()))
}

/// Returns the place of the verb that stands directly before the end of some words.
fn verb_before(words: &[Token]) -> Option<usize> {
    let between = |token: &&Token| token.identifier.is_some() || token.refers || token.is(FILLING);
    let filling = words.iter().rev().take_while(between).count();
    let at = words.len().checked_sub(filling + 1)?;
    words.get(at).filter(|token| token.is(VERBS)).map(|_| at)
}

#[cfg(test)]
mod tests;
