//! What `patch-advisory publish` is asked, and what it says beforehand.

use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::next::Step;
use super::record::{Disclosure, PartRecord, joined};
use crate::model::advisory::Advisory;
use crate::model::advisory::export::outcome::{Lacking, Signature};
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::state::State;
use crate::model::config::RepositoryName;
use crate::model::error::{Error, Result};
use crate::model::publish::{Adopt, Badge, Goal, PublishRequest};
use crate::model::request::Mode;
use crate::model::tag::TagName;
use crate::model::tag_push::PushRequest;
use crate::model::tag_request::{Now, PolicySource, Sealing};

/// What stands in `schema` of what `publish --dry-run` says.
pub const DISCLOSURE_PLAN_SCHEMA: &str = "patch-advisory/publish-plan@1";

/// Who makes the advisory on the forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnForge {
    /// This run.
    Made,
    /// Somebody else, or nobody.
    LeftOut,
}

/// What `patch-advisory publish` is asked.
#[derive(Debug, Clone)]
pub struct DisclosureRequest {
    /// The advisory.
    pub id: AdvisoryId,
    /// The tags; those of the first releases that repair it, if empty.
    pub tags: Vec<TagName>,
    /// The remote that branches and tags go to.
    pub remote: String,
    /// The folder that documents are written to.
    pub output: PathBuf,
    /// The folder with the files of the one release, or with a folder of the name of its tag for each.
    pub assets: Option<PathBuf>,
    /// The notes of the one release, or a folder with a file `TAG.md` for each; made from the repository if absent.
    pub notes: Option<PathBuf>,
    /// Where the record is kept; below the git directory if absent.
    pub record: Option<PathBuf>,
    /// Who has the badge "Latest".
    pub badge: Badge,
    /// Whose drafts of releases are taken over.
    pub adopt: Adopt,
    /// Folders of advisories besides that of the repository, of which nothing may be told either.
    pub advisories: Vec<PathBuf>,
    /// Who makes the advisory on the forge.
    pub on_forge: OnForge,
    /// Whether CSAF documents are signed.
    pub signature: Signature,
    /// Whether tags and lists of sums need a signature.
    pub sealing: Sealing,
    /// Whose signatures count.
    pub policy: PolicySource,
    /// What counts as now.
    pub now: Now,
    /// Whether anything is written.
    pub mode: Mode,
}

impl DisclosureRequest {
    /// Returns what is asked of the push.
    pub fn push(&self, tags: &[TagName], mode: Mode) -> PushRequest {
        PushRequest {
            tags: tags.to_vec(),
            remote: self.remote.clone(),
            sealing: self.sealing,
            policy: self.policy.clone(),
            advisories: self.advisories.clone(),
            now: self.now,
            mode,
        }
    }

    /// Returns what is asked of the releases.
    pub fn releases(&self, tags: &[TagName], goal: Goal, mode: Mode) -> PublishRequest {
        PublishRequest {
            tags: tags.to_vec(),
            assets: self.assets.clone(),
            notes: self.notes.clone(),
            notes_from: None,
            record: None,
            adopt: self.adopt,
            badge: self.badge,
            sealing: self.sealing,
            policy: self.policy.clone(),
            embargoed: None,
            advisories: self.advisories.clone(),
            goal,
            now: self.now,
            mode,
        }
    }
}

/// Requires that an advisory is ready and may be told, or is published already. A source may say so before its date, which ends no embargo.
///
/// # Errors
/// When it is not.
pub fn before_first_write(advisory: &Advisory, now: DateTime<Utc>) -> Result<()> {
    let id = &advisory.id;
    match (advisory.state, &advisory.embargo) {
        (State::Draft | State::Embargoed, _) => {
            Err(Error::no(format!("advisory '{id}' is {}, and is not ready to be published", advisory.state)).hint(
                format!(
                    "see what is open: patch-advisory checklist {id}; then write state = \"ready\" into its source"
                ),
            ))
        }
        (State::Ready, None) => Err(Error::no(format!("advisory '{id}' is secret, for no date is set"))
            .hint(format!("set one: patch-advisory embargo set {id} --until MOMENT"))),
        (State::Ready, Some(terms)) if terms.holds_at(now) => {
            let until = terms.until.to_rfc3339_opts(SecondsFormat::Secs, true);
            Err(Error::no(format!("advisory '{id}' is under embargo until {until}")).hint(format!(
                "run this again from then on, or end it before: patch-advisory embargo lift {id} --reason REASON"
            )))
        }
        (State::Public | State::Revised, Some(terms)) if terms.holds_at(now) => {
            let until = terms.until.to_rfc3339_opts(SecondsFormat::Secs, true);
            let state = advisory.state;
            Err(Error::no(format!("advisory '{id}' says that it is {state}, and is under embargo until {until}")).hint(
                format!(
                    "write state = \"ready\" into its source, without 'published', or say who ended it: patch-advisory embargo lift {id} --reason REASON"
                ),
            ))
        }
        (State::Ready, Some(_)) | (State::Public | State::Revised, _) => Ok(()),
        (State::Withdrawn, _) => {
            Err(Error::no(format!("advisory '{id}' is withdrawn, and is not published again"))
                .hint(after_withdrawal(id)))
        }
    }
}

