//! A member whose root has no version that moves: what the root, its other members and its lock files repeat of it.

use super::{Product, follow, locks, members_of, name_of};
use crate::model::edit::source::{Source, same_version};
use crate::model::edit::survey::Gather;
use crate::model::edit::syntax::Syntax;
use crate::model::edit::tape::Node;
use crate::model::edit::workspace::{above, folder};
use crate::model::error::Result;
use crate::model::path::RepoPath;

/// The manifest of a workspace, or where it would be: that of pnpm needs none.
struct Root {
    path: RepoPath,
    name: Option<String>,
    version: Option<String>,
    members: Vec<RepoPath>,
}

/// Finds what the workspace above a member repeats of it: exact pins in the root and in the other members, and the entries in the
/// lock files. Other members have their own versions, unless [[version]] names them, too.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath, own: &Product) -> Result<()> {
    let Some(root) = root(gather, path)? else { return Ok(()) };
    let is_own = |version: &Option<String>| version.as_ref().is_some_and(|text| same_version(text, &own.version));
    if is_own(&root.version) && gather.names(&root.path) {
        return Ok(());
    }
    let below = |member: &RepoPath| {
        folder(member).strip_prefix(folder(&root.path)).unwrap_or_default().trim_end_matches('/').to_owned()
    };
    let folders = root.members.iter().map(|member| (below(member), member == path));
    let product = Product {
        version: own.version.clone(),
        root: root.name,
        names: own.names.clone(),
        folders: [(String::new(), false)].into_iter().chain(folders).collect(),
    };
    let mut pinned = false;
    for manifest in [&root.path].into_iter().chain(&root.members) {
        if gather.read(manifest)?.is_none() {
            continue;
        }
        pinned |= follow(gather, manifest, &product)?;
        if manifest != path && !gather.names(manifest) {
            left(gather, manifest, &product)?;
        }
    }
    locks(gather, &root.path, &product, pinned)
}

/// Returns the nearest root that has the manifest among its members (npm documentation, "workspaces").
fn root(gather: &Gather<'_>, path: &RepoPath) -> Result<Option<Root>> {
    for candidate in above(path, "package.json") {
        let bytes = gather.read(&candidate)?;
        let source = Source::new(&candidate, bytes.as_ref().map(|bytes| bytes.as_slice()).unwrap_or(b"{}"))?;
        let tape = Syntax::Json.read(&source)?;
        let Some(node) = tape.root() else { continue };
        let members = members_of(gather, &source, node)?;
        if members.contains(path) {
            let version = node.get(&source, "version")?.and_then(Node::scalar).map(str::to_owned);
            let name = name_of(&source, node)?;
            return Ok(Some(Root { path: candidate.clone(), name, version, members }));
        }
    }
    Ok(None)
}

/// Notes a manifest of the workspace that has the same version and that nothing says to be of the product.
fn left(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Json.read(&source)?;
    let version = tape.root().map(|root| root.get(&source, "version")).transpose()?.flatten();
    if let Some(version) = version.filter(|version| same_version(version.value(), &product.version)) {
        let text =
            format!("'version' is '{}', too, and [[version]] does not name the file, so it stays", version.value());
        gather.note(&source, version.range().start, text);
    }
    Ok(())
}
