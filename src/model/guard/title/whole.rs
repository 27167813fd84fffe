//! A title that a text repeats as it stands, and one so bare that a word of it tells.

use super::Scope;
use super::usage::EMPTY;
use crate::model::guard::flaw::Phrases;
use crate::model::guard::letters::Letters;
use crate::model::guard::names::Text;
use crate::model::guard::place::Place;
use crate::model::guard::scan::Made;
use crate::model::guard::words::{Word, words};

/// Fewer words of a title say too little without the name of a flaw.
const LEAST: usize = 4;

/// A word is cut short to no fewer letters.
const SHORTEST: usize = 3;

/// A title as it stands.
#[derive(Clone, PartialEq)]
pub(super) struct Whole {
    words: Vec<Word>,
    letters: Option<Letters>,
    alone: Phrases,
}

/// A word of an entry.
pub(super) struct Said {
    pub(super) word: Word,
    /// Whether it is what people put around a title, such as who made the change, and where it was picked from.
    pub(super) is_around: bool,
}

impl Whole {
    /// Takes a title, and what says as much as all of it.
    pub(super) fn of(title: &str, alone: Phrases) -> Self {
        Self { words: words(title), letters: Letters::of(title), alone }
    }

    /// Says whether it is known in its own words only.
    pub(super) fn is_bare(&self) -> bool {
        self.letters.is_some() || self.words.len() < 2
    }

    /// Says whether a text repeats it. What says as much as all of it counts only where few words stand, and where no other flaw is
    /// named: a longer text speaks of many things.
    pub(super) fn is_in(&self, place: Place, text: &Text<'_>, scope: Scope) -> bool {
        let is_short = place.is_name() || matches!(place, Place::Subject | Place::Title | Place::Release);
        let is_same = |window: &[Word]| window.iter().zip(&self.words).all(|(a, b)| a.stem == b.stem);
        let all = self.words.len();
        let says_something = all > 1 && self.telling().next().is_some();
        let repeats = match says_something {
            true => text.words.windows(all).any(is_same),
            // Words that say nothing stand anywhere.
            false => all > 0 && text.words.len() == all && is_same(&text.words),
        };
        let has_letters =
            || self.letters.as_ref().is_some_and(|own| (is_short || !own.is_one_word()) && own.is_in(text));
        repeats
            || has_letters()
            || (is_short && matches!(scope, Scope::Prose | Scope::Code) && !self.alone.places(&text.words).is_empty())
    }

    /// Says whether an entry says this and nothing else but what is said around a title. Numbers say nothing. Of a name the last word may
    /// be cut short.
    pub(super) fn is_all_of(&self, entry: &[Said], place: Place) -> bool {
        let says = |word: &Word| !EMPTY.contains(&word.whole.as_str()) && !word.whole.chars().all(char::is_numeric);
        let own: Vec<&Word> = self.words.iter().filter(|word| says(word)).collect();
        let entry: Vec<&Said> = entry.iter().filter(|said| says(&said.word)).collect();
        let is_here = |from: usize| {
            let (before, rest) = entry.split_at(from);
            let (here, behind) = rest.split_at(own.len());
            let mut pairs = here.iter().zip(&own).rev();
            let ends = pairs.next().is_some_and(|(said, own)| is_word(own, &said.word, place));
            let is_same = ends && pairs.all(|(said, own)| said.word.stem == own.stem);
            is_same && before.iter().chain(behind).all(|said| said.is_around)
        };
        !own.is_empty() && own.len() <= entry.len() && (0..=entry.len() - own.len()).any(is_here)
    }

    /// Says whether a text has every word of it that says something, wherever.
    pub(super) fn has_its_words(&self, text: &[Word], place: Place) -> bool {
        self.telling().all(|own| text.iter().any(|word| is_word(own, word, place)))
    }

    /// Says whether a text has most of its words that say something, in their order: all but one of five.
    pub(super) fn is_nearly_in(&self, text: &[Word]) -> bool {
        let own: Vec<&Word> = self.telling().collect();
        let needed = (own.len() * 4).div_ceil(5).max(LEAST);
        // The longest sequence of words of both in one order, as it grows with each word of the text.
        let mut longest = vec![0; own.len() + 1];
        for word in text {
            let mut before = 0;
            for (at, telling) in own.iter().enumerate() {
                let diagonal = std::mem::replace(&mut before, longest[at + 1]);
                let here = if telling.stem == word.stem { diagonal + 1 } else { 0 };
                longest[at + 1] = here.max(before).max(longest[at]);
            }
        }
        longest[own.len()] >= needed
    }

    /// Adds what every text has that repeats it.
    pub(super) fn made(&self, made: &mut Made) {
        let stems = |words: &[&Word]| words.iter().map(|word| word.stem.clone()).collect::<Vec<_>>();
        let telling = stems(&self.telling().collect::<Vec<_>>());
        let own = if telling.is_empty() { stems(&self.words.iter().collect::<Vec<_>>()) } else { telling };
        match &self.letters {
            Some(letters) => made.sign(letters.parts().iter().map(String::as_str)),
            None => made.sign(own.iter().map(String::as_str)),
        }
        self.alone.made(made);
    }

    /// The same of every name that repeats it and is cut short.
    pub(super) fn made_short(&self, made: &mut Made) {
        let mut stems: Vec<String> = self.telling().map(|word| word.stem.clone()).collect();
        if let Some(last) = stems.last_mut() {
            *last = last.chars().take(SHORTEST).collect();
        }
        made.sign(stems.iter().map(String::as_str));
    }

    fn telling(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|word| !EMPTY.contains(&word.whole.as_str()))
    }
}

/// Says whether a word of a place is one of a title, or of a name its beginning.
fn is_word(own: &Word, word: &Word, place: Place) -> bool {
    let is_cut = || place.is_name() && word.whole.len() >= SHORTEST && own.whole.starts_with(&word.whole);
    own.stem == word.stem || is_cut()
}
