//! What the body of a repository advisory of GitHub says of versions (GitHub REST API, `vulnerabilities[].vulnerable_version_range`).

use std::cmp::Ordering;

use semver::Version;
use serde_json::Value;

use super::{Said, Subject, list};
use crate::model::advisory::order::Bound;

/// A comparison: the operator in words, and what with.
type Comparison = (fn(Ordering) -> bool, Bound);

/// A version is affected where any entry of the package has it in its range. An entry without one says nothing.
pub(super) fn says(body: &Value, subject: &Subject<'_>, versions: &[&Version]) -> Vec<Said> {
    let ecosystem = subject.ecosystem().map_or("other", |ecosystem| ecosystem.github());
    let is_about =
        |entry: &&Value| entry["package"]["ecosystem"] == ecosystem && entry["package"]["name"] == subject.name;
    let texts = list(body, "vulnerabilities").filter(is_about);
    let texts = texts.filter_map(|entry| entry.get("vulnerable_version_range").and_then(Value::as_str));
    let ranges: Option<Vec<Vec<Comparison>>> = texts.map(|text| range(text, subject)).collect();
    let Some(ranges) = ranges else { return vec![Said::Unreadable; versions.len()] };
    let is_in = |range: &Vec<Comparison>, version: &Version| range.iter().all(|(is, at)| is(at.compare(version)));
    let one = |version: &&Version| match ranges.iter().any(|range| is_in(range, version)) {
        true => Said::Affected,
        false => Said::NotAffected,
    };
    versions.iter().map(one).collect()
}

/// Reads a range: one comparison, or a lower and an upper one, a comma and a space between them; in each one space behind the operator.
fn range(text: &str, subject: &Subject<'_>) -> Option<Vec<Comparison>> {
    let parts: Vec<&str> = text.split(", ").collect();
    if parts.len() > 2 {
        return None;
    }
    let one = |part: &&str| -> Option<Comparison> {
        let (operator, version) = part.split_once(' ')?;
        let is: fn(Ordering) -> bool = match operator {
            "=" => Ordering::is_eq,
            ">" => Ordering::is_gt,
            ">=" => Ordering::is_ge,
            "<" => Ordering::is_lt,
            "<=" => Ordering::is_le,
            _ => return None,
        };
        Some((is, Bound::read(version, subject.ecosystem())?))
    };
    parts.iter().map(one).collect()
}
