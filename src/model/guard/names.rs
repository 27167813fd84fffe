//! What an advisory is called and what belongs to it: identifiers, branches, words and commits, found however they are written.

use std::cell::OnceCell;

use crate::model::advisory::Advisory;
use crate::model::advisory::lines::{CommitName, Introduced, Role};
use crate::model::embargo::{Comparable, Embargo};

use super::letters::{Letters, letters};
use super::words::{Word, plain, stem, words, words_of_plain};

/// Identifiers to look for.
#[derive(Clone)]
pub(super) struct Identifiers {
    plain: Embargo,
    masked: Embargo,
    /// Year and number of the CVE identifier, and of its own, which others may have too.
    numbers: Vec<(Vec<String>, Alone)>,
}

/// Whether a number without the name of its list tells of an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alone {
    Tells,
    /// Only next to a word such as "advisory".
    NextToAWord,
}

impl Identifiers {
    pub(super) fn of(advisory: &Advisory) -> Self {
        // Of an identifier of GitHub's database, three groups of four are rare enough to be found alone.
        let ghsa = advisory.ghsa.as_ref().map(|id| id.as_str().trim_start_matches("GHSA-").to_owned());
        let list = advisory.ids().into_iter().chain(ghsa).collect::<Vec<_>>().join("\n");
        let parse = |list: &str| Embargo::parse(list).expect("because an identifier has more than four signs");
        let parts = |text: String| text.split('-').skip(1).map(str::to_owned).collect::<Vec<_>>();
        let cve = advisory.cve.as_ref().map(|id| (parts(id.to_string()), Alone::Tells));
        let own = (parts(advisory.id.to_string()), Alone::NextToAWord);
        let numbers = cve.into_iter().chain([own]).collect();
        Self { plain: parse(&list), masked: parse(&masked(&list)), numbers }
    }

    /// Says whether a text, given as it is, in its plain letters and as words, names one of them.
    pub(super) fn named_in(&self, text: &Text<'_>) -> bool {
        let by_number = |(number, alone): &(Vec<String>, Alone)| {
            let stands = text.runs.windows(number.len()).any(|window| window.iter().zip(number).all(|(a, b)| a == b));
            let has_word = || {
                let wanted = ["advisory", "security", "secure"].map(stem);
                text.words.iter().any(|word| wanted.contains(&word.stem))
            };
            match alone {
                Alone::Tells => stands || is_listed(&text.runs, number),
                Alone::NextToAWord => stands && has_word(),
            }
        };
        self.plain.is_named(text.comparable())
            || self.masked.is_named(text.masked())
            || self.numbers.iter().any(by_number)
    }

    /// Returns letters and digits of which some stand one behind the other in every text that names one of them, or in that text
    /// [`masked`], unless it has all of [`Self::listed`].
    pub(super) fn letters(&self) -> impl Iterator<Item = String> {
        let lists = self.plain.letters().chain(self.masked.letters()).map(str::to_owned);
        lists.chain(self.numbers.iter().map(|(number, _)| number.concat()))
    }

    /// Returns what stands in every text that names one of them in a list of numbers.
    pub(super) fn listed(&self) -> impl Iterator<Item = Vec<String>> {
        let tell = self.numbers.iter().filter(|(_, alone)| *alone == Alone::Tells);
        tell.map(|(number, _)| number.clone())
    }
}

/// No list of numbers goes on for longer.
const MOST_LISTED: usize = 16;

/// Says whether a number stands behind the name of the list and its year, after other numbers or a word for it: `CVE-2026-{1,2}`, `C.V.E.
/// 2026 no. 2`.
fn is_listed(runs: &[String], number: &[String]) -> bool {
    const LINKS: &[&str] = &["and", "or", "to", "no", "nr", "number", "numbers", "id"];
    let [year, own] = number else { return false };
    let is_named = |before: &[String]| {
        before.last().is_some_and(|run| run == "cve" || run == "cves")
            || before.ends_with(&["c", "v", "e"].map(str::to_owned))
    };
    let goes_on = |run: &&String| {
        LINKS.contains(&run.as_str()) || (run.len() >= 4 && run.bytes().all(|byte| byte.is_ascii_digit()))
    };
    runs.iter()
        .enumerate()
        .filter(|(at, run)| *run == year && is_named(&runs[..*at]))
        .any(|(at, _)| runs[at + 1..].iter().take(MOST_LISTED).take_while(goes_on).any(|run| run == own))
}

