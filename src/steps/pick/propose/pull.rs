//! The pull request of a line: opened, or brought up to date.

use crate::model::apply::LineResult;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::guard::{Place, Surface};
use crate::model::propose::{
    LeftFix, LineProposal, Marked, ProposalOutcome, ProposedPull, Runs, Text, body, link, title,
};
use crate::model::pull::Readiness;
use crate::model::request::Mode;
use crate::ports::forge::{Failure, NewProposal, Proposal, ProposalStage};

use super::{Session, carry, left};

/// The account of the token that a workflow has by itself (GitHub's documentation, "Automatic token authentication").
const WORKFLOW_ACCOUNT: &str = "github-actions[bot]";

/// What a pull request should be.
struct Wanted {
    title: String,
    marked: Marked,
    readiness: Readiness,
    runs: Runs,
    /// All that ever left it.
    left: Vec<LeftFix>,
}

impl Wanted {
    fn body(&self, line: &LineResult, result: &LineProposal) -> Result<String> {
        body(&text(line, result, &self.left, self.runs), &self.marked)
    }
}

fn text<'t>(line: &'t LineResult, result: &'t LineProposal, left: &'t [LeftFix], runs: Runs) -> Text<'t> {
    Text {
        line: &line.line,
        branch: &line.branch,
        picks: &result.picks,
        left,
        conflict: line.conflict.as_ref(),
        failure: line.failure.as_ref(),
        commands: &result.commands,
        runs,
    }
}

/// Opens the pull request, or brings the one that is open up to date. The mark in its body tells what was carried over, so that a run
/// that was cut off is finished by the next one.
pub fn put(session: &Session<'_>, line: &LineResult, earlier: &[Proposal], result: &mut LineProposal) -> Result<()> {
    carry::name_origins(session, result)?;
    let open = earlier.iter().find(|proposal| proposal.stage == ProposalStage::Open);
    let own = session.forge.own_login().map_err(Failure::into_error)?;
    let runs = if own.as_str() == WORKFLOW_ACCOUNT { Runs::WaitForApproval } else { Runs::Begin };
    let there = open.map(|proposal| Marked::read(&proposal.body)).unwrap_or_default();
    let readiness = if line.conflict.is_some() || line.failure.is_some() { Readiness::Draft } else { Readiness::Ready };
    let lost = there.lost(&result.picks);
    result.left = left::named(session, &lost);
    let made = || result.picks.iter().filter(|pick| pick.commit.is_some());
    let mut marked = Marked {
        picks: made().filter_map(|pick| pick.commit).collect(),
        fixes: made().map(|pick| pick.fix).collect(),
        ..there
    };
    marked.left.extend(lost);
    marked.left.retain(|fix| result.picks.iter().all(|pick| pick.fix != *fix));
    let left = left::named(session, &marked.left);
    let wanted = Wanted { title: title(&text(line, result, &left, runs)), marked, readiness, runs, left };
    match open {
        None => new(session, line, wanted, result),
        Some(open) => known(session, line, open, wanted, result),
    }
}

