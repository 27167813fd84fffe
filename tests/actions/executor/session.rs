//! One run: its folders, its secrets to hide, and what every job of it sees.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::expression::{Pairs, Scope, Value, resolve_text};
use super::job::{Job, search_path};
use super::model::{Body, CallInput, Concurrency, Kind, Step, Uses};
use super::yaml::{Node, What};
use super::{Group, Library, Result, Run, Runner, StepRun, Texts, Trouble, startup, value_of};

/// A run while it goes on.
pub struct Session<'r> {
    pub runner: &'r Runner<'r>,
    folder: TempDir,
    masks: RefCell<Vec<String>>,
    count: Cell<usize>,
    /// The `github` context as far as it is the same for all jobs.
    pub github: Pairs,
}

/// The members of `github` that become variables, where the runner does not set them anew for each step (`GitHubContext.cs`).
pub const VARIABLES: [&str; 33] = [
    "action",
    "action_path",
    "action_ref",
    "action_repository",
    "actor",
    "actor_id",
    "api_url",
    "base_ref",
    "event_name",
    "event_path",
    "graphql_url",
    "head_ref",
    "job",
    "ref",
    "ref_name",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "retention_days",
    "run_attempt",
    "run_id",
    "run_number",
    "server_url",
    "sha",
    "triggering_actor",
    "workflow",
    "workflow_ref",
    "workflow_sha",
    "workspace",
    "job_workflow_sha",
];

