//! How far what introduces something reaches: a heading to the next, a line that ends in a colon over the list or the paragraph below it.

use crate::model::eligibility::advisory::fixed::has_verb_of_fixing;

use super::lead::lets_through;
use super::pieces::{Piece, Sort};

/// So many introductions are read one within another. What stands deeper states nothing.
const MOST: usize = 12;

/// What is longer is no introduction that lets anything through.
const MOST_BYTES: usize = 300;

/// What introduces something, without its colon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Introduction {
    pub(super) text: String,
    /// Whether it leaves to what follows what it says.
    pub(super) lets_through: bool,
    /// Whether it ends in a verb of fixing.
    pub(super) fixes: bool,
}

/// What introduces what follows.
pub(super) struct Lead {
    said: Introduction,
    indent: usize,
    sort: Sort,
    /// What stands below it already.
    spent: Option<Spent>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Spent {
    Aside,
    List,
    Paragraph,
}

impl Lead {
    pub(super) fn introduction(&self) -> Introduction {
        self.said.clone()
    }

    /// Says whether it still introduces what comes, and notes that something did.
    pub(super) fn reaches(&mut self, piece: &Piece, is_listed: bool, is_last: bool) -> bool {
        if piece.sort == Sort::Aside {
            self.spent = self.spent.or(Some(Spent::Aside));
            return true;
        }
        let reaches = match (self.sort, piece.sort) {
            (Sort::Heading(level), Sort::Heading(next)) => level < next,
            // The trailers at the end are those of the whole.
            (Sort::Heading(_), _) => !(is_last && self.spent.is_some()),
            (_, Sort::Heading(_)) => false,
            (Sort::Point, Sort::Point) => piece.indent > self.indent,
            (Sort::Point, _) if is_listed => true,
            (_, _) if is_listed => piece.indent >= self.indent && self.spent != Some(Spent::Paragraph),
            (_, _) => !piece.is_first || self.spent.is_none(),
        };
        self.spent = Some(if is_listed { Spent::List } else { Spent::Paragraph });
        reaches
    }
}

/// Adds a sentence, the last one of a piece, to what introduces what follows.
pub(super) fn add(leads: &mut Vec<Lead>, text: &str, piece: &Piece) {
    let text = text.trim_end_matches(':');
    let is_short = text.len() <= MOST_BYTES && leads.len() < MOST;
    let from = (text.len().saturating_sub(MOST_BYTES)..).find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let said = Introduction {
        text: text[from..].to_owned(),
        lets_through: is_short && lets_through(text),
        fixes: is_short && has_verb_of_fixing(text),
    };
    leads.truncate(MOST);
    leads.push(Lead { said, indent: piece.indent, sort: piece.sort, spent: None });
}
