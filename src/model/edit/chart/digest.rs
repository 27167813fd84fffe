//! The digest of a `Chart.lock`, as `HashReq` in Helm's `internal/resolver` computes it: the SHA-256 of the JSON of the list of
//! what the chart asks for and the list of what is locked, with the fields of `chart.Dependency` in the order of that type.

use std::fmt::Write as _;

use crate::model::arrange::Arrange as _;
use crate::model::edit::source::Source;
use crate::model::edit::tape::{Node, What};
use crate::model::error::Result;
use crate::model::sums::Sha256Sum;

/// What a digest is computed from, with a gap at every version that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockDigest {
    around: Vec<String>,
}

/// The fields that Helm writes, in its order, each with what it leaves out.
const FIELDS: &[(&str, bool)] = &[
    ("name", true),
    ("version", false),
    ("repository", true),
    ("condition", false),
    ("tags", false),
    ("enabled", false),
    ("import-values", false),
    ("alias", false),
];

impl LockDigest {
    pub(super) fn of(
        (chart, asked): (&Source<'_>, Node<'_>),
        (lock, locked): (&Source<'_>, Node<'_>),
        moves: &dyn Fn(&str, &str) -> bool,
    ) -> Result<Self> {
        let mut digest = Self { around: vec!["[".to_owned()] };
        digest.list(chart, asked, moves)?;
        digest.text(",");
        digest.list(lock, locked, moves)?;
        digest.text("]");
        Ok(digest)
    }

    /// Returns the digest for a version in the gaps.
    pub(in crate::model::edit) fn with(&self, version: &str) -> String {
        format!("sha256:{}", Sha256Sum::of(self.around.join(version)))
    }

    fn text(&mut self, text: &str) {
        match self.around.last_mut() {
            Some(last) => last.push_str(text),
            None => self.around.push(text.to_owned()),
        }
    }

    fn list(&mut self, source: &Source<'_>, root: Node<'_>, moves: &dyn Fn(&str, &str) -> bool) -> Result<()> {
        let Some(list) = root.get(source, "dependencies")? else {
            self.text("null");
            return Ok(());
        };
        self.text("[");
        for (at, entry) in list.items().enumerate() {
            self.text(if at > 0 { ",{" } else { "{" });
            self.entry(source, entry, moves)?;
            self.text("}");
        }
        self.text("]");
        Ok(())
    }

    fn entry(&mut self, source: &Source<'_>, entry: Node<'_>, moves: &dyn Fn(&str, &str) -> bool) -> Result<()> {
        let name = entry.get(source, "name")?.and_then(Node::scalar).unwrap_or_default();
        let mut first = true;
        for (field, always) in FIELDS {
            let node = entry.get(source, field)?;
            let left_out = node.is_none_or(|node| {
                let nothing =
                    matches!(node.scalar(), Some("")) || (*field == "enabled" && node.scalar() == Some("false"));
                nothing || (node.what() == What::List && node.items().next().is_none())
            });
            if left_out && !always {
                continue;
            }
            self.text(if first { "\"" } else { ",\"" });
            first = false;
            self.text(field);
            self.text("\":");
            match node {
                Some(node) if *field == "version" && moves(name, node.value()) => {
                    self.text("\"");
                    self.around.push("\"".to_owned());
                }
                Some(node) if *field == "enabled" => self.text(node.value()),
                Some(node) => self.text(&json(node)),
                None => self.text("\"\""),
            }
        }
        Ok(())
    }
}

/// Writes a value as Go's `encoding/json` does, which sorts the keys of a map.
fn json(node: Node<'_>) -> String {
    match node.what() {
        What::List => format!("[{}]", node.items().map(json).collect::<Vec<_>>().join(",")),
        What::Map => {
            let mut entries: Vec<_> = node.entries().map(|(key, value)| (key.value(), value)).collect();
            entries.arrange_by_key(|(key, _)| *key);
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{}:{}", quoted(key), json(*value))).collect();
            format!("{{{}}}", entries.join(","))
        }
        What::Document | What::Key | What::Text | What::Plain | What::Block | What::Alias => quoted(node.value()),
    }
}

/// Quotes a text as Go's `encoding/json` does: `<`, `>`, `&` and two line separators are escaped too.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\x1f' => {
                write!(quoted, "\\u{:04x}", u32::from(c)).expect("because a String takes everything");
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
