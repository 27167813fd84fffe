//! `package.json`, its workspaces, and the lock files beside it (npm documentation, "package.json" and "package-lock.json").

use std::collections::BTreeSet;

use super::source::Source;
use super::survey::Gather;
use super::syntax::Syntax;
use super::tape::{Node, What};
use super::workspace::{beside, folder, members};
use super::{Holds, RawSpot};
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

const DEPENDENCIES: &[&str] = &["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
const OVERRIDES: &[&str] = &["overrides", "resolutions"];
const LOCKS: &[&str] = &["npm-shrinkwrap.json", "package-lock.json"];

/// What moves together: the version, the names of the packages that have it, and the folders of the workspace.
struct Product {
    version: String,
    names: BTreeSet<String>,
    /// The folder of each member below the root, with whether its version moves.
    folders: Vec<(String, bool)>,
}

/// Finds the version of a package, of those members of its workspace that have the same, every exact pin of one of them in the
/// workspace, and what of this the lock files repeat.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Json.read(&source)?;
    let root = tape.root().ok_or_else(|| source.lacks("it holds nothing"))?;
    let version = root.get(&source, "version")?.ok_or_else(|| source.lacks("it has no 'version'"))?;
    let mut spots = vec![source.spot(version, "version", Spelling::SemVer)?];
    let mut product =
        Product { version: version.value().to_owned(), names: name_of(&source, root)?, folders: Vec::new() };
    let patterns = workspaces(&source, root)?;
    let manifests = members(gather, &source, &patterns, "package.json")?;
    for manifest in &manifests {
        member(gather, path, manifest, &mut product)?;
    }
    pins(&source, root, "", &product, &mut spots)?;
    gather.add(path, Syntax::Json, tape, spots);
    for manifest in &manifests {
        let bytes = gather.require(manifest)?;
        let source = Source::new(manifest, &bytes)?;
        let tape = Syntax::Json.read(&source)?;
        let Some(root) = tape.root() else { continue };
        let mut spots = Vec::new();
        pins(&source, root, "", &product, &mut spots)?;
        gather.add(manifest, Syntax::Json, tape, spots);
    }
    let mut edited: Option<&str> = None;
    for name in LOCKS {
        let Some(lock) = beside(path, name) else { continue };
        if self::lock(gather, &lock, &product)? {
            if let Some(first) = edited {
                gather.note_file(&lock, format!("'{first}' is beside it and wins; both are changed"));
            }
            edited = Some(name);
        }
    }
    Ok(())
}

fn name_of(source: &Source<'_>, root: Node<'_>) -> Result<BTreeSet<String>> {
    Ok(root.get(source, "name")?.and_then(Node::scalar).map(str::to_owned).into_iter().collect())
}

fn workspaces<'t>(source: &Source<'_>, root: Node<'t>) -> Result<Vec<(usize, &'t str)>> {
    let Some(node) = root.get(source, "workspaces")? else { return Ok(Vec::new()) };
    let list = node.get(source, "packages")?.unwrap_or(node);
    Ok(list.items().filter_map(|item| Some((item.range().start, item.scalar()?))).collect())
}

/// Takes a member into the product if its version is the product's, and notes it otherwise.
fn member(gather: &mut Gather<'_>, root: &RepoPath, path: &RepoPath, product: &mut Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Json.read(&source)?;
    let below = folder(path).strip_prefix(folder(root)).unwrap_or(folder(path)).trim_end_matches('/').to_owned();
    let version = tape.root().map(|root| root.get(&source, "version")).transpose()?.flatten();
    let moves = version.is_some_and(|version| version.value() == product.version);
    product.folders.push((below, moves));
    match (tape.root(), version) {
        (Some(root), Some(version)) if moves => {
            product.names.extend(name_of(&source, root)?);
            let spot = source.spot(version, "version", Spelling::SemVer)?;
            gather.add(path, Syntax::Json, tape, vec![spot]);
        }
        (_, Some(version)) => {
            let text = format!("the version of this member is '{}' and its own, so it stays", version.value());
            gather.note(&source, version.range().start, text);
        }
        (_, None) => {}
    }
    Ok(())
}

