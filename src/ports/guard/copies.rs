//! Whether commits that are about to become public have what secret fixes change, whatever they say.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::guard::{Fix, Place};
use crate::model::patch::FilePatch;
use crate::model::patch::carry::product;
use crate::ports::git::{AddedFile, Content, Git, Outlined};

use super::Seen;

/// The fixes of secret advisories that are here, to compare commits with.
pub(super) struct Fixes {
    /// Each with the number of its advisory.
    all: Vec<(usize, Fix)>,
    /// The paths that they touch, each alone.
    paths: Vec<Vec<Vec<u8>>>,
    /// Commits that add a line of one.
    adding: HashSet<CommitId>,
}

impl Fixes {
    /// Reads them. That one is not here is told.
    pub(super) fn read(git: &Git, seen: &mut Seen<'_>) -> Result<Self> {
        let (fixes, missing) = named(git, seen)?;
        if missing {
            seen.cannot_compare();
        }
        let read: Vec<&Commit> = fixes.iter().map(|(_, commit)| commit).collect();
        let theirs = git.patches(&read)?;
        let files = theirs.values().flat_map(|patch| product(patch));
        let paths = files.flat_map(|file| file.paths().map(|path| vec![path.to_vec()]).collect::<Vec<_>>()).collect();
        let fix = |commit: &Commit| Fix::of(commit, theirs.get(&commit.id).map_or(&[], Vec::as_slice));
        let all = fixes.iter().map(|(advisory, commit)| (*advisory, fix(commit))).collect();
        Ok(Self { all, paths, adding: HashSet::new() })
    }

    /// Remembers that a commit adds a line of a fix, to whatever file: on a line the file may be called otherwise.
    pub(super) fn note(&mut self, commit: &Commit, files: &[AddedFile]) {
        let blocks = files.iter().flat_map(|file| match &file.content {
            Content::Lines(blocks) | Content::Binary(blocks) => blocks.as_slice(),
            Content::TooLarge | Content::Elsewhere => &[],
        });
        let mut lines = blocks.flat_map(|block| block.text.lines());
        if lines.any(|line| self.all.iter().any(|(_, fix)| fix.adds(line.as_bytes()))) {
            self.adding.insert(commit.id);
        }
    }

    /// Looks at commits, none of which is public, for the fixes: by author, date and title, and by what they change. Only commits that
    /// touch a file of a fix, or add a line of one, are read as patches.
    pub(super) fn look(&self, git: &Git, commits: &[Commit], seen: &mut Seen<'_>) -> Result<()> {
        if self.all.is_empty() {
            return Ok(());
        }
        let outlined = |commit: &Commit| Outlined {
            id: commit.id,
            tree: commit.tree,
            parents: commit.parents.clone(),
            wanted: false,
        };
        let stretch: Vec<Outlined> = commits.iter().map(outlined).collect();
        let mut read: HashSet<CommitId> = git.changing_all_of(self.paths.clone(), &stretch)?.into_iter().collect();
        read.extend(&self.adding);
        let patches = patches(git, commits.iter().filter(|commit| read.contains(&commit.id)))?;
        for commit in commits {
            let patches = patches.get(&commit.id).map_or(&[][..], Vec::as_slice);
            let told: HashSet<usize> =
                self.all.iter().filter(|(_, fix)| fix.is_in(commit, patches)).map(|(advisory, _)| *advisory).collect();
            let mut told: Vec<usize> = told.into_iter().collect();
            told.arrange();
            told.into_iter().for_each(|advisory| seen.repairs(Place::Commit, &commit.id.short(), advisory));
        }
        Ok(())
    }
}

/// Returns the patches of commits, each relative to every parent: what a merge has that none of its parents has came with the merge.
fn patches<'c>(git: &Git, commits: impl Iterator<Item = &'c Commit>) -> Result<HashMap<CommitId, Vec<Vec<FilePatch>>>> {
    let commits: Vec<&Commit> = commits.collect();
    let most = commits.iter().map(|commit| commit.parents.len().max(1)).max().unwrap_or(0);
    let mut found: HashMap<CommitId, Vec<Vec<FilePatch>>> = HashMap::new();
    for at in 0..most {
        let against = commits.iter().filter(|commit| at < commit.parents.len().max(1)).map(|commit| {
            let parents = commit.parents.get(at).copied().into_iter().collect();
            Commit { parents, ..(*commit).clone() }
        });
        let against: Vec<Commit> = against.collect();
        for (id, patch) in git.patches(&against.iter().collect::<Vec<_>>())? {
            found.entry(id).or_default().push(patch);
        }
    }
    Ok(found)
}

/// Returns the fixes of secret advisories that are here, and whether one that an advisory names is not.
fn named(git: &Git, seen: &Seen<'_>) -> Result<(Vec<(usize, Commit)>, bool)> {
    let (mut found, mut missing) = (Vec::new(), false);
    for (advisory, names) in seen.guard.fixes().into_iter().enumerate() {
        let mut known: HashSet<CommitId> = HashSet::new();
        for name in names {
            match here(git, name.digits) {
                Some(id) if known.insert(id) => found.push((advisory, git.commit(id)?)),
                Some(_) => {}
                None => missing = missing || name.is_named,
            }
        }
    }
    Ok((found, missing))
}

/// Returns the commit whose name has such digits, if it is here.
pub(super) fn here(git: &Git, digits: &str) -> Option<CommitId> {
    digits.parse().ok().filter(|id| git.commit(*id).is_ok()).or_else(|| git.expand(digits))
}
