//! Where other lines have some commits of main, found without a look at all of main.
//!
//! A pick is newer than its origin, so each line is read from its newest commit back to the moment of the oldest origin. Main and all
//! lines are read in one walk, for they share what is older than their branches.

use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap, HashSet};

use semver::Version;

use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::follow_up::Fates;
use crate::model::line::Line;
use crate::model::presence::{Certainty, Match, Origins, all_keys};
use crate::model::tag::TagName;
use crate::ports::git::{Git, Tag, cut_off, first_tags};
use crate::ports::settings::Settings;

/// A clock that is wrong by less than this, or a fix that was on the lines before it was on main, hides no pick.
const SLACK_SECONDS: i64 = 7 * 24 * 60 * 60;
/// So many lines are read in one walk: a mask has 64 bits, one for main and two for each line.
const LINES_A_WALK: usize = 31;
/// The bit of what main has.
const MAIN: u64 = 1;

/// A line, and what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The line.
    pub line: Line,
    /// Its newest commit.
    pub tip: CommitId,
    /// The commits that it has: each with the tag of the first release that has it, pre-releases left out, where there is one.
    pub has: HashMap<CommitId, Option<String>>,
}

/// Finds which of some commits of main each line has for sure: in its history, or as a pick that stands. Picks are known by what they
/// say, and by author, date and title; patches are not compared. `requests` are the numbers of the pull requests that brought the
/// commits. Lines without a branch are left out.
///
/// # Errors
/// When main is not here, history is missing, or tags cannot be listed.
pub fn elsewhere(
    git: &Git,
    settings: &Settings,
    lines: &[&Line],
    origins: &[Commit],
    requests: &HashMap<CommitId, u64>,
) -> Result<Vec<Elsewhere>> {
    let Some(oldest) = origins.iter().map(|origin| origin.committer.seconds).min() else { return Ok(Vec::new()) };
    let main = git.branch_commit(&settings.main)?;
    let places = places(git, settings, lines)?;
    let recognise = Origins::new(origins, requests);
    let mut found = Vec::new();
    for stretch in places.chunks(LINES_A_WALK) {
        let walk = Walk::back_to(git, &tips(main, stretch), oldest - SLACK_SECONDS)?;
        let carried = |at: usize| Carried::of(&walk, Bits::of(at), origins, &recognise);
        for line in (0..stretch.len()).map(carried) {
            found.push(line?);
        }
    }
    let asked: Vec<&Line> =
        places.iter().zip(&found).filter(|(_, carried)| carried.needs_tags()).map(|(place, _)| place.line).collect();
    let is_of_one = |name: &str| {
        let version = settings.tag.version_of(name).filter(|version| version.pre.is_empty());
        version.is_some_and(|version| asked.iter().any(|line| line.contains(&version)))
    };
    let tags = if asked.is_empty() { Vec::new() } else { git.tags_named(is_of_one)? };
    let released = |(place, carried): (Place<'_>, Carried)| Elsewhere {
        has: carried.released(&settings.release_tags(&tags, place.line), place.first.map(|(tag, _)| tag)),
        line: place.line.clone(),
        tip: place.tip,
    };
    Ok(places.into_iter().zip(found).map(released).collect())
}

/// Where a line is.
struct Place<'l> {
    line: &'l Line,
    tip: CommitId,
    /// Its first release.
    first: Option<(String, CommitId)>,
}

fn places<'l>(git: &Git, settings: &Settings, lines: &[&'l Line]) -> Result<Vec<Place<'l>>> {
    let mut lowest: HashMap<usize, (Version, TagName)> = HashMap::new();
    for tag in git.tag_names()? {
        let version = settings.tag.version_of(tag.as_str()).filter(|version| version.pre.is_empty());
        let Some(version) = version else { continue };
        for (at, _) in lines.iter().enumerate().filter(|(_, line)| line.contains(&version)) {
            let is_lower = lowest.get(&at).is_none_or(|(known, _)| version.cmp_precedence(known).is_lt());
            if is_lower {
                lowest.insert(at, (version.clone(), tag.clone()));
            }
        }
    }
    let place = |(at, line): (usize, &&'l Line)| {
        let tip = git.branch_commit(&settings.branch_of(git, line).ok()?).ok()?;
        let first = lowest.get(&at).and_then(|(_, tag)| Some((tag.to_string(), git.tag_commit(tag)?)));
        Some(Place { line, tip, first })
    };
    Ok(lines.iter().enumerate().filter_map(place).collect())
}

/// The bits of a line in a mask.
#[derive(Clone, Copy)]
struct Bits {
    /// Of what its newest commit has.
    tip: u64,
    /// Of what its first release has.
    first: u64,
}

impl Bits {
    const fn of(at: usize) -> Self {
        Self { tip: MAIN << (2 * at + 1), first: MAIN << (2 * at + 2) }
    }
}

