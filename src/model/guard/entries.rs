//! The entries of a text: items of a list, rows of a table, headings, paragraphs, each of which speaks of a thing of its own.

use std::ops::Range;

/// An entry of a text, which may be wrapped over lines.
pub(super) struct Entry {
    /// Its bytes, with the ends of its lines.
    pub(super) at: Range<usize>,
    /// How many bytes stand in front of its first sign: spaces, and marks of quotations.
    pub(super) indent: usize,
}

/// Takes a text apart. Lines of a comment in code belong together, whatever sign they begin with.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut from, mut is_behind_gap, mut was_hashed, mut is_in_comment) = (0, true, false, false);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_start_matches([' ', '\t', '>']);
        let is_hashed = bare.trim_start_matches('#').starts_with(' ') && bare.starts_with('#');
        let begins = is_behind_gap || is_hashed != was_hashed || (begins_item(bare) && !is_in_comment);
        let to = from + line.len();
        match entries.last_mut() {
            Some(last) if !begins => last.at.end = to,
            Some(_) | None => entries.push(Entry { at: from..to, indent: line.len() - bare.len() }),
        }
        is_in_comment = (is_in_comment || bare.starts_with("/*")) && !bare.contains("*/");
        (from, is_behind_gap, was_hashed) = (to, bare.trim_end().is_empty(), is_hashed);
    }
    entries
}

/// Says whether a line begins as an item of a list or a row of a table does.
pub(super) fn begins_item(line: &str) -> bool {
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = number.len() < line.len() && (number.starts_with(". ") || number.starts_with(") "));
    let is_marked = ["- ", "* ", "+ ", "\u{2022} ", "\u{2013} ", "|", "<li"].iter().any(|mark| line.starts_with(mark));
    is_numbered || is_marked
}
