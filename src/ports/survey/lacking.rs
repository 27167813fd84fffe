//! Commits of main that are for an advisory, or repair its fix, and that a release does not have.

use std::collections::{HashMap, HashSet};

use crate::model::advisory::contain::Graph;
use crate::model::arrange::Arrange as _;
use crate::model::change::{Change, Node, groups, title};
use crate::model::commit::{Commit, CommitId};
use crate::model::eligibility::advisory::{in_parts, meant};
use crate::model::error::Result;
use crate::model::follow_up::Fates;
use crate::model::notes::chore::{is_changelog, makes_release};
use crate::model::presence::sieve::may_take_back;
use crate::model::presence::{Certainty, Origins, all_keys};
use crate::model::trailer::markers;
use crate::ports::git::{Git, Glanced, Objects};
use crate::ports::settings::Settings;

use super::behind::{behind, in_order};
use super::chain::changed_by;
use super::near::near;
use super::{requests_of_members, taken_back};

/// A trailer names a commit by at least so many digits (`git-commit(1)` of Linux and others write 12).
const SHORTEST_NAME: usize = 7;

/// A commit of main.
pub struct Lacking {
    /// The commit.
    pub commit: Commit,
    /// The identifiers of the advisories that it is for, of those that were asked for.
    pub ids: Vec<String>,
    /// Those of the fixes that it repairs, by a trailer `Fixes: SHA` that names it or what brought it again.
    pub repairs: Vec<CommitId>,
    /// The merge that brought it to main.
    pub merge: Option<CommitId>,
}

/// Main's newest commits, as far as some advisories are concerned.
pub struct OfMain {
    tip: CommitId,
    /// What names one of them or a fix, or may take something back, the oldest first.
    commits: Vec<Commit>,
    about: Vec<About>,
    /// The changes that these belong to.
    changes: Vec<Change>,
}

/// A commit of main that is for an advisory, or repairs a fix.
struct About {
    commit: Commit,
    /// The identifiers of the advisories that it is for.
    ids: Vec<String>,
    /// The fixes that it repairs.
    repairs: Vec<CommitId>,
}

impl OfMain {
    /// Reads which commits of main are for one of some advisories, by their title or since they say that they fix it, or repair one of some
    /// fixes, as a trailer of theirs says, as far as they are not older than a moment, in seconds since 1970-01-01 UTC. What takes something
    /// back, or makes a release, is for none. Messages that have neither the digits of an identifier nor the first ones of a fix are not read.
    ///
    /// # Errors
    /// When main is not here, or a commit is missing.
    pub fn read(
        git: &Git,
        settings: &Settings,
        (ids, fixes): (&[String], &[CommitId]),
        not_before: i64,
    ) -> Result<Self> {
        let tip = git.branch_commit(&settings.main)?;
        let digits = ids.iter().filter_map(|id| Some(id.rsplit('-').next()?.to_ascii_lowercase()));
        let names = fixes.iter().map(|fix| fix.to_string()[..SHORTEST_NAME].to_owned());
        let mut sought: Vec<String> = digits.chain(names).collect();
        let mut all = behind(git, &[tip], not_before)?.commits;
        all.retain(|one| one.committed >= not_before);
        let all = oldest_first(all);
        let mut commits = naming(git, &all, &sought, fixes)?;
        let known = Fates::new(&commits);
        let again: Vec<CommitId> = fixes.iter().flat_map(|fix| known.again(*fix)).collect();
        if !again.is_empty() {
            sought.extend(again.iter().map(|id| id.to_string()[..SHORTEST_NAME].to_owned()));
            commits = naming(git, &all, &sought, fixes)?;
        }
        let about = about(settings, &commits, ids, fixes);
        let nodes: Vec<Node<'_>> = all.iter().map(|one| (one.id(), one.parents())).collect();
        let is_about = |id: CommitId| about.iter().any(|one| one.commit.id == id);
        let mut changes = Vec::new();
        for group in if about.is_empty() { Vec::new() } else { groups(&nodes, tip) } {
            let members: Vec<CommitId> = group.members.iter().map(|at| nodes[*at].0).collect();
            if is_about(nodes[group.at].0) || members.iter().any(|id| is_about(*id)) {
                changes.push(Change::of(&git.commit(nodes[group.at].0)?, members));
            }
        }
        Ok(Self { tip, commits, about, changes })
    }

    /// Returns the commit of main that took a fix back, if it is taken back to this day.
    pub fn taken_back(&self, fix: CommitId) -> Option<CommitId> {
        Fates::new(&self.commits).fate(fix).reverted_by
    }

