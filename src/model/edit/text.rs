//! Versions in any text: by a pattern, as the only word of a file, or in `key=value` lines.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::source::Source;
use super::tape::{Tape, What};
use crate::model::error::Result;
use crate::model::name::NotAName;
use crate::model::version::Spelling;

const SLOT: &str = "{version}";

/// A text around one `{version}`, which stands for a version in either spelling. All else in it is taken literally.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VersionPattern {
    before: String,
    after: String,
}

impl FromStr for VersionPattern {
    type Err = NotAName;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match text.split_once(SLOT) {
            Some((before, after)) if !after.contains(SLOT) => {
                Ok(Self { before: before.to_owned(), after: after.to_owned() })
            }
            Some(_) | None => Err(NotAName::new("a version pattern", text, "it must hold '{version}' exactly once")),
        }
    }
}

impl fmt::Display for VersionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{SLOT}{}", self.before, self.after))
    }
}

impl VersionPattern {
    /// Returns where a version stands in the pattern's place, in order.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while let Some(range) = self.find_from(text, at) {
            at = range.end.max(at + 1);
            found.push(range);
        }
        found
    }

    fn find_from(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let mut at = from;
        loop {
            let start = at + text.get(at..)?.find(self.before.as_str())?;
            let slot = start + self.before.len();
            let whole = !self.begins_in_a_word(text, start);
            if let Some(len) = whole.then(|| self.version_at(&text[slot..])).flatten() {
                return Some(slot..slot + len);
            }
            at = start + text[start..].chars().next()?.len_utf8();
        }
    }

    /// Says whether a match at an offset would begin in the middle of a word or a number.
    fn begins_in_a_word(&self, text: &str, start: usize) -> bool {
        let last = text[..start].chars().next_back();
        match self.before.chars().next() {
            None => last.is_some_and(is_versionish),
            Some(first) => first.is_alphanumeric() && last.is_some_and(char::is_alphanumeric),
        }
    }

    /// Returns the length of the version at the front of a text, if what follows it is the pattern's.
    fn version_at(&self, text: &str) -> Option<usize> {
        let run = text.find(|c| !is_versionish(c)).unwrap_or(text.len());
        let is_version = |len: &usize| Spelling::ALL.iter().any(|spelling| spelling.parse(&text[..*len]).is_some());
        let follows = |len: &usize| match self.after.is_empty() {
            true => text[*len..run].chars().all(|c| matches!(c, '.' | '-' | '_')),
            false => text[*len..].starts_with(self.after.as_str()),
        };
        (1..=run).rev().filter(|len| text.is_char_boundary(*len)).filter(follows).find(is_version)
    }
}

fn is_versionish(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '+' | '-' | '_')
}

/// Reads a text as the places where the pattern's version stands.
pub(super) fn matches<'s>(source: &Source<'s>, pattern: &VersionPattern, mut tape: Tape<'s>) -> Tape<'s> {
    for range in pattern.find(source.body()) {
        leaf(source, &mut tape, What::Text, range);
    }
    tape
}

/// Reads a text as one word with white space around it.
pub(super) fn word<'s>(source: &Source<'s>, mut tape: Tape<'s>) -> Tape<'s> {
    let body = source.body();
    let word = body.trim();
    let start = body.len() - body.trim_start().len();
    leaf(source, &mut tape, What::Text, start..start + word.len());
    tape
}

/// Reads `key=value` lines, as `java.util.Properties` describes them, as far as versions need: a value that goes on in the next
/// line, or that holds an escape, is a block.
pub(super) fn properties<'s>(source: &Source<'s>, mut tape: Tape<'s>) -> Result<Tape<'s>> {
    let body = source.body();
    let opened = tape.open(What::Map, source.start());
    let mut at = 0;
    while at < body.len() {
        let mut end = at;
        let mut goes_on = true;
        while goes_on && end < body.len() {
            let line_end = body[end..].find('\n').map(|len| end + len + 1).unwrap_or(body.len());
            let line = body[end..line_end].trim_end_matches(['\n', '\r']);
            let comment = end == at && line.trim_start().starts_with(['#', '!']);
            goes_on = !comment && line.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1;
            end = line_end;
        }
        property(source, &mut tape, at..end);
        at = end;
    }
    tape.close(opened, source.text.len());
    Ok(tape)
}

fn property<'s>(source: &Source<'s>, tape: &mut Tape<'s>, lines: Range<usize>) {
    let text = source.body()[lines.clone()].trim_end_matches(['\n', '\r']);
    let key_start = text.len() - text.trim_start().len();
    if text[key_start..].is_empty() || text[key_start..].starts_with(['#', '!']) {
        return;
    }
    let key_end = text[key_start..].find(['=', ':', ' ', '\t', '\n']).map(|len| key_start + len).unwrap_or(text.len());
    let rest = text[key_end..].trim_start();
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start();
    let value_start = text.len() - value.len();
    leaf(source, tape, What::Key, lines.start + key_start..lines.start + key_end);
    let what = if value.contains('\\') { What::Block } else { What::Text };
    leaf(source, tape, what, lines.start + value_start..lines.start + text.len());
}

/// Adds a leaf whose range counts from the start of the body.
fn leaf<'s>(source: &Source<'s>, tape: &mut Tape<'s>, what: What, range: Range<usize>) {
    tape.bytes(what, range.start + source.start()..range.end + source.start());
}
