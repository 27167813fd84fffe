//! A few commits of main, and everything in the repository that stands for one of them: picks, and picks of picks.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::advisory::lines::Known;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::presence::sieve::Sieve;
use crate::model::presence::{Certainty, Key, Match, Origins, all_keys};
use crate::model::trailer::markers;
use crate::ports::git::{Git, Glanced, Outlined};

use super::proven::outlined;
use super::requests::Requests;

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

impl Pick {
    /// Says whether evidence of it is told by how it is known: of what is not sure, only where that alone says so.
    pub fn is_told(&self) -> bool {
        self.certainty == Certainty::Yes || self.known == Known::FixLike
    }
}

/// Finds the picks of some commits of main, and the picks of those: among commits that main lacks by everything that shows one, and
/// among those of main by what they say. A commit of which a wanted one says that it was picked from there stands for it, too.
///
/// # Errors
/// When an object is missing or git fails.
pub(super) fn picks(
    git: &Git,
    wanted: &[Commit],
    requests: &Requests<'_>,
    off_main: &[&Glanced],
    on_main: &[&Glanced],
) -> Result<Vec<Pick>> {
    let mut search = Search { git, requests, sure: BTreeMap::new(), perhaps: Vec::new() };
    let mut sources: Vec<Commit> = wanted.to_vec();
    sources.extend(search.named_by(wanted, off_main)?);
    let mut round = Round::First;
    while !sources.is_empty() {
        let mut next: Vec<Commit> = search.among(&sources, off_main, round)?;
        let sieve = Sieve::for_what_names(sources.iter().map(|commit| commit.id));
        let again = through(git, &sieve, on_main)?;
        let said = Origins::new(&sources, &HashMap::new());
        let said = said.matches(&again, &HashMap::new(), &HashSet::from([Key::Trailer]));
        next.extend(search.take(said, &again, Round::Later));
        sources = next;
        round = Round::Later;
    }
    let Search { sure, perhaps, .. } = search;
    let is_open = |one: &Pick| !sure.contains_key(&one.commit);
    let perhaps: Vec<Pick> = perhaps.into_iter().filter(is_open).collect();
    Ok(sure.into_values().flatten().chain(perhaps).collect())
}

/// Reads the commits that a sieve lets through.
fn through(git: &Git, sieve: &Sieve, commits: &[&Glanced]) -> Result<Vec<Commit>> {
    let sieve = sieve.for_gists();
    let passes = |one: &&&Glanced| sieve.lets_through(one.id(), one.written, &one.gist);
    commits.iter().filter(passes).map(|one| git.commit(one.id())).collect()
}

/// Whether commits of main are looked for, or their picks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    First,
    Later,
}

struct Search<'s> {
    git: &'s Git,
    requests: &'s Requests<'s>,
    sure: BTreeMap<CommitId, Vec<Pick>>,
    perhaps: Vec<Pick>,
}

impl Search<'_> {
    /// Takes what the wanted commits say that they were picked from.
    fn named_by(&mut self, wanted: &[Commit], off_main: &[&Glanced]) -> Result<Vec<Commit>> {
        let mut found = Vec::new();
        for origin in wanted {
            for marker in markers(&origin.message) {
                let Some(prefix) = marker.relation.origin_commit() else { continue };
                let mut named = off_main.iter().map(|commit| commit.id()).filter(|id| prefix.matches(*id));
                let (Some(one), None) = (named.next(), named.next()) else { continue };
                let pick = Pick {
                    commit: one,
                    origin: origin.id,
                    certainty: Certainty::Yes,
                    known: Known::Trailer,
                    detail: marker.text,
                };
                self.sure.entry(one).or_default().push(pick);
                found.push(self.git.commit(one)?);
            }
        }
        Ok(found)
    }

    /// Finds the picks of some commits, and returns those that are new and sure.
    fn among(&mut self, sources: &[Commit], candidates: &[&Glanced], round: Round) -> Result<Vec<Commit>> {
        let left: Vec<&Glanced> = candidates.iter().copied().filter(|one| !self.sure.contains_key(&one.id())).collect();
        let requests = self.requests.of(sources)?;
        let (origins, sieve) = (Origins::new(sources, &requests), Sieve::for_picks_of(sources, &requests));
        let like = through(self.git, &sieve, &left)?;
        let said = origins.matches(&like, &HashMap::new(), &all_keys());
        let settled: HashSet<CommitId> =
            said.iter().filter(|one| one.certainty == Certainty::Yes).map(|one| one.pick).collect();
        let is_open = |one: &&&Glanced| !one.is_merge() && !settled.contains(&one.id());
        let open: Vec<&Outlined> = left.iter().filter(is_open).map(|one| &one.outlined).collect();
        let sources: Vec<Outlined> = sources.iter().map(outlined).collect();
        let patch_ids = self.git.patch_ids(&self.git.changing_alike(&sources.iter().collect::<Vec<_>>(), &open)?)?;
        if !open.iter().any(|one| patch_ids.contains_key(&one.id)) {
            return Ok(self.take(said, &like, round));
        }
        let known: HashSet<CommitId> = like.iter().map(|one| one.id).collect();
        let may_pick = |one: &&Glanced| patch_ids.contains_key(&one.id()) || known.contains(&one.id());
        let like = left.into_iter().filter(may_pick).map(|one| self.git.commit(one.id()));
        let like = like.collect::<Result<Vec<Commit>>>()?;
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
