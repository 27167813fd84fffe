//! Where in a text a closer look is worth it, found in one pass: the parts of names and the words that any sign is made of.
//!
//! What is let through is looked at in full. What is held back could not have told, so that this may let through too much, and never too
//! little.

use std::collections::{HashMap, VecDeque};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::model::embargo::letters_of;

use super::encoded::is_encoded;
use super::names::masked;
use super::words::plain;

/// A line of more bytes is taken in pieces.
const LONGEST_LINE: usize = 4096;

/// A piece does not grow over so many bytes: the next one begins before it ends.
const LONGEST_PIECE: usize = 64 * 1024;

/// So many needles are looked for by a table of all steps, which is the fastest way and needs the most memory.
const FEW_NEEDLES: usize = 1000;

/// What a part of a sign is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It is a sign alone.
    Whole,
    /// It is one together with another part of the same secret.
    Half,
    /// It is one together with a half.
    Beside,
}

/// What the signs of a secret are made of.
#[derive(Default)]
pub(super) struct Made {
    /// Parts of all its signs.
    pub(super) parts: Vec<(String, Part)>,
    /// Of each sign but whole identifiers, those of the parts that stand in every text that has it.
    pub(super) needed: Vec<Vec<String>>,
    /// The same of each name of a flaw, which is a sign alone, but not where a text is about another flaw.
    pub(super) named: Vec<Vec<String>>,
    /// Of identifiers, the letters and digits that stand one behind the other in every text that names one.
    pub(super) letters: Vec<String>,
}

impl Made {
    /// Takes a sign that has all of these parts.
    pub(super) fn sign<'p>(&mut self, parts: impl IntoIterator<Item = &'p str>) {
        let all = self.parts_of(parts);
        self.needed.push(all);
    }

    /// Takes a name of a flaw that has all of these parts.
    pub(super) fn name<'p>(&mut self, parts: impl IntoIterator<Item = &'p str>) {
        let all = self.parts_of(parts);
        self.named.push(all);
    }

    fn parts_of<'p>(&mut self, parts: impl IntoIterator<Item = &'p str>) -> Vec<String> {
        let all: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let worth = if all.len() == 1 { Part::Whole } else { Part::Half };
        self.parts.extend(all.iter().cloned().map(|part| (part, worth)));
        all
    }
}

/// Looks for the parts of signs.
#[derive(Clone)]
pub(super) struct Scanner {
    needles: Option<AhoCorasick>,
    /// Of each needle, the secrets that have it, and what it is worth to them.
    parts: Vec<Vec<(usize, Part)>>,
    /// The needles of each sign that stand in every text that has it.
    needed: Vec<Vec<usize>>,
    /// The same of each name of a flaw.
    named: Vec<Vec<usize>>,
    letters: Option<AhoCorasick>,
    signs: [u8; 256],
}

/// A piece of a text that may tell, with the number of its first line and of its first byte, counted from zero.
pub(super) struct Piece<'t> {
    pub(super) line: usize,
    pub(super) from: usize,
    pub(super) text: &'t str,
}

/// A line of a text, or a part of a long one.
#[derive(Clone, Copy)]
struct Unit {
    line: usize,
    from: usize,
    to: usize,
}

impl Scanner {
    /// Takes what the signs of each secret are made of.
    pub(super) fn of(secrets: impl IntoIterator<Item = Made>) -> Self {
        let (mut needles, mut parts): (Vec<String>, Vec<Vec<(usize, Part)>>) = (Vec::new(), Vec::new());
        let (mut needed, mut named, mut letters) = (Vec::new(), Vec::new(), Vec::new());
        // Secrets have most names of flaws in common.
        let mut known: HashMap<String, usize> = HashMap::new();
        for (secret, own) in secrets.into_iter().enumerate() {
            for (text, part) in own.parts {
                let text = masked(&plain(&text));
                if text.is_empty() {
                    continue;
                }
                let at = *known.entry(text).or_insert_with_key(|text| {
                    needles.push(text.clone());
                    parts.push(Vec::new());
                    needles.len() - 1
                });
                parts[at].push((secret, part));
            }
            needed.extend(own.needed);
            named.extend(own.named);
            letters.extend(own.letters);
        }
        let needle = |text: &String| known.get(&masked(&plain(text))).copied();
        let all = |signs: Vec<Vec<String>>| signs.iter().map(|sign| sign.iter().filter_map(needle).collect()).collect();
        let (needed, named) = (all(needed), all(named));
        let mut signs = [0; 256];
        for byte in 0..=u8::MAX {
            let text = masked(&char::from(byte).to_string());
            signs[usize::from(byte)] = if byte.is_ascii() { text.as_bytes()[0] } else { byte };
        }
        // Without an automaton everything is let through.
        let (needles, letters) = (automaton(&needles), automaton(&letters));
        Self { needles, parts, needed, named, letters, signs }
    }

