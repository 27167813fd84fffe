//! The search for a set of commits that makes a fix apply.

use std::collections::{HashMap, HashSet};

use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::Result;
use crate::model::forecast::{Forecast, Outcome};
use crate::model::path::PathPolicies;
use crate::model::prerequisite::Candidate;
use crate::ports::git::{Git, Treeish, Worker};
use crate::steps::pick::chain::link;

use super::{Gather, Request};

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

    /// Searches: the first pick that conflicts brings in what it touches, until all apply or nothing is left to bring in.
    pub fn run(&mut self, gather: &mut Gather<'_>) -> Result<(Vec<Candidate>, Found)> {
        let fix = self.request.fix;
        let mut candidates = gather.stated(fix)?;
        for candidate in &candidates {
            self.join(gather, candidate.commit, 1, Hold::Firm)?;
        }
        let mut asked = HashSet::new();
        loop {
            if self.members.len() > self.request.budget.max_count {
                return Ok((candidates, Found::OverBudget(self.members.len())));
            }
            let all: Vec<Commit> = self.members.iter().map(|member| member.commit.clone()).collect();
            let (at, files) = match self.chain(&all)? {
                Chain::Applies => {
                    let set = self.minimised()?;
                    return Ok((candidates, Found::Set(set)));
                }
                Chain::Conflict { at, files } => (at, files),
            };
            let (commit, depth) = match self.members.iter().find(|member| member.commit.id == at) {
                Some(member) => (member.commit.clone(), member.depth),
                None => (fix.clone(), 0),
            };
            let touched = gather.touched(&commit, &files)?;
            if at == fix.id && asked.insert(at) {
                let new = touched.iter().filter(|one| candidates.iter().all(|known| known.commit != one.commit));
                let new: Vec<Candidate> = new.cloned().collect();
                candidates.extend(new);
                candidates.sort_by_key(|candidate| gather.place(candidate.commit));
            }
            let new: Vec<CommitId> = touched.iter().map(|one| one.commit).filter(|one| self.is_new(*one)).collect();
            if new.is_empty() {
                if !self.give_up(at) {
                    return Ok((candidates, Found::DeadEnd { at, files }));
                }
            } else if depth >= self.request.budget.max_depth {
                return Ok((candidates, Found::OverBudget(self.members.len() + new.len())));
            }
            for commit in new {
                self.join(gather, commit, depth + 1, Hold::Loose)?;
            }
        }
    }

    fn is_new(&self, commit: CommitId) -> bool {
        commit != self.request.fix.id
            && !self.hopeless.contains(&commit)
            && self.members.iter().all(|member| member.commit.id != commit)
    }

    /// Adds a commit, and with it what its message asks for.
    fn join(&mut self, gather: &mut Gather<'_>, commit: CommitId, depth: usize, hold: Hold) -> Result<()> {
        let mut waiting = vec![commit];
        while let Some(next) = waiting.pop() {
            if !self.is_new(next) || self.members.len() > self.request.budget.max_count {
                continue;
            }
            let commit = self.git.commit(next)?;
            waiting.extend(gather.stated(&commit)?.into_iter().map(|candidate| candidate.commit));
            self.members.push(Member { commit, depth, hold });
        }
        self.members.sort_by_key(|member| gather.place(member.commit.id));
        Ok(())
    }

    /// Leaves a member out for good. The fix and what messages ask for cannot be left out.
    fn give_up(&mut self, at: CommitId) -> bool {
        let before = self.members.len();
        self.members.retain(|member| member.commit.id != at || member.hold == Hold::Firm);
        self.hopeless.insert(at);
        self.members.len() < before
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
