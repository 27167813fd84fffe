//! What an OpenVEX document says of versions: by the statements about their package URLs (OpenVEX 0.2.0, "Status Labels").

use semver::Version;
use serde_json::Value;

use super::{Said, Subject, list};
use crate::model::advisory::package::purl_part;
use crate::model::advisory::spelling::own;

/// A version is what the statements about it say; where two of them differ, the document contradicts itself.
pub(super) fn says(document: &Value, subject: &Subject<'_>, versions: &[&Version]) -> Vec<Said> {
    let of_project = |version: &Version| {
        vec![format!("pkg:generic/{}@{}", purl_part(subject.name), purl_part(&subject.spell(version)))]
    };
    let of_url = |own: &String| {
        let is_about = |statement: &&Value| list(statement, "products").any(|product| product["@id"] == own.as_str());
        agreed(list(document, "statements").filter(is_about).map(status))
    };
    let one = |version: &&Version| {
        let purls = subject
            .package
            .map_or_else(|| of_project(version), |package| package.purls_at(version, own(subject.lines, version)));
        agreed(purls.iter().map(of_url))
    };
    versions.iter().map(one).collect()
}

/// Returns what all say.
fn agreed(mut said: impl Iterator<Item = Said>) -> Said {
    let Some(first) = said.next() else { return Said::Nothing };
    if said.all(|other| other == first) { first } else { Said::Contradicts }
}

fn status(statement: &Value) -> Said {
    match statement["status"].as_str() {
        Some("affected") => Said::Affected,
        Some("fixed" | "not_affected") => Said::NotAffected,
        Some("under_investigation") => Said::Unknown,
        Some(_) | None => Said::Unreadable,
    }
}
