//! Reads what a source says of lines, and of the commits between which the flaw is there.

use semver::Version;

use super::{Read, line_of_text};
use crate::model::advisory::lines::{LineEvidence, LineFinding, LineVerdict};
use crate::model::advisory::odd::OddRelease;
use crate::model::advisory::range::CommitRange;
use crate::model::arrange::Arrange as _;
use crate::model::config::read::Section;

const LINE: &[&str] = &[
    "name",
    "support",
    "until",
    "verdict",
    "affected",
    "unaffected",
    "unknown",
    "tag",
    "repaired",
    "lacks-code",
    "fixed-in",
    "reason",
    "evidence",
];
const TAG: &[&str] = &["name", "has", "version", "same-as", "left-out"];
const COMMITS: &[&str] = &["introduced", "fixed"];
const EVIDENCE: &[&str] = &["role", "commit", "origin", "known", "detail"];

/// Reads what holds for each line.
pub(super) fn lines(root: &Section<'_>) -> Read<Vec<LineFinding>> {
    let mut found: Vec<LineFinding> = Vec::new();
    for section in root.sections("line", "[[line]]", LINE)? {
        let line = line(&section)?;
        if found.iter().any(|earlier| earlier.name == line.name) {
            return Err(section.error_at("name", format!("line '{}' stands here twice", line.name)));
        }
        found.push(line);
    }
    Ok(found)
}

fn line(section: &Section<'_>) -> Read<LineFinding> {
    let versions = |key| section.list_or_nothing::<Version>(key).map(Option::unwrap_or_default);
    let mut evidence = Vec::new();
    for piece in section.sections("evidence", "[[line.evidence]]", EVIDENCE)? {
        evidence.push(LineEvidence {
            role: piece.require("role", piece.word("role")?)?,
            commit: piece.require("commit", piece.parsed("commit")?)?,
            origin: piece.require("origin", piece.parsed("origin")?)?,
            known: piece.require("known", piece.word("known")?)?,
            detail: piece.text("detail")?.unwrap_or_default().to_owned(),
        });
    }
    let mut tags = Vec::new();
    for tag in section.sections("tag", "[[line.tag]]", TAG)? {
        let name = line_of_text(&tag, "name")?;
        tags.push(OddRelease {
            name: tag.require("name", name)?,
            has: tag.require("has", tag.word("has")?)?,
            version: tag.parsed("version")?,
            same_as: line_of_text(&tag, "same-as")?,
            left_out: tag.flag("left-out")?.unwrap_or(false),
        });
    }
    tags.arrange_by(|a: &OddRelease, b| a.version.cmp(&b.version));
    let finding = LineFinding {
        name: section.require("name", section.parsed("name")?)?,
        support: section.require("support", section.word("support")?)?,
        until: section.date("until")?,
        verdict: section.require("verdict", section.word("verdict")?)?,
        affected: versions("affected")?,
        unaffected: versions("unaffected")?,
        unknown: versions("unknown")?,
        tags,
        repaired: versions("repaired")?,
        lacks_code: section.flag("lacks-code")?.unwrap_or(false),
        fixed_in: section.parsed("fixed-in")?,
        reason: line_of_text(section, "reason")?,
        evidence,
    };
    consistent(section, &finding)?;
    Ok(finding)
}

/// What no key of a line says alone.
fn consistent(section: &Section<'_>, finding: &LineFinding) -> Read<()> {
    let mut all: Vec<&Version> = finding.affected.iter().chain(&finding.unaffected).chain(&finding.unknown).collect();
    all.arrange();
    if let Some(twice) = all.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(section.error(format!("version {} of line '{}' stands here twice", twice[0], finding.name)));
    }
    let is_untold = finding.tags.iter().any(|tag| tag.leaves_open(finding.fixed_in.as_ref()));
    let (has_flaw, is_open) = (!finding.affected.is_empty(), !finding.unknown.is_empty());
    let against = match finding.verdict {
        LineVerdict::NotAffected if has_flaw => Some("and 'affected' is not empty"),
        LineVerdict::NotAffected if is_open => Some("and 'unknown' is not empty"),
        LineVerdict::NotAffected | LineVerdict::Fixed if is_untold => Some("and a [[line.tag]] may have the flaw"),
        LineVerdict::NotAffected if finding.fixed_in.is_some() => Some("and 'fixed-in' is set"),
        LineVerdict::Fixed if !has_flaw => Some("and 'affected' is empty"),
        LineVerdict::NotAffected | LineVerdict::Fixed | LineVerdict::Affected | LineVerdict::NotEvaluated => None,
    };
    if let Some(against) = against {
        return Err(section.error_at("verdict", format!("the verdict is '{}', {against}", finding.verdict)));
    }
    if let Some(fixed) = &finding.fixed_in
        && finding.affected.iter().all(|affected| affected > fixed)
    {
        return Err(section.error_at("fixed-in", format!("no affected version of the line is older than '{fixed}'")));
    }
    if let Some(stray) = finding.repaired.iter().find(|version| !finding.unaffected.contains(version)) {
        return Err(section.error_at("repaired", format!("'{stray}' is not among 'unaffected'")));
    }
    match &finding.fixed_in {
        Some(fixed) if !finding.unaffected.contains(fixed) => {
            Err(section.error_at("fixed-in", format!("'{fixed}' is not among 'unaffected'")))
        }
        Some(_) | None => Ok(()),
    }
}

/// Reads the range of commits.
pub(super) fn range(root: &Section<'_>) -> Read<Option<CommitRange>> {
    let Some(section) = root.section("commits", "[commits]", COMMITS)? else { return Ok(None) };
    let texts: Vec<String> = section.require("introduced", section.list("introduced")?)?;
    let introduced = match texts.as_slice() {
        [one] if one == "0" => Vec::new(),
        _ => section.require("introduced", section.list("introduced")?)?,
    };
    Ok(Some(CommitRange { introduced, fixed: section.list_or_nothing("fixed")?.unwrap_or_default() }))
}
