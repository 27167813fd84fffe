//! Where the commits of a release come from.
//!
//! Picks that name their origin, and whose origin names its pull request, are traced without a look at all of main. Only where one
//! of them does not, main is surveyed from where the line left it.

use std::collections::{HashMap, HashSet};

use crate::model::change::{Change, own_pull_request, title};
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::notes::claim::Brought;
use crate::model::notes::{LeftOut, OwnRequest, Traced, WhyLeftOut};
use crate::model::request::Differences;
use crate::model::trailer::{Relation, markers};
use crate::model::verify::{Verdict, Verified, line_only_reason};
use crate::ports::git::{Git, History};
use crate::ports::provenance::{Asked, merges_with_edits, provenance};
use crate::ports::settings::Settings;
use crate::ports::survey::stretch::{Stretch, StretchSurvey, stretch};

use super::beside::{OwnPart, find_own_parts};
use super::claims::without_wrong_claims;
use super::forward::{OfLine, as_on_the_line};
use super::further::trace_further;
use super::numbers::{Arrival, Merged};
use super::unnamed::find_unnamed;

/// A commit of a release, and where it comes from.
pub(super) struct Pick {
    pub(super) commit: Commit,
    pub(super) origin: Traced,
    /// The changes of main that it brings, for sure; of several that it names, each with how much of it.
    pub(super) landed: Vec<Landed>,
    /// Where it brings none with a number for sure, by which pull request it came to the line.
    pub(super) own: Option<OwnRequest>,
    /// The merges that brought it, to the line and to main, and the commit of main that was made of it.
    pub(super) merges: Vec<Commit>,
    /// How it came to the line.
    pub(super) arrival: Option<Arrival>,
    /// The commits of main that it brings most of, beside those that it names.
    pub(super) unnamed: Vec<CommitId>,
    /// What it brings that none of these changes.
    pub(super) own_part: OwnPart,
}

/// A change of main.
#[derive(Clone)]
pub(super) struct Landed {
    pub(super) change: Change,
    /// The commits of it that were picked, or all of them where the change was picked as a whole.
    pub(super) commits: Vec<Commit>,
    /// Whether it was picked as a whole.
    pub(super) whole: bool,
    /// How much of it the pick brings.
    pub(super) brought: Brought,
    /// Whether somebody looked at the pick and said that it brings the change as it is.
    pub(super) accepted: bool,
    /// The commit of main that brings it again: that was picked after it was taken back, or was made of it.
    pub(super) again: Option<CommitId>,
}

impl Landed {
    /// Returns the commits whose patches are what was picked of it: its merge, where all that this brought was. What one commit of it changes and
    /// another one changes back is no part of that.
    ///
    /// # Errors
    /// When the merge is missing.
    pub(super) fn patched(&self, git: &Git) -> Result<Vec<Commit>> {
        let is_merge = self.whole && !self.change.members.contains(&self.change.id);
        if is_merge { Ok(vec![git.commit(self.change.id)?]) } else { Ok(self.commits.clone()) }
    }

    /// A change that is brought as a whole, or only the given commits of it.
    pub(super) const fn new(change: Change, commits: Vec<Commit>, whole: bool) -> Self {
        Self { change, commits, whole, brought: Brought::Most, accepted: false, again: None }
    }

    /// Says whether only a part of its commits was picked.
    pub(super) fn is_part(&self) -> bool {
        !self.whole && self.commits.len() < self.change.members.len()
    }

    /// Returns the names of the change, of what was picked of it, and of what brings it again.
    pub(super) fn ids(&self) -> impl Iterator<Item = CommitId> {
        let commits = self.commits.iter().map(|commit| commit.id);
        std::iter::once(self.change.id).chain(commits).chain(self.again)
    }

    /// Says whether a commit of main is the change, or was picked of it.
    pub(super) fn has(&self, commit: CommitId) -> bool {
        self.change.id == commit || self.commits.iter().any(|one| one.id == commit)
    }
}

