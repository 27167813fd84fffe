//! Forecasts of picks in memory: the provable ones from tree entries, all others by git's own engine.

use std::sync::{Mutex, PoisonError};

use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Conflict, Entry, Forecast, OnLine, Outcome, Resolution, Touched, provable};
use crate::model::textmerge::merge_apart;
use crate::ports::process::GitProgram;

use super::Git;
use super::attributes::{MergeAttributes, configured_outside};
use super::changes::{Change, changes};
use super::merge_tree::{Merged, Request, merge_all};
use super::objects::{Objects, empty_tree};
use super::quarantine::Quarantine;
use super::version::GitVersion;

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

/// Works out picks, several at a time, and leaves nothing behind.
pub struct Forecaster {
    program: GitProgram,
    version: GitVersion,
    quarantine: Quarantine,
    texts_outside: bool,
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
        Ok(Self { program: git.program().clone(), version, quarantine, texts_outside })
    }

    /// Makes a worker with a merge engine of its own.
    ///
    /// # Errors
    /// When the repository cannot be opened once more.
    pub fn worker(&self) -> Result<Worker<'_>> {
        Ok(Worker {
            forecaster: self,
            objects: Objects::new(self.quarantine.open()?),
            attributes: MergeAttributes::default(),
        })
    }

    /// Works out all picks, in order, on every core.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn all(&self, picks: &[Pick]) -> Result<Vec<Forecast>> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at = Mutex::new(0..picks.len());
        let proven = in_parallel(cores.min(picks.len().max(1)), |_| {
            let mut worker = self.worker()?;
            let mut done = Vec::new();
            while let Some(next) = at.lock().unwrap_or_else(PoisonError::into_inner).next() {
                done.push((next, worker.provable(&picks[next])?));
                worker.objects.forget_made();
            }
            Ok(done)
        })?;
        let mut forecasts = vec![None; picks.len()];
        let mut open = Vec::new();
        for (at, forecast) in proven.into_iter().flatten() {
            forecasts[at] = forecast;
        }
        open.extend((0..picks.len()).filter(|at| forecasts[*at].is_none()));
        // More processes than cores: a long merge at the end of one's share then leaves no core idle.
        let engines = (2 * cores).min(open.len().div_ceil(4)).max(1);
        let asked = in_parallel(engines, |engine| {
            let share: Vec<usize> = open.iter().copied().skip(engine).step_by(engines).collect();
            let mine: Vec<Pick> = share.iter().map(|at| picks[*at]).collect();
            Ok(share.into_iter().zip(self.worker()?.ask_git(&mine)?).collect::<Vec<_>>())
        })?;
        for (at, forecast) in asked.into_iter().flatten() {
            forecasts[at] = Some(forecast);
        }
        Ok(forecasts.into_iter().flatten().collect())
    }
}

/// Runs the work once for each number below `threads`, and returns the results or the first error.
fn in_parallel<T: Send>(threads: usize, work: impl Fn(usize) -> Result<T> + Sync) -> Result<Vec<T>> {
    let work = &work;
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|number| scope.spawn(move || work(number))).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// One thread's means to work out picks.
pub struct Worker<'f> {
    forecaster: &'f Forecaster,
    objects: Objects,
    attributes: MergeAttributes,
}

