//! Whether releases of other lines have the whole of a security fix: what their own notes tell of it.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::commit::CommitId;
use crate::model::error::Result;
use crate::model::line::{Line, LineName};
use crate::model::notes::request::{NotesRequest, OtherLines};
use crate::model::notes::{Entry, State};
use crate::ports::git::Git;
use crate::ports::settings::Settings;

use super::Draft;
use super::entries::Said;
use super::group::Group;
use super::place::Place;
use super::trace::Landed;

/// The line, and the tag of its release; without one, its next release.
type Release = (LineName, Option<String>);

/// What releases tell of their changes, each read once: releases that are told together ask the same.
pub(super) struct Wholes<'s> {
    git: &'s Git,
    settings: &'s Settings,
    said: &'s Said<'s>,
    read: RefCell<HashMap<Release, Vec<Told>>>,
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
        Self { git, settings, said, read: RefCell::new(known.collect()) }
    }

    /// Says whether the release of a line with a tag, or its next one, has of a group only a part, or leaves one of some advisories open, by
    /// its own notes. Where these cannot be made, nothing says so. Pull requests are not asked for.
    ///
    /// # Errors
    /// When history or an object is missing, or a file of main cannot be read.
    pub(super) fn is_in_part(&self, line: &Line, tag: Option<&str>, ids: &[String], group: &Group) -> Result<bool> {
        let asked = (line.name.clone(), tag.map(str::to_owned));
        if !self.read.borrow().contains_key(&asked) {
            let told = self.told(line, tag)?;
            self.read.borrow_mut().insert(asked.clone(), told);
        }
        let names: Vec<CommitId> = group.sure().flat_map(Landed::ids).collect();
        let read = self.read.borrow();
        let mut about =
            read.get(&asked).into_iter().flatten().filter(|one| one.names.iter().any(|id| names.contains(id)));
        Ok(about.any(|one| one.is_in_part || one.open.iter().any(|id| ids.contains(id))))
    }

    fn told(&self, line: &Line, tag: Option<&str>) -> Result<Vec<Told>> {
        let others = OtherLines::LeftAlone;
        let (target, line) = (tag.map(str::to_owned), Some(line.name.clone()));
        let request = NotesRequest { target, line, others, ..NotesRequest::default() };
        let Ok(place) = Place::find(self.git, self.settings, &request) else { return Ok(Vec::new()) };
        let draft = Draft::of(self.git, self.settings, None, self.said, (&request, place))?;
        Ok(draft.found.iter().map(Told::of).collect())
    }
}
