//! Which commits a release has that an advisory needs: of its own picks, in its history, or picked for an earlier release of its line.

use std::collections::HashSet;

use crate::model::advisory::lines::CommitName;
use crate::model::change::Change;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::ports::survey::elsewhere::elsewhere;
use crate::ports::survey::requests_of_members;

use super::entries::Said;
use super::group::Group;
use super::others::of_change;
use super::place::Place;
use super::trace::Landed;

impl Said<'_> {
    /// Returns those of the fixes of the advisories that name groups which the release of a place has.
    ///
    /// # Errors
    /// When history or an object is missing, or git fails.
    pub(super) fn fixes_here(&self, place: &Place<'_>, groups: &[Group]) -> Result<HashSet<CommitName>> {
        let brought: HashSet<CommitId> = groups.iter().flat_map(Group::whole_names).collect();
        let wanted = self.sources.fixes_with(&brought.iter().copied().collect::<Vec<_>>());
        let mut here = HashSet::new();
        for name in wanted {
            let is_here = brought.iter().any(|id| id.to_string().starts_with(name.as_str()))
                || match self.git.expand(name.as_str()) {
                    Some(id) => self.git.is_ancestor(id, place.commit) || self.is_of_earlier(place, id)?,
                    None => false,
                };
            if is_here {
                here.insert(name);
            }
        }
        Ok(here)
    }

    /// Says whether an earlier release of the line got a commit of main, or all that a merge brought there, and no later one lost it.
    fn is_of_earlier(&self, place: &Place<'_>, id: CommitId) -> Result<bool> {
        let commit = self.git.commit(id)?;
        let members = match commit.parents.first().filter(|_| commit.is_merge()) {
            Some(before) => self.git.commits_between(&[*before], id, None)?,
            None => vec![commit.clone()],
        };
        let members: Vec<Commit> = members.into_iter().filter(|one| !one.is_merge()).collect();
        let change = Change::of(&commit, members.iter().map(|one| one.id).collect());
        let mut requests = requests_of_members(std::slice::from_ref(&change));
        requests.extend(change.pull_request.map(|number| (id, number)));
        let mut wanted = members.clone();
        wanted.extend(commit.is_merge().then_some(commit));
        let found = elsewhere(self.git, self.settings, &[place.line], (&wanted, &[]), &requests)?;
        let released = |tag: &String| self.settings.tag.version_of(tag);
        let is_earlier = |tag: &Option<String>| {
            let version = tag.as_ref().and_then(released);
            version.is_some_and(|version| version.cmp_precedence(&place.version).is_lt())
        };
        let landed = Landed::new(change, members, true);
        let of_line = found.first().and_then(|line| of_change(&line.has, &landed).ok());
        Ok(of_line.is_some_and(|tags| tags.iter().all(is_earlier)))
    }
}
