//! What brings a fix again after it was taken back: users are told of the fix, under its first title.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::model::change::{Change, Group, Node, groups};
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::Traced;
use crate::model::notes::claim::{Brought, brought_under_another_title};
use crate::model::notes::reverts::{Origins, claims};
use crate::model::patch::FilePatch;
use crate::model::presence::sieve::Sieve;
use crate::model::trailer::{CommitPrefix, is_of_a_part, markers};
use crate::ports::git::{Git, Outlined};
use crate::ports::settings::Settings;
use crate::ports::survey::stretch::Stretch;

use super::numbers::Merged;
use super::place::Place;
use super::reverts::Standing;
use super::trace::{Landed, Pick, trace};

/// A fix that was brought back more often than this is told as what was picked.
const MOST_TURNS: usize = 16;

/// Puts the fix in the place of what brings it again: of what takes back something that took the fix back, and has three of four of its
/// lines. So it is for changes of main that were picked, and for those of the line alone.
///
/// # Errors
/// When history or an object is missing.
pub(super) fn as_first_told(git: &Git, settings: &Settings, place: &Place<'_>, picks: &mut [Standing]) -> Result<()> {
    let past = Past { git, settings, place, main: OnceCell::new() };
    for Standing { pick, .. } in picks {
        match &pick.origin {
            Traced::Main { .. } => past.of_main(pick)?,
            Traced::Line { .. } | Traced::Nowhere { .. } | Traced::Probably { .. } => past.of_line(pick)?,
            Traced::Claimed { .. } => {}
        }
    }
    Ok(())
}

/// What was before a release.
struct Past<'p> {
    git: &'p Git,
    settings: &'p Settings,
    place: &'p Place<'p>,
    main: OnceCell<Main>,
}

/// Main, with what landed as one.
struct Main {
    outlined: Vec<Outlined>,
    groups: Vec<Group>,
    places: HashMap<CommitId, usize>,
}

