//! What a push makes public, whatever way the fix takes into it.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::embargo::{BEFORE, embargo, put, require_silent, source};
use crate::support::{Bin, Output, Repo};

const BEFORE_IT: &str = "fn take(n) {\n  copy(n)\n}\n";
const WITH_IT: &str =
    "fn take(n) {\n  let most = size()\n  let least = n.min(most)\n  check(least)\n  copy(least)\n}\n";

/// A clone with a public `origin`, and the fix on a branch `private` that nobody has.
struct Story {
    repo: Repo,
    fix: String,
    up: String,
}

impl Story {
    fn new() -> Self {
        let repo = Repo::new();
        repo.write_config("[project]\nname = \"Godel\"\nmain = \"main\"\n");
        repo.land_fix("Take some", [("up.rs", BEFORE_IT)]);
        let up = repo.home().join("up.git").display().to_string();
        repo.git(["init", "-q", "--bare", &up]);
        repo.git(["remote", "add", "origin", &up]);
        repo.git(["push", "-q", "origin", "main"]);
        repo.git(["switch", "-q", "-c", "private"]);
        let fix = repo.land_fix("Tidy up", [("up.rs", WITH_IT)]).to_string();
        repo.git(["switch", "-q", "main"]);
        embargo(&repo, &fix);
        Self { repo, fix, up }
    }

    /// Looks at a push of a revision as a new branch.
    fn push(&self, revision: &str) -> Output {
        let line = format!("{revision} {} refs/heads/x {}\n", self.repo.commit_id(revision), "0".repeat(40));
        self.look(&["--push", "origin"], &line)
    }

    fn look(&self, args: &[&str], line: &str) -> Output {
        let bin = Bin::advisory().at(&self.repo).args(["guard", "--now", BEFORE, "--format", "json"]).args(args);
        bin.stdin(line).run()
    }

    /// Requires that a push of a revision tells that the fix is in it.
    #[track_caller]
    fn refused(&self, revision: &str) {
        let refused = self.push(revision).code(1);
        let leaks = refused.json()["leaks"].clone();
        assert!(leaks.as_array().is_some_and(|all| all.iter().any(|leak| leak["sign"] == "fix")), "{leaks}");
        require_silent(&refused, &self.fix);
    }

    /// Installs the hook of the documentation, with more or fewer of its arguments.
    fn hook(&self, arguments: &str) {
        let hook = self.repo.path().join(".git/hooks/pre-push");
        std::fs::create_dir_all(hook.parent().expect("a folder")).expect("it is made");
        let program = env!("CARGO_BIN_EXE_patch-advisory");
        let text = format!("#!/bin/sh\nexec '{program}' guard --now {BEFORE} --push {arguments}\n");
        std::fs::write(&hook, text).expect("it is written");
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
}

/// Makes a bare repository that has the fix, as a private fork.
fn fork(story: &Story, name: &str) -> String {
    let fork = story.repo.home().join(name).display().to_string();
    story.repo.git(["init", "-q", "--bare", &fork]);
    story.repo.git(["push", "-q", &fork, "main", "private"]);
    fork
}

#[test]
fn what_was_fetched_from_a_private_fork_is_not_public_where_pushes_go_elsewhere() {
    for arguments in ["\"$1\"", "\"$1\" \"$2\""] {
        let story = Story::new();
        let fork = fork(&story, "fork.git");
        story.repo.git(["remote", "set-url", "origin", &fork]);
        story.repo.git(["remote", "set-url", "--push", "origin", &story.up]);
        story.repo.git(["fetch", "-q", "origin"]);
        story.hook(arguments);
        let said = story.repo.git_fails(["push", "-q", "origin", "private:refs/heads/x"]);
        assert!(said.contains("failed to push"), "{said}");
        assert_eq!(story.repo.git(["--git-dir", &story.up, "branch", "--list", "x"]), "");
        story.repo.git(["remote", "set-url", "--push", "origin", &fork]);
        story.repo.git(["push", "-q", "origin", "private:refs/heads/x"]);
    }
}

#[test]
fn a_remote_below_the_name_of_another_one_is_another_one() {
    let story = Story::new();
    let fork = fork(&story, "fork.git");
    story.repo.git(["config", "remote.origin/kept.url", &fork]);
    story.repo.git(["config", "remote.origin/kept.fetch", "+refs/heads/*:refs/remotes/origin/kept/*"]);
    story.repo.git(["fetch", "-q", "origin/kept"]);
    story.refused("private");
}

#[test]
fn a_merge_that_brings_the_fix_itself_is_known_by_what_no_parent_has() {
    let story = Story::new();
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "side"]);
    repo.land_fix("Say something", [("other", "x\n")]);
    repo.git(["switch", "-q", "-c", "topic", "main"]);
    repo.land_fix("Say something else", [("another", "x\n")]);
    repo.git(["merge", "-q", "--no-ff", "--no-commit", "side"]);
    let _plain = story.push("side").success();
    repo.git(["checkout", "private", "--", "up.rs"]);
    repo.git(["commit", "-q", "-m", "Merge branch 'side'"]);
    story.refused("topic");
}

