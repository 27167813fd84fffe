//! Identifiers of advisories in texts: where somebody says that a change is the fix of one, and where one is only mentioned.

mod fixed;
mod passage;
#[cfg(test)]
mod phrases;
mod short;
mod spelling;
mod title;
mod token;
mod whole;

use super::prose::spoken;
use crate::model::change::titled;
use crate::model::trailer::plain_subject;

use fixed::aims;
use passage::{Back, Passage, passages, taken_back};
use short::falls_short;

pub use fixed::{
    InWords, denied, fixed, fixed_by_this, fixed_in_title, fixed_in_words, left_in_words, left_open, meant, remarked,
    said_to_be_fixed,
};
pub use spelling::spelled_out;
pub use title::{is_marked, without_mark};

/// The keys of trailers, and the verbs, that say which advisory a change is about.
const KEYS: &[&str] = &[
    "fix",
    "fixes",
    "fixed",
    "address",
    "addresses",
    "addressed",
    "mitigate",
    "mitigates",
    "remediate",
    "remediates",
    "remediation",
    "close",
    "closes",
    "closed",
    "resolve",
    "resolves",
    "resolved",
    "cve",
    "cve-id",
    "ghsa",
    "ghsa-id",
    "advisory",
    "security",
    "security-advisory",
    "security-fix",
    "vulnerability",
];

/// What a change does to an advisory, behind a `to`: "Bump the parser to address CVE-2026-12345".
const AIMS: &[&str] = &["fix", "address", "resolve", "mitigate", "remediate", "close", "patch"];

/// What in front of such an aim says that it is not reached.
const NOT_YET: &[&str] =
    &["how", "prepare", "prepares", "preparation", "try", "tries", "attempt", "attempts", "fail", "fails", "not"];

/// What a sentence about a newer dependency begins with.
const RENEWALS: &[&str] = &["bump", "update", "upgrade"];

/// The letters and digits of the identifiers that GitHub gives ("About the GitHub Advisory database", "About GHSA IDs").
const GHSA_ALPHABET: &str = "23456789CFGHJMPQRVWX";

/// An identifier of an advisory, and how a text comes to name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The identifier as its database writes it: `CVE-2026-12345`, `GHSA-2345-6789-cfgh`.
    pub id: String,
    /// How it is named.
    pub form: Form,
}

/// How a text names an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A sentence or a trailer says so and nothing else: `Fixes: CVE-2026-12345`, `Fixes https://…/GHSA-2345-6789-cfgh`, or below the title of a fix a paragraph of the identifier alone. Or the title does, in one of the forms that people give it: `CVE-2026-12345: check the length`, `Fixed
    /// CVE-2026-12345 -- checked the length`, `Fix an overflow (CVE-2026-12345)`, `Bump the parser to address CVE-2026-12345`; the
    /// last one also below the title, where it is about a newer dependency.
    Stated,
    /// It stands in a sentence, which may say anything about it.
    Mentioned,
}

/// Returns the advisories that a text names, each once. Quotations and HTML comments are not read, and what a text takes back, as
/// `Revert "fix CVE-…"` does in a list, is only mentioned.
pub fn advisories(text: &str) -> Vec<Named> {
    if !may_name(text) {
        return Vec::new();
    }
    let text = spoken(&spelled_out(text));
    let (title, body) = in_parts(&text);
    let title = title.trim();
    let mut found: Vec<Named> = Vec::new();
    // A title that goes on in the next line is a sentence.
    let is_whole =
        !body.starts_with(title) || !body.lines().nth(1).is_some_and(|next| next.starts_with(char::is_lowercase));
    let states = is_whole && (is_statement(title) || title::states(title));
    if !title.starts_with('>') {
        note(&mut found, title, states);
    }
    let of_fix = title::is_of_fix(title);
    let passages = passages(&titled(text.as_str()), body);
    for (passage, back) in passages.iter().zip(taken_back(title, &passages)) {
        note(&mut found, &passage.text, passage.states(of_fix));
        let is_back = |id: &String| match &back {
            Back::Unnamed => true,
            Back::Of(ids) => ids.contains(id),
        };
        found.iter_mut().filter(|named| is_back(&named.id)).for_each(|named| named.form = Form::Mentioned);
    }
    if passages.iter().any(Passage::leaves_something) {
        found.iter_mut().for_each(|named| named.form = Form::Mentioned);
    }
    found
}

/// Splits a message into its title and what stands below it. Without a line between them all of it is below, too, for it may be one
/// sentence.
pub fn in_parts(message: &str) -> (&str, &str) {
    let (title, body) = message.split_once('\n').unwrap_or((message, ""));
    let is_apart = body.lines().next().is_none_or(|line| line.trim().is_empty());
    (title, if is_apart { body } else { message })
}

