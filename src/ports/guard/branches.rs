//! What lies on the branches that an advisory names: before it says which commits repair it, nothing else tells the fix.

use crate::model::advisory::Advisory;
use crate::model::advisory::lines::CommitName;
use crate::model::branch::{BranchName, BranchSpec};
use crate::model::commit::CommitId;
use crate::model::config::Config;
use crate::model::error::Result;
use crate::ports::git::Git;

use super::places::mains;

/// A branch with more commits of its own is none of a fix.
const MOST: usize = 200;

/// Takes the commits of the branches of an advisory, which main and the lines lack, for its fix.
///
/// # Errors
/// When a branch cannot be read, or history is missing.
pub(super) fn with_fixes(git: &Git, config: &Config, advisory: &mut Advisory) -> Result<()> {
    let names: Vec<String> = advisory.embargo.iter().flat_map(|terms| terms.branches.clone()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let lines = config.lines.iter().filter_map(|line| match &line.branch {
        BranchSpec::Standing(branch) => Some(branch.clone()),
        BranchSpec::PerRelease(_) => None,
    });
    let mut landed = Vec::new();
    for branch in mains(git, config).into_iter().chain(lines) {
        landed.extend(git.all_tips(&branch)?);
    }
    for branch in names.iter().filter_map(|name| name.parse::<BranchName>().ok()) {
        for tip in git.all_tips(&branch)? {
            for commit in of_its_own(git, tip, &landed)? {
                let name: CommitName = commit.to_string().parse().expect("because a commit has a whole name");
                if !advisory.fixed.contains(&name) {
                    advisory.fixed.push(name);
                }
            }
        }
    }
    Ok(())
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
            let own = git.outgoing(&hidden, &[tip])?;
            Ok(if own.len() > MOST { vec![tip] } else { own })
        }
    }
}
