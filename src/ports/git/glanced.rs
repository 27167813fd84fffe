//! The histories of many commits, of which each is read no further than a glance, on every core.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;
use git2::{ObjectType, Odb, Repository};

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::outline::Outline;
use crate::model::presence::sieve::Gist;

use super::forecaster::in_parallel;
use super::objects::{ReadOnce, cannot_read, oid};
use super::outline::{Compared, Outlined};
use super::shelf::Shelf;
use super::write::odb_of;
use super::{Git, from_git2, reopen_apart};

/// The name of the file of kept glances.
const FILE: &str = "glances";
/// Its form, beside the version of this program.
const FORM: &str = "backstitch glances 1";
/// Fewer new ones are read faster than the file is written.
const WORTH_KEEPING: usize = 1000;
/// A message with all that a [`Gist`] holds.
const PROBE: &str =
    "Merge pull request #12 from a/b\n\n[1.2] Title (#34)\n\nReverts GHSA-aaaa-bbbb-cccc and 0123456789abcdef.";

/// A commit that was read no further than a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glanced {
    /// Its name, its tree and its parents.
    pub outlined: Outlined,
    /// When its author wrote the change, in seconds since 1970-01-01 UTC.
    pub written: i64,
    /// When it was made, in seconds since 1970-01-01 UTC.
    pub committed: i64,
    /// What of its message sieves ask for.
    pub gist: Gist,
}

/// What is behind some commits.
pub struct AllGlanced {
    /// The commits, those first that were made first.
    pub commits: Vec<Glanced>,
    /// The names of these, and of those that are not here or cannot be read.
    pub names: HashSet<CommitId, RandomState>,
}

impl Glanced {
    /// Returns its name.
    pub fn id(&self) -> CommitId {
        self.outlined.id
    }

    /// Returns its parents, first parent first.
    pub fn parents(&self) -> &[CommitId] {
        &self.outlined.parents
    }

    /// Says whether it has more than one parent.
    pub fn is_merge(&self) -> bool {
        self.parents().len() > 1
    }
}

impl Compared for Glanced {
    fn id(&self) -> CommitId {
        self.outlined.id
    }

    fn tree(&self) -> TreeId {
        self.outlined.tree
    }

    fn parent(&self) -> Option<CommitId> {
        self.outlined.parent()
    }
}

impl Git {
    /// Reads a commit no further than a glance.
    ///
    /// # Errors
    /// When it is missing or malformed.
    pub fn glanced(&self, id: CommitId) -> Result<Glanced> {
        let odb = odb_of(self.repository())?;
        glanced(&Source { repository: self.repository(), odb, is_plain: self.is_plain() }, id)
    }

    /// Reads some commits and what is behind them, on every core, as far as it is not older than a moment, in seconds since 1970-01-01
    /// UTC, and is here. What is older is not followed, so that a wrong date may hide something.
    ///
    /// What was seen is kept for the next run, which looks only at what it has not seen. A commit that is not here is left out.
    ///
    /// # Errors
    /// When the repository cannot be opened once more.
    pub fn glanced_behind(&self, tips: &[CommitId], not_before: i64) -> Result<AllGlanced> {
        let (path, is_plain) = (self.repository().path(), self.is_plain());
        let form = form();
        let shelf = if is_plain { Shelf::read(self, FILE, &form) } else { Shelf::default() };
        let seen: Mutex<HashSet<CommitId, RandomState>> = Mutex::default();
        let is_new = |id: CommitId| seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        let next = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        // Where one thread meets what another one has read, it goes on from another tip: lines leave main in many places.
        let _read_once = ReadOnce::begin();
        let read = in_parallel(threads, |share| {
            let repository = reopen_apart(path, share)?;
            let source = Source { repository: &repository, odb: odb_of(&repository)?, is_plain };
            let (mut found, mut open, mut new) = (Vec::new(), Vec::new(), Vec::new());
            while let Some(id) = open.pop().or_else(|| tips.get(next.fetch_add(1, Ordering::Relaxed)).copied()) {
                if !is_new(id) {
                    continue;
                }
                let known = shelf.get(id).and_then(|piece| Glanced::from_bytes(id, piece));
                let is_known = known.is_some();
                if let Some(one) = known.or_else(|| glanced(&source, id).ok()) {
                    open.extend(one.parents().iter().filter(|_| one.committed >= not_before));
                    new.extend((!is_known).then(|| one.to_bytes()).flatten().map(|piece| (id, piece)));
                    found.push(Some(one));
                }
            }
            Ok((found, new))
        })?;
        let (found, new): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        if is_plain && new.iter().map(Vec::len).sum::<usize>() >= WORTH_KEEPING {
            shelf.keep(self, FILE, &form, new);
        }
        Ok(AllGlanced { commits: arranged(found), names: seen.into_inner().unwrap_or_else(PoisonError::into_inner) })
    }
}

