//! Objects in memory: trees and blobs of the repository, and those worked out but not written.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use git2::{ObjectType, Oid};
use sha1::Digest as _;

use crate::model::arrange::Arrange as _;
use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Entry, Mode};

use super::Git;
use super::write::odb_of;

/// While it is there, libgit2 keeps no object that it reads: to keep what nobody asks for again takes as long as to read it.
#[must_use]
pub(super) struct ReadOnce(());

impl ReadOnce {
    /// Begins with it, for all threads.
    pub(super) fn begin() -> Self {
        git2::opts::enable_caching(false);
        Self(())
    }
}

impl Drop for ReadOnce {
    fn drop(&mut self) {
        git2::opts::enable_caching(true);
    }
}

/// Parsed trees are kept up to this many entries in all, then dropped together.
const CACHED_ENTRIES: usize = 200_000;

/// One entry of a tree.
#[derive(Debug, Clone, Copy)]
pub struct Named<'t> {
    /// Its name within the tree.
    pub name: &'t [u8],
    /// Its mode and object.
    pub entry: Entry,
}

/// A parsed tree, in git's order.
#[derive(Debug, Default)]
pub struct Tree {
    bytes: Vec<u8>,
    entries: Vec<(Range<usize>, Entry)>,
}

impl Tree {
    /// Returns the entries in git's order.
    pub fn entries(&self) -> impl Iterator<Item = Named<'_>> {
        self.entries.iter().map(|(name, entry)| Named { name: &self.bytes[name.clone()], entry: *entry })
    }

    /// Returns the entry of a name in a tree that holds no directories, by bisection.
    pub fn get_sorted(&self, name: &[u8]) -> Option<Entry> {
        let at = self.entries.binary_search_by(|(range, _)| self.bytes[range.clone()].cmp(name)).ok()?;
        self.entries.get(at).map(|(_, entry)| *entry)
    }

    /// Returns the entries of some sorted names.
    pub fn held(&self, names: &[Vec<u8>]) -> Vec<Option<Entry>> {
        let mut held = vec![None; names.len()];
        for named in self.entries() {
            if let Ok(at) = names.binary_search_by(|name| name.as_slice().cmp(named.name)) {
                held[at] = Some(named.entry);
            }
        }
        held
    }

    /// Returns the entry of a name.
    pub fn get(&self, name: &[u8]) -> Option<Entry> {
        self.entries().find(|named| named.name == name).map(|named| named.entry)
    }
}

impl Git {
    /// Returns a way to read the objects of the repository, for the same thread: it has in common what was opened of them, which takes longer
    /// than to read a few.
    ///
    /// # Errors
    /// When the object database cannot be opened.
    pub fn objects(&self) -> Result<Objects> {
        let repository = git2::Repository::from_odb(odb_of(self.repository())?);
        let repository =
            repository.map_err(|error| Error::unfinished("cannot open the object database").because(error));
        Ok(Objects::new(repository?))
    }
}

/// A way to read objects, with an overlay for results that are not in the repository.
pub struct Objects {
    repository: git2::Repository,
    made: HashMap<[u8; 20], (ObjectType, Vec<u8>)>,
    trees: HashMap<TreeId, Rc<Tree>, foldhash::fast::RandomState>,
    cached_entries: usize,
}

impl Objects {
    /// Reads from `repository`.
    pub fn new(repository: git2::Repository) -> Self {
        Self { repository, made: HashMap::new(), trees: HashMap::default(), cached_entries: 0 }
    }

    /// Returns the repository the objects come from.
    pub fn repository(&self) -> &git2::Repository {
        &self.repository
    }

    /// Returns a tree.
    ///
    /// # Errors
    /// When the object is missing, is no tree, or is malformed; the message names it.
    pub fn tree(&mut self, id: TreeId) -> Result<Rc<Tree>> {
        if let Some(tree) = self.trees.get(&id) {
            return Ok(Rc::clone(tree));
        }
        let tree = Rc::new(self.tree_once(id)?);
        if self.cached_entries > CACHED_ENTRIES {
            self.trees.clear();
            self.cached_entries = 0;
        }
        self.cached_entries += tree.entries.len();
        self.trees.insert(id, Rc::clone(&tree));
        Ok(tree)
    }

    /// Returns a tree that is asked for once, and is not kept.
    ///
    /// # Errors
    /// As [`Self::tree`].
    pub fn tree_once(&self, id: TreeId) -> Result<Tree> {
        if id == empty_tree() {
            return Ok(Tree::default());
        }
        let bytes = self.raw(id.as_bytes(), ObjectType::Tree)?;
        parse_tree(bytes).ok_or_else(|| Error::unfinished(format!("tree '{id}' is malformed")))
    }

