//! Patches for tests.

use super::{FilePatch, Mark, PatchLine};

/// A patch of a file: each text is a hunk, with each line behind its mark.
pub fn marked(path: &str, hunks: &[&str]) -> FilePatch {
    let line = |line: &str| {
        let mark = match line.as_bytes().first() {
            Some(b'+') => Mark::Added,
            Some(b'-') => Mark::Removed,
            Some(_) | None => Mark::Context,
        };
        PatchLine { mark, text: format!("{}\n", &line[1..]).into_bytes() }
    };
    let path = Some(path.as_bytes().to_vec());
    let hunks = hunks.iter().map(|hunk| hunk.lines().map(line).collect()).collect();
    FilePatch { old: path.clone(), new: path, hunks, ..FilePatch::default() }
}

/// A patch of a file that adds lines in one place.
pub fn added(path: &str, lines: &[&str]) -> FilePatch {
    let hunk: Vec<String> = lines.iter().map(|line| format!("+{line}")).collect();
    marked(path, &[&hunk.join("\n")])
}
