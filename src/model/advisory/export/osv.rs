//! The Open Source Vulnerability format, schema 1.7.

use serde_json::{Map, Value, json};

use super::product::{Product, products};
use super::{Publication, moment, require_lines, verify};
use crate::model::advisory::lines::Introduced;
use crate::model::advisory::odd::{left_out, untold_names};
use crate::model::advisory::runs::{Has, Row, Run, cautious, rows, runs};
use crate::model::advisory::severity::{CvssVersion, Severity};
use crate::model::advisory::{Advisory, Credit, CreditKind, ReferenceKind};
use crate::model::error::Result;

/// Returns the identifier of an advisory in OSV: that of GitHub's database, or else its own behind `x_`, which the schema has for
/// databases that are not registered.
pub fn osv_id(advisory: &Advisory) -> String {
    advisory.ghsa.as_ref().map_or_else(|| own_osv_id(advisory), ToString::to_string)
}

/// Returns the identifier of an advisory in OSV for as long as GitHub has none for it.
pub(super) fn own_osv_id(advisory: &Advisory) -> String {
    format!("x_{}", advisory.id)
}

/// Makes the record of an advisory.
///
/// # Errors
/// When the advisory does not say which versions have the flaw.
pub fn osv(advisory: &Advisory, publication: &Publication) -> Result<Value> {
    require_lines(advisory)?;
    let mut record = json!({
        "schema_version": "1.7.0",
        "id": osv_id(advisory),
        "modified": moment(publication.modified(advisory)),
        "summary": advisory.title,
        "details": advisory.body.markdown(),
        "affected": affected(advisory, publication),
        "database_specific": database(advisory),
    });
    let mut put = |key: &str, value: Value| record[key] = value;
    if let Some(published) = advisory.published {
        put("published", moment(published).into());
    }
    if let Some(withdrawn) = advisory.withdrawn {
        put("withdrawn", moment(withdrawn).into());
    }
    let lists = [
        ("aliases", aliases(advisory)),
        ("severity", severity(&advisory.severity)),
        ("references", references(advisory, publication)),
        ("credits", advisory.credits.iter().map(credit).collect()),
    ];
    for (key, list) in lists {
        if !list.is_empty() {
            put(key, list.into());
        }
    }
    verify::osv(advisory, &record)?;
    Ok(record)
}

fn aliases(advisory: &Advisory) -> Vec<Value> {
    let own = advisory.ghsa.as_ref().map(|_| advisory.id.to_string());
    let cve = advisory.cve.iter().map(ToString::to_string);
    let aliases = own.into_iter().chain(cve).chain(advisory.aliases.iter().map(ToString::to_string));
    aliases.map(Value::from).collect()
}

/// OSV has one name for both versions of CVSS 3; the newer vector counts.
fn severity(severity: &Severity) -> Vec<Value> {
    let three = severity.of(CvssVersion::V31).or_else(|| severity.of(CvssVersion::V30));
    let all =
        [("CVSS_V4", severity.of(CvssVersion::V40)), ("CVSS_V3", three), ("CVSS_V2", severity.of(CvssVersion::V20))];
    let vector = |(kind, vector): (&str, Option<_>)| vector.map(|vector| json!({ "type": kind, "score": vector }));
    all.into_iter().filter_map(vector).collect()
}

fn references(advisory: &Advisory, publication: &Publication) -> Vec<Value> {
    let kind = |kind: ReferenceKind| kind.as_str().to_ascii_uppercase();
    let page = publication.address_of(&super::page::page_path(advisory));
    let page = page.map(|url| json!({ "type": "ADVISORY", "url": url }));
    let given = advisory.references.iter().map(|one| json!({ "type": kind(one.kind), "url": one.url }));
    given.chain(page).collect()
}

fn credit(credit: &Credit) -> Value {
    let kind = match credit.kind {
        CreditKind::Analyst
        | CreditKind::Finder
        | CreditKind::Reporter
        | CreditKind::Coordinator
        | CreditKind::RemediationDeveloper
        | CreditKind::RemediationReviewer
        | CreditKind::RemediationVerifier
        | CreditKind::Tool
        | CreditKind::Sponsor
        | CreditKind::Other => credit.kind.as_str().replace('-', "_").to_ascii_uppercase(),
    };
    let github = credit.github.iter().map(|login| format!("https://github.com/{login}"));
    let contact: Vec<String> = credit.contact.iter().map(ToString::to_string).chain(github).collect();
    match contact.is_empty() {
        true => json!({ "name": credit.name, "type": kind }),
        false => json!({ "name": credit.name, "type": kind, "contact": contact }),
    }
}

