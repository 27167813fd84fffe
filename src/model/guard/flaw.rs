//! Sorts of flaws, by the words people use for them and by their numbers in the Common Weakness Enumeration, and the words that tell of a
//! flaw of whatever sort.

mod known;

use std::collections::BTreeMap;

use super::scan::Made;
use super::words::{Word, stem, words};
use known::{ANYWHERE, CALLED_SO, EVERY_DAY, EXPLAINING, HINTING, Known, OF_CODE, OWN, PERHAPS, SORTS, TELLING};

/// How much a phrase or a word tells, in quarters of a word of a title that is seldom used.
pub(super) type Worth = u32;

/// Says openly that there is a flaw.
const OPEN: Worth = 6;
/// Names a sort of flaws.
pub(super) const PLAIN: Worth = 4;
/// Has other meanings too.
pub(super) const VAGUE: Worth = 2;
/// Says what words near it are about, and nothing else.
pub(super) const EXPLAINED: Worth = 0;

/// No phrase has more words.
const LONGEST: usize = 8;
/// A name of so few letters is an abbreviation.
const SHORT: usize = 5;

/// What a phrase says without most words of the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alone {
    /// Enough: it is the usual name of this very sort of flaws.
    Enough,
    /// Enough beside one word of the place: it is a noun of such a name.
    Beside,
    /// Too little.
    Little,
    /// Nothing, and nothing within it does but the usual name of this very sort: it is a thing of every day.
    Nothing,
    /// Nothing, and nothing within it does: it is a thing that is called so.
    Thing,
}

/// A sort of flaws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort(usize);

/// Returns the sorts that a title and the weaknesses of an advisory tell of.
pub(super) fn sorts(title: &[Word], cwes: &[String]) -> Vec<Sort> {
    let told = |known: &Known| {
        let numbered = listed(known.cwes).any(|cwe| cwes.iter().any(|own| own == cwe));
        numbered || !Phrases::of(named(known)).places(title).is_empty()
    };
    all_sorts().into_iter().filter(|sort| told(&SORTS[sort.0])).collect()
}

/// Returns all of them.
pub(super) fn all_sorts() -> Vec<Sort> {
    (0..SORTS.len()).map(Sort).collect()
}

/// A phrase behind its first word.
#[derive(Clone, PartialEq)]
struct Phrase {
    /// The stems of its other words.
    rest: Vec<String>,
    worth: Worth,
    alone: Alone,
    /// A noun of a name, or a short name, as it is written: other words have its stem, too, as 'redo' has that of 'redos'.
    exact: Option<String>,
    /// Whether code has it for other things.
    is_of_code: bool,
    /// Whether it is a longer phrase whose words are written as one, which has the stems of all of them in it.
    is_joined: bool,
}

/// Phrases to look for, by the stem of their first word.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Phrases(BTreeMap<String, Vec<Phrase>>);

/// Where a phrase stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// Its first word, counted from the first of the text.
    pub(super) at: usize,
    /// How many words it has.
    pub(super) words: usize,
    /// How much it tells.
    pub(super) worth: Worth,
    /// What it says without most words of the title.
    pub(super) alone: Alone,
    /// Whether code has it for other things.
    pub(super) is_of_code: bool,
}

impl Phrases {
    /// Returns all that tell of some sorts of flaws, of some weaknesses, or of a flaw at all, and what explains them, unless a title
    /// says that itself.
    pub(super) fn telling(sorts: &[Sort], title: &[Word], cwes: &[String]) -> Self {
        let known = || sorts.iter().map(|sort| &SORTS[sort.0]);
        let own = known().flat_map(|known| listed(known.names).chain(listed(known.cwes)));
        // What explains a name is needed where it, or a word of it, has other meanings.
        let is_plain =
            |name: &str| listed(PERHAPS).all(|other| other != name && name.split(' ').all(|word| word != other));
        let own = own.chain(cwes.iter().map(String::as_str));
        let own = own.map(|name| (name, if is_plain(name) { PLAIN } else { VAGUE }, Alone::Enough));
        let nouns = known().flat_map(|known| listed(known.nouns)).map(|noun| (noun, VAGUE, Alone::Beside));
        let is_sure = |name: &&str| listed(PERHAPS).chain(listed(OWN)).all(|other| other != *name);
        let of_all = SORTS.iter().flat_map(|known| listed(known.names).filter(is_sure)).chain(listed(ANYWHERE));
        let plain = known().flat_map(|known| listed(known.plain)).chain(of_all).map(|name| (name, PLAIN));
        let vague = known().flat_map(|known| listed(known.vague)).chain(listed(HINTING)).chain(listed(PERHAPS));
        let others = plain.chain(vague.map(|name| (name, VAGUE))).chain(listed(TELLING).map(|name| (name, OPEN)));
        let is_not_said = |name: &&str| Self::of([(*name, EXPLAINED, Alone::Little)]).places(title).is_empty();
        let others = others.chain(listed(EXPLAINING).filter(is_not_said).map(|name| (name, EXPLAINED)));
        let every_day = listed(EVERY_DAY).map(|name| (name, EXPLAINED, Alone::Nothing));
        let every_day = every_day.chain(listed(CALLED_SO).map(|name| (name, EXPLAINED, Alone::Thing)));
        Self::of(own.chain(nouns).chain(every_day).chain(others.map(|(name, worth)| (name, worth, Alone::Little))))
    }

    /// Returns those that name some sorts of flaws, without the vague ones.
    pub(super) fn naming(sorts: &[Sort]) -> Self {
        Self::of(sorts.iter().flat_map(|sort| named(&SORTS[sort.0])))
    }

