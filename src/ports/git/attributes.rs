//! Whether `.gitattributes` could change how a text is merged (`gitattributes(5)`, "Performing a three-way merge").

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::model::commit::{BlobId, TreeId};
use crate::model::error::Result;
use crate::ports::platform;

use super::objects::Objects;

/// Remembers which attribute files say anything about merging.
#[derive(Default)]
pub struct MergeAttributes {
    files: HashMap<[u8; 20], bool>,
    trees: HashMap<TreeId, bool>,
}

impl MergeAttributes {
    /// Says whether an attribute file of `tree` in a directory above one of the paths speaks of merging.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn concern<'p>(
        &mut self,
        objects: &mut Objects,
        tree: TreeId,
        paths: impl Iterator<Item = &'p [u8]>,
    ) -> Result<bool> {
        let mut last = None;
        for path in paths {
            let directory = &path[..path.iter().rposition(|byte| *byte == b'/').unwrap_or(0)];
            if last == Some(directory) {
                continue;
            }
            last = Some(directory);
            if self.above(objects, tree, directory)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn above(&mut self, objects: &mut Objects, root: TreeId, directory: &[u8]) -> Result<bool> {
        let mut tree = objects.tree(root)?;
        let mut parts = directory.split(|byte| *byte == b'/').filter(|part| !part.is_empty());
        loop {
            if let Some(file) = tree.get(b".gitattributes").filter(|entry| entry.mode.is_file())
                && self.speaks(objects, file.id)?
            {
                return Ok(true);
            }
            let next = parts.next().and_then(|part| tree.get(part)).filter(|entry| entry.mode.is_tree());
            let Some(next) = next else { return Ok(false) };
            tree = objects.tree(TreeId::from_bytes(next.id))?;
        }
    }
}

impl MergeAttributes {
    /// Says whether an attribute file anywhere in `tree` speaks of merging.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn anywhere(&mut self, objects: &mut Objects, tree: TreeId) -> Result<bool> {
        if let Some(known) = self.trees.get(&tree) {
            return Ok(*known);
        }
        let read = objects.tree(tree)?;
        let mut found = match read.get(b".gitattributes").filter(|entry| entry.mode.is_file()) {
            Some(file) => self.speaks(objects, file.id)?,
            None => false,
        };
        for named in read.entries().filter(|named| named.entry.mode.is_tree()) {
            if found {
                break;
            }
            found = self.anywhere(objects, TreeId::from_bytes(named.entry.id))?;
        }
        self.trees.insert(tree, found);
        Ok(found)
    }

    fn speaks(&mut self, objects: &Objects, file: [u8; 20]) -> Result<bool> {
        if let Some(known) = self.files.get(&file) {
            return Ok(*known);
        }
        let speaks = speaks_of_merging(&objects.blob(BlobId::from_bytes(file))?);
        self.files.insert(file, speaks);
        Ok(speaks)
    }
}

/// Says whether an attribute file could change a merge: it sets `merge` or `conflict-marker-size`, or the `binary` macro that
/// unsets `merge`, or defines macros.
pub fn speaks_of_merging(text: &[u8]) -> bool {
    [&b"merge"[..], b"binary", b"[attr]", b"conflict-marker-size"]
        .iter()
        .any(|word| text.windows(word.len()).any(|window| window == *word))
}

/// Says whether git normalizes texts before it merges them (`merge.renormalize`), by attributes of many names.
///
/// What cannot be read counts as "yes".
pub fn renormalizes(repository: &git2::Repository) -> bool {
    let config = repository.config().and_then(|mut config| config.snapshot());
    config.is_ok_and(|config| config.get_bool("merge.renormalize").unwrap_or(false))
}

/// Says whether the user's configuration or attribute files outside the tree could change how a text is merged.
///
/// What cannot be read counts as "could".
pub fn configured_outside(repository: &git2::Repository) -> bool {
    let Ok(config) = repository.config().and_then(|mut config| config.snapshot()) else { return true };
    if config.get_bool("merge.renormalize").unwrap_or(false)
        || ["merge.default", "merge.conflictStyle"].iter().any(|key| config.get_entry(key).is_ok())
    {
        return true;
    }
    outside_files(&config, repository).iter().any(|path| file_speaks(path))
}

/// Returns where attribute files are outside of trees, whether they are there or not.
pub(super) fn outside_files(config: &git2::Config, repository: &git2::Repository) -> Vec<PathBuf> {
    let own = config.get_path("core.attributesFile").ok();
    let files = [
        own.or_else(default_attributes_file),
        Some(repository.commondir().join("info/attributes")),
        platform::system_attributes(),
    ];
    files.into_iter().flatten().collect()
}

/// The default of `core.attributesFile` is beside the user's `~/.config/git/config` (`gitattributes(5)`).
#[expect(clippy::disallowed_methods, reason = "git itself finds this file by this variable")]
fn default_attributes_file() -> Option<PathBuf> {
    let base = std::env::var_os("XDG_CONFIG_HOME").filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = base.or_else(|| platform::home().map(|home| home.join(".config")));
    base.map(|base| base.join("git/attributes"))
}

fn file_speaks(path: &Path) -> bool {
    match std::fs::read(path) {
        Ok(text) => speaks_of_merging(&text),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound && error.kind() != std::io::ErrorKind::NotADirectory,
    }
}
