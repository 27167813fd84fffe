//! Sentences that name a flaw only by pointing back at the one before, which an entry of a public list of flaws explains: "the search has
//! the same flaw", "so have comments". What is public of the one says nothing of the other.

use std::ops::Range;

use super::clauses::{has_flaw, statements};
use super::entries::Entry;
use super::words::{Word, words};

/// Stands for what a sentence points back at: any flaw.
const FLAW: &str = "vuln";

/// Words for what is wrong with something.
const FLAWS: &str = "attack,bug,defect,exploit,exposure,flaw,hole,issue,mistake,problem,vulnerability,vulnerabilities,weakness,weaknesses";
/// Words with which a word for what is wrong is the name of something else: the same issue tracker.
const BEHIND_FLAWS: &str = "form,label,list,number,page,report,template,tracker,type,with";
/// Words in front of it of those that have it in common with each other, within so many words.
const SHARING: &str = "share,shared,shares";
const SHARED_BY: usize = 2;
/// Words that say that what is meant was named.
const SAME: &str = "analogous,comparable,equal,equivalent,identical,same,similar,such";
/// Words between these and what is wrong.
const BETWEEN: &str = "a,an,kind,kinds,of,security,sort,sorts,type";
/// So many words may be there.
const MOST_BETWEEN: usize = 4;
/// Words that say how many of what was named.
const COUNTS: &str = "another,few,more,one,several,some,three,two";
/// Words that say that something has it, or had it.
const HAVING: &str = "are,be,been,closed,contained,contains,did,discovered,does,fix,fixed,fixes,found,find,got,had,has,have,is,mend,\
    mended,mends,patch,patched,repair,repaired,repairs,there,was,were";
/// So many words before it, they say so of it.
const HAVING_BY: usize = 3;
/// Words that deny.
const DENYING: &str = "neither,never,no,nor,not,without";
/// Words with which something is set beside what was said.
const ADDING: &str = "also,ditto,equally,likewise,similarly,too";
/// Words behind "the same" that say that it is so of something else.
const SO_IS: &str = "applied,applies,goes,happened,happens,held,holds,is,was,went";
/// Other words behind it, where it is no part of the name of a thing.
const BEHIND_SAME: &str = "for,here,in,kind,of,sort,with";
/// Words before a "so" that points back.
const LINKS: &str = "and,but";
/// Words behind it.
const DOING: &str = "are,did,do,does,had,has,have,is,was,were";

/// The words that one of these sentences has.
pub(super) fn signs() -> impl Iterator<Item = &'static str> {
    listed(SAME).chain(listed(ADDING)).chain(["own", "ours", "well", "so", "as"])
}

/// How surely a sentence points back at a flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It says that what it speaks of has it.
    Openly,
    /// It says so where it says nothing else.
    Adding,
}

/// A sentence that points back.
pub(super) struct Pointing {
    words: Vec<Word>,
    sign: Range<usize>,
    how: How,
    is_begun: bool,
}

impl Pointing {
    /// Reads a sentence, or what one says behind the name of an entry of a list.
    pub(super) fn of(text: &str, is_begun: bool) -> Option<Self> {
        let words = words(text);
        let find = |how, sign: fn(&[Word], usize) -> Option<usize>| {
            (0..words.len()).find_map(|at| Some((at..sign(&words, at)?, how)))
        };
        let found = find(How::Openly, same).or_else(|| find(How::Openly, own)).or_else(|| find(How::Adding, added));
        let (sign, how) = found?;
        let denied =
            if how == How::Adding { &words[..] } else { &words[sign.start.saturating_sub(HAVING_BY)..sign.start] };
        let is_denied = denied.iter().any(|word| is_in(DENYING, &word.whole));
        (!is_denied).then_some(Self { words, sign, how, is_begun })
    }

    /// Says whether it sets something beside what it names itself: "the same flaw as CVE-…".
    fn is_beside_named(&self) -> bool {
        let behind = || self.words.get(self.sign.end).map(|word| word.whole.as_str());
        self.how == How::Openly && behind() == Some("as")
    }

    /// Returns its words, with a flaw in the place of what points back.
    pub(super) fn told(&self) -> Vec<Word> {
        let (before, behind) = self.around();
        before.iter().cloned().chain(words(FLAW)).chain(behind.iter().cloned()).collect()
    }

    /// Says whether it tells only where it says nothing else.
    pub(super) fn is_adding(&self) -> bool {
        self.how == How::Adding
    }

