//! Where each change of main stands on each line.

use std::collections::{HashMap, HashSet};

use chrono::DateTime;

use crate::model::arrange::Arrange as _;
use crate::model::change::Change;
use crate::model::commit::{Commit, CommitId};
use crate::model::decision::{Answer, Decisions};
use crate::model::error::Result;
use crate::model::line::{LineName, Series};
use crate::model::presence::{Certainty, Evidence, Match};
use crate::model::request::Depth;
use crate::model::status::{Cell, Known, Row, State, decide};
use crate::model::trailer::{Relation, markers};
use crate::ports::git::{Forecaster, Git, Objects};

use super::affected::{affected, suspects};
use super::chain::{pick_onto, tip};
use super::{Having, LineSurvey, Survey};

/// Returns a row for each change that was looked at, the newest first.
///
/// # Errors
/// When history or objects are missing, or git fails.
pub fn table(
    git: &Git,
    survey: &Survey,
    depth: Depth,
    decisions: &Decisions,
    advance: &dyn Fn(usize),
) -> Result<Vec<Row>> {
    let all: Vec<&Change> = survey.changes.iter().rev().collect();
    rows_of(git, survey, &all, depth, decisions, advance)
}

/// Returns a row for each of some changes that were looked at, in the same order.
///
/// # Errors
/// When history or objects are missing, or git fails.
pub fn rows_of(
    git: &Git,
    survey: &Survey,
    changes: &[&Change],
    depth: Depth,
    decisions: &Decisions,
    advance: &dyn Fn(usize),
) -> Result<Vec<Row>> {
    let commits: HashMap<CommitId, &Commit> = survey.commits.iter().map(|commit| (commit.id, commit)).collect();
    let having = Having::new(git, survey);
    let context = Context { git, survey, commits: &commits, decisions, having, depth };
    let mut objects = git.objects()?;
    let indexes: Vec<Picks<'_>> = survey.lines.iter().map(Picks::of).collect();
    let mut rows = Vec::new();
    for change in changes {
        let cells = context.cells(&mut objects, &indexes, change)?;
        advance(changes.len());
        rows.push(context.row(change, cells));
    }
    Ok(rows)
}

/// The picks of one line, by their origin.
pub struct Picks<'s> {
    by_origin: HashMap<CommitId, Vec<&'s Match>>,
    order: HashMap<CommitId, usize>,
}

impl<'s> Picks<'s> {
    /// Indexes the picks of a line.
    pub fn of(line: &'s LineSurvey) -> Self {
        let mut by_origin: HashMap<CommitId, Vec<&Match>> = HashMap::new();
        for found in &line.matches {
            by_origin.entry(found.origin).or_default().push(found);
        }
        Self { by_origin, order: line.own.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect() }
    }

