//! The record of a run on the disk, and what of its changes people are told.

use std::path::Path;

use crate::model::config::RepositoryName;
use crate::model::error::Result;
use crate::model::publish::{Publication, PublishRecord, ReleaseOutcome, ReleaseRecord, ReleaseStage, Unreleased};
use crate::model::sums::Sha256Sum;
use crate::model::tag::TagName;
use crate::ports::git::Git;
use crate::ports::kept::Kept;

/// The longest name of a file that is made of tags.
const LONGEST: usize = 120;

/// Returns where the record of releases is: in the file that the user names, or else below the git directory in one for just these.
pub(super) fn kept(file: Option<&Path>, git: &Git, publication: &Publication) -> Kept {
    let tags: Vec<&TagName> = publication.releases().map(|(_, wanted)| &wanted.tag).collect();
    let usual = || git.directory().join("backstitch/publish").join(name(&tags));
    Kept::at(file.map_or_else(usual, Path::to_owned), "what is on the forge")
}

/// Returns the record of an earlier run, or begins one.
pub(super) fn read(kept: &Kept, repository: &RepositoryName, publication: &Publication) -> Result<PublishRecord> {
    match kept.read()? {
        Some(earlier) => PublishRecord::resume(earlier, repository, publication)
            .map_err(|not| kept.is_of_another_run(not.to_string())),
        None => Ok(PublishRecord::begin(repository.clone(), publication)),
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
    said.extend(unreleased(before, after));
    said
}

/// Says that the badge goes to a lower version than is tagged, once that shows.
pub(super) fn unreleased(before: &PublishRecord, after: &PublishRecord) -> Option<String> {
    let Unreleased { tag, instead } = after.badge.unreleased.as_ref().filter(|_| before.badge.unreleased.is_none())?;
    Some(format!(
        "'{tag}' is tagged and has no published release, so '{instead}' gets the badge 'Latest'; release '{tag}', or leave the badge where it is: --keep-latest"
    ))
}
