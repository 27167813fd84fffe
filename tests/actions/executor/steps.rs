//! Steps: scripts, composite actions and played ones.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::commands::{Line, lines};
use super::expression::{Pairs, Scope, Status, Value, condition, resolve, resolve_text};
use super::files::Files;
use super::job::{Job, texts};
use super::library::FoundAction;
use super::model::{Body, Nodes, Step, Uses};
use super::record::{Outcome, StepRun, Texts};
use super::session::VARIABLES;
use super::yaml::Node;
use super::{Call, Result, Trouble, shell, startup, value_of};

/// The steps of a job or of one use of a composite action, while they run.
pub struct Frame {
    /// The repository that `$/` means here.
    root: PathBuf,
    /// The folder and the inputs of the action; `None` for the job's own steps.
    action: Option<(PathBuf, Value)>,
    /// The other repository that the action is of, and its version.
    origin: Option<(String, String)>,
    /// What the step that uses the action sets.
    env: Texts,
    steps: Pairs,
    pub status: Outcome,
    pub shell: Option<String>,
    pub folder: Option<String>,
    /// When the time of the step ends that uses the action, if it has one of its own.
    deadline: Option<Instant>,
}

impl Frame {
    /// The steps of a job of a file in this repository.
    pub fn of_job(root: &Path) -> Self {
        let root = root.to_owned();
        Self {
            root,
            action: None,
            origin: None,
            env: Texts::new(),
            steps: Pairs::new(),
            status: Outcome::Success,
            shell: None,
            folder: None,
            deadline: None,
        }
    }
}

/// The contexts of the steps of composite actions ("Metadata syntax reference", and `action_yaml.json` of actions/runner).
const COMPOSITE: [&str; 5] = ["github", "strategy", "matrix", "job", "runner"];

