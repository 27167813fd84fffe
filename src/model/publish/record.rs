//! The one document about a run: what is wanted, how far it came, and what follows from it. It is written after every step.

use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::model::commit::{CommitId, ObjectId};
use crate::model::config::RepositoryName;
use crate::model::sums::Sha256Sum;
use crate::model::tag::TagName;

use super::channels::Channels;
use super::latest::{MakeLatest, badge_of, held_by_others, unreleased};
use super::next::Step;
use super::stand::{Difference, differences, may_be_same};
use super::there::{AssetId, Maturity, Release, ReleaseId, Seen, Stage};
use super::wanted::{AssetName, NotesText, Publication, Wanted};

/// What stands in `schema`.
pub const PUBLISH_SCHEMA: &str = "patch-notes/publish@1";

/// How far a release came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseStage {
    /// Its tag was verified, and nothing of it is on the forge.
    Verified,
    /// There is a draft of it.
    Draft,
    /// It is published.
    Published,
}

/// What a run did about a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseOutcome {
    /// It was published.
    Published,
    /// It was there as wanted.
    Already,
}

/// What a run did about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AssetOutcome {
    /// It was sent.
    Uploaded,
    /// It was there with the same bytes.
    Already,
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct AssetRecord {
    /// Its name.
    pub name: AssetName,
    /// How many bytes it has.
    pub size: u64,
    /// Its sum.
    pub sha256: Sha256Sum,
    /// Its number on the forge, once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AssetId>,
    /// What was done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<AssetOutcome>,
}

/// A release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReleaseRecord {
    /// Its tag.
    pub tag: TagName,
    /// The object that the tag names.
    pub object: ObjectId,
    /// The commit that it names.
    pub commit: CommitId,
    /// How far it came.
    pub stage: ReleaseStage,
    /// Its number on the forge, once it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ReleaseId>,
    /// The address of its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// In what words it differs from what was wanted, where it is published already. They were left as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_words: Vec<String>,
    /// What was said about the badge when it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make_latest: Option<MakeLatest>,
    /// What was done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ReleaseOutcome>,
    /// Its files.
    pub assets: Vec<AssetRecord>,
    /// The names that move to it, worked out over what is published, what this run publishes, and what is tagged on the forge. Known once the forge was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Channels>,
}

/// The badge "Latest".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct BadgeRecord {
    /// Whether the forge was read.
    pub looked: bool,
    /// Who had it last besides what is published here; else who had it when the forge was read first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ReleaseId>,
    /// Who is to have it among what is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<TagName>,
    /// Who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<TagName>,
    /// The tag that would have it, had it a release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreleased: Option<Unreleased>,
    /// How often it was asked for again.
    pub repairs: u32,
}

/// A tag of a higher version than all releases, which has none itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Unreleased {
    /// The tag.
    pub tag: TagName,
    /// The release that gets the badge instead.
    pub instead: TagName,
}

/// What `patch-notes publish` keeps and says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PublishRecord {
    /// Always `patch-notes/publish@1`.
    pub schema: String,
    /// The repository on the forge.
    pub repository: RepositoryName,
    /// The releases, the oldest first.
    pub releases: Vec<ReleaseRecord>,
    /// The badge "Latest".
    pub badge: BadgeRecord,
}

/// A record of another run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOfThisRun {
    /// It has another form.
    #[error("its schema is '{}' and not '{PUBLISH_SCHEMA}'", .0.escape_debug())]
    Schema(String),
    /// It is about another repository.
    #[error("it is about '{0}'")]
    Repository(RepositoryName),
    /// It is about other releases.
    #[error("it is not about '{0}' as it is now")]
    Release(TagName),
}

impl PublishRecord {
    /// Begins a record.
    pub fn begin(repository: RepositoryName, publication: &Publication) -> Self {
        let releases = publication.releases().map(|(_, wanted)| ReleaseRecord::begin(wanted)).collect();
        Self { schema: PUBLISH_SCHEMA.to_owned(), repository, releases, badge: BadgeRecord::default() }
    }

