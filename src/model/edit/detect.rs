//! Knows the files in which versions stand by their names, and gives each to its reader.

use super::source::{Missing, Source};
use super::survey::Gather;
use super::syntax::{Syntax, file_name};
use super::tape::{Tape, What};
use super::{cargo, chart, dotnet, gradle, image, maven, npm, python};
use crate::model::config::{DocumentSelector, VersionFile, VersionSpot};
use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// The well-known files that are looked for at the root, the ones that tell the version of a product best first.
const WELL_KNOWN: &[&str] = &[
    "package.json",
    "Cargo.toml",
    "pyproject.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    GRADLE_PROPERTIES,
    "Directory.Build.props",
    "composer.json",
    "VERSION",
    "Chart.yaml",
];

/// Holds the version of a Gradle project whose build script has none; one that has leads to it too.
const GRADLE_PROPERTIES: &str = "gradle.properties";

/// Finds the well-known files at the root that hold a version, and notes that once. What stands in the others is noted too.
pub(super) fn well_known(gather: &mut Gather<'_>) -> Result<Vec<VersionFile>> {
    let mut found: Vec<VersionFile> = Vec::new();
    let mut without = Vec::new();
    for name in WELL_KNOWN {
        let path: RepoPath = name.parse().expect("because the names are paths");
        let Some(bytes) = gather.read(&path)? else { continue };
        let source = Source::new(&path, &bytes)?;
        match missing(&source, name)? {
            None if name == &GRADLE_PROPERTIES && found.iter().any(|file| is_gradle_script(&file.path)) => {}
            None => found.push(VersionFile { path, spot: VersionSpot::ByFormat, document: None, spelling: None }),
            Some(missing) => without.push((path, missing)),
        }
    }
    if let Some((first, others)) = found.split_first() {
        let others: String = others.iter().map(|file: &VersionFile| format!(" and '{}'", file.path)).collect();
        let text = format!("it{others} was found by name, since patch.toml names no file in [[version]]");
        gather.note_file(&first.path, if others.is_empty() { text } else { text.replace(" was ", " were ") });
    }
    let in_properties = found.iter().any(|file| file_name(&file.path) == GRADLE_PROPERTIES);
    for (path, Missing { offset, text }) in without {
        // Properties are there for many reasons; where they hold the version, the script has none, as it should.
        let usual = is_gradle_script(&path) && offset.is_none() && in_properties;
        if usual || file_name(&path) == GRADLE_PROPERTIES {
            continue;
        }
        let bytes = gather.require(&path)?;
        let source = Source::new(&path, &bytes)?;
        let text = match found.is_empty() {
            true => format!("{text}; name where the version stands in [[version]] of patch.toml"),
            false => format!("{text}, so nothing in it moves"),
        };
        match offset {
            Some(offset) => gather.note(&source, offset, text),
            None => gather.note_file(&path, text),
        }
    }
    Ok(found)
}

/// Says what stands in a well-known file instead of a version, if it holds none: many a `package.json` or `pyproject.toml` is
/// there for other reasons.
fn missing(source: &Source<'_>, name: &str) -> Result<Option<Missing>> {
    if is_gradle_script(source.path) {
        return gradle_missing(source);
    }
    let keys: &[&[&str]] = match name {
        "package.json" | "composer.json" | GRADLE_PROPERTIES => &[&["version"]],
        "Cargo.toml" => &[&["workspace", "package", "version"]],
        "pyproject.toml" => &[&["project", "version"], &["tool", "poetry", "version"]],
        "pom.xml" => &[&["project", "version"]],
        "Directory.Build.props" => {
            let sets = source.text.contains("<Version>");
            return Ok((!sets).then(|| Missing::nothing("it sets no 'Version'")));
        }
        _ => return Ok(None),
    };
    let nothing = || Ok(Some(Missing::nothing("it holds nothing")));
    let Some(syntax) = Syntax::of_path(source.path) else { return nothing() };
    let tape = syntax.read(source)?;
    let Some(root) = tape.root() else { return nothing() };
    for keys in keys {
        if root.at(source, keys)?.is_some() {
            return Ok(None);
        }
    }
    match (name, root.get(source, "project")?) {
        ("Cargo.toml", _) => {
            let own = root.at(source, &["package", "version"])?.filter(|node| node.what() != What::Map);
            Ok(if own.is_some() { None } else { Some(cargo::missing(source, root)?) })
        }
        ("pyproject.toml", _) => python::missing(source, root).map(Some),
        ("pom.xml", Some(project)) => maven::missing(source, project).map(Some),
        ("pom.xml", None) => Ok(Some(Missing::nothing("it has no 'project'"))),
        _ => Ok(Some(npm::missing())),
    }
}

fn gradle_missing(source: &Source<'_>) -> Result<Option<Missing>> {
    let tape = Syntax::Gradle.read(source)?;
    let version = tape.root().map(|root| root.get(source, "version")).transpose()?.flatten();
    Ok(match version {
        None => Some(Missing::nothing("it sets no 'version' to a text")),
        Some(node) if node.what() == What::Text => None,
        Some(node) => Some(Missing::here(node, "'version' is worked out by the script")),
    })
}

fn is_gradle_script(path: &RepoPath) -> bool {
    matches!(file_name(path), "build.gradle" | "build.gradle.kts")
}

