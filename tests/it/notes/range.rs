//! What a release comes after.

use serde_json::Value;

use super::{json, notes, story, titles};
use crate::support::Repo;

const LINES: &str = "[project]\nname = \"Godel\"\nmain = \"main\"\n\n[[line]]\nname = \"2.1\"\nbranch = \"release/2.1\"\n\n\
    [[line]]\nname = \"2.0\"\nbranch = \"release/2.0\"\n";

/// Lines 2.0 and 2.1, each with its first release.
fn lines() -> Repo {
    let repo = Repo::new();
    repo.write_config(LINES);
    for line in ["2.0", "2.1"] {
        repo.land_fix(&format!("Begin {line}"), [("begin", line)]);
        repo.cut_line(line);
        repo.tag_release(&format!("v{line}.0"), line);
    }
    repo
}

fn fix(repo: &Repo, name: &str, onto: &str) {
    let fix = repo.land_fix(&format!("Fix {name} (#1{})", name.len()), [(name, "fixed\n")]);
    repo.pick(onto, fix);
}

fn previous(notes: &Value) -> &str {
    notes["previous"]["name"].as_str().expect("because it is a name")
}

#[test]
fn an_older_line_that_was_released_later_does_not_mix_in() {
    let repo = lines();
    fix(&repo, "a", "2.1");
    repo.tag_release("v2.1.1", "2.1");
    fix(&repo, "bb", "2.0");
    repo.tag_release("v2.0.1", "2.0");
    // Tagged again later, and after the other line.
    fix(&repo, "ccc", "2.1");
    let found = json(&repo, &["--target", "2.1.2"]);
    assert_eq!((previous(&found), titles(&found)), ("v2.1.1", vec!["Fix ccc"]));
    let found = json(&repo, &["--target", "2.0.1"]);
    assert_eq!((previous(&found), titles(&found)), ("v2.0.0", vec!["Fix bb"]));
    // The first patch of the newest line.
    let found = json(&repo, &["--target", "2.1.1"]);
    assert_eq!((previous(&found), titles(&found)), ("v2.1.0", vec!["Fix a"]));
}

#[test]
fn a_pre_release_counts_for_a_pre_release_only() {
    let repo = lines();
    fix(&repo, "a", "2.0");
    repo.tag_release("v2.0.1-rc.1", "2.0");
    fix(&repo, "bb", "2.0");
    repo.tag_release("v2.0.1-rc.2", "2.0");
    let found = json(&repo, &["--target", "2.0.1-rc.2"]);
    assert_eq!((previous(&found), titles(&found)), ("v2.0.1-rc.1", vec!["Fix bb"]));
    let found = json(&repo, &["--target", "2.0.1"]);
    assert_eq!((previous(&found), titles(&found)), ("v2.0.0", vec!["Fix a", "Fix bb"]));
}

#[test]
fn an_orphaned_tag_is_named_and_passed_over() {
    let repo = lines();
    fix(&repo, "a", "2.0");
    repo.tag_release("v2.0.1", "2.0");
    // The branch is made anew, without the commit that was tagged.
    repo.git(["branch", "-f", "release/2.0", "v2.0.0"]);
    fix(&repo, "bb", "2.0");
    repo.tag_release("v2.0.2", "2.0");
    let output = notes(&repo, &["render", "--target", "2.0.2", "--format", "json"]).run().success();
    assert_eq!(previous(&output.json()), "v2.0.0");
    assert_eq!(output.json()["previous"]["orphaned"], serde_json::json!(["v2.0.1"]));
    assert!(output.stderr.contains("'v2.0.1' is not in the history of 2.0.2"), "{}", output.stderr);
    // What the user says wins, and is told.
    let output = notes(&repo, &["render", "--target", "2.0.2", "--from", "v2.0.1", "--format", "json"]).run().success();
    assert_eq!(previous(&output.json()), "v2.0.1");
    assert!(output.stderr.contains("as '--from' asks for"), "{}", output.stderr);
}

#[test]
fn notes_of_what_has_no_tag_yet_are_those_of_the_branch() {
    let repo = lines();
    fix(&repo, "a", "2.0");
    fix(&repo, "bb", "2.0");
    let found = json(&repo, &["--line", "2.0"]);
    assert_eq!((&found["version"], &found["state"]), (&"2.0.1".into(), &"not-tagged".into()));
    assert_eq!((found.get("date"), titles(&found)), (None, vec!["Fix a", "Fix bb"]));
    let found = json(&repo, &["--target", "2.0.1", "--commit", "release/2.0~1", "--now", "2026-03-04T23:59:59-02:00"]);
    assert_eq!((&found["date"], titles(&found)), (&"2026-03-05".into(), vec!["Fix a"]));
    let before = repo.git(["for-each-ref"]);
    repo.tag_release("v2.0.1", "2.0");
    let found = json(&repo, &["--line", "2.0"]);
    assert_eq!((&found["version"], &found["state"]), (&"2.0.1".into(), &"tagged".into()));
    assert_ne!(before, repo.git(["for-each-ref"]));
}

