//! What must be true before a plan, or one line of it, is carried out.

use crate::model::apply::Target;
use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::line::LineName;
use crate::model::plan::{LinePlan, Plan};
use crate::ports::git::Git;

use super::Session;
use super::resolve::Given;

const PLAN_AGAIN: &str = "plan again: patch-pick plan";

/// Requires that the plan has each line once, and all lines that were asked for.
pub fn lines(plan: &Plan, asked: &[LineName]) -> Result<()> {
    for (at, line) in plan.lines.iter().enumerate() {
        if plan.lines[..at].iter().any(|earlier| earlier.line == line.line || earlier.branch == line.branch) {
            return Err(Error::usage(format!("the plan has line '{}' or its branch twice", line.line)).hint(PLAN_AGAIN));
        }
    }
    let Some(unknown) = asked.iter().find(|name| !plan.lines.iter().any(|line| line.line == **name)) else {
        return Ok(());
    };
    let known: Vec<&str> = plan.lines.iter().map(|line| line.line.as_str()).collect();
    Err(Error::usage(format!("the plan has no line '{unknown}'")).hint(format!("its lines: {}", known.join(", "))))
}

/// Requires that main still holds the commit that the plan was made from.
pub fn main(git: &Git, plan: &Plan) -> Result<()> {
    let (branch, commit) = (&plan.main.branch, plan.main.commit);
    git.commit(commit)?;
    let tips = git.all_tips(branch)?;
    let held = tips.iter().try_fold(false, |held, tip| Ok(held || git.all_reachable(&[commit], &[*tip])?))?;
    if held || tips.is_empty() {
        return Ok(());
    }
    Err(Error::no(format!("the repository moved: '{branch}' no longer holds '{commit}', which the plan was made from"))
        .hint(PLAN_AGAIN))
}

/// Requires that a resolution is for a pick of the plan.
pub fn belongs(plan: &Plan, given: &Given) -> Result<()> {
    let (fix, line) = (given.resolution.fix, &given.resolution.line);
    let planned = plan.lines.iter().find(|planned| planned.line == *line);
    if planned.is_some_and(|planned| planned.picks.iter().any(|pick| pick.fix == fix)) {
        return Ok(());
    }
    Err(Error::usage(format!("the plan does not pick '{fix}' onto line '{line}', which '{}' resolves", given.shown())))
}

/// Requires that all picks of a line are commits of main, and that the line's own commits are kept.
pub fn line(session: &Session<'_>, line: &LinePlan) -> Result<()> {
    let git = session.git;
    let fixes: Vec<CommitId> = line.picks.iter().map(|pick| pick.fix).collect();
    for fix in &fixes {
        git.commit(*fix)?;
    }
    git.commit(line.onto)?;
    let main = &session.request.plan.main;
    if !git.all_reachable(&fixes, &[main.commit])? {
        let strange = fixes.iter().find(|fix| !git.all_reachable(&[**fix], &[main.commit]).unwrap_or(true));
        let strange = strange.map_or_else(String::new, ToString::to_string);
        return Err(Error::no(format!("'{strange}' is not a commit of '{}'", main.branch)).hint(PLAN_AGAIN));
    }
    match line.expected {
        Some(expected) if !git.all_reachable(&[expected], &[line.onto])? => {
            Err(Error::usage(format!("the plan would take commits off '{}'", line.branch)).hint(PLAN_AGAIN))
        }
        Some(_) | None => Ok(()),
    }
}

/// Requires that moving the branch does not pull it from under a worktree.
pub fn place(session: &Session<'_>, line: &LinePlan, tip: Option<CommitId>) -> Result<()> {
    let (git, branch) = (session.git, &line.branch);
    match session.request.target {
        Target::Branch => match git.worktree_with(branch)? {
            None => Ok(()),
            Some(path) => {
                let path = path.display().to_string();
                Err(Error::no(format!("'{branch}' is checked out in '{}'", path.escape_debug()))
                    .hint("run it there with '--here', or switch that worktree to another branch with 'git switch'"))
            }
        },
        Target::Here => {
            if git.worktree().is_none() || git.head_branch()? != Some(branch.full()) {
                return Err(Error::no(format!("'{branch}' is not checked out here"))
                    .hint(format!("run 'git switch {branch}' first, or leave out '--here'")));
            }
            tip.map_or(Ok(()), |tip| git.require_clean(tip))
        }
    }
}

/// Makes the error for a branch that is not where the plan expects it.
pub fn moved(line: &LinePlan, tip: Option<CommitId>) -> Error {
    let at = |commit: Option<CommitId>| commit.map_or_else(|| "gone".to_owned(), |commit| format!("at '{commit}'"));
    let made = match line.expected {
        Some(expected) => format!("at '{expected}'"),
        None => "for a branch that does not exist".to_owned(),
    };
    Error::no(format!("the repository moved: '{}' is {}, the plan was made {made}", line.branch, at(tip)))
        .hint(PLAN_AGAIN)
}

/// Makes the error for a pick that gives something else than planned.
pub fn differs(fix: CommitId, planned: &str, now: &str) -> Error {
    Error::no(format!("the pick of '{fix}' was planned to give {planned}, and gives {now}"))
        .hint("the path policies, git or its configuration changed since; plan again: patch-pick plan")
}
