//! The sections about a release: where versions stand, what proves it, when it is due, who gets it.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use chrono::Weekday;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::error::ConfigError;
use super::read::{Section, Word};
#[cfg(test)]
use super::signing::{SIGNING, SIGNING_TAGS};
use crate::model::edit::VersionPattern;
use crate::model::field::FieldPath;
use crate::model::image::ImageName;
use crate::model::name::{NotAName, text_type};
use crate::model::path::{RepoPath, ShellCommand};
use crate::model::version::Spelling;

const VERSION: &[&str] = &["path", "pattern", "count", "fields", "document", "image", "spelling"];
const SUITE: &[&str] = &["run", "proves"];
const SCHEDULE: &[&str] = &["patch", "timezone"];
const ROLLOUT: &[&str] = &["targets"];

#[cfg(test)]
pub(super) const SECTIONS: &[(&str, &[&str])] = &[
    ("version", VERSION),
    ("signing", SIGNING),
    ("signing.tags", SIGNING_TAGS),
    ("validate.NAME", SUITE),
    ("schedule", SCHEDULE),
    ("rollout", ROLLOUT),
];

/// A file of the tree in which the version stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFile {
    /// The file.
    pub path: RepoPath,
    /// Where in the file.
    pub spot: VersionSpot,
    /// Which document of a YAML file. `None`: the only one.
    pub document: Option<DocumentSelector>,
    /// How the file spells pre-releases. `None`: as its format does.
    pub spelling: Option<Spelling>,
}

/// Where in a file the version stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionSpot {
    /// Where the format has it; the format is known from the name of the file.
    ByFormat,
    /// In a text around `{version}`, which stands in the file exactly so often.
    Pattern {
        /// The text around the version.
        pattern: VersionPattern,
        /// How often it stands there.
        count: NonZeroU32,
    },
    /// At these paths of a structured file.
    Fields(Vec<FieldPath>),
    /// In the tag of this container image.
    Image(ImageName),
}

/// One document of a YAML file that holds several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentSelector {
    /// By its position, counted from one: `2`.
    Position(NonZeroU32),
    /// By the kind and the name of a Kubernetes object: `Deployment/api`.
    Object {
        /// Its `kind`.
        kind: String,
        /// Its `metadata.name`.
        name: String,
    },
}

impl FromStr for DocumentSelector {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text.parse().ok(), text.split_once('/')) {
            (Some(position), _) => Ok(Self::Position(position)),
            (None, Some((kind, name))) if !kind.is_empty() && !name.is_empty() => {
                Ok(Self::Object { kind: kind.to_owned(), name: name.to_owned() })
            }
            (None, _) => Err(NotAName::new("a document", text, "write its position from '1' on, or 'Kind/name'")),
        }
    }
}

impl Word for Spelling {
    const ALL: &'static [Self] = &Spelling::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// One suite of the validation: a command and what its success proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// Its name: the part after `validate.`.
    pub name: SuiteName,
    /// The command.
    pub run: ShellCommand,
    /// What its success proves.
    pub proves: Proves,
}

/// The name of a validation suite: lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SuiteName(String);

text_type!(SuiteName);

impl FromStr for SuiteName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        match plain && text.starts_with(|c: char| c.is_ascii_lowercase()) {
            true => Ok(Self(text.to_owned())),
            false => {
                Err(NotAName::new("a suite name", text, "write a letter, then lower-case letters, digits and '-'"))
            }
        }
    }
}

/// What the success of a suite proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proves {
    /// That the product works.
    Tests,
    /// That no known weakness is in it.
    Security,
    /// That it is not slower.
    Performance,
    /// That what used it before can still use it.
    Compatibility,
}

impl Word for Proves {
    const ALL: &'static [Self] = &[Self::Tests, Self::Security, Self::Performance, Self::Compatibility];

    fn word(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Security => "security",
            Self::Performance => "performance",
            Self::Compatibility => "compatibility",
        }
    }
}

/// When patch releases are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How often.
    pub patch: Cadence,
    /// Whose days these are.
    pub timezone: Tz,
}

/// How often a patch release is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cadence {
    /// Every day: `daily`.
    Daily,
    /// Once a week: `weekly on Wednesday`.
    Weekly(Weekday),
    /// Once a month: `monthly on the second Tuesday`.
    Monthly(Ordinal, Weekday),
}

/// Which of the same weekdays of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ordinal {
    /// The first seven days.
    First,
    /// The days 8 to 14.
    Second,
    /// The days 15 to 21.
    Third,
    /// The days 22 to 28.
    Fourth,
    /// The last seven days.
    Last,
}

impl Word for Ordinal {
    const ALL: &'static [Self] = &[Self::First, Self::Second, Self::Third, Self::Fourth, Self::Last];

    fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
            Self::Fourth => "fourth",
            Self::Last => "last",
        }
    }
}