#[test]
fn a_revision_can_be_what_it_comes_after() {
    let repo = story();
    let all = json(&repo, &["--target", "2.0.1"]);
    let some = json(&repo, &["--target", "2.0.1", "--from", "v2.0.1~2"]);
    assert_eq!(previous(&some), "v2.0.1~2");
    assert_eq!(titles(&some), ["Close the door of 2.0"]);
    assert!(titles(&all).len() > 1);
}

#[test]
fn a_release_of_the_commit_of_another_one_has_nothing_new() {
    let told = notes(&lines(), &["render", "--line", "2.0", "--target", "2.0.1", "--from", "v2.0.0"]).run().success();
    assert!(told.stderr.contains("'v2.0.0' is the newest commit itself, so that nothing is new"), "{}", told.stderr);
}

#[test]
fn what_cannot_be_told_says_what_to_do() {
    let repo = lines();
    for (arguments, code, words, hint) in [
        (&["--target", "3.0.1"][..], 2, "version 3.0.1 belongs to no line", "the lines are: 2.1, 2.0"),
        (&["--target", "two"], 2, "'two' is neither a version nor the tag of one", "'v{version}'"),
        (&["--target", "2.0.1", "--line", "2.1"], 2, "version 2.0.1 does not belong to line '2.1'", "--line"),
        (&[], 2, "there are several lines", "--target"),
        (&["--target", "2.0.0"], 1, "no lower release of line '2.0' is in the history of 2.0.0", "--from"),
        (&["--target", "2.0.1", "--from", "nowhere"], 2, "unknown revision 'nowhere'", "git rev-parse"),
        (&["--target", "2.0.0", "--from", "v2.1.0"], 2, "'v2.1.0' comes after the release", "'--from'"),
        (&["--target", "2.0.0", "--from", "v2.0.0"], 2, "'v2.0.0' is the release itself", "'--from'"),
        (&["--line", "2.0"], 1, "is that of its first release, 2.0.0: there is nothing to tell yet", "land picks"),
    ] {
        let output = notes(&repo, &[&["render"], arguments].concat()).run().code(code);
        assert!(output.stderr.contains(words) && output.stderr.contains(hint), "{arguments:?}: {}", output.stderr);
        assert_eq!(output.stdout, "");
    }
}

#[test]
fn candidates_are_said_not_to_count_for_a_stable_release() {
    let repo = lines();
    repo.git(["tag", "-d", "v2.0.0"]);
    repo.tag_release("v2.0.0-rc.1", "2.0");
    fix(&repo, "a", "2.0");
    let refused = |verb: &str| notes(&repo, &[verb, "--target", "2.0.0"]).run().code(1).stderr;
    for verb in ["render", "check"] {
        let said = refused(verb);
        assert!(said.contains("a pre-release such as 'v2.0.0-rc.1' does not count for it"), "{said}");
        assert!(said.contains(&format!("patch-notes {verb} --from REV")), "{said}");
    }
    let found = json(&repo, &["--target", "2.0.0-rc.2"]);
    assert_eq!(previous(&found), "v2.0.0-rc.1");
}

#[test]
fn what_is_no_release_is_no_previous_version_in_any_form() {
    let repo = lines();
    fix(&repo, "a", "2.1");
    let began = repo.commit_id("v2.0.0~1").to_string();
    let render = |from: &str, format: &str| {
        let asked = ["render", "--line", "2.1", "--from", from, "--format", format];
        notes(&repo, &asked).run().success().stdout
    };
    for format in ["markdown", "html", "changelog"] {
        let of_commit = render(&began, format);
        assert!(of_commit.contains("Fix a") && !of_commit.contains(&began[..10]), "{format}: {of_commit}");
        assert!(!of_commit.contains("Previous Version"), "{format}: {of_commit}");
        // The first release of a line comes after one of another line.
        let of_tag = render("v2.0.0", format);
        assert_eq!(of_tag.contains("Previous Version") && of_tag.contains("v2.0.0"), format != "changelog", "{of_tag}");
    }
    let found = json(&repo, &["--line", "2.1", "--from", &began]);
    assert_eq!((previous(&found), found["previous"].get("version")), (began.as_str(), None));
    assert_eq!(json(&repo, &["--line", "2.1", "--from", "v2.0.0"])["previous"]["version"], "2.0.0");
}

