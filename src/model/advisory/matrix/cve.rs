//! What the container of a CVE record says of versions (CVE record format 5.1.1, `product.versions`).

use std::cmp::Ordering;

use semver::Version;
use serde_json::Value;

use crate::model::arrange::Arrange as _;

use super::{Said, Subject, list};
use crate::model::advisory::order::{Bound, VersionType};

/// An entry of `versions`.
struct Entry<'v> {
    from: &'v str,
    until: Until,
    status: Said,
    /// Where the status becomes another one.
    changes: Vec<(Bound, Said)>,
}

/// Which versions an entry is about.
enum Until {
    /// It is about one version.
    Single,
    /// It is about versions from one on, in the order that it names.
    Stretch(VersionType, Bound, End),
}

/// Where a stretch ends.
enum End {
    /// Up to a version, which is left out.
    Below(Bound),
    /// Up to a version.
    To(Bound),
    /// To the end of all versions.
    Never,
}

/// The first entry that matches counts, else the status by default, which is unknown where none is given. Versions stand where the order puts
/// them that the entry itself names, whatever their ecosystem is: readers know no other one.
pub(super) fn says(container: &Value, subject: &Subject<'_>, versions: &[&Version]) -> Vec<Said> {
    let purl = subject.package.map(|package| package.purl());
    let is_about = |product: &&Value| match (&purl, product.get("packageURL").and_then(Value::as_str)) {
        (Some(own), Some(purl)) => own == purl,
        (Some(_), None) | (None, Some(_)) | (None, None) => product["product"] == subject.name,
    };
    let Some(product) = list(container, "affected").find(is_about) else { return vec![Said::Nothing; versions.len()] };
    let entries: Option<Vec<Entry<'_>>> = list(product, "versions").map(read).collect();
    let by_default = match product.get("defaultStatus") {
        Some(word) => status(word),
        None => Some(Said::Unknown),
    };
    let (Some(entries), Some(by_default)) = (entries, by_default) else {
        return vec![Said::Unreadable; versions.len()];
    };
    let one = |version: &&Version| {
        let spelled = subject.spell(version);
        let mut read = Readings::default();
        entries.iter().find_map(|entry| entry.status_of(&spelled, &mut read)).unwrap_or(by_default)
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

fn read(entry: &Value) -> Option<Entry<'_>> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let (from, status_of) = (text("version")?, |value: &Value| status(&value["status"]));
    let (end, kind) = match (text("lessThan"), text("lessThanOrEqual"), text("versionType")) {
        (Some(_), Some(_), _) | (Some(_), None, None) | (None, Some(_), None) => return None,
        (None, None, _) => {
            return Some(Entry { from, until: Until::Single, status: status_of(entry)?, changes: Vec::new() });
        }
        (Some("*"), None, Some(word)) | (None, Some("*"), Some(word)) => (End::Never, VersionType::named(word)?),
        (Some(end), None, Some(word)) => {
            let kind = VersionType::named(word)?;
            (End::Below(kind.bound(end)?), kind)
        }
        (None, Some(end), Some(word)) => {
            let kind = VersionType::named(word)?;
            (End::To(kind.bound(end)?), kind)
        }
    };
    let mut changes = Vec::new();
    for change in list(entry, "changes") {
        changes.push((kind.bound(change["at"].as_str()?)?, status_of(change)?));
    }
    changes.arrange_by(|a, b| a.0.order(&b.0));
    Some(Entry { from, until: Until::Stretch(kind, kind.bound(from)?, end), status: status_of(entry)?, changes })
}

impl Entry<'_> {
    /// Says what it says of a version as its ecosystem spells it. `None`: it is not about it.
    fn status_of(&self, spelled: &str, read: &mut Readings) -> Option<Said> {
        let (kind, first, end) = match &self.until {
            Until::Single => return (self.from == spelled).then_some(self.status),
            Until::Stretch(kind, first, end) => (*kind, first, end),
        };
        let Some(version) = read.of(kind, spelled) else { return Some(Said::Unreadable) };
        let has_ended = match end {
            End::Below(end) => end.compare(version) != Ordering::Less,
            End::To(end) => end.compare(version) == Ordering::Greater,
            End::Never => false,
        };
        let is_in = first.compare(version) != Ordering::Less && !has_ended;
        let reached = |(at, _): &&(Bound, Said)| at.compare(version) != Ordering::Less;
        is_in.then(|| self.changes.iter().rev().find(reached).map_or(self.status, |(_, status)| *status))
    }
}

/// One version as it is read in each order that the entries of a product name, which is one but for documents of others.
#[derive(Default)]
struct Readings(Vec<(VersionType, Option<Version>)>);

impl Readings {
    fn of(&mut self, kind: VersionType, spelled: &str) -> Option<&Version> {
        let at = self.0.iter().position(|(known, _)| *known == kind).unwrap_or_else(|| {
            self.0.push((kind, kind.read(spelled)));
            self.0.len() - 1
        });
        self.0[at].1.as_ref()
    }
}
