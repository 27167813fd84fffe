//! A three-way merge of texts that answers only where git's own merge must give the same answer.
//!
//! `merge-ort` merges texts with histogram diff and `xdl_merge` (git's `xdiff/`). Both are heuristics, but parts of
//! their result can be proven. A *solid segment* of two texts is a run of equal lines, the same offset apart, that
//! every histogram diff matches to itself:
//!
//! - It begins and ends with a line that occurs once in each text (or at an end of both). Changes cannot slide across
//!   such a line, because sliding needs an equal line at the other end of the change (`xdl_change_compact`).
//! - It is at least as long as every other match of the two texts that cannot stand beside it. Histogram diff takes,
//!   of the matches that hold a line unique in the old text, the longest one, and recurses before and behind it
//!   (`xhistogram.c`, `try_lcs`): as long as the segment is in the box, what is taken is the segment or stands beside
//!   it.
//!
//! The common head and tail of both texts need less: a single line between them and the change that occurs once in
//! each text suffices, because equal heads and tails are matched as they stand.
//!
//! All changes lie in the gaps between solid segments. If no gap of ours touches a gap of theirs, `xdl_merge` finds
//! no overlap (it asks for one unchanged line between two changes), and the merged text is the only one with both.

use std::collections::HashMap;
use std::ops::Range;

/// Above this size a text is left to git; the bound keeps the memory of a forecast small.
const MAX_BYTES: usize = 4 << 20;
/// The lengths of competing matches that are looked for; a segment is held against the largest that is not longer.
const LEVELS: [usize; 3] = [32, 8, 3];
/// A window that occurs more often is not worth the comparison: the text is left to git.
const MAX_REPEATS: usize = 64;
/// How many lines between the two edits are tried as a fence.
const FENCE_TRIES: usize = 16;

type Numbers<'t> = HashMap<&'t [u8], u32, foldhash::fast::RandomState>;

/// Merges two edits of one base, where git's result can be proven.
///
/// Returns `None` for everything else: edits that may touch, binary content, a last line without a newline, texts
/// above four mebibytes, texts that repeat themselves. `None` does not mean that there is a conflict.
pub fn merge_apart(base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    let texts = [base, ours, theirs];
    if !texts.into_iter().all(is_plain_text) {
        return None;
    }
    let [base_lines, our_lines, their_lines] = texts.map(lines);
    let hulls = (hull(&base_lines, &our_lines), hull(&base_lines, &their_lines));
    if fence_between(&base_lines, (&our_lines, &hulls.0), (&their_lines, &hulls.1)) {
        return join(&base_lines, (&our_lines, &[hulls.0]), (&their_lines, &[hulls.1]));
    }
    let mut numbers = Numbers::default();
    let [base_ids, our_ids, their_ids] =
        [&base_lines, &our_lines, &their_lines].map(|lines| number(lines, &mut numbers));
    let mut ours = Pair::new(&base_ids, &our_ids, numbers.len());
    let mut theirs = Pair::new(&base_ids, &their_ids, numbers.len());
    LEVELS.into_iter().find_map(|level| {
        let our_gaps = ours.gaps(level)?;
        let their_gaps = theirs.gaps(level)?;
        join(&base_lines, (&our_lines, &our_gaps), (&their_lines, &their_gaps))
    })
}

fn is_plain_text(text: &[u8]) -> bool {
    text.len() <= MAX_BYTES && memchr::memchr(0, text).is_none() && (text.is_empty() || text.ends_with(b"\n"))
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::with_capacity(text.len() / 32);
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text) {
        lines.push(&text[start..=end]);
        start = end + 1;
    }
    lines.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    lines
}

/// Gives equal lines equal numbers.
fn number<'t>(lines: &[&'t [u8]], numbers: &mut Numbers<'t>) -> Vec<u32> {
    let mut ids = Vec::with_capacity(lines.len());
    for line in lines {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        ids.push(*numbers.entry(line).or_insert(next));
    }
    ids
}

