//! Commits that change the paths which others change, found without a comparison of whole trees.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use foldhash::fast::RandomState;

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::Entry;

use super::alike::parent_tree;
use super::changes::{changed_names, changes};
use super::forecaster::in_parallel;
use super::objects::{Objects, ReadOnce, Tree};
use super::outline::{Compared, Outlined};
use super::shelf::Shelf;
use super::{Git, reopen_apart};

/// The name of the file in which it is kept which names at the top of its tree a commit changes.
const FILE: &str = "tops";
/// Its form.
const FORM: &[u8] = b"backstitch tops 1\n";
/// Fewer commits are looked at faster than the file is written.
const WORTH_KEEPING: usize = 1000;

/// So many commits are looked at before what libgit2 keeps of them is let go.
const STRETCH: usize = 4096;

/// The paths of a list, each behind the place of the name at the top of the tree below which it is.
type Asked = Vec<(usize, Vec<u8>)>;

impl Git {
    /// Returns which commits of a stretch, each relative to its first parent, change all the paths that one of some others changes.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn changing_paths_of(&self, some: &[&Commit], stretch: &[Outlined]) -> Result<Vec<CommitId>> {
        let some: Vec<Outlined> = some.iter().map(Outlined::of).collect();
        self.changing_all_of(self.paths_of(&some)?, stretch)
    }

    /// Returns which commits of a stretch, each relative to its first parent, change all the paths of one of some lists, in their order.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn changing_all_of(&self, lists: Vec<Vec<Vec<u8>>>, stretch: &[impl Compared]) -> Result<Vec<CommitId>> {
        let found = self.changing(lists, stretch)?;
        Ok(found.into_iter().map(|(at, _)| stretch[at].id()).collect())
    }

    /// Returns which commits of a stretch, each relative to its first parent, change any of some paths, in their order, with the places of
    /// those paths. `paths` are sorted, each once.
    ///
    /// # Errors
    /// When an object is missing.
    pub fn changing_any_of(&self, paths: &[Vec<u8>], stretch: &[impl Compared]) -> Result<Vec<(CommitId, Vec<usize>)>> {
        let found = self.changing(paths.iter().map(|path| vec![path.clone()]).collect(), stretch)?;
        Ok(found.into_iter().map(|(at, changed)| (stretch[at].id(), changed)).collect())
    }

    /// Returns the places of commits that change all the paths of lists, with the places of these lists once they are in order.
    fn changing(&self, lists: Vec<Vec<Vec<u8>>>, stretch: &[impl Compared]) -> Result<Vec<(usize, Vec<usize>)>> {
        let (asked, tops) = asked(lists);
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let parents = parents(stretch);
        let order = in_runs(&parents);
        let (path, is_plain) = (self.repository().path(), self.is_plain());
        let shelf = if is_plain { Shelf::read(self, FILE, FORM) } else { Shelf::default() };
        let question = Question { marks: marks(&asked), asked, tops };
        // A line has few commits of its own, and a thread takes longer to begin than it needs for them.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(stretch.len().div_ceil(STRETCH));
        let next = AtomicUsize::new(0);
        let _read_once = ReadOnce::begin();
        let found = in_parallel(threads, |share| {
            let (mut found, mut new) = (Vec::new(), Vec::new());
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(chunk) = order.chunks(STRETCH).nth(at) else { return Ok((found, new)) };
                let mut look = Look::new(Objects::new(reopen_apart(path, share)?), &question, &shelf);
                for at in chunk {
                    let changed = look.at(&stretch[*at], parents[*at].map(|parent| stretch[parent].tree()))?;
                    found.extend((!changed.is_empty()).then_some((*at, changed)));
                }
                new.append(&mut look.new);
            }
        })?;
        let (found, new): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        if is_plain && new.iter().map(Vec::len).sum::<usize>() >= WORTH_KEEPING {
            shelf.keep(self, FILE, FORM, new);
        }
        let mut found: Vec<(usize, Vec<usize>)> = found.into_iter().flatten().collect();
        found.sort_unstable_by_key(|(at, _)| *at);
        Ok(found)
    }

    fn paths_of(&self, some: &[Outlined]) -> Result<Vec<Vec<Vec<u8>>>> {
        let mut objects = self.objects()?;
        let mut all = Vec::new();
        for commit in some {
            let old = parent_tree(&objects, commit, None)?;
            let paths = changes(&mut objects, old, commit.tree)?.into_iter().map(|change| change.path);
            all.push(paths.collect::<Vec<_>>());
        }
        Ok(all)
    }

    /// Returns the places of those of some commits that change all the paths which one of a few others changes.
    ///
    /// # Errors
    /// When an object is missing.
    pub(super) fn covering(&self, few: &[Outlined], among: &[impl Compared]) -> Result<Vec<usize>> {
        let found = self.changing(self.paths_of(few)?, among)?;
        Ok(found.into_iter().map(|(at, _)| at).collect())
    }
}

