//! Pull requests to a line: their commits are picks, and each change of main that they bring is judged.

use std::collections::{HashMap, HashSet};

use crate::model::change::Change;
use crate::model::commit::{Commit, CommitId};
use crate::model::eligibility::dependencies::Raised;
use crate::model::eligibility::facts::{EmbargoFacts, Facts, OnMain, Origin, PickedFrom, Touched};
use crate::model::eligibility::verdict::Verdict;
use crate::model::error::{Error, Result};
use crate::model::known::{Known, Missing};
use crate::model::line::Line;
use crate::model::presence::{self, all_keys};
use crate::model::pull::PullRequest;
use crate::model::request::{Depth, Differences, Since};
use crate::model::status::Row;
use crate::ports::git::Forecaster;
use crate::ports::provenance::{Asked, provenance};
use crate::ports::survey::chain::base_of;
use crate::ports::survey::table::rows_of;
use crate::ports::survey::{LineSurvey, Survey, requests_of_members};

use super::absent;
use super::facts::{changed, embargo, line_facts, message, newer, out_since};
use super::fixes::{Named, surveyed, verdict};
use super::origin::Origins;
use super::waive::looked_at;
use super::{Judged, Run};

/// Judges a pull request to a line.
pub(super) fn to_line(run: &Run<'_>, pull: PullRequest, line: &Line) -> Result<Judged> {
    let survey = surveyed(run, &[line], &Since::BranchPoints)?;
    let Ok(head) = run.git.commit(pull.head.commit) else {
        let judged = absent::to_line(run, &pull, line)?;
        return Ok(Judged { notes: survey.notes.into_iter().chain(judged.notes).collect(), ..judged });
    };
    let known = survey.lines.iter().find(|known| known.line.name == line.name).ok_or_else(|| {
        Error::undecided(format!("line '{}' cannot be compared with main", line.name))
            .hint("see why with 'patch-pick status'")
    })?;
    let branch = branch(run, &survey, known, head.id)?;
    let groups =
        groups(&Origins { run, survey: &survey, line, known, forecaster: Forecaster::new(run.git)? }, &branch)?;
    let found: Vec<&Change> = groups.iter().filter_map(|group| group.change).collect();
    let rows = rows_of(run.git, &survey, &found, Depth::Stated, &run.protected.decisions, &|_| ())?;
    let of_main = survey.commits.iter().map(|commit| (commit.id, commit)).collect();
    let context = Context { run, survey: &survey, line, of_main, pull };
    let mut rows = rows.iter();
    let mut judged = Judged { notes: survey.notes.clone(), ..Judged::default() };
    for group in groups {
        let row = group.change.and_then(|_| rows.next());
        judged.verdicts.push(context.verdict(group, row)?);
    }
    if judged.verdicts.is_empty() {
        judged.notes.push(format!("pull request {} brings nothing to line {}", context.pull.number, line.name));
    }
    Ok(judged)
}

/// Commits of a pull request that are judged together: the picks of one change of main, or what is not from main.
struct Group<'s> {
    change: Option<&'s Change>,
    /// The commits of main that were picked.
    origins: Vec<CommitId>,
    picks: Vec<PickedFrom>,
    commits: Vec<Commit>,
}

/// Looks at what a pull request brings as if it were a line of its own.
fn branch(run: &Run<'_>, survey: &Survey, known: &LineSurvey, head: CommitId) -> Result<LineSurvey> {
    let own = run.git.commits_between(&[known.tip, survey.main_tip], head, None)?;
    let origins = presence::Origins::new(&survey.commits, &requests_of_members(&survey.changes)).of(run
        .protected
        .settings
        .config
        .project
        .repository
        .as_ref());
    let main: Vec<&Commit> = survey.commits.iter().collect();
    let patch_ids = run.git.patch_ids(&run.git.changing_alike(&own.iter().collect::<Vec<_>>(), &main)?)?;
    let matches = origins.matches(&own, &patch_ids, &all_keys());
    Ok(LineSurvey {
        line: known.line.clone(),
        branch: known.branch.clone(),
        tip: head,
        branch_point: known.tip,
        own,
        matches,
        ancestors: HashSet::new(),
        releases: HashMap::new(),
        first_release: None,
        taken_back: HashMap::new(),
        stated: HashSet::new(),
    })
}

