//! `patch-pick plan`: the ordered picks of each line, what each gives, and why others are left out.
use std::collections::{HashMap, HashSet};

use crate::model::arrange::Arrange as _;
use crate::model::branch::BranchName;
use crate::model::change::Change;
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::Decisions;
use crate::model::error::Result;
use crate::model::forecast::Outcome;
use crate::model::line::{BranchSpec, Line};
use crate::model::plan::{BranchAt, LeftOut, LinePlan, Plan, PlannedPick, Role, Signoff};
use crate::model::prerequisite::Prerequisites;
use crate::model::presence::Certainty;
use crate::model::request::{Depth, PlanRequest, Since, Wanted};
use crate::model::status::{Cell, State, why_not};
use crate::model::trailer::{Relation, markers};
use crate::ports::decisions::current_decisions;
use crate::ports::forge::Forge;
use crate::ports::git::{Forecaster, Git, Treeish, Worker};
use crate::ports::settings::Settings;
use crate::ports::survey::chain::{Link, link, tip};
use crate::ports::survey::table::table;
use crate::ports::survey::{Having, LineSurvey, Survey, survey};

use super::asked::asked;
use super::prerequisites::{self, prerequisites};
use super::special::special_of;

/// Makes a plan. `forge` is asked for the pull request that the fixes came with, and `note` is told what a person should know of the
/// branches.
///
/// # Errors
/// When a fix, a line or a branch is unknown, a fix is not on main, it cannot be told which commits came with a pull request, history or
/// objects are missing, or git or the forge fails.
pub fn run(
    git: &Git,
    settings: &Settings,
    forge: Option<&Forge>,
    request: &PlanRequest,
    note: &dyn Fn(&str),
) -> Result<Plan> {
    let explicit = request.fixes != Wanted::Needed;
    let days = Since::Days(settings.config.pick.look_back_days.get());
    let since = request.since.clone().unwrap_or(if explicit { Since::BranchPoints } else { days });
    let survey = survey(git, settings, &request.lines, &since)?;
    survey.notes.iter().for_each(|said| note(said));
    let asked = asked(git, &survey, forge, &request.fixes)?;
    let forecaster = Forecaster::new(git)?;
    let mut worker = forecaster.worker()?;
    let context = Context::new(git, settings, request, &survey)?;
    let decisions = current_decisions(git, survey.main_tip)?;
    let rows = table(git, &survey, Depth::Stated, &decisions, &|_| ())?;
    let mut lines = Vec::new();
    for (at, line) in survey.lines.iter().enumerate() {
        let cells: HashMap<CommitId, &Cell> = rows.iter().map(|row| (row.change, &row.cells[at])).collect();
        let wanted = context.wanted(&cells, asked.as_deref());
        let mut plan = context.line(&mut worker, line, &cells, wanted)?;
        if !explicit {
            context.account_for(&mut plan, &decisions, &cells);
        }
        lines.push(plan);
    }
    let main = BranchAt { branch: survey.main.clone(), commit: survey.main_tip };
    let signoff = if settings.config.pick.signoff || request.signoff { Signoff::Add } else { Signoff::Leave };
    Ok(Plan::new(main, signoff, lines, survey.undecided.clone()))
}

struct Context<'p> {
    git: &'p Git,
    settings: &'p Settings,
    request: &'p PlanRequest,
    survey: &'p Survey,
    having: Having<'p>,
    commits: HashMap<CommitId, &'p Commit>,
    order: HashMap<CommitId, usize>,
    change_of: HashMap<CommitId, &'p Change>,
}

impl<'p> Context<'p> {
    fn new(git: &'p Git, settings: &'p Settings, request: &'p PlanRequest, survey: &'p Survey) -> Result<Self> {
        let mut change_of = HashMap::new();
        for change in &survey.changes {
            change_of.extend(change.members.iter().chain([&change.id]).map(|id| (*id, change)));
        }
        Ok(Self {
            git,
            settings,
            request,
            survey,
            having: Having::new(git, survey),
            commits: survey.commits.iter().map(|commit| (commit.id, commit)).collect(),
            order: survey.commits.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect(),
            change_of,
        })
    }

