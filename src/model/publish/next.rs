//! The one next step.

use std::fmt;

use crate::model::tag::TagName;

use super::latest::{MakeLatest, badge_of};
use super::record::PublishRecord;
use super::stand::{Standing, Stop, is_same, stand};
use super::there::{Asset, AssetId, AssetState, Freshness, Maturity, Release, ReleaseId, Seen};
use super::wanted::{AssetName, Goal, Publication, Wanted};

/// So often the badge is asked for again.
pub const MOST_REPAIRS: u32 = 3;

/// What to do next. Each step can be repeated, for the next one is worked out from what is there then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Make a draft with its notes.
    CreateDraft {
        /// Its tag.
        tag: TagName,
    },
    /// Delete a draft that another one stands in for.
    DeleteDraft {
        /// Its tag.
        tag: TagName,
        /// The draft.
        release: ReleaseId,
    },
    /// Set the title, the notes, the target and the maturity of a draft.
    UpdateDraft {
        /// Its tag.
        tag: TagName,
        /// The draft.
        release: ReleaseId,
    },
    /// Delete a file of a draft that has other bytes than are wanted, or none.
    DeleteAsset {
        /// Its tag.
        tag: TagName,
        /// The draft.
        release: ReleaseId,
        /// The file.
        asset: AssetId,
        /// Its name. May come from a stranger.
        name: String,
    },
    /// Send a file.
    Upload {
        /// Its tag.
        tag: TagName,
        /// The draft.
        release: ReleaseId,
        /// The file.
        name: AssetName,
    },
    /// Read back what is there.
    Read,
    /// Publish a draft.
    Publish {
        /// Its tag.
        tag: TagName,
        /// The draft.
        release: ReleaseId,
        /// Whether it takes the badge.
        make_latest: MakeLatest,
    },
    /// Give the badge to a release that is published.
    MoveBadge {
        /// Its tag.
        tag: TagName,
        /// The release.
        release: ReleaseId,
    },
    /// Everything is as it is wanted, and was read back.
    Done,
}

impl fmt::Display for Step {
    /// Says what is to be done, as it stands after "cannot".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateDraft { tag } => write!(f, "make the draft for '{tag}'"),
            Self::DeleteDraft { tag, .. } => write!(f, "delete the surplus draft for '{tag}'"),
            Self::UpdateDraft { tag, .. } => write!(f, "update the draft for '{tag}'"),
            Self::DeleteAsset { tag, name, .. } => {
                write!(f, "delete '{}' from the draft for '{tag}'", name.escape_debug())
            }
            Self::Upload { tag, name, .. } => write!(f, "send '{name}' to the draft for '{tag}'"),
            Self::Read => f.write_str("read back what is there"),
            Self::Publish { tag, .. } => write!(f, "publish '{tag}'"),
            Self::MoveBadge { tag, .. } => write!(f, "give the badge 'Latest' to '{tag}'"),
            Self::Done => f.write_str("finish"),
        }
    }
}

/// Returns the next step.
///
/// All drafts are made ready before the first is published. Just before one is published, and at the end, what is there is read
/// back, so that nothing is taken for granted that an answer said.
///
/// # Errors
/// When it cannot go on without a person. Nothing is published then of what was not published before.
pub fn next(publication: &Publication, seen: &Seen, record: &PublishRecord) -> Result<Step, Stop> {
    let mut standing = Vec::new();
    for wanted in publication.releases() {
        standing.push((wanted, stand(publication, wanted, seen, record.draft(&wanted.1.tag))?));
    }
    for ((version, wanted), standing) in &standing {
        match standing {
            Standing::Absent => return Ok(Step::CreateDraft { tag: wanted.tag.clone() }),
            Standing::Surplus(draft) => {
                return Ok(Step::DeleteDraft { tag: wanted.tag.clone(), release: draft.id });
            }
            Standing::Draft(draft) => {
                if let Some(step) = prepare(wanted, (Maturity::of(version), publication.goal()), draft) {
                    return Ok(step);
                }
            }
            Standing::Published(_) => {}
        }
    }
    let draft = standing.iter().find_map(|((version, wanted), standing)| match standing {
        Standing::Draft(draft) => Some((*version, *wanted, *draft)),
        Standing::Absent | Standing::Surplus(_) | Standing::Published(_) => None,
    });
    match (draft, seen.freshness) {
        (_, Freshness::Told) => Ok(Step::Read),
        (_, Freshness::Read) if publication.goal() == Goal::Drafts => Ok(Step::Done),
        (Some((version, wanted, draft)), Freshness::Read) => Ok(Step::Publish {
            tag: wanted.tag.clone(),
            release: draft.id,
            make_latest: {
                let with = publication.releases().map(|(version, _)| version);
                publication.product().make_latest(version, with, seen)
            },
        }),
        (None, Freshness::Read) => badge(publication, seen, record),
    }
}

/// Returns what a draft lacks.
fn prepare(wanted: &Wanted, (maturity, goal): (Maturity, Goal), draft: &Release) -> Option<Step> {
    let tag = || wanted.tag.clone();
    let described = draft.title == wanted.title.as_str()
        && wanted.notes.says(&draft.notes)
        && (goal == Goal::Drafts || draft.target == wanted.commit.to_string())
        && draft.maturity == maturity;
    if !described {
        return Some(Step::UpdateDraft { tag: tag(), release: draft.id });
    }
    let right =
        |there: &Asset| wanted.assets.iter().any(|asset| asset.name.as_str() == there.name && is_same(asset, there));
    let broken = |there: &&Asset| there.state == AssetState::Broken || !right(there);
    if let Some(there) = draft.assets.iter().find(broken) {
        return Some(Step::DeleteAsset { tag: tag(), release: draft.id, asset: there.id, name: there.name.clone() });
    }
    let there = |name: &AssetName| draft.assets.iter().any(|there| there.name == name.as_str());
    let missing = wanted.assets.iter().find(|asset| !there(&asset.name))?;
    Some(Step::Upload { tag: tag(), release: draft.id, name: missing.name.clone() })
}

/// Returns what is left to do once all are published.
fn badge(publication: &Publication, seen: &Seen, record: &PublishRecord) -> Result<Step, Stop> {
    let right = badge_of(publication, seen, record.badge.before);
    let Some(release) = right.and_then(|right| seen.release(right)) else { return Ok(Step::Done) };
    match seen.latest {
        Some(latest) if latest == release.id => Ok(Step::Done),
        Some(_) | None if record.badge.repairs >= MOST_REPAIRS => Err(Stop::Badge(release.tag.clone())),
        Some(_) | None => Ok(Step::MoveBadge { tag: release.tag.clone(), release: release.id }),
    }
}
