//! The entries of a text: items of a list, rows of a table, headings, paragraphs, and lines that end of themselves, each of which speaks
//! of a thing of its own.

use std::ops::Range;

use super::clauses::{goes_on_behind, is_continued_by, is_of_change};

/// An entry of a text, which may be wrapped over lines.
pub(super) struct Entry {
    /// Its bytes, with the ends of its lines.
    pub(super) at: Range<usize>,
    /// How deep it stands: spaces and marks of quotations in front of its first sign, and quotations of HTML around it.
    pub(super) indent: usize,
    /// How many marks of a heading stand in front of it, or of a comment.
    pub(super) heading: Option<usize>,
    /// Whether it is quoted from somewhere else.
    pub(super) is_quoted: bool,
}

/// Nobody wraps lines that have room for another word within so many signs.
const NARROWEST: usize = 60;

/// Takes a text apart. Lines of a comment in code belong together, whatever sign they begin with.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut from, mut before, mut was_hashed, mut is_in_comment, mut depth) = (0, "", false, false, 0_usize);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches([' ', '\t', '>']);
        let marks = bare.len() - bare.trim_start_matches('#').len();
        let is_hashed = marks > 0 && bare[marks..].starts_with(' ');
        depth += bare.matches("<blockquote").count();
        let indent = line.len() - bare.len() + 2 * depth;
        let is_quoted = depth > 0 || line.trim_start().starts_with('>');
        let is_hanging = entries.last().is_some_and(|entry| indent > entry.indent);
        let begins = !bare.trim_end().is_empty()
            && (before.trim_end().is_empty()
                || is_hashed != was_hashed
                || (!is_in_comment && (begins_item(bare) || begins_anew(before, bare, is_hanging))));
        let to = from + line.len();
        match entries.last_mut() {
            Some(last) if !begins => last.at.end = to,
            Some(_) | None => {
                entries.push(Entry { at: from..to, indent, heading: is_hashed.then_some(marks), is_quoted });
            }
        }
        is_in_comment = (is_in_comment || bare.starts_with("/*")) && !bare.contains("*/");
        depth = depth.saturating_sub(bare.matches("</blockquote").count());
        (from, before, was_hashed) = (to, bare, is_hashed);
    }
    entries
}

/// Takes a text apart into what can be one sentence: entries, and lines that go on with a small letter as those before.
pub(super) fn passages(text: &str) -> Vec<Range<usize>> {
    let mut passages: Vec<Range<usize>> = Vec::new();
    for Entry { at, .. } in entries(text) {
        let is_open = |last: &Range<usize>| {
            !text[last.clone()].trim_end_matches([' ', '\t', '>']).ends_with("\n\n")
                && text[at.clone()].starts_with(char::is_lowercase)
        };
        match passages.last_mut() {
            Some(last) if is_open(last) => last.end = at.end,
            Some(_) | None => passages.push(at),
        }
    }
    passages
}

/// Says whether a line begins as an item of a list or a row of a table does.
pub(super) fn begins_item(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = number.len() < line.len() && (number.starts_with(". ") || number.starts_with(") "));
    let is_marked = ["- ", "* ", "+ ", "\u{2022} ", "\u{2013} ", "|", "<li"].iter().any(|mark| line.starts_with(mark));
    is_numbered || is_marked
}

/// The same of a line of a file. In a comment of code each line has a star, below that of the first one's sign.
pub(super) fn begins_item_of_file(line: &str) -> bool {
    let bare = line.trim_start();
    let is_in_comment = bare.starts_with("* ") && (line.len() - bare.len()) % 2 == 1 && line.starts_with(' ');
    begins_item(bare) && !is_in_comment
}

/// Says whether a line is no rest of the sentence of the one before, which was wrapped: that ended though the next word had room, or
/// something is changed or anything else than words begins. What hangs below the beginning of an item goes on with it.
fn begins_anew(before: &str, line: &str, is_hanging: bool) -> bool {
    let (body, own) = (line.trim_start_matches(['#', '/', '*', '[', '`', ' ', '\t']), before.trim_end());
    let Some(first) = body.split_whitespace().next() else { return false };
    let begins_words = body.starts_with(|c: char| c.is_alphanumeric() || c == '(') && !first.ends_with([':', '=']);
    let had_room = || own.chars().count() + 1 + first.chars().count() <= NARROWEST;
    let has_ended = match is_of_change(first) {
        true => is_hanging || had_room() || first.starts_with(char::is_uppercase),
        false => !is_hanging && had_room(),
    };
    !begins_words || (has_ended && !goes_on_behind(own) && !is_continued_by(body))
}
