//! What a commit adds: new paths, and lines.

use git2::{Delta, DiffFlags, Patch};

use crate::model::commit::{BlobId, Commit};
use crate::model::error::Result;
use crate::ports::git::Git;

use super::hunks::{cannot_compare, diff};
use super::objects::raw_id;

/// Fewer bytes that can be read one after the other are chance.
const SHORTEST_RUN: usize = 6;

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
    /// No text: what can be read in it, piece by piece.
    Binary(Vec<Block>),
    /// More bytes than were asked for.
    TooLarge,
    /// A submodule: its commit is in another repository.
    Elsewhere,
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
                let patch = Patch::from_diff(&diff, at).and_then(|patch| patch.map_or(Ok(None), content));
                match patch.map_err(|error| cannot_compare(commit, &error))? {
                    Some(lines) => lines,
                    None => of_bytes(&blob(git, delta.new_file().id())?),
                }
            }
            Ok(_) => Content::Elsewhere,
            Err(_) if delta.new_file().mode() == git2::FileMode::Commit => Content::Elsewhere,
            Err(error) => return Err(cannot_compare(commit, &error)),
        };
        files.push(AddedFile { path: name, is_new, content });
    }
    Ok(files)
}

/// Returns all of a file; one of more than `most` bytes is not read.
///
/// # Errors
/// When the object is missing.
pub fn whole_file(git: &Git, id: BlobId, most: u64) -> Result<Content> {
    let objects = git.objects()?;
    if objects.size(id)? > most {
        return Ok(Content::TooLarge);
    }
    let bytes = objects.blob(id)?;
    Ok(match bytes.contains(&0) {
        true => of_bytes(&bytes),
        false => Content::Lines(vec![Block { first: 1, text: String::from_utf8_lossy(&bytes).into_owned() }]),
    })
}

fn blob(git: &Git, id: git2::Oid) -> Result<Vec<u8>> {
    git.objects()?.blob(BlobId::from_bytes(raw_id(id)))
}

/// Reads what git takes for no text: UTF-16 as text, of anything else the runs of letters that can be read.
fn of_bytes(bytes: &[u8]) -> Content {
    if let Some(text) = utf16(bytes) {
        return Content::Lines(vec![Block { first: 1, text }]);
    }
    let is_readable = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
    let runs = bytes.split(|byte| !is_readable(byte)).filter(|run| run.len() >= SHORTEST_RUN);
    let text: Vec<String> = runs.map(|run| String::from_utf8_lossy(run).into_owned()).collect();
    let blocks = if text.is_empty() { Vec::new() } else { vec![Block { first: 1, text: text.join("\n") }] };
    Content::Binary(blocks)
}

/// Reads UTF-16, with a mark of its byte order or without: of plain text, every other byte is zero.
fn utf16(bytes: &[u8]) -> Option<String> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let half = bytes.len() / 2;
    let is_little = match bytes {
        [0xff, 0xfe, ..] => true,
        [0xfe, 0xff, ..] => false,
        _ if half >= 4 && zeros(1) * 10 >= half * 7 && zeros(0) * 20 < half => true,
        _ if half >= 4 && zeros(0) * 10 >= half * 7 && zeros(1) * 20 < half => false,
        _ => return None,
    };
    let units = bytes.chunks_exact(2).map(|pair| match is_little {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    });
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(text.trim_start_matches('\u{feff}').to_owned())
}

/// Returns the added lines; `None` where git takes the file for no text.
fn content(patch: Patch<'_>) -> std::result::Result<Option<Content>, git2::Error> {
    if patch.delta().flags().contains(DiffFlags::BINARY) {
        return Ok(None);
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
    Ok(Some(Content::Lines(blocks)))
}
