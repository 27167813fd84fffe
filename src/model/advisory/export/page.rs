//! The page of an advisory, as data for its template.

use semver::Version;
use serde::Serialize;

use super::{after_withdrawal, require_lines};
use crate::model::advisory::Advisory;
use crate::model::advisory::lines::{LineFinding, LineVerdict};
use crate::model::advisory::odd::{left_out, names_with_flaw};
use crate::model::advisory::runs::{rows, runs_of};
use crate::model::advisory::upgrade::{is_unfixed, way_out};
use crate::model::error::Result;

/// What the page of an advisory shows. All of it comes from the source; the text of the sections is Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub struct Page {
    /// Its own identifier.
    pub id: String,
    /// What is wrong, in one line.
    pub title: String,
    /// `Critical (CVSS 9.8)`.
    pub severity: String,
    /// The vectors, the newest version of CVSS first.
    pub vectors: Vec<String>,
    /// The stretches of versions that have the flaw, the newest first. Empty: no release has it.
    pub affected: Vec<String>,
    /// The lines whose versions may have it, for nobody has looked.
    pub not_evaluated: Vec<String>,
    /// The versions that repair it, the newest first.
    pub fixed: Vec<String>,
    /// The lines that have it and get no fix.
    pub unfixed: Vec<String>,
    /// Its identifier in the CVE list.
    pub cve: Option<String>,
    /// What other lists call the flaw.
    pub others: Vec<String>,
    /// The packages.
    pub packages: Vec<Named>,
    /// The weaknesses.
    pub weaknesses: Vec<String>,
    /// When it was published, in UTC: `2026-12-10`.
    pub published: Option<String>,
    /// When it was withdrawn.
    pub withdrawn: Option<String>,
    /// What that means for what the page says, behind the day: `: what it says does not hold.`
    pub withdrawal: String,
    /// The five sections.
    pub sections: Vec<Section>,
    /// Addresses where more is told.
    pub references: Vec<String>,
    /// What changed since it was published.
    pub revisions: Vec<Change>,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its ecosystem.
    pub ecosystem: String,
    /// Its name.
    pub name: String,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its Markdown.
    pub markdown: String,
}

/// A change after publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The day, in UTC.
    pub date: String,
    /// What changed.
    pub summary: String,
}

/// Returns the path of the page below the folder of published files.
pub fn page_path(advisory: &Advisory) -> String {
    format!("{}.md", advisory.id)
}

/// Returns what the page of an advisory shows.
///
/// # Errors
/// When it is public, and does not say which versions have the flaw: users would read that none has it.
pub fn page(advisory: &Advisory) -> Result<Page> {
    if advisory.state.is_public() {
        require_lines(advisory)?;
    }
    let day = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d").to_string();
    let lines = advisory.lines.iter();
    let own = advisory.ghsa.iter().map(ToString::to_string);
    Ok(Page {
        id: advisory.id.to_string(),
        title: advisory.title.to_string(),
        severity: advisory.severity.headline(),
        vectors: advisory.severity.vectors().iter().map(ToString::to_string).collect(),
        affected: affected(advisory),
        not_evaluated: not_evaluated(advisory),
        fixed: fixed(advisory),
        unfixed: lines.filter(|line| is_unfixed(line)).map(|line| line.name.to_string()).collect(),
        cve: advisory.cve.as_ref().map(ToString::to_string),
        others: own.chain(advisory.aliases.iter().map(ToString::to_string)).collect(),
        packages: advisory
            .packages
            .iter()
            .map(|package| Named { ecosystem: package.ecosystem.to_string(), name: package.name.to_string() })
            .collect(),
        weaknesses: advisory.cwes.iter().map(ToString::to_string).collect(),
        published: advisory.published.map(day),
        withdrawn: advisory.withdrawn.map(day),
        withdrawal: after_withdrawal(advisory).to_owned(),
        sections: advisory
            .body
            .sections()
            .map(|(heading, text)| Section { heading: heading.to_owned(), markdown: text.to_owned() })
            .into(),
        references: advisory.references.iter().map(|reference| reference.url.to_string()).collect(),
        revisions: advisory
            .revisions
            .iter()
            .map(|revision| Change { date: day(revision.date), summary: revision.summary.clone() })
            .collect(),
    })
}

/// Returns the lines whose versions may have the flaw, for nobody has looked, and the releases that documents leave out.
pub(super) fn not_evaluated(advisory: &Advisory) -> Vec<String> {
    if advisory.lines.is_empty() {
        return vec!["all lines".to_owned()];
    }
    let of = |line: &LineFinding| match line.verdict {
        LineVerdict::NotEvaluated => vec![line.name.to_string()],
        LineVerdict::Fixed | LineVerdict::Affected | LineVerdict::NotAffected => left_out(line),
    };
    advisory.lines.iter().flat_map(of).collect()
}

/// Returns the versions that repair the flaw, of each line; of one that began behind the fix, where users of another line have to go there.
pub(super) fn fixed(advisory: &Advisory) -> Vec<String> {
    let fixed =
        advisory.lines.iter().filter_map(|line| line.fixed_in.as_ref().or_else(|| way_out(&advisory.lines, line)));
    fixed.map(|version| advisory.spelled(version)).collect()
}

/// Returns the stretches of versions that have the flaw, of each line, `2.0.0 to 2.0.1`, and the releases that have it and whose names are
/// no versions.
pub(super) fn affected(advisory: &Advisory) -> Vec<String> {
    let rows = rows(&advisory.lines);
    let of = |line: &LineFinding| {
        let spelled = |version: &Version| advisory.spelled(version);
        let runs = runs_of(&rows, line).into_iter().rev().map(|run| match run.first == run.last {
            true => spelled(run.first),
            false => format!("{} to {}", spelled(run.first), spelled(run.last)),
        });
        names_with_flaw(line).chain(runs).collect::<Vec<_>>()
    };
    advisory.lines.iter().flat_map(of).collect()
}