/// Traces commits of a stretch; `merged` has the pull requests of the line.
///
/// # Errors
/// When main is not here, history is missing, or git fails.
pub(super) fn trace(
    git: &Git,
    settings: &Settings,
    place: &Stretch<'_>,
    commits: &[Commit],
    merged: &Merged,
    (left_out, warnings): (&mut Vec<LeftOut>, &mut Vec<String>),
) -> Result<Vec<Pick>> {
    let mut picks = match by_statement(git, settings, commits)? {
        Some(picks) => picks,
        None => by_survey(git, settings, place, commits, merged, (left_out, warnings))?,
    };
    trace_further(git, settings, &mut picks)?;
    for pick in &mut picks {
        let changes = pick.landed.iter().map(|landed| &landed.change);
        let merges = changes.filter(|change| !change.members.contains(&change.id)).map(|change| change.id);
        let again = pick.landed.iter().filter_map(|landed| landed.again);
        pick.merges = merges.chain(again).map(|id| git.commit(id)).collect::<Result<Vec<Commit>>>()?;
    }
    let mut picks = without_wrong_claims(git, settings, picks, merged)?;
    find_unnamed(git, settings, place.to, &mut picks)?;
    find_own_parts(git, settings, &mut picks)?;
    for pick in &mut picks {
        pick.merges.extend(merged.about(&pick.commit).cloned());
        pick.arrival = merged.arrival(&pick.commit);
    }
    Ok(picks)
}

/// Traces commits by what they say alone; `None`: one of them does not say enough.
fn by_statement(git: &Git, settings: &Settings, commits: &[Commit]) -> Result<Option<Vec<Pick>>> {
    let mut main = History::of(git, git.branch_commit(&settings.main)?)?;
    let mut picks = Vec::new();
    for commit in commits {
        let Some(origin) = stated(git, &mut main, commit)? else { return Ok(None) };
        let Some(number) = own_pull_request(&origin.message).filter(|_| !origin.is_merge()) else { return Ok(None) };
        let change =
            Change { id: origin.id, members: vec![origin.id], pull_request: Some(number), title: title(&origin) };
        picks.push(Pick {
            commit: commit.clone(),
            origin: Traced::main(vec![origin.id]),
            landed: vec![Landed::new(change, vec![origin], true)],
            own: None,
            merges: Vec::new(),
            arrival: None,
            unnamed: Vec::new(),
            own_part: OwnPart::Nothing,
        });
    }
    Ok(Some(picks))
}

/// Returns the one commit of main that a commit names as its origin, if it is the only one that it names, and no other pull request than
/// that of the commit.
pub(super) fn stated(git: &Git, main: &mut History<'_>, commit: &Commit) -> Result<Option<Commit>> {
    if commit.is_merge() {
        return Ok(None);
    }
    let named = markers(&commit.message).into_iter().filter_map(|marker| marker.relation.origin_commit());
    let mut found = None;
    for prefix in named {
        let Some(id) = git.named(&prefix).filter(|_| found.is_none()) else { return Ok(None) };
        if !main.contains(id)? {
            return Ok(None);
        }
        found = Some(git.commit(id)?);
    }
    let own = found.as_ref().and_then(|origin| own_pull_request(&origin.message));
    let called = title(commit);
    let names_other = markers(&commit.message)
        .iter()
        .filter_map(|marker| marker.origin_request(&called))
        .any(|request| own != Some(request.number));
    Ok(found.filter(|_| !names_other))
}