    /// Says whether it says by its sign alone that something has what was named: "so do", "as were", "the same goes for".
    pub(super) fn is_inverted(&self) -> bool {
        let next = self.words.get(self.sign.end).map_or("", |word| word.whole.as_str());
        match &self.words[self.sign.clone()] {
            [sign] if sign.whole == "same" => is_in(SO_IS, next),
            [sign] => matches!(sign.whole.as_str(), "so" | "as"),
            _ => false,
        }
    }

    /// Says whether it needs no verb.
    pub(super) fn is_alone(&self) -> bool {
        self.is_begun || self.words[self.sign.start].whole == "same"
    }

    /// Returns the words in front of its sign, and those behind it.
    pub(super) fn around(&self) -> (&[Word], &[Word]) {
        (&self.words[..self.sign.start], &self.words[self.sign.end..])
    }
}

/// Returns where sentences of a text stand that point back, and whether a sentence begins there. `explained`: what belongs to an entry of a
/// list, in entries of which `is_named` says whether they name one. What is quoted speaks of others.
pub(super) fn pointing(
    text: &str,
    entries: &[Entry],
    explained: &[Range<usize>],
    is_named: impl Fn(&str) -> bool,
) -> Vec<(Range<usize>, bool)> {
    let mut found = Vec::new();
    let mut is_open = false;
    for entry in entries {
        let said = &text[entry.at.clone()];
        let is_of_list = is_named(said);
        if entry.is_quoted || !(is_open || is_of_list) {
            is_open = false;
            continue;
        }
        for statement in statements(said) {
            let own = &said[statement.at.clone()];
            let at = entry.at.start + statement.at.start..entry.at.start + statement.at.end;
            let is_explained = explained.iter().any(|part| part.start < at.end && at.start < part.end);
            let points = Pointing::of(own, statement.is_begun)
                .is_some_and(|pointing| (is_open && !statement.is_named) || pointing.is_beside_named());
            is_open = statement.is_named || points || (is_explained && (is_of_list || has_flaw(own)));
            found.extend(points.then_some((at, statement.is_begun)));
        }
    }
    found
}

/// Returns where "the same flaw" and the like ends.
fn same(words: &[Word], at: usize) -> Option<usize> {
    if !is_in(SAME, &words[at].whole) {
        return None;
    }
    let flaw = (at + 1..words.len()).take(MOST_BETWEEN).find(|next| !is_in(BETWEEN, &words[*next].whole))?;
    let is_other = words.get(flaw + 1).is_some_and(|next| is_in(BEHIND_FLAWS, next.whole.trim_end_matches('s')))
        || words[at.saturating_sub(SHARED_BY)..at].iter().any(|word| is_in(SHARING, &word.whole));
    (is_flaw(&words[flaw]) && !is_other).then_some(flaw + 1)
}

/// Returns where "one of our own" ends, where something has it.
fn own(words: &[Word], at: usize) -> Option<usize> {
    let behind = |from: usize| words[from..].iter().map(|word| word.whole.as_str());
    let count = behind(at).take_while(|word| is_in(COUNTS, word)).count();
    let of = if count > 0 { at + count } else { at + usize::from(is_flaw(&words[at])) };
    let of_ours: Vec<&str> = behind(of).take(3).collect();
    let end = match of_ours.as_slice() {
        ["of", "ours", ..] => of + 2,
        ["of", "our" | "its" | "their", "own"] => of + 3,
        _ => return None,
    };
    let has = words[at.saturating_sub(HAVING_BY)..at].iter().any(|word| is_in(HAVING, &word.whole));
    (of > at && has).then_some(end)
}

/// Returns where a word ends that sets something beside what was said.
fn added(words: &[Word], at: usize) -> Option<usize> {
    let next = words.get(at + 1).map_or("", |word| word.whole.as_str());
    match words[at].whole.as_str() {
        "as" if next == "well" && words.get(at + 2).is_none_or(|word| word.whole != "as") => Some(at + 2),
        "so" | "as" if is_in(DOING, next) && words[..at].iter().all(|word| is_in(LINKS, &word.whole)) => Some(at + 1),
        "same" if next.is_empty() || is_in(SO_IS, next) || is_in(BEHIND_SAME, next) => Some(at + 1),
        word => is_in(ADDING, word).then_some(at + 1),
    }
}

/// Says whether a word says that something is wrong.
pub(super) fn is_flaw(word: &Word) -> bool {
    is_in(FLAWS, &word.whole) || word.whole.strip_suffix('s').is_some_and(|one| is_in(FLAWS, one))
}

fn is_in(list: &'static str, word: &str) -> bool {
    listed(list).any(|known| known == word)
}

fn listed(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(',')
}
