//! A few commits of main, and everything in the repository that stands for one of them: picks, and picks of picks.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::advisory::lines::Known;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::presence::sieve::{Sieve, may_name_a_commit};
use crate::model::presence::{Certainty, Key, Match, Origins, all_keys};
use crate::model::trailer::markers;
use crate::ports::git::{Git, cut_off};

/// The commits behind some others.
pub struct Behind {
    /// The commits, each once, in no order.
    pub commits: Vec<Commit>,
    /// Those among them whose parents a shallow clone lacks.
    pub cut: Vec<CommitId>,
}

/// One commit with a wrong date hides nothing behind it: so many that are too old are passed in a row (git's own walk passes five, `SLOP`
/// in its `revision.c`).
const PATIENCE: usize = 8;

/// Reads some commits and what is behind them, as far as it is not older than a moment, in seconds since 1970-01-01 UTC. The commits
/// themselves are read however old they are.
///
/// # Errors
/// When a commit is missing, in other places than where a shallow clone ends.
pub fn behind(git: &Git, tips: &[CommitId], not_before: i64) -> Result<Behind> {
    let ends = if git.is_shallow() { cut_off(git) } else { HashSet::new() };
    let mut seen: HashMap<CommitId, usize> = HashMap::new();
    let mut open: Vec<(CommitId, usize)> = tips.iter().map(|tip| (*tip, PATIENCE)).collect();
    let mut found = Behind { commits: Vec::new(), cut: Vec::new() };
    while let Some((id, patience)) = open.pop() {
        let before = seen.get(&id).copied();
        if before.is_some_and(|before| before >= patience) {
            continue;
        }
        let commit = git.commit(id)?;
        let is_recent = commit.committer.seconds >= not_before;
        seen.insert(id, if is_recent { PATIENCE } else { patience });
        let left = if is_recent { Some(PATIENCE) } else { patience.checked_sub(1) };
        match left {
            Some(_) if ends.contains(&id) => found.cut.extend((is_recent && before.is_none()).then_some(id)),
            Some(left) => open.extend(commit.parents.iter().map(|parent| (*parent, left))),
            None => {}
        }
        if before.is_none() {
            found.commits.push(commit);
        }
    }
    Ok(found)
}

/// A commit that stands for one of main.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// The commit.
    pub commit: CommitId,
    /// The one of main that it stands for.
    pub origin: CommitId,
    /// How sure that is.
    pub certainty: Certainty,
    /// How it is known.
    pub known: Known,
    /// The words or value it rests on: text from a stranger.
    pub detail: String,
}

/// Finds the picks of some commits of main, and the picks of those: among commits that main lacks by everything that shows one, and
/// among those of main by what they say. A commit of which a wanted one says that it was picked from there stands for it, too.
///
/// # Errors
/// When an object is missing or git fails.
pub fn picks(
    git: &Git,
    wanted: &[Commit],
    requests: &HashMap<CommitId, u64>,
    off_main: &[&Commit],
    on_main: &[&Commit],
) -> Result<Vec<Pick>> {
    let mut search = Search { git, requests, sure: BTreeMap::new(), perhaps: Vec::new() };
    let mut sources: Vec<Commit> = wanted.to_vec();
    sources.extend(search.named_by(wanted, off_main));
    let again: Vec<Commit> =
        on_main.iter().filter(|commit| says_origin(commit)).map(|commit| (*commit).clone()).collect();
    let mut round = Round::First;
    while !sources.is_empty() {
        let mut next: Vec<Commit> = search.among(&sources, off_main, round)?;
        let said = Origins::new(&sources, requests).matches(&again, &HashMap::new(), &HashSet::from([Key::Trailer]));
        next.extend(search.take(said, &again, Round::Later));
        sources = next;
        round = Round::Later;
    }
    let Search { sure, perhaps, .. } = search;
    let is_open = |one: &Pick| !sure.contains_key(&one.commit);
    let perhaps: Vec<Pick> = perhaps.into_iter().filter(is_open).collect();
    Ok(sure.into_values().flatten().chain(perhaps).collect())
}

