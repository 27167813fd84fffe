//! What holds for a line, decided from what history says of its versions and of its newest state, and the document that tells of it.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::NaiveDate;
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::contain::Judged;
use super::id::AdvisoryId;
use super::lines::{LineEvidence, LineFinding, LineVerdict, StatedVerdict, Support};
use super::odd::{OddRelease, names_with_flaw, twin};
use super::range::CommitRange;
use super::runs::{Has, rows, runs_of};
use crate::model::arrange::Arrange as _;
use crate::model::line::LineName;
use crate::model::name::is_unprintable;

/// What stands in `schema` of [`AffectedReport`].
pub const AFFECTED_SCHEMA: &str = "patch-advisory/affected@1";

/// What `patch-advisory affected` is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AffectedRequest {
    /// The advisory.
    pub advisory: Which,
    /// What to do with its source.
    pub source: SourceIs,
    /// The day that counts as today: lines that were to be supported until before it have ended.
    pub today: NaiveDate,
}

/// An advisory, as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By its identifier.
    Id(AdvisoryId),
    /// By its source.
    File(PathBuf),
}

impl FromStr for Which {
    type Err = Infallible;

    /// Reads an identifier; everything else is a path.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.parse().map_or_else(|_| Self::File(PathBuf::from(text)), Self::Id))
    }
}

/// What to do with the source of an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceIs {
    /// Leave it as it is.
    Left,
    /// Write what was found into it.
    Written,
}

/// What an advisory comes to on each line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AffectedReport {
    /// [`AFFECTED_SCHEMA`].
    pub schema: String,
    /// The advisory.
    pub id: AdvisoryId,
    /// Its source.
    pub path: String,
    /// The commits of main that brought the flaw, in full; `0`: it is there from the first commit on; none: it came on lines.
    pub introduced: Vec<String>,
    /// The commits of main that repair it, in full. All are needed.
    pub fixed: Vec<String>,
    /// What holds for each line, the newest first.
    pub lines: Vec<LineFinding>,
    /// The commits between which the flaw is there, where a range of commits tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commits: Option<CommitRange>,
    /// Tags that look like those of releases, and whose names have another form than `tag` in `patch.toml`: they were not judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd_tags: Vec<String>,
    /// What became of the source, where it was asked to be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Written>,
}

/// What became of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// It says this now.
    Written,
    /// It said this before.
    Already,
}

impl Written {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Already => "already",
        }
    }
}

impl AffectedReport {
    /// Returns the stretches of versions of a line that have the flaw, for people, `2.0.0 to 2.0.1`, behind the releases that have it and
    /// whose names are no versions.
    pub fn stretches(&self, line: &LineFinding) -> Vec<String> {
        let runs = runs_of(&rows(&self.lines), line).into_iter().map(|run| run.to_string());
        names_with_flaw(line).chain(runs).collect()
    }
}

/// Takes lines whose support ended with a day before this one for lines at the end of their life.
pub fn end_before(lines: &mut [LineFinding], today: NaiveDate) {
    let ended = lines.iter_mut().filter(|line| line.until.is_some_and(|until| until < today));
    ended.for_each(|line| line.support = Support::EndOfLife);
}

/// What is known of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// Its name.
    pub name: LineName,
    /// Whether somebody still repairs it.
    pub support: Support,
    /// Until when.
    pub until: Option<NaiveDate>,
    /// Its releases and pre-releases, in any order, each with what history says of it.
    pub versions: Vec<(Version, Judged)>,
    /// Its releases whose names are no versions, each with what history says of it.
    pub tags: Vec<(OddRelease, Judged)>,
    /// Those of `versions` that documents spell by the names of their tags.
    pub names: Vec<OddRelease>,
    /// Whether the files of all releases that never had the flaw were looked into, and have none of its lines.
    pub lacks_code: bool,
    /// What history says of its newest state: its branch, else its highest release. `None`: it has neither.
    pub newest: Option<Judged>,
    /// The commits that all this rests on.
    pub evidence: Vec<LineEvidence>,
    /// What a person says of all its releases.
    pub stated: Option<StatedVerdict>,
    /// Why a person says something of it.
    pub said: Option<String>,
    /// Why something is not known, one sentence each.
    pub doubts: Vec<String>,
}

