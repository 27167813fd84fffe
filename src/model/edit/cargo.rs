//! `Cargo.toml`, its workspace, and `Cargo.lock` (The Cargo Book, "The Manifest Format", "Workspaces").

mod workspace;

use std::collections::BTreeSet;

use super::asked::Rules;
use super::source::{Missing, Source};
use super::survey::Gather;
use super::syntax::Syntax;
use super::tape::{Node, What};
use super::workspace::folder;
use super::{Holds, RawSpot};
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

use workspace::{members_of, siblings};

const DEPENDENCIES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

struct Product {
    version: String,
    names: BTreeSet<String>,
}

/// Finds the version of a package or a workspace, of those members that have the same, the requirements on them by path, and
/// their entries in `Cargo.lock`.
///
/// A requirement on a member that is the version itself follows, with `=` or without: `2.0.0` does not hold `2.0.1-rc.1`,
/// and Cargo refuses a path whose package does not satisfy the requirement.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let root = tape.root().ok_or_else(|| source.lacks("it holds nothing"))?;
    let package = root.at(&source, &["package", "version"])?.filter(|node| node.what() != What::Map);
    let shared = root.at(&source, &["workspace", "package", "version"])?;
    let Some(version) = package.or(shared) else { return Err(source.missing(missing(&source, root)?)) };
    let mut product = Product { version: version.value().to_owned(), names: BTreeSet::new() };
    let mut manifests = vec![path.clone()];
    manifests.extend(members_of(gather, &source, root)?);
    for manifest in &manifests {
        own(gather, manifest, shared.map(Node::value), &mut product)?;
    }
    if root.get(&source, "workspace")?.is_none() {
        manifests.extend(siblings(gather, path, &product)?);
    }
    for manifest in &manifests {
        requirements(gather, manifest, &product)?;
    }
    // A member may be configured alone; the lock file is at the root of its workspace.
    let mut at = folder(path);
    loop {
        let lock: RepoPath =
            format!("{at}Cargo.lock").parse().expect("because a folder of a path and a name are a path");
        if self::lock(gather, &lock, &product)? || at.is_empty() {
            return Ok(());
        }
        at = at.trim_end_matches('/').rfind('/').map(|end| &at[..=end]).unwrap_or_default();
    }
}

/// Says what stands where the version would.
pub(super) fn missing(source: &Source<'_>, root: Node<'_>) -> Result<Missing> {
    Ok(match root.at(source, &["package", "version"])? {
        Some(node) => Missing::here(node, "'package.version' is that of the workspace, whose root is another file"),
        None => Missing::nothing("it has neither 'package.version' nor 'workspace.package.version'"),
    })
}

/// Finds the version of one manifest, and takes its package into the product if it has the product's.
fn own(gather: &mut Gather<'_>, path: &RepoPath, shared: Option<&str>, product: &mut Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let Some(root) = tape.root() else { return Ok(()) };
    let name = root.at(&source, &["package", "name"])?.and_then(Node::scalar).map(str::to_owned);
    let mut spots = Vec::new();
    for (keys, label) in [
        (&["package", "version"][..], "package.version"),
        (&["workspace", "package", "version"][..], "workspace.package.version"),
    ] {
        let Some(node) = root.at(&source, keys)? else { continue };
        let inherits = node.what() == What::Map;
        if inherits && shared == Some(product.version.as_str()) {
            product.names.extend(name.clone());
        }
        if inherits {
            continue;
        }
        if node.value() == product.version {
            spots.push(source.spot(node, label, Spelling::SemVer)?);
            product.names.extend(name.clone().filter(|_| label == "package.version"));
        } else {
            gather.note(
                &source,
                node.range().start,
                format!("'{label}' is '{}' and its own, so it stays", node.value()),
            );
        }
    }
    gather.add(path, Syntax::Toml, tape, spots);
    Ok(())
}

fn requirements(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let Some(root) = tape.root() else { return Ok(()) };
    let mut spots = Vec::new();
    for (kind, dependencies) in dependencies(&source, root)? {
        for (key, entry) in dependencies.entries() {
            let package = entry.get(&source, "package")?.and_then(Node::scalar).unwrap_or(key.value());
            let by_path = entry.get(&source, "path")?.is_some() && product.names.contains(package);
            let Some(node) = entry.get(&source, "version")?.filter(|_| by_path) else { continue };
            let exact = node.value().trim_start_matches(['=', '^']).trim_start();
            let name = format!("{kind}.{}.version", key.value());
            if exact != product.version {
                gather.ask(&source, Rules::Cargo, node, &name);
            } else {
                let mut range = source.scalar_range(node, &name)?;
                range.start += node.value().len() - exact.len();
                spots.push(RawSpot { range, name, holds: Holds::Version(Spelling::SemVer) });
            }
        }
    }
    gather.add(path, Syntax::Toml, tape, spots);
    Ok(())
}

/// Returns the tables of dependencies, each with its name, those of targets and of the workspace included.
fn dependencies<'t>(source: &Source<'_>, root: Node<'t>) -> Result<Vec<(&'static str, Node<'t>)>> {
    let targets = root.get(source, "target")?.into_iter().flat_map(|targets| targets.entries().map(|(_, table)| table));
    let mut found = Vec::new();
    for table in [Some(root), root.get(source, "workspace")?].into_iter().flatten().chain(targets) {
        for kind in DEPENDENCIES {
            found.extend(table.get(source, kind)?.map(|dependencies| (*kind, dependencies)));
        }
    }
    Ok(found)
}

/// Finds the entries of the product's packages, which are those without a `source`, and what names them with their version.
fn lock(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<bool> {
    let Some(bytes) = gather.read(path)? else { return Ok(false) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let packages = tape.root().map(|root| root.get(&source, "package")).transpose()?.flatten();
    let mut spots = Vec::new();
    for entry in packages.into_iter().flat_map(Node::items) {
        let name = entry.get(&source, "name")?.and_then(Node::scalar).unwrap_or_default();
        let is_own = product.names.contains(name) && entry.get(&source, "source")?.is_none();
        if let Some(version) = entry.get(&source, "version")?.filter(|_| is_own) {
            spots.push(source.spot(version, format!("package \"{name}\".version"), Spelling::SemVer)?);
        }
        for item in entry.get(&source, "dependencies")?.into_iter().flat_map(Node::items) {
            let Some((needed, version)) = item.value().split_once(' ') else { continue };
            if product.names.contains(needed) && version == product.version {
                let label = format!("package \"{name}\".dependencies \"{needed}\"");
                let mut range = source.scalar_range(item, &label)?;
                range.start += needed.len() + 1;
                spots.push(RawSpot { range, name: label, holds: Holds::Version(Spelling::SemVer) });
            }
        }
    }
    gather.add(path, Syntax::Toml, tape, spots);
    Ok(true)
}