    /// Returns the content of a blob.
    ///
    /// # Errors
    /// When the object is missing or is no blob.
    pub fn blob(&self, id: BlobId) -> Result<Vec<u8>> {
        self.raw(id.as_bytes(), ObjectType::Blob)
    }

    /// Returns the size of a blob in bytes.
    ///
    /// # Errors
    /// When the object is missing.
    pub fn size(&self, id: BlobId) -> Result<u64> {
        if let Some((ObjectType::Blob, bytes)) = self.made.get(id.as_bytes()) {
            return Ok(bytes.len() as u64);
        }
        let oid = oid(id.as_bytes());
        let header = self.odb()?.read_header(oid);
        header.map(|(size, _)| size as u64).map_err(|error| cannot_read(oid, &error))
    }

    fn raw(&self, id: &[u8; 20], kind: ObjectType) -> Result<Vec<u8>> {
        if let Some((made, bytes)) = self.made.get(id)
            && *made == kind
        {
            return Ok(bytes.clone());
        }
        let oid = oid(id);
        let odb = self.odb()?;
        let object = odb.read(oid).map_err(|error| cannot_read(oid, &error))?;
        if object.kind() != kind {
            return Err(Error::unfinished(format!("object '{oid}' is a {}, not a {kind}", object.kind())));
        }
        Ok(object.data().to_vec())
    }

    /// Returns what a tree holds at a path, following directories.
    ///
    /// # Errors
    /// As [`Self::tree`].
    pub fn at(&mut self, root: TreeId, path: &[u8]) -> Result<Option<Entry>> {
        let mut tree = self.tree(root)?;
        let mut parts = path.split(|byte| *byte == b'/').peekable();
        while let Some(part) = parts.next() {
            let Some(entry) = tree.get(part) else { return Ok(None) };
            if parts.peek().is_none() {
                return Ok(Some(entry));
            }
            if !entry.mode.is_tree() {
                return Ok(None);
            }
            tree = self.tree(TreeId::from_bytes(entry.id))?;
        }
        Ok(None)
    }

    /// Keeps a blob in memory and returns its name.
    ///
    /// # Errors
    /// When the name cannot be computed.
    pub fn make_blob(&mut self, bytes: Vec<u8>) -> Result<BlobId> {
        self.make(ObjectType::Blob, bytes).map(BlobId::from_bytes)
    }

    fn make(&mut self, kind: ObjectType, bytes: Vec<u8>) -> Result<[u8; 20]> {
        // The name of an object (gitformat-loose(5)): SHA-1 over its header and content.
        let mut hasher = sha1::Sha1::new();
        hasher.update(format!("{kind} {}\0", bytes.len()));
        hasher.update(&bytes);
        let id = hasher.finalize().into();
        self.made.insert(id, (kind, bytes));
        Ok(id)
    }

    /// Returns the tree with the given paths replaced (`None` deletes); directories left empty vanish.
    ///
    /// `edits` is sorted by path, each path once.
    ///
    /// # Errors
    /// As [`Self::tree`].
    pub fn edit(&mut self, root: TreeId, edits: &[(&[u8], Option<Entry>)]) -> Result<TreeId> {
        let edited = self.edit_directory(Some(root), edits)?;
        edited.map_or_else(|| self.make(ObjectType::Tree, Vec::new()).map(TreeId::from_bytes), Ok)
    }

    fn edit_directory(
        &mut self,
        directory: Option<TreeId>,
        edits: &[(&[u8], Option<Entry>)],
    ) -> Result<Option<TreeId>> {
        let old_tree = match directory {
            Some(id) => self.tree(id)?,
            None => Rc::default(),
        };
        let mut entries: Vec<Named<'_>> = old_tree.entries().collect();
        let mut rest = edits;
        while let Some((path, entry)) = rest.first() {
            let Some(slash) = path.iter().position(|byte| *byte == b'/') else {
                put(&mut entries, path, *entry);
                rest = &rest[1..];
                continue;
            };
            let name = &path[..slash];
            let inside =
                rest.iter().take_while(|(p, _)| p.len() > slash && &p[..slash] == name && p[slash] == b'/').count();
            let below: Vec<_> = rest[..inside].iter().map(|(p, e)| (&p[slash + 1..], *e)).collect();
            let old = entries.iter().find(|named| named.name == name && named.entry.mode.is_tree());
            let old = old.map(|named| TreeId::from_bytes(named.entry.id));
            let new = self.edit_directory(old, &below)?;
            put(&mut entries, name, new.map(|id| Entry { mode: Mode::TREE, id: *id.as_bytes() }));
            rest = &rest[inside..];
        }
        if entries.is_empty() {
            return Ok(None);
        }
        entries.arrange_by(tree_order);
        self.make(ObjectType::Tree, format_tree(&entries)).map(|id| Some(TreeId::from_bytes(id)))
    }

