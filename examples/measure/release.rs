//! One past release made again, and compared with what its maintainers made.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use backstitch::model::commit::{Commit, CommitId};
use backstitch::model::forecast::Outcome;
use backstitch::model::plan::{Plan, PlannedPick, Role};
use backstitch::model::status::{State, Status};
use backstitch::model::verify::{Verdict, Verification};
use backstitch::ports::git::Git;
use backstitch::ports::process::{Finished, finish};

use crate::forecasts::ours;
use crate::peer::{Pair, Scratch};
use crate::programs::{built, conditions};
use crate::truth::{World, history_of, trailers};
use crate::{ReleaseArgs, say, share};

/// Makes the release again in a scratch repository, and prints how it compares.
pub fn run(asked: &ReleaseArgs) -> Result<()> {
    let program = built("patch-pick", asked.patch_pick.as_deref())?;
    let world = World::open(&asked.repo, None, None)?;
    let past = Past::read(&world, asked)?;
    say(conditions(&world.git)?);
    say(format!("line {}, from {} to {}: {} commits", asked.line, asked.from, asked.to, past.commits.len()));
    let main = world.git.commit(past.main_then)?;
    say(format!("main then: {} '{}'", main.id.short(), main.subject()));
    if past.main_then == world.git.branch_commit(&world.settings.main)? {
        say("  that is main as it is now, as a fix landed there later than on the line");
    }
    let made = past.judge_each(&world.git)?;
    let scratch = past.scratch(&world.git)?;
    let replay = Replay { program: &program, repo: scratch.path(), line: &asked.line };
    replay.status(&past)?;
    let plan = replay.plan(&past)?;
    replay.apply()?;
    replay.verify(&past)?;
    let again = Git::open(scratch.path())?;
    compare(&again, &past, &made, &plan)
}

/// A release as its maintainers made it.
pub struct Past {
    main: String,
    main_then: CommitId,
    branch: String,
    from: CommitId,
    to: CommitId,
    /// What they committed in between, oldest first, merges left out.
    commits: Vec<Commit>,
    /// Their picks, with the commits of main that the trailers name.
    picks: Vec<(CommitId, Vec<CommitId>)>,
}

impl Past {
    /// Reads it.
    pub fn read(world: &World, asked: &ReleaseArgs) -> Result<Self> {
        let git = &world.git;
        let name = asked.line.parse().context("LINE")?;
        let line = world.settings.lines(std::slice::from_ref(&name))?.into_iter().next().context("no such line")?;
        let branch = world.settings.branch_of(git, line)?.to_string();
        let (from, to) = (git.resolve(&asked.from)?, git.resolve(&asked.to)?);
        ensure!(git.is_ancestor(from, to), "'{}' does not descend from '{}'", asked.to, asked.from);
        let main_tip = git.branch_commit(&world.settings.main)?;
        let on_main = history_of(git, main_tip)?;
        let mut commits = git.commits_between(&[from], to, None)?;
        commits.retain(|commit| !commit.is_merge() && !on_main.contains(&commit.id));
        let named = |commit: &Commit| {
            let origins: Vec<CommitId> = trailers(&commit.message);
            origins.into_iter().filter(|id| on_main.contains(id)).collect::<Vec<_>>()
        };
        let picks: Vec<(CommitId, Vec<CommitId>)> =
            commits.iter().map(|commit| (commit.id, named(commit))).filter(|(_, named)| !named.is_empty()).collect();
        let main = world.settings.main.to_string();
        let main_then = main_at(git, &main, to, main_tip, &picks)?;
        Ok(Self { main, main_then, branch, from, to, commits, picks })
    }

    /// Returns where main was when the release was made.
    pub fn main_then(&self) -> CommitId {
        self.main_then
    }

    /// Returns the commits of main that were picked.
    pub fn origins(&self) -> Vec<CommitId> {
        let mut seen = HashSet::new();
        self.picks.iter().flat_map(|(_, origins)| origins).copied().filter(|id| seen.insert(*id)).collect()
    }

    /// Puts each of the maintainers' picks where they put it, and tells how ours compares.
    fn judge_each(&self, git: &Git) -> Result<Judged> {
        let single: Vec<&(CommitId, Vec<CommitId>)> =
            self.picks.iter().filter(|(_, origins)| origins.len() == 1).collect();
        let mut pairs = Vec::new();
        for (pick, origins) in &single {
            let onto = *git.commit(*pick)?.parents.first().context("a pick has no parent")?;
            pairs.push(Pair { fix: origins[0], onto });
        }
        let mut judged = Judged::default();
        for ((pick, origins), answer) in single.iter().zip(ours(git, &pairs)?) {
            let same = answer.tree == git.tree_of(*pick)?;
            let list = match (answer.outcome, same) {
                (Outcome::Clean | Outcome::Empty, true) => &mut judged.same,
                (Outcome::Clean | Outcome::Empty, false) => &mut judged.amended,
                (Outcome::Conflict, _) => &mut judged.resolved,
            };
            list.push((*pick, origins[0]));
        }
        say(format!(
            "the maintainers' picks, each onto what the line was at: {}, and {} that join several fixes",
            single.len(),
            self.picks.len() - single.len()
        ));
        say(format!("  the same tree: {}", share(judged.same.len(), single.len())));
        say(format!(
            "  clean, and amended by them: {}; conflicts they resolved: {}",
            judged.amended.len(),
            judged.resolved.len()
        ));
        for (pick, origin) in &judged.amended {
            say(format!("    amended: {} of {} '{}'", pick.short(), origin.short(), git.commit(*pick)?.subject()));
        }
        Ok(judged)
    }

