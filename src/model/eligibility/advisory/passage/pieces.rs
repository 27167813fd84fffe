//! The pieces of a text: headings, sentences in a row, points of lists, trailers and code.

use crate::model::eligibility::advisory::fixed::{is_taken_back, plans};
use crate::model::eligibility::advisory::{are_identifiers, is_statement};

/// What does not end a sentence though a full stop stands behind it.
const SHORT: &[&str] = &["e.g.", "i.e.", "cf.", "vs.", "etc.", "resp.", "approx.", "incl."];

/// What nothing ends with that is whole: it goes on in the next line.
const BINDING: &[&str] = &[
    "a", "an", "and", "are", "as", "by", "for", "how", "if", "in", "is", "it", "not", "of", "on", "or", "that", "the",
    "this", "to", "was", "we", "what", "when", "which", "who", "with",
];

/// A part of a paragraph: sentences in a row, a point of a list or a trailer.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) sort: Sort,
    /// Whether it begins a paragraph.
    pub(super) is_first: bool,
    /// So many spaces stand before it.
    pub(super) indent: usize,
}

/// What a piece is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Of this level, the highest 1.
    Heading(usize),
    Prose,
    Point,
    Trailer,
    /// Code, and the point of a list of things to be done that is not: it states nothing.
    Aside,
}

/// So much of a paragraph is read where a line may go on with it.
const MOST_BYTES: usize = 1000;

/// The level of a line in bold letters, below all that are marked as headings.
const BOLD: usize = 7;

/// Splits a text. Quotations are left out.
pub(super) fn pieces(body: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut is_first = true;
    let mut fence: Option<&str> = None;
    for line in body.lines() {
        let text = line.trim();
        let mark = fence_of(text);
        match (fence, mark) {
            (Some(open), Some(mark)) if mark.starts_with(open) && mark.len() == text.len() => fence = None,
            (Some(_), _) => add_code(&mut pieces, text),
            (None, Some(mark)) => {
                pieces.push(Piece { text: String::new(), sort: Sort::Aside, is_first: true, indent: 0 });
                (fence, is_first) = (Some(mark), true);
            }
            (None, None) if text.starts_with('>') => {}
            (None, None) if text.is_empty() => is_first = true,
            (None, None) => {
                add(&mut pieces, line, is_first);
                is_first = false;
            }
        }
    }
    pieces
}

/// Returns the mark that begins or ends code ("Fenced code blocks" of CommonMark).
fn fence_of(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let behind = text.trim_start_matches(mark);
    let length = text.len() - behind.len();
    (length >= 3 && !(mark == '`' && behind.contains('`'))).then(|| &text[..length])
}

fn add_code(pieces: &mut [Piece], text: &str) {
    if let Some(last) = pieces.last_mut() {
        last.text.push(' ');
        last.text.push_str(text);
    }
}

fn add(pieces: &mut Vec<Piece>, line: &str, is_first: bool) {
    let text = line.trim();
    if let Some(last) = pieces.last_mut().filter(|last| !is_first && last.sort == Sort::Prose)
        && let Some(level) = underlined(text)
    {
        last.sort = Sort::Heading(level);
        return;
    }
    let point = point(text);
    let is_trailer = text.split_once(": ").is_some_and(|(key, _)| !key.contains(' '));
    let heading = heading(text);
    let begins = |last: &Piece| point.is_some() || heading.is_some() || (is_trailer && !runs_on(last, text));
    if let Some(last) = pieces.last_mut().filter(|last| !is_first && !begins(last) && goes_on(last, line)) {
        last.text.push(' ');
        last.text.push_str(text);
        return;
    }
    let indent = line.len() - line.trim_start().len();
    let (text, sort) = match (heading, point) {
        (Some((level, text)), _) => (text, Sort::Heading(level)),
        (None, Some(point)) => match boxed(point) {
            Some((true, text)) => (text, Sort::Point),
            Some((false, text)) => (text, Sort::Aside),
            None => (point, Sort::Point),
        },
        (None, None) => (text, if is_trailer { Sort::Trailer } else { Sort::Prose }),
    };
    pieces.push(Piece { text: text.to_owned(), sort, is_first, indent });
}

