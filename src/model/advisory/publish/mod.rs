//! Publishing an advisory with its releases so that nothing is said too early and a run that ends half way is finished by the next one:
//! what is wanted, what is there, and the one next step.
//!
//! Everything that can be made in private is made first: drafts of the releases with their files, and the draft of GitHub's advisory. Then
//! what is public follows in one order, so that nobody is told of a flaw before there is something to upgrade to: branches and tags,
//! releases, GitHub's advisory, documents, notices. [`next`] decides from what is wanted and what was seen; it keeps nothing in mind.

mod content;
mod next;
mod notice;
mod plan;
mod record;
mod request;
mod stand;
mod there;
mod told;

pub use content::{Content, Difference, Entry, Rating, Wanted, is_marked, mark};
pub use next::{Step, next};
pub use notice::{Notice, ReleasePage, notice, notice_path};
pub use plan::plan;
pub use record::{
    DISCLOSURE_SCHEMA, Disclosure, Left, NotOfThisAdvisory, Part, PartRecord, PartStage, left_to_people, told,
};
pub use request::{
    DISCLOSURE_PLAN_SCHEMA, Disclosed, DisclosurePlan, DisclosureRequest, Does, OnForge, PlannedStep, after_withdrawal,
    before_first_write,
};
pub use stand::{Standing, Stop, stand};
pub use there::{ForgeAdvisory, ForgeStage, Freshness, Progress, Seen};
pub use told::{Otherwise, Told, require_revised};

#[cfg(test)]
mod tests;