    fn standing(&self, line: &LineSurvey, origin: CommitId) -> Vec<&'s Match> {
        let all = self.by_origin.get(&origin).into_iter().flatten();
        all.filter(|found| !line.taken_back.contains_key(&found.pick)).copied().collect()
    }

    /// Collects what is known about a change from the line's picks.
    pub fn known(&self, line: &LineSurvey, change: &Change) -> Known {
        if line.ancestors.contains(&change.id) {
            let detail = format!("{} is in the line's history", change.id.short());
            return Known::in_history(detail, line.first_release.clone());
        }
        // Main got by merging the line what that had already.
        if let Some(last) =
            change.members.last().filter(|_| change.members.iter().all(|id| line.ancestors.contains(id)))
        {
            let detail = format!("all that {} brought is in the line's history", change.id.short());
            return Known::in_history(detail, line.releases.get(last).cloned());
        }
        let whole = self.standing(line, change.id);
        let parts: Vec<Vec<&Match>> = if whole.iter().any(|found| found.certainty == Certainty::Yes) {
            vec![whole]
        } else {
            let in_history = |member: &&CommitId| !line.ancestors.contains(*member);
            change.members.iter().filter(in_history).map(|member| self.standing(line, *member)).collect()
        };
        let best = |found: &Vec<&Match>| found.iter().map(|found| found.certainty).max();
        let found = parts.iter().filter(|part| best(part) == Some(Certainty::Yes)).count();
        let certainty = parts.iter().map(best).min().flatten().filter(|_| !parts.is_empty());
        let mut used: Vec<&Match> = parts.iter().flatten().copied().collect();
        used.arrange_by_key(|found| self.order.get(&found.pick));
        let mut evidence: Vec<Evidence> = used.iter().flat_map(|found| found.evidence.iter().cloned()).collect();
        evidence.arrange_by_key(|piece| piece.key);
        evidence.dedup();
        let mut picks: Vec<CommitId> = used.iter().map(|found| found.pick).collect();
        picks.dedup();
        // A change is released when its last pick is.
        let release = picks.last().and_then(|pick| line.releases.get(pick)).cloned();
        let taken_back = || {
            let all = std::iter::once(&change.id).chain(&change.members);
            let gone = all.filter_map(|id| self.by_origin.get(id)).flatten();
            gone.filter_map(|found| Some((found.pick, *line.taken_back.get(&found.pick)?))).next()
        };
        Known {
            picks,
            evidence,
            certainty,
            found: (found, parts.len()),
            release,
            taken_back: taken_back(),
            ..Known::default()
        }
    }
}

struct Context<'s> {
    git: &'s Git,
    survey: &'s Survey,
    commits: &'s HashMap<CommitId, &'s Commit>,
    decisions: &'s Decisions,
    having: Having<'s>,
    depth: Depth,
}

