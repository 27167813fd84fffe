//! What was on the line first, and came to main from there.

use crate::model::change::{Change, own_pull_request};
use crate::model::commit::Commit;
use crate::model::trailer::{Relation, markers};
use crate::ports::git::Git;

use super::trace::Landed;

/// Puts a commit of the line in the place of the commit of main that was made of it, whose words are about how it came to main.
pub(super) fn as_on_the_line(git: &Git, commit: &Commit, landed: &mut [Landed]) {
    let [one] = landed else { return };
    let Some(made) = one.commits.iter().find(|of_main| is_made_of(git, of_main, commit)).map(|made| made.id) else {
        return;
    };
    let change = Change { pull_request: None, ..Change::of(commit, vec![commit.id, made]) };
    *one = Landed { brought: one.brought, again: Some(made), ..Landed::new(change, vec![commit.clone()], true) };
}

/// Says whether a commit of main was made of one of the line: it names that as its origin, or came later, and kept the number of the
/// pull request that brought that to the line.
fn is_made_of(git: &Git, of_main: &Commit, commit: &Commit) -> bool {
    if of_main.id == commit.id {
        return false;
    }
    let own = own_pull_request(&commit.message);
    let is_later = of_main.committer.seconds >= commit.committer.seconds && !names_an_origin(commit);
    markers(&of_main.message).into_iter().any(|marker| match marker.relation {
        Relation::OriginCommit(name) => git.named(&name) == Some(commit.id),
        Relation::KeptPullRequest(kept) | Relation::OriginPullRequest(kept) => is_later && own == Some(kept.number),
        Relation::OwnPullRequest(_)
        | Relation::Fixes(_)
        | Relation::Requires { commit: _, on: _ }
        | Relation::StableFrom(_)
        | Relation::Reverts(_)
        | Relation::RevertsPullRequest(_)
        | Relation::RevertsSubject(_)
        | Relation::Reapplies(_) => false,
    })
}

fn names_an_origin(commit: &Commit) -> bool {
    markers(&commit.message).iter().any(|marker| {
        matches!(
            marker.relation,
            Relation::OriginCommit(_) | Relation::OriginPullRequest(_) | Relation::KeptPullRequest(_)
        )
    })
}
