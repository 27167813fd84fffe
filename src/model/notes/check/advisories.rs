//! Whether what is published would tell as fixed what the release leaves open.

use super::body::claims;
use super::{Body, Found, NotesFinding, NotesRule, about, concerned, files};
use crate::model::arrange::Arrange as _;
use crate::model::commit::CommitId;
use crate::model::line::LineName;
use crate::model::notes::words::FOLDER;
use crate::model::notes::{Entry, Notes, Section};

/// Returns what is open about advisories. Notes that are made tell users of each entry in its words: where these say openly what is left, it
/// is settled. Notes of one's own are asked for the advisories that they name, whatever the words of entries say.
pub(super) fn of(notes: &Notes, body: Body<'_>) -> Vec<NotesFinding> {
    let own = match body {
        Body::Made(_) => None,
        Body::Own(text) => Some(claims(text, &notes.project)),
    };
    let is_asked = |entry: &&Entry| match &own {
        None => !entry.says_what_is_left(),
        Some(own) => entry.open_advisories.iter().any(|id| own.says_fixed(id) || own.unsure.contains(id)),
    };
    let asked = notes.entries.iter().filter(is_asked);
    let mut found: Vec<NotesFinding> = asked
        .flat_map(|entry| [unknown_kind(entry, &notes.line), lacking(entry, &notes.line), mentions(entry)])
        .flatten()
        .collect();
    let is_told = |id: &String| {
        let mut entries = notes.entries.iter();
        entries.any(|entry| entry.advisories.contains(id) || entry.open_advisories.contains(id))
    };
    // Beside one that an entry tells of, it is another name of that.
    let is_unknown = |together: &Vec<String>| !together.iter().any(is_told);
    let mut unknown: Vec<String> = own.into_iter().flat_map(|own| own.fixed).filter(is_unknown).flatten().collect();
    unknown.arrange();
    unknown.dedup();
    found.extend(unknown.into_iter().map(without_origin));
    found
}

/// Points to what the notes of a project say to be fixed. It may be fixed by what no commit tells of, as by the compiler of the release.
fn without_origin(id: String) -> NotesFinding {
    NotesFinding {
        rule: NotesRule::Origin,
        found: Found::Undecided,
        commit: None,
        reason: format!("the notes say that {id} is fixed, and nothing in the release is known to fix it"),
        hint: Some(format!(
            "take it out; say there that it is not fixed; or, where a change of the release fixes it, say so in '{FOLDER}/COMMIT.md' of main, with the identifier"
        )),
    }
}

/// Points to what names an advisory, while nothing tells whether it is a security fix.
fn unknown_kind(entry: &Entry, line: &LineName) -> Option<NotesFinding> {
    if entry.section == Section::Security || entry.open_advisories.is_empty() {
        return None;
    }
    let reason = "it names an advisory, and nothing tells whether it is a security fix".to_owned();
    let fix = *concerned(entry).first()?;
    let decide =
        || format!("record what it is: patch-pick decide {fix} --line {line} --accept --kind KIND --reason TEXT");
    let hint = unclear_words(entry).map_or_else(decide, str::to_owned);
    Some(about(entry, NotesRule::Advisories, Found::Undecided, reason, hint))
}

/// Points to commits of main without which an advisory may not be fixed.
fn lacking(entry: &Entry, line: &LineName) -> Option<NotesFinding> {
    let first = *entry.lacking.first()?;
    let named: Vec<String> = entry.lacking.iter().map(CommitId::short).collect();
    let reason = format!(
        "{} of main is for an advisory that it fixes, too, or repairs it, and not in the release",
        named.join(" and ")
    );
    let hint = format!(
        "look at it: git show {}; pick it; record that it does not come to the line: patch-pick decide {first} --line {line} --decline \
         --reason TEXT; or say in {} what is fixed, with the identifiers, or that it is not fixed, or in part only",
        named.join(" "),
        files(&concerned(entry))
    );
    Some(about(entry, NotesRule::Advisories, Found::Undecided, reason, hint))
}

/// Returns what to do where the words for users leave open an advisory that they name: nothing else settles it then. `None`: they do not.
fn unclear_words(entry: &Entry) -> Option<&'static str> {
    let words = entry.words.as_ref()?;
    let is_named = entry.open_advisories.iter().any(|id| words.text.contains(id.as_str()));
    is_named.then_some(
        "its words for users name the advisory and do not say that it is fixed: say so there; or, where the release does not fix it, or in part only, say that",
    )
}

/// Points to advisories that a security fix names without saying that it fixes them: users are not told of these.
fn mentions(entry: &Entry) -> Option<NotesFinding> {
    if entry.section != Section::Security || entry.open_advisories.is_empty() || !entry.lacking.is_empty() {
        return None;
    }
    let reason = match entry.in_part.as_slice() {
        [] => "this security fix names an advisory in passing, and nothing tells whether it fixes that one, too"
            .to_owned(),
        in_part => format!("it names an advisory, and nothing tells whether it fixes that: {}", in_part.join("; ")),
    };
    let say = || {
        let files = files(&concerned(entry));
        format!("say in {files} what it fixes, with the identifiers; or name its commit in 'fixed' of the advisory")
    };
    let hint = unclear_words(entry).map_or_else(say, str::to_owned);
    Some(about(entry, NotesRule::Advisories, Found::Undecided, reason, hint))
}
