//! Which of the commits that say or look as if they stood for another one do: judged by what they change.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::model::advisory::lines::Known;
use crate::model::commit::{BlobId, Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::patch::FilePatch;
use crate::model::patch::carry::{Sides, carries, holds, is_same, product};
use crate::model::path::file_name;
use crate::model::presence::Certainty;
use crate::ports::git::{Git, Glanced, Objects, Outlined};

use super::copies::Pick;

/// The patches of commits.
type Patches = HashMap<CommitId, Vec<FilePatch>>;

/// Judges picks by what they change. One that changes what its origin does is sure, however it was found; one that does something else
/// is not, whatever it says. Commits among `off_main` that hold the whole change of a wanted one among others are found, too.
///
/// # Errors
/// When an object is missing or git fails.
pub fn prove(git: &Git, wanted: &[Commit], off_main: &[&Glanced], picks: Vec<Pick>) -> Result<Vec<Pick>> {
    let prover = Prover::of(git, wanted, &picks)?;
    let mut found = Vec::new();
    for pick in &picks {
        let is_proven = prover.is_same(pick, &picks) || prover.carries(pick)?;
        let known = match (is_proven, pick.certainty) {
            (true, Certainty::Probably) => Known::Lines,
            (true, Certainty::Yes) | (false, Certainty::Yes | Certainty::Probably) => pick.known,
        };
        let certainty = if is_proven { Certainty::Yes } else { Certainty::Probably };
        found.push(Pick { certainty, known, ..pick.clone() });
    }
    found.extend(held(git, wanted, off_main, &found, &prover.patches)?);
    Ok(found)
}

struct Prover<'g> {
    git: &'g Git,
    wanted: Vec<CommitId>,
    commits: HashMap<CommitId, Commit>,
    patches: Patches,
}

impl<'g> Prover<'g> {
    fn of(git: &'g Git, wanted: &[Commit], picks: &[Pick]) -> Result<Self> {
        let mut commits: HashMap<CommitId, Commit> = wanted.iter().map(|one| (one.id, one.clone())).collect();
        for pick in picks {
            if let Entry::Vacant(new) = commits.entry(pick.commit) {
                new.insert(git.commit(pick.commit)?);
            }
        }
        let patches = git.patches(&commits.values().collect::<Vec<_>>())?;
        Ok(Self { git, wanted: wanted.iter().map(|one| one.id).collect(), commits, patches })
    }

    fn patch(&self, id: CommitId) -> &[FilePatch] {
        self.patches.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Says whether a pick has the patch of its origin, or, standing for several commits, that of all of them together.
    fn is_same(&self, pick: &Pick, picks: &[Pick]) -> bool {
        let own = self.patch(pick.commit);
        if is_same(self.patch(pick.origin), own) {
            return true;
        }
        let origins: HashSet<CommitId> =
            picks.iter().filter(|other| other.commit == pick.commit).map(|other| other.origin).collect();
        let together: Vec<FilePatch> =
            self.wanted.iter().filter(|id| origins.contains(id)).flat_map(|id| self.patch(*id).to_vec()).collect();
        origins.len() > 1 && is_same(&together, own)
    }

    fn carries(&self, pick: &Pick) -> Result<bool> {
        let origin = self.patch(pick.origin);
        let (Some(from), Some(to)) = (self.commits.get(&pick.origin), self.commits.get(&pick.commit)) else {
            return Ok(false);
        };
        let before = from.parents.first().map(|parent| self.git.tree_of(*parent)).transpose()?;
        let mut objects = self.git.objects()?;
        let mut sides = HashMap::new();
        for file in product(origin) {
            let moved = self.patch(pick.commit).iter().find(|other| same_name(other.path(), file.path()));
            let mut read = |tree: TreeId, path: &[u8]| file_at(&mut objects, tree, path);
            let old = match (before, &file.old) {
                (Some(tree), Some(path)) => read(tree, path)?,
                (None, _) | (_, None) => None,
            };
            let after = match read(to.tree, file.path())? {
                None => moved.map(|other| read(to.tree, other.path())).transpose()?.flatten(),
                there => there,
            };
            sides.insert(file.path().to_vec(), Sides { before: old, after });
        }
        Ok(carries(origin, self.patch(pick.commit), &sides))
    }
}

fn same_name(one: &[u8], other: &[u8]) -> bool {
    file_name(one) == file_name(other)
}

/// Returns the content of a file. `None`: there is none, or it is no file.
pub fn file_at(objects: &mut Objects, tree: TreeId, path: &[u8]) -> Result<Option<Vec<u8>>> {
    let entry = objects.at(tree, path)?.filter(|entry| entry.mode.is_file());
    entry.map(|entry| objects.blob(BlobId::from_bytes(entry.id))).transpose()
}

/// Returns what [`Git::changing_all_of`] looks at of a commit.
pub fn outlined(commit: &Commit) -> Outlined {
    Outlined { id: commit.id, tree: commit.tree, parents: commit.parents.clone(), wanted: false }
}

/// Returns the paths of the product that a patch changes.
pub fn paths(patch: &[FilePatch]) -> Vec<Vec<u8>> {
    product(patch).iter().map(|file| file.path().to_vec()).collect()
}

/// Finds the commits that hold the whole change of a wanted one among other changes, as those do that put several into one.
fn held(git: &Git, wanted: &[Commit], off_main: &[&Glanced], known: &[Pick], patches: &Patches) -> Result<Vec<Pick>> {
    let patch = |id: &CommitId| patches.get(id).map_or(&[][..], Vec::as_slice);
    let lists: Vec<Vec<Vec<u8>>> = wanted.iter().map(|one| paths(patch(&one.id))).collect();
    let is_sure = |id: &CommitId| known.iter().any(|pick| pick.commit == *id && pick.certainty == Certainty::Yes);
    let is_open = |one: &&&Glanced| !one.is_merge() && !is_sure(&one.id());
    let mut alike: Vec<&Outlined> = off_main.iter().filter(is_open).map(|one| &one.outlined).collect();
    let changing: HashSet<CommitId> = git.changing_all_of(lists, &alike)?.into_iter().collect();
    alike.retain(|one| changing.contains(&one.id));
    let theirs = git.patches(&alike)?;
    let mut found = Vec::new();
    for (origin, one) in wanted.iter().flat_map(|origin| alike.iter().map(move |one| (origin.id, one.id))) {
        let whole = theirs.get(&one).map_or(&[][..], Vec::as_slice);
        if origin != one && holds(whole, patch(&origin)) {
            let pick =
                Pick { commit: one, origin, certainty: Certainty::Yes, known: Known::Lines, detail: String::new() };
            found.push(pick);
        }
    }
    Ok(found)
}
