//! `patch-bump show` and `check`: where the version stands, and whether all places agree.

use crate::model::bump::Versions;
use crate::model::edit::survey;
use crate::model::error::Result;
use crate::ports::git::Git;
use crate::ports::settings::Settings;
use crate::ports::tree::WorktreeFiles;

/// Looks where the version stands in the worktree.
///
/// # Errors
/// When a configured file or place is not there, or a file cannot be read or edited exactly.
pub fn run(git: &Git, settings: &Settings) -> Result<Versions> {
    survey(&settings.config.versions, &WorktreeFiles::of(git)).map(|found| Versions::of(&found))
}
