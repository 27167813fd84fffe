//! That picks are what a plan says, whoever made them: where they are made, `--exec` runs code that they bring. And that no newer plan has
//! overtaken this one: a job of a workflow may be run again days later.

use std::collections::BTreeSet;

use crate::model::apply::{LineResult, PickOutcome};
use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Entry, Outcome};
use crate::model::message::picked;
use crate::model::plan::{LinePlan, Plan, PlannedPick, PolicyName};
use crate::model::propose::Foreign;
use crate::ports::git::{Git, NewCommit, Objects, SignCommits};

use super::Session;

/// What to do about picks that are others.
const HINT: &str = "plan and apply again; where a person resolved what conflicted, propose without '--plan'";
/// What to do about a plan that others have overtaken.
const ANEW: &str = "plan and apply again; in a workflow, run the whole of it anew, not its failed jobs alone";

/// Requires that lines are those of a plan, and that each pick on them is what the plan says: its place, its tree, its author and its
/// message. Of files that a command of `patch.toml` makes anew, the plan tells no content.
///
/// # Errors
/// When something is another than planned, a person resolved it, or an object is missing.
pub fn require(git: &Git, plan: &Plan, digest: &str, lines: &[&LineResult]) -> Result<()> {
    if digest != plan.digest {
        return Err(Error::no("the report is of another plan").hint(HINT));
    }
    lines.iter().try_for_each(|line| of_line(git, plan, line))
}

/// Requires that the branch of a line is where the plan saw it. A job that is run again has the plan of its own day.
///
/// # Errors
/// When it is elsewhere on the remote.
pub fn require_standing(session: &Session<'_>, line: &LineResult) -> Result<()> {
    let Some(planned) = session.request.plan.as_ref().and_then(|plan| planned(plan, line)) else { return Ok(()) };
    match session.bases.get(&line.branch) {
        Some(base) if *base != planned.onto => Err(Error::no(format!(
            "'{}' is at {} on '{}', and the plan is for {}",
            line.branch,
            base.short(),
            session.lines_at.escape_debug(),
            planned.onto.short()
        ))
        .hint(ANEW)),
        _ => Ok(()),
    }
}

/// Requires that a head branch, which holds nothing of others, is not that of a newer plan: that no pick on it was made after those of
/// this run.
///
/// # Errors
/// When one was, or history is missing.
pub fn require_newest(session: &Session<'_>, branch: &BranchName, tips: (CommitId, CommitId, CommitId)) -> Result<()> {
    let (base, tip, there) = tips;
    if session.request.plan.is_none() || session.request.foreign == Foreign::Replace {
        return Ok(());
    }
    let made = |tip: CommitId| session.git.commits_between(&[base], tip, None);
    let newest = made(tip)?.iter().map(|pick| pick.committer.seconds).max();
    match made(there)?.iter().find(|pick| Some(pick.committer.seconds) > newest) {
        Some(later) => Err(Error::no(format!("'{branch}' has picks of a newer plan, such as '{}'", later.id.short()))
            .hint(format!("{ANEW}; or replace them with --replace"))),
        None => Ok(()),
    }
}

/// Requires that a plan without picks knows the fixes of a pull request that would be closed for it.
///
/// # Errors
/// When one came to main behind the plan.
pub fn require_known(session: &Session<'_>, open: u64, fixes: &BTreeSet<CommitId>) -> Result<()> {
    let Some(plan) = session.request.plan.as_ref().filter(|_| session.request.foreign == Foreign::Keep) else {
        return Ok(());
    };
    match fixes.iter().find(|fix| !session.git.is_ancestor(**fix, plan.main.commit)) {
        Some(later) => Err(Error::no(format!(
            "pull request {open} has {}, which main had not at {}, where the plan was made",
            later.short(),
            plan.main.commit.short()
        ))
        .hint(format!("{ANEW}; where no plan is newer, close it by hand"))),
        None => Ok(()),
    }
}

