//! Titles that bear an identifier as a mark and say that they do less than fix it.

use super::title::{mends, words};

/// What may stand between a verb of fixing and the part that is fixed.
const COUNTING: &[&str] = &["a", "an", "the", "one", "first", "second", "third", "last", "another", "other", "next"];

/// What begins a title about what is only to be seen.
const SHOWING: &[&str] = &["add", "adds", "added", "adding", "improve", "improves", "improved", "extend", "more"];

/// What is only to be seen.
const SEEN: &[&str] =
    &["log", "logs", "logging", "metric", "metrics", "trace", "traces", "tracing", "telemetry", "comment", "comments"];

/// What may follow it: "Add comment escaping" is about something else.
const BEHIND: &[&str] = &["to", "for", "of", "in", "on", "about", "when", "around", "cve", "ghsa"];

/// So many words may say what sort of thing is to be seen.
const MOST_OF_A_SORT: usize = 3;

/// Says whether a title tells of a part only, as in `CVE-…: partially fix the overflow` and `CVE-…: part of the fix`, or of what is only to
/// be seen, as in `CVE-…: add logging`.
pub(super) fn falls_short(title: &str) -> bool {
    title.split(": ").any(|clause| is_of_a_part(&words(clause).collect::<Vec<_>>())) || is_seen_only(title)
}

fn is_of_a_part(words: &[String]) -> bool {
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    (0..words.len()).any(|at| match word(at) {
        // What is "partially written" may be refused as a whole.
        "partially" | "partly" => {
            mends(word(at + 1)) || !["ed", "en", "ing"].iter().any(|end| word(at + 1).ends_with(end))
        }
        "part" | "parts" if word(at + 1).starts_with(|c: char| c.is_ascii_digit()) => true,
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
