//! What a commit adds: new paths, and lines.

use git2::{Delta, DiffFlags, Patch};

use crate::model::commit::Commit;
use crate::model::error::Result;
use crate::ports::git::Git;

use super::hunks::{cannot_compare, diff};

/// Lines that stand one after the other.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// The number of the first one, counted from 1.
    pub first: u32,
    /// The lines, with bytes that are not UTF-8 replaced.
    pub text: String,
}

/// What a commit does to a file that is there afterwards.
#[derive(Clone, PartialEq, Eq)]
pub struct AddedFile {
    /// Its path, with bytes that are not UTF-8 replaced.
    pub path: String,
    /// Whether nothing was at that path before.
    pub is_new: bool,
    /// What was added.
    pub content: Content,
}

/// What was added to a file.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Lines.
    Lines(Vec<Block>),
    /// No text, or a submodule.
    Binary,
    /// More bytes than were asked for.
    TooLarge,
}

/// Returns what a commit adds relative to its first parent; files of more than `most` bytes are not read.
///
/// # Errors
/// When an object is missing.
pub fn added_files(git: &Git, commit: &Commit, most: u64) -> Result<Vec<AddedFile>> {
    let diff = diff(git, commit, 0).map_err(|error| cannot_compare(commit, &error))?;
    let mut files = Vec::new();
    for (at, delta) in diff.deltas().enumerate() {
        if delta.status() == Delta::Deleted {
            continue;
        }
        let path = |file: git2::DiffFile<'_>| file.path_bytes().map(|path| String::from_utf8_lossy(path).into_owned());
        let Some(name) = path(delta.new_file()) else { continue };
        let is_new = delta.status() == Delta::Added || path(delta.old_file()).as_ref() != Some(&name);
        let size = git.repository().odb().and_then(|odb| odb.read_header(delta.new_file().id()));
        let content = match size {
            Ok((size, git2::ObjectType::Blob)) if size as u64 > most => Content::TooLarge,
            Ok((_, git2::ObjectType::Blob)) => {
                let patch = Patch::from_diff(&diff, at).and_then(|patch| patch.map_or(Ok(Content::Binary), content));
                patch.map_err(|error| cannot_compare(commit, &error))?
            }
            // A submodule: its commit is in another repository.
            Ok(_) => Content::Binary,
            Err(_) if delta.new_file().mode() == git2::FileMode::Commit => Content::Binary,
            Err(error) => return Err(cannot_compare(commit, &error)),
        };
        files.push(AddedFile { path: name, is_new, content });
    }
    Ok(files)
}

fn content(patch: Patch<'_>) -> std::result::Result<Content, git2::Error> {
    if patch.delta().flags().contains(DiffFlags::BINARY) {
        return Ok(Content::Binary);
    }
    let mut blocks: Vec<Block> = Vec::new();
    for hunk in 0..patch.num_hunks() {
        let mut block: Option<Block> = None;
        for line in 0..patch.num_lines_in_hunk(hunk)? {
            let line = patch.line_in_hunk(hunk, line)?;
            if let ('+', Some(number)) = (line.origin(), line.new_lineno()) {
                let block = block.get_or_insert_with(|| Block { first: number, text: String::new() });
                block.text.push_str(&String::from_utf8_lossy(line.content()));
            }
        }
        blocks.extend(block);
    }
    Ok(Content::Lines(blocks))
}