/// Lines of the base that changes may lie in, and the lines that stand in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Gap {
    old: Range<usize>,
    new: Range<usize>,
}

/// A run of equal lines at the same offset in both texts.
#[derive(Debug, Clone, Copy)]
struct Segment {
    old: usize,
    new: usize,
    length: usize,
}

impl Segment {
    /// Says whether a match of `length` lines at (`old`, `new`) could not stand beside this segment.
    fn excludes(&self, old: usize, new: usize, length: usize) -> bool {
        let same_offset = old + self.new == new + self.old;
        let before = old + length <= self.old && new + length <= self.new;
        let behind = old >= self.old + self.length && new >= self.new + self.length;
        !(same_offset || before || behind)
    }
}

/// Returns everything between the common head and the common tail.
fn hull(old: &[&[u8]], new: &[&[u8]]) -> Gap {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let longest = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(longest).take_while(|(a, b)| a == b).count();
    Gap { old: head..old.len() - tail, new: head..new.len() - tail }
}

/// Says whether a line that occurs once in all three texts stands between the two hulls.
fn fence_between(base: &[&[u8]], ours: (&[&[u8]], &Gap), theirs: (&[&[u8]], &Gap)) -> bool {
    let (upper, lower) = if ours.1.old.start <= theirs.1.old.start { (ours, theirs) } else { (theirs, ours) };
    let middle = upper.1.old.end..lower.1.old.start;
    let step = (middle.len() / FENCE_TRIES).max(1);
    middle.rev().step_by(step).any(|at| {
        let line = &base[at];
        let once = base.iter().filter(|other| *other == line).count() == 1;
        once && [upper, lower].iter().all(|(lines, hull)| !lines[hull.new.clone()].contains(line))
    })
}

/// Two texts as line numbers, and the segments of them that are solid or not yet examined.
struct Pair<'n> {
    old: &'n [u32],
    new: &'n [u32],
    candidates: Vec<Segment>,
    solid: Vec<Segment>,
}

impl<'n> Pair<'n> {
    fn new(old: &'n [u32], new: &'n [u32], numbers: usize) -> Self {
        let candidates = segments(old, new, &unique(old, new, numbers));
        Self { old, new, candidates, solid: Vec::new() }
    }

    /// Examines the segments of at least `level` lines that were too short before, and returns the gaps between all
    /// that are solid; `None` if the texts repeat themselves too much to tell.
    fn gaps(&mut self, level: usize) -> Option<Vec<Gap>> {
        let (mut examined, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.candidates).into_iter().partition(|segment| segment.length >= level);
        self.candidates = rest;
        if !examined.is_empty() {
            drop_excluded(&mut examined, self.old, self.new, level)?;
            self.solid.append(&mut examined);
            self.solid.sort_by_key(|segment| segment.old);
        }
        let mut gaps = Vec::new();
        let (mut old_at, mut new_at) = (0, 0);
        let end = Segment { old: self.old.len(), new: self.new.len(), length: 0 };
        for segment in self.solid.iter().chain([&end]) {
            if (old_at, new_at) != (segment.old, segment.new) {
                gaps.push(Gap { old: old_at..segment.old, new: new_at..segment.new });
            }
            (old_at, new_at) = (segment.old + segment.length, segment.new + segment.length);
        }
        Some(gaps)
    }
}

/// Returns for each line number whether it occurs exactly once in each text.
fn unique(old: &[u32], new: &[u32], numbers: usize) -> Vec<bool> {
    let mut counts = vec![(0_u8, 0_u8); numbers];
    old.iter().for_each(|id| counts[*id as usize].0 = counts[*id as usize].0.saturating_add(1));
    new.iter().for_each(|id| counts[*id as usize].1 = counts[*id as usize].1.saturating_add(1));
    counts.into_iter().map(|count| count == (1, 1)).collect()
}

