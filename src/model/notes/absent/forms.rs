//! What code is like whatever its names are.
//!
//! A line can have the function that a fix repairs under another name and with other variables. The lines of it are others then, but what is
//! done in which order is the same. So the names in some lines are replaced by the order in which they first stand there: what is equal
//! then was written once and renamed since, or is so short that everybody writes it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{line, number};
use crate::model::patch::{FilePatch, Mark};

/// So many signs and words tell something, unless they are what everybody writes.
const LONG: usize = 16;

/// So often has a name to stand there again.
const AGAIN: usize = 1;

/// One of so many of the forms of a place is enough to doubt that a file does not have the code of it.
const ENOUGH: usize = 3;

/// The words of languages, which nobody renames.
pub(super) const WORDS: &[&str] = &[
    "and",
    "as",
    "async",
    "await",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "def",
    "default",
    "defer",
    "delete",
    "do",
    "double",
    "elif",
    "else",
    "enum",
    "except",
    "extern",
    "false",
    "finally",
    "float",
    "fn",
    "for",
    "foreach",
    "func",
    "function",
    "go",
    "if",
    "impl",
    "in",
    "inline",
    "instanceof",
    "int",
    "is",
    "let",
    "long",
    "loop",
    "match",
    "mut",
    "new",
    "nil",
    "none",
    "not",
    "null",
    "nullptr",
    "or",
    "pass",
    "private",
    "protected",
    "pub",
    "public",
    "raise",
    "range",
    "ref",
    "return",
    "select",
    "self",
    "short",
    "signed",
    "sizeof",
    "static",
    "string",
    "struct",
    "switch",
    "then",
    "this",
    "throw",
    "throws",
    "trait",
    "true",
    "try",
    "type",
    "unless",
    "unsafe",
    "unsigned",
    "until",
    "var",
    "virtual",
    "void",
    "while",
    "with",
    "yield",
];

/// The beginnings of lines that are written for people, or for another program than the one at hand.
const REMARKS: [&[u8]; 7] = [b"//", b"#", b"/*", b"*", b"--", b";", b"\"\"\""];

/// The forms of some code, each as a number.
pub type Forms = HashSet<u64>;

/// Returns the forms of the code in a file.
pub fn forms_in(text: &[u8]) -> Forms {
    forms(text.split(|byte| *byte == b'\n'))
}

/// Returns the forms of each place that patches find in files of some paths: what they remove, and what stands around it. A place of which
/// nothing is long enough is left out.
pub fn forms_found(patches: &[FilePatch], is_one: impl Fn(&[u8]) -> bool) -> Vec<Forms> {
    let files = patches.iter().filter(|file| file.old.as_deref().is_some_and(&is_one));
    let places = files.flat_map(|file| &file.hunks);
    let found = places.map(|hunk| {
        let before = hunk.iter().filter(|line| line.mark != Mark::Added);
        forms(before.map(|line| line.text.as_slice()))
    });
    found.filter(|forms| !forms.is_empty()).collect()
}

/// Says whether code of some forms may be that of one of the `wanted` places.
pub fn may_be(found: &Forms, wanted: &[Forms]) -> bool {
    wanted.iter().any(|place| place.intersection(found).count() * ENOUGH >= place.len())
}

/// Returns the forms of lines that follow one another: from each line on, of as many as are long enough.
fn forms<'t>(lines: impl Iterator<Item = &'t [u8]>) -> Forms {
    let is_code = |text: &&[u8]| {
        let text = text.trim_ascii();
        line(text).is_some() && !REMARKS.iter().any(|mark| text.starts_with(mark))
    };
    let lines: Vec<Vec<Token>> = lines.filter(is_code).map(tokens).collect();
    let of_line = |at: usize| {
        let mut code: Vec<Token> = Vec::with_capacity(LONG * 2);
        for line in lines.iter().skip(at) {
            code.extend(line);
            if code.len() >= LONG {
                break;
            }
        }
        form(&code)
    };
    (0..lines.len()).filter_map(of_line).collect()
}

/// A sign or a word of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// What somebody gave a name, by the name.
    Name(u64),
    /// A sign, a number, or a word of the language.
    Fixed(u64),
}

