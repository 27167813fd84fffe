//! What stays true of a commit for ever, kept under the git directory by the commit's name.
//!
//! A file may be deleted at any time. It is replaced whole, so two writers cost each other at most some entries, and it
//! is bounded. What cannot be read is computed, and what cannot be written costs time at the next run and nothing else.

use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ports::files::{self, Reach};

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
    let file = file(git, facts);
    let Some(directory) = file.parent() else { return };
    let written = std::fs::create_dir_all(directory)
        .and_then(|()| tempfile::NamedTempFile::new_in(directory))
        .and_then(|temporary| std::fs::write(temporary.path(), &bytes).map(|()| temporary));
    if let Ok(temporary) = written {
        drop(temporary.persist(&file));
    }
}

/// Returns what is kept as JSON under a name; the default where nothing of this form is.
pub fn kept_document<T: DeserializeOwned + Default>(git: &Git, name: &str) -> T {
    let bytes = std::fs::read(document(git, name)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Keeps something as JSON under a name.
pub fn keep_document<T: Serialize>(git: &Git, name: &str, all: &T) {
    let Ok(bytes) = serde_json::to_vec(all) else { return };
    let file = document(git, name);
    let made = file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok());
    if made {
        drop(files::replace(&file, name, &bytes, Reach::System, || Ok(())));
    }
}

fn document(git: &Git, name: &str) -> PathBuf {
    git.common_directory().join("backstitch").join(name)
}