/// Finds exact pins of the product's packages. A range such as `^2.0.0` holds the next patch too, and stays; so does an alias
/// such as `npm:core@2.0.0`, which npm resolves to what was published and never to the workspace.
fn pins(source: &Source<'_>, node: Node<'_>, at: &str, product: &Product, spots: &mut Vec<RawSpot>) -> Result<()> {
    for map in DEPENDENCIES {
        if let Some(dependencies) = node.get(source, map)? {
            pins_in(source, dependencies, &format!("{at}{map}"), product, spots)?;
        }
    }
    for map in OVERRIDES {
        if let Some(overrides) = node.get(source, map)? {
            overridden(source, overrides, &format!("{at}{map}"), product, spots)?;
        }
    }
    Ok(())
}

fn pins_in(source: &Source<'_>, map: Node<'_>, at: &str, product: &Product, spots: &mut Vec<RawSpot>) -> Result<()> {
    for (name, pin) in map.entries().filter(|(name, _)| product.names.contains(name.value())) {
        pinned(source, pin, pin.value(), &format!("{at}[\"{}\"]", name.value()), product, spots)?;
    }
    Ok(())
}

/// Finds pins in `overrides` of npm, whose values may be maps again in which `.` is the package itself, and in `resolutions` of
/// Yarn, whose keys may be paths: `**/core`, `api/core`. A key may end in the version that it is about: `core@2`.
fn overridden(source: &Source<'_>, map: Node<'_>, at: &str, product: &Product, spots: &mut Vec<RawSpot>) -> Result<()> {
    for (key, value) in map.entries() {
        let label = format!("{at}[\"{}\"]", key.value());
        // An `@` at the front of a part is that of a scope.
        let version = key.value().match_indices('@').find(|(at, _)| *at > 0 && !key.value()[..*at].ends_with('/'));
        let bare = version.map_or(key.value(), |(end, _)| &key.value()[..end]);
        let names = product.names.iter().any(|name| bare == name || bare.ends_with(&format!("/{name}")));
        let own = if value.what() == What::Map { value.get(source, ".")? } else { Some(value) };
        if let Some(pin) = own.filter(|_| names) {
            pinned(source, pin, pin.value(), &label, product, spots)?;
        }
        overridden(source, value, &label, product, spots)?;
    }
    Ok(())
}

/// Takes what a pin asks for, which is the end of its text, as the place of a version if it is exactly the product's.
fn pinned(
    source: &Source<'_>,
    pin: Node<'_>,
    wanted: &str,
    name: &str,
    product: &Product,
    spots: &mut Vec<RawSpot>,
) -> Result<()> {
    let exact = wanted.strip_prefix("workspace:").unwrap_or(wanted);
    let exact = exact.strip_prefix('=').unwrap_or(exact).trim_start();
    if exact == product.version {
        let mut range = source.scalar_range(pin, name)?;
        range.start += pin.value().len() - exact.len();
        spots.push(RawSpot { range, name: name.to_owned(), holds: Holds::Version(Spelling::SemVer) });
    }
    Ok(())
}

/// Finds what a lock file says about the product itself: never an entry of another package, whatever its version. Version 1
/// of the format has the version once; versions 2 and 3 repeat it for the root and for each member in `packages`.
fn lock(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<bool> {
    let Some(bytes) = gather.read(path)? else { return Ok(false) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Json.read(&source)?;
    let Some(root) = tape.root() else { return Ok(false) };
    let mut spots = Vec::new();
    if let Some(version) = root.get(&source, "version")? {
        spots.push(source.spot(version, "version", Spelling::SemVer)?);
    }
    if let Some(packages) = root.get(&source, "packages")? {
        let own = [(String::new(), true)];
        for (folder, moves) in own.iter().chain(&product.folders) {
            let Some(entry) = packages.get(&source, folder)? else { continue };
            let at = format!("packages[\"{folder}\"].");
            if let Some(version) = entry.get(&source, "version")?.filter(|_| *moves) {
                spots.push(source.spot(version, format!("{at}version"), Spelling::SemVer)?);
            }
            pins(&source, entry, &at, product, &mut spots)?;
        }
    }
    if let Some(legacy) = root.get(&source, "dependencies")? {
        for (name, entry) in legacy.entries() {
            let is_member = entry.get(&source, "version")?.is_some_and(|version| {
                version.value().strip_prefix("file:").is_some_and(|at| product.folders.iter().any(|(f, _)| f == at))
            });
            if let Some(requires) = entry.get(&source, "requires")?.filter(|_| is_member) {
                let at = format!("dependencies[\"{}\"].requires", name.value());
                pins_in(&source, requires, &at, product, &mut spots)?;
            }
        }
    }
    gather.add(path, Syntax::Json, tape, spots);
    Ok(true)
}