impl Past<'_> {
    fn of_main(&self, pick: &mut Pick) -> Result<()> {
        let mut all: Vec<Landed> = Vec::new();
        for landed in std::mem::take(&mut pick.landed) {
            let fixes = self.first_of(&landed)?;
            if !fixes.is_empty() {
                pick.merges.retain(|merge| merge.id != landed.change.id);
            }
            let found = if fixes.is_empty() { vec![landed] } else { fixes };
            for one in found {
                if all.iter().all(|known| known.change.id != one.change.id) {
                    all.push(one);
                }
            }
        }
        self.add_merges(pick, &all)?;
        if all.iter().any(|landed| landed.change.pull_request.is_some()) {
            pick.own = None;
        }
        pick.landed = all;
        Ok(())
    }

    /// Returns the fixes that a change of main brings again: the whole of it, or what was picked.
    fn first_of(&self, landed: &Landed) -> Result<Vec<Landed>> {
        let whole = if landed.is_part() { None } else { Some(self.git.commit(landed.change.id)?) };
        let one = match landed.commits.as_slice() {
            [one] => Some(one.clone()).filter(|one| one.id != landed.change.id),
            _ => None,
        };
        for again in whole.into_iter().chain(one) {
            let fixes = self.brought_by(&again)?;
            if !fixes.is_empty() {
                let told = fixes.into_iter().map(|fix| self.landed(fix));
                let told = told.collect::<Result<Vec<Option<Landed>>>>()?.into_iter().flatten();
                return Ok(told
                    .map(|fix| Landed {
                        brought: landed.brought,
                        accepted: landed.accepted,
                        again: Some(again.id),
                        ..fix
                    })
                    .collect());
            }
        }
        Ok(Vec::new())
    }

    fn of_line(&self, pick: &mut Pick) -> Result<()> {
        let fixes = self.brought_by(&pick.commit)?;
        let [fix] = fixes.as_slice() else { return Ok(()) };
        if let Some(landed) = self.landed(fix.clone())? {
            pick.origin = Traced::main(vec![fix.id]);
            pick.landed = vec![landed];
        } else {
            let Some(first) = self.traced(fix)? else { return Ok(()) };
            pick.landed = match first.landed.is_empty() {
                true => vec![Landed::new(
                    Change { pull_request: None, ..Change::of(fix, vec![fix.id]) },
                    vec![fix.clone()],
                    true,
                )],
                false => first.landed,
            };
            pick.own = first.own;
            if let Traced::Main { .. } = first.origin {
                pick.origin = first.origin;
            }
        }
        let landed = std::mem::take(&mut pick.landed);
        self.add_merges(pick, &landed)?;
        pick.landed = landed;
        Ok(())
    }

    /// Traces a commit of the line that an earlier release has.
    fn traced(&self, fix: &Commit) -> Result<Option<Pick>> {
        let Some(from) = fix.parents.first().copied() else { return Ok(None) };
        let stretch = Stretch { line: self.place.line, branch: &self.place.branch, from, to: fix.id };
        let merged = Merged::of(&[], &HashMap::new());
        let one = std::slice::from_ref(fix);
        Ok(trace(self.git, self.settings, &stretch, one, &merged, (&mut Vec::new(), &mut Vec::new()))?.pop())
    }

    fn add_merges(&self, pick: &mut Pick, landed: &[Landed]) -> Result<()> {
        for Landed { change, .. } in landed {
            let is_merge = !change.members.contains(&change.id);
            if is_merge && pick.merges.iter().all(|merge| merge.id != change.id) {
                pick.merges.insert(0, self.git.commit(change.id)?);
            }
        }
        Ok(())
    }

    /// Returns the fixes that a commit brings again, as far as it has three of four lines of each.
    fn brought_by(&self, again: &Commit) -> Result<Vec<Commit>> {
        let mut fixes = Vec::new();
        for revert in self.taken_by(again)? {
            fixes.extend(self.first(&revert, MOST_TURNS)?);
        }
        if fixes.is_empty() {
            return Ok(fixes);
        }
        let patches = self.git.patches(&fixes.iter().chain([again]).collect::<Vec<_>>())?;
        let of = |commit: &Commit| patches.get(&commit.id).map(Vec::as_slice).unwrap_or_default();
        let is_there = |fix: &Commit| {
            let product = self.settings.config.product_of(of(fix), FilePatch::path);
            brought_under_another_title(of(fix), &product, of(again), false) == Brought::Most
        };
        let is_all = fixes.iter().all(is_there);
        Ok(if is_all { fixes } else { Vec::new() })
    }

    /// Returns what a revert took back: where that brought something again itself, what it first was.
    fn first(&self, revert: &Commit, turns: usize) -> Result<Vec<Commit>> {
        let mut found = Vec::new();
        for taken in self.taken_by(revert)? {
            let mut earlier = Vec::new();
            for before in if turns == 0 { Vec::new() } else { self.taken_by(&taken)? } {
                earlier.extend(self.first(&before, turns - 1)?);
            }
            match earlier.is_empty() {
                true => found.push(taken),
                false => found.extend(earlier),
            }
        }
        Ok(found)
    }

    /// Returns what a commit says that it takes back, of its history: all that it names, else the newest that is called so.
    fn taken_by(&self, by: &Commit) -> Result<Vec<Commit>> {
        let stated = markers(&by.message);
        if !stated.iter().any(|marker| marker.relation.takes_back()) {
            return Ok(Vec::new());
        }
        let names: Vec<CommitPrefix> = stated.into_iter().filter_map(|marker| marker.relation.reverted()).collect();
        let named = names.iter().map(|name| self.git.named(name).filter(|id| self.git.is_ancestor(*id, by.id)));
        let named: Option<Vec<CommitId>> = named.collect();
        if let Some(named) = named.filter(|named| !named.is_empty() && !is_of_a_part(by.subject())) {
            return named.into_iter().map(|id| self.git.commit(id)).collect();
        }
        let sieve = Sieve::for_what_is_taken_back(by);
        let like = self.git.outlined_between(&[], by.id, |id, outline| sieve.lets_through(id, outline))?;
        let like = like.iter().filter(|one| one.wanted || one.id == by.id).map(|one| self.git.commit(one.id));
        let like = like.collect::<Result<Vec<Commit>>>()?;
        let claim = claims(&like, &Origins::new()).into_iter().find(|claim| claim.by == by.id);
        let of: HashSet<CommitId> =
            claim.into_iter().flat_map(|claim| claim.of.into_iter().take(names.len().max(1))).collect();
        Ok(like.into_iter().filter(|commit| of.contains(&commit.id)).collect())
    }

    /// Returns a commit as the change of main that it is, or is of; `None`: main does not have it.
    fn landed(&self, fix: Commit) -> Result<Option<Landed>> {
        let main = self.main()?;
        let Some(at) = main.places.get(&fix.id) else { return Ok(None) };
        let Some(group) = main.groups.iter().find(|group| group.at == *at || group.members.contains(at)) else {
            return Ok(None);
        };
        let commit = |at: &usize| self.git.commit(main.outlined[*at].id);
        let members = group.members.iter().map(|at| main.outlined[*at].id).collect();
        let change = Change::of(&commit(&group.at)?, members);
        let is_whole = change.id == fix.id;
        let commits = match is_whole {
            true => group.members.iter().map(commit).collect::<Result<Vec<Commit>>>()?,
            false => vec![fix],
        };
        Ok(Some(Landed::new(change, commits, is_whole)))
    }

    fn main(&self) -> Result<&Main> {
        if let Some(main) = self.main.get() {
            return Ok(main);
        }
        let tip = self.git.branch_commit(&self.settings.main)?;
        let outlined = self.git.outlined_between(&[], tip, |_, _| false)?;
        let nodes: Vec<Node<'_>> = outlined.iter().map(|one| (one.id, one.parents.as_slice())).collect();
        let groups = groups(&nodes, tip);
        let places = outlined.iter().enumerate().map(|(at, one)| (one.id, at)).collect();
        Ok(self.main.get_or_init(|| Main { outlined, groups, places }))
    }
}
