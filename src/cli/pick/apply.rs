//! The arguments of `patch-pick apply`, and how its results are shown.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;

use crate::cli::args::CommonArgs;
use crate::cli::exit::Exit;
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::apply::{
    AbortReport, ApplyReport, ApplyRequest, ConflictNote, Course, Failure, LineOutcome, LineResult, PickOutcome,
    RunMode, Signing, Target,
};
use crate::model::branch::BranchName;
use crate::model::error::Result;
use crate::model::line::LineName;
use crate::model::markdown;
use crate::model::path::ShellCommand;
use crate::model::plan::Plan;
use crate::model::propose::{again, in_any_clone};
use crate::ports::files;
use crate::ports::render::Templates;

use super::special::in_conflict;

/// What `patch-pick apply` is asked.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The plan that `patch-pick plan` wrote; `-` reads it from standard input
    #[arg(required_unless_present = "abort")]
    pub plan: Option<PathBuf>,

    /// Only this line of the plan; may be repeated
    #[arg(long)]
    pub line: Vec<LineName>,

    /// Work everything out and write nothing; commands are not run
    #[arg(long)]
    pub dry_run: bool,

    /// Run this shell command in a temporary worktree after each pick; when it fails, the line ends before that pick
    #[arg(long, value_name = "CMD", conflicts_with = "abort")]
    pub exec: Option<ShellCommand>,

    /// Sign the commits; without this and --no-sign, as git's `commit.gpgSign` says
    #[arg(long, conflicts_with_all = ["no_sign", "abort"])]
    pub sign: bool,

    /// Do not sign the commits
    #[arg(long, conflicts_with = "abort")]
    pub no_sign: bool,

    /// Move the branch that is checked out here, with its index and worktree
    #[arg(long, conflicts_with = "abort")]
    pub here: bool,

    /// Go on behind a conflict, with the resolutions given or with those edited where the conflict was written out
    #[arg(long = "continue", conflicts_with = "abort")]
    pub go_on: bool,

    /// The directory with a resolution: `resolution.json` and `files/`; may be repeated
    #[arg(long, value_name = "DIR", requires = "go_on")]
    pub resolution: Vec<PathBuf>,

    /// Give up the conflicts of the plan, or without a plan all conflicts; no branch is touched
    #[arg(long)]
    pub abort: bool,
}

/// What `patch-pick apply` is to do.
#[derive(Debug)]
pub enum ApplyTask {
    /// Carry a plan out.
    Apply(Box<ApplyRequest>),
    /// Give conflicts up.
    Abort(Option<Plan>, RunMode),
}

impl ApplyArgs {
    /// Reads the plan and says what is to be done.
    ///
    /// # Errors
    /// When the plan cannot be read or was changed.
    pub fn task(&self, common: &CommonArgs, now: DateTime<Utc>) -> Result<ApplyTask> {
        let plan = self.plan.as_deref().map(|file| Plan::parse(&files::read_text_or_stdin(file)?)).transpose()?;
        let mode = if self.dry_run { RunMode::DryRun } else { RunMode::Apply };
        let plan = match plan {
            Some(plan) if !self.abort => plan,
            plan => return Ok(ApplyTask::Abort(plan, mode)),
        };
        Ok(ApplyTask::Apply(Box::new(ApplyRequest {
            plan,
            plan_file: self.plan.clone().filter(|file| file.as_os_str() != "-"),
            lines: self.line.clone(),
            mode,
            course: if self.go_on { Course::Continue(self.resolution.clone()) } else { Course::Start },
            exec: self.exec.clone(),
            signing: match (self.sign, self.no_sign) {
                (true, _) => Signing::Always,
                (false, true) => Signing::Never,
                (false, false) => Signing::AsConfigured,
            },
            target: if self.here { Target::Here } else { Target::Branch },
            repeat: self.repeat(common),
            now,
        })))
    }