/// Puts those first that were made first: which thread read what is chance. There is room for some more, as memory that nobody writes to
/// costs nothing, and to move all of them once more does.
fn arranged(mut lists: Vec<Vec<Option<Glanced>>>) -> Vec<Glanced> {
    let places = lists.iter().enumerate().flat_map(|(list, of)| (0..of.len()).map(move |at| (list, at)));
    let placed = |(list, at): (usize, usize)| lists[list][at].as_ref().map(|one| (one.committed, one.id(), list, at));
    let mut order: Vec<(i64, CommitId, usize, usize)> = Vec::with_capacity(lists.iter().map(Vec::len).sum());
    order.extend(places.filter_map(placed));
    order.arrange();
    let mut all = Vec::with_capacity(order.len() + order.len() / 8);
    all.extend(order.into_iter().filter_map(|(_, _, list, at)| lists[list][at].take()));
    all
}

/// What a file of glances begins with. What a program that reads messages in another way wrote is of no use: it tells by the [`PROBE`].
fn form() -> Vec<u8> {
    let mut form = format!("{FORM}, {}\n", env!("CARGO_PKG_VERSION")).into_bytes();
    form.extend(Gist::of(PROBE.as_bytes()).to_bytes());
    form
}

impl Glanced {
    /// Writes it down for [`Self::from_bytes`]. `None`: it has more parents than are kept.
    fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = vec![u8::try_from(self.parents().len()).ok()?];
        bytes.extend_from_slice(&self.written.to_be_bytes());
        bytes.extend_from_slice(&self.committed.to_be_bytes());
        bytes.extend_from_slice(self.outlined.tree.as_bytes());
        self.parents().iter().for_each(|parent| bytes.extend_from_slice(parent.as_bytes()));
        bytes.extend(self.gist.to_bytes());
        Some(bytes)
    }

    fn from_bytes(id: CommitId, bytes: &[u8]) -> Option<Self> {
        let (count, rest) = bytes.split_first()?;
        let (written, rest) = rest.split_first_chunk()?;
        let (committed, rest) = rest.split_first_chunk()?;
        let (tree, rest) = rest.split_first_chunk()?;
        let (parents, gist) = rest.split_at_checked(usize::from(*count) * 20)?;
        let parents = parents.chunks_exact(20).filter_map(|name| Some(CommitId::from_bytes(name.try_into().ok()?)));
        let outlined = Outlined { id, tree: TreeId::from_bytes(*tree), parents: parents.collect(), wanted: false };
        let (written, committed) = (i64::from_be_bytes(*written), i64::from_be_bytes(*committed));
        Some(Self { outlined, written, committed, gist: Gist::from_bytes(gist)? })
    }
}

/// Where commits are read from.
struct Source<'s> {
    repository: &'s Repository,
    odb: Odb<'s>,
    is_plain: bool,
}

