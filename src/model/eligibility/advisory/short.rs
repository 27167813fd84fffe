//! Titles that bear an identifier as a mark and say that they do less than fix it.

use super::title::{mends, words};
use crate::model::trailer::plain_subject;

/// What may stand between a verb of fixing and the part that is fixed.
const COUNTING: &[&str] = &["a", "an", "the", "one", "first", "second", "third", "last", "another", "other", "next"];

/// What makes of a step one of several.
const ORDINALS: &[&str] =
    &["first", "second", "third", "fourth", "one", "two", "three", "initial", "another", "next", "1st", "2nd", "3rd"];

/// How many there are of them.
const ALL: &[&str] = &["two", "three", "four", "five"];

/// A part of the work on something.
const STEPS: &[&str] = &["step", "steps", "half", "part", "parts", "phase", "stage", "attempt", "try", "take", "round"];

/// What does so to a verb of fixing.
const NEARLY: &[&str] =
    &["partially", "partly", "mostly", "almost", "nearly", "halfway", "maybe", "possibly", "hopefully", "tentatively"];

/// What a fix is that is none, or not the one that counts.
const LESS: &[&str] = &[
    "incomplete",
    "partial",
    "broken",
    "wrong",
    "bad",
    "failed",
    "first",
    "initial",
    "interim",
    "tentative",
    "half",
    "previous",
    "earlier",
    "old",
    "possible",
    "attempted",
    "proposed",
];

/// What is not, where nothing is fixed.
const UNDONE: &[&str] =
    &["fixed", "done", "yet", "complete", "applicable", "affected", "needed", "vulnerable", "exploitable"];

/// What is a fix.
const FIXES: &[&str] = &["fix", "fixes", "patch", "patches", "mitigation", "remediation", "solution", "remedy"];

/// What begins a title about what is only to be seen.
const SHOWING: &[&str] = &["add", "adds", "added", "adding", "improve", "improves", "improved", "extend", "more"];

/// What is only to be seen.
pub(super) const SEEN: &[&str] =
    &["log", "logs", "logging", "metric", "metrics", "trace", "traces", "tracing", "telemetry", "comment", "comments"];

/// What may follow it: "Add comment escaping" is about something else.
const BEHIND: &[&str] = &["to", "for", "of", "in", "on", "about", "when", "around", "cve", "ghsa"];

/// So many words may say what sort of thing is to be seen.
const MOST_OF_A_SORT: usize = 3;

/// The words of what comes before a fix, or after it.
const AROUND: &[&str] = &[
    "prepare",
    "prepares",
    "preparing",
    "preparation",
    "preparations",
    "preparatory",
    "prep",
    "preliminary",
    "groundwork",
    "scaffolding",
    "prerequisite",
    "precursor",
    "refactor",
    "refactors",
    "refactored",
    "refactoring",
    "refactorings",
    "followup",
    "followups",
    "regression",
    "regressions",
    "fallout",
    "wip",
    "wontfix",
    "reproducer",
    "reproducers",
    "reproduce",
    "reproduces",
    "poc",
    "toward",
    "towards",
    "todo",
];

/// Those of them that are two or three.
const PHRASES: &[&[&str]] = &[
    &["follow", "up"],
    &["follow", "ups"],
    &["follow", "on"],
    &["work", "in", "progress"],
    &["more", "work"],
    &["proof", "of", "concept"],
    &["clean", "up"],
    &["won", "t"],
    &["to", "be", "fixed"],
    &["in", "part"],
];

/// What a clause of a title begins with that only looks at something.
const LOOKING: &[&str] = &[
    "investigate",
    "analyse",
    "analyze",
    "explain",
    "discuss",
    "triage",
    "plan",
    "propose",
    "try",
    "attempt",
    "draft",
    "tidy",
    "cleanup",
    "see",
    "postponed",
    "deferred",
    "left",
    "pending",
    "planned",
    "tbd",
    "unfixed",
];

/// What takes away.
const TAKING: &[&str] = &[
    "remove", "removes", "removed", "removing", "drop", "drops", "dropped", "delete", "deletes", "deleted", "disable",
    "disables", "disabled", "relax", "loosen", "weaken", "skip", "bypass",
];

