//! What people said of picks that bring less than three of four lines of what they name, or more than that.
//!
//! A published commit keeps its message and its lines. So whoever looked at it says on main that it is the fix as it is, or that the line shall
//! not have one of the changes that it names.

use crate::model::commit::{Commit, CommitId};
use crate::model::decision::Answer;
use crate::model::eligibility::advisory::{fixed_in_words, meant};
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::claim::Brought;
use crate::model::notes::words::{files_of, of_file};

use super::entries::Said;
use super::place::Place;
use super::project;
use super::there::title_and_body;
use super::trace::{Landed, Pick};
use super::words::names;

/// Takes for whole what picks bring of changes of main where main says so: by a decision that the line shall have the pick, by one about the
/// change that is younger than the pick, or by a file with words for one of them, which has to say that the advisories are fixed that it is
/// for. What was declined for the line and is not brought for sure is not of the pick.
///
/// # Errors
/// When a file of main cannot be read, or an object is missing.
pub(super) fn accept(said: &Said<'_>, place: &Place<'_>, picks: &mut [Pick]) -> Result<()> {
    for pick in picks.iter_mut().filter(|pick| matches!(pick.origin, Traced::Main { .. })) {
        let is_doubtful = |landed: &Landed| landed.brought != Brought::Most;
        let is_open = !pick.unnamed.is_empty() || pick.landed.iter().any(is_doubtful);
        let answer = |landed: &Landed| said.decisions.about(&landed.change, &place.line.name);
        let is_declined = |landed: &Landed| answer(landed).is_some_and(|one| one.answer == Answer::Decline);
        leave_out(pick, |landed| is_doubtful(landed) && is_declined(landed));
        let unnamed = pick.unnamed.iter().map(|id| said.git.commit(*id)).collect::<Result<Vec<_>>>()?;
        let all = pick.landed.iter().flat_map(|landed| &landed.commits).chain(&unnamed);
        let own = said.decisions.latest(pick.commit.id, &place.line.name);
        let is_decided = own.is_some_and(|one| one.answer == Answer::Accept);
        let as_a_whole = is_decided || said.tell_of(&[pick.commit.id], &[], &ids(all))?;
        if as_a_whole {
            pick.unnamed.clear();
            // What it brings nothing of is told nowhere.
            leave_out(pick, |landed| landed.brought == Brought::Nothing);
        }
        let picked_at = pick.commit.committer.seconds;
        for landed in &mut pick.landed {
            let accepted = answer(landed).filter(|one| one.answer == Answer::Accept);
            landed.accepted = match landed.brought {
                // Words under a pick that leaves nothing open are about what it does besides.
                Brought::Most => is_decided || (is_open && as_a_whole),
                Brought::Some => {
                    as_a_whole
                        || accepted.is_some_and(|one| one.at.timestamp() > picked_at)
                        || said.tell_of(&names(landed), landed.change.pull_request.as_slice(), &ids(&landed.commits))?
                }
                Brought::Nothing => false,
            };
            if landed.accepted {
                landed.brought = Brought::Most;
            }
        }
        let Traced::Main { commits: _, claimed } = &mut pick.origin else { continue };
        claimed.retain(|id| pick.landed.iter().any(|landed| landed.has(*id) && is_doubtful(landed)));
    }
    Ok(())
}

/// Takes changes out of a pick, unless nothing would be left.
fn leave_out(pick: &mut Pick, is_out: impl Fn(&Landed) -> bool) {
    if pick.landed.iter().all(&is_out) {
        return;
    }
    let (out, landed): (Vec<Landed>, Vec<Landed>) = pick.landed.drain(..).partition(is_out);
    let is_out = |id: &CommitId| out.iter().any(|one| one.has(*id)) && !landed.iter().any(|one| one.has(*id));
    if let Traced::Main { commits, claimed } = &mut pick.origin {
        commits.retain(|id| !is_out(id));
        claimed.retain(|id| !is_out(id));
    }
    pick.merges.retain(|merge| !is_out(&merge.id));
    pick.landed = landed;
}

/// Returns the identifiers of advisories that commits are for.
fn ids<'c>(commits: impl IntoIterator<Item = &'c Commit>) -> Vec<String> {
    let texts = commits.into_iter().map(title_and_body);
    texts.flat_map(|(title, body)| meant(&title, &body)).collect()
}

impl Said<'_> {
    /// Says whether files of main with words, by the names of commits or by numbers, say of all of some advisories that they are fixed; without
    /// any, whether there is one.
    fn tell_of(&self, names: &[CommitId], numbers: &[u64], ids: &[String]) -> Result<bool> {
        let (mut has_words, mut fixed) = (false, Vec::new());
        for path in files_of(names, &self.short, numbers) {
            let words = self.file(&path)?.and_then(|text| of_file(&text));
            has_words |= words.is_some();
            fixed.extend(words.iter().flat_map(|words| fixed_in_words(&words.text, &project(self.settings)).fixed));
        }
        Ok(has_words && ids.iter().all(|id| fixed.contains(id)))
    }
}
