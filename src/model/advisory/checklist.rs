//! What must be so before an advisory is published: each item worked out where it can be, else asked of a person.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{NOTHING_AFFECTED, Named, Repository, Weight, check};
use super::id::AdvisoryId;
use super::lines::{LineFinding, LineVerdict};
use super::{Advisory, Item};
use crate::model::verify::Answer;

/// What stands in `schema`.
pub const CHECKLIST_SCHEMA: &str = "patch-advisory/checklist@1";

/// What a new source has in place of a text that is still to be written.
pub const TO_BE_WRITTEN: &str = "To be written.";

/// How far an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// The source shows that it is done.
    Shown,
    /// A person says that it is done.
    Stated,
    /// It is not done.
    Open,
}

impl Progress {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Stated => "stated",
            Self::Open => "open",
        }
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Point {
    /// Which.
    pub item: Item,
    /// How far it is.
    pub progress: Progress,
    /// What shows it, or what is missing.
    pub detail: String,
    /// Who says that it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When they said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
}

/// The checklist of an advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Checklist {
    /// [`CHECKLIST_SCHEMA`].
    pub schema: String,
    /// The advisory.
    pub advisory: AdvisoryId,
    /// `yes`: everything is done; `undecided`: something is open.
    pub answer: Answer,
    /// The items, in their order.
    pub points: Vec<Point>,
}

/// Works out the checklist of an advisory.
pub fn checklist(advisory: &Advisory, now: DateTime<Utc>) -> Checklist {
    let points: Vec<Point> = Item::ALL.iter().map(|item| point(*item, advisory, now)).collect();
    let is_open = points.iter().any(|point| point.progress == Progress::Open);
    let answer = if is_open { Answer::Undecided } else { Answer::Yes };
    Checklist { schema: CHECKLIST_SCHEMA.to_owned(), advisory: advisory.id.clone(), answer, points }
}

fn point(item: Item, advisory: &Advisory, now: DateTime<Utc>) -> Point {
    let (progress, detail) = match shown(item, advisory, now) {
        Ok(detail) => (Progress::Shown, detail),
        Err(missing) => (Progress::Open, missing),
    };
    // What is said to be done on a day to come is not done yet, whatever the time zone of who says so.
    let today = now.checked_add_signed(TimeDelta::hours(14)).unwrap_or(now).date_naive();
    let stated = advisory.done.iter().rfind(|done| done.item == item && done.on <= today);
    match (progress, stated) {
        // What the source shows to be missing cannot be stated to be there.
        (Progress::Open, Some(done)) if takes_statements(item) => {
            let detail = "a person says so".to_owned();
            Point { item, progress: Progress::Stated, detail, by: Some(done.by.clone()), on: Some(done.on) }
        }
        (progress, _) => Point { item, progress, detail, by: None, on: None },
    }
}

/// Says whether a person may answer for an item that the source does not show.
pub const fn takes_statements(item: Item) -> bool {
    match item {
        Item::CveRegistered | Item::FixReviewed | Item::MitigationsDocumented => true,
        Item::AdvisoryDrafted | Item::VersionsDocumented | Item::SeverityCalculated => false,
    }
}

/// Returns what shows that an item is done, or what is missing.
fn shown(item: Item, advisory: &Advisory, now: DateTime<Utc>) -> Result<String, String> {
    match item {
        Item::CveRegistered => match &advisory.cve {
            Some(cve) => Ok(format!("'cve' is {cve}")),
            None => Err("there is no 'cve'".to_owned()),
        },
        Item::FixReviewed => Err("only a person can say so".to_owned()),
        Item::AdvisoryDrafted => drafted(advisory, now),
        Item::VersionsDocumented if advisory.affects_nothing() => Err(NOTHING_AFFECTED.to_owned()),
        Item::VersionsDocumented => versions(&advisory.lines),
        Item::MitigationsDocumented => match advisory.body.mitigation.as_str() {
            text if is_to_be_written(text) => Err("the section Mitigation is to be written".to_owned()),
            text if says_none(text) => {
                Err("the section Mitigation says that there is none: a person has to answer for that".to_owned())
            }
            _ => Ok("the section Mitigation is written".to_owned()),
        },
        Item::SeverityCalculated => match advisory.severity.main() {
            Some(_) => Ok(advisory.severity.headline()),
            None => Err("there is no CVSS vector".to_owned()),
        },
    }
}

/// Says whether a section holds the place of what is still to be written.
fn is_to_be_written(text: &str) -> bool {
    const HOLDERS: &[&str] = &["", "todo", "tbd", "fixme", "to be done", "to be written", "to do", "later"];
    let words = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    text == TO_BE_WRITTEN || HOLDERS.contains(&words.as_str())
}

/// Says whether a section on mitigations says that there are none.
fn says_none(text: &str) -> bool {
    const NONE: &[&str] = &[
        "none",
        "n a",
        "no mitigation",
        "no workaround",
        "no known mitigation",
        "no known workaround",
        "there is no",
        "there are no",
    ];
    let small = text.to_lowercase();
    let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // A longer text says more than that.
    let says = |none: &&str| words.join(" ").starts_with(*none);
    words.len() <= 8 && NONE.iter().any(says)
}

