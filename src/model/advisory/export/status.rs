//! What holds for each version in the words of VEX.

use std::borrow::Cow;

use semver::Version;

use crate::model::advisory::Advisory;
use crate::model::advisory::lines::{LineFinding, LineVerdict, StatedVerdict, Support};
use crate::model::advisory::runs::{Has, Row, rows};
use crate::model::advisory::state::State;
use crate::model::advisory::upgrade::next_fix;

/// The status of a version (CSAF 2.0, 3.2.3.9; OpenVEX 0.2.0, "Status Labels").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// It has the flaw.
    Affected,
    /// What brought the flaw was repaired in it: in an earlier version of its line, or before its line began.
    Fixed,
    /// It never had the flaw.
    NotAffected,
    /// It is not known.
    UnderInvestigation,
}

/// What holds for the versions of one line, each sorted.
pub(super) struct Statuses<'a> {
    /// The line.
    pub line: &'a LineFinding,
    versions: Vec<(&'a Version, Status)>,
}

impl<'a> Statuses<'a> {
    /// Returns the versions of a status.
    pub fn of(&self, status: Status) -> Vec<&'a Version> {
        self.versions.iter().filter(|(_, own)| *own == status).map(|(version, _)| *version).collect()
    }
}

/// Returns what holds for the versions of each line, in the order of lines. Where one was withdrawn because there is
/// no flaw, none of them has it.
pub(super) fn statuses<'a>(advisory: &'a Advisory) -> Vec<Statuses<'a>> {
    let rows = rows(&advisory.lines);
    let of = |line: &'a LineFinding| {
        let own = rows.iter().filter(|row| row.line.name == line.name);
        let status = |row: &Row<'_>| if advisory.tells_of_no_flaw() { Status::NotAffected } else { status(row) };
        Statuses { line, versions: own.map(|row| (row.version, status(row))).collect() }
    };
    advisory.lines.iter().map(of).collect()
}

fn status(row: &Row<'_>) -> Status {
    let line = row.line;
    match row.has {
        Has::Flaw => Status::Affected,
        Has::Unknown => Status::UnderInvestigation,
        Has::NoFlaw => {
            let had_it = line.affected.iter().any(|affected| affected < row.version);
            let is_repaired = line.fixed_in.as_ref().is_some_and(|fixed| fixed <= row.version);
            if had_it || is_repaired || line.repaired.contains(row.version) {
                Status::Fixed
            } else {
                Status::NotAffected
            }
        }
    }
}

/// What users of affected versions of a line can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy<'a> {
    /// Go to this version of the line.
    Update(&'a Version),
    /// Wait: the line gets fixes, and no release has this one yet.
    None,
    /// Ask: `patch.toml` does not list the line, and it is newer than those that it lists.
    Unlisted,
    /// Leave the line: nobody repairs it.
    NoFixPlanned,
}

impl<'a> Remedy<'a> {
    /// Returns what users of a line can do.
    pub fn of(advisory: &Advisory, line: &'a LineFinding) -> Self {
        match (&line.fixed_in, line.support.gets_security_fixes()) {
            (Some(fixed), _) => Self::Update(fixed),
            (None, true) => Self::None,
            (None, false) if line.support == Support::Unlisted && is_newest(advisory, line) => Self::Unlisted,
            (None, false) => Self::NoFixPlanned,
        }
    }

    /// Says it to people.
    pub fn told(self, advisory: &Advisory, line: &LineFinding) -> String {
        match self {
            Self::Update(fixed) => {
                format!("Update line {} to {} or later.", line.name, advisory.spelled(fixed))
            }
            Self::None | Self::Unlisted if line.verdict == LineVerdict::Fixed => {
                format!("Line {} is repaired, and no release of it has the fix yet.", line.name)
            }
            Self::None => format!("There is no fix for line {} yet.", line.name),
            Self::Unlisted => format!("There is no fix for line {}.", line.name),
            Self::NoFixPlanned => {
                let said = format!("Line {} gets no fixes any more.", line.name);
                match next_fix(&advisory.lines, line) {
                    Some(fixed) => format!("{said} Update to {} or later.", advisory.spelled(fixed)),
                    None => said,
                }
            }
        }
    }
}

