//! Whether a text says what the title of an advisory says, in other words or in another order.
//!
//! The title is split into what names a sort of flaws, such as "out-of-bounds", and the words that say where the flaw is. Each of these
//! is worth the more the less it is used otherwise. A text tells of the advisory when few words of it, close together, hold words of the
//! title *and* something that tells of a flaw of its sort or of a flaw at all, or so many words of the title that it can hardly speak of
//! anything else. Words about the place alone are innocent: people work there for other reasons too.

use std::collections::BTreeSet;

use super::flaw::{Found, PLAIN, Phrases, VAGUE, Worth, sorts};
use super::words::{Word, words};

/// So many words of a text count as close together.
const WINDOW: usize = 14;
/// From so much on a text tells: a phrase that names the sort, and a word that is seldom used.
const ENOUGH: Worth = 8;

const SELDOM: Worth = 4;
const TECHNICAL: Worth = 2;
const ORDINARY: Worth = 1;

/// Words that say nothing of the matter.
const EMPTY: &[&str] = &[
    "a",
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

/// Words that a project uses all the time, which say little there. By default none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usual(BTreeSet<String>);

impl Usual {
    /// Returns the words of the subjects of a project's commits that stand in one of twenty. Fewer than a hundred subjects tell nothing.
    pub fn of<'s>(subjects: impl IntoIterator<Item = &'s str>) -> Self {
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        let mut all = 0;
        for subject in subjects {
            all += 1;
            let stems: BTreeSet<String> = words(subject).into_iter().map(|word| word.stem).collect();
            stems.into_iter().for_each(|stem| *counts.entry(stem).or_default() += 1);
        }
        match all {
            0..100 => Self::default(),
            _ => Self(counts.into_iter().filter(|(_, count)| count * 20 >= all).map(|(stem, _)| stem).collect()),
        }
    }
}

/// What to look for of one title.
#[derive(Clone, PartialEq)]
pub(super) struct TitleSigns {
    subject: Vec<(String, Worth)>,
    telling: Phrases,
    names_a_sort: bool,
}

/// What a text gives away of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It says what the title says.
    Title,
    /// It says that there is a flaw, next to words of the title.
    Flaw,
}

impl TitleSigns {
    /// Takes what to look for from a title and the weaknesses of an advisory.
    pub(super) fn of(title: &str, cwes: &[String], usual: &Usual) -> Self {
        let title = words(title);
        let sorts = sorts(&title, cwes);
        let named = Phrases::naming(&sorts).places(&title);
        let is_named = |at: usize| named.iter().any(|found| (found.at..found.at + found.words).contains(&at));
        let mut subject: Vec<(String, Worth)> = Vec::new();
        for (at, word) in title.iter().enumerate() {
            let worth = worth_of(word, usual);
            if !is_named(at) && worth > 0 && subject.iter().all(|(stem, _)| *stem != word.stem) {
                subject.push((word.stem.clone(), worth));
            }
        }
        Self { subject, telling: Phrases::telling(&sorts), names_a_sort: !named.is_empty() }
    }

    /// Returns the stems of the words that say where the flaw is.
    pub(super) fn subject(&self) -> impl Iterator<Item = &str> {
        self.subject.iter().map(|(stem, _)| stem.as_str())
    }

    /// Returns the stems with which the phrases begin that tell of a flaw.
    pub(super) fn telling(&self) -> impl Iterator<Item = &str> {
        self.telling.beginnings()
    }

    /// Says whether a text tells of the title. `elsewhere`: the text names another flaw, which explains that it speaks of flaws.
    pub(super) fn told_in(&self, text: &[Word], elsewhere: bool) -> Option<Told> {
        let mut told = self.telling.places(text);
        if elsewhere {
            told.iter_mut().for_each(|found| found.worth /= 2);
        }
        let hits = self.hits(text);
        let starts = hits.iter().map(|hit| hit.0).chain(told.iter().map(|found| found.at));
        starts.filter_map(|from| self.told_from(text, from, &hits, &told)).min_by_key(|told| *told as u8)
    }

    fn told_from(&self, text: &[Word], from: usize, hits: &[(usize, usize)], told: &[Found]) -> Option<Told> {
        let window = from..from + WINDOW;
        let inside = |found: &&Found| window.contains(&found.at) && found.at + found.words <= window.end;
        let here: Vec<&Found> = told.iter().filter(inside).collect();
        let says = worth_of_all(&here);
        let mut places: BTreeSet<usize> = BTreeSet::new();
        for (at, word) in hits.iter().filter(|(at, _)| window.contains(at)) {
            let taken = here.iter().any(|found| (found.at..found.at + found.words).contains(at));
            if !taken {
                places.insert(*word);
            }
        }
        let subject: Worth = places.iter().map(|word| self.subject[*word].1).sum();
        // Of a title that names a sort of flaws, the rest names a place only.
        let least = if self.names_a_sort { 4 } else { 3 };
        let nearly_all = places.len() >= least && places.len() * 3 >= self.subject.len() * 2;
        if nearly_all || self.is_all_of(text, &places) {
            return Some(Told::Title);
        }
        (says > 0 && subject >= TECHNICAL && says + subject >= ENOUGH).then_some(Told::Flaw)
    }

    /// Says whether a text, such as the name of a branch, has nothing but words of the title, and most of them.
    fn is_all_of(&self, text: &[Word], places: &BTreeSet<usize>) -> bool {
        let all = self.subject.len();
        let own = text.iter().filter(|word| !EMPTY.contains(&word.whole.as_str())).count();
        all >= 4 && places.len() >= own && places.len() * 4 >= all * 3
    }

    /// Returns where words of the title stand: the place in the text, and which word.
    fn hits(&self, text: &[Word]) -> Vec<(usize, usize)> {
        let mut hits = Vec::new();
        for (at, word) in text.iter().enumerate() {
            match self.subject.iter().position(|(stem, _)| *stem == word.stem) {
                Some(which) => hits.push((at, which)),
                None => {
                    let within =
                        |(_, (stem, _)): &(usize, &(String, Worth))| stem.len() >= 4 && word.whole.contains(stem);
                    let joined: Vec<usize> =
                        self.subject.iter().enumerate().filter(within).map(|(which, _)| which).collect();
                    if joined.len() >= 2 {
                        hits.extend(joined.into_iter().map(|which| (at, which)));
                    }
                }
            }
        }
        hits
    }
}

/// Adds up what phrases tell: several vague ones together are as good as one that is not.
fn worth_of_all(found: &[&Found]) -> Worth {
    let most = found.iter().map(|found| found.worth).max().unwrap_or(0);
    let mut places: Vec<usize> = found.iter().map(|found| found.at).collect();
    places.dedup();
    if most == VAGUE && places.len() > 1 { PLAIN } else { most }
}

fn worth_of(word: &Word, usual: &Usual) -> Worth {
    let is_in = |list: &[&str]| list.iter().any(|one| *one == word.whole || super::words::stem(one) == word.stem);
    match () {
        () if word.whole.chars().count() < 2 || EMPTY.contains(&word.whole.as_str()) => 0,
        () if word.whole.chars().all(char::is_numeric) => 0,
        () if is_in(ORDINARY_WORDS) => ORDINARY,
        () if is_in(TECHNICAL_WORDS) || usual.0.contains(&word.stem) => TECHNICAL,
        () => SELDOM,
    }
}
