//! Whether releases of other lines have the whole of a security fix: what their own notes tell of it.

mod plainly;

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::line::{Line, LineName};
use crate::model::notes::request::{NotesRequest, OtherLines};
use crate::model::notes::{Entry, State};
use crate::ports::git::{Git, History, TagList};
use crate::ports::settings::Settings;

use super::Draft;
use super::entries::Said;
use super::group::Group;
use super::place::Place;
use super::trace::Landed;

/// The line, and the tag of its release; without one, its next release.
pub(super) type Release<'l> = (&'l Line, Option<&'l str>);

/// The name of a line, and the tag of its release.
type Asked = (LineName, Option<String>);

/// What releases tell of their changes, each read once: releases that are told together ask the same.
pub(super) struct Wholes<'s> {
    git: &'s Git,
    tags: &'s TagList,
    settings: &'s Settings,
    said: &'s Said<'s>,
    /// What they tell; `None`: their notes cannot be made.
    read: RefCell<HashMap<Asked, Option<Vec<Told>>>>,
    /// Those of which no notes were needed so far.
    found: RefCell<HashMap<Asked, Found<'s>>>,
    /// Main, once it was asked for.
    main: RefCell<Option<History<'s>>>,
}

/// A release of another line.
struct Found<'s> {
    request: NotesRequest,
    place: Place<'s>,
    /// Its commits, once they were asked for.
    commits: Option<Vec<Commit>>,
}

/// What the notes of a release tell of one of its entries.
struct Told {
    /// The commits of main that it brings something of.
    names: Vec<CommitId>,
    is_in_part: bool,
    /// The advisories that it may not fix as the release has it.
    open: Vec<String>,
    /// Those that it fixes.
    fixed: Vec<String>,
}

impl Told {
    fn of((entry, group): &(Entry, Group)) -> Self {
        let is_doubted = |id: &&String| group.open.contains(id) || group.doubted.contains(id);
        Self {
            names: group.told().flat_map(Landed::ids).collect(),
            is_in_part: !entry.in_part.is_empty(),
            open: entry.open_advisories.iter().filter(is_doubted).cloned().collect(),
            fixed: entry.advisories.clone(),
        }
    }
}

fn asked((line, tag): Release<'_>) -> Asked {
    (line.name.clone(), tag.map(str::to_owned))
}

/// Returns what a release tells of what it has of a group.
fn about<'t>(told: &'t [Told], group: &Group) -> impl Iterator<Item = &'t Told> {
    let names: Vec<CommitId> = group.sure().flat_map(Landed::ids).collect();
    told.iter().filter(move |one| one.names.iter().any(|id| names.contains(id)))
}

impl<'s> Wholes<'s> {
    /// Takes what is known of the releases that are told anyway, where they begin as others would have them begin.
    pub(super) fn of(
        (git, tags): (&'s Git, &'s TagList),
        settings: &'s Settings,
        said: &'s Said<'s>,
        drafts: &[Draft<'_>],
    ) -> Self {
        let as_usual = drafts.iter().filter(|one| one.request.from.is_none() && one.request.commit.is_none());
        let known = as_usual.map(|draft| {
            let tag = match draft.place.state {
                State::Tagged => Some(draft.place.tag.to_string()),
                State::NotTagged => None,
            };
            ((draft.place.line.name.clone(), tag), Some(draft.found.iter().map(Told::of).collect()))
        });
        let read = RefCell::new(known.collect());
        Self { git, tags, settings, said, read, found: RefCell::default(), main: RefCell::default() }
    }

    /// Returns why the release of a line with a tag, or its next one, may have of a group only a part, or leave one of some advisories open, by its
    /// own notes. Pull requests are not asked for. `picks` are those of the group on the line.
    ///
    /// # Errors
    /// When history or an object is missing, or a file of main cannot be read.
    pub(super) fn doubt(
        &self,
        release: Release<'_>,
        ids: &[String],
        group: &Group,
        picks: &[CommitId],
    ) -> Result<Option<&'static str>> {
        let asked = asked(release);
        if !self.read.borrow().contains_key(&asked) {
            let told = match self.take_found(&asked, release) {
                Some(mut found) => {
                    if self.is_plainly_there(&mut found, ids, group, picks)? {
                        self.found.borrow_mut().insert(asked, found);
                        return Ok(None);
                    }
                    Some(self.told(found)?)
                }
                None => None,
            };
            self.read.borrow_mut().insert(asked.clone(), told);
        }
        let read = self.read.borrow();
        let Some(told) = read.get(&asked).and_then(Option::as_ref) else {
            return Ok(Some(
                "the notes of the release there, which would tell whether it has all of it, cannot be made",
            ));
        };
        let mut about = about(told, group);
        let is_in_part = about.any(|one| one.is_in_part || one.open.iter().any(|id| ids.contains(id)));
        Ok(is_in_part.then_some("the release there has it in part"))
    }

    /// Says whether a release tells of each of some advisories that it fixes it by what it has of a group.
    ///
    /// # Errors
    /// As [`Self::doubt`].
    pub(super) fn tells_of_all(&self, release: Release<'_>, ids: &[String], group: &Group) -> Result<bool> {
        let asked = asked(release);
        if !self.read.borrow().contains_key(&asked) {
            let told = self.take_found(&asked, release).map(|found| self.told(found)).transpose()?;
            self.read.borrow_mut().insert(asked.clone(), told);
        }
        let read = self.read.borrow();
        let told = read.get(&asked).and_then(Option::as_deref).unwrap_or_default();
        let is_told = |id: &String| about(told, group).any(|one| one.fixed.contains(id));
        Ok(!ids.is_empty() && ids.iter().all(is_told))
    }

    /// Takes what was found of a release, or finds it.
    fn take_found(&self, asked: &Asked, release: Release<'_>) -> Option<Found<'s>> {
        let known = self.found.borrow_mut().remove(asked);
        known.or_else(|| self.find(release))
    }

    /// Finds a release. A pre-release, and what no release of its line comes before, begins where the line left main: what came with a
    /// pre-release before is told, too.
    fn find(&self, (line, tag): Release<'_>) -> Option<Found<'s>> {
        let find = |request: NotesRequest| {
            let place = Place::find((self.git, self.tags), self.settings, &request).ok()?;
            Some(Found { request, place, commits: None })
        };
        let (target, others) = (tag.map(str::to_owned), OtherLines::LeftAlone);
        let request = NotesRequest { target, line: Some(line.name.clone()), others, ..NotesRequest::default() };
        let from_main = || {
            let tip = match tag {
                Some(tag) => self.git.tag_commit(&tag.parse().ok()?)?,
                None => self.git.branch_commit(&self.settings.branch_of(self.git, line).ok()?).ok()?,
            };
            let main = self.git.branch_commit(&self.settings.main).ok()?;
            let from = Some(self.git.left_at(main, tip).ok()?.to_string());
            let request = NotesRequest { from, ..request.clone() };
            // Without any tag, the next release of a line is its first one.
            let first =
                || NotesRequest { target: line.first_release().map(|first| first.to_string()), ..request.clone() };
            find(request.clone()).or_else(|| find(first()).filter(|_| tag.is_none()))
        };
        find(request.clone()).filter(|found| found.place.version.pre.is_empty()).or_else(from_main)
    }

    fn told(&self, Found { request, place, commits: _ }: Found<'_>) -> Result<Vec<Told>> {
        let draft = Draft::of(self.git, self.settings, None, self.said, (&request, place))?;
        Ok(draft.found.iter().map(Told::of).collect())
    }
}
