//! The reusable workflows of this repository, whole: real binaries, real git, and tokens that may do what their jobs may.

mod again;
mod app;
mod approval;
mod attempts;
mod checks;
mod command;
mod copied;
mod first;
pub mod gate;
mod held;
mod hostile;
mod prepare;
mod publish;
mod refusals;
mod traps;
mod unsettled;
mod validated;
mod whole;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::executor::players::{checkout, download_artifact, upload_artifact};
use crate::executor::{Access, Permissions, Run, Runner};
use crate::own::{binaries, root};
use crate::support::git_http::{GitHttp, TokenMay};
use crate::support::github::Github;
use crate::support::github::state::Environment;
use crate::support::signing::SshKey;
use crate::support::{Repo, run_with_input};
use crate::tokens::mint;

/// A project with two lines, its bare repository that workflows fetch from and push to, and the stand-in for GitHub.
pub struct Project {
    pub repo: Repo,
    pub github: Github,
    /// Git over HTTP, with the tokens of the jobs.
    pub server: GitHttp,
    pub key: SshKey,
    /// Where the API is reached, if not at the stand-in itself.
    api: OnceCell<String>,
}

const CONFIG: &str = "[project]\nname = \"Widget\"\nmain = \"main\"\nrepository = \"acme/widget\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n\n\
    [[version]]\npath = \"VERSION\"\npattern = \"{version}\"\n\n\
    [signing]\nformat = \"ssh\"\nallowed-signers = \"allowed\"\n\n\
    [eligibility.require]\nreviews = 0\nchecks = false\nrisk-assessment = false\n\n[eligibility.rules]\npriority = \"off\"\n";

impl Project {
    /// Two lines, each with a release; main has a fix that both need, and line 2.0 has picked another one already.
    pub fn new() -> Self {
        Self::with(CONFIG, "VERSION")
    }

    /// The same without a file that holds the version.
    pub fn in_tags() -> Self {
        let config = CONFIG.replace("[[version]]\npath = \"VERSION\"\npattern = \"{version}\"\n\n", "");
        Self::with(&config.replace("[project]\n", "[project]\nversions = \"tags\"\n"), "count")
    }

    /// The same with further lines, each cut from main as it is now, at the version of its first release.
    pub fn with_lines(names: &[&str]) -> Self {
        let line = |name: &&str| format!("[[line]]\nname = \"{name}\"\nbranch = \"release/{name}\"\n\n");
        let lines: String = names.iter().map(line).collect();
        let project = Self::with(&CONFIG.replacen("[[line]]", &format!("{lines}[[line]]"), 1), "VERSION");
        for name in names {
            project.repo.land_fix("Go on", [("VERSION", format!("{name}.0\n").as_str())]);
            project.repo.cut_line(name);
        }
        project.repo.git(["push", "-q", &project.remote(), "refs/heads/*:refs/heads/*"]);
        project
    }

