//! What a merge changes besides: the verdicts about other open pull requests to the lines. One that was refused because a newer line
//! lacked its fix may go in once that line has it, and nothing happens to it itself by which it would be judged.

use std::collections::BTreeSet;

use crate::model::apply::Failure;
use crate::model::arrange::InOrder as _;
use crate::model::branch::BranchName;
use crate::model::check_run::Before;
use crate::model::commit::CommitId;
use crate::model::config::LabelName;
use crate::model::error::{Error, Kind, Result};
use crate::model::pull::PullRequest;
use crate::ports::forge::Forge;

use super::pulls::{is_gone, known, lacks, open_head, said, with_others};
use super::{Judged, Run, answer};

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
        for (number, head) in answer(forge.open_pulls_to(line))? {
            if done.insert(number) {
                let one = one_again(run, forge, (number, head), label)?;
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

/// Judges one again by its newest commit. Where that cannot be had, what was said when it was here counts for more than what could be said
/// now.
pub(super) fn one_again(
    run: &Run<'_>,
    forge: &Forge,
    (number, head): (u64, CommitId),
    label: Option<&LabelName>,
) -> Result<Judged> {
    // It is read before anything else: who writes it from now on may know more than what is asked now.
    let said = said(run, forge, head)?;
    let Some(pull) = known(forge, number)? else { return Ok(noting(is_gone(number))) };
    match open_head(&pull) {
        None => return Ok(noting(format!("pull request {number} is open no more"))),
        Some(now) if now != head => {
            return Ok(noting(format!("pull request {number} was pushed to just now, and is judged by that")));
        }
        Some(_) => {}
    }
    if let Some(why) = lacks_commit(run, number, head) {
        return Ok(noting(format!(
            "pull request {number} is not judged again, for its newest commit {} is not in this clone{why}: a push to it, a label, or \
             running its gate again does that",
            head.short()
        )));
    }
    let before = run.request.say.check_run.then_some(Before { pull: number, commit: head, said });
    Ok(Judged { before, ..noted(number, with_others(run, pull, label))? })
}

/// Says why the newest commit of a pull request is not here; `None`: it is. The commits of forks are on no branch, so that no clone has
/// them, and are fetched as the objects that they are.
fn lacks_commit(run: &Run<'_>, number: u64, head: CommitId) -> Option<String> {
    let lacks = || run.git.commit(head).is_err();
    let from = run.git.fetch_from();
    if !lacks() {
        return None;
    }
    if !from.has_remote {
        return Some(String::new());
    }
    match run.git.bring_pull(&from.remote, number) {
        Err(error) => Some(format!(" ({})", Failure::from(&error).sentence())),
        Ok(()) => lacks().then(String::new),
    }
}

fn noting(note: String) -> Judged {
    Judged { notes: vec![note], ..Judged::default() }
}

/// Takes that nothing can be told yet for something that a person should know.
fn noted(number: u64, judged: Result<Judged>) -> Result<Judged> {
    let note = |error: Error| format!("pull request {number} is not judged: {}", Failure::from(&error).sentence());
    match judged {
        Err(error) if error.kind() == Kind::Undecided => Ok(noting(note(error))),
        judged => judged,
    }
}
