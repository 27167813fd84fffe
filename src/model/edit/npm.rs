//! `package.json`, its workspaces, and the lock files beside it (npm documentation, "package.json" and "package-lock.json").

mod above;
mod lock;
mod pins;
mod pnpm;
mod yarn;

use std::collections::BTreeSet;

use super::asked::Rules;
use super::source::{Missing, Source, same_version};
use super::survey::Gather;
use super::syntax::Syntax;
use super::tape::Node;
use super::workspace::{beside, folder, members};
use crate::model::arrange::{Arrange as _, InOrder as _};
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;
use pins::Pins;

const LOCKS: &[&str] = &["npm-shrinkwrap.json", "package-lock.json"];

/// What moves together: the version, the names of the packages that have it, and the folders of the workspace.
struct Product {
    version: String,
    /// The name of the root.
    root: Option<String>,
    names: BTreeSet<String>,
    /// The folder of the root, which is empty, and of each member below it, with whether its version moves.
    folders: Vec<(String, bool)>,
}

/// Finds the version of a package, of those members of its workspace that have the same, every exact pin of one of them in the
/// workspace, and what of this the lock files repeat.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Json.read(&source)?;
    let root = tape.root().ok_or_else(|| source.lacks("it holds nothing"))?;
    let version = root.get(&source, "version")?.ok_or_else(|| source.missing(missing()))?;
    let spot = source.spot(version, "version", Spelling::SemVer)?;
    let name = name_of(&source, root)?;
    let mut product = Product {
        version: version.value().to_owned(),
        names: name.iter().cloned().in_order(),
        root: name,
        folders: vec![(String::new(), true)],
    };
    let manifests = members_of(gather, &source, root)?;
    for manifest in &manifests {
        member(gather, path, manifest, &mut product)?;
    }
    gather.add(path, Syntax::Json, tape, vec![spot]);
    let mut pinned = false;
    for manifest in [path].into_iter().chain(&manifests) {
        pinned |= follow(gather, manifest, &product)?;
    }
    locks(gather, path, &product, pinned)?;
    if manifests.is_empty() {
        above::gather(gather, path, &product)?;
    }
    Ok(())
}

/// Returns the manifests of the members that a root chooses, in the order of their paths.
fn members_of(gather: &Gather<'_>, source: &Source<'_>, root: Node<'_>) -> Result<Vec<RepoPath>> {
    let mut manifests = members(gather, source, &workspaces(source, root)?, "package.json")?;
    manifests.extend(pnpm::members(gather, source.path)?);
    manifests.arrange();
    manifests.dedup();
    Ok(manifests)
}

/// Finds what the lock files beside a root repeat.
fn locks(gather: &mut Gather<'_>, root: &RepoPath, product: &Product, pinned: bool) -> Result<()> {
    npm_locks(gather, root, product)?;
    pnpm::settings(gather, root, product)?;
    if pinned {
        pnpm::lock(gather, root, product)?;
        yarn::lock(gather, root, product)?;
    }
    for name in ["bun.lock", "bun.lockb"] {
        let Some(lock) = beside(root, name) else { continue };
        if gather.read(&lock)?.is_some() {
            gather.note_file(&lock, "it is not changed; afterwards write it anew: bun install");
        }
    }
    Ok(())
}

/// Says what stands where the version would.
pub(super) fn missing() -> Missing {
    Missing::nothing("it has no 'version'")
}

fn npm_locks(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let mut edited: Option<&str> = None;
    for name in LOCKS {
        let Some(lock) = beside(path, name) else { continue };
        if lock::gather(gather, &lock, product)? {
            if let Some(first) = edited {
                gather.note_file(&lock, format!("'{first}' is beside it and wins; both are changed"));
            }
            edited = Some(name);
        }
    }
    Ok(())
}

/// Finds the pins in one manifest, notes those that stay, and says whether there are some that move.
fn follow(gather: &mut Gather<'_>, manifest: &RepoPath, product: &Product) -> Result<bool> {
    let bytes = gather.require(manifest)?;
    let source = Source::new(manifest, &bytes)?;
    let tape = Syntax::Json.read(&source)?;
    let Some(root) = tape.root() else { return Ok(false) };
    let mut pins = Pins::of(&source, product);
    pins.package(root, "")?;
    for (offset, text) in pins.left {
        gather.note(&source, offset, text);
    }
    for (range, name) in pins.ranges {
        gather.ask(&source, Rules::Node, range, &name);
    }
    let spots = pins.spots;
    let moves = !spots.is_empty();
    gather.add(manifest, Syntax::Json, tape, spots);
    Ok(moves)
}

fn name_of(source: &Source<'_>, root: Node<'_>) -> Result<Option<String>> {
    Ok(root.get(source, "name")?.and_then(Node::scalar).map(str::to_owned))
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
    let moves = version.is_some_and(|version| same_version(version.value(), &product.version));
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
