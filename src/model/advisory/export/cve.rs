//! The container that a CNA submits to the CVE program (CVE record format 5.1.1, `cnaPublishedContainer` and `cnaRejectedContainer`).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::product::{Product, called, products};
use super::{Publication, cut, cvss, missing, moment, require_lines, verify};
use crate::model::advisory::body::plain;
use crate::model::advisory::lines::{Introduced, LineFinding, LineVerdict};
use crate::model::advisory::odd::untold;
use crate::model::advisory::order::VersionType;
use crate::model::advisory::runs::{Has, Row, Run, rows, runs};
use crate::model::advisory::severity::CvssVersion;
use crate::model::advisory::state::State;
use crate::model::advisory::{Advisory, CreditKind, ReferenceKind};
use crate::model::error::Result;

/// So many characters a description has at most (CVE record format 5.1.1, `description`).
const MOST: usize = 4096;

/// Makes the container of an advisory. One that was withdrawn becomes the container of a rejected record.
///
/// # Errors
/// When the advisory has no identifier of the CVE list, no reference, or does not say which versions have the flaw, or `patch.toml` does
/// not say who publishes.
pub fn cve(advisory: &Advisory, publication: &Publication) -> Result<Value> {
    let organization = publication.settings.cve_organization.as_ref().ok_or_else(|| {
        let hint =
            "set 'cve-organization' in [advisory] of 'patch.toml' to the UUID of the publisher in the CVE program";
        missing(advisory, "CVE", hint)
    })?;
    if advisory.cve.is_none() {
        return Err(missing(advisory, "CVE", "set 'cve' in the advisory to its identifier, once it is registered"));
    }
    let provider = json!({ "orgId": organization });
    if advisory.state == State::Withdrawn {
        let because = advisory.revisions.last().map(|revision| format!(" {}", revision.summary)).unwrap_or_default();
        let reason = cut(&format!("The advisory '{}' was withdrawn.{because}", advisory.id), MOST);
        return Ok(json!({
            "providerMetadata": provider,
            "rejectedReasons": [{ "lang": "en", "value": reason }],
        }));
    }
    require_lines(advisory)?;
    let container = published(advisory, publication, provider)?;
    verify::cve(advisory, &container)?;
    Ok(container)
}

fn published(advisory: &Advisory, publication: &Publication, provider: Value) -> Result<Value> {
    let body = &advisory.body;
    let description = match plain(&format!("{}\n\n{}", body.summary, body.impact)) {
        text if text.is_empty() => advisory.title.to_string(),
        text => cut(&text, MOST),
    };
    let mut container = json!({
        "providerMetadata": provider,
        "title": advisory.title,
        "descriptions": english(description),
        "affected": affected(advisory, publication),
        "references": references(advisory, publication)?,
        "source": { "advisory": advisory.id, "discovery": "UNKNOWN" },
    });
    let mut put = |key: &str, value: Value| container[key] = value;
    if let Some(published) = advisory.published {
        put("datePublic", moment(published).into());
    }
    for (key, text) in [("workarounds", plain(&body.mitigation)), ("solutions", plain(&body.patch))] {
        if !text.is_empty() {
            put(key, english(cut(&text, MOST)));
        }
    }
    for (key, list) in
        [("metrics", metrics(advisory)), ("problemTypes", problem_types(advisory)), ("credits", credits(advisory))]
    {
        if !list.is_empty() {
            put(key, list.into());
        }
    }
    Ok(container)
}

/// Says why no container tells which versions have the flaw: they do not follow one another in the order that it would have to name. `None`:
/// one does, or the lines are not worked out.
pub fn without_order(advisory: &Advisory) -> Option<String> {
    require_lines(advisory).ok()?;
    let (rows, by_default) = (rows(&advisory.lines), ByDefault::of(&advisory.lines));
    let entry = |product: &Product<'_>| json!({ "versions": versions(advisory, product, &rows, by_default) });
    let entries: Vec<Value> = called(advisory, "").iter().map(entry).collect();
    verify::check_cve(&json!({ "affected": entries })).err()
}

fn english(text: String) -> Value {
    json!([{ "lang": "en", "value": text }])
}

fn affected(advisory: &Advisory, publication: &Publication) -> Vec<Value> {
    let rows = rows(&advisory.lines);
    let by_default = ByDefault::of(&advisory.lines);
    let entry = |product: &Product<'_>| {
        let mut entry = json!({
            "vendor": publication.publisher(),
            "product": product.name,
            "defaultStatus": by_default.word(),
        });
        if let Some(repository) = &publication.repository {
            entry["repo"] = json!(repository);
        }
        if let Some(package) = product.package {
            entry["packageURL"] = package.purl().into();
        }
        let versions = versions(advisory, product, &rows, by_default);
        if !versions.is_empty() {
            entry["versions"] = versions.into();
        }
        entry
    };
    products(advisory, publication).iter().map(entry).collect()
}

/// What holds for versions that no entry names, such as later ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ByDefault {
    Unaffected,
    Affected,
    Unknown,
}

impl ByDefault {
    /// A line that was not evaluated, or that has the flaw and no release yet, leaves open what its versions are.
    fn of(lines: &[LineFinding]) -> Self {
        let is_bare =
            |line: &LineFinding| line.affected.is_empty() && line.unaffected.is_empty() && line.unknown.is_empty();
        let is_open = |line: &LineFinding| match line.verdict {
            LineVerdict::NotEvaluated => true,
            LineVerdict::Affected | LineVerdict::Fixed => is_bare(line),
            LineVerdict::NotAffected => false,
        };
        let is_evaluated = |line: &LineFinding| line.verdict != LineVerdict::NotEvaluated;
        match (lines.iter().any(is_open), lines.iter().all(|line| is_bare(line) && is_evaluated(line))) {
            (false, _) => Self::Unaffected,
            (true, true) => Self::Affected,
            (true, false) => Self::Unknown,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Unaffected => "unaffected",
            Self::Affected => "affected",
            Self::Unknown => "unknown",
        }
    }
}

