//! What packages ask of other packages of the product.

use super::Product;
use crate::model::edit::asked::Asks;
use crate::model::edit::source::{Source, same_version};
use crate::model::edit::tape::{Node, What};
use crate::model::edit::{Holds, RawSpot};
use crate::model::error::Result;
use crate::model::version::Spelling;

const DEPENDENCIES: &[&str] = &["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
const OVERRIDES: &[&[&str]] = &[&["overrides"], &["resolutions"], &["pnpm", "overrides"]];

/// Reads a requirement. An `=`, a `v` and space in front of an exact version mean nothing (node-semver, "Ranges"), and
/// `workspace:` asks for a member (pnpm documentation, "Workspace protocol").
pub(super) fn asks(text: &str, version: &str) -> Asks {
    let range = text.strip_prefix("workspace:").unwrap_or(text).trim_end();
    let exact = range.trim_start_matches(['=', 'v', ' ', '\t']);
    if same_version(exact, version) {
        let end = text.trim_end().len();
        return Asks::Exactly(end - exact.len()..end);
    }
    let is_version = |word: &str| same_version(word.trim_start_matches('v'), version);
    let words = || range.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '+'));
    match range.trim_start().starts_with(['^', '~', '>']) || !words().any(is_version) {
        true => Asks::More,
        false => Asks::Otherwise,
    }
}

/// The pins of the product's packages in one file.
pub(super) struct Pins<'p> {
    source: &'p Source<'p>,
    product: &'p Product,
    /// Those that move.
    pub(super) spots: Vec<RawSpot>,
    /// Those that stay and that a person should look at, each with where it is.
    pub(super) left: Vec<(usize, String)>,
    /// The ranges among those that stay, each with its name.
    pub(super) ranges: Vec<(Node<'p>, String)>,
}

impl<'p> Pins<'p> {
    pub(super) fn of(source: &'p Source<'p>, product: &'p Product) -> Self {
        Self { source, product, spots: Vec::new(), left: Vec::new(), ranges: Vec::new() }
    }

    /// Takes the exact pins of a package. A range such as `^2.0.0` holds the next patch too, and stays; so does an alias such
    /// as `npm:core@2.0.0`, which npm resolves to what was published and never to the workspace.
    pub(super) fn package(&mut self, node: Node<'p>, at: &str) -> Result<()> {
        for map in DEPENDENCIES {
            if let Some(dependencies) = node.get(self.source, map)? {
                self.entries(dependencies, &format!("{at}{map}"))?;
            }
        }
        for keys in OVERRIDES {
            if let Some(overrides) = node.at(self.source, keys)? {
                self.overridden(overrides, &format!("{at}{}", keys.join(".")))?;
            }
        }
        Ok(())
    }

    /// Takes the pins among the entries of a map from names to requirements.
    pub(super) fn entries(&mut self, map: Node<'p>, at: &str) -> Result<()> {
        let aliased = |pin: &str| {
            let package = pin.strip_prefix("npm:").and_then(|rest| Some(&rest[..rest.rfind('@')?]));
            package.is_some_and(|package| self.product.names.contains(package))
        };
        let is_own =
            |(name, pin): &(Node<'_>, Node<'_>)| self.product.names.contains(name.value()) || aliased(pin.value());
        let own: Vec<(Node<'p>, Node<'p>)> = map.entries().filter(is_own).collect();
        for (name, pin) in own {
            self.pin(pin, &format!("{at}[\"{}\"]", name.value()))?;
        }
        Ok(())
    }

    /// Takes pins in `overrides` of npm, whose values may be maps again in which `.` is the package itself, in those of pnpm,
    /// and in `resolutions` of Yarn, whose keys may be paths: `api>core`, `**/core`, `api/core`. A key may end in the version
    /// that it is about: `core@2`.
    fn overridden(&mut self, map: Node<'p>, at: &str) -> Result<()> {
        for (key, value) in map.entries() {
            let label = format!("{at}[\"{}\"]", key.value());
            let last = key.value().rsplit('>').next().unwrap_or_default();
            // An `@` at the front of a part is that of a scope.
            let version = last.match_indices('@').find(|(at, _)| *at > 0 && !last[..*at].ends_with('/'));
            let bare = version.map_or(last, |(end, _)| &last[..end]);
            let names = self.product.names.iter().any(|name| bare == name || bare.ends_with(&format!("/{name}")));
            let own = if value.what() == What::Map { value.get(self.source, ".")? } else { Some(value) };
            let about = version.map_or(Asks::More, |(end, _)| asks(&last[end + 1..], &self.product.version));
            match (own.filter(|_| names), about) {
                (Some(pin), Asks::More) => self.pin(pin, &label)?,
                // Under that key, another value would be one for a version that is not there any more.
                (Some(pin), Asks::Exactly(_) | Asks::Otherwise) => {
                    let text = format!("'{label}' is about the version that goes, so its '{}' stays", pin.value());
                    self.left.push((pin.range().start, text));
                }
                (None, _) => {}
            }
            self.overridden(value, &label)?;
        }
        Ok(())
    }

    /// Takes the version in a pin, if that is all it asks for.
    pub(super) fn pin(&mut self, pin: Node<'p>, name: &str) -> Result<()> {
        match asks(pin.value(), &self.product.version) {
            Asks::Exactly(inside) => {
                let start = self.source.scalar_range(pin, name)?.start;
                let range = start + inside.start..start + inside.end;
                self.spots.push(RawSpot { range, name: name.to_owned(), holds: Holds::Version(Spelling::SemVer) });
            }
            Asks::Otherwise => {
                let text = format!(
                    "'{name}' is '{}', which is neither the version alone nor a range from it on, so it stays",
                    pin.value()
                );
                self.left.push((pin.range().start, text));
            }
            Asks::More => self.ranges.push((pin, name.to_owned())),
        }
        Ok(())
    }
}