    /// Writes everything kept in memory into the object database this was made from.
    ///
    /// # Errors
    /// When an object cannot be written.
    pub fn write_made(&mut self) -> Result<()> {
        let odb = self.odb()?;
        for (kind, bytes) in self.made.values() {
            odb.write(*kind, bytes).map_err(|error| Error::unfinished("cannot write an object").because(error))?;
        }
        drop(odb);
        self.made.clear();
        Ok(())
    }

    /// Forgets what was kept in memory.
    pub fn forget_made(&mut self) {
        self.made.clear();
    }

    /// Writes a commit of no history that has the given tree, for programs that take commits only.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn commit_for(&self, tree: TreeId) -> Result<CommitId> {
        let nobody = "backstitch <backstitch@localhost> 0 +0000";
        let text = format!("tree {tree}\nauthor {nobody}\ncommitter {nobody}\n\nforecast\n");
        let id = self.odb()?.write(ObjectType::Commit, text.as_bytes());
        id.map(|id| CommitId::from_bytes(raw_id(id)))
            .map_err(|error| Error::unfinished("cannot write a commit").because(error))
    }

    fn odb(&self) -> Result<git2::Odb<'_>> {
        odb_of(&self.repository)
    }
}

const EMPTY_TREE: [u8; 20] = [
    0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49,
    0x04,
];

/// Returns the name of the tree without entries, which every repository has.
pub const fn empty_tree() -> TreeId {
    TreeId::from_bytes(EMPTY_TREE)
}

/// Orders entries as git does: a directory as if its name ended in a slash (`base_name_compare` in git's `read-cache.c`).
pub fn tree_order(a: &Named<'_>, b: &Named<'_>) -> Ordering {
    let common = a.name.len().min(b.name.len());
    let after = |named: &Named<'_>| match named.name.get(common) {
        Some(byte) => Some(*byte),
        None => named.entry.mode.is_tree().then_some(b'/'),
    };
    a.name[..common].cmp(&b.name[..common]).then_with(|| after(a).cmp(&after(b)))
}

fn put<'t>(entries: &mut Vec<Named<'t>>, name: &'t [u8], entry: Option<Entry>) {
    entries.retain(|named| named.name != name);
    if let Some(entry) = entry {
        entries.push(Named { name, entry });
    }
}

fn parse_tree(bytes: Vec<u8>) -> Option<Tree> {
    let mut entries = Vec::with_capacity(bytes.len() / 32);
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let (named, behind) = first_entry(rest)?;
        let end = bytes.len() - behind.len() - 21;
        entries.push((end - named.name.len()..end, named.entry));
        rest = behind;
    }
    Some(Tree { bytes, entries })
}

/// Reads the entry at the start of a tree object, and returns what is behind it.
fn first_entry(bytes: &[u8]) -> Option<(Named<'_>, &[u8])> {
    let (mut mode, mut space) = (0_u32, 0);
    while let Some(digit @ b'0'..=b'7') = bytes.get(space) {
        mode = mode.checked_mul(8)?.checked_add(u32::from(digit - b'0'))?;
        space += 1;
    }
    if space == 0 || bytes.get(space) != Some(&b' ') {
        return None;
    }
    let nul = space + memchr::memchr(0, &bytes[space..])?;
    let id = bytes.get(nul + 1..nul + 21)?.try_into().ok()?;
    Some((Named { name: &bytes[space + 1..nul], entry: Entry { mode: Mode(mode), id } }, &bytes[nul + 21..]))
}

fn format_tree(entries: &[Named<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for named in entries {
        bytes.extend_from_slice(format!("{:o} ", named.entry.mode.0).as_bytes());
        bytes.extend_from_slice(named.name);
        bytes.push(0);
        bytes.extend_from_slice(&named.entry.id);
    }
    bytes
}

/// Converts to libgit2's type.
pub fn oid(id: &[u8; 20]) -> Oid {
    Oid::from_bytes(id).expect("libgit2 takes any twenty bytes as an object name")
}

/// Converts from libgit2's type.
pub fn raw_id(oid: Oid) -> [u8; 20] {
    let mut id = [0; 20];
    id.copy_from_slice(oid.as_bytes());
    id
}

/// Makes the error for an object that cannot be read, with the cure for clones that lack it.
pub fn cannot_read(oid: Oid, error: &git2::Error) -> Error {
    let base = Error::undecided(format!("cannot read object '{oid}'")).because(error.message().to_owned());
    base.hint(format!(
        "in a partial clone fetch it with 'git fetch origin {oid}', in a shallow clone run 'git fetch --unshallow'; otherwise 'git fsck' tells what is damaged"
    ))
}

#[cfg(test)]
mod tests;