impl Worker<'_> {
    /// Returns the objects, the results of earlier forecasts among them.
    pub fn objects(&mut self) -> &mut Objects {
        &mut self.objects
    }

    /// Works out one pick. Its result can be what the next pick is put onto.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn forecast(&mut self, pick: &Pick) -> Result<Forecast> {
        if let Some(forecast) = self.provable(pick)? {
            return Ok(forecast);
        }
        // The engine reads trees from disk, so what this chain of picks made in memory has to be there.
        self.objects.write_made()?;
        let answers = self.ask_git(std::slice::from_ref(pick))?;
        answers.into_iter().next().ok_or_else(|| Error::unfinished("git gave no answer to a merge"))
    }

    fn provable(&mut self, pick: &Pick) -> Result<Option<Forecast>> {
        let touched = changes(&mut self.objects, pick.base.tree, pick.theirs.tree)?;
        let proven = self.prove(pick, &touched)?;
        Ok(proven.map(|tree| clean(tree, pick.ours.tree)))
    }

    fn prove(&mut self, pick: &Pick, touched: &[Change]) -> Result<Option<TreeId>> {
        let mut facts = Vec::with_capacity(touched.len());
        for change in touched {
            facts.push(self.facts(pick, change)?);
        }
        let Some(resolutions) = provable(&facts) else { return Ok(None) };
        let mut edits: Vec<(&[u8], Option<Entry>)> = Vec::with_capacity(touched.len());
        for (change, resolution) in touched.iter().zip(resolutions) {
            match resolution {
                Resolution::Keep => {}
                Resolution::Take(entry) => edits.push((&change.path, entry)),
                Resolution::MergeTexts { base, ours, theirs } => {
                    let Some(id) = self.merge_texts(pick.ours.tree, &change.path, base, ours, theirs.id)? else {
                        return Ok(None);
                    };
                    edits.push((&change.path, Some(Entry { mode: theirs.mode, id })));
                }
            }
        }
        let tree = self.objects.edit(pick.ours.tree, &edits)?;
        Ok(Some(tree))
    }

    fn facts(&mut self, pick: &Pick, change: &Change) -> Result<Touched> {
        let ours = match self.objects.at(pick.ours.tree, &change.path)? {
            Some(entry) => OnLine::Present(entry),
            None => self.absence(pick, &change.path)?,
        };
        let directories_kept = match (change.new, change.path.iter().rposition(|byte| *byte == b'/')) {
            (None, Some(slash)) => {
                self.objects.at(pick.theirs.tree, &change.path[..slash])?.is_some_and(|entry| entry.mode.is_tree())
            }
            (None, None) | (Some(_), _) => true,
        };
        Ok(Touched { base: change.old, ours, theirs: change.new, directories_kept })
    }

    fn absence(&mut self, pick: &Pick, path: &[u8]) -> Result<OnLine> {
        let mut directories_stand = true;
        for slash in path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at) {
            let directory = &path[..slash];
            match self.objects.at(pick.ours.tree, directory)? {
                Some(entry) if !entry.mode.is_tree() => return Ok(OnLine::Blocked),
                Some(_) => {}
                None => {
                    let in_base = self.objects.at(pick.base.tree, directory)?;
                    directories_stand &= in_base.is_none();
                }
            }
        }
        Ok(OnLine::Absent { directories_stand })
    }

    fn merge_texts(
        &mut self,
        line: TreeId,
        path: &[u8],
        base: [u8; 20],
        ours: [u8; 20],
        theirs: [u8; 20],
    ) -> Result<Option<[u8; 20]>> {
        if self.forecaster.texts_outside || self.attributes.concern(&mut self.objects, line, std::iter::once(path))? {
            return Ok(None);
        }
        let texts = [base, ours, theirs].map(|id| self.objects.blob(BlobId::from_bytes(id)));
        let [base, ours, theirs] = texts;
        let Some(merged) = merge_apart(&base?, &ours?, &theirs?) else { return Ok(None) };
        self.objects.make_blob(merged).map(|id| Some(*id.as_bytes()))
    }

    fn ask_git(&mut self, picks: &[Pick]) -> Result<Vec<Forecast>> {
        if picks.is_empty() {
            return Ok(Vec::new());
        }
        let requests = picks.iter().map(|pick| self.request(pick)).collect::<Result<Vec<_>>>()?;
        let answers = self.merge_all(empty_tree(), &requests)?;
        let mut forecasts = Vec::with_capacity(picks.len());
        for ((pick, request), merged) in picks.iter().zip(requests).zip(answers) {
            let merged = if self.merging_is_special(pick, &merged)? {
                let again = self.merge_all(pick.ours.tree, &[request])?;
                again.into_iter().next().unwrap_or(merged)
            } else {
                merged
            };
            forecasts.push(self.read(pick, merged));
        }
        Ok(forecasts)
    }

    fn read(&mut self, pick: &Pick, merged: Merged) -> Forecast {
        if merged.clean {
            return clean(merged.tree, pick.ours.tree);
        }
        let conflicts = self.count_hunks(&merged);
        Forecast { outcome: Outcome::Conflict, tree: merged.tree, files: merged.files, conflicts }
    }

    fn merge_all(&self, attributes: TreeId, requests: &[Request]) -> Result<Vec<Merged>> {
        merge_all(&self.forecaster.program, &self.forecaster.quarantine, attributes, requests)
    }

    /// Says whether an attribute of the line concerns a path that this merge changed.
    fn merging_is_special(&mut self, pick: &Pick, merged: &Merged) -> Result<bool> {
        let changed = changes(&mut self.objects, pick.ours.tree, merged.tree)?;
        let paths = changed.iter().map(|change| change.path.as_slice());
        let paths = paths.chain(merged.files.iter().map(String::as_bytes));
        self.attributes.concern(&mut self.objects, pick.ours.tree, paths)
    }

    /// Returns what to call the three sides: git before 2.45 takes commits only, so bare trees get a commit each.
    fn request(&mut self, pick: &Pick) -> Result<Request> {
        let plain_trees = self.forecaster.version.merges_plain_trees();
        let name = |side: Treeish| match side.commit {
            Some(commit) => Ok(commit.to_string()),
            None if plain_trees => Ok(side.tree.to_string()),
            None => self.objects.commit_for(side.tree).map(|commit| commit.to_string()),
        };
        let [base, ours, theirs] = [pick.base, pick.ours, pick.theirs].map(name);
        Ok(Request { base: base?, ours: ours?, theirs: theirs? })
    }

    fn count_hunks(&mut self, merged: &Merged) -> Vec<Conflict> {
        let mut conflicts = merged.conflicts.clone();
        for conflict in &mut conflicts {
            let entry = self.objects.at(merged.tree, conflict.path.as_bytes()).ok().flatten();
            let text =
                entry.filter(|e| e.mode.is_file()).and_then(|e| self.objects.blob(BlobId::from_bytes(e.id)).ok());
            let starts =
                text.map(|text| text.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"<<<<<<< ")).count());
            conflict.hunks = starts.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
        }
        conflicts
    }
}

fn clean(tree: TreeId, line: TreeId) -> Forecast {
    let outcome = if tree == line { Outcome::Empty } else { Outcome::Clean };
    Forecast { outcome, tree, files: Vec::new(), conflicts: Vec::new() }
}
