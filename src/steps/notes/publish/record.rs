//! The record of a run on the disk, and what of its changes people are told.

use std::path::{Path, PathBuf};

use crate::model::config::RepositoryName;
use crate::model::error::{Error, Result};
use crate::model::publish::{Publication, PublishRecord, ReleaseOutcome, ReleaseRecord, ReleaseStage};
use crate::model::sums::Sha256Sum;
use crate::model::tag::TagName;
use crate::model::tag_request::Now;
use crate::ports::git::Git;
use crate::ports::lock::Lock;
use crate::ports::{files, folder};

/// The longest name of a file that is made of tags.
const LONGEST: usize = 120;

/// Where a record is kept.
pub(super) struct Kept(PathBuf);

impl Kept {
    /// Returns where: in the file that the user names, or else below the git directory in one for just these releases.
    pub(super) fn at(file: Option<&Path>, git: &Git, publication: &Publication) -> Self {
        let tags: Vec<&TagName> = publication.releases().map(|(_, wanted)| &wanted.tag).collect();
        Self(file.map_or_else(|| git.directory().join("backstitch/publish").join(name(&tags)), Path::to_owned))
    }

    /// Keeps others from publishing the same at the same time from here.
    pub(super) fn lock(&self, now: Now) -> Result<Lock> {
        let (Now::Clock(moment) | Now::Given(moment)) = now;
        let mut path = self.0.clone().into_os_string();
        path.push(".lock");
        Lock::take(Path::new(&path), "publish", moment)
    }

    /// Returns the record of an earlier run, or begins one.
    pub(super) fn read(&self, repository: &RepositoryName, publication: &Publication) -> Result<PublishRecord> {
        let begin = || PublishRecord::begin(repository.clone(), publication);
        if !self.0.exists() {
            return Ok(begin());
        }
        let shown = self.0.display();
        let other = |why: String| {
            Error::usage(format!("'{shown}' is not the record of this run")).because(why).hint(
                "if it is of no use, remove it: what is on the forge is found without it; or name another file: --record FILE",
            )
        };
        let text = files::read_text_or_stdin(&self.0)?;
        let earlier = serde_json::from_str(&text).map_err(|error| other(error.to_string()))?;
        PublishRecord::resume(earlier, repository, publication).map_err(|not| other(not.to_string()))
    }

    /// Writes the record as it is now.
    pub(super) fn write(&self, record: &PublishRecord) -> Result<()> {
        let text = serde_json::to_string_pretty(record).expect("a record holds nothing that JSON cannot") + "\n";
        folder::write(&self.0, text.as_bytes())
    }
}

/// Names the record of releases by their tags.
fn name(tags: &[&TagName]) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '+' };
    let all = tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let shown: String = all.chars().map(plain).collect();
    // Two lists of tags may look the same then, or be too long.
    let sum = Sha256Sum::of(&all).as_str()[..16].to_owned();
    if shown == all && shown.len() <= LONGEST { format!("{shown}.json") } else { format!("{sum}.json") }
}

/// Says what changed from one record to the next.
pub(super) fn told(before: &PublishRecord, after: &PublishRecord) -> Vec<String> {
    let there = |release: &ReleaseRecord| release.assets.iter().filter(|asset| asset.id.is_some()).count();
    let mut said = Vec::new();
    for (old, new) in before.releases.iter().zip(&after.releases) {
        if (old.stage, new.stage) == (ReleaseStage::Verified, ReleaseStage::Draft) {
            said.push(format!("there is a draft for '{}'", new.tag));
        }
        if old.outcome.is_none() && new.outcome == Some(ReleaseOutcome::Published) {
            said.push(format!("'{}' is published", new.tag));
        }
        if there(new) > there(old) && new.stage == ReleaseStage::Draft {
            said.push(format!("{} of {} files of '{}' are there", there(new), new.assets.len(), new.tag));
        }
    }
    said
}
