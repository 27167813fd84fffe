//! A person's resolution of a conflict: read without trust, and made into a tree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::model::commit::{BlobId, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::Entry;
use crate::model::path::RepoPath;
use crate::model::resolution::{
    ConflictedFile, FileMode, RESOLUTION_SCHEMA, Resolution, left_marker, marker_size, writable_path,
};
use crate::ports::git::{Git, Objects, Pick, Stage, StagedFile};
use crate::ports::survey::chain::Link;
use crate::ports::{files, folder};

use super::state::blob_of;

/// A directory with a resolution.
#[derive(Debug)]
pub struct Given {
    directory: PathBuf,
    /// What its `resolution.json` says.
    pub resolution: Resolution,
}

impl Given {
    /// Reads the `resolution.json` of a directory.
    ///
    /// # Errors
    /// When there is none, or it is not sound.
    pub fn read(directory: &Path) -> Result<Self> {
        let path = directory.join("resolution.json");
        let text = files::read_text(&path)?;
        let resolution = Resolution::parse(&text).map_err(|error| {
            let message = format!("'{}' is not sound", path.display().to_string().escape_debug());
            Error::new(error.kind(), message).because(error)
        })?;
        Ok(Self { directory: directory.to_owned(), resolution })
    }

    /// Returns the directory, to be shown.
    pub fn shown(&self) -> String {
        self.directory.display().to_string().escape_debug().to_string()
    }

    /// Returns the resolved content of a file; `None` where it is deleted or missing.
    ///
    /// # Errors
    /// When it is a link or cannot be read.
    pub fn content(&self, path: &RepoPath) -> Result<Option<Vec<u8>>> {
        if self.resolution.deleted.contains(path) {
            return Ok(None);
        }
        folder::read_below(&self.directory.join("files"), path)
    }

    /// Copies what belongs to the resolution.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn copy_to(&self, place: &Path) -> Result<()> {
        if place == self.directory {
            return Ok(());
        }
        let listed = self.resolution.files.iter().map(|file| &file.path).chain(&self.resolution.also);
        folder::make_folder(place, |new| {
            for path in listed {
                if let Some(bytes) = self.content(path)? {
                    folder::write(&new.join("files").join(path.as_str()), &bytes)?;
                }
            }
            let text = serde_json::to_string_pretty(&self.resolution).expect("it came from JSON");
            folder::write(&new.join("resolution.json"), text.as_bytes())
        })
    }
}

/// A conflict to be resolved.
pub struct Conflict<'c> {
    /// The fix.
    pub fix: CommitId,
    /// Its three trees.
    pub pick: Pick,
    /// What git made of them.
    pub link: &'c Link,
}

