//! What stays true of a commit for ever, kept under the git directory by the commit's name.
//!
//! A file may be deleted at any time. It is replaced whole, so two writers cost each other at most some entries, and it
//! is bounded. What cannot be read is computed, and what cannot be written costs time at the next run and nothing else.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ports::scratch;

use super::Git;

/// At most this many facts of a sort are kept, in 40 bytes each.
const KEPT: usize = 100_000;
const MAGIC: &[u8; 8] = b"bs-fact1";

/// A sort of fact: the name of the object it is about, and twenty bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facts {
    /// The patch id of a commit.
    PatchIds,
    /// A commit whose history holds the first one.
    Descendants,
    /// Numbers of what a commit changes, by which commits that change the same are found.
    Changes,
}

/// A fact.
pub type Fact = ([u8; 20], [u8; 20]);

fn file(git: &Git, facts: Facts) -> PathBuf {
    git.common_directory().join("backstitch").join(match facts {
        Facts::PatchIds => "patch-ids",
        Facts::Descendants => "descendants",
        Facts::Changes => "changes",
    })
}

/// Returns the facts that are kept; none where there is no file of this form.
pub fn kept(git: &Git, facts: Facts) -> Vec<Fact> {
    let bytes = std::fs::read(file(git, facts)).unwrap_or_default();
    let record = |bytes: &[u8]| {
        let (first, second) = bytes.split_at_checked(20)?;
        Some((first.try_into().ok()?, second.try_into().ok()?))
    };
    bytes.strip_prefix(MAGIC).unwrap_or_default().chunks_exact(40).filter_map(record).collect()
}

/// Keeps facts, the first ones if there are too many.
pub fn keep(git: &Git, facts: Facts, all: impl Iterator<Item = Fact>) {
    let mut bytes = MAGIC.to_vec();
    for (first, second) in all.take(KEPT) {
        bytes.extend_from_slice(&first);
        bytes.extend_from_slice(&second);
    }
    put(&file(git, facts), &bytes);
}

/// Puts a file in place, if that can be done.
pub fn put(file: &Path, bytes: &[u8]) {
    let Some(directory) = file.parent() else { return };
    let written = std::fs::create_dir_all(directory).and_then(|()| scratch::file_for(file));
    let written = written.and_then(|(place, mut new)| new.write_all(bytes).map(|()| (place, new)));
    if let Ok((_place, new)) = written {
        drop(new.persist(file));
    }
}

/// Returns what is kept as JSON under a name; the default where nothing of this form is.
pub fn kept_document<T: DeserializeOwned + Default>(git: &Git, name: &str) -> T {
    serde_json::from_slice(&kept_bytes(git, name)).unwrap_or_default()
}

/// Keeps something as JSON under a name.
pub fn keep_document<T: Serialize>(git: &Git, name: &str, all: &T) {
    let Ok(bytes) = serde_json::to_vec(all) else { return };
    put_bytes(git, name, &bytes);
}

/// Returns the bytes that are kept under a name; none where there are none.
pub fn kept_bytes(git: &Git, name: &str) -> Vec<u8> {
    std::fs::read(document(git, name)).unwrap_or_default()
}

/// Keeps bytes under a name.
pub fn put_bytes(git: &Git, name: &str, bytes: &[u8]) {
    put(&document(git, name), bytes);
}

/// Returns where things are kept under a name.
pub fn document(git: &Git, name: &str) -> PathBuf {
    git.common_directory().join("backstitch").join(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_beside_a_file_is_removed() {
        let folder = tempfile::tempdir().expect("a directory");
        let left = scratch::left_by_a_dead_run(folder.path());
        put(&folder.path().join("patch-ids"), b"x");
        assert!(!left.exists());
        assert_eq!(std::fs::read(folder.path().join("patch-ids")).expect("a file"), b"x");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a directory").count(), 1);
    }
}
