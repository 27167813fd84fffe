//! A unified diff of two texts that have the same number of lines, as an edit of versions leaves them.

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

/// Returns the change of one file in the form that `git apply` takes; empty where nothing changes.
///
/// Lines are compared one by one, so both texts must have the same number of lines; further ones are left out.
pub fn unified(path: &RepoPath, old: &str, new: &str) -> String {
    let mut text = String::new();
    for group in changed_lines(old, new).chunk_by(|a, b| b.number - a.number <= 2 * CONTEXT + 1) {
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

/// Finds the lines that differ. What is the same is skipped in large parts: of a long file a bump changes a few lines.
fn changed_lines(old: &str, new: &str) -> Vec<Changed> {
    let mut changed = Vec::new();
    let mut at = Changed { number: 0, old: 0, new: 0 };
    while at.old < old.len() && at.new < new.len() {
        let (old_rest, new_rest) = (&old[at.old..], &new[at.new..]);
        let same = same_at_front(old_rest.as_bytes(), new_rest.as_bytes());
        if same == old_rest.len() && same == new_rest.len() {
            break;
        }
        let line = old_rest.as_bytes()[..same].iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
        let number = at.number + old_rest[..line].matches('\n').count();
        let found = Changed { number, old: at.old + line, new: at.new + line };
        changed.push(found);
        at = Changed {
            number: number + 1,
            old: found.old + lines_at_front(&old[found.old..], 1),
            new: found.new + lines_at_front(&new[found.new..], 1),
        };
    }
    changed
}

/// Returns how many bytes two texts have in common at their fronts.
fn same_at_front(a: &[u8], b: &[u8]) -> usize {
    const PART: usize = 1024;
    let parts = a.chunks(PART).zip(b.chunks(PART)).take_while(|(a, b)| a.len() == PART && a == b).count();
    let at = parts * PART;
    at + a[at..].iter().zip(&b[at..]).take_while(|(a, b)| a == b).count()
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
        assert_eq!(unified(&path, old, &new), expected);
        assert_eq!(unified(&path, old, old), "");
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
            let diff = unified(&"file".parse().expect("a path"), &old, &new);
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