/// A text in the forms in which it is looked through.
pub(super) struct Text<'t> {
    pub(super) raw: &'t str,
    pub(super) plain: String,
    /// The same in small letters.
    small: String,
    comparable: OnceCell<Comparable>,
    masked: OnceCell<Comparable>,
    letters: OnceCell<String>,
    /// Its runs of letters and digits, in small letters.
    pub(super) runs: Vec<String>,
    pub(super) words: Vec<Word>,
}

impl<'t> Text<'t> {
    pub(super) fn of(raw: &'t str) -> Self {
        let plain = plain(raw);
        let small = plain.to_lowercase();
        let (comparable, masked, letters) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { raw, runs: runs(&small), words: words_of_plain(&plain), comparable, masked, letters, small, plain }
    }

    fn comparable(&self) -> &Comparable {
        self.comparable.get_or_init(|| Comparable::of(&self.plain))
    }

    fn masked(&self) -> &Comparable {
        self.masked.get_or_init(|| Comparable::of(&masked(&self.plain)))
    }

    /// Returns its letters and digits, in small letters, without what stands between them.
    pub(super) fn letters(&self) -> &str {
        self.letters.get_or_init(|| letters(&self.small))
    }

    /// Says whether it names an entry of a public list of flaws, whichever.
    pub(super) fn names_a_list(&self) -> bool {
        let is_number = |run: &String| run.len() >= 4 && run.bytes().all(|byte| byte.is_ascii_digit());
        let cve = |window: &[String]| window[0] == "cve" && is_number(&window[1]) && is_number(&window[2]);
        let ghsa = |window: &[String]| window[0] == "ghsa" && window[1..].iter().all(|run| run.len() == 4);
        let runs = &self.runs;
        runs.windows(3).any(cve) || runs.windows(4).any(ghsa)
    }
}

/// Replaces letters that look like digits by those, in an identifier and in a text alike.
pub(super) fn masked(text: &str) -> String {
    let one = |c: char| match c {
        'o' => '0',
        'i' | 'l' | '|' | '!' => '1',
        'z' => '2',
        'e' => '3',
        'a' => '4',
        's' => '5',
        't' => '7',
        'b' => '8',
        other => other,
    };
    text.to_lowercase().chars().map(one).collect()
}

/// A branch on which a fix was made.
#[derive(Clone)]
pub(super) struct BranchSign {
    name: String,
    last: String,
    runs: Vec<String>,
}

impl BranchSign {
    pub(super) fn of(name: &str) -> Self {
        let name = plain(name).to_lowercase();
        let last = name.rsplit('/').next().unwrap_or_default().to_owned();
        // One word alone, such as 'parser' of 'fix/parser', is no name.
        let telling = if runs(&last).len() > 1 { &last } else { &name };
        Self { runs: runs(telling), last: telling.clone(), name }
    }

    /// Returns the parts of which a text must have some, to tell of it.
    pub(super) fn parts(&self) -> &[String] {
        &self.runs
    }

    /// Says whether the name of a branch or a tag is this one, or holds it, with whatever signs between its words.
    pub(super) fn is_in_name(&self, text: &Text<'_>) -> bool {
        let wanted = self.runs.concat();
        text.runs.windows(self.runs.len()).any(|window| window == self.runs.as_slice())
            || (self.runs.len() > 1 && text.runs.contains(&wanted))
    }

    /// Says whether a text speaks of the branch: by its name as it is written.
    pub(super) fn is_in_text(&self, text: &Text<'_>) -> bool {
        let small = &text.small;
        let is_word = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let told = |name: &str| {
            small.match_indices(name).any(|(at, _)| {
                let before = small[..at].chars().next_back();
                let behind = small[at + name.len()..].chars().next();
                let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
                let named = || small[..at].trim_end_matches(['\'', '"', '`', ' ']).ends_with("branch");
                !goes_on(before) && !goes_on(behind) && (!is_word(name) || named())
            })
        };
        told(&self.name) || told(&self.last)
    }
}

fn runs(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()).map(str::to_owned).collect()
}

/// Words that a person lists besides those of the title.
#[derive(Clone)]
pub(super) struct WordsSign {
    stems: Vec<String>,
    letters: Option<Letters>,
}

impl WordsSign {
    /// `None`: there is no word in it.
    pub(super) fn of(phrase: &str) -> Option<Self> {
        let stems: Vec<String> = words(phrase).into_iter().map(|word| word.stem).collect();
        (!stems.is_empty()).then(|| Self { stems, letters: Letters::of(phrase) })
    }

