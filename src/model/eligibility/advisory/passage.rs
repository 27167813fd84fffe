//! What stands below a title, in sentences: a line alone says nothing, for people wrap theirs anywhere, and what introduces a list says what
//! is in it.

use super::fixed::{has_verb_of_fixing, is_taken_back, said_in};
use super::{are_identifiers, identifiers, is_aim, is_statement};

/// What besides makes of an introduction one of what is not fixed, or of what somebody else says.
const OPENING: &[&str] = &[
    "unfixed",
    "open",
    "remain",
    "remains",
    "remaining",
    "still",
    "related",
    "refs",
    "reference",
    "references",
    "example",
    "examples",
    "planned",
    "future",
    "known",
    "left",
    "missing",
    "says",
    "said",
    "wrote",
];

/// What makes of a sentence one about another change, to which "this" in the next one may refer.
const ELSEWHERE: &[&str] =
    &["another", "other", "others", "upstream", "later", "next", "will", "would", "could", "should", "if", "until"];

/// What does not end a sentence though a full stop stands behind it.
const SHORT: &[&str] = &["e.g.", "i.e.", "cf.", "vs.", "etc.", "resp.", "approx.", "incl."];

/// What a sentence that takes something back begins with.
const BACK: &[&str] = &["revert", "reverts", "reverted", "undo", "back out"];

const QUOTES: [char; 5] = ['"', '\'', '`', '“', '”'];

/// A sentence, a point of a list or a trailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) text: String,
    /// What introduces it: it ends in a colon, is a heading, or stands directly above a list.
    lead: Option<String>,
    /// The sentence directly before it.
    before: Option<String>,
    /// Whether it is all of a piece: of a trailer, of a point, or of sentences in a row.
    is_whole: bool,
    /// Whether it is, and begins a paragraph, and is no point of a list.
    is_own: bool,
}

impl Passage {
    /// Says whether it states that the identifiers in it are fixed, and nothing else. Bare ones do so below the title of a fix.
    pub(super) fn states(&self, of_fix: bool) -> bool {
        let says_so = self.is_whole && (is_statement(&self.text) || is_aim(&self.text, false));
        let is_bare = of_fix && are_identifiers(&self.text);
        match &self.lead {
            None => says_so || (is_bare && self.is_own),
            Some(_) if self.is_led_away() => false,
            Some(lead) => says_so || (is_bare && has_verb_of_fixing(lead)),
        }
    }

    /// Says whether it is a sentence such as `This fixes CVE-…`, and what is before it speaks of no other change.
    pub(super) fn is_of_this(&self) -> bool {
        let is_elsewhere = |before: &String| has_word(before, ELSEWHERE);
        let is_it = without_this(&self.text).is_some_and(is_statement);
        is_it && !self.is_led_away() && !self.before.as_ref().is_some_and(is_elsewhere)
    }

    /// Returns the identifiers that it says to be fixed.
    pub(super) fn fixed(&self) -> Vec<String> {
        if self.is_led_away() {
            return Vec::new();
        }
        let says_so = self.lead.as_deref().is_some_and(has_verb_of_fixing);
        let text = if says_so { self.joint() } else { self.text.clone() };
        text.split("; ").flat_map(said_in).collect()
    }

    /// Returns the identifiers of which it takes the fix back: `Revert "fix CVE-…"`.
    pub(super) fn taken_back(&self) -> Vec<String> {
        let lower = self.text.to_lowercase();
        let starts =
            |word: &&str| lower.strip_prefix(*word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        let Some(rest) = BACK.iter().find(|word| starts(word)).and_then(|word| lower.strip_prefix(word)) else {
            return Vec::new();
        };
        let quoted = rest.trim_start_matches([':', ' ']).strip_prefix(QUOTES);
        match quoted.and_then(|quoted| quoted.rsplit_once(QUOTES)) {
            Some((inside, _)) => identifiers(inside).collect(),
            None if rest.split(' ').any(has_verb_of_fixing) => identifiers(rest).collect(),
            None => Vec::new(),
        }
    }

    fn is_led_away(&self) -> bool {
        self.lead.as_ref().is_some_and(|lead| is_taken_back(lead) || has_word(lead, OPENING))
    }

    /// Returns it behind what introduces it.
    pub(super) fn joint(&self) -> String {
        self.lead
            .as_ref()
            .map_or_else(|| self.text.clone(), |lead| format!("{} {}", lead.trim_end_matches(':'), self.text))
    }
}

fn has_word(text: &str, one_of: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| one_of.contains(&word.to_lowercase().as_str()))
}