    /// Goes on with the record of an earlier run. Files and notes may have changed since, tags may not.
    ///
    /// # Errors
    /// When it is about something else.
    pub fn resume(earlier: Self, repository: &RepositoryName, publication: &Publication) -> Result<Self, NotOfThisRun> {
        if earlier.schema != PUBLISH_SCHEMA {
            return Err(NotOfThisRun::Schema(earlier.schema));
        }
        if earlier.repository != *repository {
            return Err(NotOfThisRun::Repository(earlier.repository));
        }
        if let Some(other) = earlier.releases.iter().find(|release| publication.release(&release.tag).is_none()) {
            return Err(NotOfThisRun::Release(other.tag.clone()));
        }
        let mut record = Self::begin(earlier.repository.clone(), publication);
        for release in &mut record.releases {
            let before = earlier.releases.iter().find(|before| before.tag == release.tag);
            let before = before.filter(|before| (before.object, before.commit) == (release.object, release.commit));
            let before = before.ok_or_else(|| NotOfThisRun::Release(release.tag.clone()))?;
            (release.stage, release.id) = (before.stage, before.id);
            (release.make_latest, release.outcome) = (before.make_latest, before.outcome);
            for asset in &mut release.assets {
                let same = before.assets.iter().find(|b| (&b.name, &b.sha256) == (&asset.name, &asset.sha256));
                (asset.id, asset.outcome) = same.map_or((None, None), |same| (same.id, same.outcome));
            }
        }
        // What another run tried and could not do is tried again.
        record.badge = BadgeRecord { repairs: 0, ..earlier.badge };
        Ok(record)
    }

    /// Returns the number of the release of a tag that an earlier step made.
    pub fn draft(&self, tag: &TagName) -> Option<ReleaseId> {
        self.release(tag)?.id
    }

    /// Returns the same, where what stood in a record before is nothing that was done: it was there.
    pub fn since(&self, before: &Self) -> Self {
        let mut this_run = self.clone();
        for release in &mut this_run.releases {
            let Some(before) = before.release(&release.tag) else { continue };
            release.outcome = release.outcome.map(|now| before.outcome.map_or(now, |_| ReleaseOutcome::Already));
            for asset in &mut release.assets {
                let same = before.assets.iter().find(|one| (&one.name, &one.sha256) == (&asset.name, &asset.sha256));
                let was = same.and_then(|same| same.outcome);
                asset.outcome = asset.outcome.map(|now| was.map_or(now, |_| AssetOutcome::Already));
            }
        }
        this_run.badge.repairs -= before.badge.repairs.min(self.badge.repairs);
        this_run
    }

    /// Says whether nothing was done: everything was there.
    pub fn did_nothing(&self) -> bool {
        let is_there = |release: &ReleaseRecord| {
            let sent = |asset: &AssetRecord| asset.outcome == Some(AssetOutcome::Uploaded);
            release.outcome == Some(ReleaseOutcome::Already) && !release.assets.iter().any(sent)
        };
        self.badge.repairs == 0 && self.releases.iter().all(is_there)
    }

    /// Returns the tags of the releases that are published.
    pub fn public(&self) -> Vec<TagName> {
        let public = self.releases.iter().filter(|release| release.stage == ReleaseStage::Published);
        public.map(|release| release.tag.clone()).collect()
    }

    fn release(&self, tag: &TagName) -> Option<&ReleaseRecord> {
        self.releases.iter().find(|release| release.tag == *tag)
    }

    /// Adds the sums of files that an earlier step sent, where the forge tells none. A file never changes under its number.
    pub fn vouch(&self, seen: &mut Seen) {
        let sent = |asset: &&AssetRecord| asset.outcome == Some(AssetOutcome::Uploaded);
        for there in seen.releases.iter_mut().flat_map(|release| &mut release.assets).filter(|a| a.sha256.is_none()) {
            let ours = self.releases.iter().flat_map(|release| &release.assets).filter(sent);
            there.sha256 = ours.into_iter().find(|ours| ours.id == Some(there.id)).map(|ours| ours.sha256.clone());
        }
    }

