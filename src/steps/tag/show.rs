//! `patch-tag show`: where the tag of a version is. It looks into this repository alone, and proves nothing.

use crate::model::error::{Error, Result};
use crate::model::tag_show::{SHOW_SCHEMA, ShowRequest, TagShown};
use crate::ports::git::Git;
use crate::ports::settings::Settings;

use super::create::{line_of, name_of, version_of};
use crate::ports::tag_facts;

/// Says how the tag of a version is called, and where it is.
///
/// # Errors
/// When the version belongs to no line, or the tag names no commit.
pub fn run(git: &Git, settings: &Settings, request: &ShowRequest) -> Result<TagShown> {
    let version = version_of(settings, &request.version)?;
    let line = line_of(settings, request.line.as_ref(), Some(&version))?;
    let tag = name_of(settings, &version)?;
    let object = git.tag_ref(&tag)?;
    let commit = object.and_then(|_| git.tag_commit(&tag));
    if object.is_some() && commit.is_none() {
        return Err(Error::no(format!("tag '{tag}' names no commit")).hint(tag_facts::see_all(&tag)));
    }
    Ok(TagShown {
        schema: SHOW_SCHEMA.to_owned(),
        version: version.to_string(),
        line: line.name.clone(),
        branch: tag_facts::branch_of(line, &version),
        tag,
        commit,
        object,
    })
}
