//! All that is asked about a tag, whether it is in the repository already or was just made.

use semver::Version;

use crate::model::apply::shell_word;
use crate::model::arrange::Arrange as _;
use crate::model::branch::{BranchName, BranchSpec};
use crate::model::commit::{CommitId, ObjectId};
use crate::model::config::{VersionFile, VersionsIn};
use crate::model::edit::survey;
use crate::model::error::{Error, Result};
use crate::model::line::Line;
use crate::model::tag::{TagName, TagPattern};
use crate::model::tag_request::Sealing;
use crate::model::tag_verify::{
    BranchFacts, Containment, FileFacts, Finding, Found, Held, Known, LineFacts, Rule, TagFacts, Tagged, Verdict,
    judge, require,
};
use crate::ports::git::{Git, RemoteRef};
use crate::ports::signing::Policy;
use crate::ports::tree::CommitFiles;

/// Finds out all that can be known about a tag. What only some ask, the remote and the expected commit, is left open.
///
/// # Errors
/// When the repository cannot be read, or a program cannot be started.
pub fn facts(git: &Git, policy: &Policy, tag: &TagName, object: ObjectId, found: Found) -> Result<TagFacts> {
    let (tagged, signature) = match &found {
        Found::Tag(object) => {
            let check = |(format, armor)| policy.checker().check(format, armor, object.payload(), "git");
            (git.tagged(object.target()), object.signature().map(check).transpose()?)
        }
        Found::Lightweight(_) | Found::Malformed(_) => (git.tagged(object), None),
    };
    let version = policy.tag.version_of(tag.as_str());
    let commit = match tagged {
        Tagged::Commit(commit, _) => Some(commit),
        Tagged::Other(_) | Tagged::Missing => None,
    };
    let line = version.as_ref().and_then(|version| policy.lines.iter().find(|line| line.contains(version)));
    let line = match (line, &version, commit) {
        (Some(line), Some(version), Some(commit)) => Some(line_facts(git, policy, line, version, commit)?),
        _ => None,
    };
    let place = (policy.versions_in, &policy.versions[..]);
    let files = version.as_ref().zip(commit).map(|(version, commit)| files(git, place, commit, version));
    Ok(TagFacts {
        tag: tag.clone(),
        object,
        found,
        tagged,
        signature,
        version,
        files,
        line,
        form: policy.tag.to_string(),
        remote: None,
        expected: None,
        fetch: git.fetch_from(),
    })
}

/// Compares the versions in the files of a commit with that of its tag.
pub fn files(
    git: &Git,
    (place, configured): (VersionsIn, &[VersionFile]),
    commit: CommitId,
    version: &Version,
) -> FileFacts {
    if place == VersionsIn::Tags {
        return FileFacts { known: Known::ByName, held: Held::Nothing };
    }
    let known = if configured.is_empty() { Known::ByName } else { Known::Configured };
    let found = CommitFiles::of(git, commit).and_then(|files| survey(configured, &files));
    FileFacts::compare(known, found, version)
}

fn line_facts(git: &Git, policy: &Policy, line: &Line, version: &Version, commit: CommitId) -> Result<LineFacts> {
    let branch = branch_of(line, version);
    let tip = git.branch_commit(&branch).ok();
    let Neighbours { previous, next } = neighbours(git, &policy.tag, line, version)?;
    let beside = |tag: Option<(Version, TagName)>, of: &dyn Fn(CommitId) -> Containment| {
        let (_, tag) = tag?;
        let other = git.tag_commit(&tag)?;
        Some((tag, of(other)))
    };
    Ok(LineFacts {
        name: line.name.clone(),
        branch: match (tip, &line.branch) {
            (Some(tip), _) => BranchFacts::Here(branch, git.containment(commit, tip)),
            (None, BranchSpec::Standing(_)) => BranchFacts::Missing(branch),
            (None, BranchSpec::PerRelease(_)) => BranchFacts::Gone(branch),
        },
        previous: beside(previous, &|other| git.containment(other, commit)),
        next: beside(next, &|other| git.containment(commit, other)),
    })
}

/// Returns the branch that a version of a line is released from.
pub fn branch_of(line: &Line, version: &Version) -> BranchName {
    match &line.branch {
        BranchSpec::Standing(branch) => branch.clone(),
        BranchSpec::PerRelease(pattern) => pattern.branch_for(version),
    }
}

/// The tags of the versions next to one in its line.
pub struct Neighbours {
    /// That of the next lower version.
    pub previous: Option<(Version, TagName)>,
    /// That of the next higher version.
    pub next: Option<(Version, TagName)>,
}

