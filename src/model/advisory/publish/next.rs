//! The one next step.

use super::content::Wanted;
use super::stand::{Standing, Stop, stand};
use super::there::{Freshness, Progress, Seen};
use crate::model::advisory::id::GhsaId;

/// What to do next. Each step can be repeated, for the next one is worked out from what is there then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Make the drafts of the releases, with their notes and files. Nobody but maintainers sees them.
    PrepareReleases,
    /// Make a draft of the advisory on the forge.
    CreateAdvisory,
    /// Close a second draft of the same advisory.
    CloseSurplus {
        /// Which.
        ghsa: GhsaId,
    },
    /// Set what the advisory on the forge says.
    UpdateAdvisory {
        /// Which.
        ghsa: GhsaId,
    },
    /// Push branches and tags.
    Push,
    /// Publish the releases.
    PublishReleases,
    /// Read the advisories of the forge again.
    Look,
    /// Publish the advisory on the forge.
    PublishAdvisory {
        /// Which.
        ghsa: GhsaId,
    },
    /// Say in the source that the advisory is public.
    MarkSource,
    /// Write the documents.
    WriteDocuments,
    /// Write the notice.
    WriteNotice,
    /// Everything is as it is wanted.
    Done,
}

/// Returns the next step.
///
/// What is private comes first, all of it; then, in this order, what becomes public. The source says that the advisory is public before the
/// documents are made of it, for documents of an advisory that is not public say so.
///
/// # Errors
/// When it cannot go on without a person.
pub fn next(wanted: Option<&Wanted>, seen: &Seen) -> Result<Step, Stop> {
    let standing = wanted.map(|wanted| stand(wanted, seen)).transpose()?;
    let is_waiting = |progress| progress == Progress::Waiting;
    match &standing {
        _ if is_waiting(seen.drafts) => return Ok(Step::PrepareReleases),
        Some(Standing::Absent) => return Ok(Step::CreateAdvisory),
        Some(Standing::Surplus(there)) => return Ok(Step::CloseSurplus { ghsa: there.ghsa.clone() }),
        Some(Standing::OtherDraft(there)) => return Ok(Step::UpdateAdvisory { ghsa: there.ghsa.clone() }),
        Some(Standing::Draft(_) | Standing::OtherPublished(_) | Standing::Published(_)) | None => {}
    }
    if is_waiting(seen.pushed) {
        return Ok(Step::Push);
    }
    if is_waiting(seen.released) {
        return Ok(Step::PublishReleases);
    }
    match (&standing, seen.freshness) {
        (Some(Standing::Draft(_)), Freshness::Told) => return Ok(Step::Look),
        (Some(Standing::Draft(there)), Freshness::Read) => {
            return Ok(Step::PublishAdvisory { ghsa: there.ghsa.clone() });
        }
        (Some(Standing::OtherPublished(there)), _) => return Ok(Step::UpdateAdvisory { ghsa: there.ghsa.clone() }),
        _ => {}
    }
    Ok(match () {
        () if is_waiting(seen.source) => Step::MarkSource,
        () if is_waiting(seen.documents) => Step::WriteDocuments,
        () if is_waiting(seen.notice) => Step::WriteNotice,
        () => Step::Done,
    })
}
