//! The arguments of `patch-pick propose`, and how its results are shown.

use std::path::PathBuf;

use clap::Args;

use crate::cli::advisories::AdvisoriesArgs;
use crate::cli::args::{CommonArgs, mode};
use crate::cli::env::Env;
use crate::cli::exit::Exit;
use crate::cli::forge;
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::apply::{APPLY_SCHEMA, ApplyReport};
use crate::model::error::{Error, Result};
use crate::model::line::LineName;
use crate::model::markdown;
use crate::model::plan::Plan;
use crate::model::propose::{
    Foreign, HeadPattern, LineProposal, ProposalOutcome, ProposeReport, ProposeRequest, in_any_clone,
};
use crate::model::pull::Readiness;
use crate::ports::files;
use crate::ports::forge::Forge;
use crate::ports::render::Templates;
use crate::ports::settings::Settings;

/// What `patch-pick propose` is asked.
#[derive(Debug, Args)]
pub struct ProposeArgs {
    /// What `patch-pick apply --format json` printed; `-` reads it from standard input
    pub applied: PathBuf,

    /// Refuse picks that are not what this plan says, and those that a person resolved
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,

    /// Only this line of the report; may be repeated
    #[arg(long)]
    pub line: Vec<LineName>,

    /// Push the picks to this remote; that of a fork proposes from the fork
    #[arg(long, default_value = "origin", value_name = "REMOTE")]
    pub remote: String,

    /// Call the branches that picks are pushed to like this
    #[arg(long, default_value_t, value_name = "PATTERN")]
    pub head: HeadPattern,

    /// Keep the fixes of this pull request on a branch and in a pull request of their own, such as `backstitch/2.0-pr-7`
    #[arg(long, value_name = "NUMBER")]
    pub of_pull: Option<u64>,

    /// Replace commits of others on these branches
    #[arg(long)]
    pub replace: bool,

    /// What is kept back.
    #[command(flatten)]
    pub guarded: AdvisoriesArgs,

    /// Show what would be done and push and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl ProposeArgs {
    /// Reads the report and says what is asked.
    ///
    /// # Errors
    /// When the report or the plan cannot be read or is none.
    pub fn request(&self, common: &CommonArgs, env: &Env) -> Result<ProposeRequest> {
        let text = files::read_text_or_stdin(&self.applied)?;
        let hint = "give what this printed: patch-pick apply PLAN --format json > applied.json";
        let wrong = || Error::usage(format!("'{}' is no report of 'patch-pick apply'", self.applied.display()));
        let applied: ApplyReport = serde_json::from_str(&text).map_err(|error| wrong().because(error).hint(hint))?;
        if applied.schema != APPLY_SCHEMA {
            return Err(wrong().hint(hint));
        }
        let plan = |file: &PathBuf| Plan::parse(&files::read_text_or_stdin(file)?);
        Ok(ProposeRequest {
            applied,
            plan: self.plan.as_ref().map(plan).transpose()?,
            lines: self.line.clone(),
            remote: self.remote.clone(),
            head: self.head.clone(),
            of_pull: self.of_pull,
            foreign: if self.replace { Foreign::Replace } else { Foreign::Keep },
            server: env.server().to_owned(),
            advisories: self.guarded.advisories.clone(),
            now: common.moment(),
            mode: mode(self.dry_run),
        })
    }

    /// Opens the forge, which this verb cannot do without.
    ///
    /// # Errors
    /// When there is no token, or it or the address is wrong.
    pub fn forge(&self, settings: &Settings, env: &Env) -> Result<Forge> {
        let permissions = "contents: write, pull-requests: write";
        forge::require(&settings.config.project, "open pull requests", permissions, env)
    }
}

impl ProposeReport {
    /// Returns the exit code: that of the worst line.
    pub fn exit(&self) -> Exit {
        Exit::worst(self.lines.iter().filter_map(LineProposal::trouble).map(Exit::from))
    }
}

const HEADINGS: [&str; 4] = ["line", "outcome", "picks", "pull request"];

