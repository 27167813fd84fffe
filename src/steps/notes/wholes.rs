//! Whether releases of other lines have the whole of a security fix: what their own notes tell of it.

mod plainly;

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::line::{Line, LineName};
use crate::model::notes::request::{NotesRequest, OtherLines};
use crate::model::notes::{Entry, State};
use crate::ports::git::{Git, History};
use crate::ports::settings::Settings;

use super::Draft;
use super::entries::Said;
use super::group::Group;
use super::place::Place;
use super::trace::Landed;

/// The line, and the tag of its release; without one, its next release.
pub(super) type Release<'l> = (&'l Line, Option<&'l str>);

/// What the releases that were read tell, each by the name of its line and its tag.
type Read = HashMap<(LineName, Option<String>), Vec<Told>>;

/// What releases tell of their changes, each read once: releases that are told together ask the same.
pub(super) struct Wholes<'s> {
    git: &'s Git,
    settings: &'s Settings,
    said: &'s Said<'s>,
    read: RefCell<Read>,
    /// Main, once it was asked for.
    main: RefCell<Option<History<'s>>>,
}

/// What the notes of a release tell of one of its entries.
struct Told {
    /// The commits of main that it brings something of.
    names: Vec<CommitId>,
    is_in_part: bool,
    /// The advisories that it may not fix as the release has it.
    open: Vec<String>,
}

impl Told {
    fn of((entry, group): &(Entry, Group)) -> Self {
        let is_doubted = |id: &&String| group.open.contains(id) || group.doubted.contains(id);
        Self {
            names: group.told().flat_map(Landed::ids).collect(),
            is_in_part: !entry.in_part.is_empty(),
            open: entry.open_advisories.iter().filter(is_doubted).cloned().collect(),
        }
    }
}

impl<'s> Wholes<'s> {
    /// Takes what is known of the releases that are told anyway, where they begin as others would have them begin.
    pub(super) fn of(git: &'s Git, settings: &'s Settings, said: &'s Said<'s>, drafts: &[Draft<'_>]) -> Self {
        let as_usual = drafts.iter().filter(|one| one.request.from.is_none() && one.request.commit.is_none());
        let known = as_usual.map(|draft| {
            let tag = match draft.place.state {
                State::Tagged => Some(draft.place.tag.to_string()),
                State::NotTagged => None,
            };
            ((draft.place.line.name.clone(), tag), draft.found.iter().map(Told::of).collect())
        });
        Self { git, settings, said, read: RefCell::new(known.collect()), main: RefCell::default() }
    }

    /// Says whether the release of a line with a tag, or its next one, has of a group only a part, or leaves one of some advisories open, by
    /// its own notes. Where these cannot be made, nothing says so. Pull requests are not asked for. `picks` are those of the group on the line.
    ///
    /// # Errors
    /// When history or an object is missing, or a file of main cannot be read.
    pub(super) fn is_in_part(
        &self,
        (line, tag): Release<'_>,
        ids: &[String],
        group: &Group,
        picks: &[CommitId],
    ) -> Result<bool> {
        let asked = (line.name.clone(), tag.map(str::to_owned));
        if !self.read.borrow().contains_key(&asked) {
            let (target, others) = (asked.1.clone(), OtherLines::LeftAlone);
            let request = NotesRequest { target, line: Some(line.name.clone()), others, ..NotesRequest::default() };
            let place = Place::find(self.git, self.settings, &request).ok();
            if let Some(place) = &place
                && self.is_plainly_there(place, ids, group, picks)?
            {
                return Ok(false);
            }
            let told = place.map(|place| self.told(&request, place)).transpose()?.unwrap_or_default();
            self.read.borrow_mut().insert(asked.clone(), told);
        }
        let names: Vec<CommitId> = group.sure().flat_map(Landed::ids).collect();
        let read = self.read.borrow();
        let mut about =
            read.get(&asked).into_iter().flatten().filter(|one| one.names.iter().any(|id| names.contains(id)));
        Ok(about.any(|one| one.is_in_part || one.open.iter().any(|id| ids.contains(id))))
    }

    fn told(&self, request: &NotesRequest, place: Place<'_>) -> Result<Vec<Told>> {
        let draft = Draft::of(self.git, self.settings, None, self.said, (request, place))?;
        Ok(draft.found.iter().map(Told::of).collect())
    }
}