impl LineFacts {
    /// Decides what holds for the line.
    pub fn decide(mut self) -> LineFinding {
        self.settle();
        let verdict = self.verdict();
        let with = |has: Has| {
            let those = self.versions.iter().filter(|(_, judged)| judged.has == has);
            those.map(|(version, _)| version.clone()).collect::<Vec<_>>()
        };
        let (affected, unaffected, unknown) = (with(Has::Flaw), with(Has::NoFlaw), with(Has::Unknown));
        let is_repaired = |one: &&(Version, Judged)| one.1.has == Has::NoFlaw && one.1.repaired;
        let repaired = self.versions.iter().filter(is_repaired).map(|(version, _)| version.clone()).collect();
        let fixed_in = self.fixed_in();
        let is_open = verdict == LineVerdict::NotEvaluated || !unknown.is_empty();
        let untold = self.tags.iter().filter_map(|(tag, _)| untold(tag));
        let mut doubts: Vec<String> =
            self.doubts.iter().filter(|_| is_open).map(|doubt| shown(doubt)).chain(untold).collect();
        // Of two that are one version, each says so.
        doubts.dedup();
        let doubts = self.stated.is_none().then(|| doubts.join("; "));
        let reasons: Vec<String> = self.said.iter().cloned().chain(doubts.filter(|text| !text.is_empty())).collect();
        self.evidence.arrange();
        self.evidence.dedup();
        LineFinding {
            name: self.name,
            support: self.support,
            until: self.until,
            verdict,
            affected,
            unaffected,
            unknown,
            tags: self.tags.into_iter().map(|(tag, _)| tag).chain(self.names).collect(),
            repaired,
            lacks_code: self.lacks_code,
            fixed_in,
            reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
            evidence: self.evidence,
        }
    }

    /// Puts versions in their order, has what a person says stand above history, and tells names what holds for them.
    fn settle(&mut self) {
        self.versions.arrange_by(|a, b| a.0.cmp(&b.0));
        if let Some(has) = self.stated.map(said_of_all) {
            let versions = self.versions.iter_mut().map(|(_, judged)| judged);
            let all = versions.chain(self.tags.iter_mut().map(|(_, judged)| judged));
            all.for_each(|judged| *judged = Judged { has, repaired: false });
        }
        for (tag, judged) in &mut self.tags {
            tag.has = judged.has;
            // What is said of a line is said of all its releases.
            tag.left_out |= self.stated == Some(StatedVerdict::NotEvaluated);
        }
        for tag in &mut self.names {
            let at = self.versions.binary_search_by(|(version, _)| Some(version).cmp(&tag.version.as_ref()));
            tag.has = at.map_or(tag.has, |at| self.versions[at].1.has);
        }
    }

    fn verdict(&self) -> LineVerdict {
        match self.stated {
            Some(StatedVerdict::NotAffected) => return LineVerdict::NotAffected,
            Some(StatedVerdict::NotEvaluated) => return LineVerdict::NotEvaluated,
            None => {}
        }
        let any = |has: Has| self.versions.iter().any(|(_, judged)| judged.has == has);
        let fixed_in = self.fixed_in();
        let is_untold = self.tags.iter().any(|(tag, _)| tag.leaves_open(fixed_in.as_ref()));
        if self.tags.iter().any(|(tag, _)| tag.is_untold() && tag.same_as.is_some()) {
            return LineVerdict::NotEvaluated;
        }
        match self.newest.map(|judged| judged.has) {
            None | Some(Has::Unknown) => LineVerdict::NotEvaluated,
            Some(Has::Flaw) => LineVerdict::Affected,
            Some(Has::NoFlaw) if any(Has::Unknown) || is_untold => LineVerdict::NotEvaluated,
            Some(Has::NoFlaw) if any(Has::Flaw) => LineVerdict::Fixed,
            Some(Has::NoFlaw) => LineVerdict::NotAffected,
        }
    }

