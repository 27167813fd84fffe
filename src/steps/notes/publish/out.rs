//! Notes of releases that are out: they stay as they are, also where nobody says again what they begin behind.

use crate::model::error::Error;
use crate::model::publish::{PublishRequest, Release};
use crate::model::tag::TagName;

use super::Publishing;

/// Returns the notes of each release as `publish` published it, and says why none were made. `None`: not all of them are out.
pub(super) fn bodies(with: &Publishing<'_>, request: &PublishRequest, why: &Error) -> Option<Vec<String>> {
    let of_tag = |tag: &TagName| {
        let there = with.forge.releases_of(tag).ok()?;
        there.into_iter().find(Release::keeps_notes).map(|out| out.notes)
    };
    let bodies = request.tags.iter().map(of_tag).collect::<Option<Vec<_>>>()?;
    let said = format!("what is published keeps its notes, which cannot be made again: {why}");
    let leaks = request.embargoed.as_ref().is_some_and(|list| list.is_named_in(&said));
    (!leaks).then(|| (with.tell)(&said));
    Some(bodies)
}
