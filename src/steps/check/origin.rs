//! Where a commit of a pull request to a line comes from.

use std::collections::BTreeMap;

use crate::model::arrange::Arrange as _;
use crate::model::change::Change as MainChange;
use crate::model::commit::{BlobId, Commit, CommitId, TreeId};
use crate::model::decision::Answer;
use crate::model::edit::{Change as Move, Files, rewrite, survey};
use crate::model::eligibility::facts::Origin;
use crate::model::eligibility::resolved::keeps_the_rest;
use crate::model::error::Result;
use crate::model::forecast::{Entry, Outcome};
use crate::model::line::Line;
use crate::model::path::PathPolicies;
use crate::model::plan::PolicyName;
use crate::model::presence::Certainty;
use crate::model::tag::TagName;
use crate::model::trailer::markers;
use crate::model::verify::{Verdict, Verified, line_only_reason};
use crate::model::version::{ReleaseVersion, permit};
use crate::ports::git::{Change, Forecaster, Pick, Treeish, Worker, changes};
use crate::ports::survey::chain::{base_of, link, tip};
use crate::ports::survey::{LineSurvey, Survey};
use crate::ports::tree::CommitFiles;

use super::Run;

/// A line, for questions about what a pull request brings to it.
pub(super) struct Origins<'o> {
    pub(super) run: &'o Run<'o>,
    pub(super) survey: &'o Survey,
    pub(super) line: &'o Line,
    /// The line as it is without the pull request.
    pub(super) known: &'o LineSurvey,
    /// Works out what picks and reverts come to.
    pub(super) forecaster: Forecaster,
}

/// What picks onto a commit give.
struct Picked {
    tree: TreeId,
    /// What they are made of: what they are put onto, and each fix.
    sides: Vec<Treeish>,
    /// The paths that conflict.
    conflicts: Vec<String>,
    /// The paths that a command makes anew, and which are left as the line has them.
    anew: Vec<String>,
}

