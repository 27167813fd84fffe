//! Commits of a release that take one another back.
//!
//! Messages say which commits may be pairs; what the commits change decides. Words alone would let a fix that stays, and what
//! keeps a part of it, vanish from the notes.

pub mod parts;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::claim::TitleKey;
use crate::model::change::title;
use crate::model::commit::{Commit, CommitId};
use crate::model::trailer::{Marker, PullRequest, Relation, is_of_a_part, markers};

/// A commit and the one that took it back. Neither of them changes anything for users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TakenBack {
    /// The commit.
    pub commit: CommitId,
    /// What took it back.
    pub by: CommitId,
}

impl TakenBack {
    /// Says whether a commit is one of the two.
    pub fn is_of(&self, commit: CommitId) -> bool {
        self.commit == commit || self.by == commit
    }
}

/// A commit that says that it takes others back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The commit.
    pub by: CommitId,
    /// The earlier commits that it may mean, the newest first.
    pub of: Vec<CommitId>,
}

/// What became of claims.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// The pairs. A merge stands with each commit that it brought.
    pub pairs: Vec<TakenBack>,
    /// What a commit says that it takes back and does not, or not as a whole: both stand.
    pub doubtful: Vec<TakenBack>,
}

/// What a commit of a line was picked from, by all names that what takes it back may call it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The commits of main.
    pub commits: Vec<CommitId>,
    /// The numbers of the pull requests that brought them.
    pub numbers: Vec<u64>,
    /// What they and their pull requests are called.
    pub titles: Vec<String>,
}

impl Origin {
    /// Adds the names of another one.
    pub fn add(&mut self, other: &Self) {
        self.commits.extend(&other.commits);
        self.numbers.extend(&other.numbers);
        self.titles.extend(other.titles.iter().cloned());
    }
}

/// The origins of commits of a line.
pub type Origins = HashMap<CommitId, Origin>;

/// Returns what commits of a release, parents before children, say that they take back of earlier ones: by the commits they name,
/// else by pull request, else by title. `origins` says what of main a commit was picked from: the pick of a revert keeps
/// the names of what was reverted on main. What says that it takes back only a part claims nothing.
pub fn claims(commits: &[Commit], origins: &Origins) -> Vec<Claim> {
    claims_of(commits, origins, |commit| !is_of_a_part(commit.subject()))
}

/// As [`claims`], of those commits that say that they take only a part of others back.
pub fn claims_of_a_part(commits: &[Commit], origins: &Origins) -> Vec<Claim> {
    claims_of(commits, origins, |commit| is_of_a_part(commit.subject()))
}

fn claims_of(commits: &[Commit], origins: &Origins, wanted: impl Fn(&Commit) -> bool) -> Vec<Claim> {
    let all: Vec<Spoken<'_>> = commits.iter().map(|commit| Spoken::of(commit, origins.get(&commit.id))).collect();
    let claim = |(at, one): (usize, &Spoken<'_>)| {
        let relations = || one.stated.iter().map(|marker| &marker.relation);
        if !relations().any(Relation::takes_back) || !wanted(one.commit) {
            return None;
        }
        let fitting = |fits: fn(&Relation, &Spoken<'_>) -> bool| {
            let meant = all[..at].iter().rev().filter(|earlier| relations().any(|relation| fits(relation, earlier)));
            meant.map(|earlier| earlier.commit.id).collect::<Vec<_>>()
        };
        let fits = [named, requested, requested_on_main, titled];
        let of = fits.into_iter().map(fitting).find(|found| !found.is_empty())?;
        Some(Claim { by: one.commit.id, of })
    };
    all.iter().enumerate().filter_map(claim).collect()
}

/// A commit, and by what a later one may call it.
struct Spoken<'c> {
    commit: &'c Commit,
    origin: Option<&'c Origin>,
    stated: Vec<Marker>,
    /// Its titles, once they are asked for.
    titles: OnceCell<HashSet<TitleKey>>,
}

impl<'c> Spoken<'c> {
    fn of(commit: &'c Commit, origin: Option<&'c Origin>) -> Self {
        Self { commit, origin, stated: markers(&commit.message), titles: OnceCell::new() }
    }

    fn is_called(&self, key: &TitleKey) -> bool {
        let own = || [TitleKey::of(self.commit.subject()), TitleKey::of(&title(self.commit))];
        let of_origin = || self.origin.into_iter().flat_map(|origin| &origin.titles).map(|title| TitleKey::of(title));
        self.titles.get_or_init(|| own().into_iter().chain(of_origin()).collect()).contains(key)
    }
}

fn named(relation: &Relation, one: &Spoken<'_>) -> bool {
    let Relation::Reverts(name) = relation else { return false };
    let of_origin = |origin: &Origin| origin.commits.iter().any(|origin| name.matches(*origin));
    name.matches(one.commit.id) || one.origin.is_some_and(of_origin)
}

fn requested(relation: &Relation, one: &Spoken<'_>) -> bool {
    let Relation::RevertsPullRequest(request) = relation else { return false };
    one.stated
        .iter()
        .any(|marker| matches!(&marker.relation, Relation::OwnPullRequest(own) if own.number == request.number))
}

/// The pick of a revert keeps the number of what was reverted on main.
fn requested_on_main(relation: &Relation, one: &Spoken<'_>) -> bool {
    let Relation::RevertsPullRequest(request) = relation else { return false };
    let is_it = |landed: &PullRequest| landed.number == request.number;
    one.origin.is_some_and(|origin| origin.numbers.contains(&request.number))
        || one.stated.iter().any(|marker| marker.relation.landed_by().is_some_and(is_it))
}

