//! The verbs of `patch-tag`.

pub mod create;
mod gather;
pub mod push;
pub mod sums;
pub mod verify;

use crate::model::commit::{CommitId, ObjectId};
use crate::model::error::{Error, Result};
use crate::model::tag::TagName;
use crate::model::tag_request::{Now, PolicySource, Sealing};
use crate::model::tag_verify::{Tagged, require};
use crate::ports::git::Git;
use crate::ports::signing::Policy;

/// Requires that tags verify, and returns for each the object that it is and the commit that it names.
///
/// # Errors
/// When one is not there or does not verify, or the policy cannot be read.
pub fn verified(
    git: &Git,
    tags: &[TagName],
    policy: &PolicySource,
    sealing: Sealing,
    now: Now,
) -> Result<Vec<(ObjectId, CommitId)>> {
    let policy = Policy::read(Some(git), policy, now)?;
    let verified = |tag: &TagName| {
        let object = git.tag_ref(tag)?.ok_or_else(|| {
            Error::usage(format!("there is no tag '{tag}'"))
                .hint("fetch it with 'git fetch --tags', or make it with 'patch-tag create'")
        })?;
        let facts = gather::facts(git, &policy, tag, object, git.tag_found(object)?, None)?;
        let findings = gather::findings(&facts, &policy, sealing);
        require(&format!("tag '{tag}'"), &findings, &gather::see_all(tag))?;
        match facts.tagged {
            Tagged::Commit(commit, _) => Ok((object, commit)),
            Tagged::Other(_) | Tagged::Missing => {
                Err(Error::no(format!("tag '{tag}' names no commit")).hint(gather::see_all(tag)))
            }
        }
    };
    tags.iter().map(verified).collect()
}