/// Tells what the commits of a pull request were picked from, and puts those together that are judged together.
fn groups<'s>(origins_of: &Origins<'s>, branch: &LineSurvey) -> Result<Vec<Group<'s>>> {
    let (run, survey) = (origins_of.run, origins_of.survey);
    let commits: Vec<&Commit> = branch.own.iter().collect();
    let of_branch: HashMap<CommitId, &Commit> = commits.iter().map(|commit| (commit.id, *commit)).collect();
    let asked = vec![Asked { line: branch, commits }];
    let found = provenance(run.git, &run.protected.settings.config, survey.seen(), asked, Differences::Counted)?;
    let mut groups: Vec<Group<'_>> = Vec::new();
    for verified in found.into_iter().flat_map(|line| line.commits) {
        let commit = of_branch[&verified.commit];
        let origin = origins_of.of(commit, &verified)?;
        let is_sure =
            matches!(origin, Origin::Main(_) | Origin::Resolved(..) | Origin::Altered(..) | Origin::MadeAnew(..));
        let origins: Vec<CommitId> = match is_sure {
            true => verified.origins.iter().map(|origin| origin.commit).collect(),
            false => Vec::new(),
        };
        let change = looked_at(run.git, commit)?;
        let pick = PickedFrom { commit: commit.id, subject: verified.subject.clone(), change, origin };
        let holds = |change: &&Change| origins.iter().any(|id| change.id == *id || change.members.contains(id));
        let brought: Vec<&Change> = survey.changes.iter().filter(holds).collect();
        if brought.is_empty() {
            add(&mut groups, None, &origins, pick, commit);
        } else {
            brought.into_iter().for_each(|change| add(&mut groups, Some(change), &origins, pick.clone(), commit));
        }
    }
    groups.extend(merged_main(run, branch)?);
    Ok(groups)
}

fn add<'s>(
    groups: &mut Vec<Group<'s>>,
    change: Option<&'s Change>,
    origins: &[CommitId],
    pick: PickedFrom,
    commit: &Commit,
) {
    let of_line = |pick: &PickedFrom| matches!(pick.origin, Origin::OfLine(_));
    let belongs = |group: &&mut Group<'_>| match (group.change, change) {
        (Some(known), Some(change)) => known.id == change.id,
        (None, None) => of_line(&pick) && group.picks.iter().all(of_line),
        (Some(_), None) | (None, Some(_)) => false,
    };
    match groups.iter_mut().find(belongs) {
        Some(group) => {
            group.origins.extend(origins);
            group.picks.push(pick);
            group.commits.push(commit.clone());
        }
        None => {
            groups.push(Group { change, origins: origins.to_vec(), picks: vec![pick], commits: vec![commit.clone()] });
        }
    }
}

/// Finds merges that bring main to the line as a whole: what main has is no pick by that.
fn merged_main<'s>(run: &Run<'_>, branch: &LineSurvey) -> Result<Vec<Group<'s>>> {
    let all = run.git.commits_between(&[branch.branch_point], branch.tip, None)?;
    let own: HashSet<CommitId> = branch.own.iter().map(|commit| commit.id).collect();
    let foreign: Vec<&Commit> = all.iter().filter(|commit| !own.contains(&commit.id)).collect();
    let Some(newest) = foreign.last() else { return Ok(Vec::new()) };
    let origin = Origin::MergesMain { commits: foreign.len(), newest: newest.id };
    let brings = |commit: &&Commit| commit.parents.iter().any(|parent| foreign.iter().any(|one| one.id == *parent));
    let mut by: Vec<&Commit> = branch.own.iter().filter(brings).collect();
    if by.is_empty() {
        // No merge was needed: the branch of the pull request is one of main.
        by.push(newest);
    }
    let group = |commit: &Commit| {
        let (subject, change) = (commit.subject().to_owned(), looked_at(run.git, commit)?);
        let picks = vec![PickedFrom { commit: commit.id, subject, change, origin: origin.clone() }];
        Ok(Group { change: None, origins: Vec::new(), picks, commits: vec![commit.clone()] })
    };
    by.into_iter().map(group).collect()
}

