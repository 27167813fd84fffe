//! What an advisory on GitHub says: as it is wanted, and in what another one differs.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::model::advisory::Advisory;
use crate::model::advisory::export::Publication;
use crate::model::advisory::export::ghsa::ghsa;
use crate::model::advisory::id::{AdvisoryId, GhsaId};
use crate::model::arrange::{Arrange as _, InOrder as _};
use crate::model::error::{Error, Result};

/// So many characters a description has at most (`description` of `repository-advisory-create` in GitHub's description of its API).
const MOST: usize = 65_535;

/// What stands in the last line of a description that this tool wrote, which nobody sees on the page. By it an advisory is found again
/// whose identifier never came back.
pub fn mark(id: &AdvisoryId) -> String {
    format!("<!-- {id}, published by patch-advisory -->")
}

/// Says whether a description was written by this tool for an advisory. Only its last line counts, which the text of a source does not
/// reach.
pub fn is_marked(description: &str, id: &AdvisoryId) -> bool {
    description.trim_end().lines().next_back().is_some_and(|last| last.trim() == mark(id))
}

/// How bad it is, in the form in which it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rating {
    /// A CVSS vector.
    Vector(String),
    /// `low`, `medium`, `high` or `critical`.
    Word(String),
}

/// A product and one range of its versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// GitHub's name of the ecosystem.
    pub ecosystem: String,
    /// The package.
    pub name: Option<String>,
    /// The versions that have the flaw.
    pub range: Option<String>,
    /// The first version without it.
    pub patched: Option<String>,
}

/// What an advisory says. What is on the forge may come from a stranger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its title.
    pub summary: String,
    /// Its text.
    pub description: String,
    /// Its identifier in the CVE list.
    pub cve: Option<String>,
    /// How bad it is. The forge tells the vector and the word that follows from it; where nobody said so, nothing.
    pub ratings: Vec<Rating>,
    /// The weaknesses, such as `CWE-125`.
    pub weaknesses: BTreeSet<String>,
    /// Logins, and what they are thanked for.
    pub credits: BTreeSet<(String, String)>,
    /// The versions, sorted.
    pub entries: Vec<Entry>,
}

/// In what two advisories differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// In the title.
    Summary,
    /// In the text.
    Description,
    /// In who is thanked.
    Credits,
    /// In the identifier of the CVE list.
    Cve,
    /// In how bad it is.
    Severity,
    /// In the weaknesses.
    Weaknesses,
    /// In the versions.
    Versions,
}

impl Difference {
    /// Says whether it is one in words. A person may improve those once an advisory is published, so that they are left as they are.
    pub const fn is_in_words(self) -> bool {
        match self {
            Self::Summary | Self::Description | Self::Credits => true,
            Self::Cve | Self::Severity | Self::Weaknesses | Self::Versions => false,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Summary => "its title is another",
            Self::Description => "its text is another",
            Self::Credits => "others are thanked",
            Self::Cve => "its CVE identifier is another",
            Self::Severity => "its severity is another",
            Self::Weaknesses => "its weaknesses are others",
            Self::Versions => "its versions are others",
        })
    }
}

impl Content {
    /// Returns in what one that is on the forge differs from this one. Line ends, the order of entries and the case of logins do not count.
    pub fn differences(&self, there: &Self) -> Vec<Difference> {
        let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        let login = |credits: &BTreeSet<(String, String)>| -> BTreeSet<(String, String)> {
            credits.iter().map(|(login, kind)| (login.to_lowercase(), kind.clone())).in_order()
        };
        let mut found = Vec::new();
        let mut add = |differs: bool, what| found.extend(differs.then_some(what));
        add(self.summary != there.summary, Difference::Summary);
        add(plain(&self.description) != plain(&there.description), Difference::Description);
        add(login(&self.credits) != login(&there.credits), Difference::Credits);
        add(self.cve != there.cve, Difference::Cve);
        add(!self.ratings.iter().all(|rating| there.ratings.contains(rating)), Difference::Severity);
        add(self.weaknesses != there.weaknesses, Difference::Weaknesses);
        add(self.entries != there.entries, Difference::Versions);
        found
    }
}

/// The advisory that is wanted on the forge.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Its own identifier.
    pub id: AdvisoryId,
    /// Its identifier on the forge, where the source names one.
    pub named: Option<GhsaId>,
    /// The body of the request that makes it.
    pub body: Value,
    /// What that says.
    pub content: Content,
}

impl Wanted {
    /// Works out what is wanted for an advisory.
    ///
    /// # Errors
    /// As [`ghsa`]; also when the text is too long with the mark.
    pub fn of(advisory: &Advisory, publication: &Publication) -> Result<Self> {
        let mut body = ghsa(advisory, publication)?;
        let text = body["description"].as_str().unwrap_or_default().trim_end();
        let description = format!("{text}\n\n{}\n", mark(&advisory.id));
        if description.chars().count() > MOST {
            return Err(Error::usage(format!("the text of '{}' is too long for GitHub", advisory.id))
                .hint(format!("shorten its body, so that there are fewer than {MOST} characters")));
        }
        body["description"] = description.into();
        let content = Content::asked(&body);
        Ok(Self { id: advisory.id.clone(), named: advisory.ghsa.clone(), body, content })
    }

    /// Returns the body without words, for an advisory that is published: a person may have improved those.
    pub fn facts(&self) -> Value {
        let words = ["summary", "description", "credits"];
        let facts = self.body.as_object().into_iter().flatten().filter(|(key, _)| !words.contains(&key.as_str()));
        Value::Object(facts.map(|(key, value)| (key.clone(), value.clone())).in_order())
    }
}

#[derive(Deserialize)]
struct Asked {
    summary: String,
    description: String,
    cve_id: Option<String>,
    severity: Option<String>,
    cvss_vector_string: Option<String>,
    cwe_ids: BTreeSet<String>,
    credits: Vec<AskedCredit>,
    vulnerabilities: Vec<AskedEntry>,
}

#[derive(Deserialize)]
struct AskedCredit {
    login: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct AskedEntry {
    package: AskedPackage,
    vulnerable_version_range: Option<String>,
    patched_versions: Option<String>,
}

#[derive(Deserialize)]
struct AskedPackage {
    ecosystem: String,
    name: Option<String>,
}

impl Content {
    /// Reads what the body of our own request says.
    fn asked(body: &Value) -> Self {
        let asked = Asked::deserialize(body).expect("because the exporter makes what GitHub takes");
        let entry = |entry: AskedEntry| Entry {
            ecosystem: entry.package.ecosystem,
            name: entry.package.name,
            range: entry.vulnerable_version_range,
            patched: entry.patched_versions,
        };
        let mut entries: Vec<Entry> = asked.vulnerabilities.into_iter().map(entry).collect();
        entries.arrange();
        let word = asked.severity.map(Rating::Word);
        Self {
            summary: asked.summary,
            description: asked.description,
            cve: asked.cve_id,
            ratings: asked.cvss_vector_string.map(Rating::Vector).into_iter().chain(word).collect(),
            weaknesses: asked.cwe_ids,
            credits: asked.credits.into_iter().map(|credit| (credit.login, credit.kind)).in_order(),
            entries,
        }
    }
}
