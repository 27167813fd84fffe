//! Whether a text says what the title of an advisory says, in other words or in another order.
//!
//! The title is split into what names a sort of flaws, such as "out-of-bounds", and the words that say where the flaw is. Each of these
//! is worth the more the less it is used otherwise. A text tells of the advisory when it has the usual full name of this very sort of flaws; when
//! few words of it, close together, hold a word of the place *and* the usual name of a flaw, of whatever sort, or more words of the title and
//! something vaguer; or so many words of the title that it can hardly speak of anything else, as most of them in their order do. Words about
//! the place alone are innocent: people work there for other reasons too.

mod back;
mod fixes;
mod usage;
mod whole;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::flaw::{Alone, EXPLAINED, Found, PLAIN, Phrases, VAGUE, Worth, sorts};
use super::names::Text;
use super::place::Place;
use super::scan::Made;
use super::words::{Word, words};
use crate::model::arrange::InOrder as _;

pub(super) use fixes::FixTitles;
pub use usage::Usual;
use usage::{EMPTY, SELDOM, TECHNICAL, worth_of};
use whole::Whole;

/// So many words of a text count as close together.
const WINDOW: usize = 14;
/// From so much on a text tells: a phrase that names the sort, and a word that is seldom used.
const ENOUGH: Worth = 8;
/// A noun stands beside a word of the place where at most so many words that say something are between.
const BESIDE: usize = 1;

/// A word of a title that says where the flaw is.
#[derive(Clone, PartialEq)]
struct PlaceWord {
    stem: String,
    worth: Worth,
    /// Whether the project uses it all the time, so that it alone names no place.
    is_frequent: bool,
}

impl PlaceWord {
    /// Says whether it alone names the place.
    const fn names(&self) -> bool {
        self.worth >= TECHNICAL && !self.is_frequent
    }
}

/// What to look for of one title.
#[derive(Clone, PartialEq)]
pub(super) struct TitleSigns {
    subject: Vec<PlaceWord>,
    telling: Phrases,
    names_a_sort: bool,
    is_of_no_sort: bool,
    whole: Whole,
}

/// What a text is, as far as it bears on how much the names of flaws tell in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Sentences and names that people give.
    Prose,
    /// Lines of files and their paths, where a noun of a name is a function, a header or an option as often.
    Code,
    /// It names another flaw, which explains that it speaks of flaws, but not that it speaks of this place.
    Near,
    /// It is about another flaw, at whatever place.
    Elsewhere,
}

/// What a text gives away of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It says what the title says.
    Title,
    /// It says that there is a flaw, next to words of the title.
    Flaw,
}

impl TitleSigns {
    /// Takes what to look for from a title, the weaknesses of an advisory and the names of its packages. Those say nothing, unless the
    /// title names nothing else.
    pub(super) fn of(title: &str, cwes: &[String], packages: &[&str], usual: &Usual) -> Self {
        let without = Self::without(title, cwes, &usual.clone().called(packages.iter().copied()));
        match without.subject.is_empty() {
            true => Self { whole: without.whole, ..Self::without(title, cwes, usual) },
            false => without,
        }
    }

    fn without(text: &str, cwes: &[String], usual: &Usual) -> Self {
        let title = words(text);
        let sorts = sorts(&title, cwes);
        let named = Phrases::naming(&sorts).places(&title);
        let is_named = |at: usize| named.iter().any(|found| (found.at..found.at + found.words).contains(&at));
        let mut subject: Vec<PlaceWord> = Vec::new();
        for (at, word) in title.iter().enumerate() {
            let worth = worth_of(word, usual);
            if !is_named(at) && worth > 0 && subject.iter().all(|known| known.stem != word.stem) {
                let is_frequent = usual.is_frequent(word);
                subject.push(PlaceWord { stem: word.stem.clone(), worth, is_frequent });
            }
        }
        // A sort of flaws alone, or a name that is used for nothing else, says all that such a title says; of any other one, a phrase of its own.
        let alone = match (subject.as_slice(), title.as_slice()) {
            ([PlaceWord { worth: SELDOM, .. }], [word]) => Phrases::word(word),
            (place, _) if worth_of_place(place) < TECHNICAL => Phrases::alone(&sorts, &title, 1),
            _ => Phrases::alone(&sorts, &title, 2),
        };
        let whole = Whole::of(text, alone);
        Self {
            subject,
            telling: Phrases::telling(&sorts, &title, cwes),
            names_a_sort: !named.is_empty(),
            is_of_no_sort: sorts.is_empty(),
            whole,
        }
    }

