//! The spellings of identifiers that people use and databases do not: `CVE 2024-24790`, `CVE_2024_24790`, `CVE-2024-24793/24794`.

use std::borrow::Cow;

/// The letters in front of the year ("CVE ID Syntax" of the CVE Program).
const PREFIX: &str = "CVE";

/// What joins identifiers of which only the first is written in full.
const JOINTS: &[&str] = &["and", "or", "&", ",", "/", "+", ";"];

/// Returns a text with every CVE identifier in full and with hyphens. All else stays as it is.
pub fn spelled_out(text: &str) -> Cow<'_, str> {
    let mut told = String::new();
    let (mut from, mut at) = (0, 0);
    while let Some(start) = next(text, at) {
        let Some(first) = Read::first(text, start) else {
            at = start + PREFIX.len();
            continue;
        };
        first.write(text, &mut from, &mut told);
        at = first.end;
        let mut year = first.year;
        while let Some(more) = Read::further(text, at, year) {
            more.write(text, &mut from, &mut told);
            (at, year) = (more.end, more.year);
        }
    }
    if from == 0 { Cow::Borrowed(text) } else { Cow::Owned(told + &text[from..]) }
}

/// An identifier that is not written in full.
struct Read<'t> {
    /// Where it begins and ends in the text.
    start: usize,
    end: usize,
    year: &'t str,
    number: &'t str,
    /// Whether it is as databases write it.
    is_full: bool,
}

impl<'t> Read<'t> {
    /// Reads the one that begins with the letters at a place.
    fn first(text: &'t str, start: usize) -> Option<Self> {
        let behind = &text[start + PREFIX.len()..];
        let many = behind.strip_prefix(['s', 'S']).unwrap_or(behind);
        let rest = many.strip_prefix(": ").or_else(|| without_gap(many, &[' ']))?;
        let (year, rest) = year(rest)?;
        let (number, rest) = number(without_gap(rest, &[])?)?;
        let end = text.len() - rest.len();
        let is_full = text[start + PREFIX.len()..end] == format!("-{year}-{number}");
        Some(Self { start, end, year, number, is_full })
    }

    /// Reads one that goes on behind another of a year: `/24794`, `, -24794`, ` and 2025-24794`.
    fn further(text: &'t str, at: usize, of: &'t str) -> Option<Self> {
        let mut rest = text[at..].trim_start_matches(' ');
        let mut joints = Vec::new();
        while let Some((joint, behind)) = JOINTS.iter().find_map(|joint| Some((*joint, rest.strip_prefix(joint)?))) {
            joints.push(joint);
            rest = behind.trim_start_matches(' ');
        }
        let start = text.len() - rest.len();
        let read = |year: &'t str, (number, rest): (&'t str, &'t str)| Self {
            start,
            end: text.len() - rest.len(),
            year,
            number,
            is_full: false,
        };
        if let Some((year, rest)) = year(rest).and_then(|(year, rest)| Some((year, without_gap(rest, &[])?))) {
            return number(rest).filter(|_| !joints.is_empty()).map(|found| read(year, found));
        }
        // A bare number behind a word or a comma may count anything.
        let short = match rest.strip_prefix('-') {
            Some(rest) => Some(rest).filter(|_| !joints.is_empty()),
            None => Some(rest).filter(|_| joints == ["/"]),
        };
        number(short?).map(|found| read(of, found))
    }

    fn write(&self, text: &str, from: &mut usize, told: &mut String) {
        if !self.is_full {
            told.push_str(&text[*from..self.start]);
            told.push_str(&format!("{PREFIX}-{}-{}", self.year, self.number));
            *from = self.end;
        }
    }
}

/// Finds the letters of an identifier, in any case, where a word begins.
fn next(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_one = |at: &usize| {
        let begins = bytes.get(*at..at + PREFIX.len()).is_some_and(|word| word.eq_ignore_ascii_case(PREFIX.as_bytes()));
        begins && (*at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
    };
    memchr::memchr2_iter(b'c', b'C', &bytes[from..]).map(|at| from + at).find(is_one)
}

/// Removes one sign between parts: any kind of hyphen, an underscore, or one of `more`.
fn without_gap<'t>(text: &'t str, more: &[char]) -> Option<&'t str> {
    let is_gap = |c: char| matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}') || more.contains(&c);
    text.strip_prefix(is_gap)
}

fn year(text: &str) -> Option<(&str, &str)> {
    let (year, rest) = text.split_at_checked(4)?;
    (year.bytes().all(|digit| digit.is_ascii_digit()) && ("1999".."2100").contains(&year)).then_some((year, rest))
}

/// Reads a number of four digits or more that is a word of its own.
fn number(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    (number.len() >= 4 && !rest.starts_with(char::is_alphanumeric)).then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_written_in_full() {
        for (text, expected) in [
            ("Bump Go: CVE 2024-24790 fix", "Bump Go: CVE-2024-24790 fix"),
            ("CVE_2024_24792", "CVE-2024-24792"),
            ("cve\u{2011}2024\u{2011}24792", "CVE-2024-24792"),
            ("CVE: 2024-24792", "CVE-2024-24792"),
            ("CVEs 2024-24790, 2024-24791", "CVE-2024-24790, CVE-2024-24791"),
            ("Fix CVE-2024-24793/24794", "Fix CVE-2024-24793/CVE-2024-24794"),
            ("Fix CVE-2024-24793/2025-1234", "Fix CVE-2024-24793/CVE-2025-1234"),
            ("Fix CVE-2024-24795 and -24796.", "Fix CVE-2024-24795 and CVE-2024-24796."),
            ("CVE-2024-1111, -2222, and -3333", "CVE-2024-1111, CVE-2024-2222, and CVE-2024-3333"),
            ("é CVE 2024-24790/24791 é", "é CVE-2024-24790/CVE-2024-24791 é"),
        ] {
            assert_eq!(spelled_out(text), expected, "{text}");
        }
        for text in [
            "Fix CVE-2024-24793",
            "fix cve-2024-24793, cve-2024-24794",
            "CVE: CVE-2024-24793",
            "CVE-2024-24793, 12345 users",
            "CVE-2024-24793 and 2024 was",
            "CVE-2024-24793/x",
            "CVE-2024-24793 -24794",
            "CVE 2024",
            "CVE 2024 24790",
            "CVE-2024-247x",
            "sCVE 2024-24790",
            "CVE-1234-5678",
            "CVE",
            "",
        ] {
            assert!(matches!(spelled_out(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
