//! How much a word of a title is worth, by how much it is used otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::arrange::InOrder as _;
use crate::model::guard::flaw::Worth;
use crate::model::guard::words::{Word, stem, words};

pub(super) const SELDOM: Worth = 4;
pub(super) const TECHNICAL: Worth = 2;
const ORDINARY: Worth = 1;

/// Words that say nothing of the matter.
pub(super) const EMPTY: &[&str] = &[
    "a",
    "after",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "because",
    "been",
    "before",
    "but",
    "by",
    "can",
    "could",
    "do",
    "does",
    "during",
    "for",
    "from",
    "had",
    "has",
    "have",
    "how",
    "if",
    "in",
    "into",
    "is",
    "it",
    "its",
    "may",
    "more",
    "no",
    "not",
    "of",
    "off",
    "on",
    "one",
    "only",
    "or",
    "other",
    "our",
    "out",
    "over",
    "same",
    "so",
    "some",
    "such",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "through",
    "to",
    "too",
    "two",
    "under",
    "until",
    "up",
    "via",
    "was",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "will",
    "with",
    "within",
    "without",
    "would",
    "you",
    "issue",
    "bug",
    "fix",
    "flaw",
    "problem",
    "vulnerability",
    "security",
    "attack",
    "attacker",
    "due",
    "lead",
    "leads",
    "cause",
    "causes",
    "possible",
    "certain",
    "several",
];

/// Words that stand in texts about anything.
const ORDINARY_WORDS: &[&str] = &[
    "add", "allow", "call", "change", "check", "close", "create", "delete", "disable", "enable", "empty", "fail",
    "find", "get", "give", "handle", "hold", "invalid", "keep", "large", "load", "long", "make", "missing", "move",
    "name", "new", "old", "open", "pass", "print", "put", "read", "remove", "run", "save", "see", "send", "set",
    "short", "show", "start", "stop", "store", "take", "update", "use", "value", "wrong", "write", "type", "line",
    "test", "code", "work", "default", "number", "item",
];

/// Words of the trade, which most projects use.
const TECHNICAL_WORDS: &[&str] = &[
    "api",
    "app",
    "application",
    "array",
    "block",
    "buffer",
    "builder",
    "byte",
    "cache",
    "channel",
    "client",
    "command",
    "component",
    "config",
    "configuration",
    "connection",
    "content",
    "context",
    "cookie",
    "data",
    "database",
    "decoder",
    "display",
    "document",
    "driver",
    "encoder",
    "endpoint",
    "engine",
    "entry",
    "error",
    "event",
    "field",
    "file",
    "filter",
    "folder",
    "form",
    "format",
    "function",
    "handler",
    "header",
    "host",
    "image",
    "index",
    "input",
    "interface",
    "key",
    "length",
    "library",
    "link",
    "list",
    "log",
    "loop",
    "manager",
    "map",
    "memory",
    "message",
    "method",
    "module",
    "network",
    "node",
    "object",
    "option",
    "output",
    "package",
    "page",
    "parameter",
    "parser",
    "path",
    "pipeline",
    "plugin",
    "pool",
    "process",
    "protocol",
    "proxy",
    "query",
    "queue",
    "record",
    "regex",
    "request",
    "resource",
    "response",
    "role",
    "route",
    "router",
    "schema",
    "server",
    "service",
    "size",
    "socket",
    "state",
    "storage",
    "stream",
    "string",
    "system",
    "table",
    "tag",
    "task",
    "template",
    "text",
    "thread",
    "token",
    "tree",
    "url",
    "user",
    "validation",
    "validator",
    "version",
    "view",
    "web",
    "widget",
    "window",
    "worker",
];

/// Words that say little in a project, for it uses them all the time, and nothing, for it is called so. By default none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usual {
    frequent: BTreeSet<String>,
    own: BTreeSet<String>,
}

impl Usual {
    /// Returns the words of the subjects of a project's commits that stand in one of twenty. Fewer than a hundred subjects tell nothing.
    pub fn of<'s>(subjects: impl IntoIterator<Item = &'s str>) -> Self {
        let mut counts = BTreeMap::<String, usize>::new();
        let mut all = 0;
        for subject in subjects {
            all += 1;
            let stems: BTreeSet<String> = words(subject).into_iter().map(|word| word.stem).in_order();
            stems.into_iter().for_each(|stem| *counts.entry(stem).or_default() += 1);
        }
        match all {
            0..100 => Self::default(),
            _ => {
                let frequent =
                    counts.into_iter().filter(|(_, count)| count * 20 >= all).map(|(stem, _)| stem).in_order();
                Self { frequent, ..Self::default() }
            }
        }
    }

    /// Says whether the project uses a word all the time.
    pub(super) fn is_frequent(&self, word: &Word) -> bool {
        self.frequent.contains(&word.stem)
    }

    /// Adds what the project is called: every text about it says so.
    #[must_use]
    pub fn called<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Self {
        self.own.extend(names.into_iter().flat_map(words).map(|word| word.stem));
        self
    }
}

/// Returns how much a word is worth; 0: it says nothing of the matter.
pub(super) fn worth_of(word: &Word, usual: &Usual) -> Worth {
    let is_in = |list: &[&str]| list.iter().any(|one| *one == word.whole || stem(one) == word.stem);
    // What does something, such as a loader, is a place.
    let does = ["er", "or", "ers", "ors"].iter().any(|ending| word.whole.ends_with(ending));
    let is_ordinary = match does {
        true => ORDINARY_WORDS.contains(&word.whole.trim_end_matches('s')),
        false => is_in(ORDINARY_WORDS),
    };
    match () {
        () if word.whole.chars().count() < 2 || EMPTY.contains(&word.whole.as_str()) => 0,
        () if word.whole.chars().all(char::is_numeric) || usual.own.contains(&word.stem) => 0,
        () if is_ordinary => ORDINARY,
        () if is_in(TECHNICAL_WORDS) || is_in(ORDINARY_WORDS) || usual.is_frequent(word) => TECHNICAL,
        () => SELDOM,
    }
}