    /// Returns the fixes to consider for a line, in the order they landed: those named, or those the line needs.
    fn wanted(&self, cells: &HashMap<CommitId, &Cell>, asked: Option<&[CommitId]>) -> Vec<CommitId> {
        let mut wanted: Vec<CommitId> = match asked {
            Some(asked) => asked.to_vec(),
            None => {
                let needed = |change: &&Change| cells.get(&change.id).is_some_and(|cell| cell.state == State::Needed);
                self.survey.changes.iter().filter(needed).flat_map(|change| self.missing_part(cells, change)).collect()
            }
        };
        wanted.arrange_by_key(|id| self.order.get(id));
        wanted.dedup();
        wanted
    }

    /// Returns the whole change, or, where some of its commits are on the line, the others.
    fn missing_part(&self, cells: &HashMap<CommitId, &Cell>, change: &Change) -> Vec<CommitId> {
        let line = cells.get(&change.id).map(|cell| &cell.line);
        let survey = self.survey.lines.iter().find(|survey| Some(&survey.line.name) == line);
        let has = |id: &CommitId| survey.is_some_and(|survey| survey.picked(*id) || survey.ancestors.contains(id));
        if change.members.iter().any(has) {
            change.members.iter().copied().filter(|id| !has(id)).collect()
        } else {
            vec![change.id]
        }
    }

    fn line(
        &self,
        worker: &mut Worker<'_>,
        line: &LineSurvey,
        cells: &HashMap<CommitId, &Cell>,
        wanted: Vec<CommitId>,
    ) -> Result<LinePlan> {
        let (branch, onto) = self.start(&line.line, line)?;
        let expected = self.git.local_branch_commit(&branch);
        let mut draft = Draft { tree: Some(tip(self.git, onto)?), picks: Vec::new(), left_out: Vec::new() };
        let mut refused = HashSet::new();
        for fix in self.with_follow_ups(line, &wanted)? {
            if fix.belongs_to.is_some_and(|of| refused.contains(&of)) {
                continue;
            }
            let commit = self.commit(fix.id)?;
            let reason = match self.reason_against(line, cells, &commit)? {
                Some(reason) => Some(reason),
                None => self.add(worker, line, cells, &mut draft, &commit, &fix)?,
            };
            if let Some(reason) = reason {
                if !self.having.has(line, fix.id)? {
                    refused.insert(fix.id);
                }
                draft.left_out.push(LeftOut { fix: fix.id, subject: commit.subject().to_owned(), reason });
            }
        }
        for pick in &mut draft.picks {
            let special = special_of(self.git, worker.objects(), &self.commit(pick.fix)?)?;
            let is_decided = |path: &str| pick.by_policy.iter().any(|decided| decided.path == path);
            pick.special = special.into_iter().filter(|special| !is_decided(special.path())).collect();
        }
        Ok(LinePlan {
            line: line.line.name.clone(),
            branch,
            expected,
            onto,
            picks: draft.picks,
            left_out: draft.left_out,
        })
    }

    /// Lists every change that was decided about on the line and is not in the plan yet, with the reason.
    fn account_for(&self, plan: &mut LinePlan, decisions: &Decisions, cells: &HashMap<CommitId, &Cell>) {
        for change in &self.survey.changes {
            let (Some(decision), Some(cell)) = (decisions.about(change, &plan.line), cells.get(&change.id)) else {
                continue;
            };
            let mut listed = plan.picks.iter().map(|pick| pick.fix).chain(plan.left_out.iter().map(|left| left.fix));
            if !listed.any(|fix| fix == change.id || change.members.contains(&fix)) {
                let subject = self.commits[&change.id].subject().to_owned();
                plan.left_out.push(LeftOut { fix: change.id, subject, reason: why_not(cell, decision) });
            }
        }
        plan.left_out.arrange_by_key(|left| self.order.get(&left.fix));
    }

