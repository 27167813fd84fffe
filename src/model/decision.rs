//! What maintainers decided about one fix on one line, as `.patch/decisions.toml` records it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml_edit::Datetime;

use crate::model::change::Change;
use crate::model::commit::CommitId;
use crate::model::error::{self, Error};
use crate::model::kind::FixKind;
use crate::model::line::LineName;
use crate::model::name::{NotAName, text_type};
use crate::model::record::{Field, Records};

/// Where the decisions are in the user's repository.
pub const DECISIONS_PATH: &str = ".patch/decisions.toml";

const DECISIONS: Records = Records { path: DECISIONS_PATH, table: "decision", many: "decisions" };

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The fix belongs on the line.
    Accept,
    /// The fix does not.
    Decline,
}

impl Answer {
    /// Returns the word for it, as the file and every result spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline => "decline",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why something was decided. Never blank.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reason(String);

text_type!(Reason);

impl FromStr for Reason {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Err(NotAName::new("a reason", text, "it is empty"));
        }
        Ok(Self(text.trim().to_owned()))
    }
}

/// Who decided: `Name <mail>`, as git writes people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Person(String);

text_type!(Person);

impl FromStr for Person {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |rule| Err(NotAName::new("a person", text, rule));
        if text.chars().any(char::is_control) {
            return refuse("it holds a control character");
        }
        let Some((name, mail)) = text.strip_suffix('>').and_then(|text| text.split_once(" <")) else {
            return refuse("write it as 'Name <mail>'");
        };
        if name.trim().is_empty() || mail.trim().is_empty() || format!("{name}{mail}").contains(['<', '>']) {
            return refuse("write it as 'Name <mail>'");
        }
        Ok(Self(text.to_owned()))
    }
}

impl Person {
    /// Returns the mail address.
    pub fn mail(&self) -> &str {
        self.0.split_once(" <").map_or("", |(_, mail)| mail.trim_end_matches('>'))
    }
}

/// A maintainer's yes or no for one fix on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Decision {
    /// The fix.
    pub fix: CommitId,
    /// The line.
    pub line: LineName,
    /// Yes or no.
    pub answer: Answer,
    /// What kind of a fix it is, where that was recorded too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<FixKind>,
    /// Why.
    pub reason: Reason,
    /// Who decided.
    pub by: Person,
    /// When, in UTC, to the second.
    #[schemars(with = "String")]
    pub at: DateTime<Utc>,
}

/// All decisions of a repository, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decisions {
    all: Vec<Decision>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDecisions {
    #[serde(default)]
    decision: Vec<RawDecision>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDecision {
    fix: CommitId,
    line: LineName,
    answer: Answer,
    kind: Option<FixKind>,
    reason: Reason,
    by: Person,
    at: Datetime,
}

impl Decisions {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// When it is not TOML of this form; the message has the line.
    pub fn parse(text: &str) -> error::Result<Self> {
        let raw: RawDecisions = DECISIONS.parse(text)?;
        let all = raw.decision.into_iter().map(decision).collect::<error::Result<Vec<_>>>()?;
        Ok(Self { all })
    }

    /// Returns all of them, in the order of the file.
    pub fn all(&self) -> &[Decision] {
        &self.all
    }

    /// Returns the latest decision about a fix on a line. Of two at the same moment it is the later one in the file.
    pub fn latest(&self, fix: CommitId, line: &LineName) -> Option<&Decision> {
        self.all.iter().filter(|decision| decision.fix == fix && decision.line == *line).max_by_key(|one| one.at)
    }

    /// Returns the latest decision about a change on a line: about the change itself or one of its commits.
    pub fn about(&self, change: &Change, line: &LineName) -> Option<&Decision> {
        let all = std::iter::once(&change.id).chain(&change.members);
        all.filter_map(|id| self.latest(*id, line)).max_by_key(|decision| decision.at)
    }
}

/// What recording a decision comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// The new text of the file.
    New(String),
    /// The same was decided last, for the same reason.
    Already(Decision),
}

/// Adds a decision to the text of the file, which stays as it is otherwise.
///
/// # Errors
/// When the text is no file of decisions, or a later decision about the same fix and line is recorded.
pub fn record(text: &str, new: &Decision) -> error::Result<Recorded> {
    let known = Decisions::parse(text)?;
    if let Some(last) = known.latest(new.fix, &new.line) {
        if last.answer == new.answer && last.kind == new.kind && last.reason == new.reason {
            return Ok(Recorded::Already(last.clone()));
        }
        if last.at > new.at {
            let (at, fix, line) = (moment(last.at), new.fix, &new.line);
            return Err(Error::usage(format!("a later decision about '{fix}' on '{line}' is recorded, of '{at}'"))
                .hint("see that the clock is right, or give a later --now"));
        }
    }
    let Decision { fix, line, answer, kind, reason, by, at } = new;
    let mut fields = vec![("fix", Field::text(fix)), ("line", Field::text(line)), ("answer", Field::text(answer))];
    fields.extend(kind.map(|kind| ("kind", Field::text(kind))));
    fields.extend([("reason", Field::text(reason)), ("by", Field::text(by)), ("at", Field::Time(moment(*at)))]);
    DECISIONS.add(text, &fields, Decisions::parse).map(Recorded::New)
}

/// Writes a moment as records and results have it: in UTC, to the second.
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn decision(raw: RawDecision) -> error::Result<Decision> {
    let RawDecision { fix, line, answer, kind, reason, by, at } = raw;
    Ok(Decision { fix, line, answer, kind, reason, by, at: utc(&at)? })
}

fn utc(at: &Datetime) -> error::Result<DateTime<Utc>> {
    let text = at.to_string();
    let parsed = DateTime::parse_from_rfc3339(&text).map_err(|error| {
        Error::usage(format!("'{DECISIONS_PATH}': 'at = {text}' is not a moment"))
            .because(error)
            .hint("write it as 2026-01-05T09:00:00Z")
    })?;
    Ok(parsed.to_utc())
}

/// The value of the `schema` field of the result.
pub const DECIDE_SCHEMA: &str = "patch-pick/decide@1";

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It stands in the file now.
    Recorded,
    /// It would, but for the dry run.
    WouldRecord,
    /// The same was decided before.
    Already,
}

/// The result of `patch-pick decide`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Decided {
    /// Always `patch-pick/decide@1`.
    pub schema: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// The decision that stands: where it was there already, the earlier one.
    pub decision: Decision,
}

#[cfg(test)]
mod tests;
