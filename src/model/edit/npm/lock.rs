//! `package-lock.json` and `npm-shrinkwrap.json` (npm documentation, "package-lock.json").

use super::Product;
use super::pins::Pins;
use crate::model::edit::source::Source;
use crate::model::edit::survey::Gather;
use crate::model::edit::syntax::Syntax;
use crate::model::edit::tape::Node;
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// Finds what a lock file says about the product itself: never an entry of another package, whatever its version. Version 1
/// of the format has the version once; versions 2 and 3 repeat it for the root and for each member in `packages`.
///
/// # Errors
/// The format is none of these three.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<bool> {
    let Some(bytes) = gather.read(path)? else { return Ok(false) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Json.read(&source)?;
    let Some(root) = tape.root() else { return Ok(false) };
    known_format(&source, root)?;
    name(gather, &source, root, product)?;
    let mut spots = Vec::new();
    let root_moves = product.folders.iter().any(|(folder, moves)| folder.is_empty() && *moves);
    if let Some(version) = root.get(&source, "version")?.filter(|_| root_moves) {
        spots.push(source.spot(version, "version", Spelling::SemVer)?);
    }
    let mut pins = Pins::of(&source, product);
    if let Some(packages) = root.get(&source, "packages")? {
        for (folder, moves) in &product.folders {
            let Some(entry) = packages.get(&source, folder)? else { continue };
            let at = format!("packages[\"{folder}\"].");
            if let Some(version) = entry.get(&source, "version")?.filter(|_| *moves) {
                spots.push(source.spot(version, format!("{at}version"), Spelling::SemVer)?);
            }
            pins.package(entry, &at)?;
        }
    }
    if let Some(legacy) = root.get(&source, "dependencies")? {
        for (name, entry) in legacy.entries() {
            let is_member = entry.get(&source, "version")?.is_some_and(|version| {
                version.value().strip_prefix("file:").is_some_and(|at| product.folders.iter().any(|(f, _)| f == at))
            });
            if let Some(requires) = entry.get(&source, "requires")?.filter(|_| is_member) {
                pins.entries(requires, &format!("dependencies[\"{}\"].requires", name.value()))?;
            }
        }
    }
    // What stays of the pins is noted of the manifests, which the lock file repeats.
    spots.extend(pins.spots);
    gather.add(path, Syntax::Json, tape, spots);
    Ok(true)
}

/// Refuses a format that came after those that are known. The first ones had no number.
fn known_format(source: &Source<'_>, root: Node<'_>) -> Result<()> {
    match root.get(source, "lockfileVersion")? {
        Some(format) if !matches!(format.value(), "1" | "2" | "3") => {
            let message = format!("'lockfileVersion' is '{}', and only 1, 2 and 3 are known", format.value());
            Err(source
                .obstacle(format.range().start, message)
                .hint("write the file in a known format: npm install --package-lock-only --lockfile-version=3"))
        }
        Some(_) | None => Ok(()),
    }
}

/// Notes a name that is not the manifest's: it stays, and npm corrects it whenever it writes the file.
fn name(gather: &mut Gather<'_>, source: &Source<'_>, root: Node<'_>, product: &Product) -> Result<()> {
    if let (Some(name), Some(own)) = (root.get(source, "name")?, &product.root)
        && name.value() != own
    {
        let text = format!(
            "'name' is '{}', but that of the package is '{own}'; it stays, and 'npm install --package-lock-only' corrects it",
            name.value()
        );
        gather.note(source, name.range().start, text);
    }
    Ok(())
}