    /// Returns those that a release does not have: neither themselves, nor a pick. `known` are those that it is known to have; a merge is there
    /// where something that it brought is. What came before the line left main is there, and so is what was made of a commit of the line. What was
    /// taken back, was picked of main itself, or changes nothing of the product, is left out.
    ///
    /// # Errors
    /// When history or an object is missing, or git fails.
    pub fn lacking(
        &self,
        git: &Git,
        settings: &Settings,
        release: CommitId,
        known: &HashSet<CommitId>,
    ) -> Result<Vec<Lacking>> {
        let fates = Fates::new(&self.commits);
        let mut objects = git.objects()?;
        let mut open = Vec::new();
        for About { commit, ids, repairs } in &self.about {
            let is_out = self.names(commit).iter().any(|id| known.contains(id))
                || fates.fate(commit.id).reverted_by.is_some()
                || git.is_ancestor(commit.id, release)
                || is_made_of(git, release, commit, |_| true)
                // A line that was merged back brought its picks along.
                || is_made_of(git, self.tip, commit, |origin| fates.fate(origin).reverted_by.is_none());
            if !is_out && is_of_product(git, settings, &mut objects, commit)? {
                let (commit, merge) = (commit.clone(), self.merge_of(commit.id));
                open.push(Lacking { commit, ids: ids.clone(), repairs: repairs.clone(), merge });
            }
        }
        if open.is_empty() {
            return Ok(open);
        }
        let there = self.there(git, settings, release)?;
        open.retain(|one| !self.names(&one.commit).iter().chain(&one.merge).any(|id| there.contains(id)));
        Ok(open)
    }

    /// Returns what says that a release has a commit: itself. A merge is there where a part of what it brought is, which is told as a part.
    fn names(&self, commit: &Commit) -> HashSet<CommitId> {
        if commit.is_merge() { self.with(commit.id) } else { [commit.id].into() }
    }

    fn with(&self, id: CommitId) -> HashSet<CommitId> {
        let is_it = |change: &&Change| change.id == id || change.members.contains(&id);
        let change = self.changes.iter().find(is_it);
        change.map(|change| change.members.iter().copied().chain([change.id]).collect()).unwrap_or_else(|| [id].into())
    }

    /// Returns the merge that brought a commit.
    fn merge_of(&self, id: CommitId) -> Option<CommitId> {
        self.changes.iter().find(|change| change.members.contains(&id)).map(|change| change.id).filter(|by| *by != id)
    }

    /// Returns which of the commits that are for the advisories, and of what came with them, the line has a pick of that stands: known by what it
    /// says, by its author, date or title, or by what it changes.
    fn there(&self, git: &Git, settings: &Settings, release: CommitId) -> Result<HashSet<CommitId>> {
        let ids: HashSet<CommitId> = self.about.iter().flat_map(|one| self.with(one.commit.id)).collect();
        let wanted = ids.into_iter().map(|id| git.commit(id)).collect::<Result<Vec<Commit>>>()?;
        let own = git.commits_beside(self.tip, None, release)?;
        let gone = taken_back(&own);
        let own: Vec<Commit> = own.into_iter().filter(|commit| !gone.contains_key(&commit.id)).collect();
        let origins = Origins::new(&wanted, &requests_of_members(&self.changes))
            .of(settings.config.project.repository.as_ref())
            .landed(self.changes.iter().map(|change| change.id));
        let plain: Vec<&Commit> = own.iter().filter(|commit| !commit.is_merge()).collect();
        let patch_ids = git.patch_ids(&git.changing_alike(&plain, &wanted.iter().collect::<Vec<_>>())?)?;
        let found = origins.matches(&own, &patch_ids, &all_keys());
        let sure: HashSet<CommitId> =
            found.iter().filter(|found| found.certainty == Certainty::Yes).map(|found| found.pick).collect();
        let mut objects = git.objects()?;
        let mut lists = Vec::new();
        for commit in &wanted {
            let paths: Vec<Vec<u8>> = changed_by(git, &mut objects, commit)?.into_iter().map(|one| one.path).collect();
            lists.push(settings.config.product_of(&paths, Vec::as_slice));
        }
        let alike: HashSet<CommitId> = git.changing_all_of(lists, &plain)?.into_iter().collect();
        let may_be = |commit: &&Commit| alike.contains(&commit.id) && !sure.contains(&commit.id);
        let open: Vec<&Commit> = plain.iter().copied().filter(may_be).collect();
        let near: HashMap<CommitId, CommitId> = near(git, settings, (&open, &wanted), &patch_ids, |_| true)?;
        Ok(found.into_iter().map(|found| found.origin).chain(near.into_values()).collect())
    }
}

/// Returns the commits that are fixes, whose message has one of some texts, or that may take something back.
fn naming(git: &Git, all: &[Glanced], sought: &[String], fixes: &[CommitId]) -> Result<Vec<Commit>> {
    let names_one = |message: &[u8]| {
        let message = message.to_ascii_lowercase();
        sought.iter().any(|sought| memchr::memmem::find(&message, sought.as_bytes()).is_some())
    };
    let wanted = git.glance(all.iter().map(Glanced::id), |_, outline| {
        outline.is_none_or(|outline| names_one(outline.message) || may_take_back(outline.message))
    })?;
    let wanted = all.iter().zip(wanted).filter(|(one, is_wanted)| *is_wanted || fixes.contains(&one.id()));
    wanted.map(|(one, _)| git.commit(one.id())).collect()
}

