//! The clone, its remote and its configuration.

use super::{asking, doctor, found, give, healthy, publish, requires, said};
use crate::support::github::Github;
use crate::support::github::state::{ALL_PERMISSIONS, Ruleset, TOKEN};
use crate::support::signing::script;
use crate::support::{Bin, Repo};

#[test]
fn a_clone_in_order_passes() {
    let repo = healthy();
    let output = doctor(&repo, &["--offline"]).run().success();
    let document = output.json();
    assert_eq!(document["answer"], "yes", "{document:#}");
    assert!(document["counts"]["passed"].as_u64() > Some(10), "{document:#}");
    for rule in ["git-version", "history", "objects", "identity", "configuration", "configuration-of-main"] {
        assert_eq!(found(&document, rule), ["passed"], "{rule}");
    }
    for absent in ["token", "remote", "branch-rules"] {
        assert!(found(&document, absent).is_empty(), "{absent}");
    }
}

#[test]
fn nothing_is_written() {
    let repo = healthy();
    let look = || {
        let refs = repo.git(["for-each-ref"]);
        let there = repo.git(["ls-remote", "origin"]);
        (refs, there, repo.git(["count-objects", "-v"]), repo.git(["status", "--porcelain", "--ignored"]))
    };
    let before = look();
    let document = doctor(&repo, &[]).run().code(3).json();
    assert_eq!(found(&document, "push"), ["passed origin"], "{document:#}");
    assert_eq!(look(), before);
}

#[test]
fn a_shallow_clone_is_told() {
    let repo = healthy();
    let shallow = repo.home().join("shallow");
    let address = format!("file://{}", repo.home().join("up.git").display());
    repo.git(["clone", "-q", "--depth", "1", &address, shallow.to_str().expect("because the folder has a plain name")]);
    let told = Bin::doctor()
        .at(&repo)
        .args(["check", "--offline", "--format", "json", "--repo"])
        .args([shallow.display()])
        .run();
    let document = told.code(1).json();
    assert_eq!(found(&document, "history"), ["failed"]);
    assert!(said(&document, "history", "mend").contains("fetch-depth: 0"), "{document:#}");
}

/// A clone of the remote of a story, and what is found there.
struct Clone<'r> {
    repo: &'r Repo,
    place: String,
}

