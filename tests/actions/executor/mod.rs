//! Runs composite actions and workflows for real on this machine: scripts in bash, real programs, the loopback only.
//!
//! It is a runner in small. Its rules are those of GitHub's documentation and, where that is silent, of actions/runner; what it does
//! not play (containers, services, JavaScript actions, `hashFiles`, YAML aliases, matrices in parallel) it refuses by name. Jobs run one
//! after the other in the order of their file.

pub mod commands;
pub mod expression;
pub mod files;
mod job;
mod library;
pub mod matrix;
pub mod model;
pub mod permissions;
pub mod players;
mod record;
mod session;
mod shell;
pub mod startup;
mod steps;
mod trouble;
mod workflow;
pub mod yaml;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use library::Library;
pub use permissions::{Access, Permissions};
pub use players::{Call, Player};
pub use record::{Group, Outcome, Run, StepRun, Texts};
pub use trouble::{Result, Trouble};

use expression::Value;
use model::Uses;
use session::Session;

/// Makes the token of a job, whose id and permissions it gets.
type Mint<'p> = Box<dyn Fn(&str, &Permissions) -> String + 'p>;

/// Is told of a job that begins, and of one that ended, by its number: its name as GitHub shows it. Returns the number of its check run.
type Shown<'p> = Box<dyn Fn(&str, Option<(u64, Outcome)>) -> u64 + 'p>;

/// A runner with one repository, an event, and what GitHub would give.
pub struct Runner<'p> {
    library: Library,
    event_name: String,
    event: String,
    inputs: Vec<(String, String)>,
    secrets: Texts,
    environment_secrets: Vec<(String, String, String)>,
    variables: Texts,
    github: Texts,
    machine: Texts,
    folders: Vec<PathBuf>,
    workspace: Option<PathBuf>,
    given: Permissions,
    mint: Mint<'p>,
    shown: Option<Shown<'p>>,
    players: Vec<(String, Player<'p>)>,
    minute: Duration,
}

impl<'p> Runner<'p> {
    /// A runner for the repository in a folder, whose files are read as they are there. A push to main happened.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            library: Library::new(root.into()),
            event_name: "push".to_owned(),
            event: "{}".to_owned(),
            inputs: Vec::new(),
            secrets: Texts::new(),
            environment_secrets: Vec::new(),
            variables: Texts::new(),
            github: Texts::new(),
            machine: Texts::new(),
            folders: Vec::new(),
            workspace: None,
            given: Permissions::restricted(),
            mint: Box::new(|job, _| format!("ghs_token_of_{job}")),
            shown: None,
            players: Vec::new(),
            minute: Duration::from_secs(60),
        }
    }

    /// The event that starts the workflow, and its payload.
    pub fn event(mut self, name: &str, payload: &serde_json::Value) -> Self {
        (self.event_name, self.event) = (name.to_owned(), payload.to_string());
        self
    }

    /// An input of `workflow_dispatch` or, for a workflow that is called only, of `workflow_call`.
    pub fn input(mut self, name: &str, value: &str) -> Self {
        self.inputs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A secret of the repository.
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A secret that only jobs of an environment get.
    pub fn environment_secret(mut self, environment: &str, name: &str, value: &str) -> Self {
        self.environment_secrets.push((environment.to_owned(), name.to_owned(), value.to_owned()));
        self
    }

    /// A configuration variable of the repository (`vars`).
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A member of the `github` context, such as `sha` or `api_url`, which becomes a variable such as `GITHUB_SHA` too.
    pub fn github(mut self, name: &str, value: &str) -> Self {
        self.github.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A variable that every process on this machine gets.
    pub fn machine(mut self, name: &str, value: &str) -> Self {
        self.machine.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A folder in front of the machine's PATH.
    pub fn programs(mut self, folder: &Path) -> Self {
        self.folders.push(folder.to_owned());
        self
    }

    /// The folder that every job works in. Without it, each job gets an empty one.
    pub fn workspace(mut self, folder: &Path) -> Self {
        self.workspace = Some(folder.to_owned());
        self
    }

    /// What a token may do where neither the workflow nor the job says so: the setting of the repository.
    pub fn default_permissions(mut self, given: Permissions) -> Self {
        self.given = given;
        self
    }

    /// Who makes the tokens.
    pub fn mint(mut self, mint: impl Fn(&str, &Permissions) -> String + 'p) -> Self {
        self.mint = Box::new(mint);
        self
    }

    /// Who shows the jobs beside a commit.
    pub fn shown(mut self, shown: impl Fn(&str, Option<(u64, Outcome)>) -> u64 + 'p) -> Self {
        self.shown = Some(Box::new(shown));
        self
    }

    /// Who plays an action of another repository, by its name without the version.
    pub fn player(mut self, name: &str, player: impl Fn(&mut Call<'_>) -> Result<Texts> + 'p) -> Self {
        self.players.push((name.to_owned(), Box::new(player)));
        self
    }

    /// Where another repository is on this machine, so that its actions and workflows can be used at any version.
    pub fn repository(mut self, name: &str, folder: &Path) -> Self {
        self.library.add(name, folder);
        self
    }

    /// How long a minute of `timeout-minutes` takes here.
    pub fn minute(mut self, minute: Duration) -> Self {
        self.minute = minute;
        self
    }

    /// Runs a workflow of the repository by its path. An error is a run that GitHub does not start.
    pub fn run_workflow(&self, path: &str) -> Result<Run> {
        Session::new(self)?.run(path)
    }

    /// Runs an action of the repository, given by its folder, as the only step of a job.
    pub fn run_action(&self, folder: &str, inputs: &[(&str, &str)]) -> Result<StepRun> {
        Session::new(self)?.run_action(&Uses::Itself(folder.to_owned()), inputs)
    }

    fn player_of(&self, uses: &Uses) -> Option<&Player<'p>> {
        let Uses::Other { repository, path, .. } = uses else { return None };
        let name = if path.is_empty() { repository.clone() } else { format!("{repository}/{path}") };
        self.players.iter().rev().find(|(have, _)| *have == name).map(|(_, player)| player)
    }
}

/// A map of texts as a value.
fn value_of(texts: &Texts) -> Value {
    Value::texts(texts)
}