/// Says whether a line is newer than every one that is listed. That such a line ended, nobody said.
fn is_newest(advisory: &Advisory, line: &LineFinding) -> bool {
    let listed = advisory.lines.iter().filter(|other| other.support != Support::Unlisted);
    let newest = |line: &LineFinding| line.affected.iter().chain(&line.unaffected).chain(&line.unknown).max().cloned();
    listed.filter_map(newest).max() < newest(line)
}

/// Why a version that never had the flaw is not affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhyNot<'a> {
    /// The advisory was withdrawn, for there is no flaw, as its last revision says.
    Withdrawn(&'a str),
    /// A person says so, with this reason.
    Said(&'a str),
    /// Its files were looked into: the code is not there.
    NoCode,
    /// Nothing in its history brought the flaw, and its files do not tell more.
    History,
}

impl<'a> WhyNot<'a> {
    /// Returns why the versions of a line that never had the flaw have it not.
    pub fn of(advisory: &'a Advisory, line: &LineFinding) -> Self {
        if advisory.tells_of_no_flaw() {
            return Self::Withdrawn(last_word(advisory));
        }
        match (stated_reason(advisory, line), line.lacks_code) {
            (Some(reason), _) => Self::Said(reason),
            (None, true) => Self::NoCode,
            (None, false) => Self::History,
        }
    }

    /// Returns it for people; `None` where the formats have a word for it.
    pub fn told(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Withdrawn(summary) => Some(taken_back(summary).into()),
            Self::Said(reason) => Some(reason.into()),
            Self::NoCode => None,
            Self::History => Some("No commit that brought the flaw is in the history of these versions.".into()),
        }
    }
}

fn last_word(advisory: &Advisory) -> &str {
    advisory.revisions.last().map_or("", |revision| &revision.summary)
}

fn taken_back(summary: &str) -> String {
    format!("The advisory was withdrawn. {summary}").trim_end().to_owned()
}

/// Says of an advisory that was withdrawn although there may be a flaw that it was, for what it says of versions stays.
pub(super) fn withdrawal(advisory: &Advisory) -> Option<String> {
    let is_so = advisory.state == State::Withdrawn && !advisory.no_flaw;
    is_so.then(|| taken_back(last_word(advisory)))
}

/// Returns why a person says that no version of a line has the flaw.
fn stated_reason<'a>(advisory: &'a Advisory, line: &LineFinding) -> Option<&'a str> {
    let stated = advisory.stated.iter().find(|stated| stated.line == line.name && stated.verdict.is_some())?;
    match stated.verdict {
        Some(StatedVerdict::NotAffected) => Some(&stated.reason),
        Some(StatedVerdict::NotEvaluated) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_whose_newest_state_has_the_fix_is_not_said_to_have_none() {
        let of = |verdict: &str| {
            let source = include_str!("../example.md")
                .replacen("support = \"end-of-life\"\nuntil = 2026-06-30\nverdict = \"affected\"", verdict, 1)
                .replacen("[\"1.9.0\", \"1.9.1\"]", "[\"2.1.0-rc.1\"]", 1);
            let advisory = Advisory::parse(&source).expect("a source");
            Remedy::of(&advisory, &advisory.lines[1]).told(&advisory, &advisory.lines[1])
        };
        let repaired = "Line 1.9 is repaired, and no release of it has the fix yet.";
        assert_eq!(of("support = \"unlisted\"\nverdict = \"fixed\""), repaired);
        assert_eq!(of("support = \"unlisted\"\nverdict = \"affected\""), "There is no fix for line 1.9.");
    }
}
