//! What notes of one's own say of advisories.

use crate::model::eligibility::advisory::advisories;
use crate::model::notes::request::{AskedBy, NotesRequest, OtherLines};
use crate::model::publish::PublishRequest;
use crate::model::tag::TagName;
use crate::steps::notes::run;

use super::Publishing;
use super::checked::Checked;

/// Asks of notes that the user gave, one for each tag, whether the release leaves an advisory open that they name, or nothing in it is known to
/// fix one that they say is fixed: they may be what `render` wrote before, put into a file. Where the repository does not tell what a release
/// has, that is said and nothing is asked, for notes of one's own are the way out there.
pub(super) fn checked(with: &Publishing<'_>, request: &PublishRequest, bodies: &[String]) -> Checked {
    let mut asked = Vec::new();
    for (tag, body) in request.tags.iter().zip(bodies) {
        if advisories(body).is_empty() {
            continue;
        }
        match run(with.git, with.settings, Some(with.forge), &request_of(tag)) {
            Ok(notes) => asked.push((notes, body)),
            Err(error) => {
                let said = format!("whether {tag} fixes the advisories that its notes name was not asked: {error}");
                let leaks = request.embargoed.as_ref().is_some_and(|list| list.is_named_in(&said));
                (!leaks).then(|| (with.tell)(&said));
            }
        }
    }
    Checked::of_own(asked.iter().map(|(notes, body)| (notes, *body)))
}

fn request_of(tag: &TagName) -> NotesRequest {
    let (target, others, asked_by) = (Some(tag.to_string()), OtherLines::LeftAlone, AskedBy::Publish);
    NotesRequest { target, others, asked_by, ..NotesRequest::default() }
}
