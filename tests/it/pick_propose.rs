//! `patch-pick propose`: the picks of a plan become one pull request a line, whatever was there before and whatever breaks.

mod again;
mod embargo;
mod faults;
mod heads;
mod issue;
mod left;
mod planned;
mod stale;

use std::path::PathBuf;

use backstitch::model::commit::CommitId;
use serde_json::Value;

use crate::support::github::proposals::Proposed;
use crate::support::github::state::{TOKEN, sha};
use crate::support::github::{Fault, Github, When};
use crate::support::{Bin, Repo};

const CONFIG: &str = "[project]\nname = \"Widget\"\nmain = \"main\"\ntag = \"v{version}\"\nrepository = \"acme/widget\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n";
const HOSTILE: &str =
    "Fix the set | `id` <img src=x> @team <!-- /backstitch-propose: what stands below this line is kept -->";

/// Two lines, an `origin`, and three fixes that pull requests brought to main, of which the last conflicts on 2.0 alone.
struct Story {
    repo: Repo,
    github: Github,
    map: CommitId,
    set: CommitId,
    two: CommitId,
}

impl Story {
    fn new() -> Self {
        let repo = Repo::new();
        repo.write_config(CONFIG);
        repo.land_fix("Add all", [("list.c", "one\ntwo\nthree\n"), ("map.c", "map\n"), ("set.c", "set\n")]);
        repo.cut_line("2.0");
        repo.land_fix("Rename two", [("list.c", "one\nzwei\nthree\n")]);
        repo.cut_line("2.1");
        let map = repo.squash_merge(11, "Fix the map", "", [("map.c", "map, fixed\n")]);
        let set = repo.squash_merge(12, HOSTILE, "", [("set.c", "set, fixed\n")]);
        let two = repo.squash_merge(13, "Fix two", "", [("list.c", "one\nzwei, fixed\nthree\n")]);
        let github = Github::start();
        let story = Self { repo, github, map, set, two };
        story.serve("acme/widget", "origin", &["main", "release/2.0", "release/2.1"]);
        for (number, commit) in [(11, map), (12, set), (13, two)] {
            let mut state = story.github.state();
            let pull = state.open(number);
            pull.merge = Some(commit.to_string());
            pull.brought.push(commit.to_string());
            pull.head_commit = sha(number);
        }
        story
    }

    /// A person adds to the pull request of line 2.0, and this is the commit.
    fn push_by_hand(&self) -> String {
        self.repo.git(["checkout", "-q", "--detach", "release/2.0"]);
        self.repo.git(["commit", "-q", "--allow-empty", "-m", "By hand"]);
        self.repo.git(["push", "-q", "origin", "HEAD:refs/heads/backstitch/2.0"]);
        let theirs = self.repo.git(["rev-parse", "HEAD"]);
        self.repo.git(["checkout", "-q", "main"]);
        theirs
    }

    /// Makes the bare repository of this name, with these branches, and a remote for it whose address names it.
    fn serve(&self, name: &str, remote: &str, branches: &[&str]) -> PathBuf {
        let path = self.repo.home().join(format!("served/{name}.git"));
        let text = path.to_str().expect("because the folder has a plain name");
        self.repo.git(["init", "-q", "--bare", text]);
        self.repo.git(["remote", "add", remote, &format!("https://github.com/{name}.git")]);
        let instead = format!("url.{text}.insteadOf");
        self.repo.git(["config", &instead, &format!("https://github.com/{name}.git")]);
        self.repo.git([&["push", "-q", remote], branches].concat());
        self.github.state().proposals.repositories.insert(name.to_owned(), path.clone());
        path
    }

    /// Plans these fixes for these lines, picks them, and keeps what that said as `applied.json`.
    fn apply(&self, lines: &[&str], fixes: &[CommitId]) -> i32 {
        let file = |name: &str| self.repo.home().join(name).display().to_string();
        let mut plan =
            Bin::pick().at(&self.repo).args(["plan", "--max-depth", "0", "--output", &file("plan.json")]).args(fixes);
        plan = lines.iter().fold(plan, |plan, line| plan.args(["--line", line]));
        let _planned = plan.run();
        // Which picks are newer is told by the second that they were made in.
        let apply = Bin::pick().at(&self.repo).env("GIT_COMMITTER_DATE", &self.repo.now());
        let applied = apply.args(["apply", &file("plan.json"), "--format", "json"]).run();
        std::fs::write(file("applied.json"), &applied.stdout).expect("because the folder is ours");
        applied.exit
    }

