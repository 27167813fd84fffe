//! Which commits belong to the line alone, though they do not say so themselves.

use crate::model::change::title;
use crate::model::commit::Commit;
use crate::model::decision::Answer;
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::renewal::{is_called_so, renews};
use crate::model::notes::words::{files_of, of_file};
use crate::ports::git::Git;

use super::accepted::accept;
use super::entries::Said;
use super::place::Place;
use super::trace::Pick;

/// Says of picks without a sure origin that they belong to the line alone, where main tells of them: a published commit keeps its message.
/// What only renews a dependency needs nobody to say so. Of picks of main, it does what [`accept`] does.
///
/// # Errors
/// When a file of main cannot be read, or an object is missing.
pub(super) fn settle(git: &Git, said: &Said<'_>, place: &Place<'_>, picks: &mut [Pick]) -> Result<()> {
    for pick in picks.iter_mut() {
        let reason = match pick.origin {
            Traced::Main { .. } | Traced::Line { .. } => None,
            Traced::Probably { .. } | Traced::Claimed { .. } => said_on_main(said, place, &pick.commit)?,
            Traced::Nowhere { .. } => match said_on_main(said, place, &pick.commit)? {
                None => renewal(git, &pick.commit)?,
                said => said,
            },
        };
        if let Some(reason) = reason {
            pick.origin = Traced::Line { reasons: vec![reason] };
        }
    }
    accept(said, place, picks)
}

/// Returns where main speaks of a commit of the line by its name: with words for users, or by a decision that the line shall have it.
///
/// # Errors
/// When a file of main cannot be read.
pub(super) fn said_on_main(said: &Said<'_>, place: &Place<'_>, commit: &Commit) -> Result<Option<String>> {
    if let Some(path) = words_of_its_own(said, commit)? {
        return Ok(Some(format!("'{path}' of main tells of it")));
    }
    let decision = said.decisions.latest(commit.id, &place.line.name);
    let accepted = decision.filter(|decision| decision.answer == Answer::Accept);
    Ok(accepted.map(|decision| format!("{} accepted it for the line: {}", decision.by, decision.reason)))
}

/// Returns the file of main that has words for a commit of the line, by its name.
///
/// # Errors
/// When a file of main cannot be read.
pub(super) fn words_of_its_own(said: &Said<'_>, commit: &Commit) -> Result<Option<String>> {
    for path in files_of(&[commit.id], &said.short, &[]) {
        if said.file(&path)?.is_some_and(|text| of_file(&text).is_some()) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn renewal(git: &Git, commit: &Commit) -> Result<Option<String>> {
    if commit.is_merge() || !is_called_so(&title(commit)) {
        return Ok(None);
    }
    let patches = git.patches(&[commit])?;
    let files = patches.get(&commit.id).map(Vec::as_slice).unwrap_or_default();
    Ok(renews(&title(commit), files).then(|| "it renews a dependency, and changes nothing but versions".to_owned()))
}
