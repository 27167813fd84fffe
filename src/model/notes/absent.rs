//! Whether code that a fix repairs is anywhere in a file, whatever the file is called.
//!
//! A line can have the code under another name, because the file was renamed on main or on the line. That the name is not there says
//! little, so the lines around the repair are looked for, too. Main can have written the same part anew in other words, and still have the
//! flaw that a line has in the old ones: so the names that the fix is about are looked for as well. And what is like it under other names is,
//! which [`forms`] tells. Of a flaw, [`spoken`] tells more.

pub mod forms;
pub mod spoken;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::patch::{FilePatch, Mark};
use crate::model::path::ending;

/// One of so many of the lines is enough to doubt that a file does not have the code.
const ENOUGH: usize = 3;

/// A name that has as many bytes, and that nobody writes in prose, is one of few.
const TELLING: usize = 6;

/// The endings of files whose code moves from one to another as it is written anew, with the languages that grew out of one another together.
const NEAR: [&[&str]; 9] = [
    &["js", "cjs", "coffee", "cts", "jsx", "mjs", "mts", "svelte", "ts", "tsx", "vue"],
    &["c", "c++", "cc", "cpp", "cxx", "h", "h++", "hh", "hpp", "hxx", "m", "mm"],
    &["java", "groovy", "kt", "scala"],
    &["py", "pyi", "pyx"],
    &["pl", "pm"],
    &["cs", "fs", "vb"],
    &["css", "less", "sass", "scss"],
    &["html", "htm", "xhtml"],
    &["yaml", "yml"],
];

/// Returns the name of a file as all are called that differ from it by an ending of a language near its own.
pub fn kin(name: &[u8]) -> Vec<u8> {
    let end = ending(name).and_then(|end| std::str::from_utf8(end).ok()).unwrap_or_default();
    let known = end.strip_prefix('.').and_then(|end| NEAR.iter().find(|near| near.contains(&end)));
    let Some([first, ..]) = known else { return name.to_vec() };
    [&name[..name.len() - end.len()], b".", first.as_bytes()].concat()
}

/// The lines of some text that tell something, each as a number.
pub type Lines = HashSet<u64>;

/// The names in some text that tell something, each as a number.
pub type Names = HashSet<u64>;

/// What a file has that tells something.
#[derive(Debug, Default)]
pub struct Telling {
    /// Its lines.
    pub lines: Lines,
    /// The names in it.
    pub names: Names,
}

impl Telling {
    /// Returns what a text has. Brackets alone, what a file includes, empty lines and the space around lines tell nothing.
    pub fn of(text: &[u8]) -> Self {
        Self { lines: text.split(|byte| *byte == b'\n').filter_map(line).collect(), names: names_in(text).collect() }
    }
}

/// Returns the names in a text that tell something: words such as `exportReferencesGraph` and `parse_header`.
pub fn names_in(text: &[u8]) -> impl Iterator<Item = u64> {
    let words = text.split(|byte| !is_of_word(*byte)).filter(|word| word.len() >= TELLING);
    let inner = |word: &[u8]| word.windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
    let joined = |word: &[u8]| word.windows(3).any(|three| three[1] == b'_' && three[0] != b'_' && three[2] != b'_');
    words.filter(move |word| inner(word) || joined(word)).map(number)
}

/// Returns the names that a repair is about: those in the titles of its commits, and those behind a quotation mark in the lines that
/// patches remove from files of some paths.
pub fn names_meant<'t>(
    titles: impl IntoIterator<Item = &'t str>,
    patches: &[FilePatch],
    is_one: impl Fn(&[u8]) -> bool,
) -> Names {
    let files = patches.iter().filter(|file| file.old.as_deref().is_some_and(&is_one));
    let removed = files.flat_map(|file| file.hunks.iter().flatten()).filter(|line| line.mark == Mark::Removed);
    let quoted = removed.flat_map(|line| line.text.split(|byte| matches!(byte, b'"' | b'\'' | b'`')).skip(1));
    let first = quoted.filter_map(|text| text.split(|byte| !is_of_word(*byte)).next());
    let mut meant: Names = first.flat_map(names_in).collect();
    meant.extend(titles.into_iter().flat_map(|title| names_in(title.as_bytes())));
    meant
}

const fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
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

/// Says whether a file may have the code that stands between the lines of one of the `wanted` files, or what the names `meant` are about.
/// The lines of all files together would tell less: those of a long one would hide that all of a short one is there.
pub fn may_have(file: &Telling, wanted: &[Lines], meant: &Names) -> bool {
    let found = |wanted: &Lines| wanted.iter().filter(|line| file.lines.contains(line)).count();
    !meant.is_disjoint(&file.names)
        || wanted.iter().any(|wanted| found(wanted) > 0 && found(wanted) * ENOUGH >= wanted.len())
}

/// What lines begin with that only say what else a file needs or belongs to: many files have the same.
const HEADERS: [&[u8]; 10] = [
    b"#include",
    b"#pragma",
    b"///@file",
    b"import ",
    b"namespace ",
    b"package ",
    b"template ",
    b"template<",
    b"use ",
    b"using ",
];

fn line(text: &[u8]) -> Option<u64> {
    let text = text.trim_ascii();
    if HEADERS.iter().any(|header| text.starts_with(header)) {
        return None;
    }
    text.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()).then(|| number(text))
}

fn number(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
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
            assert_eq!(may_have(&Telling::of(text.as_bytes()), &wanted, &Names::new()), expected, "{text}");
        }
        assert!(lines_found(&[], |_| true).is_empty());
    }

    #[test]
    fn a_file_is_called_alike_whatever_the_language_near_its_own() {
        for (one, other, expected) in [
            ("read.js", "read.ts", true),
            ("read.c", "read.hpp", true),
            ("read.js", "read.py", false),
            ("read.js", "reader.js", false),
            ("read.test.js", "read.js", false),
            ("Makefile", "Makefile", true),
            (".js", ".ts", false),
            ("read.go", "read.rs", false),
        ] {
            assert_eq!(kin(one.as_bytes()) == kin(other.as_bytes()), expected, "{one} {other}");
        }
    }

    #[test]
    fn code_in_other_words_is_found_by_the_names_that_are_meant() {
        let removed = |text: &str| PatchLine { mark: Mark::Removed, text: text.as_bytes().to_vec() };
        let added = PatchLine { mark: Mark::Added, text: b"find(\"addedTooLate\")\n".to_vec() };
        let hunk = vec![removed("find(\"parse_header\", aVariable)\n"), removed("it's not 'inQuotes'\n"), added];
        let patch = FilePatch { old: Some(b"a.c".to_vec()), hunks: vec![hunk], ..FilePatch::default() };
        let meant =
            names_meant(["exportReferencesGraph: let readMap fix __init__ of the HTTPSERVER"], &[patch], |path| {
                path == b"a.c"
            });
        for (text, expected) in [
            ("if (x == \"exportReferencesGraph\") {", true),
            ("find(exportReferencesGraphs)", false),
            ("/* parse_header */", true),
            ("readMap(text)", true),
            ("readMaps(text)", false),
            ("aVariable = 1", false),
            ("addedTooLate()", false),
            ("__init__ HTTPSERVER not it's find", false),
        ] {
            assert_eq!(may_have(&Telling::of(text.as_bytes()), &[], &meant), expected, "{text}");
        }
    }
}