/// Says whether a text may name an advisory at all, which few do: whether it has the letters that begin an identifier, or a comment without
/// which it may show them.
fn may_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has = |at: usize, letters: &[u8]| {
        bytes.get(at..at + letters.len()).is_some_and(|word| word.eq_ignore_ascii_case(letters))
    };
    memchr::memchr3_iter(b'c', b'C', b'<', bytes).any(|at| has(at, b"CVE") || has(at, b"<!--"))
        || memchr::memchr2_iter(b'g', b'G', bytes).any(|at| has(at, b"GHSA"))
}

fn note(found: &mut Vec<Named>, text: &str, states: bool) {
    for id in identifiers(text) {
        match found.iter_mut().find(|named| named.id == id) {
            Some(named) if states => named.form = Form::Stated,
            Some(_) => {}
            None => found.push(Named { id, form: if states { Form::Stated } else { Form::Mentioned } }),
        }
    }
}

/// Says whether a line is a key or a verb with identifiers, or links that end with one, and nothing else but issues.
fn is_statement(line: &str) -> bool {
    let line = plain_subject(line.strip_prefix(['*', '-']).unwrap_or(line)).trim_start_matches(['*', '_']);
    let Some((key, rest)) = line.split_once([':', ' ']) else { return false };
    let is_key = |word: &str| KEYS.iter().any(|known| known.eq_ignore_ascii_case(word.trim_matches(['*', '_', ':'])));
    is_key(key) && are_named(rest, is_key)
}

/// Says whether a text consists of identifiers, or of links that end with one. Issues, and what other databases call it, may stand beside
/// them.
fn are_identifiers(text: &str) -> bool {
    are_named(text, |_| false)
}

fn are_named(text: &str, is_key: impl Fn(&str) -> bool) -> bool {
    let gap = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&' | ':' | '(' | ')' | '[' | ']' | '<' | '>');
    let marks = ['*', '_', '`', '.', '/', '+', '|'];
    let words = text.split(gap).map(|word| word.trim_end_matches(marks));
    let mut words = words.filter(|word| !matches!(word.trim_start_matches(marks), "" | "and" | "for"));
    let is_one = |word: &str| {
        let (_, last) = word.rsplit_once('/').unwrap_or(("", word));
        identifier(last.trim_start_matches(marks)).is_some()
    };
    let (mut has_some, mut is_open) = (false, false);
    let fits = words.all(|word| {
        has_some |= is_one(word);
        is_open = is_key(word);
        // The colon of an address is a gap as well.
        is_one(word) || is_issue(word) || is_open || matches!(word, "https" | "http")
    });
    fits && has_some && !is_open
}

/// Says whether a word is an issue, as `#12` and `GH-12`, or what another database calls a flaw: `GO-2026-1234`.
fn is_issue(word: &str) -> bool {
    let (_, last) = word.rsplit_once('/').unwrap_or(("", word));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let numbered = word.strip_prefix('#').or_else(|| word.strip_prefix("GH-")).is_some_and(digits);
    let parts: Vec<&str> = last.split('-').collect();
    let is_other = match parts.as_slice() {
        [base, year, number] => {
            base.bytes().all(|byte| byte.is_ascii_uppercase()) && year.len() == 4 && digits(year) && digits(number)
        }
        _ => false,
    };
    numbered || (is_other && !last.starts_with("CVE-"))
}

/// Says whether a line below the title ends in what it is for: `to address` and identifiers. Only one that begins like the title of a renewal
/// counts, for others may tell what somebody else has to do.
fn is_aim(line: &str) -> bool {
    let lower = plain_subject(line).to_ascii_lowercase();
    let found = AIMS.iter().filter_map(|aim| lower.rsplit_once(&format!("to {aim} ")));
    let renews = RENEWALS.iter().any(|verb| lower.starts_with(verb));
    let counts = |before: &str| before.is_empty() || (renews && before.ends_with(' '));
    let is_aimed = |before: &str| !NOT_YET.iter().any(|word| before.trim_end().ends_with(word)) && aims(before);
    found.into_iter().any(|(before, rest)| counts(before) && is_aimed(before) && are_identifiers(rest))
}

fn identifiers(line: &str) -> impl Iterator<Item = String> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter_map(identifier)
}

