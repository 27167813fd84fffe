//! The body of the request that makes a repository advisory (GitHub REST API 2026-03-10, `POST /repos/{owner}/{repo}/security-advisories`).

use semver::Version;
use serde_json::{Value, json};

use super::product::{Product, products};
use super::{Publication, after_withdrawal, missing, require_lines, verify};
use crate::model::advisory::lines::LineFinding;
use crate::model::advisory::runs::{Has, Row, Run, cautious, rows, runs_of};
use crate::model::advisory::severity::{CvssVersion, Severity};
use crate::model::advisory::upgrade::{begun_repaired, next_fix};
use crate::model::advisory::{Advisory, Credit};
use crate::model::error::Result;

/// So many characters a description has at most.
const MOST: usize = 65_535;

/// Makes the body of the request for an advisory.
///
/// # Errors
/// When the advisory does not say which versions have the flaw, or its text is too long for GitHub.
pub fn ghsa(advisory: &Advisory, publication: &Publication) -> Result<Value> {
    require_lines(advisory)?;
    let (withdrawn, note) = match advisory.withdrawn {
        Some(at) => {
            ("Withdrawn: ", format!("**Withdrawn** on {}{}\n\n", at.format("%Y-%m-%d"), after_withdrawal(advisory)))
        }
        None => ("", String::new()),
    };
    let description = format!("{note}{}", advisory.body.markdown());
    if description.chars().count() > MOST {
        return Err(missing(advisory, "GHSA", &format!("shorten the body to {MOST} characters")));
    }
    let mut request = json!({
        "summary": format!("{withdrawn}{}", advisory.title),
        "description": description,
        "vulnerabilities": vulnerabilities(advisory, publication),
        "cwe_ids": advisory.cwes.iter().map(|cwe| cwe.id()).collect::<Vec<_>>(),
        "credits": advisory.credits.iter().filter_map(credit).collect::<Vec<_>>(),
    });
    if let Some(cve) = &advisory.cve {
        request["cve_id"] = json!(cve);
    }
    if let Some((key, value)) = severity(&advisory.severity) {
        request[key] = value;
    }
    verify::ghsa(advisory, &request)?;
    Ok(request)
}

/// Of vector and word only one may stand there, and GitHub takes no vectors of version 2.
fn severity(severity: &Severity) -> Option<(&'static str, Value)> {
    let main = severity.main()?;
    Some(match main.version() {
        CvssVersion::V30 | CvssVersion::V31 | CvssVersion::V40 => ("cvss_vector_string", json!(main)),
        CvssVersion::V20 => ("severity", main.band().as_str().into()),
    })
}

/// Only people with a login can be thanked there.
fn credit(credit: &Credit) -> Option<Value> {
    let login = credit.github.as_ref()?;
    Some(json!({ "login": login, "type": credit.kind.as_str().replace('-', "_") }))
}

/// Returns an entry for each stretch of each line: an entry has one range.
fn vulnerabilities(advisory: &Advisory, publication: &Publication) -> Vec<Value> {
    let rows = cautious(&rows(&advisory.lines));
    let mut entries = Vec::new();
    for product in products(advisory, publication) {
        let ecosystem = product.ecosystem().map_or("other", |ecosystem| ecosystem.github());
        let package = json!({ "ecosystem": ecosystem, "name": product.name });
        let before = entries.len();
        for line in &advisory.lines {
            for run in runs_of(&rows, line) {
                let mut entry = json!({ "package": package });
                entry["vulnerable_version_range"] = range(&product, &rows, line, &run).into();
                if let Some(fixed) = patched(&advisory.lines, line).filter(|fixed| *fixed > run.last) {
                    entry["patched_versions"] = product.spell(fixed).into();
                }
                entries.push(entry);
            }
        }
        if entries.len() == before {
            entries.push(json!({ "package": package }));
        }
    }
    entries
}

/// Returns the release that repairs a line. That of another line stands with its own entry; one that began behind the fix has none.
fn patched<'l>(lines: &'l [LineFinding], line: &'l LineFinding) -> Option<&'l Version> {
    let is_begun = |next: &&Version| lines.iter().any(|other| begun_repaired(other) == Some(*next));
    line.fixed_in.as_ref().or_else(|| next_fix(lines, line).filter(is_begun))
}

/// Writes a stretch of a line in GitHub's form: an operator, one space, a version; the lower bound first.
fn range(product: &Product<'_>, rows: &[Row<'_>], line: &LineFinding, run: &Run<'_>) -> String {
    let first = product.spell(run.first);
    let is_own = |version: &Version| {
        rows.iter().any(|row| row.version == version && row.line.name == line.name && row.has == Has::NoFlaw)
    };
    match run.end {
        Some(end) if is_own(end) => format!(">= {first}, < {}", product.spell(end)),
        None if line.support.gets_security_fixes() => format!(">= {first}"),
        Some(_) | None if run.first == run.last => format!("= {first}"),
        Some(_) | None => format!(">= {first}, <= {}", product.spell(run.last)),
    }
}