fn by_survey(
    git: &Git,
    settings: &Settings,
    place: &Stretch<'_>,
    commits: &[Commit],
    merged: &Merged,
    (left_out, warnings): (&mut Vec<LeftOut>, &mut Vec<String>),
) -> Result<Vec<Pick>> {
    let survey = stretch(git, settings, place, commits)?;
    let main = Main::of(git, &survey);
    let wanted: HashSet<CommitId> = commits.iter().map(|commit| commit.id).collect();
    let asked: Vec<&Commit> = survey.line.own.iter().filter(|commit| wanted.contains(&commit.id)).collect();
    let own: HashSet<CommitId> = asked.iter().map(|commit| commit.id).collect();
    let asked = vec![Asked { line: &survey.line, commits: asked }];
    let found = provenance(git, &settings.config, survey.seen(), asked, Differences::Counted)?;
    let mut verified: HashMap<CommitId, Verified> =
        found.into_iter().flat_map(|line| line.commits).map(|one| (one.commit, one)).collect();
    let numbers: HashSet<u64> = survey.changes.iter().filter_map(|change| change.pull_request).collect();
    let of_main = commits.iter().filter(|commit| commit.is_merge() && !own.contains(&commit.id));
    let edited = merges_with_edits(git, of_main)?;
    let mut picks = Vec::new();
    for commit in commits {
        let is_own = own.contains(&commit.id);
        let origin = match verified.remove(&commit.id) {
            Some(verified) => traced_on(&survey, verified, commit),
            // What main has as well is its own origin, and so is what a merge changed itself; what it only brought along is told of itself.
            None if !is_own && (!commit.is_merge() || edited.contains(&commit.id)) => Traced::main(vec![commit.id]),
            None => {
                let why = if commit.is_merge() { WhyLeftOut::Merge } else { WhyLeftOut::Empty };
                left_out.push(LeftOut { commit: commit.id, subject: commit.subject().to_owned(), why });
                continue;
            }
        };
        let mut landed = main.landed(origin.commits(), commit.id)?;
        warnings.extend(unknown_names(git, commit, &landed, &numbers));
        for own in landed.iter_mut().filter(|landed| came_later(landed, commit, &wanted)) {
            own.change = Change::of(commit, vec![commit.id]);
            own.change.pull_request = None;
        }
        let request = merged.request(commit, &numbers);
        let of_line = OfLine { commit, request: request.as_ref().map(|own| own.number) };
        as_on_the_line(git, &settings.main, &of_line, &mut landed)?;
        let has_number = landed.iter().any(|landed| landed.change.pull_request.is_some());
        let own = if has_number { None } else { request };
        let (merges, unnamed, own_part) = (Vec::new(), Vec::new(), OwnPart::Nothing);
        picks.push(Pick { commit: commit.clone(), origin, landed, own, merges, arrival: None, unnamed, own_part });
    }
    Ok(picks)
}

/// Says whether a commit of the line came to main by a merge that the release does not have, such as one of the whole line: that says
/// nothing of the commit.
fn came_later(landed: &Landed, commit: &Commit, release: &HashSet<CommitId>) -> bool {
    let change = &landed.change;
    change.id != commit.id && change.members.contains(&commit.id) && !release.contains(&change.id)
}

/// Says what a commit names as its origin beside what it was traced to, and what is not there. `numbers` are those of main.
fn unknown_names(git: &Git, commit: &Commit, landed: &[Landed], numbers: &HashSet<u64>) -> Vec<String> {
    let own =
        |landed: &Landed| landed.commits.iter().map(|one| one.id).chain([landed.change.id]).any(|id| id == commit.id);
    if landed.is_empty() || landed.iter().any(own) {
        return Vec::new();
    }
    // A title may have kept the number of an issue.
    let is_quoted = |number: u64| {
        let quotes = |text: &str| text.contains(&format!("#{number}"));
        landed.iter().any(|one| quotes(&one.change.title) || one.commits.iter().any(|from| quotes(&from.message)))
    };
    let told = |what: String| format!("{} names {what} as its origin, too", commit.id.short());
    let unknown = markers(&commit.message).into_iter().filter_map(|marker| match marker.relation {
        Relation::OriginPullRequest(request)
            if !numbers.contains(&request.number)
                && landed.iter().all(|one| one.change.pull_request != Some(request.number))
                && !is_quoted(request.number) =>
        {
            let what = told(format!("pull request #{}", request.number));
            Some(format!("{what}, which no commit of main since the line left it names"))
        }
        Relation::OriginCommit(prefix) => {
            git.named(&prefix).is_none().then(|| format!("{}, which is no commit here", told(prefix.to_string())))
        }
        _ => None,
    });
    unknown.collect()
}