/// Says whether a line goes on with what stands before it in its paragraph.
fn goes_on(piece: &Piece, line: &str) -> bool {
    let is_indented = line.starts_with([' ', '\t']);
    let text = line.trim();
    let is_small = text.starts_with(char::is_lowercase);
    let states = is_statement(&piece.text);
    let is_whole = matches!(piece.sort, Sort::Heading(_) | Sort::Aside)
        || (piece.sort == Sort::Trailer && !is_indented && !(states && is_small));
    if piece.text.ends_with(':') || is_whole {
        return false;
    }
    if states {
        return (is_small && !is_statement(text)) || are_identifiers(text);
    }
    // Nobody writes a verb large within a sentence; where something took it back before, it is not relied upon.
    let begins = || !is_small && !runs_on(piece, text);
    !(is_statement(text) && (ends_sentence(&piece.text) || begins()))
}

/// Says whether a sentence goes on in the next line, though that reads as one of its own.
fn runs_on(piece: &Piece, next: &str) -> bool {
    if !matches!(piece.sort, Sort::Prose | Sort::Point) || ends_sentence(&piece.text) || piece.text.ends_with(':') {
        return false;
    }
    let last = piece.text.rsplit(' ').next().unwrap_or_default().to_lowercase();
    let is_open = last.ends_with(',') || BINDING.contains(&last.as_str());
    is_open || next.starts_with(char::is_lowercase) || is_taken_back(tail(&piece.text)) || plans(tail(&piece.text))
}

/// Returns the end of a text. No sentence is longer.
fn tail(text: &str) -> &str {
    let from = (text.len().saturating_sub(MOST_BYTES)..).find(|at| text.is_char_boundary(*at));
    &text[from.unwrap_or_default()..]
}

/// Returns what stands behind the mark of a point of a list.
fn point(line: &str) -> Option<&str> {
    let numbered = || {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "));
        behind.filter(|_| rest.len() < line.len())
    };
    ["* ", "- ", "+ ", "• "].iter().find_map(|mark| line.strip_prefix(mark)).or_else(numbered).map(str::trim_start)
}

/// Reads a point with a box, which is ticked or not ("Task list items" of GitHub Flavored Markdown).
fn boxed(point: &str) -> Option<(bool, &str)> {
    let (mark, text) = point.strip_prefix('[')?.split_once("] ")?;
    matches!(mark, " " | "" | "x" | "X").then(|| (matches!(mark, "x" | "X"), text.trim_start()))
}

/// Reads a heading: `## Changes`, or a line in bold letters.
fn heading(text: &str) -> Option<(usize, &str)> {
    let behind = text.trim_start_matches('#');
    let level = text.len() - behind.len();
    if level > 0 {
        return behind.starts_with(' ').then(|| (level, behind.trim_matches(['#', ' '])));
    }
    let bold = ["**", "__"].iter().find_map(|mark| text.strip_prefix(*mark)?.trim_end_matches(':').strip_suffix(*mark));
    bold.filter(|inside| !inside.contains("**")).map(|inside| (BOLD, inside))
}

/// Reads the line below a heading ("Setext headings" of CommonMark).
fn underlined(text: &str) -> Option<usize> {
    let is_of = |mark: char| text.len() >= 3 && text.chars().all(|c| c == mark);
    if is_of('=') { Some(1) } else { is_of('-').then_some(2) }
}

pub(super) fn ends_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '?']) && !SHORT.iter().any(|short| text.to_lowercase().ends_with(short))
}

/// Splits text where a sentence ends and what follows is not written small.
pub(in crate::model::eligibility::advisory) fn sentences(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let is_next = found.last().is_some_and(|last| ends_sentence(last)) && !word.starts_with(char::is_lowercase);
        match found.last_mut().filter(|_| !is_next) {
            Some(last) if last.is_empty() => last.push_str(word),
            Some(last) => {
                last.push(' ');
                last.push_str(word);
            }
            None => found.push(word.to_owned()),
        }
    }
    found
}
