//! Whether a version has the code that is the flaw, by the lines of its files: for versions in whose history nothing brought it.

use std::collections::{BTreeSet, HashMap};

use crate::model::arrange::InOrder as _;
use crate::model::commit::{BlobId, Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::patch::carry::{is_telling, product};
use crate::model::patch::{FilePatch, Mark};
use crate::model::path::file_name;
use crate::ports::git::{Git, Objects};

use super::flaw::SLACK_SECONDS;
use super::sought::{Line, Sought};

/// So many files are read at most to show that no file has what one commit brought.
const MOST_FILES: usize = 50_000;

/// What the files of a version show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// It has none of the lines that are the flaw.
    Absent,
    /// They do not tell.
    NotTold,
    /// It has most of these lines.
    Present,
}

/// The lines of one file that are the flaw.
struct Lines {
    paths: BTreeSet<Vec<u8>>,
    lines: BTreeSet<Vec<u8>>,
}

/// What one commit brought, to be looked for in files of whatever name.
struct Brought {
    /// What it added to each file.
    added: Vec<BTreeSet<Line>>,
    /// What was there before it.
    before: Option<TreeId>,
    /// How that is looked for, from the first question on.
    anywhere: Option<Anywhere>,
}

struct Anywhere {
    /// Of each file what was added, and behind it those of these lines that are the flaw.
    sought: Sought,
    /// Whether the flaw has lines that stood nowhere before.
    is_told: bool,
}

/// Looks into the files of versions.
pub struct Looks<'g> {
    git: &'g Git,
    objects: Objects,
    files: Vec<Lines>,
    brought: Vec<Brought>,
    repaired: BTreeSet<Line>,
    /// When the first of it was written, in seconds.
    since: i64,
    blobs: HashMap<(usize, [u8; 20]), Code>,
    named: HashMap<TreeId, Vec<Vec<u8>>>,
}

impl<'g> Looks<'g> {
    /// Takes the lines that commits added which brought a flaw; of those, where there are any, the ones that its fixes remove.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn of(git: &'g Git, brought: &[CommitId], fixes: &[CommitId]) -> Result<Self> {
        let read = |ids: &[CommitId]| -> Result<Vec<(Commit, Vec<FilePatch>)>> {
            let commits = ids.iter().map(|id| git.commit(*id)).collect::<Result<Vec<_>>>()?;
            let mut patches = git.patches(&commits.iter().collect::<Vec<_>>())?;
            let with_patch = |commit: Commit| Some((patches.remove(&commit.id)?, commit));
            Ok(commits.into_iter().filter_map(with_patch).map(|(patch, commit)| (commit, product(&patch))).collect())
        };
        let repaired: BTreeSet<Line> =
            read(fixes)?.iter().flat_map(|(_, patch)| patch).flat_map(|fix| changed(fix, Mark::Removed)).in_order();
        let (mut files, mut all, mut since) = (Vec::new(), Vec::new(), i64::MAX);
        for (commit, patch) in read(brought)? {
            since = since.min(commit.author.seconds).min(commit.committer.seconds);
            let mut added = Vec::new();
            for file in &patch {
                let lines = &changed(file, Mark::Added) - &changed(file, Mark::Removed);
                added.push(lines.clone());
                let both = &lines & &repaired;
                let lines = if both.is_empty() { lines } else { both };
                files.push(Lines { paths: file.paths().map(<[u8]>::to_vec).in_order(), lines });
            }
            let before = commit.parents.first().map(|parent| git.tree_of(*parent)).transpose()?;
            all.push(Brought { added, before, anywhere: None });
        }
        files.retain(|file| !file.lines.is_empty());
        let objects = git.objects()?;
        Ok(Self { git, objects, files, brought: all, repaired, since, blobs: HashMap::new(), named: HashMap::new() })
    }

    /// Has what [`Self::at`] will look into ready, read on every core. What cannot be read is left to those questions.
    pub fn have_ready(&mut self, commits: &[CommitId]) {
        let is_looked_into = |id: &&CommitId| self.git.commit(**id).is_ok_and(|commit| !self.is_older(&commit));
        let trees = commits.iter().filter(is_looked_into).filter_map(|id| self.git.tree_of(*id).ok());
        let trees: Vec<TreeId> = trees.collect();
        for brought in self.brought.iter_mut().filter(|_| !trees.is_empty()) {
            if let Ok(anywhere) = brought.anywhere(self.git, &mut self.objects, &self.repaired) {
                anywhere.sought.read_ahead(self.git, &mut self.objects, trees.clone());
            }
        }
    }

    /// Says whether a commit is older than the flaw.
    fn is_older(&self, commit: &Commit) -> bool {
        commit.committer.seconds.saturating_add(SLACK_SECONDS) < self.since
    }

    /// Says what the files of a commit show: those of the paths and names of the files that the flaw came in, and, where these do not have it,
    /// all others. Those of a commit that is older than the flaw are not read, so that it is never known to lack the code.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn at(&mut self, commit: CommitId) -> Result<Code> {
        let tree = self.git.tree_of(commit)?;
        let mut worst = if self.files.is_empty() { Code::NotTold } else { Code::Absent };
        for at in 0..self.files.len() {
            let mut blobs: BTreeSet<[u8; 20]> = BTreeSet::new();
            for path in &self.files[at].paths {
                blobs.extend(self.objects.at(tree, path)?.filter(|entry| entry.mode.is_file()).map(|entry| entry.id));
            }
            // The file may stand elsewhere there, or twice.
            for path in self.namesakes(tree, at)? {
                blobs.extend(self.objects.at(tree, &path)?.filter(|entry| entry.mode.is_file()).map(|entry| entry.id));
            }
            for blob in blobs {
                worst = worst.max(self.in_blob(at, blob)?);
            }
        }
        if worst == Code::Present {
            return Ok(worst);
        }
        if self.is_older(&self.git.commit(commit)?) {
            return Ok(Code::NotTold);
        }
        for brought in &mut self.brought {
            worst =
                worst.max(brought.anywhere(self.git, &mut self.objects, &self.repaired)?.at(&mut self.objects, tree)?);
        }
        Ok(worst)
    }

    fn in_blob(&mut self, at: usize, blob: [u8; 20]) -> Result<Code> {
        if let Some(known) = self.blobs.get(&(at, blob)) {
            return Ok(*known);
        }
        let text = self.objects.blob(BlobId::from_bytes(blob))?;
        let wanted = &self.files[at].lines;
        let there: BTreeSet<&[u8]> =
            text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| wanted.contains(*line)).in_order();
        let code = match there.len() {
            0 => Code::Absent,
            some if some * 2 >= wanted.len() => Code::Present,
            _ => Code::NotTold,
        };
        self.blobs.insert((at, blob), code);
        Ok(code)
    }

    /// Returns the paths of the files with the name of one of interest.
    fn namesakes(&mut self, tree: TreeId, at: usize) -> Result<Vec<Vec<u8>>> {
        let name = |path: &[u8]| file_name(path).to_vec();
        let names: BTreeSet<Vec<u8>> = self.files.iter().flat_map(|file| &file.paths).map(|path| name(path)).in_order();
        let own: BTreeSet<Vec<u8>> = self.files[at].paths.iter().map(|path| name(path)).in_order();
        Ok(self.below(tree, &names)?.into_iter().filter(|path| own.contains(&name(path))).collect())
    }

    fn below(&mut self, tree: TreeId, names: &BTreeSet<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
        if let Some(known) = self.named.get(&tree) {
            return Ok(known.clone());
        }
        let mut found = Vec::new();
        let entries = self.objects.tree(tree)?;
        for named in entries.entries() {
            if named.entry.mode.is_tree() {
                let inside = self.below(TreeId::from_bytes(named.entry.id), names)?;
                found.extend(inside.into_iter().map(|path| [named.name, b"/", path.as_slice()].concat()));
            } else if names.contains(named.name) {
                found.push(named.name.to_vec());
            }
        }
        self.named.insert(tree, found.clone());
        Ok(found)
    }
}