    /// Says whether a title gives the guard little to know it by in other words.
    pub(super) fn is_bare(&self) -> bool {
        worth_of_place(&self.subject) < TECHNICAL || self.whole.is_bare()
    }

    /// Says whether the guard does not know what the flaw is usually called.
    pub(super) const fn is_of_no_sort(&self) -> bool {
        self.is_of_no_sort
    }

    /// Says whether a text repeats the title as it stands.
    pub(super) fn is_repeated_in(&self, place: Place, text: &Text<'_>, scope: Scope) -> bool {
        self.whole.is_in(place, text, scope)
    }

    /// Adds what stands in every text that repeats it, or names its sort.
    pub(super) fn made(&self, made: &mut Made) {
        self.whole.made(made);
        self.telling.made(made);
    }

    /// Returns the stems of the words that say where the flaw is.
    pub(super) fn subject(&self) -> impl Iterator<Item = &str> {
        self.subject.iter().map(|word| word.stem.as_str())
    }

    /// Returns the stems with which the phrases begin that tell of a flaw.
    pub(super) fn telling(&self) -> impl Iterator<Item = &str> {
        self.telling.beginnings()
    }

    /// Says whether a text tells of the title.
    pub(super) fn told_in(&self, text: &[Word], scope: Scope) -> Option<Told> {
        let hits = self.hits(text);
        let told = self.places(text, scope);
        // Without a word of the title, nothing but the name of its sort tells of it.
        if hits.is_empty() && told.iter().all(|found| found.alone != Alone::Enough) {
            return None;
        }
        let own = text.iter().filter(|word| !is_empty(word)).count();
        let starts: BTreeSet<usize> = hits.iter().map(|hit| hit.0).chain(told.iter().map(|found| found.at)).in_order();
        let told_from = |from: usize| {
            let (hits, told) = (within(&hits, from, |hit| hit.0), within(&told, from, |found| found.at));
            self.told_from(own, &text[from..text.len().min(from + WINDOW)], from, hits, told)
        };
        starts.into_iter().filter_map(told_from).min_by_key(|told| *told as u8)
    }

    /// Returns where something tells of a flaw.
    fn places(&self, text: &[Word], scope: Scope) -> Vec<Found> {
        let weighed = |found: Found| match scope {
            // What explains the flaw is no word about it.
            Scope::Near | Scope::Elsewhere if is_listed(text, found) => None,
            Scope::Near if found.alone == Alone::Enough => Some(Found { alone: Alone::Nothing, ..found }),
            Scope::Near | Scope::Elsewhere => Some(Found { worth: found.worth / 2, alone: Alone::Little, ..found }),
            Scope::Code if found.alone == Alone::Beside || found.is_of_code || is_package(text, found) => None,
            Scope::Prose | Scope::Code => Some(found),
        };
        self.telling.places(text).into_iter().filter_map(weighed).collect()
    }

    /// Says whether what stands in one window tells of the title. `own`: how many words the text has that say something; `from`: where
    /// the window begins.
    fn told_from(
        &self,
        own: usize,
        window: &[Word],
        from: usize,
        hits: &[(usize, usize)],
        told: &[Found],
    ) -> Option<Told> {
        let here: Vec<&Found> = told.iter().filter(|found| found.at + found.words <= from + WINDOW).collect();
        let is_explained = here.iter().any(|found| found.worth == EXPLAINED);
        let weight = |worth: Worth| worth / if is_explained { 2 } else { 1 };
        let says = weight(worth_of_all(&here));
        let is_taken = |at: usize| here.iter().any(|found| (found.at..found.at + found.words).contains(&at));
        let free = || hits.iter().filter(|hit| !is_taken(hit.0));
        let places: BTreeSet<usize> = free().map(|hit| hit.1).in_order();
        let subject: Worth = places.iter().map(|word| self.subject[*word].worth).sum();
        // Of a title that names a sort of flaws, the rest names a place only.
        let least = if self.names_a_sort { 4 } else { 3 };
        let nearly_all = places.len() >= least && places.len() * 3 >= self.subject.len() * 2;
        let repeats = || subject >= TECHNICAL && self.whole.is_nearly_in(window);
        if nearly_all || self.is_all_of(own, &places) || repeats() {
            return Some(Told::Title);
        }
        let naming = || free().filter(|hit| self.subject[hit.1].names()).map(|hit| hit.0);
        let is_beside = |at: usize, place: usize| {
            let between = at.min(place) + 1..at.max(place);
            window[between.start - from..between.end - from].iter().filter(|word| !is_empty(word)).count() <= BESIDE
        };
        let says_enough = |found: &&Found| match found.alone {
            Alone::Enough => found.worth >= PLAIN || !is_explained,
            Alone::Beside => !is_explained && naming().any(|place| is_beside(found.at, place)),
            Alone::Little => weight(found.worth) >= PLAIN && naming().next().is_some(),
            Alone::Nothing | Alone::Thing => false,
        };
        let told = here.iter().copied().any(|found| says_enough(&found))
            || (says > 0 && subject >= TECHNICAL && says + subject >= ENOUGH);
        told.then_some(Told::Flaw)
    }

