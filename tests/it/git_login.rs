//! A git that talks to the server of a workflow logs in with its token, and nobody else hears of it.

use crate::support::git_http::{GitHttp, TokenMay};
use crate::support::github::Github;
use crate::support::github::state::{ALL_PERMISSIONS, Account};
use crate::support::signing::{ssh_story, tag};
use crate::support::{Bin, Repo};

const WRITES: &str = "ghs_ThisTokenWrites";
const READS: &str = "ghs_ThisTokenReads";

/// A story with `v2.0.1` and an `origin` on a server, as a checkout without kept credentials leaves it.
fn story() -> (Repo, GitHttp) {
    let (repo, _) = ssh_story();
    let root = repo.home().join("served");
    let up = root.join("acme/widget.git");
    let path = up.to_str().expect("because the folder has a plain name");
    repo.git(["init", "-q", "--bare", path]);
    GitHttp::keep_rules(&up);
    repo.git(["push", "-q", path, "main"]);
    let server = GitHttp::start(&root);
    server.allow(WRITES, TokenMay::Write);
    server.allow(READS, TokenMay::Read);
    let _made = tag(&repo, &["create", "2.0.1"]).run().success();
    repo.git(["remote", "add", "origin", &format!("{}/acme/widget.git", server.url())]);
    (repo, server)
}

fn push(repo: &Repo, server: &GitHttp, token: &str) -> Bin {
    let bin = tag(repo, &["push", "v2.0.1"]).env("GITHUB_ACTIONS", "true").env("GITHUB_TOKEN", token);
    bin.env("GITHUB_SERVER_URL", &server.url())
}

fn there(repo: &Repo) -> String {
    let up = repo.home().join("served/acme/widget.git");
    repo.git([
        "--git-dir",
        up.to_str().expect("because the folder has a plain name"),
        "for-each-ref",
        "--format=%(refname)",
    ])
}

#[test]
fn a_checkout_without_credentials_is_pushed_from() {
    let (repo, server) = story();
    let said = push(&repo, &server, WRITES).run().success();
    assert!(there(&repo).contains("refs/tags/v2.0.1"), "{}", there(&repo));
    assert!(server.requests().iter().all(|(_, logins)| *logins <= 1), "{:?}", server.requests());
    for text in [&said.stdout, &said.stderr] {
        assert!(!text.contains(WRITES) && !text.contains("AUTHORIZATION"), "{text}");
    }
    let config = std::fs::read_to_string(repo.path().join(".git/config")).expect("because git has one");
    assert!(!config.to_lowercase().contains("extraheader"), "{config}");
}

#[test]
fn a_header_that_a_checkout_kept_is_not_sent_besides() {
    let (repo, server) = story();
    // As `actions/checkout` keeps it, of a token that is over.
    let key = format!("http.{}/.extraheader", server.url());
    repo.git(["config", &key, "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46b2xk"]);
    let _pushed = push(&repo, &server, WRITES).run().success();
    let with: Vec<usize> = server.requests().iter().map(|(_, logins)| *logins).collect();
    assert!(!with.is_empty() && with.iter().all(|logins| *logins == 1), "{with:?}");
}

#[test]
fn settings_that_the_environment_has_stay() {
    let (repo, server) = story();
    repo.git(["remote", "set-url", "origin", "https://github.example/acme/widget.git"]);
    let bin = push(&repo, &server, WRITES).env("GIT_CONFIG_COUNT", "1");
    let bin = bin.env("GIT_CONFIG_KEY_0", &format!("url.{}/.insteadOf", server.url()));
    let _pushed = bin.env("GIT_CONFIG_VALUE_0", "https://github.example/").run().success();
    assert!(there(&repo).contains("refs/tags/v2.0.1"));
}

#[test]
fn nothing_is_sent_elsewhere_or_outside_of_workflows() {
    let (repo, server) = story();
    let refused = |bin: Bin| {
        let said = bin.run().code(4).stderr;
        assert!(!said.contains(WRITES) && !said.contains(READS), "{said}");
        said
    };
    let said = refused(push(&repo, &server, WRITES).env("GITHUB_ACTIONS", "false"));
    assert!(said.contains("hint: in a workflow set GITHUB_TOKEN"), "{said}");
    refused(push(&repo, &server, WRITES).env("GITHUB_SERVER_URL", "https://github.example"));
    assert!(server.requests().iter().all(|(_, logins)| *logins == 0), "{:?}", server.requests());
    let said = refused(push(&repo, &server, READS));
    assert!(said.contains("403"), "{said}");
    assert!(!there(&repo).contains("refs/tags/v2.0.1"));
}

