//! Gathers what history says of a flaw: the commits that bring, repair and take back, and which versions and branches have them.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::model::advisory::contain::{Bringers, Flaw, Graph, Holdings, Judged, TakenBack};
use crate::model::advisory::lines::{Known, LineEvidence, Role};
use crate::model::advisory::range::{CommitRange, Since, commit_range};
use crate::model::advisory::reverts::{Copies, reverts};
use crate::model::advisory::runs::Has;
use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::presence::Certainty;
use crate::ports::git::{Git, Glanced};

use super::again::{made_again, sayings};
use super::behind::{Behind, behind, in_order, sides};
use super::code::Looks;
use super::copies::{Pick, picks};
use super::parts::{parts, picks_of_stated};
use super::proven::prove;
use super::remade::Remade;
use super::requests::Requests;
use super::reverted::{History, Taken};

/// Committer dates may be wrong by so much, and no pick is missed.
pub(super) const SLACK_SECONDS: i64 = 60 * 24 * 60 * 60;

/// The commits that a flaw is known by.
pub struct Named {
    /// Those of main that brought it. `None`: it is there from the first commit on.
    pub introduced: Option<Vec<CommitId>>,
    /// Those of main that repair it; all are needed.
    pub fixed: Vec<CommitId>,
    /// Others that brought it, as people say.
    pub stated_introduced: Vec<CommitId>,
    /// Others each of which repairs it, as people say.
    pub stated_fixed: Vec<CommitId>,
    /// Others that look like copies of the named ones, or as if they took them back, and did not, as people say.
    pub unrelated: Vec<CommitId>,
    /// What the advisory is called.
    pub ids: Vec<String>,
}

impl Named {
    /// Returns the commits of main whose copies matter, each once.
    fn origins(&self, parts: &[Vec<CommitId>]) -> Vec<CommitId> {
        let mut seen = HashSet::new();
        let all = self.introduced.iter().flatten().chain(&self.fixed).chain(parts.iter().flatten()).copied();
        all.filter(|id| seen.insert(*id)).collect()
    }

    fn stated(&self) -> impl Iterator<Item = CommitId> {
        self.stated_introduced.iter().chain(&self.stated_fixed).copied()
    }
}

/// What history says of a flaw.
pub struct Traced {
    graph: Rc<Graph>,
    /// For each place in the graph, whether main has what stands there.
    on_main: Vec<bool>,
    named: Named,
    /// The parts of the fix, all of which are needed: each may be there as any of its commits.
    parts: Vec<Vec<CommitId>>,
    /// The fixes that people name, each whole and in its parts.
    ways: Vec<Vec<Vec<CommitId>>>,
    picks: Vec<Pick>,
    taken_back: Vec<Taken>,
    cut: Vec<CommitId>,
}

/// What is known of some commits, and what it rests on.
pub struct Seen {
    /// What holds for each, in the order of the question.
    pub judged: Vec<Judged>,
    /// The commits that any of them has and that matter.
    pub evidence: Vec<LineEvidence>,
    /// Picks that are only probable, which any of them has.
    pub perhaps: Vec<Pick>,
    /// What only says that it took something back, which any of them has.
    pub doubtful: Vec<TakenBack>,
    /// Whether the history of any of them is cut off where it matters.
    pub is_cut: bool,
}

