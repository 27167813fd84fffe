//! The verbs of `patch-bump`.

mod keep;
pub mod set;
pub mod show;

use std::path::PathBuf;

use crate::model::error::{Error, Result};
use crate::model::path::RepoPath;
use crate::ports::exchange::Exchange;
use crate::ports::git::Git;

/// Returns where the verbs that write keep their journal and their lock: what is cut short in one worktree is finished there.
fn home(git: &Git) -> PathBuf {
    git.directory().join("backstitch")
}

/// Returns what replaces the files of the worktree.
fn exchange(git: &Git) -> Result<Exchange> {
    let root = git.worktree().ok_or_else(|| {
        Error::usage("this repository has no worktree").hint("run this in a clone with checked-out files")
    })?;
    Ok(Exchange::new(root, home(git).join("bump")))
}

/// Tells of a run that has not replaced all its files, and returns these: some may hold the old version, others the new one.
fn unfinished(exchange: &Exchange, note: &dyn Fn(&str)) -> Result<Vec<RepoPath>> {
    let files = exchange.unfinished()?;
    if !files.is_empty() {
        let names: Vec<String> = files.iter().map(|path| format!("'{path}'")).collect();
        note(&format!(
            "a run that changes {} is at work or was cut short, so they may hold either version; \
             'patch-bump set VERSION' finishes such a run first",
            names.join(", ")
        ));
    }
    Ok(files)
}