    /// Makes a repository in which the line and main are where they were.
    pub fn scratch(&self, git: &Git) -> Result<Scratch> {
        let scratch = Scratch::beside(git)?;
        for (branch, at) in [(&self.main, self.main_then), (&self.branch, self.from)] {
            succeed(scratch.command(&["update-ref", &format!("refs/heads/{branch}"), &at.to_string()]))?;
        }
        succeed(scratch.command(&["symbolic-ref", "HEAD", &format!("refs/heads/{}", self.main)]))?;
        Ok(scratch)
    }
}

/// Returns where main was when the release was made, or where it is now if a fix landed there later only.
fn main_at(
    git: &Git,
    main: &str,
    to: CommitId,
    tip: CommitId,
    picks: &[(CommitId, Vec<CommitId>)],
) -> Result<CommitId> {
    let before = format!("--before={}", git.commit(to)?.committer.seconds);
    let found = git.program().text(&["rev-list", "--max-count=1", "--first-parent", &before, main])?;
    let then: CommitId = found.trim().parse().context("main had no commit yet")?;
    let mut origins = picks.iter().flat_map(|(_, origins)| origins);
    Ok(if origins.all(|origin| git.is_ancestor(*origin, then)) { then } else { tip })
}

/// The maintainers' picks, each with its origin, by how ours compares.
#[derive(Default)]
struct Judged {
    same: Vec<(CommitId, CommitId)>,
    amended: Vec<(CommitId, CommitId)>,
    resolved: Vec<(CommitId, CommitId)>,
}

struct Replay<'r> {
    program: &'r Path,
    repo: &'r Path,
    line: &'r str,
}

impl Replay<'_> {
    fn run(&self, arguments: &[&str], accepted: &[i32]) -> Result<Finished> {
        let mut command = Command::new(self.program);
        command.args(["--quiet", "--repo"]).arg(self.repo).args(arguments);
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Measure").env(format!("GIT_{who}_EMAIL"), "measure@example.org");
        }
        let finished = finish(command, None)?;
        let fine = finished.code.is_some_and(|code| accepted.contains(&code));
        ensure!(fine, "patch-pick {} ended with {:?}: {}", arguments[0], finished.code, finished.stderr.trim());
        Ok(finished)
    }

    /// Asks where the fixes stand before anything is picked.
    fn status(&self, past: &Past) -> Result<()> {
        let arguments = ["status", "--all", "--line", self.line, "--since", "branch-points", "--format", "json"];
        let status: Status = serde_json::from_slice(&self.run(&arguments, &[0])?.stdout)?;
        let rows = status.rows.iter().flat_map(|row| row.commits.iter().chain([&row.change]).map(move |id| (*id, row)));
        let rows: HashMap<CommitId, _> = rows.collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let origins = past.origins();
        for origin in &origins {
            let state = rows.get(origin).and_then(|row| row.cells.first()).map(|cell| cell.state);
            *counts.entry(state.map_or("not looked at", State::as_str)).or_default() += 1;
            if matches!(state, Some(State::OnLine | State::Released)) {
                say(format!("  said to be on the line already: {}", origin.short()));
            }
        }
        let mut counts: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
        counts.sort();
        say(format!("status before the release, of their {} origins: {}", origins.len(), counts.join(", ")));
        Ok(())
    }

    /// Plans all fixes, then leaves out those that conflict, one after the other, until the whole plan applies.
    fn plan(&self, past: &Past) -> Result<Vec<PlannedPick>> {
        let mut wanted = past.origins();
        let file = self.plan_file();
        let mut conflicts = Vec::new();
        loop {
            let listed: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            std::fs::write(self.list_file(), listed.join("\n") + "\n")?;
            let arguments = ["plan", "--line", self.line, "--max-prerequisites", "0", "--output", &file];
            self.run(&[&arguments[..], &["--eligible", &self.list_file()]].concat(), &[0, 1, 3])?;
            let plan = Plan::parse(&std::fs::read_to_string(&file)?)?;
            let line = plan.lines.into_iter().next().context("the plan has no line")?;
            let stuck = |pick: &&PlannedPick| pick.forecast.as_ref().is_none_or(|f| f.outcome == Outcome::Conflict);
            if let Some(stuck) = line.picks.iter().find(stuck).map(|pick| pick.belongs_to.unwrap_or(pick.fix)) {
                ensure!(wanted.contains(&stuck), "{stuck} conflicts and was not asked for");
                wanted.retain(|id| *id != stuck);
                conflicts.push(stuck);
                continue;
            }
            let added = line.picks.iter().filter(|pick| pick.role != Role::Asked).count();
            say(format!(
                "plan in main's order: {} picks, {added} of them not the maintainers'; {} left out as they conflict, {} for another reason",
                line.picks.len(),
                conflicts.len(),
                line.left_out.len()
            ));
            for pick in line.picks.iter().filter(|pick| pick.role != Role::Asked) {
                say(format!("  added as {:?}: {} '{}'", pick.role, pick.fix.short(), pick.subject));
            }
            for left in &line.left_out {
                say(format!("  left out: {} '{}': {}", left.fix.short(), left.subject, left.reason));
            }
            return Ok(line.picks);
        }
    }

    fn apply(&self) -> Result<()> {
        self.run(&["apply", &self.plan_file(), "--no-sign"], &[0])?;
        Ok(())
    }

    /// Asks what now stands on the line.
    fn verify(&self, past: &Past) -> Result<()> {
        let since = past.from.to_string();
        let arguments = ["verify", "--line", self.line, "--since", &since, "--format", "json"];
        let verification: Verification = serde_json::from_slice(&self.run(&arguments, &[0, 1, 3])?.stdout)?;
        let line = verification.lines.first().context("the verification has no line")?;
        let counts: Vec<String> =
            Verdict::ALL.iter().map(|verdict| format!("{} {}", line.counts.with(*verdict), verdict.as_str())).collect();
        say(format!("applied and verified: {} commits, {}", line.commits.len(), counts.join(", ")));
        Ok(())
    }

    fn plan_file(&self) -> String {
        self.repo.join("plan.json").display().to_string()
    }

    fn list_file(&self) -> String {
        self.repo.join("fixes").display().to_string()
    }
}

