//! The picks of one line, each onto the one before.

use crate::model::apply::ConflictNote;
use crate::model::arrange::InOrder as _;
use crate::model::commit::{Commit, CommitId, TreeId};
use crate::model::error::{Error, Result};
use crate::model::forecast::{Entry, Forecast, Outcome};
use crate::model::message::picked;
use crate::model::plan::{LinePlan, PlannedPick};
use crate::model::resolution::Made;
use crate::ports::git::{NewCommit, Objects, Treeish, Worker};
use crate::ports::survey::chain::{Link, link, pick_onto};

use super::resolve::{Conflict, Given};
use super::standing::Held;
use super::{Session, checks, command, line};

/// What one pick gave.
pub enum Step {
    /// A commit; `None` in a dry run.
    Made(Option<CommitId>),
    /// Nothing: it changes nothing on the line.
    Empty,
    /// A person has to resolve it.
    Conflict(Box<ConflictNote>),
}

/// A line while its picks are made.
pub struct Run<'s> {
    session: &'s Session<'s>,
    plan: &'s LinePlan,
    worker: Worker<'s>,
    onto: TreeId,
    head: CommitId,
    tree: TreeId,
    /// Where the plan is, as long as no person decided anything. It differs from `tree` once a path was made anew.
    planned: Option<TreeId>,
    made: Vec<Made>,
    recorded: Vec<Made>,
    stop: Stop,
}

#[derive(PartialEq, Eq)]
enum Stop {
    No,
    ByCommand,
}