impl FromStr for Cadence {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rule = "write 'daily', 'weekly on Wednesday' or 'monthly on the second Tuesday'";
        let refuse = || NotAName::new("a cadence", text, rule);
        let words: Vec<&str> = text.split(' ').collect();
        match words.as_slice() {
            ["daily"] => Ok(Self::Daily),
            ["weekly", "on", day] => weekday(day).map(Self::Weekly).ok_or_else(refuse),
            ["monthly", "on", "the", ordinal, day] => {
                let ordinal = Ordinal::ALL.iter().find(|known| known.word() == *ordinal).ok_or_else(refuse)?;
                Ok(Self::Monthly(*ordinal, weekday(day).ok_or_else(refuse)?))
            }
            _ => Err(refuse()),
        }
    }
}

const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Monday"),
    (Weekday::Tue, "Tuesday"),
    (Weekday::Wed, "Wednesday"),
    (Weekday::Thu, "Thursday"),
    (Weekday::Fri, "Friday"),
    (Weekday::Sat, "Saturday"),
    (Weekday::Sun, "Sunday"),
];

fn weekday(text: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(day, _)| *day)
}

fn weekday_name(day: Weekday) -> &'static str {
    WEEKDAYS[day.num_days_from_monday() as usize].1
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Daily => f.write_str("daily"),
            Self::Weekly(day) => write!(f, "weekly on {}", weekday_name(*day)),
            Self::Monthly(ordinal, day) => write!(f, "monthly on the {} {}", ordinal.word(), weekday_name(*day)),
        }
    }
}

/// Where releases are deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollout {
    /// The file that lists the targets.
    pub targets: RepoPath,
}

pub(super) fn versions(root: &Section<'_>) -> Result<Vec<VersionFile>, ConfigError> {
    let mut files: Vec<VersionFile> = Vec::new();
    for section in root.sections("version", "[[version]]", VERSION)? {
        let path: RepoPath = section.require("path", section.parsed("path")?)?;
        let spot = version_spot(&section)?;
        let document = section.parsed("document")?;
        if document.is_some() && !matches!(spot, VersionSpot::Fields(_)) {
            return Err(section.error_at("document", "'document' in [[version]] goes with 'fields'"));
        }
        let file = VersionFile { path, spot, document, spelling: section.word("spelling")? };
        if files.contains(&file) {
            return Err(section.error_at("path", format!("'{}' is listed with the same place already", file.path)));
        }
        files.push(file);
    }
    Ok(files)
}

fn version_spot(section: &Section<'_>) -> Result<VersionSpot, ConfigError> {
    let pattern: Option<VersionPattern> = section.parsed("pattern")?;
    let count = section.count("count")?;
    let fields = section.list("fields")?;
    let image = section.parsed("image")?;
    if count.is_some() && pattern.is_none() {
        return Err(section.error_at("count", "'count' in [[version]] goes with 'pattern'"));
    }
    match (pattern, fields, image) {
        (None, None, None) => Ok(VersionSpot::ByFormat),
        (Some(pattern), None, None) => Ok(VersionSpot::Pattern { pattern, count: count.unwrap_or(NonZeroU32::MIN) }),
        (None, Some(fields), None) => Ok(VersionSpot::Fields(fields)),
        (None, None, Some(image)) => Ok(VersionSpot::Image(image)),
        _ => Err(section.error("'pattern', 'fields' and 'image' in [[version]] exclude each other")),
    }
}

pub(super) fn validate(root: &Section<'_>) -> Result<Vec<Suite>, ConfigError> {
    let Some(suites) = root.own_section("validate", "[validate]")? else { return Ok(Vec::new()) };
    let mut read = Vec::new();
    for key in suites.own_keys() {
        let name: SuiteName = key.parse().map_err(|broken: NotAName| suites.error_at(key, broken.to_string()))?;
        let title = format!("[validate.{name}]");
        if let Some(section) = suites.section(key, &title, SUITE)? {
            let run = section.require("run", section.parsed("run")?)?;
            let proves = section.require("proves", section.word("proves")?)?;
            read.push(Suite { name, run, proves });
        }
    }
    Ok(read)
}

pub(super) fn schedule(root: &Section<'_>) -> Result<Option<Schedule>, ConfigError> {
    let Some(section) = root.section("schedule", "[schedule]", SCHEDULE)? else { return Ok(None) };
    let patch = section.require("patch", section.parsed("patch")?)?;
    let timezone = match section.text("timezone")? {
        None => Tz::UTC,
        Some(name) => name.parse().map_err(|_| {
            let message = format!("unknown timezone '{name}' in [schedule]; write one such as 'Europe/Berlin'");
            section.error_at("timezone", message)
        })?,
    };
    Ok(Some(Schedule { patch, timezone }))
}

pub(super) fn rollout(root: &Section<'_>) -> Result<Option<Rollout>, ConfigError> {
    let Some(section) = root.section("rollout", "[rollout]", ROLLOUT)? else { return Ok(None) };
    Ok(Some(Rollout { targets: section.require("targets", section.parsed("targets")?)? }))
}