#[test]
fn what_is_stashed_is_a_merge_with_the_fix() {
    let story = Story::new();
    story.repo.git(["checkout", "private", "--", "up.rs"]);
    story.repo.git(["reset", "-q"]);
    story.repo.git(["stash", "-q"]);
    // The configuration was stashed, too.
    embargo(&story.repo, &story.fix);
    story.refused("stash@{0}");
}

#[test]
fn a_merge_of_what_is_public_is_no_news() {
    let story = Story::new();
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "topic"]);
    repo.land_fix("Use it", [("up.rs", &*format!("{BEFORE_IT}fn use_it() {{ take(1) }}\n"))]);
    repo.git(["switch", "-q", "-c", "other", "main"]);
    repo.land_fix("Say something", [("up.rs", &*format!("// Something.\n{BEFORE_IT}"))]);
    repo.git(["merge", "-q", "--no-ff", "-m", "Merge branch 'topic'", "topic"]);
    let _fine = story.push("other").success();
}

#[test]
fn a_pick_of_lines_that_main_has_in_public_is_no_news() {
    let told = "// Do not read out of bounds when uploads are parsed.\n";
    let story = Story::new();
    let repo = &story.repo;
    repo.git(["branch", "line"]);
    repo.land_fix("Say more", [("say.rs", told)]);
    let _secret = story.push("main").code(1);
    repo.git(["push", "-q", "origin", "main"]);
    repo.git(["switch", "-q", "line"]);
    repo.land_fix("Go on", [("line.rs", "// The line.\n")]);
    repo.git(["cherry-pick", "main"]);
    let _public = story.push("line").success();
    repo.land_fix("Say it elsewhere", [("other.rs", told)]);
    let _new = story.push("line").code(1);
}

#[test]
fn a_public_line_is_news_where_it_stands_once_more() {
    const OLD: &str = "# 1.8.0\n\n- Uploads are not read out of bounds\n\n- Say more\n";
    let story = Story::new();
    let repo = &story.repo;
    repo.land_fix("Say more", [("CHANGELOG.md", OLD)]);
    repo.git(["push", "-q", "origin", "main"]);
    repo.git(["switch", "-q", "-c", "topic"]);
    for (what, text, code) in [
        ("With other ends of lines", OLD.replace('\n', "\r\n"), 0),
        ("Stand deeper", OLD.replace("- ", "  - "), 0),
        ("Turn it round", OLD.lines().rev().map(|line| format!("{line}\n")).collect(), 0),
        ("Once more", format!("- Uploads are not read out of bounds\n\n{OLD}"), 1),
        ("Behind another line", format!("{OLD}\n# 1.8.1\n\n- Uploads are not read out of bounds\n"), 1),
    ] {
        repo.land_fix(what, [("CHANGELOG.md", text.as_str())]);
        let _answer = story.push("topic").code(code);
        repo.git(["reset", "-q", "--keep", "origin/main"]);
    }
}

#[test]
fn a_line_is_public_as_often_as_the_public_commit_has_it_that_has_it_oftenest() {
    let told = |release: &str| format!("# {release}\n\n- Uploads are not read out of bounds\n\n");
    let changelog = |releases: &[&str]| releases.iter().map(|release| told(release)).collect::<String>();
    let story = Story::new();
    let repo = &story.repo;
    repo.land_fix("Release 1.8.0", [("CHANGELOG.md", &*changelog(&["1.8.0"]))]);
    repo.git(["branch", "line"]);
    repo.land_fix("Release 1.9.0", [("CHANGELOG.md", &*changelog(&["1.9.0", "1.8.0"]))]);
    repo.git(["push", "-q", "origin", "main", "line"]);
    repo.git(["switch", "-q", "line"]);
    repo.land_fix("Say what main has", [("CHANGELOG.md", &*changelog(&["1.9.0", "1.8.0"]))]);
    let _public = story.push("line").success();
    // Nothing but the line itself is new.
    let once_more = format!("{}- Uploads are not read out of bounds\n", changelog(&["1.9.0", "1.8.0"]));
    repo.land_fix("Once more", [("CHANGELOG.md", &*once_more)]);
    let refused = story.push("line").code(1);
    assert!(refused.json()["leaks"].as_array().is_some_and(|all| all.iter().all(|leak| leak["place"] == "line")));
    require_silent(&refused, &story.fix);
}

