//! How far a branch is along a plan already.

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::forecast::Outcome;
use crate::model::message::names_origin;
use crate::model::plan::{LinePlan, Plan, PlannedPick, PolicyName};
use crate::ports::git::Git;

use super::checks::moved;

/// The picks of a plan that a branch holds, from the first one on.
#[derive(Debug, Default)]
pub struct Held {
    /// For each, the commit that it became; `None` for one that was left out.
    pub picks: Vec<Option<CommitId>>,
}

/// How far a branch is.
#[derive(Debug)]
pub enum Progress {
    /// It is where the plan expects it, or does not exist as the plan expects.
    Begin,
    /// It holds the first picks; the command after one of them had failed.
    Partly(Held),
    /// It holds everything.
    Done(Held),
}

/// Says whether every line of a plan is done.
pub fn is_finished(git: &Git, plan: &Plan) -> bool {
    let is_done = |line: &LinePlan| {
        let tip = git.branch_tip(&line.branch)?;
        progress(git, line, tip).map(|progress| matches!(progress, Progress::Done(_)))
    };
    plan.lines.iter().all(|line| is_done(line).unwrap_or(false))
}

/// Says how far the branch is.
///
/// # Errors
/// When it is neither where the plan expects it nor on the way.
pub fn progress(git: &Git, line: &LinePlan, tip: Option<CommitId>) -> Result<Progress> {
    let Some(at) = tip else {
        return if line.expected.is_none() { Ok(Progress::Begin) } else { Err(moved(line, tip)) };
    };
    let held = match chain(git, line, at)? {
        Some(commits) => along(line, &commits),
        None => None,
    };
    match held {
        Some(held) if held.picks.len() == line.picks.len() => Ok(Progress::Done(held)),
        Some(held) if held.picks.iter().any(Option::is_some) => Ok(Progress::Partly(held)),
        Some(_) | None if line.expected == tip => Ok(Progress::Begin),
        Some(_) | None => Err(moved(line, tip)),
    }
}

/// The commits from where the picks begin to the tip; `None` when that is no straight way of at most as many commits as picks.
fn chain(git: &Git, line: &LinePlan, tip: CommitId) -> Result<Option<Vec<Commit>>> {
    let mut commits = Vec::new();
    let mut at = tip;
    while at != line.onto {
        let commit = git.commit(at)?;
        let [parent] = commit.parents[..] else { return Ok(None) };
        if commits.len() == line.picks.len() {
            return Ok(None);
        }
        commits.push(commit);
        at = parent;
    }
    commits.reverse();
    Ok(Some(commits))
}

/// Lays the commits beside the planned picks.
fn along(line: &LinePlan, commits: &[Commit]) -> Option<Held> {
    let mut held = Held::default();
    let mut rest = commits.iter().peekable();
    let mut comparable = true;
    for pick in &line.picks {
        comparable &= is_plain(pick);
        let is_it = |commit: &&Commit| {
            let tree = pick.tree().filter(|_| comparable);
            names_origin(&commit.message, pick.fix) && tree.is_none_or(|tree| tree == commit.tree)
        };
        let outcome = pick.forecast.as_ref().map(|forecast| forecast.outcome);
        match (outcome, rest.peek().copied()) {
            (Some(Outcome::Empty), _) => held.picks.push(None),
            (Some(Outcome::Clean | Outcome::Conflict) | None, Some(commit)) if is_it(&commit) => {
                held.picks.push(Some(commit.id));
                rest.next();
            }
            // A conflict can have been resolved to nothing, and what lies behind one can be empty.
            (Some(Outcome::Conflict) | None, Some(_)) => held.picks.push(None),
            (Some(Outcome::Clean), Some(_)) => return None,
            (Some(Outcome::Clean | Outcome::Conflict) | None, None) => break,
        }
    }
    rest.next().is_none().then_some(held)
}

/// Says whether the tree of a pick, and of those behind it, is known from the plan.
fn is_plain(pick: &PlannedPick) -> bool {
    let regenerates = pick.by_policy.iter().any(|decided| decided.policy == PolicyName::Regenerate);
    pick.tree().is_some() && !regenerates
}
