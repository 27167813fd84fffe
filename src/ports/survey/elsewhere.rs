//! Where other lines have some commits of main, found without a look at all of main.
//!
//! A pick is newer than its origin, so each line is read from its newest commit back to the moment of the oldest origin. Main and all
//! lines are read in one walk, for they share what is older than their branches.

use std::collections::{HashMap, HashSet};

use semver::Version;

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId};
use crate::model::config::Config;
use crate::model::error::Result;
use crate::model::line::Line;
use crate::model::notes::brings::Shortfall;
use crate::model::notes::reverts::{Claim, Origin};
use crate::model::presence::Origins;
use crate::model::presence::sieve::Sieve;
use crate::model::tag::TagName;
use crate::model::trailer::markers;
use crate::ports::git::{Git, Tag, first_tags_among};
use crate::ports::settings::Settings;

use super::carriers::{Named, shortfalls};
use super::recognise::{Recognise, picks};
use super::standing::{Stands, Takers};
use super::unsaid::{unsaid, unsaid_among};
use super::walk::{Steps, Walk};

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
    /// The commits that it has, or may have.
    pub has: HashMap<CommitId, Has>,
    /// By which commits of it it has them: the wanted one itself, and picks of it, the oldest first.
    pub carriers: HashMap<CommitId, Vec<CommitId>>,
}

/// Whether a line has a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Has {
    /// It has, and so has every release of it from the one with that tag on, pre-releases left out; `None`: its newest release has not.
    Since(Option<String>),
    /// It had, and this commit takes some of it back, or says so and does not undo it exactly.
    Unsure(CommitId),
    /// It had, and took it back.
    TakenBack,
    /// This commit names it as its origin, and brings something else in its place.
    Claimed(CommitId, Shortfall),
}

