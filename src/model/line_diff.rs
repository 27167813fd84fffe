//! A unified diff of two texts that have the same number of lines, as an edit of versions leaves them.

use std::ops::Range;

use crate::model::path::RepoPath;

/// Lines shown around a change, as `diff -u` has them.
const CONTEXT: usize = 3;

/// A line that differs.
#[derive(Debug, Clone, Copy)]
struct Changed {
    /// Its number, from 0.
    number: usize,
    /// Where it begins in the old text.
    old: usize,
    /// Where it begins in the new text.
    new: usize,
}

/// An edit within one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where it was made in the old text.
    pub old: Range<usize>,
    /// How many bytes stand there in the new text.
    pub new: usize,
}

/// Returns the change of one file in the form that `git apply` takes; empty where nothing changes. `edits` are all that differs,
/// in order.
pub fn unified(path: &RepoPath, old: &str, new: &str, edits: &[Edit]) -> String {
    let mut text = String::new();
    for group in changed_lines(old, edits).chunk_by(|a, b| b.number - a.number <= 2 * CONTEXT + 1) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        if text.is_empty() {
            text = format!("--- a/{path}\n+++ b/{path}\n");
        }
        let before = first.old - lines_before(&old[..first.old]);
        let start = first.number - old[before..first.old].matches('\n').count();
        let ends = |text: &str, at: usize, lines: usize| at + lines_at_front(&text[at..], lines);
        let old_lines = &old[before..ends(old, last.old, CONTEXT + 1)];
        let new_lines = &new[first.new - (first.old - before)..ends(new, last.new, CONTEXT + 1)];
        let [old_lines, new_lines] =
            [old_lines, new_lines].map(|lines| lines.split_inclusive('\n').collect::<Vec<_>>());
        hunk(&mut text, &old_lines, &new_lines, start);
    }
    text
}

/// Finds the lines that hold edits.
fn changed_lines(old: &str, edits: &[Edit]) -> Vec<Changed> {
    let mut changed: Vec<Changed> = Vec::new();
    let (mut number, mut counted, mut gone, mut come) = (0, 0, 0, 0);
    for edit in edits {
        let line = old[..edit.old.start].rfind('\n').map_or(0, |found| found + 1);
        number += old[counted..line.max(counted)].matches('\n').count();
        counted = line.max(counted);
        if changed.last().is_none_or(|last| last.old != line) {
            changed.push(Changed { number, old: line, new: line + come - gone });
        }
        gone += edit.old.len();
        come += edit.new;
    }
    changed
}

/// Returns how long the first lines of a text are, line ends included.
fn lines_at_front(text: &str, lines: usize) -> usize {
    text.split_inclusive('\n').take(lines).map(str::len).sum()
}

/// Returns how long the last lines of a text are that stand around a change as context.
fn lines_before(text: &str) -> usize {
    text.split_inclusive('\n').rev().take(CONTEXT).map(str::len).sum()
}

fn hunk(text: &mut String, old: &[&str], new: &[&str], start: usize) {
    let range = format!("{},{}", start + 1, old.len());
    text.push_str(&format!("@@ -{range} +{range} @@\n"));
    for run in old.iter().zip(new).collect::<Vec<_>>().chunk_by(|a, b| (a.0 == a.1) == (b.0 == b.1)) {
        let same = run.iter().all(|(old, new)| old == new);
        for (old, _) in run {
            line(text, if same { ' ' } else { '-' }, old);
        }
        for (_, new) in run.iter().filter(|_| !same) {
            line(text, '+', new);
        }
    }
}

fn line(text: &mut String, mark: char, content: &str) {
    text.push(mark);
    text.push_str(content);
    if !content.ends_with('\n') {
        text.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn near_changes_share_a_hunk_and_far_ones_do_not() {
        let path: RepoPath = "dir/file".parse().expect("a path");
        let old = "1\n2\nv\n4\n5\n6\n7\n8\nv\n10\n11\n12\n13\n14\n15\n16\n17\nv";
        let new = old.replace('v', "w");
        let expected = "--- a/dir/file\n+++ b/dir/file\n\
            @@ -1,12 +1,12 @@\n 1\n 2\n-v\n+w\n 4\n 5\n 6\n 7\n 8\n-v\n+w\n 10\n 11\n 12\n\
            @@ -15,4 +15,4 @@\n 15\n 16\n 17\n-v\n\\ No newline at end of file\n+w\n\\ No newline at end of file\n";
        assert_eq!(unified(&path, old, &new, &edits(old, &new)), expected);
        assert_eq!(unified(&path, old, old, &[]), "");
    }

    #[test]
    fn several_edits_of_one_line_change_it_once() {
        let path: RepoPath = "file".parse().expect("a path");
        let edits = [Edit { old: 2..3, new: 2 }, Edit { old: 4..5, new: 1 }, Edit { old: 6..7, new: 0 }];
        let expected = "--- a/file\n+++ b/file\n@@ -1,3 +1,3 @@\n 1\n-v v\n-v\n+ww w\n+\n";
        assert_eq!(unified(&path, "1\nv v\nv\n", "1\nww w\n\n", &edits), expected);
    }

    /// Returns each line that differs as one edit.
    fn edits(old: &str, new: &str) -> Vec<Edit> {
        let (mut at, mut found) = (0, Vec::new());
        for (old, new) in old.split_inclusive('\n').zip(new.split_inclusive('\n')) {
            if old != new {
                found.push(Edit { old: at..at + old.len(), new: new.len() });
            }
            at += old.len();
        }
        found
    }

    proptest! {
        #[test]
        fn git_would_make_the_new_text_of_the_old_one(
            lines in prop::collection::vec(("[a-zé]{0,3}", any::<bool>()), 1..40),
            pad in 0..2000_usize,
            ends in any::<bool>(),
        ) {
            let text = |mark: &str| {
                let line = |(line, changes): &(String, bool)| format!("{line}{}", if *changes { mark } else { "" });
                let all: Vec<String> = lines.iter().map(line).collect();
                format!("{}\n{}{}", "x".repeat(pad), all.join("\n"), if ends { "\n" } else { "" })
            };
            let (old, new) = (text("old"), text("newer"));
            let diff = unified(&"file".parse().expect("a path"), &old, &new, &edits(&old, &new));
            prop_assert_eq!(applied(&old, &diff), new);
        }
    }

    /// Applies a diff as its form says, and checks every line that it says is there.
    fn applied(old: &str, diff: &str) -> String {
        let old: Vec<&str> = old.split_inclusive('\n').collect();
        let (mut new, mut at) = (String::new(), 0);
        let mut lines = diff.split_inclusive('\n').skip(2).peekable();
        while let Some(line) = lines.next() {
            if let Some(range) = line.strip_prefix("@@ -") {
                let start: usize = range.split(',').next().and_then(|start| start.parse().ok()).expect("a number");
                new.extend(old[at..start - 1].iter().copied());
                at = start - 1;
                continue;
            }
            let unended = lines.next_if(|next| next.starts_with('\\')).is_some();
            let content = if unended { line.trim_end_matches('\n') } else { line };
            match content.split_at(1) {
                (" ", same) => {
                    assert_eq!(old[at], same);
                    new.push_str(same);
                    at += 1;
                }
                ("-", gone) => {
                    assert_eq!(old[at], gone);
                    at += 1;
                }
                ("+", come) => new.push_str(come),
                (other, _) => panic!("{other}"),
            }
        }
        new.extend(old[at..].iter().copied());
        new
    }
}
