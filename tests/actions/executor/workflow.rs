//! The jobs of a workflow: their order, their conditions, their combinations, and the workflows that they call.

use std::collections::BTreeSet;
use std::time::Instant;

use super::expression::{Pairs, Scope, Status, Value, condition, resolve, resolve_text};
use super::job::Job;
use super::library::FoundWorkflow;
use super::model::{self, Nodes, Uses, Work, Workflow};
use super::permissions::Permissions;
use super::record::{JobRun, Outcome, Texts};
use super::session::{Session, group, typed_inputs};
use super::{Result, Trouble, matrix, startup, value_of};

/// How a workflow ended, as its caller sees it.
pub struct Done {
    pub outcome: Outcome,
    pub outputs: Texts,
}

/// A workflow while its jobs run.
struct Level<'l> {
    found: &'l FoundWorkflow,
    /// `github`, `vars` and `inputs`.
    scope: Scope,
    secrets: Value,
    inherited: &'l Permissions,
    /// The ids of the jobs that called it, and their names as GitHub shows them, each with what parts it from the next.
    callers: (&'l str, &'l str),
    done: Vec<(String, Done)>,
}

impl Session<'_> {
    /// Runs every job of a workflow whose start was checked.
    pub fn run_jobs(
        &self,
        found: &FoundWorkflow,
        inputs: Value,
        secrets: Value,
        inherited: &Permissions,
        callers: (&str, &str),
        jobs: &mut Vec<JobRun>,
    ) -> Result<Done> {
        let scope = Scope::default().with("github", Value::map(self.github.clone()));
        let scope = scope.with("vars", value_of(&self.runner.variables)).with("inputs", inputs);
        let mut level = Level { found, scope, secrets, inherited, callers, done: Vec::new() };
        while let Some(job) = level.next() {
            let done = self.run_one(&level, job, jobs);
            level.done.push((job.id.clone(), done));
        }
        let scope = level.scope.clone().with("jobs", level.results(|_| true));
        let mut outputs = Texts::new();
        for (name, node) in &found.workflow.call_outputs {
            outputs.insert(name.clone(), resolve_text(node, &scope)?);
        }
        Ok(Done { outcome: worst(level.done.iter().map(|(_, done)| done.outcome)), outputs })
    }

    fn run_one(&self, level: &Level<'_>, job: &model::Job, jobs: &mut Vec<JobRun>) -> Done {
        let scope = level.scope.clone().with("needs", level.results(|id| job.needs.iter().any(|need| need == id)));
        let mut record = level.record(job, &scope, None);
        match condition(job.condition.as_ref(), &scope, level.status(job)) {
            Ok(true) => {}
            Ok(false) => {
                record.outcome = Outcome::Skipped;
                self.ended(&record, self.begun(&record));
                jobs.push(record);
                return Done { outcome: Outcome::Skipped, outputs: Texts::new() };
            }
            Err(trouble) => return failed(record, &trouble, jobs),
        }
        let combinations = job.matrix.as_ref().map(|node| matrix::expand(&resolve(node, &scope)?)).transpose();
        let fail_fast = job.fail_fast.as_ref().map_or(Ok(Value::Bool(true)), |node| resolve(node, &scope));
        match (combinations, fail_fast) {
            (Ok(all), Ok(fail_fast)) => self.run_all(level, job, &scope, all, fail_fast.is_true(), jobs),
            (Err(trouble), _) | (_, Err(trouble)) => failed(record, &trouble, jobs),
        }
    }

    fn run_all(
        &self,
        level: &Level<'_>,
        job: &model::Job,
        scope: &Scope,
        combinations: Option<Vec<Value>>,
        fail_fast: bool,
        jobs: &mut Vec<JobRun>,
    ) -> Done {
        let combinations = combinations.map_or_else(|| vec![None], |all| all.into_iter().map(Some).collect());
        let total = combinations.len();
        let mut whole = Done { outcome: Outcome::Success, outputs: Texts::new() };
        for (at, matrix) in combinations.into_iter().enumerate() {
            let count = |number: usize| Value::Number(f64::from(u32::try_from(number).unwrap_or(u32::MAX)));
            let strategy = [
                ("fail-fast", Value::Bool(fail_fast)),
                ("job-index", count(at)),
                ("job-total", count(total)),
                ("max-parallel", count(total)),
            ];
            let scope = scope
                .clone()
                .with("strategy", Value::map(strategy))
                .with("matrix", matrix.clone().unwrap_or(Value::Null));
            let mut record = level.record(job, &scope, matrix);
            let stopped = fail_fast && whole.outcome == Outcome::Failure;
            let outcome = if stopped {
                record.outcome = Outcome::Cancelled;
                Ok(Outcome::Cancelled)
            } else {
                self.run_combination(level, job, &scope, &mut record, jobs)
            };
            let outcome = outcome.unwrap_or_else(|trouble| {
                record.outcome = Outcome::Failure;
                record.complaints.push(self.masked(&trouble.to_string()));
                Outcome::Failure
            });
            whole.outcome = worst([whole.outcome, outcome].into_iter());
            whole.outputs.extend(record.outputs.clone().into_iter().filter(|(_, value)| !value.is_empty()));
            jobs.push(record);
        }
        whole
    }

    /// Runs one combination, and returns its outcome as those see it that need the job.
    fn run_combination(
        &self,
        level: &Level<'_>,
        job: &model::Job,
        scope: &Scope,
        record: &mut JobRun,
        jobs: &mut Vec<JobRun>,
    ) -> Result<Outcome> {
        record.concurrency = job.concurrency.as_ref().map(|one| group(one, scope)).transpose()?;
        match &job.work {
            Work::Call { uses, with, secrets } => {
                let done = self.call(level, (uses, with, secrets.as_ref()), scope, record, jobs)?;
                (record.outcome, record.outputs) = (done.outcome, done.outputs);
                Ok(record.outcome)
            }
            Work::Steps { environment, continue_on_error, timeout, .. } => {
                if let Some(node) = environment {
                    let name = node.get("name").unwrap_or(node);
                    record.environment = Some((resolve_text(name, scope)?, String::new()));
                }
                let minutes = timeout.as_ref().map_or(Ok(360.0), |node| Ok(resolve(node, scope)?.number()))?;
                let forgiven =
                    continue_on_error.as_ref().map_or(Ok(false), |node| Ok(resolve(node, scope)?.is_true()))?;
                let name = record.environment.as_ref().map(|(name, _)| name.as_str());
                let full = scope.clone().with("secrets", self.secrets_of(level, name));
                let deadline = Instant::now() + self.minutes(minutes);
                let mut running = Job::new(self, &record.id, full, &record.permissions, deadline)?;
                running.check_run = self.begun(record);
                let worked = running.work(&level.found.workflow, &level.found.root, &job.work, record);
                self.ended(record, running.check_run);
                worked?;
                Ok(if forgiven && record.outcome == Outcome::Failure { Outcome::Success } else { record.outcome })
            }
        }
    }

    /// The secrets of a job. Those of its environment come to a workflow of the same repository alone, whoever calls it: one of another
    /// repository sees none (actions/runner#3206; rios0rios0/pipelines#579 has measured it).
    fn secrets_of(&self, level: &Level<'_>, environment: Option<&str>) -> Value {
        let Value::Map(pairs) = &level.secrets else { return Value::map(Pairs::new()) };
        let environment = environment.filter(|_| level.found.root == self.runner.library.root());
        let own = self.runner.environment_secrets.iter().filter(|(of, ..)| Some(of.as_str()) == environment);
        let own: Pairs = own.map(|(_, name, value)| (name.clone(), Value::text(value))).collect();
        Value::map(
            pairs
                .iter()
                .filter(|(name, _)| !own.iter().any(|(have, _)| have == name))
                .cloned()
                .chain(own.clone())
                .collect::<Pairs>(),
        )
    }

    fn call(
        &self,
        level: &Level<'_>,
        (uses, with, secrets): (&Uses, &Nodes, Option<&Nodes>),
        scope: &Scope,
        record: &JobRun,
        jobs: &mut Vec<JobRun>,
    ) -> Result<Done> {
        let found = self.runner.library.workflow(uses, &level.found.root)?;
        let pairs = |nodes: &Nodes, scope: &Scope| {
            nodes.iter().map(|(name, node)| Ok((name.clone(), resolve(node, scope)?))).collect::<Result<Pairs>>()
        };
        let given = pairs(with, scope)?;
        let inputs = typed_inputs(&given, &found.workflow.call_inputs, &level.scope)?;
        let secrets = match secrets {
            None => level.secrets.clone(),
            Some(secrets) => Value::map(pairs(secrets, &scope.clone().with("secrets", level.secrets.clone()))?),
        };
        let callers = (format!("{}/", record.id), format!("{} / ", record.shown));
        self.run_jobs(&found, inputs, secrets, &record.permissions, (&callers.0, &callers.1), jobs)
    }

    /// Shows a job that begins.
    fn begun(&self, record: &JobRun) -> Option<u64> {
        self.runner.shown.as_ref().map(|shown| shown(&record.shown, None))
    }

    /// Shows how a job ended.
    fn ended(&self, record: &JobRun, check_run: Option<u64>) {
        if let (Some(shown), Some(id)) = (&self.runner.shown, check_run) {
            shown(&record.shown, Some((id, record.outcome)));
        }
    }
}

