//! What expressions refer to exists: inputs, steps and their outputs, needs and their outputs.

use super::{Findings, Kind, Subject, Tree, steps_of};
use crate::executor::expression::{Expression, expressions, parse};
use crate::executor::model::{Body, Step, Work, Workflow};
use crate::executor::yaml::{Entry, Node, What};

/// Rules for every expression of a file.
pub fn check(subject: &Subject, tree: &Tree, findings: &mut Findings<'_>) {
    let root = &subject.document.root;
    match &subject.kind {
        Kind::Action(action) => {
            let inputs: Vec<_> = action.inputs.iter().map(|input| input.name.as_str()).collect();
            each_path(root, false, findings, &mut |path, line, findings| {
                check_input(path, &inputs, line, findings);
                check_steps(path, &action.steps, tree, line, findings);
            });
        }
        Kind::Workflow(workflow) => check_workflow(workflow, root, tree, findings),
    }
}

fn check_workflow(workflow: &Workflow, root: &Node, tree: &Tree, findings: &mut Findings<'_>) {
    let all = workflow.call_inputs.iter().chain(&workflow.dispatch_inputs);
    let inputs: Vec<_> = all.map(|input| input.name.as_str()).collect();
    each_path(root, false, findings, &mut |path, line, findings| check_input(path, &inputs, line, findings));
    for job in &workflow.jobs {
        let Some(node) = root.get("jobs").and_then(|jobs| jobs.get(&job.id)) else { continue };
        each_path(node, false, findings, &mut |path, line, findings| {
            check_steps(path, steps_of(&job.work), tree, line, findings);
            if let [context, id, ..] = path
                && context == "needs"
                && !job.needs.contains(id)
            {
                findings.add(line, format!("job '{}' refers to '{id}', which it does not need", job.id));
            }
            check_job_output(path, "needs", workflow, tree, line, findings);
        });
    }
    if let Some(call) = root.get("on").and_then(|on| on.get("workflow_call")) {
        each_path(call, false, findings, &mut |path, line, findings| {
            check_job_output(path, "jobs", workflow, tree, line, findings);
        });
    }
}

fn check_input(path: &[String], inputs: &[&str], line: usize, findings: &mut Findings<'_>) {
    if let [context, name, ..] = path
        && context == "inputs"
        && !has(inputs.iter().copied(), name)
    {
        findings.add(line, format!("there is no input '{name}'"));
    }
}

fn check_steps(path: &[String], steps: &[Step], tree: &Tree, line: usize, findings: &mut Findings<'_>) {
    let [context, id, rest @ ..] = path else { return };
    if context != "steps" {
        return;
    }
    let Some(step) = steps.iter().find(|step| step.id.as_deref().is_some_and(|have| have.eq_ignore_ascii_case(id)))
    else {
        return findings.add(line, format!("there is no step '{id}'"));
    };
    let [kind, name, ..] = rest else { return };
    if kind != "outputs" {
        return;
    }
    match &step.body {
        Body::Uses { uses, .. } => {
            let action = tree.action(uses);
            if action.is_some_and(|action| !has(action.outputs.iter().map(|(have, _)| have.as_str()), name)) {
                findings.add(line, format!("'{uses}' has no output '{name}'"));
            }
        }
        Body::Run { script, .. } => {
            // A script writes one as 'NAME=' or 'NAME<<' ("Workflow commands", "Setting an output parameter"), or leaves that to one of ours.
            let writes = |text: &str| {
                [format!("{name}="), format!("{name}<<")].iter().any(|form| text.contains(form))
                    || text.contains(".sh\"")
            };
            if !matches!(&script.what, What::Text(text) if writes(text)) {
                findings.add(line, format!("the script of step '{id}' writes no output '{name}'"));
            }
        }
    }
}

fn check_job_output(
    path: &[String],
    context: &str,
    workflow: &Workflow,
    tree: &Tree,
    line: usize,
    findings: &mut Findings<'_>,
) {
    let [have, id, kind, name, ..] = path else { return };
    if have != context || kind != "outputs" {
        return;
    }
    let Some(job) = workflow.jobs.iter().find(|job| job.id == *id) else {
        return findings.add(line, format!("there is no job '{id}'"));
    };
    let outputs = match &job.work {
        Work::Steps { outputs, .. } => Some(outputs),
        Work::Call { uses, .. } => tree.workflow(uses).map(|callee| &callee.call_outputs),
    };
    if outputs.is_some_and(|outputs| !has(outputs.iter().map(|(have, _)| have.as_str()), name)) {
        findings.add(line, format!("job '{id}' has no output '{name}'"));
    }
}

fn has<'n>(mut names: impl Iterator<Item = &'n str>, name: &str) -> bool {
    names.any(|have| have.eq_ignore_ascii_case(name))
}

/// What looks at a path such as `steps.pick.outputs.count`.
type Look<'l, 'f> = &'l mut dyn FnMut(&[String], usize, &mut Findings<'f>);

/// Calls a function for each longest path in every expression of a piece of YAML. What is no expression at all is a finding.
fn each_path<'f>(node: &Node, condition: bool, findings: &mut Findings<'f>, look: Look<'_, 'f>) {
    match &node.what {
        What::Text(text) => {
            let bare = condition && !text.contains("${{");
            let parsed = if bare { parse(text).map(|one| vec![one]) } else { expressions(text) };
            match parsed {
                Ok(all) => all.iter().for_each(|one| paths_in(one, &mut |path| look(path, node.line, findings))),
                Err(trouble) => findings.add(node.line, trouble),
            }
        }
        What::List(items) => items.iter().for_each(|item| each_path(item, false, findings, look)),
        What::Map(entries) => {
            for Entry { key, value, .. } in entries {
                each_path(value, key == "if", findings, look);
            }
        }
        What::Null | What::Bool(_) | What::Number(_) => {}
    }
}

fn paths_in(expression: &Expression, look: &mut dyn FnMut(&[String])) {
    if let Some(path) = expression.path() {
        return look(&path);
    }
    match expression {
        Expression::Literal(_) | Expression::Context(_) => {}
        Expression::Every(inner) | Expression::Not(inner) => paths_in(inner, look),
        Expression::Index(left, right) | Expression::Binary(_, left, right) => {
            paths_in(left, look);
            paths_in(right, look);
        }
        Expression::Call(_, arguments) => arguments.iter().for_each(|argument| paths_in(argument, look)),
    }
}
