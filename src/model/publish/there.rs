//! What the forge says is there.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::commit::ObjectId;
use crate::model::sums::Sha256Sum;
use crate::model::tag::TagName;

use super::NotesText;

macro_rules! number_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_type!(
    /// The number of a release on the forge.
    ReleaseId
);
number_type!(
    /// The number of a file of a release on the forge.
    AssetId
);

/// Whether a release can be seen by all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Only people who may write see it.
    Draft,
    /// Everybody sees it.
    Published,
}

/// Whether a release is one for everybody to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maturity {
    /// It is.
    Stable,
    /// It is to be tried out.
    PreRelease,
}

impl Maturity {
    /// Returns what a version is: a pre-release where it has such a part (SemVer 2.0.0, section 9).
    pub fn of(version: &semver::Version) -> Self {
        if version.pre.is_empty() { Self::Stable } else { Self::PreRelease }
    }
}

/// Whether the files of a release can still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// They can.
    Open,
    /// They cannot, and neither can its tag.
    Immutable,
}

/// Who made a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The account that the token belongs to.
    Ours,
    /// Somebody else, by their login.
    Another(String),
}

/// How far a file of a release came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssetState {
    /// It is there whole.
    Uploaded,
    /// An upload failed half way, and the name is taken ("Upload a release asset" in GitHub's documentation).
    Broken,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its number.
    pub id: AssetId,
    /// Its name. May come from a stranger.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// How far it came.
    pub state: AssetState,
    /// Its sum, where the forge tells it.
    pub sha256: Option<Sha256Sum>,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its number.
    pub id: ReleaseId,
    /// The tag that it is for, which need not be there for a draft.
    pub tag: TagName,
    /// Whether all can see it.
    pub stage: Stage,
    /// Whether it is for all to use.
    pub maturity: Maturity,
    /// Whether its files can change.
    pub seal: Seal,
    /// Its title. May come from a stranger.
    pub title: String,
    /// Its notes, kept only where they are compared. May come from a stranger.
    pub notes: String,
    /// The branch or commit that a tag would be made at, were it not there.
    pub target: String,
    /// Who made it.
    pub owner: Owner,
    /// The address of its page.
    pub page: String,
    /// Its files, known only where they are compared.
    pub assets: Vec<Asset>,
}

impl Release {
    /// Whether it is out with notes of this tool's, which stay as they are also where they cannot be made again.
    pub fn keeps_notes(&self) -> bool {
        self.stage == Stage::Published && NotesText::is_ours(&self.notes)
    }
}

/// Whether what is known of the forge was read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// It was read as a whole.
    Read,
    /// Something was changed since, and only what the answers to that told is known.
    Told,
}

/// What the forge says is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// All releases, drafts with them.
    pub releases: Vec<Release>,
    /// The release with the badge "Latest".
    pub latest: Option<ReleaseId>,
    /// The tags of the product, with the objects that they name there. What a clone has says nothing of it: it may lack some, and have some
    /// that were never pushed.
    pub tags: BTreeMap<TagName, ObjectId>,
    /// Whether that was read after the last change.
    pub freshness: Freshness,
}

impl Seen {
    /// Returns the release of this number.
    pub fn release(&self, id: ReleaseId) -> Option<&Release> {
        self.releases.iter().find(|release| release.id == id)
    }

    /// Takes over what an answer told of a release. Its files stay as they are known, for an answer need not list them all.
    pub fn told(&mut self, mut release: Release) {
        self.freshness = Freshness::Told;
        match self.releases.iter_mut().find(|there| there.id == release.id) {
            Some(there) => {
                release.assets = std::mem::take(&mut there.assets);
                *there = release;
            }
            None => self.releases.push(release),
        }
    }

    /// Takes over that a file is there now.
    pub fn uploaded(&mut self, to: ReleaseId, asset: Asset) {
        self.freshness = Freshness::Told;
        let release = self.releases.iter_mut().find(|release| release.id == to);
        release.into_iter().for_each(|release| {
            release.assets.retain(|there| there.id != asset.id);
            release.assets.push(asset.clone());
        });
    }

    /// Takes over that a file is gone.
    pub fn deleted_asset(&mut self, of: ReleaseId, asset: AssetId) {
        self.freshness = Freshness::Told;
        let release = self.releases.iter_mut().find(|release| release.id == of);
        release.into_iter().for_each(|release| release.assets.retain(|there| there.id != asset));
    }

    /// Takes over that a draft is gone.
    pub fn deleted(&mut self, id: ReleaseId) {
        self.freshness = Freshness::Told;
        self.releases.retain(|release| release.id != id);
    }

    /// Takes over that the badge was asked for elsewhere.
    pub fn moved_badge(&mut self) {
        self.freshness = Freshness::Told;
    }
}
