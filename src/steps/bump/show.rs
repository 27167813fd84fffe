//! `patch-bump show` and `check`: where the version stands, and whether all places agree.

use super::{exchange, unfinished};
use crate::model::bump::Versions;
use crate::model::config::VersionsIn;
use crate::model::edit::survey;
use crate::model::error::Result;
use crate::ports::git::Git;
use crate::ports::settings::Settings;
use crate::ports::tree::WorktreeFiles;

/// Looks where the version stands in the worktree. `note` is told what a person should know.
///
/// # Errors
/// When a configured file or place is not there, or a file cannot be read or edited exactly.
pub fn run(git: &Git, settings: &Settings, note: &dyn Fn(&str)) -> Result<Versions> {
    let unfinished = unfinished(&exchange(git)?, note)?;
    if settings.config.project.versions == VersionsIn::Tags {
        return Ok(Versions::in_tags(unfinished));
    }
    survey(&settings.config.versions, &WorktreeFiles::of(git)).map(|found| Versions::of(&found, unfinished))
}