fn new(session: &Session<'_>, line: &LineResult, mut wanted: Wanted, result: &mut LineProposal) -> Result<()> {
    let body = wanted.body(line, result)?;
    guard(session, &wanted.title, &body)?;
    let head = result.head.clone().expect("because the picks were pushed before");
    if session.request.mode == Mode::DryRun {
        result.outcome = ProposalOutcome::WouldOpen;
        return Ok(());
    }
    let mut asked = NewProposal {
        base: &line.branch,
        from: &head.repository,
        head: &head.branch,
        title: &wanted.title,
        body: &body,
        readiness: wanted.readiness,
    };
    let mut made = session.forge.propose(&asked);
    if wanted.readiness == Readiness::Draft && made.as_ref().is_err_and(Failure::is_invalid) {
        // Not every plan of GitHub has drafts.
        asked.readiness = Readiness::Ready;
        made = session.forge.propose(&asked);
    }
    let proposal = match made {
        Ok(proposal) => proposal,
        Err(failure) if failure.is_denial() => {
            let repository = session.forge.repository();
            result.link = Some(link(&session.request.server, repository, &line.branch, &head, &wanted.title, &body));
            result.outcome = ProposalOutcome::Forbidden;
            result.notes.push(failure.sentence());
            return Ok(());
        }
        Err(failure) => return Err(failure.into_error()),
    };
    if proposal.readiness != wanted.readiness {
        result.notes.push(format!("pull request {} is no draft: the forge takes none", proposal.number));
    }
    tell(result, &proposal, proposal.readiness);
    result.outcome = ProposalOutcome::Opened;
    let fixes = uncarried(session, &wanted.marked, result)?;
    carry::over(session, &proposal, &fixes, result)?;
    wanted.marked.carried.extend(fixes);
    rewrite(session, &proposal, &wanted.title, &wanted.body(line, result)?)
}

fn known(
    session: &Session<'_>,
    line: &LineResult,
    open: &Proposal,
    mut wanted: Wanted,
    result: &mut LineProposal,
) -> Result<()> {
    let fixes = uncarried(session, &wanted.marked, result)?;
    wanted.marked.carried.extend(fixes.iter().copied());
    let body = wanted.body(line, result)?;
    guard(session, &wanted.title, &body)?;
    let moved = result.head.as_ref().is_some_and(|head| head.before != Some(head.commit));
    let same = says(open, &wanted.title, &body) && open.readiness == wanted.readiness && !moved;
    tell(result, open, wanted.readiness);
    if session.request.mode == Mode::DryRun {
        result.outcome = if same { ProposalOutcome::Already } else { ProposalOutcome::WouldUpdate };
        return Ok(());
    }
    result.outcome = if same { ProposalOutcome::Already } else { ProposalOutcome::Updated };
    if open.readiness != wanted.readiness {
        match session.forge.set_readiness(open, wanted.readiness) {
            Ok(()) => {}
            Err(failure) if failure.is_denial() || failure.is_invalid() => {
                tell(result, open, open.readiness);
                result.notes.push(failure.sentence());
            }
            Err(failure) => return Err(failure.into_error()),
        }
    }
    carry::over(session, open, &fixes, result)?;
    rewrite(session, open, &wanted.title, &body)
}

/// Requires that a pull request tells of nothing that is under embargo.
fn guard(session: &Session<'_>, title: &str, body: &str) -> Result<()> {
    let told = [Surface::new(Place::Title, title), Surface::new(Place::PullBody, body).below(title)];
    session.watch.require_texts("no pull request was written", told)
}

/// Returns the fixes whose labels and people were not taken over yet, and are known. The others wait for a run that may read them.
fn uncarried(session: &Session<'_>, marked: &Marked, result: &LineProposal) -> Result<Vec<CommitId>> {
    let made = result.picks.iter().filter(|pick| pick.commit.is_some()).map(|pick| pick.fix);
    let mut found = Vec::new();
    for fix in made.filter(|fix| !marked.carried.contains(fix)) {
        if carry::is_known(session, fix)? {
            found.push(fix);
        }
    }
    Ok(found)
}

pub(super) fn says(proposal: &Proposal, title: &str, body: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    proposal.title == title && plain(&proposal.body) == plain(body)
}

pub(super) fn rewrite(session: &Session<'_>, proposal: &Proposal, title: &str, body: &str) -> Result<()> {
    if says(proposal, title, body) {
        return Ok(());
    }
    session.forge.rewrite_proposal(proposal.number, title, body).map_err(Failure::into_error)
}

fn tell(result: &mut LineProposal, proposal: &Proposal, readiness: Readiness) {
    result.pull_request = Some(ProposedPull { number: proposal.number, url: proposal.url.clone(), readiness });
}
