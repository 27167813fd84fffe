//! What a fix does to paths whose content git keeps elsewhere.

use git2::ErrorCode;

use crate::model::commit::{BlobId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::Entry;
use crate::model::special::{Content, POINTER_LIMIT, Special, special};

use super::changes::changes;
use super::objects::{Objects, cannot_read, oid};

/// Returns the submodules and Git LFS pointers in which `new` differs from `old`, sorted by path.
///
/// Of a regular file only the size is looked up, and its content only where that of a pointer would fit. A blob that a
/// partial clone lacks is taken for ordinary content.
///
/// # Errors
/// When a tree or a blob that is there cannot be read.
pub fn special_paths(objects: &mut Objects, old: TreeId, new: TreeId) -> Result<Vec<Special>> {
    let mut found = Vec::new();
    for change in changes(objects, old, new)? {
        let (before, after) = (content(objects, change.old)?, content(objects, change.new)?);
        found.extend(special(&change.path, before, after));
    }
    Ok(found)
}

fn content(objects: &Objects, entry: Option<Entry>) -> Result<Content> {
    let Some(entry) = entry else { return Ok(Content::Own) };
    let small = if entry.mode.is_file() { small_blob(objects, entry)? } else { None };
    Ok(Content::of(entry, small.as_deref()))
}

fn small_blob(objects: &Objects, entry: Entry) -> Result<Option<Vec<u8>>> {
    let name = oid(&entry.id);
    let size = objects.repository().odb().and_then(|odb| odb.read_header(name)).map(|(size, _)| size);
    match size {
        Ok(size) if size < POINTER_LIMIT => objects.blob(BlobId::from_bytes(entry.id)).map(Some),
        Ok(_) => Ok(None),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(cannot_read(name, &error)),
    }
}
