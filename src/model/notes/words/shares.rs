//! The words of an entry that several changes come to.
//!
//! Words that one of them has say nothing of the others. So these are told by their titles beside them: else a CVE of one would stand
//! before words that are about another.

use super::{Words, WordsFrom};
use crate::model::commit::CommitId;

/// What users may read of one of the changes of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// What the change is called.
    pub title: String,
    /// Its commit of main.
    pub commit: CommitId,
    /// The words that it has.
    pub words: Option<Words>,
}

/// The words of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shares {
    /// They are about all of it.
    Whole(Option<Words>),
    /// Each change has its own, or none.
    Each(Vec<Share>),
}

/// What becomes of a change whose words are that there is nothing to say, beside others that have words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// It is not told.
    KeptOut,
    /// It is told by its title: it may close a way to attack, which is never kept from users.
    Told,
}

impl Shares {
    /// Returns all words that somebody wrote.
    pub fn written(&self) -> impl Iterator<Item = &Words> {
        let (whole, each) = match self {
            Self::Whole(words) => (words.as_ref(), [].as_slice()),
            Self::Each(shares) => (None, shares.as_slice()),
        };
        whole.into_iter().chain(each.iter().filter_map(|share| share.words.as_ref()))
    }

    /// Says whether the words are that there is nothing to say of any of it.
    pub fn say_none(&self) -> bool {
        self.all(Words::say_none)
    }

    /// Says whether a person wrote words for all of it where others review them.
    pub fn are_reviewed(&self) -> bool {
        self.all(|words| words.from == WordsFrom::File)
    }

    fn all(&self, are: impl Fn(&Words) -> bool) -> bool {
        match self {
            Self::Whole(words) => words.as_ref().is_some_and(are),
            Self::Each(shares) => shares.iter().all(|share| share.words.as_ref().is_some_and(&are)),
        }
    }

    /// Puts them together: the words of each change, and the titles of those that have none beside others that do, each a sentence.
    /// `None`: nothing has words, or all that is said is that there is nothing to say.
    pub fn together(&self, quiet: Quiet) -> Option<Words> {
        let told = |words: &&Words| !words.say_none();
        let shares = match self {
            Self::Whole(words) => return words.as_ref().filter(told).cloned(),
            Self::Each(shares) => shares,
        };
        let from = self.written().filter(told).map(|words| words.from).max()?;
        let (mut texts, mut without) = (Vec::new(), Vec::new());
        for share in shares {
            match &share.words {
                Some(words) if !words.say_none() => texts.push(words.text.as_str()),
                Some(_) if quiet == Quiet::KeptOut => {}
                Some(_) | None => {
                    texts.push(&share.title);
                    without.push(share.commit);
                }
            }
        }
        Words::of_each(texts, from).map(|words| Words { without, ..words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_words_is_told_by_its_title() {
        let share = |at: u8, title: &str, words: Option<&str>| Share {
            title: title.to_owned(),
            commit: CommitId::from_bytes([at; 20]),
            words: words.and_then(|words| Words::new(words, WordsFrom::Trailer)),
        };
        for (first, second, quiet, text, without) in [
            (Some("One"), Some("Two!"), Quiet::KeptOut, Some("One. Two!"), &[][..]),
            (Some("One"), None, Quiet::KeptOut, Some("One. Fix b."), &[2]),
            (None, Some("Two"), Quiet::KeptOut, Some("Fix a. Two."), &[1]),
            (None, None, Quiet::KeptOut, None, &[]),
            (Some("One"), Some("One"), Quiet::KeptOut, Some("One"), &[]),
            (Some("NONE"), Some("Two"), Quiet::KeptOut, Some("Two"), &[]),
            (Some("NONE"), Some("Two"), Quiet::Told, Some("Fix a. Two."), &[1]),
            (Some("NONE"), None, Quiet::Told, None, &[]),
            (Some("NONE"), Some("NONE"), Quiet::KeptOut, None, &[]),
        ] {
            let shares = Shares::Each(vec![share(1, "Fix a", first), share(2, "Fix b", second)]);
            let found = shares.together(quiet);
            let untold: Vec<CommitId> = without.iter().map(|at| CommitId::from_bytes([*at; 20])).collect();
            assert_eq!(found.as_ref().map(|words| words.text.as_str()), text, "{first:?} {second:?}");
            assert_eq!(found.map(|words| words.without).unwrap_or_default(), untold, "{first:?} {second:?}");
            let none = |words: Option<&str>| words == Some("NONE");
            assert_eq!(shares.say_none(), none(first) && none(second));
        }
        assert_eq!(Shares::Whole(Words::new("NONE", WordsFrom::File)).together(Quiet::Told), None);
    }
}