/// Returns what a plan says of a line; `None` where the report has it otherwise.
fn planned<'p>(plan: &'p Plan, line: &LineResult) -> Option<&'p LinePlan> {
    let is_it = |planned: &&LinePlan| {
        let fixes = planned.picks.iter().map(|pick| pick.fix);
        planned.line == line.line && planned.branch == line.branch && fixes.eq(line.picks.iter().map(|pick| pick.fix))
    };
    plan.lines.iter().find(is_it)
}

fn of_line(git: &Git, plan: &Plan, line: &LineResult) -> Result<()> {
    let planned = planned(plan, line)
        .ok_or_else(|| Error::no(format!("the report has line '{}' otherwise than the plan", line.line)).hint(HINT))?;
    let mut made = Made::begin(git, plan, planned)?;
    let mut is_over = false;
    for (pick, told) in planned.picks.iter().zip(&line.picks) {
        match (told.commit, told.outcome) {
            (Some(commit), _) if !is_over => made.require(pick, commit)?,
            (None, PickOutcome::Empty) if pick.is(Outcome::Empty) => {}
            (None, PickOutcome::Conflict | PickOutcome::Failed | PickOutcome::NotReached) => is_over = true,
            (Some(_), _) | (None, PickOutcome::Picked | PickOutcome::Already | PickOutcome::Empty) => {
                return Err(differs(pick.fix, "came to something else"));
            }
        }
    }
    Ok(())
}

/// The picks of a line, up to one of them.
struct Made<'a> {
    git: &'a Git,
    plan: &'a Plan,
    objects: Objects,
    /// The tree that the first one goes onto.
    onto: TreeId,
    head: CommitId,
    /// The paths that commands made anew.
    anew: BTreeSet<&'a str>,
}

impl<'a> Made<'a> {
    fn begin(git: &'a Git, plan: &'a Plan, line: &LinePlan) -> Result<Self> {
        let onto = git.commit(line.onto)?.tree;
        Ok(Self { git, plan, objects: git.objects()?, onto, head: line.onto, anew: BTreeSet::new() })
    }

    fn require(&mut self, pick: &'a PlannedPick, id: CommitId) -> Result<()> {
        let decided = pick.by_policy.iter().filter(|decided| decided.policy == PolicyName::Regenerate);
        self.anew.extend(decided.map(|decided| decided.path.as_str()));
        let made = self.git.commit(id)?;
        let Some(tree) = pick.tree() else { return Err(differs(pick.fix, "was resolved by somebody")) };
        if !pick.is(Outcome::Clean) || self.as_planned(made.tree)? != tree {
            return Err(differs(pick.fix, "has other content"));
        }
        let origin = self.git.origin(pick.fix)?;
        let signer = format!("{} <{}>", made.committer.name, made.committer.email);
        let message = picked(&origin.message, pick.fix, self.plan.signoff.then_some(signer.as_bytes()));
        let new = NewCommit { tree: made.tree, parent: self.head, origin: &origin, message: &message };
        let is_it = |sign: SignCommits| self.git.is_such_commit(id, &new, sign);
        if !is_it(SignCommits::Leave)? && !is_it(SignCommits::Sign)? {
            return Err(differs(pick.fix, "has another place, author or message"));
        }
        self.head = id;
        Ok(())
    }

    /// Returns a tree with the content that the line has of those files that are made anew, as a plan has it.
    fn as_planned(&mut self, tree: TreeId) -> Result<TreeId> {
        let mut edits: Vec<(&[u8], Option<Entry>)> = Vec::new();
        for path in &self.anew {
            edits.push((path.as_bytes(), self.objects.at(self.onto, path.as_bytes())?));
        }
        if edits.is_empty() { Ok(tree) } else { self.objects.edit(tree, &edits) }
    }
}

fn differs(fix: CommitId, what: &str) -> Error {
    Error::no(format!("the pick of '{fix}' is not what the plan says: it {what}")).hint(HINT)
}
