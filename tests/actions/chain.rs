//! The reusable workflows of this repository, whole: real binaries, real git, and tokens that may do what their jobs may.

mod gate;
mod prepare;
mod publish;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::executor::players::{checkout, download_artifact, upload_artifact};
use crate::executor::{Run, Runner};
use crate::own::{binaries, root};
use crate::support::Repo;
use crate::support::github::Github;
use crate::support::signing::SshKey;
use crate::tokens::mint;

/// A project with two lines, its bare repository that workflows fetch from and push to, and the stand-in for GitHub.
pub struct Project {
    pub repo: Repo,
    pub github: Github,
    pub key: SshKey,
}

const CONFIG: &str = "[project]\nname = \"Widget\"\nmain = \"main\"\nrepository = \"acme/widget\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n\n\
    [[version]]\npath = \"VERSION\"\npattern = \"{version}\"\n\n\
    [signing]\nformat = \"ssh\"\nallowed-signers = \"allowed\"\n\n\
    [eligibility.require]\nreviews = 0\nchecks = false\nrisk-assessment = false\n\n[eligibility.rules]\npriority = \"off\"\n";

impl Project {
    /// Two lines, each with a release; main has a fix that both need, and line 2.0 has picked another one already.
    pub fn new() -> Self {
        let repo = Repo::new();
        let key = SshKey::new(&repo, "bot", "");
        repo.write_config(CONFIG);
        repo.land_fix("Say who may sign", [("allowed", key.line("bot@example.com", "").as_str())]);
        repo.land_fix("Add the list", [("list", "one\n"), ("tests/list", "test\n"), ("VERSION", "1.9.0\n")]);
        repo.cut_line("1.9");
        repo.tag_release("v1.9.0", "1.9");
        repo.land_fix("Go on", [("VERSION", "2.0.0\n")]);
        repo.cut_line("2.0");
        repo.tag_release("v2.0.0", "2.0");
        let first = repo.land_fix("fix: keep the map\n\nKind: crash", [("map", "kept\n"), ("tests/map", "test\n")]);
        repo.pick("2.0", first);
        repo.land_fix("fix: keep the list\n\nKind: crash", [("list", "one, kept\n"), ("tests/list", "test\nkept\n")]);
        let project = Self { repo, github: Github::start(), key };
        project.repo.git(["clone", "-q", "--bare", ".", &project.remote()]);
        project.github.state().proposals.repositories.insert("acme/widget".to_owned(), project.bare());
        project
    }

    /// The bare repository.
    pub fn bare(&self) -> PathBuf {
        self.repo.home().join("up.git")
    }

    fn remote(&self) -> String {
        self.bare().display().to_string()
    }

    /// What git says there.
    pub fn there(&self, arguments: &[&str]) -> String {
        let remote = self.remote();
        self.repo.git([&["--git-dir", &remote], arguments].concat())
    }

    /// A runner for the workflows of this repository, as if the project had called them.
    pub fn runner(&self) -> Runner<'_> {
        let main = self.repo.git(["rev-parse", "main"]);
        let runner = Runner::new(root()).mint(|job, may| mint(&self.github, job, may));
        let runner = runner
            .player("actions/checkout", checkout(format!("file://{}", self.remote())))
            .player("actions/upload-artifact", upload_artifact)
            .player("actions/download-artifact", download_artifact);
        let runner = runner
            .github("api_url", &self.github.url())
            .github("repository", "acme/widget")
            .github("sha", &main)
            .github("ref", "refs/heads/main");
        runner
            .machine("GIT_CONFIG_NOSYSTEM", "1")
            .machine("HOME", &self.repo.home().display().to_string())
            .input("bin-dir", &binaries().display().to_string())
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