/// What takes back, in one word or with "back" or "out" behind it.
const BACK: &[&[&str]] = &[
    &["undo"],
    &["undoes"],
    &["undid"],
    &["revert"],
    &["reverts"],
    &["back", "out"],
    &["backs", "out"],
    &["roll", "back"],
    &["rolls", "back"],
    &["rollback"],
    &["backout"],
];

/// What protects: what takes it away fixes nothing.
pub(super) const PROTECTING: &[&str] = &[
    "fix",
    "fixes",
    "patch",
    "patches",
    "check",
    "checks",
    "checking",
    "mitigation",
    "mitigations",
    "hardening",
    "limit",
    "limits",
    "guard",
    "guards",
    "validation",
    "protection",
    "sanitization",
    "restriction",
    "restrictions",
    "workaround",
    "cve",
    "ghsa",
];

/// What is taken back without a name.
const LAST: &[&str] = &["it", "last", "previous", "again", "change", "changes", "commit", "commits", "cve", "ghsa"];

/// So many words may stand between what takes away and what that takes.
const MOST_BETWEEN: usize = 2;

/// Says whether a title tells of a part only, as in `CVE-…: partially fix the overflow` and `CVE-…: part of the fix`, of what comes before a
/// fix or after it, as in `CVE-…: prepare the fix`, of what takes it away again, or of what is only to be seen, as in `CVE-…: add logging`.
pub(super) fn falls_short(title: &str) -> bool {
    let plain = plain_subject(title);
    is_numbered(title) || clauses(plain).any(|clause| is_of_less(&clause)) || is_seen_only(plain)
}

/// Says whether a title is of one of several parts of a fix, as in `CVE-…: check the map (2/2)` and `CVE-…: partially fix the overflow`.
pub(super) fn is_part(title: &str) -> bool {
    is_numbered(title) || clauses(plain_subject(title)).any(|clause| is_of_a_part(&clause))
}

/// Says whether a title that falls short only looks at something, or shows it.
pub(super) fn only_looks(title: &str) -> bool {
    let plain = plain_subject(title);
    let looks = |clause: Vec<String>| clause.first().is_some_and(|first| LOOKING.contains(&first.as_str()));
    clauses(plain).any(looks) || is_seen_only(plain)
}

/// Returns the words of the clauses of a title.
fn clauses(title: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    let parts = title.split(": ").flat_map(|part| part.split([',', '(', ')', '[', ']', ';']));
    parts.flat_map(|part| part.split(" - ")).map(|part| words(part).collect())
}

pub(super) fn is_of_less(clause: &[String]) -> bool {
    let all: Vec<&str> = clause.iter().map(String::as_str).collect();
    // The number of an identifier is no word.
    let first = all.first().copied().unwrap_or_default();
    let has = |phrase: &&[&str]| all.windows(phrase.len()).any(|some| *some == **phrase);
    let is_step = || matches!(all.as_slice(), [order, step] | ["the" | "a", order, step] if is_step(order, step));
    let pairs = || all.iter().zip(all.iter().skip(1));
    let is_less = |(one, next): (&&str, &&str)| LESS.contains(one) && FIXES.contains(next);
    let is_nearly = |(one, next): (&&str, &&str)| NEARLY.contains(one) && mends(next);
    all.iter().any(|word| AROUND.contains(word))
        || PHRASES.iter().any(has)
        || LOOKING.contains(&first)
        || matches!(all.as_slice(), ["later" | "open" | "none" | "no"])
        || is_step()
        || matches!(all.as_slice(), [word] if LESS.contains(word) || NEARLY.contains(word))
        || pairs().any(|(one, next)| *one == "not" && UNDONE.contains(next))
        || pairs().any(is_less)
        || pairs().any(is_nearly)
        || is_fix_of_a_fix(&all)
        || is_of_a_part(clause)
        || takes_away(clause)
}

/// `first step`, `step 1`.
fn is_step(order: &str, step: &str) -> bool {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    (ORDINALS.contains(&order) && STEPS.contains(&step)) || (STEPS.contains(&order) && is_number(step))
}

/// `fix the fix`, `repair the last patch`.
fn is_fix_of_a_fix(all: &[&str]) -> bool {
    is_done_to_a_fix(all, |word| matches!(word, "repair" | "repairs" | "complete" | "completes" | "correct"))
}

