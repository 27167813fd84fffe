//! What later became of a fix on main: reverted, brought back, repaired.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::arrange::InOrder as _;
use crate::model::commit::{Commit, CommitId};
use crate::model::trailer::{CommitPrefix, Marker, Relation, is_of_a_part, markers, plain_subject};

/// What later became of one fix.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fate {
    /// The commit that took the fix back, where no later one took that back in turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverted_by: Option<CommitId>,
    /// The later commits that repair the fix or another of these, in the order they landed. Reverted ones are left out.
    pub follow_ups: Vec<CommitId>,
}

/// The fates of all commits of main.
#[derive(Debug, Clone, Default)]
pub struct Fates {
    ids: Vec<CommitId>,
    /// Commit, and those that reverted it, oldest first; by place in `ids`.
    reverts: BTreeMap<usize, Vec<usize>>,
    repairs: BTreeMap<usize, Vec<usize>>,
    places: HashMap<CommitId, usize>,
}

impl Fates {
    /// Reads them from the commits of main, the oldest first. A statement about a commit that is not among them, or that
    /// landed later, tells nothing; so does one that fits several.
    pub fn new<'c>(commits: impl IntoIterator<Item = &'c Commit>) -> Self {
        let mut known = Known::default();
        let mut fates = Self::default();
        for commit in commits {
            let place = fates.ids.len();
            let stated = markers(&commit.message);
            let mut repaired: BTreeSet<usize> = stated.iter().filter_map(|marker| known.repaired(marker)).in_order();
            let reverted = known.reverted(&stated);
            // What takes only a part back leaves a fix that still has to be picked, together with it.
            if is_of_a_part(commit.subject()) {
                repaired.extend(reverted);
            } else {
                reverted.into_iter().for_each(|target| fates.reverts.entry(target).or_default().push(place));
            }
            repaired.into_iter().for_each(|target| fates.repairs.entry(target).or_default().push(place));
            known.add(place, commit, &stated);
            fates.places.insert(commit.id, place);
            fates.ids.push(commit.id);
        }
        fates
    }

    /// Returns what became of a commit; of one that is not known, nothing.
    pub fn fate(&self, commit: CommitId) -> Fate {
        let Some(place) = self.places.get(&commit) else { return Fate::default() };
        let mut follow_ups = BTreeSet::new();
        let mut waiting = vec![*place];
        while let Some(at) = waiting.pop() {
            for repair in self.repairs.get(&at).into_iter().flatten() {
                if self.reverter(*repair).is_none() && follow_ups.insert(*repair) {
                    waiting.push(*repair);
                }
            }
        }
        Fate {
            reverted_by: self.reverter(*place).map(|at| self.ids[at]),
            follow_ups: follow_ups.into_iter().map(|at| self.ids[at]).collect(),
        }
    }

    /// Returns the commits that brought one again after it was taken back, whether they stand or not: whoever repairs one of these may name it
    /// instead.
    pub fn again(&self, commit: CommitId) -> Vec<CommitId> {
        let by = |at: usize| self.reverts.get(&at).into_iter().flatten().copied();
        let mut found = BTreeSet::new();
        let mut waiting: Vec<usize> = self.places.get(&commit).copied().into_iter().collect();
        while let Some(at) = waiting.pop() {
            waiting.extend(by(at).flat_map(by).filter(|again| found.insert(*again)));
        }
        found.into_iter().map(|at| self.ids[at]).collect()
    }

    /// Returns the last commit that reverted this one and stands. Commits revert earlier ones only, so the places seen grow
    /// and all later states can be worked out first, without recursion.
    fn reverter(&self, place: usize) -> Option<usize> {
        let mut concerned = BTreeSet::from([place]);
        let mut waiting = vec![place];
        while let Some(at) = waiting.pop() {
            for by in self.reverts.get(&at).into_iter().flatten() {
                if concerned.insert(*by) {
                    waiting.push(*by);
                }
            }
        }
        let mut state: HashMap<usize, Option<usize>> = HashMap::new();
        for at in concerned.into_iter().rev() {
            let by = self.reverts.get(&at).into_iter().flatten().rev();
            let standing = by.copied().find(|by| state.get(by).is_some_and(Option::is_none));
            state.insert(at, standing);
        }
        state.get(&place).copied().flatten()
    }
}

