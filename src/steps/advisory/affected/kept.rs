//! What was found of an advisory, kept for the next command that asks the same of the same commits, tags and branches.

use serde::{Deserialize, Serialize};

use super::Found;
use super::asked::Asked;
use super::places::Place;
use crate::model::advisory::lines::LineFinding;
use crate::model::advisory::range::{CommitRange, Held};
use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::ports::git::Git;

/// The name of the file of kept answers.
const FILE: &str = "affected.json";

/// As [`Found`]; what versions hold is told by places among commits.
#[derive(Serialize, Deserialize)]
struct Answer {
    introduced: Vec<String>,
    fixed: Vec<String>,
    lines: Vec<LineFinding>,
    range: Option<CommitRange>,
    /// The commits of ranges of which it is known which versions have them.
    written: Vec<CommitId>,
    /// For each version of the question, which of those it has.
    held: Vec<Vec<usize>>,
}

/// Returns what is kept, where it is of the same question.
///
/// # Errors
/// When git cannot be started.
pub fn kept(git: &Git, asked: &Asked<'_>) -> Result<Option<Found>> {
    let Some(name) = git.follows_from(&question(asked))? else { return Ok(None) };
    let Some(answer) = git.kept_answer::<Answer>(FILE, name) else { return Ok(None) };
    let Answer { introduced, fixed, lines, range, written, held } = answer;
    let mut own = asked.advisory.range.iter().flat_map(CommitRange::commits);
    if own.any(|id| !written.contains(&id)) {
        return Ok(None);
    }
    let of = |places: Vec<usize>| places.into_iter().filter_map(|at| written.get(at).copied()).collect();
    let held: Held = asked.named().zip(held).map(|((version, _), places)| (version.clone(), of(places))).collect();
    Ok(Some(Found { introduced, fixed, lines, range, held, lost: Vec::new() }))
}

/// Keeps what was found. Where a source names commits that are in no history, the command ends without an answer, and there is none to
/// keep.
///
/// # Errors
/// When git cannot be started.
pub fn keep(git: &Git, asked: &Asked<'_>, found: &Found) -> Result<()> {
    if !found.lost.is_empty() {
        return Ok(());
    }
    let Some(name) = git.follows_from(&question(asked))? else { return Ok(()) };
    let mut written: Vec<CommitId> =
        asked.advisory.range.iter().chain(&found.range).flat_map(CommitRange::commits).collect();
    written.sort_unstable();
    written.dedup();
    let places = |ids: Option<&Vec<CommitId>>| -> Vec<usize> {
        ids.into_iter().flatten().filter_map(|id| written.binary_search(id).ok()).collect()
    };
    let held = asked.named().map(|(version, _)| places(found.held.get(version))).collect();
    let Found { introduced, fixed, lines, range, held: _, lost: _ } = found;
    let (introduced, fixed) = (introduced.clone(), fixed.clone());
    let (lines, range) = (lines.clone(), range.clone());
    git.keep_answer(FILE, name, Answer { introduced, fixed, lines, range, written, held });
    Ok(())
}

/// Writes down everything that the answer follows from besides what commits hold, which their names tell.
fn question(asked: &Asked<'_>) -> Vec<u8> {
    let place = |place: &Place| {
        let Place { name, support, until, versions, odd, names, tip } = place;
        let versions: Vec<_> = versions.iter().map(|(version, commit)| (version, commit)).collect();
        serde_json::json!([name, support, until, versions, odd, names, tip])
    };
    let Asked { advisory, introduced, fixed, lines, main } = asked;
    let lines: Vec<serde_json::Value> = lines.iter().map(place).collect();
    serde_json::json!([introduced, fixed, advisory.stated, advisory.ids(), lines, main]).to_string().into_bytes()
}
