//! The record of a run on the disk.

use std::path::Path;

use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::publish::Disclosure;
use crate::model::error::Result;
use crate::ports::git::Git;
use crate::ports::kept::Kept;

/// Returns where the record of an advisory is: in the file that the user names, or else below the git directory that all worktrees share.
pub(super) fn kept(file: Option<&Path>, git: &Git, id: &AdvisoryId) -> Kept {
    let usual = || git.common_directory().join("backstitch/advisories").join(format!("{id}.json"));
    Kept::at(file.map_or_else(usual, Path::to_owned), "what is public")
}

/// Goes on with the record of an earlier run, where there is one.
pub(super) fn read(kept: &Kept, begun: Disclosure) -> Result<Disclosure> {
    match kept.read()? {
        Some(earlier) => begun.resume(earlier).map_err(|not| kept.is_of_another_run(not.to_string())),
        None => Ok(begun),
    }
}