impl Conflict<'_> {
    /// Returns the tree that the resolution gives.
    ///
    /// # Errors
    /// When it is for another conflict, a file is missing, unresolved or not plain, or a marker was left.
    pub fn resolved(&self, objects: &mut Objects, given: &Given) -> Result<TreeId> {
        if given.resolution.parent != self.pick.ours.tree {
            return Err(Error::no(format!(
                "'{}' resolves '{}' on the tree '{}', and the line is at the tree '{}'",
                given.shown(),
                self.fix,
                given.resolution.parent,
                self.pick.ours.tree
            ))
            .hint("resolve the conflict of this line: patch-pick apply PLAN writes it out"));
        }
        let mut edits: BTreeMap<Vec<u8>, Option<Entry>> = BTreeMap::new();
        let mut known = Vec::new();
        for path in &self.link.forecast.files {
            let path = writable_path(path)?;
            if let Some(edit) = self.file(objects, given, &path)? {
                edits.insert(path.as_str().into(), edit);
            }
            known.push(path);
        }
        for path in &given.resolution.also {
            edits.insert(path.as_str().into(), self.other_file(objects, given, path)?);
            known.push(path.clone());
        }
        for path in folder::files_below(&given.directory.join("files"))? {
            if !known.iter().any(|known| known.as_str() == path) {
                return Err(Error::usage(format!("'{}' is not in conflict", path.escape_debug()))
                    .hint("list it in 'also' of resolution.json, or remove it"));
            }
        }
        let edits: Vec<_> = edits.iter().map(|(path, entry)| (path.as_slice(), *entry)).collect();
        objects.edit(self.link.forecast.tree, &edits)
    }

    /// Returns what becomes of one conflicting file; the outer `None` leaves the path as it is.
    fn file(&self, objects: &mut Objects, given: &Given, path: &RepoPath) -> Result<Option<Option<Entry>>> {
        let doc = &given.resolution;
        if doc.deleted.contains(path) {
            return Ok(Some(None));
        }
        let left = objects.at(self.link.forecast.tree, path.as_str().as_bytes())?;
        let Some(bytes) = given.content(path)? else {
            if left.is_none() {
                return Ok(None);
            }
            return Err(Error::no(format!("'{path}' is missing from '{}'", given.shown()))
                .hint("if it shall not exist, list it in 'deleted' of resolution.json"));
        };
        let left_bytes = left.map(|entry| written(objects, entry)).transpose()?;
        if left_bytes.as_ref() == Some(&bytes) && !doc.kept.contains(path) {
            return Err(Error::no(format!("'{path}' is as the conflict left it"))
                .hint("edit it; if it is right as it is, list it in 'kept' of resolution.json, or in 'deleted'"));
        }
        let mode = doc.files.iter().find(|file| file.path == *path).map(|file| file.mode);
        let mode = mode.or_else(|| left.map(|entry| FileMode::of(entry.mode))).unwrap_or(FileMode::Ordinary);
        self.refuse_markers(objects, path, &bytes, left_bytes.as_deref(), given)?;
        entry(objects, path, mode, bytes).map(|entry| Some(Some(entry)))
    }

    fn other_file(&self, objects: &mut Objects, given: &Given, path: &RepoPath) -> Result<Option<Entry>> {
        let Some(bytes) = given.content(path)? else {
            return Err(Error::no(format!("'{path}' stands in 'also' and is missing from '{}'", given.shown())));
        };
        let there = objects.at(self.link.forecast.tree, path.as_str().as_bytes())?;
        let mode =
            there.filter(|entry| entry.mode.is_file()).map_or(FileMode::Ordinary, |entry| FileMode::of(entry.mode));
        self.refuse_markers(objects, path, &bytes, None, given)?;
        entry(objects, path, mode, bytes).map(Some)
    }

    fn refuse_markers(
        &self,
        objects: &mut Objects,
        path: &RepoPath,
        bytes: &[u8],
        left: Option<&[u8]>,
        given: &Given,
    ) -> Result<()> {
        let mut sides = Vec::new();
        for tree in [self.pick.base.tree, self.pick.ours.tree, self.pick.theirs.tree] {
            let there = objects.at(tree, path.as_str().as_bytes())?.filter(|entry| entry.mode.is_file());
            sides.extend(there.map(|entry| objects.blob(BlobId::from_bytes(entry.id))).transpose()?);
        }
        let sides: Vec<&[u8]> = sides.iter().map(Vec::as_slice).collect();
        let Some(marker) = left_marker(bytes, marker_size(left.unwrap_or_default()), &sides) else { return Ok(()) };
        Err(Error::no(format!("'{path}' holds a conflict marker in line {}", marker.line))
            .hint(format!("finish it in '{}' and run the same command again", given.shown())))
    }

    /// Describes the conflict, for a person to resolve.
    ///
    /// # Errors
    /// When git cannot tell the versions of the files, or a path cannot be written out.
    pub fn describe(
        &self,
        git: &Git,
        objects: &mut Objects,
        line: &crate::model::line::LineName,
    ) -> Result<Resolution> {
        let staged = git.stages(&self.pick)?;
        let mut files = Vec::new();
        for path in &self.link.forecast.files {
            files.push(self.describe_file(objects, &staged, path)?);
        }
        Ok(Resolution {
            schema: RESOLUTION_SCHEMA.to_owned(),
            fix: self.fix,
            line: line.clone(),
            parent: self.pick.ours.tree,
            files,
            deleted: Vec::new(),
            kept: Vec::new(),
            also: Vec::new(),
            offered: Vec::new(),
        })
    }

    fn describe_file(&self, objects: &mut Objects, staged: &[StagedFile], path: &str) -> Result<ConflictedFile> {
        let version =
            |stage| staged.iter().find(|file| file.path == path && file.stage == stage).map(|file| file.entry);
        let left = objects.at(self.link.forecast.tree, path.as_bytes())?.filter(|entry| !entry.mode.is_tree());
        let mode = left.or(version(Stage::Ours)).or(version(Stage::Theirs)).or(version(Stage::Base));
        Ok(ConflictedFile {
            path: writable_path(path)?,
            kinds: self.kinds(path),
            mode: mode.map_or(FileMode::Ordinary, |entry| FileMode::of(entry.mode)),
            base: blob_of(version(Stage::Base)),
            ours: blob_of(version(Stage::Ours)),
            theirs: blob_of(version(Stage::Theirs)),
        })
    }

    /// Returns how a file conflicts.
    pub fn kinds(&self, path: &str) -> Vec<String> {
        let conflicts = self.link.forecast.conflicts.iter().filter(|conflict| conflict.path == path);
        conflicts.map(|conflict| conflict.kind.clone()).collect()
    }

    /// Returns what a person is given to edit for a file; `None` where the conflict leaves nothing at its path.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn to_edit(&self, objects: &mut Objects, path: &str) -> Result<Option<Vec<u8>>> {
        let left = objects.at(self.link.forecast.tree, path.as_bytes())?.filter(|entry| !entry.mode.is_tree());
        left.map(|entry| written(objects, entry)).transpose()
    }
}

/// The content of an entry as a file: that of a submodule is the name of its commit.
fn written(objects: &mut Objects, entry: Entry) -> Result<Vec<u8>> {
    if entry.mode.is_submodule() {
        return Ok(format!("{}\n", CommitId::from_bytes(entry.id)).into_bytes());
    }
    objects.blob(BlobId::from_bytes(entry.id))
}

fn entry(objects: &mut Objects, path: &RepoPath, mode: FileMode, bytes: Vec<u8>) -> Result<Entry> {
    let id = match mode {
        FileMode::Submodule => {
            let named = String::from_utf8_lossy(&bytes).trim().parse::<CommitId>();
            *named.map_err(|error| Error::usage(format!("'{path}' is a submodule")).because(error))?.as_bytes()
        }
        FileMode::Ordinary | FileMode::Executable | FileMode::Symlink => *objects.make_blob(bytes)?.as_bytes(),
    };
    Ok(Entry { mode: mode.mode(), id })
}
