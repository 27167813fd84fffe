//! A pull request that nothing is needed of any more: it says so, and is closed unless somebody else pushed to it.

use std::collections::HashSet;

use crate::model::apply::LineResult;
use crate::model::branch::BranchName;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::guard::{Place, Surface};
use crate::model::propose::{LineProposal, Marked, ProposalOutcome, ProposedPull, over};
use crate::model::request::Mode;
use crate::ports::forge::{Failure, Proposal, ProposalStage};

use super::{Session, left, planned};

/// Ends the open pull request of a line for which there is nothing to propose. One that a person wrote, and one whose commits the line
/// has, which the forge takes for merged, are left alone.
///
/// # Errors
/// When git or the forge fails.
pub fn put(session: &Session<'_>, line: &LineResult, branch: &BranchName, result: &mut LineProposal) -> Result<()> {
    let earlier = session.forge.proposals(&session.pushed_to, branch, &line.branch).map_err(Failure::into_error)?;
    let Some(open) = earlier.iter().find(|proposal| proposal.stage == ProposalStage::Open) else { return Ok(()) };
    let mut marked = Marked::read(&open.body);
    let tips = (session.heads.get(branch).copied(), session.bases.get(&line.branch).copied());
    let ((Some(there), Some(base)), false) = (tips, marked.picks.is_empty()) else { return Ok(()) };
    session.git.bring(&session.lines_at, &line.branch, base)?;
    session.git.bring(&session.request.remote, branch, there)?;
    if session.git.is_ancestor(there, base) {
        return Ok(());
    }
    planned::require_known(session, open.number, &marked.fixes)?;
    let known: HashSet<CommitId> = earlier.iter().flat_map(|proposal| Marked::read(&proposal.body).picks).collect();
    let foreign = session.git.unlike(&[base], there, &known)?.first().copied();
    let lost = marked.lost(&result.picks);
    marked.left.extend(std::mem::take(&mut marked.fixes));
    let body = over(&line.line, branch, &left::named(session, &marked.left), foreign, &marked);
    let told =
        [Surface::new(Place::Title, &open.title), Surface::new(Place::PullBody, &body).below(open.title.as_str())];
    session.watch.require_texts("no pull request was written", told)?;
    result.left = left::named(session, &lost);
    result.pull_request = Some(ProposedPull { number: open.number, url: open.url.clone(), readiness: open.readiness });
    result.outcome = end(session, open, &body, foreign)?;
    if let Some(foreign) = foreign {
        let number = open.number;
        result.notes.push(format!(
            "nothing of pull request {number} is needed any more, and '{branch}' has commits of somebody else, such as '{}': look at \
             them, and merge or close it",
            foreign.short()
        ));
    }
    Ok(())
}

fn end(session: &Session<'_>, open: &Proposal, body: &str, foreign: Option<CommitId>) -> Result<ProposalOutcome> {
    let write = session.request.mode == Mode::Write;
    let outcome = match (foreign.is_some(), super::pull::says(open, &open.title, body)) {
        (true, true) => return Ok(ProposalOutcome::Already),
        (true, false) if write => ProposalOutcome::Updated,
        (true, false) => return Ok(ProposalOutcome::WouldUpdate),
        (false, _) if write => ProposalOutcome::Closed,
        (false, _) => return Ok(ProposalOutcome::WouldClose),
    };
    super::pull::rewrite(session, open, &open.title, body)?;
    if outcome == ProposalOutcome::Closed {
        session.forge.close_proposal(open.number).map_err(Failure::into_error)?;
    }
    Ok(outcome)
}
