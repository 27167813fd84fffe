//! The version that a heading names.

use semver::Version;

/// Words in front of a version that make the heading speak about it, instead of naming it.
const IN_FRONT: &[&str] = &[
    "about",
    "after",
    "and",
    "are",
    "as",
    "at",
    "before",
    "below",
    "between",
    "breaking",
    "bump",
    "bumped",
    "by",
    "change",
    "changed",
    "changes",
    "deprecated",
    "drop",
    "dropped",
    "for",
    "from",
    "in",
    "is",
    "known",
    "migrate",
    "migrating",
    "migration",
    "minimum",
    "non",
    "not",
    "of",
    "on",
    "or",
    "over",
    "past",
    "post",
    "pre",
    "removed",
    "require",
    "required",
    "requires",
    "since",
    "support",
    "supports",
    "than",
    "through",
    "till",
    "to",
    "under",
    "until",
    "upgrade",
    "upgraded",
    "upgrading",
    "via",
    "was",
    "were",
    "what",
    "when",
    "why",
    "with",
    "without",
];

/// Words directly behind a version that do so.
const BEHIND: &[&str] = &[
    "alpha",
    "and",
    "are",
    "beta",
    "breaking",
    "compatibility",
    "guide",
    "has",
    "is",
    "known",
    "migration",
    "needs",
    "or",
    "preview",
    "rc",
    "required",
    "requires",
    "support",
    "through",
    "to",
    "until",
    "upgrade",
    "upgrading",
    "was",
];

/// Words that say no more than that a version follows.
const PLAIN: &[&str] = &["release", "released", "version", "v"];

/// How many words a name in front of a version may have.
const NAME: usize = 3;

/// A version that a heading names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) version: Version,
    /// The words in front that name the product, in small letters: `godel` of `Godel 2.0.1`. None for `Release 2.0.1`.
    pub(super) product: Vec<String>,
}

/// Returns the version that the text of a heading names: the only one in it, as `2.0.1` or `2.0`, with or without a `v`, a link or
/// brackets around it, and a name of up to three words in front, as in `Release 2.0.1`, `Godel 2.0.1` or `godel@2.0.1`. A heading of
/// level 3 may hold no name, for there it is more often that of something else, and neither may one that names `2.0`.
///
/// `None` for a sentence that happens to hold one.
pub(super) fn version(heading: &str, level: usize) -> Option<Named> {
    let plain = plain(heading);
    if plain.contains(['<', '>', '=', '~', '^', '?', '≥', '≤', '→']) {
        return None;
    }
    let words: Vec<Word<'_>> = words(&plain);
    let (at, version) = only(&words)?;
    let (front, behind) = (&words[..at], words.get(at + 1));
    let is_one_of = |word: &str, list: &[&str]| list.iter().any(|other| word.eq_ignore_ascii_case(other));
    let is_said = |word: &Word<'_>| word.is_next && is_one_of(word.text, BEHIND);
    if front.iter().any(|word| is_one_of(word.text, IN_FRONT)) || behind.is_some_and(is_said) {
        return None;
    }
    let is_name =
        |word: &&Word<'_>| !is_one_of(word.text, PLAIN) && !word.text.starts_with(|c: char| c.is_ascii_digit());
    let glued = version.name.map_or(0, |name| if is_one_of(name, IN_FRONT) { NAME + 1 } else { 1 });
    let names = || front.iter().filter(is_name);
    let most = if level > 2 || version.is_short { 0 } else { NAME };
    let product = || names().map(|word| word.text).chain(version.name).map(str::to_lowercase).collect();
    (names().count() + glued <= most).then(|| Named { product: product(), version: version.version.clone() })
}

/// A version as it is written.
struct Written<'t> {
    version: Version,
    /// `2.0` for 2.0.0.
    is_short: bool,
    /// `godel` in `godel-2.0.1`.
    name: Option<&'t str>,
}

/// A word, and whether only a space parts it from the one in front.
struct Word<'t> {
    text: &'t str,
    is_next: bool,
}

