//! A unified diff of two texts that have the same number of lines, as an edit of versions leaves them.

use crate::model::path::RepoPath;

/// Lines shown around a change, as `diff -u` has them.
const CONTEXT: usize = 3;

/// Returns the change of one file in the form that `git apply` takes; empty where nothing changes.
///
/// Lines are compared one by one, so both texts must have the same number of lines; further ones are left out.
pub fn unified(path: &RepoPath, old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let changed: Vec<usize> = (0..old.len().min(new.len())).filter(|at| old[*at] != new[*at]).collect();
    let mut text = String::new();
    for group in changed.chunk_by(|a, b| b - a <= 2 * CONTEXT + 1) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (start, end) = (first.saturating_sub(CONTEXT), (last + CONTEXT + 1).min(old.len()));
        if text.is_empty() {
            text = format!("--- a/{path}\n+++ b/{path}\n");
        }
        hunk(&mut text, &old[start..end], &new[start..end], start);
    }
    text
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
}
