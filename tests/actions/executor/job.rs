//! A job of steps while it runs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::expression::{Pairs, Scope, Value, resolve_text, spell};
use super::model::{Nodes, Step, Work, Workflow};
use super::permissions::Permissions;
use super::record::{JobRun, Outcome, StepRun, Texts};
use super::session::Session;
use super::steps::Frame;
use super::{Result, Trouble};

/// A job.
pub struct Job<'s> {
    pub session: &'s Session<'s>,
    /// All contexts but `steps`, `env` and `job`.
    pub scope: Scope,
    pub workspace: PathBuf,
    pub temp: PathBuf,
    pub home: PathBuf,
    pub token: String,
    /// The number of its check run, where somebody shows it.
    pub check_run: Option<u64>,
    /// What the workflow and the job set, and what steps set by `GITHUB_ENV`.
    pub env: Texts,
    /// What steps added by `GITHUB_PATH`, the newest last.
    pub path: Vec<String>,
    pub deadline: Instant,
    /// Whether its time ran out.
    pub cancelled: bool,
}

impl<'s> Job<'s> {
    /// Begins a job: its folders, its token, its contexts.
    pub fn new(
        session: &'s Session<'s>,
        id: &str,
        scope: Scope,
        permissions: &Permissions,
        deadline: Instant,
    ) -> Result<Self> {
        let token = (session.runner.mint)(id, permissions);
        session.hide(&token);
        let (workspace, temp, home) = (session.workspace()?, session.fresh("temp")?, session.fresh("home")?);
        let mut github = session.github.clone();
        github.push(("token".to_owned(), Value::text(&token)));
        github.push(("job".to_owned(), Value::text(id.rsplit('/').next().unwrap_or(id))));
        github.push(("workspace".to_owned(), Value::text(workspace.display().to_string())));
        let secrets = match scope.context("secrets") {
            Value::Map(pairs) => {
                pairs.iter().cloned().chain([("GITHUB_TOKEN".to_owned(), Value::text(&token))]).collect()
            }
            _ => Pairs::new(),
        };
        let architecture = if cfg!(target_arch = "aarch64") { "ARM64" } else { "X64" };
        let runner = [
            ("os", "Linux".to_owned()),
            ("arch", architecture.to_owned()),
            ("name", "here".to_owned()),
            ("environment", "github-hosted".to_owned()),
            ("temp", temp.display().to_string()),
            ("tool_cache", session.path("tools").display().to_string()),
        ];
        let scope = scope
            .with("github", Value::map(github))
            .with("secrets", Value::map(secrets))
            .with("runner", Value::map(runner.map(|(name, value)| (name, Value::text(value)))));
        Ok(Self {
            session,
            scope,
            workspace,
            temp,
            home,
            token,
            check_run: None,
            env: Texts::new(),
            path: Vec::new(),
            deadline,
            cancelled: false,
        })
    }

    /// What every process of the job gets from the machine.
    pub fn machine(&self) -> Texts {
        let mut env = self.session.machine();
        env.insert("HOME".to_owned(), self.home.display().to_string());
        env
    }

    /// Runs steps that stand in no workflow.
    pub fn run_alone(&mut self, steps: &[Step], root: &Path) -> Vec<StepRun> {
        let mut frame = Frame::of_job(root);
        self.run_steps(steps, &mut frame)
    }

    /// Runs the steps of a job of a workflow, and records how it ended.
    pub fn work(&mut self, workflow: &Workflow, root: &Path, work: &Work, record: &mut JobRun) -> Result<()> {
        let Work::Steps { environment, env, defaults, outputs, steps, .. } = work else {
            return Err(Trouble::new("a job that calls a workflow has no steps"));
        };
        let mut known = vec!["github", "secrets", "inputs", "vars"];
        self.env = texts(&workflow.env, &self.scope.only(&known))?;
        known.extend(["needs", "strategy", "matrix"]);
        let own = texts(env, &self.scope.only(&known))?;
        self.env.extend(own);
        let scope = self.scope.only(&known[2..]).with("github", self.scope.context("github"));
        let scope = scope.with("env", super::value_of(&self.env));
        let resolved = |own: &Option<_>, outer: &Option<_>| {
            own.as_ref().or(outer.as_ref()).map(|node| resolve_text(node, &scope)).transpose()
        };
        let mut frame = Frame::of_job(root);
        frame.shell = resolved(&defaults.shell, &workflow.defaults.shell)?;
        frame.folder = resolved(&defaults.folder, &workflow.defaults.folder)?;
        record.steps = self.run_steps(steps, &mut frame);
        record.outcome = if self.cancelled { Outcome::Cancelled } else { frame.status };
        if self.cancelled {
            record.complaints.push("The job has exceeded the maximum execution time.".to_owned());
        }
        let scope = self.scope_of(&frame, &self.env);
        for (name, node) in outputs {
            let value = resolve_text(node, &scope)?;
            // A value with a secret in it never leaves a job.
            if self.session.masked(&value) == value {
                record.outputs.insert(name.clone(), value);
            } else {
                record.complaints.push(format!("Skip output '{name}' since it may contain secret."));
            }
        }
        let url =
            environment.as_ref().and_then(|node| node.get("url")).map(|node| resolve_text(node, &scope)).transpose()?;
        if let (Some((_, address)), Some(url)) = (&mut record.environment, url) {
            *address = url;
        }
        Ok(())
    }
}

/// Evaluates a map of texts.
pub fn texts(nodes: &Nodes, scope: &Scope) -> Result<Texts> {
    let one = |(name, node): &(String, _)| {
        let value = super::expression::resolve(node, scope).and_then(|value| spell(&value));
        Ok((name.clone(), value.map_err(|trouble: Trouble| trouble.of(&format!("'{name}'")))?))
    };
    nodes.iter().map(one).collect()
}

/// Where this machine looks for programs.
pub fn search_path() -> String {
    #[expect(clippy::disallowed_methods, reason = "programs are found where the test runner finds them")]
    let path: Option<OsString> = std::env::var_os("PATH");
    path.and_then(|path| path.into_string().ok()).expect("because a test runner has a PATH")
}
