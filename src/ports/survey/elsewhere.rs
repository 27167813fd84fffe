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
use crate::model::presence::sieve::{Sieve, may_take_back};
use crate::model::presence::{Certainty, Origins, all_keys};
use crate::model::tag::TagName;
use crate::ports::git::{Git, Tag, cut_off, first_tags_among};
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
    let recognise =
        Recognise { origins: Origins::new(origins, requests), sieve: Sieve::for_picks_of(origins, requests) };
    let (mut found, mut walks) = (Vec::new(), Vec::new());
    for stretch in places.chunks(LINES_A_WALK) {
        let walk = Walk::back_to(git, &tips(main, stretch), oldest - SLACK_SECONDS)?;
        let carried = |at: usize| Carried::of(&walk, Bits::of(at), origins, &recognise);
        for line in (0..stretch.len()).map(carried) {
            found.push(line?);
        }
        walks.push(walk);
    }
    let asked: Vec<&Line> =
        places.iter().zip(&found).filter(|(_, carried)| carried.needs_tags()).map(|(place, _)| place.line).collect();
    let is_of_one = |name: &str| {
        let version = settings.tag.version_of(name).filter(|version| version.pre.is_empty());
        version.is_some_and(|version| asked.iter().any(|line| line.contains(&version)))
    };
    let tags = if asked.is_empty() { Vec::new() } else { git.tags_named(is_of_one)? };
    let walk_of = |at: usize| &walks[at / LINES_A_WALK];
    let released = |(at, (place, carried)): (usize, (Place<'_>, Carried))| Elsewhere {
        has: carried.released(walk_of(at), &settings.release_tags(&tags, place.line), place.first.map(|(tag, _)| tag)),
        line: place.line.clone(),
        tip: place.tip,
    };
    Ok(places.into_iter().zip(found).enumerate().map(released).collect())
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
    /// The commits of the line among which those are.
    among: Vec<CommitId>,
}

impl Carried {
    fn of(walk: &Walk<'_>, line: Bits, origins: &[Commit], recognise: &Recognise) -> Result<Self> {
        let has = |origin: &Commit, bit: u64| walk.bits(origin.id) & bit != 0;
        let (inside, missing): (Vec<&Commit>, Vec<&Commit>) = origins.iter().partition(|origin| has(origin, line.tip));
        let (early, late): (Vec<&Commit>, Vec<&Commit>) =
            inside.into_iter().partition(|origin| has(origin, line.first));
        let missing: HashSet<CommitId> = missing.into_iter().map(|origin| origin.id).collect();
        // What main has as well is no pick; it matters only for what came to the line behind its first release.
        let own = |bits: u64| bits & (line.tip | MAIN) == line.tip;
        let among = match (late.is_empty(), missing.is_empty()) {
            (true, true) => Vec::new(),
            (true, false) => walk.with(own).collect(),
            (false, _) => walk.with(|bits| bits & line.tip != 0).collect(),
        };
        let mut by: HashMap<CommitId, CommitId> = late.iter().map(|origin| (origin.id, origin.id)).collect();
        if !missing.is_empty() {
            by.extend(picks(walk.git, walk.with(own).collect(), recognise, &missing)?);
        }
        Ok(Self { by_first: early.into_iter().map(|origin| origin.id).collect(), by, among })
    }

    fn needs_tags(&self) -> bool {
        !self.by.is_empty()
    }

    /// Adds the first release of each. `tags` are those of the line, from the lowest version to the highest.
    fn released(self, walk: &Walk<'_>, tags: &[&Tag], first: Option<String>) -> HashMap<CommitId, Option<String>> {
        let named: Vec<(&str, CommitId)> = tags.iter().map(|tag| (tag.name.as_str(), tag.commit)).collect();
        let nodes = self.among.iter().map(|id| (*id, walk.parents(*id)));
        let found = if self.by.is_empty() { HashMap::new() } else { first_tags_among(nodes, &named) };
        let release = |carrier: CommitId| found.get(&carrier).map(|name| (*name).to_owned());
        let late = self.by.into_iter().map(|(origin, carrier)| (origin, release(carrier)));
        self.by_first.into_iter().map(|origin| (origin, first.clone())).chain(late).collect()
    }
}

/// The commits whose picks are looked for.
struct Recognise {
    origins: Origins,
    sieve: Sieve,
}

/// Returns for each commit that is wanted the first of a line's own commits that is a pick of it and stands. `own` has the
/// oldest first.
fn picks(
    git: &Git,
    own: Vec<CommitId>,
    recognise: &Recognise,
    wanted: &HashSet<CommitId>,
) -> Result<HashMap<CommitId, CommitId>> {
    let seen = git.glance(own.iter().copied(), |id, outline| Glance {
        may_pick: recognise.sieve.lets_through(id, outline),
        may_take_back: outline.is_none_or(|outline| may_take_back(outline.message)),
    })?;
    let read = |ids: &mut dyn Iterator<Item = CommitId>| ids.map(|id| git.commit(id)).collect::<Result<Vec<Commit>>>();
    let like = read(&mut own.iter().zip(&seen).filter(|(_, seen)| seen.may_pick).map(|(id, _)| *id))?;
    let mut all = recognise.origins.matches(&like, &HashMap::new(), &all_keys());
    all.retain(|one| one.certainty == Certainty::Yes && wanted.contains(&one.origin));
    if !all.is_empty() && seen.iter().any(|seen| seen.may_take_back) {
        let fates = Fates::new(&read(&mut own.iter().copied())?);
        all.retain(|one| fates.fate(one.pick).reverted_by.is_none());
    }
    let mut found: HashMap<CommitId, CommitId> = HashMap::new();
    for one in all {
        found.entry(one.origin).or_insert(one.pick);
    }
    Ok(found)
}

/// What is seen of a commit without taking it apart.
struct Glance {
    /// Whether it may be a pick of a commit that is looked for.
    may_pick: bool,
    /// Whether it may take another one back.
    may_take_back: bool,
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

    /// Returns the commits with such bits, the oldest first.
    fn with(&self, wanted: impl Fn(u64) -> bool) -> impl Iterator<Item = CommitId> {
        self.order.iter().rev().copied().filter(move |id| wanted(self.bits(*id)))
    }

    fn parents(&self, id: CommitId) -> &[CommitId] {
        self.commits.get(&id).map_or(&[], |known| known.parents.as_slice())
    }
}
