//! What a merge changes besides: the verdicts about other open pull requests to the lines. One that was refused because a newer line
//! lacked its fix may go in once that line has it, and nothing happens to it itself by which it would be judged.

use std::collections::BTreeSet;

use crate::model::apply::Failure;
use crate::model::arrange::InOrder as _;
use crate::model::branch::BranchName;
use crate::model::config::LabelName;
use crate::model::error::{Error, Kind, Result};
use crate::model::pull::PullRequest;
use crate::ports::forge::Forge;

use super::pulls::{lacks, open_head, with_others};
use super::{Judged, Run};

/// Judges a pull request that was merged just now, and the open ones to the lines again. One about which nothing can be told yet keeps no
/// other from being judged.
pub(super) fn after_merge(
    run: &Run<'_>,
    forge: &Forge,
    pull: PullRequest,
    label: Option<&LabelName>,
) -> Result<Judged> {
    let (own, base, lines) = (pull.number, pull.base.branch.clone(), branches(run));
    let mut all = match lacks(run, &pull, label) {
        Some(note) => Judged { notes: vec![note], ..Judged::default() },
        None => noted(own, with_others(run, pull, label))?,
    };
    if base != run.protected.settings.main && !lines.contains(&base) {
        return Ok(all);
    }
    let mut done = BTreeSet::from([own]);
    for line in &lines {
        for number in forge.open_pulls_to(line).map_err(|failure| failure.into_error())? {
            if done.insert(number) {
                let one = one_again(run, forge, number, label)?;
                // Those of one newest commit were judged together.
                done.extend(one.verdicts.iter().filter_map(|verdict| verdict.pull_request));
                match one.head {
                    Some(_) => all.again.push(one),
                    None => all.notes.extend(one.notes),
                }
            }
        }
    }
    Ok(all)
}

/// Returns the branches of the lines.
fn branches(run: &Run<'_>) -> BTreeSet<BranchName> {
    let settings = &run.protected.settings;
    settings.config.lines.iter().filter_map(|line| settings.branch_of(run.git, line).ok()).in_order()
}

/// Judges one again by its commits. Where they are not here, what was said when they were counts for more than what could be said now.
fn one_again(run: &Run<'_>, forge: &Forge, number: u64, label: Option<&LabelName>) -> Result<Judged> {
    let pull = forge.pull_request(number).map_err(|failure| failure.into_error())?;
    let note = match open_head(&pull) {
        None => format!("pull request {number} is open no more"),
        Some(head) if run.git.commit(head).is_err() => format!(
            "pull request {number} is not judged again, for its newest commit {} is not in this clone: a push to it, a label, or running \
             its gate again does that",
            head.short()
        ),
        Some(_) => return noted(number, with_others(run, pull, label)),
    };
    Ok(Judged { notes: vec![note], ..Judged::default() })
}

/// Takes that nothing can be told yet for something that a person should know.
fn noted(number: u64, judged: Result<Judged>) -> Result<Judged> {
    let note = |error: Error| format!("pull request {number} is not judged: {}", Failure::from(&error).sentence());
    match judged {
        Err(error) if error.kind() == Kind::Undecided => Ok(Judged { notes: vec![note(error)], ..Judged::default() }),
        judged => judged,
    }
}
