//! Forecasts of picks in memory: the provable ones from tree entries, all others by git's own engine.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::model::commit::{CommitId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::Forecast;
use crate::ports::process::GitProgram;

use super::Git;
use super::attributes::{configured_outside, renormalizes};
use super::objects::Objects;
use super::quarantine::Quarantine;
use super::renames::{Renames, renames_configured};
use super::version::GitVersion;
use super::worker::{Proof, Worker};

/// A tree to merge, by the commit that has it where there is one: its name goes into conflict markers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Treeish {
    /// The tree.
    pub tree: TreeId,
    /// The commit.
    pub commit: Option<CommitId>,
}

/// A pick to work out: what the fix changed (`base` to `theirs`) put onto `ours`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// The first parent of the fix, or the empty tree for a root commit.
    pub base: Treeish,
    /// The line.
    pub ours: Treeish,
    /// The fix.
    pub theirs: Treeish,
}

/// What a forecast follows from, besides the version of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// The three trees alone.
    Trees,
    /// Also how the user configured the merge drivers that attributes of the line name.
    Drivers,
}

/// Works out picks, several at a time, and leaves nothing behind.
pub struct Forecaster {
    pub(super) program: GitProgram,
    pub(super) version: GitVersion,
    pub(super) quarantine: Quarantine,
    pub(super) texts_outside: bool,
    pub(super) renormalizes: bool,
    pub(super) renames_outside: bool,
    pub(super) renames: Renames,
}

impl Forecaster {
    /// Makes one for a repository.
    ///
    /// # Errors
    /// When git is too old or the temporary directory cannot be made.
    pub fn new(git: &Git) -> Result<Self> {
        let version = git.version()?;
        let quarantine = Quarantine::new(&git.objects_directory())?;
        let texts_outside = configured_outside(git.repository());
        let renames_outside = renames_configured(git.repository());
        Ok(Self {
            program: git.program().clone(),
            version,
            quarantine,
            texts_outside,
            renormalizes: renormalizes(git.repository()),
            renames_outside,
            renames: Renames::default(),
        })
    }

    /// Makes a worker with a merge engine of its own.
    ///
    /// # Errors
    /// When the repository cannot be opened once more.
    pub fn worker(&self) -> Result<Worker<'_>> {
        Ok(Worker::new(self, self.quarantine.open()?))
    }

    /// Returns what to call a tree: git before 2.45 takes commits only, so a bare tree gets a commit of its own.
    pub(super) fn name(&self, objects: &mut Objects, side: Treeish) -> Result<String> {
        match side.commit {
            Some(commit) => Ok(commit.to_string()),
            None if self.version.merges_plain_trees() => Ok(side.tree.to_string()),
            None => objects.commit_for(side.tree).map(|commit| commit.to_string()),
        }
    }

    /// Works out all picks, in order, on every core.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn all(&self, picks: &[Pick]) -> Result<Vec<Forecast>> {
        Ok(self.all_with_basis(picks)?.into_iter().map(|(forecast, _)| forecast).collect())
    }

    /// As [`Self::all`], each with what it follows from.
    pub(super) fn all_with_basis(&self, picks: &[Pick]) -> Result<Vec<(Forecast, Basis)>> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(picks.len()).max(1);
        let at = AtomicUsize::new(0);
        let proofs = in_parallel(cores, |_| {
            let mut worker = self.worker()?;
            let mut done = Vec::new();
            loop {
                let next = at.fetch_add(1, Ordering::Relaxed);
                let Some(pick) = picks.get(next) else { return Ok(done) };
                done.push((next, worker.prove(pick)?));
                worker.objects().forget_made();
            }
        })?;
        let mut forecasts = vec![None; picks.len()];
        let (mut texts, mut open) = (Vec::new(), Vec::new());
        for (at, proof) in proofs.into_iter().flatten() {
            match proof {
                Proof::Done(forecast) => forecasts[at] = Some((forecast, Basis::Trees)),
                Proof::Texts(partial) => texts.push((at, partial)),
                Proof::Open => open.push(at),
            }
        }
        open.sort_unstable();
        let asked = in_parallel(cores, |share| {
            let mut worker = self.worker()?;
            let partial: Vec<_> = texts.iter().skip(share).step_by(cores).collect();
            let found = worker.merge_texts(&partial.iter().map(|(at, p)| (&picks[*at], p)).collect::<Vec<_>>())?;
            let found = found.into_iter().map(|forecast| (forecast, Basis::Trees));
            let mut done: Vec<_> = partial.into_iter().map(|(at, _)| *at).zip(found).collect();
            let mine: Vec<usize> = open.iter().copied().skip(share).step_by(cores).collect();
            let found = worker.ask_git(&mine.iter().map(|at| picks[*at]).collect::<Vec<_>>())?;
            done.extend(mine.into_iter().zip(found));
            Ok(done)
        })?;
        for (at, forecast) in asked.into_iter().flatten() {
            forecasts[at] = Some(forecast);
        }
        Ok(forecasts.into_iter().flatten().collect())
    }
}

/// Runs the work once for each number below `threads`, for the first one in this thread, and returns the results or the first error.
pub(super) fn in_parallel<T: Send>(threads: usize, work: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
    let work = &work;
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|number| scope.spawn(move || work(number))).collect();
        let first = (threads > 0).then(|| work(0));
        let others =
            others.into_iter().map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        first.into_iter().chain(others).collect()
    })
}
