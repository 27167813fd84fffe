//! Whether a version has the code that is the flaw, by the lines of its files: for versions in whose history nothing brought it.

use std::collections::{BTreeSet, HashMap};

use crate::model::arrange::InOrder as _;
use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::patch::carry::{is_telling, product};
use crate::model::patch::{FilePatch, Mark};
use crate::model::path::file_name;
use crate::ports::git::{Git, Objects};

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

/// Looks into the files of versions.
pub struct Looks<'g> {
    git: &'g Git,
    objects: Objects,
    files: Vec<Lines>,
    blobs: HashMap<(usize, [u8; 20]), Code>,
    named: HashMap<TreeId, Vec<Vec<u8>>>,
}

impl<'g> Looks<'g> {
    /// Takes the lines that commits added which brought a flaw; of those, where there are any, the ones that its fixes remove.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn of(git: &'g Git, brought: &[CommitId], fixes: &[CommitId]) -> Result<Self> {
        let read = |ids: &[CommitId]| -> Result<Vec<FilePatch>> {
            let commits = ids.iter().map(|id| git.commit(*id)).collect::<Result<Vec<_>>>()?;
            let mut patches = git.patches(&commits.iter().collect::<Vec<_>>())?;
            Ok(ids.iter().filter_map(|id| patches.remove(id)).flat_map(|patch| product(&patch)).collect())
        };
        let (brought, fixes) = (read(brought)?, read(fixes)?);
        let changed = |file: &FilePatch, mark: Mark| -> BTreeSet<Vec<u8>> {
            let lines = file.hunks.iter().flatten().filter(|line| line.mark == mark && is_telling(&line.text));
            lines.map(|line| line.text.trim_ascii().to_vec()).in_order()
        };
        let mut files = Vec::new();
        for file in &brought {
            let before = changed(file, Mark::Removed);
            let added: BTreeSet<Vec<u8>> = changed(file, Mark::Added).difference(&before).cloned().in_order();
            let repaired: BTreeSet<Vec<u8>> = fixes.iter().flat_map(|fix| changed(fix, Mark::Removed)).in_order();
            let both: BTreeSet<Vec<u8>> = added.intersection(&repaired).cloned().in_order();
            let lines = if both.is_empty() { added } else { both };
            files.push(Lines { paths: file.paths().map(<[u8]>::to_vec).in_order(), lines });
        }
        files.retain(|file| !file.lines.is_empty());
        let objects = Objects::new(git.reopen()?);
        Ok(Self { git, objects, files, blobs: HashMap::new(), named: HashMap::new() })
    }

    /// Says what the files of a commit show.
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