impl Traced {
    /// Reads the history behind main and some commits as far as it matters, and finds in it what stands for the named commits.
    ///
    /// # Errors
    /// When a commit is missing or git fails.
    pub fn of(git: &Git, main: CommitId, tips: &[CommitId], named: Named) -> Result<Self> {
        let of_fix = parts(git, &named.fixed)?;
        let origins = named.origins(&of_fix);
        let wanted: Vec<Commit> = origins.iter().map(|id| git.commit(*id)).collect::<Result<_>>()?;
        let mut moments: Vec<i64> = wanted.iter().map(|commit| commit.committer.seconds).collect();
        let ways: Vec<Vec<Vec<CommitId>>> =
            named.stated_fixed.iter().map(|id| parts(git, &[*id])).collect::<Result<_>>()?;
        for id in named.stated().chain(ways.iter().flatten().flatten().copied()) {
            moments.push(git.commit(id)?.committer.seconds);
        }
        let oldest = moments.into_iter().min().map_or(i64::MAX, |seconds| seconds.saturating_sub(SLACK_SECONDS));
        let tips: Vec<CommitId> =
            std::iter::once(main).chain(tips.iter().copied()).chain(origins).chain(named.stated()).collect();
        let Behind { commits, cut } = behind(git, &tips, oldest)?;
        let graph = Rc::new(Graph::new(commits.iter().map(|commit| (commit.id(), commit.parents()))));
        let commits = in_order(commits, &graph);
        let requests = Requests::of_main(git, &commits, &graph, main);
        let on_main = graph.history_of(main);
        let (picked, taken_back) = (Vec::new(), Vec::new());
        let mut traced = Self { graph, on_main, named, parts: of_fix, ways, picks: picked, taken_back, cut };
        let (of_main, off_main) = sides(&commits, &traced.on_main);
        let mut found = picks(git, &wanted, &requests, &off_main, &of_main)?;
        found.retain(|pick| !traced.named.unrelated.contains(&pick.commit));
        let off_main: Vec<&Glanced> =
            off_main.into_iter().filter(|one| !traced.named.unrelated.contains(&one.id())).collect();
        traced.picks = prove(git, &wanted, &off_main, found)?;
        let own = picks_of_stated(git, &traced.stated(), &off_main, &of_main, &traced.picks)?;
        traced.picks.extend(own);
        let sayings = sayings(git, &traced.parts, &requests, &traced.named.ids)?;
        let (open, behind) = traced.with_flaw(made_again(git, &sayings, &traced.picks, &off_main)?);
        traced.picks.extend(open);
        let numbers = requests.of(&wanted)?;
        traced.find_reverts(git, &commits, &numbers)?;
        // What stands behind a fix has nothing to repair, unless that was taken back before it.
        let (open, _) = traced.with_flaw(behind);
        if !open.is_empty() {
            traced.picks.extend(open);
            traced.find_reverts(git, &commits, &numbers)?;
        }
        Ok(traced)
    }

    /// Tells those apart that have the flaw where only what is sure repairs it; they come first.
    fn with_flaw(&self, picks: Vec<Pick>) -> (Vec<Pick>, Vec<Pick>) {
        if picks.is_empty() {
            return (picks, Vec::new());
        }
        let flaw = self.flaw(Certainty::Yes);
        let holdings = self.graph.holdings(flaw.commits());
        let has_it = |pick: &Pick| flaw.judge(&holdings, &[pick.commit]).iter().all(|judged| judged.has == Has::Flaw);
        picks.into_iter().partition(has_it)
    }

    fn find_reverts(&mut self, git: &Git, commits: &[Glanced], requests: &HashMap<CommitId, u64>) -> Result<()> {
        let may_say = commits.iter().filter(|one| one.gist.may_take_back()).map(|one| git.commit(one.id()));
        let said = reverts(&may_say.collect::<Result<Vec<Commit>>>()?);
        let copies: Vec<Copies> =
            self.named
                .origins(&self.parts)
                .into_iter()
                .map(|origin| Copies {
                    all: self.copies_of(origin, Certainty::Probably),
                    requests: requests.get(&origin).copied().into_iter().collect(),
                })
                .chain(self.stated().into_iter().map(|origin| Copies {
                    all: self.copies_of(origin, Certainty::Probably),
                    requests: HashSet::new(),
                }))
                .collect();
        let all = copies.iter().flat_map(|one| one.all.iter().copied()).chain(said.iter().map(|one| one.id));
        let holdings = self.graph.holdings(all);
        let history = History { git, commits, holdings: &holdings };
        let mut order: Vec<Taken> = history.taken(&said, &copies, &self.fixes())?;
        // What took back nothing that matters, not even in turn, says nothing of the flaw.
        let mut matters: HashSet<CommitId> = copies.into_iter().flat_map(|one| one.all).collect();
        order.retain(|one| one.certainty == Certainty::Yes || !self.named.unrelated.contains(&one.back.by));
        order.arrange_by_key(|one| (self.graph.place(one.back.by), self.graph.place(one.back.commit)));
        let mut taken_back = Vec::new();
        for one in order {
            if matters.contains(&one.back.commit) {
                matters.insert(one.back.by);
                taken_back.push(one);
            }
        }
        self.taken_back = taken_back;
        Ok(())
    }

    /// Returns what repairs the flaw, or a part of it, however sure that is.
    fn fixes(&self) -> HashSet<CommitId> {
        let origins = self.parts.iter().chain(self.ways.iter().flatten()).flatten();
        origins.flat_map(|origin| self.copies_of(*origin, Certainty::Probably)).collect()
    }

    /// Returns the commits that people name, and the parts of those, each once.
    fn stated(&self) -> Vec<CommitId> {
        let mut seen = HashSet::new();
        let all = self.named.stated().chain(self.ways.iter().flatten().flatten().copied());
        all.filter(|id| seen.insert(*id)).collect()
    }