fn tips(main: CommitId, places: &[Place<'_>]) -> Vec<(CommitId, u64)> {
    let mut tips = vec![(main, MAIN)];
    for (at, place) in places.iter().enumerate() {
        let bits = Bits::of(at);
        tips.push((place.tip, bits.tip));
        tips.extend(place.first.as_ref().map(|(_, commit)| (*commit, bits.first)));
    }
    tips
}

/// Which of the wanted commits a line has, and where.
struct Carried {
    /// In the history of its first release.
    by_first: Vec<CommitId>,
    /// By a commit of the line: itself, or the first pick of it that stands.
    by: HashMap<CommitId, CommitId>,
    /// The commits of the line among which those are, parents before children.
    commits: Vec<Commit>,
}

impl Carried {
    fn of(walk: &Walk<'_>, line: Bits, origins: &[Commit], recognise: &Origins) -> Result<Self> {
        let has = |origin: &Commit, bit: u64| walk.bits(origin.id) & bit != 0;
        let (inside, missing): (Vec<&Commit>, Vec<&Commit>) = origins.iter().partition(|origin| has(origin, line.tip));
        let (early, late): (Vec<&Commit>, Vec<&Commit>) =
            inside.into_iter().partition(|origin| has(origin, line.first));
        let missing: HashSet<CommitId> = missing.into_iter().map(|origin| origin.id).collect();
        // What main has as well is no pick; it matters only for what came to the line behind its first release.
        let commits = match (late.is_empty(), missing.is_empty()) {
            (true, true) => Vec::new(),
            (true, false) => walk.commits(|bits| bits & (line.tip | MAIN) == line.tip)?,
            (false, _) => walk.commits(|bits| bits & line.tip != 0)?,
        };
        let mut by: HashMap<CommitId, CommitId> = late.iter().map(|origin| (origin.id, origin.id)).collect();
        if !missing.is_empty() {
            let own: Vec<Commit> = commits.iter().filter(|commit| walk.bits(commit.id) & MAIN == 0).cloned().collect();
            by.extend(picks(&own, recognise, &missing));
        }
        Ok(Self { by_first: early.into_iter().map(|origin| origin.id).collect(), by, commits })
    }

    fn needs_tags(&self) -> bool {
        !self.by.is_empty()
    }

    /// Adds the first release of each. `tags` are those of the line, from the lowest version to the highest.
    fn released(self, tags: &[&Tag], first: Option<String>) -> HashMap<CommitId, Option<String>> {
        let named: Vec<(&str, CommitId)> = tags.iter().map(|tag| (tag.name.as_str(), tag.commit)).collect();
        let found = if self.by.is_empty() { HashMap::new() } else { first_tags(&self.commits, &named) };
        let release = |carrier: CommitId| found.get(&carrier).map(|name| (*name).to_owned());
        let late = self.by.into_iter().map(|(origin, carrier)| (origin, release(carrier)));
        self.by_first.into_iter().map(|origin| (origin, first.clone())).chain(late).collect()
    }
}

/// Returns for each commit that is wanted the first of a line's own commits that is a pick of it and stands.
fn picks(own: &[Commit], recognise: &Origins, wanted: &HashSet<CommitId>) -> HashMap<CommitId, CommitId> {
    let mut found: HashMap<CommitId, CommitId> = HashMap::new();
    let fates = Fates::new(own);
    let stands = |one: &&Match| {
        let is_pick = one.certainty == Certainty::Yes && wanted.contains(&one.origin);
        is_pick && fates.fate(one.pick).reverted_by.is_none()
    };
    let all = recognise.matches(own, &HashMap::new(), &all_keys());
    for one in all.iter().filter(stands) {
        found.entry(one.origin).or_insert(one.pick);
    }
    found
}

/// The newer commits of some histories.
struct Walk<'g> {
    git: &'g Git,
    commits: HashMap<CommitId, Walked>,
    /// Their names, the newest first.
    order: Vec<CommitId>,
}

/// A commit that was walked over.
struct Walked {
    parents: Vec<CommitId>,
    seconds: i64,
    /// A bit for each history that has it.
    bits: u64,
}

impl<'g> Walk<'g> {
    /// Reads the histories of commits, each with its bit, back to a moment, in seconds since 1970-01-01 UTC.
    fn back_to(git: &'g Git, tips: &[(CommitId, u64)], not_before: i64) -> Result<Self> {
        let mut walk = Self { git, commits: HashMap::new(), order: Vec::new() };
        let ends = if git.is_shallow() { cut_off(git) } else { HashSet::new() };
        let mut open: BinaryHeap<(i64, CommitId, u64)> = BinaryHeap::new();
        let mut next = tips.to_vec();
        loop {
            for (id, bits) in next.drain(..) {
                let seconds = match walk.commits.entry(id) {
                    Entry::Occupied(known) => known.get().seconds,
                    Entry::Vacant(new) => {
                        let (parents, seconds) = git.parents_of(id)?;
                        new.insert(Walked { parents, seconds, bits: 0 }).seconds
                    }
                };
                if seconds >= not_before {
                    open.push((seconds, id, bits));
                }
            }
            let Some((_, id, bits)) = open.pop() else { break };
            let Some(known) = walk.commits.get_mut(&id) else { continue };
            if known.bits == 0 {
                walk.order.push(id);
            }
            let more = bits & !known.bits;
            known.bits |= bits;
            if more != 0 && !ends.contains(&id) {
                next.extend(known.parents.iter().map(|parent| (*parent, more)));
            }
        }
        Ok(walk)
    }

    /// Returns the bits of the histories that have a commit, as far as they were read.
    fn bits(&self, id: CommitId) -> u64 {
        self.commits.get(&id).map_or(0, |known| known.bits)
    }

    /// Reads the commits with such bits, the oldest first.
    fn commits(&self, wanted: impl Fn(u64) -> bool) -> Result<Vec<Commit>> {
        let all = self.order.iter().rev().filter(|id| wanted(self.bits(**id)));
        all.map(|id| self.git.commit(*id)).collect()
    }
}