fn drafted(advisory: &Advisory, now: DateTime<Utc>) -> Result<String, String> {
    if let Some((name, _)) = advisory.body.sections().into_iter().find(|(_, text)| is_to_be_written(text)) {
        return Err(format!("the section {name} is to be written"));
    }
    let file = advisory.id.file_name();
    let checked = check(&[Named { file: &file, advisory, found: Repository::default() }], &[], now);
    match checked.findings.into_iter().find(|finding| finding.weight == Weight::Failed) {
        Some(wrong) => Err(wrong.detail),
        None => Ok("all five sections are written".to_owned()),
    }
}

fn versions(lines: &[LineFinding]) -> Result<String, String> {
    if lines.is_empty() {
        return Err("the lines are not worked out".to_owned());
    }
    let unclear = |line: &&LineFinding| line.verdict == LineVerdict::NotEvaluated && line.support.gets_security_fixes();
    match lines.iter().find(unclear) {
        Some(line) => Err(format!("line {} is {} and was not evaluated", line.name, line.support)),
        None => {
            let number: usize = lines.iter().map(|line| line.affected.len()).sum();
            Ok(format!("{number} affected versions of {} lines", lines.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = include_str!("example.md");

    fn list(text: &str) -> Vec<(Item, Progress)> {
        let advisory = Advisory::parse(text).expect("an advisory");
        let list = checklist(&advisory, "2026-12-01T00:00:00Z".parse().expect("a moment"));
        assert_eq!(list.answer == Answer::Yes, list.points.iter().all(|point| point.progress != Progress::Open));
        list.points.iter().map(|point| (point.item, point.progress)).collect()
    }

    fn progress(text: &str, item: Item) -> Progress {
        list(text).into_iter().find(|(own, _)| *own == item).expect("every item").1
    }

    #[test]
    fn items_are_worked_out_where_they_can_be() {
        for (item, from, to) in [
            (Item::CveRegistered, "cve =", "# cve ="),
            (Item::AdvisoryDrafted, "The server reads one byte too many.", TO_BE_WRITTEN),
            (Item::VersionsDocumented, "verdict = \"fixed\"", "verdict = \"not-evaluated\""),
            (Item::SeverityCalculated, "severity =", "# severity ="),
        ] {
            assert_eq!(progress(SOURCE, item), Progress::Shown, "{item}");
            assert_eq!(progress(&SOURCE.replacen(from, to, 1), item), Progress::Open, "{item}");
        }
        let helps = SOURCE.replacen("## Mitigation\n\nNone.", "## Mitigation\n\nTurn it off.", 1);
        assert_eq!(progress(&helps, Item::MitigationsDocumented), Progress::Shown);
    }

    #[test]
    fn what_holds_a_place_is_not_written_and_what_is_to_come_is_not_done() {
        let with = |text: &str| SOURCE.replacen("## Mitigation\n\nNone.", &format!("## Mitigation\n\n{text}"), 1);
        for text in ["todo", "To do.", "-", "TBD", "There is no mitigation.", "No known workaround.", "n/a", "None"] {
            assert_eq!(progress(&with(text), Item::MitigationsDocumented), Progress::Open, "{text}");
        }
        for text in ["Turn it off.", "There is no mitigation but to turn the parser off in the configuration."] {
            assert_eq!(progress(&with(text), Item::MitigationsDocumented), Progress::Shown, "{text}");
        }
        let draft = SOURCE.replacen("The server reads one byte too many.", "todo", 1);
        assert_eq!(progress(&draft, Item::AdvisoryDrafted), Progress::Open);
        for (on, expected) in [("2026-12-01", Progress::Stated), ("2026-12-03", Progress::Open)] {
            let done = format!("[[done]]\nitem = \"fix-reviewed\"\nby = \"Mia\"\non = {on}\n\n[embargo]");
            assert_eq!(progress(&SOURCE.replacen("[embargo]", &done, 1), Item::FixReviewed), expected, "{on}");
        }
    }

    #[test]
    fn a_person_may_answer_for_what_cannot_be_worked_out_and_for_nothing_else() {
        for item in Item::ALL {
            let done = format!("[[done]]\nitem = \"{item}\"\nby = \"Mia\"\non = 2026-11-30\n\n[embargo]");
            let text = SOURCE.replacen("[embargo]", &done, 1).replacen("cve =", "# cve =", 1).replacen(
                "severity =",
                "# severity =",
                1,
            );
            let expected = match item {
                Item::CveRegistered | Item::FixReviewed | Item::MitigationsDocumented => Progress::Stated,
                Item::AdvisoryDrafted | Item::VersionsDocumented => Progress::Shown,
                Item::SeverityCalculated => Progress::Open,
            };
            assert_eq!(progress(&text, *item), expected, "{item}");
        }
    }
}
