//! Fixes that are on main, or that ought to be.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::arrange::{Arrange as _, InOrder as _};
use crate::model::change::{Change, own_pull_request, title};
use crate::model::commit::{Commit, CommitId};
use crate::model::eligibility::facts::{Facts, Message};
use crate::model::eligibility::judge::judge;
use crate::model::eligibility::verdict::{Outcome, Verdict};
use crate::model::error::{Error, Result};
use crate::model::known::{Known, Missing};
use crate::model::line::{Line, LineName, LineStatus};
use crate::model::pull::{PullRequest, PullState, landed};
use crate::model::request::{Depth, Since};
use crate::ports::forge::Part;
use crate::ports::survey::chain::tip;
use crate::ports::survey::table::rows_of;
use crate::ports::survey::{Survey, survey};

use super::facts::{Deep, deep, forecasts, forecasts_of_branch, message};
use super::{Judged, Run, answer};

/// Judges the fixes that revisions name.
pub(super) fn by_revision(run: &Run<'_>, revisions: &[String]) -> Result<Judged> {
    let mut ids = Vec::new();
    for revision in revisions {
        let id = run.git.resolve(revision)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let main = run.main()?;
    let (landed, not_yet): (Vec<CommitId>, Vec<CommitId>) = ids.iter().partition(|id| run.git.is_ancestor(**id, main));
    if !not_yet.is_empty() && run.git.is_shallow() {
        return Err(Error::undecided(format!("it cannot be told whether main has '{}'", not_yet[0].short()))
            .hint("this clone is shallow: run 'git fetch --unshallow'"));
    }
    let mut judged = match landed.is_empty() {
        true => Judged::default(),
        false => on_main(run, &landed, &since(run, &landed)?, None)?,
    };
    for id in not_yet {
        let commit = run.git.commit(id)?;
        judged.verdicts.extend(not_merged(run, &commit, Known::Unknown(no_forge(run)))?);
    }
    // In the order in which they were named.
    let place = |verdict: &Verdict| ids.iter().position(|id| *id == verdict.fix).unwrap_or(ids.len());
    judged.verdicts.arrange_by_key(place);
    Ok(judged)
}

/// Judges what main has behind one revision, up to another.
pub(super) fn between(run: &Run<'_>, from: &str, to: &str) -> Result<Judged> {
    let (hidden, tip) = (run.git.resolve(from)?, run.git.resolve(to)?);
    if !run.git.is_ancestor(tip, run.main()?) {
        return Err(Error::usage(format!("'{to}' is not on main ('{}')", run.protected.settings.main)).hint(
            "a range is about fixes that have landed: what was pushed to main and fetched; a branch is judged as a pull request",
        ));
    }
    let (asked, since) = (asked_lines(run)?, Since::Revision(hidden.to_string()));
    let survey = surveyed(run, &asked, &since)?;
    let inside = reachable(&survey.commits, tip);
    let survey = whole(run, &asked, survey, &since, tip)?;
    let changes: Vec<&Change> = survey.changes.iter().rev().filter(|change| inside.contains(&change.id)).collect();
    if changes.is_empty() && hidden != tip {
        return Err(
            Error::usage(format!("'{from}..{to}' holds no change of main")).hint("write the older revision first")
        );
    }
    let pulls = pulls_of(run, &changes)?;
    judge_all(run, &survey, &changes, &pulls, Forecasts::WhereTheyDecide)
}

/// Returns which of some commits a tip has in its history, itself among them; parents stand before children.
fn reachable(commits: &[Commit], tip: CommitId) -> HashSet<CommitId> {
    let mut wanted = HashSet::from([tip]);
    let mut found = HashSet::new();
    for commit in commits.iter().rev().skip_while(|commit| commit.id != tip) {
        if wanted.contains(&commit.id) {
            wanted.extend(commit.parents.iter().copied());
            found.insert(commit.id);
        }
    }
    found
}

/// Judges what came to main with a pull request; `id` is the last of it.
pub(super) fn of_pull(run: &Run<'_>, id: CommitId, pull: PullRequest) -> Result<Judged> {
    let ids = landed(&pull, run.git.commit(id)?, "patch-check commit", &mut |id| run.git.commit(id))?;
    let given = ids.iter().map(|id| (*id, Known::Known(Some(pull.clone())))).in_order();
    on_main(run, &ids, &since(run, &ids)?, Some(&given))
}

/// Judges commits that main has. Their pull requests are asked for, if they are not given.
fn on_main(run: &Run<'_>, ids: &[CommitId], since: &Since, given: Option<&Pulls>) -> Result<Judged> {
    let asked = asked_lines(run)?;
    let survey = surveyed(run, &asked, since)?;
    let tip = survey.main_tip;
    let survey = whole(run, &asked, survey, since, tip)?;
    let holder = |id: &CommitId| survey.changes.iter().find(|change| change.id == *id || change.members.contains(id));
    let found: Vec<Option<&Change>> = ids.iter().map(holder).collect();
    if found.iter().any(Option::is_none) && *since != Since::BranchPoints {
        return on_main(run, ids, &Since::BranchPoints, given);
    }
    let older = ids.iter().zip(&found).filter(|(_, change)| change.is_none());
    let mut notes: Vec<String> = older
        .map(|(id, _)| {
            format!("{} is older than every line that was asked about: each has it in its history", id.short())
        })
        .collect();
    let mut changes: Vec<&Change> = Vec::new();
    for change in found.into_iter().flatten() {
        if !changes.iter().any(|known| known.id == change.id) {
            changes.push(change);
        }
    }
    let pulls = given.map_or_else(|| pulls_of(run, &changes), |given| Ok(given.clone()))?;
    let mut judged = judge_all(run, &survey, &changes, &pulls, Forecasts::All)?;
    judged.notes.append(&mut notes);
    Ok(judged)
}

/// Returns where to begin looking so that all of some commits are seen: before the one that was made first.
fn since(run: &Run<'_>, ids: &[CommitId]) -> Result<Since> {
    let commits = ids.iter().map(|id| run.git.commit(*id)).collect::<Result<Vec<Commit>>>()?;
    let oldest = commits.iter().min_by_key(|commit| commit.committer.seconds);
    let parent = oldest.and_then(|commit| commit.parents.first());
    Ok(parent.map_or(Since::BranchPoints, |parent| Since::Revision(parent.to_string())))
}

/// Surveys again, from further back, where a survey begins in the middle of what a merge brought: what came to main by a merge is
/// judged with all of it, and the other parts may be older.
fn whole(run: &Run<'_>, asked: &[&Line], survey: Survey, since: &Since, tip: CommitId) -> Result<Survey> {
    let before = before_all(&survey.commits, tip);
    if *since == Since::BranchPoints || before == *since { Ok(survey) } else { surveyed(run, asked, &before) }
}

/// Returns the newest commit of main's own chain that stands before all of some commits up to `tip`.
fn before_all(commits: &[Commit], tip: CommitId) -> Since {
    let parents: HashMap<CommitId, Option<&CommitId>> =
        commits.iter().map(|commit| (commit.id, commit.parents.first())).collect();
    let mut at = tip;
    while let Some(parent) = parents.get(&at) {
        match parent {
            Some(parent) => at = **parent,
            None => return Since::BranchPoints,
        }
    }
    Since::Revision(at.to_string())
}

/// Surveys the lines that are asked about and every supported one that is newer.
pub(super) fn surveyed(run: &Run<'_>, asked: &[&Line], since: &Since) -> Result<Survey> {
    let settings = &run.protected.settings;
    let oldest = asked.iter().map(|line| &line.name).max();
    let supported = |line: &&Line| line.status != LineStatus::EndOfLife && Some(&line.name) <= oldest;
    let mut names: Vec<LineName> = asked.iter().map(|line| line.name.clone()).collect();
    for line in settings.config.lines.iter().filter(supported) {
        if run.is_cut(line)? {
            names.push(line.name.clone());
        }
    }
    names.arrange();
    names.dedup();
    survey(run.git, settings, &names, since)
}

/// What is known of the pull requests of changes.
type Pulls = BTreeMap<CommitId, Known<Option<PullRequest>>>;

pub(super) fn no_forge(run: &Run<'_>) -> Missing {
    match run.forge {
        Some(_) => Missing::NotAsked,
        None => Missing::Failed("GitHub was not asked, for no token was given; set GITHUB_TOKEN".to_owned()),
    }
}

/// Asks for the pull requests of all changes at once.
fn pulls_of(run: &Run<'_>, changes: &[&Change]) -> Result<Pulls> {
    let Some(forge) = run.forge else { return Ok(Pulls::new()) };
    let ids: Vec<CommitId> = changes.iter().map(|change| change.id).collect();
    let found = answer(forge.of_commits(&ids, &Part::ALL))?;
    let main = &run.protected.settings.main;
    let chosen = |id: CommitId, pulls: Vec<PullRequest>| {
        let landed = |pull: &PullRequest| match &pull.state {
            PullState::Merged(merge) => (pull.base.branch == *main, merge.commit == Some(id)),
            PullState::Open | PullState::Closed => (false, false),
        };
        pulls.into_iter().filter(|pull| landed(pull).0).max_by_key(|pull| landed(pull).1)
    };
    Ok(found.into_iter().map(|(id, pulls)| (id, pulls.map(|pulls| chosen(id, pulls)))).in_order())
}

/// Of which fixes it is worked out whether they apply.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Forecasts {
    /// Of all.
    All,
    /// Of those that the other rules do not refuse: the verdict about the others is the same.
    WhereTheyDecide,
}