impl Job<'_> {
    /// What expressions of a step see.
    pub fn scope_of(&self, frame: &Frame, env: &Texts) -> Scope {
        let status = self.status(frame.status);
        let mut job = vec![("status", Value::text(status.to_string()))];
        job.extend(self.check_run.map(|id| ("check_run_id", Value::text(id.to_string()))));
        let job = Value::map(job);
        let scope = self.scope.clone().with("job", job);
        let scope = match &frame.action {
            None => scope,
            Some((folder, inputs)) => {
                let Value::Map(github) = scope.context("github") else { return scope };
                let mut github: Pairs = github.to_vec();
                github.push(("action_path".to_owned(), Value::text(folder.display().to_string())));
                if let Some((repository, reference)) = &frame.origin {
                    github.push(("action_repository".to_owned(), Value::text(repository)));
                    github.push(("action_ref".to_owned(), Value::text(reference)));
                }
                scope.only(&COMPOSITE).with("github", Value::map(github)).with("inputs", inputs.clone())
            }
        };
        scope.with("env", value_of(env)).with("steps", Value::map(frame.steps.clone()))
    }

    fn status(&self, status: Outcome) -> Outcome {
        if self.cancelled { Outcome::Cancelled } else { status }
    }

    /// Runs steps one after the other.
    pub fn run_steps(&mut self, steps: &[Step], frame: &mut Frame) -> Vec<StepRun> {
        steps.iter().map(|step| self.run_step(step, frame)).collect()
    }

    fn run_step(&mut self, step: &Step, frame: &mut Frame) -> StepRun {
        let begin = Instant::now();
        let mut record = StepRun::new(step.id.as_deref(), title(step));
        match self.attempt(step, frame, &mut record) {
            Ok(outcome) => record.outcome = outcome,
            Err(trouble) => self.complain(&mut record, &trouble),
        }
        record.conclusion = record.outcome;
        if record.outcome == Outcome::Failure {
            let scope = self.scope_of(frame, &self.env);
            match step.continue_on_error.as_ref().map_or(Ok(Value::Bool(false)), |node| resolve(node, &scope)) {
                Ok(value) if value.is_true() && value.spelled() != "false" => record.conclusion = Outcome::Success,
                Ok(_) => {}
                Err(trouble) => self.complain(&mut record, &trouble),
            }
        }
        if record.conclusion == Outcome::Failure {
            frame.status = Outcome::Failure;
        }
        if let Some(id) = &step.id {
            let outputs = value_of(&record.outputs);
            let outcome = Value::text(record.outcome.to_string());
            let conclusion = Value::text(record.conclusion.to_string());
            frame.steps.push((
                id.clone(),
                Value::map([("outputs", outputs), ("outcome", outcome), ("conclusion", conclusion)]),
            ));
        }
        record.took = begin.elapsed();
        record
    }

    fn complain(&self, record: &mut StepRun, trouble: &Trouble) {
        record.outcome = Outcome::Failure;
        record.complaints.push(self.session.masked(&trouble.to_string()));
    }

    fn attempt(&mut self, step: &Step, frame: &Frame, record: &mut StepRun) -> Result<Outcome> {
        let mut env = self.env.clone();
        env.extend(frame.env.clone());
        let own = texts(&step.env, &self.scope_of(frame, &env))?;
        env.extend(own.clone());
        let scope = self.scope_of(frame, &env);
        let all = ["github", "needs", "strategy", "matrix", "job", "runner", "env", "vars", "steps", "inputs"];
        let status = self.status(frame.status);
        let answers = Status {
            success: status == Outcome::Success,
            failure: status == Outcome::Failure,
            cancelled: status == Outcome::Cancelled,
        };
        // Secrets cannot be asked for in a condition.
        if !condition(step.condition.as_ref(), &scope.only(&all), answers)? {
            return Ok(Outcome::Skipped);
        }
        if let Some(name) = &step.name {
            record.name = resolve_text(name, &scope)?;
        }
        let minutes = step.timeout.as_ref().map(|node| Ok(resolve(node, &scope)?.number())).transpose()?;
        let own_end = minutes.map(|minutes| Instant::now() + self.session.minutes(minutes));
        let deadline = [own_end, frame.deadline].into_iter().flatten().min();
        match &step.body {
            Body::Run { script, shell, folder } => {
                let script = Script { script, shell: shell.as_ref(), folder: folder.as_ref(), deadline };
                self.script(&script, frame, &scope, env, record)
            }
            Body::Uses { uses, with } => {
                let inner = frame.env.clone().into_iter().chain(own).collect();
                self.action(uses, with, frame, (&scope, inner, env, deadline), record)
            }
        }
    }

    fn action(
        &mut self,
        uses: &Uses,
        with: &Nodes,
        frame: &Frame,
        (scope, inner, env, deadline): (&Scope, Texts, Texts, Option<Instant>),
        record: &mut StepRun,
    ) -> Result<Outcome> {
        let with = texts(with, scope)?;
        if let Some(player) = self.session.runner.player_of(uses) {
            let mut call = Call::new(uses, with, self, scope.context("github"), env);
            let outputs = player(&mut call);
            (record.log, record.complaints) = (self.session.masked(&call.log), call.complaints);
            record.outputs = outputs?;
            return Ok(Outcome::Success);
        }
        let found = self.session.runner.library.action(uses, &frame.root, &self.workspace)?;
        let found = found.ok_or_else(|| {
            Trouble::new(format!("nobody plays '{uses}': give the runner a player or the repository"))
        })?;
        startup::composite(&found.action.steps).map_err(|trouble| trouble.of(&uses.to_string()))?;
        let inputs = inputs_of(&found, &with, &scope.only(&COMPOSITE), record)?;
        let mut frame = Frame {
            root: found.root.clone(),
            action: Some((found.folder.clone(), inputs)),
            // What an action uses by '$/' is of its own repository.
            origin: found.origin.clone().or_else(|| frame.origin.clone().filter(|_| matches!(uses, Uses::Itself(_)))),
            env: inner,
            steps: Pairs::new(),
            status: Outcome::Success,
            shell: None,
            folder: None,
            deadline,
        };
        record.steps = self.run_steps(&found.action.steps, &mut frame);
        let mut env = self.env.clone();
        env.extend(frame.env.clone());
        let scope = self.scope_of(&frame, &env);
        for (name, node) in &found.action.outputs {
            record.outputs.insert(name.clone(), resolve_text(node, &scope)?);
        }
        Ok(self.status(frame.status))
    }

    fn script(
        &mut self,
        script: &Script<'_>,
        frame: &Frame,
        scope: &Scope,
        env: Texts,
        record: &mut StepRun,
    ) -> Result<Outcome> {
        let text = resolve_text(script.script, scope)?;
        let chosen = script.shell.map(|node| resolve_text(node, scope)).transpose()?.or_else(|| frame.shell.clone());
        let folder = script.folder.map(|node| resolve_text(node, scope)).transpose()?.or_else(|| frame.folder.clone());
        let own = self.session.fresh("step")?;
        let file = own.join("script");
        std::fs::write(&file, text).map_err(|error| Trouble::new(format!("cannot write a script: {error}")))?;
        let files =
            Files::create(&own).map_err(|error| Trouble::new(format!("cannot make the files of a step: {error}")))?;
        let words = shell::words(chosen.as_deref(), &file.display().to_string())?;
        let env = self.environment(scope, env, &files);
        let folder = self.workspace.join(folder.unwrap_or_default());
        if !folder.is_dir() {
            return Err(Trouble::new(format!("No such file or directory: '{}'", folder.display())));
        }
        // The job's own end is looked up here, for it is put off once it is reached.
        let end = script.deadline.map_or(self.deadline, |end| end.min(self.deadline));
        let left = end.saturating_duration_since(Instant::now());
        let ended = shell::run(&words, &folder, &env, left)?;
        let disabled = self.listen(&ended.stdout, &ended.stderr, record);
        (record.stdout, record.stderr) = (ended.stdout, ended.stderr);
        let fine = self.take(&files, record) && !disabled;
        if ended.timed_out {
            return Ok(self.time_out(record));
        }
        if ended.code != Some(0) {
            let code = ended.code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
            record.complaints.push(format!("Process completed with exit code {code}."));
        }
        Ok(if ended.code == Some(0) && fine { Outcome::Success } else { Outcome::Failure })
    }

    /// Tells the time of the step from that of the job. A job whose time is over has five more minutes for what runs always.
    fn time_out(&mut self, record: &mut StepRun) -> Outcome {
        if Instant::now() < self.deadline {
            record.complaints.push("The action has timed out.".to_owned());
            return Outcome::Failure;
        }
        self.cancelled = true;
        self.deadline = Instant::now() + self.session.minutes(5.0);
        record.complaints.push("The operation was canceled.".to_owned());
        Outcome::Cancelled
    }

    /// The variables of a process: those of the machine, then what the workflow sets, then what the runner does not let it change.
    fn environment(&self, scope: &Scope, env: Texts, files: &Files) -> Texts {
        let mut all = self.machine();
        let mut set = |name: &str, value: &str| all.insert(name.to_owned(), value.to_owned());
        set("CI", "true");
        set("LANG", "C.UTF-8");
        for (name, value) in env {
            set(&name, &value);
        }
        set("GITHUB_ACTIONS", "true");
        if let Value::Map(pairs) = scope.context("github") {
            for (name, value) in pairs.iter().filter(|(name, _)| VARIABLES.contains(&name.as_str())) {
                set(&format!("GITHUB_{}", name.to_uppercase()), &value.spelled());
            }
        }
        if let Value::Map(pairs) = scope.context("runner") {
            for (name, value) in pairs.iter() {
                set(&format!("RUNNER_{}", name.to_uppercase()), &value.spelled());
            }
        }
        all.extend(files.variables());
        let rest = all.get("PATH").cloned().unwrap_or_default();
        let path: Vec<_> = self.path.iter().rev().cloned().chain([rest]).collect();
        all.insert("PATH".to_owned(), path.join(":"));
        all
    }

    /// Carries out the commands in what a script wrote. Whether one of them fails the step.
    fn listen(&mut self, stdout: &str, stderr: &str, record: &mut StepRun) -> bool {
        let mut disabled = false;
        for line in lines(stdout).into_iter().chain(lines(stderr)) {
            let command = match line {
                Line::Text(text) => {
                    record.log.push_str(&(self.session.masked(&text) + "\n"));
                    continue;
                }
                Line::Command(command) => command,
            };
            let named = command.properties.get("name").cloned().unwrap_or_default();
            match command.name.as_str() {
                "add-mask" => self.session.hide(&command.message),
                "set-output" => drop(record.outputs.insert(named, command.message.clone())),
                "save-state" => drop(record.state.insert(named, command.message.clone())),
                "set-env" | "add-path" => {
                    record.complaints.push(format!("The `{}` command is disabled.", command.name));
                    disabled = true;
                }
                "error" | "warning" | "notice" | "group" => {
                    let shown = format!("##[{}]{}\n", command.name, command.message);
                    record.log.push_str(&self.session.masked(&shown));
                }
                _ => {}
            }
            record.commands.push(command);
        }
        disabled
    }

    /// Takes over what a script left in its files. Whether they could be read.
    fn take(&mut self, files: &Files, record: &mut StepRun) -> bool {
        let said = files.read();
        record.outputs.extend(said.outputs);
        record.state.extend(said.state);
        record.summary = self.session.masked(&said.summary);
        self.env.extend(said.env);
        for line in said.path {
            self.path.retain(|have| *have != line);
            self.path.push(line);
        }
        let fine = said.faults.is_empty();
        let complaints = said.faults.into_iter().chain(said.complaints);
        record.complaints.extend(complaints.map(|complaint| self.session.masked(&complaint.to_string())));
        fine
    }
}

