//! Where picks are pushed to, and whose commits are there already.

use backstitch::model::commit::CommitId;

use super::{Clone, Story, outcome};
use crate::support::git_http::{GitHttp, TokenMay};
use crate::support::github::state::TOKEN;

#[test]
fn commits_of_others_are_kept_unless_they_are_to_be_replaced() {
    let story = Story::new();
    story.apply(&["2.0"], &[story.map]);
    story.propose(0);
    let theirs = story.push_by_hand();
    let writes = story.writes();
    let report = story.propose(1);
    assert_eq!(outcome(&report, 0), "failed");
    let failure = report["lines"][0]["failure"].to_string();
    assert!(failure.contains("a commit of somebody else") && failure.contains("--replace"), "{failure}");
    assert_eq!((story.served(&["rev-parse", "backstitch/2.0"]), story.writes()), (theirs, writes));

    let said = story.bin(&["--replace"]).run().success().stdout;
    assert!(said.contains("updated"), "{said}");
    assert_eq!(story.served(&["rev-parse", "backstitch/2.0"]), story.repo.git(["rev-parse", "release/2.0"]));
}

#[test]
fn an_amended_pick_is_somebodys_work() {
    let story = Story::new();
    let before = story.repo.git(["rev-parse", "release/2.0"]);
    story.apply(&["2.0"], &[story.map]);
    let repo = &story.repo;
    // The words and the origin are those of a pick; what it does is not.
    repo.git(["checkout", "-q", "--detach", "release/2.0"]);
    std::fs::write(repo.path().join("map.c"), "map, fixed by hand\n").expect("ours");
    repo.git(["commit", "-q", "-a", "--amend", "--no-edit"]);
    repo.git(["push", "-q", "origin", "HEAD:refs/heads/backstitch/2.0"]);
    repo.git(["checkout", "-q", "main"]);
    assert_eq!(outcome(&story.propose(1), 0), "failed");
    // The same pick of another run, of which nothing is known but what it does, is none.
    repo.git(["push", "-q", "--force", "origin", "release/2.0:refs/heads/backstitch/2.0"]);
    repo.git(["update-ref", "refs/heads/release/2.0", &before]);
    repo.tick(5000);
    story.apply(&["2.0"], &[story.map, story.set]);
    assert_eq!(outcome(&story.propose(0), 0), "opened");
}

/// A workflow picks on another machine each night: only the moment differs.
#[test]
fn the_same_picks_of_another_machine_change_nothing() {
    let story = Story::new();
    let night = |name: &str, fixes: &[CommitId], by: &str| {
        let clone = Clone::of(&story, name);
        let mut plan = clone.pick(&["plan", "--max-depth", "0", "--line", "2.0", "--output", "../plan.json"]);
        plan = plan.args(fixes);
        let _planned = plan.run().success();
        let apply = clone.pick(&["apply", "../plan.json", "--format", "json"]);
        let apply = apply.env("GIT_COMMITTER_DATE", &story.repo.now()).env("GIT_COMMITTER_NAME", by).run().success();
        story.repo.tick(86_400);
        let report = clone.pick(&["propose", "-", "--format", "json"]).stdin(apply.stdout).run().success().json();
        (
            outcome(&report, 0).to_owned(),
            report["lines"][0]["picks"].clone(),
            story.served(&["rev-parse", "backstitch/2.0"]),
        )
    };
    let both = [story.map, story.set];
    let (first, picks, head) = night("first", &both, "bot");
    assert_eq!(first, "opened");
    let (writes, pull) = (story.writes(), story.only());
    assert_eq!(night("second", &both, "bot"), ("already".to_owned(), picks, head.clone()));
    assert_eq!((story.writes(), story.only()), (writes, pull));
    // Whoever commits stands in a pick, and so does what it stands on.
    let (outcome, _, other) = night("third", &both, "bot two");
    assert_eq!((outcome.as_str(), other == head), ("updated", false));
    story.repo.land_on_line("2.0", "Go on", [("more", "more\n")]);
    story.repo.git(["push", "-q", "origin", "release/2.0"]);
    let (outcome, _, moved) = night("fourth", &both, "bot two");
    assert_eq!((outcome.as_str(), moved == other), ("updated", false));
    assert_eq!(story.served(&["rev-parse", "backstitch/2.0~2"]), story.served(&["rev-parse", "release/2.0"]));
}

