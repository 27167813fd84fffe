//! A second reading of a file, held against the first one as it goes, so that nothing of it has to be kept.

use std::fmt;
use std::ops::Range;

use super::tape::{Seen, Tokens, What};

/// Says whether a token of the second reading is what it was in the first.
type Agrees<'s> = &'s dyn Fn(&Seen<'_>, &Seen<'_>) -> bool;

/// What a second reading is held against, and how far it agrees.
pub(super) struct Proof<'s> {
    old: &'s Tokens,
    text: &'s str,
    agrees: Agrees<'s>,
    /// How many tokens there were.
    seen: usize,
    /// What is open: its index, what it is and where it began.
    open: Vec<(usize, What, usize)>,
    /// Where in the earlier text something reads differently.
    differs: Option<usize>,
}

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof").field("seen", &self.seen).field("differs", &self.differs).finish_non_exhaustive()
    }
}

impl<'s> Proof<'s> {
    /// Holds a reading against the tokens of an earlier one and its text.
    pub(super) fn new(old: &'s Tokens, text: &'s str, agrees: Agrees<'s>) -> Self {
        Self { old, text, agrees, seen: 0, open: Vec::new(), differs: None }
    }

    /// Returns where in the earlier text something reads differently, once all was read; `None` where nothing does.
    pub(super) fn differs(self) -> Option<usize> {
        let missing = (self.seen < self.old.len()).then_some(self.seen);
        let missing = missing.and_then(|at| self.old.get(at, self.text)).map(|token| token.range.start);
        self.differs.or(missing)
    }

    /// Takes a token that nothing belongs to.
    pub(super) fn leaf(&mut self, what: What, range: Range<usize>, value: &str, is_bytes: bool) {
        let at = self.seen;
        self.seen += 1;
        self.take(at, &Seen { what, range, value, is_bytes, end: self.seen });
    }

    /// Takes the beginning of a token that others belong to, and returns its index.
    pub(super) fn open(&mut self, what: What, start: usize) -> usize {
        self.open.push((self.seen, what, start));
        self.seen += 1;
        self.seen - 1
    }

    /// Takes the end of what was opened last.
    pub(super) fn close(&mut self, end: usize) {
        let Some((at, what, start)) = self.open.pop() else { return };
        self.take(at, &Seen { what, range: start..end.max(start), value: "", is_bytes: false, end: self.seen });
    }

    fn take(&mut self, at: usize, new: &Seen<'_>) {
        if self.differs.is_some() {
            return;
        }
        match self.old.get(at, self.text) {
            Some(old) if (self.agrees)(&old, new) => {}
            Some(old) => self.differs = Some(old.range.start),
            None => self.differs = Some(self.text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::edit::source::Source;
    use crate::model::edit::syntax::Syntax;

    #[test]
    fn whatever_reads_differently_is_found_where_it_stood() {
        let path = "a.json".parse().expect("a path");
        let before = Source { path: &path, text: "{\"v\": [1, \"x\"], \"w\": {}}" };
        let tokens = Syntax::Json.read(&before).expect("it is JSON").into_tokens();
        let table = [
            ("{\"v\": [1, \"x\"], \"w\": {}}", None),
            ("{\"v\": [1, \"y\"], \"w\": {}}", Some(11)),
            ("{\"v\": [1, \"\\u0078\"], \"w\": {}}", Some(11)),
            ("{\"v\": [2, \"x\"], \"w\": {}}", Some(7)),
            ("{\"u\": [1, \"x\"], \"w\": {}}", Some(2)),
            ("{\"v\": [1, \"x\"], \"w\": []}", Some(21)),
            ("{\"v\": [1, \"x\"]}", Some(17)),
            ("{\"v\": [1, \"x\"], \"w\": {}, \"z\": 1}", Some(24)),
            ("{\"v\": [1, \"x\", \"w\", {}]}", Some(17)),
        ];
        let agrees = |old: &Seen<'_>, new: &Seen<'_>| {
            let is_text = !matches!(old.what, What::Map | What::List);
            old.what == new.what && (!is_text || (old.value == new.value && old.is_bytes == new.is_bytes))
        };
        for (text, differs) in table {
            let proof = Proof::new(&tokens, before.text, &agrees);
            let found = Syntax::Json.differs(&Source { path: &path, text }, proof).expect("it is JSON");
            assert_eq!(found, differs, "{text}");
        }
    }
}
