//! The arguments of `patch-check`, and how its results are shown.

mod policy;
mod show;
mod waive;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::args::{CommonArgs, mode};
use crate::cli::env::Env;
use crate::cli::out::Present as _;
use crate::cli::report;
use crate::cli::{embargo, forge};
use crate::model::check_request::{CHECK_NAME, CheckRequest, Judge, Say, WaiveRequest};
use crate::model::config::LabelName;
use crate::model::decision::{Person, Reason};
use crate::model::eligibility::Rule;
use crate::model::eligibility::verdict::Report;
use crate::model::error::{Error, Result};
use crate::model::event::{MOST_PAYLOAD_BYTES, default_branch};
use crate::model::line::LineName;
use crate::model::pull::{GATE_JOB, REVIEW_JOB};
use crate::model::sarif;
use crate::ports::files;
use crate::ports::forge::{ChecksAsked, Forge};
use crate::ports::git::Git;
use crate::ports::protected::{self, Protected};
use crate::ports::render::Templates;

pub use show::OUTPUTS;

/// Say with evidence whether a fix may go into a patch release of a line
#[derive(Debug, Parser)]
#[command(name = "patch-check", version, max_term_width = 100)]
pub struct CheckArgs {
    /// The verb.
    #[command(subcommand)]
    pub command: CheckCommand,
    /// The arguments every binary takes.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// The verbs of `patch-check`.
#[derive(Debug, Subcommand)]
pub enum CheckCommand {
    /// Judge fixes, as revisions
    Commit {
        /// The fixes
        #[arg(required = true, value_name = "REV")]
        fix: Vec<String>,
        /// How they are judged.
        #[command(flatten)]
        how: HowArgs,
    },
    /// Judge every fix that main has behind one revision, up to another
    Range {
        /// The revisions, as A..B
        #[arg(value_name = "A..B")]
        range: String,
        /// How they are judged.
        #[command(flatten)]
        how: HowArgs,
    },
    /// Judge a pull request, as GitHub knows it now
    Pr {
        /// Its number
        number: u64,
        /// How it is judged.
        #[command(flatten)]
        how: HowArgs,
    },
    /// Judge the pull request that the payload of an event is about, or those that a run of a workflow was for
    Event {
        /// The file that GITHUB_EVENT_PATH names; `-`: standard input
        file: PathBuf,
        /// Judge pull requests to main that a run of a workflow was for, or that were merged just now, only where they have this label
        #[arg(long)]
        label: Option<LabelName>,
        /// How it is judged.
        #[command(flatten)]
        how: HowArgs,
    },
    /// Record that a rule is waived for one fix
    Waive(WaiveArgs),
    /// Say what a rule asks, how severe it is here, and how to mend what breaks it
    Explain {
        /// The rule
        rule: Rule,
    },
    /// Show the policy in force, each value with where it comes from
    Policy,
}

/// How fixes are judged, and where it is said.
#[derive(Debug, Clone, Args)]
pub struct HowArgs {
    /// Judge for this line; may be repeated; without it, for every line that is not at the end of its life
    #[arg(long)]
    pub line: Vec<LineName>,

    /// Refuse what names an identifier of this file, one a line; what names one is withheld from every result
    #[arg(long, value_name = "FILE")]
    pub embargoed: Option<PathBuf>,

    /// What is kept back.
    #[command(flatten)]
    pub guarded: AdvisoriesArgs,

    /// Ask GitHub nothing, though a token is there
    #[arg(long)]
    pub offline: bool,

    /// Write nothing but the fixes that are eligible, one a line, as `patch-pick plan --eligible -` reads them
    #[arg(long)]
    pub list: bool,

    /// Write the findings into this file, in SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,

    /// Say the verdict as a check run on the commit
    #[arg(long, conflicts_with = "offline")]
    pub check_run: bool,

    /// Say the verdict in one comment on the pull request, which is updated and never repeated
    #[arg(long, conflicts_with = "offline")]
    pub comment: bool,

    /// Say how many requests GitHub was sent
    #[arg(long)]
    pub verbose: bool,
}

/// What is waived.
#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// The fix: a commit on main
    pub fix: String,

    /// The rule
    #[arg(long)]
    pub rule: Rule,

    /// The commit of the pull request to the line that was looked at, for the rule 'origin': it counts for that commit, and for any that says and changes the same
    #[arg(long, value_name = "COMMIT")]
    pub pick: Option<String>,

    /// Only on this line
    #[arg(long)]
    pub line: Option<LineName>,

    /// Why, in one sentence
    #[arg(long)]
    pub reason: Reason,

    /// The last day on which it counts, such as 2027-03-31
    #[arg(long, value_name = "DATE")]
    pub until: NaiveDate,

    /// Who waives it, as `Name <mail>`; without it, the identity that git is configured with
    #[arg(long, value_name = "PERSON")]
    pub by: Option<Person>,