fn judge_all(run: &Run<'_>, survey: &Survey, changes: &[&Change], pulls: &Pulls, which: Forecasts) -> Result<Judged> {
    let rows = rows_of(run.git, survey, changes, Depth::Stated, &run.protected.decisions, &|_| ())?;
    let commits: HashMap<CommitId, &Commit> = survey.commits.iter().map(|commit| (commit.id, commit)).collect();
    let asked = asked_lines(run)?;
    let mut judged = Judged { notes: survey.notes.clone(), ..Judged::default() };
    judged.notes.extend(survey.undecided.iter().map(|line| line.sentence()));
    let (mut open, mut wanted) = (Vec::new(), Vec::new());
    for ((change, row), deep) in changes.iter().zip(&rows).zip(&deep(run, survey, changes)?) {
        let pull = pulls.get(&change.id).cloned().unwrap_or_else(|| Known::Unknown(no_forge(run)));
        let named = Named::of(change);
        for line in &asked {
            let mut facts = deep.facts(run, survey, &commits, (change, row), line, pull.clone());
            let Some(known) = survey.lines.iter().find(|known| known.line.name == line.name) else {
                let why = format!("line '{}' cannot be compared with main", line.name);
                facts.applies = Known::Unknown(Missing::Failed(why));
                judged.verdicts.push(verdict(run, &named, line, &facts));
                continue;
            };
            let first = verdict(run, &named, line, &facts);
            let decides = which == Forecasts::All || first.outcome != Outcome::Refused;
            if decides && facts.applies.missing().is_some() {
                open.push((judged.verdicts.len(), facts, Named::of(change), *line));
                wanted.push((change.id, known.tip));
            }
            judged.verdicts.push(first);
        }
        (run.advance)(changes.len());
    }
    for ((at, mut facts, named, line), applies) in open.into_iter().zip(forecasts(run, &wanted)?) {
        facts.applies = Known::Known(applies);
        judged.verdicts[at] = verdict(run, &named, line, &facts);
    }
    Ok(judged)
}