fn failed(mut record: JobRun, trouble: &Trouble, jobs: &mut Vec<JobRun>) -> Done {
    record.complaints.push(trouble.to_string());
    jobs.push(record);
    Done { outcome: Outcome::Failure, outputs: Texts::new() }
}

/// A failure before a cancellation before a success; skipped ones count for nothing unless there is nothing else.
fn worst(all: impl Iterator<Item = Outcome>) -> Outcome {
    let all: Vec<_> = all.collect();
    let order = [Outcome::Failure, Outcome::Cancelled, Outcome::Success];
    order.into_iter().find(|outcome| all.contains(outcome)).unwrap_or(Outcome::Skipped)
}

impl<'l> Level<'l> {
    /// The record of a job that has not ended.
    fn record(&self, job: &model::Job, scope: &Scope, matrix: Option<Value>) -> JobRun {
        // The name of a job that is skipped may name what only a job that runs has.
        let name = job.name.as_ref().and_then(|name| resolve_text(name, scope).ok()).unwrap_or_else(|| job.id.clone());
        JobRun {
            id: format!("{}{}", self.callers.0, job.id),
            shown: format!("{}{name}", self.callers.1),
            matrix,
            outcome: Outcome::Failure,
            outputs: Texts::new(),
            permissions: startup::effective(job, &self.found.workflow, self.inherited),
            environment: None,
            concurrency: None,
            steps: Vec::new(),
            complaints: Vec::new(),
        }
    }