/// Returns the runs around the unique lines that keep their order, cut back so that they end in unique lines.
fn segments(old: &[u32], new: &[u32], unique: &[bool]) -> Vec<Segment> {
    let mut place = vec![usize::MAX; unique.len()];
    new.iter().enumerate().for_each(|(at, id)| place[*id as usize] = at);
    let anchors: Vec<(usize, usize)> = old
        .iter()
        .enumerate()
        .filter(|(_, id)| unique[**id as usize])
        .map(|(at, id)| (at, place[*id as usize]))
        .collect();
    let mut segments: Vec<Segment> = Vec::new();
    for (old_at, new_at) in longest_increasing(&anchors) {
        if let Some(last) = segments.last()
            && old_at < last.old + last.length
        {
            continue;
        }
        let floor = segments.last().map_or((0, 0), |last| (last.old + last.length, last.new + last.length));
        let above = (1..=(old_at - floor.0).min(new_at - floor.1))
            .take_while(|back| old[old_at - back] == new[new_at - back])
            .count();
        let reaches_start = above == old_at && above == new_at;
        let below = old[old_at..].iter().zip(&new[new_at..]).take_while(|(a, b)| a == b).count();
        let reaches_end = old_at + below == old.len() && new_at + below == new.len();
        let last_unique = (0..below).rev().find(|ahead| unique[old[old_at + ahead] as usize]).unwrap_or(0);
        let above = if reaches_start { above } else { 0 };
        let below = if reaches_end { below } else { last_unique + 1 };
        segments.push(Segment { old: old_at - above, new: new_at - above, length: above + below });
    }
    segments
}

/// Returns the longest subsequence in which the second places increase too (patience sorting).
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (at, (_, place)) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|top| pairs[*top].1 < *place);
        before[at] = pile.checked_sub(1).map(|left| tops[left]);
        if pile == tops.len() {
            tops.push(at);
        } else {
            tops[pile] = at;
        }
    }
    let mut chain: Vec<_> = std::iter::successors(tops.last().copied(), |at| before[*at]).map(|at| pairs[at]).collect();
    chain.reverse();
    chain
}

/// Drops the segments that a match of `length` lines elsewhere could displace.
fn drop_excluded(segments: &mut Vec<Segment>, old: &[u32], new: &[u32], length: usize) -> Option<()> {
    // Places of equal windows of the old text are chained: the last in the map, each earlier one behind it.
    let mut last: HashMap<u64, usize, foldhash::fast::RandomState> = HashMap::default();
    let mut earlier = vec![usize::MAX; old.len()];
    for (at, hash) in window_hashes(old, length).enumerate() {
        if let Some(before) = last.insert(hash, at) {
            earlier[at] = before;
        }
    }
    let mut dropped = vec![false; segments.len()];
    for (new_at, hash) in window_hashes(new, length).enumerate() {
        let mut place = last.get(&hash).copied().unwrap_or(usize::MAX);
        for repeat in 0.. {
            if place == usize::MAX {
                break;
            }
            if repeat == MAX_REPEATS {
                return None;
            }
            drop_beside(segments, &mut dropped, place, new_at, length);
            place = earlier[place];
        }
    }
    let mut dropped = dropped.into_iter();
    segments.retain(|_| !dropped.next().unwrap_or(false));
    Some(())
}

/// Marks the segments that a match at (`old`, `new`) cannot stand beside; all others lie wholly before or behind it.
fn drop_beside(segments: &[Segment], dropped: &mut [bool], old: usize, new: usize, length: usize) {
    let first = segments.partition_point(|s| s.old + s.length <= old && s.new + s.length <= new);
    for (segment, dropped) in segments[first..].iter().zip(&mut dropped[first..]) {
        if segment.old >= old + length && segment.new >= new + length {
            break;
        }
        *dropped |= segment.excludes(old, new, length);
    }
}