    /// Says whether a text has all parts of some sign, wherever they stand in it. To find that out takes a tenth of a look in full, and
    /// most texts that [`Self::pieces`] lets through are held back by it: an identifier of the same list and year lets any of them through
    /// there, for its number may be wrapped. The name of a flaw does not tell in a text that is about another one (`elsewhere`).
    pub(super) fn has_all(&self, text: &str, elsewhere: bool) -> bool {
        let (Some(needles), Some(letters)) = (&self.needles, &self.letters) else { return true };
        let plain = plain(text);
        let masked = match plain.is_ascii() {
            true => {
                let signs = plain.bytes().map(|byte| self.signs[usize::from(byte)]).collect();
                String::from_utf8(signs).expect("because signs of ASCII are ASCII")
            }
            false => masked(&plain),
        };
        let mut seen = vec![false; self.parts.len()];
        needles.find_overlapping_iter(&masked).for_each(|found| seen[found.pattern().as_usize()] = true);
        let names = |text: &str| letters_of(text).any(|own| letters.is_match(&own));
        let has = |signs: &[Vec<usize>]| signs.iter().any(|sign| sign.iter().all(|needle| seen[*needle]));
        has(&self.needed) || (!elsewhere && has(&self.named)) || names(&plain) || names(&masked)
    }

    /// Returns the pieces of a text that may tell: what stands within so many lines of one another, and the lines around it.
    pub(super) fn pieces<'t>(&self, text: &'t str, reach: usize) -> Vec<Piece<'t>> {
        let Some(needles) = &self.needles else { return vec![Piece { line: 0, from: 0, text }] };
        let units = units(text);
        let mut chosen: Vec<(usize, usize)> = Vec::new();
        let mut near: VecDeque<(usize, usize)> = VecDeque::new();
        let mut buffer = Vec::new();
        for (at, unit) in units.iter().enumerate() {
            while near.front().is_some_and(|(earlier, _)| earlier + reach < at) {
                near.pop_front();
            }
            self.masked_into(&text[unit.from..unit.to], &mut buffer);
            let before = near.len();
            for found in needles.find_overlapping_iter(&buffer) {
                let needle = found.pattern().as_usize();
                if !near.range(before.min(near.len())..).any(|(_, known)| *known == needle) {
                    near.push_back((at, needle));
                }
            }
            if near.len() > before && self.tells(&near) {
                let from = near.front().map_or(at, |(first, _)| *first).saturating_sub(reach);
                let to = (at + reach).min(units.len() - 1);
                // What stands close together in a long line may be longer than a piece. One that were begun at each place of it would
                // have it looked at over and over.
                let longest = LONGEST_PIECE.max(2 * (units[to].to - units[from].from));
                match chosen.last_mut() {
                    Some(last) if from <= last.1 + 1 && units[to].to - units[last.0].from <= longest => {
                        last.1 = to;
                    }
                    Some(_) | None => chosen.push((from, to)),
                }
            }
        }
        let piece = |(from, to): (usize, usize)| {
            let (first, last) = (units[from], units[to]);
            Piece { line: first.line, from: first.from, text: &text[first.from..last.to] }
        };
        chosen.into_iter().map(piece).collect()
    }

    fn masked_into(&self, text: &str, buffer: &mut Vec<u8>) {
        buffer.clear();
        match text.is_ascii() && !is_encoded(text) {
            true => buffer.extend(text.bytes().map(|byte| self.signs[usize::from(byte)])),
            false => buffer.extend_from_slice(masked(&plain(text)).as_bytes()),
        }
    }

    /// Says whether needles that were found close to one another can be a sign.
    fn tells(&self, near: &VecDeque<(usize, usize)>) -> bool {
        // Of each secret: one part, whether there is another one, and whether a half is among them.
        let mut seen: Vec<(usize, (usize, usize), bool, bool)> = Vec::new();
        for (_, needle) in near {
            for (which, (secret, part)) in self.parts[*needle].iter().enumerate() {
                if *part == Part::Whole {
                    return true;
                }
                let is_half = *part == Part::Half;
                match seen.iter_mut().find(|(of, ..)| of == secret) {
                    Some((_, first, other, half)) => {
                        *other |= *first != (*needle, which);
                        *half |= is_half;
                        if *other && *half {
                            return true;
                        }
                    }
                    None => seen.push((*secret, (*needle, which), false, is_half)),
                }
            }
        }
        false
    }
}

