//! What documents call the thing that has the flaw: each package, or the project where it publishes none.

use semver::Version;

use super::Publication;
use crate::model::advisory::Advisory;
use crate::model::advisory::lines::LineFinding;
use crate::model::advisory::package::{Ecosystem, Package, purl_part};
use crate::model::advisory::spelling::own;

/// A thing that has versions.
pub(super) struct Product<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The package, unless it is the project.
    pub package: Option<&'a Package>,
    /// The lines of the advisory, which tell how tags spell versions.
    pub lines: &'a [LineFinding],
}

/// Returns the packages of an advisory, or else the project.
pub(super) fn products<'a>(advisory: &'a Advisory, publication: &'a Publication) -> Vec<Product<'a>> {
    called(advisory, &publication.project)
}

/// Returns the packages of an advisory, or else the project, which is called so.
pub(super) fn called<'a>(advisory: &'a Advisory, project: &'a str) -> Vec<Product<'a>> {
    let lines = advisory.lines.as_slice();
    match advisory.packages.is_empty() {
        true => vec![Product { name: project, package: None, lines }],
        false => {
            let product = |package: &'a Package| Product { name: package.name.as_str(), package: Some(package), lines };
            advisory.packages.iter().map(product).collect()
        }
    }
}

impl Product<'_> {
    /// Returns its ecosystem.
    pub fn ecosystem(&self) -> Option<Ecosystem> {
        self.package.map(|package| package.ecosystem)
    }

    /// Writes a version as its users do.
    pub fn spell(&self, version: &Version) -> String {
        self.ecosystem().map_or_else(|| version.to_string(), |one| one.spell(version, own(self.lines, version)))
    }

    /// Returns its package URL without a version. What no ecosystem has is of the type `generic` (`purl-spec`, PURL-TYPES).
    pub fn purl(&self) -> String {
        self.package.map_or_else(|| format!("pkg:generic/{}", purl_part(self.name)), Package::purl)
    }

    /// Returns its package URLs with a version, the usual one first.
    pub fn purls_at(&self, version: &Version) -> Vec<String> {
        let plain = || vec![format!("{}@{}", self.purl(), purl_part(&self.spell(version)))];
        self.package.map_or_else(plain, |package| package.purls_at(version, own(self.lines, version)))
    }

    /// Returns the scheme of its version ranges (`purl-spec`, VERSION-RANGE-SPEC).
    pub fn vers(&self) -> &'static str {
        self.ecosystem().map_or("generic", Ecosystem::vers)
    }
}
