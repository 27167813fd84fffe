//! The entries of the product's projects in `uv.lock` and `poetry.lock`.

use super::pins::asks;
use super::{Product, normal_name};
use crate::model::edit::asked::Asks;
use crate::model::edit::source::Source;
use crate::model::edit::survey::Gather;
use crate::model::edit::syntax::Syntax;
use crate::model::edit::tape::Node;
use crate::model::edit::workspace::{beside, folder};
use crate::model::edit::{Holds, RawSpot};
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// Finds the entries of the product's projects: the name, and a source that is the project's folder. In them, and in what
/// holds for the whole file, exact requirements of one another are repeated. Lock files spell versions in the normal form of
/// PEP 440, however the project does.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let Some(bytes) = gather.read(path)? else { return Ok(()) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Toml.read(&source)?;
    let Some(root) = tape.root() else { return Ok(()) };
    let mut spots = Vec::new();
    let mut lists = Vec::new();
    for entry in root.get(&source, "package")?.into_iter().flat_map(Node::items) {
        let name = entry.get(&source, "name")?.and_then(Node::scalar).unwrap_or_default();
        if !is_own(&source, entry, name, product)? {
            continue;
        }
        if let Some(version) = entry.get(&source, "version")? {
            spots.push(source.spot(version, format!("package \"{name}\".version"), Spelling::Pep440)?);
        }
        lists.extend(entry.at(&source, &["metadata", "requires-dist"])?);
        let groups = entry.at(&source, &["metadata", "requires-dev"])?;
        lists.extend(groups.into_iter().flat_map(|groups| groups.entries().map(|(_, list)| list)));
    }
    for kind in ["constraints", "overrides", "build-constraints"] {
        lists.extend(root.at(&source, &["manifest", kind])?);
    }
    for item in lists.into_iter().flat_map(Node::items) {
        let name = item.get(&source, "name")?.and_then(Node::scalar).unwrap_or_default();
        let Some(specifier) = item.get(&source, "specifier")?.filter(|_| product.has(name)) else { continue };
        if let Asks::Exactly(inside) = asks(specifier.value(), &product.version) {
            let name = format!("the requirement '{name}'");
            let start = source.scalar_range(specifier, &name)?.start;
            let range = start + inside.start..start + inside.end;
            spots.push(RawSpot { range, name, holds: Holds::Version(Spelling::Pep440) });
        }
    }
    gather.add(path, Syntax::Toml, tape, spots);
    Ok(())
}

/// Says whether an entry is one of the product's projects.
fn is_own(source: &Source<'_>, entry: Node<'_>, name: &str, product: &Product) -> Result<bool> {
    let Some(origin) = entry.get(source, "source")? else { return Ok(false) };
    let in_folder = origin.get(source, "type")?.is_some_and(|kind| kind.value() == "directory");
    Ok(origin.entries().any(|(key, value)| {
        let is_folder = match key.value() {
            "editable" | "virtual" | "directory" => true,
            "url" => in_folder,
            _ => false,
        };
        let manifest = beside(source.path, &format!("{}/pyproject.toml", value.value())).filter(|_| is_folder);
        let is = |place: &str| manifest.as_ref().is_some_and(|manifest| folder(manifest) == place);
        product.projects.iter().any(|(project, place)| *project == normal_name(name) && is(place))
    }))
}
