//! Reads the build scripts of Gradle, in Groovy and in Kotlin, as far as the version of a project needs it: statements such as
//! `version = "2.0.0"` outside of blocks, or in the blocks `allprojects` and `subprojects`. Strings and comments are known.

mod project;
mod settings;

use std::ops::Range;

use super::source::Source;
use super::tape::{Tape, What};
use crate::model::error::Result;

pub(super) use project::gather;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Lexeme {
    Word,
    /// A text in one line with nothing in it that is worked out.
    Text,
    /// Any other text.
    Block,
    Break,
    Sign(char),
}

pub(super) fn read<'s>(source: &Source<'s>, mut tape: Tape<'s>) -> Result<Tape<'s>> {
    let lexemes = lex(source)?;
    let opened = tape.open(What::Map, source.start());
    let mut blocks: Vec<bool> = Vec::new();
    for at in 0..lexemes.len() {
        let (lexeme, range) = &lexemes[at];
        match lexeme {
            Lexeme::Sign('{' | '(' | '[') => {
                let name = at.checked_sub(1).map(|at| &source.text[lexemes[at].1.clone()]);
                blocks.push(*lexeme == Lexeme::Sign('{') && matches!(name, Some("allprojects" | "subprojects")));
            }
            Lexeme::Sign('}' | ')' | ']') => drop(blocks.pop()),
            Lexeme::Word if blocks.iter().all(|known| *known) && begins(&lexemes[..at]) => {
                if let Some((key, value)) = statement(source, &lexemes[at..]) {
                    tape.leaf(What::Key, range.clone(), key);
                    let what = if value.0 == Lexeme::Text { What::Text } else { What::Block };
                    tape.bytes(what, value.1.clone());
                }
            }
            Lexeme::Word | Lexeme::Text | Lexeme::Block | Lexeme::Break | Lexeme::Sign(_) => {}
        }
    }
    tape.close(opened, source.text.len());
    Ok(tape)
}

type Found = (Lexeme, Range<usize>);

fn begins(before: &[Found]) -> bool {
    before.last().is_none_or(|(last, _)| matches!(last, Lexeme::Break | Lexeme::Sign('{' | '}' | ';')))
}

/// Reads `name = "text"`, `name "text"`, `name("text")`, each also behind `project.`, as a name and a text.
fn statement<'l>(source: &Source<'_>, lexemes: &'l [Found]) -> Option<(&'static str, &'l Found)> {
    let word =
        |at: usize| lexemes.get(at).filter(|found| found.0 == Lexeme::Word).map(|found| &source.text[found.1.clone()]);
    let sign = |at: usize| {
        lexemes.get(at).and_then(|found| match found.0 {
            Lexeme::Sign(sign) => Some(sign),
            Lexeme::Word | Lexeme::Text | Lexeme::Block | Lexeme::Break => None,
        })
    };
    let name = if word(0) == Some("project") && sign(1) == Some('.') { 2 } else { 0 };
    let value = match (word(name)?, sign(name + 1)) {
        ("version", Some('=')) | ("setVersion" | "version", Some('(')) => name + 2,
        ("version", None) => name + 1,
        _ => return None,
    };
    let found = lexemes.get(value).filter(|found| matches!(found.0, Lexeme::Text | Lexeme::Block))?;
    let ends =
        lexemes.get(value + 1).is_none_or(|(next, _)| matches!(next, Lexeme::Break | Lexeme::Sign(')' | '}' | ';')));
    Some(("version", found)).filter(|_| ends)
}

fn lex(source: &Source<'_>) -> Result<Vec<Found>> {
    let text = source.text;
    let mut found = Vec::new();
    let mut at = source.start();
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let len = |end: Option<usize>| end.unwrap_or(rest.len());
        let (lexeme, taken) = match c {
            '\n' => (Some(Lexeme::Break), 1),
            c if c.is_whitespace() => (None, c.len_utf8()),
            '/' if rest.starts_with("//") => (None, len(rest.find('\n'))),
            '/' if rest.starts_with("/*") => (None, len(rest[2..].find("*/").map(|end| end + 4))),
            '"' | '\'' => {
                let (lexeme, inner) = string(rest, c).ok_or_else(|| source.obstacle(at, "a text is not closed"))?;
                found.push((lexeme, at + inner.start..at + inner.end));
                (None, inner.end + inner.start)
            }
            c if c.is_alphanumeric() || c == '_' => {
                (Some(Lexeme::Word), len(rest.find(|c: char| !c.is_alphanumeric() && c != '_')))
            }
            c => (Some(Lexeme::Sign(c)), c.len_utf8()),
        };
        found.extend(lexeme.map(|lexeme| (lexeme, at..at + taken)));
        at += taken;
    }
    Ok(found)
}

/// Reads a string and returns the range inside its quotes, of which there is one or are three.
fn string(rest: &str, quote: char) -> Option<(Lexeme, Range<usize>)> {
    let triple: String = [quote; 3].iter().collect();
    if rest.starts_with(&triple) {
        return rest[3..].find(&triple).map(|end| (Lexeme::Block, 3..end + 3));
    }
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => {
                let worked_out = rest[1..at].contains(['$', '\\']);
                return Some((if worked_out { Lexeme::Block } else { Lexeme::Text }, 1..at));
            }
            _ => {}
        }
    }
    None
}