/// Returns the lines that a patch adds to a file, or removes from it, and that tell something.
fn changed(file: &FilePatch, mark: Mark) -> BTreeSet<Line> {
    let lines = file.hunks.iter().flatten().filter(|line| line.mark == mark && is_telling(&line.text));
    lines.map(|line| line.text.trim_ascii().to_vec()).in_order()
}

impl Brought {
    /// Finds out what of it stood nowhere before, once.
    fn anywhere(&mut self, git: &Git, objects: &mut Objects, repaired: &BTreeSet<Line>) -> Result<&mut Anywhere> {
        let known = match self.anywhere.take() {
            Some(known) => known,
            None => {
                let flaw: Vec<BTreeSet<Line>> = self.added.iter().map(|lines| lines & repaired).collect();
                let mut sought = Sought::of(self.added.clone(), MOST_FILES);
                if let Some(before) = self.before {
                    sought.leave_out(git, objects, before)?;
                }
                let left: BTreeSet<&Line> = sought.lines().flatten().in_order();
                let is_left = |own: &BTreeSet<Line>| own.is_empty() || own.iter().any(|line| left.contains(line));
                let is_told = !left.is_empty() && flaw.iter().all(is_left);
                Anywhere { sought: sought.with_part(repaired), is_told }
            }
        };
        Ok(self.anywhere.insert(known))
    }
}

impl Anywhere {
    /// Says what the files of a tree show.
    fn at(&mut self, objects: &mut Objects, tree: TreeId) -> Result<Code> {
        let best = self.sought.in_tree(objects, tree)?;
        let counts: Vec<(usize, usize)> =
            best.iter().zip(self.sought.lines()).map(|((there, _), lines)| (*there, lines.len())).collect();
        let has_flaw = |pair: &[(usize, usize)]| pair[1].0 > 0 && pair[1].0 * 2 >= pair[1].1;
        Ok(match () {
            () if counts.chunks_exact(2).any(has_flaw) => Code::Present,
            () if self.is_told && self.sought.is_whole() && counts.iter().all(|(there, _)| *there == 0) => Code::Absent,
            () => Code::NotTold,
        })
    }
}