/// Returns the signs and words of a line. What only separates and groups statements, which everybody does otherwise, is left out, and a text
/// in quotation marks is one sign.
fn tokens(line: &[u8]) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = line.trim_ascii();
    while let [first, behind @ ..] = rest {
        let word =
            rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || !byte.is_ascii()).count();
        rest = match (*first, rest.split_at_checked(word)) {
            (b'"' | b'\'' | b'`', _) => {
                found.push(Token::Fixed(number(b"\"")));
                behind.iter().position(|byte| byte == first).and_then(|end| behind.get(end + 1..)).unwrap_or_default()
            }
            (_, Some((word, after))) if !word.is_empty() => {
                let is_of_language = first.is_ascii_digit()
                    || std::str::from_utf8(word).is_ok_and(|word| WORDS.contains(&word.to_lowercase().as_str()));
                found.push(if is_of_language { Token::Fixed(number(word)) } else { Token::Name(number(word)) });
                after
            }
            (first, _) => {
                if !(first.is_ascii_whitespace() || matches!(first, b'{' | b'}' | b';')) {
                    found.push(Token::Fixed(number(&[first])));
                }
                behind
            }
        };
    }
    found
}

/// Returns the form of some code; `None`: it is too short, or everybody writes it.
fn form(code: &[Token]) -> Option<u64> {
    if code.len() < LONG {
        return None;
    }
    let (mut names, mut again) = (Vec::new(), 0);
    let mut hasher = DefaultHasher::new();
    for token in code {
        match token {
            Token::Fixed(sign) => (0_u8, *sign).hash(&mut hasher),
            Token::Name(name) => {
                let known = names.iter().position(|known| known == name);
                again += usize::from(known.is_some());
                (1_u8, known.unwrap_or(names.len())).hash(&mut hasher);
                if known.is_none() {
                    names.push(*name);
                }
            }
        }
    }
    (again >= AGAIN).then(|| hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::patch::PatchLine;

    const COUNT: &str = "int count_items(struct list *l)\n{\n\tint n = 0;\n\tstruct node *p = l->head;\n\twhile (p != NULL) {\n\
        \t\tn += p->weight;\n\t\tp = p->next;\n\t}\n\treturn n;\n}\n";

    fn wanted(before: &str) -> Vec<Forms> {
        let line = |text: &str| PatchLine { mark: Mark::Context, text: text.as_bytes().to_vec() };
        let hunks = vec![before.split_inclusive('\n').map(line).collect()];
        let patch = FilePatch { old: Some(b"a.c".to_vec()), hunks, ..FilePatch::default() };
        forms_found(&[patch], |path| path == b"a.c")
    }

    #[test]
    fn renamed_code_has_the_same_form() {
        let renamed = COUNT
            .replace("count_items", "total")
            .replace("list", "sequence")
            .replace("weight", "bytes")
            .replace("n ", "sum ")
            .replace("n;", "sum;")
            .replace('\t', "    ");
        let spaced = renamed.replace(")\n{", ") {").replace(" = ", "=");
        let other = "int open_door(struct door *d)\n{\n\tif (d->locked)\n\t\treturn -1;\n\td->open = 1;\n\tnotify(d, d->owner);\n\
            \treturn d->open;\n}\n";
        let edited = renamed.replace("p = p->next;", "p = follow(p, p->next);");
        let prose = "/*\n * one two, three (four) five: six, seven. Eight - nine\n * ten of one two three\n */\n";
        for (file, expected) in [
            (COUNT, true),
            (renamed.as_str(), true),
            (spaced.as_str(), true),
            (edited.as_str(), true),
            (other, false),
            (prose, false),
            ("", false),
        ] {
            assert_eq!(may_be(&forms_in(file.as_bytes()), &wanted(COUNT)), expected, "{file}");
        }
    }

    #[test]
    fn what_is_short_or_a_list_has_no_form() {
        for text in [
            "n = 0;\n",
            "a = 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'\n",
            "one(two, three, four, five, six, seven, eight, nine, ten)\n",
            "// n = n + n + n + n + n + n + n + n\n",
            "#define n(n) n + n + n + n + n + n + n\n",
        ] {
            assert_eq!(wanted(text), Vec::<Forms>::new(), "{text}");
        }
    }
}