    /// Returns what a title itself calls its sorts of flaws, in no fewer words than `least`, without single words of a longer name.
    pub(super) fn alone(sorts: &[Sort], title: &[Word], least: usize) -> Self {
        let places = Self::naming(sorts).places(title);
        let is_part = |one: &&Found| {
            let holds = |all: &Found| all.at <= one.at && one.at + one.words <= all.at + all.words;
            places.iter().any(|all| all.words > one.words && holds(all))
        };
        let text = |one: &Found| {
            title[one.at..one.at + one.words].iter().map(|word| word.whole.as_str()).collect::<Vec<_>>().join(" ")
        };
        let own: Vec<String> =
            places.iter().filter(|one| one.words >= least.max(2) || (least == 1 && !is_part(one))).map(text).collect();
        Self::of(own.iter().map(|phrase| (phrase.as_str(), PLAIN, Alone::Enough)))
    }

    /// Returns one word.
    pub(super) fn word(word: &Word) -> Self {
        Self::of([(word.whole.as_str(), PLAIN, Alone::Enough)])
    }

    fn of<'p>(phrases: impl IntoIterator<Item = (&'p str, Worth, Alone)>) -> Self {
        let mut by_first: BTreeMap<String, Vec<Phrase>> = BTreeMap::new();
        for (phrase, worth, alone) in phrases {
            let own = words(phrase);
            let Some((first, rest)) = own.split_first() else { continue };
            let is_short = worth >= PLAIN && first.whole.len() <= SHORT;
            let exact = (alone == Alone::Beside || (rest.is_empty() && is_short)).then(|| first.whole.clone());
            if alone == Alone::Enough && !rest.is_empty() {
                let joined = Phrase { rest: Vec::new(), worth, alone, exact: None, is_of_code: false, is_joined: true };
                let whole: String = own.iter().map(|word| word.whole.as_str()).collect();
                by_first.entry(stem(&whole)).or_default().push(joined);
            }
            let rest = rest.iter().map(|word| word.stem.clone()).collect();
            let is_of_code = worth == VAGUE && listed(OF_CODE).any(|word| word == phrase);
            let phrase = Phrase { rest, worth, alone, exact, is_of_code, is_joined: false };
            by_first.entry(first.stem.clone()).or_default().push(phrase);
        }
        Self(by_first)
    }

    /// Returns the stems of the first words of those that tell.
    pub(super) fn beginnings(&self) -> impl Iterator<Item = &str> {
        let tells = |phrase: &Phrase| phrase.worth > EXPLAINED && !phrase.is_joined;
        let telling = self.0.iter().filter(move |(_, all)| all.iter().any(tells));
        telling.map(|(first, _)| first.as_str())
    }

    /// Adds what stands in every text that has one which says enough.
    pub(super) fn made(&self, made: &mut Made) {
        for (first, all) in &self.0 {
            for phrase in all.iter().filter(|phrase| phrase.alone == Alone::Enough && !phrase.is_joined) {
                made.name([first].into_iter().chain(&phrase.rest).map(String::as_str));
            }
        }
    }

    /// Returns where they stand in a text.
    pub(super) fn places(&self, text: &[Word]) -> Vec<Found> {
        let mut found = Vec::new();
        for (at, word) in text.iter().enumerate() {
            for Phrase { rest, worth, alone, exact, is_of_code, .. } in self.0.get(&word.stem).into_iter().flatten() {
                let is_it = |own: &String| word.whole == *own || word.whole.strip_suffix('s') == Some(own);
                let here = text.get(at + 1..at + 1 + rest.len()).filter(|_| exact.as_ref().is_none_or(is_it));
                if here.is_some_and(|here| here.iter().zip(rest).all(|(word, stem)| word.stem == *stem)) {
                    let (words, worth, alone, is_of_code) = (rest.len() + 1, *worth, *alone, *is_of_code);
                    found.push(Found { at, words, worth, alone, is_of_code });
                }
            }
        }
        // The noun of a longer name says no more than that, and of a thing of every day nothing at all.
        let is_in_longer = |one: &Found, is_one: fn(&Found) -> bool| {
            let near = &found[found.partition_point(|other| other.at + LONGEST <= one.at)..];
            let mut begun = near.iter().take_while(|other| other.at <= one.at);
            begun.any(|other| other.words > one.words && one.at + one.words <= other.at + other.words && is_one(other))
        };
        let judged = found.iter().filter_map(|one| match one.alone {
            Alone::Nothing | Alone::Thing => None,
            Alone::Enough | Alone::Beside | Alone::Little if is_in_longer(one, |other| other.alone == Alone::Thing) => {
                None
            }
            Alone::Enough => Some(*one),
            Alone::Beside | Alone::Little if is_in_longer(one, |other| other.alone == Alone::Nothing) => None,
            Alone::Beside if is_in_longer(one, |_| true) => Some(Found { alone: Alone::Little, ..*one }),
            Alone::Beside | Alone::Little => Some(*one),
        });
        judged.collect()
    }
}

/// Returns what is used for little but a sort: its names, and the numbers of its weaknesses.
fn named<'p>(known: &Known) -> impl Iterator<Item = (&'p str, Worth, Alone)> + use<'p> {
    let names = listed(known.names).chain(listed(known.plain)).chain(listed(known.cwes));
    names.map(|name| (name, PLAIN, Alone::Little))
}

/// Returns the phrases of a list.
fn listed(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter(|phrase| !phrase.is_empty())
}