impl<'r> Session<'r> {
    /// Begins a run: its folders, the secrets that it hides, and the file of its event.
    pub fn new(runner: &'r Runner<'r>) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|error| Trouble::new(format!("cannot make a folder: {error}")))?;
        let masks = runner.secrets.values().chain(runner.environment_secrets.iter().map(|(_, _, value)| value));
        let masks = RefCell::new(masks.filter(|value| !value.is_empty()).cloned().collect());
        let session = Self { runner, folder, masks, count: Cell::new(0), github: Pairs::new() };
        for name in ["artifacts", "tools"] {
            std::fs::create_dir(session.path(name))
                .map_err(|error| Trouble::new(format!("cannot make '{name}': {error}")))?;
        }
        let write = std::fs::write(session.path("event.json"), &runner.event);
        write.map_err(|error| Trouble::new(format!("cannot write the event: {error}")))?;
        Ok(session)
    }

    /// A path in the folder of this run.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a folder of its own.
    pub fn fresh(&self, name: &str) -> Result<PathBuf> {
        self.count.set(self.count.get() + 1);
        let path = self.path(&format!("{name}-{}", self.count.get()));
        std::fs::create_dir(&path)
            .map_err(|error| Trouble::new(format!("cannot make '{}': {error}", path.display())))?;
        Ok(path)
    }

    /// Hides a text from now on, and each line of it.
    pub fn hide(&self, text: &str) {
        let mut masks = self.masks.borrow_mut();
        masks.extend(text.lines().chain([text]).filter(|part| !part.trim().is_empty()).map(str::to_owned));
        masks.sort_by_key(|mask| std::cmp::Reverse(mask.len()));
    }

    /// The text as GitHub shows it.
    pub fn masked(&self, text: &str) -> String {
        self.masks.borrow().iter().fold(text.to_owned(), |text, mask| text.replace(mask, "***"))
    }

    /// What every process gets from the machine, apart from its home: each job has a machine of its own.
    pub fn machine(&self) -> Texts {
        let mut env = self.runner.machine.clone();
        let mut path: Vec<_> = self.runner.folders.iter().map(|folder| folder.display().to_string()).collect();
        path.push(search_path());
        env.insert("PATH".to_owned(), path.join(":"));
        env
    }

    /// Runs a workflow.
    pub fn run(mut self, path: &str) -> Result<Run> {
        let (runner, begin) = (self.runner, Instant::now());
        let found = Library::read(runner.library.root(), path)?;
        let triggered = found.workflow.runs_on(&runner.event_name, action_of(&runner.event).as_deref());
        if !triggered && !found.workflow.is_callable() {
            return Err(Trouble::new(format!("'{path}' does not run on '{}'", runner.event_name)));
        }
        startup::check(&runner.library, &found, &runner.given)?;
        self.github = self.github_of(found.workflow.name.as_deref().unwrap_or(path), path)?;
        let scope =
            Scope::default().with("github", Value::map(self.github.clone())).with("vars", value_of(&runner.variables));
        let declared = match (triggered, runner.event_name.as_str()) {
            (true, "workflow_dispatch") => &found.workflow.dispatch_inputs[..],
            (true, _) => &[],
            (false, _) => &found.workflow.call_inputs,
        };
        let inputs = self.own_inputs(declared, &scope)?;
        let scope = scope.with("inputs", inputs.clone());
        let concurrency = found.workflow.concurrency.as_ref().map(|one| group(one, &scope)).transpose()?;
        let mut jobs = Vec::new();
        let done = self.run_jobs(&found, inputs, value_of(&runner.secrets), &runner.given, ("", ""), &mut jobs)?;
        Ok(Run { outcome: done.outcome, outputs: done.outputs, concurrency, jobs, took: begin.elapsed() })
    }

    /// Runs one action in a job of its own.
    pub fn run_action(mut self, uses: &Uses, inputs: &[(&str, &str)]) -> Result<StepRun> {
        let runner = self.runner;
        self.github = self.github_of("action", ".github/workflows/action.yml")?;
        let node = |value: &str| Node { what: What::Text(value.to_owned()), line: 1 };
        let with = inputs.iter().map(|(name, value)| ((*name).to_owned(), node(value))).collect();
        let body = Body::Uses { uses: uses.clone(), with };
        let step = Step {
            line: 1,
            id: Some("it".to_owned()),
            name: None,
            condition: None,
            env: Vec::new(),
            continue_on_error: None,
            timeout: None,
            body,
        };
        let scope =
            Scope::default().with("vars", value_of(&runner.variables)).with("secrets", value_of(&runner.secrets));
        let limit = Instant::now() + runner.minute * 360;
        let mut job = Job::new(&self, "it", scope, &runner.given, limit)?;
        let mut steps = job.run_alone(&[step], runner.library.root());
        Ok(steps.remove(0))
    }

    fn own_inputs(&self, declared: &[CallInput], scope: &Scope) -> Result<Value> {
        let mut given = Pairs::new();
        for (name, value) in &self.runner.inputs {
            let kind = declared.iter().find(|input| input.name.eq_ignore_ascii_case(name)).map(|input| &input.kind);
            let value = match kind {
                Some(Kind::Bool | Kind::Number) => Value::from_json(value).unwrap_or_else(|_| Value::text(value)),
                _ => Value::text(value),
            };
            given.push((name.clone(), value));
        }
        typed_inputs(&given, declared, scope)
    }

    fn github_of(&self, workflow: &str, path: &str) -> Result<Pairs> {
        let runner = self.runner;
        let event =
            Value::from_json(&runner.event).map_err(|error| Trouble::new(format!("the event is not JSON: {error}")))?;
        let get = |name: &str, default: &str| runner.github.get(name).cloned().unwrap_or_else(|| default.to_owned());
        let (reference, repository, sha) =
            (get("ref", "refs/heads/main"), get("repository", "acme/widget"), get("sha", &"0".repeat(40)));
        let server = get("server_url", "https://github.com");
        let short = reference.strip_prefix("refs/heads/").or_else(|| reference.strip_prefix("refs/tags/"));
        let short = short.or_else(|| reference.strip_prefix("refs/pull/")).unwrap_or(&reference).to_owned();
        let kind = if reference.starts_with("refs/tags/") { "tag" } else { "branch" };
        let owner = repository.split('/').next().unwrap_or_default().to_owned();
        let fixed = [
            ("event_name", runner.event_name.clone()),
            ("ref_name", short),
            ("ref_type", kind.to_owned()),
            ("repository_owner", owner),
            ("workflow", workflow.to_owned()),
            ("workflow_ref", format!("{repository}/{path}@{reference}")),
            ("workflow_sha", sha.clone()),
            ("event_path", self.path("event.json").display().to_string()),
            ("sha", sha),
            ("repository", repository),
            ("ref", reference),
            ("server_url", server),
        ];
        let usual = [
            ("api_url", "https://api.github.com"),
            ("graphql_url", "https://api.github.com/graphql"),
            ("actor", "mia"),
            ("triggering_actor", "mia"),
            ("run_id", "1"),
            ("run_number", "1"),
            ("run_attempt", "1"),
            ("head_ref", ""),
            ("base_ref", ""),
            ("retention_days", "90"),
            ("ref_protected", "true"),
            ("repository_id", "7"),
            ("actor_id", "1"),
        ];
        let mut all: Texts = usual.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        all.extend(fixed.map(|(name, value)| (name.to_owned(), value)));
        all.extend(runner.github.clone());
        let mut pairs: Pairs = all.into_iter().map(|(name, value)| (name, Value::text(value))).collect();
        pairs.push(("event".to_owned(), event));
        Ok(pairs)
    }

    /// The folder that a job works in.
    pub fn workspace(&self) -> Result<PathBuf> {
        self.runner.workspace.as_deref().map_or_else(|| self.fresh("workspace"), |path| Ok(Path::to_owned(path)))
    }

    /// How long so many minutes take.
    pub fn minutes(&self, minutes: f64) -> Duration {
        self.runner.minute.mul_f64(minutes.max(0.0))
    }
}

