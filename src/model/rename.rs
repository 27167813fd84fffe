//! Which file of a line a file that is gone from it was renamed to, where git's rename detection leaves no choice.
//!
//! `merge-ort` pairs the files that one side deleted with those that it added (git's `diffcore-rename.c`): equal content
//! first, then files of one name that are three quarters alike (`find_basename_matches`), then whatever is at least half
//! alike, the most alike first. Which of the last two steps finds a pair depends on every other file; [`fates`] answers
//! only where that does not matter.

use std::collections::HashMap;

/// Likeness is counted in parts of this (`MAX_SCORE` in git's `diffcore.h`).
const WHOLE: u64 = 60_000;
/// What two files must be alike to be a rename (`DEFAULT_RENAME_SCORE`).
const ALIKE: u64 = WHOLE / 2;
/// What two files of one name must be alike to be paired before all others (`min_basename_score`).
const ALIKE_BY_NAME: u64 = WHOLE / 4 * 3;
/// The longest piece that is counted as one (`hash_chars` in git's `diffcore-delta.c`).
const LONGEST_SPAN: u32 = 64;
/// The number of different pieces that are told apart (`HASHBASE`).
const HASH_BASE: u32 = 107_927;

/// What a file is made of, as git's likeness counts it: its lines, or pieces of 64 bytes, by their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spans {
    size: u64,
    whole: Reading,
    /// Without the carriage returns before line ends, which git skips in what it takes for text.
    without_returns: Option<Reading>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    /// How many bytes lie in pieces of each hash, ordered by hash; without an unfinished last piece.
    bytes: Vec<(u32, u32)>,
    /// The length of the unfinished last piece, which git counts since 2.44 only.
    tail: u32,
}

impl Spans {
    /// Counts the pieces of a content.
    pub fn of(content: &[u8]) -> Self {
        let returns = content.windows(2).any(|pair| pair == b"\r\n");
        let kept =
            || content.iter().enumerate().filter(|(at, byte)| **byte != b'\r' || content.get(at + 1) != Some(&b'\n'));
        Self {
            size: content.len() as u64,
            whole: Reading::of(content.iter().copied()),
            without_returns: returns.then(|| Reading::of(kept().map(|(_, byte)| *byte))),
        }
    }

    fn readings(&self) -> impl Iterator<Item = &Reading> {
        std::iter::once(&self.whole).chain(&self.without_returns)
    }

    /// Returns the memory this takes, in bytes.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.readings().map(|reading| reading.bytes.len() * size_of::<(u32, u32)>()).sum::<usize>()
    }
}

impl Reading {
    fn of(content: impl Iterator<Item = u8>) -> Self {
        let mut bytes: Vec<(u32, u32)> = Vec::new();
        let (mut first, mut second, mut length) = (0_u32, 0_u32, 0_u32);
        for byte in content {
            let before = first;
            first = (first << 7) ^ (second >> 25);
            second = (second << 7) ^ (before >> 25);
            first = first.wrapping_add(u32::from(byte));
            length += 1;
            if length == LONGEST_SPAN || byte == b'\n' {
                let hash = first.wrapping_add(second.wrapping_mul(0x61)) % HASH_BASE;
                bytes.push((hash, length));
                (first, second, length) = (0, 0, 0);
            }
        }
        bytes.sort_unstable();
        bytes.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        bytes.shrink_to_fit();
        Self { bytes, tail: length }
    }

    /// Returns how many bytes of pieces both have (`diffcore_count_changes` in git's `diffcore-delta.c`).
    fn common(&self, other: &Self) -> u64 {
        let mut common = 0;
        let mut others = other.bytes.iter().peekable();
        for (hash, count) in &self.bytes {
            while others.next_if(|(other, _)| other < hash).is_some() {}
            if let Some((_, other)) = others.next_if(|(other, _)| other == hash) {
                common += u64::from(*count.min(other));
            }
        }
        common
    }
}

/// Bounds of how alike git finds two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    least: u64,
    most: u64,
}

impl Likeness {
    /// Compares two files (`estimate_similarity` in git's `diffcore-rename.c`).
    pub fn of(old: &Spans, new: &Spans) -> Self {
        let mut bounds = Self { least: 0, most: 0 };
        if !sizes_allow(old.size, new.size) {
            return bounds;
        }
        bounds.least = WHOLE;
        let share = |bytes: u64| bytes * WHOLE / old.size.max(new.size);
        for (old, new) in old.readings().flat_map(|old| new.readings().map(move |new| (old, new))) {
            let common = old.common(new);
            bounds.least = bounds.least.min(share(common));
            bounds.most = bounds.most.max(share(common + u64::from(old.tail + new.tail)));
        }
        bounds
    }

    /// Says whether git cannot take the two for a rename.
    pub fn is_none(self) -> bool {
        self.most < ALIKE
    }
}