    /// Returns which of the named commits of main are not in its history.
    pub fn not_on_main(&self) -> Vec<CommitId> {
        let is_on_main = |id: &CommitId| self.graph.place(*id).is_some_and(|place| self.on_main[place]);
        self.named.origins(&[]).into_iter().filter(|id| !is_on_main(id)).collect()
    }

    /// Says whether the history that was read is cut off at all.
    pub fn is_cut(&self) -> bool {
        !self.cut.is_empty()
    }

    /// Answers questions about commits.
    pub fn answers(&self) -> Answers<'_> {
        let [most, least] = [Certainty::Yes, Certainty::Probably].map(|fixes| self.flaw(fixes));
        let all = most.commits().into_iter().chain(least.commits());
        let all = all.chain(self.picks.iter().map(|pick| pick.commit)).chain(self.cut.iter().copied());
        let holdings = self.graph.holdings(all);
        let main = self.named.origins(&self.parts);
        // What all the named commits have behind them cannot hide one of them, nor a pick, which is newer.
        let hides = |cut: &CommitId| main.iter().any(|id| !holdings.holds(*id, *cut));
        let cut = self.cut.iter().filter(|cut| hides(cut)).copied().collect();
        Answers { traced: self, holdings, most, least, cut }
    }

    /// The flaw with the fixes that are at least so certain; where less certain ones count, what brought it must be certain.
    fn flaw(&self, fixes: Certainty) -> Flaw {
        let bringers = match fixes {
            Certainty::Yes => Certainty::Probably,
            Certainty::Probably => Certainty::Yes,
        };
        let brought = |all: &Vec<CommitId>| {
            let picked = all.iter().flat_map(|origin| self.copies_of(*origin, bringers));
            let stated = self.named.stated_introduced.iter().flat_map(|origin| self.copies_of(*origin, bringers));
            Bringers::These(picked.chain(stated).collect())
        };
        let in_parts = |parts: &Vec<Vec<CommitId>>| -> Vec<Vec<CommitId>> {
            let copies = |part: &Vec<CommitId>| part.iter().flat_map(|one| self.copies_of(*one, fixes)).collect();
            parts.iter().map(copies).collect()
        };
        Flaw {
            introduced: self.named.introduced.as_ref().map_or(Bringers::Always, brought),
            parts: in_parts(&self.parts),
            ways: self.ways.iter().map(in_parts).collect(),
            taken_back: self.counted(fixes),
        }
    }

    /// Returns what took back what, of the doubtful only that which leaves the flaw, where only what is sure repairs it, and only that
    /// which takes the flaw away, where less will do.
    fn counted(&self, fixes: Certainty) -> Vec<TakenBack> {
        let mut good = self.fixes();
        let mut counted = Vec::new();
        // The oldest first: whether what is taken back repairs is then known.
        for one in &self.taken_back {
            let repairs = !good.contains(&one.back.commit);
            if repairs {
                good.insert(one.back.by);
            }
            let leaves_it = fixes == Certainty::Yes;
            if one.certainty == Certainty::Yes || repairs != leaves_it {
                counted.push(one.back);
            }
        }
        counted
    }

    fn copies_of(&self, origin: CommitId, certainty: Certainty) -> Vec<CommitId> {
        let picked = self.picks.iter().filter(|pick| pick.origin == origin && pick.certainty >= certainty);
        let mut all: Vec<CommitId> = std::iter::once(origin).chain(picked.map(|pick| pick.commit)).collect();
        all.dedup();
        all
    }

    /// What people say that a commit did, or a merge that it is a part of.
    fn stated_roles(&self, origin: CommitId) -> impl Iterator<Item = Role> {
        let introduced = self.named.stated_introduced.contains(&origin).then_some(Role::Introduced);
        let fixed = self.ways.iter().flatten().flatten().any(|id| *id == origin).then_some(Role::Fixed);
        introduced.into_iter().chain(fixed)
    }

    /// What a commit did that matters, with how it is known.
    fn evidence_of(&self, commit: CommitId) -> Vec<LineEvidence> {
        let mut found = Vec::new();
        let roles = |origin: CommitId| {
            let introduced = self.named.introduced.iter().flatten().any(|id| *id == origin).then_some(Role::Introduced);
            introduced.into_iter().chain(self.parts.iter().flatten().any(|id| *id == origin).then_some(Role::Fixed))
        };
        let mut add = |role, origin, known, detail: &str| {
            found.push(LineEvidence { role, commit, origin, known, detail: detail.to_owned() });
        };
        roles(commit).for_each(|role| add(role, commit, Known::Ancestor, ""));
        for pick in self.picks.iter().filter(|pick| pick.commit == commit && pick.origin != commit) {
            let known = if pick.is_told() { pick.known } else { Known::Unproven };
            let stated = self.stated_roles(pick.origin);
            roles(pick.origin).chain(stated).for_each(|role| add(role, pick.origin, known, &pick.detail));
        }
        for (stated, role) in
            [(&self.named.stated_introduced, Role::Introduced), (&self.named.stated_fixed, Role::Fixed)]
        {
            if stated.contains(&commit) {
                add(role, commit, Known::Stated, "");
            }
        }
        for one in self.taken_back.iter().filter(|one| one.back.by == commit) {
            let known = if one.certainty == Certainty::Yes { one.known } else { Known::Unproven };
            add(Role::TookBack, one.back.commit, known, &one.words);
        }
        found
    }
}

