//! The verbs that change a source, and how what they did is shown.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

use crate::cli::args::{CommonArgs, mode};
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone, escape};
use crate::model::advisory::checklist::{Checklist, Point, Progress};
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::outcome::{Change, ChangeRequest, Changed, Outcome, Withdrawal};
use crate::model::advisory::{Done, Item};
use crate::model::decision::Person;
use crate::model::error::Result;
use crate::model::markdown;
use crate::ports::git::Git;
use crate::ports::render::Templates;

/// The verbs that change a source.
#[derive(Debug, Subcommand)]
pub enum ChangeCommand {
    /// Say that something of the checklist is done that nothing else shows
    Done(DoneArgs),
    /// Record that something of a published advisory changed
    Revise(ReviseArgs),
    /// Take a published advisory back
    Withdraw(WithdrawArgs),
}

/// What `patch-advisory done` is asked.
#[derive(Debug, Args)]
pub struct DoneArgs {
    /// The advisory
    pub advisory: AdvisoryId,

    /// What is done
    #[arg(value_name = "ITEM", value_parser = item())]
    pub item: Item,

    /// Who says so, as `Name <mail>`; without it, the identity that git is configured with
    #[arg(long, value_name = "PERSON")]
    pub by: Option<Person>,

    /// Show what would be changed and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What `patch-advisory revise` is asked.
#[derive(Debug, Args)]
pub struct ReviseArgs {
    /// The advisory
    pub advisory: AdvisoryId,

    /// What changed, in one line
    #[arg(long)]
    pub summary: String,

    /// Show what would be changed and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What `patch-advisory withdraw` is asked.
#[derive(Debug, Args)]
pub struct WithdrawArgs {
    /// The advisory
    pub advisory: AdvisoryId,

    /// Why, in one line
    #[arg(long)]
    pub reason: String,

    /// Say of every version that it is not affected, for there is no flaw; without it, as for a duplicate, no version becomes safe
    #[arg(long)]
    pub no_flaw: bool,

    /// Show what would be changed and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

fn item() -> impl TypedValueParser<Value = Item> {
    let words = PossibleValuesParser::new(Item::ALL.iter().map(|item| item.as_str()));
    words.map(|word| {
        let found = Item::ALL.iter().find(|item| item.as_str() == word);
        *found.expect("because clap takes no other word")
    })
}

impl ChangeCommand {
    /// Returns what is asked.
    ///
    /// # Errors
    /// When nobody was named, and git knows nobody.
    pub fn request(&self, git: &Git, common: &CommonArgs) -> Result<ChangeRequest> {
        let now = common.moment();
        let (id, change, dry_run) = match self {
            Self::Done(asked) => {
                let by = git.person(asked.by.clone())?.to_string();
                let done = Done { item: asked.item, by, on: now.date_naive() };
                (&asked.advisory, Change::Done(done), asked.dry_run)
            }
            Self::Revise(asked) => (&asked.advisory, Change::Revise(asked.summary.clone()), asked.dry_run),
            Self::Withdraw(asked) => {
                let withdrawal = Withdrawal { reason: asked.reason.clone(), no_flaw: asked.no_flaw };
                (&asked.advisory, Change::Withdraw(withdrawal), asked.dry_run)
            }
        };
        Ok(ChangeRequest { id: id.clone(), change, now, mode: mode(dry_run) })
    }
}

fn sentence(changed: &Changed) -> String {
    let said = match changed.outcome {
        Outcome::Done => "changed",
        Outcome::Already => "already so",
        Outcome::Planned => "would be changed",
    };
    format!("{} ({}): {said}: {}", changed.id, changed.state, changed.change)
}

impl Present for Changed {
    fn text(&self, _: &Page) -> String {
        [sentence(self)].iter().chain(&self.next).map(|line| format!("{}\n", escape(line))).collect()
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let lines = [sentence(self)].into_iter().chain(self.next.clone());
        Ok(lines.map(|line| format!("{}\n", markdown::escape(&line))).collect::<Vec<_>>().join("\n"))
    }
}

fn row(point: &Point) -> [String; 3] {
    let said = match (&point.by, point.on) {
        (Some(by), Some(on)) => format!("{by} says so on {on}"),
        (_, _) => point.detail.clone(),
    };
    [point.item.to_string(), point.progress.as_str().to_owned(), said]
}

impl Present for Checklist {
    fn text(&self, page: &Page) -> String {
        let mut table = Table::new([("item", Fit::Keeps), ("done", Fit::Keeps), ("detail", Fit::Shrinks)]);
        for point in &self.points {
            let [item, progress, detail] = row(point);
            let tone = match point.progress {
                Progress::Shown | Progress::Stated => Tone::Good,
                Progress::Open => Tone::Warn,
            };
            table.row([Cell::new(item), Cell::new(progress).tone(tone), Cell::new(detail)]);
        }
        table.render(page)
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let line = |point: &Point| {
            let [item, progress, detail] = row(point).map(|text| markdown::escape(&text));
            let mark = if point.progress == Progress::Open { ' ' } else { 'x' };
            format!("- [{mark}] {item} ({progress}): {detail}\n")
        };
        Ok(self.points.iter().map(line).collect())
    }

    fn complaints(&self) -> Vec<String> {
        let open = self.points.iter().filter(|point| point.progress == Progress::Open);
        open.map(|point| format!("{}: {}: {}", self.advisory, point.item, point.detail)).collect()
    }
}