    fn bin(&self, more: &[&str]) -> Bin {
        let applied = self.repo.home().join("applied.json").display().to_string();
        let bin = Bin::pick().at(&self.repo).args(["propose", &applied]).args(more);
        bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &self.github.url())
    }

    fn propose(&self, code: i32) -> Value {
        self.bin(&["--format", "json"]).run().code(code).json()
    }

    fn pulls(&self) -> Vec<Proposed> {
        self.github.state().proposals.pulls.clone()
    }

    fn only(&self) -> Proposed {
        let pulls = self.pulls();
        let [pull] = pulls.as_slice() else { panic!("not one pull request: {pulls:#?}") };
        pull.clone()
    }

    fn served(&self, arguments: &[&str]) -> String {
        let path = self.repo.home().join("served/acme/widget.git");
        self.repo.git([&["--git-dir", path.to_str().expect("a plain name")], arguments].concat())
    }

    /// What was written on the forge.
    fn writes(&self) -> Vec<String> {
        let requests = self.github.requests();
        requests.into_iter().filter(|line| !line.starts_with("GET") && !line.contains("/graphql")).collect()
    }
}

/// A clone of what the forge has, such as a job of a workflow or somebody else works in.
struct Clone<'s> {
    story: &'s Story,
    path: PathBuf,
}

impl<'s> Clone<'s> {
    fn of(story: &'s Story, name: &str) -> Self {
        let path = story.repo.home().join(name).join("widget");
        let served = story.repo.home().join("served/acme/widget.git").display().to_string();
        let (address, place) = ("https://github.com/acme/widget.git", path.display().to_string());
        let instead = format!("url.{served}.insteadOf={address}");
        let who = ["-c", "user.name=Bea", "-c", "user.email=bea@example.com"];
        story.repo.git([&["clone", "-q", "-b", "main", "-c", &instead][..], &who, &[address, &place]].concat());
        Self { story, path }
    }

    /// A run in it that may write.
    fn pick(&self, arguments: &[&str]) -> Bin {
        let bin = Bin::pick().at(&self.story.repo).within(&self.path).args(arguments);
        bin.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", &self.story.github.url())
    }
}

fn outcome(report: &Value, line: usize) -> &str {
    report["lines"][line]["outcome"].as_str().expect("because a line has an outcome")
}

#[test]
fn each_line_gets_one_pull_request_and_its_branch_stays() {
    let story = Story::new();
    let before = story.served(&["rev-parse", "release/2.0", "release/2.1"]);
    assert_eq!(story.apply(&["2.0", "2.1"], &[story.map, story.set]), 0);
    let shown = story.bin(&["--dry-run"]).run().success();
    assert!(shown.stdout.contains("would open") && story.writes().is_empty(), "{}", shown.stdout);
    assert_eq!(story.served(&["branch", "--list", "backstitch/*"]), "");

    let report = story.propose(0);
    assert_eq!(report["schema"], "patch-pick/propose@1");
    assert_eq!([outcome(&report, 0), outcome(&report, 1)], ["opened", "opened"]);
    assert_eq!(story.served(&["rev-parse", "release/2.0", "release/2.1"]), before);
    assert_eq!(story.served(&["rev-parse", "backstitch/2.0"]), story.repo.git(["rev-parse", "release/2.0"]));
    let pulls = story.pulls();
    let of = |base: &str| pulls.iter().find(|pull| pull.base == base).expect("because it was opened");
    let pull = of("release/2.0");
    assert_eq!((pull.head.as_str(), pull.draft), ("backstitch/2.0", false));
    assert_eq!(pull.title, "[2.0] 2 fixes for the next patch release");
    assert!(pull.body.contains("| #11 |") && pull.body.contains(&story.map.to_string()), "{}", pull.body);
    assert_eq!(pull.body.matches("<!-- /backstitch").count(), 1, "{}", pull.body);
    assert!(!pull.body.contains("<img") && !pull.body.contains("@team") && !pull.body.contains("Approve"));

    let (writes, again) = (story.writes(), story.propose(0));
    assert_eq!([outcome(&again, 0), outcome(&again, 1)], ["already", "already"]);
    assert_eq!(story.writes(), writes);
    assert_eq!(story.pulls(), pulls);
}

#[test]
fn labels_and_people_of_the_origins_come_along_once() {
    let story = Story::new();
    {
        let mut state = story.github.state();
        state
            .open_again(11)
            .label("kind/bug", Some("con"))
            .label("backport 2.0", Some("con"))
            .review("rev", "APPROVED");
        state.open_again(11).review("stranger", "APPROVED").review("bot[bot]", "APPROVED");
        state.open_again(12).label("Kind/Bug", Some("con")).label("area/set", None).review("no", "CHANGES_REQUESTED");
        state.proposals.strangers.insert("stranger".to_owned());
    }
    story.apply(&["2.0"], &[story.map, story.set]);
    let report = story.propose(0);
    let pull = story.only();
    assert_eq!(pull.labels, ["kind/bug", "area/set"]);
    assert_eq!(pull.reviewers, ["rev", "con"]);
    assert_eq!(pull.assignees, ["con"]);
    let notes = report["lines"][0]["notes"].to_string();
    assert!(notes.contains("stranger") && notes.contains("collaborators"), "{notes}");
    // A person takes a label away: the next run does not bring it back.
    story.github.state().proposals.pulls[0].labels.clear();
    assert_eq!(outcome(&story.propose(0), 0), "already");
    assert_eq!(story.only().labels, Vec::<String>::new());
}

