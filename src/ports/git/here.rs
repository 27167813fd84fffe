//! Moving the branch that is checked out here, with index and worktree, so that a kill at any point can be made good.
//!
//! All of it happens under `index.lock`, git's own lock of the index (`lockfile.h` and `read-cache.c` of git): no other git
//! changes the index meanwhile. What is going to be moved is written down first. Then the branch moves, by compare-and-swap,
//! so that nothing has to be taken back; the files follow, with a copy of the index; the copy becomes the index. Whatever
//! a kill leaves of this, the next run knows from what was written down where the files have to go.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::apply::shell_word;
use crate::model::branch::BranchName;
use crate::model::commit::{BlobId, CommitId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Entry, Mode};
use crate::ports::lock::Lock;
use crate::ports::process::{Finished, failed, finish};
use crate::ports::{files, folder};

use super::Git;
use super::changes::{Change, changes};

/// What to do where the files cannot follow.
const BEHIND: &str =
    "the branch has moved and the worktree has not: free what git names and run the same command again";

/// A move of the branch that is checked out here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Moving {
    /// The branch.
    pub branch: BranchName,
    /// The commit it is at, and index and worktree with it.
    pub from: CommitId,
    /// The commit it goes to.
    pub to: CommitId,
}

impl Git {
    /// Moves the branch that is checked out here, and index and worktree with it.
    ///
    /// # Errors
    /// When the index is locked, the worktree is not clean, a file is in the way, or the branch moved: then all is as it was.
    /// When the files cannot follow: then [`Self::resume_here`] does the rest.
    pub fn move_here(&self, moving: Moving, now: DateTime<Utc>) -> Result<()> {
        let mover = Mover::begin(self, moving, now)?;
        self.require_clean(mover.moving.from)?;
        self.require_room(self.tree_of(mover.moving.from)?, self.tree_of(mover.moving.to)?)?;
        Mover::STEPS.iter().try_for_each(|step| step(&mover))
    }

    /// Brings index and worktree to where a killed run has moved the branch, and returns what that run was doing.
    ///
    /// Where the branch or the index is elsewhere by now, somebody has gone on without, and nothing is left to do.
    ///
    /// # Errors
    /// When the index is locked, or a file is neither as before nor as after; nothing of it is overwritten.
    pub fn resume_here(&self, now: DateTime<Utc>) -> Result<Option<Moving>> {
        let lock = lock_of(self);
        if Lock::clear_dead(&lock)? {
            folder::remove(&Lock::guard_of(&lock))?;
        }
        let Some(moving) = written_down(self)? else { return Ok(None) };
        let mover = Mover::begin(self, moving, now)?;
        let Moving { branch, to, .. } = &mover.moving;
        let is_here = self.head_branch()? == Some(branch.full()) && self.branch_tip(branch)? == Some(*to);
        if !is_here || mover.has_followed()? {
            mover.strike_out()?;
            return Ok(None);
        }
        Mover::STEPS[Mover::FILES..].iter().try_for_each(|step| step(&mover))?;
        Ok(Some(mover.moving))
    }
}

/// A move under way; it holds the lock of the index.
struct Mover<'g> {
    git: &'g Git,
    moving: Moving,
    _lock: Lock,
}

impl<'g> Mover<'g> {
    /// What a move does, in this order. Done again from [`Self::FILES`] on, it gives the same.
    const STEPS: [fn(&Self) -> Result<()>; 5] =
        [Self::write_down, Self::move_branch, Self::update_files, Self::replace_index, Self::strike_out];

    /// Where the steps behind the move of the branch begin.
    const FILES: usize = 2;

    fn begin(git: &'g Git, moving: Moving, now: DateTime<Utc>) -> Result<Self> {
        let lock = Lock::take(&lock_of(git), "git command", now)?;
        Ok(Self { git, moving, _lock: lock })
    }

    fn write_down(&self) -> Result<()> {
        let text = serde_json::to_string(&self.moving).expect("a move holds nothing that JSON cannot") + "\n";
        folder::write(&note(self.git), text.as_bytes())
    }

    fn move_branch(&self) -> Result<()> {
        let Moving { branch, from, to } = &self.moving;
        let Err(error) = self.git.move_branch(branch, Some(*from), *to) else { return Ok(()) };
        if self.git.branch_tip(branch)? != Some(*to) {
            self.strike_out()?;
        }
        Err(error)
    }

    /// Brings the files of the worktree to the new commit, with a copy of the index.
    ///
    /// A run that was killed may have brought some there already. So the copy first takes up what stands in the worktree at
    /// the paths that change; each must then be as the old or the new commit has it, and `git read-tree -m -u` keeps the
    /// ones and updates the others.
    fn update_files(&self) -> Result<()> {
        let changed = self.changed()?;
        self.require_known(&changed, &self.index())?;
        self.copy_index()?;
        self.take_up(&changed)?;
        self.require_known(&changed, &self.copy())?;
        let (from, to) = (self.moving.from.to_string(), self.moving.to.to_string());
        let finished = self.run(&self.copy(), &["read-tree", "-m", "-u", &from, &to], None)?;
        if finished.success() {
            return Ok(());
        }
        Err(failed("git read-tree -m -u", &finished).hint(BEHIND))
    }

    fn replace_index(&self) -> Result<()> {
        fs::rename(self.copy(), self.index()).map_err(cannot_write_index)
    }

    fn strike_out(&self) -> Result<()> {
        folder::remove(&place(self.git))
    }

    /// Says whether the index is at the new commit, in all that changes.
    fn has_followed(&self) -> Result<bool> {
        let differing = self.differing(&self.index())?;
        Ok(self.changed()?.iter().all(|change| differing.get(&change.path) == Some(&change.new)))
    }

