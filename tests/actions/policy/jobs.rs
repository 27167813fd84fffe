//! What tokens may do: nothing at the top, each job its own with a reason, no called job more than its caller, and enough for what it does.

use super::{Findings, Subject, Tree, steps_of};
use crate::executor::Access;
use crate::executor::model::{Body, Job, Nodes, Uses, Work, Workflow};
use crate::executor::permissions::Permissions;
use crate::executor::yaml::What;

/// Rules for the permissions of a workflow and of its jobs.
pub fn check(subject: &Subject, tree: &Tree, workflow: &Workflow, findings: &mut Findings<'_>) {
    if workflow.permissions.as_ref().is_none_or(|permissions| *permissions != Permissions::default()) {
        findings.add(1, "the workflow lacks 'permissions: {}'");
    }
    for job in &workflow.jobs {
        check_own(subject, job, findings);
        check_publishing(tree, job, findings);
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

/// What publishing needs of the token of a job, in a private repository, too: the release, and what its notes tell of.
const PUBLISHING: [(&str, Access); 3] =
    [("contents", Access::Write), ("pull-requests", Access::Read), ("issues", Access::Read)];

/// Requires that the token of a job that publishes, and that of an app in its place, may read what the notes tell of.
fn check_publishing(tree: &Tree, job: &Job, findings: &mut Findings<'_>) {
    let given = |with: &Nodes, name: &str| {
        let found = with.iter().find(|(given, _)| *given == name);
        found.and_then(|(_, node)| node.text().ok()).map(str::to_owned)
    };
    let calls = steps_of(&job.work).iter().filter_map(|step| match &step.body {
        Body::Uses { uses, with } => Some((step.line, uses, with)),
        Body::Run { .. } => None,
    });
    let publishes = |(_, uses, with): &(usize, &Uses, &Nodes)| {
        let is_notes = tree.path_of(uses).is_some_and(|path| path == "actions/notes");
        is_notes && given(with, "command").is_some_and(|command| command == "publish")
    };
    if !calls.clone().any(|call| publishes(&call)) {
        return;
    }
    for (name, wanted) in PUBLISHING {
        if job.permissions.as_ref().is_some_and(|own| own.get(name) < wanted) {
            findings.add(job.line, format!("job '{}' publishes, and lacks '{name}: {wanted}'", job.id));
        }
        for (line, _, with) in calls.clone().filter(|(_, uses, _)| is_app(uses)) {
            let said = given(with, &format!("permission-{name}"));
            if said.is_none_or(|said| said != wanted.to_string() && said != "write") {
                findings.add(line, format!("the token of an app that publishes lacks 'permission-{name}: {wanted}'"));
            }
        }
    }
}

fn is_app(uses: &Uses) -> bool {
    matches!(uses, Uses::Other { repository, .. } if repository == "actions/create-github-app-token")
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
