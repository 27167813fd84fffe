//! One line: what there is to propose, and its head branch.

use std::collections::HashSet;

use crate::model::apply::{Failure, LineResult, PickOutcome, PickResult};
use crate::model::branch::BranchName;
use crate::model::change;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::propose::{
    Foreign, LineProposal, MadePick, Marked, ProposalHead, ProposalOutcome, ProposedPick, ProposedPull, again,
    is_same_series, newest_pick, propose_again,
};
use crate::model::request::Mode;
use crate::ports::forge::{Failure as Refused, Proposal, ProposalStage};

use super::{Session, left, over, planned, pull};

/// Proposes one line. Whatever goes wrong stands in the result.
pub fn propose(session: &Session<'_>, line: &LineResult, head: BranchName) -> LineProposal {
    let mut result = LineProposal {
        line: line.line.clone(),
        branch: line.branch.clone(),
        outcome: ProposalOutcome::Nothing,
        head: None,
        pull_request: None,
        link: None,
        picks: line.picks.iter().map(|pick| pick_of(session, pick.fix, pick.commit, pick.outcome)).collect(),
        labels: Vec::new(),
        reviewers: Vec::new(),
        assignees: Vec::new(),
        left: Vec::new(),
        conflict: line.conflict.clone(),
        commands: commands(session, line),
        failure: line.failure.clone(),
        notes: Vec::new(),
    };
    if let Err(error) = work(session, line, head, &mut result) {
        result.outcome = ProposalOutcome::Failed;
        result.failure = Some(Failure::from(&error));
    }
    result
}

/// Returns how a person goes on where picking stopped.
fn commands(session: &Session<'_>, line: &LineResult) -> Vec<String> {
    if line.conflict.is_none() && line.failure.is_none() {
        return Vec::new();
    }
    let mut commands = again(&line.line, &line.picks.iter().map(|pick| pick.fix).collect::<Vec<_>>());
    commands.push(propose_again(session.request.of_pull, &session.request.head));
    commands
}

fn pick_of(session: &Session<'_>, fix: CommitId, commit: Option<CommitId>, outcome: PickOutcome) -> ProposedPick {
    // A fix that is not here was picked elsewhere; its name still tells which it is.
    let origin = session.git.commit(fix).ok();
    ProposedPick {
        fix,
        title: origin.as_ref().map(change::title).unwrap_or_default(),
        origin: origin.as_ref().and_then(|commit| change::own_pull_request(&commit.message)),
        commit,
        outcome,
    }
}

fn work(session: &Session<'_>, line: &LineResult, branch: BranchName, result: &mut LineProposal) -> Result<()> {
    planned::require_standing(session, line)?;
    if is_resolved_there(session, line, &branch, result)? {
        return Ok(());
    }
    let stopped = line.conflict.is_some() || line.failure.is_some();
    let found = match newest_pick(line) {
        Some(tip) => new_picks(session, line, tip)?.map(|base| (tip, base)),
        None => None,
    };
    let Some((tip, base)) = found else {
        if stopped {
            result.outcome = ProposalOutcome::Blocked;
            return Ok(());
        }
        return over::put(session, line, &branch, result);
    };
    let earlier = session.forge.proposals(&session.pushed_to, &branch, &line.branch).map_err(Refused::into_error)?;
    let before = session.heads.get(&branch).copied();
    let mut tip = tip;
    if let Some(there) = before.filter(|there| *there != tip) {
        session.git.bring(&session.request.remote, &branch, there)?;
        if keep_as_there(session, (base, tip, there), result)? {
            tip = there;
        } else {
            require_ours(session, line, &branch, (base, tip, there), &earlier)?;
            planned::require_newest(session, &branch, (base, tip, there))?;
        }
    }
    result.head =
        Some(ProposalHead { repository: session.pushed_to.clone(), branch: branch.clone(), before, commit: tip });
    if session.request.mode == Mode::Write && before != Some(tip) {
        session.git.push_head(&session.request.remote, &branch, before, tip)?;
    }
    pull::put(session, line, &earlier, result)
}

/// Says whether a person has resolved what conflicts already, in the open pull request and on the line as it is now: picks up to the
/// conflict would take that away.
fn is_resolved_there(
    session: &Session<'_>,
    line: &LineResult,
    branch: &BranchName,
    result: &mut LineProposal,
) -> Result<bool> {
    let Some(conflict) = &line.conflict else { return Ok(false) };
    let all = session.forge.proposals(&session.pushed_to, branch, &line.branch).map_err(Refused::into_error)?;
    let open = all.iter().find(|proposal| proposal.stage == ProposalStage::Open);
    let Some(open) = open.filter(|open| Marked::read(&open.body).fixes.contains(&conflict.fix)) else {
        return Ok(false);
    };
    let tips = (session.heads.get(branch).copied(), session.bases.get(&line.branch).copied());
    let (Some(there), Some(base)) = tips else { return Ok(false) };
    session.git.bring(&session.lines_at, &line.branch, base)?;
    session.git.bring(&session.request.remote, branch, there)?;
    if !session.git.is_ancestor(base, there) {
        return Ok(false);
    }
    result.outcome = ProposalOutcome::Already;
    result.pull_request = Some(ProposedPull { number: open.number, url: open.url.clone(), readiness: open.readiness });
    result.notes.push(format!(
        "pull request {} has {} as a person resolved it, and stays as it is; once it is merged, what else the line needs can follow",
        open.number,
        conflict.fix.short()
    ));
    result.conflict = None;
    result.failure = waiting(session, line, open);
    if result.failure.is_none() {
        result.commands.clear();
    }
    Ok(true)
}