/// A script with how it is to run.
struct Script<'s> {
    script: &'s Node,
    shell: Option<&'s Node>,
    folder: Option<&'s Node>,
    deadline: Option<Instant>,
}

fn title(step: &Step) -> String {
    match (&step.id, &step.body) {
        (Some(id), _) => id.clone(),
        (None, Body::Uses { uses, .. }) => uses.to_string(),
        (None, Body::Run { .. }) => format!("line {}", step.line),
    }
}

/// The inputs of an action: all that is given, and defaults for the rest. The runner warns of what is not declared, and lets a
/// required input be missing; that is said here as well, for an action that asks for it means it.
fn inputs_of(found: &FoundAction, with: &Texts, scope: &Scope, record: &mut StepRun) -> Result<Value> {
    let declared = &found.action.inputs;
    let known = |name: &str| declared.iter().find(|input| input.name.eq_ignore_ascii_case(name));
    let mut inputs = Pairs::new();
    for (name, value) in with {
        match known(name).map(|input| &input.deprecation) {
            None => {
                let valid: Vec<_> = declared.iter().map(|input| format!("'{}'", input.name)).collect();
                record
                    .complaints
                    .push(format!("Unexpected input(s) '{name}', valid inputs are [{}]", valid.join(", ")));
            }
            Some(Some(message)) => {
                record.complaints.push(format!("Input '{name}' has been deprecated with message: {message}"));
            }
            Some(None) => {}
        }
        inputs.push((name.clone(), Value::text(value)));
    }
    for input in declared {
        if with.keys().any(|name| name.eq_ignore_ascii_case(&input.name)) {
            continue;
        }
        if input.required && input.default.is_none() {
            record.complaints.push(format!("Input required and not supplied: {}", input.name));
        }
        let default = input.default.as_ref().map_or(Ok(String::new()), |node| resolve_text(node, scope))?;
        inputs.push((input.name.clone(), Value::text(default)));
    }
    Ok(Value::map(inputs))
}
