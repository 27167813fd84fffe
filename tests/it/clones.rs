//! Clones that lack branches, tags or history: the command that a hint names is run as it stands, and then the same question answers.

use std::path::PathBuf;

use crate::support::{Bin, Output, Repo};

const LINES: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";

/// A repository with the lines 2.0 and 2.1, and a fix on both; `config` is at its root.
fn story(config: &str) -> Repo {
    let repo = Repo::new();
    repo.write_config(config);
    repo.land_fix("Add the list", [("list", "1\n")]);
    for line in ["2.0", "2.1"] {
        repo.cut_line(line);
        repo.tag_release(&format!("v{line}.0"), line);
    }
    let fix = repo.squash_merge(7, "Keep the list", "", [("list", "kept\n")]);
    for line in ["2.0", "2.1"] {
        repo.pick(line, fix);
        repo.tag_release(&format!("v{line}.1"), line);
    }
    repo
}

/// A clone, as `git clone` with these options makes it.
struct Clone<'r> {
    repo: &'r Repo,
    place: PathBuf,
}

impl<'r> Clone<'r> {
    fn of(repo: &'r Repo, options: &[&str]) -> Self {
        let (from, place) = (format!("file://{}", repo.path().display()), repo.home().join("clone"));
        let to = place.display().to_string();
        repo.git([&["clone", "-q"], options, &[from.as_str(), to.as_str()]].concat());
        Self { repo, place }
    }

    fn run(&self, bin: Bin, arguments: &[&str]) -> Output {
        bin.at(self.repo).args([arguments, &["--repo", &self.place.display().to_string()]].concat()).run()
    }