/// Answers questions about commits.
pub struct Answers<'t> {
    traced: &'t Traced,
    holdings: Holdings<'t>,
    /// The flaw, where only what is sure repairs it.
    most: Flaw,
    /// The flaw, where only what is sure brings it.
    least: Flaw,
    /// The ends of a shallow clone behind which something may be that matters.
    cut: Vec<CommitId>,
}

impl Answers<'_> {
    /// Says what is known of some commits together, such as all versions of a line.
    pub fn of(&self, commits: &[CommitId]) -> Seen {
        let judged = self.judged(commits);
        let mut held: Vec<CommitId> = Vec::new();
        let mut seen = HashSet::new();
        for commit in commits {
            held.extend(self.holdings.held_by(*commit).into_iter().filter(|id| seen.insert(*id)));
        }
        let perhaps = |pick: &&Pick| pick.certainty == Certainty::Probably && seen.contains(&pick.commit);
        let doubtful = |one: &&Taken| one.certainty == Certainty::Probably && seen.contains(&one.back.by);
        Seen {
            judged,
            evidence: held.iter().flat_map(|id| self.traced.evidence_of(*id)).collect(),
            perhaps: self.traced.picks.iter().filter(perhaps).cloned().collect(),
            doubtful: self.traced.taken_back.iter().filter(doubtful).map(|one| one.back).collect(),
            is_cut: commits.iter().any(|commit| self.is_cut(*commit)),
        }
    }

    fn is_cut(&self, commit: CommitId) -> bool {
        self.cut.iter().any(|cut| self.holdings.holds(commit, *cut))
    }

    fn judged(&self, commits: &[CommitId]) -> Vec<Judged> {
        self.agreed(commits, |flaw| flaw.judge(&self.holdings, commits))
    }

    /// Takes what both flaws say of some commits, where they say the same.
    fn agreed(&self, commits: &[CommitId], judge: impl Fn(&Flaw) -> Vec<Judged>) -> Vec<Judged> {
        let most = judge(&self.most);
        let least = if self.least == self.most { most.clone() } else { judge(&self.least) };
        let agreed = |((most, least), commit): ((&Judged, &Judged), &CommitId)| match most.has == least.has {
            true if !self.is_cut(*commit) => *most,
            true | false => Judged { has: Has::Unknown, repaired: false },
        };
        most.iter().zip(&least).zip(commits).map(agreed).collect()
    }

    /// Works out the range of commits that tells where the flaw is, the same of each of some commits.
    pub fn range(&self, asked: &[CommitId]) -> Option<CommitRange> {
        let graph = &self.traced.graph;
        let since = match self.traced.named.introduced {
            None => Since::Beginning,
            Some(_) => Since::Commits,
        };
        if self.traced.is_cut() {
            return None;
        }
        let judged = self.agreed(graph.ids(), |flaw| flaw.judge_all(&self.holdings));
        let has: Vec<Has> = judged.into_iter().map(|judged| judged.has).collect();
        commit_range(graph, &has, since, asked)
    }

    /// Looks into files for the lines that are the flaw.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn looks<'g>(&self, git: &'g Git) -> Result<Looks<'g>> {
        let named = &self.traced.named;
        let brought: Vec<CommitId> =
            named.introduced.iter().flatten().chain(&named.stated_introduced).copied().collect();
        Looks::of(git, &brought, &named.fixed)
    }

    /// Looks into files for the lines that the fixes add.
    ///
    /// # Errors
    /// When an object is missing or git fails.
    pub fn remade<'g>(&self, git: &'g Git) -> Result<Remade<'g>> {
        Remade::of(git, &self.traced.named.fixed)
    }

    /// Prepares the question which of some commits others have in their history.
    pub fn holdings(&self, of: &[CommitId]) -> Holdings<'_> {
        self.traced.graph.holdings(of.iter().copied())
    }

    /// Says whether any of some commits has another one, which people named.
    pub fn holds(&self, commits: &[CommitId], named: CommitId) -> bool {
        commits.iter().any(|commit| self.holdings.holds(*commit, named))
    }
}
