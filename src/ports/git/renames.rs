//! What became of the files that a fix touches and a line lacks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::commit::{BlobId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::Entry;
use crate::model::path::file_name;
use crate::model::rename::{Candidate, Fate, Likeness, Spans, fates, sizes_allow};

use super::changes::changes;
use super::objects::Objects;

/// What is counted of files is kept up to this many bytes, then dropped together.
const KEPT_BYTES: usize = 32 << 20;

/// Git looks at no more pairs than the square of this (`merge.renameLimit`, `git-config(1)`).
const RENAME_LIMIT: usize = 7000;

/// What a file that the line lacks became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// Nothing.
    Deleted,
    /// A file of another name.
    Renamed {
        /// The whole path on the line.
        path: Vec<u8>,
        /// What the line holds there.
        entry: Entry,
    },
}

/// Remembers what was counted of files, for all threads: one pick after the other compares the same ones.
#[derive(Default)]
pub struct Renames {
    counted: Mutex<Counted>,
}

type ById<T> = HashMap<[u8; 20], T, foldhash::fast::RandomState>;

#[derive(Default)]
struct Counted {
    sizes: ById<u64>,
    spans: ById<Arc<Spans>>,
    weight: usize,
}

/// How many files have one content, and whether all of those are regular files.
type Contents = ById<(usize, bool)>;

/// How a line differs from what a fix was made on, in whole files.
#[derive(Default)]
struct Drift {
    deleted: Contents,
    added: Contents,
    new: Vec<NewFile>,
}

struct NewFile {
    path: Vec<u8>,
    entry: Entry,
    /// In bytes; none for what is no regular file.
    size: u64,
}

impl Renames {
    /// Returns what became of each of the `gone` files of `base`, all regular ones that `line` lacks; `None` where git's
    /// answer is not certain.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn of(
        &self,
        objects: &mut Objects,
        (base, line): (TreeId, TreeId),
        gone: &[(Vec<u8>, Entry)],
    ) -> Result<Option<Vec<Gone>>> {
        let drift = self.drift(objects, base, line)?;
        if gone.len().saturating_mul(drift.new.len()) > RENAME_LIMIT * RENAME_LIMIT {
            return Ok(None);
        }
        let sizes = self.sizes(objects, gone.iter().map(|(_, entry)| entry.id))?;
        let mut candidates = vec![Vec::new(); gone.len()];
        let mut equal = HashMap::new();
        for (at, ((path, entry), size)) in gone.iter().zip(sizes).enumerate() {
            match drift.added.get(&entry.id) {
                // `merge-ort` takes no empty file for a renamed one.
                Some(_) | None if size == 0 => {}
                // Of several files with one content, git takes whichever it comes to first.
                Some(new) if *new != (1, true) || drift.deleted.get(&entry.id) != Some(&(1, true)) => return Ok(None),
                Some(_) => drop(equal.insert(at, entry.id)),
                None => match self.candidates(objects, (path, *entry, size), &drift)? {
                    Some(found) => candidates[at] = found,
                    None => return Ok(None),
                },
            }
        }
        let Some(fates) = fates(&candidates) else { return Ok(None) };
        let renamed = |file: &NewFile| Gone::Renamed { path: file.path.clone(), entry: file.entry };
        let found = fates.into_iter().enumerate().map(|(at, fate)| match (equal.get(&at), fate) {
            (Some(id), _) => drift.new.iter().find(|file| file.entry.id == *id).map_or(Gone::Deleted, renamed),
            (None, Fate::Renamed(to)) => renamed(&drift.new[to]),
            (None, Fate::Deleted) => Gone::Deleted,
        });
        Ok(Some(found.collect()))
    }

    fn drift(&self, objects: &mut Objects, base: TreeId, line: TreeId) -> Result<Drift> {
        let mut drift = Drift::default();
        for change in changes(objects, base, line)? {
            match (change.old, change.new) {
                (Some(old), None) => count(&mut drift.deleted, old),
                (None, Some(entry)) => {
                    count(&mut drift.added, entry);
                    drift.new.push(NewFile { path: change.path, entry, size: 0 });
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        let regular = |file: &&NewFile| file.entry.mode.is_file();
        let sizes = self.sizes(objects, drift.new.iter().filter(regular).map(|file| file.entry.id))?;
        drift.new.iter_mut().filter(|file| file.entry.mode.is_file()).zip(sizes).for_each(|(file, size)| {
            file.size = size;
        });
        Ok(drift)
    }

    /// Returns the added files that a gone one may have become; `None` where it depends on which others are renamed.
    fn candidates(
        &self,
        objects: &Objects,
        (path, gone, size): (&[u8], Entry, u64),
        drift: &Drift,
    ) -> Result<Option<Vec<Candidate>>> {
        let spans = self.spans(objects, gone.id)?;
        let mut found = Vec::new();
        for (at, new) in drift.new.iter().enumerate().filter(|(_, new)| sizes_allow(size, new.size)) {
            let equal = (drift.deleted.get(&new.entry.id), drift.added.get(&new.entry.id));
            if let (Some((old, true)), Some((new, true))) = equal
                && old >= new
            {
                // Each of these is what a file of equal content became.
                continue;
            }
            let others = self.spans(objects, new.entry.id)?;
            let likeness = Likeness::of(&spans, &others);
            if likeness.is_none() {
                continue;
            }
            if equal.0.is_some() {
                return Ok(None);
            }
            found.push(Candidate { at, likeness, same_name: file_name(path) == file_name(&new.path) });
        }
        Ok(Some(found))
    }

    /// Returns the sizes of contents, asking for the known ones together: a lock for each would cost more than they do.
    fn sizes(&self, objects: &Objects, ids: impl Iterator<Item = [u8; 20]> + Clone) -> Result<Vec<u64>> {
        let known: Vec<Option<u64>> = {
            let counted = self.counted();
            ids.clone().map(|id| counted.sizes.get(&id).copied()).collect()
        };
        let mut found = Vec::with_capacity(known.len());
        let mut new = Vec::new();
        for (id, known) in ids.zip(known) {
            let size = known.map_or_else(|| objects.size(BlobId::from_bytes(id)), Ok)?;
            if known.is_none() {
                new.push((id, size));
            }
            found.push(size);
        }
        self.counted().sizes.extend(new);
        Ok(found)
    }

    fn spans(&self, objects: &Objects, id: [u8; 20]) -> Result<Arc<Spans>> {
        if let Some(spans) = self.counted().spans.get(&id) {
            return Ok(Arc::clone(spans));
        }
        let spans = Arc::new(Spans::of(&objects.blob(BlobId::from_bytes(id))?));
        let mut counted = self.counted();
        if counted.weight > KEPT_BYTES {
            counted.spans.clear();
            counted.weight = 0;
        }
        counted.weight += spans.weight();
        counted.spans.insert(id, Arc::clone(&spans));
        Ok(spans)
    }

    /// A thread that panicked left nothing half done: each entry is put in whole.
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(contents: &mut Contents, entry: Entry) {
    let known = contents.entry(entry.id).or_insert((0, true));
    known.0 += 1;
    known.1 &= entry.mode.is_file();
}

/// Says whether the user's configuration could change which renames git finds (`git-config(1)`).
///
/// What cannot be read counts as "could".
pub fn renames_configured(repository: &git2::Repository) -> bool {
    const KEYS: [&str; 5] =
        ["merge.renames", "diff.renames", "merge.renameLimit", "diff.renameLimit", "merge.directoryRenames"];
    let Ok(config) = repository.config() else { return true };
    KEYS.iter().any(|key| config.get_entry(key).is_ok())
}