    /// Returns the branch to advance and the commit it stands at, or will be cut from.
    fn start(&self, line: &Line, survey: &LineSurvey) -> Result<(BranchName, CommitId)> {
        let BranchSpec::PerRelease(pattern) = &line.branch else { return Ok((survey.branch.clone(), survey.tip)) };
        let tags = self.git.tags()?;
        let last = self.settings.release_tags(&tags, line).into_iter().rev().find_map(|tag| {
            let version = self.settings.tag.version_of(&tag.name)?;
            version.pre.is_empty().then_some((version, tag.commit))
        });
        let Some((mut version, commit)) = last else { return Ok((survey.branch.clone(), survey.tip)) };
        version.patch += 1;
        let branch = pattern.branch_for(&version);
        let onto = self.git.branch_commit(&branch).unwrap_or(commit);
        Ok((branch, onto))
    }

    fn commit(&self, id: CommitId) -> Result<Commit> {
        self.commits.get(&id).map_or_else(|| self.git.commit(id), |commit| Ok((*commit).clone()))
    }

    /// Adds to the fixes what later repaired them on main and the line lacks, each in its place.
    fn with_follow_ups(&self, line: &LineSurvey, wanted: &[CommitId]) -> Result<Vec<Candidate>> {
        let mut all: Vec<Candidate> =
            wanted.iter().map(|id| Candidate { id: *id, role: Role::Asked, belongs_to: None }).collect();
        for fix in wanted {
            let parts = self.change_of.get(fix).filter(|change| change.id == *fix);
            let parts = parts.map_or_else(|| vec![*fix], |change| [vec![*fix], change.members.clone()].concat());
            for follow_up in parts.into_iter().flat_map(|part| self.survey.fates.fate(part).follow_ups) {
                // A follow-up inside a change that is picked whole comes with it.
                let whole = self.change_of.get(&follow_up).map(|change| change.id);
                let known = |candidate: &Candidate| candidate.id == follow_up || Some(candidate.id) == whole;
                if !all.iter().any(known) && !self.having.has(line, follow_up)? {
                    all.push(Candidate { id: follow_up, role: Role::FollowUp, belongs_to: Some(*fix) });
                }
            }
        }
        all.arrange_by_key(|candidate| self.order.get(&candidate.id));
        Ok(all)
    }

    /// Returns why a fix must not be picked onto the line, if something says so.
    fn reason_against(
        &self,
        line: &LineSurvey,
        cells: &HashMap<CommitId, &Cell>,
        fix: &Commit,
    ) -> Result<Option<String>> {
        if self.having.has(line, fix.id)? {
            let picks: Vec<String> = line
                .matches
                .iter()
                .filter(|found| found.origin == fix.id && found.certainty == Certainty::Yes)
                .map(|found| found.pick.short())
                .collect();
            let by = if picks.is_empty() { "in its history".to_owned() } else { format!("as {}", picks.join(", ")) };
            return Ok(Some(format!("the line has it already, {by}")));
        }
        if let Some(missing) = self.missing_prerequisite(line, fix) {
            return Ok(Some(format!("it asks for {missing} first, which this repository does not have")));
        }
        let fate = self.survey.fates.fate(fix.id);
        if let Some(revert) = fate.reverted_by {
            return Ok(Some(format!("main took it back in {}", revert.short())));
        }
        let Some(cell) = self.change_of.get(&fix.id).and_then(|change| cells.get(&change.id)) else { return Ok(None) };
        Ok(match cell.state {
            State::Declined => Some(format!("declined: {}", cell.reasons.join("; "))),
            State::RevertedOnMain => Some(cell.reasons.join("; ")),
            State::OnLine | State::Released if cell.certainty == Some(Certainty::Yes) => {
                let picks: Vec<String> = cell.picks.iter().map(CommitId::short).collect();
                Some(format!("the line has it already, as {}", picks.join(", ")))
            }
            State::OnLine | State::Released | State::Needed | State::NotAffected | State::Unknown => None,
        })
    }