fn says_origin(commit: &Commit) -> bool {
    // Most messages name no commit, and need not be taken apart.
    may_name_a_commit(commit.message.as_bytes())
        && markers(&commit.message).into_iter().any(|marker| marker.relation.origin_commit().is_some())
}

/// Whether commits of main are looked for, or their picks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    First,
    Later,
}

struct Search<'s> {
    git: &'s Git,
    requests: &'s HashMap<CommitId, u64>,
    sure: BTreeMap<CommitId, Vec<Pick>>,
    perhaps: Vec<Pick>,
}

impl Search<'_> {
    /// Takes what the wanted commits say that they were picked from.
    fn named_by(&mut self, wanted: &[Commit], off_main: &[&Commit]) -> Vec<Commit> {
        let mut found = Vec::new();
        for origin in wanted {
            for marker in markers(&origin.message) {
                let Some(prefix) = marker.relation.origin_commit() else { continue };
                let mut named = off_main.iter().filter(|commit| prefix.matches(commit.id));
                let (Some(one), None) = (named.next(), named.next()) else { continue };
                let pick = Pick {
                    commit: one.id,
                    origin: origin.id,
                    certainty: Certainty::Yes,
                    known: Known::Trailer,
                    detail: marker.text,
                };
                self.sure.entry(one.id).or_default().push(pick);
                found.push((*one).clone());
            }
        }
        found
    }

    /// Finds the picks of some commits, and returns those that are new and sure.
    fn among(&mut self, sources: &[Commit], candidates: &[&Commit], round: Round) -> Result<Vec<Commit>> {
        let left: Vec<&Commit> = candidates.iter().copied().filter(|one| !self.sure.contains_key(&one.id)).collect();
        let (origins, sieve) = (Origins::new(sources, self.requests), Sieve::for_picks_of(sources, self.requests));
        let like: Vec<Commit> =
            left.iter().filter(|one| sieve.lets_through_read(one)).map(|one| (*one).clone()).collect();
        let said = origins.matches(&like, &HashMap::new(), &all_keys());
        let settled: HashSet<CommitId> =
            said.iter().filter(|one| one.certainty == Certainty::Yes).map(|one| one.pick).collect();
        let open: Vec<&Commit> =
            left.iter().copied().filter(|one| !one.is_merge() && !settled.contains(&one.id)).collect();
        let sources: Vec<&Commit> = sources.iter().collect();
        let patch_ids = self.git.patch_ids(&self.git.changing_alike(&sources, &open)?)?;
        if !open.iter().any(|one| patch_ids.contains_key(&one.id)) {
            return Ok(self.take(said, &like, round));
        }
        let may_pick = |one: &&Commit| patch_ids.contains_key(&one.id) || sieve.lets_through_read(one);
        let like: Vec<Commit> = left.into_iter().filter(may_pick).cloned().collect();
        Ok(self.take(origins.matches(&like, &patch_ids, &all_keys()), &like, round))
    }

    fn take(&mut self, found: Vec<Match>, of: &[Commit], round: Round) -> Vec<Commit> {
        let mut new: HashSet<CommitId> = HashSet::new();
        for one in found {
            let is_known = self.sure.contains_key(&one.pick) && !new.contains(&one.pick);
            let strongest = one.evidence.iter().find(|piece| piece.key != Key::AuthorDate).or(one.evidence.first());
            let Some(strongest) = strongest.filter(|_| !is_known) else { continue };
            // What stands for a pick stands for what that one was picked from.
            let origins: Vec<CommitId> = match self.sure.get(&one.origin) {
                Some(picks) => picks.iter().map(|pick| pick.origin).collect(),
                None => vec![one.origin],
            };
            for origin in origins {
                let pick = Pick {
                    commit: one.pick,
                    origin,
                    certainty: one.certainty,
                    known: Known::from(strongest.key),
                    detail: strongest.detail.clone(),
                };
                match (one.certainty, round) {
                    (Certainty::Yes, _) => {
                        new.insert(one.pick);
                        self.sure.entry(one.pick).or_default().push(pick);
                    }
                    (Certainty::Probably, Round::First) => self.perhaps.push(pick),
                    (Certainty::Probably, Round::Later) => {}
                }
            }
        }
        of.iter().filter(|commit| new.contains(&commit.id)).cloned().collect()
    }
}
