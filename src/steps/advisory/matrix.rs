//! Whether all documents of an advisory say of every version what git says of it now.

use std::error::Error as _;

use semver::Version;
use serde_json::Value;

use super::affected::{known, source};
use crate::model::advisory::Advisory;
use crate::model::advisory::affected::Which;
use crate::model::advisory::export::{Format, Publication};
use crate::model::advisory::lines::LineFinding;
use crate::model::advisory::matrix::{Column, LeftOut, Matrix, Reader, matrix};
use crate::model::advisory::odd::OddRelease;
use crate::model::advisory::state::State;
use crate::model::error::{Error, Kind, Result};
use crate::ports::git::Git;
use crate::ports::settings::Settings;
use crate::ports::threads;

/// The formats that say something of versions by rules of their own.
const FORMATS: [(Format, Reader); 5] = [
    (Format::Osv, Reader::Osv),
    (Format::Csaf, Reader::Csaf),
    (Format::Cve, Reader::Cve),
    (Format::Openvex, Reader::Openvex),
    (Format::Ghsa, Reader::Ghsa),
];

/// Makes the documents from the source as it is, and compares what each says of every version with what history says now: a source that
/// was not brought up to date disagrees, too.
///
/// # Errors
/// As `patch-advisory affected`; also when not one document can be made.
pub fn compare(git: &Git, settings: &Settings, publication: &Publication, which: &Which) -> Result<Matrix> {
    let source = source(git, settings, which)?;
    let now = known(git, settings, &source.advisory)?;
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    let made =
        |(format, reader): &(Format, Reader)| (*format, *reader, documents(*format, &source.advisory, publication));
    threads::in_order(&FORMATS, made, |(format, reader, documents)| {
        match documents? {
            Ok(documents) => columns.extend(documents.into_iter().map(|document| Column {
                name: name_of(format, &document),
                reader,
                document,
            })),
            Err(reason) => left_out.push(LeftOut { name: format.to_string(), reason }),
        }
        Ok(())
    })?;
    columns.extend(by_commits(&columns));
    if let Some(lost) = now.lost.first() {
        let told = format!(
            "commit '{lost}', which [commits] of {} gives, is in no history of main or a line",
            source.advisory.id
        );
        return Err(Error::undecided(told).hint(format!("patch-advisory affected {} --write", source.advisory.id)));
    }
    if columns.is_empty() {
        return Err(Error::usage(format!("no document can be made of {}", source.advisory.id))
            .because(reasons(&left_out))
            .hint(format!("patch-advisory affected {} --write; patch-advisory check", source.advisory.id)));
    }
    let lines = match source.advisory.state {
        // Its documents are not made anew, so that nobody asks them of what came later.
        State::Withdrawn => known_to(&source.advisory.lines, now.lines),
        State::Draft | State::Embargoed | State::Ready | State::Public | State::Revised => now.lines,
    };
    let advisory = Advisory { lines, ..source.advisory };
    let found = matrix(&advisory, &publication.project, &columns, left_out, &now.held);
    match found.rows.is_empty() {
        false => Ok(found),
        true => {
            Err(Error::undecided(format!("there is no version of which the documents of {} could be asked", found.id))
                .hint("get the tags: git fetch --tags; their form is 'tag' in [project] of 'patch.toml'"))
        }
    }
}

/// Leaves out the releases that others do not name.
fn known_to(others: &[LineFinding], lines: Vec<LineFinding>) -> Vec<LineFinding> {
    let versions = |line: &LineFinding| [&line.affected, &line.unaffected, &line.unknown].map(Clone::clone).concat();
    let (known, odd): (Vec<Version>, Vec<&OddRelease>) =
        (others.iter().flat_map(versions).collect(), others.iter().flat_map(|line| &line.tags).collect());
    let of_known = |mut all: Vec<Version>| {
        all.retain(|version| known.contains(version));
        all
    };
    let kept = |line: LineFinding| LineFinding {
        affected: of_known(line.affected),
        unaffected: of_known(line.unaffected),
        unknown: of_known(line.unknown),
        tags: line.tags.into_iter().filter(|one| odd.iter().any(|other| other.name == one.name)).collect(),
        ..line
    };
    lines.into_iter().map(kept).collect()
}

/// Tells why formats were left out, each reason once.
fn reasons(left_out: &[LeftOut]) -> String {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for left in left_out {
        match told.iter_mut().find(|(reason, _)| *reason == left.reason) {
            Some((_, names)) => names.push(&left.name),
            None => told.push((&left.reason, vec![&left.name])),
        }
    }
    let told: Vec<String> = told.into_iter().map(|(reason, names)| format!("{}: {reason}", names.join(", "))).collect();
    told.join("; ")
}

/// Returns the record of OSV once more, to be read by its ranges of commits, where it has any.
fn by_commits(columns: &[Column]) -> Option<Column> {
    let record = columns.iter().find(|column| column.reader == Reader::Osv)?;
    let entries = record.document["affected"].as_array()?;
    let ranges = entries.iter().filter_map(|entry| entry["ranges"].as_array()).flatten();
    let has_commits = ranges.into_iter().any(|range| range["type"] == "GIT");
    let column = || Column { name: "osv-git".to_owned(), reader: Reader::OsvGit, document: record.document.clone() };
    has_commits.then(column)
}

/// Makes the documents of a format, or says why there is none.
fn documents(
    format: Format,
    advisory: &Advisory,
    publication: &Publication,
) -> Result<std::result::Result<Vec<Value>, String>> {
    if matches!(format, Format::Csaf | Format::Openvex) && advisory.tells_of_no_flaw() {
        return Ok(Err("the advisory is withdrawn, and it says of every version that it is not affected".to_owned()));
    }
    if (format, advisory.state) == (Format::Cve, State::Withdrawn) {
        return Ok(Err("the record is rejected, and says nothing of versions".to_owned()));
    }
    let made = match format.documents(advisory, publication) {
        Ok(made) => made,
        Err(error) if matches!(error.kind(), Kind::Usage | Kind::Undecided) => return Ok(Err(told(&error))),
        Err(error) => return Err(error),
    };
    let parse = |text: &str| {
        serde_json::from_str(text).map_err(|broken| {
            Error::unfinished(format!("the {format} document cannot be read back"))
                .because(broken)
                .hint("please report this")
        })
    };
    made.iter().map(|document| parse(&document.text)).collect::<Result<Vec<Value>>>().map(Ok)
}

fn told(error: &Error) -> String {
    let source = error.source().map(ToString::to_string);
    let parts = std::iter::once(error.to_string()).chain(source).chain(error.hint_text().map(str::to_owned));
    parts.collect::<Vec<_>>().join("; ")
}

/// CSAF has two documents, the second of which is the VEX profile.
fn name_of(format: Format, document: &Value) -> String {
    match document["document"]["category"].as_str() {
        Some("csaf_vex") => "csaf-vex".to_owned(),
        Some(_) | None => format.to_string(),
    }
}
