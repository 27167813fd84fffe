//! Lines that are looked for in all files that a version has, whatever these are called.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use foldhash::fast::RandomState;

use crate::model::commit::{BlobId, TreeId};
use crate::model::error::Result;
use crate::ports::git::Objects;

/// Of each file of a commit: how many of its lines stand together in one file, and in which.
pub(super) type Best = Rc<Vec<(usize, Vec<u8>)>>;

/// A line without the white space around it.
pub(super) type Line = Vec<u8>;

/// What a commit changes, looked for in files of versions.
pub(super) struct Sought {
    /// Of each of its files the lines that only the commit could have brought.
    files: Vec<BTreeSet<Line>>,
    /// All these lines.
    lines: Lines,
    /// What trees have of it, by their identifiers.
    trees: HashMap<TreeId, Best, RandomState>,
    /// What files have of it, by their identifiers.
    blobs: HashMap<BlobId, Rc<Vec<usize>>, RandomState>,
    /// How many files may still be read.
    left: usize,
    is_whole: bool,
}

/// Lines that are looked for, made so that the many others are passed over quickly.
struct Lines {
    /// The files of the commit that have each, by their places.
    files: HashMap<Line, Vec<usize>, RandomState>,
    shortest: usize,
    longest: usize,
    /// Whether one begins with a byte.
    begins: [bool; 256],
}

impl Lines {
    fn of(files: &[BTreeSet<Line>]) -> Self {
        let mut all = Self { files: HashMap::default(), shortest: usize::MAX, longest: 0, begins: [false; 256] };
        for (at, line) in files.iter().enumerate().flat_map(|(at, lines)| lines.iter().map(move |line| (at, line))) {
            all.shortest = all.shortest.min(line.len());
            all.longest = all.longest.max(line.len());
            line.first().into_iter().for_each(|byte| all.begins[usize::from(*byte)] = true);
            all.files.entry(line.clone()).or_default().push(at);
        }
        all
    }

    /// Adds the lines that a text has, to each file of the commit its own.
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

impl Sought {
    /// Takes the lines of files. No more than so many files of versions are read for them.
    pub(super) fn of(mut files: Vec<BTreeSet<Line>>, most: usize) -> Self {
        files.retain(|lines| !lines.is_empty());
        let lines = Lines::of(&files);
        Self { files, lines, trees: HashMap::default(), blobs: HashMap::default(), left: most, is_whole: true }
    }

    /// Returns the lines of each file.
    pub(super) fn lines(&self) -> impl Iterator<Item = &BTreeSet<Line>> {
        self.files.iter()
    }

    /// Says whether every file was read in which the lines may stand. What a submodule holds is not here.
    pub(super) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Looks for what stands in more lines, too: for each file also for those of some lines that it has, where it has any. Behind the lines of
    /// a file stand these.
    pub(super) fn with_part(mut self, part: &BTreeSet<Line>) -> Self {
        let both = |lines: BTreeSet<Line>| {
            let own = Some(&lines & part).filter(|own| !own.is_empty()).unwrap_or_else(|| lines.clone());
            [lines, own]
        };
        self.files = std::mem::take(&mut self.files).into_iter().flat_map(both).collect();
        self.lines = Lines::of(&self.files);
        self
    }

    /// Leaves out the lines that stand in a tree. What is in that tree has none of the others, and is not read again.
    pub(super) fn leave_out(&mut self, objects: &mut Objects, tree: TreeId) -> Result<()> {
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
                self.is_whole &= !named.entry.mode.is_submodule();
                if named.entry.mode.is_tree() {
                    open.push(TreeId::from_bytes(named.entry.id));
                } else if named.entry.mode.is_file() {
                    let blob = BlobId::from_bytes(named.entry.id);
                    if self.blobs.insert(blob, Rc::clone(&none_in_file)).is_none() && self.may_read() {
                        self.lines.gather(&objects.blob(blob)?, &mut stood);
                    }
                }
            }
        }
        for (lines, stood) in self.files.iter_mut().zip(&stood) {
            lines.retain(|line| !stood.contains(line));
        }
        if self.files.iter().all(BTreeSet::is_empty) {
            self.files.clear();
        }
        self.lines = Lines::of(&self.files);
        Ok(())
    }

    fn may_read(&mut self) -> bool {
        let more = self.left.checked_sub(1);
        self.left = more.unwrap_or(0);
        self.is_whole &= more.is_some();
        more.is_some()
    }

    /// Returns what a tree has of each file, in the one file that has the most.
    pub(super) fn in_tree(&mut self, objects: &mut Objects, tree: TreeId) -> Result<Best> {
        if let Some(known) = self.trees.get(&tree) {
            return Ok(Rc::clone(known));
        }
        let mut best: Vec<(usize, Vec<u8>)> = vec![(0, Vec::new()); self.files.len()];
        let entries = objects.tree(tree)?;
        for named in entries.entries() {
            self.is_whole &= !named.entry.mode.is_submodule();
            if named.entry.mode.is_tree() {
                let below = self.in_tree(objects, TreeId::from_bytes(named.entry.id))?;
                for (best, (count, path)) in
                    best.iter_mut().zip(below.iter()).filter(|(best, (count, _))| *count > best.0)
                {
                    *best = (*count, [named.name, b"/", path.as_slice()].concat());
                }
            } else if named.entry.mode.is_file() {
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
        if self.may_read() {
            self.lines.gather(&objects.blob(blob)?, &mut found);
        }
        let counts: Rc<Vec<usize>> = Rc::new(found.iter().map(BTreeSet::len).collect());
        self.blobs.insert(blob, Rc::clone(&counts));
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_read_is_known_to_be_missing() {
        let mut sought = Sought::of(vec![BTreeSet::from([b"return none;".to_vec()])], 1);
        assert!(sought.may_read() && sought.is_whole());
        assert!(!sought.may_read() && !sought.is_whole());
    }

    #[test]
    fn lines_are_found_in_any_text() {
        let file = |lines: &[&str]| lines.iter().map(|line| line.as_bytes().to_vec()).collect();
        let files: [BTreeSet<Line>; 2] = [file(&["if (size > most)", "return none;"]), file(&["return none;"])];
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