/// Returns the places of the first parents of commits, of those that are among them.
fn parents(stretch: &[impl Compared]) -> Vec<Option<usize>> {
    let places: HashMap<CommitId, usize, RandomState> =
        stretch.iter().enumerate().map(|(at, one)| (one.id(), at)).collect();
    stretch.iter().map(|one| one.parent().and_then(|parent| places.get(&parent).copied())).collect()
}

/// Returns the places of commits in an order in which most stand behind their first parents, whose places are given: a tree is then read once.
fn in_runs(parents: &[Option<usize>]) -> Vec<usize> {
    // Of each, the child that comes first, and of each child, the next one of the same parent.
    let (mut first, mut next) = (vec![None; parents.len()], vec![None; parents.len()]);
    let mut order = Vec::with_capacity(parents.len());
    let mut open: Vec<usize> = (0..parents.len()).rev().filter(|at| parents[*at].is_none()).collect();
    for (at, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            next[at] = first[*parent].replace(at);
        }
    }
    while let Some(at) = open.pop() {
        order.push(at);
        open.extend(std::iter::successors(first[at], |child| next[*child]));
    }
    order
}

fn asked(mut all: Vec<Vec<Vec<u8>>>) -> (Vec<Asked>, Vec<Vec<u8>>) {
    all.retain(|paths| !paths.is_empty());
    all.arrange();
    all.dedup();
    let top = |path: &Vec<u8>| path.split(|byte| *byte == b'/').next().unwrap_or_default().to_vec();
    let mut tops: Vec<Vec<u8>> = all.iter().flatten().map(top).collect();
    tops.arrange();
    tops.dedup();
    let placed = |path: Vec<u8>| tops.binary_search(&top(&path)).ok().map(|at| (at, path));
    let asked = all.into_iter().map(|paths| paths.into_iter().filter_map(placed).collect()).collect();
    (asked, tops)
}

/// What a tree holds by some names.
type Held = Vec<Option<Entry>>;

/// What is asked of every commit.
struct Question {
    asked: Vec<Asked>,
    tops: Vec<Vec<u8>>,
    /// For each list, the marks of the names at the top that its paths have.
    marks: Vec<Vec<[u8; 4]>>,
}

fn marks(asked: &[Asked]) -> Vec<Vec<[u8; 4]>> {
    let top = |path: &[u8]| mark(path.split(|byte| *byte == b'/').next().unwrap_or_default());
    asked.iter().map(|paths| paths.iter().map(|(_, path)| top(path)).collect()).collect()
}

/// Returns a number for a name, always the same one: FNV-1a of 32 bits. Another name may have it, too.
fn mark(name: &[u8]) -> [u8; 4] {
    name.iter().fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193)).to_be_bytes()
}

struct Look<'l> {
    objects: Objects,
    question: &'l Question,
    /// For each commit, the marks of the names at the top of its tree that it changes.
    shelf: &'l Shelf,
    /// The same of those that are not there.
    new: Vec<(CommitId, Vec<u8>)>,
    /// The tree that was looked at last: in most histories it is that of the next commit's parent.
    last: Option<(TreeId, Tree)>,
}

impl<'l> Look<'l> {
    fn new(objects: Objects, question: &'l Question, shelf: &'l Shelf) -> Self {
        Self { objects, question, shelf, new: Vec::new(), last: None }
    }

