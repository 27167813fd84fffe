//! Which commits can have to do with a few others at all, told at a glance.
//!
//! What is let through is looked at in full; what is held back would have given no evidence. So a sieve may let through too much, and
//! never too little.

mod gist;

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::model::change::{own_pull_request, titled};
use crate::model::commit::{Commit, CommitId, first_line};
use crate::model::outline::Outline;
use crate::model::trailer::{Relation, markers, plain_subject};

pub use gist::{Gist, GistSieve, Wording};

/// The least digits by which a message names a commit.
const NAMING: usize = 7;

/// What a commit has to hold to be let through: any of these.
#[derive(Debug, Clone, Default)]
pub struct Sieve {
    /// The moment its author wrote it.
    written: HashSet<i64, RandomState>,
    /// Its title, without the marks of a line.
    subjects: HashSet<String>,
    /// A pull request that it names.
    requests: HashSet<u64, RandomState>,
    /// How its own name begins.
    names: HashSet<u32, RandomState>,
    /// How the name of a commit begins that it names.
    named: HashSet<u32, RandomState>,
    /// Whether what may take something back is let through.
    is_for_reverts: bool,
}

impl Sieve {
    /// Lets through what picks can come from.
    pub fn for_origins_of<'c>(picks: impl IntoIterator<Item = &'c Commit>) -> Self {
        let mut sieve = Self::default();
        for pick in picks {
            sieve.like(pick);
            for marker in markers(&pick.message) {
                match marker.relation {
                    Relation::OriginCommit(prefix) => sieve.names.extend(beginnings(prefix.as_str().as_bytes()).next()),
                    Relation::OriginPullRequest(request)
                    | Relation::OwnPullRequest(request)
                    | Relation::KeptPullRequest(request) => {
                        sieve.requests.insert(request.number);
                    }
                    Relation::Fixes(_)
                    | Relation::Requires { .. }
                    | Relation::StableFrom(_)
                    | Relation::Reverts(_)
                    | Relation::RevertsPullRequest(_)
                    | Relation::RevertsSubject(_)
                    | Relation::Reapplies(_) => {}
                }
            }
        }
        sieve
    }

    /// Lets through what can be a pick of commits. `requests` are the numbers of the pull requests that brought them.
    pub fn for_picks_of<'c>(origins: impl IntoIterator<Item = &'c Commit>, requests: &HashMap<CommitId, u64>) -> Self {
        let mut sieve = Self::default();
        for origin in origins {
            sieve.like(origin);
            sieve.named.insert(beginning(origin.id));
            sieve.requests.extend(own_pull_request(&origin.message));
            sieve.requests.extend(requests.get(&origin.id));
        }
        sieve
    }

    /// Lets through what names one of some commits.
    pub fn for_what_names(ids: impl IntoIterator<Item = CommitId>) -> Self {
        Self { named: ids.into_iter().map(beginning).collect(), ..Self::default() }
    }

    /// Lets through what is called by one of some titles, from which the marks of lines and the numbers are taken away.
    pub fn for_titles<'t>(titles: impl IntoIterator<Item = &'t str>) -> Self {
        Self { subjects: titles.into_iter().map(str::to_owned).collect(), ..Self::default() }
    }

    /// Lets through what a commit says that it takes back, or brings back.
    pub fn for_what_is_taken_back(by: &Commit) -> Self {
        let mut sieve = Self::default();
        for marker in markers(&by.message) {
            match marker.relation {
                Relation::Reverts(prefix) => sieve.names.extend(beginnings(prefix.as_str().as_bytes()).next()),
                Relation::RevertsPullRequest(request) => drop(sieve.requests.insert(request.number)),
                Relation::RevertsSubject(title) => drop(sieve.subjects.insert(plain_subject(&title).to_owned())),
                Relation::Reapplies(_) => sieve.is_for_reverts = true,
                Relation::OriginCommit(_)
                | Relation::OriginPullRequest(_)
                | Relation::OwnPullRequest(_)
                | Relation::KeptPullRequest(_)
                | Relation::Fixes(_)
                | Relation::Requires { .. }
                | Relation::StableFrom(_) => {}
            }
        }
        sieve
    }

    fn like(&mut self, commit: &Commit) {
        self.written.insert(commit.author.seconds);
        self.subjects.insert(plain_subject(commit.subject()).to_owned());
        self.subjects.insert(plain_subject(&titled(&commit.message)).to_owned());
    }

    /// Says whether a pull request is one of those that are asked for.
    pub fn asks_for_request(&self, number: u64) -> bool {
        self.requests.contains(&number)
    }

    /// Says whether a commit is let through; `None` is one of an unusual form, which always is.
    pub fn lets_through(&self, id: CommitId, outline: Option<&Outline<'_>>) -> bool {
        let Some(outline) = outline else { return true };
        self.written.contains(&outline.written)
            || self.names.contains(&beginning(id))
            || !self.requests.is_empty() && numbers(outline.message).any(|number| self.requests.contains(&number))
            || !self.named.is_empty() && beginnings(outline.message).any(|digits| self.named.contains(&digits))
            || self.has_subject(outline.message)
            || self.is_for_reverts && may_take_back(outline.message)
    }

    fn has_subject(&self, message: &[u8]) -> bool {
        let message = String::from_utf8_lossy(message);
        let subject = first_line(&message);
        // The title of a merged pull request stands further down; what another message is called is its first line.
        self.subjects.contains(plain_subject(subject))
            || subject.starts_with("Merge ") && self.subjects.contains(plain_subject(&titled(&message)))
    }
}