#[test]
fn the_fix_is_known_in_a_file_that_was_moved() {
    for (what, edit) in [("as it is", None), ("with other spaces", Some("fn take(n) {\n  let most=size()\n"))] {
        let story = Story::new();
        let repo = &story.repo;
        repo.git(["switch", "-q", "-c", "topic"]);
        repo.git(["mv", "up.rs", "below.rs"]);
        repo.git(["commit", "-q", "-m", "Move it"]);
        let _moved = story.push("topic").success();
        let text = WITH_IT
            .replace("fn take(n) {\n  let most = size()\n", edit.unwrap_or("fn take(n) {\n  let most = size()\n"));
        repo.land_fix(what, [("below.rs", text.as_str())]);
        story.refused("topic");
    }
}

#[test]
fn a_fix_of_one_line_is_known_by_what_it_removes_and_adds() {
    let story = Story::new();
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "short", "main"]);
    let fixed = BEFORE_IT.replace("copy(n)", "copy(min(n, most))");
    let fix = repo.land_fix("Take less", [("up.rs", fixed.as_str())]).to_string();
    let story = Story { fix, ..story };
    put(&story.repo, &source(&story.fix));
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "topic", "main"]);
    repo.git(["mv", "up.rs", "below.rs"]);
    repo.git(["commit", "-q", "-m", "Move it"]);
    let text = fixed.replace("min(n, most)", "min( n, most )");
    repo.land_fix("Go on", [("below.rs", text.as_str())]);
    story.refused("topic");
}

#[test]
fn before_the_fix_is_named_the_branch_it_lies_on_tells() {
    let story = Story::new();
    let repo = &story.repo;
    let text = source(&story.fix).replace("ada/short-boundary", "private");
    let unnamed = text.lines().filter(|line| !line.starts_with("fixed = ")).collect::<Vec<_>>().join("\n");
    let unnamed = unnamed.replace(&story.fix, &"9".repeat(40));
    put(repo, &unnamed);
    story.refused("private");
    let named = Bin::advisory().at(repo).args(["guard", "--text", "-", "--now", BEFORE]).stdin(story.fix.as_str());
    require_silent(&named.run().code(1), &story.fix);
    repo.git(["switch", "-q", "-c", "topic"]);
    repo.git(["cherry-pick", "--no-commit", "private"]);
    repo.git(["commit", "-q", "-m", "Go on"]);
    story.refused("topic");
    repo.git(["switch", "-q", "-c", "other", "main"]);
    repo.land_fix("Say something", [("other", "x\n")]);
    let _fine = story.push("other").success();
    // Once it is gone, nothing tells what copies of it look like.
    repo.git(["branch", "-q", "-D", "private"]);
    for branch in ["topic", "other"] {
        let found = story.push(branch).code(3);
        assert_eq!(found.json()["skipped"][0]["why"], "no-fix", "{}", found.stdout);
        require_silent(&found, &story.fix);
    }
    let _nothing_new = story.push("main").success();
    put(repo, &text);
    let _known_by_its_commit = story.push("other").success();
}

#[test]
fn a_branch_that_has_nothing_of_its_own_does_not_tell_the_fix() {
    let story = Story::new();
    let repo = &story.repo;
    let text = source(&story.fix).replace("\"ada/short-boundary\"", "\"begun\"");
    let unnamed = text.lines().filter(|line| !line.starts_with("fixed = ")).collect::<Vec<_>>().join("\n");
    let unnamed = unnamed.replace(&story.fix, &"9".repeat(40));
    put(repo, &unnamed);
    let check = || Bin::advisory().at(repo).args(["check", "--now", BEFORE]).run().stdout;
    // Nobody began on it, or main has it already, here or wherever it went: the same commits are on both.
    repo.git(["branch", "-q", "begun", "main"]);
    repo.git(["switch", "-q", "-c", "topic", "private"]);
    let found = story.push("topic").code(3);
    assert_eq!(found.json()["skipped"][0]["why"], "no-fix", "{}", found.stdout);
    require_silent(&found, &story.fix);
    let _nothing_new = story.push("main").success();
    assert!(check().contains("branch 'begun', which 'branches' names, has no commit that main and the lines lack"));
    repo.git(["branch", "-q", "-f", "begun", "private"]);
    story.refused("topic");
    assert!(!check().contains("has no commit"), "{}", check());
    // Next to a branch that tells the fix, one on which its picks will be tells as much as it can.
    put(repo, &unnamed.replace("\"begun\"", "\"begun\", \"picks\""));
    repo.git(["branch", "-q", "picks", "main"]);
    repo.git(["switch", "-q", "-c", "free", "main"]);
    repo.land_fix("Say something", [("other", "x\n")]);
    let _fine = story.push("free").success();
    assert!(!check().contains("has no commit"), "{}", check());
    // A push of main that has the fix, where no remote is known that lacks it.
    put(repo, &unnamed);
    repo.git(["switch", "-q", "main"]);
    repo.git(["merge", "-q", "--ff-only", "private"]);
    repo.git(["update-ref", "-d", "refs/remotes/origin/main"]);
    let line = format!("main {} refs/heads/main {}\n", repo.commit_id("main"), "0".repeat(40));
    let _open = story.look(&["--push", &story.up], &line).code(3);
}