fn glanced(source: &Source<'_>, id: CommitId) -> Result<Glanced> {
    let name = oid(id.as_bytes());
    if source.is_plain {
        let object = source.odb.read(name).map_err(|error| cannot_read(name, &error))?;
        let outline = if object.kind() == ObjectType::Commit { Outline::read(object.data()) } else { None };
        if let Some(outline) = outline {
            let gist = Gist::of(outline.message);
            let (written, committed) = (outline.written, outline.committed);
            let outlined = Outlined { id, tree: outline.tree, parents: outline.parents, wanted: false };
            return Ok(Glanced { outlined, written, committed, gist });
        }
    }
    // In an unusual form, or where history is cut off or grafted, the object does not tell.
    let commit = source.repository.find_commit(name).map_err(|error| cannot_read(name, &error))?;
    let Commit { tree, parents, author, committer, message, .. } = from_git2(&commit);
    let outlined = Outlined { id, tree, parents, wanted: false };
    let gist = Gist::of(message.as_bytes());
    Ok(Glanced { outlined, written: author.seconds, committed: committer.seconds, gist })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::git::same_paths::tests::history;

    #[test]
    fn a_glance_is_read_as_it_was_written() {
        let parents = |count: usize| vec![CommitId::from_bytes([7; 20]); count];
        let one = |count: usize| Glanced {
            outlined: Outlined {
                id: CommitId::from_bytes([1; 20]),
                tree: TreeId::from_bytes([2; 20]),
                parents: parents(count),
                wanted: false,
            },
            written: -5,
            committed: i64::MAX,
            gist: Gist::of(PROBE.as_bytes()),
        };
        for count in [0, 1, 2, 255] {
            let bytes = one(count).to_bytes().expect("so many are kept");
            assert_eq!(Glanced::from_bytes(one(count).id(), &bytes), Some(one(count)));
            for len in (0..bytes.len()).filter(|len| (bytes.len() - len) % 4 != 0) {
                assert_eq!(Glanced::from_bytes(one(count).id(), &bytes[..len]), None, "{len}");
            }
        }
        assert_eq!(one(256).to_bytes(), None);
    }

    #[test]
    fn what_was_seen_is_not_looked_at_again() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("x", "1")], &[("x", "2")]]);
        let tip = git.resolve("main").expect("a branch");
        let mut told = git.glanced(tip).expect("it is here");
        told.written = 5;
        let piece = told.to_bytes().expect("it has one parent");
        Shelf::default().keep(&git, FILE, &form(), vec![vec![(tip, piece)]]);
        let behind = || git.glanced_behind(&[tip], i64::MIN).expect("all of it").commits;
        let told = behind();
        assert!(told.len() == 2 && told.iter().all(|one| (one.id() == tip) == (one.written == 5)));
        // Grafts give commits other parents.
        let grafts = git.common_directory().join("info").join("grafts");
        std::fs::write(grafts, format!("{tip}\n")).expect("it is written");
        assert!(behind().iter().all(|one| one.written != 5));
    }

    #[test]
    fn what_is_opened_apart_has_the_same_objects_and_those_of_others_that_it_borrows() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let (own, other) =
            (history(&root.join("own"), &[&[("x", "1")]]), history(&root.join("other"), &[&[("y", "2")]]));
        let info = own.common_directory().join("objects").join("info");
        std::fs::create_dir_all(&info).expect("it is made");
        std::fs::write(info.join("alternates"), "../../../other/.git/objects\n").expect("it is written");
        for share in [0, 1, 7] {
            let apart = reopen_apart(own.repository().path(), share).expect("a repository");
            for git in [&own, &other] {
                let tip = git.resolve("main").expect("a branch");
                assert!(apart.find_commit(oid(tip.as_bytes())).is_ok(), "{share}");
            }
        }
    }

    #[test]
    fn a_glance_shows_what_a_whole_look_does() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("x", "1")], &[("x", "2")], &[("y", "3")]]);
        let tip = git.resolve("main").expect("a branch");
        let all = git.commits_between(&[], tip, None).expect("all of it");
        let behind = |of: &[CommitId], from| git.glanced_behind(of, from).expect("all of it").commits;
        let found = behind(&[tip, all[0].id], i64::MIN);
        assert_eq!(found.len(), all.len());
        for commit in &all {
            let one = found.iter().find(|one| one.id() == commit.id).expect("it is behind the tip");
            let read = (&one.outlined.parents, one.outlined.tree, one.written, one.committed);
            assert_eq!(read, (&commit.parents, commit.tree, commit.author.seconds, commit.committer.seconds));
            assert_eq!(one.gist, Gist::of(commit.message.as_bytes()));
            assert_eq!(git.glanced(commit.id).expect("it is here"), *one);
        }
        assert_eq!(behind(&[tip], i64::MAX).iter().map(Glanced::id).collect::<Vec<_>>(), [tip]);
        std::fs::write(git.common_directory().join("shallow"), format!("{}\n", all[1].id)).expect("it is written");
        let cut = Git::open(&root).expect("a repository").glanced_behind(&[tip], i64::MIN).expect("what is left");
        let oldest = cut.commits.iter().find(|one| one.id() == all[1].id).expect("the clone ends there");
        assert!(oldest.parents().is_empty() && cut.commits.iter().all(|one| one.id() != all[0].id));
    }
}
