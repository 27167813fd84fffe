//! What a push makes public.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::guard::{Place, PushedRef, Surface, Why};
use crate::ports::git::{Content, Git, LedTo, added_files, whole_file};

use super::Seen;
use super::copies::Fixes;

/// Larger files are not read, which leaves open what they tell.
const MOST_BYTES: u64 = 128 * 1024 * 1024;
/// A public line that was added so many lines from a new one, or fewer, is looked at with it.
const NEAR_LINES: usize = 14;
/// So many paths of a commit are taken together with its subject: a commit of more files is about none of them.
const MOST_TOUCHED: usize = 8;

pub(super) fn refs(
    git: &Git,
    (remote, url): (&str, Option<&str>),
    (refs, public): (&[PushedRef], &[CommitId]),
    seen: &mut Seen<'_>,
) -> Result<()> {
    let mut hidden: Vec<CommitId> = refs.iter().filter_map(|pushed| git.peeled(pushed.before?)).collect();
    hidden.extend(git.remote_tips(remote, url));
    hidden.extend(public.iter().copied().filter(|id| git.commit(*id).is_ok()));
    let mut tips = Vec::new();
    for pushed in refs {
        // What is deleted tells nothing new.
        let Some(object) = pushed.object else { continue };
        seen.take(&name(&pushed.name));
        for thing in git.led_to(object)? {
            led_to(git, &pushed.name, &thing, seen)?;
        }
        tips.extend(git.peeled(object));
    }
    commits(git, &hidden, &tips, seen)
}

/// Looks at what a ref leads to: tags of tags, and trees and files that have no history.
fn led_to(git: &Git, name: &str, thing: &LedTo, seen: &mut Seen<'_>) -> Result<()> {
    match thing {
        LedTo::Tag { name: own, tagger, message } => {
            seen.take(&Surface::new(Place::Tag, own.clone()));
            seen.take(&Surface::new(Place::TagMessage, message.clone()).at(name));
            seen.take(&Surface::new(Place::Person, tagger.clone()).at(name));
        }
        LedTo::File { path, id } => {
            if let Some(path) = path {
                seen.take(&Surface::new(Place::Path, path.clone()));
            }
            let path = path.clone().unwrap_or_else(|| name.to_owned());
            file(seen, (&path, None), whole_file(git, *id, MOST_BYTES)?, &mut HashSet::new());
        }
    }
    Ok(())
}

fn name(full: &str) -> Surface {
    match full.strip_prefix("refs/tags/") {
        Some(tag) => Surface::new(Place::Tag, tag),
        None => Surface::new(Place::Branch, full.strip_prefix("refs/heads/").unwrap_or(full)),
    }
}

/// How often a file has each of its lines, without the spaces around it.
type Counts = HashMap<Vec<u8>, usize>;

/// What the remote has already, which a pick brings to a line as no news.
struct Public<'p> {
    git: &'p Git,
    tips: &'p [CommitId],
    /// What public commits have in the files that were asked for, each content once.
    files: RefCell<HashMap<String, Rc<Vec<Counts>>>>,
}

impl Public<'_> {
    fn files(&self, path: &str) -> Rc<Vec<Counts>> {
        let read = || {
            let texts = self.tips.iter().filter_map(|tip| self.git.file_of(*tip, path).ok().flatten());
            let texts: HashSet<Vec<u8>> = texts.collect();
            Rc::new(texts.iter().map(|text| counts(text)).collect())
        };
        Rc::clone(self.files.borrow_mut().entry(path.to_owned()).or_insert_with(read))
    }

    fn has_file(&self, path: &str) -> bool {
        !self.files(path).is_empty()
    }

    /// Leaves the lines of a block empty that the file of a commit has no oftener than it has them in public, but those near new ones,
    /// which may tell something new of them: a version, or a heading.
    fn without(&self, commit: CommitId, path: &str, text: &str) -> String {
        let own =
            self.git.file_of(commit, path).ok().flatten().map_or_else(|| counts(text.as_bytes()), |own| counts(&own));
        let files = self.files(path);
        let count = |counts: &Counts, line: &str| counts.get(line.trim().as_bytes()).copied().unwrap_or(0);
        let is_public = |line: &str| files.iter().any(|file| (1..=count(file, line)).contains(&count(&own, line)));
        let mut lines: Vec<&str> = text.split('\n').collect();
        let told: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].trim().is_empty()).collect();
        let is_new: Vec<bool> = told.iter().map(|at| !is_public(lines[*at])).collect();
        for (number, at) in told.into_iter().enumerate() {
            if !is_new[number.saturating_sub(NEAR_LINES)..is_new.len().min(number + NEAR_LINES + 1)].contains(&true) {
                lines[at] = "";
            }
        }
        lines.join("\n")
    }
}

