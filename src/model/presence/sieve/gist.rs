//! What a message holds by which a sieve may let its commit through, in a few numbers in place of the text.

use std::collections::HashSet;
use std::hash::BuildHasher as _;

use foldhash::fast::{FixedState, RandomState};

use super::{Sieve, beginning, beginnings, may_take_back, numbers};
use crate::model::change::titled;
use crate::model::commit::{CommitId, first_line};
use crate::model::notes::claim::{TitleKey, last_word};
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
    /// The last word of a title.
    Ending(&'h str),
    /// An identifier of GitHub's, in small letters.
    Ghsa(&'h str),
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
        let mut marks = Vec::new();
        let mut add_title = |title: &str| {
            let plain = plain_subject(title);
            marks.extend([Held::Title(plain).mark(), Held::Ending(&last_word(plain)).mark()]);
        };
        add_title(subject);
        if subject.starts_with("Merge ") {
            add_title(&titled(&text));
        }
        marks.extend(ghsa_ids(&text).map(|id| Held::Ghsa(&id.to_ascii_lowercase()).mark()));
        marks.extend(numbers(message).map(|number| Held::Request(number).mark()));
        marks.extend(beginnings(message).map(|digits| Held::Name(digits).mark()));
        marks.sort_unstable();
        marks.dedup();
        Self { marks: marks.into_boxed_slice(), may_take_back: may_take_back(message) }
    }

    /// Writes it down for [`Self::from_bytes`] of the same version of this program.
    pub fn to_bytes(&self) -> Vec<u8> {
        let marks = self.marks.iter().flat_map(|mark| mark.to_be_bytes());
        std::iter::once(u8::from(self.may_take_back)).chain(marks).collect()
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` where the bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (may_take_back, marks) = bytes.split_first().filter(|(flag, marks)| **flag < 2 && marks.len() % 4 == 0)?;
        let mark = |four: &[u8]| u32::from_be_bytes([four[0], four[1], four[2], four[3]]);
        Some(Self { marks: marks.chunks_exact(4).map(mark).collect(), may_take_back: *may_take_back == 1 })
    }

    /// Says whether the message may take something back or bring it back, as [`may_take_back`].
    pub fn may_take_back(&self) -> bool {
        self.may_take_back
    }
}

/// Returns the identifiers of GitHub's that a text holds: `GHSA-` and three times four characters.
fn ghsa_ids(text: &str) -> impl Iterator<Item = &str> {
    const PREFIX: &str = "GHSA";
    let id = |dash: usize| {
        let from = dash.checked_sub(PREFIX.len())?;
        let is_one = text.get(from..dash)?.eq_ignore_ascii_case(PREFIX);
        is_one.then(|| text.get(from..from + "GHSA-xxxx-xxxx-xxxx".len())).flatten()
    };
    memchr::memchr_iter(b'-', text.as_bytes()).filter_map(id)
}

/// What messages have to hold that may speak of one change as of their own: the last word of its title, the number of its pull request, or an identifier
/// of the advisory that it is the fix of.
#[derive(Debug, Clone)]
pub struct Wording {
    any: HashSet<u32, RandomState>,
    /// The numbers of which an identifier is made, all of which are needed.
    ids: Vec<Vec<u32>>,
}

impl Wording {
    /// Asks for any of some titles, numbers and identifiers.
    pub fn of<'w>(
        titles: impl IntoIterator<Item = &'w TitleKey>,
        requests: impl IntoIterator<Item = u64>,
        ids: impl IntoIterator<Item = &'w str>,
    ) -> Self {
        let titles = titles.into_iter().map(|key| Held::Ending(&key.ending()).mark());
        let requests = requests.into_iter().map(|number| Held::Request(number).mark());
        let id = |id: &str| match id.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("GHSA-")) {
            true => vec![Held::Ghsa(&id.to_ascii_lowercase()).mark()],
            false => numbers(id.as_bytes()).map(|number| Held::Request(number).mark()).collect(),
        };
        // An identifier without a number names nothing.
        let ids = ids.into_iter().map(id).filter(|marks: &Vec<u32>| !marks.is_empty()).collect();
        Self { any: titles.chain(requests).collect(), ids }
    }

    /// Says whether a message may hold what is asked for.
    pub fn lets_through(&self, gist: &Gist) -> bool {
        let has = |mark: &u32| gist.marks.binary_search(mark).is_ok();
        gist.marks.iter().any(|mark| self.any.contains(mark)) || self.ids.iter().any(|marks| marks.iter().all(has))
    }
}

/// A sieve for commits of whose messages only the gist is known.
pub struct GistSieve<'s> {
    sieve: &'s Sieve,
    marks: HashSet<u32, RandomState>,
    /// For the highest twelve bits of a mark, a bit that says whether any of the marks has them: most marks are none of these.
    high: Box<[u64; 64]>,
}

impl Sieve {
    /// Makes it ready for gists.
    pub fn for_gists(&self) -> GistSieve<'_> {
        let titles = self.subjects.iter().map(|title| Held::Title(title).mark());
        let requests = self.requests.iter().map(|number| Held::Request(*number).mark());
        let names = self.named.iter().map(|digits| Held::Name(*digits).mark());
        let marks: HashSet<u32, RandomState> = titles.chain(requests).chain(names).collect();
        let mut high = Box::new([0; 64]);
        marks.iter().map(|mark| place(*mark)).for_each(|(word, bit)| high[word] |= bit);
        GistSieve { sieve: self, marks, high }
    }
}

impl GistSieve<'_> {
    /// Says whether a commit is let through; at least what [`Sieve::lets_through`] lets through is.
    pub fn lets_through(&self, id: CommitId, written: i64, gist: &Gist) -> bool {
        self.sieve.written.contains(&written)
            || self.sieve.names.contains(&beginning(id))
            || gist.marks.iter().any(|mark| self.may_have(*mark) && self.marks.contains(mark))
    }

    fn may_have(&self, mark: u32) -> bool {
        let (word, bit) = place(mark);
        self.high[word] & bit != 0
    }
}

/// Returns which word of 64, and which bit of it, stands for the highest bits of a mark.
fn place(mark: u32) -> (usize, u64) {
    ((mark >> 26) as usize, 1 << (mark >> 20 & 63))
}
