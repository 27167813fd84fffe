//! What stands below a title, in sentences: a line alone says nothing, for people wrap theirs anywhere, and what introduces a list says what
//! is in it.

mod back;
mod lead;
mod pieces;
mod scope;

use super::fixed::{
    begins_as_fix, elsewhere, fixed_in_title, held_in, is_passive_of_this, is_taken_back, said_in, spoken_of,
};
use super::whole::made_whole;
use super::{are_identifiers, is_aim, is_statement, title};
use crate::model::trailer::plain_subject;

use lead::has_word;
use pieces::{Piece, Sort, ends_sentence, pieces};
use scope::{Introduction, Lead};

pub(super) use back::{Back, is_left, taken_back, tells_of_rest};
pub(super) use lead::{lets_label_through, opens};
pub(super) use pieces::sentences;

/// What makes of a sentence one about another change, to which "this" in the next one may refer.
const ELSEWHERE: &[&str] =
    &["another", "other", "others", "upstream", "later", "next", "will", "would", "could", "should", "if", "until"];

/// So many words have the names of lists that no colon ends.
const MOST_OF_A_NAME: usize = 4;

/// From here on a paragraph below a point of a list belongs to that.
const INDENTED: usize = 2;

/// A sentence, a point of a list or a trailer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) text: String,
    /// What introduces it, the innermost last: it ends in a colon, is a heading, or stands directly above a list.
    leads: Vec<Introduction>,
    /// The sentence directly before it.
    before: Option<String>,
    /// Whether it is all of a piece: of a trailer, of a point, or of sentences in a row.
    is_whole: bool,
    /// Whether it is, and begins a paragraph, and is no point of a list.
    is_own: bool,
    /// Whether it is the first sentence of a point of a list.
    is_point: bool,
    /// Whether it states nothing, as code does.
    is_aside: bool,
}

impl Passage {
    /// Says whether it states that the identifiers in it are fixed, and nothing else. Below the title of a fix bare ones do so, and a point of
    /// a list that is the title of one itself.
    pub(super) fn states(&self, of_fix: bool) -> bool {
        if self.is_led_away() {
            return false;
        }
        let says_so = self.is_whole && (is_statement(&self.text) || is_aim(&self.text));
        let is_bare = of_fix && are_identifiers(self.text.strip_prefix("This is ").unwrap_or(&self.text));
        let is_fix = self.leads.last().map_or(self.is_own, |lead| lead.fixes);
        says_so || (is_bare && is_fix) || (of_fix && self.is_titled() && title::states(&self.text))
    }

    /// Says whether it is a sentence such as `This fixes CVE-…` or `Fixes CVE-… in the parser`, and what is before it speaks of no other
    /// change.
    pub(super) fn is_of_this(&self) -> bool {
        (begins_as_fix(&self.text) || is_passive_of_this(&self.text)) && !self.is_of_another()
    }

    /// Returns the identifiers that it says to be fixed. Below the title of a fix also those of a point of a list that is one itself.
    pub(super) fn fixed(&self, of_fix: bool) -> Vec<String> {
        let is_it = ["This ", "It ", "That "].iter().any(|subject| self.text.starts_with(subject));
        if self.is_led_away() || (is_it && self.is_of_another()) {
            return Vec::new();
        }
        let mut found: Vec<String> = self.clauses().iter().flat_map(|clause| said_in(clause)).collect();
        if of_fix && self.is_titled() {
            found.extend(fixed_in_title(&self.text));
        }
        if begins_as_fix(&self.text) && !is_taken_back(&self.text) {
            found.extend(held_in(&self.text));
        }
        found
    }

    /// Returns the identifiers that it has behind a verb of fixing, whatever else it says.
    pub(super) fn spoken_of(&self) -> Vec<String> {
        self.clauses().iter().flat_map(|clause| spoken_of(clause)).collect()
    }

    /// Returns the identifiers of the flaws whose fix it says to make whole.
    pub(super) fn made_whole(&self) -> Vec<String> {
        if self.is_led_away() { Vec::new() } else { made_whole(&self.text) }
    }