/// Finds which of some commits of main each line has for sure: in its history, or as a pick. Picks are known by what they say, and by
/// author, date and title; patches are compared where something says that it takes one of them back, and where one is not as git makes a
/// pick. `requests` are the numbers of the pull requests that brought the commits. `kin` are commits of other lines, whose picks are known
/// by what they name alone: else one would be as much like these as like their origin. Lines without a branch are left out.
///
/// # Errors
/// When main is not here, history is missing, or tags cannot be listed.
pub fn elsewhere(
    git: &Git,
    settings: &Settings,
    lines: &[&Line],
    (of_main, kin): (&[Commit], &[Commit]),
    requests: &HashMap<CommitId, u64>,
) -> Result<Vec<Elsewhere>> {
    let origins = &[of_main, kin].concat();
    let Some(oldest) = origins.iter().map(|origin| origin.committer.seconds).min() else { return Ok(Vec::new()) };
    let main = git.branch_commit(&settings.main)?;
    let places = places(git, settings, lines)?;
    let repository = settings.config.project.repository.as_ref();
    let recognise = Recognise {
        origins: Origins::new(of_main, requests).of(repository),
        named: Origins::new(kin, &HashMap::new()).of(repository),
        sieve: Sieve::for_picks_of(origins, requests),
        requests,
        config: &settings.config,
    };
    let (mut found, mut walks) = (Vec::new(), Vec::new());
    for stretch in places.chunks(LINES_A_WALK) {
        let walk = Walk::back_to(git, &tips(main, stretch), oldest - SLACK_SECONDS, (MAIN, &recognise.sieve))?;
        let of_main = unsaid_among(&walk, &settings.config, origins, |bits| bits & MAIN != 0 && bits != MAIN)?;
        let steps = walk.steps(main);
        for at in 0..stretch.len() {
            let line = Bits::of(at);
            let of_main: Vec<Claim> =
                of_main.iter().filter(|claim| walk.bits(claim.by) & line.tip != 0).cloned().collect();
            found.push(Carried::of(&walk, (line, &steps), (origins, &recognise), &of_main)?);
        }
        walks.push(walk);
    }
    judge(git, settings, &mut found)?;
    let tags = needed_tags(git, settings, &places, &found)?;
    let released = |(at, (place, carried)): (usize, (Place<'_>, Carried))| Elsewhere {
        carriers: carried.by.clone(),
        has: carried.released(
            &walks[at / LINES_A_WALK],
            Bits::of(at % LINES_A_WALK),
            &settings.release_tags(&tags, place.line),
            place.first.map(|(tag, _)| tag),
        ),
        line: place.line.clone(),
        tip: place.tip,
    };
    Ok(places.into_iter().zip(found).enumerate().map(released).collect())
}

/// Returns the tags of those lines of which it takes them to say since which release they have something.
fn needed_tags(git: &Git, settings: &Settings, places: &[Place<'_>], found: &[Carried]) -> Result<Vec<Tag>> {
    let asked: Vec<&Line> =
        places.iter().zip(found).filter(|(_, carried)| carried.needs_tags()).map(|(place, _)| place.line).collect();
    let is_of_one = |name: &str| {
        let version = settings.tag.version_of(name).filter(|version| version.pre.is_empty());
        version.is_some_and(|version| asked.iter().any(|line| line.contains(&version)))
    };
    if asked.is_empty() { Ok(Vec::new()) } else { git.tags_named(is_of_one) }
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

/// Takes from lines what is only said to be there.
fn judge(git: &Git, settings: &Settings, found: &mut [Carried]) -> Result<()> {
    let named = |carried: &Carried| {
        let mut origins: Vec<CommitId> = carried.by.keys().copied().collect();
        // What came as it is needs no name.
        origins.retain(|origin| !carried.by[origin].contains(origin));
        origins.arrange();
        origins
    };
    let all: Vec<(usize, CommitId)> =
        found.iter().enumerate().flat_map(|(at, one)| named(one).into_iter().map(move |origin| (at, origin))).collect();
    if all.is_empty() {
        return Ok(());
    }
    let asked: Vec<Named<'_>> =
        all.iter().map(|(at, origin)| Named { origin: *origin, by: &found[*at].by[origin] }).collect();
    let judged = shortfalls(git, settings, &asked)?;
    for ((at, origin), shortfall) in all.into_iter().zip(judged) {
        let Some(shortfall) = shortfall else { continue };
        let by = found[at].by.remove(&origin).unwrap_or_default();
        found[at].claimed.extend(by.last().map(|by| (origin, Has::Claimed(*by, shortfall))));
    }
    Ok(())
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

/// Which of the wanted commits a line may have, and where.
struct Carried {
    /// In the history of its first release.
    by_first: HashSet<CommitId>,
    /// By which commits of the line: the wanted one itself, and picks of it, the oldest first.
    by: HashMap<CommitId, Vec<CommitId>>,
    /// What is only said to be there.
    claimed: HashMap<CommitId, Has>,
    /// The commits of the line among which those are.
    among: Vec<CommitId>,
    /// What takes something of that back.
    takers: Option<Takers>,
}

impl Carried {
    /// `of_main` is what main took back without a word, and the line has.
    fn of(
        walk: &Walk<'_>,
        (line, main): (Bits, &Steps),
        (origins, recognise): (&[Commit], &Recognise<'_>),
        of_main: &[Claim],
    ) -> Result<Self> {
        // What main had first is no pick; it matters only for what came to the line as it is.
        let own: Vec<CommitId> = walk.beside(line.tip, main).collect();
        let is_own: HashSet<CommitId> = own.iter().copied().collect();
        let has_as_it_is = origins.iter().any(|origin| walk.bits(origin.id) & line.tip != 0);
        let of_line = |id| if has_as_it_is { walk.bits(id) & line.tip != 0 } else { is_own.contains(&id) };
        let may_take_back = walk.has_takers(of_line);
        let found = Self::among(walk, line, (origins, recognise), (&own, of_main), may_take_back)?;
        // What was taken back without a word may have been picked anew, too.
        match found.takers.is_some() && !may_take_back {
            true => Self::among(walk, line, (origins, recognise), (&own, of_main), true),
            false => Ok(found),
        }
    }

    fn among(
        walk: &Walk<'_>,
        line: Bits,
        (origins, recognise): (&[Commit], &Recognise<'_>),
        (own, of_main): (&[CommitId], &[Claim]),
        may_take_back: bool,
    ) -> Result<Self> {
        let has = |id: CommitId, bit: u64| walk.bits(id) & bit != 0;
        let inside: HashSet<CommitId> =
            origins.iter().map(|origin| origin.id).filter(|id| has(*id, line.tip)).collect();
        let by_first: HashSet<CommitId> = inside.iter().copied().filter(|id| has(*id, line.first)).collect();
        let whole = |bits: u64| bits & line.tip != 0;
        // What was taken back may have been picked anew.
        let is_wanted = |id: CommitId| may_take_back || !inside.contains(&id);
        let wanted: HashSet<CommitId> = origins.iter().map(|origin| origin.id).filter(|id| is_wanted(*id)).collect();
        let mut by: HashMap<CommitId, Vec<CommitId>> = inside.iter().map(|id| (*id, vec![*id])).collect();
        if !wanted.is_empty() {
            for (origin, picks) in picks(walk, own, recognise, &wanted)? {
                by.entry(origin).or_default().extend(picks);
            }
        }
        let may_be: Vec<CommitId> = if inside.is_empty() { own.to_vec() } else { walk.with(whole).collect() };
        let carriers: HashSet<CommitId> = by.values().flatten().copied().collect();
        // What main took back may be brought again on the line.
        let known: HashSet<CommitId> = of_main.iter().map(|claim| claim.by).chain(carriers.iter().copied()).collect();
        let mut unsaid = unsaid(walk, recognise.config, own, &known)?;
        unsaid.extend_from_slice(of_main);
        let names = |id| recognise.names(id, origins);
        let takers = takers(walk, recognise.config, &may_be, (&by, &carriers, unsaid), names)?;
        let among = if inside.len() == by_first.len() { own.to_vec() } else { may_be };
        Ok(Self { by_first, by, claimed: HashMap::new(), among, takers })
    }

    fn needs_tags(&self) -> bool {
        self.takers.is_some() || self.by.keys().any(|origin| !self.by_first.contains(origin))
    }

    /// Says of each since which release the line has it, or why that cannot be told. `tags` are those of the line, from the lowest
    /// version to the highest.
    fn released(self, walk: &Walk<'_>, line: Bits, tags: &[&Tag], first: Option<String>) -> HashMap<CommitId, Has> {
        let releases = Releases { walk, line, tags, takers: self.takers.as_ref() };
        let named: Vec<(&str, CommitId)> = tags.iter().map(|tag| (tag.name.as_str(), tag.commit)).collect();
        let nodes = self.among.iter().map(|id| (*id, walk.parents(*id)));
        let found = match tags.is_empty() || self.takers.is_some() {
            true => HashMap::new(),
            false => first_tags_among(nodes, &named),
        };
        let has = |origin: &CommitId, carriers: &[CommitId]| {
            if self.takers.is_some() {
                return releases.has(carriers);
            }
            if self.by_first.contains(origin) {
                return Has::Since(first.clone());
            }
            let name = carriers.first().and_then(|carrier| found.get(carrier)).copied();
            match name.is_none_or(|name| releases.follow(name, &found)) {
                true => Has::Since(name.map(str::to_owned)),
                false => releases.has(carriers),
            }
        };
        let sure = self.by.iter().map(|(origin, carriers)| (*origin, has(origin, carriers)));
        sure.chain(self.claimed.iter().map(|(origin, claimed)| (*origin, claimed.clone()))).collect()
    }
}

/// Finds what takes back the carriers of something, in a history with the oldest commits first; `unsaid` is what does so without a word.
fn takers(
    walk: &Walk<'_>,
    config: &Config,
    history: &[CommitId],
    (by, carriers, unsaid): (&HashMap<CommitId, Vec<CommitId>>, &HashSet<CommitId>, Vec<Claim>),
    names: impl Fn(CommitId) -> Origin,
) -> Result<Option<Takers>> {
    if carriers.is_empty() || unsaid.is_empty() && !history.iter().any(|id| walk.may_take_back(*id)) {
        return Ok(None);
    }
    let named: HashSet<CommitId> = unsaid.iter().flat_map(|claim| claim.of.iter().copied().chain([claim.by])).collect();
    let merges = walk.meant_merges()?;
    let matters = |id: &&CommitId| {
        walk.may_take_back(**id) || merges.contains(*id) || carriers.contains(*id) || named.contains(*id)
    };
    let commits = history.iter().filter(matters).map(|id| walk.git.commit(*id)).collect::<Result<Vec<Commit>>>()?;
    let mut origins: HashMap<CommitId, Origin> = HashMap::new();
    for commit in &commits {
        let named = markers(&commit.message).into_iter().filter_map(|marker| marker.relation.origin_commit()?.full());
        origins.entry(commit.id).or_default().commits.extend(named);
    }
    for (origin, carriers) in by {
        let known = names(*origin);
        for carrier in carriers {
            origins.entry(*carrier).or_default().add(&known);
        }
    }
    Takers::of((walk.git, config), &commits, &origins, carriers, unsaid, |id| walk.known_parents(id))
}

/// The releases of a line.
struct Releases<'r> {
    walk: &'r Walk<'r>,
    line: Bits,
    /// From the lowest version to the highest.
    tags: &'r [&'r Tag],
    takers: Option<&'r Takers>,
}

impl Releases<'_> {
    /// Says whether the newest release descends from that of a tag, as in a line without a turn. `first` has the first tag of each commit.
    fn follow(&self, name: &str, first: &HashMap<CommitId, &str>) -> bool {
        let Some(at) = self.tags.iter().position(|tag| tag.name == name) else { return false };
        let (earlier, wanted) = (&self.tags[..=at], self.tags[at].commit);
        let is_earlier = |id: &CommitId| first.get(id).is_none_or(|name| earlier.iter().any(|tag| tag.name == *name));
        let mut open: Vec<CommitId> = self.tags.last().map(|tag| tag.commit).into_iter().collect();
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            if id == wanted {
                return true;
            }
            if !is_earlier(&id) && seen.insert(id) {
                open.extend(self.walk.parents(id));
            }
        }
        false
    }

    /// Says since which release a change stands in every one.
    fn has(&self, carriers: &[CommitId]) -> Has {
        let within = |has: &dyn Fn(CommitId) -> bool| {
            let inside: Vec<CommitId> = carriers.iter().copied().filter(|id| has(*id)).collect();
            self.takers.map(|takers| takers.within(has)).unwrap_or_default().of(&inside)
        };
        match within(&|id| self.walk.bits(id) & self.line.tip != 0) {
            Stands::Yes => {}
            Stands::No => return Has::TakenBack,
            Stands::Unsure(by) => return Has::Unsure(by),
        }
        let mut since = None;
        for tag in self.tags.iter().rev() {
            let members = self.walk.history(tag.commit);
            match within(&|id| members.contains(&id)) {
                Stands::Yes => since = Some(tag.name.clone()),
                Stands::No | Stands::Unsure(_) => break,
            }
        }
        Has::Since(since)
    }
}
