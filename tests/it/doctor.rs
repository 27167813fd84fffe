//! `patch-doctor`: each rule in both directions, and that nothing is written.

mod clone;
mod environment;
mod keys;
mod lines;
mod purpose;
mod release;
mod rules;
mod shapes;
mod signing;
mod token;
mod workflows;

use crate::support::github::Github;
use crate::support::github::state::Account;
use crate::support::signing::ssh_story;
use crate::support::{Bin, Repo};

/// The story of tags that SSH keys sign, with a remote that has all of it.
pub fn healthy() -> Repo {
    let (repo, _) = ssh_story();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&own.replacen("[project]\n", "[project]\nversions = \"tags\"\n", 1));
    let up = repo.home().join("up.git");
    let up = up.to_str().expect("because the folder has a plain name");
    repo.git(["init", "-q", "--bare", "-b", "main", up]);
    repo.git(["remote", "add", "origin", up]);
    publish(&repo);
    repo
}

/// Brings the remote to what is here.
fn publish(repo: &Repo) {
    repo.git(["push", "-q", "--force", "origin", "--all"]);
    repo.git(["push", "-q", "--force", "origin", "--tags"]);
}

/// `patch-doctor` at the present moment of a story.
pub fn doctor(repo: &Repo, arguments: &[&str]) -> Bin {
    let now = repo.now();
    Bin::doctor().at(repo).args([&["check"], arguments, &["--now", &now, "--format", "json"]].concat())
}

/// The same with a token, and a stand-in to ask.
fn asking(repo: &Repo, github: &Github, token: &str, arguments: &[&str]) -> Bin {
    let bin = doctor(repo, arguments).env("GITHUB_TOKEN", token).env("GITHUB_API_URL", &github.url());
    bin.env("GITHUB_REPOSITORY", "acme/widget")
}

/// Gives a token to an account.
fn give(github: &Github, token: &'static str, login: &str, may: &[&'static str]) {
    let account = Account { login: login.to_owned(), may: may.iter().copied().collect() };
    github.state().tokens.insert(token, account);
}

/// What was found about a rule, as `verdict` or `verdict about`.
fn found(document: &serde_json::Value, rule: &str) -> Vec<String> {
    let findings = document["findings"].as_array().expect("because there are findings");
    let of = findings.iter().filter(|finding| finding["rule"] == rule);
    let text = |finding: &serde_json::Value| {
        let word = |field: &str| finding[field].as_str().unwrap_or_default().to_owned();
        format!("{} {}", word("found"), word("about")).trim().to_owned()
    };
    of.map(text).collect()
}

/// One field of all findings about a rule.
fn said(document: &serde_json::Value, rule: &str, field: &str) -> String {
    let findings = document["findings"].as_array().expect("because there are findings");
    let of = findings.iter().filter(|finding| finding["rule"] == rule);
    of.filter_map(|finding| finding[field].as_str()).collect::<Vec<_>>().join("\n")
}

/// Requires what the git part finds about a rule.
#[track_caller]
fn requires(repo: &Repo, rule: &str, expected: &[&str]) -> serde_json::Value {
    let document = doctor(repo, &["--offline"]).run().json();
    assert_eq!(found(&document, rule), expected, "{document:#}");
    document
}