/// Returns what holds for versions. The first entry that matches counts: those of single versions stand before those of stretches, and no
/// two of them overlap.
fn versions(advisory: &Advisory, product: &Product<'_>, rows: &[Row<'_>], by_default: ByDefault) -> Vec<Value> {
    let kind = VersionType::of(product.ecosystem()).as_str();
    let singles = rows.iter().filter_map(|row| match row.has {
        Has::Unknown => Some((row, "unknown")),
        Has::NoFlaw if by_default != ByDefault::Unaffected => Some((row, "unaffected")),
        Has::NoFlaw | Has::Flaw => None,
    });
    let singles = singles.map(|(row, status)| json!({ "version": product.spell(row.version), "status": status }));
    let untold = untold(&advisory.lines).into_iter().map(|one| {
        let status = if one.git == Has::Flaw { "affected" } else { "unknown" };
        json!({ "version": one.name, "status": status })
    });
    let stretches = runs(rows).into_iter().map(|run| {
        let mut entry = stretch(product, rows, &run);
        if entry.contains_key("lessThan") || entry.contains_key("lessThanOrEqual") {
            entry.insert("versionType".to_owned(), kind.into());
        }
        let is_first = rows.first().is_some_and(|row| row.version == run.first);
        if advisory.introduced == Introduced::Always && is_first && entry.contains_key("versionType") {
            entry.insert("version".to_owned(), "0".into());
        }
        Value::from(entry)
    });
    singles.chain(untold).chain(stretches).collect()
}

fn stretch(product: &Product<'_>, rows: &[Row<'_>], run: &Run<'_>) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("status".to_owned(), "affected".into());
    entry.insert("version".to_owned(), product.spell(run.first).into());
    let last = rows.iter().find(|row| row.version == run.last);
    let is_repaired_some_day = last.is_some_and(|row| row.line.support.gets_security_fixes());
    match run.end {
        Some(end) => entry.insert("lessThan".to_owned(), product.spell(end).into()),
        // Whatever the line releases next has the flaw too, until it is repaired.
        None if is_repaired_some_day => entry.insert("lessThan".to_owned(), "*".into()),
        None if run.first == run.last => None,
        None => entry.insert("lessThanOrEqual".to_owned(), product.spell(run.last).into()),
    };
    entry
}

fn references(advisory: &Advisory, publication: &Publication) -> Result<Vec<Value>> {
    let page = publication.address_of(&super::page::page_path(advisory));
    let page = page.map(|url| (url, Some("vendor-advisory")));
    let given = advisory.references.iter().map(|one| (one.url.to_string(), tag(one.kind)));
    let mut seen = BTreeSet::new();
    let all = page.into_iter().chain(given).filter(|(url, _)| seen.insert(url.clone()));
    let references: Vec<Value> = all
        .map(|(url, tag)| match tag {
            Some(tag) => json!({ "url": url, "tags": [tag] }),
            None => json!({ "url": url }),
        })
        .collect();
    match references.is_empty() {
        false => Ok(references),
        true => {
            let hint = "add a [[reference]] to the advisory, or set 'address' in [advisory] of 'patch.toml'";
            Err(missing(advisory, "CVE", hint))
        }
    }
}

/// Returns the tag of a reference (CVE record format 5.1.1, `reference-tags.json`).
fn tag(kind: ReferenceKind) -> Option<&'static str> {
    match kind {
        ReferenceKind::Advisory => Some("vendor-advisory"),
        ReferenceKind::Article => Some("technical-description"),
        ReferenceKind::Report => Some("issue-tracking"),
        ReferenceKind::Fix => Some("patch"),
        ReferenceKind::Package => Some("product"),
        ReferenceKind::Evidence => Some("exploit"),
        ReferenceKind::Detection | ReferenceKind::Discussion | ReferenceKind::Introduced | ReferenceKind::Web => None,
    }
}

fn metrics(advisory: &Advisory) -> Vec<Value> {
    let vectors = advisory.severity.vectors().iter();
    let metric = vectors.map(|vector| {
        let key = match vector.version() {
            CvssVersion::V20 => "cvssV2_0",
            CvssVersion::V30 => "cvssV3_0",
            CvssVersion::V31 => "cvssV3_1",
            CvssVersion::V40 => "cvssV4_0",
        };
        json!({ "format": "CVSS", key: cvss::object(vector) })
    });
    metric.collect()
}

fn problem_types(advisory: &Advisory) -> Vec<Value> {
    let problem = advisory.cwes.iter().map(|cwe| {
        json!({ "descriptions": [{ "lang": "en", "type": "CWE", "cweId": cwe.id(), "description": cwe.to_string() }] })
    });
    problem.collect()
}

fn credits(advisory: &Advisory) -> Vec<Value> {
    let kind = |kind: CreditKind| kind.as_str().replace('-', " ");
    let mut credits: Vec<Value> = Vec::new();
    for credit in &advisory.credits {
        let credit = json!({ "lang": "en", "value": credit.name, "type": kind(credit.kind) });
        if !credits.contains(&credit) {
            credits.push(credit);
        }
    }
    credits
}
