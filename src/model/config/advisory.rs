//! `[advisory]`: where advisories are, what they are called, and who publishes them.

use super::error::ConfigError;
use super::read::Section;
use crate::model::advisory::WebAddress;
use crate::model::advisory::id::Prefix;
use crate::model::name::{NotAName, text_type};
use crate::model::path::RepoPath;

const ADVISORY: &[&str] = &["prefix", "folder", "publisher", "namespace", "contact", "address", "cve-organization"];

#[cfg(test)]
pub(super) const SECTIONS: &[(&str, &[&str])] = &[("advisory", ADVISORY)];

/// Where advisories are, what they are called, and who publishes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvisorySettings {
    /// What their identifiers begin with.
    pub prefix: Prefix,
    /// Where their sources are, from the root of the repository. By default `advisories`.
    pub folder: RepoPath,
    /// Who publishes them. `None`: the name of the project counts.
    pub publisher: Option<String>,
    /// The web address that names the publisher (CSAF 2.0, 3.2.1.8.3).
    pub namespace: Option<WebAddress>,
    /// Where flaws are reported, for people.
    pub contact: Option<String>,
    /// Where the published files are: pages and feeds name themselves below it.
    pub address: Option<WebAddress>,
    /// The publisher's identifier in the CVE program (CVE record format 5.1.1, `providerMetadata.orgId`).
    pub cve_organization: Option<OrganizationId>,
}

/// An identifier of an organization in the CVE program: a UUID of version 4 in small letters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationId(String);

text_type!(OrganizationId);

impl std::str::FromStr for OrganizationId {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let groups: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let digits = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte) || byte == b'-');
        let is_fourth = groups.get(2).is_some_and(|group| group.starts_with('4'))
            && groups.get(3).is_some_and(|group| group.starts_with(['8', '9', 'a', 'b']));
        match lengths == [8, 4, 4, 4, 12] && digits && is_fourth {
            true => Ok(Self(text.to_owned())),
            false => Err(NotAName::new("an organization of the CVE program", text, "copy its UUID, in small letters")),
        }
    }
}

pub(super) fn advisory(root: &Section<'_>) -> Result<Option<AdvisorySettings>, ConfigError> {
    let Some(section) = root.section("advisory", "[advisory]", ADVISORY)? else { return Ok(None) };
    let line = |key: &str| match section.text(key)? {
        Some(text) if text.trim().is_empty() || text.chars().any(char::is_control) => {
            Err(section.error_at(key, format!("'{key}' in [advisory] must be one line of text")))
        }
        text => Ok(text.map(str::to_owned)),
    };
    Ok(Some(AdvisorySettings {
        prefix: section.require("prefix", section.parsed("prefix")?)?,
        folder: section.parsed("folder")?.unwrap_or_else(default_folder),
        publisher: line("publisher")?,
        namespace: section.parsed("namespace")?,
        contact: line("contact")?,
        address: section.parsed("address")?,
        cve_organization: section.parsed("cve-organization")?,
    }))
}

/// Returns where sources are, as far as a `patch.toml` says it. The rest of it may be of another version of this program, and is not
/// looked at.
///
/// # Errors
/// When it is no TOML, or names no path within the repository.
pub fn advisory_folder(text: &str) -> Result<Option<RepoPath>, ConfigError> {
    let document = toml_edit::Document::parse(text)
        .map_err(|broken| ConfigError::at(text, broken.span(), broken.message().trim_end()))?;
    let Some(section) = document.get("advisory") else { return Ok(None) };
    match section.get("folder") {
        None => Ok(Some(default_folder())),
        Some(folder) => {
            let path = folder.as_str().and_then(|path| path.parse().ok());
            let wrong =
                || ConfigError::at(text, folder.span(), "'folder' in [advisory] is no path within the repository");
            path.map(Some).ok_or_else(wrong)
        }
    }
}

/// Returns where sources are unless `patch.toml` says otherwise.
pub fn default_folder() -> RepoPath {
    "advisories".parse().expect("because it is a path within the repository")
}

#[cfg(test)]
mod tests {
    use crate::model::config::{Config, advisory_folder};

    #[test]
    fn a_folder_is_found_in_a_configuration_of_another_version() {
        let found = |text: &str| advisory_folder(text).map(|path| path.map(|path| path.to_string()));
        let usual = Ok(Some("advisories".to_owned()));
        assert_eq!(found("unknown = 1\n[advisory]\nprefix = 'GSA'\n"), usual);
        assert_eq!(found("[advisory]\nfolder = 'security'\nnew = 1\n"), Ok(Some("security".to_owned())));
        assert_eq!(found("[project]\nname = 'x'\n"), Ok(None));
        for text in ["[advisory]\nfolder = '../x'", "[advisory]\nfolder = 1", "[advisory"] {
            assert!(found(text).is_err(), "{text}");
        }
    }

    #[test]
    fn advisories_have_a_prefix_and_a_place() {
        let config = Config::parse("[advisory]\nprefix = 'GSA'\n").expect("a configuration");
        let advisory = config.advisory.expect("the section");
        assert_eq!((advisory.prefix.as_str(), advisory.folder.as_str()), ("GSA", "advisories"));
        for (text, says) in [
            ("[advisory]", "missing key 'prefix'"),
            ("[advisory]\nprefix = 'gsa'", "line 2, column 10: 'gsa' is not a prefix"),
            ("[advisory]\nprefix = 'GSA'\nfolder = '../x'", "line 3"),
            ("[advisory]\nprefix = 'GSA'\nnamespace = 'godel.example'", "is not an address on the web"),
            ("[advisory]\nprefix = 'GSA'\ncve-organization = 'x'", "is not an organization"),
        ] {
            let error = Config::parse(text).expect_err(text).to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
