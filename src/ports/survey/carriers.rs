//! Whether the commits of lines that name a fix bring it.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::change::title;
use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::notes::brings::{Shortfall, shortfall};
use crate::model::patch::FilePatch;
use crate::model::trailer::plain_subject;
use crate::ports::git::{Git, Objects};
use crate::ports::settings::Settings;

use super::chain::{base_of, changed_by};

/// Commits of a line that name a commit of main.
pub(super) struct Named<'n> {
    pub(super) origin: CommitId,
    pub(super) by: &'n [CommitId],
}

/// Says of each whether something of the fix is missing, in their order. Patches are read only where a commit is not as git makes a pick:
/// with the author, the date and the title of its origin, and with changes to the same files.
///
/// # Errors
/// When git fails, for example because an object is missing.
pub(super) fn shortfalls(git: &Git, settings: &Settings, named: &[Named<'_>]) -> Result<Vec<Option<Shortfall>>> {
    let mut objects = git.objects()?;
    let mut commits: HashMap<CommitId, Commit> = HashMap::new();
    let mut doubtful = HashSet::new();
    for (at, Named { origin, by }) in named.iter().enumerate() {
        for id in by.iter().chain([origin]) {
            if !commits.contains_key(id) {
                commits.insert(*id, git.commit(*id)?);
            }
        }
        let by: Vec<&Commit> = by.iter().map(|id| &commits[id]).collect();
        if !is_plain_pick(git, &mut objects, &commits[origin], &by)? {
            doubtful.insert(at);
        }
    }
    let ids: HashSet<CommitId> =
        doubtful.iter().flat_map(|at| named[*at].by.iter().chain([&named[*at].origin])).copied().collect();
    let mut asked: Vec<&Commit> = ids.iter().map(|id| &commits[id]).collect();
    asked.arrange_by_key(|commit| (commit.committer.seconds, commit.id));
    let patches = git.patches(&asked)?;
    let of = |id: &CommitId| patches.get(id).cloned().unwrap_or_default();
    let mut found = Vec::new();
    for (at, Named { origin, by }) in named.iter().enumerate() {
        let Some(first) = by.first().filter(|_| doubtful.contains(&at)) else {
            found.push(None);
            continue;
        };
        let before = base_of(git, &commits[first])?.tree;
        let fix = of(origin);
        let counted = counted(settings, &mut objects, before, &fix)?;
        let brought: Vec<FilePatch> = by.iter().flat_map(of).collect();
        let is_called_so = by.iter().any(|id| has_title_of(&commits[id], &commits[origin]));
        found.push(shortfall(&fix, &brought, |file| counted.contains(file.path()), is_called_so));
    }
    Ok(found)
}

fn is_plain_pick(git: &Git, objects: &mut Objects, origin: &Commit, by: &[&Commit]) -> Result<bool> {
    let [pick] = by else { return Ok(false) };
    if pick.author != origin.author || !has_title_of(pick, origin) {
        return Ok(false);
    }
    let mut paths = |commit: &Commit| -> Result<Vec<Vec<u8>>> {
        Ok(changed_by(git, objects, commit)?.into_iter().map(|change| change.path).collect())
    };
    Ok(paths(pick)? == paths(origin)?)
}

fn has_title_of(pick: &Commit, origin: &Commit) -> bool {
    let plain = |commit: &Commit| plain_subject(&title(commit)).to_lowercase();
    plain(pick) == plain(origin)
}

/// Returns the files of a fix that a line has to change: those of the product that it has, and new ones.
fn counted(settings: &Settings, objects: &mut Objects, before: TreeId, fix: &[FilePatch]) -> Result<HashSet<Vec<u8>>> {
    let mut counted = HashSet::new();
    for file in fix {
        let is_there = match &file.old {
            Some(old) => objects.at(before, old)?.is_some(),
            None => true,
        };
        if is_there && settings.config.is_of_product(file.path()) {
            counted.insert(file.path().to_vec());
        }
    }
    Ok(counted)
}