/// Returns where a commit comes from; `near` is the commit of main that it brings but for a few lines.
fn traced(verified: Verified, near: Option<&CommitId>) -> Traced {
    let commits: Vec<CommitId> = verified.origins.iter().map(|origin| origin.commit).collect();
    let reasons = verified.reasons;
    match (verified.verdict, near) {
        (Verdict::Same | Verdict::Context | Verdict::Changed, _) => Traced::main(commits),
        (Verdict::LineOnly, _) => Traced::Line { reasons },
        (Verdict::Unresolved | Verdict::Unexplained, Some(near)) => Traced::main(vec![*near]),
        (Verdict::Unexplained, None) if !commits.is_empty() => Traced::Probably { commits, reasons },
        (Verdict::Unresolved | Verdict::Unexplained, None) => Traced::Nowhere { reasons },
    }
}

/// Returns where a commit of a stretch comes from.
fn traced_on(survey: &StretchSurvey, verified: Verified, commit: &Commit) -> Traced {
    let found = traced(verified, survey.near.get(&commit.id));
    if survey.back.contains(&commit.id) { or_itself(found, commit) } else { found }
}

/// Returns where a commit comes from that main has by a merge of the line: where nothing tells that for sure, the line is where it began, and
/// it is its own origin.
fn or_itself(found: Traced, commit: &Commit) -> Traced {
    let is_sure = match &found {
        Traced::Main { .. } => true,
        // Its message says so, or only what it touches does.
        Traced::Line { .. } => line_only_reason(&commit.message).is_some(),
        Traced::Nowhere { .. } | Traced::Probably { .. } | Traced::Claimed { .. } => false,
    };
    if is_sure { found } else { Traced::main(vec![commit.id]) }
}

/// Main, for questions about which change a commit belongs to.
struct Main<'s> {
    git: &'s Git,
    commits: HashMap<CommitId, &'s Commit>,
    /// The change of each commit and of each merge.
    changes: HashMap<CommitId, &'s Change>,
}

impl<'s> Main<'s> {
    fn of(git: &'s Git, survey: &'s StretchSurvey) -> Self {
        let mut changes = HashMap::new();
        for change in &survey.changes {
            changes.insert(change.id, change);
            changes.extend(change.members.iter().map(|member| (*member, change)));
        }
        Self { git, commits: survey.commits.iter().map(|commit| (commit.id, commit)).collect(), changes }
    }

    fn commit(&self, id: CommitId) -> Result<Commit> {
        self.commits.get(&id).map_or_else(|| self.git.commit(id), |commit| Ok((*commit).clone()))
    }

    /// Returns what a commit is or, for a merge, brought to the branch that it is on, without merges.
    fn brought(&self, commit: &Commit) -> Result<Vec<CommitId>> {
        let [first, _, ..] = commit.parents.as_slice() else { return Ok(vec![commit.id]) };
        let brought = self.git.commits_between(&[*first], commit.id, None)?;
        let members: Vec<CommitId> = brought.iter().filter(|one| !one.is_merge()).map(|one| one.id).collect();
        Ok(if members.is_empty() { vec![commit.id] } else { members })
    }

    /// Returns the changes that commits belong to. One from before the line left main is taken by itself, and so is a merge that main has by
    /// another one. `pick` is the commit that is traced: what a merge changed itself is no more than that.
    fn landed(&self, origins: &[CommitId], pick: CommitId) -> Result<Vec<Landed>> {
        let mut found: Vec<Landed> = Vec::new();
        for id in origins {
            let commit = self.commit(*id)?;
            let change = match self.changes.get(id) {
                Some(change) => (*change).clone(),
                None if *id == pick => Change::of(&commit, vec![pick]),
                None => Change::of(&commit, self.brought(&commit)?),
            };
            let is_whole = change.id == *id;
            match found.iter_mut().find(|landed| landed.change.id == change.id) {
                Some(known) if known.commits.iter().any(|one| one.id == *id) => {}
                Some(known) => known.commits.push(commit),
                None if is_whole => {
                    let members = change.members.iter().map(|member| self.commit(*member));
                    let commits = members.collect::<Result<Vec<Commit>>>()?;
                    found.push(Landed::new(change, commits, true));
                }
                None => found.push(Landed::new(change, vec![commit], false)),
            }
        }
        Ok(found)
    }
}