    /// Returns the places of the lists whose paths a commit changes, all of them.
    /// `before` is the tree of its first parent, where that was read.
    fn at(&mut self, one: &impl Compared, before: Option<TreeId>) -> Result<Vec<usize>> {
        let known = self.shelf.get(one.id());
        if known.is_some_and(|changed| !self.question.may_be_changed(changed)) {
            return Ok(Vec::new());
        }
        let (new, old) = (one.tree(), parent_tree(&self.objects, one, before)?);
        let before = match self.last.take() {
            Some((id, tree)) if id == old => tree,
            _ => self.objects.tree_once(old)?,
        };
        let after = self.objects.tree_once(new)?;
        let mut may_be_changed = true;
        if known.is_none() {
            let changed: Vec<u8> = changed_names(&before, &after).flat_map(mark).collect();
            may_be_changed = self.question.may_be_changed(&changed);
            self.new.push((one.id(), changed));
        }
        let mut found = Vec::new();
        if may_be_changed {
            let question = self.question;
            let (before, after) = (before.held(&question.tops), after.held(&question.tops));
            for (at, paths) in question.asked.iter().enumerate() {
                if self.differs_in_all(&before, &after, paths)? {
                    found.push(at);
                }
            }
        }
        self.last = Some((new, after));
        Ok(found)
    }