/// Finds the only version among words. A date such as `2026.1.5` beside it does not count, nor does `3.9` beside `2.0.1`.
fn only<'t>(words: &[Word<'t>]) -> Option<(usize, Written<'t>)> {
    let read = |(at, word): (usize, &Word<'t>)| Some((at, written(word.text)?));
    let all = || words.iter().enumerate().filter_map(read);
    let is_year = |version: &Written<'_>| (1970..=2100).contains(&version.version.major);
    let one = |keep: &dyn Fn(&Written<'_>) -> bool| {
        let mut kept = all().filter(|(_, version)| keep(version));
        kept.next().filter(|_| kept.next().is_none())
    };
    let has_whole = all().any(|(_, version)| !version.is_short);
    let counts = |version: &Written<'_>| !has_whole || !version.is_short;
    one(&counts).or_else(|| one(&|version| counts(version) && !is_year(version)))
}

fn written(word: &str) -> Option<Written<'_>> {
    if let Some(version) = bare(word) {
        return Some(Written { version, is_short: false, name: None });
    }
    let digits = word.strip_prefix(['v', 'V']).unwrap_or(word);
    if let Some(version) =
        bare(&format!("{digits}.0")).filter(|version| version.pre.is_empty() && version.build.is_empty())
    {
        return Some(Written { version, is_short: true, name: None });
    }
    if !word.starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let parts = word.match_indices(['-', '_']).map(|(at, _)| (&word[..at], &word[at + 1..]));
    parts.into_iter().find_map(|(name, rest)| Some(Written { version: bare(rest)?, is_short: false, name: Some(name) }))
}

fn bare(word: &str) -> Option<Version> {
    Version::parse(word.strip_prefix(['v', 'V']).unwrap_or(word)).ok()
}

fn words(plain: &str) -> Vec<Word<'_>> {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '+' | '_');
    let mut found = Vec::new();
    let mut rest = plain;
    while let Some(start) = rest.find(is_inside) {
        let length = rest[start..].find(|c| !is_inside(c)).unwrap_or(rest.len() - start);
        let text = rest[start..start + length].trim_matches(['.', '-', '+', '_']);
        let is_parted = found.last().is_none_or(|word: &Word<'_>| word.text.is_empty());
        let is_next = !is_parted && rest[..start].chars().all(char::is_whitespace);
        found.push(Word { text, is_next });
        rest = &rest[start + length..];
    }
    found.into_iter().filter(|word| !word.text.is_empty()).collect()
}

/// Returns the text without tags, the addresses of links, the marks of Markdown, and what stands in round brackets.
fn plain(heading: &str) -> String {
    let mut said = String::new();
    let mut rest = heading;
    while let Some(first) = rest.chars().next() {
        let behind = &rest[first.len_utf8()..];
        rest = match first {
            '<' => past(rest, '<', '>').unwrap_or_else(|| kept(&mut said, first, behind)),
            '(' => past(rest, '(', ')').unwrap_or_else(|| kept(&mut said, first, behind)),
            ']' if behind.starts_with('[') => past(behind, '[', ']').unwrap_or(behind),
            '[' | ']' | '*' | '`' | '\\' => behind,
            other => kept(&mut said, other, behind),
        };
    }
    said
}

fn kept<'t>(said: &mut String, c: char, behind: &'t str) -> &'t str {
    said.push(c);
    behind
}