/// Says which fixes of the plan wait behind the pull request that a person resolved; `None` if it has them all.
fn waiting(session: &Session<'_>, line: &LineResult, open: &Proposal) -> Option<Failure> {
    let there = Marked::read(&open.body).fixes;
    let is_out = |pick: &&PickResult| pick.outcome != PickOutcome::Empty && !there.contains(&pick.fix);
    let out: Vec<CommitId> = line.picks.iter().filter(is_out).map(|pick| pick.fix).collect();
    let named: Vec<String> =
        left::named(session, &out).iter().map(|fix| format!("{} '{}'", fix.fix.short(), fix.title)).collect();
    if named.is_empty() {
        return None;
    }
    let number = open.number;
    let error = Error::undecided(format!("neither the line nor pull request {number} has: {}", named.join(", "))).hint(
        format!("merge pull request {number}, and run this again; or resolve all of them together, in any clone"),
    );
    Some(Failure::from(&error))
}

/// Returns where the branch of the line is on the forge; `None` when that has all picks. What the picks stand on must be there, for a
/// pull request proposes all that its branch has besides.
fn new_picks(session: &Session<'_>, line: &LineResult, tip: CommitId) -> Result<Option<CommitId>> {
    let branch = &line.branch;
    let Some(base) = session.bases.get(branch).copied() else {
        let remote = session.lines_at.escape_debug();
        return Err(Error::no(format!("'{remote}' has no branch '{branch}' that a pull request could go to")).hint(
            format!("push the branch as it was before the picks: git push {remote} COMMIT:refs/heads/{branch}"),
        ));
    };
    session.git.bring(&session.lines_at, branch, base)?;
    let picks: HashSet<CommitId> = line.picks.iter().filter_map(|pick| pick.commit).collect();
    let new = session.git.commits_between(&[base], tip, None)?;
    if let Some(strange) = new.iter().find(|commit| !picks.contains(&commit.id)) {
        return Err(Error::no(format!(
            "'{branch}' has commits here that are no picks of this plan and that '{}' lacks, such as '{}'",
            session.lines_at.escape_debug(),
            strange.id
        ))
        .hint("push them first, or plan and apply again on the branch as the remote has it"));
    }
    Ok((!new.is_empty()).then_some(base))
}

/// Where an earlier run pushed the same picks on the same commit, takes those for the picks of this one, and says so: other commits that
/// differ by their moment alone would take reviews and checks away, night after night.
fn keep_as_there(
    session: &Session<'_>,
    (base, tip, there): (CommitId, CommitId, CommitId),
    result: &mut LineProposal,
) -> Result<bool> {
    let series = |tip: CommitId| -> Result<Vec<MadePick>> {
        let commits = session.git.commits_between(&[base], tip, None)?;
        commits.iter().map(|commit| Ok(MadePick::read(commit.id, &session.git.stored_commit(commit.id)?))).collect()
    };
    let (made, kept) = (series(tip)?, series(there)?);
    if !is_same_series(base, &made, &kept) {
        return Ok(false);
    }
    for commit in result.picks.iter_mut().filter_map(|pick| pick.commit.as_mut()) {
        if let Some(at) = made.iter().position(|made| made.id == *commit) {
            *commit = kept[at].id;
        }
    }
    Ok(true)
}

/// Requires that a head branch holds nothing that somebody else made.
fn require_ours(
    session: &Session<'_>,
    line: &LineResult,
    branch: &BranchName,
    (base, tip, there): (CommitId, CommitId, CommitId),
    earlier: &[Proposal],
) -> Result<()> {
    if session.request.foreign == Foreign::Replace {
        return Ok(());
    }
    let git = session.git;
    let mut known: HashSet<CommitId> = line.picks.iter().filter_map(|pick| pick.commit).collect();
    known.extend(earlier.iter().flat_map(|proposal| Marked::read(&proposal.body).picks));
    let foreign = git.unlike(&[base, tip], there, &known)?;
    let Some(first) = foreign.first() else { return Ok(()) };
    let count = if foreign.len() == 1 { "a commit".to_owned() } else { format!("{} commits", foreign.len()) };
    Err(Error::no(format!("'{branch}' has {count} of somebody else, such as '{first}'")).hint(format!(
        "look at them: git log {base}..{there}; bring them to the line first, or replace them with --replace"
    )))
}
