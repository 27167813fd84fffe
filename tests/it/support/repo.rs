//! A repository told as a story: fixes land, lines are cut, fixes are picked, releases are tagged.
//!
//! Everything is fixed (clock, people, environment), so the same story makes the same commit ids everywhere.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use backstitch::model::commit::CommitId;
use tempfile::TempDir;

/// 2026-01-05T09:00:00Z, when every story begins.
const START: i64 = 1_767_603_600;
/// Seconds from one commit to the next.
const STEP: i64 = 60;
/// Who commits where nothing else is said.
const MAINTAINER: &str = "Mia Maintainer <mia@example.com>";

/// One change to one path.
pub enum Change {
    /// The file gets this content; folders are made as needed, and the mode of an existing file is kept.
    Write(String, Vec<u8>),
    /// The file goes.
    Delete(String),
    /// The file moves.
    Rename(String, String),
    /// The file becomes executable.
    MakeExecutable(String),
    /// The file becomes an ordinary file.
    MakeOrdinary(String),
    /// The path becomes a link to this target.
    Symlink(String, String),
    /// The path becomes a submodule at this commit.
    Submodule(String, CommitId),
}

impl Change {
    /// The file at `path` gets this content.
    pub fn write(path: &str, content: impl Into<Vec<u8>>) -> Self {
        Self::Write(path.to_owned(), content.into())
    }

    /// The file at `path` goes.
    pub fn delete(path: &str) -> Self {
        Self::Delete(path.to_owned())
    }

    /// The file moves, with its content.
    pub fn rename(from: &str, to: &str) -> Self {
        Self::Rename(from.to_owned(), to.to_owned())
    }

    /// The path becomes a link.
    pub fn symlink(path: &str, target: &str) -> Self {
        Self::Symlink(path.to_owned(), target.to_owned())
    }
}

impl From<(&str, &str)> for Change {
    fn from((path, content): (&str, &str)) -> Self {
        Self::write(path, content)
    }
}

/// A repository with one commit on `main`, in a temporary folder that goes with it. Every verb ends with a clean work
/// tree on `main`.
pub struct Repo {
    root: TempDir,
    now: Cell<i64>,
}

/// A pull request while its commits are made.
pub struct PullRequest<'a> {
    repo: &'a Repo,
}

impl PullRequest<'_> {
    /// Adds a commit to the pull request.
    pub fn commit<C: Into<Change>>(&self, subject: &str, changes: impl IntoIterator<Item = C>) -> CommitId {
        self.repo.commit_here(subject, "Con Contributor <con@example.com>", changes)
    }
}

impl Repo {
    /// Makes the repository, with a README on `main`.
    pub fn new() -> Self {
        let repo = Self {
            root: tempfile::tempdir().expect("because tests can write to the temporary folder"),
            now: Cell::new(START - STEP),
        };
        fs::create_dir(repo.home()).expect("because the folder is fresh");
        fs::create_dir(repo.path()).expect("because the folder is fresh");
        repo.git(["init", "-q", "-b", "main"]);
        for (key, value) in
            [("user.name", "Mia Maintainer"), ("user.email", "mia@example.com"), ("maintenance.auto", "false")]
        {
            repo.git(["config", key, value]);
        }
        repo.commit_here("Start the project", MAINTAINER, [("README.md", "# Godel\n")]);
        repo
    }

    /// The work tree.
    pub fn path(&self) -> PathBuf {
        self.root.path().join("repo")
    }

