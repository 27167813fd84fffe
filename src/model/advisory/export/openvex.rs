//! OpenVEX 0.2.0: a statement for each line and status, about versions by their package URLs.

use chrono::{DateTime, Utc};
use semver::Version;
use serde_json::{Value, json};

use super::history::history;
use super::product::{Product, products};
use super::status::{Remedy, Status, Statuses, WhyNot, statuses, withdrawal};
use super::{Publication, missing, moment, require_lines};
use crate::model::advisory::Advisory;
use crate::model::error::Result;

/// Returns where the document of an advisory is below the folder of published files.
pub fn openvex_path(advisory: &Advisory) -> String {
    format!("openvex/{}.openvex.json", advisory.id)
}

/// Makes the document of an advisory.
///
/// # Errors
/// When the advisory does not say which versions have the flaw, or nothing says where the document will be, which is its name.
pub fn openvex(advisory: &Advisory, publication: &Publication) -> Result<Value> {
    require_lines(advisory)?;
    let namespace = publication.settings.namespace.as_ref().map(|address| address.as_str());
    let path = openvex_path(advisory);
    let below = |base: &str| format!("{}/{path}", base.trim_end_matches('/'));
    let id = publication.address_of(&path).or_else(|| namespace.map(below)).ok_or_else(|| {
        missing(advisory, "OpenVEX", "set 'address' in [advisory] of 'patch.toml' to where published files are")
    })?;
    let history = history(advisory, publication);
    let first = history.first().map_or(publication.now, |entry| entry.date);
    // Of two statements about the same, the later one holds, so that those of a revision must be later than those before.
    let last = history.last().map_or(publication.now, |entry| entry.date);
    let products = products(advisory, publication);
    let all = statuses(advisory);
    let mut statements = Vec::new();
    for line in &all {
        for status in [Status::Affected, Status::Fixed, Status::NotAffected, Status::UnderInvestigation] {
            statements.extend(statement(advisory, &products, line, status, last));
        }
    }
    if statements.is_empty() {
        return Err(missing(
            advisory,
            "OpenVEX",
            "it names no version: a [[line]] must have 'affected' or 'unaffected'",
        ));
    }
    let mut document = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": id,
        "author": publication.publisher(),
        "timestamp": moment(first),
        "version": history.last().map_or(1, |entry| entry.number.max(1)),
        "statements": statements,
    });
    if history.len() > 1 {
        document["last_updated"] = history.last().map(|entry| moment(entry.date)).into();
    }
    Ok(document)
}

/// Returns versions of products by their package URLs.
fn named(products: &[Product<'_>], versions: &[&Version]) -> Vec<Value> {
    let purls = products.iter().flat_map(|product| versions.iter().flat_map(|version| product.purls_at(version)));
    purls.map(|purl| json!({ "@id": purl, "identifiers": { "purl": purl } })).collect()
}

fn statement(
    advisory: &Advisory,
    products: &[Product<'_>],
    statuses: &Statuses<'_>,
    status: Status,
    at: DateTime<Utc>,
) -> Option<Value> {
    let versions = statuses.of(status);
    let named = named(products, &versions);
    if named.is_empty() {
        return None;
    }
    let line = statuses.line;
    let mut statement = json!({
        "vulnerability": vulnerability(advisory),
        "products": named,
        "timestamp": moment(at),
    });
    let mut put = |key: &str, value: Value| statement[key] = value;
    match status {
        Status::Affected => {
            put("status", "affected".into());
            put("action_statement", Remedy::of(advisory, line).told(advisory, line).into());
        }
        Status::Fixed => put("status", "fixed".into()),
        Status::NotAffected => {
            put("status", "not_affected".into());
            match WhyNot::of(advisory, line).told() {
                Some(reason) => put("impact_statement", reason.into()),
                None => put("justification", "vulnerable_code_not_present".into()),
            }
        }
        Status::UnderInvestigation => {
            put("status", "under_investigation".into());
            if let Some(reason) = &line.reason {
                put("status_notes", reason.as_str().into());
            }
        }
    }
    if let Some(withdrawn) = withdrawal(advisory) {
        put("status_notes", withdrawn.into());
    }
    Some(statement)
}

/// Returns the names of the flaw: that of the CVE list where there is one, and the others as its aliases.
fn vulnerability(advisory: &Advisory) -> Value {
    let ghsa = advisory.ghsa.iter().map(ToString::to_string);
    let mut names: Vec<String> = advisory.cve.iter().map(ToString::to_string).chain(ghsa).collect();
    names.push(advisory.id.to_string());
    names.extend(advisory.aliases.iter().map(ToString::to_string));
    let aliases = names.split_off(1);
    json!({ "name": names[0], "description": advisory.title, "aliases": aliases })
}
