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
    added: HashSet<(Mark, Vec<u8>)>,
}

impl Fix {
    /// Takes a commit and its patch.
    pub fn of(commit: &Commit, patch: &[FilePatch]) -> Self {
        let lines = lines(&product(patch));
        Self { author: author(commit), title: named(commit), patch: patch.to_vec(), added: added(&lines), lines }
    }

    /// Says whether a commit is a copy, by author, date and title, or by what it changes relative to each of its parents: the same, all
    /// that the fix changes and more, or most of its lines, in whatever file. There are no patches where the commit touches no file of
    /// the fix and adds no line of it.
    pub fn is_in(&self, commit: &Commit, patches: &[Vec<FilePatch>]) -> bool {
        let is_alike = author(commit) == self.author && named(commit) == self.title;
        let has = |patch: &Vec<FilePatch>| {
            is_same(&self.patch, patch) || holds(patch, &self.patch) || self.has_most_lines(patch)
        };
        is_alike || (!patches.is_empty() && patches.iter().all(has))
    }

    /// Says whether the fix adds a line to the product that tells what it is about.
    pub fn adds(&self, line: &[u8]) -> bool {
        is_telling(line) && self.lines.contains(&(Mark::Added, bare(line)))
    }

    /// A part of a few lines tells nothing, and all of them do. What the fix adds counts alone, too: on a line the same new code may
    /// replace other old code.
    fn has_most_lines(&self, patch: &[FilePatch]) -> bool {
        let theirs = lines(patch);
        let has_most = |lines: &HashSet<(Mark, Vec<u8>)>| {
            let both = lines.intersection(&theirs).count();
            (both >= FEWEST_LINES && both * 3 >= lines.len() * 2) || (lines.len() > 1 && both == lines.len())
        };
        has_most(&self.lines) || has_most(&self.added)
    }
}

/// Returns the lines that are added and not taken away elsewhere: what was moved is no new code.
fn added(lines: &HashSet<(Mark, Vec<u8>)>) -> HashSet<(Mark, Vec<u8>)> {
    let is_moved = |text: &Vec<u8>| lines.contains(&(Mark::Removed, text.clone()));
    lines.iter().filter(|(mark, text)| *mark == Mark::Added && !is_moved(text)).cloned().collect()
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
    telling.map(|line| (line.mark, bare(&line.text))).collect()
}

/// Leaves out spaces, which nobody needs to keep.
fn bare(line: &[u8]) -> Vec<u8> {
    line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}