    /// Returns what stands in every text that has them.
    pub(super) fn parts(&self) -> Vec<String> {
        match &self.letters {
            Some(letters) => letters.parts().into_iter().collect(),
            None => self.stems.clone(),
        }
    }

    /// Says whether a text has all of them next to each other, in any order and with at most one word between, or written as one.
    pub(super) fn is_in(&self, text: &Text<'_>) -> bool {
        if self.letters.as_ref().is_some_and(|letters| letters.is_in(text)) {
            return true;
        }
        let count = self.stems.len();
        let width = if count == 1 { 1 } else { count + 1 };
        let has_all = |window: &[Word]| self.stems.iter().all(|stem| window.iter().any(|word| word.stem == *stem));
        let joined = self.stems.concat();
        let near = match text.words.len() {
            fewer if fewer < width => has_all(&text.words),
            _ => text.words.windows(width).any(has_all),
        };
        near || (count > 1 && text.words.iter().any(|word| word.stem == joined || word.whole.contains(&joined)))
    }
}

/// A commit that belongs to an advisory.
#[derive(Clone)]
pub(super) struct CommitSign {
    digits: String,
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Repairs,
    Brought,
}

impl CommitSign {
    /// Returns the commits that repair the flaw, on main and on lines, and those that brought it.
    pub(super) fn all_of(advisory: &Advisory) -> Vec<Self> {
        let sign = |part: Part| move |digits: String| Self { digits, part };
        let fixed = advisory.fixed.iter().map(|name| name.as_str().to_owned());
        let stated = advisory.stated.iter().flat_map(|stated| &stated.fixed_by).map(ToString::to_string);
        let evidence = || advisory.lines.iter().flat_map(|line| &line.evidence);
        let picks = evidence().filter(|piece| piece.role == Role::Fixed);
        let picks = picks.flat_map(|piece| [piece.commit.to_string(), piece.origin.to_string()]);
        let brought: &[CommitName] = match &advisory.introduced {
            Introduced::By(names) => names,
            Introduced::Always | Introduced::Unknown => &[],
        };
        let said = advisory.stated.iter().flat_map(|stated| &stated.introduced_by).map(ToString::to_string);
        let brought = brought.iter().map(|name| name.as_str().to_owned()).chain(said);
        let brought = brought.chain(evidence().filter(|p| p.role == Role::Introduced).map(|p| p.commit.to_string()));
        let repairs = fixed.chain(stated).chain(picks).map(sign(Part::Repairs));
        repairs.chain(brought.map(sign(Part::Brought))).collect()
    }

    /// Returns the digits that every shortened name of it has.
    pub(super) fn beginning(&self) -> &str {
        &self.digits[..7.min(self.digits.len())]
    }

    /// Returns the digits of its name, where it repairs the flaw.
    pub(super) fn repairing(&self) -> Option<&str> {
        (self.part == Part::Repairs).then_some(self.digits.as_str())
    }

    /// Says whether it repairs the flaw and is this commit.
    pub(super) fn repairs_as(&self, id: &str) -> bool {
        self.part == Part::Repairs && is_same(&self.digits, id)
    }

    /// Says whether it brought the flaw, and one of these commits, which brought another one, is the same.
    pub(super) fn is_brought_by(&self, others: &[Self]) -> bool {
        let brought = |one: &Self| one.part == Part::Brought;
        brought(self) && others.iter().filter(|other| brought(other)).any(|other| is_same(&self.digits, &other.digits))
    }

    /// Says whether a text names it. One that brought the flaw is public already, and tells of it only where it is named as what is
    /// repaired.
    pub(super) fn is_in(&self, text: &Text<'_>) -> bool {
        const BLAMES: &[&str] = &[
            "fixes",
            "introduced",
            "introduces",
            "caused",
            "broken",
            "broke",
            "since",
            "regression",
            "reverts",
            "bug",
        ];
        let blamed = |at: usize| text.runs[at.saturating_sub(3)..at].iter().any(|run| BLAMES.contains(&run.as_str()));
        text.runs.iter().enumerate().any(|(at, run)| {
            // `git describe` puts a 'g' in front.
            let digits = run.strip_prefix('g').unwrap_or(run);
            let is_name = digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_name && is_same(&self.digits, digits) && (self.part == Part::Repairs || blamed(at))
        })
    }
}

/// Says whether two names of commits, one of which may be shortened, can be the same.
fn is_same(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}
