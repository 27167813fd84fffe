//! Security advisories of a repository in bodies of GitHub's REST API, by the schema `repository-advisory` of its OpenAPI description.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::model::advisory::publish::{Content, Entry, ForgeAdvisory, ForgeStage, Rating};
use crate::model::arrange::{Arrange as _, InOrder as _};
use crate::model::login::Login;
use crate::model::publish::Owner;
use crate::model::pull::rest::{MOST_NAME_BYTES, NotAPull, RawUser, bounded};

use super::rest::json;

/// The most bytes of a text that are kept: GitHub takes 65,535 characters.
const MOST_TEXT_BYTES: usize = 4 * 65_535;
/// The most entries of a list that are kept.
const MOST_ENTRIES: usize = 10_000;

#[derive(Deserialize)]
pub(super) struct RawAdvisory {
    ghsa_id: String,
    cve_id: Option<String>,
    html_url: String,
    summary: String,
    description: Option<String>,
    severity: Option<String>,
    author: Option<RawUser>,
    state: String,
    created_at: Option<DateTime<Utc>>,
    published_at: Option<DateTime<Utc>>,
    vulnerabilities: Option<Vec<RawEntry>>,
    cvss: Option<RawScore>,
    cvss_severities: Option<RawScores>,
    cwe_ids: Option<BTreeSet<String>>,
    credits: Option<Vec<RawCredit>>,
}

#[derive(Deserialize)]
struct RawEntry {
    package: Option<RawPackage>,
    vulnerable_version_range: Option<String>,
    patched_versions: Option<String>,
}

#[derive(Deserialize)]
struct RawPackage {
    ecosystem: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct RawScores {
    cvss_v3: Option<RawScore>,
    cvss_v4: Option<RawScore>,
}

#[derive(Deserialize)]
struct RawScore {
    vector_string: Option<String>,
}

#[derive(Deserialize)]
struct RawCredit {
    login: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl RawAdvisory {
    /// Reads it as somebody sees it whose login this is. `None`: it has an identifier that none of ours can have.
    pub(super) fn read(self, own: &Login) -> Result<Option<ForgeAdvisory>, String> {
        self.found(own).map_err(|error| error.to_string())
    }

    fn found(self, own: &Login) -> Result<Option<ForgeAdvisory>, NotAPull> {
        let (Ok(ghsa), Some(stage)) = (self.ghsa_id.parse(), ForgeStage::of(&self.state)) else { return Ok(None) };
        let owner = match RawUser::login(self.author.as_ref(), "author.login")? {
            Some(author) if author == *own => Owner::Ours,
            Some(author) => Owner::Another(author.to_string()),
            None => Owner::Another("ghost".to_owned()),
        };
        let entries =
            self.vulnerabilities.unwrap_or_default().into_iter().take(MOST_ENTRIES).filter_map(RawEntry::read);
        let mut entries: Vec<Entry> = entries.collect();
        entries.arrange();
        let scores = self.cvss_severities.map(|all| [all.cvss_v3, all.cvss_v4]).into_iter().flatten().flatten();
        let vectors = self.cvss.into_iter().chain(scores).filter_map(|score| score.vector_string);
        let word = self.severity.map(Rating::Word);
        let credit = |credit: RawCredit| Some((credit.login?, credit.kind?));
        let content = Content {
            summary: bounded("summary", self.summary, MOST_TEXT_BYTES)?,
            description: bounded("description", self.description.unwrap_or_default(), MOST_TEXT_BYTES)?,
            cve: said(self.cve_id),
            ratings: vectors.map(Rating::Vector).chain(word).collect(),
            weaknesses: self.cwe_ids.unwrap_or_default(),
            credits: self.credits.unwrap_or_default().into_iter().filter_map(credit).in_order(),
            entries,
        };
        let page = bounded("html_url", self.html_url, MOST_NAME_BYTES * 4)?;
        let (created, published) = (self.created_at, self.published_at);
        Ok(Some(ForgeAdvisory { ghsa, stage, owner, created, published, page, content }))
    }
}

impl RawEntry {
    fn read(self) -> Option<Entry> {
        let RawPackage { ecosystem, name } = self.package?;
        let [name, range, patched] = [name, self.vulnerable_version_range, self.patched_versions].map(said);
        Some(Entry { ecosystem, name, range, patched })
    }
}

/// Returns a text that says something. Where nothing was said, GitHub may leave it out, or tell nothing or an empty text.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Reads a page of advisories.
pub(super) fn advisories(body: &[u8]) -> Result<Vec<RawAdvisory>, String> {
    json(body)
}

/// Reads one advisory.
pub(super) fn advisory(body: &[u8], own: &Login) -> Result<ForgeAdvisory, String> {
    let read = json::<RawAdvisory>(body)?.read(own)?;
    read.ok_or_else(|| "'ghsa_id' or 'state' is not as GitHub describes it".to_owned())
}