/// Makes what looks for any of some texts. `None`: they are too many.
fn automaton(needles: &[String]) -> Option<AhoCorasick> {
    let kind = (needles.len() <= FEW_NEEDLES).then_some(AhoCorasickKind::DFA);
    AhoCorasick::builder().kind(kind).build(needles).ok()
}

/// Splits a text into lines, and long lines between words.
fn units(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut from = 0;
    for (line, whole) in text.split_inclusive('\n').enumerate() {
        let end = from + whole.len();
        while end - from > LONGEST_LINE {
            let mut to = from + LONGEST_LINE;
            while !text.is_char_boundary(to) {
                to -= 1;
            }
            let gap = text[from..to].rfind(|c: char| !c.is_alphanumeric()).filter(|gap| *gap > 0);
            let to = gap.map_or(to, |gap| from + gap);
            units.push(Unit { line, from, to });
            from = to;
        }
        units.push(Unit { line, from, to: end });
        from = end;
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanner() -> Scanner {
        let part = |text: &str, part| (text.to_owned(), part);
        let parts = vec![
            part("upload", Part::Half),
            part("pars", Part::Half),
            part("overflow", Part::Beside),
            part("4be07f1", Part::Whole),
            part("gsa", Part::Half),
            part("7", Part::Half),
            part("31", Part::Half),
        ];
        let needed = [vec!["upload", "pars"], vec!["4be07f1"]];
        let needed = needed.map(|sign| sign.into_iter().map(str::to_owned).collect()).to_vec();
        let mut made = Made { parts, needed, letters: vec!["gsa731".to_owned(), "g54731".to_owned()], named: vec![] };
        made.name(["zip", "slip"]);
        Scanner::of([made])
    }

    #[test]
    fn a_text_may_tell_that_has_all_of_a_sign() {
        let far = "filler\n".repeat(9);
        for text in [
            &format!("the Upl0ad\n{far}of the Parser"),
            "Uplo\u{430}d P\u{430}rser",
            "see 4be07f1c",
            "GSA-7-31",
            "GSA-7-\n> 31",
            "gsa&#45;7&#45;3&shy;1",
            "g5a_7_31",
        ] {
            assert!(scanner().has_all(text, true), "{text}");
        }
        for text in ["upload of an overflow", "GSA-7-30, 31", "be07f1", ""] {
            assert!(!scanner().has_all(text, false), "{text}");
        }
        let named = |elsewhere| scanner().has_all("a slip of the zip", elsewhere);
        assert!(named(false) && !named(true), "the name of a flaw tells but where a text is about another one");
    }

    #[test]
    fn only_what_may_tell_is_let_through() {
        let scanner = scanner();
        let found = |text: &str| {
            let pieces = scanner.pieces(text, 1);
            pieces.into_iter().map(|piece| (piece.line, piece.text.trim_end().to_owned())).collect::<Vec<_>>()
        };
        let far = "filler\n".repeat(9);
        assert_eq!(found(&format!("upload\n{far}overflow\n{far}parser\n")), []);
        assert_eq!(found(&format!("{far}see 4be07f1c\n{far}"))[0], (8, "filler\nsee 4be07f1c\nfiller".to_owned()));
        assert_eq!(found(&format!("{far}upl0ad\noverflow\n{far}")).len(), 1);
        assert_eq!(found(&format!("{far}Uplo\u{430}d\nP\u{430}rser\n{far}")).len(), 1);
        assert_eq!(found("readUploadParser")[0].1, "readUploadParser");
        let long = format!("{} uploadParser {}", "word ".repeat(5000), "word ".repeat(5000));
        assert!(found(&long)[0].1.len() < 3 * LONGEST_LINE);
        assert_eq!(scanner.pieces("", 1).len(), 0);
        let dense = scanner
            .pieces(&"upload the parser\n".repeat(20_000), 1)
            .into_iter()
            .map(|piece| piece.text.len())
            .collect::<Vec<_>>();
        assert!(dense.len() > 4 && dense.iter().all(|length| *length <= LONGEST_PIECE), "{dense:?}");
    }

    #[test]
    fn a_text_full_of_parts_is_looked_at_about_once() {
        for text in ["upload the parser\n".repeat(60_000), "upload the parser ".repeat(60_000)] {
            let seen: usize = scanner().pieces(&text, 14).iter().map(|piece| piece.text.len()).sum();
            assert!(seen >= text.len() && seen <= 3 * text.len(), "{seen} of {}", text.len());
        }
    }
}
