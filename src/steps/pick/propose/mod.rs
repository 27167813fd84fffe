//! `patch-pick propose`: the picks of a plan as pull requests, one a line.

mod carry;
mod left;
mod line;
mod over;
mod planned;
mod pull;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};

use crate::model::apply::{LineResult, RunMode};
use crate::model::arrange::Arrange as _;
use crate::model::branch::BranchName;
use crate::model::commit::{CommitId, ObjectId};
use crate::model::config::RepositoryName;
use crate::model::error::{Error, Result};
use crate::model::guard::PushedRef;
use crate::model::known::{Known, Missing};
use crate::model::name::NotAName;
use crate::model::propose::{PROPOSE_SCHEMA, ProposeReport, ProposeRequest, newest_pick, repository_of_url};
use crate::model::pull::PullRequest;
use crate::ports::forge::{Forge, Part};
use crate::ports::git::Git;
use crate::ports::guard::Watch;
use crate::ports::settings::Settings;

/// The pull requests that brought fixes to main, by the fix.
type Origins = BTreeMap<CommitId, Known<Vec<PullRequest>>>;

/// What a run works with.
struct Session<'a> {
    git: &'a Git,
    settings: &'a Settings,
    forge: &'a Forge,
    request: &'a ProposeRequest,
    /// The repository of the head branches.
    pushed_to: RepositoryName,
    /// The remote that has the branches of the lines.
    lines_at: String,
    /// Where the branches of the lines are.
    bases: HashMap<BranchName, CommitId>,
    /// Where the head branches are.
    heads: HashMap<BranchName, CommitId>,
    /// What watches over what becomes public.
    watch: Watch<'a>,
    /// The pull requests that brought the fixes to main.
    origins: OnceCell<Origins>,
}

/// Pushes the picks of each line to a branch of our own, and opens a pull request from it or brings it up to date.
///
/// # Errors
/// When the report is of a dry run, names no such line or other branches than ours, its picks are not those of the plan that was given, the picks tell of what is under embargo, or the remote cannot be reached. What goes wrong
/// on one line stands in the result and concerns no other.
pub fn run(git: &Git, settings: &Settings, forge: &Forge, request: &ProposeRequest) -> Result<ProposeReport> {
    let lines = lines(request)?;
    if let Some(plan) = &request.plan {
        planned::require(git, plan, &request.applied.plan, &lines)?;
    }
    let mut heads = Vec::new();
    for line in &lines {
        heads.push(head_of(settings, request, line)?);
    }
    let pushed_to = pushed_to(git, forge, &request.remote)?;
    let lines_at = if is_own(&pushed_to, forge) { request.remote.clone() } else { lines_at(git, forge, request) };
    let branches: Vec<BranchName> = lines.iter().map(|line| line.branch.clone()).collect();
    let (bases, found) = if lines_at == request.remote {
        let all = git.remote_branches(&lines_at, &[&branches[..], &heads].concat())?;
        (all.clone(), all)
    } else {
        (git.remote_branches(&lines_at, &branches)?, git.remote_branches(&request.remote, &heads)?)
    };
    let outgoing = lines.iter().zip(&heads).filter_map(|(line, head)| {
        let object = newest_pick(line).map(|tip| ObjectId::from_bytes(*tip.as_bytes()))?;
        let before = found.get(head).map(|tip| ObjectId::from_bytes(*tip.as_bytes()));
        Some(PushedRef { name: head.full(), object: Some(object), before })
    });
    let watch = Watch::open(Some(git), &settings.config, &request.advisories, request.now)?;
    let public: Vec<CommitId> = bases.values().copied().chain(git.remote_tips(&lines_at, None)).collect();
    watch.require_push(&request.remote, &outgoing.collect::<Vec<_>>(), &public)?;
    let session = Session {
        git,
        settings,
        forge,
        request,
        pushed_to,
        lines_at,
        bases,
        heads: found,
        watch,
        origins: OnceCell::new(),
    };
    let proposals = lines.iter().zip(heads).map(|(line, head)| line::propose(&session, line, head)).collect();
    Ok(ProposeReport {
        schema: PROPOSE_SCHEMA.to_owned(),
        plan: request.applied.plan.clone(),
        repository: forge.repository().clone(),
        lines: proposals,
    })
}

