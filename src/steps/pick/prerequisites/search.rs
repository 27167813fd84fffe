//! The search for a set of commits that makes a fix apply.

use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::{Forecast, Outcome};
use crate::model::path::PathPolicies;
use crate::model::prerequisite::Candidate;
use crate::ports::git::{Git, Treeish, Worker};
use crate::ports::survey::chain::link;

use super::{Gather, Request};

/// A search that has worked out this many picks ends, however much of its budget is left.
const MOST_PICKS: usize = 40;

/// A commit that conflicts in more files is a rework of the whole tree: blame takes long for it, and what it touches fits no
/// budget. It is left out.
const MOST_FILES: usize = 12;

/// What the search came to.
pub enum Found {
    /// These, in order, and then the fix.
    Set(Vec<CommitId>),
    /// The budget does not allow so many.
    OverBudget(usize),
    /// No commit explains the conflict.
    DeadEnd {
        /// Whose pick conflicts.
        at: CommitId,
        /// Where.
        files: Vec<String>,
    },
}

/// A commit of the set.
#[derive(Debug, Clone)]
struct Member {
    commit: Commit,
    depth: usize,
    hold: Hold,
    /// The commit for whose sake it was brought in.
    sponsor: CommitId,
}

/// How a commit comes into the set.
#[derive(Debug, Clone, Copy)]
struct Joining {
    depth: usize,
    hold: Hold,
    sponsor: CommitId,
}

/// Whether a member may be left out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// A message asks for it.
    Firm,
    /// It was tried because it touched the same lines.
    Loose,
}

/// How a chain of picks ended.
enum Chain {
    Applies,
    Conflict { at: CommitId, files: Vec<String> },
}

/// The state of a search.
pub struct Search<'s, 'w> {
    worker: &'s mut Worker<'w>,
    git: &'s Git,
    policies: &'s PathPolicies,
    request: &'s Request<'s>,
    members: Vec<Member>,
    /// Commits that need a person's hand themselves, so that they cannot help.
    hopeless: HashSet<CommitId>,
    known: HashMap<(TreeId, CommitId), Forecast>,
}

impl<'s, 'w> Search<'s, 'w> {
    pub fn new(worker: &'s mut Worker<'w>, git: &'s Git, policies: &'s PathPolicies, request: &'s Request<'s>) -> Self {
        let (members, hopeless, known) = (Vec::new(), HashSet::new(), HashMap::new());
        Self { worker, git, policies, request, members, hopeless, known }
    }

    /// Returns how many picks were worked out.
    pub fn tried(&self) -> usize {
        self.known.len()
    }

    /// Searches: the first pick that conflicts brings in what it touches, until all apply. One that cannot be helped within
    /// the budget is left out, with what only it had brought in.
    pub fn run(&mut self, gather: &mut Gather<'_>) -> Result<(Vec<Candidate>, Found)> {
        let fix = self.request.fix;
        let mut candidates = gather.stated(fix)?;
        for candidate in &candidates {
            self.join(gather, candidate.commit, Joining { depth: 1, hold: Hold::Firm, sponsor: fix.id })?;
        }
        let mut over_budget = None;
        loop {
            let all: Vec<Commit> = self.members.iter().map(|member| member.commit.clone()).collect();
            let (at, files) = match self.chain(&all)? {
                Chain::Applies => return Ok((candidates, Found::Set(self.minimised()?))),
                Chain::Conflict { at, files } => (at, files),
            };
            let new = self.expand(gather, at, &files, &mut candidates)?;
            let needed = self.members.len() + new.len();
            let depth = self.depth(at);
            let budget = self.request.budget;
            let too_much = !new.is_empty() && (needed > budget.max_count || depth >= budget.max_depth);
            if too_much {
                over_budget = Some(needed);
            }
            if self.tried() > MOST_PICKS || ((new.is_empty() || too_much) && !self.give_up(at)) {
                let found = over_budget.map_or(Found::DeadEnd { at, files }, Found::OverBudget);
                return Ok((candidates, found));
            }
            if !too_much {
                for commit in new {
                    self.join(gather, commit, Joining { depth: depth + 1, hold: Hold::Loose, sponsor: at })?;
                }
            }
        }
    }