    /// The lowest release above the last one that has the flaw, or may have it, which is repaired.
    fn fixed_in(&self) -> Option<Version> {
        let is_free = |judged: &Judged| judged.has == Has::NoFlaw;
        self.versions.iter().find(|(_, judged)| judged.has == Has::Flaw)?;
        let last = self.versions.iter().rposition(|(_, judged)| !is_free(judged))?;
        let above = &self.versions[last + 1..];
        let repairs = |(version, judged): &&(Version, Judged)| version.pre.is_empty() && judged.repaired;
        above.iter().find(repairs).map(|(version, _)| version.clone())
    }
}

/// Says of a release that has no place among versions that no document can tell of it, or that none does.
fn untold(tag: &OddRelease) -> Option<String> {
    let name = &tag.name;
    let has = match tag.has {
        Has::Flaw => "has the flaw",
        Has::NoFlaw | Has::Unknown => "may have the flaw",
    };
    match &tag.same_as {
        _ if tag.left_out && tag.has == Has::NoFlaw => None,
        _ if tag.left_out => Some(format!("release '{name}' {has}, and every document leaves it out")),
        Some(other) => Some(twin(name, other)),
        None if tag.is_untold() => Some(format!(
            "release '{name}' {has}, and its name has no certain place among versions, so that no document can say where it stands: 'left-out' in [[stated]] leaves it out of all"
        )),
        None => None,
    }
}

/// Writes what nobody sees in a doubt, which can name a file, as an escape: the source takes nothing else.
fn shown(doubt: &str) -> String {
    let seen = |c: char| if is_unprintable(c) { c.escape_unicode().to_string() } else { c.to_string() };
    doubt.chars().map(seen).collect()
}