fn lines(request: &ProposeRequest) -> Result<Vec<&LineResult>> {
    let applied = &request.applied;
    if applied.mode == RunMode::DryRun {
        return Err(Error::usage("the report is of a dry run, which picked nothing")
            .hint("patch-pick apply PLAN --format json > applied.json, without '--dry-run'"));
    }
    if let Some(unknown) = request.lines.iter().find(|line| applied.lines.iter().all(|known| known.line != **line)) {
        let known: Vec<&str> = applied.lines.iter().map(|line| line.line.as_str()).collect();
        return Err(Error::usage(format!("the report has no line '{unknown}'"))
            .hint(format!("its lines are: {}", known.join(", "))));
    }
    let asked = |line: &&LineResult| request.lines.is_empty() || request.lines.contains(&line.line);
    Ok(applied.lines.iter().filter(asked).collect())
}

/// Returns the head branch of a line, which is never a branch that anybody else works on.
fn head_of(settings: &Settings, request: &ProposeRequest, line: &LineResult) -> Result<BranchName> {
    let usage = |bad: NotAName| Error::usage(bad.to_string()).hint("give another pattern with --head");
    let head = match request.of_pull {
        Some(number) => request.head.branch_for_pull(&line.line, number),
        None => request.head.branch_for(&line.line),
    };
    let head = head.map_err(usage)?;
    let taken = request.applied.lines.iter().any(|line| line.branch == head) || head == settings.main;
    if taken {
        return Err(Error::usage(format!(
            "'{head}' is the branch of a line or main, and no place for picks to wait in"
        ))
        .hint("give another pattern with --head, such as 'backstitch/{line}'"));
    }
    Ok(head)
}

/// Returns the repository that a remote pushes to.
fn pushed_to(git: &Git, forge: &Forge, remote: &str) -> Result<RepositoryName> {
    let url = git.configured_url(remote);
    match url.as_deref().and_then(repository_of_url) {
        Some(repository) => Ok(repository),
        // `origin` is where a clone comes from; other remotes may be forks.
        None if remote == "origin" && url.is_some() => Ok(forge.repository().clone()),
        None if url.is_none() => Err(Error::usage(format!("there is no remote '{}'", remote.escape_debug()))
            .hint("see which there are: git remote -v; name one with --remote")),
        None => Err(Error::usage(format!("it cannot be told which repository '{}' is", remote.escape_debug())).hint(
            "give it an address that names the repository: git remote set-url NAME https://github.com/OWNER/NAME.git",
        )),
    }
}

fn is_own(repository: &RepositoryName, forge: &Forge) -> bool {
    repository.as_str().eq_ignore_ascii_case(forge.repository().as_str())
}

/// Returns a remote that has the branches of the lines, where picks are pushed to a fork.
fn lines_at(git: &Git, forge: &Forge, request: &ProposeRequest) -> String {
    let is_it = |remote: &String| {
        let url = git.configured_url(remote);
        url.as_deref().and_then(repository_of_url).is_some_and(|repository| is_own(&repository, forge))
    };
    let found = git.remote_names().into_iter().find(is_it);
    found.unwrap_or_else(|| format!("{}/{}", request.server, forge.repository()))
}

impl Session<'_> {
    /// Returns the pull requests that brought a fix to main. All fixes are asked for together, once; what the token may not see is
    /// unknown.
    ///
    /// # Errors
    /// When the forge fails.
    fn origins_of(&self, fix: CommitId) -> Result<&Known<Vec<PullRequest>>> {
        static UNASKED: Known<Vec<PullRequest>> = Known::Unknown(Missing::NotAsked);
        let found = match self.origins.get() {
            Some(found) => found,
            None => {
                let found = self.ask_for_origins()?;
                self.origins.get_or_init(|| found)
            }
        };
        Ok(found.get(&fix).unwrap_or(&UNASKED))
    }

    fn ask_for_origins(&self) -> Result<Origins> {
        let lines = self.request.applied.lines.iter().filter(|line| newest_pick(line).is_some());
        let mut fixes: Vec<CommitId> = lines.flat_map(|line| line.picks.iter().map(|pick| pick.fix)).collect();
        fixes.arrange();
        fixes.dedup();
        match self.forge.of_commits(&fixes, &[Part::Reviews]) {
            Ok(found) => Ok(found),
            Err(failure) if failure.is_denial() => {
                let unknown = || Known::Unknown(failure.missing());
                Ok(fixes.into_iter().map(|fix| (fix, unknown())).collect())
            }
            Err(failure) => Err(failure.into_error()),
        }
    }
}
