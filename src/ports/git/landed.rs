//! The order in which commits landed that a line lacks.

use std::collections::HashMap;

use git2::Sort;

use crate::model::commit::CommitId;
use crate::model::error::{Error, Result};
use crate::ports::git::{Git, objects};

/// Returns the place of every commit that is reachable from `from` and not from `line`, parents before children.
///
/// # Errors
/// When history cannot be read.
pub fn landed_since(git: &Git, from: CommitId, line: CommitId) -> Result<HashMap<CommitId, usize>> {
    let walk = || {
        let mut walk = git.repository().revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME | Sort::REVERSE)?;
        walk.push(objects::oid(from.as_bytes()))?;
        walk.hide(objects::oid(line.as_bytes()))?;
        let ids = walk.enumerate().map(|(at, id)| Ok((CommitId::from_bytes(objects::raw_id(id?)), at)));
        ids.collect::<std::result::Result<HashMap<_, _>, git2::Error>>()
    };
    walk().map_err(|error| {
        Error::undecided(format!("cannot read the history between '{line}' and '{from}'"))
            .because(error.message().to_owned())
            .hint("in a shallow clone run 'git fetch --unshallow'")
    })
}