    fn differs_in_all(&mut self, before: &Held, after: &Held, paths: &Asked) -> Result<bool> {
        if paths.iter().any(|(top, _)| before[*top] == after[*top]) {
            return Ok(false);
        }
        for (top, path) in paths {
            if !self.differs(before[*top], after[*top], path)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Says whether two entries of the name at the top of a path lead to different ones at the path.
    fn differs(&mut self, mut old: Option<Entry>, mut new: Option<Entry>, path: &[u8]) -> Result<bool> {
        for part in path.split(|byte| *byte == b'/').skip(1) {
            if old == new {
                return Ok(false);
            }
            (old, new) = (self.below(old, part)?, self.below(new, part)?);
        }
        Ok(old != new)
    }

    fn below(&mut self, entry: Option<Entry>, name: &[u8]) -> Result<Option<Entry>> {
        let Some(entry) = entry.filter(|entry| entry.mode.is_tree()) else { return Ok(None) };
        Ok(self.objects.tree(TreeId::from_bytes(entry.id))?.get(name))
    }
}

impl Question {
    /// Says whether a commit may change all paths of a list that changes the names of these marks.
    fn may_be_changed(&self, changed: &[u8]) -> bool {
        let is_changed = |mark: &[u8; 4]| changed.chunks_exact(4).any(|own| own == mark);
        self.marks.iter().any(|marks| marks.iter().all(is_changed))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ports::folder;
    use crate::ports::process::GitProgram;

    #[test]
    fn most_commits_stand_behind_their_first_parents() {
        let id = |number: u8| CommitId::from_bytes([number; 20]);
        // 1 - 2 - 3 - 4 is main, 5 - 6 a line that leaves it at 2, and 7 stands on what is not in the stretch.
        let all: Vec<Outlined> =
            [(1, None), (5, Some(2)), (2, Some(1)), (3, Some(2)), (7, Some(9)), (6, Some(5)), (4, Some(3))]
                .into_iter()
                .map(|(own, parent): (u8, Option<u8>)| Outlined {
                    id: id(own),
                    tree: TreeId::from_bytes([own; 20]),
                    parents: parent.map(id).into_iter().collect(),
                    wanted: false,
                })
                .collect();
        let order: Vec<u8> = in_runs(&parents(&all)).into_iter().map(|at| all[at].id.as_bytes()[0]).collect();
        assert_eq!(order, [1, 2, 5, 6, 3, 4, 7]);
        assert_eq!(in_runs(&parents(&[all[0].clone(), all[0].clone()])).len(), 2);
    }

    /// A history of which each commit writes some files.
    pub(in crate::ports::git) fn history(root: &std::path::Path, commits: &[&[(&str, &str)]]) -> Git {
        git2::Repository::init(root).expect("a repository");
        let program = GitProgram::new(&root.join(".git"), root);
        let run = |arguments: &[&str]| program.text(arguments).expect("git does it");
        for pair in [["user.name", "Mia"], ["user.email", "mia@example.com"], ["commit.gpgSign", "false"]] {
            run(&["config", pair[0], pair[1]]);
        }
        run(&["checkout", "-q", "-b", "main"]);
        for files in commits {
            for (path, text) in *files {
                folder::write(&root.join(path), text.as_bytes()).expect("it is written");
            }
            run(&["add", "."]);
            run(&["commit", "-q", "--allow-empty", "-m", "A commit"]);
        }
        Git::open(root).expect("a repository")
    }

    #[test]
    fn only_what_changes_all_paths_of_one_is_found() {
        let folder = tempfile::tempdir().expect("a directory");
        let commits: [&[(&str, &str)]; 7] = [
            &[("a/b/x", "1"), ("a/b/y", "1"), ("top", "1")],
            &[("a/b/x", "2")],
            &[("a/b/x", "3"), ("top", "3")],
            &[("a/b/y", "4")],
            &[("top", "5")],
            &[],
            &[("a/b/x", "7"), ("a/b/y", "7"), ("new/x", "7")],
        ];
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &commits);
        let tip = git.resolve("main").expect("a branch");
        let all = git.commits_between(&[], tip, None).expect("all of it");
        let outlined = git.outlined_between(&[], tip, |id, outline| id == all[3].id && outline.is_some());
        let outlined = outlined.expect("all of it");
        let told: Vec<_> = outlined.iter().map(|one| (one.id, one.tree, one.parents.clone(), one.wanted)).collect();
        let read = all.iter().map(|one| (one.id, one.tree, one.parents.clone(), one.id == all[3].id));
        assert_eq!(told, read.collect::<Vec<_>>());
        let table: [(&[usize], &[usize]); 6] = [
            (&[1], &[0, 1, 2, 6]),
            (&[2], &[0, 2]),
            (&[3, 4], &[0, 2, 3, 4, 6]),
            (&[5], &[]),
            (&[6], &[6]),
            (&[0, 6], &[0, 6]),
        ];
        for (some, expected) in table {
            let some: Vec<&Commit> = some.iter().map(|at| &all[*at]).collect();
            let found = git.changing_paths_of(&some, &outlined).expect("nothing is missing");
            let places: Vec<usize> = found.iter().filter_map(|id| all.iter().position(|one| one.id == *id)).collect();
            assert_eq!(places, expected, "{}", some.len());
        }
        let paths = ["a/b/x", "a/b/y", "gone", "top"].map(|path| path.as_bytes().to_vec());
        let found = git.changing_any_of(&paths, &outlined).expect("nothing is missing");
        let places = |id| all.iter().position(|one| one.id == id);
        let found: Vec<_> = found.into_iter().map(|(id, changed)| (places(id).unwrap_or(9), changed)).collect();
        let expected: [(usize, &[usize]); 6] =
            [(0, &[0, 1, 3]), (1, &[0]), (2, &[0, 3]), (3, &[1]), (4, &[3]), (6, &[0, 1])];
        assert_eq!(found, expected.map(|(at, changed)| (at, changed.to_vec())));
    }

    #[test]
    fn what_is_known_to_change_other_names_is_not_looked_at() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("a/x", "1"), ("b", "1")], &[("a/x", "2")], &[("b", "3")]]);
        let tip = git.resolve("main").expect("a branch");
        let all = git.commits_between(&[], tip, None).expect("all of it");
        // The second is kept as if it changed nothing, and the third as if it changed something below "a".
        let kept = [(all[1].id, Vec::new()), (all[2].id, mark(b"a").to_vec())];
        Shelf::default().keep(&git, FILE, FORM, vec![kept.to_vec()]);
        let found = || git.changing_any_of(&[b"a/x".to_vec()], &all).expect("nothing is missing");
        assert_eq!(found(), [(all[0].id, vec![0])]);
        // Grafts give commits other parents.
        std::fs::write(git.common_directory().join("info").join("grafts"), format!("{tip}\n")).expect("it is written");
        assert_eq!(found(), [(all[0].id, vec![0]), (all[1].id, vec![0])]);
    }
}