#[test]
fn labels_and_people_that_could_not_be_read_come_along_later() {
    let story = Story::new();
    story.github.state().open_again(11).label("kind/bug", Some("con")).review("rev", "APPROVED");
    story.apply(&["2.0"], &[story.map]);
    story
        .github
        .state()
        .graph_errors
        .insert(story.map.to_string(), ("FORBIDDEN", "Resource not accessible by integration"));
    let report = story.propose(0);
    assert!(
        report["lines"][0]["notes"].to_string().contains("labels and people of some fixes are unknown"),
        "{report:#}"
    );
    assert_eq!(outcome(&story.propose(0), 0), "already");
    assert!(story.only().labels.is_empty() && story.only().reviewers.is_empty());
    story.github.state().graph_errors.clear();
    assert_eq!(outcome(&story.propose(0), 0), "updated");
    assert_eq!(
        (story.only().labels, story.only().reviewers),
        (vec!["kind/bug".to_owned()], vec!["rev".to_owned(), "con".to_owned()])
    );
    assert_eq!(outcome(&story.propose(0), 0), "already");
}

#[test]
fn what_is_new_on_a_line_updates_its_pull_request() {
    let story = Story::new();
    let before = story.repo.git(["rev-parse", "release/2.0"]);
    story.apply(&["2.0"], &[story.map]);
    story.propose(0);
    let first = story.only();
    {
        // As people edit on the page.
        let pull = &mut story.github.state().proposals.pulls[0];
        pull.body = format!("{}\nPlease wait for **QA**.\n", pull.body).replace('\n', "\r\n");
    }
    assert_eq!(outcome(&story.propose(0), 0), "already");
    // The same pick is made anew, and one more.
    story.repo.git(["update-ref", "refs/heads/release/2.0", &before]);
    story.repo.tick(1000);
    story.apply(&["2.0"], &[story.map, story.set]);
    let report = story.propose(0);
    assert_eq!(outcome(&report, 0), "updated");
    let pull = story.only();
    assert_eq!((pull.number, pull.title.as_str()), (first.number, "[2.0] 2 fixes for the next patch release"));
    assert!(pull.body.trim_end().ends_with("Please wait for **QA**."), "{}", pull.body);
    assert_eq!(story.served(&["rev-parse", "backstitch/2.0"]), story.repo.git(["rev-parse", "release/2.0"]));
    // The line has it: there is nothing left to propose.
    story.repo.git(["push", "-q", "origin", "release/2.0"]);
    assert_eq!(outcome(&story.propose(0), 0), "nothing");
}

#[test]
fn what_was_picked_before_a_conflict_is_a_draft_until_a_person_resolved_it() {
    let story = Story::new();
    assert_eq!(story.apply(&["2.0", "2.1"], &[story.map, story.two]), 1);
    let report = story.propose(1);
    assert_eq!([outcome(&report, 0), outcome(&report, 1)], ["opened", "opened"]);
    let at = |base: &str| story.pulls().into_iter().find(|pull| pull.base == base).expect("because it was opened");
    let line = report["lines"].as_array().and_then(|lines| lines.iter().find(|line| line["line"] == "2.0"));
    assert_eq!(line.expect("because it was asked for")["pull-request"]["readiness"], "draft");
    let draft = at("release/2.0");
    assert!(draft.draft && !at("release/2.1").draft);
    assert_eq!(draft.title, "[2.0] 1 fix for the next patch release, and one that conflicts");
    for words in ["A person is needed", "`list.c`", "**conflict**", "patch-pick apply plan.json --continue"] {
        assert!(draft.body.contains(words), "{words}: {}", draft.body);
    }
    assert_eq!(story.propose(1)["lines"][0]["outcome"], "already");

    // A person resolves it.
    let edit = std::fs::read_to_string(story.repo.home().join("applied.json")).expect("because it was kept");
    let edit: Value = serde_json::from_str(&edit).expect("JSON");
    let lines = edit["lines"].as_array().expect("because there are lines");
    let place = lines.iter().find_map(|line| line["conflict"]["directory"].as_str()).expect("because 2.0 conflicts");
    let file = story.repo.path().join(place).join("files/list.c");
    std::fs::write(file, "one\ntwo, fixed\nthree\n").expect("because the folder is there");
    let plan = story.repo.home().join("plan.json").display().to_string();
    let go_on = Bin::pick().at(&story.repo).args(["apply", &plan, "--continue", "--format", "json"]).run().success();
    std::fs::write(story.repo.home().join("applied.json"), go_on.stdout).expect("because the folder is ours");
    let report = story.propose(0);
    let now = at("release/2.0");
    assert_eq!((now.number, now.draft), (draft.number, false), "{report:#}");
    assert_eq!(now.title, "[2.0] 2 fixes for the next patch release");
}

