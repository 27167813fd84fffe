//! `pyproject.toml`, the members of a uv workspace, and the entries of these projects in `uv.lock` and `poetry.lock` (PEP 621,
//! PEP 440; uv documentation, "Using workspaces").

mod lock;
mod pins;

use super::source::{Missing, Source, same_version};
use super::survey::Gather;
use super::syntax::Syntax;
use super::tape::Node;
use super::workspace::{folder, members};
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// What moves together.
struct Product {
    version: String,
    spelling: Spelling,
    /// Each project with its name in normal form and its folder: empty at the root, else with a slash at its end.
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
    let Some(version) = version else { return Err(source.missing(missing(&source, root)?)) };
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
            pins::gather(gather, manifest, &product)?;
        }
    }
    // A member may be configured alone; the lock file is at the root of its workspace.
    let mut at = folder(path);
    loop {
        for name in ["uv.lock", "poetry.lock"] {
            let lock = format!("{at}{name}").parse().expect("because a folder of a path and a name are a path");
            lock::gather(gather, &lock, &product)?;
        }
        if at.is_empty() {
            return Ok(());
        }
        at = at.trim_end_matches('/').rfind('/').map(|end| &at[..=end]).unwrap_or_default();
    }
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

/// Says what stands where the version would.
pub(super) fn missing(source: &Source<'_>, root: Node<'_>) -> Result<Missing> {
    let dynamic = root.at(source, &["project", "dynamic"])?;
    let dynamic = dynamic.into_iter().flat_map(Node::items).find(|item| item.value() == "version");
    Ok(match dynamic {
        Some(item) => Missing::here(item, "the version is dynamic: it comes from another file or from a tag"),
        None => Missing::nothing("it has neither 'project.version' nor 'tool.poetry.version'"),
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
        if same_version(node.value(), &product.version) || path == root_path {
            spots.push(source.spot(node, name, product.spelling)?);
        } else if normal_version(node.value()).is_some_and(|normal| same_version(&normal, &product.version)) {
            let message = format!(
                "'{name}' is '{}', another spelling of '{}' that cannot be edited exactly",
                node.value(),
                product.version
            );
            return Err(source.obstacle(node.range().start, message).hint("write it in the normal form of PEP 440"));
        } else {
            let text = format!("'{name}' is '{}' and its own, so it stays", node.value());
            gather.note(&source, node.range().start, text);
        }
    }
    if !spots.is_empty() {
        for keys in [&["project", "name"][..], &["tool", "poetry", "name"][..]] {
            let name = root.at(&source, keys)?.and_then(Node::scalar);
            product.projects.extend(name.map(|name| (normal_name(name), folder(path).to_owned())));
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

/// Returns the normal form of a version with three numbers and at most a pre-release (PEP 440, "Normalization"). `None`: it is
/// no such version.
fn normal_version(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_prefix('v').unwrap_or(&text);
    let is_separator = |c: char| matches!(c, '.' | '-' | '_');
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let numbers = text[..end].trim_end_matches('.').split('.').map(|number| number.parse::<u64>().ok());
    let mut numbers: Vec<u64> = numbers.collect::<Option<_>>()?;
    while numbers.len() > 3 && numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers.resize(numbers.len().max(3), 0);
    let core = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
    let rest = text[end..].trim_start_matches(is_separator);
    if rest.is_empty() {
        return Some(core);
    }
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let phase = match &rest[..rest.len() - digits.len()] {
        "a" | "alpha" => "a",
        "b" | "beta" => "b",
        "c" | "rc" | "pre" | "preview" => "rc",
        _ => return None,
    };
    let digits = digits.trim_start_matches(is_separator);
    let number: u64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    Some(format!("{core}{phase}{number}"))
}