    /// The first job, by the order of the file, that waits for none.
    fn next(&self) -> Option<&'l model::Job> {
        let is_done = |id: &str| self.done.iter().any(|(done, _)| done == id);
        self.found.workflow.jobs.iter().find(|job| !is_done(&job.id) && job.needs.iter().all(|need| is_done(need)))
    }

    /// The `needs` or `jobs` context.
    fn results(&self, wanted: impl Fn(&str) -> bool) -> Value {
        let done = self.done.iter().filter(|(id, _)| wanted(id));
        Value::map(done.map(|(id, done)| {
            let result = Value::text(done.outcome.to_string());
            (id.clone(), Value::map([("result", result), ("outputs", value_of(&done.outputs))]))
        }))
    }

    /// The status that a job meets: that of all it needs, and of what those need.
    fn status(&self, job: &model::Job) -> Status {
        let mut ancestors = BTreeSet::new();
        collect_needs(&self.found.workflow, job, &mut ancestors);
        let of =
            |outcome: Outcome| self.done.iter().any(|(id, done)| ancestors.contains(id) && done.outcome == outcome);
        let failure = of(Outcome::Failure);
        Status { success: !failure && !of(Outcome::Skipped) && !of(Outcome::Cancelled), failure, cancelled: false }
    }
}

fn collect_needs(workflow: &Workflow, job: &model::Job, found: &mut BTreeSet<String>) {
    for need in &job.needs {
        let job = workflow.jobs.iter().find(|job| job.id == *need);
        if let Some(job) = job.filter(|_| found.insert(need.clone())) {
            collect_needs(workflow, job, found);
        }
    }
}
