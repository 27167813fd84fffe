//! Reads JSON (RFC 8259) with the place of everything in it.
//!
//! A reader of our own, because the parsers with places at hand either build a syntax tree, which takes several times the
//! time a large lock file may take, or give no place at all. `serde_json` is its oracle in the tests.

use super::source::Source;
use super::tape::{Tape, What};
use crate::model::error::{Error, Result};

/// How deep values may be nested, as `serde_json` has it, so that a hostile file cannot exhaust the stack.
const DEPTH: usize = 127;

/// About how many bytes a lock file has for each key and each value.
const BYTES_A_TOKEN: usize = 20;

pub(super) fn read<'s>(source: &Source<'s>, tape: Tape<'s>) -> Result<Tape<'s>> {
    let mut reader = Reader { source: *source, bytes: source.text.as_bytes(), at: source.start(), tape };
    reader.tape.expect(source.text.len() / BYTES_A_TOKEN);
    reader.space();
    reader.value(0)?;
    reader.space();
    match reader.at == reader.bytes.len() {
        true => Ok(reader.tape),
        false => Err(reader.broken("something follows the end of the JSON value")),
    }
}

struct Reader<'s> {
    source: Source<'s>,
    bytes: &'s [u8],
    at: usize,
    tape: Tape<'s>,
}

impl<'s> Reader<'s> {
    fn broken(&self, message: &str) -> Error {
        self.source.obstacle(self.at, format!("it is not JSON: {message}"))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<()> {
        if depth > DEPTH {
            return Err(self.broken("it is nested too deeply"));
        }
        match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.text(What::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(_) | None => Err(self.broken("a value is expected")),
        }
    }

    fn map(&mut self, depth: usize) -> Result<()> {
        let opened = self.tape.open(What::Map, self.at);
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            self.tape.close(opened, self.at);
            return Ok(());
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.broken("a key in double quotes is expected"));
            }
            self.text(What::Key)?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.broken("':' is expected"));
            }
            self.at += 1;
            self.space();
            self.value(depth + 1)?;
            if self.ends_with(b'}')? {
                self.tape.close(opened, self.at);
                return Ok(());
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<()> {
        let opened = self.tape.open(What::List, self.at);
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            self.tape.close(opened, self.at);
            return Ok(());
        }
        loop {
            self.space();
            self.value(depth + 1)?;
            if self.ends_with(b']')? {
                self.tape.close(opened, self.at);
                return Ok(());
            }
        }
    }

    /// Takes a comma or the closing bracket, and says whether it was the bracket.
    fn ends_with(&mut self, bracket: u8) -> Result<bool> {
        self.space();
        match self.peek() {
            Some(b',') => self.at += 1,
            Some(byte) if byte == bracket => {
                self.at += 1;
                return Ok(true);
            }
            Some(_) | None => return Err(self.broken("',' or a closing bracket is expected")),
        }
        Ok(false)
    }

    fn word(&mut self, word: &str) -> Result<()> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.broken("a value is expected"));
        }
        self.plain(self.at + word.len());
        Ok(())
    }

    fn plain(&mut self, end: usize) {
        self.tape.bytes(What::Plain, self.at..end);
        self.at = end;
    }

    fn number(&mut self) -> Result<()> {
        let digits = |from: usize| from + self.bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let start = self.at + usize::from(self.bytes[self.at] == b'-');
        let mut end = digits(start);
        let mut broken = end == start || (self.bytes[start] == b'0' && end > start + 1);
        if self.bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            broken |= fraction == end + 1;
            end = fraction;
        }
        if matches!(self.bytes.get(end), Some(b'e' | b'E')) {
            let sign = end + 1 + usize::from(matches!(self.bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(sign);
            broken |= exponent == sign;
            end = exponent;
        }
        if broken {
            return Err(self.broken("a number is malformed"));
        }
        self.plain(end);
        Ok(())
    }

    fn text(&mut self, what: What) -> Result<()> {
        let start = self.at + 1;
        let mut end = start;
        let mut escaped = false;
        loop {
            end = until_special(self.bytes, end);
            match self.bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    end += 2;
                }
                Some(_) => {
                    self.at = end;
                    return Err(self.broken("a control character stands in a text"));
                }
                None => return Err(self.broken("a text is not closed")),
            }
        }
        match escaped {
            false => self.tape.bytes(what, start..end),
            // Escapes are rare in what this reads, so the library of everyone decodes them.
            true => {
                let value: String = serde_json::from_str(&self.source.text[self.at..=end])
                    .map_err(|_| self.broken("an escape in a text is malformed"))?;
                self.tape.leaf(what, start..end, &value);
            }
        }
        self.at = end + 1;
        Ok(())
    }
}

/// Returns where the next quote, backslash or control character stands, or the end.
///
/// Eight bytes are looked at together: with a sum of an integrity in every entry, most of a lock file is inside of texts.
fn until_special(bytes: &[u8], from: usize) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    // Marks bytes below a limit, and perhaps ones behind the first of them, but never one before it.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let found = equal(b'"') | equal(b'\\') | below(word, 0x20);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    bytes.get(at..).and_then(|rest| rest.iter().position(is_special)).map_or(bytes.len(), |found| at + found)
}