/// Says whether two sizes in bytes are near enough for a rename. Empty files are none (`rename_empty` of `merge-ort`).
pub fn sizes_allow(old: u64, new: u64) -> bool {
    let (smaller, larger) = (old.min(new), old.max(new));
    smaller > 0 && larger * (WHOLE - ALIKE) >= (larger - smaller) * WHOLE
}

/// A file that the line added and that a gone one may have become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Which of the files that the line added.
    pub at: usize,
    /// How alike it is.
    pub likeness: Likeness,
    /// Whether its name, without directories, is that of the gone file.
    pub same_name: bool,
}

/// What became of a file that a line lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was deleted.
    Deleted,
    /// It was renamed to that one of the files that the line added.
    Renamed(usize),
}

/// Returns what git must find for each of the gone files that a fix touches, given the candidates of each, those that
/// [are none](Likeness::is_none) left out; `None` where it depends on more than that.
///
/// A candidate is chosen by whichever step comes to it if it is at least half alike, is more alike than every other one,
/// no other of the gone files can become it, and no other one can be chosen for its name.
pub fn fates(candidates: &[Vec<Candidate>]) -> Option<Vec<Fate>> {
    let mut wanted: HashMap<usize, usize> = HashMap::new();
    candidates.iter().flatten().for_each(|candidate| *wanted.entry(candidate.at).or_default() += 1);
    let fate = |candidates: &Vec<Candidate>| {
        let Some(best) = candidates.iter().max_by_key(|candidate| candidate.likeness.least) else {
            return Some(Fate::Deleted);
        };
        let beaten = |other: &Candidate| {
            other.likeness.most < best.likeness.least && !(other.same_name && other.likeness.most >= ALIKE_BY_NAME)
        };
        let certain = best.likeness.least >= ALIKE
            && wanted.get(&best.at) == Some(&1)
            && candidates.iter().filter(|other| other.at != best.at).all(beaten);
        certain.then_some(Fate::Renamed(best.at))
    };
    candidates.iter().map(fate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(range: std::ops::Range<u32>) -> Vec<u8> {
        range.flat_map(|number| format!("this is line {number:05}\n").into_bytes()).collect()
    }

    fn likeness(old: &[u8], new: &[u8]) -> Likeness {
        Likeness::of(&Spans::of(old), &Spans::of(new))
    }

    #[test]
    fn likeness_is_the_share_of_the_larger_file_that_is_in_both() {
        let base = lines(0..100);
        for (new, share) in [(lines(0..100), 100), (lines(50..150), 50), (lines(25..125), 75), (lines(0..50), 50)] {
            let found = likeness(&base, &new);
            assert_eq!((found.least, found.most), (share * 600, share * 600), "{share}");
        }
        assert!(likeness(&base, &lines(0..49)).is_none());
        assert!(likeness(&base, b"").is_none() && likeness(b"", b"").is_none());
    }

    #[test]
    fn what_versions_of_git_count_differently_widens_the_bounds() {
        let (mut base, mut new) = (lines(0..100), lines(0..100));
        base.extend(b"no line end");
        new.extend(b"no line end");
        let found = likeness(&base, &new);
        assert!(found.least < WHOLE && found.most >= WHOLE, "{found:?}");
        let text = lines(0..100);
        let returns = text.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        let found = likeness(&text, &returns);
        assert!(!found.is_none() && found.least == 0, "{found:?}");
    }

    #[test]
    fn a_fate_is_told_only_where_there_is_no_choice() {
        let candidate = |at, share: u64, same_name| {
            let score = share * 600;
            Candidate { at, likeness: Likeness { least: score, most: score }, same_name }
        };
        let unsure = Candidate { at: 7, likeness: Likeness { least: 0, most: WHOLE }, same_name: false };
        type Case = (&'static str, Vec<Vec<Candidate>>, Option<Vec<Fate>>);
        let table: [Case; 9] = [
            ("nothing is alike", vec![vec![]], Some(vec![Fate::Deleted])),
            ("one is", vec![vec![candidate(3, 60, false)]], Some(vec![Fate::Renamed(3)])),
            (
                "one is more alike",
                vec![vec![candidate(3, 60, false), candidate(4, 61, false)]],
                Some(vec![Fate::Renamed(4)]),
            ),
            ("two are equally alike", vec![vec![candidate(3, 60, false), candidate(4, 60, true)]], None),
            ("the name may win", vec![vec![candidate(3, 76, true), candidate(4, 80, false)]], None),
            (
                "the name cannot win",
                vec![vec![candidate(3, 74, true), candidate(4, 80, false)]],
                Some(vec![Fate::Renamed(4)]),
            ),
            ("two files want one", vec![vec![candidate(3, 60, false)], vec![candidate(3, 90, true)]], None),
            ("it may be less than half", vec![vec![unsure]], None),
            (
                "each has its own",
                vec![vec![candidate(3, 60, false)], vec![], vec![candidate(4, 90, true)]],
                Some(vec![Fate::Renamed(3), Fate::Deleted, Fate::Renamed(4)]),
            ),
        ];
        for (why, candidates, expected) in table {
            assert_eq!(fates(&candidates), expected, "{why}");
        }
    }
}
