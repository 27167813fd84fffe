//! The fixes that a plan is asked for.

use std::collections::HashSet;

use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::model::pull::{PullState, landed};
use crate::model::request::Wanted;
use crate::ports::forge::Forge;
use crate::ports::git::Git;
use crate::ports::survey::Survey;

/// Returns the commits on main that are asked for; `None`: those that each line needs.
///
/// # Errors
/// When a fix is unknown or not on main, or it cannot be told which commits came with a pull request.
pub(super) fn asked(
    git: &Git,
    survey: &Survey,
    forge: Option<&Forge>,
    fixes: &Wanted,
) -> Result<Option<Vec<CommitId>>> {
    Ok(match fixes {
        Wanted::Needed => None,
        Wanted::Named(revisions) => Some(named(git, survey, revisions)?),
        Wanted::OfPull(number) => Some(brought(git, survey, forge, *number)?),
    })
}

/// Resolves the fixes that were named, and sees that main has them.
fn named(git: &Git, survey: &Survey, fixes: &[String]) -> Result<Vec<CommitId>> {
    let looked_at: HashSet<CommitId> = survey.commits.iter().map(|commit| commit.id).collect();
    let mut found = Vec::new();
    for revision in fixes {
        let id = git.resolve(revision)?;
        if !looked_at.contains(&id) && !git.is_ancestor(id, survey.main_tip) {
            let shown = revision.escape_debug();
            return Err(Error::usage(format!("fix '{shown}' is not on main ('{}')", survey.main))
                .hint("a fix lands on main first; merge it there, or fetch main if it did"));
        }
        found.push(id);
    }
    Ok(found)
}

/// Returns the commits that came to main with a merged pull request, the oldest first.
fn brought(git: &Git, survey: &Survey, forge: Option<&Forge>, number: u64) -> Result<Vec<CommitId>> {
    let Some(forge) = forge else {
        return Err(Error::undecided(format!("pull request {number} is on GitHub, which was not asked"))
            .hint("set GITHUB_TOKEN, and 'repository' in [project] of patch.toml or GITHUB_REPOSITORY"));
    };
    let pull = forge.brought(number).map_err(|failure| failure.into_error())?;
    let PullState::Merged(merge) = &pull.state else {
        return Err(Error::usage(format!("pull request {number} is not merged"))
            .hint("a fix lands on main first; merge it there"));
    };
    if pull.base.branch != survey.main {
        return Err(Error::usage(format!(
            "pull request {number} was merged to '{}', and not to main ('{}')",
            pull.base.branch, survey.main
        ))
        .hint("name the fixes by their commits on main: patch-pick plan REV…"));
    }
    let id = merge.commit.ok_or_else(|| {
        Error::undecided(format!("the commit that merged pull request {number} is not told"))
            .hint("name the fixes by their commits on main: patch-pick plan REV…")
    })?;
    let last = git.commit(id).ok().filter(|_| git.is_ancestor(id, survey.main_tip)).ok_or_else(|| {
        Error::undecided(format!("the merge of pull request {number} is not on main ('{}') in this clone", survey.main))
            .hint(format!("fetch it: {}", git.fetch_from().branch(&survey.main)))
    })?;
    landed(&pull, last, "patch-pick plan", &mut |id| git.commit(id))
}
