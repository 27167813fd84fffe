//! Commands of whoever calls a workflow run beside nothing that could be stolen: no secret, and no token that may write.

use super::{Findings, Subject, steps_of};
use crate::executor::model::{Body, Job, Step, Workflow};
use crate::executor::permissions::Access;
use crate::executor::yaml::{Node, What};

/// The input by which an action of this repository takes a command.
const COMMAND: &str = "exec";

/// Rules for every job that runs a command which it was given.
pub fn check(subject: &Subject, workflow: &Workflow, findings: &mut Findings<'_>) {
    for job in &workflow.jobs {
        let steps = steps_of(&job.work);
        if !steps.iter().any(runs_given) {
            continue;
        }
        let wanted = job.permissions.iter().flat_map(|permissions| permissions.iter());
        for (name, _) in wanted.filter(|(_, access)| *access > Access::Read) {
            findings.add(job.line, format!("job '{}' runs a command of its caller, and may write '{name}'", job.id));
        }
        if subject.document.root.get("jobs").and_then(|jobs| jobs.get(&job.id)).is_some_and(has_secret) {
            findings.add(job.line, format!("job '{}' runs a command of its caller, and has a secret", job.id));
        }
        check_tokens(job, steps, findings);
    }
}

/// An action hands its token to what it runs, unless it is told to have none.
fn check_tokens(job: &Job, steps: &[Step], findings: &mut Findings<'_>) {
    for step in steps.iter().filter(|step| matches!(step.body, Body::Uses { .. }) && runs_given(step)) {
        let Body::Uses { with, .. } = &step.body else { continue };
        let none = |node: &Node| matches!(&node.what, What::Text(text) if text.is_empty());
        if !with.iter().any(|(name, node)| name == "token" && none(node)) {
            findings.add(step.line, format!("job '{}' hands its token to a command of its caller", job.id));
        }
    }
}

fn runs_given(step: &Step) -> bool {
    match &step.body {
        Body::Run { script, .. } => {
            matches!(&script.what, What::Text(text) if text.contains("-c \"$") || text.contains("eval "))
        }
        Body::Uses { with, .. } => with.iter().any(|(name, _)| name == COMMAND),
    }
}

fn has_secret(node: &Node) -> bool {
    match &node.what {
        What::Text(text) => text.contains("secrets."),
        What::List(items) => items.iter().any(has_secret),
        What::Map(entries) => entries.iter().any(|entry| has_secret(&entry.value)),
        What::Null | What::Bool(_) | What::Number(_) => false,
    }
}