/// Returns what a sentence about the change at hand says of it, from its verb on.
fn without_this(sentence: &str) -> Option<&str> {
    let (this, rest) = sentence.split_once(' ')?;
    let nouns = ["commit ", "change ", "patch ", "pull request ", "pr ", "backport ", "update "];
    let lower = rest.to_ascii_lowercase();
    let noun = nouns.iter().find(|noun| lower.starts_with(**noun)).map_or(0, |noun| noun.len());
    let rest = rest.get(noun..).filter(|_| this.eq_ignore_ascii_case("this"))?;
    let verbs = ["fixes ", "addresses ", "mitigates ", "remediates ", "closes ", "resolves "];
    verbs.iter().any(|verb| rest.starts_with(verb)).then_some(rest)
}

/// A part of a paragraph: sentences in a row, a point of a list or a trailer.
struct Piece {
    text: String,
    sort: Sort,
    /// Whether it begins a paragraph.
    is_first: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Prose,
    Point,
    Trailer,
}

/// Reads what stands below a title. Quotations are left out.
pub(super) fn passages(body: &str) -> Vec<Passage> {
    let mut all = Vec::new();
    let mut lead: Option<String> = None;
    let pieces = pieces(body);
    for (at, piece) in pieces.iter().enumerate() {
        let next = pieces.get(at + 1);
        let is_listed = piece.sort == Sort::Point || are_identifiers(&piece.text);
        let goes_on = next.is_some_and(|next| next.sort == Sort::Point || are_identifiers(&next.text));
        let introduces = next.is_some_and(|next| !next.is_first && next.sort == Sort::Point)
            && piece.sort == Sort::Prose
            && !ends_sentence(&piece.text);
        let sentences = sentences(&piece.text);
        let is_whole = sentences.len() == 1;
        let is_own = is_whole && piece.is_first && piece.sort != Sort::Point;
        let mut before = None;
        for text in &sentences {
            all.push(Passage { text: text.clone(), lead: lead.clone(), before: before.take(), is_whole, is_own });
            before = Some(text.clone());
        }
        let last = sentences.last().filter(|last| introduces || last.ends_with(':') || is_heading(last));
        lead = match (lead.take(), last) {
            (Some(outer), Some(last)) if is_listed => Some(format!("{outer} {last}")),
            (_, Some(last)) => Some(last.clone()),
            // What follows in the same paragraph, and the rest of a list.
            (Some(outer), None) if (is_listed && goes_on) || next.is_some_and(|next| !next.is_first) => Some(outer),
            (_, None) => None,
        };
    }
    all
}

fn pieces(body: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut is_first = true;
    for line in body.lines().filter(|line| !line.trim().starts_with('>')) {
        let text = line.trim();
        if text.is_empty() {
            is_first = true;
            continue;
        }
        let point = point(text);
        let is_trailer = text.split_once(": ").is_some_and(|(key, _)| !key.contains(' '));
        let is_new = is_first || point.is_some() || is_trailer;
        match pieces.last_mut().filter(|last| !is_new && goes_on(last, line)) {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(text);
            }
            None => {
                let sort = match point {
                    Some(_) => Sort::Point,
                    None if is_trailer => Sort::Trailer,
                    None => Sort::Prose,
                };
                pieces.push(Piece { text: point.unwrap_or(text).to_owned(), sort, is_first });
            }
        }
        is_first = false;
    }
    pieces
}

/// Says whether a line goes on with what stands before it in its paragraph.
fn goes_on(piece: &Piece, line: &str) -> bool {
    let is_indented = line.starts_with([' ', '\t']);
    let text = line.trim();
    let is_small = text.starts_with(char::is_lowercase);
    if piece.text.ends_with(':') || is_heading(&piece.text) || (piece.sort == Sort::Trailer && !is_indented) {
        return false;
    }
    if is_statement(&piece.text) {
        return is_small || are_identifiers(text);
    }
    // Nobody writes a verb large within a sentence; where something took it back before, it is not relied upon.
    let begins = !is_small && !is_taken_back(&piece.text);
    !(is_statement(text) && (begins || ends_sentence(&piece.text)))
}

/// Returns what stands behind the mark of a point of a list.
fn point(line: &str) -> Option<&str> {
    let numbered = || {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "));
        behind.filter(|_| rest.len() < line.len())
    };
    ["* ", "- ", "+ "].iter().find_map(|mark| line.strip_prefix(mark)).or_else(numbered).map(str::trim_start)
}

fn is_heading(text: &str) -> bool {
    text.starts_with('#') && text.trim_start_matches('#').starts_with(' ')
}

fn ends_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '?']) && !SHORT.iter().any(|short| text.to_lowercase().ends_with(short))
}

/// Splits text where a sentence ends and what follows is not written small.
fn sentences(text: &str) -> Vec<String> {
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

#[cfg(test)]
mod tests;
