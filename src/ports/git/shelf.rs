//! What is kept of many commits for the next run, of which most runs ask for a part: read whole, and looked up without being taken apart.
//!
//! As with every kept fact, the file may be deleted at any time, and is replaced whole.

use std::cell::RefCell;
use std::path::Path;
use std::thread::JoinHandle;

use crate::model::commit::CommitId;

use super::Git;
use super::cache::{document, kept_bytes, put};

/// A name, and where its piece ends.
const ENTRY: usize = 24;
/// Pieces of so many commits are kept at most.
const MOST: usize = 200_000;

/// What a file holds: pieces of bytes by the names of commits.
#[derive(Default)]
pub(super) struct Shelf {
    bytes: Vec<u8>,
    /// Where the entries begin, which are sorted by their names, and how many there are. The pieces stand behind them.
    from: usize,
    count: usize,
}

impl Shelf {
    /// Reads a file of this name. Of one that does not begin with `form`, nothing is taken: another program may have written it.
    pub fn read(git: &Git, name: &str, form: &[u8]) -> Self {
        git.writers.wait();
        Self::of(kept_bytes(git, name), form).unwrap_or_default()
    }

    fn of(bytes: Vec<u8>, form: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(form)?;
        let count = usize::try_from(number(rest, 0)?).ok()?;
        let from = form.len() + 4;
        (bytes.len() >= count.checked_mul(ENTRY)?.checked_add(from)?).then_some(Self { bytes, from, count })
    }

    /// Returns what is kept of a commit.
    pub fn get(&self, id: CommitId) -> Option<&[u8]> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.name(middle)?.cmp(id.as_bytes().as_slice()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return self.piece(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn name(&self, at: usize) -> Option<&[u8]> {
        let start = self.from + at * ENTRY;
        self.bytes.get(start..start + 20)
    }

    fn piece(&self, at: usize) -> Option<&[u8]> {
        let end =
            |at: usize| number(&self.bytes, self.from + at * ENTRY + 20).and_then(|end| usize::try_from(end).ok());
        let pieces = self.from + self.count * ENTRY;
        let start = at.checked_sub(1).map_or(Some(0), end)?;
        self.bytes.get(pieces.checked_add(start)?..pieces.checked_add(end(at)?)?)
    }

    /// Writes what is new into the file, with as much of what it had as there is room for, while others go on. `new` has lists of
    /// what is not on the shelf.
    pub fn keep(self, git: &Git, name: &str, form: &[u8], new: Vec<Vec<(CommitId, Vec<u8>)>>) {
        let (file, form) = (document(git, name), form.to_vec());
        git.writers.begin(move || self.write(&file, form, &new));
    }

    fn write(&self, file: &Path, form: Vec<u8>, new: &[Vec<(CommitId, Vec<u8>)>]) {
        let id = |at: usize| self.name(at).and_then(|name| name.try_into().ok()).map(CommitId::from_bytes);
        let old = (0..self.count).filter_map(|at| Some((id(at)?, self.piece(at)?)));
        let new = new.iter().flatten().map(|(id, piece)| (*id, piece.as_slice()));
        let mut all: Vec<(CommitId, &[u8])> = new.chain(old).take(MOST).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        let mut bytes = form;
        bytes.extend_from_slice(&(all.len() as u32).to_be_bytes());
        let mut end = 0_u32;
        for (id, piece) in &all {
            // So much is in no file of so many pieces.
            let Some(next) = u32::try_from(piece.len()).ok().and_then(|len| end.checked_add(len)) else { return };
            end = next;
            bytes.extend_from_slice(id.as_bytes());
            bytes.extend_from_slice(&end.to_be_bytes());
        }
        all.iter().for_each(|(_, piece)| bytes.extend_from_slice(piece));
        put(file, &bytes);
    }
}

/// The threads that write files. What began to be written is written when this is dropped.
#[derive(Default)]
pub(super) struct Writers(RefCell<Vec<JoinHandle<()>>>);

impl Writers {
    fn begin(&self, write: impl FnOnce() + Send + 'static) {
        self.0.borrow_mut().push(std::thread::spawn(write));
    }

    /// Waits until all of it is written. What a bug left unwritten costs time at the next run, as what could not be written does.
    fn wait(&self) {
        self.0.take().into_iter().for_each(|writer| drop(writer.join()));
    }
}

impl Drop for Writers {
    fn drop(&mut self) {
        self.wait();
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::git::same_paths::tests::history;

    const FORM: &[u8] = b"form 1\n";

    fn id(number: u8) -> CommitId {
        CommitId::from_bytes([number; 20])
    }

    #[test]
    fn what_is_kept_is_found_again_beside_what_was_there() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("x", "1")]]);
        let read = || Shelf::read(&git, "t", FORM);
        assert_eq!(read().get(id(1)), None);
        read().keep(&git, "t", FORM, vec![vec![(id(7), b"seven".to_vec())], vec![(id(3), Vec::new())]]);
        read().keep(&git, "t", FORM, vec![vec![(id(5), b"five".to_vec())]]);
        let shelf = read();
        let kept: Vec<Option<&[u8]>> = [3, 5, 7, 4].map(|number| shelf.get(id(number))).to_vec();
        assert_eq!(kept, [Some(&b""[..]), Some(&b"five"[..]), Some(&b"seven"[..]), None]);
        assert_eq!(Shelf::read(&git, "t", b"form 2\n").get(id(7)), None);
    }

    #[test]
    fn what_began_to_be_written_is_there_when_the_repository_is_let_go() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("x", "1")]]);
        let file = document(&git, "t");
        Shelf::default().keep(&git, "t", FORM, vec![vec![(id(1), vec![7; 1_000_000])]]);
        drop(git);
        assert!(std::fs::metadata(file).is_ok_and(|file| file.len() > 1_000_000));
    }

    #[test]
    fn of_a_file_that_is_cut_off_nothing_wrong_is_taken() {
        let folder = tempfile::tempdir().expect("a directory");
        let root = folder.path().canonicalize().expect("it exists");
        let git = history(&root, &[&[("x", "1")]]);
        Shelf::default().keep(&git, "t", FORM, vec![vec![(id(1), b"one".to_vec()), (id(2), b"two".to_vec())]]);
        git.writers.wait();
        let whole = kept_bytes(&git, "t");
        for len in 0..whole.len() {
            let shelf = Shelf::of(whole[..len].to_vec(), FORM).unwrap_or_default();
            for (number, piece) in [(1, &b"one"[..]), (2, &b"two"[..])] {
                assert!(shelf.get(id(number)).is_none_or(|found| found == piece), "{len}");
            }
            assert!(shelf.get(id(9)).is_none());
        }
    }
}
