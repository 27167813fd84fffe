//! What a fix does to submodules and Git LFS pointers, for the person who looks at its pick.
use crate::model::commit::Commit;
use crate::model::error::Result;
use crate::model::special::Special;
use crate::ports::git::{Git, Objects, special_paths};
use crate::ports::survey::chain::base_of;

/// Returns the submodules and Git LFS pointers that a fix touches; a merge is taken relative to its first parent.
///
/// # Errors
/// When an object cannot be read, or a shallow clone has cut the first parent off.
pub fn special_of(git: &Git, objects: &mut Objects, fix: &Commit) -> Result<Vec<Special>> {
    special_paths(objects, base_of(git, fix)?.tree, fix.tree)
}
