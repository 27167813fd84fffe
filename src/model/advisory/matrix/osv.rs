//! What a record of OSV says of versions (OSV schema 1.7, "Evaluation").

use std::cmp::Ordering;
use std::collections::HashSet;

use semver::Version;
use serde_json::Value;

use super::{Said, Subject, list, texts};
use crate::model::advisory::order::Bound;
use crate::model::advisory::range::Held;
use crate::model::arrange::Arrange as _;

/// An event of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Introduced,
    Fixed,
    LastAffected,
}

/// A version is affected where it is listed, or in any range. What is in no range is not affected: OSV has no word for what is not known.
/// Ranges of commits are read apart, by [`says_by_commits`].
pub(super) fn says(record: &Value, subject: &Subject<'_>, versions: &[&Version]) -> Vec<Said> {
    let entries: Vec<&Value> = list(record, "affected").filter(|entry| is_about(entry, subject)).collect();
    let listed: HashSet<&str> = entries.iter().flat_map(|entry| texts(entry, "versions")).collect();
    let ranges = entries.iter().flat_map(|entry| list(entry, "ranges")).filter(|range| range["type"] != "GIT");
    let ranges: Option<Vec<Vec<(Bound, Event)>>> = ranges.map(|range| events(range, subject)).collect();
    let Some(ranges) = ranges else { return vec![Said::Unreadable; versions.len()] };
    let one = |version: &&Version| {
        let is_affected =
            listed.contains(subject.spell(version).as_str()) || ranges.iter().any(|range| is_within(range, version));
        if is_affected { Said::Affected } else { Said::NotAffected }
    };
    versions.iter().map(one).collect()
}

/// A version is affected by a range of commits where it has a commit in its history that introduced the flaw, or the range begins before
/// all of them, and none that fixed it.
pub(super) fn says_by_commits(record: &Value, subject: &Subject<'_>, versions: &[&Version], held: &Held) -> Vec<Said> {
    let entries = list(record, "affected").filter(|entry| is_about(entry, subject));
    let ranges = entries.flat_map(|entry| list(entry, "ranges")).filter(|range| range["type"] == "GIT");
    let ranges: Vec<Vec<&Value>> = ranges.map(|range| list(range, "events").collect()).collect();
    let known = |event: &&Value| event.get("introduced").or_else(|| event.get("fixed")).is_some_and(Value::is_string);
    if !ranges.iter().flatten().all(known) {
        return vec![Said::Unreadable; versions.len()];
    }
    let one = |version: &&Version| {
        let Some(own) = held.get(*version) else { return Said::Nothing };
        let has = |event: &Value, key: &str| {
            let text = event.get(key).and_then(Value::as_str);
            text.is_some_and(|text| text == "0" || own.iter().any(|id| id.to_string() == text))
        };
        let any = |range: &[&Value], key: &str| range.iter().any(|event| has(event, key));
        match ranges.iter().any(|range| any(range, "introduced") && !any(range, "fixed")) {
            true => Said::Affected,
            false => Said::NotAffected,
        }
    };
    versions.iter().map(one).collect()
}

fn is_about(entry: &Value, subject: &Subject<'_>) -> bool {
    match subject.package {
        Some(package) => {
            entry["package"]["ecosystem"] == package.ecosystem.osv() && entry["package"]["name"] == package.osv_name()
        }
        None => entry.get("package").is_none(),
    }
}

/// Reads the events of a range in the order of versions.
fn events(range: &Value, subject: &Subject<'_>) -> Option<Vec<(Bound, Event)>> {
    let mut events = Vec::new();
    for event in list(range, "events") {
        let keys = [("introduced", Event::Introduced), ("fixed", Event::Fixed), ("last_affected", Event::LastAffected)];
        let (key, event) = keys.into_iter().find_map(|(key, kind)| Some((event.get(key)?.as_str()?, kind)))?;
        events.push((Bound::read(key, subject.ecosystem())?, event));
    }
    events.arrange_by(|a, b| a.0.order(&b.0));
    Some(events)
}

fn is_within(events: &[(Bound, Event)], version: &Version) -> bool {
    let mut is_affected = false;
    for (bound, event) in events {
        match (event, bound.compare(version)) {
            (Event::Introduced, Ordering::Equal | Ordering::Greater) => is_affected = true,
            (Event::Fixed, Ordering::Equal | Ordering::Greater) | (Event::LastAffected, Ordering::Greater) => {
                is_affected = false;
            }
            (Event::Introduced | Event::Fixed, Ordering::Less)
            | (Event::LastAffected, Ordering::Less | Ordering::Equal) => {}
        }
    }
    is_affected
}
