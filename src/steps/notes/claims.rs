//! Tells picks of a commit apart from what only names it.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::change::title;
use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::claim::{
    Brought, brought, brought_under_another_title, brought_under_its_title, is_part, reads_as,
    takes_back_what_has_title,
};
use crate::model::patch::FilePatch;
use crate::model::path::file_name;
use crate::model::trailer::{Marker, Relation, is_only_a_mark, markers};
use crate::ports::git::{Git, Objects};
use crate::ports::settings::Settings;
use crate::ports::survey::chain::base_of;

use super::chores::{Path, paths_of, touched};
use super::numbers::Merged;
use super::trace::{Landed, Pick};

/// Takes the origin from picks that name one, by its commit or by its pull request, and whose change they do not bring. Of several, each is
/// judged by itself. `merged` has the pull requests of the line.
///
/// # Errors
/// When git fails, for example because an object is missing.
pub(super) fn without_wrong_claims(
    git: &Git,
    settings: &Settings,
    mut picks: Vec<Pick>,
    merged: &Merged,
) -> Result<Vec<Pick>> {
    let mut objects = git.objects()?;
    let mut asked: Vec<Option<Question>> = Vec::new();
    let mut compared: HashMap<CommitId, Commit> = HashMap::new();
    for pick in &picks {
        let question = question(git, settings, &mut objects, pick)?;
        if question.is_some() {
            compared.insert(pick.commit.id, pick.commit.clone());
            for id in pick.origin.commits() {
                compared.insert(*id, git.commit(*id)?);
            }
        }
        asked.push(question);
    }
    let mut commits: Vec<&Commit> = compared.values().collect();
    commits.arrange_by_key(|commit| (commit.committer.seconds, commit.id));
    let patches = git.patches(&commits)?;
    let of = |ids: &[CommitId]| -> Vec<FilePatch> {
        ids.iter().flat_map(|id| patches.get(id).cloned().unwrap_or_default()).collect()
    };
    for (pick, question) in picks.iter_mut().zip(asked) {
        let Some(question) = question else { continue };
        judge(settings, pick, question, &of);
        match pick.landed.iter().all(|landed| landed.brought == Brought::Nothing) {
            true => {
                pick.origin = Traced::Claimed { commits: pick.origin.commits().to_vec() };
                let numbers = pick.landed.drain(..).filter_map(|landed| landed.change.pull_request).collect();
                pick.merges.clear();
                pick.own = merged.request(&pick.commit, &numbers);
            }
            false => without_what_is_claimed(pick, merged),
        }
    }
    Ok(picks)
}

/// What is asked of a pick that says where it comes from, and what its files say.
struct Question {
    asked: Asked,
    /// Whether it changes a file of its origin.
    has_a_file: bool,
    /// The files of its origin that the line does not have.
    missing: Vec<Vec<u8>>,
}

impl Question {
    /// Returns those files of an origin that matter to users and that the line has; where there are none, those that matter.
    fn here(&self, settings: &Settings, origin: &[FilePatch]) -> Vec<FilePatch> {
        let product = settings.config.product_of(origin, FilePatch::path);
        let is_here = |file: &&FilePatch| !self.missing.iter().any(|path| file.paths().any(|one| one == path));
        let here: Vec<FilePatch> = product.iter().filter(is_here).cloned().collect();
        if here.is_empty() { product } else { here }
    }
}

enum Asked {
    /// Whether it brings anything of what it is called as.
    Anything,
    /// Whether it brings what it names, under another title.
    TheChange,
    /// Which of several changes it brings.
    WhichOnes,
}

/// Says of each change that a pick names how much of it the pick brings. `of` has the patches of commits.
fn judge(settings: &Settings, pick: &mut Pick, question: Question, of: &dyn Fn(&[CommitId]) -> Vec<FilePatch>) {
    let (origin, own) = (of(pick.origin.commits()), of(&[pick.commit.id]));
    let here = question.here(settings, &origin);
    let found = if takes_back_what_has_title(&title(&pick.commit), titles(pick).iter().map(String::as_str)) {
        Brought::Nothing
    } else {
        match question.asked {
            Asked::Anything => brought_under_its_title(&origin, &here, &own, question.has_a_file),
            Asked::TheChange => {
                let is_squashed = pick.origin.commits().len() > 1;
                brought_under_another_title(&origin, &here, &own, is_squashed)
            }
            Asked::WhichOnes => return judge_each(pick, of, &own, |origin| question.here(settings, origin)),
        }
    };
    pick.landed.iter_mut().for_each(|landed| landed.brought = found);
}

/// Says of each of several changes that a pick names how much of it the pick brings; `of` has the patches of commits, and `here` takes those
/// files that matter.
fn judge_each(
    pick: &mut Pick,
    of: &dyn Fn(&[CommitId]) -> Vec<FilePatch>,
    own: &[FilePatch],
    here: impl Fn(&[FilePatch]) -> Vec<FilePatch>,
) {
    let commits = pick.origin.commits().to_vec();
    // Who brings less of one and nothing else adapted nothing.
    let is_less = is_part(&of(&commits), own);
    let is_mark = is_only_a_mark(&title(&pick.commit));
    let names = [title(&pick.commit), pick.commit.subject().to_owned()];
    for landed in &mut pick.landed {
        let (picked, others): (Vec<CommitId>, Vec<CommitId>) = commits.iter().partition(|id| landed.has(**id));
        let titles = titles_of(landed);
        let is_called_so = names.iter().any(|own| reads_as(own, titles.iter().map(String::as_str)));
        let origin = of(&picked);
        landed.brought = match brought(&origin, &here(&origin), &of(&others), own) {
            Brought::Some if (is_mark || is_called_so) && !is_less => Brought::Most,
            found => found,
        };
    }
}