/// Finds the tags of the versions next to one in its line.
///
/// # Errors
/// When the tags cannot be listed.
pub fn neighbours(git: &Git, pattern: &TagPattern, line: &Line, version: &Version) -> Result<Neighbours> {
    let (lower, higher) = around(versions(git, pattern, line)?, version);
    Ok(Neighbours { previous: lower.into_iter().next_back(), next: higher.into_iter().next() })
}

/// Returns the tags of a line, from the lowest version to the highest.
///
/// # Errors
/// When the tags cannot be listed.
pub fn versions(git: &Git, pattern: &TagPattern, line: &Line) -> Result<Vec<(Version, TagName)>> {
    Ok(of_line(git.tag_names()?, pattern, line))
}

/// What a remote has of the line of a tag.
pub struct Elsewhere {
    /// The tag of the highest version below.
    pub lower: Option<(Version, TagName)>,
    /// The tag of the highest version above.
    pub higher: Option<TagName>,
}

impl Elsewhere {
    /// Reads it from the refs of the remote.
    pub fn read(refs: &[RemoteRef], pattern: &TagPattern, line: &Line, version: &Version) -> Self {
        let tags = refs.iter().filter_map(|found| found.name.strip_prefix("refs/tags/")?.parse().ok()).collect();
        let (lower, higher) = around(of_line(tags, pattern, line), version);
        Self { lower: lower.into_iter().next_back(), higher: higher.into_iter().next_back().map(|(_, tag)| tag) }
    }

    /// Requires that a remote has no higher version of the line than that of a tag which it lacks.
    ///
    /// # Errors
    /// When it has one.
    pub fn require_none_above(&self, remote: &str, tag: &TagName, line: &Line) -> Result<()> {
        let Some(higher) = &self.higher else { return Ok(()) };
        let detail =
            format!("'{}' has a tag '{higher}', so '{tag}' would come after a higher version", remote.escape_debug());
        Err(Error::no(detail).hint(format!(
            "fetch it and take the next version: git fetch {} tag {} && patch-tag create --line {}",
            shell_word(remote),
            shell_word(higher.as_str()),
            shell_word(line.name.as_str())
        )))
    }
}

/// Returns those of the tags that are of a line, from the lowest version to the highest.
fn of_line(tags: Vec<TagName>, pattern: &TagPattern, line: &Line) -> Vec<(Version, TagName)> {
    let of_line = |tag: TagName| {
        let version = pattern.version_of(tag.as_str()).filter(|version| line.contains(version))?;
        Some((version, tag))
    };
    let mut found: Vec<_> = tags.into_iter().filter_map(of_line).collect();
    found.arrange_by(|a, b| a.0.cmp_precedence(&b.0));
    found
}

type Tags = Vec<(Version, TagName)>;

/// Parts the tags of a line into those below a version and those above it.
fn around(tags: Tags, version: &Version) -> (Tags, Tags) {
    let others = tags.into_iter().filter(|(other, _)| other != version);
    others.partition(|(other, _)| other.cmp_precedence(version).is_lt())
}

/// Decides about a tag. Where no signature is asked for, that it has none does not count.
pub fn findings(facts: &TagFacts, policy: &Policy, sealing: Sealing) -> Vec<Finding> {
    let mut findings = judge(facts, &policy.signing, policy.now.timestamp());
    match sealing {
        Sealing::Signed => {}
        Sealing::Unsigned => {
            findings.retain(|finding| finding.rule != Rule::Signed || finding.verdict != Verdict::Failed);
        }
    }
    findings
}

/// Says how to see every rule about a tag.
pub fn see_all(tag: &TagName) -> String {
    format!("see every rule: patch-tag verify {}", shell_word(tag.as_str()))
}

/// Requires that a tag verifies, and returns the object that it is with all that is known about it. `get` says how to get a tag that
/// is not here.
///
/// # Errors
/// When it is not there or does not verify, or the repository cannot be read.
pub fn verified(
    git: &Git,
    policy: &Policy,
    tag: &TagName,
    sealing: Sealing,
    get: &dyn Fn() -> String,
) -> Result<(ObjectId, TagFacts)> {
    let missing = || Error::usage(format!("there is no tag '{tag}'")).hint(get());
    let object = git.tag_ref(tag)?.ok_or_else(missing)?;
    let facts = facts(git, policy, tag, object, git.tag_found(object)?)?;
    let found = findings(&facts, policy, sealing);
    require(&format!("tag '{tag}'"), &found, &see_all(tag))?;
    Ok((object, facts))
}
