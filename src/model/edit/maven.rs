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
    let mut product = Product { version: node.value().to_owned(), projects: Vec::new(), seen: vec![path.clone()] };
    product.projects.extend(artifact(&source, project)?);
    let spot = source.spot(node, name, Spelling::SemVer)?;
    let modules = modules(&source, project, path)?;
    gather.add(path, Syntax::Xml, tape, vec![spot]);
    modules.iter().try_for_each(|module| self::module(gather, module, &mut product))
}

/// What moves together.
struct Product {
    version: String,
    /// The artifacts that have the version: those of them that modules name as their parent.
    projects: Vec<String>,
    /// The files that were looked at, so that modules that name one another end.
    seen: Vec<RepoPath>,
}

fn artifact(source: &Source<'_>, project: Node<'_>) -> Result<Option<String>> {
    Ok(project.get(source, "artifactId")?.and_then(Node::scalar).map(str::to_owned))
}

/// Returns the files of the modules of a project.
fn modules(source: &Source<'_>, project: Node<'_>, path: &RepoPath) -> Result<Vec<RepoPath>> {
    let listed = project.get(source, "modules")?.into_iter().flat_map(Node::entries);
    let file = |name: &str| if name.ends_with(".xml") { name.to_owned() } else { format!("{name}/pom.xml") };
    Ok(listed.filter_map(|(_, module)| beside(path, &file(module.value()))).collect())
}

/// Finds what a module repeats of the version, and then the same of its own modules.
fn module(gather: &mut Gather<'_>, path: &RepoPath, product: &mut Product) -> Result<()> {
    if product.seen.contains(path) {
        return Ok(());
    }
    product.seen.push(path.clone());
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let Some(project) = tape.root().map(|root| root.get(&source, "project")).transpose()?.flatten() else {
        return Ok(());
    };
    let mut spots = Vec::new();
    let parent = project.get(&source, "parent")?;
    let parent_name = parent.map(|parent| artifact(&source, parent)).transpose()?.flatten();
    // A project whose name is not written there, and a parent without one, are taken for each other.
    let is_ours = product.projects.is_empty() || parent_name.is_none_or(|name| product.projects.contains(&name));
    let places = [
        (parent.filter(|_| is_ours).map(|parent| parent.get(&source, "version")), "project.parent.version"),
        (Some(project.get(&source, "version")), "project.version"),
    ];
    for (version, name) in places {
        let Some(version) = version.transpose()?.flatten() else { continue };
        if version.value() == product.version {
            spots.push(source.spot(version, name, Spelling::SemVer)?);
        } else if !version.value().starts_with("${") {
            gather.note(&source, version.range().start, format!("'{name}' is '{}', so it stays", version.value()));
        }
    }
    if !spots.is_empty() {
        product.projects.extend(artifact(&source, project)?);
    }
    let modules = modules(&source, project, path)?;
    gather.add(path, Syntax::Xml, tape, spots);
    modules.iter().try_for_each(|module| self::module(gather, module, product))
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
