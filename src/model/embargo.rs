//! Identifiers that must not become public yet: found however they are written, and kept out of every result.

use std::borrow::Cow;

use icu_normalizer::DecomposingNormalizer;

use super::eligibility::advisory::spelled_out;
use super::eligibility::verdict::{Finding, Report, Verdict};
use super::guard::encoded::decoded;

/// What stands in a result in place of a text that names what is under embargo.
pub const WITHHELD: &str = "(withheld: it names what is under embargo)";

/// Fewer letters and digits would be found everywhere.
const FEWEST: usize = 4;

/// The identifiers under embargo. They cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Embargo(Vec<Signs>);

impl std::fmt::Debug for Embargo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Embargo(…)")
    }
}

/// Why a list is none. The identifiers are not quoted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAList {
    /// It names nothing.
    #[error("it names no identifier")]
    Empty,
    /// What one line holds would be found everywhere.
    #[error("line {0} has fewer than {FEWEST} letters and digits, which would be found everywhere")]
    TooShort(usize),
}

/// A text in its comparable form, which is made once for all lists that are looked for in it.
pub struct Comparable {
    as_written: Signs,
    /// With what is not written in full written so, where there is such a thing.
    in_full: Option<Signs>,
}

impl Comparable {
    /// Brings a text into its comparable form.
    pub fn of(text: &str) -> Self {
        let in_full = match spelled_out(text) {
            Cow::Owned(text) => Some(Signs::of(signs(&text))),
            Cow::Borrowed(_) => None,
        };
        Self { as_written: Signs::of(signs(text)), in_full }
    }
}

/// Returns the letters and digits of a text alone, as far as it is written, and those with everything written in full. What is named in the
/// text is a part of one of them.
pub(in crate::model) fn letters_of(text: &str) -> impl Iterator<Item = String> {
    let in_full = match spelled_out(text) {
        Cow::Owned(text) => Some(letters(&text)),
        Cow::Borrowed(_) => None,
    };
    std::iter::once(letters(text)).chain(in_full)
}

fn letters(text: &str) -> String {
    match text.is_ascii() {
        // No letter of ASCII has another form.
        true => {
            let own = text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect();
            String::from_utf8(own).expect("because ASCII is UTF-8")
        }
        false => Signs::of(signs(text)).letters,
    }
}

/// Signs, and the letters and digits among them.
#[derive(Clone, PartialEq, Eq)]
struct Signs {
    all: Vec<Sign>,
    letters: String,
}

impl Signs {
    fn of(all: Vec<Sign>) -> Self {
        let letter = |sign: &Sign| match sign {
            Sign::Letter(letter) => Some(*letter),
            Sign::Gap | Sign::Wrap => None,
        };
        Self { letters: all.iter().filter_map(letter).collect(), all }
    }
}

/// One sign of a text, as far as it matters for the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A letter or a digit, in its plain form and in small letters.
    Letter(char),
    /// Anything between words: a hyphen of any kind, a space, an underscore.
    Gap,
    /// The end of a line with what surrounds it, where a program may have wrapped the text.
    Wrap,
}

impl Embargo {
    /// Reads a list, one identifier a line. Empty lines, those that begin with `#` and a byte order mark in front are left out.
    ///
    /// # Errors
    /// When it names none, or one that is too short to be looked for.
    pub fn parse(text: &str) -> Result<Self, NotAList> {
        let text = text.trim_start_matches('\u{feff}');
        let mut list = Vec::new();
        for (at, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let signs = signs(line);
            if signs.iter().filter(|sign| matches!(sign, Sign::Letter(_))).count() < FEWEST {
                return Err(NotAList::TooShort(at + 1));
            }
            let ends = |sign: &Sign| !matches!(sign, Sign::Letter(_));
            let from = signs.iter().take_while(|sign| ends(sign)).count();
            let to = signs.len() - signs.iter().rev().take_while(|sign| ends(sign)).count();
            list.push(Signs::of(signs[from..to].to_vec()));
        }
        if list.is_empty() { Err(NotAList::Empty) } else { Ok(Self(list)) }
    }

