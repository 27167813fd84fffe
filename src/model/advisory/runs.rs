//! The versions of all lines in one order, and the stretches of them that have the flaw. Every format tells of these, each in its way.

use std::fmt;

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::arrange::Arrange as _;

use super::lines::LineFinding;

/// What is known of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Has {
    /// It has the flaw.
    Flaw,
    /// It has not.
    NoFlaw,
    /// It is not known.
    Unknown,
}

impl Has {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Flaw, Self::NoFlaw, Self::Unknown];

    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flaw => "flaw",
            Self::NoFlaw => "no-flaw",
            Self::Unknown => "unknown",
        }
    }
}

/// A version, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'f> {
    /// The version.
    pub version: &'f Version,
    /// The line it is of.
    pub line: &'f LineFinding,
    /// What is known of it.
    pub has: Has,
}

/// A stretch of versions that have the flaw, with none between them that has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run<'f> {
    /// The first version with the flaw.
    pub first: &'f Version,
    /// The last one.
    pub last: &'f Version,
    /// The version behind the last one, which has not the flaw or of which it is not known. `None`: there is none.
    pub end: Option<&'f Version>,
}

impl Run<'_> {
    /// Says whether a version is in the stretch, as if all versions up to its end had the flaw.
    pub fn holds(&self, version: &Version) -> bool {
        version >= self.first && self.end.is_none_or(|end| version < end)
    }
}

/// For people: `2.0.0 to 2.0.1`, or `2.0.0` where it is one version.
impl fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{} to {}", self.first, self.last),
        }
    }
}

/// Returns all versions of all lines, sorted as Semantic Versioning 2.0.0 (section 11) orders them, build metadata last.
pub fn rows(lines: &[LineFinding]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for line in lines {
        for (versions, has) in
            [(&line.affected, Has::Flaw), (&line.unaffected, Has::NoFlaw), (&line.unknown, Has::Unknown)]
        {
            rows.extend(versions.iter().map(|version| Row { version, line, has }));
        }
    }
    rows.arrange_by(|a, b| a.version.cmp(b.version));
    rows
}

/// Returns the same rows for a format that has no word for what is not known: what may have the flaw counts as having it.
pub fn cautious<'f>(rows: &[Row<'f>]) -> Vec<Row<'f>> {
    let one = |row: &Row<'f>| match row.has {
        Has::Unknown => Row { has: Has::Flaw, ..row.clone() },
        Has::Flaw | Has::NoFlaw => row.clone(),
    };
    rows.iter().map(one).collect()
}

/// Returns the stretches of rows that have the flaw, in their order.
pub fn runs<'f>(rows: &[Row<'f>]) -> Vec<Run<'f>> {
    let mut runs: Vec<Run<'f>> = Vec::new();
    let mut is_open = false;
    for row in rows {
        match (row.has, runs.last_mut()) {
            (Has::Flaw, Some(run)) if is_open => run.last = row.version,
            (Has::Flaw, _) => {
                runs.push(Run { first: row.version, last: row.version, end: None });
                is_open = true;
            }
            (Has::NoFlaw | Has::Unknown, Some(run)) if is_open => {
                run.end = Some(row.version);
                is_open = false;
            }
            (Has::NoFlaw | Has::Unknown, _) => {}
        }
    }
    runs
}

/// Returns the stretches of one line, each ended by the next version of any line that has not the flaw or is of another line.
pub fn runs_of<'f>(rows: &[Row<'f>], line: &LineFinding) -> Vec<Run<'f>> {
    let own: Vec<Row<'f>> = rows
        .iter()
        .map(|row| if row.line.name == line.name { row.clone() } else { Row { has: Has::NoFlaw, ..row.clone() } })
        .collect();
    runs(&own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::advisory::lines::{LineVerdict, Support};

    fn line(name: &str, affected: &[&str], unaffected: &[&str], unknown: &[&str]) -> LineFinding {
        let versions = |texts: &[&str]| texts.iter().map(|text| text.parse().expect(text)).collect();
        LineFinding {
            name: name.parse().expect(name),
            support: Support::Unlisted,
            until: None,
            verdict: LineVerdict::Fixed,
            affected: versions(affected),
            unaffected: versions(unaffected),
            unknown: versions(unknown),
            tags: Vec::new(),
            repaired: Vec::new(),
            lacks_code: false,
            fixed_in: None,
            reason: None,
            evidence: Vec::new(),
        }
    }

    fn shown(runs: &[Run<'_>]) -> Vec<String> {
        let end = |run: &Run<'_>| run.end.map_or("open".to_owned(), Version::to_string);
        runs.iter().map(|run| format!("{}..{} {}", run.first, run.last, end(run))).collect()
    }

    #[test]
    fn stretches_end_where_a_version_has_not_the_flaw_or_is_not_known() {
        let lines = [
            line("2.1", &["2.1.0"], &[], &[]),
            line("2.0", &["2.0.0", "2.0.1", "2.0.2-rc.1"], &["2.0.2", "2.0.2-rc.2"], &[]),
            line("1.9", &["1.9.0"], &["1.8.0"], &["1.9.1"]),
            line("1.7", &["1.7.3", "1.7.4"], &["1.7.0", "1.7.2"], &[]),
        ];
        let rows = rows(&lines);
        assert_eq!(
            shown(&runs(&rows)),
            ["1.7.3..1.7.4 1.8.0", "1.9.0..1.9.0 1.9.1", "2.0.0..2.0.2-rc.1 2.0.2-rc.2", "2.1.0..2.1.0 open"]
        );
        assert_eq!(shown(&runs_of(&rows, &lines[1])), ["2.0.0..2.0.2-rc.1 2.0.2-rc.2"]);
        let next_to_each_other = [line("1.1", &["1.1.0"], &[], &[]), line("1.0", &["1.0.0"], &[], &[])];
        let rows = super::rows(&next_to_each_other);
        assert_eq!(shown(&runs(&rows)), ["1.0.0..1.1.0 open"]);
        assert_eq!(shown(&runs_of(&rows, &next_to_each_other[1])), ["1.0.0..1.0.0 1.1.0"]);
        for row in &rows {
            assert_eq!(runs(&rows).iter().any(|run| run.holds(row.version)), row.has == Has::Flaw);
        }
    }
}
