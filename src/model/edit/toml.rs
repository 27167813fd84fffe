//! Reads TOML with the place of everything in it.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use super::source::Source;
use super::tape::{Tape, What};
use crate::model::error::Result;

pub(super) fn read<'s>(source: &Source<'s>, tape: Tape<'s>) -> Result<Tape<'s>> {
    let document = Document::parse(source.body()).map_err(|broken| {
        let at = broken.span().map(|span| span.start).unwrap_or(0) + source.start();
        source.obstacle(at, format!("it is not TOML: {}", broken.message().lines().next().unwrap_or_default()))
    })?;
    let mut reader = Reader { source, tape };
    reader.table(document.as_table(), None);
    Ok(reader.tape)
}

struct Reader<'r, 's> {
    source: &'r Source<'s>,
    tape: Tape<'s>,
}

impl<'s> Reader<'_, 's> {
    /// Returns where something stands in the file. What is only implied by longer names stands nowhere, at its start.
    fn range(&self, span: Option<Range<usize>>) -> Range<usize> {
        let start = self.source.start();
        span.map(|span| span.start + start..span.end + start).unwrap_or(start..start)
    }

    fn table(&mut self, table: &dyn TableLike, span: Option<Range<usize>>) {
        let range = self.range(span);
        let opened = self.tape.open(What::Map, range.start);
        for (name, item) in table.iter() {
            let key = self.range(table.key(name).and_then(|key| key.span()));
            self.tape.leaf(What::Key, key, name);
            self.item(item);
        }
        self.tape.close(opened, range.end);
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::None => self.tape.leaf(What::Plain, self.range(None), ""),
            Item::Value(value) => self.value(value),
            Item::Table(table) => self.table(table, table.span()),
            Item::ArrayOfTables(tables) => {
                let opened = self.tape.open(What::List, self.range(tables.span()).start);
                tables.iter().for_each(|table| self.table(table, table.span()));
                self.tape.close(opened, self.range(tables.span()).end);
            }
        }
    }

    fn value(&mut self, value: &Value) {
        let range = self.range(value.span());
        match value {
            Value::InlineTable(table) => self.table(table, table.span()),
            Value::Array(values) => {
                let opened = self.tape.open(What::List, range.start);
                values.iter().for_each(|value| self.value(value));
                self.tape.close(opened, range.end);
            }
            Value::String(text) => {
                let raw = &self.source.text[range.clone()];
                let (what, range) = match raw.starts_with("\"\"\"") || raw.starts_with("'''") {
                    true => (What::Block, range),
                    false => (What::Text, range.start + 1..range.end - 1),
                };
                self.tape.leaf(what, range, text.value());
            }
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {
                self.tape.bytes(What::Plain, range);
            }
        }
    }
}
