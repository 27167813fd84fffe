//! The arguments of `patch-advisory embargo`, and how its result is shown.

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};

use crate::cli::args::{CommonArgs, mode};
use crate::cli::out::Present;
use crate::cli::table::{Cell, Fit, Table};
use crate::cli::terminal::{Page, Tone};
use crate::model::advisory::id::AdvisoryId;
use crate::model::advisory::terms::{EmbargoChange, EmbargoOutcome, EmbargoRequest, EmbargoStanding, Embargoes};
use crate::model::decision::{Person, Reason};
use crate::model::error::Result;
use crate::model::markdown;
use crate::ports::render::Templates;

/// What `patch-advisory embargo` is asked.
#[derive(Debug, Args)]
pub struct EmbargoArgs {
    /// What is done.
    #[command(subcommand)]
    pub verb: EmbargoVerb,
}

/// What is done with embargoes.
#[derive(Debug, Subcommand)]
pub enum EmbargoVerb {
    /// Show which advisories are secret, and until when
    Status {
        /// These; without any, all
        #[arg(value_name = "ADVISORY")]
        advisories: Vec<AdvisoryId>,
    },
    /// Set the moment before which nothing may be public
    Set {
        /// The advisory
        advisory: AdvisoryId,
        /// The moment, such as 2027-03-31T12:00:00Z
        #[arg(long, value_name = "RFC3339")]
        until: DateTime<Utc>,
        /// When distributors were or will be told: at most 14 days before that moment
        #[arg(long, value_name = "RFC3339")]
        notified: Option<DateTime<Utc>>,
        /// Show what would be written and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// End an embargo before its date, which is recorded
    Lift {
        /// The advisory
        advisory: AdvisoryId,
        /// Why, in one sentence
        #[arg(long)]
        reason: Reason,
        /// Who lifts it, as `Name <mail>`; without it, the identity that git is configured with
        #[arg(long, value_name = "PERSON")]
        by: Option<Person>,
        /// Show what would be written and write nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// What is asked of embargoes.
#[derive(Debug)]
pub enum EmbargoTask {
    /// To show them.
    Status(Vec<AdvisoryId>),
    /// To change one.
    Change(EmbargoRequest),
}

impl EmbargoArgs {
    /// Returns what is asked.
    pub fn task(&self, common: &CommonArgs) -> EmbargoTask {
        let now = common.moment();
        match &self.verb {
            EmbargoVerb::Status { advisories } => EmbargoTask::Status(advisories.clone()),
            EmbargoVerb::Set { advisory, until, notified, dry_run } => {
                let change = EmbargoChange::Set { until: *until, notified: *notified };
                EmbargoTask::Change(EmbargoRequest { advisory: advisory.clone(), change, mode: mode(*dry_run), now })
            }
            EmbargoVerb::Lift { advisory, reason, by, dry_run } => {
                let change = EmbargoChange::Lift { reason: reason.clone(), by: by.clone() };
                EmbargoTask::Change(EmbargoRequest { advisory: advisory.clone(), change, mode: mode(*dry_run), now })
            }
        }
    }
}

const HEADINGS: [&str; 5] = ["advisory", "state", "secret", "until", "told"];

fn row(standing: &EmbargoStanding) -> [String; 5] {
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let secret = if standing.secret { "yes" } else { "no" };
    let changed = match standing.outcome {
        EmbargoOutcome::Shown => "",
        EmbargoOutcome::Changed => "written",
        EmbargoOutcome::WouldChange => "would be written",
        EmbargoOutcome::Already => "was so already",
    };
    let notified = standing.notified.map(|at| format!("distributors {}", moment(at)));
    let lifted = standing
        .lifted
        .as_ref()
        .map(|lifted| format!("lifted {} by {}: {}", moment(lifted.at), lifted.by, lifted.reason));
    let told = notified.into_iter().chain(lifted).chain((!changed.is_empty()).then(|| changed.to_owned()));
    [
        standing.advisory.to_string(),
        standing.state.to_string(),
        secret.to_owned(),
        standing.until.map(moment).unwrap_or_default(),
        told.collect::<Vec<_>>().join("; "),
    ]
}

impl Present for Embargoes {
    fn text(&self, page: &Page) -> String {
        if self.advisories.is_empty() {
            return "there is no advisory\n".to_owned();
        }
        let mut table = Table::new(HEADINGS.map(|heading| (heading, Fit::Keeps)));
        for standing in &self.advisories {
            let [advisory, state, secret, until, told] = row(standing);
            let tone = if standing.secret { Tone::Warn } else { Tone::Plain };
            table.row([
                Cell::new(advisory),
                Cell::new(state),
                Cell::new(secret).tone(tone),
                Cell::new(until),
                Cell::new(told),
            ]);
        }
        table.render(page)
    }

    fn markdown(&self, _: &Templates) -> Result<String> {
        let rows = self.advisories.iter().map(|standing| row(standing).map(|text| markdown::escape(&text)).to_vec());
        Ok(markdown::table(&HEADINGS, &rows.collect::<Vec<_>>()))
    }
}
