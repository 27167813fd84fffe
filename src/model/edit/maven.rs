//! `pom.xml` with its modules.

mod dependencies;

use std::collections::BTreeMap;

use super::source::{Missing, Source, same_version};
use super::survey::Gather;
use super::syntax::Syntax;
use super::tape::Node;
use super::workspace::beside;
use crate::model::arrange::InOrder as _;
use crate::model::error::Result;
use crate::model::path::RepoPath;
use crate::model::version::Spelling;
use dependencies::Dependencies;

/// Finds the version of a project and what its modules repeat of it (Maven, "POM Reference").
pub(super) fn gather(gather: &mut Gather<'_>, path: &RepoPath) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let project = tape.root().map(|root| root.get(&source, "project")).transpose()?.flatten();
    let project = project.ok_or_else(|| source.lacks("it has no 'project'"))?;
    let Some(version) = project.get(&source, "version")? else {
        return Err(source.missing(missing(&source, project)?));
    };
    let (node, name, property) = place(&source, project, version)?;
    let properties = project.get(&source, "properties")?.into_iter().flat_map(Node::entries);
    let mut product = Product {
        version: node.value().to_owned(),
        property: property.map(str::to_owned),
        properties: properties.map(|(key, value)| (key.value().to_owned(), value.value().to_owned())).in_order(),
        projects: vec![Project::of(&source, project)?],
    };
    let spot = source.spot(node, name, Spelling::SemVer)?;
    gather.add(path, Syntax::Xml, tape, vec![spot]);
    let modules = all_modules(gather, path)?;
    // A parent may be listed behind the modules that name it, so all projects are known before anything is taken.
    let mut open: Vec<&RepoPath> = modules.iter().collect();
    loop {
        let mut waiting = Vec::new();
        for path in &open {
            match joins(gather, path, &product)? {
                Some(project) => product.projects.push(project),
                None => waiting.push(*path),
            }
        }
        if waiting.len() == open.len() {
            break;
        }
        open = waiting;
    }
    modules.iter().try_for_each(|path| module(gather, path, &product))?;
    [path].into_iter().chain(&modules).try_for_each(|path| asked(gather, path, &product))
}

/// Returns where the version of a project stands, what that is called, and the property if it is one.
fn place<'t>(source: &Source<'_>, project: Node<'t>, version: Node<'t>) -> Result<(Node<'t>, String, Option<&'t str>)> {
    let text = version.value();
    let Some(property) = property_of(text) else {
        if text.contains("${") {
            let message =
                format!("'project.version' is put together: '{text}', so it cannot be told what of it is the version");
            return Err(source.obstacle(version.range().start, message).hint(
                "name the property that holds it with 'fields' in [[version]], such as 'project.properties.revision'",
            ));
        }
        return Ok((version, "project.version".to_owned(), None));
    };
    let name = format!("project.properties.{property}");
    match project.at(source, &["properties", property])? {
        Some(node) => Ok((node, name, Some(property))),
        None => Err(source.obstacle(version.range().start, format!("'{name}' is not there"))),
    }
}

/// Returns the property that a text is, if it is one and nothing else.
fn property_of(text: &str) -> Option<&str> {
    text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|name| !name.contains(['$', '{', '}']))
}

/// Says what stands where the version would.
pub(super) fn missing(source: &Source<'_>, project: Node<'_>) -> Result<Missing> {
    Ok(match project.get(source, "parent")? {
        Some(parent) => Missing::here(parent, "'project.version' is that of the parent"),
        None => Missing::nothing("it has no 'project.version'"),
    })
}

/// Finds what a project asks of others that have the version.
fn asked(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let Some(project) = tape.root().map(|root| root.get(&source, "project")).transpose()?.flatten() else {
        return Ok(());
    };
    let mut asked = Dependencies { source: &source, project, product, spots: Vec::new(), left: Vec::new() };
    asked.below(project, "project")?;
    let Dependencies { spots, left, .. } = asked;
    left.into_iter().for_each(|(offset, text)| gather.note(&source, offset, text));
    gather.add(path, Syntax::Xml, tape, spots);
    Ok(())
}

/// What moves together.
struct Product {
    version: String,
    /// The property of the root that the version stands in, where it does.
    property: Option<String>,
    /// The properties of the root.
    properties: BTreeMap<String, String>,
    /// The projects that have the version, which modules name as their parents.
    projects: Vec<Project>,
}

/// How a project is known to its modules. What is not written is taken for anything.
struct Project {
    group: Option<String>,
    artifact: Option<String>,
}

