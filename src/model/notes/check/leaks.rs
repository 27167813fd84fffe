//! What notes tell of secret advisories.

use super::{Found, NotesFinding, NotesRule};
use crate::model::guard::{Guarded, Leak, Sign};

/// Returns the lines of the body that tell, and of each advisory that none tells of, that something else of the notes does.
pub(super) fn of(guarded: &Guarded) -> Vec<NotesFinding> {
    let mut told: Vec<&Leak> = guarded.leaks.iter().filter(|leak| leak.line.is_some()).collect();
    for leak in &guarded.leaks {
        if told.iter().all(|known| known.advisory != leak.advisory) {
            told.push(leak);
        }
    }
    told.into_iter().map(|leak| found(leak, guarded)).collect()
}

fn found(leak: &Leak, guarded: &Guarded) -> NotesFinding {
    // Where an entry comes from tells in whatever words, and stands on no line.
    let is_from_fix = |other: &Leak| {
        let is_of_commit = matches!(other.sign, Sign::Commit | Sign::Fix);
        other.advisory == leak.advisory && other.line.is_none() && is_of_commit
    };
    let hint = match guarded.leaks.iter().any(is_from_fix) {
        true => "publish nothing before the embargo ends, for the release has the fix: patch-advisory embargo status",
        false => {
            "give the entry other words, or publish nothing before the embargo ends: patch-advisory embargo status"
        }
    };
    NotesFinding {
        rule: NotesRule::Embargo,
        found: Found::Failed,
        commit: None,
        reason: leak.sentence(),
        hint: Some(hint.to_owned()),
    }
}
