//! The project files of .NET, and the `Directory.Build.props` above them (MSBuild, "Common project properties").

use super::source::Source;
use super::survey::Gather;
use super::syntax::{Syntax, file_name};
use super::tape::{Node, Tape};
use super::workspace::{beside, folder};
use super::{Holds, RawSpot};
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// The properties that repeat `Version` in full.
const REPEATED: &[&str] = &["PackageVersion", "InformationalVersion", "AssemblyVersion", "FileVersion"];

/// Those that hold three or four numbers and nothing else ("AssemblyVersion format" in the documentation of .NET).
const NUMBERS: &[&str] = &["AssemblyVersion", "FileVersion"];

/// The ends of the names of project files.
const PROJECTS: &[&str] = &[".csproj", ".fsproj", ".vbproj"];

const PROPS: &str = "Directory.Build.props";

/// Finds `Version` in a project file, or else in the nearest `Directory.Build.props`, and what projects below that repeat of it.
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    gather.require(path)?;
    let (mut file, mut up, mut passed) = (Some(path.clone()), String::new(), Vec::new());
    while let Some(at) = file {
        if let Some(version) = project(gather, &at)? {
            for below in &passed {
                repeats(gather, below, &version)?;
            }
            return if file_name(&at) == PROPS { inheriting(gather, &at, &version) } else { Ok(()) };
        }
        passed.push(at);
        file = beside(path, &format!("{up}{PROPS}"));
        up.push_str("../");
    }
    Err(Error::usage(format!("neither '{path}' nor a '{PROPS}' above it sets 'Version'"))
        .hint("write <Version> there, or name the place with 'fields' in [[version]] of patch.toml"))
}

/// Finds what the projects below a `Directory.Build.props` repeat of its version, unless a nearer one sets theirs.
fn inheriting(gather: &mut Gather<'_>, props: &RepoPath, version: &str) -> Result<()> {
    let is_below = |path: &&RepoPath| {
        path.as_str().starts_with(folder(props)) && PROJECTS.iter().any(|end| path.as_str().ends_with(end))
    };
    let projects: Vec<RepoPath> = gather.paths()?.iter().filter(is_below).cloned().collect();
    for path in projects {
        if nearest(gather, &path)?.as_ref() == Some(props) {
            repeats(gather, &path, version)?;
        }
    }
    Ok(())
}

/// Returns the `Directory.Build.props` that a project has its version of; for a project that sets its own, the one it would
/// have.
fn nearest(gather: &Gather<'_>, project: &RepoPath) -> Result<Option<RepoPath>> {
    let mut up = String::new();
    while let Some(at) = beside(project, &format!("{up}{PROPS}")) {
        if let Some(bytes) = gather.read(&at)? {
            let source = Source::new(&at, &bytes)?;
            let tape = Syntax::Xml.read(&source)?;
            if !properties(&source, &tape, &["Version"])?.is_empty() {
                return Ok(Some(at));
            }
        }
        up.push_str("../");
    }
    Ok(None)
}

/// Returns the properties of these names that a project sets, in order.
fn properties<'t>(source: &Source<'_>, tape: &'t Tape<'t>, names: &[&str]) -> Result<Vec<(&'t str, Node<'t>)>> {
    let project = tape.root().map(|root| root.get(source, "Project")).transpose()?.flatten();
    let entries = project.into_iter().flat_map(Node::entries);
    let groups = entries.filter(|(key, _)| key.value() == "PropertyGroup").map(|(_, group)| group);
    let all = groups.flat_map(Node::entries).map(|(key, value)| (key.value(), value));
    Ok(all.filter(|(name, _)| names.contains(name)).collect())
}

/// Takes the version that a file sets, and what it repeats of it. Returns that version.
fn project(gather: &mut Gather<'_>, path: &RepoPath) -> Result<Option<String>> {
    let Some(bytes) = gather.read(path)? else { return Ok(None) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let found = properties(&source, &tape, &["Version"])?;
    let Some((_, version)) = found.first().copied() else { return Ok(None) };
    if let Some((_, second)) = found.get(1) {
        return Err(source.obstacle(second.range().start, "'Version' is set a second time"));
    }
    let text = version.value().to_owned();
    let mut spots = vec![source.spot(version, "Version", Spelling::SemVer)?];
    spots.extend(repeated(gather, &source, properties(&source, &tape, REPEATED)?, &text)?);
    gather.add(path, Syntax::Xml, tape, spots);
    Ok(Some(text))
}

/// Takes what a file repeats of a version that another one sets, its own `Version` included.
fn repeats(gather: &mut Gather<'_>, path: &RepoPath, version: &str) -> Result<()> {
    let Some(bytes) = gather.read(path)? else { return Ok(()) };
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let own = properties(&source, &tape, &["Version"])?;
    if own.len() == 1 && own[0].1.value() == version {
        return project(gather, path).map(drop);
    }
    if let Some((_, own)) = own.first() {
        let text = format!("'Version' is '{}' and its own, so it stays", own.value());
        gather.note(&source, own.range().start, text);
        return Ok(());
    }
    let spots = repeated(gather, &source, properties(&source, &tape, REPEATED)?, version)?;
    gather.add(path, Syntax::Xml, tape, spots);
    Ok(())
}

/// Takes those properties that are a version, and notes the others.
fn repeated(
    gather: &mut Gather<'_>,
    source: &Source<'_>,
    properties: Vec<(&str, Node<'_>)>,
    version: &str,
) -> Result<Vec<RawSpot>> {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let mut spots = Vec::new();
    for (name, node) in properties {
        let numbers = [core.to_owned(), format!("{core}.0")].iter().any(|numbers| node.value() == numbers);
        match node.value() == version {
            // The numbers of an assembly have no room for a pre-release, so that stays out of them.
            _ if numbers && NUMBERS.contains(&name) => {
                let mut range = source.scalar_range(node, name)?;
                range.end = range.start + core.len();
                spots.push(RawSpot { range, name: name.to_owned(), holds: Holds::Numbers });
            }
            true => spots.push(source.spot(node, name, Spelling::SemVer)?),
            false => {
                gather.note(source, node.range().start, format!("'{name}' is '{}', so it stays", node.value()));
            }
        }
    }
    Ok(spots)
}
