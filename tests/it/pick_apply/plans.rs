//! Plans made by git itself, so that what `apply` gives is judged by another program.

use std::fs;

use backstitch::model::commit::CommitId;
use backstitch::model::forecast::{Forecast, Outcome};
use backstitch::model::plan::{BranchAt, LinePlan, Plan, PlannedPick, PolicyName, PolicyPath, Role, Signoff};

use crate::support::Repo;

/// A plan while it is made.
pub struct Planner<'r> {
    repo: &'r Repo,
    signoff: Signoff,
    lines: Vec<LinePlan>,
}

impl<'r> Planner<'r> {
    pub fn new(repo: &'r Repo) -> Self {
        Self { repo, signoff: Signoff::Leave, lines: Vec::new() }
    }

    pub fn signed_off(mut self) -> Self {
        self.signoff = Signoff::Add;
        self
    }

    /// Adds picks onto the branch of a line.
    pub fn line(self, line: &str, fixes: &[CommitId]) -> Self {
        let branch = format!("release/{line}");
        let at = self.repo.commit_id(&branch);
        self.add(line, &branch, Some(at), at, fixes)
    }

    /// Adds picks onto a branch that begins where the branch of a line is.
    pub fn new_branch(self, branch: &str, line: &str, fixes: &[CommitId]) -> Self {
        let at = self.repo.commit_id(&format!("release/{line}"));
        self.add(line, branch, None, at, fixes)
    }

    /// Plans another tree for a pick of the last line.
    pub fn with_tree(mut self, pick: usize, tree: &str) -> Self {
        let line = self.lines.last_mut().expect("because a line was added");
        let forecast = line.picks[pick].forecast.as_mut().expect("because the pick has a forecast");
        forecast.tree = tree.parse().expect("a tree");
        self
    }

    /// Plans that a policy keeps a path of the last line's first pick; what is then picked gives `forecast`.
    pub fn with_policy(mut self, path: &str, policy: PolicyName, forecast: Forecast) -> Self {
        let pick = &mut self.lines.last_mut().expect("because a line was added").picks[0];
        pick.by_policy = vec![PolicyPath { path: path.to_owned(), policy }];
        pick.forecast = Some(forecast);
        self
    }

    fn add(mut self, line: &str, branch: &str, expected: Option<CommitId>, onto: CommitId, fixes: &[CommitId]) -> Self {
        let picks = self.forecasts(onto, fixes).into_iter().zip(fixes).map(|(forecast, fix)| PlannedPick {
            fix: *fix,
            subject: self.repo.git(["log", "-1", "--format=%s", &fix.to_string()]),
            role: Role::Asked,
            belongs_to: None,
            forecast,
            prerequisites: None,
            by_policy: Vec::new(),
            special: Vec::new(),
        });
        let (line, branch) = (line.parse().expect("a line"), branch.parse().expect("a branch"));
        let line = LinePlan { line, branch, expected, onto, picks: picks.collect(), left_out: Vec::new() };
        self.lines.push(line);
        self
    }

    /// Picks for real, in a worktree that goes.
    fn forecasts(&self, onto: CommitId, fixes: &[CommitId]) -> Vec<Option<Forecast>> {
        let place = self.repo.home().join("planning");
        let place = place.to_str().expect("because the path is UTF-8");
        self.repo.git(["worktree", "add", "-q", "--detach", place, &onto.to_string()]);
        let mut forecasts = Vec::new();
        for fix in fixes {
            let stopped = forecasts.last().is_some_and(|last: &Option<Forecast>| {
                last.as_ref().is_none_or(|last| last.outcome == Outcome::Conflict)
            });
            forecasts.push(if stopped { None } else { Some(self.one(place, *fix)) });
        }
        self.repo.git(["worktree", "remove", "--force", place]);
        forecasts
    }

    fn one(&self, place: &str, fix: CommitId) -> Forecast {
        let before = self.repo.git(["-C", place, "rev-parse", "HEAD^{tree}"]);
        let parents = self.repo.git(["rev-list", "--parents", "-n", "1", &fix.to_string()]).split(' ').count() - 1;
        let mainline: &[&str] = if parents > 1 { &["-m", "1"] } else { &[] };
        let mut command = self.repo.git_command();
        command.args(["-C", place, "cherry-pick", "--keep-redundant-commits"]).args(mainline).arg(fix.to_string());
        let done = command.output().expect("because git is installed").status.success();
        let tree = self.repo.git(["-C", place, "rev-parse", "HEAD^{tree}"]);
        let (outcome, files) = if done {
            (if tree == before { Outcome::Empty } else { Outcome::Clean }, Vec::new())
        } else {
            let files = self.repo.git(["-C", place, "diff", "--name-only", "--diff-filter=U"]);
            self.repo.git(["-C", place, "cherry-pick", "--abort"]);
            (Outcome::Conflict, files.lines().map(str::to_owned).collect())
        };
        Forecast { outcome, tree: tree.parse().expect("a tree"), files, conflicts: Vec::new() }
    }

    /// The tree that the last of these picks gives, by git's own hand; the branch may have moved meanwhile.
    pub fn tree_by_git(&self, branch: &str, fixes: &[CommitId]) -> String {
        let line = self.lines.iter().find(|line| line.branch.as_str() == branch).expect("because it was planned");
        let last = self.forecasts(line.onto, fixes).pop().flatten().expect("because nothing conflicts");
        last.tree.to_string()
    }

    /// Writes the plan into the work tree and returns the file's name.
    pub fn write(&self, name: &str) -> String {
        let main = BranchAt { branch: "main".parse().expect("a branch"), commit: self.repo.commit_id("main") };
        let plan = Plan::new(main, self.signoff, self.lines.clone(), Vec::new());
        let text = serde_json::to_string_pretty(&plan).expect("because a plan is JSON");
        fs::write(self.repo.path().join(name), text).expect("because the work tree can be written");
        name.to_owned()
    }
}

/// The files below a path in the directory of our own below the git directory.
pub fn stored(repo: &Repo, path: &str) -> Vec<String> {
    let root = repo.path().join(".git/backstitch").join(path);
    let mut found = Vec::new();
    let mut waiting = vec![root.clone()];
    while let Some(at) = waiting.pop() {
        if at.is_dir() {
            let entries = fs::read_dir(&at).expect("because it is a folder");
            waiting.extend(entries.map(|entry| entry.expect("because it can be listed").path()));
        } else if at.exists() {
            found.push(at.strip_prefix(&root).unwrap_or(&at).display().to_string());
        }
    }
    found.sort();
    found
}
