//! The members of a Cargo workspace (The Cargo Book, "Workspaces", "The members and exclude fields"): those that patterns choose,
//! and those that others depend on by their path.

use super::{Product, dependencies};
use crate::model::arrange::Arrange as _;
use crate::model::edit::source::Source;
use crate::model::edit::survey::Gather;
use crate::model::edit::syntax::Syntax;
use crate::model::edit::tape::Node;
use crate::model::edit::workspace::{above, beside, folder, members};
use crate::model::error::Result;
use crate::model::path::RepoPath;

/// Returns the manifests of the members that the root of a workspace chooses, in the order of their paths.
pub(super) fn members_of(gather: &Gather<'_>, source: &Source<'_>, root: Node<'_>) -> Result<Vec<RepoPath>> {
    let mut patterns: Vec<(usize, String)> = Vec::new();
    for (key, mark) in [("members", ""), ("exclude", "!")] {
        let list = root.at(source, &["workspace", key])?;
        let items = list.into_iter().flat_map(Node::items);
        patterns.extend(items.filter_map(|item| Some((item.range().start, format!("{mark}{}", item.scalar()?)))));
    }
    let patterns: Vec<(usize, &str)> = patterns.iter().map(|(at, text)| (*at, text.as_str())).collect();
    let mut found = members(gather, source, &patterns, "Cargo.toml")?;
    if root.get(source, "workspace")?.is_some() {
        let excluded = patterns.iter().filter_map(|(_, pattern)| pattern.strip_prefix('!'));
        let excluded: Vec<String> =
            excluded.map(|path| format!("{}{}/", folder(source.path), path.trim_end_matches('/'))).collect();
        by_path(gather, (source, root), &excluded, &mut found)?;
    }
    Ok(found)
}

/// Adds the packages in the folder of the workspace that members depend on by their path, which are members, too.
fn by_path(
    gather: &Gather<'_>,
    (source, root): (&Source<'_>, Node<'_>),
    excluded: &[String],
    found: &mut Vec<RepoPath>,
) -> Result<()> {
    let shared = root.at(source, &["workspace", "dependencies"])?;
    let mut open = vec![source.path.clone()];
    open.extend(found.iter().cloned());
    while let Some(manifest) = open.pop() {
        let Some(bytes) = gather.read(&manifest)? else { continue };
        let member = Source::new(&manifest, &bytes)?;
        let tape = Syntax::Toml.read(&member)?;
        let Some(top) = tape.root() else { continue };
        for (key, entry) in dependencies(&member, top)?.into_iter().flat_map(|(_, table)| table.entries()) {
            let own = entry.get(&member, "path")?.and_then(Node::scalar).map(|path| (&manifest, path));
            let inherits = entry.get(&member, "workspace")?.is_some();
            let inherited = match shared.filter(|_| inherits) {
                Some(shared) => shared.at(source, &[key.value(), "path"])?.and_then(Node::scalar),
                None => None,
            };
            let at = own.or(inherited.map(|path| (source.path, path)));
            let path = at.and_then(|(from, path)| beside(from, &format!("{path}/Cargo.toml")));
            let is_inside = |path: &RepoPath| {
                path.as_str().starts_with(folder(source.path))
                    && !excluded.iter().any(|folder| path.as_str().starts_with(folder.as_str()))
            };
            let Some(path) = path.filter(is_inside).filter(|path| path != source.path) else { continue };
            if !found.contains(&path) && gather.read(&path)?.is_some() {
                found.push(path.clone());
                open.push(path);
            }
        }
    }
    found.arrange();
    Ok(())
}

/// Returns the other manifests of the workspace above a member that is configured alone, since they may require it. Those of
/// the same version are noted, unless [[version]] names them, too.
pub(super) fn siblings(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<Vec<RepoPath>> {
    for candidate in above(path, "Cargo.toml") {
        let Some(bytes) = gather.read(&candidate)? else { continue };
        let source = Source::new(&candidate, &bytes)?;
        let tape = Syntax::Toml.read(&source)?;
        let Some(root) = tape.root() else { continue };
        if root.get(&source, "workspace")?.is_none() {
            continue;
        }
        let mut others = members_of(gather, &source, root)?;
        if !others.contains(path) {
            return Ok(Vec::new());
        }
        others.retain(|member| member != path);
        others.push(candidate.clone());
        // A root that is named leads to all members of its version.
        let leads = gather.names(&candidate) && root_version(&source, root)?.as_deref() == Some(&product.version);
        for member in others.iter().filter(|_| !leads) {
            left(gather, member, product)?;
        }
        return Ok(others);
    }
    Ok(Vec::new())
}

fn root_version(source: &Source<'_>, root: Node<'_>) -> Result<Option<String>> {
    let package = root.at(source, &["package", "version"])?.and_then(Node::scalar);
    let shared = root.at(source, &["workspace", "package", "version"])?.and_then(Node::scalar);
    Ok(package.or(shared).map(str::to_owned))
}

/// Notes a manifest of the workspace that has the same version and that nothing says to be of the product.
fn left(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let Some(root) = tape.root().filter(|_| !gather.names(path)) else { return Ok(()) };
    for keys in [&["package", "version"][..], &["workspace", "package", "version"]] {
        let node = root.at(&source, keys)?.filter(|node| node.scalar() == Some(&product.version));
        if let Some(node) = node {
            let name = keys.join(".");
            let text =
                format!("'{name}' is '{}', too, and [[version]] does not name the file, so it stays", node.value());
            gather.note(&source, node.range().start, text);
        }
    }
    Ok(())
}
