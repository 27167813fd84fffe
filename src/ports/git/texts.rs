//! Many texts merged by git in one merge: each file of each pick under a name of its own in three flat trees.
//!
//! A file that all three trees hold under one name, as a regular file, is merged by its content alone
//! (`merge-ort.c`, `handle_content_merge`), so it does not matter what else the trees hold.

use crate::model::commit::{BlobId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Conflict, Entry, Mode};

use super::merge_tree::{Merged, Request};
use super::objects::{Objects, empty_tree};

/// Three contents of one file.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// Before the fix.
    pub base: [u8; 20],
    /// On the line.
    pub ours: [u8; 20],
    /// After the fix, with the mode of all three.
    pub theirs: Entry,
}

/// A merged text, its conflict markers labelled with the trees it was merged in.
pub struct MergedText {
    entry: Entry,
    /// Git names more than one for what is no text.
    kinds: Vec<String>,
    labels: Request,
}

/// Merges all texts by one call of `merge`; `name` says how git is to be told of a tree.
pub fn merge_in_one(
    objects: &mut Objects,
    texts: &[Text],
    name: impl Fn(&mut Objects, TreeId) -> Result<String>,
    merge: impl FnOnce(Request) -> Result<Merged>,
) -> Result<Vec<MergedText>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<Vec<u8>> = (0..texts.len()).map(|at| format!("{at:08}").into_bytes()).collect();
    let mut tree = |side: fn(&Text) -> [u8; 20]| {
        let entry = |text| Some(Entry { mode: Mode::FILE, id: side(text) });
        let edits: Vec<_> = names.iter().zip(texts).map(|(name, text)| (name.as_slice(), entry(text))).collect();
        objects.edit(empty_tree(), &edits)
    };
    let sides = [tree(|text| text.base)?, tree(|text| text.ours)?, tree(|text| text.theirs.id)?];
    objects.write_made()?;
    let [base, ours, theirs] = sides.map(|tree| name(objects, tree));
    let labels = Request { base: base?, ours: ours?, theirs: theirs? };
    let merged = merge(labels.clone())?;
    let tree = objects.tree(merged.tree)?;
    let mut conflicts = merged.conflicts.into_iter().peekable();
    let mut done = Vec::with_capacity(texts.len());
    for (name, text) in names.iter().zip(texts) {
        let id = tree.get_sorted(name).ok_or_else(|| Error::unfinished("git left a text out of its merge"))?.id;
        let of_this = || conflicts.next_if(|conflict| conflict.path.as_bytes() == name).map(|conflict| conflict.kind);
        let kinds = std::iter::from_fn(of_this).collect();
        done.push(MergedText { entry: Entry { mode: text.theirs.mode, id }, kinds, labels: labels.clone() });
    }
    if conflicts.peek().is_some() {
        return Err(Error::unfinished("git named conflicts in an order that is not that of the tree"));
    }
    Ok(done)
}

impl MergedText {
    /// Returns the entry with the markers labelled as in a merge of the pick alone, and its conflicts if there are any.
    ///
    /// `names` are the paths on the line and in the fix, where they differ: markers then name them, too
    /// (`merge-ort.c`, `merge_3way`).
    pub fn labelled(
        self,
        objects: &mut Objects,
        wanted: &Request,
        names: Option<(&[u8], &[u8])>,
    ) -> Result<(Entry, Vec<Conflict>)> {
        if self.kinds.is_empty() {
            return Ok((self.entry, Vec::new()));
        }
        let text = objects.blob(BlobId::from_bytes(self.entry.id))?;
        let label = |side: &str, name: Option<&[u8]>| match name {
            Some(name) => [side.as_bytes(), b":", name].concat(),
            None => side.as_bytes().to_vec(),
        };
        let ours = label(&wanted.ours, names.map(|(ours, _)| ours));
        let theirs = label(&wanted.theirs, names.map(|(_, theirs)| theirs));
        let text = relabel(&text, &self.labels, &ours, &theirs);
        let hunks = count_hunks(&text);
        let id = *objects.make_blob(text)?.as_bytes();
        let conflict = |kind| Conflict { path: String::new(), kind, hunks };
        Ok((Entry { id, ..self.entry }, self.kinds.into_iter().map(conflict).collect()))
    }
}

fn relabel(text: &[u8], from: &Request, ours: &[u8], theirs: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let swapped = [(&b"<<<<<<< "[..], &from.ours, ours), (b">>>>>>> ", &from.theirs, theirs)].into_iter().find_map(
            |(marker, old, new)| {
                let rest = line.strip_prefix(marker)?.strip_prefix(old.as_bytes())?;
                Some([marker, new, rest].concat())
            },
        );
        out.extend_from_slice(swapped.as_deref().unwrap_or(line));
    }
    out
}

/// Counts the conflict markers that open a hunk; `None` where there are none.
pub fn count_hunks(text: &[u8]) -> Option<u32> {
    let starts = text.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"<<<<<<< ")).count();
    u32::try_from(starts).ok().filter(|count| *count > 0)
}
