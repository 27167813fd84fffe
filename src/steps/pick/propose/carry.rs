//! Labels and people of the origins. What cannot be taken over is told and keeps nothing up.

use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::known::{Known, Missing};
use crate::model::line::LineName;
use crate::model::login::Login;
use crate::model::propose::{LineProposal, carried};
use crate::model::pull::{PullRequest, PullState};
use crate::ports::forge::{Failure, Proposal};

use super::Session;

/// Fills in which pull request brought each fix, as the forge knows it.
pub fn name_origins(session: &Session<'_>, result: &mut LineProposal) -> Result<()> {
    for pick in &mut result.picks {
        match session.origins_of(pick.fix)? {
            Known::Known(pulls) => {
                let origin = origin_of(pick.fix, pulls);
                pick.origin = origin.map(|origin| origin.number).or(pick.origin);
                if let Some(missing) = origin.and_then(|origin| origin.reviews.missing()) {
                    note_once(&mut result.notes, missing);
                }
            }
            Known::Unknown(missing) => note_once(&mut result.notes, missing),
        }
    }
    Ok(())
}

fn note_once(notes: &mut Vec<String>, missing: &Missing) {
    let note = format!("labels and people of some fixes are unknown: {missing}");
    if !notes.contains(&note) {
        notes.push(note);
    }
}

/// Says whether it is known which pull request brought a fix, and what its labels and people are.
///
/// # Errors
/// When the forge fails.
pub fn is_known(session: &Session<'_>, fix: CommitId) -> Result<bool> {
    let Known::Known(pulls) = session.origins_of(fix)? else { return Ok(false) };
    Ok(origin_of(fix, pulls).is_none_or(|origin| origin.reviews.value().is_some()))
}

/// Gives a pull request the labels and people of the pull requests that brought these fixes to main.
pub fn over(session: &Session<'_>, proposal: &Proposal, fixes: &[CommitId], result: &mut LineProposal) -> Result<()> {
    let mut origins = Vec::new();
    for fix in fixes {
        origins.extend(session.origins_of(*fix)?.value().and_then(|pulls| origin_of(*fix, pulls)));
    }
    let lines: Vec<LineName> = session.settings.config.lines.iter().map(|line| line.name.clone()).collect();
    let own = session.forge.own_login().map_err(Failure::into_error)?;
    let mut found = carried(origins, &lines, own);
    found.labels.retain(|label| proposal.labels.iter().all(|there| there.to_lowercase() != label.to_lowercase()));
    let number = proposal.number;
    let labels = |labels: &[String]| session.forge.add_labels(number, labels);
    result.labels = added(&found.labels, String::as_str, &labels, &mut result.notes)?;
    let reviewers = |people: &[Login]| session.forge.request_reviews(number, people);
    result.reviewers = added(&found.reviewers, Login::as_str, &reviewers, &mut result.notes)?;
    let assignees = |people: &[Login]| session.forge.add_assignees(number, people);
    result.assignees = added(&found.assignees, Login::as_str, &assignees, &mut result.notes)?;
    Ok(())
}

/// Returns the pull request that brought a fix: the one that was merged as it, else the one that holds it.
fn origin_of(fix: CommitId, pulls: &[PullRequest]) -> Option<&PullRequest> {
    let merged_as = |pull: &&PullRequest| match &pull.state {
        PullState::Merged(merge) => merge.commit == Some(fix),
        PullState::Open | PullState::Closed => false,
    };
    let merged = |pull: &&PullRequest| matches!(pull.state, PullState::Merged(_));
    pulls.iter().find(merged_as).or_else(|| pulls.iter().find(merged))
}

/// Adds all at once, and where the forge does not take all of them, one by one. Returns those that were added.
fn added<T: Clone>(
    all: &[T],
    name: fn(&T) -> &str,
    add: &dyn Fn(&[T]) -> std::result::Result<(), Failure>,
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    let names = |some: &[T]| some.iter().map(|one| name(one).to_owned()).collect::<Vec<_>>();
    if all.is_empty() {
        return Ok(Vec::new());
    }
    match add(all) {
        Ok(()) => Ok(names(all)),
        Err(failure) if failure.is_denial() => {
            notes.push(failure.sentence());
            Ok(Vec::new())
        }
        Err(failure) if failure.is_invalid() && all.len() > 1 => {
            let mut taken = Vec::new();
            for one in all {
                taken.extend(added(std::slice::from_ref(one), name, add, notes)?);
            }
            Ok(taken)
        }
        Err(failure) if failure.is_invalid() => {
            notes.push(format!("{} ('{}')", failure.sentence(), names(all).join("', '")));
            Ok(Vec::new())
        }
        Err(failure) => Err(failure.into_error()),
    }
}
