//! Whether a version has the lines that a fix adds, in whatever file: a fix that was made again is known by nothing else.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use foldhash::fast::RandomState;

use crate::model::arrange::InOrder as _;
use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::patch::carry::{is_telling, product};
use crate::model::patch::{FilePatch, Mark};
use crate::model::path::file_name;
use crate::ports::git::{Git, Objects};

/// That a version has most of the lines that a fix adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// The fix.
    pub fix: CommitId,
    /// The file of the version that has the most of them.
    pub path: Vec<u8>,
}

/// Of each file of a fix: how many of its lines stand together in one file, and in which.
type Best = Rc<Vec<(usize, Vec<u8>)>>;

/// A line that a fix adds, without the white space around it.
type Line = Vec<u8>;

/// What a fix adds.
struct Added {
    fix: CommitId,
    /// How the name of each of its files ends, and the lines that only the fix could have brought.
    files: Vec<(Vec<u8>, BTreeSet<Line>)>,
    /// All these lines.
    lines: Lines,
    /// What trees have of it, by their identifiers.
    trees: HashMap<TreeId, Best, RandomState>,
    /// What files have of it, by their identifiers.
    blobs: HashMap<BlobId, Rc<Vec<usize>>, RandomState>,
}

/// Lines that are looked for, made so that the many others are passed over quickly.
struct Lines {
    /// The files of the fix that have each, by their places.
    files: HashMap<Line, Vec<usize>, RandomState>,
    shortest: usize,
    longest: usize,
    /// Whether one begins with a byte.
    begins: [bool; 256],
}

impl Lines {
    fn of(files: &[(Vec<u8>, BTreeSet<Line>)]) -> Self {
        let mut all = Self { files: HashMap::default(), shortest: usize::MAX, longest: 0, begins: [false; 256] };
        for (at, line) in files.iter().enumerate().flat_map(|(at, (_, lines))| lines.iter().map(move |line| (at, line)))
        {
            all.shortest = all.shortest.min(line.len());
            all.longest = all.longest.max(line.len());
            line.first().into_iter().for_each(|byte| all.begins[usize::from(*byte)] = true);
            all.files.entry(line.clone()).or_default().push(at);
        }
        all
    }

    /// Adds the lines that a text has, to each file of the fix its own.
    fn gather(&self, text: &[u8], found: &mut [BTreeSet<Line>]) {
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
            let line = text[from..end].trim_ascii();
            from = end + 1;
            let may_be_one = (self.shortest..=self.longest).contains(&line.len())
                && line.first().is_some_and(|byte| self.begins[usize::from(*byte)]);
            if let Some(files) = may_be_one.then(|| self.files.get(line)).flatten() {
                for at in files {
                    found[*at].insert(line.to_vec());
                }
            }
        }
    }
}

/// Looks for fixes in the files of versions.
pub struct Remade<'g> {
    git: &'g Git,
    objects: Objects,
    fixes: Vec<Added>,
}

impl<'g> Remade<'g> {
    /// Takes the lines that fixes add. Lines that stood anywhere in files of the same kind before a fix tell nothing of it.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn of(git: &'g Git, fixes: &[CommitId]) -> Result<Self> {
        let commits = fixes.iter().map(|id| git.commit(*id)).collect::<Result<Vec<_>>>()?;
        let patches = git.patches(&commits.iter().collect::<Vec<_>>())?;
        let mut objects = Objects::new(git.reopen()?);
        let mut found = Vec::new();
        for commit in &commits {
            let patch = patches.get(&commit.id).map_or(&[][..], Vec::as_slice);
            let mut added = Added::new(commit.id, product(patch).iter().map(wanted).collect());
            if let Some(parent) = commit.parents.first() {
                added.leave_out(&mut objects, git.tree_of(*parent)?)?;
            }
            if !added.files.is_empty() {
                found.push(added);
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
        for fix in &mut self.fixes {
            let best = fix.in_tree(&mut self.objects, tree)?;
            let all: usize = fix.files.iter().map(|(_, lines)| lines.len()).sum();
            let there: usize = best.iter().map(|(count, _)| count).sum();
            let most = best.iter().max_by_key(|(count, _)| *count).filter(|_| there * 2 >= all);
            let Some((_, path)) = most else { return Ok(Vec::new()) };
            likes.push(Like { fix: fix.fix, path: path.clone() });
        }
        Ok(likes)
    }
}

/// Returns how the name of a file ends, and the lines that a patch adds to it and does not take from it.
fn wanted(file: &FilePatch) -> (Vec<u8>, BTreeSet<Line>) {
    let lines = |mark: Mark| -> BTreeSet<Line> {
        let own = file.hunks.iter().flatten().filter(|line| line.mark == mark && is_telling(&line.text));
        own.map(|line| line.text.trim_ascii().to_vec()).in_order()
    };
    (ending(file.path()).to_vec(), &lines(Mark::Added) - &lines(Mark::Removed))
}

/// Returns what follows the last dot in the name of a file; empty where there is none.
fn ending(path: &[u8]) -> &[u8] {
    let name = file_name(path);
    name.iter().rposition(|byte| *byte == b'.').map_or(&[], |dot| &name[dot + 1..])
}

impl Added {
    fn new(fix: CommitId, mut files: Vec<(Vec<u8>, BTreeSet<Line>)>) -> Self {
        files.retain(|(_, lines)| !lines.is_empty());
        let lines = Lines::of(&files);
        Self { fix, files, lines, trees: HashMap::default(), blobs: HashMap::default() }
    }

