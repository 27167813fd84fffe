//! `patch-tag verify`: whether a tag is what it says, signed by somebody who may, and where it belongs.

use crate::model::apply::shell_word;
use crate::model::error::{Error, Result};
use crate::model::tag_request::{Sealing, TagVerifyRequest};
use crate::model::tag_verify::{RemoteFacts, SignatureFacts, TagVerification, Tagged, VERIFY_SCHEMA, answer};
use crate::ports::git::Git;
use crate::ports::signing::Policy;

use crate::ports::tag_facts;

/// Verifies a tag.
///
/// # Errors
/// When there is no such tag, the policy cannot be read, or a program cannot be started.
pub fn run(git: &Git, request: &TagVerifyRequest) -> Result<TagVerification> {
    let tag = &request.tag;
    let object =
        git.tag_ref(tag)?.ok_or_else(|| Error::usage(format!("there is no tag '{tag}'")).hint(get(git, request)))?;
    let policy = Policy::read(Some(git), &request.policy, request.now)?;
    let mut facts = tag_facts::facts(git, &policy, tag, object, git.tag_found(object)?)?;
    facts.expected = request.commit.as_deref().map(|revision| git.resolve(revision)).transpose()?;
    if let Some(remote) = &request.remote {
        let found = git.remote_refs(remote, &[tag.full()]).map_err(|error| {
            let hint = error.hint_text().map(|hint| format!("{hint}; or leave '--remote' out"));
            error.hint(hint.unwrap_or_else(|| "leave '--remote' out".to_owned()))
        })?;
        facts.remote = Some(RemoteFacts { remote: remote.clone(), object: found.first().map(|found| found.object) });
    }
    let findings = tag_facts::findings(&facts, &policy, Sealing::Signed);
    Ok(TagVerification {
        schema: VERIFY_SCHEMA.to_owned(),
        tag: tag.clone(),
        object,
        commit: match facts.tagged {
            Tagged::Commit(commit, _) => Some(commit),
            Tagged::Other(_) | Tagged::Missing => None,
        },
        version: facts.version.as_ref().map(ToString::to_string),
        line: facts.line.as_ref().map(|line| line.name.clone()),
        signed_by: facts.signature.as_ref().map(SignatureFacts::signed_by),
        policy: policy.source,
        answer: answer(&findings),
        notes: facts.notes(),
        findings,
    })
}

/// Says how to get a tag that is not here.
fn get(git: &Git, request: &TagVerifyRequest) -> String {
    let see = "see which there are: git tag --list";
    match request.remote.as_deref().or(git.has_remote("origin").then_some("origin")) {
        Some(remote) => {
            format!("fetch it: git fetch {} tag {}; or {see}", shell_word(remote), shell_word(request.tag.as_str()))
        }
        None => see.to_owned(),
    }
}
