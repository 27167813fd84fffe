//! A secret fix, and what shows that a commit is a copy of it.

use std::collections::HashSet;

use crate::model::change::title;
use crate::model::commit::Commit;
use crate::model::patch::carry::{holds, is_same, is_telling, product};
use crate::model::patch::{FilePatch, Mark};
use crate::model::trailer::plain_subject;

/// Of fewer lines, a part tells nothing.
const FEWEST_LINES: usize = 3;

/// What is known of a commit that repairs a secret flaw. It cannot be printed.
pub struct Fix {
    author: (String, i64),
    title: String,
    patch: Vec<FilePatch>,
    lines: HashSet<(Mark, Vec<u8>)>,
}

impl Fix {
    /// Takes a commit and its patch.
    pub fn of(commit: &Commit, patch: &[FilePatch]) -> Self {
        Self { author: author(commit), title: named(commit), patch: patch.to_vec(), lines: lines(&product(patch)) }
    }

    /// Says whether a commit is a copy, by author, date and title, or by its patch: the same one, one that holds it, or one with most of
    /// its lines. The patch is empty where the commit touches no file of the fix.
    pub fn is_in(&self, commit: &Commit, patch: &[FilePatch]) -> bool {
        let is_alike = author(commit) == self.author && named(commit) == self.title;
        is_alike || is_same(&self.patch, patch) || holds(patch, &self.patch) || self.has_most_lines(patch)
    }

    fn has_most_lines(&self, patch: &[FilePatch]) -> bool {
        let theirs = lines(patch);
        let both = self.lines.intersection(&theirs).count();
        self.lines.len() >= FEWEST_LINES && both * 3 >= self.lines.len() * 2
    }
}

fn author(commit: &Commit) -> (String, i64) {
    (commit.author.email.to_lowercase(), commit.author.seconds)
}

fn named(commit: &Commit) -> String {
    plain_subject(&title(commit)).to_owned()
}

fn lines(patch: &[FilePatch]) -> HashSet<(Mark, Vec<u8>)> {
    let all = patch.iter().flat_map(|file| file.hunks.iter().flatten());
    let telling = all.filter(|line| line.mark != Mark::Context && is_telling(&line.text));
    telling.map(|line| (line.mark, line.text.trim_ascii().to_vec())).collect()
}
