//! What is wrong with a `patch.toml`, and where.

use std::fmt;
use std::ops::Range;

use crate::model::error::Error;

/// What is wrong with a `patch.toml`, where it stands, and the known word that is nearest to an unknown one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    place: Option<Place>,
    message: String,
    nearest: Option<&'static str>,
    file: Option<String>,
}

/// A place in a text. Both count from one; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Place {
    /// Finds the place of a byte offset; an offset past the end is the end.
    pub fn at(text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map(|at| at + 1).unwrap_or(0);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

impl ConfigError {
    pub(in crate::model) fn at(text: &str, span: Option<Range<usize>>, message: impl Into<String>) -> Self {
        Self { place: span.map(|span| Place::at(text, span.start)), message: message.into(), nearest: None, file: None }
    }

    pub(in crate::model) fn nearest(mut self, nearest: Option<&'static str>) -> Self {
        self.nearest = nearest;
        self
    }

    /// Where it stands. `None` when it is about something the file does not hold at all.
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The known key or value that is nearest to the unknown one.
    pub fn nearest_known(&self) -> Option<&'static str> {
        self.nearest
    }

    /// The file it stands in, where the reader of the file has said so.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Turns it into the error of reading this file, as a usage error that keeps the place.
    pub fn in_file(mut self, file: &str) -> Error {
        self.file = Some(file.to_owned());
        let hint = match self.nearest {
            Some(nearest) => format!("write '{nearest}', or see docs/configuration.md for every key"),
            None => "see docs/configuration.md for every key".to_owned(),
        };
        Error::usage(format!("cannot read '{file}'")).hint(hint).because(self)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { line, column }) = self.place {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)?;
        match self.nearest {
            Some(nearest) => write!(f, "; nearest: '{nearest}'"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ConfigError {}

/// Returns the known word of which the smallest share would change, the first of several. `None` when that is more than
/// two thirds: such a word was not what the writer meant.
pub(in crate::model) fn nearest(text: &str, known: &[&'static str]) -> Option<&'static str> {
    let text: Vec<char> = text.chars().take(64).collect();
    let share = |word: &str| edits(&text, word) * 100 / text.len().max(word.len()).max(1);
    let (share, word) = known.iter().map(|word| (share(word), *word)).min_by_key(|(share, _)| *share)?;
    (share <= 66).then_some(word)
}

/// Counts the insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
fn edits(text: &[char], word: &str) -> usize {
    let word: Vec<char> = word.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=word.len()).collect();
    for (i, a) in text.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in word.iter().enumerate() {
            let mut cost = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == word[j - 1] && text[i - 1] == *b {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_with_the_fewest_edits() {
        let known = &["name", "branch", "status", "until"];
        assert_eq!(nearest("brnach", known), Some("branch"));
        assert_eq!(nearest("Status", known), Some("status"));
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("lookback", known), None);
        assert_eq!(nearest("x", &[]), None);
    }

    #[test]
    fn edits_are_counted() {
        let count = |a: &str, b: &str| edits(&a.chars().collect::<Vec<_>>(), b);
        for (a, b, expected) in
            [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("brnach", "branch", 1)]
        {
            assert_eq!(count(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_place_counts_characters_from_one() {
        let text = "a\nüb\r\nc";
        assert_eq!(Place::at(text, 0), Place { line: 1, column: 1 });
        assert_eq!(Place::at(text, 4), Place { line: 2, column: 2 });
        assert_eq!(Place::at(text, 3), Place { line: 2, column: 1 });
        assert_eq!(Place::at(text, 99), Place { line: 3, column: 2 });
    }
}
