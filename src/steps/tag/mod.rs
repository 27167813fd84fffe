//! The verbs of `patch-tag`.

pub mod create;
pub mod push;
pub mod show;
pub mod sums;
pub mod verify;

use crate::model::commit::{CommitId, ObjectId};
use crate::model::error::{Error, Result};
use crate::model::publish::PublishRequest;
use crate::model::tag::TagName;
use crate::model::tag_request::{Now, PolicySource, Sealing};
use crate::model::tag_verify::Tagged;
use crate::ports::git::Git;
use crate::ports::signing::Policy;
use crate::ports::tag_facts;

/// Returns what requires that the tags of releases verify, for verbs that publish these.
pub fn verifier(git: &Git) -> impl Fn(&PublishRequest) -> Result<Vec<(ObjectId, CommitId)>> + '_ {
    |asked| verified(git, &asked.tags, &asked.policy, asked.sealing, asked.now)
}

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
        let get = || format!("fetch it: {}; or make it with 'patch-tag create'", git.fetch_from().tags());
        let (object, facts) = tag_facts::verified(git, &policy, tag, sealing, &get)?;
        match facts.tagged {
            Tagged::Commit(commit, _) => Ok((object, commit)),
            Tagged::Other(_) | Tagged::Missing => {
                Err(Error::no(format!("tag '{tag}' names no commit")).hint(tag_facts::see_all(tag)))
            }
        }
    };
    tags.iter().map(verified).collect()
}