/// Returns the lines that are asked about: those that were named, or all supported ones that have a branch.
pub(super) fn asked_lines<'r>(run: &Run<'r>) -> Result<Vec<&'r Line>> {
    let mut lines = run.protected.settings.lines(&run.request.lines)?;
    // Where none has one, the first that is looked at says so.
    if run.request.lines.is_empty() {
        let cut = lines.iter().map(|line| run.is_cut(line)).collect::<Result<Vec<bool>>>()?;
        if cut.contains(&true) {
            let mut cut = cut.into_iter();
            lines.retain(|_| cut.next() == Some(true));
        }
    }
    Ok(lines)
}

/// What a verdict is about.
pub(super) struct Named {
    /// The commit on main, or the newest one of a branch.
    pub(super) id: CommitId,
    /// What it is called.
    pub(super) title: String,
    /// The pull request, where a message names it.
    pub(super) pull_request: Option<u64>,
    /// The commits by which decisions and waivers may name it.
    pub(super) commits: Vec<CommitId>,
}

impl Named {
    pub(super) fn of(change: &Change) -> Self {
        let commits = std::iter::once(change.id).chain(change.members.iter().copied()).collect();
        Self { id: change.id, title: change.title.clone(), pull_request: change.pull_request, commits }
    }
}

pub(super) fn verdict(run: &Run<'_>, named: &Named, line: &Line, facts: &Facts) -> Verdict {
    let judged = judge(facts, &run.policy(), &named.commits);
    let pull = facts.pull.value().and_then(Option::as_ref).map(|pull| pull.number);
    Verdict {
        fix: named.id,
        pull_request: pull.or(named.pull_request),
        title: named.title.clone(),
        line: line.name.clone(),
        outcome: judged.outcome,
        state: facts.state.value().copied(),
        kind: judged.classified.kind,
        kind_evidence: judged.classified.pieces,
        findings: judged.findings,
    }
}

/// Judges a commit that is not on main, for each line that is asked about.
pub(super) fn not_merged(run: &Run<'_>, commit: &Commit, pull: Known<Option<PullRequest>>) -> Result<Vec<Verdict>> {
    let request = pull.value().and_then(Option::as_ref).map(|pull| pull.number);
    let named = Named {
        id: commit.id,
        commits: vec![commit.id],
        pull_request: request.or_else(|| own_pull_request(&commit.message)),
        title: pull.value().and_then(Option::as_ref).map_or_else(|| title(commit), |pull| pull.title.clone()),
    };
    let main = run.main()?;
    let base = tip(run.git, run.git.merge_base(main, commit.id)?)?;
    let deep = Deep::of_branch(run, base.tree, commit)?;
    let own = run.git.commits_between(&[main], commit.id, None)?;
    let messages: Vec<Message> = own.iter().filter(|one| !one.is_merge() || one.id == commit.id).map(message).collect();
    let lines = asked_lines(run)?;
    let forecasts = forecasts_of_branch(run, base, commit, &lines)?;
    let judged = lines.into_iter().zip(forecasts).map(|(line, applies)| {
        let facts = deep.facts_of_branch(run, (commit, &messages), line, pull.clone(), applies);
        verdict(run, &named, line, &facts)
    });
    Ok(judged.collect())
}
