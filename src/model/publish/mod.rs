//! Publishing releases on the forge so that a run that ends half way leaves nothing half done: what is wanted, what is there, and
//! the one next step.
//!
//! A release is a draft until its notes and all its files are in place, for GitHub seals a published release where the
//! repository has immutable releases on ("Immutable releases" in GitHub's documentation). [`next`] decides from what is wanted,
//! what the forge says is there and the record. It keeps nothing in mind, so a run that begins anew goes on where another ended.

mod channels;
mod latest;
mod next;
mod plan;
mod record;
mod request;
mod stand;
mod there;
mod wanted;

pub use channels::Channels;
pub use latest::{Badge, MakeLatest, Product, highest};
pub use next::{MOST_REPAIRS, Step, next};
pub use plan::plan;
pub use record::{
    AssetOutcome, AssetRecord, BadgeRecord, NotOfThisRun, PUBLISH_SCHEMA, PublishRecord, ReleaseOutcome, ReleaseRecord,
    ReleaseStage, Unreleased,
};
pub use request::{Does, PLAN_SCHEMA, PlannedStep, PublishPlan, PublishRequest, Published};
pub use stand::{Difference, Stop, differences, require_own_drafts};
pub use there::{Asset, AssetId, AssetState, Freshness, Maturity, Owner, Release, ReleaseId, Seal, Seen, Stage};
pub use wanted::{
    Adopt, AssetName, BadNotes, BadPublication, Checksums, Goal, MOST_ASSETS, MOST_NOTES_CHARS, NotesText, Publication,
    ReleaseTitle, Wanted, WantedAsset, refused_size,
};

#[cfg(test)]
mod tests;
