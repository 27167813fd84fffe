//! What the schemas of the formats do not check: the order of events, stretches that overlap, versions that begin with a letter, products
//! that have two statuses. An advisory whose versions a format cannot tell apart is refused, not exported wrongly.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use semver::Version;
use serde_json::Value;

use super::{Advisory, missing};
use crate::model::advisory::order::{Bound, VersionType};
use crate::model::error::Result;

pub(super) type Check = std::result::Result<(), String>;

fn refuse(advisory: &Advisory, what: &str, check: Check) -> Result<()> {
    let hint = "correct what the [[line]] tables of the advisory say, or run `patch-advisory affected` again";
    check.map_err(|why| missing(advisory, what, hint).because(why))
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn texts<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v str> {
    list(value, key).filter_map(Value::as_str)
}

/// Checks a record of OSV.
pub(super) fn osv(advisory: &Advisory, record: &Value) -> Result<()> {
    refuse(advisory, "OSV", check_osv(record))
}

fn check_osv(record: &Value) -> Check {
    let id = record["id"].as_str().unwrap_or_default();
    if texts(record, "aliases").any(|alias| alias == id) {
        return Err(format!("'{id}' is an alias of itself"));
    }
    for entry in list(record, "affected") {
        texts(entry, "versions").try_for_each(plain)?;
        for range in list(entry, "ranges").filter(|range| range["type"] != "GIT") {
            let events: Vec<(bool, &str)> = list(range, "events").filter_map(event).collect();
            if !events.iter().enumerate().all(|(at, (introduced, _))| *introduced == (at % 2 == 0)) {
                return Err("events do not come in pairs of 'introduced' and 'fixed'".to_owned());
            }
            events.iter().try_for_each(|(_, version)| plain(version))?;
            let bounds: Vec<&str> = events.into_iter().map(|(_, version)| version).collect();
            ascending(&bounds, range["type"] == "SEMVER")?;
        }
    }
    Ok(())
}

fn event(event: &Value) -> Option<(bool, &str)> {
    let of = |key: &str| event.get(key).and_then(Value::as_str);
    of("introduced").map(|version| (true, version)).or_else(|| of("fixed").map(|version| (false, version)))
}

/// A version begins with a digit in every format.
fn plain(version: &str) -> Check {
    match version.starts_with(|c: char| c.is_ascii_digit()) {
        true => Ok(()),
        false => Err(format!("version '{version}' does not begin with a digit")),
    }
}

/// Makes sure that bounds follow one another. By Semantic Versioning where that is the order; else at least none equals the next one.
fn ascending(bounds: &[&str], has_semver: bool) -> Check {
    for pair in bounds.windows(2) {
        let order = match has_semver {
            true => precedence(pair[0], pair[1]),
            false => {
                if pair[0] == pair[1] {
                    Ordering::Equal
                } else {
                    Ordering::Less
                }
            }
        };
        if order != Ordering::Less {
            return Err(format!("'{}' does not stand before '{}' in the order of versions", pair[0], pair[1]));
        }
    }
    Ok(())
}

/// Makes sure that bounds follow one another in the order that their document names.
fn in_order(bounds: &[&str], order: VersionType) -> Check {
    let read = |text: &str| {
        order.bound(text).ok_or_else(|| format!("'{text}' has no place in the order of versions '{}'", order.as_str()))
    };
    let places = bounds.iter().map(|text| read(text)).collect::<std::result::Result<Vec<Bound>, _>>()?;
    match (1..places.len()).find(|at| places[at - 1].order(&places[*at]) != Ordering::Less) {
        None => Ok(()),
        Some(at) => {
            Err(format!("'{}' does not stand before '{}' in the order of versions", bounds[at - 1], bounds[at]))
        }
    }
}

/// Compares as Semantic Versioning does (2.0.0, section 11), where build metadata does not count. `0` is before everything.
fn precedence(one: &str, other: &str) -> Ordering {
    let parsed = |text: &str| text.parse::<Version>().ok();
    match (parsed(one), parsed(other)) {
        (Some(one), Some(other)) => one.cmp_precedence(&other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    }
}

/// Checks a CSAF document.
pub(super) fn csaf(advisory: &Advisory, document: &Value) -> Result<()> {
    refuse(advisory, "CSAF", check_csaf(document))
}

fn check_csaf(document: &Value) -> Check {
    let dates: Vec<&str> = list(&document["document"]["tracking"], "revision_history")
        .filter_map(|entry| entry["date"].as_str())
        .collect();
    if let Some(pair) = dates.windows(2).find(|pair| pair[0] > pair[1]) {
        return Err(format!("the revision of {} comes after that of {}", pair[1], pair[0]));
    }
    for vulnerability in list(document, "vulnerabilities") {
        let mut seen = BTreeSet::new();
        for group in ["known_affected", "fixed", "known_not_affected", "under_investigation"] {
            if let Some(twice) = texts(&vulnerability["product_status"], group).find(|id| !seen.insert(*id)) {
                return Err(format!("the product '{twice}' has two statuses"));
            }
        }
        if let Some(lost) = texts(&vulnerability["product_status"], "first_fixed").find(|id| !seen.contains(*id)) {
            return Err(format!("the product '{lost}' is repaired first and not repaired"));
        }
    }
    Ok(())
}

/// Checks the container of a CVE record.
pub(super) fn cve(advisory: &Advisory, container: &Value) -> Result<()> {
    refuse(advisory, "CVE", check_cve(container))
}

pub(super) fn check_cve(container: &Value) -> Check {
    for product in list(container, "affected") {
        let mut seen = BTreeSet::new();
        let mut bounds = Vec::new();
        let mut order = None;
        for entry in list(product, "versions") {
            let version = entry["version"].as_str().unwrap_or_default();
            plain(version)?;
            if !seen.insert(version) {
                return Err(format!("version '{version}' has two entries"));
            }
            // A single version stands for itself alone, wherever it stands.
            let ends = ["lessThan", "lessThanOrEqual"].map(|key| entry.get(key).and_then(Value::as_str));
            let Some(end) = ends.into_iter().flatten().next() else { continue };
            let word = entry["versionType"].as_str().unwrap_or_default();
            let kind = VersionType::named(word).ok_or_else(|| format!("'{word}' names no order of versions"))?;
            if order.is_some_and(|order| order != kind) {
                return Err(format!("version '{version}' stands in another order than the one before it"));
            }
            order = Some(kind);
            bounds.push(version);
            bounds.extend(Some(end).filter(|end| *end != "*"));
        }
        order.map_or(Ok(()), |order| in_order(&bounds, order))?;
    }
    Ok(())
}

/// Checks the body of a request to GitHub.
pub(super) fn ghsa(advisory: &Advisory, request: &Value) -> Result<()> {
    refuse(advisory, "GHSA", check_ghsa(request))
}

fn check_ghsa(request: &Value) -> Check {
    for entry in list(request, "vulnerabilities") {
        let Some(range) = entry.get("vulnerable_version_range").and_then(Value::as_str) else { continue };
        let bounds: Vec<&str> = range.split(", ").filter_map(|part| part.split_once(' ')).map(|(_, end)| end).collect();
        let patched = entry.get("patched_versions").and_then(Value::as_str);
        bounds.iter().copied().chain(patched).try_for_each(plain)?;
        let has_semver = ["rust", "npm", "go", "erlang", "pub", "swift", "other"];
        ascending(&bounds, entry["package"]["ecosystem"].as_str().is_some_and(|one| has_semver.contains(&one)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_schemas_let_pass_is_found() {
        let osv = |events: Value, versions: Value| json!({ "id": "x", "affected": [{ "versions": versions, "ranges": [{ "type": "SEMVER", "events": events }] }] });
        let pair = |from: &str, to: &str| json!([{ "introduced": from }, { "fixed": to }]);
        assert_eq!(check_osv(&osv(pair("0", "1.0.0"), json!(["0.9.0"]))), Ok(()));
        for (record, says) in [
            (osv(pair("1.0.0", "1.0.0+b"), json!([])), "does not stand before"),
            (osv(pair("1.0.0", "0.9.0"), json!([])), "does not stand before"),
            (osv(pair("v1.0.0", "1.1.0"), json!([])), "begin with a digit"),
            (osv(pair("1.0.0", "1.1.0"), json!(["v1.0.0"])), "begin with a digit"),
            (osv(json!([{ "fixed": "1.0.0" }]), json!([])), "in pairs"),
            (osv(json!([{ "introduced": "1.0.0" }, { "introduced": "1.1.0" }]), json!([])), "in pairs"),
            (json!({ "id": "x", "aliases": ["x"] }), "alias of itself"),
        ] {
            assert!(check_osv(&record).expect_err(says).contains(says), "{record}");
        }
        let csaf = |statuses: Value| json!({ "vulnerabilities": [{ "product_status": statuses }] });
        assert_eq!(check_csaf(&csaf(json!({ "fixed": ["a"], "first_fixed": ["a"] }))), Ok(()));
        for statuses in [json!({ "fixed": ["a"], "known_affected": ["a"] }), json!({ "first_fixed": ["a"] })] {
            assert!(check_csaf(&csaf(statuses)).is_err());
        }
        let revised = json!({ "document": { "tracking": { "revision_history": [{ "date": "b" }, { "date": "a" }] } } });
        assert!(check_csaf(&revised).is_err());
        let cve = |versions: Value| json!({ "affected": [{ "versions": versions }] });
        let of = |kind: &str, from: &str, to: &str| json!({ "version": from, "lessThan": to, "versionType": kind, "status": "affected" });
        let stretch = |from: &str, to: &str| of("semver", from, to);
        for versions in [
            json!([stretch("1.0.0", "1.1.0"), stretch("2.0.0", "*")]),
            json!([of("composer", "1.0.0", "1.0.0-p1"), of("composer", "1.0.1-alpha1", "1.0.1-RC1")]),
            json!([of("nuget", "1.0.0", "1.0.0.1")]),
        ] {
            assert_eq!(check_cve(&cve(versions)), Ok(()));
        }
        for versions in [
            json!([stretch("1.0.0", "2.1.0"), stretch("2.0.0", "2.2.0")]),
            json!([stretch("1.0.0", "1.1.0"), stretch("1.0.0", "1.2.0")]),
            json!([stretch("v1.0.0", "1.1.0")]),
            json!([of("custom", "1.0.0", "1.1.0")]),
            json!([stretch("1.0.0", "1.1.0"), of("nuget", "1.2.0", "1.2.1")]),
            // What one ecosystem puts behind a release, Semantic Versioning puts before it, or takes for none.
            json!([stretch("1.0.0", "1.0.0-p1")]),
            json!([stretch("1.0.0", "1.0.0.1")]),
        ] {
            assert!(check_cve(&cve(versions)).is_err());
        }
        let ghsa = |range: &str| {
            check_ghsa(
                &json!({ "vulnerabilities": [{ "package": { "ecosystem": "npm" }, "vulnerable_version_range": range }] }),
            )
        };
        assert_eq!(ghsa(">= 1.0.0, < 1.1.0"), Ok(()));
        assert!(ghsa(">= 1.0.0, < v1.1.0").is_err() && ghsa(">= 1.1.0, < 1.0.0").is_err());
    }
}