fn counts(text: &[u8]) -> Counts {
    let mut counts = Counts::new();
    for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        *counts.entry(line.to_vec()).or_default() += 1;
    }
    counts
}

/// Looks at commits that `tips` have and `hidden`, which are public, lack.
pub(super) fn commits(git: &Git, hidden: &[CommitId], tips: &[CommitId], seen: &mut Seen<'_>) -> Result<()> {
    let all: Vec<Commit> =
        git.all_outgoing(hidden, tips)?.into_iter().map(|id| git.commit(id)).collect::<Result<_>>()?;
    if all.is_empty() {
        return Ok(());
    }
    let mut done = HashSet::new();
    let mut people = HashSet::new();
    let mut fixes = Fixes::read(git, seen)?;
    let public = Public { git, tips: hidden, files: RefCell::default() };
    for one in &all {
        for person in [&one.author, &one.committer] {
            let text = format!("{} <{}>", person.name, person.email);
            if people.insert(text.clone()) {
                seen.take(&Surface::new(Place::Person, text).at(one.id.short()));
            }
        }
        commit(&public, one, (&mut done, &mut fixes), seen)?;
    }
    fixes.look(git, &all, seen)
}

fn commit(
    public: &Public<'_>,
    commit: &Commit,
    (done, fixes): (&mut HashSet<(String, String)>, &mut Fixes),
    seen: &mut Seen<'_>,
) -> Result<()> {
    seen.commits = seen.commits.saturating_add(1);
    let git = public.git;
    let at = commit.id.short();
    seen.take(&Surface::new(Place::Commit, commit.id.to_string()).at(at.clone()));
    for tag in git.merged_tags(commit.id)? {
        seen.take(&Surface::new(Place::TagMessage, tag).at(at.clone()));
    }
    let mut subject = None;
    for (place, text) in parts(&commit.message) {
        let part = Surface { below: subject.clone(), ..Surface::new(place, text).at(at.clone()) };
        seen.take(&part);
        subject.get_or_insert(part.text);
    }
    let files = added_files(git, commit, MOST_BYTES)?;
    fixes.note(commit, &files);
    if (1..=MOST_TOUCHED).contains(&files.len()) {
        let paths = files.iter().map(|file| file.path.as_str());
        let text = [commit.subject()].into_iter().chain(paths).collect::<Vec<_>>().join("\n");
        seen.take(&Surface::new(Place::Touched, text).at(at));
    }
    for added in files {
        if added.is_new {
            let new = || if public.has_file(&added.path) { String::new() } else { added.path.clone() };
            seen.take_new(&Surface::new(Place::Path, added.path.clone()), new);
            if let Some(commit) = annotated(&added.path) {
                // Where it lies names the commit as well.
                seen.take(&Surface::new(Place::Path, commit));
            }
        }
        file(seen, (&added.path, Some((public, commit.id))), added.content, done);
    }
    Ok(())
}

/// Returns the name of the commit that a note is about: notes lie in folders by its first digits (`git-notes(1)`).
fn annotated(path: &str) -> Option<String> {
    let digits = path.replace('/', "");
    let is_name = digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_name && digits.len() < path.len()).then_some(digits)
}

/// Looks at what was added to a file. A merge adds what its branches added, which was looked at already.
fn file(
    seen: &mut Seen<'_>,
    (path, public): (&str, Option<(&Public<'_>, CommitId)>),
    content: Content,
    done: &mut HashSet<(String, String)>,
) {
    let blocks = match content {
        Content::Lines(blocks) => blocks,
        Content::Binary(blocks) => {
            seen.skip(path, Why::Binary);
            blocks
        }
        Content::TooLarge => return seen.skip(path, Why::TooLarge),
        Content::Elsewhere => return seen.skip(path, Why::Elsewhere),
    };
    for block in blocks {
        if done.insert((path.to_owned(), block.text.clone())) {
            let surface = Surface::new(Place::Line, block.text).at(path.to_owned()).from_line(block.first);
            let text = || match public {
                Some((public, commit)) => public.without(commit, path, &surface.text),
                None => surface.text.clone(),
            };
            seen.take_new(&surface, text);
        }
    }
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