#[test]
fn what_a_merged_tag_says_stands_in_the_header_of_the_merge() {
    let story = Story::new();
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "topic"]);
    repo.land_fix("Say something", [("other", "x\n")]);
    let tag = repo.git(["cat-file", "commit", "HEAD"]);
    let merged =
        "mergetag object 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n type commit\n tag s1\n \n Fix CVE-2026-1234";
    let commit = tag.replacen("\n\n", &format!("\n{merged}\n\n"), 1);
    let file = repo.home().join("commit");
    std::fs::write(&file, format!("{commit}\n")).expect("it is written");
    let made = repo.git(["hash-object", "-t", "commit", "-w", "--literally", &file.display().to_string()]);
    let found = story.push(made.trim()).code(1);
    assert_eq!(found.json()["leaks"][0]["place"], "tag-message", "{}", found.stdout);
    require_silent(&found, &story.fix);
}

#[test]
fn the_whole_new_code_of_a_fix_is_known_where_it_replaces_other_old_code() {
    const NEW: &str =
        "  let left = most(size, offset)\n  if left < MARK { return Short }\n  let rest = size - offset\n";
    let old = |what: &str| (1..5).map(|number| format!("  {what} number {number}\n")).collect::<String>();
    let story = Story::new();
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "fixed", "main"]);
    repo.land_fix("Give some", [("give.rs", &*old("main"))]);
    let fix = repo.land_fix("Tidy", [("give.rs", NEW)]).to_string();
    let story = Story { fix, ..story };
    put(&story.repo, &source(&story.fix));
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "topic", "main"]);
    repo.land_fix("Give something", [("give.rs", &*old("line"))]);
    repo.git(["branch", "-q", "before"]);
    repo.land_fix("Rework", [("give.rs", NEW)]);
    story.refused("topic");
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "one", "before"]);
    let one = NEW.lines().next().expect("a line");
    repo.land_fix("Ask for the size", [("give.rs", &*format!("{}{one}\n", old("line")))]);
    let _innocent = story.push("one").success();
}

#[test]
fn every_commit_of_a_long_branch_of_the_fix_is_guarded() {
    let story = Story::new();
    let repo = &story.repo;
    repo.git(["switch", "-q", "-c", "quiet-work", "private"]);
    for _ in 0..201 {
        repo.git(["commit", "-q", "--allow-empty", "-m", "Go on"]);
    }
    repo.git(["switch", "-q", "main"]);
    let text = source(&story.fix).replace("ada/short-boundary", "quiet-work");
    let unnamed = text.lines().filter(|line| !line.starts_with("fixed = ")).collect::<Vec<_>>().join("\n");
    put(repo, &unnamed.replace(&story.fix, &"9".repeat(40)));
    let check = || Bin::advisory().at(&story.repo).args(["check", "--now", BEFORE]).run().stdout;
    assert!(!check().contains("no branch"), "{}", check());
    story.refused("private");
    story.repo.git(["branch", "-q", "-D", "quiet-work"]);
    assert!(check().contains("there is no branch 'quiet-work' here"), "{}", check());
}

#[test]
fn notes_on_a_commit_are_named_after_it_in_folders_too() {
    let story = Story::new();
    let repo = &story.repo;
    let (first, rest) = story.fix.split_at(2);
    repo.git(["switch", "-q", "-c", "topic", "main"]);
    let path = format!("{first}/{rest}");
    repo.land_fix("Notes added by 'git notes add'", [(path.as_str(), "Looked at.\n")]);
    let found = story.push("topic").code(1);
    assert_eq!(found.json()["leaks"][0]["sign"], "commit", "{}", found.stdout);
    require_silent(&found, &story.fix);
}
