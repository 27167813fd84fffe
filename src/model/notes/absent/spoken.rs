//! The words that a repair is about, whatever its lines are.
//!
//! Code that was put into other files, or written anew, perhaps in another language, has hardly a line in common with what it was. But it goes
//! on to call the same functions, to need the same packages and to hold the same texts, and who repairs it speaks of the same things. So where
//! users lose much by a wrong word, a line lacks the code only when it has none of the words.

use std::collections::HashSet;

use super::forms::WORDS as OF_LANGUAGES;
use super::number;
use crate::model::patch::{FilePatch, Mark};

/// A word of code has as many bytes at least: what is shorter stands everywhere.
const OF_CODE: usize = 3;

/// A word of a title has as many bytes at least: most of what is shorter only joins others.
const OF_TITLE: usize = 5;

/// Words in small letters, each as a number.
pub type Words = HashSet<u64>;

/// Returns the words that a repair is about: those of the titles of its commits, and those that patches find in files of some paths, in what
/// they remove and what stands around it. What a name is put together of, as `read_upload` and `readUpload`, is a word each.
pub fn words_meant<'t>(
    titles: impl IntoIterator<Item = &'t str>,
    patches: &[FilePatch],
    is_one: impl Fn(&[u8]) -> bool,
) -> Words {
    let files = patches.iter().filter(|file| file.old.as_deref().is_some_and(&is_one));
    let found = files.flat_map(|file| file.hunks.iter().flatten()).filter(|line| line.mark != Mark::Added);
    let of_code = found.flat_map(|line| words(&line.text, OF_CODE));
    let all = of_code.chain(titles.into_iter().flat_map(|title| words(title.as_bytes(), OF_TITLE)));
    all.filter(|word| is_telling(word)).map(|word| number(&word)).collect()
}

/// Says whether a text has one of some words.
pub fn has_one(text: &[u8], wanted: &Words) -> bool {
    words(text, OF_CODE).any(|word| wanted.contains(&number(&word)))
}

/// Returns the words of a text with so many bytes at least, in small letters.
fn words(text: &[u8], shortest: usize) -> impl Iterator<Item = Vec<u8>> + '_ {
    const fn is_letter(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || !byte.is_ascii()
    }
    let joined = |one: &u8, next: &u8| {
        is_letter(*one) && is_letter(*next) && !(one.is_ascii_lowercase() && next.is_ascii_uppercase())
    };
    text.chunk_by(joined).filter(move |word| word.len() >= shortest).map(<[u8]>::to_ascii_lowercase)
}

/// Says whether a word tells something: it is no number, and none of the words of languages.
fn is_telling(word: &[u8]) -> bool {
    let is_of_language = || std::str::from_utf8(word).is_ok_and(|word| OF_LANGUAGES.contains(&word));
    !word.iter().all(u8::is_ascii_digit) && !is_of_language()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::PatchLine;

    #[test]
    fn a_repair_is_about_the_words_of_its_title_and_of_what_it_finds() {
        let line = |mark, text: &str| PatchLine { mark, text: text.as_bytes().to_vec() };
        let hunk = vec![
            line(Mark::Context, "def readUpload(self, x1):\n"),
            line(Mark::Removed, "    return yaml.load(text, 2019)\n"),
            line(Mark::Added, "    return safely(text)\n"),
        ];
        let patch = FilePatch { old: Some(b"a.py".to_vec()), hunks: vec![hunk], ..FilePatch::default() };
        let other = FilePatch { old: Some(b"b.py".to_vec()), ..patch.clone() };
        let meant = words_meant(["Check the session of it"], std::slice::from_ref(&patch), |path| path == b"a.py");
        for (text, expected) in [
            ("import YAML", true),
            ("function session(req) {", true),
            ("compare_upload()", true),
            ("requests==text;", true),
            ("return safely(self, def)", false),
            ("x1 = the 2019", false),
            ("texts, uploads, sessions", false),
            ("", false),
        ] {
            assert_eq!(has_one(text.as_bytes(), &meant), expected, "{text}");
        }
        assert!(words_meant(["Do it"], &[other], |path| path == b"a.py").is_empty());
    }
}
