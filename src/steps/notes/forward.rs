//! What was on the line first, and came to main from there.

use crate::model::branch::BranchName;
use crate::model::change::{Change, title};
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::title::plain;
use crate::model::trailer::{Relation, markers};
use crate::ports::git::Git;

use super::trace::Landed;

/// A commit of the line, and the number of the pull request that brought it there.
pub(super) struct OfLine<'c> {
    pub(super) commit: &'c Commit,
    pub(super) request: Option<u64>,
}

/// Puts a commit of the line in the place of the commit of `main` that was made of it, whose words are about how it came to main.
///
/// # Errors
/// When a merge of main is missing.
pub(super) fn as_on_the_line(git: &Git, main: &BranchName, own: &OfLine<'_>, landed: &mut [Landed]) -> Result<()> {
    let [one] = landed else { return Ok(()) };
    let Some(made) = made_of(git, main, own, one)? else { return Ok(()) };
    let commit = own.commit;
    let change = Change { pull_request: None, ..Change::of(commit, vec![commit.id, made]) };
    *one = Landed { brought: one.brought, again: Some(made), ..Landed::new(change, vec![commit.clone()], true) };
    Ok(())
}

/// Returns the commit of main that was made of one of the line, as it says, or as the merge does that brought it.
fn made_of(git: &Git, main: &BranchName, own: &OfLine<'_>, landed: &Landed) -> Result<Option<CommitId>> {
    if landed.has(own.commit.id) {
        return Ok(None);
    }
    let made = landed.commits.iter().find(|of_main| is_made_of(git, main, of_main, own)).map(|made| made.id);
    let is_merge = !landed.change.members.contains(&landed.change.id);
    if made.is_some() || !is_merge || !is_made_of(git, main, &git.commit(landed.change.id)?, own) {
        return Ok(made);
    }
    Ok(Some(match landed.commits.as_slice() {
        [one] => one.id,
        _ => landed.change.id,
    }))
}

/// Says whether a commit of main was made of one of the line: it names that as its origin; or it came later, and names the pull request
/// that brought that to the line, or bears the same title behind the name of main.
fn is_made_of(git: &Git, main: &BranchName, of_main: &Commit, own: &OfLine<'_>) -> bool {
    let commit = own.commit;
    let is_later = of_main.committer.seconds >= commit.committer.seconds && !names_an_origin(commit);
    let names_it = markers(&of_main.message).into_iter().any(|marker| match marker.relation {
        Relation::OriginCommit(name) => git.named(&name) == Some(commit.id),
        Relation::KeptPullRequest(kept) | Relation::OriginPullRequest(kept) => {
            is_later && own.request == Some(kept.number)
        }
        Relation::OwnPullRequest(_)
        | Relation::Fixes(_)
        | Relation::Requires { commit: _, on: _ }
        | Relation::StableFrom(_)
        | Relation::Reverts(_)
        | Relation::RevertsPullRequest(_)
        | Relation::RevertsSubject(_)
        | Relation::Reapplies(_) => false,
    });
    let called = title(of_main);
    let behind = || called.strip_prefix('[')?.split_once(']').filter(|(mark, _)| *mark == main.as_str());
    let is_called_so = || behind().is_some_and(|(_, behind)| plain(behind) == plain(&title(commit)));
    names_it || (is_later && is_called_so())
}

fn names_an_origin(commit: &Commit) -> bool {
    markers(&commit.message).iter().any(|marker| {
        matches!(
            marker.relation,
            Relation::OriginCommit(_) | Relation::OriginPullRequest(_) | Relation::KeptPullRequest(_)
        )
    })
}
