//! What `patch-bump` is asked, and what it says: where the version stands, and what was changed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::CommitId;
use crate::model::edit::{Holds, Note, Survey};
use crate::model::error::{Error, Result};
use crate::model::image::{ImageDigest, ImageName};
use crate::model::line::LineName;
use crate::model::path::RepoPath;
use crate::model::request::Mode;
use crate::model::tag_request::{AskRemote, Now};
use crate::model::version::{Phase, ReleaseVersion, next_free_patch};

/// The value of the `schema` field of [`Versions`].
pub const VERSIONS_SCHEMA: &str = "patch-bump/versions@1";
/// The value of the `schema` field of [`Bumped`].
pub const BUMP_SCHEMA: &str = "patch-bump/bump@1";

/// What `patch-bump show` and `patch-bump check` say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Versions {
    /// Always `patch-bump/versions@1`.
    pub schema: String,
    /// Whether the project has its versions in tags only, so that no file is looked into.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_tags: bool,
    /// The version that stands in every place; absent where they disagree or there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<ReleaseVersion>,
    /// Why there is no one version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disagreement: Option<String>,
    /// The files of a run that is at work or was cut short: some may hold its old version, others its new one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfinished: Vec<RepoPath>,
    /// Every place, ordered by file and place.
    pub places: Vec<VersionPlace>,
    /// What was seen and left, one sentence each. May quote strangers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A place where the version stands, or something that follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct VersionPlace {
    /// The file.
    pub path: RepoPath,
    /// Its line, counted from one.
    pub line: usize,
    /// Its column in characters, counted from one.
    pub column: usize,
    /// What it is: `packages["packages/a"].version`.
    pub name: String,
    /// What stands there.
    pub value: String,
}

impl Versions {
    /// Tells that the project has its versions in tags only.
    pub fn in_tags(unfinished: Vec<RepoPath>) -> Self {
        Self { in_tags: true, disagreement: None, ..Self::of(&Survey::default(), unfinished) }
    }

    /// Tells what a survey found while a run had not finished these files.
    pub fn of(survey: &Survey, unfinished: Vec<RepoPath>) -> Self {
        let places = survey.files.iter().flat_map(|file| {
            file.spots.iter().map(|spot| VersionPlace {
                path: file.path.clone(),
                line: spot.place.line,
                column: spot.place.column,
                name: spot.name.clone(),
                value: spot.value.clone(),
            })
        });
        let version = survey.version();
        let notes: Vec<Note> = match &version {
            Ok(version) => survey.notes_at(version).collect(),
            Err(_) => survey.notes.clone(),
        };
        Self {
            schema: VERSIONS_SCHEMA.to_owned(),
            in_tags: false,
            disagreement: version.as_ref().err().map(ToString::to_string),
            version: version.ok(),
            unfinished,
            places: places.collect(),
            notes: notes.iter().map(sentence).collect(),
        }
    }
}

/// Returns a note as one sentence without a full stop.
pub fn sentence(note: &Note) -> String {
    note.to_string()
}

/// Which version is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// This one.
    Exactly(ReleaseVersion),
    /// The next free patch release.
    Next,
    /// The next pre-release of this phase.
    Pre(Phase),
    /// The release that the pre-release announced.
    Release,
}

impl Wanted {
    /// Returns the version to write, given the one that is there and those that have a tag.
    ///
    /// # Errors
    /// When a phase would go back, or there is no pre-release to make a release of.
    pub fn version(&self, from: &ReleaseVersion, tagged: &[ReleaseVersion]) -> Result<ReleaseVersion> {
        match self {
            Self::Exactly(version) => Ok(version.clone()),
            Self::Next => Ok(next_free_patch(from, tagged)),
            Self::Pre(phase) => {
                let highest = tagged.iter().filter(|tag| tag.same_minor(from)).chain([from]).max().unwrap_or(from);
                let start = if from.is_pre_release() { from } else { highest };
                start.pre(*phase).map_err(|error| {
                    let current = start.phase().map_or(*phase, |(phase, _)| phase);
                    // What is only tagged is no version that could be released from here.
                    let release = if from.is_pre_release() { ", or release it: patch-bump release" } else { "" };
                    Error::no(error.to_string()).hint(format!("go on in its phase: patch-bump pre {current}{release}"))
                })
            }
            Self::Release if from.is_pre_release() => Ok(from.release()),
            Self::Release => {
                Err(Error::no(format!("'{from}' is a release already")).hint("the next patch release: patch-bump next"))
            }
        }
    }
}

/// Whether the change is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The files are changed and left to the user.
    InWorktree,
    /// They are committed, and nothing else is.
    Committed,
}

/// What the verbs that change versions are asked.
#[derive(Debug, Clone)]
pub struct BumpRequest {
    /// Which version.
    pub wanted: Wanted,
    /// The line; the one that holds the version if absent.
    pub line: Option<LineName>,
    /// The digests of the new images, for those that are pinned by digest.
    pub digests: BTreeMap<ImageName, ImageDigest>,
    /// Which remote is asked for tags.
    pub remote: AskRemote,
    /// Whether it is committed.
    pub keep: Keep,
    /// Whether anything is written.
    pub mode: Mode,
    /// What counts as now. One that the user gave is the date of the commit, too, so that the same is made again.
    pub now: Now,
}

