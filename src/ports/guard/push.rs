//! What a push makes public.

use std::collections::HashSet;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::guard::{Place, PushedRef, Surface, Why};
use crate::model::tag_verify::Found;
use crate::ports::git::{Content, Git, added_files};

use super::Seen;

/// Larger files are not read: they are data.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
/// So many paths of a commit are taken together with its subject: a commit of more files is about none of them.
const MOST_TOUCHED: usize = 8;

pub(super) fn refs(
    git: &Git,
    remote: &str,
    (refs, public): (&[PushedRef], &[CommitId]),
    seen: &mut Seen<'_>,
) -> Result<()> {
    let mut hidden: Vec<CommitId> = refs.iter().filter_map(|pushed| git.peeled(pushed.before?)).collect();
    hidden.extend(git.remote_tips(remote));
    hidden.extend(public.iter().copied().filter(|id| git.commit(*id).is_ok()));
    let mut tips = Vec::new();
    for pushed in refs {
        // What is deleted tells nothing new.
        let Some(object) = pushed.object else { continue };
        seen.take(&name(&pushed.name));
        if let Found::Tag(tag) = git.tag_found(object)? {
            let text = String::from_utf8_lossy(tag.message()).into_owned();
            seen.take(&Surface::new(Place::TagMessage, text).at(pushed.name.clone()));
        }
        // A tag may also name a tree or a file, which has no history.
        tips.extend(git.peeled(object));
    }
    commits(git, &hidden, &tips, seen)
}

fn name(full: &str) -> Surface {
    match full.strip_prefix("refs/tags/") {
        Some(tag) => Surface::new(Place::Tag, tag),
        None => Surface::new(Place::Branch, full.strip_prefix("refs/heads/").unwrap_or(full)),
    }
}

/// Looks at commits that `tips` have and `hidden` lack.
pub(super) fn commits(git: &Git, hidden: &[CommitId], tips: &[CommitId], seen: &mut Seen<'_>) -> Result<()> {
    let mut done = HashSet::new();
    for id in git.outgoing(hidden, tips)? {
        commit(git, &git.commit(id)?, &mut done, seen)?;
    }
    Ok(())
}

fn commit(git: &Git, commit: &Commit, done: &mut HashSet<(String, String)>, seen: &mut Seen<'_>) -> Result<()> {
    seen.commits = seen.commits.saturating_add(1);
    let at = commit.id.short();
    seen.take(&Surface::new(Place::Commit, commit.id.to_string()).at(at.clone()));
    for (place, text) in parts(&commit.message) {
        seen.take(&Surface::new(place, text).at(at.clone()));
    }
    let files = added_files(git, commit, MOST_BYTES)?;
    if (1..=MOST_TOUCHED).contains(&files.len()) {
        let paths = files.iter().map(|file| file.path.as_str());
        let text = [commit.subject()].into_iter().chain(paths).collect::<Vec<_>>().join("\n");
        seen.take(&Surface::new(Place::Touched, text).at(at));
    }
    for file in files {
        if file.is_new {
            seen.take(&Surface::new(Place::Path, file.path.clone()));
        }
        let blocks = match file.content {
            Content::Lines(blocks) => blocks,
            Content::Binary => {
                seen.skip(&file.path, Why::Binary);
                continue;
            }
            Content::TooLarge => {
                seen.skip(&file.path, Why::TooLarge);
                continue;
            }
        };
        for block in blocks {
            // A merge adds what its branches added.
            if done.insert((file.path.clone(), block.text.clone())) {
                seen.take(&Surface::new(Place::Line, block.text).at(file.path.clone()).from_line(block.first));
            }
        }
    }
    Ok(())
}

/// Takes a message apart: its subject, its trailers if its last paragraph has nothing else, and what is between.
fn parts(message: &str) -> Vec<(Place, String)> {
    let mut paragraphs: Vec<&str> = message.trim().split("\n\n").collect();
    let mut parts = vec![(Place::Subject, paragraphs.remove(0).to_owned())];
    let is_trailer = |line: &str| {
        let token = line.split_once(':').map(|(token, _)| token.trim_end());
        let is_token =
            |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        line.starts_with("(cherry picked from commit ") || line.starts_with(' ') || token.is_some_and(is_token)
    };
    let trailers = paragraphs.last().filter(|last| last.lines().all(is_trailer)).copied();
    if trailers.is_some() {
        paragraphs.pop();
    }
    if !paragraphs.is_empty() {
        parts.push((Place::Body, paragraphs.join("\n\n")));
    }
    parts.extend(trailers.into_iter().flat_map(str::lines).map(|line| (Place::Trailer, line.to_owned())));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_apart() {
        let of =
            |text: &str| parts(text).into_iter().map(|(place, text)| format!("{place}:{text}")).collect::<Vec<_>>();
        assert_eq!(of("Fix\n"), ["subject:Fix"]);
        assert_eq!(
            of("Fix\nit\n\nWhy.\n\nMore.\n\nA-b: c\nD: e\n"),
            ["subject:Fix\nit", "body:Why.\n\nMore.", "trailer:A-b: c", "trailer:D: e"]
        );
        assert_eq!(of("Fix\n\nSee: that.\nIt is so."), ["subject:Fix", "body:See: that.\nIt is so."]);
        assert_eq!(of(""), ["subject:"]);
    }
}
