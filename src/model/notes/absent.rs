//! Whether code that a fix repairs is anywhere in a file, whatever the file is called.
//!
//! A line can have the code under another name, because the file was renamed on main or on the line. That the name is not there says
//! little, so the lines around the repair are looked for, too.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::patch::{FilePatch, Mark};

/// One of so many of the lines is enough to doubt that a file does not have the code.
const ENOUGH: usize = 3;

/// The lines of some text that tell something, each as a number.
pub type Lines = HashSet<u64>;

/// Returns the lines of a text. Brackets alone, what a file includes, empty lines and the space around lines tell nothing.
pub fn lines_of(text: &[u8]) -> Lines {
    text.split(|byte| *byte == b'\n').filter_map(line).collect()
}

/// Returns the lines that patches find in each of the files of some paths: what they remove, and what stands around it. A file of which
/// they find only lines that tell nothing is left out.
pub fn lines_found(patches: &[FilePatch], is_one: impl Fn(&[u8]) -> bool) -> Vec<Lines> {
    let files = patches.iter().filter(|file| file.old.as_deref().is_some_and(&is_one));
    let found = |file: &FilePatch| {
        let lines = || file.hunks.iter().flatten().filter(|line| line.mark != Mark::Added);
        let telling: Lines = lines().filter_map(|one| line(&one.text)).collect();
        (!telling.is_empty() || lines().next().is_none()).then_some(telling)
    };
    files.filter_map(found).collect()
}

/// Says whether a file with such lines may have the code that stands between those of one of the `wanted` files. Together they would tell
/// less: the lines of a long one would hide that all of a short one is there.
pub fn may_have(file: &Lines, wanted: &[Lines]) -> bool {
    let found = |wanted: &Lines| wanted.iter().filter(|line| file.contains(line)).count();
    wanted.iter().any(|wanted| found(wanted) > 0 && found(wanted) * ENOUGH >= wanted.len())
}

/// What lines begin with that only say what else a file needs or belongs to: many files have the same.
const HEADERS: [&[u8]; 6] = [b"#include", b"import ", b"namespace ", b"package ", b"use ", b"using "];

fn line(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii();
    if HEADERS.iter().any(|header| text.starts_with(header)) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()).then(|| hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::PatchLine;

    #[test]
    fn code_is_found_under_another_name() {
        let line = |(mark, text): (Mark, &str)| PatchLine { mark, text: format!("{text}\n").into_bytes() };
        let hunk = [
            (Mark::Context, "int size(void)"),
            (Mark::Context, "{"),
            (Mark::Removed, "  return length;"),
            (Mark::Added, "  return checked(length);"),
        ];
        let patch = FilePatch {
            old: Some(b"a.c".to_vec()),
            new: Some(b"a.c".to_vec()),
            hunks: vec![hunk.into_iter().map(line).collect()],
            ..FilePatch::default()
        };
        let more = (1..=9).map(|at| line((Mark::Context, &format!("  job{at}();")))).collect();
        let longer = FilePatch { old: Some(b"b.c".to_vec()), hunks: vec![more], ..FilePatch::default() };
        let included = vec![vec![line((Mark::Context, "#include <a.h>")), line((Mark::Added, "#include <b.h>"))]];
        let headers = FilePatch { old: Some(b"b.c".to_vec()), hunks: included, ..FilePatch::default() };
        let wanted = lines_found(&[headers, longer, patch], |path| path == b"a.c" || path == b"b.c");
        let table = [
            ("int size(void)\n{\n\treturn length;\n}\n", true),
            ("int size(void)\n", true),
            ("{\n}\n", false),
            ("return checked(length);\n", false),
            ("#include <a.h>\n", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(may_have(&lines_of(text.as_bytes()), &wanted), expected, "{text}");
        }
        assert!(lines_found(&[], |_| true).is_empty());
    }
}