/// The kind of activity in the payload of an event, if it names one.
fn action_of(event: &str) -> Option<String> {
    Value::from_json(event).ok()?.get("action").map(Value::spelled)
}

/// Gives inputs their kinds and defaults.
pub fn typed_inputs(given: &Pairs, declared: &[CallInput], scope: &Scope) -> Result<Value> {
    let mut inputs = Pairs::new();
    if let Some((name, _)) =
        given.iter().find(|(name, _)| !declared.iter().any(|input| input.name.eq_ignore_ascii_case(name)))
    {
        return Err(Trouble::new(format!("Unexpected input '{name}'")));
    }
    for input in declared {
        let value = match (given.iter().find(|(name, _)| name.eq_ignore_ascii_case(&input.name)), &input.default) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(default)) => super::expression::resolve(default, scope)?,
            (None, None) if input.required => {
                return Err(Trouble::new(format!("Required input '{}' not provided", input.name)));
            }
            (None, None) => match &input.kind {
                Kind::Text => Value::text(""),
                Kind::Bool => Value::Bool(false),
                Kind::Number => Value::Number(0.0),
                Kind::Choice(options) => Value::text(options.first().map_or("", String::as_str)),
            },
        };
        let fits = match (&input.kind, &value) {
            (Kind::Text, value) => value.is_primitive(),
            (Kind::Bool, Value::Bool(_)) | (Kind::Number, Value::Number(_)) => true,
            (Kind::Choice(options), Value::Text(text)) => options.iter().any(|option| **option == **text),
            _ => false,
        };
        if !fits {
            return Err(Trouble::new(format!("Unexpected value {} of input '{}'", value.to_json(), input.name)));
        }
        let value = if input.kind == Kind::Text { Value::text(value.spelled()) } else { value };
        inputs.push((input.name.clone(), value));
    }
    Ok(Value::map(inputs))
}

/// Evaluates `concurrency:`.
pub fn group(concurrency: &Concurrency, scope: &Scope) -> Result<Group> {
    let cancel = concurrency.cancel_in_progress.as_ref().map(|node| resolve_text(node, scope)).transpose()?;
    Ok(Group {
        name: resolve_text(&concurrency.group, scope)?,
        cancel_in_progress: cancel.as_deref() == Some("true"),
        keeps_all: concurrency.queue.as_deref() == Some("max"),
    })
}
