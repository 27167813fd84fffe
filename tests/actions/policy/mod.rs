//! Rules for every action and workflow of this repository, as functions from their data to what is wrong. What needs no more than one
//! file is left to the linters that run besides; these are the rules that none of them has, and those that nobody may forget.

mod commands;
mod contexts;
mod jobs;
mod references;
mod scripts;
mod uses;

use std::collections::BTreeMap;
use std::path::Path;

use crate::executor::Result;
use crate::executor::model::{Action, Step, Uses, Work, Workflow};
use crate::executor::yaml::Document;

pub use scripts::newer_than_3_2;

/// The files of a repository, by their paths from its root.
pub struct Tree {
    /// Its name, under which users call its actions and workflows.
    own: &'static str,
    files: BTreeMap<String, Subject>,
    broken: Vec<String>,
}

/// Events that strangers cause and that come with the rights of the repository.
const EXPOSED: [&str; 3] = ["pull_request_target", "workflow_run", "issue_comment"];

/// A file.
struct Subject {
    document: Document,
    kind: Kind,
}

enum Kind {
    Action(Action),
    Workflow(Box<Workflow>),
}

/// What is wrong in one file.
struct Findings<'t> {
    path: &'t str,
    found: Vec<String>,
}

impl Findings<'_> {
    fn add(&mut self, line: usize, what: impl std::fmt::Display) {
        self.found.push(format!("{}:{line}: {what}", self.path));
    }
}

impl Tree {
    /// A tree without files.
    pub fn new(own: &'static str) -> Self {
        Self { own, files: BTreeMap::new(), broken: Vec::new() }
    }

    /// Adds a file. One that cannot be read is a finding.
    pub fn add(&mut self, path: &str, text: &str) {
        match Subject::read(path, text) {
            Ok(subject) => drop(self.files.insert(path.to_owned(), subject)),
            Err(trouble) => self.broken.push(trouble.to_string()),
        }
    }

    /// Reads all actions and workflows of a repository, those for its users included.
    pub fn read(own: &'static str, root: &Path) -> Self {
        let mut tree = Self::new(own);
        for path in paths(root) {
            let text = std::fs::read_to_string(root.join(&path))
                .unwrap_or_else(|error| panic!("cannot read '{path}': {error}"));
            tree.add(&path, &text);
        }
        tree
    }

    /// How many files it has, those that cannot be read included.
    pub fn len(&self) -> usize {
        self.files.len() + self.broken.len()
    }

    /// Everything that is wrong.
    pub fn findings(&self) -> Vec<String> {
        let mut all = self.broken.clone();
        for (path, subject) in &self.files {
            let mut findings = Findings { path, found: Vec::new() };
            subject.check(self, &mut findings);
            all.extend(findings.found);
        }
        all
    }

    /// The path in this tree that a `uses:` means, if it means one.
    fn path_of(&self, uses: &Uses) -> Option<String> {
        match uses {
            Uses::Itself(path) | Uses::Here(path) => Some(path.clone()),
            Uses::Other { repository, path, .. } => (repository == self.own).then(|| path.clone()),
        }
    }

    fn action(&self, uses: &Uses) -> Option<&Action> {
        let path = self.path_of(uses)?;
        let file = if path.is_empty() { "action.yml".to_owned() } else { format!("{path}/action.yml") };
        match &self.files.get(&file)?.kind {
            Kind::Action(action) => Some(action),
            Kind::Workflow(_) => None,
        }
    }

    /// Whether a workflow can run with the rights of the repository on what a stranger did: by its own events, or by those of a
    /// workflow that calls it.
    fn is_exposed(&self, path: &str) -> bool {
        let workflows = self.files.iter().filter_map(|(path, subject)| match &subject.kind {
            Kind::Workflow(workflow) => Some((path, workflow)),
            Kind::Action(_) => None,
        });
        let all: Vec<_> = workflows.collect();
        let mut exposed: Vec<&str> = Vec::new();
        let by_events = |workflow: &Workflow| workflow.events.iter().any(|event| EXPOSED.contains(&event.as_str()));
        loop {
            let by_caller = |called: &str| {
                all.iter().any(|(path, caller)| exposed.contains(&path.as_str()) && self.calls(caller, called))
            };
            let next = all
                .iter()
                .find(|(path, workflow)| !exposed.contains(&path.as_str()) && (by_events(workflow) || by_caller(path)));
            match next {
                Some((path, _)) => exposed.push(path),
                None => return exposed.contains(&path),
            }
        }
    }

    fn calls(&self, caller: &Workflow, called: &str) -> bool {
        let uses = caller.jobs.iter().filter_map(|job| match &job.work {
            Work::Call { uses, .. } => self.path_of(uses),
            Work::Steps { .. } => None,
        });
        uses.into_iter().any(|path| path == called)
    }

    fn workflow(&self, uses: &Uses) -> Option<&Workflow> {
        match &self.files.get(&self.path_of(uses)?)?.kind {
            Kind::Workflow(workflow) => Some(workflow),
            Kind::Action(_) => None,
        }
    }
}

impl Subject {
    fn read(path: &str, text: &str) -> Result<Self> {
        let document = Document::parse(path, text)?;
        let kind = if path.ends_with("action.yml") {
            Kind::Action(Action::read(&document)?)
        } else {
            Kind::Workflow(Box::new(Workflow::read(&document)?))
        };
        Ok(Self { document, kind })
    }

    fn check(&self, tree: &Tree, findings: &mut Findings<'_>) {
        for step in self.steps() {
            uses::check_step(self, tree, step, findings);
            scripts::check_step(self, step, findings);
        }
        if let Kind::Workflow(workflow) = &self.kind {
            jobs::check(self, tree, workflow, findings);
            commands::check(self, workflow, findings);
            uses::check_calls(self, tree, workflow, findings);
            scripts::check_concurrency(workflow, findings);
        }
        references::check(self, tree, findings);
        contexts::check(self, findings);
    }

    fn steps(&self) -> Vec<&Step> {
        match &self.kind {
            Kind::Action(action) => action.steps.iter().collect(),
            Kind::Workflow(workflow) => workflow.jobs.iter().flat_map(|job| steps_of(&job.work)).collect(),
        }
    }
}

/// The steps of a job, if it has any.
fn steps_of(work: &Work) -> &[Step] {
    match work {
        Work::Steps { steps, .. } => steps,
        Work::Call { .. } => &[],
    }
}

/// The paths of all actions and workflows of a repository.
fn paths(root: &Path) -> Vec<String> {
    let entries = |folder: &str| {
        let entries =
            std::fs::read_dir(root.join(folder)).map(|entries| entries.filter_map(std::result::Result::ok).collect());
        let entries: Vec<std::fs::DirEntry> = entries.unwrap_or_default();
        entries.into_iter().map(|entry| format!("{folder}/{}", entry.file_name().to_string_lossy())).collect::<Vec<_>>()
    };
    let mut found = vec!["action.yml".to_owned()];
    found.extend(entries("actions").into_iter().map(|folder| format!("{folder}/action.yml")));
    for folder in [".github/workflows", "examples/workflows"] {
        found.extend(entries(folder).into_iter().filter(|path| path.ends_with(".yml") || path.ends_with(".yaml")));
    }
    found.retain(|path| root.join(path).is_file());
    found.sort();
    found
}
