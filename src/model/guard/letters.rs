//! What is written in a script that sets no spaces between words, or none before their endings: found wherever its letters stand one behind
//! the other.

use std::collections::BTreeSet;

use super::names::Text;
use super::words::plain;
use crate::model::arrange::InOrder as _;

/// Fewer letters are one word, which may stand in any text.
const TWO_WORDS: usize = 4;

/// The letters and digits of a phrase, without what stands between them.
#[derive(Clone, PartialEq)]
pub(super) struct Letters(String);

impl Letters {
    /// `None`: it sets spaces between all its words.
    pub(super) fn of(phrase: &str) -> Option<Self> {
        let letters = letters(&plain(phrase).to_lowercase());
        letters.contains(runs_on).then_some(Self(letters))
    }

    /// Returns the letters that stand in every text that has the phrase, but for those of other scripts.
    pub(super) fn parts(&self) -> BTreeSet<String> {
        self.0.chars().filter(|c| runs_on(*c)).map(String::from).in_order()
    }

    /// Says whether it is no more than a word.
    pub(super) fn is_one_word(&self) -> bool {
        // Of a syllable of Korean, which is taken apart, only the first letter counts.
        self.0.chars().filter(|c| !('\u{1160}'..='\u{11ff}').contains(c)).count() < TWO_WORDS
    }

    /// Says whether a text has the phrase.
    pub(super) fn is_in(&self, text: &Text<'_>) -> bool {
        text.letters().contains(&self.0)
    }
}

/// Returns the letters and digits of a text in small letters.
pub(super) fn letters(small: &str) -> String {
    small.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Says whether words of the script of a letter run on into one another, or into their endings (Unicode Standard, blocks): Thai, Lao, Tibetan,
/// Burmese, Korean, Khmer, the signs and syllables of Japanese, and Chinese.
pub(super) const fn runs_on(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
