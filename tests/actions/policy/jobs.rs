//! What tokens may do: nothing at the top, each job its own with a reason, and no called job more than its caller.

use super::{Findings, Subject, Tree};
use crate::executor::model::{Job, Work, Workflow};
use crate::executor::permissions::Permissions;
use crate::executor::yaml::What;

/// Rules for the permissions of a workflow and of its jobs.
pub fn check(subject: &Subject, tree: &Tree, workflow: &Workflow, findings: &mut Findings<'_>) {
    if workflow.permissions.as_ref().is_none_or(|permissions| *permissions != Permissions::default()) {
        findings.add(1, "the workflow lacks 'permissions: {}'");
    }
    for job in &workflow.jobs {
        check_own(subject, job, findings);
        if let (Work::Call { uses, .. }, Some(own)) = (&job.work, &job.permissions) {
            let callee = tree.workflow(uses);
            let jobs =
                callee.iter().flat_map(|callee| callee.jobs.iter().map(|job| (job, callee.permissions.as_ref())));
            for (inner, outer) in jobs {
                let beyond = inner.permissions.as_ref().or(outer).and_then(|wanted| wanted.beyond(own));
                if let Some((name, wanted, allowed)) = beyond {
                    let what = format!(
                        "job '{}' gives '{name}: {allowed}', but job '{}' of '{uses}' wants '{wanted}'",
                        job.id, inner.id
                    );
                    findings.add(job.line, what);
                }
            }
        }
    }
}

/// Requires that a job has permissions, and that each that it has is explained on its line, above it, or at `permissions:`.
fn check_own(subject: &Subject, job: &Job, findings: &mut Findings<'_>) {
    let document = &subject.document;
    let said = |line: usize| document.comment_at(line).is_some() || document.comment_above(line).is_some();
    let node = document.root.get("jobs").and_then(|jobs| jobs.get(&job.id)).and_then(|job| job.get("permissions"));
    let (Some(node), Some(line)) = (node, job.permissions_line) else {
        findings.add(job.line, format!("job '{}' lacks 'permissions'", job.id));
        return;
    };
    match &node.what {
        What::Map(entries) => {
            for entry in entries.iter().filter(|entry| !said(line) && !said(entry.line)) {
                findings.add(entry.line, format!("no comment says for what job '{}' has '{}'", job.id, entry.key));
            }
        }
        _ => findings.add(line, format!("job '{}' has its permissions in one word", job.id)),
    }
}
