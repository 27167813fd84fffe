//! The arguments of `patch-pick`, and how its results are shown.

pub mod apply;
mod decide;
mod forecast;
mod issue;
mod plan;
pub mod propose;
mod special;
mod status;
pub mod verify;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args, Parser, Subcommand};

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::args::CommonArgs;
use crate::cli::env::Env;
use crate::cli::forge;
use crate::cli::json::indented;
use crate::model::decision::{Answer, Person, Reason};
use crate::model::error::{Error, Result};
use crate::model::issue_title::IssueTitle;
use crate::model::kind::FixKind;
use crate::model::line::LineName;
use crate::model::plan::Plan;
use crate::model::prerequisite::Budget;
use crate::model::request::{
    DecideRequest, Depth, ForecastRequest, Forecasts, Mode, PlanRequest, Rows, Since, StatusRequest, Wanted,
};

use crate::ports::files;
use crate::ports::forge::Forge;
use crate::ports::settings::Settings;

pub use apply::ApplyTask;

/// Which fixes each release line misses, what picking them would do, and doing it
#[derive(Debug, Parser)]
#[command(name = "patch-pick", version, max_term_width = 100)]
pub struct PickArgs {
    /// The verb.
    #[command(subcommand)]
    pub command: PickCommand,
    /// The arguments every binary takes.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The verbs of `patch-pick`.
#[derive(Debug, Subcommand)]
pub enum PickCommand {
    /// Show for each change of main and each line where it stands, with the evidence
    Status(StatusArgs),
    /// Say what picking a fix would do, in memory: clean, conflict or empty, exactly as git would
    Forecast(ForecastArgs),
    /// Plan the picks of each line: their order, what they need first, what each gives, and why others are left out
    Plan(PlanArgs),
    /// Record a maintainer's yes or no for one fix on one line
    Decide(DecideArgs),
    /// Carry a plan out: make its picks, then move each branch once; or go on behind a conflict, or give one up
    Apply(apply::ApplyArgs),
    /// Push the picks that `apply` made to branches of their own, and open a pull request for each line or bring it up to date
    Propose(propose::ProposeArgs),
    /// Say for every commit that a line has and main has not where it comes from, and how far it is its origin
    Verify(verify::VerifyArgs),
}

/// What `patch-pick status` is asked.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Look at this line; may be repeated; without it, at every line that is not at the end of its life
    #[arg(long)]
    pub line: Vec<LineName>,

    /// Look at what landed since this date, moment or revision, or since `branch-points`; without it, as many days back
    /// as `look-back` in patch.toml says
    #[arg(long, value_name = "REV|DATE")]
    pub since: Option<Since>,

    /// Show all changes, also those of which nothing is known on any line
    #[arg(long)]
    pub all: bool,

    /// Find out whether lines that lack a change need it: ask who wrote the lines that it repairs. Takes about a tenth of
    /// a second for each change
    #[arg(long)]
    pub affected: bool,

    /// Work out for every change that is needed whether it would apply
    #[arg(long)]
    pub forecast: bool,

    /// Keep an open issue of this title up to date with the table: it is made where there is none, and left alone where it says the
    /// same. Needs GITHUB_TOKEN with `issues: write`
    #[arg(long, value_name = "TITLE")]
    pub issue: Option<IssueTitle>,

    /// What is kept back.
    #[command(flatten)]
    pub guarded: AdvisoriesArgs,
}

