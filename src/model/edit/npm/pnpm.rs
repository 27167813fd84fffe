//! `pnpm-workspace.yaml`, and what `pnpm-lock.yaml` repeats of the pins (pnpm documentation, "pnpm-workspace.yaml"; the types of
//! `@pnpm/lockfile.types`).
//!
//! The lock file holds no version of the project or of a member: a member that another one uses stands there as
//! `link:` and its folder. What the manifest asks for stands beside it, and `pnpm install --frozen-lockfile` compares that.

use super::Product;
use super::pins::{Pins, asks};
use crate::model::edit::asked::Asks;
use crate::model::edit::source::Source;
use crate::model::edit::survey::Gather;
use crate::model::edit::syntax::Syntax;
use crate::model::edit::tape::{Node, What};
use crate::model::edit::workspace::{self, beside};
use crate::model::error::Result;
use crate::model::path::RepoPath;

const KINDS: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];

/// Returns the manifests of the members that `pnpm-workspace.yaml` beside a manifest chooses.
pub(super) fn members(gather: &Gather<'_>, root: &RepoPath) -> Result<Vec<RepoPath>> {
    let Some(path) = beside(root, "pnpm-workspace.yaml") else { return Ok(Vec::new()) };
    let Some(bytes) = gather.read(&path)? else { return Ok(Vec::new()) };
    let source = Source::new(&path, &bytes)?;
    let tape = Syntax::Yaml.read(&source)?;
    let list = tape.root().map(|root| root.get(&source, "packages")).transpose()?.flatten();
    let items = list.into_iter().flat_map(Node::items);
    let patterns: Vec<(usize, &str)> = items.filter_map(|item| Some((item.range().start, item.scalar()?))).collect();
    let mut found = workspace::members(gather, &source, &patterns, "package.json")?;
    found.retain(|manifest| manifest != root);
    Ok(found)
}

/// Notes the pins in `pnpm-workspace.yaml` itself: its catalogs and overrides, which the lock file repeats as pnpm resolved them.
pub(super) fn settings(gather: &mut Gather<'_>, root: &RepoPath, product: &Product) -> Result<()> {
    let Some(path) = beside(root, "pnpm-workspace.yaml") else { return Ok(()) };
    let Some(bytes) = gather.read(&path)? else { return Ok(()) };
    let source = Source::new(&path, &bytes)?;
    let tape = Syntax::Yaml.read(&source)?;
    let Some(top) = tape.root() else { return Ok(()) };
    let mut maps: Vec<(String, Node<'_>)> = Vec::new();
    for name in ["catalog", "overrides"] {
        maps.extend(top.get(&source, name)?.map(|map| (name.to_owned(), map)));
    }
    let catalogs = top.get(&source, "catalogs")?.into_iter().flat_map(Node::entries);
    maps.extend(catalogs.map(|(key, map)| (format!("catalogs.{}", key.value()), map)));
    for (at, map) in maps {
        let is_own = |key: &str| product.names.iter().any(|name| key.ends_with(name.as_str()));
        for (key, pin) in map.entries().filter(|(key, _)| is_own(key.value())) {
            if asks(pin.value(), &product.version) != Asks::More {
                let text = format!(
                    "'{at}[\"{}\"]' is '{}', so it stays; write the new version there, then: pnpm install --lockfile-only",
                    key.value(),
                    pin.value()
                );
                gather.note(&source, pin.range().start, text);
            }
        }
    }
    Ok(())
}

/// Finds the pins that the lock file repeats, where it links the member; what it locks otherwise is noted.
pub(super) fn lock(gather: &mut Gather<'_>, root: &RepoPath, product: &Product) -> Result<()> {
    let Some(path) = beside(root, "pnpm-lock.yaml") else { return Ok(()) };
    let Some(bytes) = gather.read(&path)? else { return Ok(()) };
    let source = Source::new(&path, &bytes)?;
    let tape = Syntax::Yaml.read(&source)?;
    let mut pins = Pins::of(&source, product);
    let mut left = Vec::new();
    for document in tape.roots() {
        let top = document.children().next().filter(|_| document.what() == What::Document).unwrap_or(document);
        for (folder, importer) in top.get(&source, "importers")?.into_iter().flat_map(Node::entries) {
            for locked in locked(&source, importer, &format!("importers[\"{}\"]", folder.value()), product)? {
                match locked.version.starts_with("link:") {
                    true => pins.pin(locked.pin, &locked.name)?,
                    false => left.extend(stale(&locked, product)),
                }
            }
        }
        for (key, value) in top.get(&source, "overrides")?.into_iter().flat_map(Node::entries) {
            let name = format!("overrides[\"{}\"]", key.value());
            let locked = Locked { name, pin: value, version: value.value() };
            let is_own = product.names.iter().any(|name| key.value().ends_with(name.as_str()));
            left.extend(stale(&locked, product).filter(|_| is_own));
        }
    }
    let spots = pins.spots;
    for (offset, text) in left {
        gather.note(&source, offset, text);
    }
    gather.add(&path, Syntax::Yaml, tape, spots);
    Ok(())
}

/// What the lock file says about one requirement.
struct Locked<'t> {
    name: String,
    /// What the manifest asks for.
    pin: Node<'t>,
    /// What that led to.
    version: &'t str,
}

/// Returns what one importer asks of the product's packages. From version 6 of the format on, the requirement stands with
/// what it led to; before, all of them stand in `specifiers`.
fn locked<'t>(source: &Source<'_>, importer: Node<'t>, at: &str, product: &Product) -> Result<Vec<Locked<'t>>> {
    let specifiers = importer.get(source, "specifiers")?;
    let mut found = Vec::new();
    for kind in KINDS {
        let entries = importer.get(source, kind)?.into_iter().flat_map(Node::entries);
        for (key, entry) in entries.filter(|(key, _)| product.names.contains(key.value())) {
            let (label, pin, version) = match specifiers {
                Some(all) => ("specifiers".to_owned(), all.get(source, key.value())?, Some(entry)),
                None => (kind.to_owned(), entry.get(source, "specifier")?, entry.get(source, "version")?),
            };
            let name = format!("{at}.{label}[\"{}\"]", key.value());
            found.extend(pin.zip(version).map(|(pin, version)| Locked { name, pin, version: version.value() }));
        }
    }
    Ok(found)
}

/// Returns a note about a pin that moves in a manifest and stays here.
fn stale(locked: &Locked<'_>, product: &Product) -> Option<(usize, String)> {
    match asks(locked.pin.value(), &product.version) {
        Asks::Exactly(_) => {
            let text = format!(
                "'{}' is '{}' and links no member, so it stays; afterwards write the file anew: pnpm install --lockfile-only",
                locked.name,
                locked.pin.value()
            );
            Some((locked.pin.range().start, text))
        }
        Asks::Otherwise | Asks::More => None,
    }
}