impl Project {
    fn of(source: &Source<'_>, project: Node<'_>) -> Result<Self> {
        let text = |node: Node<'_>, key: &str| -> Result<Option<String>> {
            Ok(node.get(source, key)?.and_then(Node::scalar).map(str::to_owned))
        };
        let inherited = project.get(source, "parent")?.map(|parent| text(parent, "groupId")).transpose()?.flatten();
        Ok(Self { group: text(project, "groupId")?.or(inherited), artifact: text(project, "artifactId")? })
    }

    fn is(&self, other: &Self) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        same(&self.group, &other.group) && same(&self.artifact, &other.artifact)
    }
}

impl Product {
    /// Says whether the version of a module is the product's, literally or by its property (Maven, "Maven CI Friendly Versions").
    fn is_version(&self, text: &str) -> bool {
        same_version(text, &self.version)
            || property_of(text).is_some_and(|name| self.property.as_deref() == Some(name))
    }

    /// Says whether a parent is one of the projects that have the version.
    fn has(&self, source: &Source<'_>, parent: Node<'_>) -> Result<bool> {
        let parent = Project::of(source, parent)?;
        Ok(self.projects.iter().any(|project| project.is(&parent)))
    }
}

/// Returns the files of all modules below a project, each once, those that only a profile builds included.
fn all_modules(gather: &mut Gather<'_>, root: &RepoPath) -> Result<Vec<RepoPath>> {
    let mut found = vec![root.clone()];
    let mut next = 0;
    while let Some(path) = found.get(next).cloned() {
        next += 1;
        let bytes = gather.require(&path)?;
        let source = Source::new(&path, &bytes)?;
        let tape = Syntax::Xml.read(&source)?;
        let Some(project) = tape.root().map(|root| root.get(&source, "project")).transpose()?.flatten() else {
            continue;
        };
        let file = |name: &str| if name.ends_with(".xml") { name.to_owned() } else { format!("{name}/pom.xml") };
        let modules = project.get(&source, "modules")?.into_iter().flat_map(Node::entries);
        for module in modules.filter_map(|(_, module)| beside(&path, &file(module.value()))) {
            if !found.contains(&module) {
                found.push(module);
            }
        }
        for node in in_profiles(&source, project)? {
            let Some(module) = beside(&path, &file(node.value())) else { continue };
            if gather.read(&module)?.is_none() {
                let text = format!("there is no '{module}', which a profile builds, so nothing in it moves");
                gather.note(&source, node.range().start, text);
            } else if !found.contains(&module) {
                found.push(module);
            }
        }
    }
    found.remove(0);
    Ok(found)
}

/// Returns the modules that profiles add (Maven, "POM Reference", "Profiles").
fn in_profiles<'t>(source: &Source<'_>, project: Node<'t>) -> Result<Vec<Node<'t>>> {
    let mut found = Vec::new();
    for (_, profile) in project.get(source, "profiles")?.into_iter().flat_map(Node::entries) {
        let modules = profile.get(source, "modules")?.into_iter().flat_map(Node::entries);
        found.extend(modules.map(|(_, module)| module));
    }
    Ok(found)
}

/// Returns a module that has the version: of its own, or that of a parent that has it.
fn joins(gather: &Gather<'_>, path: &RepoPath, product: &Product) -> Result<Option<Project>> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let Some(project) = tape.root().map(|root| root.get(&source, "project")).transpose()?.flatten() else {
        return Ok(None);
    };
    let has_it = match (project.get(&source, "version")?, project.get(&source, "parent")?) {
        (Some(version), _) => product.is_version(version.value()),
        (None, Some(parent)) => product.has(&source, parent)?,
        (None, None) => false,
    };
    // One without a name cannot be named as a parent.
    let project = Project::of(&source, project)?;
    Ok(Some(project).filter(|project| has_it && project.artifact.is_some()))
}

/// Finds what a module repeats of the version.
fn module(gather: &mut Gather<'_>, path: &RepoPath, product: &Product) -> Result<()> {
    let bytes = gather.require(path)?;
    let source = Source::new(path, &bytes)?;
    let tape = Syntax::Xml.read(&source)?;
    let Some(project) = tape.root().map(|root| root.get(&source, "project")).transpose()?.flatten() else {
        return Ok(());
    };
    let mut spots = Vec::new();
    let mut of_parent = None;
    if let Some(parent) = project.get(&source, "parent")?
        && product.has(&source, parent)?
    {
        of_parent = parent.get(&source, "version")?;
    }
    let places = [(of_parent, "project.parent.version"), (project.get(&source, "version")?, "project.version")];
    for (version, name) in places.into_iter().filter_map(|(version, name)| Some((version?, name))) {
        if same_version(version.value(), &product.version) {
            spots.push(source.spot(version, name, Spelling::SemVer)?);
        } else if !version.value().starts_with("${") {
            gather.note(&source, version.range().start, format!("'{name}' is '{}', so it stays", version.value()));
        }
    }
    gather.add(path, Syntax::Xml, tape, spots);
    Ok(())
}