#[test]
fn a_refusal_of_the_server_is_told_with_what_to_do() {
    let (repo, server) = story();
    let up = repo.home().join("served/acme/widget.git").display().to_string();
    let refused = |token: &str, words: &[&str]| {
        let said = push(&repo, &server, token).run().code(4).stderr;
        for word in words {
            assert!(said.contains(word), "'{word}' is missing in: {said}");
        }
        assert_eq!(there(&repo), "refs/heads/main");
    };
    refused(READS, &["Permission to acme/widget.git denied to", "hint: give the token 'contents: write'"]);
    let protect = |flag: &str, branch: &[&str]| {
        repo.git([&["--git-dir", &up, "config", flag, "github.protected"], branch].concat());
    };
    protect("--add", &["refs/heads/release/2.0"]);
    refused(WRITES, &["GH006: Protected branch update failed", "atomic push failure", "let the account pass it by"]);
    protect("--unset-all", &[]);
    repo.git(["tag", "-d", "v2.0.1"]);
    repo.land_on_line("2.0", "ci: build it", [(".github/workflows/ci.yml", "on: push\n")]);
    let _made = tag(&repo, &["create", "2.0.1", "--offline"]).run().success();
    refused(
        WRITES,
        &["workflow `.github/workflows/ci.yml` without `workflows` permission", "hint: GitHub lets only tokens"],
    );
    server.allow(WRITES, TokenMay::WriteWorkflows);
    let _pushed = push(&repo, &server, WRITES).run().success();
}

/// What the doctor finds in a workflow whose token may do everything at the API.
fn doctor(repo: &Repo, server: &GitHttp, token: &'static str) -> Vec<serde_json::Value> {
    let github = Github::start();
    let account = Account { login: "github-actions[bot]".to_owned(), may: ALL_PERMISSIONS.into_iter().collect() };
    github.state().tokens.insert(token, account);
    let bin = Bin::doctor().at(repo).args(["check", "--job", "push", "--unsigned", "--format", "json"]);
    let bin = bin.env("GITHUB_ACTIONS", "true").env("GITHUB_TOKEN", token).env("GITHUB_REPOSITORY", "acme/widget");
    let said = bin.env("GITHUB_SERVER_URL", &server.url()).env("GITHUB_API_URL", &github.url()).run().json();
    said["findings"].as_array().expect("because there are findings").clone()
}

#[test]
fn the_doctor_asks_about_a_push_as_one_who_is_logged_in() {
    let (repo, server) = story();
    let found = |token: &'static str| {
        let findings = doctor(&repo, &server, token);
        let about_push = |finding: &serde_json::Value| finding["rule"] == "push" && finding["about"] != "token";
        findings.into_iter().find(about_push).expect("because git was asked")
    };
    assert_eq!(found(WRITES)["found"], "passed");
    let denied = found(READS);
    assert_eq!(denied["found"], "failed");
    assert!(denied["detail"].as_str().is_some_and(|detail| detail.contains("403")), "{denied}");
    assert_eq!(there(&repo), "refs/heads/main");
}

#[test]
fn the_doctor_asks_with_what_a_checkout_kept_too() {
    let (repo, server) = story();
    let header = |token: &str| {
        let secret = backstitch::model::base64::encode(format!("x-access-token:{token}").as_bytes());
        repo.git(["config", &format!("http.{}/.extraheader", server.url()), &format!("AUTHORIZATION: basic {secret}")]);
    };
    let pushes = |token: &'static str| {
        let findings = doctor(&repo, &server, token);
        let about = |about: &str| {
            let is_it = |finding: &&serde_json::Value| finding["rule"] == "push" && finding["about"] == about;
            findings.iter().find(is_it).cloned().unwrap_or_default()
        };
        (about("origin"), about("origin, by git alone"))
    };
    assert!(pushes(WRITES).1.is_null(), "a checkout that kept nothing is no trouble: the binaries log in");
    header(READS);
    let (logged_in, alone) = pushes(WRITES);
    assert_eq!((&logged_in["found"], &alone["found"]), (&"passed".into(), &"undecided".into()), "{alone:#}");
    assert!(alone["would-fail"].as_str().is_some_and(|said| said.contains("git push")), "{alone:#}");
    header(WRITES);
    let (logged_in, alone) = pushes(READS);
    assert_eq!((&logged_in["found"], &alone["found"]), (&"failed".into(), &"passed".into()), "{logged_in:#}");
    let mend = logged_in["mend"].as_str().unwrap_or_default();
    assert!(mend.contains("GITHUB_TOKEN") && mend.contains("contents: write"), "{mend}");
    assert!(!mend.contains("credential.helper"), "{mend}");
}