    fn repeat(&self, common: &CommonArgs) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: Option<String>| {
            words.extend(value.map(|value| [name.to_owned(), value]).into_iter().flatten());
        };
        let repo = Some(&common.repo).filter(|repo| repo.as_os_str() != ".");
        option("--repo", repo.map(|repo| repo.display().to_string()));
        option("--config", common.config.as_ref().map(|file| file.display().to_string()));
        option("--exec", self.exec.as_ref().map(ToString::to_string));
        let flags = [("--sign", self.sign), ("--no-sign", self.no_sign), ("--here", self.here)];
        words.extend(flags.into_iter().filter(|(_, given)| *given).map(|(name, _)| name.to_owned()));
        words
    }
}

impl ApplyReport {
    /// Returns the exit code: that of the worst line.
    pub fn exit(&self) -> Exit {
        Exit::worst(self.lines.iter().filter_map(LineResult::trouble).map(Exit::from))
    }
}

impl Present for ApplyReport {
    fn text(&self, page: &Page) -> String {
        let columns = [("line", Fit::Keeps), ("branch", Fit::Keeps), ("outcome", Fit::Keeps), ("detail", Fit::Shrinks)];
        let mut table = Table::new(columns);
        for line in &self.lines {
            let outcome = Cell::new(word(line.outcome, self.mode)).tone(tone(line.outcome));
            table.row([
                Cell::new(line.line.as_str()),
                Cell::new(line.branch.as_str()),
                outcome,
                Cell::new(detail(line)),
            ]);
        }
        let mut text = table.render(page);
        for line in &self.lines {
            let said = trouble_lines(line, |conflict| conflict_lines(conflict, &line.branch));
            if let Some(said) = said {
                text.push_str(&format!("\n{}:\n", escape(line.line.as_str())));
                said.iter().for_each(|said| text.push_str(&format!("  {}\n", escape(said))));
            }
        }
        text
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let row = |line: &LineResult| {
            let branch = markdown::code_cell(line.branch.as_str());
            let outcome = word(line.outcome, self.mode).to_owned();
            vec![markdown::escape(line.line.as_str()), branch, outcome, markdown::escape(&detail(line))]
        };
        let rows: Vec<_> = self.lines.iter().map(row).collect();
        let mut text = markdown::table(&["line", "branch", "outcome", "detail"], &rows);
        for line in &self.lines {
            // Whoever reads this is elsewhere, where no path of this machine says anything.
            let said = trouble_lines(line, |conflict| conflict_told(conflict, &line.branch));
            if let Some(said) = said {
                let said: Vec<_> = said.iter().map(|said| escape(said)).collect();
                text.push_str(&format!("\n{}:\n\n", markdown::escape(line.line.as_str())));
                text.push_str(&markdown::code_block(&said.join("\n")));
            }
            if line.conflict.is_some() {
                let block = markdown::code_block(&commands(line).join("\n"));
                text.push_str(&format!("\nA person goes on in any clone, and proposes what comes of it:\n\n{block}"));
            }
        }
        Ok(text)
    }

    fn complaints(&self) -> Vec<String> {
        let of_line = |line: &LineResult| {
            let name = &line.line;
            if let Some(failure) = &line.failure {
                let hint = failure.hint.as_ref().map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
                return Some(format!("{name}: {}{hint}", failure.message));
            }
            let conflict = line.conflict.as_ref()?;
            let next = in_any_clone(&commands(line));
            Some(format!("{name}: {} conflicts, a person has to resolve it; {next}", conflict.fix.short()))
        };
        self.lines.iter().filter_map(of_line).collect()
    }
}

impl AbortReport {
    fn lines(&self) -> Vec<String> {
        let verb = match self.mode {
            RunMode::Apply => "gave up",
            RunMode::DryRun => "would give up",
        };
        let lines = self.removed.iter().map(|removed| format!("{verb} line {} of plan {}", removed.line, removed.plan));
        let lines: Vec<String> = lines.collect();
        if lines.is_empty() { vec!["no conflict waits: nothing to give up".to_owned()] } else { lines }
    }
}

