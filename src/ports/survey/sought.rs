//! Lines that are looked for in all files that a version has, whatever these are called.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use foldhash::fast::RandomState;

use crate::model::commit::{BlobId, TreeId};
use crate::model::error::Result;
use crate::ports::git::{Git, Objects};

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
    /// What files have that were read before anything asked for them.
    ahead: HashMap<BlobId, Vec<usize>, RandomState>,
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

    /// Returns those that a text has, each once, with the files of the commit that have it.
    fn found(&self, text: &[u8]) -> BTreeMap<&Line, &Vec<usize>> {
        let mut found = BTreeMap::new();
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
            let line = text[from..end].trim_ascii();
            from = end + 1;
            let may_be_one = (self.shortest..=self.longest).contains(&line.len())
                && line.first().is_some_and(|byte| self.begins[usize::from(*byte)]);
            found.extend(may_be_one.then(|| self.files.get_key_value(line)).flatten());
        }
        found
    }

    /// Returns how many of them a text has, of each of so many files of the commit.
    fn counts(&self, text: &[u8], files: usize) -> Vec<usize> {
        let mut counts = vec![0; files];
        self.found(text).into_values().flatten().for_each(|at| counts[*at] += 1);
        counts
    }
}

impl Sought {
    /// Takes the lines of files. No more than so many files of versions are read for them.
    pub(super) fn of(mut files: Vec<BTreeSet<Line>>, most: usize) -> Self {
        files.retain(|lines| !lines.is_empty());
        Self {
            lines: Lines::of(&files),
            files,
            trees: HashMap::default(),
            blobs: HashMap::default(),
            ahead: HashMap::default(),
            left: most,
            is_whole: true,
        }
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
    pub(super) fn leave_out(&mut self, git: &Git, objects: &mut Objects, tree: TreeId) -> Result<()> {
        let mut blobs = Vec::new();
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
                        blobs.push(blob);
                    }
                }
            }
        }
        let stood = git.of_blobs(&blobs, |text| self.lines.found(text))?;
        let stood: HashSet<&Line, RandomState> = stood.into_iter().flat_map(BTreeMap::into_keys).collect();
        self.files.iter_mut().for_each(|lines| lines.retain(|line| !stood.contains(line)));
        if self.files.iter().all(BTreeSet::is_empty) {
            self.files.clear();
        }
        self.lines = Lines::of(&self.files);
        Ok(())
    }

    /// Reads on every core what [`Self::in_tree`] will ask for of some trees, where that is not more than may be read. What cannot be read is
    /// left to those questions.
    pub(super) fn read_ahead(&mut self, git: &Git, objects: &mut Objects, trees: Vec<TreeId>) {
        let (lines, files) = (&self.lines, self.files.len());
        if let Ok(blobs) = self.unread(objects, trees)
            && blobs.len() <= self.left
            && let Ok(counts) = git.of_blobs(&blobs, |text| lines.counts(text, files))
        {
            self.ahead = blobs.into_iter().zip(counts).collect();
        }
    }

    /// Returns the files in some trees that were not read, each once, and not many more than may be.
    fn unread(&self, objects: &mut Objects, mut open: Vec<TreeId>) -> Result<Vec<BlobId>> {
        let (mut trees, mut seen) =
            (HashSet::with_hasher(RandomState::default()), HashSet::with_hasher(RandomState::default()));
        let mut blobs = Vec::new();
        while let Some(tree) = open.pop().filter(|_| blobs.len() <= self.left) {
            if self.trees.contains_key(&tree) || !trees.insert(tree) {
                continue;
            }
            let entries = objects.tree(tree)?;
            for named in entries.entries() {
                let blob = BlobId::from_bytes(named.entry.id);
                if named.entry.mode.is_tree() {
                    open.push(TreeId::from_bytes(named.entry.id));
                } else if named.entry.mode.is_file() && !self.blobs.contains_key(&blob) && seen.insert(blob) {
                    blobs.push(blob);
                }
            }
        }
        Ok(blobs)
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
        let counts = match (self.may_read(), self.ahead.remove(&blob)) {
            (true, Some(counts)) => counts,
            (true, None) => self.lines.counts(&objects.blob(blob)?, self.files.len()),
            (false, _) => vec![0; self.files.len()],
        };
        let counts = Rc::new(counts);
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
    fn what_is_read_ahead_is_what_is_read_when_it_is_asked_for() {
        let folder = tempfile::tempdir().expect("a directory");
        let repository = git2::Repository::init(folder.path()).expect("a repository");
        let tree = |files: &[(&str, &str)], below: Option<git2::Oid>| {
            let mut tree = repository.treebuilder(None).expect("an empty tree");
            for (name, text) in files {
                let blob = repository.blob(text.as_bytes()).expect("it is written");
                tree.insert(name, blob, 0o100_644).expect("a file");
            }
            below.into_iter().for_each(|below| drop(tree.insert("d", below, 0o040_000).expect("a folder")));
            tree.write().expect("it is written")
        };
        let below = tree(&[("b", "nothing"), ("c", "return some;")], None);
        let trees = [
            tree(&[("a", "return none;\n")], Some(below)),
            tree(&[("a", "return none;\nreturn some;\n"), ("e", "nothing")], Some(below)),
            tree(&[("a", "return none;\nreturn all;\n")], None),
        ];
        let trees = trees.map(|id| id.to_string().parse::<TreeId>().expect("a name"));
        let git = Git::open(folder.path()).expect("a repository");
        let file = |lines: &[&str]| lines.iter().map(|line| line.as_bytes().to_vec()).collect();
        let files: [BTreeSet<Line>; 2] = [file(&["return none;", "return some;"]), file(&["return all;"])];
        let answers = |most: usize, read: fn(&mut Sought, &Git, &mut Objects, Vec<TreeId>)| {
            let mut objects = git.objects().expect("a repository");
            let mut sought = Sought::of(files.to_vec(), most);
            read(&mut sought, &git, &mut objects, trees.to_vec());
            let ahead = sought.ahead.len();
            let found = trees.map(|tree| sought.in_tree(&mut objects, tree).expect("it is here"));
            (ahead, (found, sought.is_whole(), sought.left))
        };
        for (most, ahead) in [(0, 0), (1, 0), (4, 0), (5, 5), (usize::MAX, 5)] {
            let expected = answers(most, |_, _, _, _| ()).1;
            assert_eq!(answers(most, Sought::read_ahead), (ahead, expected), "{most}");
        }
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
            assert_eq!(lines.counts(text, 2), expected, "{}", text.escape_ascii());
        }
        assert!(Lines::of(&[]).found(b"return none;").is_empty());
    }
}