/// How a bump ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BumpOutcome {
    /// The files hold the new version now.
    Changed,
    /// They would, but for the dry run.
    WouldChange,
    /// They held it before.
    Already,
    /// No file holds it, for the project has its versions in tags only.
    InTags,
}

impl BumpOutcome {
    /// Returns the words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::WouldChange => "would change",
            Self::Already => "already",
            Self::InTags => "in tags only",
        }
    }
}

/// What the verbs that change versions say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Bumped {
    /// Always `patch-bump/bump@1`.
    pub schema: String,
    /// How it ended.
    pub outcome: BumpOutcome,
    /// The version before.
    pub from: ReleaseVersion,
    /// The version then.
    pub to: ReleaseVersion,
    /// The line that holds it, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineName>,
    /// What changed in each file, ordered by path.
    pub files: Vec<FileBump>,
    /// The commit that was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// What was seen and left, one sentence each. May quote strangers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What changed in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct FileBump {
    /// The file.
    pub path: RepoPath,
    /// How many places of it.
    pub places: usize,
    /// The change as a unified diff. Quotes strangers.
    pub diff: String,
}

/// Says which images would need a new digest and have none.
pub fn missing_digests<'s>(survey: &'s Survey, given: &BTreeMap<ImageName, ImageDigest>) -> Vec<&'s ImageName> {
    let spots = survey.files.iter().flat_map(|file| &file.spots);
    let pinned = spots.filter_map(|spot| match &spot.holds {
        Holds::ImageDigest(image) => Some(image),
        Holds::Version(_) | Holds::Numbers | Holds::LockDigest(_) => None,
    });
    pinned.filter(|image| !given.contains_key(*image)).collect()
}

/// Says what is wrong with the digests that were given: one for an image that is pinned by none, or the one that stands there
/// already.
pub fn wrong_digest(survey: &Survey, given: &BTreeMap<ImageName, ImageDigest>) -> Option<String> {
    let spots = || survey.files.iter().flat_map(|file| &file.spots);
    given.iter().find_map(|(image, digest)| {
        let is_of = |spot: &&crate::model::edit::Spot| matches!(&spot.holds, Holds::ImageDigest(of) if of == image);
        let mut pinned = spots().filter(is_of).peekable();
        if pinned.peek().is_none() {
            return Some(format!("no image '{image}' is pinned by a digest in the files of [[version]]"));
        }
        pinned
            .any(|spot| spot.value == digest.as_str())
            .then(|| format!("the digest for '{image}' is the one that stands there already"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> ReleaseVersion {
        text.parse().expect("a version")
    }

    #[test]
    fn a_phase_that_goes_back_is_told_what_is_possible() {
        let hint = |from: &str, tagged: &str| {
            let refused = Wanted::Pre(Phase::Beta).version(&version(from), &[version(tagged)]);
            refused.expect_err("because the phase goes back").hint_text().map(str::to_owned)
        };
        assert_eq!(hint("2.0.0", "2.0.1-rc.1").as_deref(), Some("go on in its phase: patch-bump pre rc"));
        let both = "go on in its phase: patch-bump pre rc, or release it: patch-bump release";
        assert_eq!(hint("2.0.1-rc.1", "2.0.0").as_deref(), Some(both));
    }

    #[test]
    fn what_is_wanted_follows_from_what_is_there_and_what_is_tagged() {
        let rc = Wanted::Pre(Phase::Rc);
        let table: [(&Wanted, &str, &[&str], Option<&str>); 9] = [
            (&Wanted::Next, "2.0.0", &[], Some("2.0.1")),
            (&Wanted::Next, "2.0.0", &["2.0.1", "2.1.7"], Some("2.0.2")),
            (&Wanted::Next, "2.0.1-rc.1", &[], Some("2.0.1")),
            (&rc, "2.0.0", &[], Some("2.0.1-rc.1")),
            (&rc, "2.0.0", &["2.0.1"], Some("2.0.2-rc.1")),
            (&rc, "2.0.1-rc.1", &["2.0.1-rc.1"], Some("2.0.1-rc.2")),
            (&Wanted::Pre(Phase::Beta), "2.0.1-rc.1", &[], None),
            (&Wanted::Release, "2.0.1-rc.2", &[], Some("2.0.1")),
            (&Wanted::Release, "2.0.1", &[], None),
        ];
        for (wanted, from, tagged, expected) in table {
            let tagged: Vec<ReleaseVersion> = tagged.iter().map(|tag| version(tag)).collect();
            let found = wanted.version(&version(from), &tagged).ok();
            assert_eq!(found, expected.map(version), "{wanted:?} after {from}, {tagged:?}");
        }
    }
}
