//! The product tree (CSAF 2.0, 3.1.2 and 3.2.2): vendor, product, and its versions and stretches of versions.

use semver::Version;
use serde_json::{Value, json};

use crate::model::advisory::Advisory;
use crate::model::advisory::export::Publication;
use crate::model::advisory::export::product::{Product, products};
use crate::model::advisory::export::status::{Status, Statuses, statuses};
use crate::model::advisory::lines::LineFinding;
use crate::model::advisory::package::purl_part;
use crate::model::advisory::runs::{Has, Row, Run, rows, runs_of};

/// The identifiers of the products of one line, by status.
pub(super) struct LineProducts<'a> {
    /// The line.
    pub line: &'a LineFinding,
    /// Versions with the flaw, and the stretches that they make.
    pub affected: Vec<String>,
    /// Versions that are repaired.
    pub fixed: Vec<String>,
    /// The first one of these, of each package.
    pub first_fixed: Vec<String>,
    /// Versions that never had it.
    pub not_affected: Vec<String>,
    /// Versions of which it is not known.
    pub under_investigation: Vec<String>,
}

/// A product tree.
pub(super) struct Tree<'a> {
    /// The tree.
    pub value: Value,
    /// What is in it, by line.
    pub lines: Vec<LineProducts<'a>>,
}

impl<'a> Tree<'a> {
    /// Makes the tree of an advisory.
    pub fn of(advisory: &'a Advisory, publication: &Publication) -> Self {
        let products = products(advisory, publication);
        let statuses = statuses(advisory);
        let rows = rows(&advisory.lines);
        let branch = |product: &Product<'_>| {
            let versions = statuses.iter().flat_map(|line| branches(product, line, &rows)).collect::<Vec<_>>();
            let name = title(product, &products);
            (!versions.is_empty()).then(|| json!({ "category": "product_name", "name": name, "branches": versions }))
        };
        let branches: Vec<Value> = products.iter().filter_map(branch).collect();
        let vendor = json!({ "category": "vendor", "name": publication.publisher(), "branches": branches });
        let lines = statuses.iter().map(|line| LineProducts::of(advisory, line, &products, &rows)).collect();
        Self { value: json!({ "branches": [vendor] }), lines }
    }
}

impl<'a> LineProducts<'a> {
    fn of(advisory: &Advisory, statuses: &Statuses<'a>, products: &[Product<'_>], rows: &[Row<'_>]) -> Self {
        let line = statuses.line;
        let of = |status: Status| -> Vec<String> {
            let versions = statuses.of(status);
            products.iter().flat_map(|product| versions.iter().map(|version| id(product, version))).collect()
        };
        let ranges = products.iter().flat_map(|product| {
            runs_of(rows, line).into_iter().map(|run| range_id(product, &vers(product, &run, rows, line)))
        });
        let first = |product| line.fixed_in.as_ref().map(|fixed| id(product, fixed));
        let mut found = Self {
            line,
            affected: of(Status::Affected),
            fixed: of(Status::Fixed),
            first_fixed: Vec::new(),
            not_affected: of(Status::NotAffected),
            under_investigation: of(Status::UnderInvestigation),
        };
        // A stretch of versions stays in the tree where there is no flaw, and has it no more than its versions.
        match advisory.tells_of_no_flaw() {
            true => found.not_affected.extend(ranges),
            false => {
                found.affected.extend(ranges);
                found.first_fixed.extend(products.iter().filter_map(first));
            }
        }
        found
    }
}

/// Returns the name of a product, with its ecosystem where another one has the same name.
fn title(product: &Product<'_>, all: &[Product<'_>]) -> String {
    let namesakes = all.iter().filter(|other| other.name == product.name).count();
    match product.ecosystem() {
        Some(ecosystem) if namesakes > 1 => format!("{} ({ecosystem})", product.name),
        Some(_) | None => product.name.to_owned(),
    }
}

/// Returns the identifier of a version. It is made of the version as git has it, of which no ecosystem spells two alike.
fn id(product: &Product<'_>, version: &Version) -> String {
    format!("{}@{version}", product.purl())
}

fn range_id(product: &Product<'_>, vers: &str) -> String {
    format!("{}@{vers}", product.purl())
}

/// Writes a stretch of a line as a canonical range (`purl-spec`, VERSION-RANGE-SPEC): with its end left out where that is a version of
/// the line that has not the flaw, and else up to its last version.
fn vers(product: &Product<'_>, run: &Run<'_>, rows: &[Row<'_>], line: &LineFinding) -> String {
    let spelled = |version: &Version| purl_part(&product.spell(version));
    let is_own = |end: &&Version| rows.iter().any(|row| row.version == *end && is_sound(row, line));
    let scheme = product.vers();
    match run.end.filter(is_own) {
        Some(end) => format!("vers:{scheme}/>={}|<{}", spelled(run.first), spelled(end)),
        None if run.first == run.last => format!("vers:{scheme}/{}", spelled(run.first)),
        None => format!("vers:{scheme}/>={}|<={}", spelled(run.first), spelled(run.last)),
    }
}

fn is_sound(row: &Row<'_>, line: &LineFinding) -> bool {
    row.line.name == line.name && row.has == Has::NoFlaw
}

fn branches(product: &Product<'_>, statuses: &Statuses<'_>, rows: &[Row<'_>]) -> Vec<Value> {
    let line = statuses.line;
    let range = |run: &Run<'_>| {
        let vers = vers(product, run, rows, line);
        let named = json!({ "name": format!("{} {vers}", product.name), "product_id": range_id(product, &vers) });
        json!({ "category": "product_version_range", "name": vers, "product": named })
    };
    let version = |version: &Version| {
        let spelled = product.spell(version);
        let named = json!({
            "name": format!("{} {spelled}", product.name),
            "product_id": id(product, version),
            "product_identification_helper": { "purl": product.purls_at(version)[0] },
        });
        json!({ "category": "product_version", "name": spelled, "product": named })
    };
    let own = rows.iter().filter(|row| row.line.name == line.name);
    let ranges: Vec<Value> = runs_of(rows, line).iter().map(range).collect();
    ranges.into_iter().chain(own.map(|row| version(row.version))).collect()
}