/// Reads one word. `CVE-` is followed by the year, since 1999, and a number of four digits or more (CVE Program, "CVE ID
/// Syntax"), `GHSA-` by three times four characters. What stands for any identifier in examples, such as `CVE-0000-0000` and
/// `GHSA-xxxx-xxxx-xxxx`, is none. GitHub writes the groups of its identifiers in small letters.
fn identifier(word: &str) -> Option<String> {
    let upper = word.to_ascii_uppercase();
    let parts: Vec<&str> = upper.split('-').collect();
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let is_one = match parts.as_slice() {
        ["CVE", year, number] => {
            let years = year.len() == 4 && digits(year) && ("1999".."2100").contains(year);
            years && number.len() >= 4 && digits(number) && number.chars().any(|c| c != '0')
        }
        ["GHSA", groups @ ..] => {
            let all: String = groups.concat();
            let fits = |group: &&str| group.len() == 4 && group.chars().all(|c| GHSA_ALPHABET.contains(c));
            groups.len() == 3 && groups.iter().all(fits) && all.chars().any(|c| !all.starts_with(c))
        }
        _ => false,
    };
    let written = |upper: String| match upper.strip_prefix("GHSA-") {
        Some(groups) => format!("GHSA-{}", groups.to_ascii_lowercase()),
        None => upper,
    };
    is_one.then(|| written(upper.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advisory_is_stated_on_a_line_of_its_own() {
        let stated = [
            "Fixes: CVE-2026-12345",
            "a\n\nfixes cve-2026-12345.",
            "a\n\nCVE: CVE-2026-12345",
            "a\n\n* Closes CVE-2026-12345, CVE-2026-12346",
            "a\n\nFixes: https://github.com/godel/godel/security/advisories/GHSA-2345-6789-cfgh",
            "Fix CVE-2026-12345 and CVE-2026-12346",
            "a\n\nAddresses CVE-2026-12345, CVE-2026-12346.",
            "a\n\nTo address CVE-2026-12345.",
            "a\n\nRemediation for CVE-2026-12345.",
            "a\n\nUpdate the parser to address CVE-2026-12345.",
            "CVE-2026-12345: check the length",
            "list: fix an overflow (CVE-2026-12345) (#12)",
            "Bump the parser to v0.17+ to address CVE-2026-12345 (#12)",
            "fix: check the length\n\nCVE-2026-12345",
            "Fix the length\n\nCVE-2026-12345, CVE-2026-12346\n",
            "Security: check the length\n\nCVE-2026-12345",
        ];
        for text in stated {
            let found = advisories(text);
            assert!(!found.is_empty() && found.iter().all(|one| one.form == Form::Stated), "{text}: {found:?}");
        }
        let mentioned = [
            "Document that we are not affected by CVE-2026-12345",
            "a\n\nThis is not about CVE-2026-12345",
            "a\n\nCVE-2026-12345",
            "docs: tell of the length\n\nCVE-2026-12345",
            "Fix the test\n\nCVE-2026-12345",
            "a\n\nFixes: the list of CVE-2026-12345",
            "a\n\nSee https://github.com/advisories/GHSA-2345-6789-cfgh",
            "Fix the test for CVE-2026-12345",
            "Tell how to fix CVE-2026-12345",
            "Prepare to fix CVE-2026-12345",
            "Does not yet try to fix CVE-2026-12345",
            "a\n\nSomebody has to address CVE-2026-12345",
            "a\n\nWe thought that this was a fix (CVE-2026-12345)",
            "a\n\nCVE-2026-12345: we are not affected",
            "Say that the list is safe (CVE-2026-12345)",
            "Read the list of those to fix CVE-2026-12345 is on",
        ];
        for text in mentioned {
            let found = advisories(text);
            assert!(found.len() == 1 && found[0].form == Form::Mentioned, "{text}: {found:?}");
        }
    }

    #[test]
    fn what_cannot_be_an_identifier_is_none() {
        let none = [
            "CVE-26-1",
            "CVE-0000-0000",
            "CVE-1234-5678",
            "CVE-2026-0000",
            "CVE-2026-XXXX",
            "CVE-YYYY-NNNN",
            "GHSA-x",
            "GHSA-xxxx-xxxx-xxxx",
            "GHSA-abcd-efgh-ijkl",
            "<!-- e.g. Fixes: CVE-2024-1234 -->",
            "> Fixes: CVE-2024-1234",
        ];
        for text in none {
            assert_eq!(advisories(text), [], "{text}");
        }
        let ids = |text| advisories(text).into_iter().map(|named| named.id).collect::<Vec<_>>();
        assert_eq!(ids("ghsa-2345-6789-CFGH and cve-2026-12345"), ["GHSA-2345-6789-cfgh", "CVE-2026-12345"]);
        assert_eq!(ids("a\n\nFixes C<!-- so -->VE-2026-12345"), ["CVE-2026-12345"]);
        let twice = advisories("About CVE-2026-12345\n\nFixes: CVE-2026-12345");
        assert_eq!(twice, [Named { id: "CVE-2026-12345".to_owned(), form: Form::Stated }]);
    }
}