/// A pull request to a line.
struct Context<'c> {
    run: &'c Run<'c>,
    survey: &'c Survey,
    line: &'c Line,
    of_main: HashMap<CommitId, &'c Commit>,
    pull: PullRequest,
}

impl Context<'_> {
    fn verdict(&self, group: Group<'_>, row: Option<&Row>) -> Result<Verdict> {
        let named = match (group.change, group.commits.last()) {
            (Some(change), _) => Named::of(change),
            (None, last) => Named {
                id: last.map_or(self.pull.head.commit, |commit| commit.id),
                title: last.map_or_else(String::new, |commit| commit.subject().to_owned()),
                pull_request: None,
                commits: group.commits.iter().map(|commit| commit.id).collect(),
            },
        };
        Ok(verdict(self.run, &named, self.line, &self.facts(group, row)?))
    }

    fn facts(&self, group: Group<'_>, row: Option<&Row>) -> Result<Facts> {
        let (touched, raised) = self.touched(&group.commits)?;
        let of_change = group.change.map(|change| change.id);
        let mut origins = group.origins;
        origins.extend(of_change.filter(|id| !origins.contains(id)));
        let of_main = origins.iter().filter_map(|id| self.of_main.get(id).copied());
        let no_pick = || Missing::Failed("it is no pick of a change that main made since the line left it".to_owned());
        let reverted = group.change.map(|change| self.survey.fates.fate(change.id).reverted_by);
        let newer = row.map(|row| newer(self.run, self.survey, row, self.line));
        let out = group.change.zip(row).zip(newer.as_deref());
        let out = out.map(|((change, row), newer)| out_since(self.run, self.survey, (change, row), newer, None));
        let mut facts = Facts {
            line: line_facts(self.line),
            messages: Known::Known(group.commits.iter().chain(of_main).map(message).collect()),
            main: match reverted {
                Some(None) => Known::Known(OnMain::Stands),
                Some(Some(revert)) => Known::Known(OnMain::TakenBack(revert)),
                None => Known::Unknown(no_pick()),
            },
            state: Known::Unknown(Missing::NotAsked),
            newer: newer.map_or_else(|| Known::Unknown(no_pick()), Known::Known),
            out_since: out.map_or_else(|| Known::Unknown(no_pick()), Known::Known),
            changed: Known::Known(touched),
            applies: Known::Unknown(Missing::NotAsked),
            raised,
            pull: Known::Known(Some(self.pull.clone())),
            decision: group
                .change
                .and_then(|change| self.run.protected.decisions.about(change, &self.line.name))
                .cloned(),
            picks: Some(Known::Known(group.picks)),
            embargo: EmbargoFacts::default(),
        };
        facts.embargo = embargo(self.run, &facts);
        Ok(facts)
    }

    /// Returns what some commits change together, each file once.
    fn touched(&self, commits: &[Commit]) -> Result<(Vec<Touched>, Known<Vec<Raised>>)> {
        let (mut all, mut raised) = (Vec::<Touched>::new(), Known::Known(Vec::new()));
        for commit in commits {
            let (files, more) = changed(self.run, base_of(self.run.git, commit)?.tree, commit.tree)?;
            for file in files {
                match all.iter_mut().find(|known| known.path == file.path) {
                    Some(known) => {
                        known.added += file.added;
                        known.removed += file.removed;
                    }
                    None => all.push(file),
                }
            }
            raised = match (raised, more) {
                (Known::Known(mut known), Known::Known(more)) => {
                    known.extend(more);
                    Known::Known(known)
                }
                (Known::Unknown(why), _) | (Known::Known(_), Known::Unknown(why)) => Known::Unknown(why),
            };
        }
        Ok((all, raised))
    }
}
