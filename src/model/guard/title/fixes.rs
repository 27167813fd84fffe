//! What the commits of a fix are called: a changelog, notes and a pull request repeat it.

use super::usage::{Usual, worth_of};
use super::whole::Whole;
use crate::model::guard::flaw::{Phrases, Worth};
use crate::model::guard::letters::runs_on;
use crate::model::guard::names::Text;
use crate::model::guard::place::Place;
use crate::model::guard::scan::Made;
use crate::model::guard::words::{Word, words};
use crate::model::trailer::plain_subject;

/// Of fewer words that say something, the title of a commit may be that of another one.
const FEWEST_WORDS: usize = 3;
/// The words are worth so much together.
const LEAST_WORTH: Worth = 6;
/// In a script without spaces between words, of fewer letters.
const FEWEST_LETTERS: usize = 8;

/// Words of how people work, which titles of commits about anything have.
const OF_WORK: &str = "address,apply,branch,bump,changelog,ci,cleanup,clippy,comment,comments,commit,docs,feedback,fixup,format,lint,main,\
    master,md,merge,pull,readme,rebase,refactor,release,request,revert,review,reviewer,rst,rustfmt,squash,suggestion,suggestions,\
    tests,tidy,typo,typos,unused,warnings,wip";

/// Titles of commits to look for.
#[derive(Clone)]
pub(in crate::model::guard) struct FixTitles(Vec<Whole>);

impl FixTitles {
    /// Takes titles of commits, without what marks a line, a pull request, or in front of a colon a type or a part. One of which too little is
    /// left to tell it from others is left out.
    pub(in crate::model::guard) fn of(titles: impl IntoIterator<Item = String>, usual: &Usual) -> Self {
        let mut known: Vec<Whole> = Vec::new();
        for title in titles {
            let plain = plain_subject(&title);
            let behind = plain.split_once(": ").map(|(_, behind)| behind);
            let telling = behind.into_iter().chain([plain]).find(|text| tells(text, usual));
            if let Some(whole) =
                telling.map(|text| Whole::of(text, Phrases::default())).filter(|one| !known.contains(one))
            {
                known.push(whole);
            }
        }
        Self(known)
    }

    /// Says whether a text repeats one.
    pub(in crate::model::guard) fn is_in(&self, place: Place, text: &Text<'_>) -> bool {
        self.0.iter().any(|title| title.is_in(place, text, false))
    }

    /// Adds what stands in every text that repeats one.
    pub(in crate::model::guard) fn made(&self, made: &mut Made) {
        self.0.iter().for_each(|title| title.made(made));
    }
}

/// Says whether a title says enough to be no other one by chance.
fn tells(title: &str, usual: &Usual) -> bool {
    let worth = |word: &Word| match OF_WORK.split(',').any(|known| known == word.whole) {
        true => 0,
        false => worth_of(word, usual),
    };
    let worths: Vec<Worth> = words(title).iter().map(worth).filter(|worth| *worth > 0).collect();
    let is_long = || title.chars().filter(|c| runs_on(*c)).count() >= FEWEST_LETTERS;
    (worths.len() >= FEWEST_WORDS && worths.iter().sum::<Worth>() >= LEAST_WORTH) || is_long()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_others_may_have_is_not_looked_for() {
        for (title, known) in [
            ("Refuse entries outside of the target directory (#31)", true),
            ("fix(tar): check the length of a header before it is read", true),
            ("Keep the size of a frame below its limit", true),
            ("Merge branch 'main' into archives", false),
            ("Merge pull request #31 from ann/archives", false),
            ("Apply suggestions from code review", false),
            ("Address review comments", false),
            ("Fix clippy warnings", false),
            ("Fix crash in parser", false),
            ("Bump version to 2.1.1", false),
            ("Update dependencies", false),
            ("Update README.md", false),
            ("Remove unused code", false),
            ("Add tests for the parser", false),
            ("wip", false),
        ] {
            let found = FixTitles::of([title.to_owned()], &Usual::default()).0.len();
            assert_eq!(found, usize::from(known), "{title}");
        }
    }
}
