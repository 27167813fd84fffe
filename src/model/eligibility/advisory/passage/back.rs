//! What takes back or leaves open what a message says to be fixed.

use super::Passage;
use crate::model::eligibility::advisory::fixed::has_verb_of_fixing;
use crate::model::eligibility::advisory::identifiers;
use crate::model::eligibility::advisory::short::{is_of_a_part, takes_away};
use crate::model::eligibility::advisory::title::{is_of_fix, words};

/// What a sentence that takes something back begins with.
const BACK: &[&str] = &["revert", "reverts", "reverted", "undo", "back out", "roll back"];

/// What something stays that is not fixed.
const UNSAFE: &[&str] = &[
    "vulnerable",
    "open",
    "unfixed",
    "unsafe",
    "affected",
    "exploitable",
    "exposed",
    "unpatched",
    "unprotected",
    "unmitigated",
    "unaddressed",
    "broken",
    "possible",
];

/// What is not so where something is left.
const DONE: &[&str] = &["fixed", "addressed", "mitigated", "covered", "done", "complete", "patched", "resolved"];

const QUOTES: [char; 5] = ['"', '\'', '`', '“', '”'];

/// So many words may stand between two that belong together.
const MOST_BETWEEN: usize = 2;

/// What a passage takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::model::eligibility::advisory) enum Back {
    /// Nothing, or the fixes of these.
    Of(Vec<String>),
    /// Something that it does not name.
    Unnamed,
}

/// Returns what each of the passages below a title takes back of what stands before it.
pub(in crate::model::eligibility::advisory) fn taken_back(title: &str, passages: &[Passage]) -> Vec<Back> {
    let texts = passages.iter().map(|passage| passage.text.as_str());
    let whole = texts.chain([title]).collect::<Vec<_>>().join("\n").to_lowercase();
    passages.iter().map(|passage| passage.taken_back(&whole)).collect()
}

impl Passage {
    /// Returns what of the message so far it takes back: `Revert "fix CVE-…"`, and as a point of a list also `Revert previous commit`. `whole` is
    /// the message in small letters.
    fn taken_back(&self, whole: &str) -> Back {
        let lower = self.text.to_lowercase();
        let names = || identifiers(&lower).next().is_some();
        if takes_away(&words(&lower).collect::<Vec<_>>()) && self.is_point {
            return if names() { Back::Of(identifiers(&lower).collect()) } else { Back::Unnamed };
        }
        let starts =
            |word: &&str| lower.strip_prefix(*word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        let Some(rest) = BACK.iter().find(|word| starts(word)).and_then(|word| lower.strip_prefix(word)) else {
            return Back::Of(Vec::new());
        };
        let quoted = rest.trim_start_matches([':', ' ']).strip_prefix(QUOTES);
        match quoted.and_then(|quoted| quoted.rsplit_once(QUOTES)) {
            // The title of something else.
            Some((inside, _)) if !names() && !is_of_fix(inside) && whole.matches(inside).nth(1).is_none() => {
                Back::Of(Vec::new())
            }
            _ if self.is_point && !names() => Back::Unnamed,
            Some((inside, _)) => Back::Of(identifiers(inside).collect()),
            None if rest.split(' ').any(has_verb_of_fixing) => Back::Of(identifiers(rest).collect()),
            None => Back::Of(Vec::new()),
        }
    }

    /// Says whether it tells, without an identifier, that something is left to be fixed.
    pub(in crate::model::eligibility::advisory) fn leaves_something(&self) -> bool {
        !self.is_aside && is_left(&self.text)
    }
}

/// Says whether a sentence without an identifier tells that something is left to be fixed: `IPv6 remains vulnerable`.
pub(in crate::model::eligibility::advisory) fn is_left(sentence: &str) -> bool {
    identifiers(sentence).next().is_none() && tells_of_rest(sentence)
}

/// Says whether a sentence tells that something is left to be fixed.
pub(in crate::model::eligibility::advisory) fn tells_of_rest(sentence: &str) -> bool {
    let words: Vec<String> = words(sentence).collect();
    let is = |at: usize, one_of: &[&str]| words.get(at).is_some_and(|word| one_of.contains(&word.as_str()));
    let soon = |at: usize, one_of: &[&str]| (at + 1..=at + 1 + MOST_BETWEEN).any(|at| is(at, one_of));
    let is_now = |at: usize| at > 0 && is(at - 1, &["is", "are"]);
    let is_left = |at: usize| {
        let stays = is(at, &["remain", "remains", "stay", "stays"]) || (is(at, &["still"]) && is_now(at));
        let is_not = is(at, &["not"]) && is_now(at);
        let will = is(at, &["will"]) && is(at + 1, &["be"]) && is(at + 2, &["fixed", "addressed"]);
        let rest = is(at, &["rest", "remainder"]) && is(at + 1, &["follows", "comes", "will", "is"]);
        (stays && soon(at, UNSAFE)) || (is_not && soon(at, DONE)) || will || rest
    };
    (0..words.len()).any(is_left) || is_of_a_part(&words)
}