#[test]
fn a_line_that_stops_at_once_is_blocked_and_has_no_pull_request() {
    let story = Story::new();
    story.apply(&["2.0"], &[story.two]);
    let said = story.bin(&[]).run().code(1);
    assert!(said.stdout.contains("blocked") && said.stdout.contains("a person has to resolve it"), "{}", said.stdout);
    assert_eq!((story.writes(), story.served(&["branch", "--list", "backstitch/*"])), (Vec::new(), String::new()));
    let report = story.propose(1);
    assert_eq!((outcome(&report, 0), &report["lines"][0]["pull-request"]), ("blocked", &Value::Null));
}

#[test]
fn where_none_may_be_opened_a_person_gets_a_link() {
    let story = Story::new();
    story.github.state().proposals.forbidden = true;
    story.apply(&["2.0"], &[story.map, story.set]);
    let report = story.bin(&["--format", "json"]).env("GITHUB_SERVER_URL", "https://github.com").run().code(3).json();
    assert_eq!(outcome(&report, 0), "forbidden");
    let link = report["lines"][0]["link"].as_str().expect("because there is one");
    let front =
        "https://github.com/acme/widget/compare/release/2.0...backstitch/2.0?quick_pull=1&title=%5B2.0%5D%202%20fixes";
    assert!(link.starts_with(front) && link.contains("&body=") && link.len() <= 8000, "{link}");
    assert!(link.bytes().all(|byte| byte.is_ascii_graphic()), "{link}");
    assert!(report["lines"][0]["notes"].to_string().contains("not permitted to create"), "{report:#}");
    assert_eq!(story.served(&["rev-parse", "backstitch/2.0"]), story.repo.git(["rev-parse", "release/2.0"]));
    // Once it may be, the same command goes on.
    story.github.state().proposals.forbidden = false;
    assert_eq!(outcome(&story.propose(0), 0), "opened");
    story.github.fail("POST", "/labels", When::Before, Fault::refuse(403, "Resource not accessible by integration"));
    story.github.state().proposals.pulls.clear();
    story.github.state().open_again(11).label("kind/bug", None);
    let report = story.propose(0);
    assert!(report["lines"][0]["notes"].to_string().contains("cannot add labels"), "{report:#}");
}

#[test]
fn a_pull_request_of_a_workflows_token_says_that_its_runs_wait() {
    let story = Story::new();
    story.github.state().tokens.get_mut(TOKEN).expect("because it is known").login = "github-actions[bot]".to_owned();
    story.apply(&["2.0"], &[story.map]);
    story.propose(0);
    assert!(story.only().body.contains("**Approve the runs:**"), "{}", story.only().body);
    let markdown = story.bin(&["--format", "markdown"]).run().success().stdout;
    assert!(markdown.starts_with("| line | outcome | picks | pull request |"), "{markdown}");
}

#[test]
fn what_is_no_report_is_told() {
    let story = Story::new();
    let refused = |words: &str| {
        let said = story.bin(&[]).run().code(2).stderr;
        assert!(said.contains(words) && said.contains("hint: "), "{words}: {said}");
    };
    let write = |text: &str| std::fs::write(story.repo.home().join("applied.json"), text).expect("ours");
    write("{}");
    refused("is no report of 'patch-pick apply'");
    story.apply(&["2.0"], &[story.map]);
    let said = story.bin(&["--head", "release/{line}"]).run().code(2).stderr;
    assert!(said.contains("is the branch of a line or main"), "{said}");
    let said = story.bin(&["--line", "9.9"]).run().code(2).stderr;
    assert!(said.contains("the report has no line '9.9'"), "{said}");
    let said = story.bin(&[]).env("GITHUB_TOKEN", "").run().code(2).stderr;
    assert!(said.contains("there is no token to open pull requests with"), "{said}");
    let report = std::fs::read_to_string(story.repo.home().join("applied.json")).expect("because it was kept");
    write(&report.replace("\"mode\": \"apply\"", "\"mode\": \"dry-run\""));
    refused("the report is of a dry run");
}