/// Tells those of the origins of a pick apart of which it does not bring enough, and takes those out of which it brings nothing.
fn without_what_is_claimed(pick: &mut Pick, merged: &Merged) {
    let has = |id: CommitId, is: &dyn Fn(Brought) -> bool| {
        pick.landed.iter().any(|landed| landed.has(id) && is(landed.brought))
    };
    let all = pick.origin.commits();
    let claimed: Vec<CommitId> =
        all.iter().copied().filter(|id| has(*id, &|brought| brought != Brought::Most)).collect();
    if claimed.is_empty() {
        return;
    }
    let commits = all.iter().copied().filter(|id| !has(*id, &|brought| brought == Brought::Nothing)).collect();
    pick.origin = Traced::Main { commits, claimed };
    let numbers = |is: &dyn Fn(&Landed) -> bool| {
        pick.landed.iter().filter(|landed| is(landed)).filter_map(|landed| landed.change.pull_request).collect()
    };
    let told: HashSet<u64> = numbers(&|landed| landed.brought != Brought::Nothing);
    if told.is_empty() {
        pick.own = merged.request(&pick.commit, &numbers(&|_| true));
    }
}

/// Returns what is to be asked of a pick; `None`: nothing, for it says of no origin.
fn question(git: &Git, settings: &Settings, objects: &mut Objects, pick: &Pick) -> Result<Option<Question>> {
    let Pick { commit, origin, landed, own: _, merges: _, arrival: _, unnamed: _, own_part: _ } = pick;
    if commit.is_merge() || origin.commits().is_empty() || origin.commits().contains(&commit.id) {
        return Ok(None);
    }
    let asked = if names(commit) && landed.len() > 1 {
        Asked::WhichOnes
    } else if has_a_title_of_its_own(pick) {
        Asked::TheChange
    } else if names(commit) || has_number(commit) {
        Asked::Anything
    } else {
        return Ok(None);
    };
    asked_with_files(git, settings, objects, pick, asked).map(Some)
}

/// Says whether a pick names where it was picked from, and is called otherwise. Who only says what is picked gives it no other title.
pub(super) fn has_a_title_of_its_own(pick: &Pick) -> bool {
    let (own, titles) = (title(&pick.commit), titles(pick));
    let is_called_so =
        || [own.as_str(), pick.commit.subject()].iter().any(|own| reads_as(own, titles.iter().map(String::as_str)));
    names(&pick.commit) && !is_only_a_mark(&own) && !is_called_so()
}

/// Asks something with what the files say: whether the pick changes one of the product that its origin changes, where that changes any. One
/// that was moved between main and the line is where the other side has nothing.
fn asked_with_files(
    git: &Git,
    settings: &Settings,
    objects: &mut Objects,
    pick: &Pick,
    asked: Asked,
) -> Result<Question> {
    let own = paths_of(git, objects, &pick.commit)?;
    let mut wanted: Vec<(TreeId, Path)> = Vec::new();
    for id in pick.origin.commits() {
        let origin = git.commit(*id)?;
        wanted.extend(touched(git, objects, &origin)?.into_iter().map(|path| (origin.tree, path)));
    }
    if wanted.iter().any(|(_, path)| settings.config.is_of_product(&path.bytes)) {
        wanted.retain(|(_, path)| settings.config.is_of_product(&path.bytes));
    }
    let before = base_of(git, &pick.commit)?.tree;
    let (mut has_a_file, mut missing) = (false, Vec::new());
    for (tree, path) in wanted {
        let is_missing = path.was_there && objects.at(before, &path.bytes)?.is_none();
        for here in own.iter().filter(|here| file_name(here) == file_name(&path.bytes)) {
            has_a_file |= *here == path.bytes || (is_missing && objects.at(tree, here)?.is_none());
        }
        missing.extend(is_missing.then_some(path.bytes));
    }
    Ok(Question { asked, has_a_file, missing })
}

/// Says whether a commit names where it was picked from. A number that only stayed in the title counts where the title stayed, too.
fn names(commit: &Commit) -> bool {
    let called = title(commit);
    let is_name = |marker: &Marker| {
        matches!(marker.relation, Relation::OriginCommit(_)) || marker.origin_request(&called).is_some()
    };
    markers(&commit.message).iter().any(is_name)
}

fn has_number(commit: &Commit) -> bool {
    markers(&commit.message).iter().any(|marker| marker.relation.landed_by().is_some())
}

/// Returns what the origin of a pick is called: the change, its commits, and the merge that brought it to main.
pub(super) fn titles(pick: &Pick) -> Vec<String> {
    pick.landed.iter().flat_map(titles_of).chain(pick.merges.iter().map(|merge| merge.subject().to_owned())).collect()
}

fn titles_of(landed: &Landed) -> Vec<String> {
    std::iter::once(landed.change.title.clone()).chain(landed.commits.iter().map(title)).collect()
}
