//! What GitHub adds: pull requests that messages do not name, their words, their labels and their accounts.

use super::{entry, json, notes};
use crate::support::github::Github;
use crate::support::github::state::{Issue, TOKEN};
use crate::support::{Bin, Repo};

const CONFIG: &str = "[project]\nname = \"Widget\"\nmain = \"main\"\nrepository = \"acme/widget\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";

/// A fix whose commit does not say that pull request 12 brought it.
fn story() -> (Repo, Github) {
    let repo = Repo::new();
    repo.write_config(CONFIG);
    repo.cut_line("2.0");
    repo.tag_release("v2.0.0", "2.0");
    let fix = repo.land_fix("Keep the list", [("list.c", "kept\n")]);
    repo.pick("2.0", fix);
    let github = Github::start();
    {
        let mut state = github.state();
        let pull = state.open(12);
        pull.title = "Keep every element of the list".to_owned();
        pull.body = Some("Why.\n\n```release-note\nThe list keeps all that it is given.\n```\n".to_owned());
        pull.author = Some("con");
        pull.base = "main";
        pull.closed = true;
        pull.merge = Some(fix.to_string());
        pull.brought = vec![fix.to_string()];
        pull.label("kind/data-loss", Some("mia"));
        pull.closes = vec![Issue { number: 3, repository: "acme/widget", title: "It forgets", labels: vec![] }];
    }
    (repo, github)
}

fn asking(repo: &Repo, github: &Github, arguments: &[&str]) -> Bin {
    notes(repo, arguments).env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &github.url())
}

#[test]
fn a_pull_request_is_found_by_its_commit() {
    let (repo, github) = story();
    let found = asking(&repo, &github, &["render", "--line", "2.0", "--format", "json"]).run().success().json();
    let told = entry(&found, "Keep every element of the list");
    assert_eq!((&told["pull-request"], &told["account"]), (&12.into(), &"con".into()));
    assert_eq!(
        told["words"],
        serde_json::json!({ "text": "The list keeps all that it is given.", "from": "pull-request" })
    );
    assert_eq!(told["kind"], "data-loss");
    assert_eq!(told["issues"], serde_json::json!([{ "number": 3 }]));
    assert_eq!(github.requests().len(), 1, "{:?}", github.requests());
}

#[test]
fn nobody_is_asked_without_a_token_or_when_that_is_not_wanted() {
    let (repo, github) = story();
    let found = json(&repo, &["--line", "2.0"]);
    let told = entry(&found, "Keep the list");
    assert_eq!((told.get("pull-request"), told.get("words")), (None, None));
    let quiet = asking(&repo, &github, &["render", "--line", "2.0", "--offline", "--format", "json"]).run().success();
    assert_eq!(quiet.json(), found);
    assert!(github.requests().is_empty(), "{:?}", github.requests());
}

#[test]
fn a_security_fix_without_words_is_a_no_once_the_pull_request_was_asked() {
    let (repo, github) = story();
    {
        let mut state = github.state();
        let pull = state.open_again(12);
        pull.body = Some("No words".to_owned());
        pull.label("security", Some("mia"));
    }
    let output = asking(&repo, &github, &["check", "--line", "2.0", "--format", "json"]).run().code(1);
    assert_eq!(output.json()["findings"][1]["rule"], "words", "{}", output.stdout);
    assert_eq!(output.json()["findings"][1]["found"], "failed", "{}", output.stdout);
}

#[test]
fn the_description_of_one_of_several_pull_requests_has_words_for_that_one() {
    let (repo, github) = story();
    let map = repo.squash_merge(13, "Keep the map", "Fixes: CVE-2026-1234", [("map.c", "kept\n")]);
    let list = repo.git(["log", "-1", "--format=%H", "--grep=Keep the list", "main"]);
    let message = format!("Keep both\n\n(cherry picked from commit {list})\n(cherry picked from commit {map})\n");
    repo.git(["checkout", "-q", "release/2.0"]);
    repo.git(["reset", "-q", "--hard", "v2.0.0"]);
    repo.git(["checkout", "-q", "main"]);
    repo.land_on_line("2.0", &message, [("list.c", "kept\n"), ("map.c", "kept\n")]);
    let found = asking(&repo, &github, &["render", "--line", "2.0", "--format", "json"]).run().success().json();
    let told = entry(&found, "Keep both");
    assert_eq!(told["words"]["text"], "The list keeps all that it is given. Keep the map.", "{found:#}");
    assert_eq!(
        (&told["words"]["from"], told["words"]["without"][0].as_str()),
        (&"pull-request".into(), Some(map.to_string().as_str()))
    );
}
