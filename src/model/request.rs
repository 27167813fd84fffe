//! What the verbs are asked, as data, so that arguments, workflows and tests ask in the same way.

use std::convert::Infallible;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

use super::decision::{Answer, Person, Reason};
use super::kind::FixKind;
use super::line::LineName;
use super::prerequisite::Budget;
use super::verify::Strictness;

/// What `patch-pick forecast` is asked about one fix.
#[derive(Debug, Default)]
pub struct ForecastRequest {
    /// The fix, as a revision.
    pub fix: String,
    /// The lines it would go onto; every supported line if these and `onto` are empty.
    pub lines: Vec<LineName>,
    /// Revisions it would go onto.
    pub onto: Vec<String>,
}

/// What `patch-pick status` is asked.
#[derive(Debug, Default)]
pub struct StatusRequest {
    /// The lines; all supported ones if empty.
    pub lines: Vec<LineName>,
    /// How far back; as the configuration says if absent.
    pub since: Option<Since>,
    /// Which changes are shown.
    pub rows: Rows,
    /// How deep it is looked whether a line that lacks a change needs it.
    pub depth: Depth,
    /// Which picks are worked out.
    pub forecasts: Forecasts,
}

/// Which picks a status works out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Forecasts {
    /// None.
    #[default]
    None,
    /// Those that are needed.
    OfNeeded,
}

/// Which changes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// Those that at least one line picked, needs or declined.
    #[default]
    Telling,
    /// All.
    All,
}

/// How deep it is looked whether a line needs a change that it lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// At what messages and decisions say.
    #[default]
    Stated,
    /// At who wrote the lines that the change repairs, too: a blame for each change.
    Blamed,
}

/// How far back to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// So many days before the newest commit of main.
    Days(u32),
    /// From this moment on.
    Moment(DateTime<Utc>),
    /// Everything that is not in the history of this revision.
    Revision(String),
    /// Everything since the lines left main.
    BranchPoints,
}

impl FromStr for Since {
    type Err = Infallible;

    /// Reads a moment or date, the word `branch-points`, or else takes the text as a revision.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "branch-points" {
            return Ok(Self::BranchPoints);
        }
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::Moment(moment.with_timezone(&Utc)));
        }
        let day = text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
        Ok(day.map_or_else(|| Self::Revision(text.to_owned()), |day| Self::Moment(day.and_utc())))
    }
}

/// What `patch-pick verify` is asked.
#[derive(Debug)]
pub struct VerifyRequest {
    /// The lines; all supported ones if empty.
    pub lines: Vec<LineName>,
    /// Which of the lines' own commits are looked at; all of them if absent.
    pub since: Option<Since>,
    /// Whether the lines in which picks differ from their origins are part of the result.
    pub differences: Differences,
    /// Whether picks that were changed count against a line.
    pub changed_picks: Strictness,
}

/// How much is told about a pick that differs from its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Differences {
    /// In which files, and in how many lines.
    Counted,
    /// The lines, too.
    Shown,
}

/// What `patch-pick decide` is asked.
#[derive(Debug, Clone)]
pub struct DecideRequest {
    /// The fix, as a revision.
    pub fix: String,
    /// The line.
    pub line: LineName,
    /// Yes or no.
    pub answer: Answer,
    /// What kind of a fix it is, where that is decided too.
    pub kind: Option<FixKind>,
    /// Why.
    pub reason: Reason,
    /// Who decides; git's identity if absent.
    pub by: Option<Person>,
    /// When. Fractions of a second are dropped.
    pub at: DateTime<Utc>,
    /// Whether to write.
    pub mode: Mode,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is.
    Write,
    /// Nothing is.
    DryRun,
}

/// Which fixes a plan is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Those that each line needs.
    #[default]
    Needed,
    /// These, as revisions.
    Named(Vec<String>),
    /// What came to main with the pull request of this number.
    OfPull(u64),
}

/// What `patch-pick plan` is asked.
#[derive(Debug, Clone, Default)]
pub struct PlanRequest {
    /// The lines; all supported ones if empty.
    pub lines: Vec<LineName>,
    /// The fixes.
    pub fixes: Wanted,
    /// How far back; as the configuration says if absent, and to the branch points where fixes are named.
    pub since: Option<Since>,
    /// How far the search for prerequisites goes.
    pub budget: Budget,
    /// Whether picks are signed off even if the configuration does not ask for it.
    pub signoff: bool,
}