    /// Leaves out the lines that stand in a tree. What is in that tree has none of the others, and is not read again.
    fn leave_out(&mut self, objects: &mut Objects, tree: TreeId) -> Result<()> {
        let mut stood: Vec<BTreeSet<Line>> = vec![BTreeSet::new(); self.files.len()];
        let mut open = vec![tree];
        let none: Best = Rc::new(vec![(0, Vec::new()); self.files.len()]);
        let none_in_file = Rc::new(vec![0; self.files.len()]);
        while let Some(tree) = open.pop() {
            if self.trees.insert(tree, Rc::clone(&none)).is_some() {
                continue;
            }
            let entries = objects.tree(tree)?;
            for named in entries.entries() {
                if named.entry.mode.is_tree() {
                    open.push(TreeId::from_bytes(named.entry.id));
                } else if named.entry.mode.is_file() && self.is_of_kind(named.name) {
                    let blob = BlobId::from_bytes(named.entry.id);
                    if self.blobs.insert(blob, Rc::clone(&none_in_file)).is_none() {
                        self.lines.gather(&objects.blob(blob)?, &mut stood);
                    }
                }
            }
        }
        for ((_, lines), stood) in self.files.iter_mut().zip(&stood) {
            lines.retain(|line| !stood.contains(line));
        }
        if self.files.iter().all(|(_, lines)| lines.is_empty()) {
            self.files.clear();
        }
        self.lines = Lines::of(&self.files);
        Ok(())
    }

    fn is_of_kind(&self, name: &[u8]) -> bool {
        self.files.iter().any(|(end, _)| end == ending(name))
    }

    fn in_tree(&mut self, objects: &mut Objects, tree: TreeId) -> Result<Best> {
        if let Some(known) = self.trees.get(&tree) {
            return Ok(Rc::clone(known));
        }
        let mut best: Vec<(usize, Vec<u8>)> = vec![(0, Vec::new()); self.files.len()];
        let entries = objects.tree(tree)?;
        for named in entries.entries() {
            if named.entry.mode.is_tree() {
                let below = self.in_tree(objects, TreeId::from_bytes(named.entry.id))?;
                for (best, (count, path)) in
                    best.iter_mut().zip(below.iter()).filter(|(best, (count, _))| *count > best.0)
                {
                    *best = (*count, [named.name, b"/", path.as_slice()].concat());
                }
            } else if named.entry.mode.is_file() && self.is_of_kind(named.name) {
                let counts = self.in_blob(objects, BlobId::from_bytes(named.entry.id))?;
                for (best, count) in best.iter_mut().zip(counts.iter()).filter(|(best, count)| **count > best.0) {
                    *best = (*count, named.name.to_vec());
                }
            }
        }
        let best = Rc::new(best);
        self.trees.insert(tree, Rc::clone(&best));
        Ok(best)
    }

    fn in_blob(&mut self, objects: &mut Objects, blob: BlobId) -> Result<Rc<Vec<usize>>> {
        if let Some(known) = self.blobs.get(&blob) {
            return Ok(Rc::clone(known));
        }
        let mut found: Vec<BTreeSet<Line>> = vec![BTreeSet::new(); self.files.len()];
        self.lines.gather(&objects.blob(blob)?, &mut found);
        let counts: Rc<Vec<usize>> = Rc::new(found.iter().map(BTreeSet::len).collect());
        self.blobs.insert(blob, Rc::clone(&counts));
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_in_any_text() {
        let file = |lines: &[&str]| (b"c".to_vec(), lines.iter().map(|line| line.as_bytes().to_vec()).collect());
        let files: [(Vec<u8>, BTreeSet<Line>); 2] =
            [file(&["if (size > most)", "return none;"]), file(&["return none;"])];
        let lines = Lines::of(&files);
        let table: [(&[u8], [usize; 2]); 8] = [
            (b"", [0, 0]),
            (b"return none;", [1, 1]),
            (b"\treturn none; \r\n  if (size > most)", [2, 1]),
            (b"return none;\nreturn none;\n", [1, 1]),
            (b"return none; \xff", [0, 0]),
            (b"return some;", [0, 0]),
            (b"\n\n \n", [0, 0]),
            (b"xreturn none;\nreturn none;x", [0, 0]),
        ];
        for (text, expected) in table {
            let mut found = vec![BTreeSet::new(); 2];
            lines.gather(text, &mut found);
            assert_eq!([found[0].len(), found[1].len()], expected, "{}", text.escape_ascii());
        }
        let mut found = [BTreeSet::new()];
        Lines::of(&[]).gather(b"return none;", &mut found);
        assert!(found[0].is_empty());
    }
}
