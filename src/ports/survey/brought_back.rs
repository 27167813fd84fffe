//! Commits that bring back what a fix took away, together with other changes: told by the files before and behind them.

use std::collections::HashMap;
use std::rc::Rc;

use crate::model::advisory::contain::{Holdings, TakenBack};
use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::patch::FilePatch;
use crate::model::patch::back::{Counts, Places, are_back, moves};
use crate::model::patch::carry::product;
use crate::ports::git::{Git, Objects};

/// What is looked for.
pub(super) struct Wanted<'w> {
    /// The commits that may be undone.
    pub targets: &'w [CommitId],
    /// What each of them changes.
    pub patches: &'w HashMap<CommitId, Vec<FilePatch>>,
    /// Which of them each commit has in its history.
    pub behind: &'w Holdings<'w>,
    /// The files that any of them changes, sorted.
    pub files: &'w [Vec<u8>],
}

/// A commit that may undo, with its tree and that of its first parent, and the places of the files that it changes.
pub(super) struct Change<'c> {
    /// The commit.
    pub by: CommitId,
    /// The tree before it, and its own.
    pub trees: (TreeId, TreeId),
    /// The places of the files.
    pub files: &'c [usize],
}

/// One file of a target.
struct Part {
    target: CommitId,
    file: usize,
    /// Places that several targets have alike have one number.
    number: usize,
}

/// Finds what a file of a target has again as it was before, each with the place of the file.
///
/// # Errors
/// When an object is missing or git fails.
pub(super) fn brought_back(git: &Git, wanted: &Wanted<'_>, changes: &[Change<'_>]) -> Result<Vec<(TakenBack, usize)>> {
    let (places, parts) = parts(wanted);
    let mut look = Look { objects: git.objects()?, places, known: HashMap::new() };
    let mut found = Vec::new();
    for change in changes {
        for part in parts.iter().filter(|part| change.files.contains(&part.file) && part.target != change.by) {
            if !wanted.behind.holds(change.by, part.target) {
                continue;
            }
            let path = &wanted.files[part.file];
            let (before, after) = (look.at(change.trees.0, path, part)?, look.at(change.trees.1, path, part)?);
            if before.zip(after).is_some_and(|(before, after)| are_back(&before, &after)) {
                found.push((TakenBack { commit: part.target, by: change.by }, part.file));
            }
        }
    }
    without_moves(git, wanted, found)
}

/// Leaves out what only moved the lines of a target.
fn without_moves(
    git: &Git,
    wanted: &Wanted<'_>,
    mut found: Vec<(TakenBack, usize)>,
) -> Result<Vec<(TakenBack, usize)>> {
    let commits = found.iter().map(|(back, _)| git.commit(back.by)).collect::<Result<Vec<_>>>()?;
    let patches = git.patches(&commits.iter().collect::<Vec<_>>())?;
    found.retain(|(back, at)| {
        let theirs = patches.get(&back.by).map_or(&[][..], Vec::as_slice);
        let own = wanted.patches.get(&back.commit).into_iter().flatten();
        own.filter(|file| file.path() == wanted.files[*at]).all(|file| !moves(file, theirs))
    });
    Ok(found)
}

fn parts(wanted: &Wanted<'_>) -> (Vec<Places>, Vec<Part>) {
    let (mut places, mut parts): (Vec<Places>, Vec<Part>) = (Vec::new(), Vec::new());
    for target in wanted.targets {
        for file in product(wanted.patches.get(target).map_or(&[][..], Vec::as_slice)) {
            let Some(own) = Places::of(&file) else { continue };
            let Ok(at) = wanted.files.binary_search_by(|path| path.as_slice().cmp(file.path())) else { continue };
            let number = places.iter().position(|known| *known == own).unwrap_or(places.len());
            if number == places.len() {
                places.push(own);
            }
            parts.push(Part { target: *target, file: at, number });
        }
    }
    (places, parts)
}

struct Look {
    objects: Objects,
    places: Vec<Places>,
    /// What was counted, by the places and the content.
    known: HashMap<(usize, BlobId), Rc<Counts>>,
}

impl Look {
    /// Counts the places of a part in a file of a tree. `None`: there is no such file.
    fn at(&mut self, tree: TreeId, path: &[u8], part: &Part) -> Result<Option<Rc<Counts>>> {
        let entry = self.objects.at(tree, path)?.filter(|entry| entry.mode.is_file());
        let Some(blob) = entry.map(|entry| BlobId::from_bytes(entry.id)) else { return Ok(None) };
        if let Some(known) = self.known.get(&(part.number, blob)) {
            return Ok(Some(Rc::clone(known)));
        }
        let counts = Rc::new(self.places[part.number].counts(&self.objects.blob(blob)?));
        self.known.insert((part.number, blob), Rc::clone(&counts));
        Ok(Some(counts))
    }
}
