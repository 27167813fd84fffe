//! Whether every format says the same of every version as git does: each is read by its own rules, from the document that others get.

mod csaf;
mod cve;
mod ghsa;
mod openvex;
mod osv;
#[cfg(test)]
mod tests;

use std::fmt;

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Advisory;
use super::id::AdvisoryId;
use super::lines::LineFinding;
use super::odd::{Untold, untold};
use super::package::{Ecosystem, Package};
use super::range::Held;
use super::runs::{Has, Row, rows};
use super::spelling::own;
use crate::model::line::LineName;
use crate::model::verify::Answer;

/// What stands in `schema` of [`Matrix`].
pub const MATRIX_SCHEMA: &str = "patch-advisory/matrix@1";

/// By whose rules a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// OSV schema 1.7, its versions and ranges of versions.
    Osv,
    /// OSV schema 1.7, its ranges of commits alone.
    OsvGit,
    /// CSAF 2.0.
    Csaf,
    /// The container of a CVE record 5.1.
    Cve,
    /// OpenVEX 0.2.0.
    Openvex,
    /// The body of a repository advisory of GitHub.
    Ghsa,
}

/// What a document says of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// It has the flaw.
    Affected,
    /// It has not.
    NotAffected,
    /// It is not known.
    Unknown,
    /// Nothing.
    Nothing,
    /// Two things at once.
    Contradicts,
    /// Something that cannot be read.
    Unreadable,
}

impl Said {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::NotAffected => "not-affected",
            Self::Unknown => "unknown",
            Self::Nothing => "nothing",
            Self::Contradicts => "contradicts",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<Has> for Said {
    fn from(has: Has) -> Self {
        match has {
            Has::Flaw => Self::Affected,
            Has::NoFlaw => Self::NotAffected,
            Has::Unknown => Self::Unknown,
        }
    }
}

impl Reader {
    /// Says whether a document agrees with git. OSV and GitHub have no word for what is not known: there, it must be called affected.
    fn agrees(self, git: Has, said: Said) -> bool {
        match (self, git) {
            (Self::Osv | Self::OsvGit | Self::Ghsa, Has::Unknown) => said == Said::Affected,
            (
                Self::Osv | Self::OsvGit | Self::Ghsa | Self::Csaf | Self::Cve | Self::Openvex,
                Has::Flaw | Has::NoFlaw | Has::Unknown,
            ) => said == Said::from(git),
        }
    }

    /// Reads what a document says of versions of a subject.
    fn says(self, document: &Value, subject: &Subject<'_>, versions: &[&Version], held: &Held) -> Vec<Said> {
        match self {
            Self::OsvGit => osv::says_by_commits(document, subject, versions, held),
            Self::Osv => osv::says(document, subject, versions),
            Self::Csaf => csaf::says(document, subject, versions),
            Self::Openvex => openvex::says(document, subject, versions),
            Self::Cve => cve::says(document, subject, versions),
            Self::Ghsa => ghsa::says(document, subject, versions),
        }
    }
}

/// A document, and by whose rules it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What it is called: `csaf-vex`.
    pub name: String,
    /// By whose rules it is read.
    pub reader: Reader,
    /// The document.
    pub document: Value,
}

/// The thing whose versions are asked about: a package, or the project where it publishes none.
struct Subject<'a> {
    name: &'a str,
    package: Option<&'a Package>,
    /// Lines, which tell how tags spell versions.
    lines: &'a [LineFinding],
}

impl Subject<'_> {
    fn ecosystem(&self) -> Option<Ecosystem> {
        self.package.map(|package| package.ecosystem)
    }

    fn spell(&self, version: &Version) -> String {
        self.ecosystem().map_or_else(|| version.to_string(), |one| one.spell(version, own(self.lines, version)))
    }
}

/// Every version of every line, and what each document says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Matrix {
    /// [`MATRIX_SCHEMA`].
    pub schema: String,
    /// The advisory.
    pub id: AdvisoryId,
    /// Whether all agree.
    pub answer: Answer,
    /// The documents, in the order of `said`.
    pub documents: Vec<String>,
    /// Formats of which there is no document, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// The versions, in their order; once for each package.
    pub rows: Vec<MatrixRow>,
    /// Releases that have the flaw, or may have it, and whose names are no versions: no document tells where they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<Untold>,
}

/// A format of which there is no document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LeftOut {
    /// The format.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// A version, and what each document says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MatrixRow {
    /// The package. `None`: the project publishes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<Package>,
    /// The version.
    #[schemars(with = "String")]
    pub version: Version,
    /// Its line.
    pub line: LineName,
    /// What git says.
    pub git: Said,
    /// What each document says, in the order of `documents`.
    pub said: Vec<Said>,
    /// The documents that do not agree with git.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disagree: Vec<String>,
}

/// Asks documents of an advisory about every version of its lines. `project` is what the project is called where it has no package.
/// `held`: which commits of the documents each version has in its history.
pub fn matrix(advisory: &Advisory, project: &str, columns: &[Column], left_out: Vec<LeftOut>, held: &Held) -> Matrix {
    let found = asked(&advisory.lines, &advisory.packages, project, columns, held);
    let untold = untold(&advisory.lines);
    let is_told = untold.is_empty() && found.iter().all(|row| row.disagree.is_empty());
    let answer = if is_told { Answer::Yes } else { Answer::No };
    Matrix {
        schema: MATRIX_SCHEMA.to_owned(),
        id: advisory.id.clone(),
        answer,
        documents: columns.iter().map(|column| column.name.clone()).collect(),
        left_out,
        rows: found,
        untold,
    }
}

fn asked(
    lines: &[LineFinding],
    packages: &[Package],
    project: &str,
    columns: &[Column],
    held: &Held,
) -> Vec<MatrixRow> {
    let rows = rows(lines);
    let versions: Vec<&Version> = rows.iter().map(|row| row.version).collect();
    let mut subjects: Vec<Subject<'_>> =
        packages.iter().map(|package| Subject { name: package.name.as_str(), package: Some(package), lines }).collect();
    if subjects.is_empty() {
        subjects.push(Subject { name: project, package: None, lines });
    }
    let mut found = Vec::new();
    for subject in &subjects {
        let said: Vec<Vec<Said>> =
            columns.iter().map(|column| column.reader.says(&column.document, subject, &versions, held)).collect();
        for (at, row) in rows.iter().enumerate() {
            let of_row: Vec<Said> = said.iter().map(|column| column[at]).collect();
            found.push(row_of(row, subject, columns, of_row));
        }
    }
    found
}

fn row_of(row: &Row<'_>, subject: &Subject<'_>, columns: &[Column], said: Vec<Said>) -> MatrixRow {
    let differs = |(column, said): &(&Column, &Said)| !column.reader.agrees(row.has, **said);
    let disagree = columns.iter().zip(&said).filter(differs).map(|(column, _)| column.name.clone()).collect();
    MatrixRow {
        package: subject.package.cloned(),
        version: row.version.clone(),
        line: row.line.name.clone(),
        git: row.has.into(),
        said,
        disagree,
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn texts<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v str> {
    list(value, key).filter_map(Value::as_str)
}
