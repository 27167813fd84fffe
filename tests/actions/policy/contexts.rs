//! Where which context may be used ("Contexts reference", "Context availability", and `action_yaml.json` of actions/runner). A wrong one
//! costs a run that does not start, or a step that fails when it is met.

use super::{Findings, Kind, Subject};
use crate::executor::expression::{Expression, expressions, parse};
use crate::executor::yaml::{Node, What};

const STATUS: [&str; 4] = ["success", "failure", "always", "cancelled"];

/// The place of a key by its path, in which `*` stands for any name, and the contexts there.
type Row = (&'static [&'static str], &'static [&'static str]);

const STEP: &[&str] =
    &["github", "needs", "strategy", "matrix", "job", "runner", "env", "vars", "secrets", "steps", "inputs"];
const IN_ACTION: &[&str] = &["github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env"];
const JOB: &[&str] = &["github", "needs", "strategy", "matrix", "vars", "inputs"];

/// The first row that fits counts.
const WORKFLOW: &[Row] = &[
    (&["run-name"], &["github", "inputs", "vars"]),
    (&["concurrency"], &["github", "inputs", "vars"]),
    (&["env"], &["github", "secrets", "inputs", "vars"]),
    (&["on", "workflow_call", "inputs", "*", "default"], &["github", "inputs", "vars"]),
    (&["on", "workflow_call", "outputs", "*", "value"], &["github", "jobs", "vars", "inputs"]),
    (&["jobs", "*", "if"], &["github", "needs", "vars", "inputs"]),
    (&["jobs", "*", "strategy"], &["github", "needs", "vars", "inputs"]),
    (&["jobs", "*", "env"], &["github", "needs", "strategy", "matrix", "vars", "secrets", "inputs"]),
    (&["jobs", "*", "secrets"], &["github", "needs", "strategy", "matrix", "vars", "secrets", "inputs"]),
    (&["jobs", "*", "defaults"], &["github", "needs", "strategy", "matrix", "env", "vars", "inputs"]),
    (&["jobs", "*", "environment", "url"], STEP),
    (&["jobs", "*", "outputs"], STEP),
    (
        &["jobs", "*", "steps", "*", "if"],
        &["github", "needs", "strategy", "matrix", "job", "runner", "env", "vars", "steps", "inputs"],
    ),
    (&["jobs", "*", "steps", "*", "id"], &[]),
    (&["jobs", "*", "steps", "*", "uses"], &[]),
    (&["jobs", "*", "steps"], STEP),
    (&["jobs", "*", "needs"], &[]),
    (&["jobs", "*", "uses"], &[]),
    (&["jobs", "*", "permissions"], &[]),
    (&["jobs", "*"], JOB),
];

const ACTION: &[Row] = &[
    (&["inputs", "*", "default"], &["github", "strategy", "matrix", "job", "runner"]),
    (&["outputs", "*", "value"], IN_ACTION),
    (&["runs", "steps", "*", "id"], &[]),
    (&["runs", "steps", "*", "uses"], &[]),
    (&["runs", "steps"], IN_ACTION),
];

/// Looks at every expression of a file.
pub fn check(subject: &Subject, findings: &mut Findings<'_>) {
    let rows = match subject.kind {
        Kind::Action(_) => ACTION,
        Kind::Workflow(_) => WORKFLOW,
    };
    walk(&subject.document.root, &mut Vec::new(), rows, findings);
}

fn walk(node: &Node, path: &mut Vec<String>, rows: &[Row], findings: &mut Findings<'_>) {
    match &node.what {
        What::Text(text) => {
            let condition = path.last().is_some_and(|key| key == "if");
            let parsed =
                if condition && !text.contains("${{") { parse(text).map(|one| vec![one]) } else { expressions(text) };
            // What is no expression is found elsewhere.
            for expression in parsed.unwrap_or_default() {
                check_one(&expression, path, node.line, rows, findings);
            }
        }
        What::List(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(at.to_string());
                walk(item, path, rows, findings);
                path.pop();
            }
        }
        What::Map(entries) => {
            for entry in entries {
                path.push(entry.key.clone());
                walk(&entry.value, path, rows, findings);
                path.pop();
            }
        }
        What::Null | What::Bool(_) | What::Number(_) => {}
    }
}

fn check_one(expression: &Expression, path: &[String], line: usize, rows: &[Row], findings: &mut Findings<'_>) {
    let fits = |row: &&Row| {
        row.0.len() <= path.len() && row.0.iter().zip(path).all(|(want, have)| *want == "*" || want == have)
    };
    let known = rows.iter().find(fits).map_or(&[][..], |row| row.1);
    let condition = path.last().is_some_and(|key| key == "if");
    let place = path.join(".");
    expression.visit(&mut |part| match part {
        Expression::Context(name) if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
            findings.add(line, format!("'{name}' is not known at '{place}'"));
        }
        Expression::Call(name, _) if STATUS.contains(&name.as_str()) && !condition => {
            findings.add(line, format!("'{name}()' is known in conditions only, not at '{place}'"));
        }
        _ => {}
    });
}