/// Says whether a message may take something back or bring it back: whether it has one of the words that do so.
pub fn may_take_back(message: &[u8]) -> bool {
    const WORDS: [&[u8]; 11] = [
        b"revert",
        b"reapply",
        b"undo",
        b"back out",
        b"backs out",
        b"backed out",
        b"backout",
        b"roll back",
        b"rolls back",
        b"rolled back",
        b"rollback",
    ];
    let begins = |text: &[u8], word: &[u8]| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    // Most texts have many of these letters, with others behind them.
    let may_begin =
        |at: &usize| matches!(message.get(at + 1), Some(b'e' | b'o' | b'n' | b'a' | b'E' | b'O' | b'N' | b'A'));
    let places = memchr::memchr3_iter(b'r', b'u', b'b', message).chain(memchr::memchr3_iter(b'R', b'U', b'B', message));
    places.filter(may_begin).any(|at| WORDS.iter().any(|word| begins(&message[at..], word)))
}

/// Returns the numbers that stand where those of pull requests do: behind `#`, `GH-` or `/pull/`.
fn numbers(text: &[u8]) -> impl Iterator<Item = u64> {
    memchr::memchr3_iter(b'#', b'-', b'/', text)
        .filter_map(|at| {
            let digits = text[at + 1..].iter().take_while(|byte| byte.is_ascii_digit());
            digits.map(|digit| u64::from(digit - b'0')).try_fold((0_u64, 0_u32), |(number, count), digit| {
                Some((number.checked_mul(10)?.checked_add(digit)?, count + 1))
            })
        })
        .filter_map(|(number, count)| (count > 0).then_some(number))
}

/// Returns the first digits of every name of a commit that a text may hold.
fn beginnings(text: &[u8]) -> impl Iterator<Item = u32> {
    names(text).flat_map(|name| {
        let number =
            |digits: &[u8]| digits.iter().fold(0, |number, digit| number << 4 | u32::from(HEX[usize::from(*digit)]));
        name.windows(NAMING).map(number)
    })
}

/// Returns the longest pieces of a text that have as many digits as a name, and nothing else.
fn names(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_digit = |at: usize| text.get(at).is_some_and(|byte| HEX[usize::from(*byte)] < 16);
    let mut from = 0;
    std::iter::from_fn(move || {
        // A name that begins at or behind `from` has a digit at its end: where there is none, it begins behind that.
        while from + NAMING <= text.len() {
            let Some(other) = (from..from + NAMING).rev().find(|at| !is_digit(*at)) else {
                let start = from;
                from = (start..text.len()).find(|at| !is_digit(*at)).unwrap_or(text.len());
                return Some(&text[start..from]);
            };
            from = other + 1;
        }
        None
    })
}

/// What each byte stands for as a hexadecimal digit; others stand for more than any digit does.
static HEX: [u8; 256] = {
    let (mut all, mut byte) = ([u8::MAX; 256], 0);
    while byte < 256 {
        if let Some(digit) = (byte as u8 as char).to_digit(16) {
            all[byte] = digit as u8;
        }
        byte += 1;
    }
    all
};

/// Returns the first seven digits of a commit's name.
pub fn beginning(id: CommitId) -> u32 {
    id.as_bytes()[..4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) >> 4
}

#[cfg(test)]
mod tests;