    /// Show what would be recorded and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl WaiveArgs {
    /// Returns what is waived.
    pub fn request(self, common: &CommonArgs) -> WaiveRequest {
        WaiveRequest {
            fix: self.fix,
            line: self.line,
            rule: self.rule,
            pick: self.pick,
            reason: self.reason,
            by: self.by,
            until: self.until,
            at: common.moment(),
            mode: mode(self.dry_run),
        }
    }
}

impl CheckArgs {
    /// Reads the policy, from main as others protect it, or from the file of `--config`.
    ///
    /// # Errors
    /// When main cannot be told or is not here, or a file is wrong.
    pub fn protected(&self, git: &Git, env: &Env) -> Result<Protected> {
        // A checkout of a workflow does not know which branch of the remote is main.
        let told = match &env.event {
            Some(event) => default_branch(&files::read_first_or_stdin(event, MOST_PAYLOAD_BYTES + 1)?),
            None => None,
        };
        protected::read(git, self.common.config.as_deref(), told)
    }

    /// Returns what is judged and how, for the verbs that judge.
    ///
    /// # Errors
    /// When the range is none, or the list of identifiers cannot be read.
    pub fn request(&self) -> Result<Option<(CheckRequest, &HowArgs)>> {
        let (judge, how) = match &self.command {
            CheckCommand::Commit { fix, how } => (Judge::Fixes(fix.clone()), how),
            CheckCommand::Range { range, how } => (between(range)?, how),
            CheckCommand::Pr { number, how } => (Judge::Pull(*number), how),
            CheckCommand::Event { file, label, how } => {
                (Judge::Event { file: file.clone(), label: label.clone() }, how)
            }
            CheckCommand::Waive(_) | CheckCommand::Explain { .. } | CheckCommand::Policy => return Ok(None),
        };
        how.request(judge, &self.common).map(|request| Some((request, how)))
    }
}

fn between(range: &str) -> Result<Judge> {
    let parts = range.split_once("..").filter(|(from, to)| !from.is_empty() && !to.starts_with('.'));
    let (from, to) = parts
        .ok_or_else(|| Error::usage(format!("'{range}' is no range")).hint("write it as A..B, such as v2.0.0..main"))?;
    Ok(Judge::Range { from: from.to_owned(), to: if to.is_empty() { "HEAD" } else { to }.to_owned() })
}

impl HowArgs {
    /// Returns what is asked.
    ///
    /// # Errors
    /// When the list of identifiers cannot be read.
    fn request(&self, judge: Judge, common: &CommonArgs) -> Result<CheckRequest> {
        let embargoed = self.embargoed.as_deref().map(embargo::read).transpose()?;
        let say = Say { check_run: self.check_run, comment: self.comment };
        Ok(CheckRequest { judge, lines: self.line.clone(), embargoed, now: common.moment(), say })
    }

    /// Opens the forge, if there is a token for it and a repository to ask about.
    ///
    /// # Errors
    /// When the token or the address is wrong.
    pub fn forge(&self, protected: &Protected, env: &Env) -> Result<Option<Forge>> {
        let project = &protected.settings.config.project;
        let require = &protected.settings.config.eligibility.require;
        let ours = [CHECK_NAME, GATE_JOB, REVIEW_JOB].map(str::to_owned);
        let ignored = ours.into_iter().chain(require.ignored_checks.iter().cloned()).collect();
        let own = ChecksAsked { ignored, job: env.check_run, required: require.required_checks.clone() };
        let found = if self.offline { None } else { forge::open(project, own, env)? };
        match found {
            None if self.check_run || self.comment => {
                Err(Error::usage("a check run or comment needs a token").hint("set GITHUB_TOKEN"))
            }
            found => Ok(found),
        }
    }

    /// Returns the Markdown in which verdicts are said on GitHub.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn markdown(found: &Report) -> Result<String> {
        found.markdown(&Templates::embedded())
    }

    /// Tells people how much was asked of GitHub, if they want to know.
    pub fn tell_requests(&self, forge: &Forge, env: &Env) {
        if self.verbose {
            let left = forge.rate_limit().map(|limit| format!("; {} are left", limit.remaining)).unwrap_or_default();
            report::note(env, &format!("requests to GitHub: {}{left}", forge.requests()));
        }
    }

    /// Writes the SARIF file that was asked for. Where the policy is that of `patch.toml`, results point into it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, report: &Report, protected: &Protected, common: &CommonArgs) -> Result<()> {
        let Some(file) = &self.sarif else { return Ok(()) };
        let policy = common.config.is_none().then_some(&protected.settings.config);
        let text = format!("{:#}\n", sarif::log(report, policy, env!("CARGO_PKG_VERSION")));
        files::write_whole(file, text.as_bytes())
            .map_err(|error| error.hint("give --sarif a file in a directory that is there and that you may write to"))
    }
}