impl Context<'_> {
    fn cells(&self, objects: &mut Objects, indexes: &[Picks<'_>], change: &Change) -> Result<Vec<Cell>> {
        let lines = &self.survey.lines;
        let mut known: Vec<Known> = lines.iter().zip(indexes).map(|(line, picks)| picks.known(line, change)).collect();
        let reverted_by = self.reverted_by(change);
        let mut stated = None;
        let mut suspected = None;
        for at in 0..lines.len() {
            let line = &lines[at];
            let has = |known: &Known| known.certainty == Some(Certainty::Yes) && !known.ancestor;
            let older = lines.iter().zip(&known).skip(at + 1).find(|(_, known)| has(known));
            let on_older = older.map(|(line, _)| line.line.name.clone());
            let known = &mut known[at];
            known.on_older = on_older;
            known.reverted_by = reverted_by;
            known.decision = self.decision(change, &line.line.name);
            if known.ancestor || known.certainty.is_some() {
                continue;
            }
            let statements = stated.get_or_insert_with(|| self.statements(change));
            known.affected = self.by_statement(line, statements)?;
            if known.affected.is_none() && self.depth == Depth::Blamed {
                if suspected.is_none() {
                    suspected = Some(suspects(self.git, self.commits[&change.id])?);
                }
                if let Some(suspected) = &suspected {
                    let tree = self.git.tree_of(line.tip)?;
                    let found = affected(objects, suspected, tree, &mut |commit| self.having.has(line, commit))?;
                    known.affected = found.verdict();
                }
            }
        }
        Ok(lines.iter().zip(known).map(|(line, known)| decide(&line.line.name, known)).collect())
    }

    fn decision(&self, change: &Change, line: &LineName) -> Option<(bool, String)> {
        let latest = self.decisions.about(change, line)?;
        Some((latest.answer == Answer::Accept, latest.reason.to_string()))
    }

    /// Returns what took a change back on main: itself, or, for a merged pull request, every one of its commits.
    fn reverted_by(&self, change: &Change) -> Option<CommitId> {
        let fate = |id: CommitId| self.survey.fates.fate(id).reverted_by;
        fate(change.id).or_else(|| {
            let each: Option<Vec<CommitId>> = change.members.iter().map(|member| fate(*member)).collect();
            each?.last().copied()
        })
    }

    /// Returns what the messages of a change say about other commits that bears on which lines need it.
    fn statements(&self, change: &Change) -> Vec<(Verb, Target)> {
        let ids: HashSet<CommitId> = change.members.iter().copied().chain([change.id]).collect();
        let messages = ids.iter().filter_map(|id| self.commits.get(id)).map(|commit| &commit.message);
        let mut found = Vec::new();
        for marker in messages.flat_map(|message| markers(message)) {
            let (verb, prefix) = match marker.relation {
                Relation::Fixes(prefix) => (Verb::Repairs, prefix),
                Relation::Reverts(prefix) => (Verb::TakesBack, prefix),
                Relation::StableFrom(first) => {
                    found.push((Verb::AsksFor, Target::Line(first)));
                    continue;
                }
                Relation::OriginCommit(_)
                | Relation::OriginPullRequest(_)
                | Relation::OwnPullRequest(_)
                | Relation::KeptPullRequest(_)
                | Relation::Requires { .. }
                | Relation::RevertsPullRequest(_)
                | Relation::RevertsSubject(_)
                | Relation::Reapplies(_) => continue,
            };
            let target = prefix.full().or_else(|| self.git.expand(prefix.as_str()));
            found.extend(target.filter(|id| !ids.contains(id)).map(|id| (verb, Target::Commit(id))));
        }
        found.arrange_by_key(|(verb, target)| (*verb, *target));
        found
    }

    /// Says what the statements of a change mean for a line that lacks it.
    fn by_statement(&self, line: &LineSurvey, statements: &[(Verb, Target)]) -> Result<Option<(bool, String)>> {
        let mut lacks = None;
        for (verb, target) in statements {
            match target {
                Target::Line(first) if line.line.name.series().is_some_and(|series| series >= *first) => {
                    return Ok(Some((true, format!("it asks for every line from {first} on"))));
                }
                Target::Line(_) => {}
                Target::Commit(id) if self.having.has(line, *id)? => {
                    return Ok(Some((true, format!("it {} {}, which the line has", verb.as_str(), id.short()))));
                }
                Target::Commit(id) if *verb == Verb::TakesBack => {
                    lacks = Some((false, format!("it takes back {}, which the line lacks", id.short())));
                }
                // That a bug's first commit is not there does not show that the bug is not: the code decides.
                Target::Commit(_) => {}
            }
        }
        Ok(lacks)
    }

    fn row(&self, change: &Change, cells: Vec<Cell>) -> Row {
        let commit = self.commits[&change.id];
        let author = change.members.last().and_then(|id| self.commits.get(id)).unwrap_or(&commit);
        let landed = DateTime::from_timestamp(commit.committer.seconds, 0);
        Row {
            change: change.id,
            commits: change.members.clone(),
            pull_request: change.pull_request,
            title: change.title.clone(),
            author: author.author.name.clone(),
            landed: landed.map(|moment| moment.to_rfc3339()).unwrap_or_default(),
            cells,
        }
    }
}

/// What a change does with what its message names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verb {
    AsksFor,
    Repairs,
    TakesBack,
}

impl Verb {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AsksFor => "asks for",
            Self::Repairs => "repairs",
            Self::TakesBack => "takes back",
        }
    }
}

/// What a message names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Line(Series),
    Commit(CommitId),
}

/// Works out what picking each change would do on the lines that need it, and puts it into the cells.
///
/// # Errors
/// When an object is missing or git fails.
pub fn forecast_needed(git: &Git, survey: &Survey, rows: &mut [Row]) -> Result<()> {
    let mut places = Vec::new();
    let mut picks = Vec::new();
    for (row_at, row) in rows.iter().enumerate() {
        for (line_at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| cell.state == State::Needed) {
            debug_assert_eq!(cell.line, survey.lines[line_at].line.name);
            picks.push(pick_onto(git, &git.commit(row.change)?, tip(git, survey.lines[line_at].tip)?)?);
            places.push((row_at, line_at));
        }
    }
    if picks.is_empty() {
        return Ok(());
    }
    for ((row, line), forecast) in places.into_iter().zip(Forecaster::new(git)?.all(&picks)?) {
        rows[row].cells[line].forecast = Some(forecast);
    }
    Ok(())
}