/// The title that a revert quotes may have other marks of lines and numbers than what it takes back, as it was or was not picked itself.
fn titled(relation: &Relation, one: &Spoken<'_>) -> bool {
    match relation {
        Relation::RevertsSubject(title) => one.is_called(&TitleKey::of(title)),
        Relation::Reapplies(title) => one.is_called(&TitleKey::of(title).reverted()),
        Relation::OriginCommit(_)
        | Relation::OriginPullRequest(_)
        | Relation::OwnPullRequest(_)
        | Relation::KeptPullRequest(_)
        | Relation::Fixes(_)
        | Relation::Requires { commit: _, on: _ }
        | Relation::StableFrom(_)
        | Relation::Reverts(_)
        | Relation::RevertsPullRequest(_) => false,
    }
}

/// Returns for each merge among the commits of a release, parents before children, those of them that it brought to its first parent.
pub fn brought(commits: &[Commit]) -> HashMap<CommitId, Vec<CommitId>> {
    let parents: HashMap<CommitId, &[CommitId]> =
        commits.iter().map(|commit| (commit.id, commit.parents.as_slice())).collect();
    let of_merge = |merge: &Commit| {
        let came = brought_by(&merge.parents, |id| parents.get(&id).copied());
        (merge.id, commits.iter().map(|commit| commit.id).filter(|id| came.contains(id)).collect())
    };
    commits.iter().filter(|commit| commit.is_merge()).map(of_merge).collect()
}

/// Returns the commits that a merge with such parents brought to the first of them. `parents` tells those of a commit; one for which it
/// tells none is not looked at.
pub fn brought_by<'p>(
    of_merge: &[CommitId],
    parents: impl Fn(CommitId) -> Option<&'p [CommitId]>,
) -> HashSet<CommitId> {
    let history = |tips: &[CommitId]| {
        let mut seen = HashSet::new();
        let mut open = tips.to_vec();
        while let Some(id) = open.pop() {
            if let Some(further) = parents(id).filter(|_| seen.insert(id)) {
                open.extend(further);
            }
        }
        seen
    };
    let Some((first, others)) = of_merge.split_first() else { return HashSet::new() };
    let before = history(&[*first]);
    history(others).into_iter().filter(|id| !before.contains(id)).collect()
}

/// Returns for commits of a history, parents before children, each with the paths that it changes, which earlier ones it may take back
/// without a word: those that change the same paths.
pub fn claims_without_words<P: Eq + Hash>(changing: impl IntoIterator<Item = (CommitId, P)>) -> Vec<Claim> {
    let mut alike: HashMap<P, Vec<CommitId>> = HashMap::new();
    let mut found = Vec::new();
    for (by, paths) in changing {
        let earlier = alike.entry(paths).or_default();
        if !earlier.is_empty() {
            found.push(Claim { by, of: earlier.iter().rev().copied().collect() });
        }
        earlier.push(by);
    }
    found
}

/// Settles claims, the oldest first. `undoes` says whether a commit changes exactly the inverse of what others, the newest first, change
/// together, all relative to their first parents; `brought` has what merges brought.
///
/// What takes a revert back brings back what that one had taken; a fix that lands anew without undoing its revert counts itself.
pub fn settle(
    claims: &[Claim],
    brought: &HashMap<CommitId, Vec<CommitId>>,
    undoes: impl Fn(CommitId, &[CommitId]) -> bool,
) -> Settled {
    let whole = |ids: &[CommitId]| {
        let of_each = ids.iter().flat_map(|id| std::iter::once(id).chain(brought.get(id).into_iter().flatten()));
        let mut seen = HashSet::new();
        of_each.copied().filter(|id| seen.insert(*id)).collect::<Vec<CommitId>>()
    };
    let mut all: Vec<Set> = Vec::new();
    let mut doubtful = Vec::new();
    for claim in claims {
        let sets = lasting(&all);
        let is_taken = |id: &CommitId| sets.iter().any(|set| set.of.contains(id));
        let open: Vec<CommitId> = claim.of.iter().copied().filter(|id| !is_taken(id)).collect();
        let one = open.chunks(1).find(|of| undoes(claim.by, of));
        match one.or_else(|| Some(open.as_slice()).filter(|of| of.len() > 1 && undoes(claim.by, of))) {
            Some(of) => all.push(Set { of: whole(of), by: whole(&[claim.by]) }),
            None => doubtful.extend(open.iter().map(|of| TakenBack { commit: *of, by: claim.by })),
        }
    }
    let mut gone: HashSet<CommitId> = HashSet::new();
    let mut pairs = Vec::new();
    for set in lasting(&all) {
        let standing = |ids: &[CommitId]| ids.iter().copied().filter(|id| !gone.contains(id)).collect::<Vec<_>>();
        let (of, by) = (standing(&set.of), standing(&set.by));
        pairs.extend(of.iter().flat_map(|commit| by.iter().map(|by| TakenBack { commit: *commit, by: *by })));
        gone.extend(of.into_iter().chain(by));
    }
    doubtful.retain(|pair| !gone.contains(&pair.commit) && !gone.contains(&pair.by));
    Settled { pairs, doubtful }
}

/// Commits, and those that took them back.
struct Set {
    of: Vec<CommitId>,
    by: Vec<CommitId>,
}

impl Set {
    /// Says whether this takes back what the earlier one did: what took something goes, and what it took does not go with it.
    fn ends(&self, earlier: &Self) -> bool {
        earlier.by.iter().any(|by| self.of.contains(by)) && !earlier.of.iter().all(|of| self.of.contains(of))
    }
}

/// Returns those of the sets, the oldest first, that no later one that lasts ends.
fn lasting(sets: &[Set]) -> Vec<&Set> {
    let mut found: Vec<&Set> = Vec::new();
    for set in sets.iter().rev() {
        if !found.iter().any(|later| later.ends(set)) {
            found.push(set);
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests;
