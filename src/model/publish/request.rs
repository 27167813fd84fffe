//! What `patch-notes publish` is asked, and what it says beforehand.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::config::RepositoryName;
use crate::model::embargo::Embargo;
use crate::model::request::Mode;
use crate::model::tag::TagName;
use crate::model::tag_request::{Now, PolicySource, Sealing};

use super::latest::{Badge, MakeLatest};
use super::next::Step;
use super::record::PublishRecord;
use super::wanted::{Adopt, Goal};

/// What stands in `schema` of what `publish --dry-run` says.
pub const PLAN_SCHEMA: &str = "patch-notes/publish-plan@1";

/// What `patch-notes publish` is asked.
#[derive(Debug)]
pub struct PublishRequest {
    /// The tags of the releases.
    pub tags: Vec<TagName>,
    /// The folder with a folder of the name of its tag for each release, or, of one alone, with its files.
    pub assets: Option<PathBuf>,
    /// The notes of the one release, or a folder with a file `TAG.md` for each; made from the repository if absent.
    pub notes: Option<PathBuf>,
    /// What the one release comes after, as a tag or a revision, where its notes are made; the release before if absent.
    pub notes_from: Option<String>,
    /// Where the record is kept; below the git directory if absent.
    pub record: Option<PathBuf>,
    /// Whose drafts are taken over.
    pub adopt: Adopt,
    /// Who has the badge "Latest".
    pub badge: Badge,
    /// Whether tags and lists of sums need a signature.
    pub sealing: Sealing,
    /// Whose signatures count.
    pub policy: PolicySource,
    /// What must not be named.
    pub embargoed: Option<Embargo>,
    /// Folders of advisories besides that of the repository, of which nothing may be told either.
    pub advisories: Vec<PathBuf>,
    /// How far the releases are brought.
    pub goal: Goal,
    /// What counts as now.
    pub now: Now,
    /// Whether anything is written.
    pub mode: Mode,
}

/// What a run does in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// Makes a draft with its notes.
    CreateDraft,
    /// Deletes a draft that another one stands in for.
    DeleteDraft,
    /// Sets the title, the notes, the target and the maturity of a draft.
    UpdateDraft,
    /// Deletes a file of a draft that has other bytes than are wanted, or none.
    DeleteAsset,
    /// Sends a file.
    Upload,
    /// Publishes a draft.
    Publish,
    /// Gives the badge to a release that is published.
    MoveBadge,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PlannedStep {
    /// What it does.
    pub does: Does,
    /// The tag of the release.
    pub tag: TagName,
    /// The file that it is about, if it is about one. May come from a stranger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whether the release takes the badge, where it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make_latest: Option<MakeLatest>,
    /// The same in words.
    pub words: String,
}

impl PlannedStep {
    /// Describes a step. `None`: it changes nothing.
    pub fn of(step: &Step) -> Option<Self> {
        let words = step.to_string();
        let planned = |does, tag: &TagName| Self { does, tag: tag.clone(), file: None, make_latest: None, words };
        Some(match step {
            Step::CreateDraft { tag } => planned(Does::CreateDraft, tag),
            Step::DeleteDraft { tag, .. } => planned(Does::DeleteDraft, tag),
            Step::UpdateDraft { tag, .. } => planned(Does::UpdateDraft, tag),
            Step::DeleteAsset { tag, name, .. } => Self { file: Some(name.clone()), ..planned(Does::DeleteAsset, tag) },
            Step::Upload { tag, name, .. } => Self { file: Some(name.to_string()), ..planned(Does::Upload, tag) },
            Step::Publish { tag, make_latest, .. } => {
                Self { make_latest: Some(*make_latest), ..planned(Does::Publish, tag) }
            }
            Step::MoveBadge { tag, .. } => planned(Does::MoveBadge, tag),
            Step::Read | Step::Done => return None,
        })
    }
}

/// What `patch-notes publish --dry-run` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PublishPlan {
    /// Always `patch-notes/publish-plan@1`.
    pub schema: String,
    /// The repository on the forge.
    pub repository: RepositoryName,
    /// What would be done, in this order. Empty where everything is as it is wanted.
    pub steps: Vec<PlannedStep>,
    /// The tags of those of the releases that are published already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub public: Vec<TagName>,
}

/// What `patch-notes publish` says.
#[derive(Debug)]
pub enum Published {
    /// What it would do.
    Plan(PublishPlan),
    /// What it did.
    Record {
        /// What is there now, and what this run and those before it did about it.
        record: PublishRecord,
        /// The same, as far as this run did it.
        this_run: Box<PublishRecord>,
    },
}