/// Commits that landed so far, by what later messages may call them.
#[derive(Default)]
struct Known {
    ids: BTreeMap<CommitId, usize>,
    subjects: HashMap<String, Vec<usize>>,
    plain: HashMap<String, Vec<usize>>,
    pull_requests: HashMap<u64, Vec<usize>>,
}

impl Known {
    fn add(&mut self, place: usize, commit: &Commit, stated: &[Marker]) {
        self.ids.insert(commit.id, place);
        self.subjects.entry(commit.subject().to_owned()).or_default().push(place);
        self.plain.entry(plain_subject(commit.subject()).to_owned()).or_default().push(place);
        for marker in stated {
            if let Relation::OwnPullRequest(own) = &marker.relation {
                self.pull_requests.entry(own.number).or_default().push(place);
            }
        }
    }

    fn repaired(&self, marker: &Marker) -> Option<usize> {
        match &marker.relation {
            Relation::Fixes(name) => self.by_name(name),
            Relation::OriginCommit(_)
            | Relation::OriginPullRequest(_)
            | Relation::OwnPullRequest(_)
            | Relation::KeptPullRequest(_)
            | Relation::Requires { commit: _, on: _ }
            | Relation::StableFrom(_)
            | Relation::Reverts(_)
            | Relation::RevertsPullRequest(_)
            | Relation::RevertsSubject(_)
            | Relation::Reapplies(_) => None,
        }
    }

    /// Returns what a message reverts: by the commits it names, else by pull request, else by subject.
    fn reverted(&self, stated: &[Marker]) -> BTreeSet<usize> {
        let mut by = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
        for marker in stated {
            match &marker.relation {
                Relation::Reverts(name) => by[0].extend(self.by_name(name)),
                Relation::RevertsPullRequest(pr) => by[1].extend(only(self.pull_requests.get(&pr.number))),
                Relation::RevertsSubject(subject) => by[2].extend(self.by_subject(subject)),
                // The revert that is taken back is the last one: earlier ones have been brought back already.
                Relation::Reapplies(subject) => {
                    let reverts = self.plain.get(&format!("Revert \"{subject}\""));
                    by[2].extend(reverts.and_then(|places| places.last()).copied());
                }
                Relation::Fixes(_)
                | Relation::OriginCommit(_)
                | Relation::OriginPullRequest(_)
                | Relation::OwnPullRequest(_)
                | Relation::KeptPullRequest(_)
                | Relation::Requires { commit: _, on: _ }
                | Relation::StableFrom(_) => {}
            }
        }
        by.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn by_name(&self, name: &CommitPrefix) -> Option<usize> {
        let mut first = [0; 20];
        for (byte, pair) in first.iter_mut().zip(name.as_str().as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(pair).ok()?;
            let value = u8::from_str_radix(digits, 16).ok()?;
            *byte = if pair.len() == 2 { value } else { value << 4 };
        }
        let mut fitting =
            self.ids.range(CommitId::from_bytes(first)..).take_while(|(id, _)| name.matches(**id)).map(|(_, at)| *at);
        fitting.next().filter(|_| fitting.next().is_none())
    }

    /// The title of a revert may leave out the number that the subject got when it landed.
    fn by_subject(&self, subject: &str) -> Option<usize> {
        match self.subjects.get(subject) {
            Some(places) => only(Some(places)),
            None => only(self.plain.get(subject)),
        }
    }
}

fn only(places: Option<&Vec<usize>>) -> Option<usize> {
    places.filter(|places| places.len() == 1).and_then(|places| places.first()).copied()
}

#[cfg(test)]
mod tests;
