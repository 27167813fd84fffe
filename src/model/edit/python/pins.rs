//! What members ask of one another (PEP 508, PEP 735; uv documentation, "Managing dependencies"; Poetry documentation, "Dependency
//! specification").

use std::ops::Range;

use super::{Product, normal_name};
use crate::model::edit::asked::Asks;
use crate::model::edit::source::{Source, same_version, spelling_there};
use crate::model::edit::survey::Gather;
use crate::model::edit::syntax::Syntax;
use crate::model::edit::tape::Node;
use crate::model::edit::{Holds, RawSpot};
use crate::model::error::Result;
use crate::model::path::RepoPath;

/// Where lists of requirements stand.
const LISTS: &[&[&str]] = &[
    &["project", "dependencies"],
    &["build-system", "requires"],
    &["tool", "uv", "dev-dependencies"],
    &["tool", "uv", "constraint-dependencies"],
    &["tool", "uv", "override-dependencies"],
    &["tool", "uv", "build-constraint-dependencies"],
];

/// Where tables of such lists stand.
const TABLES: &[&[&str]] = &[&["project", "optional-dependencies"], &["dependency-groups"]];

/// Reads the specifiers of a requirement (version specifiers, PEP 440).
pub(super) fn asks(specifiers: &str, version: &str) -> Asks {
    let exact = |clause: &str| -> Option<usize> {
        let text = clause.trim().strip_prefix("==")?;
        let text = text.strip_prefix('=').unwrap_or(text).trim_start();
        same_version(text, version).then_some(text.len())
    };
    // Zeros at the end may be left out of a version that is compared (PEP 440, "Version matching").
    let short = |text: &str| [".0", ".0.0"].iter().any(|zeros| same_version(&format!("{text}{zeros}"), version));
    let ends = |clause: &str| {
        let text = clause.trim().strip_prefix("<=").map(str::trim_start);
        text.is_some_and(|text| same_version(text, version) || short(text))
            || clause.trim().strip_prefix("==").is_some_and(|text| short(text.trim_start()))
    };
    match exact(specifiers) {
        Some(len) => {
            let end = specifiers.trim_end().len();
            Asks::Exactly(end - len..end)
        }
        None if specifiers.split(',').any(|clause| exact(clause).is_some() || ends(clause)) => Asks::Otherwise,
        None => Asks::More,
    }
}

/// Finds what a member asks of another one in exactly the version of the product: `godel-core==2.0.0`.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let Some(root) = tape.root() else { return Ok(()) };
    let (mut spots, mut left) = (Vec::new(), Vec::new());
    for item in requirements(&source, root)? {
        let text = item.value();
        let Some((name, specifiers)) = split(text) else { continue };
        if !product.has(&text[name.clone()]) {
            continue;
        }
        let label = format!("the requirement '{}'", &text[name]);
        match asks(&text[specifiers.clone()], &product.version) {
            Asks::Exactly(inside) => {
                let start = source.scalar_range(item, &label)?.start + specifiers.start;
                spots.push(pin(product, &source, start + inside.start..start + inside.end, label));
            }
            Asks::Otherwise => left.push((item, label)),
            Asks::More => {}
        }
    }
    for (name, item) in poetry(&source, root)?.into_iter().filter(|(name, _)| product.has(name)) {
        let label = format!("the requirement '{name}'");
        // Without an operator, Poetry takes a version for an exact one.
        let asks = match same_version(item.value(), &product.version) {
            true => Asks::Exactly(0..item.value().len()),
            false => asks(item.value(), &product.version),
        };
        match asks {
            Asks::Exactly(inside) => {
                let start = source.scalar_range(item, &label)?.start;
                spots.push(pin(product, &source, start + inside.start..start + inside.end, label));
            }
            Asks::Otherwise => left.push((item, label)),
            Asks::More => {}
        }
    }
    for (item, label) in left {
        let text = format!("{label} is '{}', which is not the version alone, so it stays", item.value());
        gather.note(&source, item.range().start, text);
    }
    gather.add(path, Syntax::Toml, tape, spots);
    Ok(())
}

fn pin(product: &Product, source: &Source<'_>, range: Range<usize>, name: String) -> RawSpot {
    let spelling = spelling_there(&source.text[range.clone()], product.spelling);
    RawSpot { range, name, holds: Holds::Version(spelling) }
}

/// Returns every requirement that is one text.
fn requirements<'t>(source: &Source<'_>, root: Node<'t>) -> Result<Vec<Node<'t>>> {
    let mut lists = Vec::new();
    for keys in LISTS {
        lists.extend(root.at(source, keys)?);
    }
    for keys in TABLES {
        let groups = root.at(source, keys)?;
        lists.extend(groups.into_iter().flat_map(|groups| groups.entries().map(|(_, list)| list)));
    }
    Ok(lists.into_iter().flat_map(Node::items).filter(|item| item.scalar().is_some()).collect())
}

/// Returns what the tables of Poetry ask for, each with its name.
fn poetry<'t>(source: &Source<'_>, root: Node<'t>) -> Result<Vec<(&'t str, Node<'t>)>> {
    let Some(poetry) = root.at(source, &["tool", "poetry"])? else { return Ok(Vec::new()) };
    let groups = poetry.get(source, "group")?;
    let groups = groups.into_iter().flat_map(|groups| groups.entries().map(|(_, group)| group));
    let mut tables: Vec<Node<'_>> = poetry.get(source, "dev-dependencies")?.into_iter().collect();
    for group in [poetry].into_iter().chain(groups) {
        tables.extend(group.get(source, "dependencies")?);
    }
    let mut found = Vec::new();
    for (name, entry) in tables.into_iter().flat_map(Node::entries) {
        let version = if entry.scalar().is_some() { Some(entry) } else { entry.get(source, "version")? };
        found.extend(version.map(|version| (name.value(), version)));
    }
    Ok(found)
}

/// Returns where in a requirement its name and its specifiers stand. `None`: it names an address.
fn split(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let start = text.len() - text.trim_start().len();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name_end = text[start..].find(|c| !is_name(c)).map_or(text.len(), |len| start + len);
    let end = text.find(';').unwrap_or(text.len());
    let mut at = name_end;
    let skip_space = |at: usize| end - text.get(at..end).unwrap_or_default().trim_start().len();
    at = skip_space(at);
    if text[at..end].starts_with('[') {
        at = skip_space(at + text[at..end].find(']')? + 1);
    }
    if text[at..end].starts_with('@') {
        return None;
    }
    match text[at..end].strip_prefix('(') {
        Some(inside) => Some((start..name_end, at + 1..at + 1 + inside.find(')')?)),
        None => Some((start..name_end, at..end)),
    }
}

impl Product {
    /// Says whether one of the projects has this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.projects.iter().any(|(project, _)| *project == normal_name(name))
    }
}
