//! What lies on the branches that an advisory names: before it says which commits repair it, nothing else tells the fix.

use std::collections::HashSet;

use crate::model::advisory::Advisory;
use crate::model::advisory::lines::CommitName;
use crate::model::branch::{BranchName, BranchSpec};
use crate::model::commit::CommitId;
use crate::model::config::Config;
use crate::model::error::{Error, Result};
use crate::ports::git::Git;

use super::places::mains;

/// So many commits are guarded. A branch with more of its own is none of a fix, or its beginning is not known.
const MOST: usize = 5000;

/// Whether the commits are here by which the fix of an advisory is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fix {
    /// They are, as far as branches tell.
    Told,
    /// They are on a branch that is not here, and nothing else names them.
    Lost,
}

/// Takes the commits of the branches of an advisory, which main and the lines lack, for its fix.
///
/// # Errors
/// When a branch cannot be read, or history is missing.
pub(super) fn with_fixes(git: &Git, config: &Config, advisory: &mut Advisory) -> Result<Fix> {
    let names: Vec<String> = advisory.embargo.iter().flat_map(|terms| terms.branches.clone()).collect();
    if names.is_empty() {
        return Ok(Fix::Told);
    }
    let lines = config.lines.iter().filter_map(|line| match &line.branch {
        BranchSpec::Standing(branch) => Some(branch.clone()),
        BranchSpec::PerRelease(_) => None,
    });
    let mut landed = Vec::new();
    for branch in mains(git, config).into_iter().chain(lines) {
        landed.extend(git.all_tips(&branch)?);
    }
    let mut known: HashSet<CommitName> = advisory.fixed.iter().cloned().collect();
    let is_named = !advisory.fixed.is_empty();
    let mut fix = Fix::Told;
    for name in &names {
        let tips = name.parse::<BranchName>().map_or_else(|_| Ok(Vec::new()), |branch| git.all_tips(&branch))?;
        if tips.is_empty() && !is_named {
            fix = Fix::Lost;
        }
        for tip in tips {
            for commit in of_its_own(git, tip, &landed)? {
                let name: CommitName = commit.to_string().parse().expect("because a commit has a whole name");
                if known.insert(name.clone()) {
                    advisory.fixed.push(name);
                }
            }
        }
    }
    Ok(fix)
}

/// Returns the commits up to a tip that lie on no branch where changes land. Such a branch that holds the tip, as main does where the fix
/// is merged and not pushed, hides nothing.
fn of_its_own(git: &Git, tip: CommitId, landed: &[CommitId]) -> Result<Vec<CommitId>> {
    let hidden: Vec<CommitId> = landed.iter().copied().filter(|other| !git.is_ancestor(tip, *other)).collect();
    match (hidden.is_empty(), landed.is_empty()) {
        // Nothing tells where the branch began.
        (true, true) => Ok(vec![tip]),
        (true, false) => Ok(Vec::new()),
        (false, _) => {
            let own = git.all_outgoing(&hidden, &[tip])?;
            match own.len() {
                0..=MOST => Ok(own),
                _ => Err(Error::undecided(format!(
                    "a branch that an advisory names has more than {MOST} commits of its own, so that nothing can be guarded"
                ))
                .hint("name a branch of the fix alone in 'branches', or fetch main and the lines that it began from")),
            }
        }
    }
}
