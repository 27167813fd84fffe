//! `pom.xml` with its modules, and the build files of Gradle.

use super::RawSpot;
use super::source::Source;
use super::survey::Gather;
use super::syntax::{Syntax, file_name};
use super::tape::Node;
use super::workspace::beside;
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;

/// Finds the version of a project and what its modules repeat of it (Maven, "POM Reference").
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let project = tape.root().map(|root| root.get(&source, "project")).transpose()?.flatten();
    let project = project.ok_or_else(|| source.lacks("it has no 'project'"))?;
    let version = project.get(&source, "version")?.ok_or_else(|| source.lacks("it has no 'project.version'"))?;
    let property = version.value().strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let (node, name) = match property {
        None => (version, "project.version".to_owned()),
        Some(property) => {
            let node = project.at(&source, &["properties", property])?;
            let missing =
                || source.obstacle(version.range().start, format!("'project.properties.{property}' is not there"));
            (node.ok_or_else(missing)?, format!("project.properties.{property}"))
        }
    };
    let old = node.value().to_owned();
    let spot = source.spot(node, name, Spelling::SemVer)?;
    let modules = project.get(&source, "modules")?;
    let names: Vec<String> =
        modules.into_iter().flat_map(Node::entries).map(|(_, module)| module.value().to_owned()).collect();
    gather.add(path, Syntax::Xml, tape, vec![spot]);
    for module in names {
        let file = if module.ends_with(".xml") { module } else { format!("{module}/pom.xml") };
        if let Some(path) = beside(path, &file) {
            self::module(gather, &path, &old)?;
        }
    }
    Ok(())
}

fn module(gather: &mut Gather<'_>, path: &RepoPath, old: &str) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let Some(project) = tape.root().map(|root| root.get(&source, "project")).transpose()?.flatten() else {
        return Ok(());
    };
    let mut spots = Vec::new();
    for (keys, name) in [(&["parent", "version"][..], "project.parent.version"), (&["version"][..], "project.version")]
    {
        let Some(version) = project.at(&source, keys)? else { continue };
        if version.value() == old {
            spots.push(source.spot(version, name, Spelling::SemVer)?);
        } else if !version.value().starts_with("${") {
            gather.note(&source, version.range().start, format!("'{name}' is '{}', so it stays", version.value()));
        }
    }
    gather.add(path, Syntax::Xml, tape, spots);
    Ok(())
}

/// Finds the version in the build script of Gradle and in the `gradle.properties` beside it.
pub(super) fn gather_gradle(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    let mut found = false;
    let properties = beside(path, "gradle.properties");
    let script = (file_name(path) != "gradle.properties").then_some((path.clone(), Syntax::Gradle));
    for (path, syntax) in script.into_iter().chain(properties.map(|path| (path, Syntax::Properties))) {
        let Some(bytes) = gather.read(&path)? else { continue };
        let source = Source::new(&path, &bytes)?;
        let tape = syntax.read(&source)?;
        let node = tape.root().map(|root| root.get(&source, "version")).transpose()?.flatten();
        let spots: Vec<RawSpot> =
            node.map(|node| source.spot(node, "version", Spelling::SemVer)).into_iter().collect::<Result<_>>()?;
        found |= !spots.is_empty();
        gather.add(&path, syntax, tape, spots);
    }
    match found {
        true => Ok(()),
        false => {
            let bytes = gather.require(path)?;
            Err(Source::new(path, &bytes)?.lacks("neither it nor the 'gradle.properties' beside it sets 'version'"))
        }
    }
}
