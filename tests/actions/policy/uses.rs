//! What is used: pinned, checked out without credentials, and given what it declares.

use super::{Findings, Kind, Subject, Tree};
use crate::executor::model::{Body, Nodes, Step, Uses, Work, Workflow};
use crate::executor::startup::given;
use crate::executor::yaml::{Node, What};

/// Rules for one step.
pub fn check_step(subject: &Subject, tree: &Tree, step: &Step, findings: &mut Findings<'_>) {
    let Body::Uses { uses, with } = &step.body else { return };
    let line = uses_line(subject, step.line, uses);
    check_pin(subject, uses, line, findings);
    if let (Kind::Action(_), Uses::Here(_)) = (&subject.kind, uses) {
        findings.add(line, format!("'{uses}' would be looked for in the workspace of the caller: say '$/'"));
    }
    if let Uses::Other { repository, .. } = uses {
        match repository.as_str() {
            "actions/checkout" => check_checkout(subject, tree, with, line, findings),
            "actions/upload-artifact" => check_upload(with, line, findings),
            "actions/create-github-app-token" => check_app(with, line, findings),
            _ => {}
        }
    }
    if tree.path_of(uses).is_none() {
        return;
    }
    match tree.action(uses) {
        None => findings.add(line, format!("there is no action '{uses}'")),
        Some(action) => {
            let declared = action.inputs.iter().map(|input| (input.name.as_str(), input.required)).collect();
            check_given(uses, "input", with, declared, line, findings);
        }
    }
}

/// Rules for the calls of workflows.
pub fn check_calls(subject: &Subject, tree: &Tree, workflow: &Workflow, findings: &mut Findings<'_>) {
    for job in &workflow.jobs {
        let Work::Call { uses, with, secrets } = &job.work else { continue };
        let line = uses_line(subject, job.line, uses);
        check_pin(subject, uses, line, findings);
        if tree.path_of(uses).is_none() {
            continue;
        }
        let Some(callee) = tree.workflow(uses).filter(|callee| callee.is_callable()) else {
            findings.add(line, format!("there is no workflow '{uses}' to call"));
            continue;
        };
        let declared = callee.call_inputs.iter().map(|input| (input.name.as_str(), input.required)).collect();
        check_given(uses, "input", with, declared, line, findings);
        if secrets.is_none() {
            findings.add(line, format!("'{uses}' is given every secret: name those that it takes"));
        }
        if let Some(secrets) = secrets {
            let declared = callee.call_secrets.iter().map(|secret| (secret.name.as_str(), secret.required)).collect();
            check_given(uses, "secret", secrets, declared, line, findings);
        }
    }
}

/// Where `uses:` stands, which need not be where its step begins.
fn uses_line(subject: &Subject, begin: usize, uses: &Uses) -> usize {
    let mut line = begin;
    subject.document.root.visit_texts(&mut |text, at| {
        if line == begin && at >= begin && text == uses.to_string() {
            line = at;
        }
    });
    line
}

fn check_given(
    uses: &Uses,
    kind: &str,
    with: &Nodes,
    declared: Vec<(&str, bool)>,
    line: usize,
    findings: &mut Findings<'_>,
) {
    if let Err(trouble) = given(kind, with, declared) {
        findings.add(line, format!("'{uses}': {trouble}"));
    }
}

/// A full commit id, and the version that it is in a comment, so that a person can read it and a bot can raise it.
fn check_pin(subject: &Subject, uses: &Uses, line: usize, findings: &mut Findings<'_>) {
    let Uses::Other { reference, .. } = uses else { return };
    if reference.len() != 40 || !reference.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        findings.add(line, format!("'{uses}' is not pinned to a full commit id"));
    }
    let version =
        subject.document.comment_at(line).and_then(|comment| comment.split_whitespace().next()?.strip_prefix('v'));
    let is_version = |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.matches('.').count() >= 2;
    if !version.is_some_and(is_version) {
        findings.add(line, format!("'{uses}' has no comment with its version, such as '# v1.2.3'"));
    }
}

fn check_checkout(subject: &Subject, tree: &Tree, with: &Nodes, line: usize, findings: &mut Findings<'_>) {
    let get = |name: &str| with.iter().find(|(key, _)| key == name).map(|(_, node)| node);
    let off = matches!(get("persist-credentials").map(|node| &node.what), Some(What::Bool(false)));
    if !off {
        findings.add(line, "a checkout without 'persist-credentials: false' leaves the token to every later step");
    }
    if tree.is_exposed(&subject.document.path)
        && ["ref", "repository"].into_iter().filter_map(get).any(is_of_a_stranger)
    {
        findings
            .add(line, "what a stranger wrote is checked out where an event of theirs has the token of the repository");
    }
}

/// What an attempt of a run uploads is there in the next one, and no name is taken twice.
fn check_upload(with: &Nodes, line: usize, findings: &mut Findings<'_>) {
    let overwrite = with.iter().find(|(name, _)| name == "overwrite").map(|(_, node)| &node.what);
    if !matches!(overwrite, Some(What::Bool(true))) {
        findings.add(line, "an upload without 'overwrite: true' fails where the run is attempted again");
    }
}

/// Without permissions the token of an app may do all that the app may, and one that is not taken back outlives the job.
fn check_app(with: &Nodes, line: usize, findings: &mut Findings<'_>) {
    if !with.iter().any(|(name, _)| name.starts_with("permission-")) {
        findings.add(line, "the token of an app is made without naming what it may do: 'permission-…'");
    }
    for name in ["owner", "repositories", "skip-token-revoke"] {
        if with.iter().any(|(have, _)| have == name) {
            findings.add(line, format!("the token of an app goes further than this job with '{name}'"));
        }
    }
}

/// Whether a ref or a repository may be that of the head of a pull request.
fn is_of_a_stranger(node: &Node) -> bool {
    let What::Text(text) = &node.what else { return false };
    let text = text.to_ascii_lowercase();
    ["head", "refs/pull/", "merge_commit_sha", "issue.number", "pull_request.number"]
        .iter()
        .any(|part| text.contains(part))
        && !text.starts_with("refs/heads/")
}
