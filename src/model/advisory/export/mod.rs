//! The documents that are made of one advisory. Each is a pure function of the advisory and of who publishes it, so that the same source
//! gives the same bytes, and each tells the same of every version that [`rows`](super::runs::rows) has.

pub mod csaf;
pub mod cve;
mod cvss;
pub mod feed;
pub mod former;
pub mod ghsa;
mod history;
pub mod index;
pub mod openvex;
pub mod osv;
pub mod outcome;
pub mod page;
mod product;
mod status;
mod verify;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::advisory::check::NOTHING_AFFECTED;
use crate::model::advisory::odd::twins;
use crate::model::advisory::{Advisory, WebAddress};
use crate::model::config::AdvisorySettings;
use crate::model::error::{Error, Result};
use crate::model::name::NotAName;

/// Who publishes an advisory, and when documents are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The name of the project.
    pub project: String,
    /// What `patch.toml` says.
    pub settings: AdvisorySettings,
    /// Where the repository is on the web, for ranges of commits.
    pub repository: Option<WebAddress>,
    /// The moment that stands in documents of advisories that were not published yet.
    pub now: DateTime<Utc>,
}

impl Publication {
    /// Returns who publishes: by default the project.
    pub fn publisher(&self) -> &str {
        self.settings.publisher.as_deref().unwrap_or(&self.project)
    }

    /// Returns where a published file is, by its path below the folder of published files. `None`: nobody said where they are.
    pub fn address_of(&self, path: &str) -> Option<String> {
        let base = self.settings.address.as_ref()?;
        Some(format!("{}/{path}", base.as_str().trim_end_matches('/')))
    }

    /// Returns when an advisory was changed last: for one that was not published yet, now.
    pub fn modified(&self, advisory: &Advisory) -> DateTime<Utc> {
        let revised = advisory.revisions.last().map(|revision| revision.date);
        let moments = [advisory.published, advisory.modified, revised, advisory.withdrawn];
        match advisory.state.is_public() {
            true => moments.into_iter().flatten().max().unwrap_or(self.now),
            false => self.now,
        }
    }
}

/// A form in which an advisory is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Open Source Vulnerability format, schema 1.7.
    Osv,
    /// Common Security Advisory Framework 2.0: the security advisory and the VEX document.
    Csaf,
    /// The container that a CNA submits, CVE record format 5.1.
    Cve,
    /// OpenVEX 0.2.0.
    Openvex,
    /// The body of a request to GitHub that makes a repository advisory.
    Ghsa,
}

impl Format {
    /// All of them, in the order in which they are written: the container for the CVE services first, for others name its identifier.
    pub const ALL: [Self; 5] = [Self::Cve, Self::Osv, Self::Csaf, Self::Openvex, Self::Ghsa];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Osv => "osv",
            Self::Csaf => "csaf",
            Self::Cve => "cve",
            Self::Openvex => "openvex",
            Self::Ghsa => "ghsa",
        }
    }

    /// Makes the documents of an advisory.
    ///
    /// # Errors
    /// When the advisory or `patch.toml` lacks what the format must have; says which key to set.
    pub fn documents(self, advisory: &Advisory, publication: &Publication) -> Result<Vec<Document>> {
        let one = |path: String, value: Value| vec![Document { path, text: text(&value) }];
        let below = |name: String| format!("{}/{name}", self.as_str());
        Ok(match self {
            Self::Osv => one(osv_path(&osv::osv_id(advisory)), osv::osv(advisory, publication)?),
            Self::Csaf => {
                let mut documents = Vec::new();
                for profile in csaf::Profile::ALL {
                    let value = csaf::csaf(advisory, publication, profile)?;
                    documents.extend(one(csaf::csaf_path(advisory, profile), value));
                }
                documents
            }
            Self::Cve => {
                let value = cve::cve(advisory, publication)?;
                let name = advisory.cve.as_ref().map_or_else(|| advisory.id.to_string(), ToString::to_string);
                one(below(format!("{name}.json")), value)
            }
            Self::Openvex => one(openvex::openvex_path(advisory), openvex::openvex(advisory, publication)?),
            Self::Ghsa => one(below(format!("{}.json", advisory.id)), ghsa::ghsa(advisory, publication)?),
        })
    }
}

/// Returns where the record of OSV with this identifier is below the folder of published files.
fn osv_path(id: &str) -> String {
    format!("osv/{id}.json")
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = NotAName;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| NotAName::new("a format of advisories", text, "write osv, csaf, cve, openvex or ghsa"))
    }
}

/// A file to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its path below the folder of published files, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// Returns a document as it stands in its file: keys sorted, indented by two spaces, a line end behind it.
pub fn text(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("because the keys of a value are texts");
    text.push('\n');
    text
}

/// Returns a moment as all formats take it (RFC 3339, in UTC, to the second): `2026-12-10T14:00:00Z`.
fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Makes sure that it was worked out which versions have the flaw, and that some may have it.
fn require_lines(advisory: &Advisory) -> Result<()> {
    match advisory.lines.is_empty() {
        false if advisory.affects_nothing() => {
            Err(Error::usage(format!("nothing is to be told of advisory '{}'", advisory.id))
                .because(NOTHING_AFFECTED)
                .hint(format!("correct the source, then run `patch-advisory affected {} --write`", advisory.id)))
        }
        false => match twins(&advisory.lines) {
            Some(told) => Err(Error::usage(told)
                .hint(format!("correct the source, then run `patch-advisory affected {} --write`", advisory.id))),
            None => Ok(()),
        },
        true => {
            Err(Error::usage(format!("advisory '{}' does not say which versions have the flaw", advisory.id)).hint(
                format!("run `patch-advisory affected {} --write`, which writes a [[line]] for each line", advisory.id),
            ))
        }
    }
}

/// Says behind the day of a withdrawal what it means for what the advisory says. Only where there is no flaw, no version has it.
fn after_withdrawal(advisory: &Advisory) -> &'static str {
    match advisory.no_flaw {
        true => ": what it says does not hold.",
        false => ". That does not say that any version is without the flaw.",
    }
}

/// Says that a key is missing that a format must have.
fn missing(advisory: &Advisory, what: &str, hint: &str) -> Error {
    Error::usage(format!("cannot export '{}' as {what}", advisory.id)).hint(hint)
}

/// Cuts a text to at most so many characters, at the end of a word.
fn cut(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let (last, _) = text.char_indices().nth(most - 1).unwrap_or((end, ' '));
    let kept = &text[..last];
    let kept = kept.rfind(char::is_whitespace).map_or(kept, |space| &kept[..space]);
    format!("{}…", kept.trim_end())
}
