//! Patch ids against those that git computes commit by commit.

use std::collections::HashMap;

use anyhow::Result;
use backstitch::model::commit::Commit;
use backstitch::ports::git::Git;

use crate::peer::{Shown, patch_id};
use crate::{say, share};

/// Compares the patch ids of a sample, spread evenly over main.
pub fn compare(git: &Git, commits: &[Commit], sample: usize, show: usize) -> Result<()> {
    let step = commits.len().div_ceil(sample.max(1)).max(1);
    let mut chosen: Vec<&Commit> = commits.iter().step_by(step).collect();
    let sampled = chosen.len();
    let mut ours = HashMap::new();
    // A partial clone lacks some files; commits that touch one have no patch id here.
    chosen.retain(|commit| {
        git.patch_ids(&[*commit]).is_ok_and(|found| {
            ours.extend(found);
            true
        })
    });
    let (mut different, mut with_renames) = (Vec::new(), 0);
    for commit in &chosen {
        let own = ours.get(&commit.id).map(ToString::to_string);
        if own != patch_id(git, commit.id, Shown::Plain)? {
            different.push(commit);
        }
        if own != patch_id(git, commit.id, Shown::WithRenames)? {
            with_renames += 1;
        }
    }
    let merges = chosen.iter().filter(|commit| commit.is_merge()).count();
    let equal = chosen.len() - different.len();
    say(format!("patch ids equal to git's: {}, {merges} merges among them", share(equal, chosen.len())));
    if chosen.len() < sampled {
        say(format!("  left out, as an object is missing in this clone: {}", sampled - chosen.len()));
    }
    say(format!("  where git looks for renames, which 'git cherry' does not, {with_renames} would differ"));
    for commit in different.iter().take(show) {
        say(format!("  differs: {} {}", commit.id.short(), commit.subject()));
    }
    Ok(())
}