    /// Says whether a text, such as the name of a branch, has nothing but words of the title, and most of them.
    fn is_all_of(&self, own: usize, places: &BTreeSet<usize>) -> bool {
        let all = self.subject.len();
        all >= 4 && places.len() >= own && places.len() * 4 >= all * 3
    }

    /// Returns where words of the title stand: the place in the text, and which word.
    fn hits(&self, text: &[Word]) -> Vec<(usize, usize)> {
        let mut hits = Vec::new();
        for (at, word) in text.iter().enumerate() {
            if is_of_work(text, at) {
                continue;
            }
            match self.subject.iter().position(|known| known.stem == word.stem) {
                Some(which) => hits.push((at, which)),
                None => {
                    let within =
                        |(_, known): &(usize, &PlaceWord)| known.stem.len() >= 4 && word.whole.contains(&known.stem);
                    let joined: Vec<usize> =
                        self.subject.iter().enumerate().filter(within).map(|(which, _)| which).collect();
                    if joined.len() >= 2 {
                        hits.extend(joined.into_iter().map(|which| (at, which)));
                    }
                }
            }
        }
        hits
    }
}

/// Says whether a word speaks of how people work, and not of the product: a pull request, a security report, to report a vulnerability.
fn is_of_work(text: &[Word], at: usize) -> bool {
    const LINKS: &[&str] = &["a", "an", "any", "the", "your", "private", "suspected"];
    const REPORTED: &[&str] = &["bug", "security", "vulnerability", "vulnerabilities"];
    let is_reported = |word: &Word| REPORTED.contains(&word.whole.as_str());
    let before = at.checked_sub(1).map(|before| &text[before]);
    let mut behind = text[at + 1..].iter().skip_while(|word| LINKS.contains(&word.whole.as_str()));
    match text[at].whole.as_str() {
        "request" | "requests" => before.is_some_and(|word| word.stem == "pull"),
        "report" | "reporting" if behind.next().is_some_and(is_reported) => {
            behind.next().is_none_or(|word| !word.whole.starts_with("fix"))
        }
        "report" | "reports" => before.is_some_and(is_reported),
        _ => false,
    }
}

/// Returns what stands in the window from a place on; `all` is in the order of places. A text that is full of words of a title has as many
/// windows as words, and must not be gone through for each.
fn within<P>(all: &[P], from: usize, place: impl Fn(&P) -> usize) -> &[P] {
    let first = all.partition_point(|one| place(one) < from);
    let behind = all.partition_point(|one| place(one) < from + WINDOW);
    &all[first..behind]
}

fn worth_of_place(subject: &[PlaceWord]) -> Worth {
    subject.iter().map(|word| word.worth).sum()
}

/// Says whether a word says nothing of the matter.
fn is_empty(word: &Word) -> bool {
    EMPTY.contains(&word.whole.as_str())
}

/// Says whether a word is the beginning of the name of an entry of a public list of flaws.
fn is_listed(text: &[Word], found: Found) -> bool {
    let is_numbered = || text.get(found.at + 1).is_some_and(|next| next.whole.chars().all(char::is_numeric));
    match text[found.at].whole.as_str() {
        "cve" => is_numbered(),
        word => word == "ghsa",
    }
}

/// Says whether a name is that of a package, with its version.
fn is_package(text: &[Word], found: Found) -> bool {
    let version = text[found.at + found.words..].iter().take_while(|word| word.whole.chars().all(char::is_numeric));
    found.words == 1 && version.count() > 1
}

/// Adds up what phrases tell: several vague ones together are as good as one that is not.
fn worth_of_all(found: &[&Found]) -> Worth {
    let most = found.iter().map(|found| found.worth).max().unwrap_or(0);
    // A phrase within another one tells no more.
    let is_within = |one: &Found| {
        let holds = |all: &&Found| all.at <= one.at && one.at + one.words <= all.at + all.words;
        found.iter().any(|all| all.words > one.words && holds(all))
    };
    let telling = found.iter().filter(|one| one.worth > EXPLAINED && !is_within(one));
    let mut places: Vec<usize> = telling.map(|found| found.at).collect();
    places.dedup();
    if most == VAGUE && places.len() > 1 { PLAIN } else { most }
}