    /// A project with this configuration, and a file that has another number with each line.
    fn with(config: &str, file: &str) -> Self {
        let repo = Repo::new();
        let key = SshKey::new(&repo, "bot", "");
        repo.write_config(config);
        repo.land_fix("Say who may sign", [("allowed", key.line("bot@example.com", "").as_str())]);
        repo.land_fix("Add the list", [("list", "one\n"), ("tests/list", "test\n"), (file, "1.9.0\n")]);
        repo.cut_line("1.9");
        repo.tag_release("v1.9.0", "1.9");
        repo.land_fix("Go on", [(file, "2.0.0\n")]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        let first = repo.land_fix("fix: keep the map\n\nKind: crash", [("map", "kept\n"), ("tests/map", "test\n")]);
        repo.pick("2.0", first);
        repo.land_fix("fix: keep the list\n\nKind: crash", [("list", "one, kept\n"), ("tests/list", "test\nkept\n")]);
        Self::of(repo, key)
    }

    /// A project whose bare repository is a copy of another one.
    pub fn of(repo: Repo, key: SshKey) -> Self {
        let server = GitHttp::start(&repo.home().join("served"));
        let project = Self { repo, github: Github::start(), server, key, api: OnceCell::new() };
        project.repo.git(["clone", "-q", "--bare", ".", &project.remote()]);
        GitHttp::keep_rules(&project.bare());
        project.github.state().settings.environments.push(Environment::new("release"));
        project.github.state().proposals.repositories.insert("acme/widget".to_owned(), project.bare());
        project
    }

    /// The bare repository.
    pub fn bare(&self) -> PathBuf {
        self.repo.home().join("served/acme/widget.git")
    }

    fn remote(&self) -> String {
        self.bare().display().to_string()
    }

    /// Lets runners reach the API at this address from now on.
    pub fn through(&self, address: &str) {
        self.github.state().address = Some(address.to_owned());
        self.api.set(address.to_owned()).expect("because it is said once");
    }

    /// What git says there.
    pub fn there(&self, arguments: &[&str]) -> String {
        let remote = self.remote();
        self.repo.git([&["--git-dir", &remote], arguments].concat())
    }

    /// Commits what is staged where HEAD is, with a message as it is: git's own commands refuse a NUL in one.
    pub fn commit_raw(&self, message: &str) -> String {
        let repo = &self.repo;
        repo.tick(60);
        let (tree, parent) = (repo.git(["write-tree"]), repo.git(["rev-parse", "HEAD"]));
        let who = self.who();
        let text = format!("tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{message}");
        let id = self.object("commit", text);
        repo.git(["update-ref", "HEAD", &id]);
        id
    }

    /// Gives a tag a message as it is, with the commit that it has.
    pub fn tag_raw(&self, tag: &str, message: &str) {
        let commit = self.repo.commit_id(tag);
        let text = format!("object {commit}\ntype commit\ntag {tag}\ntagger {}\n\n{message}", self.who());
        let id = self.object("tag", text);
        self.repo.git(["update-ref", &format!("refs/tags/{tag}"), &id]);
    }

    fn who(&self) -> String {
        let now = chrono::DateTime::parse_from_rfc3339(&self.repo.now()).expect("because it is a moment");
        format!("Con Contributor <con@example.com> {} +0000", now.timestamp())
    }

    /// Writes an object that git's own commands would not make.
    fn object(&self, kind: &str, text: String) -> String {
        let mut command = self.repo.git_command();
        command.args(["hash-object", "-t", kind, "-w", "--literally", "--stdin"]);
        let output = run_with_input(&mut command, text.into_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Makes the token of a job, which may do the same by git and by the API.
    fn mint(&self, job: &str, may: &Permissions) -> String {
        let token = mint(&self.github, job, may);
        self.allow(&token, may);
        token
    }

    /// Lets git take a token as one that may do this.
    pub fn allow(&self, token: &str, may: &Permissions) {
        match may.get("contents") {
            Access::Write => self.server.allow(token, TokenMay::Write),
            Access::Read => self.server.allow(token, TokenMay::Read),
            Access::None => {}
        }
    }

    /// A runner for the workflows of this repository, as if the project had called them.
    pub fn runner(&self) -> Runner<'_> {
        self.bare_runner().input("bin-dir", &binaries().display().to_string())
    }

    /// As [`Self::runner`], without any input.
    pub fn bare_runner(&self) -> Runner<'_> {
        self.runner_of(&root())
    }

    /// A runner for the workflows in a folder of the project's own, without any input.
    pub fn runner_of(&self, folder: &Path) -> Runner<'_> {
        let main = self.repo.git(["rev-parse", "main"]);
        let runner = Runner::new(folder).mint(|job, may| self.mint(job, may));
        let runner = runner
            .player("actions/checkout", checkout(format!("{}/acme/widget.git", self.server.url())))
            .player("actions/upload-artifact", upload_artifact)
            .player("actions/download-artifact", download_artifact);
        let runner = runner
            .github("api_url", self.api.get().unwrap_or(&self.github.url()))
            .github("server_url", &self.server.url())
            .github("repository", "acme/widget")
            .github("sha", &main)
            .github("ref", "refs/heads/main");
        runner.machine("GIT_CONFIG_NOSYSTEM", "1").machine("HOME", &self.repo.home().display().to_string())
    }

    /// The payload of an event of a pull request.
    pub fn pull_request(&self, base: &str, head: &str) -> Value {
        let side = |branch: &str, commit: String| {
            json!({
                "label": format!("acme:{branch}"), "ref": branch, "sha": commit,
                "user": { "login": "acme", "id": 1, "type": "Organization" },
                "repo": { "id": 7, "name": "widget", "full_name": "acme/widget", "fork": false, "default_branch": "main" },
            })
        };
        json!({
            "action": "opened", "number": 12,
            "pull_request": {
                "id": 1001, "number": 12, "state": "open", "locked": false, "title": "Keep the list",
                "user": { "login": "con", "id": 2, "type": "User" }, "body": "Why",
                "labels": [], "milestone": null, "draft": false,
                "head": side("keep", self.repo.commit_id(head).to_string()),
                "base": side(base, self.repo.commit_id(base).to_string()),
                "author_association": "CONTRIBUTOR", "merged": false, "merged_at": null, "merge_commit_sha": null,
                "mergeable": null, "commits": 1, "additions": 4, "deletions": 1, "changed_files": 2,
            },
            "repository": { "id": 7, "name": "widget", "full_name": "acme/widget", "private": false, "default_branch": "main" },
            "sender": { "login": "con", "id": 2, "type": "User" },
        })
    }
}

/// Runs a workflow that has to start.
#[track_caller]
pub fn started(runner: &Runner<'_>, path: &str) -> Run {
    runner.run_workflow(path).unwrap_or_else(|trouble| panic!("it does not start: {trouble}"))
}