#[test]
fn commits_that_are_no_picks_are_not_proposed() {
    let story = Story::new();
    story.repo.land_on_line("2.0", "Work in progress", [("wip", "x\n")]);
    story.apply(&["2.0"], &[story.map]);
    let report = story.propose(1);
    let failure = report["lines"][0]["failure"].to_string();
    assert!(failure.contains("commits here that are no picks"), "{failure}");
    assert_eq!(story.served(&["branch", "--list", "backstitch/*"]), "");
}

#[test]
fn a_fork_is_pushed_to_and_proposed_from() {
    let story = Story::new();
    story.serve("con/widget", "fork", &["main"]);
    story.apply(&["2.0"], &[story.map]);
    let report = story.bin(&["--remote", "fork", "--head", "picks-{line}", "--format", "json"]).run().success().json();
    assert_eq!(report["lines"][0]["head"]["repository"], "con/widget");
    let pull = story.only();
    assert_eq!((pull.owner.as_str(), pull.head.as_str(), pull.base.as_str()), ("con", "picks-2.0", "release/2.0"));
    assert_eq!(story.served(&["branch", "--list", "picks-*"]), "");
    let again = story.bin(&["--remote", "fork", "--head", "picks-{line}"]).run().success().stdout;
    assert!(again.contains("already there"), "{again}");

    story.repo.git(["remote", "add", "folder", "/srv/somewhere"]);
    let said = story.bin(&["--remote", "folder"]).run().code(2).stderr;
    assert!(said.contains("cannot be told which repository 'folder' is"), "{said}");
    let said = story.bin(&["--remote", "nobody"]).run().code(2).stderr;
    assert!(said.contains("there is no remote 'nobody'"), "{said}");
}

#[test]
fn a_refusal_of_the_server_is_told_with_what_to_do() {
    let story = Story::new();
    story.apply(&["2.0"], &[story.map]);
    let root = story.repo.home().join("served");
    let hook = root.join("acme/widget.git/hooks/pre-receive");
    let words = "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission";
    let text = format!("#!/bin/sh\necho '{words}' >&2\nexit 1\n");
    std::fs::write(&hook, text).expect("because the folder is git's");
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("ours");
    story.served(&["config", "http.receivepack", "true"]);
    let server = GitHttp::start(&root);
    server.allow(TOKEN, TokenMay::Write);
    server.allow("ghs_reads", TokenMay::Read);
    story.repo.git(["remote", "set-url", "origin", &format!("{}/acme/widget.git", server.url())]);
    let job = |token: &str| {
        let bin = story.bin(&["--format", "json"]).env("GITHUB_ACTIONS", "true");
        bin.env("GITHUB_SERVER_URL", &server.url()).env("GITHUB_TOKEN", token)
    };
    let report = job(TOKEN).run().code(3).json();
    let failure = report["lines"][0]["failure"].to_string();
    assert!(failure.contains(".github/workflows/ci.yml") && failure.contains("permission 'workflows'"), "{failure}");
    assert_eq!(story.pulls(), []);
    std::fs::remove_file(&hook).expect("because it is there");
    let account = |login: &str| crate::support::github::state::Account {
        login: login.to_owned(),
        may: crate::support::github::state::ALL_PERMISSIONS.into_iter().collect(),
    };
    story.github.state().tokens.insert("ghs_reads", account("reader[bot]"));
    let report = job("ghs_reads").run().code(3).json();
    let failure = report["lines"][0]["failure"].to_string();
    assert!(failure.contains("contents: write") && !failure.contains("ghs_reads"), "{failure}");
    let said = job(TOKEN).run().success();
    assert_eq!(outcome(&said.json(), 0), "opened");
    assert!(!said.stdout.contains(TOKEN) && !said.stderr.contains(TOKEN));
}
