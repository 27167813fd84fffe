//! `pyproject.toml` and the entry of the project itself in `uv.lock` and `poetry.lock` (PEP 621, PEP 440).

use super::source::Source;
use super::survey::Gather;
use super::syntax::Syntax;
use super::tape::Node;
use super::workspace::beside;
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// Finds the version of a Python project. Pre-releases are spelled as PEP 440 has it, unless one stands there otherwise.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath, spelling: Option<Spelling>) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let root = tape.root().ok_or_else(|| source.lacks("it holds nothing"))?;
    let spelling = spelling.unwrap_or(Spelling::Pep440);
    let (mut spots, mut names) = (Vec::new(), Vec::new());
    for table in [&["project"][..], &["tool", "poetry"][..]] {
        let Some(node) = root.at(&source, table)? else { continue };
        names.extend(node.get(&source, "name")?.and_then(Node::scalar).map(normal_name));
        if let Some(version) = node.get(&source, "version")? {
            spots.push(source.spot(version, format!("{}.version", table.join(".")), spelling)?);
        }
    }
    if spots.is_empty() {
        let dynamic = root.at(&source, &["project", "dynamic"])?;
        let dynamic = dynamic.into_iter().flat_map(Node::items).find(|item| item.value() == "version");
        return Err(match dynamic {
            Some(item) => source
                .obstacle(item.range().start, "the version is dynamic: it comes from another file or from a tag")
                .hint("name the file that holds it in [[version]] of patch.toml, with 'pattern'"),
            None => source.lacks("it has neither 'project.version' nor 'tool.poetry.version'"),
        });
    }
    gather.add(path, Syntax::Toml, tape, spots);
    for name in ["uv.lock", "poetry.lock"] {
        if let Some(path) = beside(path, name) {
            lock(gather, &path, &names, spelling)?;
        }
    }
    Ok(())
}

/// Finds the entry of the project: its name, and a source that is this folder.
fn lock(gather: &mut Gather<'_>, path: &RepoPath, names: &[String], spelling: Spelling) -> Result<()> {
    let Some(bytes) = gather.read(path)? else { return Ok(()) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let packages = tape.root().map(|root| root.get(&source, "package")).transpose()?.flatten();
    let mut spots = Vec::new();
    for entry in packages.into_iter().flat_map(Node::items) {
        let name = entry.get(&source, "name")?.and_then(Node::scalar).unwrap_or_default();
        let Some(origin) = entry.get(&source, "source")? else { continue };
        let here = origin.entries().any(|(key, value)| {
            matches!(key.value(), "editable" | "virtual" | "directory" | "url") && value.value() == "."
        });
        if let Some(version) = entry.get(&source, "version")?.filter(|_| here && names.contains(&normal_name(name))) {
            spots.push(source.spot(version, format!("package \"{name}\".version"), spelling)?);
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
