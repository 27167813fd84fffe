//! Prerequisites: looked for with blame, proven by picking them in memory.

mod search;

use std::collections::HashMap;

use crate::model::arrange::Arrange as _;
use crate::model::commit::{Commit, CommitId};
use crate::model::error::Result;
use crate::model::line::Series;
use crate::model::path::PathPolicies;
use crate::model::prerequisite::{Because, Budget, Candidate, Cost, Prerequisites, Proof};
use crate::model::trailer::{Relation, markers};
use crate::ports::git::{Git, Question, Treeish, Worker, blame, changed_files, landed_since};

use search::Search;

/// Lines around a change that it is read with: what a patch shows by default.
const CONTEXT: u32 = 3;

/// Which fix, onto what.
#[derive(Debug, Clone)]
pub struct Request<'r> {
    /// The fix.
    pub fix: &'r Commit,
    /// What the fix goes onto: the line, or the line with picks on it already.
    pub onto: Treeish,
    /// The tip of the line.
    pub line: CommitId,
    /// The versions of the line, for statements that are about some lines only.
    pub series: Option<Series>,
    /// How far to search.
    pub budget: Budget,
}

/// Looks for the commits that the fix needs on the line first, and proves them.
///
/// `on_line` says whether the line has a commit, itself or as a pick. Commits that the message of the fix asks for are
/// always part of the answer, so this is worth asking for a fix that applies, too, when it states any.
///
/// # Errors
/// When an object is missing or git fails.
pub fn prerequisites(
    worker: &mut Worker<'_>,
    git: &Git,
    policies: &PathPolicies,
    request: &Request<'_>,
    on_line: &mut dyn FnMut(CommitId) -> Result<bool>,
) -> Result<Prerequisites> {
    let order = landed_since(git, request.fix.id, request.line)?;
    let mut gather = Gather { git, order: &order, series: request.series, on_line };
    let mut search = Search::new(worker, git, policies, request);
    let (candidates, found) = search.run(&mut gather)?;
    let proof = match found {
        search::Found::Set(picks) => Proof::Proven { cost: cost(git, &picks)?, picks },
        search::Found::OverBudget(needed) => Proof::OverBudget { needed },
        search::Found::DeadEnd { at, files } => Proof::DeadEnd { at, files },
    };
    Ok(Prerequisites { candidates, proof, tried: search.tried() })
}

/// Where candidates come from.
struct Gather<'g> {
    git: &'g Git,
    order: &'g HashMap<CommitId, usize>,
    series: Option<Series>,
    on_line: &'g mut dyn FnMut(CommitId) -> Result<bool>,
}

impl Gather<'_> {
    /// Returns the place of a commit among those that the line lacks. What is not an ancestor of the fix comes last.
    fn place(&self, commit: CommitId) -> (usize, CommitId) {
        (self.order.get(&commit).copied().unwrap_or(usize::MAX), commit)
    }

    /// Returns what the message of a commit asks for and the line lacks.
    fn stated(&mut self, commit: &Commit) -> Result<Vec<Candidate>> {
        let mut found = Vec::new();
        for marker in markers(&commit.message) {
            let Relation::Requires { commit: name, on } = marker.relation else { continue };
            if on.is_some() && on != self.series {
                continue;
            }
            // A name that is in no clone cannot be picked; who picks the fix sees its message.
            let Ok(needed) = self.git.resolve(name.as_str()) else { continue };
            if needed != commit.id && !(self.on_line)(needed)? {
                found.push(Candidate { commit: needed, because: Because::Stated { text: marker.text } });
            }
        }
        Ok(found)
    }

    /// Returns the commits that last touched what a commit changes in the given files and that the line lacks. Stops looking
    /// when there are more than `limit`.
    fn touched(&mut self, commit: &Commit, files: &[String], limit: usize) -> Result<Vec<Candidate>> {
        let Some(parent) = commit.parents.first() else { return Ok(Vec::new()) };
        let changed = changed_files(self.git, commit, CONTEXT)?;
        let conflicts = |path: &Option<Vec<u8>>| {
            path.as_ref().is_some_and(|path| files.iter().any(|file| *file == String::from_utf8_lossy(path)))
        };
        let named = changed.iter().any(|file| conflicts(&file.old) || conflicts(&file.new));
        let mut found: Vec<Candidate> = Vec::new();
        // A conflict at a path that only the line knows belongs to a file that was moved there: ask about all.
        for file in changed.iter().filter(|file| !named || conflicts(&file.old) || conflicts(&file.new)) {
            let Some(path) = &file.old else { continue };
            if found.len() > limit {
                break;
            }
            for blamed in blame(self.git, Question { at: *parent, path, ranges: &file.before() })? {
                let known = found.iter().any(|candidate| candidate.commit == blamed.commit);
                if known || !self.order.contains_key(&blamed.commit) || (self.on_line)(blamed.commit)? {
                    continue;
                }
                let path = String::from_utf8_lossy(path).into_owned();
                let because = Because::Touched { path, lines: blamed.lines() };
                found.push(Candidate { commit: blamed.commit, because });
            }
        }
        found.arrange_by_key(|candidate| self.place(candidate.commit));
        Ok(found)
    }
}

fn cost(git: &Git, picks: &[CommitId]) -> Result<Cost> {
    let mut paths = std::collections::BTreeSet::new();
    let mut lines = 0;
    for pick in picks {
        for file in changed_files(git, &git.commit(*pick)?, 0)? {
            lines += u64::from(file.lines);
            paths.extend(file.new.or(file.old));
        }
    }
    Ok(Cost { commits: picks.len(), files: paths.len(), lines })
}