impl<'r> Clone<'r> {
    fn new(repo: &'r Repo, how: &[&str]) -> Self {
        let up = repo.home().join("up.git").display().to_string();
        for setting in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
            repo.git(["--git-dir", &up, "config", setting, "true"]);
        }
        let place = repo.home().join("clone").display().to_string();
        repo.git([&["clone", "-q"], how, &[&format!("file://{up}"), &place]].concat());
        Self { repo, place }
    }

    fn check(&self) -> serde_json::Value {
        self.asks(&[])
    }

    fn asks(&self, more: &[&str]) -> serde_json::Value {
        let asked = ["check", "--unsigned", "--format", "json", "--repo", &self.place];
        Bin::doctor().at(self.repo).args(asked).args(more).run().json()
    }

    /// Types a command there that has to work.
    #[track_caller]
    fn types(&self, command: &str) {
        let mut shell = crate::support::command("sh", &self.repo.home());
        let output = shell.args(["-c", command]).current_dir(&self.place).output().expect("a shell");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The commands in what mends the findings, in their order.
fn commands(document: &serde_json::Value) -> Vec<String> {
    let findings = document["findings"].as_array().expect("because there are findings");
    let mends = findings.iter().filter_map(|finding| finding["mend"].as_str());
    let fetches = mends.filter_map(|mend| mend.find("git fetch").map(|at| &mend[at..]));
    fetches.map(|mend| mend.split("; ").next().unwrap_or(mend).to_owned()).collect()
}

#[test]
fn what_mends_a_shallow_clone_works_for_each_line_after_the_other() {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    repo.write_config(&format!("{own}\n[[line]]\nname = \"1.9\"\nbranch = \"release/1.9\"\n"));
    repo.git(["branch", "release/1.9", "main~1"]);
    publish(&repo);
    let clone = Clone::new(&repo, &["--depth", "1", "--branch", "main"]);
    let typed = commands(&clone.check());
    assert!(typed.len() > 2 && typed.iter().any(|command| command.contains("release/1.9")), "{typed:?}");
    typed.iter().for_each(|command| clone.types(command));
    let document = clone.check();
    assert_eq!((found(&document, "history").concat(), commands(&document)), ("passed".to_owned(), vec![]));
}

/// A `patch.toml` that was not fetched, or not checked out, is there all the same.
#[test]
fn a_configuration_that_is_not_here_is_no_absent_one() {
    for how in ["--bare", "--no-checkout"] {
        for filter in [&["--filter=blob:none"][..], &[]] {
            let repo = healthy();
            let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
            repo.write_config(&own.replacen("[project]\n", "[project]\ntag = \"rel-{version}\"\n", 1));
            publish(&repo);
            let clone = Clone::new(&repo, &[&[how], filter].concat());
            let show = || Bin::tag().at(&repo).args(["show", "2.0.1", "--repo", &clone.place]).run();
            if !filter.is_empty() {
                let said = show().code(3).stderr;
                assert!(said.contains("cannot read 'patch.toml' of HEAD"), "{how}: {said}");
                let document = clone.check();
                assert_eq!(found(&document, "configuration"), ["failed"], "{how}: {document:#}");
                let mend = said.split_once("this clone is partial: ").and_then(|(_, mend)| mend.split(';').next());
                clone.types(mend.unwrap_or_else(|| panic!("{how}: {said}")));
            }
            let told = show().success().stdout;
            assert!(told.contains("rel-2.0.1"), "{how} {filter:?}: {told}");
        }
    }
}

/// A file that somebody took away is another matter.
#[test]
fn a_configuration_that_was_removed_is_none_and_one_outside_of_a_sparse_checkout_is() {
    let repo = healthy();
    repo.land_fix("Add a folder", [("folder/file", "text\n")]);
    let configured = || said(&doctor(&repo, &["--offline"]).run().json(), "configuration", "detail");
    std::fs::remove_file(repo.path().join("patch.toml")).expect("because it is there");
    assert!(configured().starts_with("what the names of branches and tags tell"), "{}", configured());
    repo.git(["checkout", "-q", "patch.toml"]);
    repo.git(["sparse-checkout", "set", "--no-cone", "/folder/"]);
    assert!(!repo.path().join("patch.toml").exists());
    assert_eq!(configured(), "patch.toml is right");
}

/// Where nobody is asked, what was not fetched is no fault of the line.
#[test]
fn a_branch_that_was_not_fetched_is_undecided_offline() {
    for how in [&["--single-branch", "--branch", "main"][..], &["--depth", "1", "--branch", "main"]] {
        let repo = healthy();
        let clone = Clone::new(&repo, how);
        let document = clone.asks(&["--offline"]);
        assert_eq!(found(&document, "line-branch"), ["undecided 2.0"], "{how:?}: {document:#}");
        let mend = said(&document, "line-branch", "mend");
        clone.types(mend.trim_start_matches("fetch it: ").split(';').next().expect("because there is one"));
        assert_eq!(found(&clone.asks(&["--offline"]), "line-branch"), ["passed 2.0"], "{how:?}");
    }
}

#[test]
fn a_partial_clone_is_told_until_nothing_is_missing() {
    let repo = healthy();
    repo.land_fix("Change it", [("list", "other\n")]);
    repo.land_fix("Change it again", [("list", "another\n")]);
    publish(&repo);
    let clone = Clone::new(&repo, &["--filter=blob:none"]);
    let document = clone.check();
    assert_eq!(found(&document, "objects"), ["undecided"], "{document:#}");
    commands(&document).iter().for_each(|command| clone.types(command));
    assert_eq!(found(&clone.check(), "objects"), ["passed"]);
}

#[test]
fn a_bare_clone_is_told_what_brings_the_branches_there() {
    let repo = healthy();
    let clone = Clone::new(&repo, &["--bare", "--depth", "1", "--branch", "main"]);
    let asked = ["forecast", "nothing-of-this-name", "--line", "2.0", "--repo", &clone.place];
    let said = Bin::pick().at(&repo).args(asked).run().code(2).stderr;
    let (_, command) = said.split_once("this clone is shallow and may lack it: run ").expect(&said);
    clone.types(command.trim());
    repo.git(["--git-dir", &clone.place, "rev-parse", "--verify", "refs/remotes/origin/release/2.0"]);
}

/// It took every branch and tag, though no setting says that a fetch brings them.
#[test]
fn a_bare_clone_of_all_is_not_told_that_it_has_some_branches() {
    let repo = healthy();
    let clone = Clone::new(&repo, &["--bare"]);
    let asked = ["check", "--unsigned", "--offline", "--format", "json", "--repo", &clone.place];
    let document = Bin::doctor().at(&repo).args(asked).run().json();
    assert!(found(&document, "line-tag").iter().all(|found| found.starts_with("passed")), "{document:#}");
    assert!(!document.to_string().contains("some branches only"), "{document:#}");
}

#[test]
fn an_old_git_and_nobody_who_commits_are_told() {
    let repo = healthy();
    let old = script(
        &repo,
        "git",
        "if [ \"$1\" = version ]; then echo git version 2.30.1; else exec /usr/bin/env -i git \"$@\"; fi",
    );
    let old = old.parent().expect("because it is in a folder").to_owned();
    let document = doctor(&repo, &["--offline"]).env("PATH", &path_with(&old)).run().json();
    assert_eq!(found(&document, "git-version"), ["failed"], "{document:#}");
    assert!(said(&document, "git-version", "detail").contains("2.30"));

    let repo = healthy();
    repo.git(["config", "--unset", "user.name"]);
    repo.git(["config", "--unset", "user.email"]);
    repo.git(["config", "user.useConfigOnly", "true"]);
    let document = requires(&repo, "identity", &["failed"]);
    assert_eq!(said(&document, "identity", "detail"), "git does not know who you are");
}

/// A search path on which a folder is first.
fn path_with(folder: &std::path::Path) -> String {
    let rest = crate::support::command("sh", folder).args(["-c", "printf %s \"$PATH\""]).output().expect("a shell");
    format!("{}:{}", folder.display(), String::from_utf8(rest.stdout).expect("a path"))
}

#[test]
fn a_broken_configuration_is_a_finding_with_its_place() {
    let repo = healthy();
    std::fs::write(repo.path().join("patch.toml"), "[projct]\n").expect("because the folder is ours");
    let document = requires(&repo, "configuration", &["failed"]);
    assert!(said(&document, "configuration", "detail").contains("line 1"), "{document:#}");
    assert_eq!(document["answer"], "no");
}

#[test]
fn the_configuration_of_main_is_compared() {
    let repo = healthy();
    requires(&repo, "configuration-of-main", &["passed"]);
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    std::fs::write(repo.path().join("patch.toml"), format!("{own}\n# another\n")).expect("because the folder is ours");
    requires(&repo, "configuration-of-main", &["undecided"]);
    let named = repo.home().join("own.toml");
    std::fs::write(&named, own).expect("because the folder is ours");
    let named = named.to_str().expect("because the folder has a plain name");
    let document = doctor(&repo, &["--offline", "--config", named]).run().json();
    assert!(found(&document, "configuration-of-main").is_empty());
}

#[test]
fn a_repository_without_lines_says_so() {
    let repo = Repo::new();
    requires(&repo, "configuration", &["failed"]);
    let unknown = doctor(&healthy(), &["--offline", "--line", "9.9"]).run().code(2);
    assert!(unknown.stderr.contains("9.9"), "{}", unknown.stderr);
}

#[test]
fn a_missing_a_silent_and_a_double_remote_are_told() {
    let repo = healthy();
    let remote = |arguments: &[&str]| {
        let document = doctor(&repo, arguments).run().json();
        found(&document, "remote")
    };
    assert_eq!(remote(&[]), ["passed"]);
    assert_eq!(remote(&["--remote", "fork"]), ["failed"]);
    repo.git(["remote", "add", "gone", "/nowhere/at/all"]);
    assert_eq!(remote(&["--remote", "gone"]), ["failed"]);
    repo.git(["config", "--add", "remote.origin.pushurl", "/a"]);
    repo.git(["config", "--add", "remote.origin.pushurl", "/b"]);
    assert_eq!(remote(&[]), ["failed"]);
}

#[test]
fn a_push_that_is_not_let_in_is_told_without_the_password() {
    let repo = healthy();
    repo.git(["config", "remote.origin.pushurl", "http://x:hunter2@127.0.0.1:1/up.git"]);
    let output = doctor(&repo, &[]).run().code(1);
    let document = output.json();
    assert_eq!(found(&document, "push"), ["failed origin"], "{document:#}");
    assert!(!output.stdout.contains("hunter2"), "{}", output.stdout);
}

#[test]
fn outside_of_a_repository_the_command_line_is_wrong() {
    let repo = healthy();
    let outside = tempfile::tempdir().expect("because tests can write to the temporary folder");
    let place = outside.path().display().to_string();
    let said = Bin::doctor().at(&repo).args(["check", "--offline", "--repo", &place]).run().code(2);
    assert!(said.stderr.contains("no git repository at") && said.stderr.contains("--repo"), "{}", said.stderr);
}

/// Gives a remote the address of a repository on GitHub, which leads to the one beside the story.
fn address(repo: &Repo, remote: &str, repository: &str) {
    let address = format!("https://github.com/{repository}.git");
    let up = repo.home().join("up.git").display().to_string();
    repo.git(["config", "--add", &format!("url.{up}.insteadOf"), &address]);
    repo.git(["config", &format!("remote.{remote}.url"), &address]);
    repo.git(["config", &format!("remote.{remote}.fetch"), &format!("+refs/heads/*:refs/remotes/{remote}/*")]);
}

#[test]
fn a_remote_that_is_another_repository_is_told() {
    let (repo, github) = (healthy(), Github::start());
    let ask = |arguments: &[&str]| {
        let document = asking(&repo, &github, TOKEN, arguments).run().json();
        (found(&document, "remote-repository").concat(), said(&document, "remote-repository", "detail"))
    };
    // A path names no repository.
    assert_eq!(ask(&[]).0, "");
    address(&repo, "origin", "Acme/Widget");
    assert_eq!(ask(&[]).0, "passed");
    address(&repo, "origin", "mia/widget");
    for arguments in [&[][..], &["--job", "push"], &["--job", "releases"]] {
        let (verdict, detail) = ask(arguments);
        assert_eq!(verdict, "undecided", "{arguments:?}");
        assert!(detail.contains("'mia/widget'") && detail.contains("'acme/widget'"), "{detail}");
    }
    // That is how picks are proposed from a fork.
    for arguments in [&["--job", "pull-requests"][..], &["--job", "read"]] {
        assert_eq!(ask(arguments).0, "", "{arguments:?}");
    }
}

#[test]
fn a_fork_is_proposed_from_by_who_may_only_read() {
    let (repo, github) = (healthy(), Github::start());
    give(&github, "ghp_classic", "mia", &ALL_PERMISSIONS);
    github.state().settings.scopes.insert("ghp_classic", "repo, workflow");
    github.state().settings.role = Some("read");
    github.state().settings.rulesets.push(Ruleset::new(
        "all",
        "branch",
        &["~ALL"],
        vec![serde_json::json!({ "type": "creation" })],
    ));
    address(&repo, "origin", "acme/widget");
    address(&repo, "fork", "mia/widget");
    let ask = |remote: &str| {
        let bin = asking(&repo, &github, "ghp_classic", &["--remote", remote, "--job", "pull-requests"]);
        bin.run().json()
    };
    assert_eq!(found(&ask("origin"), "pull-requests"), ["failed token"]);
    let document = ask("fork");
    assert_eq!(found(&document, "pull-requests"), ["passed token"], "{document:#}");
    assert!(said(&document, "pull-requests", "detail").contains("'mia/widget'"), "{document:#}");
    // Its rules are those of the fork, which nobody asked.
    assert!(found(&document, "head-rules").is_empty(), "{document:#}");
    github.state().settings.scopes.insert("ghp_classic", "read:org");
    assert_eq!(found(&ask("fork"), "pull-requests"), ["failed token"]);
}

#[test]
fn a_configuration_that_only_the_worktree_or_main_has_is_told_apart() {
    let repo = healthy();
    let own = std::fs::read_to_string(repo.path().join("patch.toml")).expect("because it is there");
    std::fs::remove_file(repo.path().join("patch.toml")).expect("because it is there");
    let document = requires(&repo, "configuration-of-main", &["undecided"]);
    let mend = said(&document, "configuration-of-main", "mend");
    assert!(mend.contains("git restore --source refs/remotes/origin/main -- patch.toml"), "{mend}");
    assert!(!mend.contains("to main first"), "{mend}");
    repo.git(["rm", "-q", "--cached", "patch.toml"]);
    repo.git(["commit", "-q", "-m", "Take it away"]);
    publish(&repo);
    std::fs::write(repo.path().join("patch.toml"), own).expect("because the folder is ours");
    let document = requires(&repo, "configuration-of-main", &["undecided"]);
    assert!(said(&document, "configuration-of-main", "mend").contains("to main first"), "{document:#}");
}

#[test]
fn the_only_verb_may_be_left_out() {
    let repo = healthy();
    let now = repo.now();
    let said = |arguments: &[&str]| {
        let output = Bin::doctor().at(&repo).args([arguments, &["--offline", "--now", &now]].concat()).run();
        (output.exit, output.stdout)
    };
    assert_eq!(said(&[]), said(&["check"]));
    assert!(said(&[]).1.contains("git-version"), "{:?}", said(&[]));
}
