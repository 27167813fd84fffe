//! What a message holds by which a sieve may let its commit through, in a few numbers in place of the text.

use std::collections::HashSet;
use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;

use super::{Sieve, beginning, beginnings, may_take_back, numbers};
use crate::model::change::titled;
use crate::model::commit::{CommitId, first_line};
use crate::model::trailer::plain_subject;

/// The least of a message that sieves ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    marks: Box<[u32]>,
    may_take_back: bool,
}

/// What a message may hold.
#[derive(Hash)]
enum Held<'h> {
    Title(&'h str),
    Request(u64),
    Name(u32),
}

impl Held<'_> {
    /// Returns its number. Another thing may have the same one: a sieve may let through too much.
    fn mark(&self) -> u32 {
        (FixedState::default().hash_one(self) >> 32) as u32
    }
}

impl Gist {
    /// Takes it from a message, as it is stored or as it was read.
    pub fn of(message: &[u8]) -> Self {
        let text = String::from_utf8_lossy(message);
        let subject = first_line(&text);
        let mut marks = vec![Held::Title(plain_subject(subject)).mark()];
        if subject.starts_with("Merge ") {
            marks.push(Held::Title(plain_subject(&titled(&text))).mark());
        }
        marks.extend(numbers(message).map(|number| Held::Request(number).mark()));
        marks.extend(beginnings(message).map(|digits| Held::Name(digits).mark()));
        marks.sort_unstable();
        marks.dedup();
        Self { marks: marks.into_boxed_slice(), may_take_back: may_take_back(message) }
    }

    /// Says whether the message may take something back or bring it back, as [`may_take_back`].
    pub fn may_take_back(&self) -> bool {
        self.may_take_back
    }
}

/// A sieve for commits of whose messages only the gist is known.
pub struct GistSieve<'s> {
    sieve: &'s Sieve,
    marks: HashSet<u32>,
}

impl Sieve {
    /// Makes it ready for gists.
    pub fn for_gists(&self) -> GistSieve<'_> {
        let titles = self.subjects.iter().map(|title| Held::Title(title).mark());
        let requests = self.requests.iter().map(|number| Held::Request(*number).mark());
        let names = self.named.iter().map(|digits| Held::Name(*digits).mark());
        GistSieve { sieve: self, marks: titles.chain(requests).chain(names).collect() }
    }
}

impl GistSieve<'_> {
    /// Says whether a commit is let through; at least what [`Sieve::lets_through`] lets through is.
    pub fn lets_through(&self, id: CommitId, written: i64, gist: &Gist) -> bool {
        self.sieve.written.contains(&written)
            || self.sieve.names.contains(&beginning(id))
            || gist.marks.iter().any(|mark| self.marks.contains(mark))
    }
}