    /// Returns what may help a commit that conflicts. What may help the fix itself is noted among the candidates.
    fn expand(
        &self,
        gather: &mut Gather<'_>,
        at: CommitId,
        files: &[String],
        candidates: &mut Vec<Candidate>,
    ) -> Result<Vec<CommitId>> {
        let member = self.members.iter().find(|member| member.commit.id == at);
        let touched = match member {
            Some(_) if files.len() > MOST_FILES => Vec::new(),
            Some(member) => gather.touched(&member.commit, files, self.request.budget.max_count)?,
            None => gather.touched(self.request.fix, files, usize::MAX)?,
        };
        let new = touched.iter().map(|one| one.commit).filter(|one| self.is_new(*one)).collect();
        if member.is_none() {
            for one in touched {
                if candidates.iter().all(|known| known.commit != one.commit) {
                    candidates.push(one);
                }
            }
            candidates.arrange_by_key(|candidate| gather.place(candidate.commit));
        }
        Ok(new)
    }

    /// Returns how many steps a commit is away from the fix.
    fn depth(&self, at: CommitId) -> usize {
        self.members.iter().find(|member| member.commit.id == at).map_or(0, |member| member.depth)
    }

    fn is_new(&self, commit: CommitId) -> bool {
        commit != self.request.fix.id
            && !self.hopeless.contains(&commit)
            && self.members.iter().all(|member| member.commit.id != commit)
    }

    /// Adds a commit, and with it what its message asks for.
    fn join(&mut self, gather: &mut Gather<'_>, commit: CommitId, joining: Joining) -> Result<()> {
        let Joining { depth, hold, sponsor } = joining;
        let mut waiting = vec![(commit, sponsor)];
        while let Some((next, sponsor)) = waiting.pop() {
            if !self.is_new(next) {
                continue;
            }
            let commit = self.git.commit(next)?;
            waiting.extend(gather.stated(&commit)?.into_iter().map(|candidate| (candidate.commit, next)));
            self.members.push(Member { commit, depth, hold, sponsor });
        }
        self.members.arrange_by_key(|member| gather.place(member.commit.id));
        Ok(())
    }

    /// Leaves a member out for good, and what only it had brought in. The fix and what messages ask for stay.
    fn give_up(&mut self, at: CommitId) -> bool {
        let before = self.members.len();
        self.members.retain(|member| member.commit.id != at || member.hold == Hold::Firm);
        if self.members.len() == before {
            return false;
        }
        self.hopeless.insert(at);
        loop {
            let here: HashSet<CommitId> = self.members.iter().map(|member| member.commit.id).collect();
            let fix = self.request.fix.id;
            let count = self.members.len();
            self.members
                .retain(|member| member.hold == Hold::Firm || member.sponsor == fix || here.contains(&member.sponsor));
            if self.members.len() == count {
                return true;
            }
        }
    }

    /// Picks commits and then the fix, each onto what the last one gave.
    fn chain(&mut self, picks: &[Commit]) -> Result<Chain> {
        let fix = self.request.fix;
        let mut onto = self.request.onto;
        for pick in picks.iter().chain(std::iter::once(fix)) {
            let forecast = self.forecast(pick, onto)?;
            if forecast.outcome == Outcome::Conflict {
                return Ok(Chain::Conflict { at: pick.id, files: forecast.files });
            }
            onto = Treeish { tree: forecast.tree, commit: None };
        }
        Ok(Chain::Applies)
    }

    fn forecast(&mut self, pick: &Commit, onto: Treeish) -> Result<Forecast> {
        if let Some(forecast) = self.known.get(&(onto.tree, pick.id)) {
            return Ok(forecast.clone());
        }
        let forecast = link(self.worker, self.git, self.policies, pick, onto)?.forecast;
        self.known.insert((onto.tree, pick.id), forecast.clone());
        Ok(forecast)
    }

    /// Leaves out, the newest first, whatever the rest applies without, until nothing more can go.
    fn minimised(&mut self) -> Result<Vec<CommitId>> {
        let mut kept = self.members.clone();
        let mut at = kept.len();
        while at > 0 {
            at -= 1;
            if kept[at].hold == Hold::Firm {
                continue;
            }
            let mut without = kept.clone();
            without.remove(at);
            let commits: Vec<Commit> = without.iter().map(|member| member.commit.clone()).collect();
            if let Chain::Applies = self.chain(&commits)? {
                kept = without;
                at = kept.len();
            }
        }
        Ok(kept.into_iter().map(|member| member.commit.id).collect())
    }
}
