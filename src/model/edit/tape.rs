//! What a parser saw, in the order of the file: one flat list that is both walked as a tree and compared item by item.

use std::ops::Range;

use super::proof::Proof;
use super::source::Source;
use crate::model::error::Result;
use crate::model::field::{FieldPath, FieldStep};

/// One thing a parser saw. Offsets are kept in 32 bits, since a lock file has a hundred thousand of these: a longer text is
/// refused before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    what: What,
    start: u32,
    stop: u32,
    /// The index behind the last token that belongs to it.
    end: u32,
    value: Value,
}

/// What a token means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// Nothing: it is a map or a list.
    Nothing,
    /// The bytes where it stands.
    Bytes,
    /// What was worked out of them.
    Worked,
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

/// All that a parser saw of a file, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tokens {
    list: Vec<Token>,
    /// The values that were worked out, each with the index of its token, in order.
    worked: Vec<(usize, String)>,
    /// The scalars that have an anchor, each by its index, with the number of the anchor.
    anchors: Vec<(usize, usize)>,
    /// The anchors that something repeats.
    shared: Vec<usize>,
}

/// All that a parser saw of a file; or nothing, where what it sees is only held against an earlier reading.
#[derive(Debug)]
pub(super) struct Tape<'s> {
    text: &'s str,
    tokens: Tokens,
    proof: Option<Proof<'s>>,
}

/// One value on a tape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'t> {
    tape: &'t Tape<'t>,
    at: usize,
}

/// One token together with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen<'t> {
    pub(super) what: What,
    pub(super) range: Range<usize>,
    pub(super) value: &'t str,
    /// Whether the value is the bytes where it stands.
    pub(super) is_bytes: bool,
    /// The index behind the last token that belongs to it.
    pub(super) end: usize,
}

impl Tokens {
    /// Returns a token by its index, with the text that it was seen in.
    pub(super) fn get<'t>(&'t self, at: usize, text: &'t str) -> Option<Seen<'t>> {
        let token = self.list.get(at)?;
        let (value, is_bytes) = (self.value(at, text), token.value == Value::Bytes);
        Some(Seen { what: token.what, range: token.range(), value, is_bytes, end: token.end as usize })
    }

    /// Returns how many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    fn value<'t>(&'t self, at: usize, text: &'t str) -> &'t str {
        let token = &self.list[at];
        match token.value {
            Value::Nothing => "",
            Value::Bytes => &text[token.range()],
            Value::Worked => {
                let found = self.worked.binary_search_by_key(&at, |(token, _)| *token);
                &self.worked[found.expect("because a token of this kind has a value here")].1
            }
        }
    }
}

impl Token {
    fn range(&self) -> Range<usize> {
        self.start as usize..self.stop as usize
    }
}

impl<'s> Tape<'s> {
    pub(super) fn new(source: &Source<'s>) -> Self {
        Self { text: source.text, tokens: Tokens::default(), proof: None }
    }

    /// A tape that keeps nothing, and holds what it is given against an earlier reading.
    pub(super) fn against(source: &Source<'s>, proof: Proof<'s>) -> Self {
        Self { proof: Some(proof), ..Self::new(source) }
    }

    /// Returns what a second reading was held against.
    pub(super) fn into_proof(self) -> Option<Proof<'s>> {
        self.proof
    }

    /// Returns what was seen, without the text.
    pub(super) fn into_tokens(self) -> Tokens {
        self.tokens
    }

    /// Makes room at once for as many tokens as a text of this form usually has.
    pub(super) fn expect(&mut self, tokens: usize) {
        if self.proof.is_none() {
            self.tokens.list.reserve(tokens);
        }
    }

    /// Notes that the next token has the anchor of this number; zero is none.
    pub(super) fn anchor(&mut self, anchor: usize) {
        if anchor > 0 {
            self.tokens.anchors.push((self.tokens.list.len(), anchor));
        }
    }

    /// Notes that something repeats what has the anchor of this number.
    pub(super) fn share(&mut self, anchor: usize) {
        self.tokens.shared.push(anchor);
    }

    /// Adds a token that nothing belongs to, with what it means, escapes resolved.
    pub(super) fn leaf(&mut self, what: What, range: Range<usize>, value: &str) {
        let is_bytes = self.text.get(range.clone()) == Some(value);
        if let Some(proof) = &mut self.proof {
            return proof.leaf(what, range, value, is_bytes);
        }
        if !is_bytes {
            self.tokens.worked.push((self.tokens.list.len(), value.to_owned()));
        }
        self.push(what, range, if is_bytes { Value::Bytes } else { Value::Worked });
    }

    /// Adds a token that nothing belongs to and that means the bytes where it stands.
    pub(super) fn bytes(&mut self, what: What, range: Range<usize>) {
        match &mut self.proof {
            Some(proof) => proof.leaf(what, range.clone(), &self.text[range], true),
            None => self.push(what, range, Value::Bytes),
        }
    }

    /// Opens a token that others belong to, and returns its index.
    pub(super) fn open(&mut self, what: What, start: usize) -> usize {
        match &mut self.proof {
            Some(proof) => proof.open(what, start),
            None => {
                self.push(what, start..start, Value::Nothing);
                self.tokens.list.len() - 1
            }
        }
    }

    fn push(&mut self, what: What, range: Range<usize>, value: Value) {
        let end = offset(self.tokens.list.len() + 1);
        self.tokens.list.push(Token { what, start: offset(range.start), stop: offset(range.end), end, value });
    }

    /// Closes what was opened last.
    pub(super) fn close(&mut self, opened: usize, end: usize) {
        if let Some(proof) = &mut self.proof {
            return proof.close(end);
        }
        let next = offset(self.tokens.list.len());
        let token = &mut self.tokens.list[opened];
        token.stop = offset(end).max(token.start);
        token.end = next;
    }

    /// Returns how many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.tokens.list.len()
    }

    /// Returns the values at the top: the documents, or the one value of a format that has none.
    pub(super) fn roots<'t>(&'t self) -> impl Iterator<Item = Node<'t>> {
        siblings(self, 0, self.len())
    }

    /// Returns every value of the tape, in order.
    pub(super) fn nodes<'t>(&'t self) -> impl Iterator<Item = Node<'t>> {
        (0..self.len()).map(|at| Node { tape: self, at })
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
        at = node.token().end as usize;
        Some(node)
    })
}

/// Counts in 32 bits.
fn offset(count: usize) -> u32 {
    u32::try_from(count).expect("because a longer text is refused")
}

impl<'t> Node<'t> {
    fn token(self) -> &'t Token {
        &self.tape.tokens.list[self.at]
    }

    pub(super) fn what(self) -> What {
        self.token().what
    }

    /// Returns where its text stands, without quotes; the whole of it for a map and a list.
    pub(super) fn range(self) -> Range<usize> {
        self.token().range()
    }

    /// Returns what it means, with escapes resolved; nothing for a map and a list.
    pub(super) fn value(self) -> &'t str {
        self.tape.tokens.value(self.at, self.tape.text)
    }

    /// Says whether something else in the file repeats the value by its anchor.
    pub(super) fn is_shared(self) -> bool {
        let tokens = &self.tape.tokens;
        tokens.anchors.iter().any(|(at, anchor)| *at == self.at && tokens.shared.contains(anchor))
    }

    /// Returns the value if it is one scalar.
    pub(super) fn scalar(self) -> Option<&'t str> {
        matches!(self.what(), What::Text | What::Plain | What::Block).then_some(self.value())
    }

    pub(super) fn children(self) -> impl Iterator<Item = Node<'t>> {
        siblings(self.tape, self.at + 1, self.token().end as usize)
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