/// What the schema has no place for: weaknesses, and which lines get no fix or were not looked at.
fn database(advisory: &Advisory) -> Value {
    let line = |line: &crate::model::advisory::lines::LineFinding| {
        let mut told = json!({ "name": line.name, "support": line.support, "verdict": line.verdict });
        if let Some(fixed) = &line.fixed_in {
            told["fixed_in"] = fixed.to_string().into();
        }
        let unknown: Vec<String> = line.unknown.iter().map(ToString::to_string).chain(left_out(line)).collect();
        if !unknown.is_empty() {
            told["not_evaluated"] = unknown.into();
        }
        told
    };
    let cwes: Vec<String> = advisory.cwes.iter().map(|cwe| cwe.id()).collect();
    let mut database = json!({ "cwe_ids": cwes, "lines": advisory.lines.iter().map(line).collect::<Vec<_>>() });
    if let Some(main) = advisory.severity.main() {
        database["severity"] = main.band().as_str().to_ascii_uppercase().into();
    }
    database
}

fn affected(advisory: &Advisory, publication: &Publication) -> Vec<Value> {
    let rows = cautious(&rows(&advisory.lines));
    let runs = runs(&rows);
    let git = git_range(advisory, publication);
    let entry = |product: &Product<'_>| {
        let mut entry = Map::new();
        let mut ranges = Vec::new();
        if let Some(package) = product.package {
            let named = json!({ "ecosystem": package.ecosystem, "name": package.osv_name(), "purl": package.purl() });
            entry.insert("package".to_owned(), named);
            if !runs.is_empty() {
                let kind = if package.ecosystem.has_semver() { "SEMVER" } else { "ECOSYSTEM" };
                ranges.push(json!({ "type": kind, "events": events(advisory, product, &rows, &runs) }));
            }
        }
        ranges.extend(git.clone());
        if !ranges.is_empty() {
            entry.insert("ranges".to_owned(), ranges.into());
        }
        let versions = rows.iter().filter(|row| row.has == Has::Flaw).map(|row| product.spell(row.version));
        // A name that is no version stands here and nowhere else: the schema takes any text.
        let versions: Vec<String> = versions.chain(untold_names(&advisory.lines)).collect();
        if !versions.is_empty() {
            entry.insert("versions".to_owned(), versions.into());
        }
        Value::from(entry)
    };
    let entries = products(advisory, publication).iter().map(entry).collect::<Vec<_>>();
    // An entry that says nothing but a name stands for every version of it.
    entries.into_iter().filter(|entry| entry.get("ranges").is_some() || entry.get("versions").is_some()).collect()
}

/// Returns pairs of events in the order of versions: one range for all lines, for the ranges of an entry are a union.
fn events(advisory: &Advisory, product: &Product<'_>, rows: &[Row<'_>], runs: &[Run<'_>]) -> Vec<Value> {
    let is_always = advisory.introduced == Introduced::Always;
    let first = rows.first().map(|row| row.version);
    let mut events = Vec::new();
    for run in runs {
        let introduced = match is_always && Some(run.first) == first {
            true => "0".to_owned(),
            false => product.spell(run.first),
        };
        events.push(json!({ "introduced": introduced }));
        events.extend(run.end.map(|end| json!({ "fixed": product.spell(end) })));
    }
    events
}

/// Returns the range of commits. `None`: the repository is not known, or no range tells where the flaw is.
fn git_range(advisory: &Advisory, publication: &Publication) -> Option<Value> {
    let repository = publication.repository.as_ref()?;
    let range = advisory.range.as_ref()?;
    let brought: Vec<String> = match range.introduced.is_empty() {
        true => vec!["0".to_owned()],
        false => range.introduced.iter().map(ToString::to_string).collect(),
    };
    let brought = brought.into_iter().map(|commit| json!({ "introduced": commit }));
    let fixed = range.fixed.iter().map(|commit| json!({ "fixed": commit.to_string() }));
    Some(json!({ "type": "GIT", "repo": repository, "events": brought.chain(fixed).collect::<Vec<_>>() }))
}