impl Origins<'_> {
    /// Tells where a commit comes from.
    ///
    /// # Errors
    /// When history or objects are missing, or git fails.
    pub(super) fn of(&self, commit: &Commit, verified: &Verified) -> Result<Origin> {
        if commit.is_merge() {
            return Ok(Origin::OddMerge);
        }
        if let Some(taken) = self.taken_back(commit) {
            return self.revert(commit, taken, verified);
        }
        let reasons = || verified.reasons.join("; ");
        Ok(match (verified.verdict, verified.origins.first()) {
            (Verdict::Same | Verdict::Context | Verdict::Changed, Some(_)) => self.compared(commit, verified)?,
            (Verdict::LineOnly, _) => self.of_line(commit, reasons())?,
            (Verdict::Unresolved, _) => Origin::Elsewhere(reasons()),
            (Verdict::Unexplained, from) => match (self.version_move(commit)?, from) {
                (Some(moved), _) => Origin::OfLine(moved),
                (None, Some(from)) => Origin::Probably(from.commit),
                (None, None) => Origin::Nowhere,
            },
            (Verdict::Same | Verdict::Context | Verdict::Changed, None) => Origin::Nowhere,
        })
    }

    /// Compares a commit with what picking its origins in its place gives: a conflict is resolved by hand, and what does not
    /// conflict has to be as git makes it, or as the line has it where `keep-line` says so. What a command of `regenerate` makes cannot
    /// be known without running it, so there it is either what the line has, or what git makes, or for a person to look at.
    fn compared(&self, commit: &Commit, verified: &Verified) -> Result<Origin> {
        let mut origins: Vec<CommitId> = verified.origins.iter().map(|origin| origin.commit).collect();
        origins.arrange_by_key(|id| self.survey.commits.iter().position(|known| known.id == *id));
        let (Some(from), Some(parent)) = (origins.first().copied(), commit.parents.first()) else {
            return Ok(Origin::Nowhere);
        };
        let mut worker = self.forecaster.worker()?;
        let picked = self.picked(&mut worker, &origins, *parent, &self.run.protected.settings.config.pick.paths)?;
        let by_git = match picked.anew.is_empty() {
            true => None,
            false => Some(self.picked(&mut worker, &origins, *parent, &PathPolicies::default())?),
        };
        let (mut resolved, mut anew, mut altered) = (Vec::new(), Vec::new(), Vec::new());
        for file in changes(worker.objects(), picked.tree, commit.tree)? {
            let path = String::from_utf8_lossy(&file.path).into_owned();
            if let Some(by_git) = by_git.as_ref().filter(|_| picked.anew.contains(&path)) {
                let is_merged = worker.objects().at(by_git.tree, &file.path)? == file.new;
                if !is_merged || by_git.conflicts.contains(&path) {
                    anew.push(path);
                }
            } else if picked.conflicts.contains(&path) && is_resolution(&mut worker, &file, &picked.sides)? {
                resolved.push(path);
            } else {
                altered.push(path);
            }
        }
        Ok(match (altered.is_empty(), anew.is_empty(), resolved.is_empty()) {
            // Who looks at one file has to know of the others that nothing vouches for.
            (false, _, _) => Origin::Altered(from, [altered, anew].concat()),
            (true, false, _) => Origin::MadeAnew(from, anew),
            (true, true, false) => Origin::Resolved(from, resolved),
            (true, true, true) => Origin::Main(from),
        })
    }

    /// Picks commits one onto the other, the first onto `parent`.
    fn picked(
        &self,
        worker: &mut Worker<'_>,
        origins: &[CommitId],
        parent: CommitId,
        policies: &PathPolicies,
    ) -> Result<Picked> {
        let git = self.run.git;
        let mut ours = tip(git, parent)?;
        let mut picked = Picked { tree: ours.tree, sides: vec![ours], conflicts: Vec::new(), anew: Vec::new() };
        for origin in origins {
            let fix = git.commit(*origin)?;
            let link = link(worker, git, policies, &fix, ours)?;
            picked.conflicts.extend(link.forecast.files);
            let by_command = link.by_policy.into_iter().filter(|decided| decided.policy == PolicyName::Regenerate);
            picked.anew.extend(by_command.map(|decided| decided.path));
            picked.sides.push(Treeish { tree: fix.tree, commit: None });
            ours = Treeish { tree: link.forecast.tree, commit: None };
        }
        Ok(Picked { tree: ours.tree, ..picked })
    }

    /// Judges what a commit says that belongs to the line alone. What the line loses or gets by it, main has to agree with.
    fn of_line(&self, commit: &Commit, reasons: String) -> Result<Origin> {
        if let Some(reason) = line_only_reason(&commit.message) {
            return Ok(Origin::SaysOfLine(reason.to_owned()));
        }
        Ok(self.version_move(commit)?.map_or(Origin::SaysOfLine(reasons), Origin::OfLine))
    }

    /// Returns the commit in the history of the line that a commit says it takes back.
    fn taken_back(&self, commit: &Commit) -> Option<CommitId> {
        let git = self.run.git;
        let parent = commit.parents.first()?;
        let named = markers(&commit.message).into_iter().filter_map(|marker| marker.relation.reverted());
        let mut ids = named.filter_map(|prefix| prefix.full().or_else(|| git.expand(prefix.as_str())));
        ids.find(|id| git.is_ancestor(*id, *parent))
    }

    /// Says whether a commit changes what `git revert` makes of another one in its place.
    fn is_revert(&self, commit: &Commit, taken: CommitId) -> Result<bool> {
        let git = self.run.git;
        let (taken, Some(parent)) = (git.commit(taken)?, commit.parents.first()) else { return Ok(false) };
        let before = base_of(git, &taken)?;
        let pick = Pick { base: tip(git, taken.id)?, ours: tip(git, *parent)?, theirs: before };
        let forecast = self.forecaster.worker()?.forecast(&pick)?;
        Ok(forecast.outcome == Outcome::Clean && forecast.tree == commit.tree)
    }

    /// A revert takes a fix away from the line: where main still has it, that is somebody's decision.
    fn revert(&self, commit: &Commit, taken: CommitId, verified: &Verified) -> Result<Origin> {
        if !self.is_revert(commit, taken)? {
            let other = format!("it takes back {}, and changes something else than git would", taken.short());
            return Ok(Origin::SaysOfLine(other));
        }
        self.true_revert(taken, verified, format!("it takes back {}, and nothing else", taken.short()))
    }

    fn true_revert(&self, taken: CommitId, verified: &Verified, reasons: String) -> Result<Origin> {
        let pick = |found: &&crate::model::presence::Match| found.pick == taken && found.certainty == Certainty::Yes;
        let on_main = match self.run.git.is_ancestor(taken, self.survey.main_tip) {
            true => Some(taken),
            false => self.known.matches.iter().find(pick).map(|found| found.origin),
        };
        let Some(on_main) = on_main else { return Ok(Origin::SaysOfLine(reasons)) };
        // What main took back may be older than what was looked at; then the revert itself is like one of main.
        let mut like =
            self.survey.commits.iter().filter(|known| verified.origins.iter().any(|one| one.commit == known.id));
        let takes_it = |known: &Commit| {
            let mut named = markers(&known.message).into_iter().filter_map(|marker| marker.relation.reverted());
            named.any(|prefix| prefix.matches(on_main))
        };
        let took = self.survey.fates.fate(on_main).reverted_by.is_some() || like.any(takes_it);
        if took && !self.main_has(on_main)? {
            return Ok(Origin::OfLine(format!("{reasons}, as main did")));
        }
        let holds = |change: &&MainChange| change.id == on_main || change.members.contains(&on_main);
        let change = self.survey.changes.iter().find(holds);
        let decision = change.and_then(|change| self.run.protected.decisions.about(change, &self.line.name));
        Ok(match decision.filter(|decision| decision.answer == Answer::Decline) {
            Some(decision) => Origin::OfLine(format!("{reasons}, and {} declined it for the line", decision.by)),
            None => Origin::SaysOfLine(format!(
                "{reasons}, but main still has {}; whether the line goes without it is decided with 'patch-pick decide --decline'",
                on_main.short()
            )),
        })
    }

    /// Says whether main has a change that it once took back: then taking it back again is something to do.
    fn main_has(&self, id: CommitId) -> Result<bool> {
        let git = self.run.git;
        let theirs = base_of(git, &git.commit(id)?)?;
        let pick = Pick { base: tip(git, id)?, ours: tip(git, self.survey.main_tip)?, theirs };
        Ok(self.forecaster.worker()?.forecast(&pick)?.outcome == Outcome::Clean)
    }

    /// Returns the versions that have a tag here.
    fn tagged(&self) -> Result<Vec<ReleaseVersion>> {
        let tag = &self.run.protected.settings.tag;
        let version = |name: &TagName| ReleaseVersion::try_from(&tag.version_of(name.as_str())?).ok();
        Ok(self.run.tags()?.iter().filter_map(version).collect())
    }

    /// Says from which version to which a commit moves the line, if that is all it does.
    fn version_move(&self, commit: &Commit) -> Result<Option<String>> {
        let Some(parent) = commit.parents.first() else { return Ok(None) };
        let git = self.run.git;
        let configured = &self.run.protected.settings.config.versions;
        let (before, after) = (CommitFiles::of(git, *parent)?, CommitFiles::of(git, commit.id)?);
        // What cannot be read holds no version that moved.
        let Ok(old) = survey(configured, &before) else { return Ok(None) };
        let versions = (old.version(), survey(configured, &after).and_then(|new| new.version()));
        let (Ok(from), Ok(to)) = versions else { return Ok(None) };
        if permit(&from, &to, Some(self.line), &self.tagged()?).is_err() {
            return Ok(None);
        }
        let change = Move { from: from.clone(), to: to.clone(), digests: BTreeMap::new() };
        for file in &old.files {
            let (Ok(moved), Some(there)) = (rewrite(file, &change), after.read(&file.path)?) else { return Ok(None) };
            if moved.text.as_bytes() != there.as_slice() {
                return Ok(None);
            }
        }
        let is_moved = |file: &Change| {
            let known = old.files.iter().any(|known| known.path.as_str().as_bytes() == file.path);
            known && file.old.zip(file.new).is_some_and(|(old, new)| old.mode == new.mode)
        };
        let mut objects = git.objects()?;
        let alone = changes(&mut objects, git.tree_of(*parent)?, commit.tree)?.iter().all(is_moved);
        Ok(alone.then(|| format!("it moves the version from {from} to {to}, and nothing else")))
    }
}

/// Says whether a file that conflicted was resolved, and otherwise left as git makes it. One without text is one of the sides.
fn is_resolution(worker: &mut Worker<'_>, file: &Change, sides: &[Treeish]) -> Result<bool> {
    let objects = worker.objects();
    let text = |entry: &Entry| BlobId::from_bytes(entry.id);
    if let (Some(marked), Some(now)) = (&file.old, &file.new)
        && let Some(keeps) = keeps_the_rest(&objects.blob(text(marked))?, &objects.blob(text(now))?)
    {
        return Ok(keeps && marked.mode == now.mode);
    }
    for side in sides {
        if objects.at(side.tree, &file.path)? == file.new {
            return Ok(true);
        }
    }
    Ok(false)
}