    /// Adds a pick to the draft, with the prerequisites that are proven if it conflicts, or says why not.
    fn add(
        &self,
        worker: &mut Worker<'_>,
        line: &LineSurvey,
        cells: &HashMap<CommitId, &Cell>,
        draft: &mut Draft,
        fix: &Commit,
        as_what: &Candidate,
    ) -> Result<Option<String>> {
        if draft.picks.iter().any(|pick| pick.fix == fix.id) {
            return Ok(None);
        }
        let policies = &self.settings.config.pick.paths;
        let Some(onto) = draft.tree else {
            draft.push(fix, as_what.role, as_what.belongs_to, None, None);
            return Ok(None);
        };
        let found = link(worker, self.git, policies, fix, onto)?;
        if found.forecast.outcome == Outcome::Empty {
            return Ok(Some("picking it would change nothing: the line has the content already".to_owned()));
        }
        if found.forecast.outcome == Outcome::Clean && !states_prerequisites(fix) {
            draft.push(fix, as_what.role, as_what.belongs_to, Some(found), None);
            return Ok(None);
        }
        let request = prerequisites::Request {
            fix,
            onto,
            line: line.tip,
            series: line.line.name.series(),
            budget: self.request.budget,
        };
        let planned: HashSet<CommitId> = draft.picks.iter().map(|pick| pick.fix).collect();
        let mut on_line = |id| Ok(planned.contains(&id) || self.having.has(line, id)?);
        let needed = prerequisites(worker, self.git, policies, &request, &mut on_line)?;
        let proven = needed.proven().unwrap_or_default().to_vec();
        if let Some(declined) = proven.iter().find(|id| self.declined(cells, **id)) {
            return Ok(Some(format!("it needs {} first, which is declined", declined.short())));
        }
        for id in proven {
            let commit = self.commit(id)?;
            let Some(onto) = draft.tree else { break };
            let found = link(worker, self.git, policies, &commit, onto)?;
            if found.forecast.outcome != Outcome::Empty {
                draft.push(&commit, Role::Prerequisite, Some(fix.id), Some(found), None);
            }
        }
        let found = draft.tree.map(|onto| link(worker, self.git, policies, fix, onto)).transpose()?;
        draft.push(fix, as_what.role, as_what.belongs_to, found, Some(needed));
        Ok(None)
    }

    fn declined(&self, cells: &HashMap<CommitId, &Cell>, id: CommitId) -> bool {
        let cell = self.change_of.get(&id).and_then(|change| cells.get(&change.id));
        cell.is_some_and(|cell| cell.state == State::Declined)
    }

    /// Returns a commit that the message asks for first and that this repository does not have.
    fn missing_prerequisite(&self, line: &LineSurvey, fix: &Commit) -> Option<String> {
        markers(&fix.message).into_iter().find_map(|marker| match marker.relation {
            Relation::Requires { commit, on } => {
                let concerned = on.is_none_or(|series| line.line.name.series() == Some(series));
                (concerned && self.git.expand(commit.as_str()).is_none()).then(|| commit.to_string())
            }
            Relation::OriginCommit(_)
            | Relation::OriginPullRequest(_)
            | Relation::OwnPullRequest(_)
            | Relation::KeptPullRequest(_)
            | Relation::Fixes(_)
            | Relation::StableFrom(_)
            | Relation::Reverts(_)
            | Relation::RevertsPullRequest(_)
            | Relation::RevertsSubject(_)
            | Relation::Reapplies(_) => None,
        })
    }
}

/// A commit that may become a pick.
struct Candidate {
    id: CommitId,
    role: Role,
    belongs_to: Option<CommitId>,
}

/// The plan of one line while it is made.
struct Draft {
    /// What the next pick goes onto; `None` behind a conflict.
    tree: Option<Treeish>,
    picks: Vec<PlannedPick>,
    left_out: Vec<LeftOut>,
}

impl Draft {
    fn push(
        &mut self,
        fix: &Commit,
        role: Role,
        belongs_to: Option<CommitId>,
        found: Option<Link>,
        prerequisites: Option<Prerequisites>,
    ) {
        self.tree = found
            .as_ref()
            .filter(|link| link.forecast.outcome != Outcome::Conflict)
            .map(|link| Treeish { tree: link.forecast.tree, commit: None });
        let (forecast, by_policy) = found.map_or((None, Vec::new()), |link| (Some(link.forecast), link.by_policy));
        let subject = fix.subject().to_owned();
        self.picks.push(PlannedPick {
            fix: fix.id,
            subject,
            role,
            belongs_to,
            forecast,
            prerequisites,
            by_policy,
            special: Vec::new(),
        });
    }
}

fn states_prerequisites(fix: &Commit) -> bool {
    markers(&fix.message).iter().any(|marker| matches!(marker.relation, Relation::Requires { .. }))
}
