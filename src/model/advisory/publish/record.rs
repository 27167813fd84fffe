//! The one document about a run: what is public, what is not yet, and what is left to people. It is written after every step.

use std::fmt;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Wanted;
use super::stand::{Standing, stand};
use super::there::{ForgeStage, Progress, Seen};
use super::told::Told;
use crate::model::advisory::Advisory;
use crate::model::advisory::export::outcome::{ExportedFile, Lacking};
use crate::model::advisory::id::{AdvisoryId, CveId, GhsaId};
use crate::model::advisory::kit::Tagged;
use crate::model::apply::shell_word;
use crate::model::config::RepositoryName;
use crate::model::tag::TagName;

/// What stands in `schema`.
pub const DISCLOSURE_SCHEMA: &str = "patch-advisory/publish@1";

/// A part of what is published, in the order in which they become public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The tags, with their branches.
    Tags,
    /// The releases.
    Releases,
    /// The advisory on the forge.
    Advisory,
    /// The documents in the output folder, and the state in the source.
    Documents,
    /// The notice in the output folder.
    Notice,
}

impl Part {
    const ALL: [Self; 5] = [Self::Tags, Self::Releases, Self::Advisory, Self::Documents, Self::Notice];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Releases => "releases",
            Self::Advisory => "GitHub advisory",
            Self::Documents => "documents",
            Self::Notice => "notice",
        }
    }
}

/// How far a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartStage {
    /// Nothing of it is there.
    Waiting,
    /// There is a draft, which nobody but maintainers sees.
    Prepared,
    /// It is public. Of what stands in the output folder: it is written, and public once the folder is.
    Public,
    /// It is left to others.
    LeftOut,
    /// It is not known, for what was to make it public failed, and nobody answers.
    Unclear,
}

/// How far one part is, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PartRecord {
    /// Which.
    pub part: Part,
    /// How far it is.
    pub stage: PartStage,
    /// Its names: tags, an identifier, a folder.
    pub names: Vec<String>,
}

impl fmt::Display for PartRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.part.as_str())?;
        if !self.names.is_empty() {
            write!(f, " {}", self.names.join(", "))?;
        }
        if self.stage == PartStage::Prepared { f.write_str(" (draft)") } else { Ok(()) }
    }
}

/// What `patch-advisory publish` keeps and says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Disclosure {
    /// [`DISCLOSURE_SCHEMA`].
    pub schema: String,
    /// The advisory.
    pub advisory: AdvisoryId,
    /// The repository on the forge.
    pub repository: RepositoryName,
    /// The remote that branches and tags go to.
    pub remote: String,
    /// The tags, with the objects that were verified.
    pub tags: Vec<Tagged>,
    /// How far each part is, in the order in which they become public.
    pub parts: Vec<PartRecord>,
    /// The identifier of the advisory on the forge, once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ghsa: Option<GhsaId>,
    /// The address of its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// When the advisory was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<DateTime<Utc>>,
    /// What the documents tell, once they are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// In what words the advisory on the forge differs, where it is published already. They were left as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_words: Vec<String>,
    /// The files below the output folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ExportedFile>,
    /// Formats of which there is no document, with what is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Lacking>,
    /// What is left to people, as sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hand: Vec<String>,
}

/// A record of something else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOfThisAdvisory {
    /// It has another form.
    #[error("its schema is '{}' and not '{DISCLOSURE_SCHEMA}'", .0.escape_debug())]
    Schema(String),
    /// It is about another repository.
    #[error("it is about '{0}'")]
    Repository(RepositoryName),
    /// It is about another advisory.
    #[error("it is about '{0}'")]
    Advisory(AdvisoryId),
    /// One of its tags is another object now.
    #[error("the tag '{0}' is another one now")]
    Tag(TagName),
}

impl Disclosure {
    /// Begins a record.
    pub fn begin(advisory: AdvisoryId, repository: RepositoryName, remote: String, tags: Vec<Tagged>) -> Self {
        Self {
            schema: DISCLOSURE_SCHEMA.to_owned(),
            advisory,
            repository,
            remote,
            tags,
            parts: Vec::new(),
            ghsa: None,
            page: None,
            published: None,
            told: None,
            kept_words: Vec::new(),
            files: Vec::new(),
            left_out: Vec::new(),
            by_hand: Vec::new(),
        }
    }