/// Finds the spots of one configured file.
pub(super) fn gather(gather: &mut Gather<'_>, file: &VersionFile) -> Result<()> {
    match &file.spot {
        VersionSpot::Image(name) => image::gather(gather, &file.path, name),
        VersionSpot::Pattern { pattern, count } => {
            let bytes = gather.require(&file.path)?;
            let source = Source::new(&file.path, &bytes)?;
            let syntax = Syntax::Pattern(pattern.clone());
            let tape = syntax.read(&source)?;
            let expected = count.get() as usize;
            if tape.len() != expected {
                let found = tape.len();
                return Err(source
                    .lacks(format!("'{pattern}' stands in it {found} times, not {expected}"))
                    .hint("correct 'pattern' or 'count' in [[version]] of patch.toml"));
            }
            let spelling = file.spelling.unwrap_or(Spelling::SemVer);
            let spots = tape.nodes().map(|node| source.spot(node, pattern.to_string(), spelling));
            let spots = spots.collect::<Result<_>>()?;
            gather.add(&file.path, syntax, tape, spots);
            Ok(())
        }
        VersionSpot::Fields(_) if chart::is_chart(file) => chart::gather(gather, file),
        VersionSpot::Fields(fields) => {
            let bytes = gather.require(&file.path)?;
            let source = Source::new(&file.path, &bytes)?;
            let syntax = Syntax::of_path(&file.path).ok_or_else(|| no_format(&file.path))?;
            let tape = syntax.read(&source)?;
            let root = document(&source, &tape, file.document.as_ref())?;
            let mut spots = Vec::new();
            for field in fields {
                let node = root.follow(&source, field)?.ok_or_else(|| {
                    source
                        .lacks(format!("it has no '{field}'"))
                        .hint("correct 'fields' in [[version]] of patch.toml, or write it there")
                })?;
                spots.push(source.tag_spot(node, field.to_string(), file.spelling.unwrap_or(Spelling::SemVer))?);
            }
            gather.add(&file.path, syntax, tape, spots);
            Ok(())
        }
        VersionSpot::ByFormat => by_format(gather, file),
    }
}

/// Chooses the document of a file that is meant.
///
/// # Errors
/// There are several and none is chosen, or the chosen one is not there or there twice.
pub(super) fn document<'t>(
    source: &Source<'_>,
    tape: &'t Tape<'t>,
    selector: Option<&DocumentSelector>,
) -> Result<super::tape::Node<'t>> {
    let count = tape.roots().count();
    let content = |at: usize| {
        tape.roots()
            .nth(at)
            .map(|root| root.children().next().filter(|_| root.what() == What::Document).unwrap_or(root))
    };
    let chosen = match selector {
        None if count > 1 => {
            let message = format!("it holds {count} documents; say which with 'document' in [[version]] of patch.toml");
            return Err(source.lacks(message));
        }
        None => content(0),
        Some(DocumentSelector::Position(number)) => content(number.get() as usize - 1),
        Some(DocumentSelector::Object { kind, name }) => {
            let mut found = Vec::new();
            for node in (0..count).filter_map(content) {
                let is = |value: Option<super::tape::Node<'_>>, expected: &str| {
                    value.and_then(|v| v.scalar()) == Some(expected)
                };
                if is(node.get(source, "kind")?, kind) && is(node.at(source, &["metadata", "name"])?, name) {
                    found.push(node);
                }
            }
            if found.len() > 1 {
                return Err(source.obstacle(found[1].range().start, format!("there is a second '{kind}/{name}'")));
            }
            found.pop()
        }
    };
    chosen.ok_or_else(|| source.lacks("the document that [[version]] of patch.toml names is not in it"))
}

fn by_format(gather: &mut Gather<'_>, file: &VersionFile) -> Result<()> {
    match file_name(&file.path) {
        "package.json" => npm::gather(gather, &file.path),
        "Chart.yaml" | "Chart.yml" => chart::gather(gather, file),
        "Cargo.toml" => cargo::gather(gather, &file.path),
        "pyproject.toml" => python::gather(gather, &file.path, file.spelling),
        "pom.xml" => maven::gather(gather, &file.path),
        "build.gradle" | "build.gradle.kts" | "gradle.properties" => gradle::gather(gather, &file.path),
        "composer.json" => {
            let bytes = gather.require(&file.path)?;
            let source = Source::new(&file.path, &bytes)?;
            let tape = Syntax::Json.read(&source)?;
            let node = tape.root().map(|root| root.get(&source, "version")).transpose()?.flatten();
            let node = node.ok_or_else(|| source.missing(npm::missing()))?;
            // "Versions" of the documentation of Composer lets a `v` stand in front.
            let spot = source.tag_spot(node, "version", file.spelling.unwrap_or(Spelling::SemVer))?;
            gather.add(&file.path, Syntax::Json, tape, vec![spot]);
            Ok(())
        }
        name if [".csproj", ".fsproj", ".vbproj", ".props"].iter().any(|end| name.ends_with(end)) => {
            dotnet::gather(gather, &file.path)
        }
        name if name.eq_ignore_ascii_case("VERSION") || name.eq_ignore_ascii_case("VERSION.txt") => {
            let bytes = gather.require(&file.path)?;
            let source = Source::new(&file.path, &bytes)?;
            let tape = Syntax::Word.read(&source)?;
            let spelling = file.spelling.unwrap_or(Spelling::SemVer);
            let spots = tape.nodes().map(|node| source.tag_spot(node, "the version", spelling));
            let spots = spots.collect::<Result<_>>()?;
            gather.add(&file.path, Syntax::Word, tape, spots);
            Ok(())
        }
        _ => Err(no_format(&file.path)),
    }
}

fn no_format(path: &RepoPath) -> Error {
    Error::usage(format!("the name of '{path}' does not tell where its version stands"))
        .hint("add 'pattern', 'fields' or 'image' to its [[version]] in patch.toml, see docs/configuration.md")
}
