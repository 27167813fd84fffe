//! Where other lines have some commits of main, found without a look at all of main.
//!
//! A pick is newer than its origin, so each line is read from its newest commit back to the moment of the oldest origin. All
//! lines are read in one walk, for they share what is older than their branches.

use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::model::branch::BranchName;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::follow_up::Fates;
use crate::model::line::Line;
use crate::model::presence::{Certainty, Match, Origins, all_keys};
use crate::ports::git::{Git, cut_off, first_tags};
use crate::ports::settings::Settings;

/// A clock that is wrong by less than this, or a fix that was on the lines before it was on main, hides no pick.
const SLACK_SECONDS: i64 = 7 * 24 * 60 * 60;
/// So many lines are read in one walk: as many as a mask has bits.
const LINES_A_WALK: usize = 64;

/// A line, and what it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The line.
    pub line: Line,
    /// Its branch.
    pub branch: BranchName,
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
/// When history is missing, or tags cannot be listed.
pub fn elsewhere(
    git: &Git,
    settings: &Settings,
    lines: &[&Line],
    origins: &[Commit],
    requests: &HashMap<CommitId, u64>,
) -> Result<Vec<Elsewhere>> {
    let Some(oldest) = origins.iter().map(|origin| origin.committer.seconds).min() else { return Ok(Vec::new()) };
    let at = |line: &&Line| {
        let branch = settings.branch_of(git, line).ok()?;
        let tip = git.branch_commit(&branch).ok()?;
        Some(Elsewhere { line: (*line).clone(), branch, tip, has: HashMap::new() })
    };
    let found: Vec<Elsewhere> = lines.iter().filter_map(at).collect();
    let recognise = Origins::new(origins, requests);
    let wanted: HashSet<CommitId> = origins.iter().map(|origin| origin.id).collect();
    let mut read = Vec::new();
    for stretch in found.chunks(LINES_A_WALK) {
        let tips: Vec<CommitId> = stretch.iter().map(|line| line.tip).collect();
        let walked = Walk::back_to(git, &tips, oldest - SLACK_SECONDS)?;
        for line in 0..stretch.len() {
            let commits = walked.of_line(line);
            let carriers = carriers(&commits, &recognise, &wanted);
            read.push((commits, carriers));
        }
    }
    let having: Vec<&Line> =
        found.iter().zip(&read).filter(|(_, (_, carriers))| !carriers.is_empty()).map(|(line, _)| &line.line).collect();
    let is_of_one = |name: &str| {
        let version = settings.tag.version_of(name).filter(|version| version.pre.is_empty());
        version.is_some_and(|version| having.iter().any(|line| line.contains(&version)))
    };
    let tags = if having.is_empty() { Vec::new() } else { git.tags_named(is_of_one)? };
    let released = |line: Elsewhere, commits: &[Commit], carriers: HashMap<CommitId, CommitId>| {
        let tags = settings.release_tags(&tags, &line.line);
        let named: Vec<(&str, CommitId)> = tags.iter().map(|tag| (tag.name.as_str(), tag.commit)).collect();
        let first = first_tags(commits, &named);
        let release = |carrier: CommitId| first.get(&carrier).map(|name| (*name).to_owned());
        Elsewhere { has: carriers.into_iter().map(|(origin, carrier)| (origin, release(carrier))).collect(), ..line }
    };
    Ok(found.into_iter().zip(read).map(|(line, (commits, carriers))| released(line, &commits, carriers)).collect())
}

/// Returns for each commit that is wanted and that a line has the commit that carries it: itself, or the first pick that stands.
fn carriers(commits: &[Commit], recognise: &Origins, wanted: &HashSet<CommitId>) -> HashMap<CommitId, CommitId> {
    let mut found: HashMap<CommitId, CommitId> = HashMap::new();
    let fates = Fates::new(commits);
    let stands = |one: &Match| {
        let is_pick = one.pick != one.origin && !wanted.contains(&one.pick);
        is_pick && one.certainty == Certainty::Yes && fates.fate(one.pick).reverted_by.is_none()
    };
    let picks = recognise.matches(commits, &HashMap::new(), &all_keys());
    for one in picks.iter().filter(|one| stands(one)) {
        found.entry(one.origin).or_insert(one.pick);
    }
    found.extend(commits.iter().map(|commit| commit.id).filter(|id| wanted.contains(id)).map(|id| (id, id)));
    found
}

/// The newer commits of some branches.
struct Walk {
    /// Each with the branches that have it, one bit a branch.
    commits: HashMap<CommitId, (Commit, u64)>,
    /// Their names, the newest first.
    order: Vec<CommitId>,
}

impl Walk {
    /// Reads the histories of commits back to a moment, in seconds since 1970-01-01 UTC.
    fn back_to(git: &Git, tips: &[CommitId], not_before: i64) -> Result<Self> {
        let mut walk = Self { commits: HashMap::new(), order: Vec::new() };
        let ends = if git.is_shallow() { cut_off(git) } else { HashSet::new() };
        let mut open: BinaryHeap<(i64, CommitId, u64)> = BinaryHeap::new();
        let mut next: Vec<(CommitId, u64)> = tips.iter().enumerate().map(|(bit, tip)| (*tip, 1 << bit)).collect();
        loop {
            for (id, bits) in next.drain(..) {
                let seconds = match walk.commits.entry(id) {
                    Entry::Occupied(known) => known.get().0.committer.seconds,
                    Entry::Vacant(new) => new.insert((git.commit(id)?, 0)).0.committer.seconds,
                };
                if seconds >= not_before {
                    open.push((seconds, id, bits));
                }
            }
            let Some((_, id, bits)) = open.pop() else { break };
            let Some((commit, known)) = walk.commits.get_mut(&id) else { continue };
            if *known == 0 {
                walk.order.push(id);
            }
            let more = bits & !*known;
            *known |= bits;
            if more != 0 && !ends.contains(&id) {
                next.extend(commit.parents.iter().map(|parent| (*parent, more)));
            }
        }
        Ok(walk)
    }

    /// Returns the commits of one branch, the oldest first.
    fn of_line(&self, bit: usize) -> Vec<Commit> {
        let has = |id: &&CommitId| self.commits.get(*id).is_some_and(|(_, bits)| bits & (1 << bit) != 0);
        let all = self.order.iter().rev().filter(has);
        all.filter_map(|id| self.commits.get(id)).map(|(commit, _)| commit.clone()).collect()
    }
}