    /// Takes over from the record of an earlier run what cannot be seen: the identifier that the forge gave, the moment of publication, and
    /// what was told.
    ///
    /// # Errors
    /// When it is about something else.
    pub fn resume(self, earlier: Self) -> Result<Self, NotOfThisAdvisory> {
        if earlier.schema != DISCLOSURE_SCHEMA {
            return Err(NotOfThisAdvisory::Schema(earlier.schema));
        }
        if earlier.repository != self.repository {
            return Err(NotOfThisAdvisory::Repository(earlier.repository));
        }
        if earlier.advisory != self.advisory {
            return Err(NotOfThisAdvisory::Advisory(earlier.advisory));
        }
        let moved = |before: &&Tagged| self.tags.iter().any(|now| now.tag == before.tag && now.object != before.object);
        if let Some(moved) = earlier.tags.iter().find(moved) {
            return Err(NotOfThisAdvisory::Tag(moved.tag.clone()));
        }
        let Self { ghsa, page, published, told, .. } = earlier;
        Ok(Self { ghsa, page, published, told, ..self })
    }

    /// Takes over what was seen.
    pub fn look(&mut self, wanted: Option<&Wanted>, seen: &Seen, output: &str) {
        let standing = wanted.and_then(|wanted| Some((wanted, stand(wanted, seen).ok()?)));
        self.kept_words.clear();
        if let Some((wanted, standing)) = &standing
            && let Standing::OtherDraft(there)
            | Standing::Draft(there)
            | Standing::OtherPublished(there)
            | Standing::Published(there) = standing
        {
            (self.ghsa, self.page) = (Some(there.ghsa.clone()), Some(there.page.clone()));
            if there.stage == ForgeStage::Published {
                // A run may have ended between the publication and its record.
                self.published = self.published.or(there.published);
                let words = wanted.content.differences(&there.content).into_iter().filter(|one| one.is_in_words());
                self.kept_words = words.map(|one| one.to_string()).collect();
            }
        }
        self.parts = Part::ALL.into_iter().flat_map(|part| self.part(part, wanted.is_some(), seen, output)).collect();
    }

    /// Says how far a part is; of tags and releases that are public in part, as while a revision is published, each half.
    fn part(&self, part: Part, on_forge: bool, seen: &Seen, output: &str) -> Vec<PartRecord> {
        let whole = |stage, names| {
            let stage = if seen.unclear == Some(part) { PartStage::Unclear } else { stage };
            vec![PartRecord { part, stage, names }]
        };
        let halves = |progress, public: &[TagName], other| {
            let is_public = |tagged: &&Tagged| progress == Progress::There || public.contains(&tagged.tag);
            let (there, rest): (Vec<&Tagged>, Vec<&Tagged>) = self.tags.iter().partition(is_public);
            let names = |of: Vec<&Tagged>| of.into_iter().map(|tagged| tagged.tag.to_string()).collect::<Vec<_>>();
            let there = PartRecord { part, stage: PartStage::Public, names: names(there) };
            let rest = if rest.is_empty() { Vec::new() } else { whole(other, names(rest)) };
            Some(there).filter(|there| !there.names.is_empty()).into_iter().chain(rest).collect()
        };
        match part {
            Part::Tags | Part::Releases if self.tags.is_empty() => whole(PartStage::LeftOut, Vec::new()),
            Part::Tags => halves(seen.pushed, &seen.public_tags, PartStage::Waiting),
            Part::Releases => halves(seen.released, &seen.public_releases, stage_of_draft(seen.drafts)),
            Part::Advisory => {
                let there = seen.advisories.iter().find(|there| Some(&there.ghsa) == self.ghsa.as_ref());
                let stage = match there.map(|there| there.stage) {
                    _ if !on_forge => PartStage::LeftOut,
                    Some(ForgeStage::Draft) => PartStage::Prepared,
                    Some(ForgeStage::Published) => PartStage::Public,
                    Some(ForgeStage::Triage | ForgeStage::Closed | ForgeStage::Withdrawn) | None => PartStage::Waiting,
                };
                whole(stage, self.ghsa.iter().map(ToString::to_string).collect())
            }
            Part::Documents => whole(stage_of(seen.documents, PartStage::Waiting), vec![output.to_owned()]),
            Part::Notice => whole(stage_of(seen.notice, PartStage::Waiting), Vec::new()),
        }
    }

