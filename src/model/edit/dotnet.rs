//! The project files of .NET, and the `Directory.Build.props` above them (MSBuild, "Common project properties").

use super::source::Source;
use super::survey::Gather;
use super::syntax::Syntax;
use super::workspace::beside;
use super::{Holds, RawSpot};
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// The properties that repeat `Version` in full.
const REPEATED: &[&str] = &["PackageVersion", "InformationalVersion", "AssemblyVersion", "FileVersion"];

/// Those that hold three or four numbers and nothing else ("AssemblyVersion format" in the documentation of .NET).
const NUMBERS: &[&str] = &["AssemblyVersion", "FileVersion"];

/// Finds `Version` in a project file, or else in the nearest `Directory.Build.props`.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    gather.require(path)?;
    let mut file = Some(path.clone());
    let mut up = String::new();
    while let Some(at) = file {
        if project(gather, &at)? {
            return Ok(());
        }
        file = beside(path, &format!("{up}Directory.Build.props"));
        up.push_str("../");
    }
    Err(Error::usage(format!("neither '{path}' nor a 'Directory.Build.props' above it sets 'Version'"))
        .hint("write <Version> there, or name the place with 'fields' in [[version]] of patch.toml"))
}

fn project(gather: &mut Gather<'_>, path: &RepoPath) -> Result<bool> {
    let Some(bytes) = gather.read(path)? else { return Ok(false) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let Some(project) = tape.root().map(|root| root.get(&source, "Project")).transpose()?.flatten() else {
        return Ok(false);
    };
    let groups = || project.entries().filter(|(key, _)| key.value() == "PropertyGroup").map(|(_, group)| group);
    let mut found: Vec<super::tape::Node<'_>> = Vec::new();
    for group in groups() {
        found.extend(group.get(&source, "Version")?);
    }
    let Some(version) = found.first().copied() else { return Ok(false) };
    if let Some(second) = found.get(1) {
        return Err(source.obstacle(second.range().start, "'Version' is set a second time"));
    }
    let mut spots = vec![source.spot(version, "Version", Spelling::SemVer)?];
    for (name, node) in groups().flat_map(|group| group.entries()) {
        if !REPEATED.contains(&name.value()) {
            continue;
        }
        let core = version.value().split(['-', '+']).next().unwrap_or_default();
        let numbers = [core.to_owned(), format!("{core}.0")].iter().any(|numbers| node.value() == numbers);
        match node.value() == version.value() {
            // The numbers of an assembly have no room for a pre-release, so that stays out of them.
            _ if numbers && NUMBERS.contains(&name.value()) => {
                let mut range = source.scalar_range(node, name.value())?;
                range.end = range.start + core.len();
                spots.push(RawSpot { range, name: name.value().to_owned(), holds: Holds::Numbers });
            }
            true => spots.push(source.spot(node, name.value(), Spelling::SemVer)?),
            false => gather.note(
                &source,
                node.range().start,
                format!("'{}' is '{}', so it stays", name.value(), node.value()),
            ),
        }
    }
    gather.add(path, Syntax::Xml, tape, spots);
    Ok(true)
}
