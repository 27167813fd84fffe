//! Whether a version has the lines that a fix adds, in whatever file: a fix that was made again is known by nothing else.

use std::collections::BTreeSet;

use crate::model::arrange::InOrder as _;
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::patch::carry::{is_telling, product};
use crate::model::patch::{FilePatch, Mark};
use crate::ports::git::{Git, Objects};

use super::sought::{Line, Sought};

/// That a version has most of the lines that a fix adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// The fix.
    pub fix: CommitId,
    /// The file of the version that has the most of them.
    pub path: Vec<u8>,
}

/// Looks for fixes in the files of versions.
pub struct Remade<'g> {
    git: &'g Git,
    objects: Objects,
    fixes: Vec<(CommitId, Sought)>,
}

impl<'g> Remade<'g> {
    /// Takes the lines that fixes add. Lines that stood anywhere before a fix tell nothing of it.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn of(git: &'g Git, fixes: &[CommitId]) -> Result<Self> {
        let commits = fixes.iter().map(|id| git.commit(*id)).collect::<Result<Vec<_>>>()?;
        let patches = git.patches(&commits.iter().collect::<Vec<_>>())?;
        let mut objects = git.objects()?;
        let mut found = Vec::new();
        for commit in &commits {
            let patch = patches.get(&commit.id).map_or(&[][..], Vec::as_slice);
            let mut added = Sought::of(product(patch).iter().map(wanted).collect(), usize::MAX);
            if let Some(parent) = commit.parents.first() {
                added.leave_out(git, &mut objects, git.tree_of(*parent)?)?;
            }
            if added.lines().next().is_some() {
                found.push((commit.id, added));
            }
        }
        Ok(Self { git, objects, fixes: found })
    }

    /// Says where a commit has most of the lines of each fix. Empty: it lacks those of one, or the fixes add none that tell.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn at(&mut self, commit: CommitId) -> Result<Vec<Like>> {
        let tree = self.git.tree_of(commit)?;
        let mut likes = Vec::new();
        for (fix, added) in &mut self.fixes {
            let best = added.in_tree(&mut self.objects, tree)?;
            let all: usize = added.lines().map(BTreeSet::len).sum();
            let there: usize = best.iter().map(|(count, _)| count).sum();
            let most = best.iter().max_by_key(|(count, _)| *count).filter(|_| there * 2 >= all);
            let Some((_, path)) = most else { return Ok(Vec::new()) };
            likes.push(Like { fix: *fix, path: path.clone() });
        }
        Ok(likes)
    }
}

/// Returns the lines that a patch adds to a file and does not take from it.
fn wanted(file: &FilePatch) -> BTreeSet<Line> {
    let lines = |mark: Mark| -> BTreeSet<Line> {
        let own = file.hunks.iter().flatten().filter(|line| line.mark == mark && is_telling(&line.text));
        own.map(|line| line.text.trim_ascii().to_vec()).in_order()
    };
    &lines(Mark::Added) - &lines(Mark::Removed)
}
