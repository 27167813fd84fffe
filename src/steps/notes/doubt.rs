//! Which advisories a release leaves open, though something of it says that it fixes them.

use std::collections::HashSet;

use crate::model::advisory::lines::CommitName;
use crate::model::commit::{Commit, CommitId};
use crate::model::eligibility::advisory::advisories;
use crate::model::error::Result;

use super::entries::Said;
use super::group::Group;
use super::place::Place;
use super::there::{Wanted, lacks, taken_by};

impl Said<'_> {
    /// Leaves open what the release of a place lacks something of: of the advisories that name groups as their fix, and of the groups
    /// themselves. `commits` are those of the release, parents before children. Returns what a person should know.
    ///
    /// # Errors
    /// When an object is missing.
    pub(super) fn doubt(&self, place: &Place<'_>, commits: &[Commit], groups: &mut [Group]) -> Result<Vec<String>> {
        let of_line = groups.iter().filter(|group| group.is_of_line()).flat_map(|group| &group.picks);
        let of_line: HashSet<CommitId> = of_line.map(|pick| pick.id).collect();
        let brought: HashSet<CommitId> = groups.iter().flat_map(Group::whole_names).collect();
        let is_here = |name: &CommitName| {
            let is_brought = || brought.iter().any(|id| id.to_string().starts_with(name.as_str()));
            let in_history = || self.git.expand(name.as_str()).is_some_and(|id| self.git.is_ancestor(id, place.commit));
            is_brought() || in_history()
        };
        let mut warnings = Vec::new();
        for group in groups {
            let names = group.whole_names();
            let texts = group.picks.iter().chain(group.sources()).map(|one| one.message.as_str());
            let mut named: Vec<String> = texts.flat_map(advisories).map(|one| one.id).collect();
            let unfixed = self.sources.unfixed(&names, &place.line.name, is_here);
            let mut open = unfixed.public;
            // What is not public is told only where a text names it.
            open.extend(unfixed.kept_back.into_iter().filter(|id| named.contains(id)));
            if !open.is_empty() {
                let why = "needs more than the release has, or does not concern its line";
                warnings.push(format!("an advisory that names {} as its fix {why}: it stays open", group.short()));
            }
            // The message of a pick that brings a part says the same as its origin.
            let is_part = group.sure().next().is_none() && !group.landed.is_empty();
            open.extend(named.iter().filter(|_| is_part).cloned());
            named.extend(self.sources.of(&names).public);
            if !named.is_empty() && lacks(self.git, self.settings, place.commit, &Wanted::of(group))? {
                let why = "the release lacks lines that it adds, or has again what it removes";
                warnings.push(format!("{}: {why}: what it fixes stays open", group.short()));
                open.extend(named);
            } else if !named.is_empty() {
                let later = commits.iter().skip_while(|one| group.picks.iter().all(|pick| pick.id != one.id));
                let is_own = |one: &Commit| group.picks.iter().any(|pick| pick.id == one.id);
                let later: Vec<&Commit> = later.filter(|one| of_line.contains(&one.id) && !is_own(one)).collect();
                if let Some(by) = taken_by(self.git, self.settings, place.commit, &group.left(), &later)? {
                    let (by, of) = (by.short(), group.short());
                    warnings.push(format!(
                        "{by} takes something of {of} away: what that fixes stays open, unless a file with words says that it is fixed"
                    ));
                    group.doubted = named;
                }
            }
            group.open = open;
        }
        Ok(warnings)
    }
}
