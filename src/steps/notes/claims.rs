//! Tells picks of a commit apart from what only names it.

use std::collections::HashMap;

use crate::model::arrange::Arrange as _;
use crate::model::change::title;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::claim::{
    changes_something_else, has_title_of, have_changes_in_common, takes_back_what_has_title,
};
use crate::model::patch::FilePatch;
use crate::model::trailer::{Relation, is_only_a_mark, markers};
use crate::ports::git::Git;

use super::numbers::Merged;
use super::trace::Pick;

/// Takes the origin from picks that name one, by its commit or by its pull request, whose title they do not have, and whose change they do
/// not bring. Patches are read only where the titles differ. `merged` has the pull requests of the line.
///
/// # Errors
/// When git fails, for example because an object is missing.
pub(super) fn without_wrong_claims(git: &Git, mut picks: Vec<Pick>, merged: &Merged) -> Result<Vec<Pick>> {
    let mut compared: HashMap<CommitId, Commit> = HashMap::new();
    for pick in picks.iter().filter(|pick| is_doubtful(pick)) {
        compared.insert(pick.commit.id, pick.commit.clone());
        for id in pick.origin.commits() {
            compared.insert(*id, git.commit(*id)?);
        }
    }
    let mut commits: Vec<&Commit> = compared.values().collect();
    commits.arrange_by_key(|commit| (commit.committer.seconds, commit.id));
    let patches = git.patches(&commits)?;
    for pick in picks.iter_mut().filter(|pick| is_doubtful(pick)) {
        let of = |id: &CommitId| patches.get(id).cloned().unwrap_or_default();
        let origin: Vec<FilePatch> = pick.origin.commits().iter().flat_map(of).collect();
        let own = of(&pick.commit.id);
        // What puts several commits together has a title of its own, and may bring more than these.
        let is_wrong = match pick.origin.commits() {
            _ if takes_back_what_has_title(&title(&pick.commit), titles(pick).iter().map(String::as_str)) => true,
            [_, _, ..] => !have_changes_in_common(&origin, &own),
            _ => changes_something_else(&origin, &own),
        };
        if is_wrong {
            pick.origin = Traced::Claimed { commits: pick.origin.commits().to_vec() };
            let numbers = pick.landed.drain(..).filter_map(|landed| landed.change.pull_request).collect();
            pick.merges.clear();
            pick.own = merged.request(&pick.commit, &numbers);
        }
    }
    Ok(picks)
}

/// Says whether a pick names its origin, and is called otherwise.
fn is_doubtful(pick: &Pick) -> bool {
    let Pick { commit, origin, landed: _, own: _, merges: _, arrival: _ } = pick;
    if commit.is_merge() || origin.commits().is_empty() || origin.commits().contains(&commit.id) || !names(commit) {
        return false;
    }
    // Who only says what is picked gives it no other title.
    if is_only_a_mark(&title(commit)) {
        return false;
    }
    let titles = titles(pick);
    ![&title(commit), commit.subject()].iter().any(|own| has_title_of(own, titles.iter().map(String::as_str)))
}

/// Says whether a commit names where it was picked from. A number that only stayed in the title counts where the title stayed, too.
fn names(commit: &Commit) -> bool {
    let is_name = |relation: &Relation| match relation {
        Relation::OriginCommit(_) | Relation::OriginPullRequest(_) => true,
        Relation::OwnPullRequest(_)
        | Relation::KeptPullRequest(_)
        | Relation::Fixes(_)
        | Relation::Requires { commit: _, on: _ }
        | Relation::StableFrom(_)
        | Relation::Reverts(_)
        | Relation::RevertsPullRequest(_)
        | Relation::RevertsSubject(_)
        | Relation::Reapplies(_) => false,
    };
    markers(&commit.message).iter().any(|marker| is_name(&marker.relation))
}

/// Returns what the origin of a pick is called: the change, its commits, and the merge that brought it to main.
fn titles(pick: &Pick) -> Vec<String> {
    let of_landed = pick
        .landed
        .iter()
        .flat_map(|landed| std::iter::once(landed.change.title.clone()).chain(landed.commits.iter().map(title)));
    of_landed.chain(pick.merges.iter().map(|merge| merge.subject().to_owned())).collect()
}