    /// Takes over what the forge says is there.
    pub fn look(&mut self, publication: &Publication, seen: &Seen) {
        if !self.badge.looked {
            (self.badge.looked, self.badge.before) = (true, seen.latest);
        }
        self.badge.before = held_by_others(publication, seen).or(self.badge.before);
        let tag = |id: Option<ReleaseId>| seen.release(id?).map(|release| release.tag.clone());
        self.badge.wanted = tag(badge_of(publication, seen, self.badge.before));
        self.badge.holder = tag(seen.latest);
        self.badge.unreleased = unreleased(publication, seen);
        let product = publication.product();
        let mut stable: Vec<Version> = seen.releases.iter().filter_map(|release| product.stable(release)).collect();
        stable.extend(publication.releases().map(|(version, _)| version).filter(|v| v.pre.is_empty()).cloned());
        stable.extend(product.tagged(seen).map(|(version, _)| version));
        for ((version, wanted), record) in publication.releases().zip(&mut self.releases) {
            record.look(wanted, Maturity::of(version), seen);
            record.channels = Some(Channels::of(product, version, &stable));
        }
    }

    /// Takes over that a step was carried out.
    pub fn did(&mut self, step: &Step) {
        match step {
            Step::Upload { tag, name, .. } => {
                let assets = self.releases.iter_mut().filter(|release| release.tag == *tag).flat_map(|r| &mut r.assets);
                assets.filter(|asset| asset.name == *name).for_each(|a| a.outcome = Some(AssetOutcome::Uploaded));
            }
            Step::Publish { tag, make_latest, .. } => {
                for release in self.releases.iter_mut().filter(|release| release.tag == *tag) {
                    release.make_latest = Some(*make_latest);
                    release.outcome = Some(ReleaseOutcome::Published);
                }
            }
            Step::MoveBadge { .. } => self.badge.repairs += 1,
            Step::CreateDraft { .. }
            | Step::DeleteDraft { .. }
            | Step::UpdateDraft { .. }
            | Step::DeleteAsset { .. }
            | Step::Read
            | Step::Done => {}
        }
    }
}

impl ReleaseRecord {
    fn begin(wanted: &Wanted) -> Self {
        let asset = |asset: &super::wanted::WantedAsset| AssetRecord {
            name: asset.name.clone(),
            size: asset.size,
            sha256: asset.sha256.clone(),
            id: None,
            outcome: None,
        };
        Self {
            tag: wanted.tag.clone(),
            object: wanted.object,
            commit: wanted.commit,
            stage: ReleaseStage::Verified,
            id: None,
            page: None,
            kept_words: Vec::new(),
            make_latest: None,
            outcome: None,
            assets: wanted.assets.iter().map(asset).collect(),
            channels: None,
        }
    }

    fn look(&mut self, wanted: &Wanted, maturity: Maturity, seen: &Seen) {
        self.kept_words.clear();
        let of_tag = || seen.releases.iter().filter(|release| release.tag == wanted.tag);
        let published = of_tag().find(|release| release.stage == Stage::Published);
        // A draft that something else wrote is none of this run.
        let marked = |release: &&Release| NotesText::is_ours(&release.notes);
        let kept = of_tag().find(|release| Some(release.id) == self.id).or_else(|| of_tag().find(marked));
        let Some(there): Option<&Release> = published.or(kept) else {
            (self.stage, self.page) = (ReleaseStage::Verified, None);
            return;
        };
        (self.id, self.page) = (Some(there.id), Some(there.page.clone()));
        self.stage = match there.stage {
            Stage::Draft => ReleaseStage::Draft,
            Stage::Published => ReleaseStage::Published,
        };
        if self.stage == ReleaseStage::Published {
            self.outcome.get_or_insert(ReleaseOutcome::Already);
            let words = differences(wanted, maturity, there).into_iter().filter(Difference::is_in_words);
            self.kept_words = words.map(|difference| difference.to_string()).collect();
        }
        for (asset, wanted) in self.assets.iter_mut().zip(&wanted.assets) {
            let right = there.assets.iter().find(|a| a.name == wanted.name.as_str() && may_be_same(wanted, a));
            asset.id = right.map(|right| right.id);
            if right.is_some() {
                asset.outcome.get_or_insert(AssetOutcome::Already);
            }
        }
    }
}
