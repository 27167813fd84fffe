//! What the container of a CVE record says of versions (CVE record format 5.1.1, `product.versions`).

use std::cmp::Ordering;

use semver::Version;
use serde_json::Value;

use crate::model::arrange::Arrange as _;

use super::order::Bound;
use super::{Said, Subject, list};

/// An entry of `versions`.
struct Entry<'v> {
    from: &'v str,
    first: Option<Bound>,
    until: Until,
    status: Said,
    /// Where the status becomes another one.
    changes: Vec<(Bound, Said)>,
}

/// Up to where an entry goes.
enum Until {
    /// It is about one version.
    Single,
    /// Up to a version, which is left out.
    Below(Bound),
    /// Up to a version.
    To(Bound),
    /// To the end of all versions.
    End,
}

/// The first entry that matches counts, else the status by default, which is unknown where none is given.
pub(super) fn says(container: &Value, subject: &Subject<'_>, versions: &[&Version]) -> Vec<Said> {
    let purl = subject.package.map(|package| package.purl());
    let is_about = |product: &&Value| match (&purl, product.get("packageURL").and_then(Value::as_str)) {
        (Some(own), Some(purl)) => own == purl,
        (Some(_), None) | (None, Some(_)) | (None, None) => product["product"] == subject.name,
    };
    let Some(product) = list(container, "affected").find(is_about) else { return vec![Said::Nothing; versions.len()] };
    let entries: Option<Vec<Entry<'_>>> = list(product, "versions").map(|entry| read(entry, subject)).collect();
    let by_default = match product.get("defaultStatus") {
        Some(word) => status(word),
        None => Some(Said::Unknown),
    };
    let (Some(entries), Some(by_default)) = (entries, by_default) else {
        return vec![Said::Unreadable; versions.len()];
    };
    let one = |version: &&Version| {
        let spelled = subject.spell(version);
        entries.iter().find_map(|entry| entry.status_of(version, &spelled)).unwrap_or(by_default)
    };
    versions.iter().map(one).collect()
}

fn status(word: &Value) -> Option<Said> {
    match word.as_str()? {
        "affected" => Some(Said::Affected),
        "unaffected" => Some(Said::NotAffected),
        "unknown" => Some(Said::Unknown),
        _ => None,
    }
}

fn read<'v>(entry: &'v Value, subject: &Subject<'_>) -> Option<Entry<'v>> {
    let bound = |text: &str| Bound::read(text, subject.ecosystem());
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let until = match (text("lessThan"), text("lessThanOrEqual")) {
        (Some(_), Some(_)) => return None,
        (Some("*"), None) | (None, Some("*")) => Until::End,
        (Some(end), None) => Until::Below(bound(end)?),
        (None, Some(end)) => Until::To(bound(end)?),
        (None, None) => Until::Single,
    };
    let from = text("version")?;
    let first = bound(from);
    if first.is_none() && !matches!(until, Until::Single) {
        return None;
    }
    let mut changes = Vec::new();
    for change in list(entry, "changes") {
        changes.push((bound(change["at"].as_str()?)?, status(&change["status"])?));
    }
    changes.arrange_by(|a, b| a.0.order(&b.0));
    Some(Entry { from, first, until, status: status(&entry["status"])?, changes })
}

impl Entry<'_> {
    fn status_of(&self, version: &Version, spelled: &str) -> Option<Said> {
        let is_in = match &self.until {
            Until::Single => self.from == spelled,
            Until::Below(end) => self.has_begun(version) && end.compare(version) == Ordering::Less,
            Until::To(end) => self.has_begun(version) && end.compare(version) != Ordering::Greater,
            Until::End => self.has_begun(version),
        };
        let reached = |(at, _): &&(Bound, Said)| at.compare(version) != Ordering::Less;
        is_in.then(|| self.changes.iter().rev().find(reached).map_or(self.status, |(_, status)| *status))
    }

    fn has_begun(&self, version: &Version) -> bool {
        self.first.as_ref().is_some_and(|first| first.compare(version) != Ordering::Less)
    }
}
