//! `pyproject.toml`, the members of a uv workspace, and the entries of these projects in `uv.lock` and `poetry.lock` (PEP 621,
//! PEP 440; uv documentation, "Using workspaces").

use super::source::Source;
use super::survey::Gather;
use super::syntax::Syntax;
use super::tape::Node;
use super::workspace::{beside, folder, members};
use super::{Holds, RawSpot};
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// What moves together.
struct Product {
    version: String,
    spelling: Spelling,
    /// Each project with its name in normal form and its folder below the root, `.` for the root itself.
    projects: Vec<(String, String)>,
}

/// Finds the version of a Python project, of those members of its workspace that have the same, exact pins of one of them in
/// another, and their entries in the lock files. Pre-releases are spelled as PEP 440 has it, unless one stands there otherwise.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath, spelling: Option<Spelling>) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let root = tape.root().ok_or_else(|| source.lacks("it holds nothing"))?;
    let version = versions(&source, root)?.into_iter().next().map(|(_, node)| node.value().to_owned());
    let Some(version) = version else { return Err(no_version(&source, root)?) };
    let mut product = Product { version, spelling: spelling.unwrap_or(Spelling::Pep440), projects: Vec::new() };
    let patterns = patterns(&source, root)?;
    let chosen: Vec<(usize, &str)> = patterns.iter().map(|(at, text)| (*at, text.as_str())).collect();
    let mut manifests = vec![path.clone()];
    manifests.extend(members(gather, &source, &chosen, "pyproject.toml")?);
    for manifest in &manifests {
        own(gather, path, manifest, &mut product)?;
    }
    if manifests.len() > 1 {
        for manifest in &manifests {
            pins(gather, manifest, &product)?;
        }
    }
    for name in ["uv.lock", "poetry.lock"] {
        if let Some(path) = beside(path, name) {
            lock(gather, &path, &product)?;
        }
    }
    Ok(())
}

/// Returns the versions that a project states, each with the name of its place.
fn versions<'t>(source: &Source<'_>, root: Node<'t>) -> Result<Vec<(String, Node<'t>)>> {
    let mut found = Vec::new();
    for table in [&["project"][..], &["tool", "poetry"][..]] {
        let Some(node) = root.at(source, table)? else { continue };
        found.extend(node.get(source, "version")?.map(|version| (format!("{}.version", table.join(".")), version)));
    }
    Ok(found)
}

fn no_version(source: &Source<'_>, root: Node<'_>) -> Result<crate::model::error::Error> {
    let dynamic = root.at(source, &["project", "dynamic"])?;
    let dynamic = dynamic.into_iter().flat_map(Node::items).find(|item| item.value() == "version");
    Ok(match dynamic {
        Some(item) => source
            .obstacle(item.range().start, "the version is dynamic: it comes from another file or from a tag")
            .hint("name the file that holds it in [[version]] of patch.toml, with 'pattern'"),
        None => source.lacks("it has neither 'project.version' nor 'tool.poetry.version'"),
    })
}

/// Returns the patterns of the workspace, those that leave folders out last and with a `!` in front.
fn patterns(source: &Source<'_>, root: Node<'_>) -> Result<Vec<(usize, String)>> {
    let mut all = Vec::new();
    for (key, mark) in [("members", ""), ("exclude", "!")] {
        let list = root.at(source, &["tool", "uv", "workspace", key])?;
        let items = list.into_iter().flat_map(Node::items);
        all.extend(items.filter_map(|item| Some((item.range().start, format!("{mark}{}", item.scalar()?)))));
    }
    Ok(all)
}

/// Takes a project into the product if it has the product's version, and notes it otherwise.
fn own(gather: &mut Gather<'_>, root_path: &RepoPath, path: &RepoPath, product: &mut Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let Some(root) = tape.root() else { return Ok(()) };
    let mut spots = Vec::new();
    for (name, node) in versions(&source, root)? {
        if node.value() == product.version || path == root_path {
            spots.push(source.spot(node, name, product.spelling)?);
        } else {
            let text = format!("'{name}' is '{}' and its own, so it stays", node.value());
            gather.note(&source, node.range().start, text);
        }
    }
    if !spots.is_empty() {
        let below = folder(path).strip_prefix(folder(root_path)).unwrap_or(folder(path)).trim_end_matches('/');
        let at = if below.is_empty() { "." } else { below };
        for keys in [&["project", "name"][..], &["tool", "poetry", "name"][..]] {
            let name = root.at(&source, keys)?.and_then(Node::scalar);
            product.projects.extend(name.map(|name| (normal_name(name), at.to_owned())));
        }
    }
    gather.add(path, Syntax::Toml, tape, spots);
    Ok(())
}

/// Finds what a member asks for of another one in exactly the version of the product: `godel-core==2.0.0` (PEP 508).
fn pins(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let Some(root) = tape.root() else { return Ok(()) };
    let mut lists: Vec<Node<'_>> = root.at(&source, &["project", "dependencies"])?.into_iter().collect();
    for table in [&["project", "optional-dependencies"][..], &["dependency-groups"][..]] {
        let groups = root.at(&source, table)?;
        lists.extend(groups.into_iter().flat_map(|groups| groups.entries().map(|(_, list)| list)));
    }
    let mut spots = Vec::new();
    for item in lists.into_iter().flat_map(Node::items) {
        let text = item.value();
        let Some((front, rest)) = text.split_once("==") else { continue };
        let name = front.split(['[', ' ']).next().unwrap_or_default();
        let known = product.projects.iter().any(|(project, _)| *project == normal_name(name));
        let behind = rest.trim_start();
        let pinned = behind.split([';', ',', ' ']).next().unwrap_or_default();
        if known && pinned == product.version {
            let label = format!("the requirement '{name}'");
            let whole = source.scalar_range(item, &label)?;
            let start = whole.start + text.len() - behind.len();
            let range = start..start + pinned.len();
            spots.push(RawSpot { range, name: label, holds: Holds::Version(product.spelling) });
        }
    }
    gather.add(path, Syntax::Toml, tape, spots);
    Ok(())
}

/// Finds the entries of the product's projects: the name, and a source that is the project's folder.
fn lock(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let Some(bytes) = gather.read(path)? else { return Ok(()) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let packages = tape.root().map(|root| root.get(&source, "package")).transpose()?.flatten();
    let mut spots = Vec::new();
    for entry in packages.into_iter().flat_map(Node::items) {
        let name = entry.get(&source, "name")?.and_then(Node::scalar).unwrap_or_default();
        let Some(origin) = entry.get(&source, "source")? else { continue };
        let in_folder = origin.get(&source, "type")?.is_some_and(|kind| kind.value() == "directory");
        let is_own = origin.entries().any(|(key, value)| {
            let at = value.value().trim_start_matches("./").trim_end_matches('/');
            let at = if at.is_empty() { "." } else { at };
            let is_folder = match key.value() {
                "editable" | "virtual" | "directory" => true,
                "url" => in_folder,
                _ => false,
            };
            is_folder && product.projects.iter().any(|(project, place)| *project == normal_name(name) && place == at)
        });
        if let Some(version) = entry.get(&source, "version")?.filter(|_| is_own) {
            spots.push(source.spot(version, format!("package \"{name}\".version"), product.spelling)?);
        }
    }
    gather.add(path, Syntax::Toml, tape, spots);
    Ok(())
}

/// Returns the normal form of a name (PEP 503).
fn normal_name(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}
