//! Fixes that left a pull request, with what they are called.

use crate::model::change;
use crate::model::commit::CommitId;
use crate::model::propose::LeftFix;

use super::Session;

/// Returns these fixes with their titles. One that is not here has none; its name still tells which it is.
pub fn named<'f>(session: &Session<'_>, fixes: impl IntoIterator<Item = &'f CommitId>) -> Vec<LeftFix> {
    let named = |fix: &CommitId| LeftFix {
        fix: *fix,
        title: session.git.commit(*fix).map(|commit| change::title(&commit)).unwrap_or_default(),
    };
    fixes.into_iter().map(named).collect()
}