    /// Says whether a text names one of them: in any case, with any signs or none between its parts, wrapped over a line, in
    /// full-width letters, with marks in it that nobody sees, or as one of several of which only the first is written in full. A page may show
    /// it where the text has it encoded, or with tags in it.
    pub fn is_named_in(&self, text: &str) -> bool {
        let shown = decoded(text);
        self.is_named(&Comparable::of(text)) || (shown != text && self.is_named(&Comparable::of(&shown)))
    }

    /// The same of a text that is in its comparable form already.
    pub fn is_named(&self, text: &Comparable) -> bool {
        let stands = |wanted: &Signs, text: &Signs| {
            text.letters.contains(&wanted.letters) && (0..text.all.len()).any(|at| begins(&text.all, at, &wanted.all))
        };
        let is_there = |text: &Signs| self.0.iter().any(|wanted| stands(wanted, text));
        is_there(&text.as_written) || text.in_full.as_ref().is_some_and(is_there)
    }

    /// Returns the letters and digits of each of them, of which every text that names it has all, one behind the other.
    pub(in crate::model) fn letters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|wanted| wanted.letters.as_str())
    }

    /// Returns a report in which every text that names one of them is withheld as a whole.
    pub fn withheld(&self, report: Report) -> Report {
        let verdicts = report.verdicts.into_iter().map(|verdict| self.of_verdict(verdict)).collect();
        let notes = report.notes.into_iter().map(|note| self.text(note)).collect();
        let again = report.again.into_iter().map(|report| self.withheld(report)).collect();
        Report { verdicts, notes, again, ..report }
    }

    fn of_verdict(&self, verdict: Verdict) -> Verdict {
        let mut kind_evidence = verdict.kind_evidence;
        for piece in &mut kind_evidence {
            piece.says = self.text(std::mem::take(&mut piece.says));
        }
        let finding = |finding: Finding| Finding {
            reason: self.text(finding.reason),
            evidence: finding.evidence.into_iter().map(|one| self.text(one)).collect(),
            ..finding
        };
        let findings = verdict.findings.into_iter().map(finding).collect();
        Verdict { title: self.text(verdict.title), kind_evidence, findings, ..verdict }
    }

    fn text(&self, text: String) -> String {
        if self.is_named_in(&text) { WITHHELD.to_owned() } else { text }
    }
}

/// Says whether an identifier stands at a place of a text, and not as the part of a longer number.
fn begins(text: &[Sign], at: usize, wanted: &[Sign]) -> bool {
    let digit = |sign: Option<&Sign>| matches!(sign, Some(Sign::Letter(c)) if c.is_numeric());
    let longer_in_front = digit(text.get(at)) && at > 0 && digit(text.get(at - 1));
    if text[at] != wanted[0] || longer_in_front {
        return false;
    }
    let mut rest = &text[at..];
    for sign in wanted {
        let skipped = match sign {
            Sign::Letter(_) => rest.iter().take_while(|sign| **sign == Sign::Wrap).count(),
            Sign::Gap | Sign::Wrap => rest.iter().take_while(|sign| !matches!(sign, Sign::Letter(_))).count(),
        };
        rest = &rest[skipped..];
        if matches!(sign, Sign::Letter(_)) {
            match rest.split_first() {
                Some((first, behind)) if first == sign => rest = behind,
                Some(_) | None => return false,
            }
        }
    }
    !(digit(wanted.last()) && digit(rest.first()))
}

/// Brings a text into its comparable form: compatible characters as one (Unicode Standard Annex 15, NFKD), without case, accents
/// and what has no width.
fn signs(text: &str) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::with_capacity(text.len());
    match text.is_ascii() {
        // No sign of ASCII has another form.
        true => text.bytes().for_each(|byte| take(&mut signs, char::from(byte.to_ascii_lowercase()))),
        false => {
            let plain = DecomposingNormalizer::new_nfkd();
            plain.normalize_iter(text.chars()).flat_map(char::to_lowercase).for_each(|c| take(&mut signs, c));
        }
    }
    signs
}