/// Hashes every run of `length` lines. Equal runs have equal hashes; that unequal ones may too costs only a segment.
fn window_hashes(ids: &[u32], length: usize) -> impl Iterator<Item = u64> {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let out = (1..length).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
    let value = |id: u32| (u64::from(id) + 1).wrapping_mul(0xff51_afd7_ed55_8ccd) ^ u64::from(id);
    let mut hash =
        ids.iter().take(length - 1).fold(0_u64, |hash, id| hash.wrapping_mul(FACTOR).wrapping_add(value(*id)));
    ids.windows(length).map(move |window| {
        let whole = hash.wrapping_mul(FACTOR).wrapping_add(value(window[length - 1]));
        hash = whole.wrapping_sub(value(window[0]).wrapping_mul(out));
        whole
    })
}

/// Puts the gaps of both sides into the base, if none touches one of the other side.
fn join(base: &[&[u8]], ours: (&[&[u8]], &[Gap]), theirs: (&[&[u8]], &[Gap])) -> Option<Vec<u8>> {
    let tagged = |(lines, gaps): (_, &[Gap])| gaps.iter().map(|gap| (lines, gap.clone())).collect::<Vec<_>>();
    let mut gaps: Vec<(&[&[u8]], Gap)> = tagged(ours);
    gaps.extend(tagged(theirs));
    gaps.sort_by_key(|(_, gap)| (gap.old.start, gap.old.end));
    // Gaps of one side have a solid line between them, so only gaps of different sides can touch.
    if gaps.windows(2).any(|pair| pair[0].1.old.end >= pair[1].1.old.start) {
        return None;
    }
    let mut merged = Vec::new();
    let mut at = 0;
    for (lines, gap) in &gaps {
        base[at..gap.old.start].iter().chain(&lines[gap.new.clone()]).for_each(|line| merged.extend_from_slice(line));
        at = gap.old.end;
    }
    base[at..].iter().for_each(|line| merged.extend_from_slice(line));
    Some(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(base: &str, ours: &str, theirs: &str) -> Option<String> {
        merge_apart(base.as_bytes(), ours.as_bytes(), theirs.as_bytes())
            .map(|text| String::from_utf8(text).expect("the parts are UTF-8"))
    }

    #[test]
    fn edits_apart_are_joined() {
        let table = [
            ("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n", "A\nb\nc\nD\n"),
            ("a\nb\nc\nd\n", "a\nb\nc\nD\n", "A\nb\nc\nd\n", "A\nb\nc\nD\n"),
            ("a\nb\nc\nd\n", "b\nc\nd\n", "a\nb\nc\n", "b\nc\n"),
            ("a\nb\nc\n", "x\na\nb\nc\n", "a\nb\nc\ny\n", "x\na\nb\nc\ny\n"),
            (
                "a\nb\nc\nd\ne\nf\ng\nh\n",
                "A\nb\nc\nd\ne\nf\ng\nH\n",
                "a\nb\nc\nD\nE\nf\ng\nh\n",
                "A\nb\nc\nD\nE\nf\ng\nH\n",
            ),
        ];
        for (base, ours, theirs, merged) in table {
            assert_eq!(merge(base, ours, theirs).as_deref(), Some(merged), "{base:?} {ours:?} {theirs:?}");
        }
    }

    #[test]
    fn what_a_diff_could_see_otherwise_is_left_to_git() {
        let table = [
            ("edits that touch", "a\nb\n", "A\nb\n", "a\nB\n"),
            ("the only line between is repeated", "a\n}\nb\n}\n", "A\n}\nb\n}\n", "a\n}\nB\n}\n"),
            ("ours repeats what lies between", "a\nb\nc\n", "a\nb\na\nb\nc\n", "a\nb\nC\n"),
            ("the same edit", "a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n"),
            ("no final newline", "a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD"),
            ("binary", "a\0\nb\nc\nd\n", "A\0\nb\nc\nd\n", "a\0\nb\nc\nD\n"),
        ];
        for (why, base, ours, theirs) in table {
            assert_eq!(merge(base, ours, theirs), None, "{why}");
        }
    }
}
