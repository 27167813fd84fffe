//! What became of the files that a fix touches and a line lacks.

use std::collections::HashMap;
use std::rc::Rc;

use crate::model::commit::{BlobId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::Entry;
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

/// Remembers what was counted of files: one pick after the other compares the same ones.
#[derive(Default)]
pub struct Renames {
    sizes: HashMap<[u8; 20], u64>,
    spans: HashMap<[u8; 20], Rc<Spans>>,
    weight: usize,
}

/// The files that one side deleted or added: how many have one content, and whether all of those are regular files.
type Contents = HashMap<[u8; 20], (usize, bool)>;

impl Renames {
    /// Returns what became of each of the `gone` files of `base`, all regular ones that `line` lacks; `None` where git's
    /// answer is not certain.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn of(
        &mut self,
        objects: &mut Objects,
        (base, line): (TreeId, TreeId),
        gone: &[(Vec<u8>, Entry)],
    ) -> Result<Option<Vec<Gone>>> {
        let (mut deleted, mut added) = (Contents::new(), Contents::new());
        let mut new = Vec::new();
        for change in changes(objects, base, line)? {
            match (change.old, change.new) {
                (Some(old), None) => count(&mut deleted, old),
                (None, Some(entry)) => {
                    count(&mut added, entry);
                    new.push((change.path, entry));
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        if gone.len().saturating_mul(new.len()) > RENAME_LIMIT * RENAME_LIMIT {
            return Ok(None);
        }
        let mut candidates = Vec::with_capacity(gone.len());
        let mut equal = HashMap::new();
        for (at, (path, entry)) in gone.iter().enumerate() {
            candidates.push(Vec::new());
            if self.size(objects, entry.id)? == 0 {
                continue;
            }
            match added.get(&entry.id) {
                // Of several files with one content, git takes whichever it comes to first.
                Some(new) if *new != (1, true) || deleted.get(&entry.id) != Some(&(1, true)) => return Ok(None),
                Some(_) => drop(equal.insert(at, entry.id)),
                None => match self.candidates(objects, (path, *entry), &new, &deleted, &added)? {
                    Some(found) => candidates[at] = found,
                    None => return Ok(None),
                },
            }
        }
        let Some(fates) = fates(&candidates) else { return Ok(None) };
        let renamed = |at: usize| Gone::Renamed { path: new[at].0.clone(), entry: new[at].1 };
        let found = fates.into_iter().enumerate().map(|(at, fate)| match (equal.get(&at), fate) {
            (Some(id), _) => new.iter().position(|(_, entry)| entry.id == *id).map_or(Gone::Deleted, renamed),
            (None, Fate::Renamed(at)) => renamed(at),
            (None, Fate::Deleted) => Gone::Deleted,
        });
        Ok(Some(found.collect()))
    }

    /// Returns the added files that a gone one may have become; `None` where it depends on which others are renamed.
    fn candidates(
        &mut self,
        objects: &Objects,
        (path, gone): (&[u8], Entry),
        new: &[(Vec<u8>, Entry)],
        deleted: &Contents,
        added: &Contents,
    ) -> Result<Option<Vec<Candidate>>> {
        let size = self.size(objects, gone.id)?;
        let mut found = Vec::new();
        for (at, (new_path, entry)) in new.iter().enumerate() {
            if !entry.mode.is_file() || !sizes_allow(size, self.size(objects, entry.id)?) {
                continue;
            }
            let equal = (deleted.get(&entry.id), added.get(&entry.id));
            if let (Some((old, true)), Some((new, true))) = equal
                && old >= new
            {
                // Each of these is what a file of equal content became.
                continue;
            }
            let likeness = Likeness::of(&*self.spans(objects, gone.id)?, &*self.spans(objects, entry.id)?);
            if likeness.is_none() {
                continue;
            }
            if equal.0.is_some() {
                return Ok(None);
            }
            found.push(Candidate { at, likeness, same_name: name(path) == name(new_path) });
        }
        Ok(Some(found))
    }

    fn size(&mut self, objects: &Objects, id: [u8; 20]) -> Result<u64> {
        if let Some(size) = self.sizes.get(&id) {
            return Ok(*size);
        }
        let size = objects.size(BlobId::from_bytes(id))?;
        self.sizes.insert(id, size);
        Ok(size)
    }

    fn spans(&mut self, objects: &Objects, id: [u8; 20]) -> Result<Rc<Spans>> {
        if let Some(spans) = self.spans.get(&id) {
            return Ok(Rc::clone(spans));
        }
        let spans = Rc::new(Spans::of(&objects.blob(BlobId::from_bytes(id))?));
        if self.weight > KEPT_BYTES {
            self.spans.clear();
            self.weight = 0;
        }
        self.weight += spans.weight();
        self.spans.insert(id, Rc::clone(&spans));
        Ok(spans)
    }
}

fn count(contents: &mut Contents, entry: Entry) {
    let known = contents.entry(entry.id).or_insert((0, true));
    known.0 += 1;
    known.1 &= entry.mode.is_file();
}

fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
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