    /// Returns what it says, also behind an introduction that ends in a verb of fixing.
    fn clauses(&self) -> Vec<String> {
        let lead = self.leads.last().filter(|lead| lead.fixes);
        let behind = lead.map(|lead| format!("{} {}", lead.text, self.text));
        let texts = [Some(self.text.clone()), behind];
        texts.iter().flatten().flat_map(|text| text.split("; ")).map(str::to_owned).collect()
    }

    /// Says whether it is a point of a list that may be the title of a commit.
    fn is_titled(&self) -> bool {
        self.is_point && self.is_whole
    }

    fn is_of_another(&self) -> bool {
        self.before.as_ref().is_some_and(|before| has_word(before, ELSEWHERE) || elsewhere(before))
    }

    fn is_led_away(&self) -> bool {
        self.is_aside || !lets_label_through(&self.text) || !self.leads.iter().all(|lead| lead.lets_through)
    }

    /// Returns it behind what introduces it.
    pub(super) fn joint(&self) -> String {
        let leads = self.leads.iter().map(|lead| lead.text.as_str());
        leads.chain([self.text.as_str()]).collect::<Vec<_>>().join(" ")
    }
}

/// Reads what stands below a title. Quotations are left out. The title itself introduces nothing.
pub(super) fn passages(title: &str, body: &str) -> Vec<Passage> {
    let mut all = Vec::new();
    let mut leads: Vec<Lead> = Vec::new();
    let pieces = pieces(body);
    let trailers = trailers_from(&pieces);
    let mut in_list = false;
    for (at, piece) in pieces.iter().enumerate() {
        let is_below = in_list && piece.is_first && piece.indent >= INDENTED;
        let is_listed = piece.sort == Sort::Point || are_identifiers(&piece.text) || is_below;
        in_list = is_listed || (in_list && !piece.is_first);
        leads.retain_mut(|lead| lead.reaches(piece, is_listed, at >= trailers));
        let sentences = sentences(&piece.text);
        let is_whole = sentences.len() == 1;
        let introducing: Vec<Introduction> = leads.iter().map(Lead::introduction).collect();
        let mut before = None;
        for text in &sentences {
            all.push(Passage {
                text: text.clone(),
                leads: introducing.clone(),
                is_point: piece.sort == Sort::Point && before.is_none(),
                before: before.replace(text.clone()),
                is_whole,
                is_own: is_whole && piece.is_first && piece.sort != Sort::Point,
                is_aside: piece.sort == Sort::Aside,
            });
        }
        let last = sentences.last().filter(|last| introduces(piece, last, pieces.get(at + 1)));
        let is_title = |text: &str| plain_subject(text.trim_end_matches(':')) == plain_subject(title);
        if let Some(last) = last.filter(|last| !is_title(last)) {
            scope::add(&mut leads, last, piece);
        }
    }
    all
}

/// Says whether a piece, which ends in a sentence, introduces what follows.
fn introduces(piece: &Piece, last: &str, next: Option<&Piece>) -> bool {
    match piece.sort {
        Sort::Heading(_) => true,
        Sort::Aside => false,
        _ if last.ends_with(':') => true,
        Sort::Prose if !ends_sentence(last) => next.is_some_and(|next| {
            let is_name = piece.is_first && piece.text.split(' ').count() <= MOST_OF_A_NAME;
            next.sort == Sort::Point && (!next.is_first || is_name)
        }),
        Sort::Prose | Sort::Point | Sort::Trailer => false,
    }
}

/// Returns where the trailers at the end of a text begin: paragraphs of nothing else, and of statements.
fn trailers_from(pieces: &[Piece]) -> usize {
    let is_trailer =
        |piece: &Piece| piece.sort == Sort::Trailer || (piece.sort == Sort::Prose && is_statement(&piece.text));
    let other = pieces.iter().rposition(|piece| !is_trailer(piece)).map_or(0, |at| at + 1);
    let behind = pieces[other..].iter().position(|piece| piece.is_first);
    behind.map_or(pieces.len(), |behind| other + behind)
}

#[cfg(test)]
mod tests;
