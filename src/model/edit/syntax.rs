//! The syntaxes that can be read with the place of everything in them.

use super::proof::Proof;
use super::source::Source;
use super::tape::Tape;
use super::text::VersionPattern;
use super::{gradle, json, text, toml, xml, yaml};
use crate::model::error::Result;
use crate::model::path::RepoPath;

/// How the text of a file is read, before and after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Syntax {
    Json,
    Yaml,
    Toml,
    Xml,
    Gradle,
    /// `KEY=value` lines.
    Properties,
    /// A text around the version.
    Pattern(VersionPattern),
    /// One value and white space around it.
    Word,
}

impl Syntax {
    /// Returns the syntax that a file's name tells, where a path of fields means something in it.
    pub(super) fn of_path(path: &RepoPath) -> Option<Self> {
        let name = file_name(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())?;
        match extension.as_str() {
            "json" | "jsonld" | "webmanifest" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            "toml" => Some(Self::Toml),
            "lock" if matches!(name, "Cargo.lock" | "uv.lock" | "poetry.lock") => Some(Self::Toml),
            "lock" if name == "Chart.lock" => Some(Self::Yaml),
            "xml" | "csproj" | "fsproj" | "vbproj" | "props" | "targets" | "nuspec" | "plist" => Some(Self::Xml),
            "properties" => Some(Self::Properties),
            _ => None,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It is not written in the syntax.
    pub(super) fn read<'s>(&self, source: &Source<'s>) -> Result<Tape<'s>> {
        self.read_onto(source, Tape::new(source))
    }

    /// Reads a file and holds it against an earlier reading. Returns where in the earlier text something reads differently.
    ///
    /// # Errors
    /// It is not written in the syntax.
    pub(super) fn differs<'s>(&self, source: &Source<'s>, proof: Proof<'s>) -> Result<Option<usize>> {
        let read = self.read_onto(source, Tape::against(source, proof))?;
        Ok(read.into_proof().and_then(Proof::differs))
    }

    fn read_onto<'s>(&self, source: &Source<'s>, tape: Tape<'s>) -> Result<Tape<'s>> {
        match self {
            Self::Json => json::read(source, tape),
            Self::Yaml => yaml::read(source, tape),
            Self::Toml => toml::read(source, tape),
            Self::Xml => xml::read(source, tape),
            Self::Gradle => gradle::read(source, tape),
            Self::Properties => text::properties(source, tape),
            Self::Pattern(pattern) => Ok(text::matches(source, pattern, tape)),
            Self::Word => Ok(text::word(source, tape)),
        }
    }
}

/// Returns the last part of a path.
pub(super) fn file_name(path: &RepoPath) -> &str {
    path.as_str().rsplit('/').next().unwrap_or_default()
}
