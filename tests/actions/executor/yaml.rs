//! Reads YAML into a tree that knows its lines, for the rules speak of comments and order, which a typed model drops.

use std::path::Path;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{Result, Trouble};

/// A value with the line that it begins on, counted from one.
#[derive(Clone, Debug)]
pub struct Node {
    pub what: What,
    pub line: usize,
}

/// The kinds of values, by the core schema of YAML 1.2.
#[derive(Clone, Debug)]
pub enum What {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    /// Where the key stands.
    pub line: usize,
    pub value: Node,
}

/// A file: its tree, and its lines for the comments.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its path, for messages.
    pub path: String,
    pub root: Node,
    lines: Vec<String>,
}

impl Document {
    /// Reads a file below a folder, and names it by its path from there.
    pub fn read(root: &Path, path: &str) -> Result<Self> {
        let text = std::fs::read_to_string(root.join(path))
            .map_err(|error| Trouble::new(format!("cannot read '{path}': {error}")))?;
        Self::parse(path, &text)
    }

    /// Reads a text.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let root = parse(text).map_err(|trouble| trouble.of(path))?;
        Ok(Self { path: path.to_owned(), root, lines: text.lines().map(str::to_owned).collect() })
    }

    /// The comment at the end of a line, without its `#`. A `#` within quotes would be taken for one, which our files do not have.
    pub fn comment_at(&self, line: usize) -> Option<&str> {
        let line = self.lines.get(line.checked_sub(1)?)?;
        let at = if line.trim_start().starts_with('#') { line.find('#') } else { line.find(" #").map(|at| at + 1) };
        at.map(|at| line[at + 1..].trim()).filter(|comment| !comment.is_empty())
    }

    /// The comment that takes the whole line before a line.
    pub fn comment_above(&self, line: usize) -> Option<&str> {
        let above = line.checked_sub(1)?;
        let whole = self.lines.get(above.checked_sub(1)?)?.trim_start().starts_with('#');
        if whole { self.comment_at(above) } else { None }
    }
}

impl Node {
    /// The entries of a map; none where it is null.
    pub fn entries(&self) -> Result<&[Entry]> {
        match &self.what {
            What::Map(entries) => Ok(entries),
            What::Null => Ok(&[]),
            _ => Err(Trouble::new(format!("line {}: a mapping belongs here", self.line))),
        }
    }

    /// The items of a list.
    pub fn items(&self) -> Result<&[Self]> {
        match &self.what {
            What::List(items) => Ok(items),
            _ => Err(Trouble::new(format!("line {}: a sequence belongs here", self.line))),
        }
    }

    /// A text as it stands.
    pub fn text(&self) -> Result<&str> {
        match &self.what {
            What::Text(text) => Ok(text),
            _ => Err(Trouble::new(format!("line {}: a text belongs here", self.line))),
        }
    }

    /// The value of a key, if it is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let What::Map(entries) = &self.what else { return None };
        entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Calls a function for every text in it, keys left out.
    pub fn visit_texts(&self, with: &mut impl FnMut(&str, usize)) {
        match &self.what {
            What::Text(text) => with(text, self.line),
            What::List(items) => items.iter().for_each(|item| item.visit_texts(with)),
            What::Map(entries) => entries.iter().for_each(|entry| entry.value.visit_texts(with)),
            What::Null | What::Bool(_) | What::Number(_) => {}
        }
    }
}

fn parse(text: &str) -> Result<Node> {
    let mut events = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Trouble::new(format!("it is not YAML: {error}")))?;
        events.push((event, span));
    }
    events.retain(|(event, _)| {
        !matches!(
            event,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd
        )
    });
    events.reverse();
    let root = node(&mut events)?;
    match events.last() {
        None => Ok(root),
        Some((_, span)) => Err(Trouble::new(format!("line {}: there is a second document", span.start.line()))),
    }
}

/// Takes the next value. The last event is next.
fn node(events: &mut Vec<(Event<'_>, Span)>) -> Result<Node> {
    let (event, span) = events.pop().ok_or_else(|| Trouble::new("it is empty".to_owned()))?;
    let line = span.start.line();
    let what = match event {
        Event::Scalar(text, ScalarStyle::Plain, _, _) => plain(&text),
        Event::Scalar(text, ..) => What::Text(text.into_owned()),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            while !matches!(events.last(), Some((Event::SequenceEnd, _))) {
                items.push(node(events)?);
            }
            events.pop();
            What::List(items)
        }
        Event::MappingStart(..) => {
            let mut entries: Vec<Entry> = Vec::new();
            while !matches!(events.last(), Some((Event::MappingEnd, _))) {
                let (key, line) = key(events)?;
                if entries.iter().any(|entry| entry.key == key) {
                    return Err(Trouble::new(format!("line {line}: '{key}' is already defined")));
                }
                entries.push(Entry { key, line, value: node(events)? });
            }
            events.pop();
            What::Map(entries)
        }
        _ => return Err(Trouble::new(format!("line {line}: aliases and tags are not played here"))),
    };
    Ok(Node { what, line })
}

fn key(events: &mut Vec<(Event<'_>, Span)>) -> Result<(String, usize)> {
    match events.pop() {
        Some((Event::Scalar(text, ..), span)) => Ok((text.into_owned(), span.start.line())),
        _ => Err(Trouble::new("a key is not a text".to_owned())),
    }
}

/// A scalar without quotes.
fn plain(text: &str) -> What {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return What::Null,
        "true" | "True" | "TRUE" => return What::Bool(true),
        "false" | "False" | "FALSE" => return What::Bool(false),
        _ => {}
    }
    let whole = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().map(f64::from);
    let number = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => whole(digits, 16),
        (_, Some(digits)) => whole(digits, 8),
        _ if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite()).map_or_else(|| What::Text(text.to_owned()), What::Number)
}