impl<'s> Run<'s> {
    /// Begins behind the picks that the branch holds already. `recorded` are commits of an earlier run, to be used again.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn begin(session: &'s Session<'s>, plan: &'s LinePlan, held: &Held, recorded: Vec<Made>) -> Result<Self> {
        let head = held.picks.iter().rev().find_map(|commit| *commit).unwrap_or(plan.onto);
        let onto = session.git.commit(plan.onto)?.tree;
        let mut along = plan.picks.iter().take(held.picks.len());
        let planned = along.try_fold(onto, |_, pick| pick.tree());
        let tree = session.git.commit(head)?.tree;
        let worker = session.forecaster.worker()?;
        Ok(Self { session, plan, worker, onto, head, tree, planned, made: Vec::new(), recorded, stop: Stop::No })
    }

    /// Returns the last commit.
    pub fn head(&self) -> CommitId {
        self.head
    }

    /// Returns the commits that were made.
    pub fn made(&self) -> Vec<Made> {
        self.made.clone()
    }

    /// Returns the objects, those that are not in the repository among them.
    pub fn objects(&mut self) -> &mut Objects {
        self.worker.objects()
    }

    /// Says whether the last step failed in a command of the user's, so that the picks before it count.
    pub fn stopped_by_command(&self) -> bool {
        self.stop == Stop::ByCommand
    }

    /// Makes one pick.
    ///
    /// # Errors
    /// When it gives something else than planned, its command fails, or its resolution is not finished.
    pub fn step(&mut self, pick: &PlannedPick) -> Result<Step> {
        let fix = self.session.git.commit(pick.fix)?;
        let ours = self.treeish(self.tree);
        let given = link(&mut self.worker, self.session.git, &self.session.config.pick.paths, &fix, ours)?;
        self.compare(pick, &fix, &given)?;
        let step = match given.forecast.outcome {
            Outcome::Empty => Step::Empty,
            Outcome::Clean => self.commit(&fix, &given, given.forecast.tree)?,
            Outcome::Conflict => self.conflict(&fix, &given)?,
        };
        self.planned = self.planned.and_then(|_| pick.tree());
        Ok(step)
    }

    /// Names the tree as the plan did, because names stand in the labels of conflicts: only the first pick goes onto a
    /// commit that the plan knew.
    fn treeish(&self, tree: TreeId) -> Treeish {
        Treeish { tree, commit: (tree == self.onto).then_some(self.plan.onto) }
    }

    fn compare(&mut self, pick: &PlannedPick, fix: &Commit, given: &Link) -> Result<()> {
        let (Some(planned), Some(expected)) = (self.planned, &pick.forecast) else { return Ok(()) };
        let on_plan = if planned == self.tree {
            None
        } else {
            let ours = self.treeish(planned);
            Some(link(&mut self.worker, self.session.git, &self.session.config.pick.paths, fix, ours)?)
        };
        let now = on_plan.as_ref().unwrap_or(given);
        if !same(expected, &now.forecast) {
            return Err(checks::differs(fix.id, &told(expected), &told(&now.forecast)));
        }
        if pick.by_policy != now.by_policy {
            return Err(Error::no(format!("other paths of '{}' are decided by a policy than planned", fix.id))
                .hint("'patch.toml' changed since; plan again: patch-pick plan"));
        }
        Ok(())
    }

    fn conflict(&mut self, fix: &Commit, given: &Link) -> Result<Step> {
        let session = self.session;
        let pick = pick_onto(session.git, fix, self.treeish(self.tree))?;
        let conflict = Conflict { fix: fix.id, pick, link: given };
        let line = &self.plan.line;
        let named = session.given.iter().find(|given| given.resolution.fix == fix.id && given.resolution.line == *line);
        let taken = if named.is_none() { session.states.taken(line, fix.id)? } else { None };
        if named.is_none()
            && taken.is_none()
            && let Some(earlier) = session.states.used(line, fix.id, self.tree)?
            && conflict.resolved(self.worker.objects(), &earlier)? == self.tree
        {
            return Ok(Step::Empty);
        }
        let Some(resolution) = named.or(taken.as_ref()) else {
            let note = if session.writes() {
                line::write_out(session, self.plan, &conflict, self)?
            } else {
                line::only_told(&conflict)
            };
            return Ok(Step::Conflict(Box::new(line::with_special(session.git, self.objects(), note)?)));
        };
        let tree = conflict.resolved(self.worker.objects(), resolution)?;
        let step = if tree == self.tree { Step::Empty } else { self.commit(fix, given, tree)? };
        self.keep(resolution)?;
        Ok(step)
    }

    fn keep(&self, resolution: &Given) -> Result<()> {
        if self.session.writes() { self.session.states.keep(resolution) } else { Ok(()) }
    }

    fn commit(&mut self, fix: &Commit, given: &Link, tree: TreeId) -> Result<Step> {
        let session = self.session;
        if !session.writes() {
            self.tree = tree;
            return Ok(Step::Made(None));
        }
        let git = session.git;
        let origin = git.origin(fix.id)?;
        git.adopt_tree(self.worker.objects(), tree)?;
        self.stop = Stop::ByCommand;
        let anew = command::regenerate(session, &given.by_policy, (self.head, tree), &origin)?;
        self.stop = Stop::No;
        let edits: Vec<(&[u8], Option<Entry>)> =
            anew.iter().map(|(path, entry)| (path.as_str().as_bytes(), *entry)).collect();
        let tree = if edits.is_empty() { tree } else { self.worker.objects().edit(tree, &edits)? };
        git.adopt_tree(self.worker.objects(), tree)?;
        let signer = session.request.plan.signoff.then(|| session.committer.signer().as_bytes());
        let message = picked(&origin.message, fix.id, signer);
        let new = NewCommit { tree, parent: self.head, origin: &origin, message: &message };
        let commit = match self.earlier(fix.id, &new)? {
            Some(commit) => commit,
            None => git.make_commit(&new, &session.committer, session.sign)?,
        };
        if let Some(exec) = &session.request.exec {
            self.stop = Stop::ByCommand;
            command::check(git, exec, fix.id, commit)?;
            self.stop = Stop::No;
        }
        self.made.push(Made { fix: fix.id, commit });
        (self.head, self.tree) = (commit, tree);
        Ok(Step::Made(Some(commit)))
    }

    /// Returns the commit that an earlier run made of the same pick, so that its name stays the one that was reported.
    fn earlier(&self, fix: CommitId, new: &NewCommit<'_>) -> Result<Option<CommitId>> {
        let Some(made) = self.recorded.iter().find(|made| made.fix == fix) else { return Ok(None) };
        let same = self.session.git.is_such_commit(made.commit, new, self.session.sign)?;
        Ok(same.then_some(made.commit))
    }
}

/// Says whether a forecast is the planned one. The text of a conflict depends on the names of its sides and is not compared.
fn same(planned: &Forecast, now: &Forecast) -> bool {
    let unlabelled = |forecast: &Forecast| {
        let files = forecast.files.iter().map(|file| file.split('~').next().unwrap_or_default().to_owned());
        files.in_order::<std::collections::BTreeSet<_>>()
    };
    planned.outcome == now.outcome
        && match planned.outcome {
            Outcome::Clean | Outcome::Empty => planned.tree == now.tree,
            Outcome::Conflict => unlabelled(planned) == unlabelled(now),
        }
}

fn told(forecast: &Forecast) -> String {
    match forecast.outcome {
        Outcome::Clean => format!("the tree '{}'", forecast.tree),
        Outcome::Empty => "no change".to_owned(),
        Outcome::Conflict => format!("a conflict in {}", count(forecast.files.len())),
    }
}

fn count(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}