    /// Says whether others can see anything of it, or may be able to.
    pub fn has_begun_in_public(&self) -> bool {
        self.parts.iter().any(|part| match part.stage {
            PartStage::Public | PartStage::Unclear => true,
            PartStage::Waiting | PartStage::Prepared | PartStage::LeftOut => false,
        })
    }

    /// Says in one sentence without a full stop what is public, and what is not yet.
    pub fn standing(&self) -> String {
        told(&self.parts)
    }
}

/// Says in one sentence without a full stop what is public, and what is not yet.
pub fn told(parts: &[PartRecord]) -> String {
    let list = |is: &dyn Fn(PartStage) -> bool| {
        let found: Vec<String> = parts.iter().filter(|part| is(part.stage)).map(ToString::to_string).collect();
        if found.is_empty() { "nothing".to_owned() } else { found.join("; ") }
    };
    let public = list(&|stage| stage == PartStage::Public);
    let waiting = list(&|stage| matches!(stage, PartStage::Waiting | PartStage::Prepared));
    let unclear = match list(&|stage| stage == PartStage::Unclear) {
        nothing if nothing == "nothing" => String::new(),
        parts => format!("; not known: {parts}"),
    };
    format!("public already: {public}; not yet: {waiting}{unclear}")
}

const fn stage_of(progress: Progress, other: PartStage) -> PartStage {
    match progress {
        Progress::There => PartStage::Public,
        Progress::Waiting => other,
    }
}

const fn stage_of_draft(progress: Progress) -> PartStage {
    match progress {
        Progress::There => PartStage::Prepared,
        Progress::Waiting => PartStage::Waiting,
    }
}

/// Returns the command that hands the container to the CVE services, which need the login of the CNA (cvelib, "cve publish").
fn command_for_cve(cve: &CveId, file: &str) -> String {
    format!("cve publish {cve} -f {}", shell_word(file))
}

/// What decides what is left to people.
#[derive(Debug, Clone, Copy)]
pub struct Left<'a> {
    /// What messages call the source.
    pub source: &'a str,
    /// The output folder.
    pub output: &'a str,
    /// The push that main needs, where the remote lacks a fix that main has.
    pub main: Option<&'a str>,
    /// The identifier of the CVE list, where there is a container for it.
    pub cve: Option<&'a CveId>,
    /// Whether this run made the advisory on the forge.
    pub on_forge: bool,
}

/// Returns what is left to people once everything is there.
pub fn left_to_people(advisory: &Advisory, left: Left<'_>) -> Vec<String> {
    let Left { source, output, .. } = left;
    let file = |path: &str| format!("{}/{path}", output.trim_end_matches('/'));
    let mut said = vec![format!("commit '{source}', and publish what is below '{output}'")];
    said.extend(left.main.map(|push| format!("main has the fix, and the remote lacks it: {push}")));
    if let Some(cve) = left.cve {
        let command = command_for_cve(cve, &file(&format!("cve/{cve}.json")));
        said.push(format!("hand the record to the CVE services, with the login of the CNA: {command}"));
    }
    said.push(format!("read and send '{}'", file(&super::notice::notice_path(advisory))));
    if !left.on_forge {
        said.push("publish the advisory on GitHub, for it was left out".to_owned());
    }
    said
}

/// Returns names as they stand in a sentence.
pub(super) fn joined(tags: &[TagName]) -> String {
    tags.iter().map(|tag| format!("'{tag}'")).collect::<Vec<_>>().join(", ")
}
