//! What the start of a title or of a line says to take back.

use std::ops::Range;

use crate::model::trailer::{CommitPrefix, Found, PullRequest, Relation, plain_subject, scan};

/// What stands before the title that a revert quotes.
pub const REVERT: &str = "Revert \"";

/// The words for it that titles begin with.
const VERBS: [&str; 13] = [
    "revert",
    "reverts",
    "reverted",
    "undo",
    "undoes",
    "back out",
    "backs out",
    "backed out",
    "backout",
    "roll back",
    "rolls back",
    "rolled back",
    "rollback",
];

/// The words for it that a line of the body begins with, behind `This` or alone.
const STATED: [&str; 6] = ["reverts ", "undoes ", "backs out ", "backed out ", "rolls back ", "rolled back "];

/// What merges of pull requests are called.
const MERGES: [&str; 3] = ["Merge pull request ", "Merge PR ", "Auto merge of "];

/// What is taken back.
enum Taken<'t> {
    Commits(Vec<CommitPrefix>),
    Requests(Vec<PullRequest>),
    /// What has this title.
    Title(&'t str),
}

impl Taken<'_> {
    fn tell(self, text: &str, found: &mut Found) {
        match self {
            Self::Commits(names) => names.into_iter().for_each(|name| found.add(Relation::Reverts(name), text)),
            Self::Requests(requests) => {
                requests.into_iter().for_each(|request| found.add(Relation::RevertsPullRequest(request), text));
            }
            Self::Title(title) => {
                found.add(Relation::RevertsSubject(title.to_owned()), text);
                let merged = scan::strip_any(title, &MERGES).and_then(scan::pull_request);
                merged.into_iter().for_each(|(request, _)| found.add(Relation::RevertsPullRequest(request), text));
            }
        }
    }
}

/// Reads a title: `Revert "…"` of `git revert` and GitHub, `Reapply "…"` of git since 2.43, `revert: …` of Conventional Commits, and what
/// people write in their place: `Revert 1234567`, `Undo: revert commit 1234567`, `Back out "…"`, `Roll back #12: it hangs`.
pub fn read_title(title: &str, found: &mut Found) {
    let plain = plain_subject(title);
    let again = plain.strip_prefix("Reapply \"").and_then(|rest| rest.strip_suffix('"'));
    if let Some(subject) = again.filter(|subject| !subject.is_empty()) {
        found.add(Relation::Reapplies(subject.to_owned()), title);
    } else if let Some(taken) = of_title(plain) {
        taken.tell(title, found);
    }
}

/// Reads a line: `This reverts commit …` of `git revert`, `Reverts owner/name#12` of GitHub, and `Backs out …` of people.
pub fn read_line(line: &str, found: &mut Found) {
    let form = "his reverts commit";
    for (at, _) in line.match_indices(form) {
        let names = line[at + form.len()..].trim_start_matches('s');
        scan::commits(names).into_iter().for_each(|name| found.add(Relation::Reverts(name), line));
    }
    let said = line.trim();
    let said = scan::strip_any(said, &["this ", "it "]).unwrap_or(said);
    if let Some(taken) = scan::strip_any(said, &STATED).and_then(object) {
        taken.tell(line, found);
    }
}

/// Says whether a title is that of a revert. What takes a revert back is none: it brings again what was taken.
pub fn is_revert(title: &str) -> bool {
    let (mut rest, mut reverts) = (plain_subject(title), 0);
    loop {
        let quoted = match of_title(rest) {
            Some(Taken::Title(quoted)) => quoted,
            Some(Taken::Commits(_) | Taken::Requests(_)) => return reverts % 2 == 0,
            // A long title may be cut off.
            None => match rest.strip_prefix(REVERT) {
                Some(quoted) => quoted,
                None => return reverts % 2 == 1,
            },
        };
        reverts += 1;
        rest = plain_subject(quoted);
    }
}

/// Returns where a line quotes the title of what it takes back: where that came from says nothing of what takes it back. What takes a revert
/// back brings the fix again, and quotes where that came from.
pub fn quoted_by_revert(line: &str) -> Range<usize> {
    let quotes = || line.match_indices('"').map(|(at, _)| at).filter(|at| ends_with_verb(&line[..*at]));
    let from = quotes().next().filter(|_| quotes().count() % 2 == 1);
    from.map_or(0..0, |from| from..line.rfind('"').unwrap_or(line.len()))
}

fn ends_with_verb(text: &str) -> bool {
    let Some(text) = text.strip_suffix(' ') else { return false };
    VERBS.iter().any(|verb| {
        let at = text.len().checked_sub(verb.len());
        let (before, end) = at.and_then(|at| text.split_at_checked(at)).unwrap_or_default();
        end.eq_ignore_ascii_case(verb) && !before.ends_with(char::is_alphanumeric)
    })
}

/// Reads a title without marks of lines; the part of the product that it is about may stand in front.
fn of_title(plain: &str) -> Option<Taken<'_>> {
    let behind_part = || {
        let (part, rest) = plain.split_once(": ")?;
        if part.contains('"') { None } else { spoken(rest) }
    };
    spoken(plain).or_else(behind_part).or_else(|| conventional(plain).map(Taken::Title))
}

fn spoken(text: &str) -> Option<Taken<'_>> {
    let behind = VERBS.iter().filter_map(|verb| scan::strip_word(text, verb));
    object(behind.filter_map(|rest| rest.strip_prefix([' ', ':'])).next()?)
}

/// `revert: title` and `revert(part): title` (Conventional Commits 1.0.0).
fn conventional(plain: &str) -> Option<&str> {
    let rest = scan::strip_word(plain, "revert")?;
    let rest = rest.strip_prefix('(').and_then(|part| part.split_once(')')).map_or(rest, |(_, rest)| rest);
    let title = rest.strip_prefix('!').unwrap_or(rest).strip_prefix(": ")?.trim();
    (!title.is_empty()).then_some(title)
}

/// Reads what stands behind the verb: names of commits, pull requests, or a title in quotes. Half of a fix that is taken back is still
/// there by half.
fn object(text: &str) -> Option<Taken<'_>> {
    let text = text.trim_start();
    if let Some(inside) = text.strip_prefix('"') {
        let (title, behind) = inside.strip_suffix('"').map(|title| (title, "")).or_else(|| inside.rsplit_once('"'))?;
        return (ends_title(behind) && !title.is_empty() && !is_by_half(behind)).then_some(Taken::Title(title));
    }
    if is_by_half(text) {
        return None;
    }
    let mut names = scan::commits(scan::strip_any(text, &["commits ", "commit ", "changeset "]).unwrap_or(text));
    // A word such as "defaced" is no name.
    names.retain(|name| name.as_str().contains(|c: char| c.is_ascii_digit()));
    if !names.is_empty() {
        return Some(Taken::Commits(names));
    }
    let (requests, behind) = scan::pull_requests(text);
    let goes_on = !behind.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\''));
    (goes_on && !requests.is_empty()).then_some(Taken::Requests(requests))
}

/// Says whether what stands behind a quoted title leaves it the whole object: it may say why, and where.
fn ends_title(behind: &str) -> bool {
    let goes_on = [" because ", " as ", " since ", " from ", " in ", " on ", " for ", " until ", " ("];
    behind.is_empty() || behind.starts_with([',', ':', ';', '.']) || scan::strip_any(behind, &goes_on).is_some()
}

fn is_by_half(text: &str) -> bool {
    text.to_ascii_lowercase().contains("partial")
}
