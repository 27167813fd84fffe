//! What a parser saw, in the order of the file: one flat list that is both walked as a tree and compared item by item.

use std::borrow::Cow;
use std::ops::Range;

use super::source::Source;
use crate::model::error::Result;
use crate::model::field::{FieldPath, FieldStep};

/// One thing a parser saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub(super) what: What,
    /// Where its text stands, without quotes. The whole of it for a map and a list.
    pub(super) range: Range<usize>,
    /// What it means, with escapes resolved. Empty for a map and a list.
    pub(super) value: Cow<'s, str>,
    /// The index behind the last token that belongs to it.
    pub(super) end: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// One document of a file.
    Document,
    /// Keys and their values, which follow one another.
    Map,
    /// Items in order.
    List,
    /// A key of a map.
    Key,
    /// A text in quotes, or one that can be nothing but a text.
    Text,
    /// A value without quotes: a number, a word, a plain text.
    Plain,
    /// A text of several lines with a form of its own, in which no range is one text.
    Block,
    /// A reference to a value that stands elsewhere.
    Alias,
}

/// All that a parser saw of a file.
#[derive(Debug)]
pub(super) struct Tape<'s> {
    pub(super) tokens: Vec<Token<'s>>,
}

/// One value on a tape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'t> {
    tape: &'t Tape<'t>,
    at: usize,
}

impl<'s> Tape<'s> {
    pub(super) fn new() -> Self {
        Self { tokens: Vec::new() }
    }

    /// Adds a token that nothing belongs to.
    pub(super) fn leaf(&mut self, what: What, range: Range<usize>, value: Cow<'s, str>) {
        let end = self.tokens.len() + 1;
        self.tokens.push(Token { what, range, value, end });
    }

    /// Opens a token that others belong to, and returns its index.
    pub(super) fn open(&mut self, what: What, start: usize) -> usize {
        self.leaf(what, start..start, Cow::Borrowed(""));
        self.tokens.len() - 1
    }

    /// Closes what was opened.
    pub(super) fn close(&mut self, opened: usize, end: usize) {
        let next = self.tokens.len();
        let token = &mut self.tokens[opened];
        token.range.end = end.max(token.range.start);
        token.end = next;
    }

    /// Returns the values at the top: the documents, or the one value of a format that has none.
    pub(super) fn roots<'t>(&'t self) -> impl Iterator<Item = Node<'t>> {
        siblings(self, 0, self.tokens.len())
    }

    /// Returns every value of the tape, in order.
    pub(super) fn nodes<'t>(&'t self) -> impl Iterator<Item = Node<'t>> {
        (0..self.tokens.len()).map(|at| Node { tape: self, at })
    }

    /// Returns the only value at the top, if there is one and only one.
    pub(super) fn root<'t>(&'t self) -> Option<Node<'t>> {
        let mut roots = self.roots();
        let root = roots.next().filter(|_| roots.next().is_none())?;
        match root.what() {
            What::Document => root.children().next(),
            What::Map | What::List | What::Key | What::Text | What::Plain | What::Block | What::Alias => Some(root),
        }
    }
}

fn siblings<'t>(tape: &'t Tape<'t>, from: usize, to: usize) -> impl Iterator<Item = Node<'t>> {
    let mut at = from;
    std::iter::from_fn(move || {
        let node = (at < to).then_some(Node { tape, at })?;
        at = node.token().end;
        Some(node)
    })
}

impl<'t> Node<'t> {
    fn token(self) -> &'t Token<'t> {
        &self.tape.tokens[self.at]
    }

    pub(super) fn what(self) -> What {
        self.token().what
    }

    pub(super) fn range(self) -> Range<usize> {
        self.token().range.clone()
    }

    pub(super) fn value(self) -> &'t str {
        &self.token().value
    }

    /// Returns the value if it is one scalar.
    pub(super) fn scalar(self) -> Option<&'t str> {
        matches!(self.what(), What::Text | What::Plain | What::Block).then_some(self.value())
    }

    pub(super) fn children(self) -> impl Iterator<Item = Node<'t>> {
        siblings(self.tape, self.at + 1, self.token().end)
    }

    /// Returns the keys of a map and their values, in order; nothing for anything else.
    pub(super) fn entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> {
        let mut children = (self.what() == What::Map).then(|| self.children()).into_iter().flatten();
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// Returns the items of a list; nothing for anything else.
    pub(super) fn items(self) -> impl Iterator<Item = Node<'t>> {
        (self.what() == What::List).then(|| self.children()).into_iter().flatten()
    }

    /// Returns the value of a key.
    ///
    /// # Errors
    /// The key stands in the map twice: which of them counts differs from reader to reader.
    pub(super) fn get(self, source: &Source<'_>, key: &str) -> Result<Option<Node<'t>>> {
        let mut found = None;
        for (name, value) in self.entries().filter(|(name, _)| name.value() == key && name.what() == What::Key) {
            if found.is_some() {
                return Err(source.obstacle(name.range().start, format!("'{key}' stands in the same map twice")));
            }
            found = Some(value);
        }
        Ok(found)
    }

    /// Follows keys from here.
    pub(super) fn at(self, source: &Source<'_>, keys: &[&str]) -> Result<Option<Node<'t>>> {
        let mut node = self;
        for key in keys {
            match node.get(source, key)? {
                Some(value) => node = value,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// Follows a path from here.
    ///
    /// # Errors
    /// A key stands twice, or an alias is in the way: the value stands elsewhere and belongs to others too.
    pub(super) fn follow(self, source: &Source<'_>, path: &FieldPath) -> Result<Option<Node<'t>>> {
        let mut node = self;
        for step in path.steps() {
            if node.what() == What::Alias {
                let message = format!("'{path}' leads through an alias, and what it stands for has other users");
                return Err(source.obstacle(node.range().start, message));
            }
            let next = match step {
                FieldStep::Key(key) => node.get(source, key)?,
                FieldStep::Item(position) => node.items().nth(*position),
            };
            match next {
                Some(next) => node = next,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }
}
