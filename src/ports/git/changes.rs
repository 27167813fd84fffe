//! The paths in which two trees differ, without rename detection.

use std::cmp::Ordering;

use crate::model::arrange::Arrange as _;
use crate::model::commit::TreeId;
use crate::model::error::Result;
use crate::model::forecast::Entry;

use super::alike::Number;
use super::objects::{Objects, Tree, tree_order};

/// A path that differs between two trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The whole path.
    pub path: Vec<u8>,
    /// The old entry; `None` for an addition. Never a directory.
    pub old: Option<Entry>,
    /// The new entry; `None` for a deletion. Never a directory.
    pub new: Option<Entry>,
}

/// Returns the paths in which `new` differs from `old`, sorted by path.
///
/// # Errors
/// When a tree cannot be read.
pub fn changes(objects: &mut Objects, old: TreeId, new: TreeId) -> Result<Vec<Change>> {
    let mut found = Vec::new();
    compare(objects, Some(old), Some(new), &mut Vec::new(), &mut found)?;
    found.arrange_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Returns a number that is equal for equal sets of top-level names below which something changed.
///
/// # Errors
/// When a tree cannot be read.
pub fn changed_top(objects: &mut Objects, old: TreeId, new: TreeId) -> Result<u64> {
    let (old, new) = (objects.tree(old)?, objects.tree(new)?);
    let mut names: Vec<&[u8]> = changed_names(&old, &new).collect();
    names.sort_unstable();
    names.dedup();
    let mut number = Number::default();
    names.into_iter().for_each(|name| number.add(name));
    Ok(number.finish())
}

/// Returns the names of which two trees hold something different; one may come twice.
pub fn changed_names<'t>(old: &'t Tree, new: &'t Tree) -> impl Iterator<Item = &'t [u8]> {
    differences(old, new).map(|difference| difference.name)
}

/// A name of which two trees hold something different. A file and a directory of one name are two differences.
struct Difference<'t> {
    name: &'t [u8],
    old: Option<Entry>,
    new: Option<Entry>,
}

/// Walks two trees side by side: both have git's order.
fn differences<'t>(old: &'t Tree, new: &'t Tree) -> impl Iterator<Item = Difference<'t>> {
    let (mut left, mut right) = (old.entries().peekable(), new.entries().peekable());
    let next = move || {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            // Most are the same in both.
            (Some(a), Some(b)) if a.entry == b.entry && a.name == b.name => Ordering::Equal,
            (Some(a), Some(b)) => tree_order(a, b),
        };
        let before = if order.is_le() { left.next() } else { None };
        let after = if order.is_ge() { right.next() } else { None };
        let name = before.or(after).map_or(&[][..], |named| named.name);
        Some(Difference { name, old: before.map(|named| named.entry), new: after.map(|named| named.entry) })
    };
    std::iter::from_fn(next).filter(|difference| difference.old != difference.new)
}

fn compare(
    objects: &mut Objects,
    old: Option<TreeId>,
    new: Option<TreeId>,
    prefix: &mut Vec<u8>,
    found: &mut Vec<Change>,
) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let old = old.map(|id| objects.tree(id)).transpose()?;
    let new = new.map(|id| objects.tree(id)).transpose()?;
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    for Difference { name, old, new } in differences(&old, &new) {
        let length = prefix.len();
        prefix.extend_from_slice(name);
        let files = (old.filter(|e| !e.mode.is_tree()), new.filter(|e| !e.mode.is_tree()));
        if files.0.is_some() || files.1.is_some() {
            found.push(Change { path: prefix.clone(), old: files.0, new: files.1 });
        }
        let trees = (tree_of(old), tree_of(new));
        if trees.0.is_some() || trees.1.is_some() {
            prefix.push(b'/');
            compare(objects, trees.0, trees.1, prefix, found)?;
        }
        prefix.truncate(length);
    }
    Ok(())
}

fn tree_of(entry: Option<Entry>) -> Option<TreeId> {
    entry.filter(|e| e.mode.is_tree()).map(|e| TreeId::from_bytes(e.id))
}