impl Present for ProposeReport {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new(HEADINGS.map(|heading| (heading, Fit::Keeps)));
        for line in &self.lines {
            let [name, outcome, picks, pull] = cells(line);
            table.row([name.into(), Cell::new(outcome).tone(tone(line)), picks.into(), pull.into()]);
        }
        let mut text = table.render(page);
        for line in &self.lines {
            for said in said(line, &here(line)) {
                text.push_str(&format!("{}: {}\n", escape(line.line.as_str()), escape(&said)));
            }
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |line: &LineProposal| cells(line).map(|cell| markdown::escape(&cell)).to_vec();
        let rows: Vec<_> = self.lines.iter().map(row).collect();
        let mut text = markdown::table(&HEADINGS, &rows);
        let mut told = String::new();
        for line in &self.lines {
            let name = markdown::escape(line.line.as_str());
            told.extend(said(line, "").iter().map(|said| format!("- {name}: {}\n", markdown::escape_within(said))));
            // The address was put together here, with every stranger's text in it escaped.
            told.extend(line.link.iter().map(|link| format!("- {name}: [open the pull request]({link})\n")));
        }
        if !told.is_empty() {
            text.push_str(&format!("\n{told}"));
        }
        for line in self.lines.iter().filter(|line| !line.commands.is_empty()) {
            let (name, block) = (markdown::escape(line.line.as_str()), markdown::code_block(&line.commands.join("\n")));
            text.push_str(&format!("\n{name}: a person goes on in any clone:\n\n{block}"));
        }
        Ok(text)
    }

    fn complaints(&self) -> Vec<String> {
        let told = |line: &LineProposal| -> Vec<String> {
            let next = format!("; {}", in_any_clone(&line.commands));
            said(line, &next).iter().map(|said| format!("{}: {said}", line.line)).collect()
        };
        self.lines.iter().flat_map(told).collect()
    }
}

fn cells(line: &LineProposal) -> [String; 4] {
    let made = line.picks.iter().filter(|pick| pick.commit.is_some()).count();
    let picks = format!("{made} of {}", line.picks.len());
    let pull = line.pull_request.as_ref().map(|pull| format!("#{} {}", pull.number, pull.url)).unwrap_or_default();
    [line.line.to_string(), word(line).to_owned(), picks, pull]
}

fn word(line: &LineProposal) -> &'static str {
    let draft = line.pull_request.as_ref().is_some_and(|pull| pull.readiness == Readiness::Draft);
    match line.outcome {
        ProposalOutcome::Opened if draft => "opened as a draft",
        ProposalOutcome::Opened => "opened",
        ProposalOutcome::Updated if draft => "draft updated",
        ProposalOutcome::Updated => "updated",
        ProposalOutcome::Already if draft => "draft already there",
        ProposalOutcome::Already => "already there",
        ProposalOutcome::WouldOpen => "would open",
        ProposalOutcome::WouldUpdate => "would update",
        ProposalOutcome::Closed => "closed",
        ProposalOutcome::WouldClose => "would close",
        ProposalOutcome::Blocked => "blocked",
        ProposalOutcome::Forbidden => "to be opened by hand",
        ProposalOutcome::Nothing => "nothing new",
        ProposalOutcome::Failed => "failed",
    }
}

fn tone(line: &LineProposal) -> Tone {
    match line.outcome {
        ProposalOutcome::Failed | ProposalOutcome::Blocked => Tone::Bad,
        ProposalOutcome::Forbidden => Tone::Warn,
        ProposalOutcome::Already | ProposalOutcome::Nothing => Tone::Dim,
        ProposalOutcome::Opened
        | ProposalOutcome::Updated
        | ProposalOutcome::WouldOpen
        | ProposalOutcome::WouldUpdate
        | ProposalOutcome::Closed
        | ProposalOutcome::WouldClose => {
            if line.trouble().is_some() {
                Tone::Warn
            } else {
                Tone::Good
            }
        }
    }
}

/// How a person goes on where the picks were made, and elsewhere.
fn here(line: &LineProposal) -> String {
    let here = line.conflict.as_ref().and_then(|conflict| conflict.go_on.as_ref());
    let here = here.map(|next| format!("; where it was picked: {next}")).unwrap_or_default();
    format!("{here}; {}", in_any_clone(&line.commands))
}

/// What a person has to look at, one sentence each. `next`: what stands behind a conflict.
fn said(line: &LineProposal, next: &str) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(conflict) = &line.conflict {
        said.push(format!("{} conflicts, a person has to resolve it{next}", conflict.fix.short()));
    }
    if let Some(failure) = &line.failure {
        let causes: Vec<String> =
            failure.causes.iter().map(|cause| format!(": {}", cause.replace('\n', "; "))).collect();
        let hint = failure.hint.as_ref().map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
        said.push(format!("{}{}{hint}", failure.message, causes.concat()));
    }
    if let Some(pull) = line.pull_request.as_ref().filter(|_| !line.left.is_empty()) {
        let left: Vec<String> = line.left.iter().map(|left| format!("{} '{}'", left.fix.short(), left.title)).collect();
        said.push(format!("pull request {} has no longer, for the plan has not: {}", pull.number, left.join(", ")));
    }
    said.extend(line.notes.iter().cloned());
    said.extend(line.link.iter().map(|link| format!("open the pull request here: {link}")));
    said
}