impl Present for AbortReport {
    fn text(&self, _: &Page) -> String {
        self.lines().iter().map(|line| format!("{}\n", escape(line))).collect()
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        Ok(self.lines().iter().map(|line| format!("- {}\n", markdown::escape(line))).collect())
    }
}

fn word(outcome: LineOutcome, mode: RunMode) -> &'static str {
    match (outcome, mode) {
        (LineOutcome::Applied, RunMode::Apply) => "applied",
        (LineOutcome::Applied, RunMode::DryRun) => "would apply",
        (LineOutcome::Already, RunMode::Apply | RunMode::DryRun) => "already",
        (LineOutcome::Conflict, RunMode::Apply | RunMode::DryRun) => "conflict",
        (LineOutcome::Failed, RunMode::Apply | RunMode::DryRun) => "failed",
        (LineOutcome::Skipped, RunMode::Apply | RunMode::DryRun) => "skipped",
    }
}

fn tone(outcome: LineOutcome) -> Tone {
    match outcome {
        LineOutcome::Applied => Tone::Good,
        LineOutcome::Already | LineOutcome::Skipped => Tone::Dim,
        LineOutcome::Conflict | LineOutcome::Failed => Tone::Bad,
    }
}

fn detail(line: &LineResult) -> String {
    let counts = [
        (PickOutcome::Picked, "picked"),
        (PickOutcome::Already, "already there"),
        (PickOutcome::Empty, "left out, as it changes nothing"),
        (PickOutcome::Conflict, "in conflict"),
        (PickOutcome::Failed, "failed"),
        (PickOutcome::NotReached, "not reached"),
    ];
    let mut parts = Vec::new();
    for (outcome, said) in counts {
        let count = line.picks.iter().filter(|pick| pick.outcome == outcome).count();
        if count > 0 {
            parts.push(format!("{count} {said}"));
        }
    }
    if let Some(after) = line.after.filter(|after| line.before != Some(*after)) {
        parts.push(format!("now at {}", after.short()));
    }
    parts.join(", ")
}

/// The commands that make the picks of a line again, elsewhere.
fn commands(line: &LineResult) -> Vec<String> {
    again(&line.line, &line.picks.iter().map(|pick| pick.fix).collect::<Vec<_>>())
}

fn trouble_lines(line: &LineResult, of_conflict: impl Fn(&ConflictNote) -> Vec<String>) -> Option<Vec<String>> {
    let conflict = line.conflict.as_ref().map(of_conflict);
    conflict.or_else(|| line.failure.as_ref().map(failure_lines))
}

/// What a conflict is about, wherever it is read.
fn conflict_told(conflict: &ConflictNote, branch: &BranchName) -> Vec<String> {
    let mut said = vec![format!("the pick of {} conflicts:", conflict.fix.short())];
    for file in &conflict.files {
        let kinds = if file.kinds.is_empty() { String::new() } else { format!(" ({})", file.kinds.join("; ")) };
        said.push(format!("  {}{kinds}", file.path));
    }
    said.extend(in_conflict(conflict, branch));
    said
}

/// The same, and how to go on here.
fn conflict_lines(conflict: &ConflictNote, branch: &BranchName) -> Vec<String> {
    let mut said = conflict_told(conflict, branch);
    let offers = conflict.offered.iter();
    said.extend(
        offers.map(|offer| format!("line {} resolved '{}' before: see 'offered/'", offer.from_line, offer.path)),
    );
    said.extend(conflict.directory.iter().map(|directory| format!("edit the files in: {directory}/files")));
    said.extend(conflict.go_on.iter().map(|command| format!("then: {command}")));
    said.extend(conflict.abort.iter().map(|command| format!("or give up: {command}")));
    said
}

fn failure_lines(failure: &Failure) -> Vec<String> {
    let mut said = vec![failure.message.clone()];
    said.extend(failure.causes.iter().flat_map(|cause| cause.lines()).map(|cause| format!("caused by: {cause}")));
    said.extend(failure.hint.iter().map(|hint| format!("hint: {hint}")));
    said
}
