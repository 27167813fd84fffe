//! Whether entries have their origins, and tell of all that they bring.

use crate::model::commit::CommitId;
use crate::model::line::LineName;
use crate::model::notes::words::FOLDER;
use crate::model::notes::{Entry, Section, Traced};

use super::{Found, NotesFinding, NotesRule, about};

/// Says what speaks against the origin of an entry.
pub(super) fn origin(entry: &Entry, line: &LineName) -> Option<NotesFinding> {
    let commit = *entry.picks.first()?;
    let settle = format!(
        "where it belongs to the line alone, record that on main: patch-pick decide {commit} --line {line} --accept --reason TEXT"
    );
    let hint = || format!("see what it is like: git show {commit}; {settle}");
    match &entry.origin {
        // Users are not told of it, whatever it comes from.
        Traced::Probably { .. } | Traced::Nowhere { .. } if entry.section == Section::Internal => None,
        Traced::Main { commits: _, claimed } if !claimed.is_empty() => {
            let named: Vec<String> = claimed.iter().map(CommitId::short).collect();
            let reason = format!(
                "it names {}, or the pull request of it, among its origins, and brings less than three of four lines of it",
                named.join(" and ")
            );
            Some(about(entry, NotesRule::Origin, Found::Undecided, reason, compare_hint(commit, line, &named)))
        }
        Traced::Main { .. } | Traced::Line { .. } => None,
        Traced::Probably { commits, .. } => {
            let named: Vec<String> = commits.iter().map(CommitId::short).collect();
            let reason = format!("only weak signs speak for its origin, {}", named.join(" or "));
            Some(about(entry, NotesRule::Origin, Found::Undecided, reason, hint()))
        }
        Traced::Claimed { commits } => {
            let named: Vec<String> = commits.iter().map(CommitId::short).collect();
            let reason = format!(
                "it names {}, or the pull request of it, as its origin, but changes something else",
                named.join(" and ")
            );
            let hint = format!("compare them: git show {commit} {}; {settle}", named.join(" "));
            Some(about(entry, NotesRule::Origin, Found::Undecided, reason, hint))
        }
        Traced::Nowhere { .. } => {
            let reason = "it has no origin on main, and nothing says that it belongs to the line alone".to_owned();
            Some(about(entry, NotesRule::Origin, Found::Failed, reason, hint()))
        }
    }
}

/// Points to what an entry brings beside its origin: users are not told of that.
pub(super) fn unnamed(entry: &Entry, line: &LineName) -> Option<NotesFinding> {
    let commit = *entry.picks.first().filter(|_| !entry.unnamed.is_empty())?;
    let named: Vec<String> = entry.unnamed.iter().map(CommitId::short).collect();
    let reason = format!("it brings most of {} of main, too, and does not name it", named.join(" and "));
    Some(about(entry, NotesRule::Origin, Found::Undecided, reason, compare_hint(commit, line, &named)))
}

/// Points to what an entry brings beside its origin, and is the line's own: users are not told of that.
pub(super) fn untold(entry: &Entry, line: &LineName) -> Option<NotesFinding> {
    let commit = *entry.untold.first()?;
    let names: Vec<String> = entry.origin.commits().iter().map(CommitId::short).collect();
    let reason =
        "it changes something of the product that none of its origins does, and users are not told of that".to_owned();
    let hint = format!(
        "compare them: git show {commit} {}; tell of it in '{}/{commit}.md' of main, or record that nothing is to be told: \
         patch-pick decide {commit} --line {line} --accept --reason TEXT",
        names.join(" "),
        FOLDER
    );
    Some(NotesFinding {
        rule: NotesRule::Origin,
        found: Found::Undecided,
        commit: Some(commit),
        reason,
        hint: Some(hint),
    })
}

/// Names the two ways to settle what a pick brings of what it names: it is picked anew, or somebody looked at it.
fn compare_hint(pick: CommitId, line: &LineName, origins: &[String]) -> String {
    format!(
        "compare them: git show {pick} {}; name the right origins when it is picked anew, or record that it is right as it is: patch-pick decide \
         {pick} --line {line} --accept --reason TEXT",
        origins.join(" ")
    )
}