/// Says whether words have one that mends, or one of some other verbs, directly in front of a fix.
pub(super) fn is_done_to_a_fix(all: &[&str], is_other: impl Fn(&str) -> bool) -> bool {
    let is_verb = |word: &str| mends(word) || is_other(word);
    (0..all.len()).any(|at| {
        let is_one = all.get(at).is_some_and(|word| is_verb(word) && *word != "hotfix" && *word != "bugfix");
        let mut behind = all.iter().skip(at + 1).skip_while(|word| COUNTING.contains(word) || LESS.contains(word));
        is_one && behind.next().is_some_and(|word| FIXES.contains(word))
    })
}

/// Says whether a title has the mark of one of a series: `1/2:`, `(1/2)`, `[PATCH 1/2]`, `1 of 2`, `first of two`.
fn is_numbered(title: &str) -> bool {
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() < 3);
    let is_one =
        |one: &str, all: &str| matches!((number(one), number(all)), (Some(one), Some(all)) if all > 1 && one <= all);
    let marks = title.split(' ').filter(|word| word.ends_with([':', ')', ']']) || title.ends_with(*word));
    let is_mark = |word: &str| {
        let plain = word.trim_matches(['(', ')', '[', ']', ':', '.']);
        plain.split_once('/').is_some_and(|(one, all)| is_one(one, all))
    };
    let all: Vec<String> = words(title).collect();
    let is_told = |one: &str, all: &str| ORDINALS.contains(&one) && ALL.contains(&all);
    let counts =
        |some: &[String]| matches!(some, [one, of, all] if of == "of" && (is_one(one, all) || is_told(one, all)));
    marks.into_iter().any(is_mark) || all.windows(3).any(counts)
}

/// Says whether words take away what protects, or take back something: "remove the check", "undo the last change".
pub(super) fn takes_away(words: &[String]) -> bool {
    let all: Vec<&str> = words.iter().map(String::as_str).collect();
    let protects = |from: usize| all.iter().skip(from).take(1 + MOST_BETWEEN).any(|word| PROTECTING.contains(word));
    let taken = (0..all.len()).any(|at| TAKING.contains(&all[at]) && protects(at + 1));
    let back = BACK.iter().any(|phrase| {
        let at = all.windows(phrase.len()).position(|some| some == *phrase).map(|at| at + phrase.len());
        let mut behind =
            all.iter().skip(at.unwrap_or_default()).skip_while(|word| matches!(**word, "the" | "this" | "that"));
        let is_last = behind.next().is_none_or(|word| LAST.contains(word));
        at.is_some_and(|at| is_last || protects(at))
    });
    taken || back
}

pub(super) fn is_of_a_part(words: &[String]) -> bool {
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    (0..words.len()).any(|at| match word(at) {
        // What is "partially written" may be refused as a whole.
        "partially" | "partly" => {
            mends(word(at + 1)) || !["ed", "en", "ing"].iter().any(|end| word(at + 1).ends_with(end))
        }
        "part" | "parts" | "step" | "phase" if word(at + 1).starts_with(|c: char| c.is_ascii_digit()) => true,
        "step" | "steps" | "half" if matches!(word(at + 1), "of" | "to" | "in") => mends(word(at + 2)),
        "part" | "parts" if word(at + 1) == "of" => {
            let before = words.iter().take(at).rev().find(|word| !COUNTING.contains(&word.as_str()));
            let of = words.iter().skip(at + 2).find(|word| !COUNTING.contains(&word.as_str()));
            let names = |word: &String| matches!(word.as_str(), "cve" | "ghsa") || mends(word);
            before.is_none_or(|word| mends(word)) || of.is_some_and(names)
        }
        _ => false,
    })
}

fn is_seen_only(title: &str) -> bool {
    let clause = title.rsplit(": ").next().unwrap_or(title);
    let clause =
        clause.strip_prefix('[').and_then(|inside| inside.split_once(']')).map_or(clause, |(_, behind)| behind);
    let words: Vec<String> = words(clause).collect();
    let Some((first, rest)) = words.split_first() else { return false };
    let seen = rest.iter().take(MOST_OF_A_SORT).position(|word| SEEN.contains(&word.as_str()));
    let ends = |at: usize| rest.get(at + 1).is_none_or(|word| BEHIND.contains(&word.as_str()));
    let shows = SHOWING.contains(&first.as_str()) && seen.is_some_and(ends);
    // What does more than that says so.
    shows && !rest.iter().any(|word| word == "and")
}