fn take(signs: &mut Vec<Sign>, c: char) {
    let sign = match c {
        '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => return,
        '\u{2060}'..='\u{206f}' | '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => return,
        c if c.is_alphanumeric() => Sign::Letter(c),
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Sign::Wrap,
        _ => Sign::Gap,
    };
    match (signs.last_mut(), sign) {
        // White space and quotation marks around the end of a line belong to it.
        (Some(last @ Sign::Gap), Sign::Wrap) => *last = Sign::Wrap,
        (Some(Sign::Gap | Sign::Wrap), Sign::Gap) | (Some(Sign::Wrap), Sign::Wrap) => {}
        _ => signs.push(sign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Embargo {
        Embargo::parse(text).expect("a list")
    }

    #[test]
    fn an_identifier_is_found_however_it_is_written() {
        let embargo = list("\u{feff}CVE-2026-4242\r\n# ours\n\n  GSA-7-x  \n");
        let named = [
            "see cve-2026-4242!",
            "CVE 2026 4242",
            "CVE_2026_4242",
            "CVE20264242",
            "CVE\u{2011}2026\u{2011}4242",
            "CVE\u{2013}2026\u{2013}4242",
            "CVE-2026-\u{200b}4242",
            "CVE-20\u{ad}26-42\u{2060}42",
            "CVE-2026-\n4242",
            "> CVE-2026-42\n> 42",
            "\u{ff23}\u{ff36}\u{ff25}\u{ff0d}\u{ff12}\u{ff10}\u{ff12}\u{ff16}-4242",
            "fixCVE-2026-4242now",
            "fix-gsa-7-x-now",
            "CVE-2026-4241/4242",
            "CVE-2026-4241, -4240 and -4242",
            "CVE&#45;2026&#x2d;4242",
            "CVE-2026-<b></b>42<wbr>42",
        ];
        for text in named {
            assert!(embargo.is_named_in(text), "{text}");
        }
        for text in ["CVE-2026-424", "CVE-2026-42421", "CVE-2026-424 2", "msgsa 7", "C V E-2026-4242", ""] {
            assert!(!embargo.is_named_in(text), "{text}");
        }
        assert!(!list("2026-4242").is_named_in("12026-4242"));
        assert!(!format!("{embargo:?}").contains("4242"));
    }

    #[test]
    fn the_letters_of_a_text_are_those_of_its_comparable_form() {
        for text in ["see CVE-2026-4242!", "CVE-2026-4241/4242", "a\u{ad}B \u{ff23}-1\n", "\u{7f}\t_0z", ""] {
            let Comparable { as_written, in_full } = Comparable::of(text);
            let expected: Vec<String> = std::iter::once(as_written).chain(in_full).map(|signs| signs.letters).collect();
            assert_eq!(letters_of(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }

    #[test]
    fn what_was_judged_again_is_withheld_like_the_rest() {
        let report = |notes: &[&str], again: Vec<Report>| Report {
            schema: String::new(),
            policy: String::new(),
            after: None,
            head: None,
            verdicts: Vec::new(),
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
            again,
            before: None,
        };
        let secret = ["it is CVE-2026-4242", "it is another"];
        let found = list("CVE-2026-4242").withheld(report(&secret, vec![report(&secret, Vec::new())]));
        assert_eq!(found.notes, [WITHHELD, secret[1]]);
        assert_eq!(found.again[0].notes, found.notes);
    }

    #[test]
    fn a_list_that_cannot_be_looked_for_is_refused() {
        assert_eq!(Embargo::parse("# none\n\n"), Err(NotAList::Empty));
        assert_eq!(Embargo::parse("CVE-2026-4242\nab-1\n"), Err(NotAList::TooShort(2)));
    }
}