    /// The home folder of every process.
    pub fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// The time of the last commit, as `--now` wants it.
    pub fn now(&self) -> String {
        let moment = chrono::DateTime::from_timestamp(self.now.get(), 0).expect("because stories are short");
        moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// Lets time pass.
    pub fn tick(&self, seconds: i64) {
        self.now.set(self.now.get() + seconds);
    }

    /// Lands a fix on main as one commit.
    pub fn land_fix<C: Into<Change>>(&self, subject: &str, changes: impl IntoIterator<Item = C>) -> CommitId {
        self.commit_here(subject, MAINTAINER, changes)
    }

    /// Lands one commit on main with a whole message and an author such as `Ann Author <ann@example.com>`.
    pub fn commit_with<C: Into<Change>>(
        &self,
        message: &str,
        author: &str,
        changes: impl IntoIterator<Item = C>,
    ) -> CommitId {
        self.commit_here(message, author, changes)
    }

    /// Merges a pull request as GitHub does by default, and returns the merge commit.
    pub fn merge_pull_request(&self, number: u32, title: &str, build: impl FnOnce(&PullRequest<'_>)) -> CommitId {
        let branch = format!("fix-{number}");
        self.git(["checkout", "-q", "-b", &branch]);
        build(&PullRequest { repo: self });
        self.git(["checkout", "-q", "main"]);
        let message = format!("Merge pull request #{number} from contributor/{branch}\n\n{title}\n");
        self.next_moment();
        self.git(["merge", "-q", "--no-ff", "-m", &message, &branch]);
        self.git(["branch", "-q", "-D", &branch]);
        self.head()
    }

    /// Lands a pull request as one commit whose subject ends with the number in brackets. The body may be empty.
    pub fn squash_merge<C: Into<Change>>(
        &self,
        number: u32,
        title: &str,
        body: &str,
        changes: impl IntoIterator<Item = C>,
    ) -> CommitId {
        self.commit_here(&format!("{title} (#{number})\n\n{body}"), "Con Contributor <con@example.com>", changes)
    }

    /// Starts the branch of a line where main is, and returns that commit.
    pub fn cut_line(&self, line: &str) -> CommitId {
        self.git(["branch", &branch_of(line), "main"]);
        self.head()
    }

    /// Picks a fix onto a line with `git cherry-pick -x`; a merge commit by its first parent. Panics on a conflict.
    pub fn pick(&self, line: &str, fix: CommitId) -> CommitId {
        self.pick_with(line, fix, &["-x"])
    }

    /// Picks a fix onto a line and records no origin.
    pub fn pick_without_trailer(&self, line: &str, fix: CommitId) -> CommitId {
        self.pick_with(line, fix, &[])
    }

    /// Reverts a fix on main.
    pub fn revert(&self, fix: CommitId) -> CommitId {
        self.next_moment();
        self.git(mainline(self, fix, &["revert", "--no-edit"]));
        self.head()
    }

    /// Lands a commit on a line that never was on main.
    pub fn land_on_line<C: Into<Change>>(
        &self,
        line: &str,
        subject: &str,
        changes: impl IntoIterator<Item = C>,
    ) -> CommitId {
        self.on_line(line, || self.commit_here(subject, MAINTAINER, changes))
    }

    /// Tags the tip of a line with an annotated tag, and returns the tagged commit.
    pub fn tag_release(&self, tag: &str, line: &str) -> CommitId {
        let branch = branch_of(line);
        self.next_moment();
        self.git(["tag", "-a", "-m", tag, tag, &branch]);
        self.commit_id(&branch)
    }

    /// Lands `patch.toml` on main.
    pub fn write_config(&self, toml: &str) -> CommitId {
        self.commit_here("Configure the release lines", MAINTAINER, [("patch.toml", toml)])
    }

    /// Resolves a revision to a commit.
    pub fn commit_id(&self, revision: &str) -> CommitId {
        let name = self.git(["rev-parse", "--verify", &format!("{revision}^{{commit}}")]);
        name.parse().expect("because rev-parse prints full names")
    }

    /// Runs git, and returns its standard output without the last line end. Panics when git fails.
    #[track_caller]
    pub fn git<I>(&self, args: I) -> String
    where
        I: IntoIterator,
        I::Item: AsRef<std::ffi::OsStr>,
    {
        let mut command = self.git_command();
        let output = command.args(args).output().expect("because git is installed");
        let said = String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned();
        assert!(output.status.success(), "{command:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// Runs git, requires that it fails, and returns its standard error.
    #[track_caller]
    pub fn git_fails<I>(&self, args: I) -> String
    where
        I: IntoIterator,
        I::Item: AsRef<std::ffi::OsStr>,
    {
        let mut command = self.git_command();
        let output = command.args(args).output().expect("because git is installed");
        assert!(!output.status.success(), "{command:?} did not fail");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// A git command in this repository, in the fixed environment, at the present moment of the story.
    pub fn git_command(&self) -> Command {
        let mut command = super::command("git", &self.home());
        let moment = format!("{} +0000", self.now.get());
        command.current_dir(self.path()).env("GIT_AUTHOR_DATE", &moment).env("GIT_COMMITTER_DATE", &moment);
        command
    }

    fn next_moment(&self) {
        self.tick(STEP);
    }

    fn head(&self) -> CommitId {
        self.commit_id("HEAD")
    }

    fn commit_here<C: Into<Change>>(
        &self,
        message: &str,
        author: &str,
        changes: impl IntoIterator<Item = C>,
    ) -> CommitId {
        self.next_moment();
        changes.into_iter().for_each(|change| self.stage(&change.into()));
        let author = format!("--author={author}");
        self.git(["commit", "-q", "--allow-empty", "--cleanup=verbatim", &author, "-m", message]);
        self.head()
    }

    fn stage(&self, change: &Change) {
        let at = |path: &str| self.path().join(path);
        match change {
            Change::Write(path, content) => {
                make_folder(&at(path));
                fs::write(at(path), content).expect("because the folder exists");
                self.git(["add", "--force", "--", path]);
            }
            Change::Delete(path) => drop(self.git(["rm", "-q", "--", path])),
            Change::Rename(from, to) => {
                make_folder(&at(to));
                self.git(["mv", "--", from, to]);
            }
            Change::MakeExecutable(path) => self.set_mode(path, 0o755),
            Change::MakeOrdinary(path) => self.set_mode(path, 0o644),
            Change::Symlink(path, target) => {
                make_folder(&at(path));
                if at(path).symlink_metadata().is_ok() {
                    fs::remove_file(at(path)).expect("because the path is a file");
                }
                symlink(target, at(path)).expect("because the path is free");
                self.git(["add", "--force", "--", path]);
            }
            Change::Submodule(path, commit) => {
                fs::create_dir_all(at(path)).expect("because the path is free");
                self.git(["update-index", "--add", "--cacheinfo", &format!("160000,{commit},{path}")]);
            }
        }
    }

    fn set_mode(&self, path: &str, mode: u32) {
        let file = self.path().join(path);
        fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("because the file exists");
        self.git(["add", "--force", "--", path]);
    }

    fn pick_with(&self, line: &str, fix: CommitId, flags: &[&str]) -> CommitId {
        self.next_moment();
        self.on_line(line, || {
            self.git(mainline(self, fix, &[&["cherry-pick"], flags].concat()));
            self.head()
        })
    }

    fn on_line<T>(&self, line: &str, work: impl FnOnce() -> T) -> T {
        self.git(["checkout", "-q", &branch_of(line)]);
        let result = work();
        self.git(["checkout", "-q", "main"]);
        result
    }
}

fn branch_of(line: &str) -> String {
    format!("release/{line}")
}

fn make_folder(file: &Path) {
    let folder = file.parent().expect("because files stand in the work tree");
    fs::create_dir_all(folder).expect("because no file has the name of the folder");
}

/// Completes a command on one commit, saying that a merge commit is taken by its first parent.
fn mainline(repo: &Repo, fix: CommitId, command: &[&str]) -> Vec<String> {
    let parents = repo.git(["rev-list", "--parents", "-n", "1", &fix.to_string()]).split(' ').count() - 1;
    let by_first_parent: &[&str] = if parents > 1 { &["-m", "1"] } else { &[] };
    let mut words: Vec<String> = command.iter().chain(by_first_parent).map(|&word| word.to_owned()).collect();
    words.push(fix.to_string());
    words
}