/// Returns what stands behind the bracket that closes the one at the start. What is open at the end is no bracket.
fn past(text: &str, open: char, close: char) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(&text[at + close.len_utf8()..]);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(heading: &str, level: usize) -> String {
        version(heading, level).map_or_else(|| "-".to_owned(), |named| named.version.to_string())
    }

    #[test]
    fn a_heading_names_a_version() {
        let table = [
            ("2.1.0", 2, "2.1.0"),
            ("[2.1.0] - 2026-02-02", 2, "2.1.0"),
            ("[2.1.0] - 2026-02-02 [YANKED]", 2, "2.1.0"),
            ("v2.1.0 (2026-02-02)", 2, "2.1.0"),
            ("V2.1.0-rc.1, 2 February 2026", 2, "2.1.0-rc.1"),
            ("2.1.0 / 2026-02-02", 1, "2.1.0"),
            ("2.1.0 / 2026.2.2", 1, "2.1.0"),
            ("2026.2.2", 1, "2026.2.2"),
            ("2.1.0:", 2, "2.1.0"),
            ("2.1.0 \"Fast upgrade\"", 2, "2.1.0"),
            ("2.1.0 - now with Python 3.9", 2, "2.1.0"),
            ("2.1.0 released on Monday", 2, "2.1.0"),
            ("**2\\.1\\.0**", 2, "2.1.0"),
            ("`2.1.0`", 2, "2.1.0"),
            ("2.1.0 <!-- was 2.0.9 -->", 2, "2.1.0"),
            ("[2.1.0](https://x/compare/v2.0.0...v2.1.0) (2026-02-02)", 3, "2.1.0"),
            ("[2.1.0](https://x/(2.0.0)/y)", 3, "2.1.0"),
            ("[2.1.0][2.1.0-link]", 3, "2.1.0"),
            ("<a name=\"2.1.0\"></a>[2.1.0](https://x)", 2, "2.1.0"),
            ("Release 2.1.0", 3, "2.1.0"),
            ("Version: 2.1.0", 2, "2.1.0"),
            ("Godel 2.1.0", 2, "2.1.0"),
            ("Apache Godel 2.1.0 (Feb 2, 2026)", 2, "2.1.0"),
            ("godel@2.1.0", 2, "2.1.0"),
            ("@old/godel@2.1.0", 2, "2.1.0"),
            ("godel-v2.1.0-rc.1", 2, "2.1.0-rc.1"),
            ("my-godel-2.1.0", 2, "2.1.0"),
            ("2026-02-02, Version 2.1.0 'Prime' (LTS), @ann", 2, "2.1.0"),
            ("2.1", 2, "2.1.0"),
            ("v2.1 (2026-02-02)", 2, "2.1.0"),
            ("Grüße (2.0.0", 2, "2.0.0"),
        ];
        for (heading, level, expected) in table {
            assert_eq!(said(heading, level), expected, "{heading}");
        }
    }

    #[test]
    fn a_heading_names_a_product() {
        let table = [
            ("2.1.0 \"Fast upgrade\"", ""),
            ("2026-02-02, Version 2.1.0 'Prime'", ""),
            ("Release 2.1.0", ""),
            ("Apache Godel 2.1.0", "apache godel"),
            ("@old/godel@2.1.0", "old godel"),
            ("my-godel-v2.1.0", "my-godel"),
        ];
        for (heading, expected) in table {
            let product = version(heading, 2).map(|named| named.product.join(" "));
            assert_eq!(product.as_deref(), Some(expected), "{heading}");
        }
    }

    #[test]
    fn a_sentence_and_what_is_about_something_else_names_none() {
        let table = [
            ("What changed since 1.0.0", 2),
            ("Upgrading from 1.x", 2),
            ("Upgrading to 2.0.0", 2),
            ("Upgrade from 1.9.0 to 2.0.0", 2),
            ("Breaking changes in 2.0.0", 2),
            ("2.0.0 migration guide", 2),
            ("2.0.0 and later", 2),
            ("2.0.0 beta 1", 2),
            ("Pre-2.0.0", 2),
            ("Is 2.0.0 for me?", 2),
            ("The long story about how we made 2.0.0", 2),
            ("Python >= 3.8.0", 2),
            ("Python 3.8", 2),
            ("Python 3.8.0", 3),
            ("2.0.0, 2.0.1", 2),
            ("2.0.0...2.1.0", 2),
            ("1.0.0 → 2.0.0", 2),
            ("2", 2),
            ("2.x", 2),
            ("2026-02-02", 2),
            ("[Unreleased]", 2),
            ("", 2),
            ("](", 2),
        ];
        for (heading, level) in table {
            assert_eq!(said(heading, level), "-", "{heading}");
        }
    }
}
