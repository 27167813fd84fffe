//! Reads YAML 1.2 with the place of everything in it.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::source::Source;
use super::tape::{Tape, What};
use crate::model::error::Result;

/// What is open: a document or a list, or a map with the token that a key or a value comes next.
enum Open {
    Plain(usize),
    Map { at: usize, key_next: bool },
}

pub(super) fn read<'s>(source: &Source<'s>, tape: Tape<'s>) -> Result<Tape<'s>> {
    let body = source.body();
    let offsets = Offsets::of(body, source.start());
    let mut reader = Reader { source, offsets: &offsets, tape, open: Vec::new() };
    for event in Parser::new_from_str(body) {
        let (event, span) = event.map_err(|broken| {
            source.obstacle(offsets.byte(broken.marker().index()), format!("it is not YAML: {}", broken.info()))
        })?;
        reader.take(event, span);
    }
    Ok(reader.tape)
}

struct Reader<'r, 's> {
    source: &'r Source<'s>,
    offsets: &'r Offsets,
    tape: Tape<'s>,
    open: Vec<Open>,
}

impl<'s> Reader<'_, 's> {
    fn take(&mut self, event: Event<'s>, span: Span) {
        let range = self.offsets.byte(span.start.index())..self.offsets.byte(span.end.index());
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
            Event::DocumentStart(_) => self.open(What::Document, range.start),
            Event::SequenceStart(..) => self.open(What::List, range.start),
            Event::MappingStart(..) => self.open(What::Map, range.start),
            Event::DocumentEnd | Event::SequenceEnd | Event::MappingEnd => self.close(range.end),
            Event::Alias(anchor) => {
                self.tape.share(anchor);
                self.turn();
                self.tape.leaf(What::Alias, range, "");
            }
            Event::Scalar(value, style, anchor, _) => {
                self.tape.anchor(anchor);
                self.scalar(value, style, range);
            }
        }
    }

    fn scalar(&mut self, value: Cow<'s, str>, style: ScalarStyle, range: Range<usize>) {
        let is_key = self.turn();
        let range = self.content(range);
        let (what, range) = match style {
            ScalarStyle::Plain => (What::Plain, self.trimmed(range, &value)),
            ScalarStyle::SingleQuoted => (What::Text, self.unquoted(range, '\'')),
            ScalarStyle::DoubleQuoted => (What::Text, self.unquoted(range, '"')),
            ScalarStyle::Literal | ScalarStyle::Folded => (What::Block, range),
        };
        self.tape.leaf(if is_key { What::Key } else { what }, range, &value);
    }

    /// Returns a range without the tag and the anchor at its front, which no scalar can begin with.
    fn content(&self, range: Range<usize>) -> Range<usize> {
        let mut text = &self.source.text[range.clone()];
        while text.starts_with(['&', '!']) {
            text = text.find(char::is_whitespace).map(|end| text[end..].trim_start()).unwrap_or("");
        }
        range.end - text.len()..range.end
    }

    /// Returns the range of a plain text, whose mark may reach over the white space behind it.
    fn trimmed(&self, range: Range<usize>, value: &str) -> Range<usize> {
        match self.source.text[range.clone()].starts_with(value) {
            true => range.start..range.start + value.len(),
            false => range,
        }
    }

    /// Returns the range inside of quotes. The closing one is looked for, since the mark may reach over what follows it.
    fn unquoted(&self, range: Range<usize>, quote: char) -> Range<usize> {
        let Some(inner) = self.source.text[range.clone()].strip_prefix(quote) else { return range };
        let mut chars = inner.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' if quote == '"' => drop(chars.next()),
                '\'' if quote == c && chars.next_if(|(_, next)| *next == '\'').is_some() => {}
                c if c == quote => return range.start + 1..range.start + 1 + at,
                _ => {}
            }
        }
        range
    }

    /// Notes that a node begins, and says whether it is a key.
    fn turn(&mut self) -> bool {
        match self.open.last_mut() {
            Some(Open::Map { key_next, .. }) => std::mem::replace(key_next, !*key_next),
            Some(Open::Plain(_)) | None => false,
        }
    }

    fn open(&mut self, what: What, start: usize) {
        self.turn();
        let at = self.tape.open(what, start);
        self.open.push(match what {
            What::Map => Open::Map { at, key_next: true },
            What::Document | What::List | What::Key | What::Text | What::Plain | What::Block | What::Alias => {
                Open::Plain(at)
            }
        });
    }

    fn close(&mut self, end: usize) {
        if let Some(Open::Plain(at) | Open::Map { at, .. }) = self.open.pop() {
            self.tape.close(at, end);
        }
    }
}

/// Where each character begins, since the parser counts characters.
enum Offsets {
    /// Every character is one byte.
    Ascii {
        start: usize,
        len: usize,
    },
    Bytes(Vec<usize>),
}

impl Offsets {
    fn of(body: &str, start: usize) -> Self {
        match body.is_ascii() {
            true => Self::Ascii { start, len: body.len() },
            false => Self::Bytes(body.char_indices().map(|(at, _)| start + at).chain([start + body.len()]).collect()),
        }
    }

    fn byte(&self, index: usize) -> usize {
        match self {
            Self::Ascii { start, len } => start + index.min(*len),
            Self::Bytes(bytes) => bytes[index.min(bytes.len() - 1)],
        }
    }
}
