//! What the modules of a project ask of one another (Maven, "POM Reference", "Dependencies" and "Dependency Version Requirement
//! Specification").

use super::{Product, Project};
use crate::model::edit::source::{Source, same_version};
use crate::model::edit::tape::Node;
use crate::model::edit::{Holds, RawSpot};
use crate::model::error::Result;
use crate::model::version::Spelling;

/// The maps in which lists of dependencies and plugins stand, from the project down. What a plugin is configured with stands in
/// none of them: a version there may well be the one to compare with.
const ON_THE_WAY: &[&str] = &[
    "build",
    "dependencyManagement",
    "extensions",
    "plugin",
    "pluginManagement",
    "plugins",
    "profile",
    "profiles",
    "reporting",
    "dependencies",
];

/// What names another project, with its version.
const REQUIREMENTS: &[&str] = &["dependency", "extension", "plugin"];

/// Expressions for the version of the project itself.
const OWN_VERSION: &[&str] = &["project.version", "pom.version", "version", "project.parent.version", "parent.version"];

/// What one file asks of the product's projects.
pub(super) struct Dependencies<'p> {
    pub(super) source: &'p Source<'p>,
    pub(super) project: Node<'p>,
    pub(super) product: &'p Product,
    /// The versions that move.
    pub(super) spots: Vec<RawSpot>,
    /// Those that stay and that a person should look at, each with where it is.
    pub(super) left: Vec<(usize, String)>,
}

impl Dependencies<'_> {
    /// Finds the versions of the product's projects below a map.
    pub(super) fn below(&mut self, map: Node<'_>, at: &str) -> Result<()> {
        for (key, value) in map.entries() {
            let name = format!("{at}.{}", key.value());
            if REQUIREMENTS.contains(&key.value()) {
                self.requirement(value, &name)?;
            }
            if ON_THE_WAY.contains(&key.value()) {
                self.below(value, &name)?;
            }
        }
        Ok(())
    }

    fn requirement(&mut self, node: Node<'_>, at: &str) -> Result<()> {
        let needed = Project::of(self.source, node)?;
        let (Some(group), Some(artifact)) = (needed.group, needed.artifact) else { return Ok(()) };
        let Some(version) = node.get(self.source, "version")? else { return Ok(()) };
        let group = if is_own_group(&group) { self.own_group()? } else { Some(group) };
        let needed = Project { group, artifact: Some(artifact.clone()) };
        if !self.product.projects.iter().any(|project| project.is(&needed)) {
            return Ok(());
        }
        let name = format!("{at}[{artifact}]");
        let text = version.value();
        // In brackets alone, the version is a requirement that nothing else meets.
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if same_version(bare, &self.product.version) {
            let start = self.source.scalar_range(version, &name)?.start + usize::from(bare.len() < text.len());
            let range = start..start + bare.len();
            self.spots.push(RawSpot { range, name, holds: Holds::Version(Spelling::SemVer) });
        } else if let Some(why) = self.stays(text)? {
            self.left.push((version.range().start, format!("'{name}' is '{text}', {why}, so it stays")));
        }
        Ok(())
    }

    /// Says why a version that is not the product's stays, where a person should know.
    fn stays(&self, text: &str) -> Result<Option<&'static str>> {
        let Some(property) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
            let names =
                text.split(['[', ']', '(', ')', ',', ' ']).any(|word| same_version(word, &self.product.version));
            return Ok(names.then_some("a range that ends or begins with the version"));
        };
        if OWN_VERSION.contains(&property) || self.product.property.as_deref() == Some(property) {
            return Ok(None);
        }
        let here = self.project.at(self.source, &["properties", property])?.map(Node::value);
        let value = here.or_else(|| self.product.properties.get(property).map(String::as_str));
        let is_version = value.is_some_and(|value| same_version(value, &self.product.version));
        Ok(is_version.then_some("a property that holds the version and may have other users"))
    }

    fn own_group(&self) -> Result<Option<String>> {
        Ok(Project::of(self.source, self.project)?.group)
    }
}

fn is_own_group(group: &str) -> bool {
    matches!(group, "${project.groupId}" | "${pom.groupId}" | "${groupId}" | "${project.parent.groupId}")
}
