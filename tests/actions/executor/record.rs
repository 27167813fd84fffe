//! What a run leaves behind, for tests to look at.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::commands::Command;
use super::expression::Value;
use super::permissions::Permissions;

/// Names with texts.
pub type Texts = BTreeMap<String, String>;

/// How a step, a job or a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
    Cancelled,
    Skipped,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
        })
    }
}

/// A run of a workflow.
#[derive(Debug)]
pub struct Run {
    pub outcome: Outcome,
    /// Those of `workflow_call`.
    pub outputs: Texts,
    pub concurrency: Option<Group>,
    /// In the order in which they ran; those of a called workflow follow one another.
    pub jobs: Vec<JobRun>,
    /// By the clock, from start to end.
    pub took: Duration,
}

/// Which runs wait for one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: String,
    pub cancel_in_progress: bool,
    /// Whether more than the newest run waits.
    pub keeps_all: bool,
}

/// A job of a run.
#[derive(Debug)]
pub struct JobRun {
    /// Its id; below a job that called a workflow, `caller/id`.
    pub id: String,
    /// Its name as GitHub shows it, behind those of the jobs that called its workflow.
    pub shown: String,
    pub matrix: Option<Value>,
    pub outcome: Outcome,
    pub outputs: Texts,
    /// What its token may do.
    pub permissions: Permissions,
    /// The name of its environment, and its address.
    pub environment: Option<(String, String)>,
    pub concurrency: Option<Group>,
    pub steps: Vec<StepRun>,
    /// What the runner says about it besides its steps.
    pub complaints: Vec<String>,
}

/// A step of a job or of a composite action.
#[derive(Debug)]
pub struct StepRun {
    pub id: Option<String>,
    pub name: String,
    /// Before and after `continue-on-error`.
    pub outcome: Outcome,
    pub conclusion: Outcome,
    pub outputs: Texts,
    /// As the processes wrote it; those of the steps within are not repeated.
    pub stdout: String,
    pub stderr: String,
    /// As GitHub shows it: secrets masked, commands taken out.
    pub log: String,
    /// Every workflow command that took effect.
    pub commands: Vec<Command>,
    /// Errors and warnings of the runner itself.
    pub complaints: Vec<String>,
    pub summary: String,
    pub state: Texts,
    /// The steps of a composite action.
    pub steps: Vec<StepRun>,
    pub took: Duration,
}

impl StepRun {
    pub(super) fn new(id: Option<&str>, name: String) -> Self {
        Self {
            id: id.map(str::to_owned),
            name,
            outcome: Outcome::Success,
            conclusion: Outcome::Success,
            outputs: Texts::new(),
            stdout: String::new(),
            stderr: String::new(),
            log: String::new(),
            commands: Vec::new(),
            complaints: Vec::new(),
            summary: String::new(),
            state: Texts::new(),
            steps: Vec::new(),
            took: Duration::ZERO,
        }
    }

    /// This step and all within it, outer ones first.
    pub fn all(&self) -> Vec<&Self> {
        std::iter::once(self).chain(self.steps.iter().flat_map(Self::all)).collect()
    }

    /// The step within that has an id.
    #[track_caller]
    pub fn step(&self, id: &str) -> &Self {
        let found = self.steps.iter().find(|step| step.id.as_deref() == Some(id));
        found.unwrap_or_else(|| panic!("no step '{id}' in '{}':\n{self}", self.name))
    }

    /// The messages of one command, such as `error`, in the order in which they came.
    pub fn messages(&self, command: &str) -> Vec<&str> {
        let all = self.all().into_iter().flat_map(|step| &step.commands);
        all.filter(|one| one.name == command).map(|one| one.message.as_str()).collect()
    }
}

impl JobRun {
    /// The step that has an id.
    #[track_caller]
    pub fn step(&self, id: &str) -> &StepRun {
        let found = self.steps.iter().find(|step| step.id.as_deref() == Some(id));
        found.unwrap_or_else(|| panic!("no step '{id}' in job '{}':\n{self}", self.id))
    }

    /// Every step, also those within composite actions.
    pub fn all_steps(&self) -> Vec<&StepRun> {
        self.steps.iter().flat_map(StepRun::all).collect()
    }
}

impl Run {
    /// The job of an id that ran once.
    #[track_caller]
    pub fn job(&self, id: &str) -> &JobRun {
        let found: Vec<_> = self.jobs.iter().filter(|job| job.id == id).collect();
        let [job] = found[..] else { panic!("{} jobs '{id}':\n{self}", found.len()) };
        job
    }

    /// Requires that it ended like this.
    #[track_caller]
    pub fn ended(&self, outcome: Outcome) -> &Self {
        assert_eq!(self.outcome, outcome, "\n{self}");
        self
    }

    /// Every step of every job, also those within composite actions.
    pub fn all_steps(&self) -> Vec<&StepRun> {
        self.jobs.iter().flat_map(JobRun::all_steps).collect()
    }

    /// The summaries, in the order of the steps.
    pub fn summaries(&self) -> Vec<&str> {
        self.all_steps().into_iter().map(|step| step.summary.as_str()).filter(|summary| !summary.is_empty()).collect()
    }
}

impl fmt::Display for StepRun {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "  {}: {} {}", self.name, self.outcome, listed(&self.outputs))?;
        let complaints = self.complaints.iter().map(|complaint| format!("! {complaint}"));
        let said: Vec<_> = self.log.lines().map(str::to_owned).chain(complaints).collect();
        said.iter().try_for_each(|line| writeln!(formatter, "    {line}"))?;
        self.steps.iter().try_for_each(|step| step.fmt(formatter))
    }
}

impl fmt::Display for JobRun {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}: {} {}", self.id, self.outcome, listed(&self.outputs))?;
        self.complaints.iter().try_for_each(|complaint| writeln!(formatter, "  ! {complaint}"))?;
        self.steps.iter().try_for_each(|step| step.fmt(formatter))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.jobs.iter().try_for_each(|job| job.fmt(formatter))
    }
}

fn listed(texts: &Texts) -> String {
    texts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
}
