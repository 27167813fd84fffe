//! All steps of a run in which nothing goes wrong, worked out before any is taken.

use super::content::Wanted;
use super::next::{Step, next};
use super::stand::Stop;
use super::there::{ForgeAdvisory, ForgeStage, Freshness, Progress, Seen};
use crate::model::advisory::id::GhsaId;
use crate::model::publish::Owner;

/// Returns the steps that a run takes, without those that only read. An advisory that is made on the way has an identifier that the forge
/// gives to nothing.
///
/// # Errors
/// When it cannot go on without a person.
pub fn plan(wanted: Option<&Wanted>, seen: &Seen) -> Result<Vec<Step>, Stop> {
    let (mut seen, mut steps) = (seen.clone(), Vec::new());
    loop {
        let step = next(wanted, &seen)?;
        match step {
            Step::Done => return Ok(steps),
            Step::Look => seen.freshness = Freshness::Read,
            step => {
                pretend(wanted, &mut seen, &step);
                steps.push(step);
            }
        }
    }
}

/// Does at once what a step tells.
pub(super) fn pretend(wanted: Option<&Wanted>, seen: &mut Seen, step: &Step) {
    let content = || wanted.expect("because steps are about what is wanted").content.clone();
    match step {
        Step::PrepareReleases => seen.drafts = Progress::There,
        Step::CreateAdvisory => seen.told(ForgeAdvisory {
            ghsa: "GHSA-2222-2222-2222".parse().expect("because it has the form"),
            stage: ForgeStage::Draft,
            owner: Owner::Ours,
            created: None,
            published: None,
            page: String::new(),
            content: content(),
        }),
        Step::CloseSurplus { ghsa } => {
            of(seen, ghsa).for_each(|there| there.stage = ForgeStage::Closed);
        }
        Step::UpdateAdvisory { ghsa } => {
            seen.updates += 1;
            of(seen, ghsa).for_each(|there| there.content = content());
        }
        Step::Push => seen.pushed = Progress::There,
        Step::PublishReleases => seen.released = Progress::There,
        Step::PublishAdvisory { ghsa } => {
            of(seen, ghsa).for_each(|there| there.stage = ForgeStage::Published);
        }
        Step::MarkSource => seen.source = Progress::There,
        Step::WriteDocuments => seen.documents = Progress::There,
        Step::WriteNotice => seen.notice = Progress::There,
        Step::Look | Step::Done => {}
    }
}

fn of<'s>(seen: &'s mut Seen, ghsa: &'s GhsaId) -> impl Iterator<Item = &'s mut ForgeAdvisory> {
    seen.advisories.iter_mut().filter(move |there| there.ghsa == *ghsa)
}