    fn changed(&self) -> Result<Vec<Change>> {
        let (from, to) = (self.git.tree_of(self.moving.from)?, self.git.tree_of(self.moving.to)?);
        changes(&mut self.git.objects()?, from, to)
    }

    /// Copies the index. The copy is as old as the original, for by the age git knows which files it has to read again
    /// (`Documentation/technical/racy-git.txt` of git).
    fn copy_index(&self) -> Result<()> {
        let copy = self.copy();
        // What a killed git left of an earlier copy is of no use.
        folder::remove(&copy)?;
        folder::remove(&copy.with_extension("lock"))?;
        let original = self.index();
        let copied = || {
            fs::copy(&original, &copy)?;
            let modified = fs::metadata(&original)?.modified()?;
            File::options().write(true).open(&copy)?.set_modified(modified)
        };
        match copied() {
            Err(error) if error.kind() == ErrorKind::NotFound && !original.exists() => Ok(()),
            copied => copied.map_err(cannot_write_index),
        }
    }

    /// Lets the copy of the index know what files the worktree has at the paths that change.
    fn take_up(&self, changed: &[Change]) -> Result<()> {
        let Some(worktree) = self.git.worktree() else { return Err(super::worktree::no_worktree()) };
        let is_file = |path: &[u8]| {
            let found = worktree.join(crate::ports::platform::path_of(path)).symlink_metadata();
            found.is_ok_and(|found| found.is_file() || found.is_symlink())
        };
        let there = changed.iter().map(|change| &change.path).filter(|path| is_file(path));
        let input: Vec<u8> = there.flat_map(|path| [path.as_slice(), b"\0"].concat()).collect();
        let finished = self.run(&self.copy(), &["update-index", "--add", "--replace", "-z", "--stdin"], Some(input))?;
        if finished.success() { Ok(()) } else { Err(failed("git update-index", &finished).hint(BEHIND)) }
    }

    /// Requires that an index has each path that changes as the old or the new commit has it.
    fn require_known(&self, changed: &[Change], index: &Path) -> Result<()> {
        let Moving { branch, from, to } = &self.moving;
        let differing = self.differing(index)?;
        let strange = changed.iter().find(|change| differing.get(&change.path).is_some_and(|now| *now != change.new));
        let Some(strange) = strange else { return Ok(()) };
        let path = String::from_utf8_lossy(&strange.path).escape_debug().to_string();
        let restore = format!("git restore --source={to} --staged --worktree -- {}", shell_word(&path));
        Err(Error::no(format!(
            "'{branch}' has moved from '{from}' to '{to}', and '{path}' is neither as the one nor as the other has it"
        ))
        .hint(format!("keep what you need of it, bring it back with '{restore}' and run the same command again")))
    }

    /// Returns the entries in which an index differs from the old commit, by path; `None` where it has none.
    fn differing(&self, index: &Path) -> Result<BTreeMap<Vec<u8>, Option<Entry>>> {
        let from = self.moving.from.to_string();
        let arguments = ["diff-index", "--cached", "--raw", "--no-abbrev", "--no-renames", "-z", &from, "--"];
        let finished = self.run(index, &arguments, None)?;
        if !finished.success() {
            return Err(failed("git diff-index", &finished));
        }
        let mut fields = finished.stdout.split(|byte| *byte == 0);
        let mut found = BTreeMap::new();
        while let (Some(record), Some(path)) = (fields.next(), fields.next()) {
            found.insert(path.to_vec(), entry(record).ok_or_else(|| failed("git diff-index", &finished))?);
        }
        Ok(found)
    }

    fn run(&self, index: &Path, arguments: &[&str], input: Option<Vec<u8>>) -> Result<Finished> {
        let mut command = self.git.program().command();
        command.args(arguments).env("GIT_INDEX_FILE", index);
        finish(command, input)
    }

    fn index(&self) -> PathBuf {
        self.git.repository().path().join("index")
    }

    fn copy(&self) -> PathBuf {
        place(self.git).join("index")
    }
}

/// Reads the new side of a record of `git diff-index --raw` (`git-diff-index(1)`, "RAW OUTPUT FORMAT"); the inner `None` is no
/// entry. One that is in conflict has a mode that no commit has.
fn entry(record: &[u8]) -> Option<Option<Entry>> {
    let text = std::str::from_utf8(record).ok()?;
    let [_, mode, _, id, status] = text.split(' ').collect::<Vec<_>>()[..] else { return None };
    let mode = u32::from_str_radix(mode, 8).ok()?;
    let id: BlobId = id.parse().ok()?;
    let entry = Entry { mode: Mode(mode), id: *id.as_bytes() };
    Some((status != "D").then_some(entry))
}

/// The lock of the index of this one worktree.
fn lock_of(git: &Git) -> PathBuf {
    git.repository().path().join("index.lock")
}

/// The directory of a move, in the git directory of this one worktree.
fn place(git: &Git) -> PathBuf {
    git.repository().path().join("backstitch").join("moving")
}

fn note(git: &Git) -> PathBuf {
    place(git).join("move.json")
}

fn written_down(git: &Git) -> Result<Option<Moving>> {
    let path = note(git);
    if !path.exists() {
        return Ok(None);
    }
    serde_json::from_str(&files::read_text(&path)?).map(Some).map_err(|error| {
        let shown = path.display().to_string().escape_debug().to_string();
        Error::unfinished(format!("'{shown}' cannot be read"))
            .because(error)
            .hint("see with 'git status' that index and worktree are as they should be, then remove that file")
    })
}

fn cannot_write_index(error: std::io::Error) -> Error {
    Error::unfinished("cannot write the index").because(error).hint("is the disk full or read-only?")
}

#[cfg(test)]
mod tests;