/// Compares the line that was made with the release.
fn compare(git: &Git, past: &Past, judged: &Judged, plan: &[PlannedPick]) -> Result<()> {
    let tip = git.resolve(&format!("refs/heads/{}", past.branch))?;
    let ours = git.commits_between(&[past.from], tip, None)?;
    let by_origin: HashMap<CommitId, CommitId> =
        ours.iter().filter_map(|commit| Some((*trailers(&commit.message).last()?, commit.id))).collect();
    let reproduced: Vec<&(CommitId, CommitId)> =
        judged.same.iter().filter(|(_, origin)| by_origin.contains_key(origin)).collect();
    let commits = reproduced.iter().flat_map(|(pick, origin)| [*pick, by_origin[origin]]);
    let commits: Vec<Commit> = commits.map(|id| git.commit(id)).collect::<std::result::Result<_, _>>()?;
    let ids = git.patch_ids(&commits.iter().collect::<Vec<_>>())?;
    let same = reproduced.iter().filter(|(pick, origin)| ids.get(pick) == ids.get(&by_origin[origin])).count();
    say(format!("  of those the maintainers did not amend, the same patch: {}", share(same, reproduced.len())));
    for (pick, origin) in reproduced.iter().filter(|(pick, origin)| ids.get(pick) != ids.get(&by_origin[origin])) {
        say(format!("    another patch, as it went onto others: {} of {}", pick.short(), origin.short()));
    }
    // What they did besides explains a path that differs: other commits, amended picks, and what we added.
    let theirs: HashSet<CommitId> = reproduced.iter().map(|(pick, _)| *pick).collect();
    let kept: HashSet<CommitId> = reproduced.iter().map(|(_, origin)| *origin).collect();
    let mut explained = BTreeSet::new();
    for commit in past.commits.iter().filter(|commit| !theirs.contains(&commit.id)) {
        explained.extend(paths(git, &[&format!("{}^", commit.id), &commit.id.to_string()])?);
    }
    for pick in plan.iter().filter(|pick| !kept.contains(&pick.fix)) {
        explained.extend(paths(git, &[&format!("{}^", pick.fix), &pick.fix.to_string()])?);
    }
    let touched = paths(git, &[&past.from.to_string(), &past.to.to_string()])?;
    let different = paths(git, &[&tip.to_string(), &past.to.to_string()])?;
    let open: Vec<&String> = different.difference(&explained).collect();
    let comparable = touched.difference(&explained).count();
    say(format!(
        "  paths the release changed by unamended picks alone: {comparable}; of these different from theirs: {}",
        open.len()
    ));
    open.iter().for_each(|path| say(format!("    different: {path}")));
    say(format!("  all paths of the release: {}; different: {}", touched.len(), different.len()));
    Ok(())
}

fn paths(git: &Git, trees: &[&str]) -> Result<BTreeSet<String>> {
    let found = git.program().text(&[&["diff-tree", "-r", "--no-renames", "--name-only"], trees].concat())?;
    Ok(found.lines().map(str::to_owned).collect())
}

fn succeed(command: Command) -> Result<()> {
    let finished = finish(command, None)?;
    ensure!(finished.success(), "git failed: {}", finished.stderr.trim());
    Ok(())
}