/// Puts commits in the order in which they were made, and each behind its parents: commits that were put on main together have the same
/// second, and clocks are wrong.
fn oldest_first(mut commits: Vec<Glanced>) -> Vec<Glanced> {
    commits.arrange_by_key(|one| (one.committed, one.id()));
    let graph = Graph::new(commits.iter().map(|one| (one.id(), one.parents())));
    let mut placed: Vec<(i64, Glanced)> =
        in_order(commits, &graph).into_iter().map(|one| (one.committed, one)).collect();
    for at in 0..placed.len() {
        placed[at].0 = graph.parents(at).iter().map(|parent| placed[*parent].0).fold(placed[at].0, i64::max);
    }
    placed.arrange_by_key(|(moment, _)| *moment);
    placed.into_iter().map(|(_, one)| one).collect()
}

/// Returns those of the commits of main that are for one of some advisories, or repair one of some fixes.
fn about(settings: &Settings, commits: &[Commit], ids: &[String], fixes: &[CommitId]) -> Vec<About> {
    let fates = Fates::new(commits);
    let later = |fix: &CommitId| {
        let again = fates.again(*fix);
        std::iter::once(*fix).chain(again).flat_map(|id| fates.fate(id).follow_ups).collect::<Vec<CommitId>>()
    };
    let fates: Vec<(CommitId, Vec<CommitId>)> = fixes.iter().map(|fix| (*fix, later(fix))).collect();
    let about = commits.iter().map(|commit| About {
        commit: commit.clone(),
        ids: meant_by(settings, commit).into_iter().filter(|id| ids.contains(id)).collect(),
        repairs: fates.iter().filter(|(_, later)| later.contains(&commit.id)).map(|(fix, _)| *fix).collect(),
    });
    about.filter(|one| !(one.ids.is_empty() && one.repairs.is_empty())).collect()
}

/// Returns the identifiers that a commit of main is for.
fn meant_by(settings: &Settings, commit: &Commit) -> Vec<String> {
    let (_, body) = in_parts(commit.message.trim_start_matches('\n'));
    let title = title(commit);
    let takes_back = markers(&commit.message).iter().any(|marker| marker.relation.takes_back());
    let is_out = takes_back || makes_release(&title, settings.config.project.name.as_deref(), |_| true);
    if is_out { Vec::new() } else { meant(&title, body) }
}

/// Says whether a commit names one of a branch with this newest commit as its origin, for which more holds.
fn is_made_of(git: &Git, tip: CommitId, commit: &Commit, holds: impl Fn(CommitId) -> bool) -> bool {
    let origins = markers(&commit.message).into_iter().filter_map(|marker| marker.relation.origin_commit());
    origins.filter_map(|name| git.named(&name)).any(|id| git.is_ancestor(id, tip) && holds(id))
}

/// Says whether a commit changes anything that users get. A manifest may require a safer dependency.
fn is_of_product(git: &Git, settings: &Settings, objects: &mut Objects, commit: &Commit) -> Result<bool> {
    let is_it = |path: &[u8]| settings.config.is_of_product(path) && !is_changelog(&String::from_utf8_lossy(path));
    Ok(changed_by(git, objects, commit)?.iter().any(|change| is_it(&change.path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::commit::TreeId;
    use crate::model::presence::sieve::Gist;
    use crate::ports::git::Outlined;

    #[test]
    fn what_was_made_in_one_second_or_by_a_wrong_clock_stands_behind_its_parents() {
        let named = |name: u8| CommitId::from_bytes([name; 20]);
        let one = |name: u8, committed: i64, parents: &[u8]| Glanced {
            outlined: Outlined {
                id: named(name),
                tree: TreeId::from_bytes([0; 20]),
                parents: parents.iter().copied().map(named).collect(),
                wanted: false,
            },
            written: 0,
            committed,
            gist: Gist::of(b""),
        };
        // A branch of 3 and 1, and one of 6 beside it.
        let beside = one(6, 20, &[]);
        for (parent, child, expected) in [
            (one(3, 10, &[]), one(1, 10, &[3]), [3, 1, 6]),
            (one(3, 10, &[]), one(1, 5, &[3]), [3, 1, 6]),
            (one(3, 30, &[]), one(1, 10, &[3]), [6, 3, 1]),
            (one(3, 10, &[]), one(1, 30, &[3]), [3, 6, 1]),
        ] {
            let found = oldest_first(vec![beside.clone(), child, parent]);
            assert_eq!(found.iter().map(Glanced::id).collect::<Vec<_>>(), expected.map(named));
        }
    }
}