/// Says what is left to people once an advisory is withdrawn: neither GitHub nor the CVE services let a token do it.
pub fn after_withdrawal(id: &AdvisoryId) -> String {
    format!(
        "make its documents anew: patch-advisory export all {id}, and patch-advisory render; publish the folder; give the advisory on GitHub \
         the title and the text of 'ghsa/{id}.json' on its page; and have its CVE record rejected with 'cve reject', if it has one"
    )
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PlannedStep {
    /// What it does.
    pub does: Does,
    /// Whether others than maintainers see it.
    pub public: bool,
    /// The same in words.
    pub words: String,
}

/// What a run does in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// Makes the drafts of the releases.
    PrepareReleases,
    /// Makes a draft of the advisory on the forge.
    CreateAdvisory,
    /// Closes a second draft.
    CloseSurplus,
    /// Sets what the advisory on the forge says.
    UpdateAdvisory,
    /// Pushes branches and tags.
    Push,
    /// Publishes the releases.
    PublishReleases,
    /// Publishes the advisory on the forge.
    PublishAdvisory,
    /// Says in the source that the advisory is public.
    MarkSource,
    /// Writes the documents.
    WriteDocuments,
    /// Writes the notice.
    WriteNotice,
}

impl PlannedStep {
    /// Describes a step, as it stands after "would". `None`: it changes nothing.
    pub fn of(step: &Step, tags: &[TagName], request: &DisclosureRequest) -> Option<Self> {
        let (names, output) = (joined(tags), request.output.display());
        let private = |does, words: String| Some(Self { does, public: false, words });
        let public = |does, words: String| Some(Self { does, public: true, words });
        match step {
            Step::PrepareReleases => private(Does::PrepareReleases, format!("make the drafts of the releases {names}")),
            Step::CreateAdvisory => {
                private(Does::CreateAdvisory, "make the draft of the advisory on GitHub".to_owned())
            }
            Step::CloseSurplus { ghsa } => {
                private(Does::CloseSurplus, format!("close the second draft '{ghsa}' on GitHub"))
            }
            Step::UpdateAdvisory { ghsa } => {
                private(Does::UpdateAdvisory, format!("set what the advisory '{ghsa}' on GitHub says"))
            }
            Step::Push => public(Does::Push, format!("push {names} with their branches to '{}'", request.remote)),
            Step::PublishReleases => public(Does::PublishReleases, format!("publish the releases {names}")),
            Step::PublishAdvisory { .. } => public(Does::PublishAdvisory, "publish the advisory on GitHub".to_owned()),
            Step::MarkSource => private(Does::MarkSource, "write into the source that it is public".to_owned()),
            Step::WriteDocuments => public(Does::WriteDocuments, format!("write the documents below '{output}'")),
            Step::WriteNotice => public(Does::WriteNotice, format!("write the notice below '{output}'")),
            Step::Look | Step::Done => None,
        }
    }
}

/// What `patch-advisory publish --dry-run` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct DisclosurePlan {
    /// [`DISCLOSURE_PLAN_SCHEMA`].
    pub schema: String,
    /// The advisory.
    pub advisory: AdvisoryId,
    /// The repository on the forge.
    pub repository: RepositoryName,
    /// What would be done, in this order.
    pub steps: Vec<PlannedStep>,
    /// The files below the output folder that would be removed, for documents of another name take their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// What is public already, and what is not.
    pub parts: Vec<PartRecord>,
    /// Formats of which there is no document, with what is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Lacking>,
}

/// What `patch-advisory publish` says.
#[derive(Debug)]
pub enum Disclosed {
    /// What it would do.
    Plan(DisclosurePlan),
    /// What it did.
    Record(Box<Disclosure>),
    /// How far it came, and why no further.
    Stopped(Box<Disclosure>, Error),
}
