//! Picks of what a line picked and main got by merging that line: they come from where that came from.

use std::collections::HashMap;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::trailer::markers;
use crate::ports::git::Git;
use crate::ports::settings::Settings;
use crate::ports::survey::stretch::Stretch;

use super::numbers::Merged;
use super::trace::{Pick, trace};

/// Traces picks on to where their one origin comes from, where that is a commit of a line. What came to main by a pull request, and names no
/// origin itself, is none.
///
/// # Errors
/// When history or an object is missing, or git fails.
pub(super) fn trace_further(git: &Git, settings: &Settings, picks: &mut [Pick]) -> Result<()> {
    for pick in picks {
        let (Traced::Main { commits, claimed: _ }, [landed]) = (&pick.origin, pick.landed.as_slice()) else { continue };
        let [origin] = commits.as_slice() else { continue };
        let is_unnumbered = landed.change.id != *origin && landed.change.pull_request.is_none();
        let origin = git.commit(*origin)?;
        if origin.id == pick.commit.id || landed.again.is_some() || !(is_unnumbered || names_an_origin(&origin)) {
            continue;
        }
        let Some(first) = on_its_line(git, settings, &origin)? else { continue };
        if let Traced::Main { .. } = first.origin {
            let has_number = first.landed.iter().any(|landed| landed.change.pull_request.is_some());
            pick.own = pick.own.take().filter(|_| !has_number);
            (pick.origin, pick.landed) = (first.origin, first.landed);
        }
    }
    Ok(())
}

/// Says whether a commit names one that it was picked from.
pub(super) fn names_an_origin(commit: &Commit) -> bool {
    markers(&commit.message).into_iter().any(|marker| marker.relation.origin_commit().is_some())
}

/// Traces a commit of a line that main has, as the notes of that line do; `None`: it is of no line, but was main's first.
fn on_its_line(git: &Git, settings: &Settings, commit: &Commit) -> Result<Option<Pick>> {
    let (Some(from), main) = (commit.parents.first().copied(), git.branch_commit(&settings.main)?) else {
        return Ok(None);
    };
    for line in &settings.config.lines {
        // A line whose branch is not here has nothing that could be looked at.
        let Ok(branch) = settings.branch_of(git, line) else { continue };
        let Ok(tip) = git.branch_commit(&branch) else { continue };
        if git.is_ancestor(commit.id, tip) && !is_of_main(git, commit.id, main, tip)? {
            let stretch = Stretch { line, branch: &branch, from, to: commit.id };
            let merged = Merged::of(&[], &HashMap::new());
            let one = std::slice::from_ref(commit);
            return Ok(trace(git, settings, &stretch, one, &merged, (&mut Vec::new(), &mut Vec::new()))?.pop());
        }
    }
    Ok(None)
}

fn is_of_main(git: &Git, commit: CommitId, main: CommitId, tip: CommitId) -> Result<bool> {
    Ok(git.is_ancestor(commit, git.left_at(main, tip)?))
}