/// What `patch-pick plan` is asked.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The fixes, as revisions on main; without any, and without --eligible and --of-pull, those that each line needs
    pub fix: Vec<String>,

    /// Plan for this line; may be repeated; without it, for every line that is not at the end of its life
    #[arg(long)]
    pub line: Vec<LineName>,

    /// Read the fixes from this file (`-`: standard input): one revision a line, what follows it is ignored, so are
    /// empty lines and lines that begin with `#`
    #[arg(long, value_name = "FILE", conflicts_with = "fix")]
    pub eligible: Option<PathBuf>,

    /// Take what came to main with this merged pull request: its one commit, or each where it was merged by a rebase. Needs
    /// GITHUB_TOKEN with `pull-requests: read`
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["fix", "eligible"])]
    pub of_pull: Option<u64>,

    /// Look at what landed since this date, moment or revision, or since `branch-points`
    #[arg(long, value_name = "REV|DATE")]
    pub since: Option<Since>,

    /// Give up the search for what a conflicting fix needs first at this many commits
    #[arg(long, value_name = "COMMITS", default_value_t = Budget::default().max_count)]
    pub max_prerequisites: usize,

    /// Give up the search for prerequisites of prerequisites at this depth
    #[arg(long, value_name = "STEPS", default_value_t = Budget::default().max_depth)]
    pub max_depth: usize,

    /// Let picks carry a `Signed-off-by` trailer of the committer, also if patch.toml does not say so
    #[arg(long)]
    pub signoff: bool,

    /// Write the plan into this file, for `patch-pick apply`; the table is still shown
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl PlanArgs {
    /// Returns what is asked.
    ///
    /// # Errors
    /// When the file of fixes cannot be read.
    pub fn request(&self) -> Result<PlanRequest> {
        let fixes = match (&self.eligible, self.of_pull) {
            (Some(file), _) => Wanted::Named(listed(&files::read_text_or_stdin(file)?)),
            (None, Some(number)) => Wanted::OfPull(number),
            (None, None) if self.fix.is_empty() => Wanted::Needed,
            (None, None) => Wanted::Named(self.fix.clone()),
        };
        if fixes == Wanted::Named(Vec::new()) {
            return Err(Error::usage("the file of eligible fixes names none"));
        }
        let budget = Budget { max_count: self.max_prerequisites, max_depth: self.max_depth };
        Ok(PlanRequest { lines: self.line.clone(), fixes, since: self.since.clone(), budget, signoff: self.signoff })
    }

    /// Opens the forge where a pull request says which the fixes are.
    ///
    /// # Errors
    /// When there is no token for it, or it or the address is wrong.
    pub fn forge(&self, settings: &Settings, env: &Env) -> Result<Option<Forge>> {
        let to = "read the pull request";
        let open = |_| forge::require(&settings.config.project, to, "pull-requests: read", env);
        self.of_pull.map(open).transpose()
    }

    /// Writes the plan into the file that was named, if one was, and hands it back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, plan: Plan) -> Result<Plan> {
        let Some(file) = &self.output else { return Ok(plan) };
        let text = serde_json::to_string(&plan)
            .map_err(|error| Error::unfinished("cannot write the plan as JSON").because(error))?;
        files::write_whole(file, (indented(&text) + "\n").as_bytes())?;
        Ok(plan)
    }
}

fn listed(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// What `patch-pick decide` is asked.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("answer").required(true).args(["decline", "accept"]))]
pub struct DecideArgs {
    /// The fix: a commit on main, or of the line where it belongs to that alone
    pub fix: String,

    /// The line
    #[arg(long)]
    pub line: LineName,

    /// The line shall not get the fix
    #[arg(long)]
    pub decline: bool,

    /// The line shall get the fix
    #[arg(long)]
    pub accept: bool,

    /// What kind of a fix it is: security, data-loss, crash, regression, performance, bug, documentation, feature or refactor
    #[arg(long)]
    pub kind: Option<FixKind>,

    /// Why, in one sentence
    #[arg(long)]
    pub reason: Reason,

    /// Who decides, as `Name <mail>`; without it, the identity that git is configured with
    #[arg(long, value_name = "PERSON")]
    pub by: Option<Person>,

    /// Show what would be recorded and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl DecideArgs {
    /// Returns what is asked, decided at the given moment.
    pub fn request(self, at: DateTime<Utc>) -> DecideRequest {
        let answer = if self.accept { Answer::Accept } else { Answer::Decline };
        let mode = if self.dry_run { Mode::DryRun } else { Mode::Write };
        DecideRequest {
            fix: self.fix,
            line: self.line,
            answer,
            kind: self.kind,
            reason: self.reason,
            by: self.by,
            at,
            mode,
        }
    }
}

/// What `patch-pick forecast` is asked.
#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// The fix: a commit; a merge is taken as what it changed relative to its first parent
    #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
    pub fix: Option<String>,

    /// Put it onto this line; may be repeated; without it and --onto, onto every supported line
    #[arg(long, conflicts_with = "stdin")]
    pub line: Vec<LineName>,

    /// Put it onto this revision; may be repeated
    #[arg(long, value_name = "REV", conflicts_with = "stdin")]
    pub onto: Vec<String>,

    /// Read `FIX ONTO` pairs from standard input, one a line, and write one JSON object a line, in the same order.
    /// Answers are written when 4096 pairs are read or the input ends
    #[arg(long)]
    pub stdin: bool,
}

impl From<&StatusArgs> for StatusRequest {
    fn from(args: &StatusArgs) -> Self {
        Self {
            lines: args.line.clone(),
            since: args.since.clone(),
            rows: if args.all { Rows::All } else { Rows::Telling },
            forecasts: if args.forecast { Forecasts::OfNeeded } else { Forecasts::None },
            depth: if args.affected { Depth::Blamed } else { Depth::Stated },
        }
    }
}

impl From<ForecastArgs> for ForecastRequest {
    fn from(args: ForecastArgs) -> Self {
        Self { fix: args.fix.unwrap_or_default(), lines: args.line, onto: args.onto }
    }
}