#[test]
fn a_clone_without_a_remote_is_given_one_first() {
    let repo = lines();
    repo.git(["branch", "-q", "-D", "release/2.1"]);
    let output = notes(&repo, &["render", "--line", "2.1"]).run().code(2);
    let said = "fetch it: git remote add origin URL && \
                git fetch origin release/2.1:refs/remotes/origin/release/2.1 (this clone has no remote)";
    assert!(output.stderr.contains(said), "{}", output.stderr);
    repo.git(["remote", "add", "there", "https://there.example/x.git"]);
    let output = notes(&repo, &["render", "--line", "2.1"]).run().code(2);
    let said = "fetch it: git fetch there release/2.1:refs/remotes/there/release/2.1\n";
    assert!(output.stderr.contains(said), "{}", output.stderr);
}

#[test]
fn a_shallow_clone_without_lines_says_how_to_get_them() {
    let repo = lines();
    fix(&repo, "a", "2.0");
    repo.tag_release("v2.0.1", "2.0");
    let (from, to) = (format!("file://{}", repo.path().display()), repo.home().join("shallow"));
    let place = to.display().to_string();
    repo.git(["clone", "-q", "--depth", "3", "--no-tags", "--branch", "main", &from, &place]);
    std::fs::remove_file(to.join("patch.toml")).expect("because main has it");
    let said = "git remote set-branches origin '*' && git fetch --depth=2147483647 --tags";
    for asked in [&["--line", "2.0"][..], &["--target", "2.0.1"], &[]] {
        let output = notes(&repo, &[&["render", "--repo", &place], asked].concat()).run().code(2);
        assert!(output.stderr.contains(said), "{asked:?}: {}", output.stderr);
    }
    repo.git(["-C", &place, "remote", "set-branches", "origin", "*"]);
    repo.git(["-C", &place, "fetch", "-q", "--depth=2147483647", "--tags"]);
    let output = notes(&repo, &["render", "--repo", &place, "--line", "1.7"]).run().code(2);
    assert!(output.stderr.contains("the lines are: ") && !output.stderr.contains("shallow"), "{}", output.stderr);
    let found = notes(&repo, &["render", "--repo", &place, "--line", "2.0", "--format", "json"]).run().success().json();
    assert_eq!(found["version"], "2.0.1", "{found:#}");
}

#[test]
fn a_shallow_clone_does_not_guess() {
    let repo = lines();
    fix(&repo, "a", "2.0");
    repo.tag_release("v2.0.1", "2.0");
    let (from, to) = (format!("file://{}", repo.path().display()), repo.home().join("shallow"));
    repo.git(["clone", "-q", "--depth", "1", "--branch", "release/2.0", &from, &to.display().to_string()]);
    std::fs::write(to.join("patch.toml"), LINES).expect("because the folder is ours");
    repo.git(["-C", &to.display().to_string(), "fetch", "-q", "--depth", "1", "origin", "tag", "v2.0.0"]);
    let place = to.display().to_string();
    let output = notes(&repo, &["render", "--target", "2.0.1", "--repo", &place]).run().code(3);
    assert!(output.stderr.contains("get the history: git fetch --depth=2147483647 --tags origin"), "{}", output.stderr);
}

#[test]
fn a_tag_of_another_commit_than_the_one_asked_for_is_refused() {
    let repo = lines();
    fix(&repo, "a", "2.0");
    repo.tag_release("v2.0.1", "2.0");
    fix(&repo, "bb", "2.0");
    let (tagged, newer) = (repo.commit_id("v2.0.1"), repo.commit_id("release/2.0"));
    let ask = |verb: &str, revision: &str| {
        notes(&repo, &[verb, "--target", "2.0.1", "--commit", revision, "--format", "json", "--own-line-only"])
    };
    for verb in ["render", "check"] {
        let refused = ask(verb, "release/2.0").run().code(2).stderr;
        let told = format!("the tag 'v2.0.1' is of {tagged}, and not of {newer} ('release/2.0')");
        assert!(refused.contains(&told) && refused.contains("hint: leave '--commit' out"), "{refused}");
        let refused = ask(verb, &newer.to_string()).run().code(2).stderr;
        assert!(refused.contains(&format!("and not of {newer}\n")), "{refused}");
    }
    let found = json(&repo, &["--target", "2.0.1", "--own-line-only"]);
    for same in ["v2.0.1", "release/2.0~1", &tagged.to_string()] {
        assert_eq!(ask("render", same).run().success().json(), found, "{same}");
    }
}