const fn said_of_all(verdict: StatedVerdict) -> Has {
    match verdict {
        StatedVerdict::NotAffected => Has::NoFlaw,
        StatedVerdict::NotEvaluated => Has::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAW: Judged = Judged { has: Has::Flaw, repaired: false };
    const FREE: Judged = Judged { has: Has::NoFlaw, repaired: false };
    const REPAIRED: Judged = Judged { has: Has::NoFlaw, repaired: true };
    const OPEN: Judged = Judged { has: Has::Unknown, repaired: false };

    fn facts(versions: &[(&str, Judged)], newest: Option<Judged>) -> LineFacts {
        LineFacts {
            name: "2.0".parse().expect("a name"),
            support: Support::Maintained,
            until: None,
            versions: versions.iter().map(|(version, judged)| (version.parse().expect("a version"), *judged)).collect(),
            tags: Vec::new(),
            names: Vec::new(),
            lacks_code: false,
            newest,
            evidence: Vec::new(),
            stated: None,
            said: None,
            doubts: vec!["nobody can tell".to_owned()],
        }
    }

    #[test]
    fn a_line_is_judged_by_its_newest_state_and_its_releases() {
        use LineVerdict::{Affected, Fixed, NotAffected, NotEvaluated};
        type Case = (&'static [(&'static str, Judged)], Option<Judged>, LineVerdict, Option<&'static str>);
        let cases: &[Case] = &[
            (&[], None, NotEvaluated, None),
            (&[("2.0.0", FREE)], Some(FREE), NotAffected, None),
            (&[("2.0.0", REPAIRED)], Some(REPAIRED), NotAffected, None),
            (&[("2.0.0", FLAW)], Some(FLAW), Affected, None),
            (&[("2.0.0", FLAW)], Some(REPAIRED), Fixed, None),
            (&[("2.0.1", REPAIRED), ("2.0.0", FLAW)], Some(REPAIRED), Fixed, Some("2.0.1")),
            (&[("2.0.0", FLAW), ("2.0.1-rc.1", REPAIRED)], Some(REPAIRED), Fixed, None),
            (&[("2.0.0", FLAW), ("2.0.1-rc.1", REPAIRED), ("2.0.1", REPAIRED)], Some(REPAIRED), Fixed, Some("2.0.1")),
            (&[("2.0.0", FLAW), ("2.0.1", REPAIRED), ("2.0.2", FLAW)], Some(FLAW), Affected, None),
            (
                &[("2.0.0", FLAW), ("2.0.1", REPAIRED), ("2.0.2", FLAW), ("2.0.3", REPAIRED)],
                Some(REPAIRED),
                Fixed,
                Some("2.0.3"),
            ),
            (&[("2.0.0", FLAW), ("2.0.1", FREE), ("2.0.2", REPAIRED)], Some(REPAIRED), Fixed, Some("2.0.2")),
            (&[("2.0.0", FLAW), ("2.0.1", OPEN)], Some(OPEN), NotEvaluated, None),
            (&[("2.0.0", FLAW), ("2.0.1", OPEN)], Some(REPAIRED), NotEvaluated, None),
            (&[("2.0.0-rc.1", OPEN), ("2.0.0", FLAW)], Some(FLAW), Affected, None),
        ];
        for (versions, newest, verdict, fixed_in) in cases {
            let found = facts(versions, *newest).decide();
            assert_eq!(found.verdict, *verdict, "{versions:?}");
            assert_eq!(found.fixed_in.map(|version| version.to_string()).as_deref(), *fixed_in, "{versions:?}");
            let is_open = *verdict == NotEvaluated || versions.iter().any(|(_, judged)| *judged == OPEN);
            assert_eq!(found.reason.is_some(), is_open, "{versions:?}");
            let repaired = versions.iter().filter(|(_, judged)| *judged == REPAIRED).count();
            assert_eq!(found.repaired.len(), repaired, "{versions:?}");
            assert_eq!(found.affected.len() + found.unaffected.len() + found.unknown.len(), versions.len());
        }
    }

    #[test]
    fn a_release_whose_name_is_no_version_never_lets_a_line_be_called_sound() {
        use LineVerdict::{Affected, NotAffected, NotEvaluated};
        for (tag, newest, verdict) in [
            (FLAW, FREE, NotEvaluated),
            (OPEN, FREE, NotEvaluated),
            (FREE, FREE, NotAffected),
            (FLAW, FLAW, Affected),
            (FREE, FLAW, Affected),
        ] {
            let known =
                LineFacts { tags: vec![(OddRelease::named("2.0-x"), tag)], ..facts(&[("2.0.1", FREE)], Some(newest)) };
            let found = known.decide();
            let told = found.reason.is_some_and(|reason| reason.contains("'2.0-x'"));
            assert_eq!((found.verdict, told), (verdict, tag != FREE), "{tag:?} {newest:?}");
        }
    }

    #[test]
    fn a_release_without_a_certain_place_counts_where_it_may_be_newer_than_the_fix() {
        use LineVerdict::{Fixed, NotEvaluated};
        for (tag, verdict) in
            [("2.0.0-x.1", Fixed), ("2.0.0.Final", Fixed), ("2.0.1-x.1", NotEvaluated), ("2.1.0-x.1", NotEvaluated)]
        {
            let known = facts(&[("2.0.0", FLAW), ("2.0.1", REPAIRED)], Some(REPAIRED));
            let found = LineFacts { tags: vec![(OddRelease::named(tag), FLAW)], ..known }.decide();
            let told = found.reason.is_some_and(|reason| reason.contains(tag));
            assert_eq!((found.verdict, told), (verdict, true), "{tag}");
        }
    }

    #[test]
    fn what_a_person_says_of_a_line_stands_above_history() {
        for (said, verdict) in [
            (StatedVerdict::NotAffected, LineVerdict::NotAffected),
            (StatedVerdict::NotEvaluated, LineVerdict::NotEvaluated),
        ] {
            let known = facts(&[("2.0.0", FLAW), ("2.0.1", REPAIRED)], Some(REPAIRED));
            let found = LineFacts { stated: Some(said), said: Some("built without it".to_owned()), ..known }.decide();
            assert_eq!((found.verdict, found.fixed_in, found.affected.len()), (verdict, None, 0));
            assert_eq!(found.reason.as_deref(), Some("built without it"));
        }
    }
}
