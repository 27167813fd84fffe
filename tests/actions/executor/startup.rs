//! What GitHub looks at before it starts any job of a run. What is wrong here costs a run with no jobs at all.

use std::collections::BTreeSet;
use std::path::Path;

use super::library::{FoundWorkflow, Library};
use super::model::{Body, Job, Nodes, Uses, Work, Workflow};
use super::permissions::Permissions;
use super::{Result, Trouble};

/// How deep workflows may call one another, the first one included ("Reusing workflow configurations").
const MOST_LEVELS: usize = 10;

/// What the token of a job may do, given what its workflow inherits.
pub fn effective(job: &Job, workflow: &Workflow, inherited: &Permissions) -> Permissions {
    job.permissions.as_ref().or(workflow.permissions.as_ref()).unwrap_or(inherited).clone()
}

/// Looks at a workflow and all that it calls.
pub fn check(library: &Library, found: &FoundWorkflow, inherited: &Permissions) -> Result<()> {
    check_level(library, found, inherited, None, 1)
}

fn check_level(
    library: &Library,
    found: &FoundWorkflow,
    inherited: &Permissions,
    caller: Option<&Permissions>,
    level: usize,
) -> Result<()> {
    let FoundWorkflow { workflow, root, path } = found;
    if level > MOST_LEVELS {
        return Err(Trouble::new(format!("'{path}' is called at level {level}, and {MOST_LEVELS} are allowed")));
    }
    needs(workflow).map_err(|trouble| trouble.of(path))?;
    for job in &workflow.jobs {
        let permissions = effective(job, workflow, inherited);
        if let Some((name, wanted, allowed)) = caller.and_then(|caller| permissions.beyond(caller)) {
            let what = format!(
                "The nested job '{}' is requesting '{name}: {wanted}', but is only allowed '{name}: {allowed}'.",
                job.id
            );
            return Err(Trouble::new(format!("Error calling workflow '{path}'. {what}")));
        }
        let wrong = |trouble: Trouble| trouble.of(&format!("{path}: job '{}'", job.id));
        match &job.work {
            Work::Steps { steps, .. } => ids(steps.iter().filter_map(|step| step.id.as_deref())).map_err(wrong)?,
            Work::Call { uses, with, secrets } => {
                let callee = callee(library, uses, root, with, secrets.as_ref()).map_err(wrong)?;
                check_level(library, &callee, &permissions, Some(&permissions), level + 1)?;
            }
        }
    }
    Ok(())
}

/// Finds a called workflow, and holds what it is given against what it declares.
fn callee(library: &Library, uses: &Uses, root: &Path, with: &Nodes, secrets: Option<&Nodes>) -> Result<FoundWorkflow> {
    let found = library.workflow(uses, root)?;
    if !found.workflow.is_callable() {
        return Err(Trouble::new(format!("'{uses}' has no 'on: workflow_call'")));
    }
    let inputs = found.workflow.call_inputs.iter().map(|input| (input.name.as_str(), input.required)).collect();
    given("input", with, inputs)?;
    if let Some(secrets) = secrets {
        let known = found.workflow.call_secrets.iter().map(|secret| (secret.name.as_str(), secret.required)).collect();
        given("secret", secrets, known)?;
    }
    Ok(found)
}

/// Requires that only what is declared is given, and all that is required.
pub fn given(kind: &str, given: &Nodes, declared: Vec<(&str, bool)>) -> Result<()> {
    let same = |left: &str, right: &str| left.eq_ignore_ascii_case(right);
    if let Some((name, _)) = given.iter().find(|(name, _)| !declared.iter().any(|(known, _)| same(known, name))) {
        return Err(Trouble::new(format!("Invalid {kind}, {name} is not defined in the referenced workflow.")));
    }
    let missing =
        declared.iter().find(|(known, required)| *required && !given.iter().any(|(name, _)| same(known, name)));
    match missing {
        Some((name, _)) => Err(Trouble::new(format!("{kind} {name} is required, but not provided while calling."))),
        None => Ok(()),
    }
}

fn ids<'s>(all: impl Iterator<Item = &'s str>) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut all = all;
    match all.find(|id| !seen.insert(id.to_ascii_lowercase())) {
        Some(id) => {
            Err(Trouble::new(format!("The identifier '{id}' may not be used more than once within the same scope.")))
        }
        None => Ok(()),
    }
}

/// Requires that every need is a job, and that the jobs can be put in an order.
fn needs(workflow: &Workflow) -> Result<()> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let known = |name: &String| workflow.jobs.iter().any(|job| job.id == *name);
    for job in &workflow.jobs {
        if let Some(unknown) = job.needs.iter().find(|name| !known(name)) {
            return Err(Trouble::new(format!("Job '{}' depends on unknown job '{unknown}'.", job.id)));
        }
    }
    loop {
        let ready = workflow
            .jobs
            .iter()
            .find(|job| !done.contains(job.id.as_str()) && job.needs.iter().all(|need| done.contains(need.as_str())));
        match ready {
            Some(job) => done.insert(&job.id),
            None if done.len() == workflow.jobs.len() => return Ok(()),
            None => {
                return Err(Trouble::new(
                    "The workflow must contain at least one job with no dependencies, and no circle of them.",
                ));
            }
        };
    }
}

/// Requires that the steps of an action are told apart, and that each script names its shell, as the runner does when it loads one.
pub fn composite(steps: &[super::model::Step]) -> Result<()> {
    ids(steps.iter().filter_map(|step| step.id.as_deref()))?;
    let shellless = steps.iter().find(|step| matches!(step.body, Body::Run { shell: None, .. }));
    match shellless {
        Some(step) => Err(Trouble::new(format!("line {}: Required property is missing: shell", step.line))),
        None => Ok(()),
    }
}
