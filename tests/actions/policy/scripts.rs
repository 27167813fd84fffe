//! Scripts that no text can get into, and groups that no run is lost from.

use super::{Findings, Kind, Subject};
use crate::executor::expression::{Segment, segments};
use crate::executor::model::{Body, Concurrency, Step, Workflow};
use crate::executor::yaml::{Node, What};

/// What bash 3.2, which macOS has, does not know or takes for something else, as "NEWS" and "CHANGES" of bash tell of 4.0 and later.
const NEWER_THAN_3_2: [&str; 26] = [
    "declare -A",
    "local -A",
    "typeset -A",
    "declare -n",
    "local -n",
    "typeset -n",
    "declare -g",
    "mapfile",
    "readarray",
    "coproc",
    "wait -n",
    "wait -p",
    "[[ -v",
    "test -v",
    "[ -v",
    "printf '%(",
    "printf \"%(",
    "|&",
    "&>>",
    ";&",
    ",,}",
    "^^}",
    "@Q}",
    "[-1]",
    "BASHPID",
    "globstar",
];

/// Returns what of a script bash 3.2 does not know, with the line within the script that it stands on, counted from 0.
pub fn newer_than_3_2(script: &str) -> impl Iterator<Item = (usize, &'static str)> + '_ {
    let lines = script.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#'));
    lines.flat_map(|(at, line)| {
        NEWER_THAN_3_2.into_iter().filter(|word| line.contains(word)).map(move |word| (at, word))
    })
}

/// Rules for one step.
pub fn check_step(subject: &Subject, step: &Step, findings: &mut Findings<'_>) {
    let Body::Run { script, shell, .. } = &step.body else { return };
    if matches!(&script.what, What::Text(text) if text.contains("${{")) {
        findings.add(script.line, "an expression in 'run' becomes code: pass it by 'env'");
    }
    if let What::Text(text) = &script.what {
        for (_, word) in newer_than_3_2(text) {
            findings.add(script.line, format!("bash 3.2 of macOS does not know '{word}'"));
        }
    }
    if matches!(subject.kind, Kind::Action(_)) && shell.is_none() {
        findings.add(step.line, "a script of an action needs a 'shell'");
    }
}

/// Rules for all groups of a workflow.
pub fn check_concurrency(workflow: &Workflow, findings: &mut Findings<'_>) {
    let jobs = workflow.jobs.iter().filter_map(|job| job.concurrency.as_ref());
    for one in workflow.concurrency.iter().chain(jobs) {
        check_group(one, findings);
    }
}

fn check_group(one: &Concurrency, findings: &mut Findings<'_>) {
    let What::Text(text) = &one.group.what else {
        return findings.add(one.line, "the name of a concurrency group is a text");
    };
    let literal = matches!(segments(text).as_deref(), Ok([Segment::Literal(first), ..]) if first.len() > 3);
    if !literal {
        findings.add(one.group.line, format!("the concurrency group '{text}' does not begin with a name of its own"));
    }
    // In a workflow that is called this is the name of the caller.
    if text.to_ascii_lowercase().contains("github.workflow") {
        findings.add(one.group.line, format!("the concurrency group '{text}' has the name of whatever workflow calls"));
    }
    if one.queue.as_deref() != Some("max") {
        findings.add(one.line, "without 'queue: max' the group drops all waiting runs but one");
    }
    let kept = |node: &Node| matches!(node.what, What::Bool(false));
    if !one.cancel_in_progress.as_ref().is_some_and(kept) {
        findings.add(one.line, "the group does not say 'cancel-in-progress: false'");
    }
}
