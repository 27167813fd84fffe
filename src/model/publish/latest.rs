//! Which release has the badge "Latest", worked out by version.
//!
//! The forge gives the badge to whatever was published last unless it is told otherwise ("make_latest" of "Create a release" in
//! GitHub's documentation), so that each patch of an old line would take it.

use std::cmp::Ordering;
use std::fmt;

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::tag::{TagName, TagPattern};

use super::record::Unreleased;
use super::there::{Maturity, Release, ReleaseId, Seen, Stage};
use super::wanted::Publication;

/// What is released under one form of tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// How its tags are named. A release with another tag is one of another product.
    pub pattern: TagPattern,
    /// Whether it has the badge of the repository.
    pub badge: Badge,
}

/// Who has the one badge of a repository, which may hold several products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Badge {
    /// The highest stable release of this product.
    #[default]
    Highest,
    /// Another product, such as the one that this is a chart of: who has it keeps it.
    Keep,
}

/// Whether a release is to take the badge. It is always said, for what is not said counts as yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum MakeLatest {
    /// It is.
    #[serde(rename = "true")]
    Yes,
    /// It is not.
    #[serde(rename = "false")]
    No,
}

impl MakeLatest {
    /// Returns GitHub's word for it, which is a text and no boolean.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "true",
            Self::No => "false",
        }
    }
}

impl fmt::Display for MakeLatest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Compares two versions by precedence (SemVer 2.0.0, section 11), which leaves build metadata out.
pub(super) fn by_precedence(a: &Version, b: &Version) -> Ordering {
    a.cmp_precedence(b)
}

impl Product {
    /// Returns the version of a published stable release of the product.
    pub(super) fn stable(&self, release: &Release) -> Option<Version> {
        let counts = release.stage == Stage::Published && release.maturity == Maturity::Stable;
        self.pattern.version_of(release.tag.as_str()).filter(|version| counts && version.pre.is_empty())
    }

    /// Returns the stable versions that are tagged on the forge, without those that it shows as pre-releases. A version is out with its tag:
    /// registries may have it, though no release tells of it.
    pub(super) fn tagged<'p>(&'p self, seen: &'p Seen) -> impl Iterator<Item = (Version, &'p TagName)> {
        let shown = |release: &Release| release.stage == Stage::Published && release.maturity == Maturity::PreRelease;
        let is_shown = move |tag: &TagName| seen.releases.iter().any(|release| release.tag == *tag && shown(release));
        let version = |tag: &TagName| self.pattern.version_of(tag.as_str()).filter(|version| version.pre.is_empty());
        let tags = seen.tags.keys().filter_map(move |tag| Some((version(tag)?, tag)));
        tags.filter(move |(_, tag)| !is_shown(tag))
    }

    /// Says whether a release of this version has to take the badge when it is published beside what is there and what is published
    /// with it, so that no older line has it in between.
    pub(super) fn make_latest<'v>(
        &self,
        version: &Version,
        with: impl IntoIterator<Item = &'v Version>,
        seen: &Seen,
    ) -> MakeLatest {
        let above = |there: &Version| by_precedence(there, version).is_gt();
        let stable = |there: &&Version| there.pre.is_empty();
        let surpassed = seen.releases.iter().filter_map(|release| self.stable(release)).any(|there| above(&there))
            || with.into_iter().filter(stable).any(above);
        match self.badge {
            Badge::Highest if version.pre.is_empty() && !surpassed => MakeLatest::Yes,
            Badge::Highest | Badge::Keep => MakeLatest::No,
        }
    }
}

/// Returns the published stable release of a product that has the highest version; of equal ones the newest.
pub fn highest<'r>(product: &Product, releases: impl IntoIterator<Item = &'r Release>) -> Option<&'r Release> {
    let versions = releases.into_iter().filter_map(|release| Some((product.stable(release)?, release)));
    let highest = versions.max_by(|(a, one), (b, other)| by_precedence(a, b).then(one.id.cmp(&other.id)));
    highest.map(|(_, release)| release)
}

/// Returns who is to have the badge; `before`: who had it last besides what is published here. `None`: nothing is known to be right.
///
/// Where another product has it, it stays with whom it is, whoever had it before: that product may have had a release since.
pub(super) fn badge_of(publication: &Publication, seen: &Seen, before: Option<ReleaseId>) -> Option<ReleaseId> {
    let is_published = |id: &ReleaseId| seen.release(*id).is_some_and(|release| release.stage == Stage::Published);
    match publication.product().badge {
        Badge::Highest => highest(publication.product(), &seen.releases).map(|release| release.id),
        Badge::Keep => held_by_others(publication, seen).or(before).filter(is_published),
    }
}

/// Returns the highest tag above all releases, where one that is published here gets the badge though that tag has a higher version: GitHub
/// gives the badge to releases alone.
pub(super) fn unreleased(publication: &Publication, seen: &Seen) -> Option<Unreleased> {
    let product = publication.product();
    let mut there = seen.releases.iter().filter_map(|release| product.stable(release));
    let here = publication.releases().filter(|(version, _)| version.pre.is_empty());
    let (version, instead) = here.max_by(|(a, _), (b, _)| by_precedence(a, b))?;
    let above = |(tagged, _): &(Version, &TagName)| by_precedence(tagged, version).is_gt();
    let (_, tag) = product.tagged(seen).filter(above).max_by(|(a, _), (b, _)| by_precedence(a, b))?;
    let gets = product.badge == Badge::Highest && there.all(|one| by_precedence(&one, version).is_le());
    gets.then(|| Unreleased { tag: tag.clone(), instead: instead.tag.clone() })
}

/// Returns who has the badge, unless it is one of those that are published here.
pub(super) fn held_by_others(publication: &Publication, seen: &Seen) -> Option<ReleaseId> {
    let release = seen.release(seen.latest?)?;
    publication.release(&release.tag).is_none().then_some(release.id)
}