    /// Runs the command that a text names behind some words, with a shell, as a person does.
    #[track_caller]
    fn follow(&self, said: &str, words: &str) {
        let (_, rest) = said.split_once(words).unwrap_or_else(|| panic!("no '{words}' in: {said}"));
        let command = rest.split(['\n', ';']).next().unwrap_or_default().trim();
        assert!(command.starts_with("git "), "{command}");
        let mut shell = crate::support::command("sh", &self.repo.home());
        let output = shell.args(["-c", command]).current_dir(&self.place).output().expect("because there is a shell");
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What a clone has: all history, or the newest commits.
const DEPTHS: [&[&str]; 2] = [&[], &["--depth", "1"]];

#[test]
fn main_comes_to_a_clone_of_a_line() {
    for depth in DEPTHS {
        let repo = story(LINES);
        let clone = Clone::of(&repo, &[depth, &["--single-branch", "--branch", "release/2.0"]].concat());
        let render = ["render", "--target", "2.0.2", "--own-line-only"];
        repo.git(["-C", &clone.place.display().to_string(), "fetch", "-q", "origin", "tag", "v2.0.1", "tag", "v2.0.0"]);
        let refused = clone.run(Bin::notes(), &render);
        clone.follow(&refused.code(2).stderr, "fetch it: ");
        let _rendered = clone.run(Bin::notes(), &render).success();
    }
}

#[test]
fn main_comes_to_where_the_policy_is_read_from() {
    for depth in DEPTHS {
        let repo = story(LINES);
        let clone = Clone::of(&repo, &[depth, &["--single-branch", "--branch", "release/2.0"]].concat());
        let verify = ["verify", "v2.0.1", "--from", "main"];
        let refused = clone.run(Bin::tag(), &verify);
        clone.follow(&refused.code(3).stderr, "fetch it: ");
        let again = clone.run(Bin::tag(), &verify);
        assert!(!again.stderr.contains("there is no branch 'main'"), "{}", again.stderr);
    }
}

#[test]
fn which_branch_is_main_is_told_to_a_clone_of_a_line() {
    for depth in DEPTHS {
        let repo = story(LINES);
        let clone = Clone::of(&repo, &[depth, &["--single-branch", "--branch", "release/2.0"]].concat());
        let undecided = "cannot be told which branch of the remote is main";
        let check = ["check", "--offline", "--only", "signing-policy"];
        let refused = clone.run(Bin::doctor(), &check);
        assert!(refused.stdout.contains(undecided), "{}", refused.stdout);
        clone.follow(&refused.stdout, "ask the remote: ");
        let again = clone.run(Bin::doctor(), &check);
        assert!(!again.stdout.contains(undecided), "{}", again.stdout);
    }
}

#[test]
fn main_comes_to_a_clone_without_a_configuration() {
    for depth in DEPTHS {
        let repo = story("");
        let clone = Clone::of(&repo, &[depth, &["--single-branch", "--branch", "release/2.0"]].concat());
        let render = ["render", "--target", "2.0.2", "--own-line-only"];
        repo.git(["-C", &clone.place.display().to_string(), "fetch", "-q", "origin", "tag", "v2.0.1", "tag", "v2.0.0"]);
        let refused = clone.run(Bin::notes(), &render).code(2);
        assert!(refused.stderr.contains("no main branch was found"), "{}", refused.stderr);
        clone.follow(&refused.stderr, ": run ");
        let _rendered = clone.run(Bin::notes(), &render).success();
    }
}

#[test]
fn lines_come_to_a_clone_of_main() {
    for depth in DEPTHS {
        let repo = story("[project]\nname = \"Godel\"\nmain = \"main\"\n");
        let clone = Clone::of(&repo, &[depth, &["--single-branch", "--branch", "main"]].concat());
        let render = ["render", "--line", "2.1", "--own-line-only"];
        let refused = clone.run(Bin::notes(), &render);
        clone.follow(&refused.code(2).stderr, ": run ");
        let _rendered = clone.run(Bin::notes(), &render).success();
        // What is not here under any name.
        let unknown = clone.run(Bin::notes(), &["render", "--line", "2.1", "--from", "nowhere"]);
        assert!(unknown.code(2).stderr.contains("git rev-parse"), "a clone of everything lacks nothing");
    }
}

#[test]
fn tags_and_revisions_come_to_a_clone_of_main() {
    for depth in DEPTHS {
        let repo = story(LINES);
        let clone = Clone::of(&repo, &[depth, &["--single-branch", "--branch", "main", "--no-tags"]].concat());
        let render = ["render", "--line", "2.1", "--from", "origin/release/2.0~1", "--own-line-only"];
        for words in ["fetch it: ", "missing here: "] {
            let refused = clone.run(Bin::notes(), &["render", "--line", "2.1", "--own-line-only"]);
            clone.follow(&refused.code(2).stderr, words);
        }
        let again =
            clone.run(Bin::notes(), &["render", "--line", "2.1", "--from", "origin/release/2.0", "--own-line-only"]);
        clone.follow(&again.code(2).stderr, ": run ");
        let _rendered = clone.run(Bin::notes(), &render).success();
    }
}

#[test]
fn the_doctor_names_commands_that_work() {
    for depth in DEPTHS {
        let repo = story(LINES);
        let clone = Clone::of(&repo, &[depth, &["--single-branch", "--branch", "release/2.0"]].concat());
        let broken = || {
            let found = clone.run(Bin::doctor(), &["check", "--now", &repo.now(), "--format", "json"]).json();
            let of = |rule: &str, about: Option<&str>| {
                let all = found["findings"].as_array().cloned().unwrap_or_default();
                let is_it =
                    |one: &&serde_json::Value| one["rule"] == rule && about.is_none_or(|about| one["about"] == about);
                let one = all.iter().find(is_it).unwrap_or_else(|| panic!("no {rule} in {found:#}")).clone();
                (one["found"] != "passed", one["mend"].as_str().unwrap_or_default().to_owned())
            };
            [of("history", None), of("configuration", None), of("line-branch", Some("2.1"))]
        };
        let [history, main, line] = broken();
        assert_eq!((history.0, main.0, line.0), (!depth.is_empty(), true, true), "{history:?} {main:?} {line:?}");
        if history.0 {
            clone.follow(&history.1, "");
        }
        // The first command completes the history, and the others must work then, too.
        for at in 1..=2 {
            let mend = broken()[at].1.clone();
            clone.follow(&mend, mend.split("git ").next().unwrap_or_default());
        }
        let after = broken();
        assert!(after.iter().all(|(is_broken, _)| !is_broken), "{after:?}");
    }
}
